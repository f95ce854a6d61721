"""A workbook in the making: openpyxl keeps styles, rules and pages; the rows are written by excel_cells.

openpyxl alone writes formulas without their values, which a preview, a telephone or another program then shows as
blanks; it takes several times as long; and it keeps every cell in a temporary file of its own on the way.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from privacy_audit.reports.excel.cells import LETTERS, Strings
from privacy_audit.reports.excel.sheet import DAY, FONT, Look, Sheet

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
