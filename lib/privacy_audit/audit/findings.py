"""The findings about rows: one for each record and reason, made once with all that is said about it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from privacy_audit.audit.engine import BROKEN, ROW, is_gap
from privacy_audit.audit.finding import Finding, Words, at_most_major, due_on, finding_id, marks, promises_of
from privacy_audit.audit.gaps import COLUMNS, GAP, blamed, elsewhere, to_add, to_add_to
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import SEVERITIES, InScope, Reasoned
from privacy_audit.facts.invoices import worked_out
from privacy_audit.registers.register import Origin, Register
from privacy_audit.settings.policy import Commitment
from privacy_audit.settings.rulebook import cited

CANNOT_TELL, ABSENT = "cannot_tell", "core_absent"


def find(inputs: Inputs, observations: Sequence[Observation], accepted: Collection[str] = ()) -> list[Finding]:
    """Return the findings about the rows of these controls, in a stable order (see `merged`).

    Where every breach of a row is accepted, what the row leaves open is a finding as well.
    """
    made: list[Finding] = []
    for observation in observations:
        register = inputs.registers.get(observation.control.register)
        if register is not None:
            made += _of_rows(inputs, observation, register)
            made += _behind(inputs, observation, register, accepted)
    return merged(made)


def _of_rows(inputs: Inputs, observation: Observation, register: Register) -> Iterable[Finding]:
    """Yield the findings about one control's rows; a blank column is one finding for all rows, see `gap_finding`."""
    for row in observation.flagged:
        reasons = observation.reasons(row)
        for each in reasons:
            if (observation.control.id, each.code) != (COLUMNS, GAP):
                yield finding_of(inputs, observation, register, row, each)
        if not reasons and not blamed(observation, register, row, inputs):
            yield cannot_tell(inputs, observation, register, row)


def _behind(
    inputs: Inputs, observation: Observation, register: Register, accepted: Collection[str]
) -> Iterator[Finding]:
    """Yield what broken rows leave open where each breach is accepted: no other finding would report it."""
    for row in waived_rows(inputs, observation, accepted):
        for each in observation.left_open(row):
            known = row[f"is:{each.code}"]
            finding = (
                finding_of(inputs, observation, register, row, each)
                if known
                else cannot_tell(inputs, observation, register, row)
            )
            yield replace(finding, sources=(register.origins[row[ROW]],))


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings in a stable order, one for each id: the worst of its rows, with the places of all."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.id, []).append(finding)
    return sorted((_worst(group) for group in found.values()), key=_order)


def _worst(group: Sequence[Finding]) -> Finding:
    worst = min(group, key=lambda each: (*_order(each), each.reason))
    places = {place for each in group for place in each.sources}
    return replace(worst, sources=tuple(sorted(places, key=lambda each: (each.file, each.sheet, each.row))))


def _order(finding: Finding) -> tuple[Any, ...]:
    outcome = finding.outcome != "broken"
    return outcome, SEVERITIES.index(finding.severity), finding.control, finding.register, finding.record, finding.id


def finding_of(
    inputs: Inputs, observation: Observation, register: Register, row: Mapping[str, Any], reason: Reasoned
) -> Finding:
    """Return the finding that a reason is true of a row."""
    control, code, broken = observation.control, reason.code, not is_gap(reason, row)
    words, record = control.reasons[code], inputs.record_names(register)[row[ROW]]
    scopes = (each.when.columns for each in observation.clauses if isinstance(each, InScope))
    inferred = worked_out(register, row[ROW], chain(reason.when.columns, *scopes))
    severity = row[f"severity:{code}"]
    severity = severity if broken and not inferred else at_most_major(severity)
    promises = inputs.policy.giving(words.about) or inputs.policy.naming(control.id)
    meant = statements(inputs, row) or (promises if words.about else promises_of(inputs.policy, control))
    cells = Words(row, inputs, register, promises)
    remedy, missing_from = (words.remedy or control.remedy).format_map(cells), ""
    if (control.id, code) == (COLUMNS, ABSENT):
        remedy, missing_from = _to_complete(inputs, row["register"], row["column"])
    return Finding(
        id=finding_id(inputs, control.id, register.name, record, code),
        control=control.id,
        register=register.name,
        record=record,
        reason_code=code,
        outcome="broken" if broken else "not_shown",
        severity=severity,
        reason=words.words.format_map(cells) + _inferred(inferred),
        why=words.why.format_map(cells),
        remedy=remedy,
        minutes=words.minutes or control.minutes,
        due_on=due_on(inputs, severity),
        law=cited(words.law, inputs.law, inputs.request.as_at) or observation.law,
        mark=marks(observation),
        commitments=tuple(each.id for each in meant),
        section=meant[0].section if meant else "",
        sources=_places(register, row),
        missing_from=missing_from,
    )


def cannot_tell(inputs: Inputs, observation: Observation, register: Register, row: Mapping[str, Any]) -> Finding:
    """Return the finding that a row's answer is open and no blank column is to blame."""
    control, record = observation.control, inputs.record_names(register)[row[ROW]]
    promises, severity = promises_of(inputs.policy, control), at_most_major(control.severity)
    return Finding(
        id=finding_id(inputs, control.id, register.name, record, CANNOT_TELL),
        control=control.id,
        register=register.name,
        record=record,
        reason_code=CANNOT_TELL,
        outcome="not_shown",
        severity=severity,
        reason="It cannot be told from the register.",
        why="The register does not tell.",
        remedy="Complete the record and export again.",
        minutes=control.minutes,
        due_on=due_on(inputs, severity),
        law=observation.law,
        mark=marks(observation),
        commitments=tuple(each.id for each in promises),
        section=promises[0].section if promises else "",
        sources=_places(register, row),
    )


def _inferred(columns: Collection[str]) -> str:
    return f" Worked out from the invoices: {', '.join(columns).lower()}." if columns else ""


def _places(register: Register, row: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Return every row of a file that a register's row was made from or is judged with."""
    at = row[ROW]
    return (register.origins[at], *register.also.get(at, ()), *register.related.get(at, ()))


def _to_complete(inputs: Inputs, name: str, title: str) -> tuple[str, str]:
    """Return the remedy for a core column that no file has, and the list to add it to; blank if that is no remedy."""
    column = next(each.name for each in inputs.schemas[name].fields if each.title == title)
    place = to_add_to(inputs, name, column, set())
    return (to_add(inputs, name, column, place) if place else elsewhere(name, column, inputs)), place


def statements(inputs: Inputs, row: Mapping[str, Any]) -> list[Commitment]:
    """Return the statements of the policy that a row of the policy's own registers is about."""
    named = set(re.split(", | and ", row.get("clauses") or ""))
    return [each for each in inputs.policy.commitments if each.id in named]


def waived_rows(inputs: Inputs, observation: Observation, waived: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the broken rows of a control that have a waiver for each of their breaches."""
    register = inputs.registers.get(observation.control.register)
    if register is None or not waived:
        return []
    names = inputs.record_names(register)
    return [
        row
        for row in observation.flagged
        if row["verdict"] == BROKEN
        and all(
            finding_id(inputs, observation.control.id, register.name, names[row[ROW]], each.code) in waived
            for each in observation.reasons(row)
        )
    ]
