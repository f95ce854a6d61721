"""Find the column of each field of a register in a recognised sheet, by its mapping."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from privacy_audit.errors import InputError
from privacy_audit.files.sheet import Remark, Sheet
from privacy_audit.registers.cells import ANY, Layout, LeftOut, Maker, Source, Words
from privacy_audit.registers.recognise import Candidate, as_header, columns_of, header_names
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.schema import Schema
from privacy_audit.settings.spelling import folded

# Columns by position, each with words: a field is read only where each column has one of its words.
Conditions: TypeAlias = tuple[tuple[int, frozenset[str]], ...]


def layout_of(sheet: Sheet, candidate: Candidate, schema: Schema) -> Layout:
    """Return how a sheet is read with the mapping that fits; raise InputError where two columns could be one field."""
    return _Plan(sheet, candidate, schema).layout()


class _Plan:
    """One sheet, its header and the mapping that fits it; the layout is collected field by field."""

    def __init__(self, sheet: Sheet, candidate: Candidate, schema: Schema) -> None:
        self.sheet, self.export, self.names, self.schema = sheet, candidate.export, candidate.names, schema
        self.index, self.row = candidate.index, sheet.lines[candidate.index][0]
        self.written = header_names(sheet, candidate.index, candidate.export.header_rows)
        self.words = {as_header(name): words for name, words in self.export.words.items()}
        self.used: set[int] = set()
        self.columns: dict[str, int] = {}
        self.titles: dict[str, str] = {}
        self.stand_ins: dict[str, dict[str, int]] = {}
        self.apart: dict[str, tuple[Source, ...]] = {}
        self.made: dict[str, Maker] = {}

    def layout(self) -> Layout:
        """Return the layout."""
        for name, entries in self.export.headers.items():
            sources, where = self._sources(name, entries), self._where(name)
            if sources and where is not None:
                self._place(name, sources, where)
        part = self.export.part(self.sheet.file)
        no_records, summed = tuple(self._no_records()), self._summed()
        return Layout(
            export=self.export,
            first_line=self.index + self.export.header_rows,
            width=len(self.names),
            columns=self.columns,
            titles=self.titles,
            constant={**self.export.constant, **(part.constant if part else {})},
            never=frozenset((*self.export.never, *(part.never if part else ()))),
            stand_ins=self.stand_ins,
            unused={at: name for at, name in enumerate(self.written) if name and at not in self.used},
            remarks=self._remarks(),
            made=self.made,
            apart=self.apart,
            no_records=no_records,
            summed=summed,
            settled=frozenset(_settled(self.export, self.columns)),
            written=tuple(self.written),
        )

    def _place(self, name: str, sources: tuple[Source, ...], where: Conditions) -> None:
        """Record from which columns of the file a field is read, and how."""
        self.columns[name] = sources[0].positions[0]
        self.titles[name] = self.names[self.columns[name]]
        self.used |= {each for source in sources for each in source.positions} | {each for each, _ in where}
        if name in self.export.each_of:
            self.apart[name] = sources
        elif self._is_made(name, sources):
            order = self.schema.by_name[name].strictest if name in self.export.strictest else ()
            self.columns[name] = len(self.names) + len(self.made)
            self.made[name] = Maker(sources, order, tuple(self.export.endings.get(name, ())), where)
        else:
            self.stand_ins[name] = {each.header: each.positions[0] for each in sources[1:]}

    def _sources(self, name: str, entries: Sequence[str]) -> tuple[Source, ...]:
        """Return where a field is read from, empty where it has no column; raise InputError where two are possible."""
        found = [(entry, each) for entry in entries for each in columns_of(entry, self.names)]
        found = [each for at, each in enumerate(found) if each[1] not in [other for _, other in found[:at]]]
        unsure = len(found) > 1 and name in self.export.columns
        twice = [self.names[at] for _, each in found for at in each if self.names.count(self.names[at]) > 1]
        if unsure or twice:
            among = [self.names[at] for _, each in found for at in each] if unsure else twice
            what = " and ".join(f"“{each}”" for each in dict.fromkeys(among))
            message = f"More than one column could be {name}: {what}."
            raise InputError(self.sheet.place(self.row), message, "Keep the right one and export again.")
        marks = self.export.parted_by.get(name, ())
        return tuple(
            Source(" + ".join(self.written[at] for at in each), each, self._vocabulary(name, entry, each), marks)
            for entry, each in found
        )

    def _vocabulary(self, name: str, entry: str, positions: Sequence[int]) -> Words | None:
        """Return the vocabulary of a column: its own, or the field's where it does more than spell values; or None."""
        keys = (self.names[positions[0]], as_header(entry))
        own = next((self.words[each] for each in keys if each in self.words), None)
        words = own or (self.export.words.get(name) if self._says_more(name) else None)
        return Words(words) if words else None

    def _says_more(self, name: str) -> bool:
        """Whether a field's words need more than a comparison of whole cells: several values, “*”, or no meaning."""
        words = self.export.words.get(name, {})
        several = name in self.export.strictest or name in self.export.each_of
        return several or any(not value or spelling.endswith(ANY) for spelling, value in words.items())

    def _is_made(self, name: str, sources: Sequence[Source]) -> bool:
        plain = all(len(each.positions) == 1 and each.words is None and not each.marks for each in sources)
        special = (self.export.strictest, self.export.endings, self.export.only_where)
        return not plain or any(name in each for each in special)

    def _where(self, name: str) -> Conditions | None:
        """Return the conditions on which a field is read; None where a column that it needs is missing."""
        if any(self._at(each) is None for each in self.export.needs.get(name, ())):
            return None
        rules = self.export.only_where.get(name, {})
        found = [(self._at(header), frozenset(map(folded, words))) for header, words in rules.items()]
        if any(at is None for at, _ in found):
            return None
        return tuple((at, words) for at, words in found if at is not None)

    def _at(self, header: str) -> int | None:
        name = as_header(header)
        return self.names.index(name) if name in self.names else None

    def _no_records(self) -> Iterator[LeftOut]:
        """Yield the kinds of row that are not records."""
        for header in self.export.headings:
            if (at := self._at(header)) is not None:
                yield LeftOut("a heading", heading=at)
        for what, rules in self.export.left_out.items():
            found = ((self._at(header), Words(dict.fromkeys(words, what))) for header, words in rules.items())
            there = tuple((at, words) for at, words in found if at is not None)
            if there:
                self.used |= {at for at, _ in there}
                yield LeftOut(what, there)

    def _summed(self) -> dict[str, int]:
        found = {header: self._at(header) for header in self.export.sums}
        there = {header: at for header, at in found.items() if at is not None}
        self.used |= set(there.values())
        return there

    def _remarks(self) -> tuple[Remark, ...]:
        if self.index == 0:
            return ()
        what = f"The header was found in row {self.row}; the lines above it were left out."
        return (Remark(self.row, "", what),)


def _settled(export: Export, columns: Mapping[str, int]) -> Iterator[str]:
    """Yield the events that another column of the file shows, row by row, not to have happened."""
    for name, rules in export.never_where.items():
        if name in columns:
            yield from (each for fields in rules.values() for each in fields)
