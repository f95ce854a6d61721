"""A table of the report as a sheet: title, what it is for, a named table, links, and what people may write into."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from privacy_audit.reports.excel_book import Book
from privacy_audit.reports.excel_cells import LETTERS, Value
from privacy_audit.reports.excel_sheet import BIG, BODY, HEAD, LINK, OPEN, SMALL, Look, Sheet, row_height
from privacy_audit.reports.tables import Table

HEADER, FIRST = 3, 4  # the rows on which a table's header and its first row stand
TAIL = 2  # characters that the arrow of a filter takes from a title
UPRIGHT = 48
Link = Callable[[Sequence[object]], tuple[str, int] | None]


@dataclass(frozen=True)
class Dress:
    """What a sheet has beyond its table, by columns counted from 1.

    `links` lead from a cell to a row of another sheet; `open` columns may be written into; `printed` is how many
    columns go on paper; `signs` are the columns whose colour follows their first sign; `name` is the table's name in
    Excel; from the column `turned` on, titles stand upright.
    """

    name: str = ""
    links: Mapping[int, Link] = field(default_factory=dict)
    open: Sequence[int] = ()
    printed: int = 0
    signs: Sequence[int] = ()
    freeze: str = "C4"
    colour: str = ""
    looks: Mapping[int, Look] = field(default_factory=dict)
    turned: int = 0


NO_DRESS = Dress()


def table_sheet(book: Book, table: Table, dress: Dress = NO_DRESS) -> Sheet:
    """Add a sheet for a table and return it."""
    widths = [width for _, width in table.columns]
    sheet = book.sheet(table.title, widths, dress.colour)
    shown = dress.printed or len(widths)
    sheet.line(table.title, BIG, 18, (1, shown))
    sheet.line(table.purpose, SMALL, across=(1, shown))
    upright = [bool(dress.turned) and number >= dress.turned for number in range(1, len(widths) + 1)]
    room = [width if up else width - TAIL for width, up in zip(widths, upright, strict=True)]
    flat = [None if up else title for title, up in zip(table.head, upright, strict=True)]
    height = UPRIGHT if any(upright) else max(16, row_height(flat, room))
    sheet.add(table.head, [HEAD._replace(turned=up, wrap=not up) for up in upright], height)
    looks = [_look(number, dress) for number in range(1, len(widths) + 1)]
    for row in table.rows or [["None."] + [None] * (len(widths) - 1)]:
        number = sheet.add([_value(each) for each in row], looks)
        for column, where in dress.links.items():
            to = where(row) if table.rows else None
            if to:
                sheet.link(number, column, *to)
    if table.rows:
        sheet.table(dress.name or "".join(filter(str.isalpha, table.title)), table.head, HEADER)
    for column in dress.signs:
        sheet.colour(f"{LETTERS[column - 1]}{FIRST}:{LETTERS[column - 1]}{sheet.last}")
    sheet.page.freeze_panes = dress.freeze
    sheet.page.print_title_rows = f"{HEADER}:{HEADER}"
    if dress.printed:
        sheet.page.print_area = f"A1:{LETTERS[shown - 1]}{sheet.last}"
    return sheet


def _look(column: int, dress: Dress) -> Look:
    if column in dress.looks:
        return dress.looks[column]
    return OPEN if column in dress.open else LINK if column in dress.links else BODY


def _value(value: object) -> Value:
    """Return a table's value as a cell's; what is neither text nor number nor day is a mistake of ours."""
    if isinstance(value, Value | None):
        return value
    message = f"A table cannot hold a {type(value).__name__}."
    raise TypeError(message)
