"""The policy's own statements as registers: what they say against each other, and what they leave unsaid.

Both rest on the tags that somebody gave each statement (`says` in commitments.toml) and on the rulebook, never on the
words of one policy. While nobody has read the policy clause by clause, nothing is known: every answer is blank.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from privacy_audit.controls.grammar import Severity
from privacy_audit.errors import SettingsError, nearest
from privacy_audit.facts.fact import FACT_COLUMNS, Known
from privacy_audit.registers.register import Origin, Register
from privacy_audit.settings.firm import FirmFacts
from privacy_audit.settings.policy import Commitment, Policy
from privacy_audit.settings.rulebook import Rule, Rulebook
from privacy_audit.settings.schema import Schema
from privacy_audit.settings.toml import checked

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
    for rule in law.rules_in("notice"):
        for version in rule.versions:
            item = checked(version.value, Item, f"notice.toml: {rule.name}")
            _refuse(f"notice.toml: {rule.name} names", item.tags, known)
            _refuse(f"notice.toml: {rule.name} asks for", [item.fact] if item.fact else [], FirmFacts.model_fields)
    for rule in law.rules_in("contradictions"):
        for version in rule.versions:
            clash = checked(version.value, Clash, f"contradictions.toml: {rule.name}")
            _refuse(f"contradictions.toml: {rule.name} names", clash.tags, known)
            _refuse(f"contradictions.toml: {rule.name} names", [clash.told_as] if clash.told_as else [], law.rules)


def _refuse(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = nearest(unknown[0], known) or " Hint: [says] in rulebook/notice.toml lists them."
        raise SettingsError(f"{where} “{unknown[0]}”, which there is not.{hint}")


ANSWERS = ("asked", "sure", "present", "told", "clauses", "read_on")


def contradictions(schema: Schema, known: Known) -> Register:
    """Return one row for each contradiction that a policy can have: whether this one has it, and between what."""
    rows = []
    for rule, value in _rules(known, "contradictions"):
        clash = Clash(**value)
        sides = _sides(known.policy, clash)
        meant = [*sides, known.policy.saying(clash.about)] if any(sides) else []
        said = any(sides) and not clash.told_as
        settled = bool(known.policy.saying(clash.unless))
        present = (len(sides) > 1 if clash.same else all(sides)) and not settled
        rows.append(
            {"rule": rule.name, "title": rule.title, "topic": clash.topic, "asked": said, "present": present}
            | {"clauses": [_ids(each) for each in meant if each], "told_as": clash.told_as}
            | {"severity": clash.severity, "law": clash.law}
        )
    return _register(schema, rows, known)


def _sides(policy: Policy, clash: Clash) -> list[list[Commitment]]:
    """Return the statements of each side; for a value that must be the same, those that give the same one together."""
    if not clash.same:
        sides = [_saying(policy, side) for side in clash.sides]
        last = sides[-1] if clash.apart else []
        return [*([each for each in side if each not in last] for side in sides[:-1]), sides[-1]]
    groups: list[list[Commitment]] = []
    for each in policy.saying((clash.same,)):
        fits = (group for group in groups if all(_agree(clash.same, each, other) for other in group))
        group = next(fits, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _saying(policy: Policy, side: Iterable[str]) -> list[Commitment]:
    """Return the statements of one side; naming the area in which data stays says so without a tag."""
    area = [each for each in policy.giving("transfer_area") if each.parameters["transfer_area"] != "anywhere"]
    found = policy.saying(side)
    return found + [each for each in area if "kept_in_area" in side and each not in found]


def _agree(tag: str, one: Commitment, other: Commitment) -> bool:
    """Whether two quotes give the same address or place; “London” and “1 High Street, London” agree."""
    a, b = (_value(tag, each.quote) for each in (one, other))
    return len(a & b) == min(len(a), len(b))


def _value(tag: str, quote: str) -> frozenset[str]:
    """Return the addresses of a quote, or the words of its place: those after a colon where it has one."""
    if tag == "contact_email":
        return frozenset(EMAIL.findall(quote.casefold()))
    return frozenset(re.findall(r"\w+", quote.casefold().rpartition(":")[2]))


def notice(schema: Schema, known: Known) -> Register:
    """Return one row for each thing that the law may ask a policy to tell: whether it does here, and is told."""
    rows = []
    for rule, value in _rules(known, "notice"):
        item = Item(**value)
        needed = item.needed(known.policy)
        told = all(known.policy.saying(group) for group in item.told_by)
        meant = known.policy.saying((*item.about, *(tag for group in item.told_by for tag in group)))
        rows.append(
            {"item": rule.name, "title": rule.title, "kind": item.kind, "asked": needed != "no"}
            | {"sure": needed == "yes", "told": told, "clauses": [_ids(meant)] if meant else []}
            | {"severity": item.severity, "law": item.law}
        )
    return _register(schema, rows, known)


def _rules(known: Known, file: str) -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    """Yield the rules of a file with their value on the day; of one not yet in force, its first value."""
    for rule in known.noting(file, *FACT_COLUMNS[file]).law.rules_in(file):
        yield rule, rule.on(known.as_at) if rule.holds(known.as_at) else rule.versions[0].value


def _ids(statements: Iterable[Commitment]) -> list[str]:
    return [each.id for each in statements]


def _register(schema: Schema, rows: Sequence[Mapping[str, Any]], known: Known) -> Register:
    """Return the rows as a register; all answers are blank where nobody has read the policy clause by clause."""
    policy, key = known.policy, schema.key[0]
    unread = {} if policy.is_read else dict.fromkeys(ANSWERS)
    cells = [{**row, "clauses": _text(row["clauses"]), "read_on": policy.read_on, **unread} for row in rows]
    places = [_places(row["clauses"], row[key], policy) for row in rows]
    related = {index: tuple(each[1:]) for index, each in enumerate(places)}
    values = [[row.get(column.name) for column in schema.fields] for row in cells]
    return Register.made(schema, values, (each[0] for each in places), related=related)


def _text(sides: Iterable[Iterable[str]]) -> str:
    """Return statements side by side, as in “P05.5, P05.10 and P06.1”."""
    return " and ".join(", ".join(side) for side in sides)


def _places(sides: Iterable[Iterable[str]], name: str, policy: Policy) -> list[Origin]:
    """Return where the statements of a row stand: the line of each in the policy."""
    if not policy.is_read:
        return [Origin(f"commitments.toml: {name}", "", 0)]
    ids = dict.fromkeys(id_ for side in sides for id_ in side)
    return [_line(policy, policy.by_id[id_]) for id_ in ids] or [Origin(policy.file, "", 0)]


def _line(policy: Policy, statement: Commitment) -> Origin:
    before = policy.text[: policy.text.index(statement.quote)]
    return Origin(f"{policy.file}: {statement.id}", "", before.count("\n") + 1)
