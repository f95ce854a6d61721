"""All controls over all registers on a day: one observation each, whatever happens to any of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from privacy_audit import controls as _  # noqa: F401 - enters the controls
from privacy_audit.audit.engine import (
    NOT_SHOWN,
    OUT_OF_SCOPE,
    VERDICTS,
    Verdicts,
    check_clauses,
    check_verdicts,
    engine_frame,
    is_gap,
    judge,
    why_not_run,
    with_time_limit,
)
from privacy_audit.audit.inputs import Inputs
from privacy_audit.controls.grammar import CONTROLS, Clause, Columns, Control, Reasoned, Rules
from privacy_audit.dates import long_date
from privacy_audit.errors import PublishError, SettingsError, nearest
from privacy_audit.facts.fact import FACT_COLUMNS, lineage
from privacy_audit.facts.transfers import FROM_PROCESSORS
from privacy_audit.registers.register import Register
from privacy_audit.request import ENGINE
from privacy_audit.settings.firm import EXPECTED
from privacy_audit.settings.policy import Policy
from privacy_audit.settings.rulebook import InForce, Limits, Watched, cited
from privacy_audit.settings.schema import Schema, Stage

TOO_OLD = 2
# A control over thousands of rows takes a hundredth of a second.
LIMIT_SECONDS = 120.0
Grade = Literal["declared", "recorded", "inspected"]


@dataclass(frozen=True)
class Observation:
    """One control in one run: how many rows of each verdict, and the rows that are broken or not shown.

    `law` is what the control rests on, as the law was on the day of the audit; `rules_used` the dated values likewise.
    `unread` counts the rows rejected when the register was read; `blocked` says in words what else keeps the control
    from being shown; `promised` is false where the policy makes no such promise and the law does not ask for it either;
    `error` is set when the control failed; `grade` tells how what it says is known.
    """

    control: Control
    law: str
    rows: int
    counts: Mapping[str, int]
    unread: int = 0
    clauses: Sequence[Clause] = ()
    flagged: Sequence[Mapping[str, Any]] = ()
    blocked: tuple[str, ...] = ()
    known_empty: bool = False
    promised: bool = True
    error: str = ""
    rules_used: Mapping[str, InForce] = field(default_factory=dict)
    grade: Grade = "recorded"

    def reasons(self, row: Mapping[str, Any]) -> list[Reasoned]:
        """Return the reasons that are true for a row: breaches of a broken row, gaps and notes of one not shown."""
        gap = row["verdict"] == NOT_SHOWN
        if gap and row["scope"] is None:
            return []
        reasons = (clause for clause in self.clauses if isinstance(clause, Reasoned))
        return [each for each in reasons if row[f"is:{each.code}"] is True and is_gap(each, row) == gap]

    def left_open(self, row: Mapping[str, Any]) -> list[Reasoned]:
        """Return the reasons that a row leaves open, broken as it may be by others: unknown ones, gaps and notes."""
        reasons = (clause for clause in self.clauses if isinstance(clause, Reasoned))
        return [
            each for each in reasons if row[f"is:{each.code}"] is None or (row[f"is:{each.code}"] and is_gap(each, row))
        ]

    def close(self) -> None:
        """Raise PublishError unless the rows of every verdict add up to the rows there are."""
        if sum(self.counts.values()) + self.unread != self.rows:
            message = (
                f"{self.control.id}: the rows judged do not add up to the {self.rows} rows read; nothing is published."
            )
            raise PublishError(message)


def column_names(schema: Schema) -> list[str]:
    """Return the columns a control may name: the register's own and its facts."""
    return [*schema.by_name, *FACT_COLUMNS.get(schema.name, {})]


def columns_of(clauses: Iterable[Clause]) -> set[str]:
    """Return the columns that clauses rest on, those of their severities among them."""
    bands = (each.severity for each in clauses if isinstance(each, Reasoned) and isinstance(each.severity, Mapping))
    conditions = [*(each.when for each in clauses), *(band for each in bands for band in each.values())]
    return {name for each in conditions for name in each.columns}


def observe(
    inputs: Inputs, engine: str = ENGINE, *, stage: Stage = "exports", only: Collection[str] = ()
) -> list[Observation]:
    """Judge every control whose register belongs to the stage, or `only` those of these ids.

    A control that fails becomes an error; the others are judged all the same.
    """
    _refuse_unknown_controls(inputs.policy)
    frames: dict[str, Any] = {}
    observations = []
    for each in sorted(CONTROLS.values(), key=lambda control: control.id):
        if inputs.schemas[each.register].stage != stage or (only and each.id not in only):
            continue
        register = inputs.registers.get(each.register)
        if register is not None and each.register not in frames:
            frames[each.register] = engine_frame(register.table, engine)
        asked = each.asked_by_law or inputs.policy.asks_for(each.id)
        judged = (
            _observe(each, register, frames.get(each.register), inputs)
            if asked
            else _not_promised(each, register, inputs)
        )
        judged.close()
        observations.append(judged)
    return observations


def _refuse_unknown_controls(policy: Policy) -> None:
    """Raise SettingsError where a commitment names a control that there is not."""
    for each in policy.commitments:
        for unknown in (name for name in each.controls if name not in CONTROLS):
            hint = nearest(unknown, CONTROLS) or " Hint: `privacy-audit controls` lists them."
            raise SettingsError(f"commitments.toml: {each.id}: there is no control “{unknown}”.{hint}")


def _not_promised(control: Control, register: Register | None, inputs: Inputs) -> Observation:
    """Return that a control has nothing to test: every row is out of its scope."""
    rows = len(register.table) + register.rejected if register else 0
    citation = cited(control.law, inputs.law, inputs.request.as_at)
    return Observation(control, citation, rows, dict.fromkeys(VERDICTS, 0) | {OUT_OF_SCOPE: rows}, promised=False)


def _observe(control: Control, register: Register | None, frame: Any, inputs: Inputs) -> Observation:  # noqa: ANN401
    used: dict[str, InForce] = {}
    law = Watched(inputs.law, inputs.request.as_at, used)
    citation = cited(control.law, law, inputs.request.as_at)
    limits = Limits(law, inputs.policy.firm.adopted, inputs.request.as_at)
    promised = inputs.policy.asks_for(control.id)
    rules = Rules(law, inputs.policy.parameters, limits, inputs.request.quarter.first, promised)
    schema = inputs.schemas[control.register]
    none = dict.fromkeys(VERDICTS, 0)
    if register is None:
        why = f"no file could be read as the register {schema.name}"
        return Observation(control, citation, 0, none, blocked=(why,))
    unread = register.rejected
    rows = len(register.table) + unread
    try:
        clauses, verdicts = with_time_limit(
            LIMIT_SECONDS, lambda: _judged(control, register, frame, rules, inputs.request.as_at)
        )
    except Exception as error:  # noqa: BLE001 - whatever a control does, the others go on
        counts = none | {NOT_SHOWN: len(register.table)}
        return Observation(control, citation, rows, counts, unread, error=why_not_run(error, LIMIT_SECONDS))
    for name in columns_of(clauses):
        used |= inputs.rests.get((register.name, name), {})
    return Observation(
        control,
        citation,
        rows,
        verdicts.counts,
        unread,
        clauses,
        verdicts.rows,
        (*_incomplete(register, inputs), *_outdated(used, inputs)),
        known_empty=register.known_empty,
        rules_used=used,
        grade=_grade(register, columns_of(clauses), inputs),
    )


def _judged(
    control: Control,
    register: Register,
    frame: Any,  # noqa: ANN401 - a frame of the engine
    rules: Rules,
    as_at: date,
) -> tuple[Sequence[Clause], Verdicts]:
    """Return a control's clauses and what they say of every row; raise UnsoundError where that makes no sense."""
    clauses = control.clauses(Columns(register.name, column_names(register.schema)), rules, as_at)
    check_clauses(control, clauses)
    verdicts = judge(frame, clauses, register.table, control.severity)
    check_verdicts(clauses, verdicts, len(register.table))
    return clauses, verdicts


def _grade(register: Register, columns: Iterable[str], inputs: Inputs) -> Grade:
    """Return how an answer is known: by what somebody declared, where it rests on that; else by the register.

    What the policy says was read by somebody's own eyes.
    """
    roots = {root for name in columns for root in lineage(register.name, name)}
    if register.derived_from:
        roots |= {(register.derived_from, FROM_PROCESSORS[name]) for _, name in roots if name in FROM_PROCESSORS}
    itself = (register.derived_from or register.name,)
    made = {*EXPECTED} if register.name == "receipts" else {*(register.schema.made_from or itself)}
    answered = {name for root in roots for name in (root[0], ".".join(root))} | made
    if answered & inputs.declared:
        return "declared"
    return "inspected" if register.schema.policy_words and inputs.policy.is_read else "recorded"


def _incomplete(register: Register, inputs: Inputs) -> list[str]:
    """Return what is known to be missing from the register, or from one that is joined to it."""
    missing = [*register.incomplete, *_early(register.derived_from or register.name, inputs)]
    if register.inferred:
        missing += _early("invoices", inputs)
    clients = inputs.registers.get("clients")
    if register.name == "contacts":
        missing += _lacking(("clients",), inputs, given=clients is not None)
    if register.name == "contacts" and clients is not None:
        missing += _early("clients", inputs)
        if clients.rejected:
            missing.append(f"{clients.rejected} rows of the client list could not be read, and may hold an opt-out")
    missing += _lacking(register.schema.made_from, inputs)
    early: Iterable[str] = {"links": inputs.registers, "held": register.schema.made_from}.get(register.name, ())
    missing += [each for name in early for each in _early(name, inputs)]
    return list(dict.fromkeys(missing))


def _lacking(names: Collection[str], inputs: Inputs, *, given: bool = False) -> Iterator[str]:
    """Yield what is missing from registers that another rests on, or which of them is not there.

    What the firm does not expect may be missing, unless it is given: then it may not be without a row.
    """
    for name in names:
        register = inputs.registers.get(name)
        yield from register.incomplete if register else ()
        there = register is not None and (len(register.table) or register.known_empty)
        if (given or inputs.policy.firm.expects.get(name)) and not there:
            yield f"the register {name} is missing or empty"


def _early(name: str, inputs: Inputs) -> list[str]:
    """Return that a register was exported too early to show the period, where it was."""
    extract = inputs.folder.about.extracts.get(name)
    as_at = inputs.request.as_at
    if extract is None or extract.extracted_on >= as_at - timedelta(days=inputs.law.extract_window.on(as_at)["before"]):
        return []
    return [f"the register {name} was exported on {long_date(extract.extracted_on)}, before the quarter was over"]


def _outdated(used: Mapping[str, InForce], inputs: Inputs) -> list[str]:
    """Return the rules nobody has checked for more than twice their review period."""
    old = {rule.file for rule in used.values() if rule.overdue(inputs.issued_on) > TOO_OLD}
    return [f"{name} in the rulebook has not been checked for twice its review period" for name in sorted(old)]
