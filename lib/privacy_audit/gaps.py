"""Gaps: which exported column keeps rows from being judged, and what to do about it; one finding for each column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.control import NOTE, SEVERITIES, Breach, InScope, NotShown
from privacy_audit.engine import NOT_SHOWN, ROW
from privacy_audit.facts.fact import lineage
from privacy_audit.facts.transfers import FROM_PROCESSORS
from privacy_audit.finding import Finding, at_most_major, due_on, unsettled
from privacy_audit.inputs import Inputs
from privacy_audit.registers.register import Origin, Register, happened_column
from privacy_audit.remedies import asked, elsewhere, in_clients, kept_apart, listed, to_add, to_add_to, unread_in

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
