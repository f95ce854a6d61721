"""How things go from quarter to quarter: how long findings have stood, and how many there were."""

from collections import Counter

from privacy_audit.control import SEVERITIES
from privacy_audit.engine import BROKEN, NOT_SHOWN
from privacy_audit.history import trail
from privacy_audit.reports.pictures.charts import Picture, bars
from privacy_audit.reports.screen import SIGNS
from privacy_audit.result import Result


def ages(result: Result) -> Picture:
    """Draw how long the findings have stood: by the quarter that first saw them, and how serious they are."""
    quarter = str(result.inputs.request.quarter)
    found = Counter((each.first_seen or quarter, each.severity) for each in result.findings)
    seen = sorted({when for when, _ in found}, reverse=True)
    labels = [f"first seen in {when}" + (" (new)" if when == quarter else "") for when in seen]
    series = [(severity, [found[when, severity] for when in seen]) for severity in SEVERITIES]
    numbers = tuple(
        (label, SIGNS[severity], found[when, severity])
        for label, when in zip(labels, seen, strict=True)
        for severity in SEVERITIES
        if found[when, severity]
    )
    title = "How long the findings have stood"
    told = "; ".join(f"{label}: {number} {sign[2:]}" for label, sign, number in numbers)
    return Picture(bars(labels, series, title), f"{title}. {told or 'Nothing was found'}.", numbers)


def trend(result: Result) -> Picture:
    """Draw how many facts and gaps each quarter on record had, this one last.

    A kept findings.json that does not tell facts from gaps is left out.
    """
    past = [(each.quarter, each.findings.values()) for each in trail(result.compared.past, result.inputs.home)]
    quarters = {quarter: Counter(each.get("outcome") for each in found) for quarter, found in reversed(past)}
    quarters = {quarter: found for quarter, found in quarters.items() if None not in found}
    quarters[str(result.inputs.request.quarter)] = Counter(each.outcome for each in result.findings)
    labels = list(quarters)
    words = {BROKEN: "facts against a promise", NOT_SHOWN: "gaps"}
    series = [(kind, [found[kind] for found in quarters.values()]) for kind in words]
    numbers = tuple((label, words[kind], values[i]) for i, label in enumerate(labels) for kind, values in series)
    title = "Findings, quarter by quarter"
    told = "; ".join(f"{label}: {number} {what}" for label, what, number in numbers)
    return Picture(bars(labels, series, title), f"{title}. {told}.", numbers)
