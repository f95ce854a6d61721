"""Every statement of the policy against every check, with the sign of how the check came out."""

from privacy_audit.reports.annex import MARKS, tested
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.cells import LETTERS
from privacy_audit.reports.excel.leads import to_check
from privacy_audit.reports.excel.sheet import Look
from privacy_audit.reports.excel.table import FIRST, Dress, table_sheet
from privacy_audit.reports.tables import PROMISE_WORDS, Table
from privacy_audit.result import Result

SIGN = Look(line=True, centre=True)
TOLD = 6  # the columns before the checks


def matrix(result: Result) -> Table:
    """Return every statement with how it stands, and a column for each check."""
    checks = sorted(each.control.id for each in result.observations)
    columns: list[tuple[str, float]] = [("Statement", 10), ("Section", 8), ("The policy's words", 60)]
    columns += [("How it stands", 18), ("Checks to come", 18), ("Why not by records", 34)]
    columns += [(each, 4.3) for each in checks]
    rows = [
        (
            each.id,
            each.section,
            each.quote,
            PROMISE_WORDS[result.promises[each.id]],
            ", ".join(each.planned),
            each.why,
            *(MARKS[result.standing(each, check)] if check in each.controls else None for check in checks),
        )
        for each in result.inputs.policy.commitments
    ]
    purpose = (
        f"{tested(result)}. In the columns of the checks: "
        "✓ met   ✗ not met   ? cannot be shown   ! could not be run   – does not apply   blank: tests something else."
    )
    return Table("Coverage", purpose, columns, rows)


def coverage_sheet(book: Book, result: Result) -> None:
    """Add the sheet; a sign leads to what the check counted."""
    table, check = matrix(result), to_check(result)
    width = len(table.columns)
    looks = dict.fromkeys(range(TOLD + 1, width + 1), SIGN)
    sheet = table_sheet(book, table, Dress(looks=looks, signs=(4,), freeze="D4", turned=TOLD + 1))
    sheet.colour(f"{LETTERS[TOLD]}{FIRST}:{LETTERS[width - 1]}{sheet.last}")
    for number, row in enumerate(table.rows, FIRST):
        for column, name in enumerate(table.head[TOLD:], TOLD + 1):
            to = check([name]) if row[column - 1] else None
            if to:
                sheet.link(number, column, *to)
