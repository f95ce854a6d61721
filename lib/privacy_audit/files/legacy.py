"""What calamine does not report about .ods and .xls workbooks, read from the raw file.

First .ods (OpenDocument), then .xls (Excel 97). Both give error values, formulas without a saved value, hidden rows
and numbers displayed with leading zeros; .ods also gives merged cells.
"""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import olefile
from defusedxml import ElementTree as SafeXml
from python_calamine import PasswordError

from privacy_audit.errors import InputError, Place
from privacy_audit.files.xlsx import ERROR, UNSAVED, Flaws, Range
from privacy_audit.files.zipped import chunks

MOST_CELLS, MOST_FLAWS = 5_000_000, 100_000


@dataclass
class _Table:
    """One table while it is parsed: its flaws and merged ranges, the current position, and how far its values reach.

    `row` and `column` count from 0; `rows` is how often the current row is repeated; `filled` is the number of columns
    up to the current row's last value; `last` and `width` are the same limits for the whole table.
    """

    flaws: Flaws = field(default_factory=Flaws)
    merged: list[Range] = field(default_factory=list)
    row: int = 0
    rows: int = 1
    column: int = 0
    filled: int = 0
    last: int = 0
    width: int = 0


def looks_of_opendocument(place: Place, archive: zipfile.ZipFile) -> dict[str, tuple[Flaws, Sequence[Range] | None]]:
    """Return by table name its flaws and merged ranges.

    Raise InputError where the workbook has a password, or where repeated cells make a table far too large.
    """
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise InputError(place, "The workbook has a password.", "Save it without a password.")
    found: dict[str, tuple[Flaws, Sequence[Range] | None]] = {}
    for _ in chunks(place, archive, "content.xml"):
        pass
    table = _Table()
    with archive.open("content.xml") as part:
        for event, element in SafeXml.iterparse(part, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if event == "start" and tag == "table":
                table = _Table()
                found[_attribute(element, "name")] = (table.flaws, table.merged)
            elif event == "start" and tag == "table-row":
                table.rows, table.column, table.filled = _times(element, "number-rows-repeated"), 0, 0
                if _attribute(element, "visibility") in {"collapse", "filter"}:
                    table.flaws.hidden_rows.append(table.row + 1)
            elif event == "end" and tag in {"table-cell", "covered-table-cell"}:
                _cell(element, table, tag)
                element.clear()
            elif event == "end" and tag == "table-row":
                table.last = table.row + table.rows if table.filled else table.last
                table.row += table.rows
                table.width = max(table.width, table.filled)
                element.clear()
            if table.last * table.width > MOST_CELLS or len(table.flaws.unreadable) > MOST_FLAWS:
                what = f"The table reaches to row {table.last:,} and column {table.width:,}: too far to be a register."
                raise InputError(place, what, "Delete everything around the register and save again.")
    return found


def _cell(cell: Element, table: _Table, tag: str) -> None:
    """Add a cell's flaws and merged range to its table, and move the table's position past the cell and its repeats."""
    times = _times(cell, "number-columns-repeated")
    shown = "".join(cell.itertext())
    kind, formula = _attribute(cell, "value-type"), _attribute(cell, "formula")
    here = (table.row, table.column)
    is_error = any(key.endswith("calcext:1.0}value-type") and value == "error" for key, value in cell.items())
    wrong = ERROR if is_error or (formula and shown.startswith(("#", "Err:"))) else ""
    wrong = wrong or (UNSAVED if formula and not kind and not shown else "")
    if wrong and table.rows * times <= MOST_FLAWS:
        for row in range(table.row, table.row + table.rows):
            table.flaws.unreadable |= dict.fromkeys([(row, table.column + each) for each in range(times)], wrong)
    elif kind == "float" and len(shown) > 1 and shown.isdigit() and shown.startswith("0"):
        table.flaws.digits[here] = len(shown)
    down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
    if tag == "table-cell" and max(down, across) > 1:
        table.merged.append((here, (table.row + down - 1, table.column + across - 1)))
    table.column += times
    if kind or shown:
        table.filled = table.column


def _attribute(element: Element, name: str) -> str:
    """Return an attribute of the table or office namespace; blank where the element does not have it."""
    for key, value in element.items():
        if key.endswith((f"table:1.0}}{name}", f"office:1.0}}{name}")):
            return str(value)
    return ""


def _times(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return max(1, int(text)) if text.isdigit() else 1


VALUES = {0x0006, 0x00FD, 0x0203, 0x0204, 0x0205, 0x00D6, 0x027E}  # record types that give one cell a value
EOF, SHEET, FORMULA, STRING, BOOLERR, ROW, FORMAT, XF, NUMBER, RK, SEVERAL, LOCKED = (
    0x000A, 0x0085, 0x0006, 0x0207, 0x0205, 0x0208, 0x041E, 0x00E0, 0x0203, 0x027E, 0x00BD, 0x002F,
)  # fmt: skip
NO_NUMBER, TEXT, FAULT, NOTHING = b"\xff\xff", 0, 2, 3  # the kind of a formula's value that is not a number
HIDDEN = 0x20


def looks_of_excel97(content: bytes) -> dict[str, tuple[Flaws, Sequence[Range] | None]]:
    """Return by sheet name its flaws, and None in place of merged ranges, which calamine reports for .xls.

    Raise PasswordError where the workbook has a password, ValueError where a sheet holds a cell twice.
    """
    with olefile.OleFileIO(io.BytesIO(content)) as file:
        stream = file.openstream("Workbook").read()
    names = {}
    for kind, data in _records(stream, 0):
        if kind == LOCKED:
            raise PasswordError
        if kind == SHEET and len(data) > 8:  # noqa: PLR2004 - offset, state, type, length of the name, its encoding
            length, wide = data[6], data[7] & 1
            text = data[8 : 8 + length * (1 + wide)]
            names[text.decode("utf-16-le" if wide else "latin-1")] = struct.unpack("<I", data[:4])[0]
    padded = _padded(stream)
    for start in names.values():
        _refuse_repeats(stream, start)
    return {name: (_flaws(stream, start, padded), None) for name, start in names.items()}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield (type, content) of each record from an offset to the end of that part of the workbook."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == EOF:
            return
        at += 4 + length


def _padded(stream: bytes) -> dict[int, int]:
    """Return by cell format how many digits it displays, for formats that display leading zeros."""
    widths: dict[int, int] = {}
    formats: list[int] = []
    for kind, data in _records(stream, 0):
        if kind == FORMAT and len(data) > 5 and set(data[5:]) == {ord("0")}:  # noqa: PLR2004 - number, length, encoding
            widths[struct.unpack_from("<H", data)[0]] = len(data) - 5
        elif kind == XF:
            formats.append(struct.unpack_from("<H", data, 2)[0])
    return {at: widths[each] for at, each in enumerate(formats) if widths.get(each, 0) > 1}


def _refuse_repeats(stream: bytes, start: int) -> None:
    """Raise ValueError where a sheet holds a cell twice, since one of its two values would be lost."""
    places = [data[:4] for kind, data in _records(stream, start) if kind in VALUES]
    if len(places) != len(set(places)):
        raise ValueError("a cell stands twice")


def _flaws(stream: bytes, start: int, padded: dict[int, int]) -> Flaws:
    """Return the flaws of the sheet that starts at an offset; `padded` gives by cell format the digits it displays."""
    found = Flaws()
    waiting: tuple[int, int] | None = None  # a formula whose value is a text: the next record holds the text
    for kind, data in _records(stream, start):
        if waiting and kind != STRING:
            found.unreadable[waiting] = UNSAVED
        waiting = None
        if kind == ROW and len(data) > 12 and data[12] & HIDDEN:  # noqa: PLR2004 - the position of its flags
            found.hidden_rows.append(struct.unpack_from("<H", data)[0] + 1)
        if kind == SEVERAL:  # numbers side by side: row, first column, then format and value of each
            row, column = struct.unpack_from("<HH", data)
            looks = [look for look, _ in struct.iter_unpack("<HI", data[4 : 4 + (len(data) - 6) // 6 * 6])]
            found.digits |= {(row, column + at): padded[look] for at, look in enumerate(looks) if look in padded}
        if kind not in {FORMULA, BOOLERR, NUMBER, RK} or len(data) < 8:  # noqa: PLR2004 - row, column, format, value
            continue
        row, column, look = struct.unpack_from("<HHH", data)
        if (kind == BOOLERR and data[7]) or (kind == FORMULA and data[12:14] == NO_NUMBER and data[6] == FAULT):
            found.unreadable[row, column] = ERROR
        elif kind == FORMULA and data[12:14] == NO_NUMBER and data[6] == NOTHING:
            found.unreadable[row, column] = UNSAVED  # or an empty text, which some programs write in the same way
        elif kind == FORMULA and data[12:14] == NO_NUMBER and data[6] == TEXT:
            waiting = (row, column)
        elif kind in {NUMBER, RK} and look in padded:
            found.digits[row, column] = padded[look]
    return found
