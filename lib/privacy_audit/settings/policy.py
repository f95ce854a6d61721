"""The policy folder: the policy's words, the statements read from them, and the firm.

First the parameters, numbers and choices that a statement may give; then the statements (commitments.toml), and the
policy as a whole.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from privacy_audit.errors import SettingsError, nearest
from privacy_audit.settings.firm import Firm, FirmFacts
from privacy_audit.settings.toml import STRICT, load, read_text

Value = int | bool | str


@dataclass(frozen=True)
class Parameter:
    """A number or choice that a policy may promise: its meaning, and the default where the policy does not give it.

    `choices` are the allowed words and how they are printed; a parameter without choices is a positive whole number. A
    statement that gives the parameter must name one of the controls in `tested_by`. The controls in `needed_by` cannot
    be used unless some statement gives it.
    """

    meaning: str
    default: Value | None
    tested_by: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)
    needed_by: tuple[str, ...] = ()


PARAMETERS: Mapping[str, Parameter] = {
    "retention_years": Parameter(
        "Years after the end of custom for which records are kept; none: the policy promises no fixed period.",
        None,
        ("RET-01", "RET-02"),
        needed_by=("RET-01", "RET-02"),
    ),
    "transfer_area": Parameter(
        "Where the policy says that data stays: in the UK, in the UK and the EEA, or anywhere, which promises nothing.",
        "anywhere",
        ("TRF-02",),
        {"anywhere": "anywhere", "uk": "the UK", "uk_eea": "the UK and the EEA"},
    ),
    "marketing": Parameter(
        "Whether the policy lets the firm send marketing at all.",
        "allowed",
        ("MKT-01",),
        {"allowed": "allowed", "none": "none"},
    ),
}


class PolicyParameters:
    """The numbers and choices that the policy gives, as attributes: `parameters.retention_years`; else the default.

    `given` holds (statement, name, value) for each parameter in commitments.toml. Raise SettingsError for an unknown
    name, a value that is not allowed, or two values for one parameter.
    """

    def __init__(self, given: Iterable[tuple[str, str, Value]] = ()) -> None:
        self.values: dict[str, Value] = {}
        for statement, name, value in given:
            known = PARAMETERS.get(name)
            if known is None:
                raise _wrong_parameter(statement, f"there is no parameter “{name}”.{nearest(name, PARAMETERS)}")
            if known.choices and value not in known.choices:
                raise _wrong_parameter(statement, f"{name} is one of {', '.join(known.choices)}.")
            if not known.choices and (type(value) is not int or value < 1):
                raise _wrong_parameter(statement, f"{name} is a whole number above nought.")
            if self.values.setdefault(name, value) != value:
                what = f"{name} is {value} here and {self.values[name]} elsewhere: the policy promises two things."
                raise _wrong_parameter(
                    statement, f"{what} Hint: give the one that counts, and put the other sentence right."
                )

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a parameter is a number or a choice
        if name.startswith("_") or name not in PARAMETERS:
            message = f"A policy has no parameter “{name}”.{nearest(name, PARAMETERS)}"
            raise AttributeError(message)
        return self.values.get(name, PARAMETERS[name].default)

    def said(self, name: str) -> str:
        """Return a choice in words: “the UK and the EEA”."""
        return PARAMETERS[name].choices[getattr(self, name)]

    def untested(self, named: Collection[str]) -> tuple[str, str]:
        """Return a parameter that is promised but that no named control tests, and the controls that do; or blanks."""
        for name, value in self.values.items():
            known = PARAMETERS[name]
            if value != known.default and not set(known.tested_by) & set(named):
                return name, " or ".join(known.tested_by)
        return "", ""

    def lacks(self, control: str) -> str:
        """Return the name of a parameter that a control needs and the policy does not give; blank if none."""
        needed = (name for name, each in PARAMETERS.items() if control in each.needed_by)
        return next((name for name in needed if name not in self.values), "")


def _wrong_parameter(statement: str, what: str) -> SettingsError:
    return SettingsError(f"commitments.toml: {statement}: {what}")


class Commitment(BaseModel):
    """One statement of the policy, quoted word for word.

    `controls` are the checks that test it, `planned` those still to be written. `says` are the tags in
    rulebook/notice.toml for its meaning; None where it has not been read for that yet.
    """

    model_config = STRICT

    id: str
    section: str
    quote: str = Field(min_length=3)
    kind: Literal[
        "commitment", "statement", "right", "purpose", "legal_basis", "recipient", "category", "channel", "aspiration"
    ]
    basis: Literal["records", "documents", "opinion"]
    controls: tuple[str, ...] = Field((), strict=False)
    planned: tuple[str, ...] = Field((), strict=False)
    why: str = ""
    repeats: str = ""
    says: tuple[str, ...] | None = Field(None, strict=False)
    parameters: dict[str, Value] = {}


class _About(BaseModel):
    """The policy itself: its sections in order, and who read it clause by clause and when."""

    model_config = STRICT

    title: str
    file: str
    sections: dict[str, str]
    read_by: str = ""
    read_on: date | None = None


class _Commitments(BaseModel):
    model_config = STRICT

    policy: _About
    commitment: tuple[Commitment, ...] = Field(strict=False)


class Policy:
    """A policy folder: policy.md, commitments.toml and firm.toml; raise SettingsError where one of them is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = load(folder / "commitments.toml", _Commitments)
        self.title, self.file, self.sections = content.policy.title, content.policy.file, content.policy.sections
        self.read_by, self.read_on = content.policy.read_by, content.policy.read_on
        self.text = read_text(folder / self.file)
        self.commitments = content.commitment
        self.firm = load(folder / "firm.toml", Firm)
        self.by_id = {each.id: each for each in self.commitments}
        for each in self.commitments:
            self._check(each)
        self.parameters = PolicyParameters(
            (each.id, *item) for each in self.commitments for item in each.parameters.items()
        )
        for each in self.commitments:
            for control in (*each.controls, *each.planned):
                lacking = self.parameters.lacks(control)
                if lacking:
                    hint = f"give {lacking} under the statement that promises it, or leave {control} out."
                    raise _wrong(each, f"{control} needs {lacking}, and no statement gives it.", hint)
        name, testers = self.parameters.untested(
            {c for each in self.commitments for c in (*each.controls, *each.planned)}
        )
        if name:
            hint = f"add {testers} to the controls of the statement that promises it."
            raise _wrong(
                self.giving(name)[0], f"it gives {name}, and no statement names {testers}, which tests it.", hint
            )

    def _check(self, each: Commitment) -> None:
        """Raise SettingsError where a statement's id is repeated, or its section or quote is not in the policy."""
        if self.by_id[each.id] is not each:
            raise _wrong(each, "there are two statements of this id.", "number each statement once.")
        if each.section not in self.sections:
            hint = "name each section in [policy.sections]."
            raise _wrong(each, f"there is no section “{each.section}”.{nearest(each.section, self.sections)}", hint)
        if each.quote not in self.text:
            raise _wrong(each, f"the quote does not stand in {self.file} word for word.", "copy it from there.")

    def as_of(self, facts: FirmFacts) -> "Policy":
        """Return the policy with these facts about the firm; facts that are not given stay as they are."""
        then = copy(self)
        stated = facts.model_dump(exclude_unset=True)
        then.firm = self.firm.model_copy(update={"facts": self.firm.facts.model_copy(update=stated)})
        return then

    @property
    def is_read(self) -> bool:
        """Whether the policy is recorded as read clause by clause: by whom, when, and the tags of every statement."""
        named = bool(self.read_by.strip()) and self.read_on is not None
        return named and all(each.says is not None for each in self.commitments)

    def naming(self, control: str) -> tuple[Commitment, ...]:
        """Return the commitments that a control tests."""
        return tuple(each for each in self.commitments if control in each.controls)

    def giving(self, parameter: str) -> tuple[Commitment, ...]:
        """Return the statements that promise a number or choice."""
        return tuple(each for each in self.commitments if parameter in each.parameters)

    def where(self, statements: Iterable[Commitment]) -> str:
        """Return the sections of statements: “section 5”, “sections 5 and 6”; “the policy” where there are none."""
        named = {each.section for each in statements}
        sections = [each for each in self.sections if each in named]
        if not sections:
            return "the policy"
        last = f" and {sections[-1]}" if len(sections) > 1 else ""
        return f"section{'s' * bool(last)} {', '.join(sections[:-1] if last else sections)}{last}"

    def saying(self, tags: Iterable[str]) -> list[Commitment]:
        """Return the statements with one of these tags, in the policy's order."""
        return [each for each in self.commitments if set(each.says or ()) & set(tags)]

    def asks_for(self, control: str) -> bool:
        """Whether some commitment names the control in `controls` or `planned`."""
        return any(control in (*each.controls, *each.planned) for each in self.commitments)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256, in hexadecimal, of the policy's text and commitments.toml."""
        content = self.text.encode() + b"\0" + (self.folder / "commitments.toml").read_bytes()
        return hashlib.sha256(content).hexdigest()


def _wrong(each: Commitment, what: str, hint: str) -> SettingsError:
    return SettingsError(f"commitments.toml: {each.id}: {what} Hint: {hint}")
