"""A register: one Arrow table with a schema, and for every row the file, sheet and row it came from.

Every event column has a column `<event> happened` beside it: true, false, or blank where that is unknown (an unreadable
cell; a column that no file has, or that is blank in every row and nowhere says “none”).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.registers.receipt import Receipt
from privacy_audit.registers.rows import SheetRows
from privacy_audit.settings.schema import Column, Schema


@dataclass(frozen=True)
class Origin:
    """Where a row came from: file, sheet (blank for a text) and row number."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Register:
    """The typed rows of a register; cells are given as (row position, column name).

    `absent`       columns that no file has
    `unread`       cells that could not be read
    `incomplete`   in words, which part of the population is known to be missing
    `derived_from` the register that this one is worked out from, blank where it is read from files
    `known_empty`  whether having no row is an answer
    `inferred`     cells worked out from another register
    `lacking`      for each row, the columns that no export of its kind has
    `silent`       columns that are blank in every row and are read as “no”
    `causes`       for a fact that is unknown, the (register, column) that leaves it so
    `related`      by row, other rows about the same subject
    `also`         by row, where else the very same row was found
    `given`        for each row, the columns about which its file says anything
    `overruled`    rows overruled by another file of the same tool
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
    also: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)
    given: tuple[frozenset[str], ...] = ()
    overruled: frozenset[int] = frozenset()

    @classmethod
    def made(
        cls,
        schema: Schema,
        rows: Iterable[Sequence[object]],
        origins: Iterable[Origin],
        **more: Any,  # noqa: ANN401 - further fields of the register, by name
    ) -> "Register":
        """Return a register that the audit makes itself; each row has a value for every column of the schema, in order.

        An event whose value is None did not happen.
        """
        cells = list(zip(*rows, strict=True)) or [()] * len(schema.fields)
        arrays: dict[str, pa.Array] = {}
        for column, values in zip(schema.fields, cells, strict=True):
            arrays[column.name] = pa.array(list(values), column.arrow)
            if column.event:
                arrays[happened_column(column.name)] = pa.array([value is not None for value in values], pa.bool_())
        return cls(schema, pa.table(arrays), tuple(origins), **more)

    @property
    def tells_nothing(self) -> bool:
        """Whether it has no row and is not known to be empty."""
        return not len(self.table) and not self.is_whole

    @property
    def name(self) -> str:
        """The register's name."""
        return self.schema.name

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its records, empty without such a column; a key that is one of these is a name, not a number."""
        if "name" not in self.schema.by_name:
            return frozenset()
        return frozenset(each for each in self.table.column("name").to_pylist() if each is not None)

    @property
    def records(self) -> int:
        """How many different records its rows are about."""
        parts = (self.table.column(name).to_pylist() for name in self.schema.key)
        return len({tuple(str(each).casefold() for each in row) for row in zip(*parts, strict=True)})

    @property
    def rejected(self) -> int:
        """How many rows of all its files were rejected."""
        return sum(len(receipt.rejected) for receipt in self.receipts)

    @property
    def is_whole(self) -> bool:
        """Whether no part of the population is known to be missing, and having no row is an answer."""
        return not self.incomplete and not self.rejected and (len(self.table) > 0 or self.known_empty)

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
    sheets: Sequence[SheetRows],
    declared_none: Collection[str] = (),
    incomplete: tuple[str, ...] = (),
) -> Register:
    """Return the rows of all sheets as one register.

    `declared_none` are the event columns that the firm declares as none; `incomplete` is what is known to be missing.
    """
    arrays: dict[str, pa.Array] = {}
    absent, silent = set(), set()
    for column in schema.fields:
        parts = [_values(sheet, column) for sheet in sheets]
        values = _joined(parts, column.arrow)
        empty = values.null_count == len(values)
        if not any(_gives(sheet, column) for sheet in sheets):
            absent.add(column.name)
        if column.blank == "no":
            silent |= {column.name} if empty else set()
            says = [_filled(part, sheet, column) for part, sheet in zip(parts, sheets, strict=True)]
            values = _joined(says, column.arrow)
        arrays[column.name] = values
        if column.event:
            none = column.name in declared_none
            if none and not empty:
                incomplete = (*incomplete, f"somebody declared that there is no “{column.title}”, but rows have one")
            arrays[happened_column(column.name)] = _events(column, sheets, parts, declared_none=none, empty=empty)
    return Register(
        schema,
        pa.table(arrays),
        origins=tuple(
            Origin(each.receipt.file, each.receipt.sheet, int(row)) for each in sheets for row in each.numbers
        ),
        receipts=tuple(sheet.receipt for sheet in sheets),
        absent=frozenset(absent - set(declared_none)),
        unread=_unread_cells(sheets),
        incomplete=incomplete,
        lacking=tuple(each.layout.export.lacking for each in sheets for _ in each.numbers),
        silent=frozenset(silent),
    )


def _events(
    column: Column, sheets: Sequence[SheetRows], parts: Sequence[pa.Array], *, declared_none: bool, empty: bool
) -> pa.Array:
    """Return whether an event happened, for the rows of all sheets; with `empty`, no row of any sheet has its date."""
    known = (declared_none and empty) or column.absent == "not_happened"
    unkept = empty and not any(column.name in sheet.denied for sheet in sheets)
    pairs = zip(sheets, parts, strict=True)
    return _joined([_happened(column, each, part, known=known, empty=unkept) for each, part in pairs], pa.bool_())


def _unread_cells(sheets: Sequence[SheetRows]) -> frozenset[tuple[int, str]]:
    """Return the cells that could not be read, as row positions in the register and column names."""
    starts = accumulate((len(each.numbers) for each in sheets), initial=0)
    return frozenset(
        (start + at, name)
        for start, sheet in zip(starts, sheets, strict=False)
        for name, places in sheet.unread.items()
        for at in places
    )


def _joined(parts: Sequence[pa.Array], kind: pa.DataType) -> pa.Array:
    return pa.concat_arrays([pa.array([], kind), *parts])


def _values(sheet: SheetRows, column: Column) -> pa.Array:
    """Return a sheet's values of a column, blank in every row where it has no such column."""
    if column.name not in sheet.table.column_names:
        return pa.nulls(len(sheet.numbers), column.arrow)
    return sheet.table.column(column.name).combine_chunks()


def _unread(sheet: SheetRows, name: str) -> pa.Array:
    """Return for each row whether its cell of a column could not be read."""
    return pa.array(np.isin(np.arange(len(sheet.numbers)), list(sheet.unread.get(name, ()))))


def _filled(values: pa.Array, sheet: SheetRows, column: Column) -> pa.Array:
    """Return values with “no” (or “none”) for a blank; an unreadable cell stays blank."""
    filler = pa.scalar(False if column.type == "boolean" else "none", column.arrow)
    says = pc.if_else(_unread(sheet, column.name), pa.scalar(None, column.arrow), filler)
    return pc.coalesce(values, says)


def _gives(sheet: SheetRows, column: Column) -> bool:
    layout = sheet.layout
    return column.name in layout.columns or column.name in layout.constant or column.name in layout.never


def _happened(column: Column, sheet: SheetRows, values: pa.Array, *, known: bool, empty: bool) -> pa.Array:
    """Return for each row whether an event happened: true, false, or blank where that is unknown."""
    never = known or column.name in sheet.layout.never or (not empty and _gives(sheet, column))
    blank = pa.scalar(False if never else None, pa.bool_())
    otherwise = pc.if_else(_unread(sheet, column.name), pa.scalar(None, pa.bool_()), blank)
    return pc.if_else(values.is_valid(), pa.scalar(value=True), otherwise)
