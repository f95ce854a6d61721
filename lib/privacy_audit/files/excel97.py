"""What calamine does not tell of an .xls: error cells, formulas without a saved value, hidden rows.

The records are those of [MS-XLS]; only their places are read, never a value.
"""

import io
import struct
from collections.abc import Iterator, Sequence

import olefile
from python_calamine import PasswordError

from privacy_audit.files.flaws import ERROR, UNSAVED, Flaws, Range

VALUES = {0x0006, 0x00FD, 0x0203, 0x0204, 0x0205, 0x00D6, 0x027E}  # the records of one cell that holds something
EOF, SHEET, FORMULA, STRING, BOOLERR, ROW, FORMAT, XF, NUMBER, RK, SEVERAL, LOCKED = (
    0x000A, 0x0085, 0x0006, 0x0207, 0x0205, 0x0208, 0x041E, 0x00E0, 0x0203, 0x027E, 0x00BD, 0x002F,
)  # fmt: skip
NO_NUMBER, TEXT, FAULT, NOTHING = b"\xff\xff", 0, 2, 3  # what a formula's value is, where it is no number
HIDDEN = 0x20


def looks(content: bytes) -> dict[str, tuple[Flaws, Sequence[Range] | None]]:
    """Return for each sheet its flaws; raise PasswordError where the workbook has one."""
    with olefile.OleFileIO(io.BytesIO(content)) as file:
        stream = file.openstream("Workbook").read()
    names = {}
    for kind, data in _records(stream, 0):
        if kind == LOCKED:
            raise PasswordError
        if kind == SHEET and len(data) > 8:  # noqa: PLR2004 - offset, state, type, length of the name, how it is written
            length, wide = data[6], data[7] & 1
            text = data[8 : 8 + length * (1 + wide)]
            names[text.decode("utf-16-le" if wide else "latin-1")] = struct.unpack("<I", data[:4])[0]
    padded = _padded(stream)
    for start in names.values():
        _refuse_repeats(stream, start)
    return {name: (_flaws(stream, start, padded), None) for name, start in names.items()}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the workbook, to its end."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == EOF:
            return
        at += 4 + length


def _padded(stream: bytes) -> dict[int, int]:
    """Return by cell format how many digits its numbers are shown with, where they are shown with leading zeros."""
    widths: dict[int, int] = {}
    formats: list[int] = []
    for kind, data in _records(stream, 0):
        if kind == FORMAT and len(data) > 5 and set(data[5:]) == {ord("0")}:  # noqa: PLR2004 - number, length, how
            widths[struct.unpack_from("<H", data)[0]] = len(data) - 5
        elif kind == XF:
            formats.append(struct.unpack_from("<H", data, 2)[0])
    return {at: widths[each] for at, each in enumerate(formats) if widths.get(each, 0) > 1}


def _refuse_repeats(stream: bytes, start: int) -> None:
    """Raise ValueError where a cell stands twice in a sheet, so that one of its values would be lost."""
    places = [data[:4] for kind, data in _records(stream, start) if kind in VALUES]
    if len(places) != len(set(places)):
        raise ValueError("a cell stands twice")


def _flaws(stream: bytes, start: int, padded: dict[int, int]) -> Flaws:
    found = Flaws()
    waiting: tuple[int, int] | None = None  # a formula with a text, which the next record holds
    for kind, data in _records(stream, start):
        if waiting and kind != STRING:
            found.unreadable[waiting] = UNSAVED
        waiting = None
        if kind == ROW and len(data) > 12 and data[12] & HIDDEN:  # noqa: PLR2004 - where its flags stand
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
            found.unreadable[row, column] = UNSAVED  # or an empty text: some programs write the one like the other
        elif kind == FORMULA and data[12:14] == NO_NUMBER and data[6] == TEXT:
            waiting = (row, column)
        elif kind in {NUMBER, RK} and look in padded:
            found.digits[row, column] = padded[look]
    return found
