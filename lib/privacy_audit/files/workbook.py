"""Read workbooks (.xlsx, .xls, .ods): calamine gives the values, the raw file what calamine does not report.

Hidden sheets are marked. Formulas without a saved value and error values are unreadable cells, not blanks. A value
merged over several cells is read into each of them, and a number keeps the leading zeros it is displayed with; the
receipt remarks on both, and on hidden rows and columns. An .xls is first read in a process of its own, since a damaged
one can crash the reader or exhaust the memory.
"""

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from privacy_audit.errors import InputError, Place
from privacy_audit.files import legacy, xlsx
from privacy_audit.files.sheet import Cell, Remark, Sheet, Unreadable
from privacy_audit.files.xlsx import Flaws, Range
from privacy_audit.files.zipped import DAMAGED_ZIP, open_package

MOST_SECONDS = 10
PROGRAM = """
import io, sys
from contextlib import suppress
from python_calamine import CalamineWorkbook
with suppress(ImportError):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
with suppress(Exception):  # what is told in words is told to whoever reads the workbook
    CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
"""


def survives(content: bytes) -> bool:
    """Return whether calamine can read a workbook without a crash, within ten seconds and 300 MB of memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM],
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


MOST_NAMED = 10
SAVE_AGAIN = "Save it again as .xlsx."
DAMAGED = (*DAMAGED_ZIP, struct.error, CalamineError, ParseError, DefusedXmlException, KeyError, IndexError)
TIMES = {time, timedelta, datetime}
Ranges = Sequence[Range]


def read_workbook(name: str, content: bytes, kind: str) -> list[Sheet]:
    """Return the sheets of a workbook of a kind (xlsx, xls, ods); raise InputError where it cannot be read."""
    place = Place(name)
    if kind == "xls" and not survives(content):
        raise InputError(place, "The file is damaged, or too large for a workbook of the old format.", SAVE_AGAIN)
    try:
        sheets = _sheets(place, content, kind)
    except PasswordError:
        raise InputError(place, "The workbook has a password.", "Save it without a password.") from None
    except DAMAGED:
        raise InputError(place, "The file is no readable workbook.", SAVE_AGAIN) from None
    if not sheets:
        raise InputError(place, "The workbook holds no sheet that can be read.", SAVE_AGAIN)
    return sheets


def _sheets(place: Place, content: bytes, kind: str) -> list[Sheet]:
    if kind == "xlsx":
        return _xlsx(place, content)
    looks = (
        legacy.looks_of_opendocument(place, open_package(place, content))
        if kind == "ods"
        else legacy.looks_of_excel97(content)
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [
        _sheet(place, kind, book, each.name, looks.get(each.name, (Flaws(), None))) for each in book.sheets_metadata
    ]


def _xlsx(place: Place, content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx, with gaps between rows closed where a sheet's few rows are far apart."""
    archive = open_package(place, content)
    parts = xlsx.parts_of(archive)
    looks = {}
    numbers: dict[str, list[int]] = {}
    moved: dict[str, bytes] = {}
    for title, path in parts.sheets.items():
        looks[title], sparse = xlsx.flaws_of(Place(place.file, title), archive, path, parts.padded)
        if sparse:
            moved[path], numbers[title] = xlsx.packed(archive, path)
    book = CalamineWorkbook.from_filelike(io.BytesIO(_replaced(archive, moved) if moved else content))
    sheets = [
        _sheet(place, "xlsx", book, each.name, (looks[each.name], None), numbers.get(each.name))
        for each in book.sheets_metadata
    ]
    for sheet in sheets:
        if looks[sheet.name].lost:
            xlsx.refuse_repeats(sheet.place(), archive, parts.sheets[sheet.name])
    return sheets


def _replaced(archive: zipfile.ZipFile, moved: Mapping[str, bytes]) -> bytes:
    """Return the bytes of an archive in which some members, given by path, are replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for member in archive.infolist():
            target.writestr(member.filename, moved.get(member.filename) or archive.read(member.filename))
    return out.getvalue()


def _sheet(
    place: Place,
    kind: str,
    book: CalamineWorkbook,
    title: str,
    look: tuple[Flaws, Ranges | None],
    numbers: Sequence[int] | None = None,
) -> Sheet:
    """Return one sheet; blank rows are left out, and the other rows keep the numbers the spreadsheet program shows.

    `numbers` are the row numbers of a sheet whose rows were moved together (see xlsx.packed), else None. `look` gives
    the flaws and the merged ranges, None where calamine reports the ranges.
    """
    visible = {each.name: each.visible for each in book.sheets_metadata}[title] == SheetVisibleEnum.Visible
    source = book.get_sheet_by_name(title)
    sheet = Sheet(place.file, title, [], encoding=kind, hidden=not visible)
    found, ranges = look
    blank: list[Cell] = [""] * (source.start[1] if source.start else 0)
    lines: dict[int, list[Cell]] = {}
    filled = 0
    for at, cells in enumerate(source.iter_rows()):
        row = numbers[at] - 1 if numbers else at
        blanks = cells.count("")
        if blanks != len(cells):
            filled += len(cells) - blanks
            lines[row] = blank + [_plain(cell) for cell in cells] if _has_times(cells) else [*blank, *cells]  # type: ignore[list-item]
    found.lost = filled < found.filled
    for (row, column), why in found.unreadable.items():
        line = lines.setdefault(row, [""] * (source.total_width + 1))
        line += [""] * (column + 1 - len(line))
        line[column] = Unreadable(why)
    sheet.remarks += _pad(lines, found)
    sheet.remarks += _fill_merged(lines, ranges if ranges is not None else source.merged_cell_ranges or [])
    sheet.remarks += _hidden(found)
    rows = sorted(lines) if found.unreadable else lines
    sheet.lines = [(row + 1, lines[row]) for row in rows]
    return sheet


def _has_times(cells: Sequence[object]) -> bool:
    return not TIMES.isdisjoint(map(type, cells))


def _plain(cell: object) -> Cell:
    """Return a cell as text, number, boolean or date; Unreadable for a time of day, or a time next to midnight."""
    if isinstance(cell, time | timedelta):
        return Unreadable("a time of day, not a date")
    if isinstance(cell, datetime) and cell.time() == time():
        return Unreadable("a time within a moment of midnight, so that nobody can tell the day")
    return cell  # type: ignore[return-value]  # calamine gives text, numbers, booleans, dates and datetimes


def _pad(lines: Mapping[int, list[Cell]], found: Flaws) -> Iterator[Remark]:
    """Replace numbers displayed with leading zeros by text with the zeros, as in an account number; yield a remark."""
    padded = []
    for (row, column), digits in found.digits.items():
        cell = lines[row][column] if row in lines and column < len(lines[row]) else ""
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell) >= 0:
            lines[row][column] = f"{int(cell):0{digits}d}"
            padded.append(row + 1)
    if padded:
        yield Remark(None, "", f"Numbers were read with the leading zeros that they are shown with ({_rows(padded)}).")


def _fill_merged(lines: Mapping[int, list[Cell]], ranges: Ranges) -> Iterator[Remark]:
    """Copy the value of each merged range into all its cells; yield a remark."""
    spread = []
    for (top, left), (bottom, right) in ranges:
        cells = lines.get(top, [])
        if left >= len(cells) or cells[left] == "":
            continue
        for row in (each for each in lines if top <= each <= bottom):
            for column in range(left, min(right, len(lines.get(row, [])) - 1) + 1):
                if lines[row][column] == "":
                    lines[row][column] = cells[left]
        spread.append(top + 1)
    if spread:
        yield Remark(None, "", f"Merged cells were read into all their cells ({_rows(spread)}).")


def _hidden(found: Flaws) -> Iterator[Remark]:
    """Yield remarks about hidden rows and columns."""
    if found.hidden_rows:
        yield Remark(None, "", f"Hidden rows were read like all others ({_rows(found.hidden_rows)}).")
    if found.hidden_columns:
        yield Remark(None, "", "Hidden columns were read like all others.")


def _rows(numbers: Sequence[int]) -> str:
    """Return row numbers in words, at most ten of them."""
    known = sorted(set(numbers))
    more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
    return f"rows {', '.join(map(str, known[:MOST_NAMED]))}{more}"
