"""The first sheet: what a reader needs in the first minute, without scrolling; its counts follow the sheet Tasks."""

from collections.abc import Mapping, Sequence

from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import RULE as ORDER
from privacy_audit.audit.tasks import Task
from privacy_audit.reports.annexes import ask
from privacy_audit.reports.excel.table import FIRST, SheetLayout, link_to_check, table_sheet
from privacy_audit.reports.excel.writer import (
    BIG,
    BODY,
    HEAD,
    LETTERS,
    LINK,
    PLAIN,
    SMALL,
    TITLE,
    Book,
    CellStyle,
    Formula,
    Sheet,
    Value,
    row_height,
)
from privacy_audit.reports.screen import LIMITS, SIGNS, FirstScreen, chain, first_title, worst
from privacy_audit.reports.tables import Table

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
    links = {CHECK: link_to_check(result, CHECK)}
    sheet = table_sheet(book, tasks(result), SheetLayout(links=links, open=OWN, signs=(1,), colour=WRITE))
    if result.tasks:
        sheet.choose(_down(sheet, 10), STATES)
        sheet.choose(_down(sheet, 11), CAUSES, strict=False)
        sheet.days(_down(sheet, 9))


def ask_sheet(book: Book, result: Result) -> None:
    """Add the sheet Ask."""
    sheet = table_sheet(book, ask(result), SheetLayout(open=(9, 10), signs=(1,), colour=WRITE))
    sheet.days(_down(sheet, 10))


def _down(sheet: Sheet, column: int) -> str:
    return f"{LETTERS[column - 1]}{FIRST}:{LETTERS[column - 1]}{sheet.last}"


def counted(column: str, last: int) -> str:
    """Return a column of the sheet Tasks, from the first task to the last, as formulas name it."""
    return f"Tasks!${column}${FIRST}:${column}${max(last, FIRST)}"


WIDTHS = (4, 58, 42, 26, 10, 13, 13, 13)
LEFT, RIGHT = (1, 3), (4, 8)
HEADS = ("Why", "Whom it touches", "Minutes", "By", "How serious", "State")
CONFIDENTIAL = "Confidential: for the firm and its adviser"
BEFORE = "Before anybody else sees this, read “Before you share”: it is about your insurance."
FOLLOW = "Set the state of a task on the sheet Tasks: these numbers, the days and the states above follow."
STRONG, WEAK = CellStyle(bold=True, centre=True, line=True), CellStyle(centre=True, line=True)
SERIOUS = ("critical", "major")
NAME = "Start here"


def start_sheet(book: Book, result: Result, screen: FirstScreen) -> Sheet:
    """Add the first sheet; what stands below the first screen is added by `below`."""
    sheet = book.sheet(NAME, WIDTHS, "A3281F")
    sheet.hide_lines()
    sheet.hide_letters()
    sheet.line(screen.title, TITLE, 20)
    about = f"{screen.example or CONFIDENTIAL}. Nothing on this sheet names a person."
    sheet.add([about, None, None, BEFORE, *[None] * 4], [SMALL] * 3 + [SMALL._replace(link=True)] * 5, 13)
    for columns in (LEFT, RIGHT):
        sheet.merge(*columns)
    sheet.link(4, "Before you share", 1)
    sheet.line(screen.headline, BIG)
    _first_tasks(sheet, result, screen)
    _standing(sheet, result, screen)
    return sheet


def _first_tasks(sheet: Sheet, result: Result, screen: FirstScreen) -> None:
    """Add the tasks to do first; day and state are those of the sheet Tasks."""
    if not screen.first:
        sheet.line(f"{first_title(screen)}: {screen.nothing}.", BIG, 18)
        return
    many = {1: "Do this first"}.get(len(screen.first), f"Do these {len(screen.first)} first")
    sheet.add(("", many, *HEADS), [HEAD, HEAD._replace(size=12), *[HEAD] * len(HEADS)], 18)
    rows = {each.id: number for number, each in enumerate(result.tasks, FIRST)}
    top = sheet.last + 1
    for number, task in enumerate(screen.first, 1):
        day, state = (
            Formula(f"Tasks!{column}{rows[task.id]}", now) for column, now in ((DUE, task.due_on), (STATE, OPEN))
        )
        cells = (number, task.title, task.why, task.touches, task.effort, day, SIGNS[task.severity], state)
        sheet.add(cells, [LINK, BODY._replace(bold=True), *[BODY] * 6])
        sheet.link(1, "Tasks", rows[task.id])
    sheet.colour(f"G{top}:G{sheet.last}")


def _standing(sheet: Sheet, result: Result, screen: FirstScreen) -> None:
    """Add what changed and what was read on the left, and how the tasks stand on the right."""
    sheet.add([None] * 8, PLAIN, 6)
    titles = (
        "Since last time, and what was read",
        None,
        None,
        "Tasks by state",
        "Open",
        "In progress",
        "Closed",
        "All",
    )
    sheet.add(titles, HEAD, 15)
    sheet.merge(*LEFT)
    serious = [each for each in result.tasks if each.severity in SERIOUS]
    every = sum(each.effort for each in result.tasks)
    lines: list[tuple[str, Sequence[Value]]] = [
        (screen.since, ("All tasks", *_numbers(len(result.tasks), len(result.tasks)))),
        (screen.files, ("▲ critical or ◆ major", *_numbers(len(result.tasks), len(serious), SERIOUS))),
        (screen.unchecked, ("Minutes of work", *_minutes(len(result.tasks), every))),
    ]
    for text, cells in lines:
        looks = [PLAIN] * 3 + [BODY] + [WEAK] * 3 + [STRONG]
        height = max(15, row_height([text], [sum(WIDTHS[:3])]))
        sheet.add([text, None, None, *cells], looks, height)
        sheet.merge(*LEFT)
    sheet.add([None] * 3 + [FOLLOW] + [None] * 4, [PLAIN] * 3 + [SMALL] * 5, 14)
    sheet.merge(*RIGHT)


def _numbers(tasks: int, now: int, severities: Sequence[str] = ()) -> list[Value]:
    """Return how many tasks are open, in progress, closed and in all, as formulas: `now` all of them are open."""
    state, serious = counted(STATE, tasks + FIRST - 1), counted(SEVERITY, tasks + FIRST - 1)

    def count(name: str) -> str:
        if not severities:
            return f'COUNTIF({state},"{name}")'
        return "+".join(f'COUNTIFS({serious},"{SIGNS[each]}",{state},"{name}")' for each in severities)

    each = {OPEN: now, STARTED: 0, CLOSED: 0}
    return [*(Formula(count(name), each[name]) for name in STATES), Formula("+".join(map(count, STATES)), now)]


def _minutes(tasks: int, now: int) -> list[Value]:
    state, minutes = counted(STATE, tasks + FIRST - 1), counted(MINUTES, tasks + FIRST - 1)
    each = {OPEN: now, STARTED: 0, CLOSED: 0}
    parts = {name: f'SUMIF({state},"{name}",{minutes})' for name in STATES}
    return [*(Formula(parts[name], each[name]) for name in STATES), Formula("+".join(parts.values()), now)]


def below(sheet: Sheet, result: Result, screen: FirstScreen, contents: Mapping[str, str]) -> None:
    """Add what stands below the first screen: limits, worst case, ratings, and what the other sheets hold."""
    sheet.line(f"{LIMITS} Results hash {screen.results}.", SMALL, 25)
    finding = worst(result)
    if finding:
        sheet.line("The worst, from the promise to the row", BIG, 24)
        for label, text in chain(result, finding):
            sheet.line(f"{label}: {text}")
    sheet.line("How each section stands", BIG, 24)
    top = sheet.last + 1
    for each in result.standing.sections:
        cells = [None, each.title, each.rating, ", ".join(o.control.id for o in each.controls)]
        sheet.add([*cells, None, None, None, None], height=15)
        sheet.merge(*RIGHT)
    sheet.colour(f"C{top}:C{max(top, sheet.last)}")
    sheet.new_page()
    sheet.line("What the other sheets hold", BIG, 24)
    for title, purpose in contents.items():
        sheet.add([None, title, purpose] + [None] * 5, [BODY, LINK, *[BODY] * 6], 15)
        sheet.merge(3, 8)
        sheet.link(2, title, 1)
