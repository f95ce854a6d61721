"""How a real export becomes a register: which file it is, which column is which, what it cannot give.

A mapping is a TOML file; docs/your-exports.md tells every word that one may use.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from privacy_audit.errors import InputError, nearest
from privacy_audit.files.sheet import Sheet
from privacy_audit.settings.schema import Column, Schema
from privacy_audit.settings.spelling import Countries, Dialect, folded
from privacy_audit.settings.toml import checked, load_toml

STRICT = ConfigDict(extra="forbid", frozen=True)
Spellings = Mapping[str, tuple[str, ...]]


class FileName(BaseModel):
    """What a file's name says about all its rows: Mailchimp tells the status nowhere else."""

    model_config = STRICT

    starts: str
    constant: Mapping[str, str] = {}
    never: tuple[str, ...] = ()


class Export(BaseModel):
    """One mapping file: how to recognise an export and how to read it into a register.

    A field stands in one of `columns`, `first_of`, `strictest` and `each_of`, with the headers it is read from.
    `cannot_give` are fields that no export of this kind has, with what to do instead; `kept_apart` are such fields that
    belong into a client list of the firm's own. An export with `why_not` instead of a register is known and not read.
    `own` marks a mapping of the firm's; `ledger` one of the firm's accounts, where a client's number is the account
    number.
    """

    model_config = STRICT

    name: str
    title: str
    register_name: str = Field("", alias="register")
    why_not: str = ""
    own: bool = False
    recognise: tuple[str, ...] = Field(min_length=1)
    header_rows: Literal[1, 2] = 1
    date_order: Literal["", "DMY", "MDY", "YMD"] = ""
    time_zone: str = "Europe/London"
    columns: Spellings = {}
    first_of: Spellings = {}
    strictest: Spellings = {}
    each_of: Spellings = {}
    needs: Spellings = {}
    only_where: Mapping[str, Spellings] = {}
    parted_by: Spellings = {}
    words: Mapping[str, Mapping[str, str]] = {}
    endings: Mapping[str, Mapping[str, str]] = {}
    headings: tuple[str, ...] = ()
    left_out: Mapping[str, Spellings] = {}
    sums: tuple[str, ...] = ()
    not_read: Spellings = {}
    constant: Mapping[str, str] = {}
    never: tuple[str, ...] = ()
    never_where: Mapping[str, Spellings] = {}
    cannot_give: Mapping[str, str] = {}
    ask: Mapping[str, str] = {}
    kept_apart: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    overrules: tuple[str, ...] = ()
    file_names: tuple[FileName, ...] = ()
    ledger: bool = False

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):  # not found, or no name at all
            message = f"“{name}” is no time zone. Write it as Europe/London or UTC"
            raise ValueError(message) from None
        return name

    @property
    def headers(self) -> Spellings:
        """The headers under which each field may stand."""
        return {**self.columns, **self.first_of, **self.strictest, **self.each_of}

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The columns that no export of this kind has."""
        return frozenset((*self.cannot_give, *self.kept_apart))

    def part(self, file: str) -> FileName | None:
        """Return what the file's name says, or None when the mapping asks nothing of it."""
        name = base_name(file)
        return next((each for each in self.file_names if name.startswith(each.starts)), None)

    def dialect(self, countries: Countries) -> Dialect:
        """Return how this export writes its values."""
        return Dialect(self.date_order, ZoneInfo(self.time_zone), self.words, countries)


def base_name(file: str) -> str:
    """Return a file's own name, in small letters, without the archive it lies in."""
    return PurePosixPath(file.casefold()).name


def load_exports(folder: Path, schemas: Mapping[str, Schema], own: Path | None = None) -> dict[str, Export]:
    """Return every mapping by name, the audit's own column names and the firm's own mappings among them.

    A mapping of the firm's with the name of one of the project's takes its place; an empty file maps nothing.
    """
    exports = {path.stem: load_export(path, schemas) for path in sorted(folder.glob("[!.]*.toml"))}
    exports |= {f"{name}-own-names": own_names(schema) for name, schema in schemas.items() if schema.core}
    for path in sorted(own.glob("[!.]*.toml")) if own else ():
        if load_toml(path):  # one that says nothing yet is what a shell makes first for `read FILE --suggest > PATH`
            exports[path.stem] = load_export(path, schemas).model_copy(update={"own": True})
    for each in exports.values():
        for name in (*each.also, *each.overrules):
            if name not in exports:
                raise _wrong(f"{each.name}.toml", f"there is no mapping “{name}”.{nearest(name, exports)}")
    return exports


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
    """Return one mapping file; raise InputError or SettingsError in words when it says what cannot be."""
    export = checked({**load_toml(path), "name": path.stem}, Export, path.name)
    if export.register_name and export.register_name not in schemas:
        name = export.register_name
        raise _wrong(path.name, f"there is no register “{name}”.{nearest(name, schemas)}")
    known = schemas[export.register_name].by_name if export.register_name else {}
    for mistake in _mistakes(export, known):
        raise _wrong(path.name, mistake)
    return export


def _mistakes(export: Export, known: Mapping[str, Column]) -> Iterator[str]:
    """Yield in words what a mapping says that cannot be."""
    if bool(export.register_name) == bool(export.why_not):
        yield "a mapping has either a register or a why_not."
    for name in (each for each in _named(export) if each not in known):
        yield f"register “{export.register_name}” has no column “{name}”.{nearest(name, known)}"
    times = Counter(chain(export.columns, export.first_of, export.strictest, export.each_of))
    for name in (each for each in times if times[each] > 1):
        yield f"“{name}” stands both in [columns] and in [first_of], or in two other such tables."
    for name in (each for each in export.strictest if not known[each].strictest):
        yield f"“{name}” has no order of restriction, so it cannot stand in [strictest]."
    if len(export.each_of) > 1:
        yield "only one field can make rows of its own ([each_of])."
    for name, words in export.words.items():
        fields = _worded(export, name)
        values = [each for field in fields for each in known[field].constraints.enum]
        if not fields:
            yield f"[words]: “{name}” is neither a field nor a column of this mapping."
        for value in (each for each in words.values() if values and each and each not in values):
            yield f"[words]: “{value}” is no value of “{name}”.{nearest(value, values)}"


def _worded(export: Export, name: str) -> list[str]:
    """Return the fields that a vocabulary is for: the one of its name, or those read from the column of that name."""
    if name in export.headers:
        return [name]
    return [field for field, entries in export.headers.items() if folded(name) in map(folded, entries)]


def _named(export: Export) -> Iterator[str]:
    """Yield every field that a mapping names."""
    yield from (*export.headers, *export.constant, *export.never, *export.lacking, *export.ask)
    yield from (*export.needs, *export.only_where, *export.parted_by, *export.endings)
    for each in export.file_names:
        yield from (*each.constant, *each.never)
    for name, settled in export.never_where.items():
        yield from (name, *(field for fields in settled.values() for field in fields))


def _wrong(file: str, what: str) -> InputError:
    return InputError(Sheet(file, "", []).place(), what, "Mend the mapping file.")
