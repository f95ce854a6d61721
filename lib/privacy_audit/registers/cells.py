"""How a mapping makes a field's cell from the columns of a file, and which rows are not records.

First the vocabulary of a column (Words), where a field is read from (Source) and how its cell is made (Maker); then
the rows that are left out, and the layout of a sheet; last `shaped`, which applies a layout to the rows of a sheet.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from privacy_audit.files.sheet import Cell, Remark, Unreadable
from privacy_audit.registers.receipt import Repair
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.spelling import clean, folded

ANY = "*"
AROUND = "[]\"' "
UNKNOWN_WORD = Unreadable("a word that the mapping does not know")


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds anything other than white space and invisible characters."""
    return not isinstance(cell, str) or bool(cell and clean(cell))


def at(cells: Sequence[Cell], position: int) -> Cell:
    """Return the cell at a position, blank where the row is too short."""
    return cells[position] if position < len(cells) else ""


def as_text(cell: Cell) -> str:
    """Return a cell as text that can be compared with words: true as “yes”, 5.0 as “5”, a text cleaned."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell))


class Words:
    """A vocabulary: spellings and the values they mean.

    A spelling is a whole word, the beginning of one (“Voided*”; the longest that fits counts), or “*” for anything but
    a blank. A spelling whose value is "" is known and has no meaning.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._whole = {folded(each): value for each, value in words.items() if not each.endswith(ANY)}
        begun = [(folded(each[:-1]), value) for each, value in words.items() if each.endswith(ANY)]
        self._begun = sorted(begun, key=lambda each: -len(each[0]))

    def meaning(self, text: str) -> str | None:
        """Return the value that a text means, "" where it has no meaning, None where no spelling fits it."""
        spelt = folded(text)
        found = (value for start, value in self._begun if spelt and spelt.startswith(start))
        return self._whole[spelt] if spelt in self._whole else next(found, None)


@dataclass(frozen=True)
class Source:
    """One entry of a mapping, found in a file.

    `header` is its header as written, `positions` the columns it joins, `words` its vocabulary (None: texts are kept as
    they are), `marks` the characters that separate several values in one cell.
    """

    header: str
    positions: tuple[int, ...]
    words: Words | None = None
    marks: tuple[str, ...] = ()

    def values(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the values in a row's cells, an unreadable one alone; none where all are blank or have no meaning."""
        filled = [cell for cell in (at(cells, each) for each in self.positions) if is_filled(cell)]
        unreadable = [cell for cell in filled if isinstance(cell, Unreadable)]
        if unreadable or not filled:
            return [*unreadable[:1]]
        if len(filled) == 1 and not (self.words or self.marks):
            return filled
        parts = self._parts(" ".join(as_text(each) for each in filled))
        meanings = ((self.words.meaning(each) if self.words else None, each) for each in parts)
        return [each for each in (text if known is None else known for known, text in meanings) if each]

    def _parts(self, text: str) -> list[str]:
        if not self.marks:
            return [text]
        parts = re.split("|".join(re.escape(clean(each)) for each in self.marks), text)
        return list(dict.fromkeys(filter(None, (each.strip(AROUND) for each in parts))))


@dataclass(frozen=True)
class Maker:
    """How a field's cell is made: from its first filled source, or with an `order` as the most restrictive of all.

    `endings` are cut off. `where` gives columns with words: the cell is blank unless each column has one of its words.
    """

    sources: tuple[Source, ...]
    order: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    where: tuple[tuple[int, frozenset[str]], ...] = ()

    def cell(self, cells: Sequence[Cell]) -> Cell:
        """Return the field's cell, "" for a blank; Unreadable where an unknown word may be more restrictive."""
        if any(folded(as_text(at(cells, column))) not in words for column, words in self.where):
            return ""
        values = list(chain.from_iterable(each.values(cells) for each in self.sources))
        if self.order:
            return strictest(values, self.order)
        return self._cut(values[0]) if values else ""

    def stand_in(self, cells: Sequence[Cell]) -> str:
        """Return the header of the source that is used where the first one is blank; "" where the first is used."""
        header = next((each.header for each in self.sources if each.values(cells)), "")
        return "" if self.order or header == self.sources[0].header else header

    def ending(self, cells: Sequence[Cell]) -> str:
        """Return the ending that is cut off this row's cell; "" where there is none."""
        text = next((str(values[0]) for values in (each.values(cells) for each in self.sources) if values), "")
        return next((each for each in self.endings if folded(text).endswith(folded(each))), "")

    def has_several(self, cells: Sequence[Cell]) -> bool:
        """Whether the cell holds several values, of which only the first is read."""
        first = next((values for values in (each.values(cells) for each in self.sources) if values), [])
        return not self.order and len(first) > 1

    def _cut(self, cell: Cell) -> Cell:
        for each in self.endings:
            if isinstance(cell, str) and folded(cell).endswith(folded(each)):
                return clean(cell)[: -len(clean(each))].strip()
        return cell


def strictest(values: Sequence[Cell], order: Sequence[str]) -> Cell:
    """Return the most restrictive of the values, by an order that begins with it; "" where there is no value.

    Where some value is not in the order, return it if it is Unreadable, else UNKNOWN_WORD; unless the most restrictive
    value of all is present, which no other could outrank.

    >>> strictest(["subscribed", "cleaned"], ("unsubscribed", "cleaned", "subscribed"))
    'cleaned'
    """
    known = [each for each in values if each in order]
    if order[0] in known:
        return order[0]
    if len(known) < len(values):
        return next((each for each in values if isinstance(each, Unreadable)), UNKNOWN_WORD)
    return min(map(str, known), key=order.index, default="")


@dataclass(frozen=True)
class LeftOut:
    """A kind of row that is not a record: each of the columns has one of its words.

    With `heading`, the position of a column, it is a row in which that column alone is filled, without a digit.
    """

    what: str
    columns: tuple[tuple[int, Words], ...] = ()
    heading: int | None = None

    def fits(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is of this kind."""
        if self.heading is not None:
            return self.is_heading(cells)
        pairs = [(at(cells, place), words) for place, words in self.columns]
        return all(
            not isinstance(cell, Unreadable) and words.meaning(as_text(cell)) is not None for cell, words in pairs
        )

    def is_heading(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is a heading of this kind."""
        text = as_text(at(cells, self.heading)) if self.heading is not None else ""
        return bool(text) and sum(map(is_filled, cells)) == 1 and not re.search(r"\d", text)


@dataclass(frozen=True)
class Layout:
    """How a sheet is read: the column of each field, by position, and values that are the same in all rows.

    `first_line` is the index of the first line below the header, `width` the number of its columns. `titles` are the
    headers of the fields. `constant` gives fields their value in every row; `never` are events that happened in no row.
    `stand_ins` are by field the further columns, by header, that are read where its own is blank. `made` are fields
    whose cells are made in columns of their own, after the file's; `apart` are fields of which each value makes a row.
    `unused` are the headers of all other columns; `summed` the columns that are added up, by header. `settled` are
    events of which another column decides row by row that they did not happen. `written` are all headers as written.
    """

    export: Export
    first_line: int
    width: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    constant: Mapping[str, str]
    never: frozenset[str]
    stand_ins: Mapping[str, Mapping[str, int]]
    unused: Mapping[int, str]
    remarks: tuple[Remark, ...] = ()
    made: Mapping[str, Maker] = field(default_factory=dict)
    apart: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    no_records: tuple[LeftOut, ...] = ()
    summed: Mapping[str, int] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    written: tuple[str, ...] = ()

    @cached_property
    def given(self) -> frozenset[str]:
        """The fields about which the file says anything."""
        return frozenset((*self.columns, *self.constant, *self.never, *self.settled))


Line = tuple[int, list[Cell]]


def is_shaped(layout: Layout) -> bool:
    """Whether rows need more than to be read column by column."""
    return bool(layout.made or layout.apart or layout.no_records)


def shaped(lines: Iterable[Line], layout: Layout, key: Collection[str]) -> tuple[list[Line], list[Repair]]:
    """Return the rows that are records, each with one more cell for each made field, and remarks for the receipt.

    A row is returned once for each value of a field whose values make rows of their own, always with its row number.
    `key` are the fields of the register's key: a remark says where another column stood in for one of them.
    """
    records: list[Line] = []
    left: dict[str, list[int]] = {}
    changes: Counter[str] = Counter()
    for number, cells in lines:
        what = next((each.what for each in layout.no_records if each.fits(cells)), "")
        if what:
            left.setdefault(what, []).append(number)
            continue
        rows = list(_spread(cells, layout))
        changes["hold several addresses: each address is read as a row of its own."] += len(rows) > 1
        changes.update(set(_changes(cells, layout, key)))
        records += [(number, [*row, *(maker.cell(row) for maker in layout.made.values())]) for row in rows]
    remarks = [f"Left out as no records, since each is {what}: {_rows(rows)}." for what, rows in sorted(left.items())]
    remarks += [f"{times} rows {what}" for what, times in sorted(changes.items()) if times]
    return records, [Repair(None, "", each) for each in remarks]


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
    """Yield the row, or one row for each value of a field whose values make rows of their own."""
    if not layout.apart:
        yield cells
    for name, sources in layout.apart.items():
        for value in _values(cells, sources):
            yield [value if place == layout.columns[name] else cell for place, cell in enumerate(cells)]


def _values(cells: Sequence[Cell], sources: Sequence[Source]) -> list[Cell]:
    """Return the different values of a row in the sources, a single blank where there is none; case is ignored."""
    values = chain.from_iterable(each.values(cells) for each in sources)
    return list({folded(str(each)): each for each in values}.values()) or [""]


def _changes(cells: Sequence[Cell], layout: Layout, key: Collection[str]) -> Iterator[str]:
    """Yield in words what was changed when a row's cells were made: for each change, what the rows have."""
    for name, maker in layout.made.items():
        own = maker.sources[0].header
        other = maker.stand_in(cells) if name in key else ""
        if other:
            yield f"have no “{own}”; “{other}” stands in for it."
        if ending := maker.ending(cells):
            yield f"end in “{ending}”, which was cut off: {layout.export.endings[name][ending]}."
        if maker.has_several(cells):
            yield f"have several values in “{own}”: the first was read."
