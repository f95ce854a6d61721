"""Gaps: which exported column keeps rows from being judged, and what to do about it; one finding for each column."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from privacy_audit.audit.engine import BROKEN, NOT_SHOWN, ROW
from privacy_audit.audit.finding import (
    Finding,
    Words,
    asked,
    at_most_major,
    due_on,
    elsewhere,
    finding_id,
    in_clients,
    kept_apart,
    listed,
    to_add,
    to_add_to,
    unread_in,
    unsettled,
)
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import NOTE, SEVERITIES, Breach, InScope, NotShown
from privacy_audit.facts.fact import lineage
from privacy_audit.facts.invoices import worked_out
from privacy_audit.facts.transfers import FROM_PROCESSORS
from privacy_audit.registers.register import Origin, Register, happened_column
from privacy_audit.settings.policy import Commitment
from privacy_audit.settings.rulebook import cited

GAP = "gap"
SUPPLIERS, FEW = {"processors": "legal_name", "transfers": "importer"}, 2
COLUMNS = "DQ-02"
MINUTES_TO_FILL = 10


@dataclass
class Blanks:
    """An exported column with blanks: the rows that need it, with the controls that could not be shown for them.

    `unlocks` counts the answers that wait for this column alone.
    """

    rows: dict[Origin, set[str]] = field(default_factory=dict)
    unlocks: int = 0

    @property
    def controls(self) -> set[str]:
        """The controls that could not be shown for some row."""
        return set().union(*self.rows.values())


# By register and column.
Gaps = dict[tuple[str, str], Blanks]


def gaps_of(inputs: Inputs, observations: Iterable[Observation]) -> Gaps:
    """Return the columns whose blanks keep rows from being judged."""
    gaps: Gaps = {}
    for observation in observations:
        register = inputs.registers.get(observation.control.register)
        if register is None:
            continue
        for row in observation.flagged:
            if not named_reasons(observation, row):
                found = blamed(observation, register, row, inputs)
                for blank in found:
                    gap = gaps.setdefault(blank, Blanks())
                    gap.rows.setdefault(register.origins[row[ROW]], set()).add(observation.control.id)
                    gap.unlocks += len(found) == 1
    return gaps


def named_reasons(observation: Observation, row: Mapping[str, Any]) -> list[Breach]:
    """Return the reasons that are true for a row: breaches of a broken row, named gaps and notes of one not shown."""
    gap = row["verdict"] == NOT_SHOWN
    if gap and row["scope"] is None:
        return []
    return [
        clause
        for clause in observation.clauses
        if isinstance(clause, Breach) and row[f"is:{clause.code}"] is True and is_gap(clause, row) == gap
    ]


def left_open(observation: Observation, row: Mapping[str, Any]) -> list[Breach]:
    """Return the reasons that a row leaves open, broken as it may be by others: unknown ones, gaps and notes."""
    return [
        clause
        for clause in observation.clauses
        if isinstance(clause, Breach)
        and (row[f"is:{clause.code}"] is None or (row[f"is:{clause.code}"] and is_gap(clause, row)))
    ]


def is_gap(reason: Breach, row: Mapping[str, Any]) -> bool:
    """Whether a reason that is true for a row leaves it open: a gap, or a breach that is no more than a note."""
    return isinstance(reason, NotShown) or row[f"severity:{reason.code}"] == NOTE


def gap_finding(inputs: Inputs, observations: Sequence[Observation], blank: tuple[str, str], gap: Blanks) -> Finding:
    """Return the one finding for a column whose blanks keep controls from being shown."""
    name, column = blank
    rows, ids = gap.rows, gap.controls
    blocked = sorted(
        (each for each in observations if each.control.id in ids),
        key=lambda each: (SEVERITIES.index(each.control.severity), each.control.id),
    )
    over = inputs.registers[blocked[0].control.register].derived_from or blocked[0].control.register
    schema = inputs.schemas[over]
    finding = unsettled(inputs, blocked[0], name, inputs.schemas[name].by_name[column].title, GAP)
    finding.id, finding.control, finding.blocks = inputs.token("gap", name, column), COLUMNS, tuple(sorted(ids))
    finding.over, finding.number, finding.unlocks = over, len(rows), gap.unlocks
    finding.commitments = tuple(dict.fromkeys(each.id for id_ in sorted(ids) for each in inputs.policy.naming(id_)))
    finding.severity = at_most_major(blocked[0].control.severity)
    finding.due_on = due_on(inputs, finding.severity)
    finding.sources, finding.minutes = _gap_places(inputs, name, column, set(rows)), MINUTES_TO_FILL
    many = f"{len(rows)} {schema.one if len(rows) == 1 else schema.many}{_named(inputs, over, set(rows))}"
    finding.reason, finding.why, finding.remedy = _gap_words(inputs, name, column, set(rows), many)
    finding.missing_from = to_add_to(inputs, name, column, set(rows))
    if finding.missing_from:
        finding.remedy = to_add(inputs, name, column, finding.missing_from)
    return finding


def blamed(
    observation: Observation, register: Register, row: Mapping[str, Any], inputs: Inputs
) -> set[tuple[str, str]]:
    """Return the columns whose blanks keep a row from being judged, as (register, column): one for each clause.

    Of several blanks in a clause the column named first is to blame: the others matter only once it is filled in.
    """
    found = set()
    for clause in observation.clauses:
        scope = isinstance(clause, InScope)
        blank = row["scope"] is None if isinstance(clause, InScope) else row[f"is:{clause.code}"] is None
        if not blank or (row["scope"] is None and not scope):
            continue
        unknown = [name for name in clause.when.columns if _is_unknown(name, row)]
        undated = [name for name in clause.when.columns if row[name] is None]
        found |= {_root(register, name, row, inputs) for name in (unknown or undated)[:1]}
    return found


def _is_unknown(column: str, row: Mapping[str, Any]) -> bool:
    """Whether a row's cell is unknown: for an event, whether nobody can tell that it happened."""
    return row.get(happened_column(column), row[column]) is None


def _root(register: Register, column: str, row: Mapping[str, Any], inputs: Inputs) -> tuple[str, str]:
    """Return the exported column behind a fact: the first that is unknown, else the first that is blank."""
    if (row[ROW], column) in register.causes:
        return register.causes[row[ROW], column]
    roots = lineage(register.name, column)
    own = [root for name, root in roots if name == register.name]
    unknown = [(name, root) for name, root in roots if _is_blank(register, name, root, row, inputs)]
    blank = [(register.name, root) for root in own if row[root] is None]
    name, root = (unknown or blank or list(roots))[0]
    if name != register.name:
        return name, root
    if register.derived_from:
        return register.derived_from, FROM_PROCESSORS[root]
    return register.causes.get((row[ROW], root), (name, root))


def _is_blank(register: Register, name: str, column: str, row: Mapping[str, Any], inputs: Inputs) -> bool:
    """Whether a column is unknown: in the row itself, or anywhere in a register that is joined to it."""
    if name == register.name:
        return _is_unknown(column, row)
    other = inputs.registers.get(name)
    shown = happened_column(column) if inputs.schemas[name].by_name[column].event else column
    return other is None or bool(other.table.column(shown).null_count)


def _gap_words(inputs: Inputs, name: str, column: str, rows: set[Origin], many: str) -> tuple[str, str, str]:
    """Return a gap's reason, its why in ten words, and its remedy where that is not to add the column."""
    schema, register = inputs.schemas[name], inputs.registers.get(name)
    title, remedy = schema.by_name[column].title, ""
    if register is None or column in register.absent:
        lacking = f" that {listed(inputs, 'clients')} does not name" if in_clients(name, column, inputs) else ""
        reason = f"No file of the register “{schema.title}” has “{title}”: {many}{lacking} cannot be judged."
        apart = kept_apart(name, column, inputs) or elsewhere(name, column, inputs)
        why = "The export has no place for it." if apart else "The column is not in the export."
        remedy = elsewhere(name, column, inputs)
    elif unread_in(register, column, rows):
        reason = f"“{title}” cannot be read for {many}; “Files read” names the cells."
        why = "Cells that are needed cannot be read."
        remedy = f"Correct “{title}” in {listed(inputs, name)}, in the cells that “Files read” names. "
        remedy = (remedy + schema.by_name[column].ask).strip()
    elif rows <= {register.origins[i] for i, each in register.inferred if each == column}:
        reason = f"“{title}” of {many} was worked out from the invoices; nobody recorded it."
        why = "It was worked out and not recorded."
    elif any(each == column for _, each in register.inferred):
        reason = f"No invoice tells “{title}” of {many}."
        why = "It is not in the export, and no invoice tells."
    elif column not in register.silent and _all_filled(register, column, rows):
        reason = f"“{title}” does not tell {many} apart."
        why = "Several records share it."
        remedy = f"Give records of {listed(inputs, name)} that share a “{title}” different ones, or merge them."
    else:
        reason = f"“{title}” is blank or unreadable where {many} would need it."
        why = "Cells that are needed are blank."
        remedy = asked(name, column, inputs) or schema.by_name[column].ask
        remedy = remedy or f"Fill in “{title}” in {listed(inputs, name)}."
        if schema.by_name[column].event:
            remedy += f" If there is nothing to fill in, declare so ({name}.{column} in firm.toml)."
    return reason, why, remedy


def _all_filled(register: Register, column: str, rows: set[Origin]) -> bool:
    """Whether the column is filled in all of these rows, so that the trouble is what it says."""
    cells = dict(zip(register.origins, register.table.column(column).to_pylist(), strict=True))
    return all(cells.get(each) is not None for each in rows)


def _named(inputs: Inputs, over: str, rows: set[Origin]) -> str:
    """Return the names of one or two suppliers, in brackets; nobody else is named."""
    register, column = inputs.registers.get(over), SUPPLIERS.get(over)
    if register is None or column is None or len(rows) > FEW:
        return ""
    cells = zip(register.origins, register.table.column(column).to_pylist(), strict=True)
    names = sorted({name for origin, name in cells if name and origin in rows})
    return f" ({' and '.join(names)})" if names else ""


def _gap_places(inputs: Inputs, name: str, column: str, rows: set[Origin]) -> list[Origin]:
    """Return where a gap stands: the blank cells' rows, or the files that have no such column."""
    register = inputs.registers.get(name)
    if register is None:
        return []
    if column in register.absent and not in_clients(name, column, inputs):
        return [Origin(receipt.file, receipt.sheet, 0) for receipt in register.receipts]
    if rows <= set(register.origins):
        return list(rows)
    shown = happened_column(column) if register.schema.by_name[column].event else column
    cells = zip(register.origins, register.table.column(shown).to_pylist(), strict=True)
    return [origin for origin, value in cells if value is None]


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
