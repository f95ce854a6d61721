"""Workbooks: hidden parts, formulas, errors, dates, numbers, and files that only look like workbooks."""

import datetime as dt
import io
import struct
import zipfile

import xlwt
from books import HEADS, ods, ods_row, text_cell, with_part, with_sheet_xml, xls, xlsx
from case import ADA, BEA, Case, clients
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

ROW = ["C-1", "Ada", "former client", None]
OTHER = ["C-2", "Bea", "client", None]
X, S, D = "clients.xlsx", "clients.xls", "clients.ods"
END = ((2, "ended_on"),)
DAYS = xlwt.easyxf(num_format_str="dd/mm/yyyy")
ZEROS = xlwt.easyxf(num_format_str="00000")


def cell(place, value, number_format="General"):
    """Return a change that sets one cell."""

    def change(book):
        book.active[place] = value
        book.active[place].number_format = number_format

    return change


def hide_sheet(book):
    book.active.sheet_state = "hidden"
    book.create_sheet("Seen")["A1"] = "nothing"


def hidden_beside(book):
    old = book.create_sheet("Old", 0)
    for row in (HEADS, ["C-0", "Zoe", "client", None]):
        old.append(row)
    old.sheet_state = "veryHidden"
    book.active = 1


def notes_beside(book):
    book.create_sheet("Notes")["A1"] = "To do"


def hidden_rows(book):
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True


def merged(book):
    book.active.merge_cells("C2:C3")


def mac(book):
    book.epoch = CALENDAR_MAC_1904


def titles(book):
    book.active.insert_rows(1, 3)
    book.active["A1"] = "Our clients"
    book.active["A1"].font = Font(bold=True)


def total(book):
    book.active.append(["Total", 2, None, None])


def xls_extras(_book, sheet):
    sheet.row(1).set_cell_error(3, 0x2A)
    sheet.write(2, 3, dt.date(2020, 1, 2), DAYS)
    sheet.row(2).hidden = True


def renamed(name):
    """An Excel 97 workbook whose stream goes by another name in its container."""
    content = bytearray(xls(ROW))
    at = content.find("Workbook".encode("utf-16-le"))
    content[at : at + 64] = name.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", content, at + 64, 2 * (len(name) + 1))
    return bytes(content)


def with_password():
    """The record that tells of a password, in place of one that tells nothing of the cells."""
    content = bytearray(xls(ROW))
    content[content.index(b"\xe1\x00\x02\x00", 512)] = 0x2F
    return bytes(content)


def endless():
    """An Excel 97 workbook whose last sheet has no end."""
    content = bytearray(xls(ROW))
    content[content.rindex(b"\x0a\x00\x00\x00")] = 0x0B
    return bytes(content)


def formula(text=b""):
    """A formula with a text for its value; the record that holds the text follows, or is missing."""

    def cells(_book, sheet):
        sheet.write(1, 3, xlwt.Formula("A1"))
        sheet.write(1, 4, "in a column of its own")

    content = bytearray(xls(ROW, also=cells))
    value = content.index(struct.pack("<HH", 1, 3), content.index(b"\x06\x00\x1b\x00", 512)) + 6
    content[value : value + 8] = bytes(6) + b"\xff\xff"
    if text:
        next_ = content.index(struct.pack("<HHHH", 0x00FD, 10, 1, 4), value)
        content[next_ : next_ + 14] = struct.pack("<HHHB", 0x0207, 10, len(text), 0) + text
    return bytes(content)


def without(content, part):
    """A zipped workbook that lacks one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return out.getvalue()


def far(book):
    for column, value in enumerate(("C-8", "Cleo", "client"), 1):
        book.active.cell(900_000, column, value)


def shown_as_zeros(book):
    for row in (2, 3, 4):
        book.active.cell(row, 2).number_format = "00000"


def bare_zip(names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


INLINE = b'<c r="%s" t="inlineStr"><is><t>C-9</t></is></c>'

CASES = [
    Case("a plain workbook", xlsx(ROW, OTHER), 2, file=X),
    Case(
        "a date cell",
        xlsx(["C-1", "Ada", "former client", dt.date(2020, 1, 2)]),
        1,
        values={(2, "ended_on"): "2020-01-02"},
        file=X,
    ),
    Case(
        "a date and time cell",
        xlsx(["C-1", "Ada", "former client", dt.datetime(2020, 1, 2, 23, 59)]),
        1,
        values={(2, "ended_on"): "2020-01-02"},
        file=X,
    ),
    Case(
        "a date as text",
        xlsx(["C-1", "Ada", "former client", "02/01/2020"]),
        1,
        values={(2, "ended_on"): "2020-01-02"},
        file=X,
    ),
    Case(
        "dates counted from 1904",
        xlsx(["C-1", "Ada", "former client", dt.date(2020, 1, 2)], also=mac),
        1,
        values={(2, "ended_on"): "2020-01-02"},
        file=X,
    ),
    Case("a number where a date should be", xlsx(["C-1", "Ada", "former client", 43832]), 1, unread=END, file=X),
    Case(
        "a time where a date should be", xlsx(["C-1", "Ada", "former client", dt.time(10, 30)]), 1, unread=END, file=X
    ),
    Case(
        "a duration where a date should be",
        xlsx(["C-1", "Ada", "former client", dt.timedelta(hours=30)]),
        1,
        unread=END,
        file=X,
    ),
    Case(
        "a moment before midnight",
        xlsx(ROW, also=cell("D2", 44104.999999999, "dd/mm/yyyy")),
        1,
        "midnight",
        unread=END,
        file=X,
    ),
    Case("29 February 1900", xlsx(ROW, also=cell("D2", 60, "dd/mm/yyyy")), 1, unread=END, file=X),
    Case("day zero", xlsx(ROW, also=cell("D2", 0, "dd/mm/yyyy")), 1, unread=END, file=X),
    Case("a day before day zero", xlsx(ROW, also=cell("D2", -1, "dd/mm/yyyy")), 1, unread=END, file=X),
    Case("a day after the last", xlsx(ROW, also=cell("D2", 2958466, "dd/mm/yyyy")), 1, unread=END, file=X),
    Case("a number for a number", xlsx([123, "Ada", "client", None]), 1, values={(2, "client_id"): "123"}, file=X),
    Case("a text for a number", xlsx(["00123", "Ada", "client", None]), 1, values={(2, "client_id"): "00123"}, file=X),
    Case(
        "a number shown with zeros",
        xlsx(ROW, also=cell("A2", 123, "00000")),
        1,
        "leading zeros",
        values={(2, "client_id"): "00123"},
        file=X,
    ),
    Case(
        "a number of sixteen digits",
        xlsx([1234567890123456, "Ada", "client", None], OTHER),
        1,
        "too long",
        rejected=(2,),
        file=X,
    ),
    Case("a fraction for a number", xlsx([1.5, "Ada", "client", None]), 0, rejected=(2,), file=X),
    Case("a date for a number", xlsx([dt.date(2026, 1, 2), "Ada", "client", None]), 0, "date", rejected=(2,), file=X),
    Case("a truth for a number", xlsx(["C-1", True, "client", None]), 1, file=X),
    Case("an error value", xlsx(ROW, also=cell("D2", "#N/A")), 1, "error value", unread=END, file=X),
    Case(
        "an error value for a number",
        xlsx(ROW, OTHER, also=cell("A2", "#REF!")),
        1,
        "error value",
        rejected=(2,),
        file=X,
    ),
    Case("a formula without a value", xlsx(ROW, also=cell("D2", "=TODAY()")), 1, "not saved", unread=END, file=X),
    Case(
        "a formula with a value",
        with_sheet_xml(xlsx(ROW, also=cell("B2", "=A1")), rb"<f>A1</f><v ?/>", b"<f>A1</f><v>7</v>"),
        1,
        values={(2, "name"): "7"},
        file=X,
    ),
    Case(
        "a formula that gives an empty text",
        with_sheet_xml(
            xlsx(ROW, also=cell("D2", "=A1")), rb'(r="D2")([^>]*)><f>A1</f><v ?/>', rb'\1 t="str"><f>A1</f><v></v>'
        ),
        1,
        values={(2, "ended_on"): None},
        file=X,
    ),
    Case(
        "a shared formula without a value",
        with_sheet_xml(xlsx(ROW, also=cell("D2", "=A1")), rb"<f>A1</f><v ?/>", b'<f t="shared" si="0"/>'),
        1,
        unread=END,
        file=X,
    ),
    Case("a hidden sheet alone", xlsx(ROW, also=hide_sheet), None, "hidden", file=X),
    Case(
        "a hidden sheet before the seen one", xlsx(ROW, also=hidden_beside), 1, values={(2, "client_id"): "C-1"}, file=X
    ),
    Case("a sheet of notes beside the register", xlsx(ROW, also=notes_beside), 1, "Notes", file=X),
    Case("hidden rows and columns", xlsx(ROW, OTHER, also=hidden_rows), 2, "Hidden rows", file=X),
    Case(
        "merged cells",
        xlsx(ROW, OTHER, also=merged),
        2,
        "Merged",
        values={(3, "relationship"): "former_client"},
        file=X,
    ),
    Case("title rows and blank rows", xlsx(ROW, also=titles), 1, "row 4", values={(5, "client_id"): "C-1"}, file=X),
    Case("a totals row", xlsx(ROW, also=total), 1, "totals", file=X),
    Case("a header alone", xlsx(), 0, file=X),
    Case("a workbook of nothing", xlsx(head=[]), None, file=X),
    Case(
        "a wrong dimension",
        with_sheet_xml(xlsx(ROW, OTHER), rb'<dimension ref="[^"]*"', b'<dimension ref="A1"'),
        2,
        file=X,
    ),
    Case("cells without references", with_sheet_xml(xlsx(ROW, OTHER), rb'(<c) r="[A-Z]+\d+"', rb"\1"), 2, file=X),
    Case("a workbook named .csv", xlsx(ROW), 1, "workbook", file="clients.csv"),
    Case("a text named .xlsx", clients(ADA, BEA), 2, "text", file=X),
    Case("a text named .xls", clients(ADA, BEA), 2, "text", file=S),
    Case("a page named .xls", b"<html><table><tr><td>client_id</td></tr></table></html>", None, "web page", file=S),
    Case("a table in XML named .xls", b'<?xml version="1.0"?><Workbook></Workbook>', None, "XML", file=S),
    Case("cut off in the middle", xlsx(ROW, OTHER)[:2000], None, "damaged", file=X),
    Case("the first bytes alone", b"PK\x03\x04", None, "damaged", file=X),
    Case(
        "one byte changed",
        with_part(xlsx(ROW), "xl/worksheets/sheet1.xml", lambda xml: xml[:-9]),
        None,
        "no readable workbook",
        file=X,
    ),
    Case(
        "without its sheet",
        with_part(xlsx(ROW), "xl/workbook.xml", lambda xml: xml.replace(b'r:id="rId1"', b'r:id="rId99"')),
        None,
        "no readable workbook",
        file=X,
    ),
    Case("a binary workbook", bare_zip(["xl/workbook.bin"]), None, "xlsb", file="clients.xlsb"),
    Case("a text document", bare_zip(["word/document.xml"]), None, "not a workbook", file=X),
    Case("a zip archive", bare_zip(["clients.csv"]), None, "clients.zip/clients.csv: No mapping", file="clients.zip"),
    Case("a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), None, "picture", file="clients.png"),
    Case("a PDF", b"%PDF-1.7\n", None, "PDF", file="clients.pdf"),
    Case("JSON", b'[{"client_id": "C-1"}]', None, "JSON", file="clients.csv"),
    Case("Excel 97", xls(ROW, OTHER), 2, file=S),
    Case(
        "Excel 97 with an error, a date and a hidden row",
        xls(ROW, OTHER, also=xls_extras),
        2,
        "Hidden rows",
        unread=END,
        values={(3, "ended_on"): "2020-01-02"},
        file=S,
    ),
    Case(
        "Excel 97 with a formula without a value",
        xls(ROW, also=lambda _b, s: s.write(1, 3, xlwt.Formula("A1"))),
        1,
        unread=END,
        file=S,
    ),
    Case(
        "Excel 97 with a number shown with zeros",
        xls(ROW, also=lambda _b, s: s.write(1, 0, 123, ZEROS)),
        1,
        "leading zeros",
        values={(2, "client_id"): "00123"},
        file=S,
    ),
    Case(
        "Excel 97 with zeros in cells side by side",
        xls(ROW, also=lambda _b, s: [s.write(1, column, 100 + column, ZEROS) for column in (0, 1)]),
        1,
        "leading zeros",
        values={(2, "client_id"): "00100", (2, "name"): "00101"},
        file=S,
    ),
    Case("Excel 97, a formula whose text was not saved", formula(), 1, "not saved", unread=END, file=S),
    Case("Excel 97, a formula whose text was saved", formula(b"ongoing"), 1, "is not a date", unread=END, file=S),
    Case("Excel 97 whose sheet does not end", endless(), None, "no readable workbook", file=S),
    Case("Excel 97 with a password", with_password(), None, "has a password", file=S),
    Case("Excel 97 with a cell at its far end", xls(ROW, also=lambda _b, s: s.write(65535, 255, "x")), None, file=S),
    Case("older than Excel 97", renamed("Book"), None, "older than Excel 97", file=S),
    Case("an old container of something else", renamed("Contents"), None, "an old document", file=S),
    Case("a package that is no workbook", bare_zip(["[Content_Types].xml"]), None, "no readable workbook", file=X),
    Case("no styles", without(xlsx(ROW), "xl/styles.xml"), 1, file=X),
    Case(
        "a sheet that is listed and is not there",
        without(xlsx(ROW, also=lambda book: book.create_sheet("More")), "xl/worksheets/sheet2.xml"),
        None,
        "no readable workbook",
        file=X,
    ),
    Case(
        "cells that do not tell their place, one row hidden",
        with_sheet_xml(
            with_sheet_xml(xlsx(ROW, OTHER), rb'<c r="[A-Z]+[0-9]+"', b"<c"), rb'<row r="2"', b'<row r="2" hidden="1"'
        ),
        2,
        "Hidden rows were read",
        file=X,
    ),
    Case("blank cells merged", xlsx(ROW, OTHER, also=lambda book: book.active.merge_cells("D2:D3")), 2, file=X),
    Case(
        "a fraction, a debt and words in cells that show zeros",
        xlsx(
            ["C-1", 1.5, "client", None], ["C-2", -5, "client", None], ["C-3", "x", "client", None], also=shown_as_zeros
        ),
        3,
        values={(3, "name"): "-5", (4, "name"): "x"},
        unread=((2, "name"),),
        file=X,
    ),
    Case("a row far below", xlsx(ROW, also=far), 2, file=X),
    Case(
        "a row far below that stands twice",
        with_sheet_xml(
            xlsx(ROW, also=far),
            rb"</sheetData>",
            b'<row r="900000"><c r="D900000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
        ),
        None,
        "no readable workbook",
        file=X,
    ),
    Case(
        "a hidden row of a table",
        ods(ods_row("C-1", "Ada", "client", ""), ods_row(*OTHER[:3], "", more='table:visibility="collapse"')),
        2,
        "Hidden rows were read",
        file=D,
    ),
    Case("Excel 97 cut off", xls(ROW)[:1500], None, "damaged", file=S),
    Case("Excel 97 of which only the start is there", b"\xd0\xcf\x11\xe0" + bytes(600), None, file=S),
    Case("OpenDocument", ods(ods_row("C-1", "Ada", "client", ""), ods_row("C-2", "Bea", "client", "")), 2, file=D),
    Case(
        "OpenDocument with an error",
        ods(
            ods_row(
                "C-1",
                "Ada",
                "client",
                '<table:table-cell table:formula="of:=NA()" office:value-type="float" office:value="0" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>',
            )
        ),
        1,
        "error value",
        unread=END,
        file=D,
    ),
    Case(
        "OpenDocument with a formula without a value",
        ods(ods_row("C-1", "Ada", "client", '<table:table-cell table:formula="of:=A1"/>')),
        1,
        "not saved",
        unread=END,
        file=D,
    ),
    Case(
        "OpenDocument with a number shown with zeros",
        ods(
            ods_row(
                '<table:table-cell office:value-type="float" office:value="123"><text:p>00123</text:p></table:table-cell>',
                "Ada",
                "client",
                "",
            )
        ),
        1,
        values={(2, "client_id"): "00123"},
        file=D,
    ),
    Case(
        "OpenDocument with a date",
        ods(
            ods_row(
                "C-1",
                "Ada",
                "former",
                '<table:table-cell office:value-type="date" office:date-value="2020-01-02"><text:p>2 Jan</text:p></table:table-cell>',
            )
        ),
        1,
        values={(2, "ended_on"): "2020-01-02"},
        file=D,
    ),
    Case(
        "OpenDocument with a hidden table first",
        ods(
            ods_row("C-1", "Ada", "client", ""),
            before=f'<table:table table:name="Old" table:style-name="off">{ods_row(*HEADS)}{ods_row("C-0", "Zoe", "client", "")}</table:table>',
        ),
        1,
        values={(2, "client_id"): "C-1"},
        file=D,
    ),
    Case(
        "OpenDocument with merged cells",
        ods(
            ods_row(
                "C-1", text_cell("Ada", 'table:number-rows-spanned="2" table:number-columns-spanned="1"'), "client", ""
            ),
            ods_row("C-2", "<table:covered-table-cell/>", "client", ""),
        ),
        2,
        "Merged",
        values={(3, "name"): "Ada"},
        file=D,
    ),
    Case("OpenDocument with a password", ods(manifest="<manifest:encryption-data/>"), None, "password", file=D),
    Case("OpenDocument cut off", ods(ods_row("C-1", "Ada", "client", ""))[:400], None, "damaged", file=D),
    Case(
        "a cell that stands twice in its row",
        with_sheet_xml(xlsx(ROW), rb"</row></sheetData>", INLINE % b"A2" + b"</row></sheetData>"),
        None,
        "cell A2 twice",
        file=X,
    ),
    Case(
        "a row that stands twice",
        with_sheet_xml(xlsx(ROW), rb"</sheetData>", b'<row r="2">' + INLINE % b"A2" + b"</row></sheetData>"),
        None,
        "cell A2 twice",
        file=X,
    ),
    Case(
        "rows in no order",
        with_sheet_xml(
            xlsx(ROW),
            rb"</sheetData>",
            b'<row r="9">' + INLINE % b"A9" + b'</row><row r="5">' + INLINE % b"A5" + b"</row></sheetData>",
        ),
        3,
        values={(2, "client_id"): "C-1", (5, "client_id"): "C-9", (9, "client_id"): "C-9"},
        file=X,
    ),
    Case(
        "a cell that names a row and a column that no sheet has",
        with_sheet_xml(xlsx(ROW), rb"</row></sheetData>", INLINE % b"ZZZZ99999999" + b"</row></sheetData>"),
        None,
        "too far",
        file=X,
    ),
    Case(
        "a cell far to the right in the middle of many rows",
        lambda _: with_sheet_xml(xlsx(*[ROW] * 9000), rb'(<c r="A4000")', INLINE % b"XFD3999" + rb"</row><row>\1"),
        None,
        "too far",
        file=X,
    ),
    Case(
        "empty texts beside a register",
        with_sheet_xml(
            xlsx(ROW), rb"</row></sheetData>", b'<c r="D2" t="inlineStr"><is><t></t></is></c></row></sheetData>'
        ),
        1,
        file=X,
    ),
]
