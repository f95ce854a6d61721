"""Shows a row's own values in the page and nowhere else: they are sent as a message and are no part of any state.

JupyterLab can save the state of widgets with a notebook, and always saves outputs. A message is neither, so a notebook
saved while values are on the screen does not hold them.
"""

from pathlib import Path
from typing import Any

import anywidget

from privacy_audit.errors import InputError
from privacy_audit.finding import Finding
from privacy_audit.registers.original import Original, original, reading_of
from privacy_audit.result import Result

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
