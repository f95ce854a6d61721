"""How a real export becomes a register: which file it is, which column is which, what it cannot give.

A mapping is a TOML file; docs/your-exports.md tells every word that one may use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from privacy_audit.files.sheet import Remark
from privacy_audit.registers.cells import LeftOut, Maker, Source
from privacy_audit.registers.values import Countries, Dialect

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


@dataclass(frozen=True)
class Layout:
    """A sheet understood: the header's row number, the column of each field, what is the same in all rows.

    `stand_ins` are the further columns, by header, that a field is read from where its own is blank; `made` the fields
    whose cells are made in columns of their own, beyond the file's; `apart` those of which each value makes a row;
    `unused` the headers of all other columns, as the file writes them; `summed` the columns that are added up;
    `settled` the events that another column settles row by row; `written` all headers as the file writes them.
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
    made: Mapping[str, Maker] = field(default_factory=dict)
    apart: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    no_records: tuple[LeftOut, ...] = ()
    summed: Mapping[str, int] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    written: tuple[str, ...] = ()

    @cached_property
    def given(self) -> frozenset[str]:
        """The fields that the file tells of at all."""
        return frozenset((*self.columns, *self.constant, *self.never, *self.settled))
