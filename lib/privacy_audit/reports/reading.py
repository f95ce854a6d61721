"""How one file was read, for a person and for a program."""

from collections.abc import Mapping, Sequence
from typing import Any

from privacy_audit.registers.reading import Reading
from privacy_audit.registers.schema import Schema


def as_text(reading: Reading, schemas: Mapping[str, Schema]) -> str:
    """Return a receipt as a person reads it; it holds no cell's content."""
    receipt, schema = reading.receipt, schemas[reading.receipt.register]
    kind = " · ".join(part for part in (receipt.sheet, receipt.encoding, _delimiter(receipt.delimiter)) if part)
    lines = [
        f"{receipt.file} is read as the register “{schema.title}” by the mapping {receipt.mapping} ({kind}).",
        f"{receipt.rows_in} rows in = {receipt.accepted} accepted + {len(receipt.rejected)} rejected.",
    ]
    lines += [f"  Row {each.row} rejected: {each.reason}" for each in receipt.rejected]
    lines += [f"  Row {each.row}, {each.column}: read as unknown. {each.what}" for each in receipt.unread_cells]
    lines += [f"  Remark: {each.what}" for each in receipt.repairs]
    lines += [f"  {schema.by_name[name].title}: {span}" for name, span in receipt.control_totals.items()]
    layout, export = reading.layout, reading.layout.export
    given = {*layout.columns, *layout.constant, *layout.never}
    missing = [column for column in schema.fields if column.name not in given and column.name in export.headers]
    names = ", ".join(f"{column.title} (header “{export.headers[column.name][0]}”)" for column in missing)
    lines += [f"  Not in this file: {names}."] if missing else []
    lines += [f"  Columns that are not used: {', '.join(layout.unused.values())}."] if layout.unused else []
    lines += [f"  {schema.by_name[name].title}: {why}" for name, why in export.cannot_give.items() if name not in given]
    apart = (name for name in export.kept_apart if name not in given)
    lines += [f"  {schema.by_name[name].title}: this export has no place for it." for name in apart]
    return "\n".join(lines)


def _delimiter(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, "")


def receipt_json(readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the first sheet's receipt and typed rows, and under `sheets` any further ones."""
    sheets = [
        {
            "receipt": each.receipt.as_dict(),
            "rows": [{"row": row.number, "values": dict(row.values)} for row in each.rows],
            "error": None,
        }
        for each in readings
    ]
    first = sheets[0] if sheets else {"receipt": None, "rows": [], "error": None}
    return first | ({"sheets": sheets[1:]} if sheets[1:] else {})
