"""The controls as a catalogue: what each promises, tests, rests on and asks for."""

import textwrap
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from privacy_audit.audit import column_names
from privacy_audit.control import Columns, Control, Rules
from privacy_audit.dates import in_words
from privacy_audit.finding import promised
from privacy_audit.policy import Commitment, Policy
from privacy_audit.registers.schema import Schema, load_schemas
from privacy_audit.request import ROOT
from privacy_audit.rulebook import InForce, Limits, Rulebook, Watched, cited


def listed(controls: Iterable[Control], policy: Policy, law: Rulebook) -> str:
    """Return a line or two for each control: id, sections, severity, title, law."""
    lines = []
    for each in controls:
        named = {promise.section for promise in policy.naming(each.id)}
        sections = [section for section in policy.sections if section in named]
        where = f"section {', '.join(sections)}" if sections else "no section of the policy"
        about_it = f"{where} · {each.severity} · {_cited(each, law)} · over {each.register}"
        lines += [f"{each.id}  {each.title}", f"        {about_it}"]
    return "\n".join(lines)


def about(control: Control, policy: Policy, law: Rulebook) -> str:
    """Return all there is to say about one control."""
    lines = [f"{control.id}  {control.title}", "", textwrap.fill(control.explanation, 100), ""]
    lines += [f"The promise   “{p.quote}” (section {p.section}, {p.id})" for p in policy.naming(control.id)]
    schemas = _schemas()
    names = _Words(policy, policy.naming(control.id), schemas[control.register])
    lines += [
        f"The register  {control.register}",
        f"The law       {_cited(control, law)}",
        f"Severity      {control.severity}, unless a reason says otherwise",
    ]
    lines += [
        f"What to do    {control.remedy.format_map(names)} ({control.minutes} minutes each)",
        "",
        "What it can find",
    ]
    for code, reason in control.reasons.items():
        statements = policy.giving(reason.about) or policy.naming(control.id)
        names = _Words(policy, statements, schemas[control.register])
        lines.append(f"  {code:22}{reason.why} {reason.remedy}".format_map(names).rstrip())
    rules = rules_of(control, policy, law)
    lines += ["", "The values it rests on"] if rules else []
    for rule in rules:
        mark = f"; {rule.mark}" if rule.mark else ""
        lines.append(f"  {rule.name} ({rule.file}): {rule.source}; checked {in_words(rule.checked)}{mark}")
    return "\n".join(lines)


class _Words(dict[str, str]):
    """The words for the policy's sections; what a row would tell is named by its column."""

    def __init__(self, policy: Policy, statements: Iterable[Commitment], schema: Schema) -> None:
        super().__init__(promised(policy, statements))
        self.columns = schema.by_name

    def __missing__(self, name: str) -> str:
        return f"“{self.columns[name].title}”" if name in self.columns else name.replace("_", " ")


def _schemas() -> Mapping[str, Schema]:
    return load_schemas(ROOT / "data" / "schema")


def newest_check(law: Rulebook) -> date:
    """Return the last day on which somebody looked at any of the rules: the law is told as it was then."""
    return max(version.checked for rule in law.rules.values() for version in rule.versions)


def _cited(control: Control, law: Rulebook) -> str:
    return cited(control.law, law, newest_check(law))


def rules_of(control: Control, policy: Policy, law: Rulebook) -> list[InForce]:
    """Return the rules of the rulebook that a control asks for."""
    used: dict[str, InForce] = {}
    day = newest_check(law)
    watched, schemas = Watched(law, day, used), _schemas()
    columns = Columns(control.register, column_names(schemas[control.register]))
    control.clauses(
        columns, Rules(watched, policy.promises, Limits(watched, policy.firm.adopted, day), date(day.year, 1, 1)), day
    )
    return [rule for _, rule in sorted(used.items())]


def plain(control: Control, policy: Policy, law: Rulebook) -> dict[str, Any]:
    """Return a control as plain data."""
    promises = policy.naming(control.id)
    return {
        "id": control.id,
        "title": control.title,
        "explanation": control.explanation,
        "commitments": [each.id for each in promises],
        "sections": sorted({each.section for each in promises}),
        "register": control.register,
        "severity": control.severity,
        "law": _cited(control, law),
        "remedy": control.remedy,
        "reasons": {code: {"words": r.words, "why": r.why, "remedy": r.remedy} for code, r in control.reasons.items()},
    }
