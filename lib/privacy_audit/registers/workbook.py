"""Excel workbooks: the values by calamine, and from the raw XML what calamine hides.

Hidden sheets are marked, formulas without a saved value and error cells are no blanks, and a value
that is merged over several cells stands in each of them: all remarked.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from datetime import time, timedelta
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from privacy_audit.errors import InputError, Place
from privacy_audit.registers.sheet import Cell, Remark, Sheet, Unreadable

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_INFLATED = 300_000_000


def read_workbook(name: str, content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx file, hidden ones marked; raise InputError when it cannot be read."""
    place = Place(name)
    if content.startswith(OLD_OFFICE):
        raise InputError(place, "The workbook has a password or an old format.", "Save it as .xlsx without a password.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(member.file_size for member in archive.infolist()) > MOST_INFLATED:
            raise InputError(place, "The workbook unpacks to more than 300 MB.", "Save only the register's sheet.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        flaws = {title: _flaws(archive, path) for title, path in _sheet_paths(archive)}
    except (zipfile.BadZipFile, CalamineError, SafeXml.ParseError, DefusedXmlException, KeyError, OSError):
        raise InputError(place, "The file is no readable Excel workbook.", "Save it again as .xlsx.") from None
    sheets = []
    for each in book.sheets_metadata:
        sheet = Sheet(name, each.name, [], encoding="xlsx", hidden=each.visible != SheetVisibleEnum.Visible)
        source = book.get_sheet_by_name(each.name)
        grid: list[list[Cell]] = [[_plain(cell) for cell in row] for row in source.to_python(skip_empty_area=False)]
        for (row, column), why in flaws.get(each.name, {}).items():
            if row < len(grid) and column < len(grid[row]):
                grid[row][column] = Unreadable(why)
        _fill_merged(grid, source.merged_cell_ranges or [], sheet)
        sheet.lines = [(number, cells) for number, cells in enumerate(grid, 1)]
        sheets.append(sheet)
    return sheets


def _plain(cell: object) -> Cell:
    if isinstance(cell, time | timedelta):
        return Unreadable("a time of day, not a date")
    return cell  # type: ignore[return-value]  # calamine gives text, numbers, booleans, dates and datetimes


def _fill_merged(grid: list[list[Cell]], ranges: list[tuple[tuple[int, int], tuple[int, int]]], sheet: Sheet) -> None:
    spread: list[int] = []
    for (top, left), (bottom, right) in ranges:
        if top >= len(grid) or left >= len(grid[top]) or grid[top][left] == "":
            continue
        for row in range(top, min(bottom, len(grid) - 1) + 1):
            for column in range(left, min(right, len(grid[row]) - 1) + 1):
                grid[row][column] = grid[top][left]
        spread.append(top + 1)
    if spread:
        rows = ", ".join(str(row) for row in sorted(set(spread)))
        sheet.remarks.append(Remark(None, "", f"Merged cells were read into all their cells (rows {rows})."))


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = {link.get("Id"): link.get("Target", "") for link in _xml(archive, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        target = links[sheet.get(RELATION)]
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield sheet.get("name", ""), path


def _xml(archive: zipfile.ZipFile, path: str) -> Element:
    root: Element = SafeXml.fromstring(archive.read(path), forbid_dtd=True)
    return root


def _flaws(archive: zipfile.ZipFile, path: str) -> dict[tuple[int, int], str]:
    """Return (row, column), from 0, of every cell with an error value or a formula whose value was not saved."""
    found = {}
    for cell in _xml(archive, path).iter(f"{MAIN}c"):
        value, formula = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}f")
        if cell.get("t") == "e":
            found[_position(cell.get("r", "A1"))] = "an error value of Excel"
        elif formula is not None and (value is None or not value.text):
            found[_position(cell.get("r", "A1"))] = "a formula whose value was not saved"
    return found


def _position(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1
