"""The sheets that people write into: what to do, and what to ask."""

from privacy_audit.reports.asking import ask
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.cells import LETTERS
from privacy_audit.reports.excel.leads import to_check
from privacy_audit.reports.excel.sheet import Sheet
from privacy_audit.reports.excel.table import FIRST, Dress, table_sheet
from privacy_audit.reports.screen import SIGNS
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result
from privacy_audit.tasks import RULE as ORDER
from privacy_audit.tasks import Task

OPEN, STARTED, CLOSED = STATES = ("open", "in progress", "closed")
CAUSES = (
    "nobody knew",
    "it was forgotten",
    "nobody was responsible",
    "the system did it",
    "a supplier",
    "the policy's words",
)
# The columns of the sheet Tasks that other sheets count in.
SEVERITY, MINUTES, DUE, STATE = "A", "E", "I", "J"
CHECK = 6
WRITE = "1F3A5F"  # the colour of a sheet to write into, on its tab
OWN = (8, 9, 10, 11, 12, 13)


def tasks(result: Result) -> Table:
    """Return every task with what people are to fill in: owner, day, state, cause, what was done, comment."""
    columns = [("How serious", 12), ("Task", 60), ("Why", 36), ("Whom it touches", 26), ("Minutes", 9), ("Check", 17)]
    columns += [("Findings", 10), ("Owner", 14), ("Due", 13), ("State", 12), ("Root cause", 20)]
    columns += [("Corrective action", 30), ("Comment", 28), ("Task number", 13)]
    rows = [(*_told(each), None, each.due_on, OPEN, None, None, None, each.id) for each in result.tasks]
    purpose = f"Write into the light yellow columns; the rest is what was found, and locked. {ORDER}"
    return Table("Tasks", purpose, columns, rows)


def _told(task: Task) -> tuple[object, ...]:
    found = (task.control, len(task.findings))
    return SIGNS[task.severity], task.title, task.why, task.touches, task.effort, *found


def tasks_sheet(book: Book, result: Result) -> None:
    """Add the sheet Tasks."""
    links = {CHECK: to_check(result, CHECK)}
    sheet = table_sheet(book, tasks(result), Dress(links=links, open=OWN, signs=(1,), colour=WRITE))
    if result.tasks:
        sheet.choose(_down(sheet, 10), STATES)
        sheet.choose(_down(sheet, 11), CAUSES, strict=False)
        sheet.days(_down(sheet, 9))


def ask_sheet(book: Book, result: Result) -> None:
    """Add the sheet Ask."""
    sheet = table_sheet(book, ask(result), Dress(open=(9, 10), signs=(1,), colour=WRITE))
    sheet.days(_down(sheet, 10))


def _down(sheet: Sheet, column: int) -> str:
    return f"{LETTERS[column - 1]}{FIRST}:{LETTERS[column - 1]}{sheet.last}"


def counted(column: str, last: int) -> str:
    """Return a column of the sheet Tasks, from the first task to the last, as formulas name it."""
    return f"Tasks!${column}${FIRST}:${column}${max(last, FIRST)}"
