"""The results as an Excel workbook for somebody who has nothing but Excel; the same inputs give the same bytes."""

import io
import re
import textwrap
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from privacy_audit.reports import annex, flows, readings, tables, wording
from privacy_audit.reports.screen import LIMITS, SIGNS, chain, first_screen, worst
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

# No character at all, half of one, or one that turns the direction of what follows.
UNSEEN = re.compile("[\ufffe\uffff\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST = 32_000
WIDTHS = (4, 50, 36, 24, 9, 14, 12)
FONT = "Calibri"
PLAIN = Font(name=FONT, size=10)
TITLE, BIG = Font(name=FONT, size=15, bold=True), Font(name=FONT, size=12, bold=True)
SMALL = Font(name=FONT, size=9, italic=True, color="444444")
HEAD_FONT, HEAD_FILL = Font(name=FONT, size=10, bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3A5F")
LINE = Border(bottom=Side(style="thin", color="BFBFBF"))
WRAP = Alignment(wrap_text=True, vertical="top", horizontal="left")
FILLS = {
    "critical": PatternFill("solid", fgColor="F4C7C3"),
    "major": PatternFill("solid", fgColor="FCE2C4"),
    "minor": PatternFill("solid", fgColor="FFF6CC"),
    "note": PatternFill("solid", fgColor="EDEDED"),
}
WORDS = {SIGNS[name]: fill for name, fill in FILLS.items()} | {
    "✗ not met": FILLS["critical"],
    "✗ broken": FILLS["critical"],
    "Serious gaps": FILLS["critical"],
    "? cannot be shown": FILLS["major"],
    "! could not be run": FILLS["major"],
    "Cannot say": FILLS["major"],
    "Some gaps": FILLS["minor"],
}


def excel(result: Result) -> bytes:
    """Return audit.xlsx, the edition for the firm and its adviser."""
    book = Workbook()
    _start(book.active, result)
    made = (
        tables.tasks,
        tables.since,
        tables.findings,
        tables.controls,
        tables.ratings,
        tables.coverage,
        readings.readings,
        readings.classes,
        readings.readings_by_contact,
        flows.by_country,
        wording.wording,
        wording.contradictions,
        wording.notice,
        tables.files,
        tables.limits,
        annex.annex,
    )
    for make in made:
        _sheet(book, make(result))
    screen = first_screen(result)
    for sheet in book.worksheets:
        _print_setup(sheet, f"{screen.example}   results {screen.results}".strip())
    return _repacked(book, result)


def _put(cell: Cell, value: object, font: Font = PLAIN) -> Cell:
    """Write a value as what it is: text stays text even when it begins like a formula."""
    if isinstance(value, str):
        clean = UNSEEN.sub("�", ILLEGAL_CHARACTERS_RE.sub("�", value))
        cell.value = clean if len(clean) <= LONGEST else f"{clean[:LONGEST]} [truncated, {len(clean)} chars]"
        cell.data_type = "s"
        if value in WORDS:
            cell.fill = WORDS[value]
    else:
        cell.value = value
    if isinstance(value, date):
        cell.number_format = "d mmm yyyy"
    cell.font, cell.alignment = font, WRAP
    return cell


def _start(sheet: Worksheet, result: Result) -> None:
    """Fill the first sheet: what a reader needs in the first minute, without scrolling."""
    sheet.title = "Start here"
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    screen = first_screen(result)
    row = _line(sheet, 1, screen.title, TITLE, 22)
    row = _line(sheet, row, screen.example or "Confidential: for the firm and its adviser.", SMALL, 14)
    row = _line(sheet, row, screen.headline, BIG, 34)
    row = _line(sheet, row, "Do these first", BIG, 18)
    _header(sheet, row, ("", "Task", "Why", "Whom it touches", "Minutes", "By", "How serious"))
    for number, task in enumerate(screen.first, 1):
        row += 1
        cells = (number, task.title, task.why, task.touches, task.effort, task.due_on, SIGNS[task.severity])
        for column, value in enumerate(cells, 1):
            _put(sheet.cell(row, column), value).border = LINE
        sheet.row_dimensions[row].height = _height(cells, WIDTHS)
    row = _line(sheet, row + 2, f"{screen.since} {screen.files}", PLAIN, 15)
    row = _line(sheet, row, screen.unchecked, PLAIN, 28)
    finding = worst(result)
    if finding:
        row = _line(sheet, row, "The worst, from the promise to the row", BIG, 18)
        for label, text in chain(result, finding):
            said = f"{label}: {text}"
            row = _line(sheet, row, said, PLAIN, 13.5 * max(1, len(textwrap.wrap(said, 140))))
    _line(
        sheet,
        row,
        f"{LIMITS} Results hash {screen.results}: keep it, it shows later whether anything was changed.",
        SMALL,
        26,
    )


def _line(sheet: Worksheet, row: int, text: str, font: Font, height: float) -> int:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=7)
    _put(sheet.cell(row, 1), text, font)
    sheet.row_dimensions[row].height = height
    return row + 1


def _header(sheet: Worksheet, row: int, head: Sequence[str]) -> None:
    for column, title in enumerate(head, 1):
        cell = _put(sheet.cell(row, column), title, HEAD_FONT)
        cell.fill = HEAD_FILL


def _height(cells: Sequence[object], widths: Sequence[float]) -> float:
    lines = (
        len(textwrap.wrap(str(cell), max(3, int(width * 1.05)))) for cell, width in zip(cells, widths, strict=True)
    )
    return 13.5 * max(1, *lines)


def _sheet(book: Workbook, table: Table) -> None:
    sheet: Any = book.create_sheet(table.title)
    widths = [width for _, width in table.columns]
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _put(sheet.cell(1, 1), table.purpose, SMALL).alignment = Alignment(wrap_text=False)
    _header(sheet, 2, table.head)
    sheet.row_dimensions[2].height = 28
    for row, cells in enumerate(table.rows, 3):
        for column, value in enumerate(cells, 1):
            _put(sheet.cell(row, column), value).border = LINE
        sheet.row_dimensions[row].height = _height(cells, widths)
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(widths))}{max(len(table.rows) + 2, 3)}"
    sheet.print_title_rows = "2:2"


def _print_setup(sheet: Any, footer: str) -> None:  # noqa: ANN401 - openpyxl has no type for it
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = footer, "&A, page &P of &N"


def _repacked(book: Workbook, result: Result) -> bytes:
    """Return the workbook's bytes without any clock: parts sorted, times fixed, dated on the day of issue."""
    when = datetime.combine(result.inputs.issued_on, time())
    book.properties.creator, book.properties.title = "privacy-audit", first_screen(result).title
    book.properties.created = when
    first, out = io.BytesIO(), io.BytesIO()
    book.save(first)
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(member, content)
    return out.getvalue()
