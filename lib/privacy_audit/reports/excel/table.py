"""A table of the report as a sheet: title, what it is for, a named table, links, and what people may write into."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from privacy_audit.audit.result import Result
from privacy_audit.reports.excel.writer import (
    BIG,
    BODY,
    HEAD,
    LETTERS,
    LINK,
    OPEN,
    SMALL,
    Book,
    CellStyle,
    Sheet,
    Value,
    row_height,
)
from privacy_audit.reports.tables import Table

HEADER, FIRST = 3, 4  # the rows on which a table's header and its first row stand
TAIL = 2  # characters that the arrow of a filter takes from a title
UPRIGHT, INSET = 48, 1.6  # the height of titles that stand upright; characters that the inset of a cell takes
PAPER, WIDE, NARROWEST = 185, 18, 0.6  # characters on a sheet of A4 of a size that can be read
Link = Callable[[Sequence[object]], tuple[str, int] | None]


@dataclass(frozen=True)
class SheetLayout:
    """What a sheet has beyond its table; columns count from 1.

    `links` lead from a cell to a row of another sheet; `open` columns may be written into; `signs` are the columns
    whose colour follows their first sign; `name` is the table's name in Excel; from the column `turned` on, titles
    stand upright. All columns go on paper, on one page's width.
    """

    name: str = ""
    links: Mapping[int, Link] = field(default_factory=dict)
    open: Sequence[int] = ()
    signs: Sequence[int] = ()
    freeze: str = "C4"
    colour: str = ""
    styles: Mapping[int, CellStyle] = field(default_factory=dict)
    turned: int = 0


PLAIN_LAYOUT = SheetLayout()


def table_sheet(book: Book, table: Table, layout: SheetLayout = PLAIN_LAYOUT) -> Sheet:
    """Add a sheet for a table and return it."""
    widths = _fitted([width for _, width in table.columns])
    sheet = book.sheet(table.title, widths, layout.colour)
    across = (1, _on_screen(widths))
    sheet.line(table.title, BIG, 18, across)
    sheet.line(table.purpose, SMALL, across=across)
    heads = _head(sheet, table, layout)
    styles = [_style(number, layout)._replace(inset=True) for number in range(1, len(widths) + 1)]
    for row in table.rows or [["None."] + [None] * (len(widths) - 1)]:
        links = _links(row, layout, widths) if table.rows else {}
        as_text = layout.links.keys() - links.keys()
        plain = BODY._replace(inset=True)
        shown = [plain if column in as_text else style for column, style in enumerate(styles, 1)]
        cells = [_value(each) for each in row]
        sheet.add(cells, shown, row_height(cells, [width - INSET for width in widths]))
        for column, to in links.items():
            sheet.link(column, *to)
    if table.rows:
        sheet.table(layout.name or "".join(filter(str.isalpha, table.title)), table.head, HEADER, heads)
    for column in layout.signs:
        sheet.colour(f"{LETTERS[column - 1]}{FIRST}:{LETTERS[column - 1]}{sheet.last}")
    sheet.freeze(layout.freeze)
    sheet.repeat(HEADER)
    return sheet


def _head(sheet: Sheet, table: Table, layout: SheetLayout) -> list[CellStyle]:
    """Add the row of titles, with room for the arrows of the filter, and return the styles of its cells."""
    upright = [bool(layout.turned) and number >= layout.turned for number in range(1, len(sheet.widths) + 1)]
    room = [width if up else width - TAIL - INSET for width, up in zip(sheet.widths, upright, strict=True)]
    flat = [None if up else title for title, up in zip(table.head, upright, strict=True)]
    height = UPRIGHT if any(upright) else max(16, row_height(flat, room))
    styles = [HEAD._replace(turned=up, wrap=not up, inset=not up) for up in upright]
    sheet.add(table.head, styles, height)
    return styles


def _links(row: Sequence[object], layout: SheetLayout, widths: Sequence[float]) -> dict[int, tuple[str, int]]:
    """Return where a row's cells lead: none that is wider than its column, since a link is cut and text is wrapped."""
    found = ((column, where(row)) for column, where in layout.links.items())
    return {column: to for column, to in found if to and len(str(row[column - 1])) <= widths[column - 1]}


def _on_screen(widths: Sequence[float]) -> int:
    """Return how many columns a screen shows at once: a text across more of them would run out of it."""
    return max(1, sum(sum(widths[:number]) <= PAPER for number in range(1, len(widths) + 1)))


def _fitted(widths: Sequence[float]) -> list[float]:
    """Return the widths with the wider columns made narrower, so that all of them can be read on paper."""
    wide = sum(width for width in widths if width >= WIDE)
    too_much = sum(widths) - PAPER
    share = max(NARROWEST, 1 - too_much / wide) if too_much > 0 and wide else 1
    return [round(width * share, 1) if width >= WIDE else width for width in widths]


def _style(column: int, layout: SheetLayout) -> CellStyle:
    if column in layout.styles:
        return layout.styles[column]
    return OPEN if column in layout.open else LINK if column in layout.links else BODY


def _value(value: object) -> Value:
    """Return a table's value as a cell's; what is neither text nor number nor day is a mistake of ours."""
    if isinstance(value, Value | None):
        return value
    message = f"A table cannot hold a {type(value).__name__}."
    raise TypeError(message)


def lead(sheet: str, ids: Iterable[str], column: int = 1) -> Link:
    """Return what finds for the id in a row's column, counted from 1, its row on a sheet; of several ids the first."""
    rows: dict[str, int] = {}
    for number, each in enumerate(ids, FIRST):
        rows.setdefault(each, number)

    def find(row: Sequence[object]) -> tuple[str, int] | None:
        at = rows.get(str(row[column - 1]).partition(", ")[0])
        return (sheet, at) if at else None

    return find


def link_to_check(result: Result, column: int = 1) -> Link:
    """Return what leads to a check's counts."""
    return lead("Checks", [each.control.id for each in result.observations], column)


def link_to_logic(result: Result) -> Link:
    """Return what leads from a check to its promise, logic and law."""
    return lead("Annex", [each.control.id for each in result.observations])


def link_to_finding(result: Result, column: int) -> Link:
    """Return what leads from a finding's id to its line."""
    return lead("Findings", [each.id for each in result.findings], column)


def link_to_findings_of(result: Result, outcome: str) -> Link:
    """Return what leads from a check to the first of its facts (`broken`), or of its gaps (`not_shown`)."""
    found = [(each.outcome, each.blocks or (each.control,)) for each in result.findings]
    rows = [(number, name) for number, (kind, names) in enumerate(found, FIRST) if kind == outcome for name in names]
    first = {name: number for number, name in reversed(rows)}
    return lambda row: ("Findings", first[str(row[0])]) if str(row[0]) in first else None


def link_to_sources(result: Result, column: int) -> Link:
    """Return what leads from a finding's id to the first row of a file in which it stands."""
    return lead("Source rows", [each.id for each in result.findings for _ in each.sources], column)


def link_to_task(result: Result, column: int) -> Link:
    """Return what leads from a task's number to the task."""
    return lead("Tasks", [each.id for each in result.tasks], column)


def link_to_file(result: Result, column: int) -> Link:
    """Return what leads from a file's name to how it was read."""
    return lead("Files read", [each.file for each in result.inputs.folder.receipts], column)
