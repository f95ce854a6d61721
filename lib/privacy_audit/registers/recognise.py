"""Recognise which export a sheet is, by the names of its columns and its file's name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from privacy_audit.errors import InputError, UnknownExportError, nearest
from privacy_audit.files.sheet import Cell, Sheet, Unreadable
from privacy_audit.files.xlsx import LAST_COLUMN
from privacy_audit.registers.cells import ANY
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.spelling import clean

LINES_SEARCHED = 30
LIKELY = 0.5
FEWEST = 2  # one is too few: many lists have a “Name”
JOINED, OR = " + ", " | "
OWN = "let “privacy-audit read FILE --suggest” begin a mapping for it (docs/your-exports.md)."


@dataclass(frozen=True)
class Candidate:
    """A mapping that may fit a sheet.

    `fields` is how many of its fields have a column there; `index` and `names` are the header's line and its names in
    small letters; `missing` are those of its marks (`recognise`) that were not found.
    """

    fields: int
    export: Export
    index: int
    names: Sequence[str]
    missing: Sequence[str]

    @property
    def score(self) -> int:
        """How many of the mapping's fields and marks were found."""
        return self.fields + len(self.export.recognise) - len(self.missing)


def recognise(sheet: Sheet, exports: Iterable[Export]) -> Candidate:
    """Return the mapping that fits a sheet best, with its header.

    The firm's own mappings take precedence over the project's; a mapping that another names in `also` is left out.
    Raise UnknownExportError, with the nearest mapping, where none fits; InputError where two fit equally well.
    """
    exports = list(exports)
    companions = {name for each in exports for name in each.also}
    lines = [_names(sheet, at) for at in range(min(LINES_SEARCHED, len(sheet.lines)))]
    written = {
        rows: [_compared(_stacked(lines[at : at + rows])) for at in range(len(lines) - rows + 1)]
        for rows in {each.header_rows for each in exports}
    }
    there = [each for each in exports if each.name not in companions and written[each.header_rows]]
    whole = [fit for each in there if (fit := _best(each, written[each.header_rows], whole=True))]
    found = sorted(
        (each for each in whole if _may_be_named(sheet, each.export)),
        key=lambda each: (not each.export.own, -each.score, each.export.name),
    )
    if not found:
        if whole:
            raise _misnamed(sheet, whole[0].export)
        named = (each for each in there if _may_be_named(sheet, each))
        raise _unknown(sheet, [fit for each in named if (fit := _best(each, written[each.header_rows], whole=False))])
    first, *others = found
    if others and (first.export.own, first.score) == (others[0].export.own, others[0].score):
        names = " and ".join(sorted(each.export.name for each in (first, others[0])))
        hint = "Choose one with --mapping, or in quarter.toml under [files]."
        raise InputError(sheet.place(), f"Two mappings fit: {names}.", hint)
    return first


def _may_be_named(sheet: Sheet, export: Export) -> bool:
    """Whether the file's name begins as the mapping requires; true where it requires nothing."""
    return not export.file_names or export.part(sheet.file) is not None


def _compared(names: Iterable[str]) -> tuple[list[str], frozenset[str]]:
    small = [name.casefold() for name in names]
    return small, frozenset(small)


def _best(export: Export, headers: Sequence[tuple[list[str], frozenset[str]]], *, whole: bool) -> Candidate | None:
    """Return the line most similar to the export's header, the first of several; if `whole`, one with all its marks."""
    marks = [frozenset(map(as_header, each.split(OR))) for each in export.recognise]
    found = []
    for index, (names, there) in enumerate(headers):
        missing = [mark for mark, each in zip(export.recognise, marks, strict=True) if each.isdisjoint(there)]
        if not (whole and missing):
            fields = sum(any(_has(entry, there) for entry in entries) for entries in export.headers.values())
            found.append(Candidate(fields, export, index, names, missing))
    return max(found, key=lambda each: (each.score, -each.index), default=None)


def _misnamed(sheet: Sheet, export: Export) -> UnknownExportError:
    """Return the error of a sheet that a mapping fits except for the name of its file."""
    starts = ", ".join(f"“{each.starts}”" for each in export.file_names)
    what = f"It looks like “{export.title}”, whose file name must tell the status."
    return UnknownExportError(sheet.place(), what, f"Start the file's name with {starts}.", export.register_name)


@lru_cache(maxsize=4096)
def as_header(text: str) -> str:
    """Return a header in the form in which headers are compared: cleaned, without leading stars, in small letters."""
    return _written(text).casefold()


def _written(text: str) -> str:
    return clean(text).lstrip("*").strip()


def header_names(sheet: Sheet, index: int, rows: int) -> list[str]:
    """Return the headers of a line as they are written; two header rows are joined as “group / column”."""
    return _stacked([_names(sheet, index + below) for below in range(rows)])


def _names(sheet: Sheet, index: int) -> list[str]:
    cells = sheet.lines[index][1]
    return [_name(cell) for cell in cells] if len(cells) <= LAST_COLUMN else []  # no sheet has so wide a header


def _stacked(lines: Sequence[list[str]]) -> list[str]:
    if len(lines) == 1:
        return lines[0]
    width = max(len(line) for line in lines)
    columns = zip(*(line + [""] * (width - len(line)) for line in lines), strict=True)
    return [" / ".join(dict.fromkeys(part for part in parts if part)) for parts in columns]


def _name(cell: Cell) -> str:
    return "" if isinstance(cell, Unreadable) else _written(str(cell))


def columns_of(entry: str, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the positions of a mapping's entry: together those it joins with “ + ”, or one by one each that fits “*”.

    `names` are the header's names in small letters. The result is empty where there is no such column.

    >>> columns_of("E-mail * - Value", ["e-mail 2 - value", "name", "e-mail 1 - value"])
    [(2,), (0,)]
    >>> columns_of("First + Last", ["first", "last"]), columns_of("Other", ["first"])
    ([(0, 1)], [])
    """
    parts = _parts(entry)
    if not isinstance(parts, re.Pattern):
        there = tuple(names.index(each) for each in parts if each in names)
        return [there] if there else []
    found = [(fit.groups(), at) for at, fit in enumerate(map(parts.fullmatch, names)) if fit]
    return [(at,) for _, at in sorted((_natural(" ".join(groups)), at) for groups, at in found)]


def _has(entry: str, names: frozenset[str]) -> bool:
    """Whether `columns_of` would find a mapping's entry among the names; faster, since it does not look where."""
    parts = _parts(entry)
    return any(map(parts.fullmatch, names)) if isinstance(parts, re.Pattern) else any(each in names for each in parts)


@lru_cache(maxsize=4096)
def _parts(entry: str) -> tuple[str, ...] | re.Pattern[str]:
    """Return the headers that an entry joins, or for an entry with “*” the pattern that they fit."""
    header = as_header(entry)
    if ANY in header:
        return re.compile("(.+)".join(re.escape(part) for part in header.split(ANY)))
    return tuple(as_header(each) for each in entry.split(JOINED))


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key that orders numbers by value, so that 2 comes before 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text) if part]


def _unknown(sheet: Sheet, likely: Sequence[Candidate]) -> UnknownExportError:
    """Return the error of a sheet that no mapping fits; it names the nearest mapping where that is likely."""
    near = max(likely, key=lambda each: each.fields, default=None)
    if near is None or not _is_likely(near):
        what = "No mapping knows this export."
        return UnknownExportError(sheet.place(), what, f"Take it out of the folder, or {OWN}")
    lacks = " and no ".join(f"“{each}”" for each in near.missing)
    what = f"It looks like “{near.export.title}”, but has no column {lacks}."
    what += nearest(as_header(near.missing[0]), near.names)
    place = sheet.place(sheet.lines[near.index][0])
    columns = "the column its old name" if len(near.missing) == 1 else "the columns their old names"
    hint = f"If it is that export, give {columns} and export again; if it is another, {OWN}"
    return UnknownExportError(place, what, hint, near.export.register_name)


def _is_likely(near: Candidate) -> bool:
    """Whether two columns and half of the fields (or of a shorter header) were found, or over half of the marks."""
    marks = len(near.export.recognise)
    half = LIKELY * min(len(near.export.headers), len(near.names))
    entries = [each for several in near.export.headers.values() for each in several]
    found = {at for each in entries for places in columns_of(each, near.names) for at in places}
    return (len(found) >= FEWEST and near.fields >= half) or marks - len(near.missing) > LIKELY * marks
