"""A row as it stands in its file at this moment: read again from disk on request, and kept by nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import anywidget

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.errors import InputError, Place
from privacy_audit.files.read import sha256_of
from privacy_audit.files.sheet import Cell, Sheet, Unreadable
from privacy_audit.files.zipped import on_disk
from privacy_audit.registers.folder import Folder, sheets_in
from privacy_audit.registers.register import Origin
from privacy_audit.registers.rows import SheetRows
from privacy_audit.settings.schema import Schema


@dataclass(frozen=True)
class Original:
    """One row's cells under their titles, which may be anybody's personal data: never written out by accident.

    `changed` says that the file is no longer the one that was audited.
    """

    place: Place
    cells: tuple[tuple[str, str], ...] = field(repr=False)
    changed: bool


def reading_of(folder: Folder, origin: Origin) -> SheetRows | None:
    """Return the reading of the sheet in which a row stands; None where it stands in no register's file."""
    every = (each for readings in folder.sheets.values() for each in readings)
    return next(
        (each for each in every if (each.receipt.file, each.receipt.sheet) == (origin.file, origin.sheet)), None
    )


def original(registers: Path, reading: SheetRows, schemas: Mapping[str, Schema], row: int) -> Original:
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


def _sheets(path: Path, reading: SheetRows) -> list[Sheet]:
    receipt = reading.receipt
    return [each for each in sheets_in(path)[0] if (each.file, each.name) == (receipt.file, receipt.sheet)]


def _titles(reading: SheetRows, schema: Schema) -> dict[int, str]:
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


MOST = 5
NOTE = "Read from the files just now. It may be personal data: it stands on this screen alone and is never saved."
CHANGED = "The file has been changed since it was audited."
NOTHING = "This finding stands in no single row of a register."


class Reveal(anywidget.AnyWidget):
    """A place in the page that shows what it is told, and forgets it when it is told to hide."""

    _esm = Path(__file__).with_name("desk.js")
    _css = Path(__file__).with_name("desk.css")

    def show(self, result: Result, finding: Finding) -> None:
        """Show the values of the rows in which a finding stands, read from disk at this moment."""
        self.send(rows_of(result, finding))

    def hide(self) -> None:
        """Clear the place."""
        self.send({})


def can_reveal(result: Result, finding: Finding) -> bool:
    """Whether a finding stands in a row of a register's file."""
    return any(each.row and reading_of(result.inputs.folder, each) for each in finding.sources)


def rows_of(result: Result, finding: Finding) -> dict[str, Any]:
    """Return the first few rows of a finding with their values, as plain data for the page."""
    folder, registers = result.inputs.folder, result.inputs.request.registers
    rows: list[dict[str, Any]] = []
    places = [(each.row, reading_of(folder, each)) for each in finding.sources]
    found = [(row, reading) for row, reading in places if row and reading]
    for row, reading in found[:MOST]:
        try:
            rows.append(_told(original(registers, reading, result.inputs.schemas, row)))
        except InputError as error:
            rows.append({"where": str(error.place), "remark": f"{error.what} {error.hint}", "cells": []})
    more = f" The first {MOST} of {len(found)} rows." if len(found) > MOST else ""
    return {"note": NOTE + more if rows else NOTHING, "rows": rows}


def _told(row: Original) -> dict[str, Any]:
    return {"where": str(row.place), "remark": CHANGED if row.changed else "", "cells": [list(e) for e in row.cells]}
