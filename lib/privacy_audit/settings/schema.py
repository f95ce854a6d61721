"""The schema of a register: the type of each column, its allowed words and the meaning of a blank.

The files are Frictionless Table Schemas with these additional properties of a column:

`core`     an ordinary firm's export is expected to have the column
`personal` it may name or reach a person: never in a reason, a log or a record id
`blank`    what a blank means: `unknown` (default) · `not_happened` (an event: opted out) · `no` (or the word “none”)
`absent`   `not_happened`: the event counts as not happened where no file has the column
`past`     a date that cannot lie after the day of the export
`notBefore` another date column, which this one cannot precede
`country`  a country, in any spelling that the rulebook knows; its value is the ISO code
`evidence` a text that says where or how something is proved: “none” is read as blank, “to be confirmed” is unreadable
`openEnded` a date for which a day from the year 2200 on means that no end is set; read as blank
`words`    spellings that stand for a value of the enum
`strictestFirst` the values of the enum, most restrictive first: where an export gives several, the first of them counts
`ask`      what to do about a blank, if not to fill in the export; and what to write in an unreadable cell

and of the register as a whole:

`repeats`   its rows are lines of a record, as of an invoice
`completed` a column that one file lacks is filled from another file with the same record
`people`    its records are persons, so that a task counts them
`named`     the most records that a task names; a task with more of them counts them (default 0)
`taskKind`  another register, whose tasks are grouped with those of this one
`supplier`  the column with the supplier's name
`policyWords` it is made from the policy's own words, as the person who read the policy understood them
`madeFrom`  the registers that the audit makes it from; it is incomplete where one of them is
`stage`     when its controls are judged: with the exports (default), with the gaps found, or at the follow-up
"""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from privacy_audit.errors import SettingsError
from privacy_audit.settings.toml import checked

Stage = Literal["exports", "gaps", "follow_up"]
ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
}


class Constraints(BaseModel):
    """The Table Schema constraints that are used: whether a value is required, and the allowed words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    required: bool = False
    enum: tuple[str, ...] = ()


class Column(BaseModel):
    """One column of a register."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str
    title: str
    type: Literal["string", "date", "boolean", "integer"]
    format: Literal["default", "email"] = "default"
    country: bool = False
    description: str = ""
    term: str = Field("", alias="rdfType")
    constraints: Constraints = Constraints()
    core: bool = False
    personal: bool = False
    blank: Literal["unknown", "not_happened", "no"] = "unknown"
    absent: Literal["unknown", "not_happened"] = "unknown"
    past: bool = False
    not_before: str = Field("", alias="notBefore")
    evidence: bool = False
    open_ended: bool = Field(default=False, alias="openEnded")
    words: Mapping[str, tuple[str, ...]] = {}
    strictest: tuple[str, ...] = Field((), alias="strictestFirst")
    ask: str = ""

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column."""
        return ARROW[self.type]

    @property
    def event(self) -> bool:
        """Whether the column is the date of an event, whose blank means that it did not happen."""
        return self.blank == "not_happened"


class Schema(BaseModel):
    """The columns of one register, the key that identifies a record, and properties of the register as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str
    title: str
    one: str
    many: str
    description: str = ""
    key: tuple[str, ...] = Field(alias="primaryKey")
    repeats: bool = False
    completed: bool = False
    people: bool = False
    named: int = 0
    task_kind: str = Field("", alias="taskKind")
    supplier: str = ""
    policy_words: bool = Field(default=False, alias="policyWords")
    made_from: tuple[str, ...] = Field((), alias="madeFrom")
    stage: Stage = "exports"
    missing: tuple[str, ...] = Field(("",), alias="missingValues")
    fields: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {field.name: field for field in self.fields}

    @property
    def core(self) -> tuple[Column, ...]:
        """The columns that an ordinary firm's export has."""
        return tuple(column for column in self.fields if column.core)

    @property
    def key_is_personal(self) -> bool:
        """Whether a record's key may name a person; outputs then show a token in its place."""
        return any(self.by_name[name].personal for name in self.key)


def load_schemas(folder: Path) -> dict[str, Schema]:
    """Return every register's schema by name; raise SettingsError for a file that is wrong."""
    schemas = {}
    for path in sorted(folder.glob("[!.]*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            raise SettingsError(f"{path.name} is no JSON. Hint: take it anew from the project.") from None
        schema = checked(content, Schema, path.name)
        schemas[schema.name] = schema
    return schemas
