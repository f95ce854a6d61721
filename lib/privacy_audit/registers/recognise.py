"""Which export a sheet is, by the names of its columns and by its file's name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from privacy_audit.errors import InputError, UnknownExportError, nearest
from privacy_audit.registers.cells import ANY
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.sheet import Cell, Sheet, Unreadable
from privacy_audit.registers.values import clean

LINES_SEARCHED = 30
LIKELY = 0.5
JOINED, OR = " + ", " | "


@dataclass(frozen=True)
class Candidate:
    """A mapping that may fit: how many of its columns were found, the header's index and names, the marks missing."""

    fields: int
    export: Export
    index: int
    names: Sequence[str]
    missing: Sequence[str]

    @property
    def score(self) -> int:
        """How many of the mapping's columns and marks were found."""
        return self.fields + len(self.export.recognise) - len(self.missing)


def recognise(sheet: Sheet, exports: Iterable[Export]) -> Candidate:
    """Return which export a sheet is; raise InputError that names the nearest mapping when none fits.

    The firm's own mappings come before the project's; one that another names in `also` never comes by itself.
    """
    exports = list(exports)
    companions = {name for each in exports for name in each.also}
    best = [each for each in (_best(sheet, export) for export in exports if export.name not in companions) if each]
    named = [each for each in best if not each.export.file_names or each.export.part(sheet.file)]
    found = sorted(
        (each for each in named if not each.missing),
        key=lambda each: (not each.export.own, -each.score, each.export.name),
    )
    if not found:
        misnamed = [each.export for each in best if each not in named and not each.missing]
        raise _misnamed(sheet, misnamed[0]) if misnamed else _unknown(sheet, named)
    first, *others = found
    if others and (first.export.own, first.score) == (others[0].export.own, others[0].score):
        names = " and ".join(sorted(each.export.name for each in (first, others[0])))
        hint = "Choose one with --mapping, or in quarter.toml under [files]."
        raise InputError(sheet.place(), f"Two mappings fit: {names}.", hint)
    return first


def _best(sheet: Sheet, export: Export) -> Candidate | None:
    """Return the line that is most like the export's header; None where the sheet has none."""
    lines = range(min(LINES_SEARCHED, len(sheet.lines) - export.header_rows + 1))
    found = (_candidate(export, index, header_names(sheet, index, export.header_rows)) for index in lines)
    return max(found, key=lambda each: (each.score, -each.index), default=None)


def _candidate(export: Export, index: int, written: Sequence[str]) -> Candidate:
    names = [each.casefold() for each in written]
    missing = [each for each in export.recognise if not {as_header(mark) for mark in each.split(OR)} & set(names)]
    fields = sum(any(places(entry, names) for entry in entries) for entries in export.headers.values())
    return Candidate(fields, export, index, names, missing)


def _misnamed(sheet: Sheet, export: Export) -> UnknownExportError:
    starts = ", ".join(f"“{each.starts}”" for each in export.file_names)
    what = f"It looks like “{export.title}”, whose file name must tell the status."
    return UnknownExportError(sheet.place(), what, f"Start the file's name with {starts}.", export.register_name)


def as_header(text: str) -> str:
    """Return a header as it is compared: without the star that marks a required column, in small letters."""
    return _written(text).casefold()


def _written(text: str) -> str:
    return clean(text).lstrip("*").strip()


def header_names(sheet: Sheet, index: int, rows: int) -> list[str]:
    """Return the headers as they are written; two header rows are joined as “group / column”."""
    lines = [[_name(cell) for cell in sheet.lines[index + below][1]] for below in range(rows)]
    width = max(len(line) for line in lines)
    stacked = zip(*(line + [""] * (width - len(line)) for line in lines), strict=True)
    return [" / ".join(dict.fromkeys(part for part in parts if part)) for parts in stacked]


def _name(cell: Cell) -> str:
    return "" if isinstance(cell, Unreadable) else _written(str(cell))


def places(entry: str, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return where the columns of a mapping's entry stand: those it joins with “ + ”, or each that fits its “*”.

    >>> places("E-mail * - Value", ["e-mail 2 - value", "name", "e-mail 1 - value"])
    [(2,), (0,)]
    >>> places("First + Last", ["first", "last"]), places("Other", ["first"])
    ([(0, 1)], [])
    """
    header = as_header(entry)
    if ANY in header:
        pattern = re.compile("(.+)".join(re.escape(part) for part in header.split(ANY)))
        found = [(fit.groups(), at) for at, fit in enumerate(map(pattern.fullmatch, names)) if fit]
        return [(at,) for _, at in sorted((_natural(" ".join(groups)), at) for groups, at in found)]
    parts = [as_header(each) for each in entry.split(JOINED)]
    there = tuple(names.index(each) for each in parts if each in names)
    return [there] if there else []


def _natural(text: str) -> list[tuple[int, str]]:
    """Return text as people order it, 2 before 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text) if part]


def _unknown(sheet: Sheet, likely: Sequence[Candidate]) -> UnknownExportError:
    near = max(likely, key=lambda each: each.fields, default=None)
    if near is None or not _is_likely(near):
        what = "No mapping knows this export."
        return UnknownExportError(sheet.place(), what, "Take it out of the folder, or write a mapping file for it.")
    hint = nearest(as_header(near.missing[0]), near.names)
    what = f"It looks like “{near.export.title}”, but has no column “{near.missing[0]}”.{hint}"
    place = sheet.place(sheet.lines[near.index][0])
    hint = "Give the column its old name and export again."
    return UnknownExportError(place, what, hint, near.export.register_name)


def _is_likely(near: Candidate) -> bool:
    """Whether half of the columns were found, or more than half of those by which the export is known."""
    marks = len(near.export.recognise)
    half = LIKELY * min(len(near.export.headers), len(near.names))
    return (near.fields > 0 and near.fields >= half) or marks - len(near.missing) > LIKELY * marks
