"""A register: one Arrow table with a schema, and for every row the file, sheet and row it came from.

A column `<event> happened` stands beside every event column: true, false, or blank where nobody can tell
(an unreadable cell; a column that no file has, or that is blank in every row).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa

from privacy_audit.registers.reading import Reading, Row
from privacy_audit.registers.receipt import Receipt
from privacy_audit.registers.schema import Column, Schema
from privacy_audit.registers.values import Value


@dataclass(frozen=True)
class Origin:
    """Where a row stands."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Register:
    """Typed rows.

    `incomplete` says in words which part of the population is known to be missing; `known_empty` that having no row is
    an answer; `inferred` are cells worked out from another register; `lacking` are for each row the columns that no
    export of its kind has; `silent` are columns that nobody filled in, and that read as “no” all the same; `causes`
    name the (register, column) that leaves a row's fact unknown; `related` are other rows about the same subject.
    """

    schema: Schema
    table: pa.Table
    origins: tuple[Origin, ...]
    receipts: tuple[Receipt, ...] = ()
    absent: frozenset[str] = frozenset()
    unread: frozenset[tuple[int, str]] = frozenset()
    incomplete: tuple[str, ...] = ()
    derived_from: str = ""
    known_empty: bool = False
    inferred: frozenset[tuple[int, str]] = frozenset()
    lacking: tuple[frozenset[str], ...] = ()
    silent: frozenset[str] = frozenset()
    causes: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    related: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The register's name."""
        return self.schema.name

    @cached_property
    def names(self) -> frozenset[str]:
        """What its records are called by people: a key that is one of these is no number."""
        if "name" not in self.schema.by_name:
            return frozenset()
        return frozenset(each for each in self.table.column("name").to_pylist() if each is not None)

    @property
    def rejected(self) -> int:
        """How many rows of all its files were rejected."""
        return sum(len(receipt.rejected) for receipt in self.receipts)

    @property
    def cannot_give(self) -> frozenset[str]:
        """The columns that none of its exports can have."""
        return frozenset.intersection(*self.lacking) if self.lacking else frozenset()

    def with_columns(self, columns: Mapping[str, pa.Array]) -> "Register":
        """Return the register with more columns."""
        table = self.table
        for name, values in columns.items():
            table = table.append_column(name, values)
        return replace(self, table=table)


def happened_column(event: str) -> str:
    """Return the name of the column that says whether an event happened."""
    return f"{event} happened"


def build(
    schema: Schema,
    readings: Sequence[Reading],
    declared_none: Collection[str] = (),
    incomplete: tuple[str, ...] = (),
) -> Register:
    """Return the rows of all files as one register."""
    rows = [(reading, row) for reading in readings for row in reading.rows]
    arrays: dict[str, pa.Array] = {}
    absent, silent = set(), set()
    for column in schema.fields:
        values = [row.values.get(column.name) for _, row in rows]
        empty = all(value is None for value in values)
        if not any(_gives(reading, column) for reading in readings):
            absent.add(column.name)
        if column.blank == "no":
            silent |= {column.name} if empty else set()
            filler: Value = False if column.type == "boolean" else "none"
            values = [
                filler if value is None and column.name not in row.unread else value
                for value, (_, row) in zip(values, rows, strict=True)
            ]
        arrays[column.name] = pa.array(values, type=column.arrow)
        if column.event:
            contradicted = column.name in declared_none and not empty
            if contradicted:
                incomplete = (*incomplete, f"somebody declared that there is no “{column.title}”, but rows have one")
            known = (column.name in declared_none and not contradicted) or column.absent == "not_happened"
            happened = [_happened(column, reading, row, known=known, empty=empty) for reading, row in rows]
            arrays[happened_column(column.name)] = pa.array(happened, type=pa.bool_())
    return Register(
        schema,
        pa.table(arrays),
        tuple(Origin(reading.receipt.file, reading.receipt.sheet, row.number) for reading, row in rows),
        tuple(reading.receipt for reading in readings),
        frozenset(absent - set(declared_none)),
        frozenset((index, name) for index, (_, row) in enumerate(rows) for name in row.unread),
        incomplete,
        lacking=tuple(reading.layout.export.lacking for reading, _ in rows),
        silent=frozenset(silent),
    )


def _gives(reading: Reading, column: Column) -> bool:
    layout = reading.layout
    return column.name in layout.columns or column.name in layout.constant or column.name in layout.never


def _happened(column: Column, reading: Reading, row: Row, *, known: bool, empty: bool) -> bool | None:
    if row.values.get(column.name) is not None:
        return True
    if column.name in row.unread:
        return None
    if known or column.name in reading.layout.never:
        return False
    return None if empty or not _gives(reading, column) else False
