"""A sheet in the making: rows from the top, links, lists to choose from, colours that follow words."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as NamedTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.writer.excel import ExcelWriter

LONGEST = 32_767  # characters of a cell, as Excel counts them: one outside the basic plane is two
EPOCH = date(1899, 12, 30).toordinal()
# What no XML may hold, and what turns the direction of the text that follows.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What Excel would read as an escape of one character.
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# What a spreadsheet may take for a formula once somebody has edited the cell.
RISKY = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the full-width forms
LETTERS = [get_column_letter(number) for number in range(1, 128)]


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
    length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if length <= LONGEST:
        return text
    remark = f" [cut: the text has {length} characters]"
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(remark))].decode("utf-16-le", errors="ignore")
    return kept + remark


class Strings:
    """The texts of a workbook, each kept once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the number under which a text stands in the workbook."""
        return self._places.setdefault(text, len(self._places))

    def xml(self) -> bytes:
        """Return the part of the workbook that holds the texts."""
        items = "".join(
            f'<si><t xml:space="preserve">{escape(ESCAPE.sub("_x005F_", cleaned(text)))}</t></si>'
            for text in self._places
        )
        count = len(self._places)
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f'{head}<sst xmlns="{space}" count="{count}" uniqueCount="{count}">{items}</sst>'.encode()


def row_xml(number: int, height: float, values: Sequence[Value], styles: Sequence[int], strings: Strings) -> str:
    """Return one row; `styles` are the numbers of the cells' styles, `height` is in points."""
    place = strings.place
    cells = []
    for letter, style, value in zip(LETTERS, styles, values, strict=False):
        if type(value) is str and value:
            cells.append(f'<c r="{letter}{number}" s="{style}" t="s"><v>{place(value)}</v></c>')
        else:
            cells.append(_other(f'r="{letter}{number}" s="{style}"', value))
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _other(where: str, value: Value) -> str:
    """Return a cell that is no text."""
    if value is None or value == "":
        return f"<c {where}/>"
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        return f"<c {where}{kind}><f>{escape(value.text)}</f><v>{escape(str(_plain(value.value)))}</v></c>"
    if isinstance(value, bool | int | float | date):
        return f"<c {where}><v>{_plain(value)}</v></c>"
    message = f"A cell cannot hold a {type(value).__name__}."
    raise TypeError(message)


def _plain(value: str | float | date) -> str | int | float:
    """Return a value as Excel keeps it: a day is the number of days since the end of 1899."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.toordinal() - EPOCH if isinstance(value, date) else value


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


# Telephones show no text that stands in the cells themselves, as openpyxl writes it: the texts are a part of their own.
TYPES, LINKED, TEXTS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
KIND = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
BELOW, BESIDE = Side(style="thin", color="BFBFBF"), Side(style="hair", color="D9D9D9")
TEXTS_TYPE = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + KIND + b'"/>'
TEXTS_LINK = b'<Relationship Id="texts" Type="' + OFFICE + b'" Target="/xl/sharedStrings.xml"/>'


class Book:
    """A workbook of sheets; every sheet is protected, so that only open cells can be written into."""

    def __init__(self, title: str, footer: str, issued_on: date) -> None:
        self.strings, self.sheets = Strings(), list[Sheet]()
        self._book, self._footer, self._looks = Workbook(), footer.replace("&", "&&"), dict[Look, int]()
        self._book.remove(self._book.active)
        self._when = datetime.combine(issued_on, time())
        about = self._book.properties
        about.creator, about.title, about.created, about.language = "privacy-audit", title, self._when, "en-GB"

    def sheet(self, title: str, widths: Sequence[float], colour: str = "") -> "Sheet":
        """Add a sheet with columns of so many characters."""
        made: Any = self._book.create_sheet(title)
        for letter, width in zip(LETTERS, widths, strict=False):
            made.column_dimensions[letter].width = width
        made.page_setup.orientation, made.page_setup.paperSize = "landscape", made.PAPERSIZE_A4
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        made.page_margins.left = made.page_margins.right = 0.4
        made.page_margins.top, made.page_margins.bottom, made.page_margins.footer = 0.5, 0.75, 0.3
        made.sheet_properties.tabColor = colour or None
        made.oddFooter.left.text, made.oddFooter.right.text = self._footer, "&A, page &P of &N"
        lock = made.protection
        lock.sheet, lock.autoFilter, lock.formatColumns, lock.formatRows = True, False, False, False
        self.sheets.append(Sheet(made, widths, self.strings, self.style))
        return self.sheets[-1]

    def style(self, look: Look) -> int:
        """Return the number of a cell style, made when it is first asked for."""
        if look not in self._looks:
            cell = Cell(self.sheets[0].page, row=1, column=1)
            colour = "0B5394" if look.link else look.colour
            under = "single" if look.link else None
            cell.font = Font(
                name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=colour, underline=under
            )
            cell.fill = PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill()
            cell.border = Border(bottom=BELOW, left=BESIDE) if look.line else Border()
            side = "center" if look.centre else "left"
            cell.alignment = Alignment(
                wrap_text=look.wrap,
                vertical="top",
                horizontal=side,
                text_rotation=90 if look.turned else 0,
                indent=int(look.inset and not look.centre),
            )
            cell.protection = Protection(locked=not look.open)
            if look.day:
                cell.number_format = DAY
            cell._style.quotePrefix = int(look.quoted)  # noqa: SLF001 - openpyxl writes it, and has no other way to set it
            self._looks[look] = cell.style_id
        return self._looks[look]

    def save(self) -> bytes:
        """Return the workbook's bytes without any clock: parts sorted, times fixed, dated on the day of issue."""
        first, out = io.BytesIO(), io.BytesIO()
        self._book.properties.modified = self._when
        _Writer(self._book, zipfile.ZipFile(first, "w"), self.sheets).save()
        with zipfile.ZipFile(first) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        parts[TEXTS] = self.strings.xml()
        for name, entry, end in ((TYPES, TEXTS_TYPE, b"</Types>"), (LINKED, TEXTS_LINK, b"</Relationships>")):
            parts[name] = parts[name].replace(end, entry + end)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(parts, key=lambda each: (each != TYPES, each)):
                member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                target.writestr(member, parts[name])
        return out.getvalue()


class _Writer(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's own writer, but for the sheets: their rows are put in, and nothing is written to a temporary file."""

    def __init__(self, book: Workbook, archive: zipfile.ZipFile, sheets: "list[Sheet]") -> None:
        super().__init__(book, archive)
        self._made = {each.page.title: each for each in sheets}

    def write_worksheet(self, page: Any) -> None:  # noqa: ANN401 - openpyxl has no types
        """Write one sheet."""
        page._drawing = SpreadsheetDrawing()  # noqa: SLF001 - as openpyxl does it
        skeleton = WorksheetWriter(page, io.BytesIO())
        skeleton.write()
        page._rels = skeleton._rels  # noqa: SLF001 - as openpyxl does it
        self._archive.writestr(page.path[1:], self._made[page.title].filled(skeleton.out.getvalue()))
        self.manifest.append(page)
