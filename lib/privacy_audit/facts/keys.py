"""Every record of every register by its key, and how often the key occurs."""

from collections.abc import Callable, Iterable

import pyarrow as pa

from privacy_audit.registers.register import Register
from privacy_audit.registers.schema import Schema


def natural_keys(register: Register) -> list[str]:
    """Return each row's key as one text: the parts of a key joined by a colon."""
    parts = [register.table.column(name).to_pylist() for name in register.schema.key]
    return [": ".join(map(str, row)) for row in zip(*parts, strict=True)]


def register(schema: Schema, registers: Iterable[Register], name_of: Callable[[Register, str], str]) -> Register:
    """Return one row for each row of the registers; a record with a personal key stands as its token."""
    rows, origins = [], []
    for each in registers:
        keys = natural_keys(each)
        contents: dict[str, list[str]] = {}
        for key, content in zip(keys, each.table.to_pylist(), strict=True):
            contents.setdefault(key.casefold(), []).append(repr(content))
        for key, origin in zip(keys, each.origins, strict=True):
            same = contents[key.casefold()]
            rows.append((each.name, name_of(each, key), len(same), len(set(same))))
            origins.append(origin)
    values = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = {
        column.name: pa.array(list(value), column.arrow) for column, value in zip(schema.fields, values, strict=True)
    }
    rejected = tuple(receipt for each in registers for receipt in each.receipts)
    return Register(schema, pa.table(arrays), tuple(origins), rejected)
