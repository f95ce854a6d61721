"""The columns of the exports as a register: which are there, which are needed, which had better be left out."""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from privacy_audit.policy import EXPECTED
from privacy_audit.registers.register import Origin, Register
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.values import folded

Row = tuple[str, str, bool, bool, int, int, str, Origin]


def register(
    schema: Schema,
    registers: Mapping[str, Register],
    needed: Mapping[tuple[str, str], int],
    schemas: Mapping[str, Schema],
    words: Mapping[str, Iterable[str]],
) -> Register:
    """Return one row for each column that an exported register may have, and for each that no check needs.

    `needed` counts for (register, column) the controls that its blanks keep from being shown; `words` are the kinds of
    data an export should not carry, with the words by which their columns are known.
    """
    exported = {name: registers[name] for name in EXPECTED if name in registers and not registers[name].derived_from}
    rows = [row for each in exported.values() if not each.known_empty for row in _own(each, needed)]
    elsewhere = (place for place in needed if place[0] not in exported)
    for name, column in sorted(elsewhere):
        field = schemas[name].by_name[column]
        rows.append((name, field.title, field.core, True, 0, needed[name, column], "none", Origin("no file", "", 0)))
    for each in exported.values():
        rows += _unneeded(each, words)
    *values, origins = list(zip(*rows, strict=True)) or [()] * (len(schema.fields) + 1)
    arrays = {
        field.name: pa.array(list(value), field.arrow) for field, value in zip(schema.fields, values, strict=True)
    }
    return Register(schema, pa.table(arrays), tuple(origins))


def _own(register: Register, needed: Mapping[tuple[str, str], int]) -> Iterable[Row]:
    """Yield a row for each column of a register's schema."""
    files = ", ".join(dict.fromkeys(receipt.file for receipt in register.receipts))
    for field in register.schema.fields:
        unread = sum(name == field.name for _, name in register.unread)
        absent, blocks = field.name in register.absent, needed.get((register.name, field.name), 0)
        yield register.name, field.title, field.core, absent, unread, blocks, "none", Origin(files, "", 0)


def _unneeded(register: Register, words: Mapping[str, Iterable[str]]) -> Iterable[Row]:
    """Yield a row for each filled column that no mapping reads and whose name tells of data no check needs."""
    for receipt in register.receipts:
        for column in receipt.unused:
            plain = folded(column).replace(" ", "").replace("-", "").replace("_", "")
            kinds = (kind for kind, spellings in words.items() if any(word in plain for word in spellings))
            kind = next(kinds, "")
            if kind:
                origin = Origin(receipt.file, receipt.sheet, 0)
                yield register.name, column, False, False, 0, 0, kind, origin
