"""A sheet in the making: rows from the top, links, lists to choose from, colours that follow words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as NamedTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo

from privacy_audit.reports.excel.cells import LETTERS, RISKY, Formula, Strings, Value, row_xml

FONT, INK = "Calibri", "1B1B1B"
DAY = "d mmm yyyy"
MOST_LINKS = 65_000  # Excel opens no sheet with more than 65,530
RED, ORANGE, YELLOW, GREY, BLUE = "F4C7C3", "FCE2C4", "FFF6CC", "EDEDED", "DCE9F7"
# The first character of a cell, or a rating's first word, and the colour that goes with it: never the colour alone.
SIGNS = {"▲": RED, "◆": ORANGE, "●": YELLOW, "○": GREY, "✗": RED, "?": ORANGE, "!": ORANGE, "✓": BLUE}
SIGNS |= {"Serious": RED, "Some": YELLOW, "Cannot": ORANGE, "Kept": BLUE}


class Look(NamedTuple):
    """How a cell looks: `open` says that people may write into it, `quoted` that it is text whatever it begins with.

    `inset` keeps its text away from that of the column before.
    """

    size: float = 10
    bold: bool = False
    italic: bool = False
    colour: str = INK
    fill: str = ""
    line: bool = False
    wrap: bool = True
    centre: bool = False
    turned: bool = False
    link: bool = False
    open: bool = False
    day: bool = False
    quoted: bool = False
    inset: bool = False


PLAIN, BODY = Look(), Look(line=True)
OPEN = Look(line=True, fill="FFFDE7", open=True)
HEAD = Look(bold=True, colour="FFFFFF", fill="1F3A5F")
TITLE, BIG, BOLD = Look(size=15, bold=True, wrap=False), Look(size=12, bold=True), Look(bold=True)
SMALL = Look(size=9, italic=True, colour="444444")
LINK = Look(line=True, link=True)


class Sheet:
    """A sheet whose rows are added from the top; `page` is openpyxl's own, `last` the row written last."""

    def __init__(self, page: Any, widths: Sequence[float], strings: Strings, style: Callable[[Look], int]) -> None:  # noqa: ANN401 - openpyxl has no types
        self.page, self.widths, self.last = page, tuple(widths), 0
        self._strings, self._style = strings, style
        self._rows, self._links, self._numbers = list[str](), list[str](), dict[tuple[Look, str], int]()

    @property
    def title(self) -> str:
        """The sheet's name."""
        name: str = self.page.title
        return name

    def add(self, values: Sequence[Value], looks: Sequence[Look] | Look = BODY, height: float = 0) -> int:
        """Add a row and return its number; a height of 0 makes room for the longest text."""
        self.last += 1
        given = [looks] * len(values) if isinstance(looks, Look) else looks
        tall = height or row_height(values, self.widths)
        styles = [self._number(look, value) for look, value in zip(given, values, strict=False)]
        self._rows.append(row_xml(self.last, tall, values, styles, self._strings))
        return self.last

    def _number(self, look: Look, value: Value) -> int:
        """Return the number of a value's style: a day is shown as one, text that begins like a formula is quoted."""
        kind = _kind(value)
        key = look, kind
        if key not in self._numbers:
            self._numbers[key] = self._style(look._replace(day=kind == "day", quoted=kind == "quoted"))
        return self._numbers[key]

    def line(self, text: Value, look: Look = PLAIN, height: float = 0, across: tuple[int, int] | None = None) -> int:
        """Add a row of one text across the sheet, or across some of its columns, counted from 1."""
        first, last = across or (1, len(self.widths))
        width = sum(self.widths[first - 1 : last])
        values: list[Value] = [None] * (first - 1) + [text] + [None] * (last - first)
        self.add(values, look, height or row_height([text], [width], look.size))
        self.merge(self.last, first, last)
        return self.last

    def merge(self, row: int, first: int, last: int) -> None:
        """Merge the cells of a row from one column to another, counted from 1."""
        if last > first:
            self.page.merged_cells.add(f"{LETTERS[first - 1]}{row}:{LETTERS[last - 1]}{row}")

    def link(self, row: int, column: int, to: str, at: int) -> None:
        """Let a cell lead to the first cell of a row of another sheet."""
        if len(self._links) < MOST_LINKS:
            where = quote_sheetname(to).replace("&", "&amp;").replace('"', "&quot;")
            self._links.append(f'<hyperlink ref="{LETTERS[column - 1]}{row}" location="{where}!A{at}"/>')

    def choose(self, columns: str, choices: Sequence[str], *, strict: bool = True) -> None:
        """Offer a list in the cells; a list that is not strict lets people write something else."""
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=strict)
        rule.error, rule.errorTitle = f"Please choose: {', '.join(choices)}.", "Not in the list"
        self.page.add_data_validation(rule)
        rule.add(columns)

    def days(self, cells: str) -> None:
        """Let only days be written into the cells."""
        rule = DataValidation("date", operator="greaterThan", formula1="36526", allow_blank=True)
        rule.error, rule.errorTitle = "Please write a day, such as 9/10/2026.", "Not a day"
        self.page.add_data_validation(rule)
        rule.add(cells)

    def colour(self, cells: str, signs: Mapping[str, str] = SIGNS) -> None:
        """Colour the cells by the sign or word that they begin with."""
        first = cells.partition(":")[0]
        for sign, colour in signs.items():
            fill = PatternFill("solid", bgColor=colour)
            self.page.conditional_formatting.add(cells, FormulaRule([f'LEFT({first},{len(sign)})="{sign}"'], fill=fill))

    def table(self, name: str, head: Sequence[str], first: int) -> None:
        """Make the rows from the header row to the last one a named table."""
        columns = [TableColumn(id=number, name=title) for number, title in enumerate(head, 1)]
        where = f"A{first}:{LETTERS[len(head) - 1]}{self.last}"
        table = NamedTable(displayName=name, ref=where, tableColumns=columns)
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        table.autoFilter = AutoFilter(ref=where)
        self.page.add_table(table)

    def filled(self, skeleton: bytes) -> bytes:
        """Return the sheet's XML as openpyxl wrote it, with the rows and links put in."""
        rows = "".join(self._rows).encode()
        text = re.sub(
            rb"<sheetData ?/>|<sheetData></sheetData>", lambda _: b"<sheetData>" + rows + b"</sheetData>", skeleton
        )
        last = f"A1:{LETTERS[len(self.widths) - 1]}{max(self.last, 1)}".encode()
        text = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + last + b'"', text)
        if not self._links:
            return text
        links = f"<hyperlinks>{''.join(self._links)}</hyperlinks>".encode()
        return text.replace(b"<pageMargins", links + b"<pageMargins", 1)


def _kind(value: Value) -> str:
    """Return what of a look a value decides by itself."""
    if type(value) is str:
        return "quoted" if value.startswith(RISKY) else ""
    shown = value.value if isinstance(value, Formula) else value
    return "day" if isinstance(shown, date) else ""


@cache
def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of so many characters, broken between words."""
    lines = 0
    for part in text.split("\n"):
        lines, room = lines + 1, width
        for word in part.split(" "):
            length = len(word)
            if length > room and room < width:
                lines, room = lines + 1, width
            lines += max(0, length - 1) // width
            room -= length % width + 1
    return lines


def row_height(values: Sequence[Value], widths: Sequence[float], size: float = 10) -> float:
    """Return the height in points that the longest text needs: programs other than Excel make no room by themselves."""
    scale = 1.25 * 10 / size  # a width is counted in figures of eleven points, and most letters are narrower
    pairs = ((each, width) for each, width in zip(values, widths, strict=False) if type(each) is str)
    most = max((_lines(text, max(3, int(width * scale))) for text, width in pairs if len(text) > width - 2), default=1)
    return min(409, round((3 + 1.3 * size * most) * 2) / 2) if most > 1 else round(1.3 * size + 3)
