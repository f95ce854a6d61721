"""Observations into findings: one record and reason each, and one finding for each column that leaves a gap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, Literal

from privacy_audit.audit import Observation
from privacy_audit.control import SEVERITIES, Breach, InScope, NotShown, Severity
from privacy_audit.dates import in_words, roll_to_working_day
from privacy_audit.engine import NOT_SHOWN, ROW
from privacy_audit.errors import SettingsError
from privacy_audit.facts.invoices import worked_out
from privacy_audit.gaps import blamed, gap_places, gap_words
from privacy_audit.inputs import Inputs
from privacy_audit.registers.register import Origin, Register

CANNOT_TELL = "cannot_tell"
GAP = "gap"
MINUTES_TO_FILL = 10
# For each column with blanks: the rows that need it, and the controls that could not be shown for them.
Gaps = dict[tuple[str, str], dict[Origin, set[str]]]


@dataclass
class Finding:
    """One record and reason: `broken` is a fact against the promise, `not_shown` a gap.

    A gap is a column: `blocks` are the controls it keeps from being shown, `number` the rows of `over` that need it.
    """

    id: str
    control: str
    blocks: tuple[str, ...]
    commitments: tuple[str, ...]
    section: str
    law: str
    register: str
    record: str
    outcome: Literal["broken", "not_shown"]
    reason_code: str
    severity: Severity
    reason: str
    why: str
    remedy: str
    minutes: int
    due_on: date
    over: str = ""
    number: int = 1
    sources: list[Origin] = field(default_factory=list)
    mark: str = ""
    task: str = ""


def find(inputs: Inputs, observations: Sequence[Observation]) -> list[Finding]:
    """Return every finding, in a stable order; equal ids are one finding with several sources."""
    made: list[tuple[Finding, tuple[Origin, ...]]] = []
    gaps: Gaps = {}
    for observation in observations:
        register = inputs.registers.get(observation.control.register)
        if register is None:
            continue
        names = inputs.record_names(register)
        for row in observation.flagged:
            record, origin = names[row[ROW]], register.origins[row[ROW]]
            places = (origin, *register.related.get(row[ROW], ()))
            reasons = _reasons(observation, row)
            made += [(_finding(inputs, observation, register, record, each, row), places) for each in reasons]
            if not reasons:
                blanks = blamed(observation, register, row, inputs)
                for blank in blanks:
                    gaps.setdefault(blank, {}).setdefault(origin, set()).add(observation.control.id)
                if not blanks:
                    made.append((_base(inputs, observation, register.name, record, CANNOT_TELL), places))
    for (name, column), rows in gaps.items():
        gap = _gap(inputs, observations, name, column, rows)
        made.append((gap, tuple(gap.sources)))
    return sorted(_merged(each for each in made if not _told_by_gaps(each[0], inputs, gaps)), key=_order)


def _merged(made: Iterable[tuple[Finding, tuple[Origin, ...]]]) -> list[Finding]:
    """Return one finding for each id, the worst of its rows speaking for all, with every place."""
    found: dict[str, list[tuple[Finding, tuple[Origin, ...]]]] = {}
    for finding, places in made:
        found.setdefault(finding.id, []).append((finding, places))
    merged = []
    for group in found.values():
        worst = min((each for each, _ in group), key=lambda each: (*_order(each), each.reason))
        origins = {place for _, places in group for place in places}
        worst.sources = sorted(origins, key=lambda each: (each.file, each.sheet, each.row))
        merged.append(worst)
    return merged


def _told_by_gaps(finding: Finding, inputs: Inputs, gaps: Gaps) -> bool:
    """Whether every core column that a register lacks has a finding of its own already: one cause, one finding."""
    if finding.reason_code != "core_columns_missing":
        return False
    register = inputs.registers[finding.record]
    return all((finding.record, each.name) in gaps for each in register.schema.core if each.name in register.absent)


def _order(finding: Finding) -> tuple[Any, ...]:
    outcome = finding.outcome != "broken"
    return outcome, SEVERITIES.index(finding.severity), finding.control, finding.register, finding.record, finding.id


def _reasons(observation: Observation, row: Mapping[str, Any]) -> list[Breach]:
    """Return the reasons that are true for a row: breaches of a broken row, named gaps of one not shown."""
    gap = row["verdict"] == NOT_SHOWN
    if gap and row["scope"] is None:
        return []
    return [
        clause
        for clause in observation.clauses
        if isinstance(clause, Breach) and isinstance(clause, NotShown) == gap and row[f"is:{clause.code}"] is True
    ]


def _finding(
    inputs: Inputs, observation: Observation, register: Register, record: str, reason: Breach, row: Mapping[str, Any]
) -> Finding:
    words = observation.control.reasons[reason.code]
    severity: Severity = row[f"severity:{reason.code}"] or observation.control.severity
    finding = _base(inputs, observation, register.name, record, reason.code)
    broken = not isinstance(reason, NotShown)
    finding.outcome = "broken" if broken else "not_shown"
    scopes = (each.when.columns for each in observation.clauses if isinstance(each, InScope))
    inferred = worked_out(register, row[ROW], chain(reason.when.columns, *scopes))
    finding.severity = severity if broken and not inferred else _at_most_major(severity)
    finding.reason = words.words.format_map(_Words(row, inputs, register))
    finding.reason += f" Worked out from the invoices: {', '.join(inferred).lower()}." if inferred else ""
    finding.why = words.why
    finding.remedy = words.remedy or observation.control.remedy
    finding.due_on = due_on(inputs, finding.severity)
    return finding


def _base(inputs: Inputs, observation: Observation, register: str, record: str, code: str) -> Finding:
    control = observation.control
    promises = inputs.policy.naming(control.id)
    return Finding(
        id=inputs.token("finding", control.id, register, record, code),
        control=control.id,
        blocks=(),
        commitments=tuple(each.id for each in promises),
        section=promises[0].section if promises else "",
        law=control.law,
        register=register,
        record=record,
        outcome="not_shown",
        reason_code=code,
        severity=_at_most_major(control.severity),
        reason="It cannot be told from the register.",
        why="The register does not tell.",
        remedy="Complete the record and export again.",
        minutes=control.minutes,
        due_on=due_on(inputs, _at_most_major(control.severity)),
        mark=marks(observation),
    )


def marks(observation: Observation) -> str:
    """Return what is not verified about the law that a control rests on."""
    return "; ".join(sorted({r.versions[-1].mark for r in observation.rules_used.values() if r.versions[-1].mark}))


def _at_most_major(severity: Severity) -> Severity:
    return "major" if severity == "critical" else severity


def due_on(inputs: Inputs, severity: Severity) -> date:
    """Return the working day by which a finding should be settled, counted from the day of issue."""
    days = inputs.law.due_in_days.on(inputs.request.as_at)[severity]
    day = inputs.issued_on + timedelta(days=days)
    try:
        holidays = frozenset(inputs.law.england_and_wales.on(day))
    except SettingsError:  # beyond the published bank holidays: weekends alone are known
        holidays = frozenset()
    return roll_to_working_day(day, holidays)


class _Words(dict[str, str]):
    """A row's values as people write them; a blank is said, a country and a safeguard have their names."""

    def __init__(self, row: Mapping[str, Any], inputs: Inputs, register: Register) -> None:
        super().__init__()
        self.row, self.law, self.schema = row, inputs.law, register.schema

    def __missing__(self, name: str) -> str:
        value = self.row[name]
        if isinstance(value, str) and "@" in value:
            return "(an address is withheld)"
        if value is None:
            return "(not recorded)"
        if isinstance(value, date):
            return in_words(value)
        column = self.schema.by_name.get(name)
        if column is not None and column.format == "country":
            return str(self.law.tables["countries"]["names"].get(value, value))
        return str(self.law.tables.get("mechanisms", {}).get("names", {}).get(value, value))


def _gap(
    inputs: Inputs, observations: Iterable[Observation], name: str, column: str, rows: Mapping[Origin, set[str]]
) -> Finding:
    """Return the one finding for a column whose blanks keep controls from being shown."""
    ids = sorted(set().union(*rows.values()))
    blocked = sorted(
        (each for each in observations if each.control.id in ids),
        key=lambda each: (SEVERITIES.index(each.control.severity), each.control.id),
    )
    title = inputs.schemas[name].by_name[column].title
    over = inputs.registers[blocked[0].control.register].derived_from or blocked[0].control.register
    many = _counted(len(rows), over, inputs)
    finding = _base(inputs, blocked[0], name, title, GAP)
    finding.id, finding.blocks, finding.over, finding.number = (
        inputs.token("gap", name, column),
        tuple(ids),
        over,
        len(rows),
    )
    finding.commitments = tuple(dict.fromkeys(each.id for id_ in ids for each in inputs.policy.naming(id_)))
    finding.sources, finding.minutes = gap_places(inputs, name, column, set(rows)), MINUTES_TO_FILL
    finding.reason, finding.why, finding.remedy = gap_words(inputs, name, column, set(rows), many)
    return finding


def _counted(number: int, register: str, inputs: Inputs) -> str:
    schema = inputs.schemas[register]
    return f"{number} {schema.one if number == 1 else schema.many}"
