"""Mappings: how to recognise an export, which of its columns is which field, and what it cannot give.

A mapping is a TOML file; docs/your-exports.md explains every word that it may use.
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
    """What the beginning of a file's name says about all its rows: Mailchimp gives the status nowhere else."""

    model_config = STRICT

    starts: str
    constant: Mapping[str, str] = {}
    never: tuple[str, ...] = ()


class Export(BaseModel):
    """One mapping file: how to recognise an export and how to read it into a register.

    A field is in one of `columns`, `first_of`, `strictest` and `each_of`, with the headers it is read from.
    `cannot_give` are fields that no export of this kind has, with what to do instead; `kept_apart` are such fields that
    belong in a client list of the firm's own. An export with `why_not` instead of a register is recognised, not read.
    `own` marks a mapping that the firm has written; `ledger` an export from the firm's accounts, in which a client's
    number is the account number.
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
        except (OSError, ValueError, KeyError):  # not found, or not a name of a zone
            message = f"“{name}” is no time zone. Write it as Europe/London or UTC"
            raise ValueError(message) from None
        return name

    @property
    def headers(self) -> Spellings:
        """The headers under which each field may be found."""
        return {**self.columns, **self.first_of, **self.strictest, **self.each_of}

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The columns that no export of this kind has."""
        return frozenset((*self.cannot_give, *self.kept_apart))

    def part(self, file: str) -> FileName | None:
        """Return what a file's name says about its rows; None where it begins with none of the names in the mapping."""
        name = base_name(file)
        return next((each for each in self.file_names if name.startswith(each.starts)), None)

    def dialect(self, countries: Countries) -> Dialect:
        """Return how this export writes its values."""
        return Dialect(self.date_order, ZoneInfo(self.time_zone), self.words, countries)


def base_name(file: str) -> str:
    """Return a file's own name in small letters, without the archive that contains it."""
    return PurePosixPath(file.casefold()).name


def load_exports(folder: Path, schemas: Mapping[str, Schema], own: Path | None = None) -> dict[str, Export]:
    """Return every mapping by name, including those of the audit's own column names and of the firm's folder `own`.

    A firm's mapping replaces a project's mapping of the same name; an empty file there is ignored. Raise SettingsError
    or InputError for a mapping that is wrong.
    """
    exports = {path.stem: load_export(path, schemas) for path in sorted(folder.glob("[!.]*.toml"))}
    exports |= {f"{name}-own-names": own_names(schema) for name, schema in schemas.items() if schema.core}
    for path in sorted(own.glob("[!.]*.toml")) if own else ():
        if load_toml(path):  # for `read FILE --suggest > PATH` a shell first makes an empty file
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
    """Return one mapping; raise SettingsError for a malformed file, InputError where it contradicts the schema."""
    export = checked({**load_toml(path), "name": path.stem}, Export, path.name)
    if export.register_name and export.register_name not in schemas:
        name = export.register_name
        raise _wrong(path.name, f"there is no register “{name}”.{nearest(name, schemas)}")
    known = schemas[export.register_name].by_name if export.register_name else {}
    for mistake in _mistakes(export, known):
        raise _wrong(path.name, mistake)
    return export


def _mistakes(export: Export, known: Mapping[str, Column]) -> Iterator[str]:
    """Yield in words each mistake of a mapping; `known` are the columns of its register."""
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
    """Return the fields that a vocabulary is for: the field of its name, or those read from the column of its name."""
    if name in export.headers:
        return [name]
    return [field for field, entries in export.headers.items() if folded(name) in map(folded, entries)]


def _named(export: Export) -> Iterator[str]:
    """Yield the name of every field in a mapping, as often as it occurs."""
    yield from (*export.headers, *export.constant, *export.never, *export.lacking, *export.ask)
    yield from (*export.needs, *export.only_where, *export.parted_by, *export.endings)
    for each in export.file_names:
        yield from (*each.constant, *each.never)
    for name, settled in export.never_where.items():
        yield from (name, *(field for fields in settled.values() for field in fields))


def _wrong(file: str, what: str) -> InputError:
    return InputError(Sheet(file, "", []).place(), what, "Mend the mapping file.")
