"""The law as dated data: every value with the day it starts, its source and the day it was last checked.

First a rule and its versions, then the rulebook of all rules and the record of which are used; last house limits.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from privacy_audit.controls.grammar import Severity
from privacy_audit.dates import long_date
from privacy_audit.errors import SettingsError, nearest
from privacy_audit.settings.toml import explain_error, load_toml

END_OF_TIME = date.max
PROVISION = re.compile(r"\{(\w+)\}")


class Version(BaseModel):
    """One value of a rule, in force from `start` until the next version, or to its last day `until` where it has one.

    `checked` is the day on which the value was last compared with its source; `mark` says what is not verified.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    start: date = Field(alias="from")
    value: Any
    source: str = Field(min_length=3)
    checked: date
    until: date | None = None
    mark: str = ""


class Span(BaseModel):
    """A value and the first and last day on which it is in force."""

    model_config = ConfigDict(frozen=True)

    start: date
    end: date
    value: Any


class InForce(BaseModel):
    """A rule as it is on a day, with its version on that day; an audit cites its source and the day it was checked."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    file: str
    review_every: int
    version: Version

    @property
    def source(self) -> str:
        """The provision or guidance that sets the value."""
        return self.version.source

    @property
    def checked(self) -> date:
        """The day on which the value was last compared with its source."""
        return self.version.checked

    @property
    def mark(self) -> str:
        """What is not verified about the value; blank where all of it is."""
        return self.version.mark

    def overdue(self, day: date) -> float:
        """Return how many review periods have passed on the day since this version was checked."""
        return max(0, (day - self.checked).days) / self.review_every


class Rule(BaseModel):
    """A rule and its versions, oldest first; each is to be checked again every `review_every` days."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str
    versions: tuple[Version, ...] = Field(min_length=1, strict=False)
    name: str = ""
    file: str = ""
    review_every: int = 366

    def version(self, day: date) -> Version:
        """Return the version in force on the day; raise SettingsError before the first or after the last."""
        found = [version for version in self.versions if version.start <= day]
        if not found:
            first = long_date(self.versions[0].start)
            message = f"{self.file}: {self.name} has no value on {long_date(day)}; the first starts {first}."
            raise SettingsError(message)
        if (found[-1].until or END_OF_TIME) < day:
            message = f"{self.file}: {self.name} is not known after {long_date(found[-1].until or END_OF_TIME)}."
            raise SettingsError(message)
        return found[-1]

    def on(self, day: date) -> Any:  # noqa: ANN401 - a rule's value is a number, a day, a list or a table
        """Return the value in force on the day."""
        return self.version(day).value

    def holds(self, day: date) -> bool:
        """Whether the rule has a value on the day."""
        return any(span.start <= day <= span.end for span in self.spans)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every value with its days in force, to look up the value for a row's own date."""
        starts = [version.start for version in self.versions[1:]]
        ends = [start - timedelta(days=1) for start in starts] + [END_OF_TIME]
        return tuple(
            Span(start=version.start, end=min(end, version.until or END_OF_TIME), value=version.value)
            for version, end in zip(self.versions, ends, strict=True)
        )

    def in_force(self, day: date) -> InForce:
        """Return the rule as it is on the day: the newest version that has begun, or the first where none has."""
        begun = [version for version in self.versions if version.start <= day]
        version = begun[-1] if begun else self.versions[0]
        return InForce(
            name=self.name, title=self.title, file=self.file, review_every=self.review_every, version=version
        )


class Rulebook:
    """The rules in a folder of TOML files, as attributes: `law.adequate_full`.

    `tables` are names and spellings, by file and table. Raise SettingsError where a file is wrong or repeats a rule.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules: dict[str, Rule] = {}
        self.tables: dict[str, dict[str, dict[str, str]]] = {}
        for path in sorted(folder.glob("[!.]*.toml")):
            self._read(path)

    def _read(self, path: Path) -> None:
        """Add the rules and tables of one file; raise SettingsError for a wrong or repeated rule."""
        content = load_toml(path)
        review_every = content.pop("review_every", 366)
        content.pop("title", None)
        for name, table in content.items():
            if "versions" not in table:
                self.tables.setdefault(path.stem, {})[name] = table
                continue
            try:
                rule = Rule(**table, name=name, file=path.name, review_every=review_every)
            except ValidationError as error:
                hint = "write it as the rules around it are."
                raise SettingsError(f"{path.name}: {name}: {explain_error(error, table, Rule)} Hint: {hint}") from None
            if name in self.rules:
                message = (
                    f"{path.name}: {name} is a rule of {self.rules[name].file} already. Hint: give it another name."
                )
                raise SettingsError(message)
            if any(a.start >= b.start for a, b in pairwise(rule.versions)):
                message = f"{path.name}: {name}: the versions must stand oldest first."
                raise SettingsError(message)
            self.rules[name] = rule

    def __getattr__(self, name: str) -> Rule:
        if name.startswith("_") or name not in self.rules:
            message = f"The rulebook has no rule “{name}”.{nearest(name, self.rules)}"
            raise AttributeError(message)
        return self.rules[name]

    def rules_in(self, file: str) -> tuple[Rule, ...]:
        """Return every rule of one file of the rulebook, in its order: `law.rules_in("notice")`."""
        return tuple(rule for rule in self.rules.values() if rule.file == f"{file}.toml")

    @cached_property
    def sha256(self) -> str:
        """The SHA-256, in hexadecimal, of all files of the rulebook, with their names, in order of name."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.glob("[!.]*.toml")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


class Watched:
    """The rulebook as one control or fact uses it: each rule that is used is added to all `notes`, by name.

    The notes get the rule as it is on the day.
    """

    def __init__(self, law: Any, day: date, *notes: dict[str, InForce]) -> None:  # noqa: ANN401 - the rulebook or a watcher of it
        self._law, self._day, self._notes = law, day, notes

    @property
    def tables(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Names and spellings, which are not rules and are not noted."""
        tables: Mapping[str, Mapping[str, Mapping[str, str]]] = self._law.tables
        return tables

    def __getattr__(self, name: str) -> Rule:
        rule: Rule = getattr(self._law, name)
        self._note(rule)
        return rule

    def rules_in(self, file: str) -> tuple[Rule, ...]:
        """Return every rule of one file; all of them are noted as used."""
        rules: tuple[Rule, ...] = self._law.rules_in(file)
        self._note(*rules)
        return rules

    def _note(self, *rules: Rule) -> None:
        for each in self._notes:
            each.update({rule.name: rule.in_force(self._day) for rule in rules})


def cited(citation: str, law: Any, day: date) -> str:  # noqa: ANN401 - the rulebook or a watcher of it
    """Return a citation as it is on the day: “UK GDPR {transfer_rule} and 30(1)(e); DPA 2018 s.17A”.

    A name in braces is a rule in provisions.toml, for a provision that the law has moved or added. A part between
    semicolons is left out where a provision that it names is not in force on the day.
    """
    parts = []
    for part in citation.split("; "):
        rules = {name: getattr(law, name) for name in PROVISION.findall(part)}
        if all(rule.holds(day) for rule in rules.values()):
            parts.append(part.format_map({name: rule.on(day) for name, rule in rules.items()}))
    return "; ".join(parts)


class Limits:
    """House limits as attributes: the firm's own number where it has adopted one, else the rulebook's proposal.

    A house limit is neither law nor promise, so it gives only a note until the firm adopts it in firm.toml.
    """

    def __init__(self, law: Any, adopted: Mapping[str, int], day: date) -> None:  # noqa: ANN401 - the rulebook or a watcher of it
        self._law, self._adopted, self._day = law, adopted, day

    def over(self, law: Any) -> "Limits":  # noqa: ANN401 - the rulebook or a watcher of it
        """Return the same limits with proposals from this rulebook."""
        return Limits(law, self._adopted, self._day)

    def __getattr__(self, name: str) -> int:
        if name.startswith("_"):
            raise AttributeError(name)
        proposed: int = getattr(self._law, name).on(self._day)
        return self._adopted.get(name, proposed)

    def severity(self, name: str, adopted: Severity) -> Severity:
        """Return how serious it is to exceed a limit: `adopted` where the firm has adopted it, else “note”."""
        return adopted if name in self._adopted else "note"
