"""Gaps: which exported column keeps rows from being judged, and what to do about it; one finding for each column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.audit.engine import ROW
from privacy_audit.audit.finding import Finding, at_most_major, due_on, marks, promises_of
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import SEVERITIES, InScope
from privacy_audit.facts.fact import lineage
from privacy_audit.facts.transfers import FROM_PROCESSORS
from privacy_audit.registers.register import Origin, Register, happened_column
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.schema import Column

GAP = "gap"
FEW = 2
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
            if not observation.reasons(row):
                found = blamed(observation, register, row, inputs)
                for blank in found:
                    gap = gaps.setdefault(blank, Blanks())
                    gap.rows.setdefault(register.origins[row[ROW]], set()).add(observation.control.id)
                    gap.unlocks += len(found) == 1
    return gaps


def gap_finding(inputs: Inputs, observations: Sequence[Observation], blank: tuple[str, str], gap: Blanks) -> Finding:
    """Return the one finding for a column whose blanks keep controls from being shown."""
    name, column = blank
    rows, ids = set(gap.rows), sorted(gap.controls)
    worst = min(
        (each for each in observations if each.control.id in ids),
        key=lambda each: (SEVERITIES.index(each.control.severity), each.control.id),
    )
    over = inputs.registers[worst.control.register].derived_from or worst.control.register
    severity = at_most_major(worst.control.severity)
    reason, why, remedy = _gap_words(inputs, name, column, rows, _counted(inputs, over, rows))
    missing_from = to_add_to(inputs, name, column, rows)
    promises = promises_of(inputs.policy, worst.control)
    return Finding(
        id=inputs.token("gap", name, column),
        control=COLUMNS,
        register=name,
        record=inputs.schemas[name].by_name[column].title,
        reason_code=GAP,
        outcome="not_shown",
        severity=severity,
        reason=reason,
        why=why,
        remedy=to_add(inputs, name, column, missing_from) if missing_from else remedy,
        minutes=MINUTES_TO_FILL,
        due_on=due_on(inputs, severity),
        law=worst.law,
        mark=marks(worst),
        commitments=tuple(dict.fromkeys(each.id for id_ in ids for each in inputs.policy.naming(id_))),
        section=promises[0].section if promises else "",
        sources=tuple(_gap_places(inputs, name, column, rows)),
        blocks=tuple(ids),
        over=over,
        number=len(rows),
        unlocks=gap.unlocks,
        missing_from=missing_from,
    )


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


def _counted(inputs: Inputs, over: str, rows: set[Origin]) -> str:
    """Return how many records of a register these rows are, with the names of one or two suppliers in brackets."""
    schema = inputs.schemas[over]
    return f"{len(rows)} {schema.one if len(rows) == 1 else schema.many}{_named(inputs, over, rows)}"


def _named(inputs: Inputs, over: str, rows: set[Origin]) -> str:
    """Return the names of one or two suppliers, in brackets; no other record is named."""
    register, column = inputs.registers.get(over), inputs.schemas[over].supplier
    if register is None or not column or len(rows) > FEW:
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


def to_add_to(inputs: Inputs, name: str, column: str, rows: set[Origin]) -> str:
    """Return in words the list to which a column has to be added; blank where that is not the remedy."""
    register = inputs.registers.get(name)
    if register is None or (column in register.absent and not elsewhere(name, column, inputs)):
        return own_list(inputs) if kept_apart(name, column, inputs) else listed(inputs, name)
    inferred = {register.origins[index] for index, each in register.inferred if each == column}
    return own_list(inputs) if inferred and not unread_in(register, column, rows) else ""


def to_add(inputs: Inputs, name: str, column: str, place: str) -> str:
    """Return the remedy for a column that has to be added; an event of which there is none can be declared instead."""
    about = inputs.schemas[name].by_name[column]
    return f"Add “{about.title}” to {place}.{_or_declare(name, about)}"


def _or_declare(name: str, column: Column) -> str:
    """Return that of an event of which there is none that can be declared; blank for anything else."""
    return (
        f" If there is nothing to write in it, declare so ({name}.{column.name} in firm.toml)." if column.event else ""
    )


def elsewhere(register: str, column: str, inputs: Inputs) -> str:
    """Return what to do about a column that its export can never give; blank if that is to add it."""
    if in_clients(register, column, inputs):
        schema, clients = inputs.schemas[register], listed(inputs, "clients")
        about = schema.by_name[column]
        there = f"Add to {clients} the {schema.many} that it lacks, and fill in “{about.title}” there."
        return there + _or_declare(register, about)
    return next((each.cannot_give[column] for each in _exports(register, inputs) if column in each.cannot_give), "")


def in_clients(register: str, column: str, inputs: Inputs) -> bool:
    """Whether the firm's own client list has a column for which the exports of another register have no place."""
    clients = inputs.registers.get("clients")
    has = clients is not None and column in clients.schema.by_name and column not in clients.absent
    return has and register != "clients" and kept_apart(register, column, inputs)


def asked(register: str, column: str, inputs: Inputs) -> str:
    """Return what a mapping says to do about blanks of a column that its export leaves open."""
    return next((each.ask[column] for each in _exports(register, inputs) if column in each.ask), "")


def listed(inputs: Inputs, name: str) -> str:
    """Return what a register is called where something has to be added to it."""
    return f"the list of {inputs.schemas[name].many}"


def own_list(inputs: Inputs) -> str:
    """Return the client list that takes what an export has no place for: the firm's own, or one still to be kept."""
    clients = inputs.folder.sheets.get("clients", [])
    return (
        "a client list of your own" if any(r.layout.export.kept_apart for r in clients) else listed(inputs, "clients")
    )


def kept_apart(name: str, column: str, inputs: Inputs) -> bool:
    """Whether an export of a register has no place for a column, which belongs into a client list of the firm's own."""
    return any(column in each.layout.export.kept_apart for each in inputs.folder.sheets.get(name, []))


def unread_in(register: Register, column: str, rows: set[Origin]) -> bool:
    """Whether all of these rows have a cell of the column that cannot be read."""
    unread = {origin for index, origin in enumerate(register.origins) if (index, column) in register.unread}
    return bool(unread) and rows <= unread


def _exports(register: str, inputs: Inputs) -> list[Export]:
    """Return the mappings a register was read by, in an order that no file's name decides."""
    readings = inputs.folder.sheets.get(register, [])
    return sorted((each.layout.export for each in readings), key=lambda each: each.name)
