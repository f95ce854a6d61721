"""Where links lead: from a check, a finding, a task or a file to its row on its own sheet."""

from collections.abc import Iterable, Sequence

from privacy_audit.reports.excel.table import FIRST, Link
from privacy_audit.result import Result


def lead(sheet: str, ids: Iterable[str], column: int = 1) -> Link:
    """Return what finds for the id in a row's column, counted from 1, its row on a sheet; of several ids the first."""
    rows: dict[str, int] = {}
    for number, each in enumerate(ids, FIRST):
        rows.setdefault(each, number)

    def find(row: Sequence[object]) -> tuple[str, int] | None:
        at = rows.get(str(row[column - 1]).partition(", ")[0])
        return (sheet, at) if at else None

    return find


def to_check(result: Result, column: int = 1) -> Link:
    """Return what leads to a check's counts."""
    return lead("Checks", [each.control.id for each in result.observations], column)


def to_logic(result: Result) -> Link:
    """Return what leads from a check to its promise, logic and law."""
    return lead("Annex", [each.control.id for each in result.observations])


def to_finding(result: Result, column: int) -> Link:
    """Return what leads from a finding's id to its line."""
    return lead("Findings", [each.id for each in result.findings], column)


def to_findings_of(result: Result, outcome: str) -> Link:
    """Return what leads from a check to the first of its facts (`broken`), or of its gaps (`not_shown`)."""
    found = [(each.outcome, each.blocks or (each.control,)) for each in result.findings]
    rows = [(number, name) for number, (kind, names) in enumerate(found, FIRST) if kind == outcome for name in names]
    first = {name: number for number, name in reversed(rows)}
    return lambda row: ("Findings", first[str(row[0])]) if str(row[0]) in first else None


def to_sources(result: Result, column: int) -> Link:
    """Return what leads from a finding's id to the first row of a file in which it stands."""
    return lead("Source rows", [each.id for each in result.findings for _ in each.sources], column)


def to_task(result: Result, column: int) -> Link:
    """Return what leads from a task's number to the task."""
    return lead("Tasks", [each.id for each in result.tasks], column)


def to_file(result: Result, column: int) -> Link:
    """Return what leads from a file's name to how it was read."""
    return lead("Files read", [each.file for each in result.inputs.folder.receipts], column)
