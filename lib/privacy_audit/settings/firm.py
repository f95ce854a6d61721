"""What the firm writes about itself: accepted exceptions, answers for its insurer, its key and its own facts.

First waivers.toml: who accepted which finding, why and until when. A waiver is valid from its first day to its last,
both included, by the day of the audit. It never hides a finding, which is reported with the waiver beside it; a gap
cannot be waived, since unknown is never a pass. Then proposal.toml, the answers to an insurer's questions; firm.key,
from which the ids of findings are made; and last the contents of firm.toml.
"""

import os
import secrets
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from privacy_audit.errors import SettingsError, nearest
from privacy_audit.settings.toml import STRICT, checked, load_toml

WAIVERS = "waivers.toml"
WaiverState = Literal[
    "holds", "expired", "not yet begun", "matches no finding", "is for a gap, and a gap cannot be waived"
]


class Waiver(BaseModel):
    """One accepted exception; `finding` is the id that every report gives beside the finding: 10 hexadecimal digits."""

    model_config = STRICT

    finding: str = Field(pattern=r"^[0-9a-f]{10}$")
    reason: str = Field(min_length=10)
    approved_by: str = Field(min_length=2)
    start: date
    expires: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Waiver":
        if self.expires < self.start:
            raise ValueError("a waiver cannot expire before it starts")
        return self


class _Waivers(BaseModel):
    model_config = STRICT

    waiver: tuple[Waiver, ...] = Field((), strict=False)


@dataclass(frozen=True)
class Waived:
    """A waiver and its state on the day of the audit."""

    waiver: Waiver
    state: WaiverState


def read_waivers(folder: Path) -> tuple[Waiver, ...]:
    """Return the waivers in a firm's folder, none without the file; raise SettingsError for a wrong or repeated one."""
    path = folder / WAIVERS
    if not path.exists():
        return ()
    waivers = checked(load_toml(path), _Waivers, WAIVERS).waiver
    ids = [each.finding for each in waivers]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice:
        raise SettingsError(f"{WAIVERS}: there are two waivers for the finding {twice}. Hint: keep the newer one.")
    return waivers


def in_time(waivers: Sequence[Waiver], day: date) -> frozenset[str]:
    """Return the ids of the findings whose waivers have begun and not expired on the day."""
    return frozenset(each.finding for each in waivers if each.start <= day <= each.expires)


def waiver_states(waivers: Sequence[Waiver], day: date, broken: Collection[str], gaps: Collection[str]) -> list[Waived]:
    """Return each waiver with its state on the day, given the ids of the breaches and of the gaps found."""
    return [Waived(each, _state(each, day, broken, gaps)) for each in waivers]


def _state(waiver: Waiver, day: date, broken: Collection[str], gaps: Collection[str]) -> WaiverState:
    if waiver.finding in gaps:
        return "is for a gap, and a gap cannot be waived"
    if waiver.finding not in broken:
        return "matches no finding"
    if day < waiver.start:
        return "not yet begun"
    return "expired" if day > waiver.expires else "holds"


PROPOSAL = "proposal.toml"
# The questions that only the firm itself can answer, as insurer.xlsx asks them.
QUESTIONS = {
    "business": "What does the firm do, and since when?",
    "staff": "How many people work for the firm?",
    "turnover": "What was the turnover of the last financial year, and what is expected for the next?",
    "turnover_abroad": "How much of the turnover comes from the USA, Canada and other countries outside the UK?",
    "identity_numbers": "Are National Insurance or tax numbers, or identity documents held? Of how many people?",
    "payment_data": "Are bank details or payment cards held? Of how many people, and by whom are cards processed?",
    "records_processed": "How many people's records are handled in a year, and how many are held at most at one time?",
    "encryption": "Is personal data encrypted at rest, when sent, and on laptops, telephones and portable media?",
    "multi_factor": "Is multi-factor authentication used for e-mail, remote access and administrators?",
    "patching": "Are security updates installed, and how soon?",
    "malware": "Are all machines protected against malware, and by what?",
    "backups": "How often are backups made, where are they kept, and when was restoring last tested?",
    "access": "Who has access to personal data, and how is it taken away when somebody leaves?",
    "security_officer": "Who is responsible for security and for data protection?",
    "training": "Are staff trained in security and data protection, and how often?",
    "response_plan": "Is there a plan for incidents, and when was it last tested?",
    "certificates": "Does the firm hold Cyber Essentials, ISO 27001 or another certificate?",
    "incidents": "Were there incidents, data breaches or outages in the last five years, and what did they cost?",
    "complaints": "Were there complaints or inquiries by the ICO or another authority in the last five years?",
    "claims": "Were there claims in the last five years, or is anything known that may lead to one?",
    "cover": "Which cover is in force, with whom, and was cover ever refused?",
}


class Answer(BaseModel):
    """One answer of the firm: by whom and when; and if a document was inspected, which one, by whom and when."""

    model_config = STRICT

    answer: str = Field(min_length=1)
    by: str = Field(min_length=2)
    on: date
    seen: str = ""
    seen_by: str = ""
    seen_on: date | None = None

    @model_validator(mode="after")
    def _seen_wholly(self) -> "Answer":
        if len({bool(self.seen), bool(self.seen_by), self.seen_on is not None}) > 1:
            raise ValueError("say all three of seen, seen_by and seen_on, or none of them")
        return self

    @property
    def grade(self) -> str:
        """How the answer is known: inspected where a document was seen, else declared."""
        return "inspected" if self.seen_on else "declared"


class Proposal(BaseModel):
    """The firm's answers by question, and whether the insurer's edition includes ratings and suppliers' names."""

    model_config = STRICT

    ratings: bool = False
    provider_names: bool = True
    answers: dict[str, Answer] = {}


def read_proposal(policy: Path) -> Proposal:
    """Return the answers in a firm's policy folder, none without the file; raise SettingsError for a wrong one."""
    path = policy / PROPOSAL
    proposal = checked(load_toml(path), Proposal, PROPOSAL) if path.exists() else Proposal()
    unknown = sorted(proposal.answers.keys() - QUESTIONS.keys())
    if unknown:
        hint = nearest(unknown[0], QUESTIONS)
        raise SettingsError(f"{PROPOSAL}: there is no question “{unknown[0]}”.{hint}")
    return proposal


KEY_FILE, KEY_BYTES, OTHERS = "firm.key", 32, 0o077


def firm_key(folder: Path, *, public: bool) -> bytes:
    """Return a firm's key of 32 bytes or more; it is made on the first run, for its owner alone to read.

    Raise SettingsError where the file is not a key, or others can read it; with `public`, as for fictional registers,
    others may.
    """
    path = folder / KEY_FILE
    if not path.exists():
        _make(path)
    if not public and os.name == "posix" and path.stat().st_mode & OTHERS:
        raise SettingsError(f"Others on this machine can read {path}. Hint: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        message = (
            f"{path} is no key. Hint: bring back the copy that you keep; with a new key every finding has a new id."
        )
        raise SettingsError(message)
    return key


def _make(path: Path) -> None:
    """Write a new key under another name first, so that a run killed meanwhile does not leave half a key."""
    descriptor, fresh = tempfile.mkstemp(prefix=f".{KEY_FILE}-", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:  # another run has made the firm's key meanwhile
        pass
    except OSError:  # a file system without hard links
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)


EXPECTED = ("clients", "contacts", "processors", "transfers", "invoices")


class Declaration(BaseModel):
    """A declaration that a column or register has nothing to record: why, by whom and when; graded `declared`."""

    model_config = STRICT

    column: str
    says: Literal["none"]
    because: str
    by: str = Field(min_length=2)
    on: date


class FirmFacts(BaseModel):
    """Facts about the firm that its policy does not state; None means unknown, which the report lists as a limit."""

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
    """The contents of firm.toml: facts, the registers the firm exports, permanent declarations, adopted house limits.

    `expects` says by register whether the firm has it. `sign_with` is the path, from the firm's folder, of the SSH key
    that signs its runs; blank where they are not signed.
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
