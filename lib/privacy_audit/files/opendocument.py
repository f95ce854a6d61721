"""What calamine does not tell of an .ods: errors, formulas without a value, merged cells, hidden rows, shown zeros."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml import ElementTree as SafeXml

from privacy_audit.errors import InputError, Place
from privacy_audit.files.flaws import ERROR, UNSAVED, Flaws, Range
from privacy_audit.files.package import chunks

MOST_CELLS, MOST_FLAWS = 5_000_000, 100_000


@dataclass
class _Table:
    """One table while it is parsed: how far it reaches and what was seen."""

    flaws: Flaws = field(default_factory=Flaws)
    merged: list[Range] = field(default_factory=list)
    row: int = 0
    rows: int = 1
    column: int = 0
    filled: int = 0
    last: int = 0
    width: int = 0


def looks(place: Place, archive: zipfile.ZipFile) -> dict[str, tuple[Flaws, Sequence[Range] | None]]:
    """Return each table's flaws and merged ranges; raise InputError for a password or a bomb of repeated cells."""
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
    """Return an attribute of the table or office namespace."""
    for key, value in element.items():
        if key.endswith((f"table:1.0}}{name}", f"office:1.0}}{name}")):
            return str(value)
    return ""


def _times(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return max(1, int(text)) if text.isdigit() else 1
