"""A finding: one record and reason, with the words, the law and the day by which to settle it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import CONTROLS, Control, Severity
from privacy_audit.dates import long_date, roll_to_working_day
from privacy_audit.errors import SettingsError
from privacy_audit.registers.register import Origin, Register
from privacy_audit.settings.firm import Waiver
from privacy_audit.settings.policy import Commitment, Policy

Change = Literal["new", "persisting", "worsened", "improved", "reopened"]


@dataclass(frozen=True)
class Finding:
    """One record and reason: `broken` is a fact against the promise, `not_shown` a gap.

    `commitments` are the ids of the statements it is about and `section` the first one's section; blank where the
    policy has none. `minutes` is the work, `mark` what is not verified about the law, `sources` every row it rests on.

    A gap is a column: `blocks` are the controls that cannot be shown for want of it, `number` the rows of the register
    `over` that need it, `unlocks` the answers that wait for it alone. `missing_from` is the list to which the column
    has to be added, blank where that is not the remedy.

    Once all findings are known, `change` and `first_seen` are filled in from the quarter before (None and blank where
    nothing was compared), `waiver` where the firm accepts the finding, and `task`, blank for an accepted one.
    """

    id: str
    control: str
    register: str
    record: str
    reason_code: str
    outcome: Literal["broken", "not_shown"]
    severity: Severity
    reason: str
    why: str
    remedy: str
    minutes: int
    due_on: date
    law: str
    mark: str
    commitments: tuple[str, ...]
    section: str
    sources: tuple[Origin, ...] = ()
    blocks: tuple[str, ...] = ()
    over: str = ""
    number: int = 1
    unlocks: int = 0
    missing_from: str = ""
    change: Change | None = None
    first_seen: str = ""
    waiver: Waiver | None = None
    task: str = ""


def finding_id(inputs: Inputs, control: str, register: str, record: str, code: str) -> str:
    """Return a finding's id: keyed, and the same every quarter, since no row number, date or file name is in it."""
    return inputs.token("finding", control, register, record, code)


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
        "area": policy.parameters.said("transfer_area"),
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
            return long_date(value)
        column = self.schema.by_name.get(name)
        if column is not None and column.country:
            return str(self.law.tables["countries"]["names"].get(value, value))
        return str(self.law.tables.get("mechanisms", {}).get("names", {}).get(value, value))
