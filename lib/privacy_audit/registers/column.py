"""Read a whole column of cells as typed values.

Cells that match a strict pattern are converted all at once. All others are read by `values.reader`, each distinct cell
once; the patterns are so narrow that both ways give the same values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.files.sheet import Cell
from privacy_audit.registers.days import order_of
from privacy_audit.registers.values import BEGUN, NAMED, ROUNDED, SAYS_NONE, Value, reader, repair_of
from privacy_audit.settings.schema import Column
from privacy_audit.settings.spelling import Dialect, UnreadError, clean

# An Arrow array of texts, or cells of any kind.
Cells: TypeAlias = Any
Mask = npt.NDArray[np.bool_]
VISIBLE = "[!-~]"
# Visible ASCII and Latin letters, which normalisation (NFC) leaves as they are, with single spaces.
PLAIN = "^[!-~¡-¬®-ʯ]+( [!-~¡-¬®-ʯ]+)*$"
ADDRESS = "^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9_-]+[.])+[a-z0-9_-]+$"
# Days that every month has, in years to which no other rule applies.
ISO_DAY = "^(19[1-68-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
FIRST = {"DMY": "month", "MDY": "day"}  # by declared order, what comes first in a date that contradicts it


@dataclass(frozen=True)
class Typed:
    """A column's values, blank where a cell is blank or could not be read.

    `unread` gives by position the reason a cell could not be read. `repairs` are changes made by the reading, each as
    (position of the first cell, number of cells, what). `denied` is true where some cell says “none”, which shows that
    the firm fills the column in.
    """

    values: pa.Array
    unread: Mapping[int, str]
    repairs: Sequence[tuple[int, int, str]] = ()
    denied: bool = False


def filled(cells: Cells) -> Mask:
    """Return for each cell whether it holds anything visible."""
    if not isinstance(cells, pa.Array):
        return np.array([_holds(cell) for cell in cells], bool)
    seen = _mask(pc.match_substring_regex(cells, VISIBLE))
    for at in np.flatnonzero(~seen):
        seen[at] = _holds(cells[int(at)].as_py())
    return seen


def _holds(cell: Cell) -> bool:
    return bool(cell and clean(cell)) if isinstance(cell, str) else True


def read_column(cells: Cells, column: Column, dialect: Dialect) -> Typed:
    """Return a column's cells as values of its type."""
    if not isinstance(cells, pa.Array) and all(type(cell) is str for cell in cells):
        cells = pa.array(cells, pa.string())
    free = column.type == "string" and column.format == "default" and not (column.constraints.enum or column.country)
    if not isinstance(cells, pa.Array):
        known: dict[tuple[type, Cell], int] = {}
        codes = np.array([known.setdefault((type(cell), cell), len(known)) for cell in cells], np.int64)
        return _typed([cell for _, cell in known], codes, column, dialect)
    if free and not column.evidence and all_plain(cells):
        return Typed(cells, {})
    coded = cells.dictionary_encode()
    return _typed(coded.dictionary, coded.indices.to_numpy(), column, dialect)


def all_plain(cells: pa.Array) -> bool:
    """Whether every cell is visible ASCII with single spaces inside, and none a rounded number; by its bytes."""
    _, places, data = cells.buffers()
    at = np.frombuffer(places, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if not len(cells) or (np.diff(at) == 0).any():
        return False
    seen = np.frombuffer(data, np.uint8)[at[0] : at[-1]]
    first, last = at[:-1] - at[0], at[1:] - at[0] - 1
    plus, space = np.flatnonzero(seen == ord("+")), seen == ord(" ")
    if seen.min() < ord(" ") or seen.max() > ord("~") or space[first].any() or space[last].any():
        return False
    return not (space[1:] & space[:-1]).any() and not np.isin(seen[plus[plus > 0] - 1], [ord("e"), ord("E")]).any()


def _at_once(distinct: pa.Array, column: Column) -> tuple[pa.Array, Mask]:
    """Return cells as values, and a mask of those that match the pattern; the values of the others are not valid."""
    if column.type == "date":
        plain = _mask(pc.match_substring_regex(distinct, ISO_DAY))
        return pc.if_else(pa.array(plain), distinct, None).cast(pa.date32()), plain
    if column.type != "string" or column.constraints.enum or column.country:
        return pa.nulls(len(distinct), column.arrow), np.zeros(len(distinct), bool)
    if column.format == "email":
        small = pc.ascii_lower(distinct)
        return small, _mask(pc.match_substring_regex(small, ADDRESS)) & ~_mask(pc.match_substring(small, "xn--"))
    plain = _mask(pc.match_substring_regex(distinct, PLAIN)) & ~_mask(pc.match_substring_regex(distinct, ROUNDED))
    if column.evidence:
        plain &= _mask(pc.match_substring_regex(distinct, NAMED)) & ~_mask(pc.match_substring_regex(distinct, BEGUN))
    return distinct, plain


def _mask(found: pa.Array) -> Mask:
    return np.array(found.to_numpy(zero_copy_only=False), bool)


def _typed(distinct: Cells, codes: npt.NDArray[np.int64], column: Column, dialect: Dialect) -> Typed:
    """Return the values of a column that is given as its distinct cells and, for each row, a position among them."""
    at_once, plain = pa.nulls(len(distinct), column.arrow), np.zeros(len(distinct), bool)
    if isinstance(distinct, pa.Array):
        at_once, plain = _at_once(distinct, column)
    places = [int(at) for at in np.flatnonzero(~plain)]
    rest: Sequence[Cell] = [distinct[at] for at in places] if isinstance(distinct, list) else []
    rest = rest or distinct.take(pa.array(places, pa.int64())).to_pylist()
    values: list[Value] = []
    why: dict[int, str] = {}
    repairs: dict[int, str] = {}
    read, doubtful = reader(column, dialect), _doubtful(rest, column, dialect)
    for at, cell in zip(places, rest, strict=True):
        value: Value = None
        try:
            value = read(cell)
        except UnreadError as error:
            why[at] = str(error)
        if value is not None and cell in doubtful:
            value, why[at] = None, doubtful[cell]
        elif value is None and at not in why and _holds(cell):
            repairs[at] = SAYS_NONE if column.evidence else "A day far ahead was read as “no end is set”"
        elif value is not None and isinstance(cell, str) and (what := repair_of(cell)):
            repairs[at] = what
        values.append(value)
    known = pc.replace_with_mask(at_once, pa.array(~plain), pa.array(values, column.arrow))
    unread = {int(row): why[codes[row]] for row in np.flatnonzero(np.isin(codes, list(why)))} if why else {}
    return Typed(known.take(pa.array(codes)), unread, list(_by_kind(repairs, codes)), SAYS_NONE in repairs.values())


def _doubtful(cells: Sequence[Cell], column: Column, dialect: Dialect) -> dict[Cell, str]:
    """Return the dates valid in both orders, and why they are unsure, where another contradicts the declared order."""
    other = {"DMY": "MDY", "MDY": "DMY"}.get(dialect.date_order, "")
    if column.type != "date" or not other:
        return {}
    orders = {cell: order_of(clean(cell)) for cell in cells if isinstance(cell, str)}
    if other not in orders.values():
        return {}
    why = f"could be meant either way, since another date of this column has the {FIRST[dialect.date_order]} first"
    return {cell: why for cell, order in orders.items() if order == "either"}


def _by_kind(repairs: Mapping[int, str], codes: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, str]]:
    """Yield (first row, number of rows, what) for each kind of repair."""
    for what in sorted(set(repairs.values())):
        rows = np.flatnonzero(np.isin(codes, [at for at, each in repairs.items() if each == what]))
        yield int(rows[0]), len(rows), what


def first_filled(columns: Sequence[Cells]) -> tuple[Cells, npt.NDArray[np.int64]]:
    """Return for each row the first cell that is filled, and the index of its column; the first column if none is."""
    chosen = np.argmax(np.array([filled(each) for each in columns]), axis=0)
    if all(isinstance(each, pa.Array) for each in columns):
        cells = reduce(
            lambda found, each: pc.if_else(pa.array(chosen == each[0]), each[1], found), enumerate(columns), columns[0]
        )
        return cells, chosen
    return [columns[at][row] for row, at in enumerate(chosen)], chosen
