"""How a real export becomes a register: which file it is, which column is which, what it cannot give."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from privacy_audit.errors import InputError, UnknownExportError, nearest
from privacy_audit.policy import checked, load_toml
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.sheet import Cell, Remark, Sheet, Unreadable
from privacy_audit.registers.values import Countries, Dialect, clean

LINES_SEARCHED = 30
LIKELY = 0.5
STRICT = ConfigDict(extra="forbid", frozen=True)


class FileName(BaseModel):
    """What a file's name says about all its rows: Mailchimp tells the status nowhere else."""

    model_config = STRICT

    starts: str
    constant: Mapping[str, str] = {}
    never: tuple[str, ...] = ()


class Export(BaseModel):
    """One mapping file: how to recognise an export and how to read it into a register.

    `columns` are the spellings of one column; `first_of` are columns of which the first filled one counts, row by row;
    `not_read` is what the export holds and the receipt must say is not read: in words, and by which columns. `ledger`
    says that it comes from the firm's accounts, so that a client's number is the account number there.
    """

    model_config = STRICT

    name: str
    title: str
    register_name: str = Field(alias="register")
    recognise: tuple[str, ...] = Field(min_length=1)
    header_rows: Literal[1, 2] = 1
    date_order: Literal["", "DMY", "MDY"] = ""
    time_zone: str = "Europe/London"
    columns: Mapping[str, tuple[str, ...]]
    first_of: Mapping[str, tuple[str, ...]] = {}
    not_read: Mapping[str, tuple[str, ...]] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    constant: Mapping[str, str] = {}
    never: tuple[str, ...] = ()
    cannot_give: Mapping[str, str] = {}
    parts: tuple[str, ...] = ()
    file_names: tuple[FileName, ...] = ()
    ledger: bool = False

    @property
    def headers(self) -> Mapping[str, tuple[str, ...]]:
        """The headers under which each field may stand."""
        return {**self.columns, **self.first_of}

    def part(self, file: str) -> FileName | None:
        """Return what the file's name says, or None when the mapping asks nothing of it."""
        return next((each for each in self.file_names if file.casefold().startswith(each.starts)), None)

    def dialect(self, countries: Countries) -> Dialect:
        """Return how this export writes its values."""
        return Dialect(self.date_order, ZoneInfo(self.time_zone), self.words, countries)


# How many of the mapping's columns were found, the mapping, the header's line and names, the headers missing.
Candidate = tuple[int, Export, tuple[int, list[str]], list[str]]


@dataclass(frozen=True)
class Layout:
    """A sheet understood: the header's row number, the column of each field, what is the same in all rows.

    `stand_ins` are the further columns, by header, that a field is read from where its own is blank; `unused` the
    headers of all other columns, as the file writes them.
    """

    export: Export
    header_row: int
    first_line: int
    width: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    constant: Mapping[str, str]
    never: frozenset[str]
    stand_ins: Mapping[str, Mapping[str, int]]
    unused: Mapping[int, str]
    remarks: tuple[Remark, ...] = ()


def load_exports(folder: Path, schemas: Mapping[str, Schema]) -> dict[str, Export]:
    """Return every mapping by name, the audit's own column names among them."""
    exports = {path.stem: load_export(path, schemas) for path in sorted(folder.glob("*.toml"))}
    return exports | {f"{name}-own-names": own_names(schema) for name, schema in schemas.items() if schema.core}


def own_names(schema: Schema) -> Export:
    """Return the mapping of a file whose headers are the schema's own column names or titles."""
    return Export(
        name=f"{schema.name}-own-names",
        title=f"{schema.title}, under the audit's own column names",
        register=schema.name,
        recognise=schema.key,
        date_order="DMY",
        columns={column.name: (column.name, column.title) for column in schema.fields},
    )


def load_export(path: Path, schemas: Mapping[str, Schema]) -> Export:
    """Return one mapping file."""
    export = checked({**load_toml(path), "name": path.stem}, Export, path.name)
    known = schemas[export.register_name].by_name if export.register_name in schemas else {}
    constants = [name for each in export.file_names for name in (*each.constant, *each.never)]
    for name in (*export.headers, *export.constant, *export.never, *export.cannot_give, *constants):
        if name not in known:
            message = f"register “{export.register_name}” has no column “{name}”.{nearest(name, known)}"
            raise InputError(Sheet(path.name, "", []).place(), message, "Mend the mapping file.")
    for name in export.columns.keys() & export.first_of.keys():
        message = f"“{name}” stands both in [columns] and in [first_of]."
        raise InputError(Sheet(path.name, "", []).place(), message, "Mend the mapping file.")
    return export


def recognise(sheet: Sheet, exports: Iterable[Export]) -> Layout:
    """Return how a sheet is to be read; raise InputError that names the nearest mapping when none fits."""
    found: list[Candidate] = []
    likely: list[Candidate] = []
    for export in exports:
        misnamed = bool(export.file_names) and export.part(sheet.file) is None
        headers = _headers(sheet, export.header_rows)
        best = max(headers, key=lambda header: (_score(header[1], export), -header[0]), default=None)
        if best is None:
            continue
        missing = [each for each in export.recognise if _header(each) not in best[1]]
        candidate = (_score(best[1], export), export, best, missing)
        if misnamed and not missing:
            raise _misnamed(sheet, export)
        if not misnamed:
            (likely if missing else found).append(candidate)
    if not found:
        raise _unknown(sheet, likely)
    found.sort(key=lambda item: (-item[0], item[1].name))
    if len(found) > 1 and found[0][0] == found[1][0]:
        names = " and ".join(sorted(item[1].name for item in found[:2]))
        raise InputError(sheet.place(), f"Two mappings fit: {names}.", "Choose one with --mapping.")
    _, chosen, (index, header), _ = found[0]
    return _layout(sheet, chosen, index, header)


def _misnamed(sheet: Sheet, export: Export) -> UnknownExportError:
    starts = ", ".join(f"“{each.starts}”" for each in export.file_names)
    what = f"It looks like “{export.title}”, whose file name must tell the status."
    return UnknownExportError(sheet.place(), what, f"Start the file's name with {starts}.", export.register_name)


def _written(text: str) -> str:
    return clean(text).lstrip("*").strip()


def _header(text: str) -> str:
    return _written(text).casefold()


def _headers(sheet: Sheet, rows: int) -> Iterable[tuple[int, list[str]]]:
    """Yield (index of the line, its headers as they are compared)."""
    for index in range(min(LINES_SEARCHED, len(sheet.lines) - rows + 1)):
        yield index, [name.casefold() for name in _names(sheet, index, rows)]


def _names(sheet: Sheet, index: int, rows: int) -> list[str]:
    """Return the headers as they are written; two header rows are joined as “group / column”."""
    lines = [[_name(cell) for cell in sheet.lines[index + below][1]] for below in range(rows)]
    width = max(len(line) for line in lines)
    stacked = zip(*(line + [""] * (width - len(line)) for line in lines), strict=True)
    return [" / ".join(dict.fromkeys(part for part in parts if part)) for parts in stacked]


def _name(cell: Cell) -> str:
    return "" if isinstance(cell, Unreadable) else _written(str(cell))


def _score(names: list[str], export: Export) -> int:
    """Return how many of the mapping's columns a header has."""
    wanted = [{_header(each) for each in spellings} for spellings in export.headers.values()]
    return sum(bool(spellings & set(names)) for spellings in wanted)


def _unknown(sheet: Sheet, likely: list[Candidate]) -> UnknownExportError:
    near = max(likely, key=lambda item: item[0], default=None)
    if near is None or not _is_likely(*near):
        what = "No mapping knows this export."
        return UnknownExportError(sheet.place(), what, "Take it out of the folder, or write a mapping file for it.")
    _, export, (index, names), missing = near
    hint = nearest(_header(missing[0]), names)
    what = f"It looks like “{export.title}”, but has no column “{missing[0]}”.{hint}"
    place = sheet.place(sheet.lines[index][0])
    return UnknownExportError(place, what, "Give the column its old name and export again.", export.register_name)


def _is_likely(score: int, export: Export, header: tuple[int, list[str]], missing: list[str]) -> bool:
    """Whether half of the columns were found, or more than half of those by which the export is known."""
    found = len(export.recognise) - len(missing)
    return score >= LIKELY * min(len(export.headers), len(header[1])) or found > LIKELY * len(export.recognise)


def _layout(sheet: Sheet, export: Export, index: int, names: list[str]) -> Layout:
    row = sheet.lines[index][0]
    remarks = (
        [] if index == 0 else [Remark(row, "", f"The header was found in row {row}; the lines above it were left out.")]
    )
    written = _names(sheet, index, export.header_rows)
    columns, titles, stand_ins = {}, {}, {}
    times = Counter(names)
    for field, spellings in export.headers.items():
        present = [name for name in dict.fromkeys(_header(each) for each in spellings) if name in times]
        unsure = len(present) > 1 and field not in export.first_of
        if unsure or any(times[name] > 1 for name in present):
            twice = " and ".join(f"“{name}”" for name in present)
            what = f"More than one column could be {field}: {twice}."
            raise InputError(sheet.place(row), what, "Keep the right one and export again.")
        if present:
            columns[field] = names.index(present[0])
            titles[field] = present[0]
            stand_ins[field] = {written[names.index(each)]: names.index(each) for each in present[1:]}
    part = export.part(sheet.file)
    constant = {**export.constant, **(part.constant if part else {})}
    never = frozenset((*export.never, *(part.never if part else ())))
    first = index + export.header_rows
    used = {*columns.values(), *(position for each in stand_ins.values() for position in each.values())}
    unused = {position: name for position, name in enumerate(written) if name and position not in used}
    return Layout(export, row, first, len(names), columns, titles, constant, never, stand_ins, unused, tuple(remarks))
