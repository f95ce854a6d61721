"""Every record of every register by its key, and how often the key occurs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from privacy_audit.registers.register import Origin, Register
from privacy_audit.registers.schema import Column, Schema


def natural_keys(register: Register) -> list[str]:
    """Return each row's key as one text: the parts of a key joined by a colon."""
    parts = [register.table.column(name).to_pylist() for name in register.schema.key]
    return [": ".join(map(str, row)) for row in zip(*parts, strict=True)]


def same_record(register: Register) -> list[list[int]]:
    """Return for each row all that are about the same record: in each of several files one row with its key."""
    groups = defaultdict(list)
    for index, key in enumerate(natural_keys(register)):
        groups[key.casefold()].append(index)
    alike = [[index] for index in range(len(register.table))]
    for rows in groups.values():
        if len({register.origins[at].file for at in rows}) == len(rows):
            for at in rows:
                alike[at] = rows
    return alike


def register(schema: Schema, registers: Iterable[Register], name_of: Callable[[Register, str], str]) -> Register:
    """Return one row for each row of the registers; a record with a personal key stands as its token."""
    found = [row for each in registers for row in _rows(each, name_of)]
    arrays = {
        column.name: pa.array([row[at] for row, *_ in found], column.arrow) for at, column in enumerate(schema.fields)
    }
    rejected = tuple(receipt for each in registers for receipt in each.receipts)
    also = {index: places for index, (_, _, places) in enumerate(found) if places}
    return Register(schema, pa.table(arrays), tuple(origin for _, origin, _ in found), rejected, also=also)


def _rows(
    register: Register, name_of: Callable[[Register, str], str]
) -> Iterator[tuple[tuple[Any, ...], Origin, tuple[Origin, ...]]]:
    """Yield for each row its register, record, times, versions and the columns that differ; and where it stands."""
    keys, rows = natural_keys(register), register.table.to_pylist()
    same: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        if index not in register.overruled:
            same[key.casefold()].append(index)
    for index, (key, origin) in enumerate(zip(keys, register.origins, strict=True)):
        group = [index] if index in register.overruled else same[key.casefold()]
        differing = _differing(register, rows, group) if len(group) > 1 else []
        here = [at for at in group if _file(register, at) == _file(register, index)]
        versions = len({repr(rows[at]) for at in group}) if differing else 1
        times = len(group) if differing else len(here)
        record = (register.name, name_of(register, key), times, versions, ", ".join(differing) or None)
        yield record, origin, register.also.get(index, ())


def _file(register: Register, row: int) -> tuple[str, str]:
    return register.origins[row].file, register.origins[row].sheet


def _differing(register: Register, rows: Sequence[Mapping[str, Any]], group: Sequence[int]) -> list[str]:
    """Return the titles of the columns in which rows with one key say different things.

    Within a file a blank differs from a value. What a file has no column for, or leaves blank where a blank means
    unknown, says nothing against another file.
    """
    differing = []
    for column in (each for each in register.schema.fields if each.name not in register.schema.key):
        cells = [(_file(register, at), rows[at][column.name]) for at in group]
        says = [cell for at, (_, cell) in zip(group, cells, strict=True) if _says(register, at, column, cell)]
        if len(set(says)) > 1 or len(set(cells)) > len({file for file, _ in cells}):
            differing.append(column.title)
    return differing


def _says(register: Register, row: int, column: Column, cell: object) -> bool:
    """Whether a cell says anything that another file could contradict."""
    if column.name not in register.given[row]:
        return False
    return cell is not None or (column.blank != "unknown" and (row, column.name) not in register.unread)
