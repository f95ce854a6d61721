"""Workbooks made by hand or by a library, with what no library writes put in afterwards."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import xlwt
from case import HEAD

HEADS = HEAD.split(",")
OPEN_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">'
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</manifest:manifest>'
)


def xlsx(*rows: Sequence[object], head: Sequence[str] = HEADS, also: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of these rows below a header; `also` may change it before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Clients"
    for row in (head, *rows):
        sheet.append(list(row))
    if also:
        also(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a zipped workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def with_sheet_xml(content: bytes, pattern: bytes, new: bytes) -> bytes:
    """Return a workbook with a pattern of its first sheet's XML replaced; it must occur."""

    def change(xml: bytes) -> bytes:
        changed, times = re.subn(pattern, new, xml, flags=re.DOTALL)
        assert times, pattern
        return changed

    return with_part(content, "xl/worksheets/sheet1.xml", change)


def xls(*rows: Sequence[object], also: Callable[[Any, Any], None] | None = None) -> bytes:
    """Return an Excel 97 workbook of these rows below a header."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Clients", cell_overwrite_ok=True)
    for at, row in enumerate((HEADS, *rows)):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(at, column, value)
    if also:
        also(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_cell(value: str, more: str = "") -> str:
    """Return a cell of an OpenDocument table."""
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def ods_row(*cells: str, more: str = "") -> str:
    """Return a row; a cell that is no XML is written as text."""
    return (
        f"<table:table-row {more}>{''.join(c if c.startswith('<') else text_cell(c) for c in cells)}</table:table-row>"
    )


def ods(
    *rows: str, before: str = "", manifest: str = "", head: str = OPEN_DOCUMENT, heads: Sequence[str] = HEADS
) -> bytes:
    """Return an OpenDocument workbook of these rows below a header; `before` are tables that come first."""
    style = '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    body = f'{before}<table:table table:name="Clients">{ods_row(*heads)}{"".join(rows)}</table:table>'
    content = (
        f"{head}<office:automatic-styles>{style}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", MANIFEST.format(manifest))
        file.writestr("content.xml", content)
    return out.getvalue()
