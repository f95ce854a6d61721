"""What the firm promises, word for word, and what it says about itself."""

import hashlib
import tomllib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from privacy_audit.errors import SettingsError, nearest

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
EXPECTED = ("clients", "contacts", "processors", "transfers", "invoices")
M = TypeVar("M", bound=BaseModel)

SECTIONS = {
    "0": "Introduction",
    "1": "Important information",
    "2": "Who we are",
    "3": "The data we collect",
    "4": "How we collect data",
    "5": "How we use your data",
    "6": "Marketing",
    "7": "Sharing your data",
    "8": "International transfers",
    "9": "Data security",
    "10": "Data retention",
    "11": "Your legal rights",
    "12": "Cookies",
    "13": "Changes to this policy",
    "14": "Contact us",
}


class Commitment(BaseModel):
    """One sentence that the policy states, quoted word for word."""

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
    parameters: dict[str, int | bool | str] = {}


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
    ico_registration: str | None = None


class Firm(BaseModel):
    """The firm's own facts, the registers it exports, its standing declarations, the house limits it has adopted."""

    model_config = STRICT

    name: str
    facts: FirmFacts = FirmFacts()
    expects: dict[str, bool]
    declared: tuple[Declaration, ...] = Field((), strict=False)
    adopted: dict[str, int] = {}

    @field_validator("expects")
    @classmethod
    def _registers_there_are(cls, expects: dict[str, bool]) -> dict[str, bool]:
        unknown = sorted(expects.keys() - set(EXPECTED))
        if unknown:
            raise ValueError(f"there is no register “{unknown[0]}”{nearest(unknown[0], EXPECTED)}")
        return expects


class _Commitments(BaseModel):
    model_config = STRICT

    policy: dict[str, Any]
    commitment: tuple[Commitment, ...] = Field(strict=False)


class Promises:
    """The numbers and choices the policy promises, by name: `policy.retention_years`."""

    def __init__(self, commitments: tuple[Commitment, ...]) -> None:
        self.values = {name: value for each in commitments for name, value in each.parameters.items()}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a promise's parameter is a number or a choice
        if name.startswith("_") or name not in self.values:
            message = f"commitments.toml has no parameter “{name}”.{nearest(name, self.values)}"
            raise AttributeError(message)
        return self.values[name]


class Policy:
    """A policy folder: policy.md, commitments.toml and firm.toml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = _load(folder / "commitments.toml", _Commitments)
        self.title: str = content.policy["title"]
        self.text = _text(folder / content.policy["file"])
        self.commitments = content.commitment
        self.firm = _load(folder / "firm.toml", Firm)
        self.promises = Promises(self.commitments)
        for each in self.commitments:
            if each.quote not in self.text:
                message = (
                    f"commitments.toml: {each.id}: the quote does not stand in {content.policy['file']} word for word. "
                    "Hint: copy it from there."
                )
                raise SettingsError(message)

    def naming(self, control: str) -> tuple[Commitment, ...]:
        """Return the commitments that a control tests."""
        return tuple(each for each in self.commitments if control in each.controls)

    @cached_property
    def sha256(self) -> str:
        """The hash of the policy's words and of the reading of them."""
        content = self.text.encode() + b"\0" + (self.folder / "commitments.toml").read_bytes()
        return hashlib.sha256(content).hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8. Hint: save it again as UTF-8.") from None
    except FileNotFoundError:
        message = f"{path.name} is missing from {path.parent}. Hint: put the published policy there, word for word."
        raise SettingsError(message) from None


def load_toml(path: Path) -> dict[str, Any]:
    """Read a settings file; raise SettingsError that names the file and the line."""
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        message = f"{path.name}: {error}. Hint: text stands in “double quotes”, dates bare as 2026-09-30."
        raise SettingsError(message) from None


def checked(content: dict[str, Any], model: type[M], name: str) -> M:
    """Shape a settings file's content; raise SettingsError that names the first wrong place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        known = nearest(str(first["loc"][-1]), model.model_fields)
        unknown = first["type"] == "extra_forbidden"
        said = f"is not known here.{known}" if unknown else f"is wrong: {first['msg']}."
        message = f"{name}: {where} {said}"
        raise SettingsError(message) from None


def _load(path: Path, model: type[M]) -> M:
    return checked(load_toml(path), model, path.name)
