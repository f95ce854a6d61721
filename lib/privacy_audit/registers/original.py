"""A row as it stands in its file at this moment: read again from disk on request, and kept by nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from privacy_audit.errors import InputError, Place
from privacy_audit.files.archive import on_disk
from privacy_audit.files.sheet import Cell, Sheet, Unreadable
from privacy_audit.files.source import sha256_of
from privacy_audit.registers.folder import Folder, sheets_in
from privacy_audit.registers.reading import Reading
from privacy_audit.registers.register import Origin
from privacy_audit.registers.schema import Schema


@dataclass(frozen=True)
class Original:
    """One row's cells under their titles, which may be anybody's personal data: never written out by accident.

    `changed` says that the file is no longer the one that was audited.
    """

    place: Place
    cells: tuple[tuple[str, str], ...] = field(repr=False)
    changed: bool


def reading_of(folder: Folder, origin: Origin) -> Reading | None:
    """Return the reading of the sheet in which a row stands; None where it stands in no register's file."""
    every = (each for readings in folder.readings.values() for each in readings)
    return next(
        (each for each in every if (each.receipt.file, each.receipt.sheet) == (origin.file, origin.sheet)), None
    )


def original(registers: Path, reading: Reading, schemas: Mapping[str, Schema], row: int) -> Original:
    """Read one row of an audited file again; raise InputError when the file or the row is no longer there."""
    receipt = reading.receipt
    path, place = registers / on_disk(receipt.file), Place(receipt.file, receipt.sheet, row)
    if not path.is_file():
        raise InputError(place, "The file is no longer in the folder.", "Put it back, or audit the quarter again.")
    changed = sha256_of(path) != receipt.sha256
    cells = next((cells for sheet in _sheets(path, reading) for at, cells in sheet.lines if at == row), None)
    if cells is None:
        raise InputError(place, "The row is no longer there.", "Audit the quarter again.")
    titles = _titles(reading, schemas[receipt.register])
    filled = ((titles.get(at, f"column {at + 1}"), _text(cell)) for at, cell in enumerate(cells))
    return Original(place, tuple((title, text) for title, text in filled if text), changed)


def _sheets(path: Path, reading: Reading) -> list[Sheet]:
    receipt = reading.receipt
    return [each for each in sheets_in(path)[0] if (each.file, each.name) == (receipt.file, receipt.sheet)]


def _titles(reading: Reading, schema: Schema) -> dict[int, str]:
    """Return each column's title: the register's own where it is read as one of its columns, else the file's header."""
    layout = reading.layout
    others = {at: header for each in layout.stand_ins.values() for header, at in each.items()}
    return {
        **dict(enumerate(layout.written)),
        **layout.unused,
        **others,
        **{at: schema.by_name[name].title for name, at in layout.columns.items()},
    }


def _text(cell: Cell) -> str:
    if isinstance(cell, Unreadable):
        return f"(cannot be read: {cell.why})"
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
