"""The policy's own statements as two registers: their contradictions, and what the law asks a policy to say.

Both rest on the tags given to each statement (`says` in commitments.toml) and on the rulebook, never on the words of
one policy. Until the policy has been read clause by clause, every answer is blank. The parts in order: the rules as
models, `check` of their names, `contradictions`, and `notice`.
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
    """What every rule about a policy's words has.

    `about` are the tags of further statements that it concerns, `severity`, `law` and `why` belong to the finding, and
    `wording` is an example of what to write.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Tags = ()
    severity: Severity
    law: str
    why: str
    wording: str

    @property
    def groups(self) -> tuple[Tags, ...]:
        """The groups of tags that the rule asks for; none here."""
        return ()

    @property
    def tags(self) -> Tags:
        """Every tag that the rule names."""
        return (*self.about, *(tag for group in self.groups for tag in group))


class Clash(Told):
    """A rule of contradictions.toml: statements that contradict each other.

    They do so where each of the `sides`, a group of tags, has a statement, and no statement has a tag of `unless`. With
    `same`, they do where statements with that tag give different values. With `apart`, a statement of the last side is
    on no other side, so that it cannot contradict itself. `told_as` names the rule of notice.toml that reports the
    contradiction instead.
    """

    sides: tuple[Tags, ...] = ()
    same: Literal["", "contact_email", "place"] = ""
    apart: bool = False
    unless: Tags = ()
    topic: Literal["marketing", "other"] = "other"
    told_as: str = ""

    @property
    def groups(self) -> tuple[Tags, ...]:
        """The sides, the tags that settle a contradiction, and the tag whose quotes must give one value."""
        return (*self.sides, self.unless, (self.same,) if self.same else ())


class Item(Told):
    """A rule of notice.toml: something that a policy must say or, of kind “wrong”, must not say.

    It is said where each group of `told_by` has a statement. `fact` is the firm's fact that decides whether the law
    asks for it; otherwise statements with a tag of `yes_if` or `no_if` do, and without any it is `otherwise`.
    """

    told_by: tuple[Tags, ...]
    kind: Literal["missing", "wrong"] = "missing"
    yes_if: Tags = ()
    no_if: Tags = ()
    fact: str = ""
    otherwise: Literal["yes", "no", "unknown"] = "yes"

    @property
    def groups(self) -> tuple[Tags, ...]:
        """The tags by which it is said, and those that decide whether the law asks for it."""
        return (*self.told_by, self.yes_if, self.no_if)

    def needed(self, policy: Policy) -> str:
        """Return whether the law asks this firm for it: “yes”, “no” or “unknown”."""
        if self.fact:
            return {True: "yes", False: "no"}.get(getattr(policy.firm.facts, self.fact), "unknown")
        if policy.saying(self.yes_if):
            return "yes"
        return "no" if policy.saying(self.no_if) else self.otherwise


def check(policy: Policy, law: Rulebook) -> None:
    """Raise SettingsError where a statement or a rule uses a tag, or a rule a fact or rule, that does not exist.

    Also where a statement says contact_email and its quote has no e-mail address.
    """
    known = law.tables.get("notice", {}).get("says", {})
    for statement in policy.commitments:
        _refuse(f"commitments.toml: {statement.id} says", statement.says or (), known)
        if "contact_email" in (statement.says or ()) and not EMAIL.search(statement.quote):
            message = f"commitments.toml: {statement.id} says contact_email, but its quote holds no e-mail address."
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
    """Raise SettingsError for the first name that is not known; `where` begins the message."""
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = nearest(unknown[0], known) or " Hint: [says] in rulebook/notice.toml lists them."
        raise SettingsError(f"{where} “{unknown[0]}”, which there is not.{hint}")


ANSWERS = ("asked", "sure", "present", "told", "clauses", "read_on")


def contradictions(schema: Schema, known: Known) -> Register:
    """Return one row for each contradiction in the rulebook: whether the policy has it, and in which statements."""
    rows = []
    for rule, value in _rules(known, "contradictions"):
        clash = Clash(**value)
        sides = _sides(known.policy, clash)
        concerned = [*sides, known.policy.saying(clash.about)] if any(sides) else []
        judged = any(sides) and not clash.told_as
        settled = bool(known.policy.saying(clash.unless))
        present = (len(sides) > 1 if clash.same else all(sides)) and not settled
        rows.append(
            {"rule": rule.name, "title": rule.title, "topic": clash.topic, "asked": judged, "present": present}
            | {"clauses": [_ids(each) for each in concerned if each], "told_as": clash.told_as}
            | {"severity": clash.severity, "law": clash.law}
        )
    return _register(schema, rows, known)


def _sides(policy: Policy, clash: Clash) -> list[list[Commitment]]:
    """Return the statements of each side.

    For a value that must be the same everywhere (`same`), a side is the statements that give the same value.
    """
    if not clash.same:
        sides = [_saying(policy, side) for side in clash.sides]
        last = sides[-1] if clash.apart else []
        return [*([statement for statement in side if statement not in last] for side in sides[:-1]), sides[-1]]
    groups: list[list[Commitment]] = []
    for statement in policy.saying((clash.same,)):
        fits = (group for group in groups if all(_agree(clash.same, statement, other) for other in group))
        group = next(fits, None)
        if group is None:
            groups.append([statement])
        else:
            group.append(statement)
    return groups


def _saying(policy: Policy, side: Iterable[str]) -> list[Commitment]:
    """Return the statements of one side.

    A statement that names the area in which data stays counts as tagged kept_in_area.
    """
    area = [each for each in policy.giving("transfer_area") if each.parameters["transfer_area"] != "anywhere"]
    found = policy.saying(side)
    return found + [each for each in area if "kept_in_area" in side and each not in found]


def _agree(tag: str, one: Commitment, other: Commitment) -> bool:
    """Return whether two quotes give the same address or place; “London” and “1 High Street, London” agree."""
    a, b = (_value(tag, each.quote) for each in (one, other))
    return len(a & b) == min(len(a), len(b))


def _value(tag: str, quote: str) -> frozenset[str]:
    """Return the e-mail addresses of a quote, or the words of its place: those after the last colon, if any."""
    if tag == "contact_email":
        return frozenset(EMAIL.findall(quote.casefold()))
    return frozenset(re.findall(r"\w+", quote.casefold().rpartition(":")[2]))


def notice(schema: Schema, known: Known) -> Register:
    """Return one row for each thing the law may ask a policy to say: whether it does here, and whether it is said."""
    rows = []
    for rule, value in _rules(known, "notice"):
        item = Item(**value)
        needed = item.needed(known.policy)
        is_said = all(known.policy.saying(group) for group in item.told_by)
        concerned = known.policy.saying((*item.about, *(tag for group in item.told_by for tag in group)))
        rows.append(
            {"item": rule.name, "title": rule.title, "kind": item.kind, "asked": needed != "no"}
            | {"sure": needed == "yes", "told": is_said, "clauses": [_ids(concerned)] if concerned else []}
            | {"severity": item.severity, "law": item.law}
        )
    return _register(schema, rows, known)


def _rules(known: Known, file: str) -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    """Yield the rules of a file with their value on the day; for a rule not yet in force, its first value."""
    for rule in known.noting(file, *FACT_COLUMNS[file]).law.rules_in(file):
        yield rule, rule.on(known.as_at) if rule.holds(known.as_at) else rule.versions[0].value


def _ids(statements: Iterable[Commitment]) -> list[str]:
    """Return the ids of statements."""
    return [each.id for each in statements]


def _register(schema: Schema, rows: Sequence[Mapping[str, Any]], known: Known) -> Register:
    """Return the rows as a register; every answer is blank until the policy has been read clause by clause."""
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
    """Return the place of each statement of a row: its line in the policy.

    The policy itself where the row has none; the rule in commitments.toml until the policy has been read.
    """
    if not policy.is_read:
        return [Origin(f"commitments.toml: {name}", "", 0)]
    ids = dict.fromkeys(id_ for side in sides for id_ in side)
    return [_line(policy, policy.by_id[id_]) for id_ in ids] or [Origin(policy.file, "", 0)]


def _line(policy: Policy, statement: Commitment) -> Origin:
    """Return a statement's place: the policy's file with the statement's id, and the line of its quote."""
    before = policy.text[: policy.text.index(statement.quote)]
    return Origin(f"{policy.file}: {statement.id}", "", before.count("\n") + 1)
