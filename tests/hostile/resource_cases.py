"""Files that want more memory or time than they are worth, and files that are locked."""

import io
import struct
import zipfile

import openpyxl
from books import HEADS, OPEN_DOCUMENT, ods, ods_row, with_part, with_sheet_xml, xls, xlsx
from case import ADA, HEAD, Case, clients

ROW = ["C-1", "Ada", "client", None]
X, S, D = "clients.xlsx", "clients.xls", "clients.ods"
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def declared(doctype):
    """Return a change that puts a document type into a part's XML."""

    def change(xml):
        head, rest = (
            (xml[: xml.index(b"?>") + 2], xml[xml.index(b"?>") + 2 :]) if xml.startswith(b"<?xml") else (b"", xml)
        )
        return head + doctype + rest

    return change


def stray(_folder, place="A1048576"):
    def change(book):
        book.active[place] = " "

    return xlsx(ROW, also=change)


def million_empty_rows(_folder):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADS, ROW):
        sheet.append(row)
    for _ in range(1_048_000):
        sheet.append([])
    out = io.BytesIO()
    book.save(out)
    empty = b"".join(b'<row r="%d"></row>' % number for number in range(3, 1_000_000))
    return with_sheet_xml(out.getvalue(), rb"</row></sheetData>", b"</row>" + empty + b"</sheetData>")


def million_styled_rows(_folder):
    styled = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="B%d" s="0"/></row>' % (n, n, n) for n in range(3, 500_000))
    return with_sheet_xml(xlsx(ROW), rb"</row></sheetData>", b"</row>" + styled + b"</sheetData>")


def bomb(_folder):
    blanks = b" " * 200_000_000
    return with_sheet_xml(xlsx(ROW), rb"</sheetData>", b"</sheetData>" + blanks)


def lying_bomb(folder):
    """A bomb whose directory says that it is small."""
    content = bytearray(bomb(folder))
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at = content.find(b"xl/worksheets/sheet1.xml", content.find(mark))
        start = content.rfind(mark, 0, at)
        struct.pack_into("<I", content, start + (24 if mark == b"PK\x01\x02" else 22), 900)
    return bytes(content)


def nested_zip(_folder):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("clients.csv", bytes(50_000_000))
    return out.getvalue()


def many_parts(_folder):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        for at in range(12_000):
            file.writestr(f"xl/x{at}", "")
    return out.getvalue()


def locked(_folder):
    """A workbook as Excel keeps it under a password: a package in an old container."""
    content = bytearray(xls(ROW))
    at = content.find("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage"
    content[at : at + 64] = name.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", content, at + 64, 2 * (len(name) + 1))
    return bytes(content)


def patched(record, at, new):
    """An Excel 97 workbook of which bytes of one record are others; the container has no check sum."""
    content = bytearray(xls(ROW))
    start = content.index(record, 512) + at
    content[start : start + len(new)] = new
    return bytes(content)


def spoilt_zip(method):
    """An archive whose packed bytes are not what was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr("clients.csv", f"{HEAD}\n" + "".join(f"C-{at},Ada,client,\n" for at in range(2000)))
    content = bytearray(out.getvalue())
    content[80:120] = b"\xff" * 40
    return bytes(content)


def locked_zip(_folder):
    content = bytearray(xlsx(ROW))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


REPEATED = 'table:number-rows-repeated="{}"'
CELLS = '<table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>x</text:p></table:table-cell>'
LAUGHING = OPEN_DOCUMENT.replace("?>", "?>" + LAUGHS.decode(), 1)

CASES = [
    Case("a cell of a megabyte", lambda _: clients(f"C-1,{'x' * 1_000_000},client,", ADA), 2, seconds=60),
    Case("a quoted cell of a megabyte", lambda _: clients(f'C-1,"{"x, " * 350_000}",client,', ADA), 2, seconds=60),
    Case("a line of ten megabytes without an end", lambda _: b"x" * 10_000_000, None, "No mapping"),
    Case("ten megabytes of quotation marks", lambda _: clients() + b'"' * 10_000_000, 0, rejected=(2,)),
    Case("a total before 100,000 commas", lambda _: clients(f'"total{"," * 100_000}x",Ada,client,', ADA), 2),
    Case(
        "300,000 semicolons in each of twenty cells",
        lambda _: clients(*[f"C-{n},{';' * 300_000}x,client," for n in range(20)]),
        20,
    ),
    Case(
        "an open quotation mark in each of 50,000 lines",
        lambda _: clients(*['C-1,"Ada,client,'] * 50_000),
        0,
        rejected=tuple(range(2, 50_002)),
    ),
    Case(
        "an open quotation mark before 100,000 lines",
        lambda _: clients('C-0,"Zoe,client,', *[f"C-{n},Ada,client," for n in range(1, 100_001)]),
        100_000,
        rejected=(2,),
    ),
    Case("100,000 rows", lambda _: clients(*[f"C-{n},Ada,client," for n in range(100_000)]), 100_000),
    Case(
        "100,000 rows with an accent and a line break in one",
        lambda _: clients('C-0,"Zoë\nBrontë",client,', *[f"C-{n},Ada,client," for n in range(1, 100_000)]),
        100_000,
    ),
    Case(
        "100,000 different end dates that are none",
        lambda _: clients(*[f"C-{n},Ada,former,x{n}" for n in range(20_000)]),
        20_000,
        unread=tuple((n, "ended_on") for n in range(2, 20_002)),
    ),
    Case(
        "5,000 columns",
        lambda _: clients(ADA + "," * 5000, head=HEAD + "," + ",".join(f"x{n}" for n in range(5000))),
        1,
    ),
    Case("a million line ends", lambda _: clients(ADA) + b"\n" * 1_000_000, 1, "1000000 blank lines"),
    Case(
        "a text that makes patterns slow",
        lambda _: clients(
            "C-1,Ada,client,2020-" + "0" * 50_000, f"C-2,{'a ' * 20_000}!,client,", f"C-3,Ada,{'a' * 30_000}!,"
        ),
        3,
        unread=((2, "ended_on"), (4, "relationship")),
    ),
    Case(
        "an address that makes patterns slow",
        lambda _: clients(f"C-1,{'a.' * 20_000}@{'a.' * 20_000}", head="client_id,email"),
        1,
        unread=((2, "email"),),
    ),
    Case("more than 100 MB", lambda _: clients(ADA) + b" " * 101_000_000, None, "100 MB"),
    Case(
        "entities that multiply",
        with_part(xlsx(ROW), "xl/worksheets/sheet1.xml", declared(LAUGHS)),
        None,
        "entities",
        file=X,
    ),
    Case(
        "entities in the list of sheets",
        with_part(xlsx(ROW), "xl/workbook.xml", declared(LAUGHS)),
        None,
        "entities",
        file=X,
    ),
    Case("entities in the styles", with_part(xlsx(ROW), "xl/styles.xml", declared(LAUGHS)), None, "entities", file=X),
    Case(
        "an entity from outside",
        with_part(xlsx(ROW), "xl/worksheets/sheet1.xml", declared(OUTSIDE)),
        None,
        "entities",
        file=X,
    ),
    Case("entities in OpenDocument", ods(ods_row("C-1", "Ada", "client", ""), head=LAUGHING), None, "entities", file=D),
    Case(
        "a part in UTF-16",
        with_part(xlsx(ROW), "xl/worksheets/sheet1.xml", lambda xml: xml.decode().encode("utf-16")),
        None,
        "UTF-8",
        file=X,
    ),
    Case("a zip bomb", bomb, None, "unpacks to far more", file=X),
    Case("a zip bomb that says it is small", lying_bomb, None, file=X),
    Case("a zip bomb named .csv", nested_zip, None, "zip archive"),
    Case("12,000 parts", many_parts, None, "unpacks to far more", file=X),
    Case("a stray space in the last row", stray, 1, file=X, seconds=20),
    Case("a stray space in the last column", lambda folder: stray(folder, "XFD2"), 1, file=X),
    Case("a stray space in the last cell", lambda folder: stray(folder, "XFD1048576"), 1, file=X, seconds=20),
    Case("a million empty rows", million_empty_rows, 1, file=X, seconds=20, in_prove=True),
    Case("half a million rows of format alone", million_styled_rows, 1, file=X, seconds=20),
    Case(
        "a merged range over the whole sheet",
        with_sheet_xml(
            xlsx(ROW),
            rb"</sheetData>",
            b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>',
        ),
        1,
        "Merged",
        unread=((2, "ended_on"),),
        file=X,
    ),
    Case(
        "OpenDocument with a million empty rows",
        ods(ods_row("C-1", "Ada", "client", ""), ods_row("<table:table-cell/>", more=REPEATED.format(1_048_000))),
        1,
        file=D,
    ),
    Case(
        "OpenDocument with cells repeated without end",
        ods(ods_row("C-1", "Ada", "client", ""), ods_row(CELLS.format(1000), more=REPEATED.format(1_000_000))),
        None,
        "too far",
        file=D,
    ),
    Case(
        "OpenDocument with a number that is too long",
        ods(ods_row("C-1", "Ada", "client", ""), ods_row(CELLS.format("9" * 30))),
        None,
        file=D,
    ),
    Case("a password", locked, None, "password", file=X),
    Case(
        "an archive with a bit turned", lambda _: spoilt_zip(zipfile.ZIP_DEFLATED), None, "damaged", file="clients.zip"
    ),
    Case(
        "an archive packed by LZMA with a bit turned",
        lambda _: spoilt_zip(zipfile.ZIP_LZMA),
        None,
        "damaged",
        file="clients.zip",
    ),
    Case("a password on the archive", locked_zip, None, "password", file=X),
    Case(
        "a password in Excel 97",
        lambda _: xls(ROW, also=lambda book, _s: None).replace(b"\x09\x08\x10\x00", b"\x2f\x00\x10\x00", 1),
        None,
        file=S,
    ),
    Case(
        "a cell of Excel 97 beyond all columns",
        lambda _: patched(b"\xfd\x00\x0a\x00\x01", 4, b"\xff" * 4),
        None,
        "damaged",
        file=S,
    ),
    Case(
        "a sheet of Excel 97 that says it is larger than any memory",
        lambda _: patched(b"\x00\x02\x0e\x00", 8, b"\xff\xff\xff\x7f\x00\x00\xff\xff"),
        None,
        "damaged",
        file=S,
    ),
    Case(
        "a sheet of Excel 97 that starts beyond the file's end",
        lambda _: patched(b"\x85\x00\x0f", 4, b"\xff\xff\xff\x7f"),
        None,
        "damaged",
        file=S,
    ),
    Case(
        "a workbook of Excel 97 without a sheet",
        lambda _: patched(b"\x85\x00\x0f", 0, b"\x2e"),
        None,
        "no sheet",
        file=S,
    ),
    Case(
        "a cell of Excel 97 that stands twice",
        lambda _: patched(b"\xfd\x00\x0a\x00\x01\x00\x01", 6, b"\x00"),
        None,
        "no readable workbook",
        file=S,
    ),
]
