"""The quarters that are known, side by side."""

from collections.abc import Iterable, Mapping
from typing import Any

from privacy_audit.control import SEVERITIES
from privacy_audit.history import trail
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result


def trend(result: Result) -> Table:
    """Return for each quarter on record how many findings and tasks it had, the newest last."""
    past = list(trail(result.compared.past, result.inputs.home))
    rows = [_row(each.quarter, each.findings.values(), len(each.tasks)) for each in reversed(past)]
    rows.append(_row(str(result.inputs.request.quarter), [vars(each) for each in result.findings], len(result.tasks)))
    columns = [("Quarter", 12), ("Findings", 11), *((name.capitalize(), 11) for name in SEVERITIES)]
    columns += [("Facts", 11), ("Gaps", 11), ("Tasks", 11)]
    purpose = (
        "Each quarter as it was found: audited again from its own exports where they are kept, else from its findings. "
        "A fact contradicts a promise or the law, also where somebody accepted it as an exception; a gap only keeps it "
        "from being shown."
    )
    return Table("Trend", purpose, columns, rows)


def _row(quarter: str, findings: Iterable[Mapping[str, Any]], tasks: int) -> tuple[object, ...]:
    """Return one quarter's counts; facts and gaps are a dash where an old file does not tell them apart."""
    found = list(findings)
    kinds = [each.get("outcome") for each in found]
    told = None not in kinds
    severities = [sum(each["severity"] == name for each in found) for name in SEVERITIES]
    facts, gaps = (kinds.count("broken"), kinds.count("not_shown")) if told else ("–", "–")
    return quarter, len(found), *severities, facts, gaps, tasks
