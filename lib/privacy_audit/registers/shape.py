"""A sheet's rows brought into the shape that a register is read from: a column for each field, a row for each record.

Where a mapping has no more to say than which column is which, the rows stay as they are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from privacy_audit.files.sheet import Cell
from privacy_audit.registers.cells import Source
from privacy_audit.registers.mapping import Layout
from privacy_audit.registers.receipt import Repair
from privacy_audit.registers.values import folded

Line = tuple[int, list[Cell]]


def is_shaped(layout: Layout) -> bool:
    """Whether rows need more than to be read column by column."""
    return bool(layout.made or layout.apart or layout.no_records)


def shaped(lines: Iterable[Line], layout: Layout, key: Collection[str]) -> tuple[list[Line], list[Repair]]:
    """Return the rows that are records, with a cell more for each field that is made, and what the receipt must tell.

    A row stands there once for each value of a field that makes rows of their own, under the one row number.
    """
    found: list[Line] = []
    left: dict[str, list[int]] = {}
    told: Counter[str] = Counter()
    for number, cells in lines:
        what = next((each.what for each in layout.no_records if each.fits(cells)), "")
        if what:
            left.setdefault(what, []).append(number)
            continue
        rows = list(_spread(cells, layout))
        told["hold several addresses: each address is read as a row of its own."] += len(rows) > 1
        told.update(set(_told(cells, layout, key)))
        found += [(number, [*row, *(maker.cell(row) for maker in layout.made.values())]) for row in rows]
    remarks = [f"Left out as no records, since each is {what}: {_rows(rows)}." for what, rows in sorted(left.items())]
    remarks += [f"{times} rows {what}" for what, times in sorted(told.items()) if times]
    return found, [Repair(None, "", each) for each in remarks]


def _rows(numbers: Sequence[int]) -> str:
    """Return row numbers as people list them.

    >>> _rows([3, 5, 6, 7])
    'rows 3, 5 to 7'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ("row " if len(numbers) == 1 else "rows ") + ", ".join(" to ".join(map(str, each)) for each in spans)


def _spread(cells: list[Cell], layout: Layout) -> Iterator[list[Cell]]:
    """Yield the row, or one row for each value of the field of which each value makes a row."""
    if not layout.apart:
        yield cells
    for name, sources in layout.apart.items():
        for value in _values(cells, sources):
            yield [value if place == layout.columns[name] else cell for place, cell in enumerate(cells)]


def _values(cells: Sequence[Cell], sources: Sequence[Source]) -> list[Cell]:
    """Return the different values that sources tell of a row, one blank where they tell none."""
    told = chain.from_iterable(each.tells(cells) for each in sources)
    return list({folded(str(each)): each for each in told}.values()) or [""]


def _told(cells: Sequence[Cell], layout: Layout, key: Collection[str]) -> Iterator[str]:
    """Yield in words what of a row was made otherwise than read."""
    for name, maker in layout.made.items():
        own = maker.sources[0].header
        other = maker.stands_in(cells) if name in key else ""
        if other:
            yield f"have no “{own}”; “{other}” stands in for it."
        if ending := maker.ending(cells):
            yield f"end in “{ending}”, which was cut off: {layout.export.endings[name][ending]}."
        if maker.further(cells):
            yield f"have several values in “{own}”: the first was read."
