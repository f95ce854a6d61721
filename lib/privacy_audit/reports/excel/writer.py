"""Workbooks by XlsxWriter: sheets whose rows are added from the top, with links, lists to choose from and colours.

The same rows give the same bytes: nothing in a workbook depends on the clock.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from privacy_audit.errors import AuditError

LONGEST = 32_767  # characters of a cell, as Excel counts them: one outside the basic plane is two
EPOCH = date(1899, 12, 30).toordinal()
# Characters that no XML may hold, and those that turn the direction of the text after them.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A spreadsheet may take text that begins so for a formula once the cell has been edited.
RISKY = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the full-width forms
# The underscore that two escapes of characters share, of which XlsxWriter guards the first alone: another stands in.
SHARED, STAND_IN = re.compile("(?<=_x[0-9A-Fa-f]{4})_(?=x[0-9A-Fa-f]{4}_)"), "\uff3f"
RUN = ("<r>", "</r>")  # text in these XlsxWriter takes for rich text that is written already
BOLD_ROOM = 0.96  # bold letters are wider: so much of a column's width is left to them
LETTERS = [xl_col_to_name(number) for number in range(127)]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of our own, and the value it has before anybody changes a cell."""

    text: str
    value: str | int | date


Value = str | int | float | date | Formula | None


def cleaned(text: str) -> str:
    r"""Return text as a cell can hold it: nothing that XML forbids, and cut with a remark where it is too long.

    >>> cleaned("a\x00b\r\nc")
    'a�b\nc'
    """
    text = FORBIDDEN.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = SHARED.sub(STAND_IN, text)
    length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if length <= LONGEST:
        return text
    remark = f" [cut: the text has {length} characters]"
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(remark))].decode("utf-16-le", errors="ignore")
    return kept + remark


FONT, INK = "Calibri", "1B1B1B"
DAY = "d mmm yyyy"
MOST_LINKS = 65_000  # Excel opens no sheet with more than 65,530
RED, ORANGE, YELLOW, GREY, BLUE = "F4C7C3", "FCE2C4", "FFF6CC", "EDEDED", "DCE9F7"
# The first character of a cell, or a rating's first word, and the colour that goes with it: never the colour alone.
SIGNS = {"▲": RED, "◆": ORANGE, "●": YELLOW, "○": GREY, "✗": RED, "?": ORANGE, "!": ORANGE, "✓": BLUE}
SIGNS |= {"Serious": RED, "Some": YELLOW, "Cannot": ORANGE, "Kept": BLUE}


class CellStyle(NamedTuple):
    """The style of a cell: `open`: people may write into it; `quoted`: it is text, even where it begins like a formula.

    `inset` keeps its text away from that of the column before; `size` is in points, `colour` and `fill` are RGB.
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


PLAIN, BODY = CellStyle(), CellStyle(line=True)
OPEN = CellStyle(line=True, fill="FFFDE7", open=True)
HEAD = CellStyle(bold=True, colour="FFFFFF", fill="1F3A5F")
TITLE, BIG, BOLD = CellStyle(size=15, bold=True, wrap=False), CellStyle(size=12, bold=True), CellStyle(bold=True)
SMALL = CellStyle(size=9, italic=True, colour="444444")
LINK = CellStyle(line=True, link=True)


class Sheet:
    """A sheet whose rows are added from the top; rows and columns count from 1, and `last` is the row written last."""

    def __init__(self, page: Any, title: str, widths: Sequence[float], book: "Book") -> None:  # noqa: ANN401 - XlsxWriter has no types
        self.title, self.widths, self.last = title, tuple(widths), 0
        self._page, self._book, self._links = page, book, 0
        self._row: list[tuple[Value, CellStyle]] = []

    def add(self, values: Sequence[Value], styles: Sequence[CellStyle] | CellStyle = BODY, height: float = 0) -> int:
        """Add a row and return its number; `height` is in points, 0 makes room for the longest text."""
        given = [styles] * len(values) if isinstance(styles, CellStyle) else styles
        self._row = list(zip(values, given, strict=False))
        self.last += 1
        widths = [width * BOLD_ROOM if style.bold else width for style, width in zip(given, self.widths, strict=False)]
        self._page.set_row(self.last - 1, height or row_height(values, widths))
        for column in range(len(self._row)):
            self._write(column)
        return self.last

    def _write(self, column: int) -> None:
        """Write a cell of the last row; columns count from 0."""
        value, style = self._row[column]
        row, page = self.last - 1, self._page
        if value is None or value == "":
            page.write_blank(row, column, None, self._book.format(style))
        elif isinstance(value, str):
            self._write_text(row, column, value, self._book.format(_for_text(style, value)))
        elif isinstance(value, Formula):
            held = value.value
            day = self._book.format(style._replace(day=isinstance(held, date)))
            page.write_formula(row, column, f"={value.text}", day, _number(held) if isinstance(held, date) else held)
        elif isinstance(value, date):
            page.write_number(row, column, _number(value), self._book.format(style._replace(day=True)))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            page.write_number(row, column, value, self._book.format(style))
        else:
            message = f"A cell cannot hold a {type(value).__name__}."
            raise TypeError(message)

    def _write_text(self, row: int, column: int, text: str, style: Any) -> None:  # noqa: ANN401 - an XlsxWriter format
        """Write text as it is, also where XlsxWriter would read it as its own markup: that is written in two runs."""
        text = cleaned(text)
        if text.startswith(RUN[0]) and text.endswith(RUN[1]):
            done(self._page.write_rich_string(row, column, style, text[:1], style, text[1:], style))
        else:
            done(self._page.write_string(row, column, text, style))

    def line(
        self, text: Value, style: CellStyle = PLAIN, height: float = 0, across: tuple[int, int] | None = None
    ) -> int:
        """Add a row of one text across the sheet, or across some of its columns."""
        first, last = across or (1, len(self.widths))
        width = sum(self.widths[first - 1 : last])
        values: list[Value] = [None] * (first - 1) + [text] + [None] * (last - first)
        self.add(values, style, height or row_height([text], [width], style.size))
        self.merge(first, last)
        return self.last

    def merge(self, first: int, last: int) -> None:
        """Merge the cells of the last row from one column to another."""
        if last > first:
            self._page.merge_range(self.last - 1, first - 1, self.last - 1, last - 1, "")
            for column in range(first - 1, min(last, len(self._row))):
                self._write(column)

    def link(self, column: int, to: str, at: int) -> None:
        """Let a cell of the last row lead to the first cell of a row of another sheet."""
        self._links += 1
        if self._links <= MOST_LINKS:
            sheet = to.replace("'", "''")
            value, style = self._row[column - 1]
            text = cleaned(str(value))
            self._page.write_url(
                self.last - 1, column - 1, f"internal:'{sheet}'!A{at}", self._book.format(style), string=text
            )
            self._write(column - 1)  # a number stays one, and text that begins like a formula stays quoted

    def choose(self, cells: str, choices: Sequence[str], *, strict: bool = True) -> None:
        """Offer a list in the cells; a list that is not strict lets people write something else."""
        error = {"error_title": "Not in the list", "error_message": f"Please choose: {', '.join(choices)}."}
        rule = {"validate": "list", "source": list(choices), "show_error": strict, "ignore_blank": True}
        done(self._page.data_validation(cells, rule | error))

    def days(self, cells: str) -> None:
        """Let only days be written into the cells."""
        error = {"error_title": "Not a day", "error_message": "Please write a day, such as 9/10/2026."}
        rule = {"validate": "date", "criteria": ">", "value": date(2000, 1, 1), "ignore_blank": True}
        done(self._page.data_validation(cells, rule | error))

    def colour(self, cells: str, signs: Mapping[str, str] = SIGNS) -> None:
        """Colour the cells by the sign or word that they begin with."""
        first = cells.partition(":")[0]
        for sign, colour in signs.items():
            rule = {"type": "formula", "criteria": f'=LEFT({first},{len(sign)})="{sign}"'}
            done(self._page.conditional_format(cells, rule | {"format": self._book.fill(colour)}))

    def table(self, name: str, head: Sequence[str], first: int, styles: Sequence[CellStyle]) -> None:
        """Make the rows from the header row `first` to the last one a named table; `styles` are the header's."""
        columns = [
            {"header": title, "header_format": self._book.format(style)}
            for title, style in zip(head, styles, strict=True)
        ]
        options = {"name": name, "columns": columns, "style": "Table Style Light 1", "banded_rows": False}
        done(self._page.add_table(first - 1, 0, self.last - 1, len(head) - 1, options))

    def freeze(self, cell: str) -> None:
        """Keep the rows above and the columns to the left of a cell in sight."""
        self._page.freeze_panes(*xl_cell_to_rowcol(cell))

    def repeat(self, row: int) -> None:
        """Print a row at the top of every page."""
        self._page.repeat_rows(row - 1)

    def hide_lines(self) -> None:
        """Show no grid on the screen."""
        self._page.hide_gridlines(2)

    def hide_letters(self) -> None:
        """Show neither the columns' letters nor the rows' numbers."""
        self._page.hide_row_col_headers()

    def new_page(self) -> None:
        """Begin a new page of paper after the last row."""
        self._page.set_h_pagebreaks([self.last])


def done(code: int) -> None:
    """Raise AuditError where XlsxWriter returns that it left something out."""
    if code:
        message = f"A workbook could not be written as it should be (code {code}); nothing was published."
        raise AuditError(message)


def _for_text(style: CellStyle, text: str) -> CellStyle:
    return style._replace(quoted=True) if text.startswith(RISKY) else style


def _number(day: date) -> int:
    """Return a day as Excel keeps it: the number of days since the end of 1899."""
    return day.toordinal() - EPOCH


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


class Book:
    """A workbook of sheets; every sheet is protected, so that only open cells can be written into."""

    def __init__(self, title: str, footer: str, issued_on: date) -> None:
        self._out = io.BytesIO()
        self._book = Workbook(self._out, {"in_memory": True})
        self._footer, self._formats = footer.replace("&", "&&"), dict[CellStyle | str, Any]()
        when = datetime.combine(issued_on, time())
        self._book.set_properties({"title": title, "author": "privacy-audit", "created": when})

    def sheet(self, title: str, widths: Sequence[float], colour: str = "") -> Sheet:
        """Add a sheet with columns of so many characters; `colour` is that of its tab."""
        page = self._book.add_worksheet(title)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
        page.set_footer(f"&L{self._footer}&R&A, page &P of &N", {"margin": 0.3})
        if colour:
            page.set_tab_color(f"#{colour}")
        page.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
        return Sheet(page, title, widths, self)

    def format(self, style: CellStyle) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        """Return XlsxWriter's format of a style."""
        if style not in self._formats:
            self._formats[style] = self._book.add_format(_properties(style))
        return self._formats[style]

    def fill(self, colour: str) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        """Return XlsxWriter's format of a cell that is only coloured."""
        if colour not in self._formats:
            self._formats[colour] = self._book.add_format({"bg_color": f"#{colour}"})
        return self._formats[colour]

    def save(self) -> bytes:
        """Return the workbook's bytes."""
        self._book.close()
        return self._out.getvalue()


def _properties(style: CellStyle) -> dict[str, Any]:
    """Return a style in XlsxWriter's terms."""
    colour = "0B5394" if style.link else style.colour
    made: dict[str, Any] = {"font_name": FONT, "font_size": style.size, "font_color": f"#{colour}", "valign": "top"}
    made |= {"bold": style.bold, "italic": style.italic, "underline": int(style.link), "text_wrap": style.wrap}
    made |= {"align": "center" if style.centre else "left", "indent": int(style.inset and not style.centre)}
    made |= {"rotation": 90 if style.turned else 0, "locked": not style.open, "quote_prefix": style.quoted}
    if style.fill:
        made |= {"bg_color": f"#{style.fill}", "pattern": 1}
    if style.line:
        made |= {"bottom": 1, "bottom_color": "#BFBFBF", "left": 7, "left_color": "#D9D9D9"}  # thin, and hair
    return made | ({"num_format": DAY} if style.day else {})
