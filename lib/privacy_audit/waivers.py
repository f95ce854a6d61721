"""Accepted exceptions: who accepted which finding, why, and until when; read from the firm's waivers.toml.

A waiver holds from its first day to its last, both included, on the day of the audit. It never hides a finding: the
finding stands in the report with the waiver beside it. A gap cannot be waived, since unknown is never a pass.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from privacy_audit.errors import SettingsError
from privacy_audit.policy import STRICT, checked, load_toml
from privacy_audit.request import WAIVERS as FILE

Standing = Literal[
    "holds", "expired", "not yet begun", "matches no finding", "is for a gap, and a gap cannot be waived"
]


class Waiver(BaseModel):
    """One accepted exception; `finding` is the id that stands beside the finding in every report."""

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
    """A waiver and how it stands on the day of the audit."""

    waiver: Waiver
    standing: Standing


def read_waivers(folder: Path) -> tuple[Waiver, ...]:
    """Return the waivers of a firm's folder; raise SettingsError for a wrong one, or two for one finding."""
    path = folder / FILE
    if not path.exists():
        return ()
    waivers = checked(load_toml(path), _Waivers, FILE).waiver
    ids = [each.finding for each in waivers]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice:
        raise SettingsError(f"{FILE}: there are two waivers for the finding {twice}. Hint: keep the newer one.")
    return waivers


def in_time(waivers: Sequence[Waiver], day: date) -> frozenset[str]:
    """Return the findings whose waivers have begun and not expired on the day."""
    return frozenset(each.finding for each in waivers if each.start <= day <= each.expires)


def stand(waivers: Sequence[Waiver], day: date, broken: Collection[str], gaps: Collection[str]) -> list[Waived]:
    """Return how each waiver stands on the day, given the ids of the findings that are facts, and of the gaps."""
    return [Waived(each, _standing(each, day, broken, gaps)) for each in waivers]


def _standing(waiver: Waiver, day: date, broken: Collection[str], gaps: Collection[str]) -> Standing:
    if waiver.finding in gaps:
        return "is for a gap, and a gap cannot be waived"
    if waiver.finding not in broken:
        return "matches no finding"
    if day < waiver.start:
        return "not yet begun"
    return "expired" if day > waiver.expires else "holds"
