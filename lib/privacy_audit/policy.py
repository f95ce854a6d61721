"""What the firm promises, word for word, and what it says about itself."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from privacy_audit import misshapen
from privacy_audit.errors import SettingsError, nearest
from privacy_audit.promises import Promises, Value

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
EXPECTED = ("clients", "contacts", "processors", "transfers", "invoices")
WRITTEN_BY_HAND = {
    "commitments.toml": "write down there what the policy states, as docs/your-policy.md tells.",
    "firm.toml": "say there who the firm is and which registers it has, as docs/your-policy.md tells.",
}
M = TypeVar("M", bound=BaseModel)


class Commitment(BaseModel):
    """One sentence that the policy states, quoted word for word.

    `says` are the tags of rulebook/notice.toml for what it says; None: nobody has read it for that yet.
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


class Declaration(BaseModel):
    """What somebody at the firm answers for a whole column or register, by whom and when; graded `declared`."""

    model_config = STRICT

    column: str
    says: Literal["none"]
    because: str
    by: str = Field(min_length=2)
    on: date


class FirmFacts(BaseModel):
    """What the policy does not tell about the firm; None means unknown, and unknown shows as a limit."""

    model_config = STRICT

    legal_form: Literal["sole_trader", "partnership", "company", "llp"] | None = None
    accounting_year_end: str | None = Field(None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    vat_registered: bool | None = None
    employer: bool | None = None
    aml_supervised: bool | None = None
    automated_decisions: bool | None = None
    data_protection_officer: bool | None = None
    ico_registration: str | None = None
    ico_fee_paid_until: date | None = None


class Firm(BaseModel):
    """The firm's own facts, the registers it exports, its standing declarations, the house limits it has adopted.

    `sign_with` is the SSH key that signs its runs, from the firm's folder; blank: they are not signed.
    """

    model_config = STRICT

    name: str
    facts: FirmFacts = FirmFacts()
    expects: dict[str, bool]
    declared: tuple[Declaration, ...] = Field((), strict=False)
    adopted: dict[str, int] = {}
    sign_with: str = ""

    @field_validator("expects")
    @classmethod
    def _registers_there_are(cls, expects: dict[str, bool]) -> dict[str, bool]:
        unknown = sorted(expects.keys() - set(EXPECTED))
        if unknown:
            raise ValueError(f"there is no register “{unknown[0]}”.{nearest(unknown[0], EXPECTED)}")
        return expects


class _About(BaseModel):
    """The policy itself: its sections in order, and who read it clause by clause, when."""

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
    """A policy folder: policy.md, commitments.toml and firm.toml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = _load(folder / "commitments.toml", _Commitments)
        self.title, self.file, self.sections = content.policy.title, content.policy.file, content.policy.sections
        self.read_by, self.read_on = content.policy.read_by, content.policy.read_on
        self.text = _text(folder / self.file)
        self.commitments = content.commitment
        self.firm = _load(folder / "firm.toml", Firm)
        self.by_id = {each.id: each for each in self.commitments}
        for each in self.commitments:
            self._check(each)
        self.promises = Promises((each.id, *item) for each in self.commitments for item in each.parameters.items())
        for each in self.commitments:
            for control in (*each.controls, *each.planned):
                lacking = self.promises.lacks(control)
                if lacking:
                    hint = f"give {lacking} under the statement that promises it, or leave {control} out."
                    raise _wrong(each, f"{control} needs {lacking}, and no statement gives it.", hint)
        name, testers = self.promises.untested(
            {c for each in self.commitments for c in (*each.controls, *each.planned)}
        )
        if name:
            hint = f"add {testers} to the controls of the statement that promises it."
            raise _wrong(
                self.giving(name)[0], f"it gives {name}, and no statement names {testers}, which tests it.", hint
            )

    def _check(self, each: Commitment) -> None:
        """Raise SettingsError where a commitment does not fit the policy."""
        if self.by_id[each.id] is not each:
            raise _wrong(each, "there are two statements of this id.", "number each statement once.")
        if each.section not in self.sections:
            hint = "name each section in [policy.sections]."
            raise _wrong(each, f"there is no section “{each.section}”.{nearest(each.section, self.sections)}", hint)
        if each.quote not in self.text:
            raise _wrong(each, f"the quote does not stand in {self.file} word for word.", "copy it from there.")

    def as_of(self, facts: FirmFacts) -> "Policy":
        """Return the policy of the firm as it was when these facts held; what they leave out stays as it is."""
        then = copy(self)
        stated = facts.model_dump(exclude_unset=True)
        then.firm = self.firm.model_copy(update={"facts": self.firm.facts.model_copy(update=stated)})
        return then

    @property
    def is_read(self) -> bool:
        """Whether somebody has read the policy clause by clause: who, when, and for each statement what it says."""
        named = bool(self.read_by.strip()) and self.read_on is not None
        return named and all(each.says is not None for each in self.commitments)

    def naming(self, control: str) -> tuple[Commitment, ...]:
        """Return the commitments that a control tests."""
        return tuple(each for each in self.commitments if control in each.controls)

    def giving(self, parameter: str) -> tuple[Commitment, ...]:
        """Return the statements that promise a number or choice."""
        return tuple(each for each in self.commitments if parameter in each.parameters)

    def where(self, statements: Iterable[Commitment]) -> str:
        """Return where statements stand, as in “section 5” or “sections 5 and 6”; “the policy” where there are none."""
        named = {each.section for each in statements}
        sections = [each for each in self.sections if each in named]
        if not sections:
            return "the policy"
        last = f" and {sections[-1]}" if len(sections) > 1 else ""
        return f"section{'s' * bool(last)} {', '.join(sections[:-1] if last else sections)}{last}"

    def saying(self, tags: Iterable[str]) -> list[Commitment]:
        """Return the statements that say one of these, in the policy's order."""
        return [each for each in self.commitments if set(each.says or ()) & set(tags)]

    def asks_for(self, control: str) -> bool:
        """Whether some commitment names the control, or plans it."""
        return any(control in (*each.controls, *each.planned) for each in self.commitments)

    @cached_property
    def sha256(self) -> str:
        """The hash of the policy's words and of the reading of them."""
        content = self.text.encode() + b"\0" + (self.folder / "commitments.toml").read_bytes()
        return hashlib.sha256(content).hexdigest()


def _wrong(each: Commitment, what: str, hint: str) -> SettingsError:
    return SettingsError(f"commitments.toml: {each.id}: {what} Hint: {hint}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8. Hint: save it again as UTF-8.") from None
    except IsADirectoryError:
        raise SettingsError(f"{path.name} is a folder. Hint: it must be a file.") from None
    except FileNotFoundError:
        hint = WRITTEN_BY_HAND.get(path.name, "put the published policy there, word for word.")
        raise SettingsError(f"{path.name} is missing from {path.parent}. Hint: {hint}") from None


def load_toml(path: Path) -> dict[str, Any]:
    """Read a settings file; raise SettingsError that names the file and the line."""
    try:
        return dict(_parsed(_text(path)))
    except tomllib.TOMLDecodeError as error:
        message = f"{path.name}: {error}. Hint: text stands in “double quotes”, dates bare as 2026-09-30."
        raise SettingsError(message) from None
    except (RecursionError, ValueError):
        message = f"{path.name} holds something that no settings file does. Hint: begin again from the example's."
        raise SettingsError(message) from None


@lru_cache(maxsize=128)
def _parsed(text: str) -> Mapping[str, Any]:
    """Parse the same text once; what comes back is shared, so nobody may change it."""
    return tomllib.loads(text)


def checked(content: dict[str, Any], model: type[M], name: str) -> M:
    """Shape a settings file's content; raise SettingsError that names the first wrong place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        message = f"{name}: {misshapen.told(error, content, model)}{misshapen.told_in(name)}"
        raise SettingsError(message) from None


def _load(path: Path, model: type[M]) -> M:
    return checked(load_toml(path), model, path.name)
