"""Observations into findings: one record and reason each, and one finding for each column that leaves a gap."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.control import SEVERITIES, Breach, InScope
from privacy_audit.engine import BROKEN, ROW
from privacy_audit.facts.invoices import worked_out
from privacy_audit.finding import Finding, Words, at_most_major, due_on, finding_id, unsettled
from privacy_audit.gaps import COLUMNS, GAP, Gaps, blamed, gap_finding, is_gap, left_open, named_reasons
from privacy_audit.inputs import Inputs
from privacy_audit.policy import Commitment
from privacy_audit.registers.register import Origin, Register
from privacy_audit.remedies import elsewhere, to_add, to_add_to
from privacy_audit.rulebook import cited

CANNOT_TELL, ABSENT = "cannot_tell", "core_absent"
Made = tuple[Finding, tuple[Origin, ...]]


def find(
    inputs: Inputs, observations: Sequence[Observation], gaps: Gaps, accepted: Collection[str] = ()
) -> list[Finding]:
    """Return every finding, in a stable order; equal ids are one finding with several sources.

    Where all that is broken about a row is accepted, what the row leaves open is told as well.
    """
    made: list[Made] = []
    for observation in observations:
        register = inputs.registers.get(observation.control.register)
        if register is not None:
            made += _of_rows(inputs, observation, register)
            made += _behind(inputs, observation, register, accepted)
    for blank, rows in gaps.items():
        gap = gap_finding(inputs, observations, blank, rows)
        made.append((gap, tuple(gap.sources)))
    return sorted(_merged(made), key=_order)


def _of_rows(inputs: Inputs, observation: Observation, register: Register) -> Iterable[Made]:
    """Yield the findings of one control's rows, but for the gaps, which are told once for each column."""
    names = inputs.record_names(register)
    for row in observation.flagged:
        record, origin = names[row[ROW]], register.origins[row[ROW]]
        places = (origin, *register.also.get(row[ROW], ()), *register.related.get(row[ROW], ()))
        reasons = named_reasons(observation, row)
        for each in reasons:
            if (observation.control.id, each.code) != (COLUMNS, GAP):
                yield _finding(inputs, observation, register, record, each, row), places
        if not reasons and not blamed(observation, register, row, inputs):
            yield unsettled(inputs, observation, register.name, record, CANNOT_TELL), places


def _behind(inputs: Inputs, observation: Observation, register: Register, accepted: Collection[str]) -> Iterator[Made]:
    """Yield what broken rows leave open whose every breach is accepted: else nobody would be told of it."""
    for row in waived_rows(inputs, observation, accepted):
        record, places = inputs.record_names(register)[row[ROW]], (register.origins[row[ROW]],)
        for each in left_open(observation, row):
            if row[f"is:{each.code}"]:
                yield _finding(inputs, observation, register, record, each, row), places
            else:
                yield unsettled(inputs, observation, register.name, record, CANNOT_TELL), places


def _merged(made: Iterable[Made]) -> list[Finding]:
    """Return one finding for each id, the worst of its rows speaking for all, with every place."""
    found: dict[str, list[Made]] = {}
    for finding, places in made:
        found.setdefault(finding.id, []).append((finding, places))
    merged = []
    for group in found.values():
        worst = min((each for each, _ in group), key=lambda each: (*_order(each), each.reason))
        origins = {place for _, places in group for place in places}
        worst.sources = sorted(origins, key=lambda each: (each.file, each.sheet, each.row))
        merged.append(worst)
    return merged


def _order(finding: Finding) -> tuple[Any, ...]:
    outcome = finding.outcome != "broken"
    return outcome, SEVERITIES.index(finding.severity), finding.control, finding.register, finding.record, finding.id


def _finding(
    inputs: Inputs, observation: Observation, register: Register, record: str, reason: Breach, row: Mapping[str, Any]
) -> Finding:
    words = observation.control.reasons[reason.code]
    severity = row[f"severity:{reason.code}"]
    finding = unsettled(inputs, observation, register.name, record, reason.code)
    broken = not is_gap(reason, row)
    finding.outcome = "broken" if broken else "not_shown"
    scopes = (each.when.columns for each in observation.clauses if isinstance(each, InScope))
    inferred = worked_out(register, row[ROW], chain(reason.when.columns, *scopes))
    finding.severity = severity if broken and not inferred else at_most_major(severity)
    promises = inputs.policy.giving(words.about) or inputs.policy.naming(observation.control.id)
    told = Words(row, inputs, register, promises)
    finding.reason = words.words.format_map(told)
    finding.reason += f" Worked out from the invoices: {', '.join(inferred).lower()}." if inferred else ""
    finding.why = words.why.format_map(told)
    finding.law = cited(words.law, inputs.law, inputs.request.as_at) or observation.law
    finding.remedy = (words.remedy or observation.control.remedy).format_map(told)
    finding.minutes = words.minutes or observation.control.minutes
    finding.due_on = due_on(inputs, finding.severity)
    if (observation.control.id, reason.code) == (COLUMNS, ABSENT):
        name = row["register"]
        column = next(each.name for each in inputs.schemas[name].fields if each.title == row["column"])
        place = finding.missing_from = to_add_to(inputs, name, column, set())
        finding.remedy = to_add(inputs, name, column, place) if place else elsewhere(name, column, inputs)
    meant = statements(inputs, row) or (promises if words.about else ())
    if meant:
        finding.commitments, finding.section = tuple(each.id for each in meant), meant[0].section
    return finding


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
            for each in named_reasons(observation, row)
        )
    ]
