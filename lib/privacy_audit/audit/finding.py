"""A finding: one record and reason, with the words, the law and the day by which to settle it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import CONTROLS, Control, Severity
from privacy_audit.dates import in_words, roll_to_working_day
from privacy_audit.errors import SettingsError
from privacy_audit.registers.register import Origin, Register
from privacy_audit.settings.firm import Waiver
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.policy import Commitment, Policy
from privacy_audit.settings.schema import Column

Change = Literal["new", "persisting", "worsened", "improved", "reopened"]


@dataclass
class Finding:
    """One record and reason: `broken` is a fact against the promise, `not_shown` a gap.

    A gap is a column: `blocks` are the controls it keeps from being shown, `number` the rows of `over` that need it,
    `unlocks` the answers that wait for it alone.
    `missing_from` says to which list the column has to be added: all that one list lacks is one task.
    `change` is None where there is no earlier quarter to compare with.
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
    unlocks: int = 0
    missing_from: str = ""
    sources: list[Origin] = field(default_factory=list)
    mark: str = ""
    task: str = ""
    change: Change | None = None
    first_seen: str = ""
    waiver: Waiver | None = None


def finding_id(inputs: Inputs, control: str, register: str, record: str, code: str) -> str:
    """Return a finding's id: keyed, and the same every quarter, since no row number, date or file name is in it."""
    return inputs.token("finding", control, register, record, code)


def unsettled(inputs: Inputs, observation: Observation, register: str, record: str, code: str) -> Finding:
    """Return the finding that a record's answer cannot be told; whoever knows more says so in its fields."""
    control = observation.control
    promises = promises_of(inputs.policy, control)
    severity = at_most_major(control.severity)
    return Finding(
        id=finding_id(inputs, control.id, register, record, code),
        control=control.id,
        blocks=(),
        commitments=tuple(each.id for each in promises),
        section=promises[0].section if promises else "",
        law=observation.law,
        register=register,
        record=record,
        outcome="not_shown",
        reason_code=code,
        severity=severity,
        reason="It cannot be told from the register.",
        why="The register does not tell.",
        remedy="Complete the record and export again.",
        minutes=control.minutes,
        due_on=due_on(inputs, severity),
        mark=marks(observation),
    )


def marks(observation: Observation) -> str:
    """Return what is not verified about the law that a control rests on."""
    return "; ".join(sorted({rule.mark for rule in observation.rules_used.values() if rule.mark}))


def at_most_major(severity: Severity) -> Severity:
    """Return the severity of a gap: only a fact can be critical."""
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


def promises_of(policy: Policy, control: Control) -> tuple[Commitment, ...]:
    """Return the statements that a control tests; or those tested by one that leaves rows to it, or that it doubts."""
    left = [name for name, each in sorted(CONTROLS.items()) if control.id in {*each.leaves_to, *dict(each.doubted_by)}]
    told_for = {each.id: each for name in left for each in policy.naming(name)}
    return policy.naming(control.id) or tuple(told_for.values())


def promised(policy: Policy, statements: Iterable[Commitment]) -> dict[str, str]:
    """Return the words for the policy's own sections: whatever numbers or letters they go by."""
    return {
        "promise": policy.where(statements),
        "clause": policy.where(policy.saying(("marketing_unless_opted_out",))),
        "area": policy.promises.said("transfer_area"),
    }


class Words(dict[str, str]):
    """A row's values as people write them; a blank is said, a country and a safeguard have their names.

    `statements` are those of the policy that the row is judged by.
    """

    def __init__(
        self, row: Mapping[str, Any], inputs: Inputs, register: Register, statements: Iterable[Commitment] = ()
    ) -> None:
        super().__init__(promised(inputs.policy, statements))
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
        if column is not None and column.country:
            return str(self.law.tables["countries"]["names"].get(value, value))
        return str(self.law.tables.get("mechanisms", {}).get("names", {}).get(value, value))


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
    clients = inputs.folder.readings.get("clients", [])
    return (
        "a client list of your own" if any(r.layout.export.kept_apart for r in clients) else listed(inputs, "clients")
    )


def kept_apart(name: str, column: str, inputs: Inputs) -> bool:
    """Whether an export of a register has no place for a column, which belongs into a client list of the firm's own."""
    return any(column in each.layout.export.kept_apart for each in inputs.folder.readings.get(name, []))


def unread_in(register: Register, column: str, rows: set[Origin]) -> bool:
    """Whether all of these rows have a cell of the column that cannot be read."""
    unread = {origin for index, origin in enumerate(register.origins) if (index, column) in register.unread}
    return bool(unread) and rows <= unread


def _exports(register: str, inputs: Inputs) -> list[Export]:
    """Return the mappings a register was read by, in an order that no file's name decides."""
    readings = inputs.folder.readings.get(register, [])
    return sorted((each.layout.export for each in readings), key=lambda each: each.name)
