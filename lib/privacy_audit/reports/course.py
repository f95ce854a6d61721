"""How things go from quarter to quarter: how long findings have stood, and how many there were."""

from collections import Counter

from privacy_audit.control import SEVERITIES
from privacy_audit.engine import BROKEN, NOT_SHOWN
from privacy_audit.reports.charts import Picture, bars
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
    """Draw how many facts and gaps each quarter on record had."""
    quarters = result.trend
    labels = [each.quarter for each in quarters]
    series = [(BROKEN, [each.broken for each in quarters]), (NOT_SHOWN, [each.not_shown for each in quarters])]
    words = {BROKEN: "facts against a promise", NOT_SHOWN: "gaps"}
    numbers = tuple((label, words[kind], values[i]) for i, label in enumerate(labels) for kind, values in series)
    title = "Findings, quarter by quarter"
    told = "; ".join(f"{label}: {number} {what}" for label, what, number in numbers)
    return Picture(bars(labels, series, title), f"{title}. {told}.", numbers)
