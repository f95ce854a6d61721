"""Merge several files of one register: equal rows become one record; of one tool the most restrictive word counts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from privacy_audit.registers.cells import strictest
from privacy_audit.registers.receipt import Repair
from privacy_audit.registers.register import Origin, Register, happened_column
from privacy_audit.registers.rows import SheetRows


def merge_files(register: Register, sheets: Sequence[SheetRows]) -> Register:
    """Return a register after what its files' mappings say about their rows together.

    An event that another column decides is marked row by row. A row that another file of the same tool overrules gets
    the more restrictive word. Equal rows of two files become one record with two origins. In a register with
    `completed`, a column that a row's file lacks is filled from another file with the same record.
    """
    register = replace(register, given=tuple(each.layout.given for each in _sheet_of_each_row(sheets)))
    for name in sorted({name for each in sheets for name in each.layout.settled}):
        register = _settled(register, sheets, name)
    register = _overruled(register, sheets)
    if len(sheets) == 1:
        return register
    register = _once(register)
    _remark(register, sheets)
    return _completed(register) if register.schema.completed else register


def _completed(register: Register) -> Register:
    """Return the register with the columns that a row's file lacks, filled from other files with the same record.

    A cell is left as it is where those files disagree, or where one of their cells could not be read.
    """
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, key in enumerate(_keys(register)):
        groups[key].append(index)
    shared = [rows for rows in groups.values() if len({register.origins[at].file for at in rows}) > 1]
    if not shared:
        return register
    lacking = list(register.lacking)
    for column in (each for each in register.schema.fields if each.name not in register.schema.key):
        names = [column.name, happened_column(column.name)] if column.event else [column.name]
        cells = [register.table.column(name).to_pylist() for name in names]
        for rows in shared:
            givers = [at for at in rows if column.name in register.given[at]]
            values = {tuple(each[at] for each in cells) for at in givers if (at, column.name) not in register.unread}
            if len(values) != 1 or any((at, column.name) in register.unread for at in givers):
                continue
            for at in (each for each in rows if each not in givers):
                lacking[at] -= {column.name}
                for each, cell in zip(cells, *values, strict=True):
                    each[at] = cell
        for name, each in zip(names, cells, strict=True):
            table = _with_column(register.table, name, pa.array(each, register.table.schema.field(name).type))
            register = replace(register, table=table)
    return replace(register, lacking=tuple(lacking))


def _remark(register: Register, sheets: Sequence[SheetRows]) -> None:
    """Add to each file's receipt how many of its rows equal a row of another file."""
    places = Counter((each.file, each.sheet) for origins in register.also.values() for each in origins)
    for sheet in sheets:
        number = places[sheet.receipt.file, sheet.receipt.sheet]
        rows = "row stands" if number == 1 else "rows stand"
        what = f"{number} {rows} alike in another file; each of them is one record."
        if number and what not in [each.what for each in sheet.receipt.repairs]:
            sheet.receipt.repairs.append(Repair(None, "", what))


def _sheet_of_each_row(sheets: Sequence[SheetRows]) -> list[SheetRows]:
    """Return for each row of the register the sheet that it came from."""
    return [each for each in sheets for _ in range(each.receipt.accepted)]


def _settled(register: Register, sheets: Sequence[SheetRows], event: str) -> Register:
    """Return the register with an event marked as not happened in the rows where another column says so."""
    shown = happened_column(event)
    rows = register.table.to_pylist()
    happened = [
        False
        if row[shown] is None
        and (index, event) not in register.unread
        and any(event in fields.get(row[name], ()) for name, fields in sheet.layout.export.never_where.items())
        else row[shown]
        for index, (row, sheet) in enumerate(zip(rows, _sheet_of_each_row(sheets), strict=True))
    ]
    table = _with_column(register.table, shown, pa.array(happened, pa.bool_()))
    return replace(register, table=table, absent=register.absent - {event})


def _with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _keys(register: Register) -> list[tuple[str, ...]]:
    parts = [register.table.column(name).to_pylist() for name in register.schema.key]
    return [tuple(str(each).casefold() for each in row) for row in zip(*parts, strict=True)]


def _overruled(register: Register, sheets: Sequence[SheetRows]) -> Register:
    """Return the register with the rows that another file of the same tool overrules, given its stricter words."""
    exports = [each.layout.export for each in _sheet_of_each_row(sheets)]
    overruling: dict[str, set[str]] = defaultdict(set)
    for each in sheets:
        for name in each.layout.export.overrules:
            overruling[name].add(each.layout.export.name)
    if not overruling:
        return register
    rows_of: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    keys = _keys(register)
    for index, (key, export) in enumerate(zip(keys, exports, strict=True)):
        rows_of[key, export.name].append(index)
    outranked = {
        index: others
        for index, (key, export) in enumerate(zip(keys, exports, strict=True))
        if (others := [at for name in sorted(overruling[export.name]) for at in rows_of[key, name]])
    }
    for column in (each for each in register.schema.fields if each.strictest):
        register = _stricter(register, column.name, column.strictest, outranked)
    return replace(register, overruled=frozenset(outranked))


def _stricter(
    register: Register, name: str, order: tuple[str, ...], outranked: Mapping[int, Sequence[int]]
) -> Register:
    """Return the register with the most restrictive of a row's own word and those that overrule it.

    `outranked` gives by row the rows that overrule it. A blank or unreadable word may be the most restrictive: it is
    kept unless one of the others is already the most restrictive there is.
    """
    words: list[Any] = register.table.column(name).to_pylist()
    after = list(words)
    for index, others in outranked.items():
        values = [words[at] if words[at] is not None else "" for at in (index, *others)]
        strict = strictest(values, order)
        after[index] = strict if isinstance(strict, str) and strict else words[index]
    sure = {(index, name) for index in outranked if after[index] is not None}
    table = _with_column(register.table, name, pa.array(after, register.table.schema.field(name).type))
    return replace(register, table=table, unread=register.unread - sure)


def _once(register: Register) -> Register:
    """Return the register with equal rows of several files merged into one record with several origins.

    The second of two equal rows in one file is matched with the second in the other. A row with an unreadable cell is
    never merged.
    """
    unreadable = {index for index, _ in register.unread}
    times: Counter[tuple[Any, ...]] = Counter()
    first: dict[tuple[Any, ...], int] = {}
    also: dict[int, list[Origin]] = defaultdict(list)
    keep = []
    for index, (row, origin) in enumerate(zip(register.table.to_pylist(), register.origins, strict=True)):
        alike = (tuple(row.values()), register.given[index])
        here = (origin.file, origin.sheet, alike)
        times[here] += 1
        same = first.setdefault((alike, times[here]), index)
        if index in unreadable or same == index:
            keep.append(index)
        else:
            also[same].append(origin)
    place = {index: at for at, index in enumerate(keep)}
    return replace(
        register,
        table=register.table.take(pa.array(keep, pa.int64())),
        origins=tuple(register.origins[index] for index in keep),
        lacking=tuple(register.lacking[index] for index in keep),
        given=tuple(register.given[index] for index in keep),
        unread=frozenset((place[index], name) for index, name in register.unread),
        overruled=frozenset(place[index] for index in register.overruled if index in place),
        also={place[index]: tuple(each) for index, each in also.items()},
    )
