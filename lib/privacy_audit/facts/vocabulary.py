"""The rules about a policy's words, and the fixed words in which somebody says what each statement says."""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from privacy_audit.errors import SettingsError, nearest
from privacy_audit.policy import FirmFacts, Policy, checked
from privacy_audit.rulebook import Rulebook, Severity

Tags = tuple[str, ...]
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Told(BaseModel):
    """What every rule about a policy's words has: what it concerns, how serious it is, and what to write."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Tags = ()
    severity: Severity
    law: str
    why: str
    wording: str

    @property
    def groups(self) -> tuple[Tags, ...]:
        """The groups of tags that the rule asks for."""
        return ()

    @property
    def tags(self) -> Tags:
        """Every tag that the rule names."""
        return (*self.about, *(tag for group in self.groups for tag in group))


class Clash(Told):
    """A rule of contradictions.toml; `apart`: a statement of the last side is on no other, so agrees with itself."""

    sides: tuple[Tags, ...] = ()
    same: Literal["", "contact_email", "place"] = ""
    apart: bool = False
    unless: Tags = ()
    topic: Literal["marketing", "other"] = "other"
    told_as: str = ""

    @property
    def groups(self) -> tuple[Tags, ...]:
        """The sides, what settles them, and the tag whose quotes must hold one value."""
        return (*self.sides, self.unless, (self.same,) if self.same else ())


class Item(Told):
    """A rule of notice.toml."""

    told_by: tuple[Tags, ...]
    kind: Literal["missing", "wrong"] = "missing"
    yes_if: Tags = ()
    no_if: Tags = ()
    fact: str = ""
    otherwise: Literal["yes", "no", "unknown"] = "yes"

    @property
    def groups(self) -> tuple[Tags, ...]:
        """What tells it, and what decides whether the law asks for it."""
        return (*self.told_by, self.yes_if, self.no_if)

    def needed(self, policy: Policy) -> str:
        """Return whether the law asks this firm for it: yes, no or unknown."""
        if self.fact:
            return {True: "yes", False: "no"}.get(getattr(policy.firm.facts, self.fact), "unknown")
        if policy.saying(self.yes_if):
            return "yes"
        return "no" if policy.saying(self.no_if) else self.otherwise


def check(policy: Policy, law: Rulebook) -> None:
    """Raise SettingsError where a statement or a rule uses a tag, or a rule a name, that there is not."""
    known = law.tables.get("notice", {}).get("says", {})
    for each in policy.commitments:
        _refuse(f"commitments.toml: {each.id} says", each.says or (), known)
        if "contact_email" in (each.says or ()) and not EMAIL.search(each.quote):
            message = f"commitments.toml: {each.id} says contact_email, but its quote holds no e-mail address."
            raise SettingsError(f"{message} Hint: quote the sentence with the address, or use contact_invited.")
    for rule in law.about("notice"):
        for version in rule.versions:
            item = checked(version.value, Item, f"notice.toml: {rule.name}")
            _refuse(f"notice.toml: {rule.name} names", item.tags, known)
            _refuse(f"notice.toml: {rule.name} asks for", [item.fact] if item.fact else [], FirmFacts.model_fields)
    for rule in law.about("contradictions"):
        for version in rule.versions:
            clash = checked(version.value, Clash, f"contradictions.toml: {rule.name}")
            _refuse(f"contradictions.toml: {rule.name} names", clash.tags, known)
            _refuse(f"contradictions.toml: {rule.name} names", [clash.told_as] if clash.told_as else [], law.rules)


def _refuse(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = nearest(unknown[0], known) or " Hint: [says] in rulebook/notice.toml lists them."
        raise SettingsError(f"{where} “{unknown[0]}”, which there is not.{hint}")
