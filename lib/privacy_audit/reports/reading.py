"""How one file was read, for a person and for a program."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from privacy_audit.files.source import sha256_of
from privacy_audit.registers.reading import Reading
from privacy_audit.registers.receipt import Receipt, Repair
from privacy_audit.registers.schema import Schema

MOST_LINES = 20


def as_text(reading: Reading, schemas: Mapping[str, Schema]) -> str:
    """Return a receipt as a person reads it; it holds no cell's content."""
    receipt, schema = reading.receipt, schemas[reading.receipt.register]
    kind = " · ".join(part for part in (receipt.sheet, receipt.encoding, _delimiter(receipt.delimiter)) if part)
    lines = [
        f"{receipt.file} is read as the register “{schema.title}” by the mapping {receipt.mapping} ({kind}).",
        f"{receipt.rows_in} rows in = {receipt.accepted} accepted + {len(receipt.rejected)} rejected.",
    ]
    lines += _first([f"  Row {each.row} rejected: {each.reason}" for each in receipt.rejected])
    lines += _first([f"  Row {each.row}, {each.column}: read as unknown. {each.what}" for each in receipt.unread_cells])
    lines += _first([f"  Remark{_where(each)}: {each.what}" for each in receipt.repairs])
    lines += [f"  {schema.by_name[name].title}: {span}" for name, span in receipt.control_totals.items()]
    lines += [f"  “{header}” adds up to {total}." for header, total in receipt.sums.items()]
    layout, export = reading.layout, reading.layout.export
    missing = [column for column in schema.fields if column.name not in layout.given and column.name in export.headers]
    names = ", ".join(f"{column.title} (header “{export.headers[column.name][0]}”)" for column in missing)
    lines += [f"  Not in this file: {names}."] if missing else []
    lines += [f"  Columns that are not used: {', '.join(layout.unused.values())}."] if layout.unused else []
    lacks = {name: why for name, why in export.cannot_give.items() if name not in layout.given}
    lacks |= {each: "this export has no place for it." for each in export.kept_apart if each not in layout.given}
    lines += [f"  {schema.by_name[name].title}: {why}" for name, why in lacks.items()]
    lines += [f"  The same file can be read otherwise too: --mapping {name}." for name in export.also]
    return "\n".join(lines)


def _first(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = [f"  … and {len(lines) - MOST_LINES} more like this; --json lists them all."]
    return lines[:MOST_LINES] + (more if len(lines) > MOST_LINES else [])


def _where(repair: Repair) -> str:
    row = f", row {repair.row}" if repair.row is not None else ""
    return row + (f", {repair.column}" if repair.column else "")


def _delimiter(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, "")


def receipt_json(file: Path, readings: Sequence[Reading], error: str | None) -> dict[str, Any]:
    """Return the first register's receipt and typed rows, and under `sheets` any further ones of a workbook.

    `error` says why the file, or a sheet of it, was refused; a file that was refused has a receipt without rows.
    """
    read = [
        {
            "receipt": each.receipt.as_dict(),
            "rows": [{"row": row.number, "values": dict(row.values)} for row in each.rows],
        }
        for each in readings
    ]
    if not read:
        digest = sha256_of(file) if file.is_file() else ""
        read = [{"receipt": Receipt("", file.name, "", digest, error=error or "").as_dict(), "rows": []}]
    return read[0] | {"error": error} | ({"sheets": read[1:]} if read[1:] else {})
