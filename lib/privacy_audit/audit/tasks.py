"""Findings with one cause and remedy become one task; five of them come first, by a rule that is published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.gaps import GAP
from privacy_audit.audit.inputs import Inputs
from privacy_audit.controls.grammar import SEVERITIES, Severity
from privacy_audit.settings.schema import Column, Schema

PREVIOUS = "previous"
MOST_REASONS = 2
FIRST = 5
QUICK = 15
RULE = (
    "Facts against a promise come before gaps, then the more serious, then more people, then less work; "
    "at least one of the five takes 15 minutes or less, if any task does."
)


@dataclass(frozen=True)
class Task:
    """One thing to do. `people` counts persons touched, None where the records are no persons."""

    id: str
    title: str
    why: str
    remedy: str
    control: str
    findings: tuple[str, ...]
    touches: str
    people: int | None
    effort: int
    severity: Severity
    outcome: Literal["broken", "not_shown"]
    due_on: date


def gather(inputs: Inputs, findings: Sequence[Finding]) -> list[Task]:
    """Return the tasks in the order in which to do them; an accepted finding belongs to none."""
    groups: dict[str, list[Finding]] = {}
    for finding in (each for each in findings if not each.waiver):
        groups.setdefault(_key(inputs, finding), []).append(finding)
    reminders = _reminders(groups)
    tasks = [_task(inputs, key, group, reminders.get(key, ())) for key, group in groups.items()]
    return sorted(tasks, key=_order)


def with_tasks(findings: Iterable[Finding], tasks: Iterable[Task]) -> list[Finding]:
    """Return the findings, each with the id of the task that settles it."""
    task_of = {finding: task.id for task in tasks for finding in task.findings}
    return [replace(each, task=task_of.get(each.id, "")) for each in findings]


def _reminders(groups: dict[str, list[Finding]]) -> dict[str, list[Finding]]:
    """Take out of the groups, and return by task, the findings that a task of the last audit is still to be done.

    A task that is asked for again needs no second task to say so.
    """
    again: dict[str, list[Finding]] = {}
    for key in list(groups):
        for finding in [each for each in groups[key] if each.register == PREVIOUS and each.record in groups]:
            again.setdefault(finding.record, []).append(finding)
            groups[key].remove(finding)
        if not groups[key]:
            del groups[key]
    return again


def _key(inputs: Inputs, finding: Finding) -> str:
    """Return what findings of one task share: the remedy, whichever check asks for it, over one kind of thing.

    Suppliers and what is sent to them are one kind, and so is all that the policy says. All columns to be added to one
    list are one task.
    """
    if finding.missing_from or finding.reason_code == GAP:
        return inputs.token("task", GAP, finding.missing_from or finding.remedy)
    return inputs.token("task", inputs.schemas[finding.register].task_kind or finding.register, finding.remedy)


def _task(inputs: Inputs, key: str, group: Sequence[Finding], reminders: Sequence[Finding]) -> Task:
    """Return one task; that it was asked for before makes it neither longer nor more serious."""
    worst = min(group, key=lambda each: SEVERITIES.index(each.severity))
    over = worst.over or worst.register
    records = {each.record for each in group}
    gap, schema = worst.reason_code == GAP, inputs.schemas[over]
    number = max(each.number for each in group) if gap else len(_things(group))
    remedy = _to_add(inputs, group) if worst.missing_from else worst.remedy
    return Task(
        id=key,
        title=remedy.rstrip("."),
        why=" ".join(list(dict.fromkeys(each.why for each in (worst, *reminders, *group)))[:MOST_REASONS]),
        remedy=remedy,
        control=", ".join(dict.fromkeys([worst.control, *sorted(each.control for each in group)])),
        findings=tuple(sorted(each.id for each in (*group, *reminders))),
        touches=_touches(schema, set() if gap else records, number),
        people=number if schema.people else None,
        effort=sum(each.minutes for each in group),
        severity=worst.severity,
        outcome="broken" if any(each.outcome == "broken" for each in group) else "not_shown",
        due_on=min(each.due_on for each in group),
    )


def _to_add(inputs: Inputs, group: Sequence[Finding]) -> str:
    """Return which columns are to be added to which list, and which may be declared to be empty instead."""
    columns = {column.title: column for column in (_column(inputs, each) for each in group)}
    if len(columns) == 1:
        return group[0].remedy
    told = ", ".join(f"“{title}”" + "*" * columns[title].event for title in sorted(columns))
    instead = " (* if there is nothing to write in it, declare so in firm.toml)" if "*" in told else ""
    return f"Add {len(columns)} columns to {group[0].missing_from}: {told}{instead}."


def _column(inputs: Inputs, finding: Finding) -> Column:
    """Return the column that a gap, or a core column that no file has, is about."""
    register, _, title = finding.record.rpartition(": ") if finding.register == "columns" else ("", "", finding.record)
    return next(each for each in inputs.schemas[register or finding.register].fields if each.title == title)


def _things(group: Sequence[Finding]) -> set[str]:
    """Return the things that a task touches: records, but for contradictions the statements to settle."""
    told = ((each.commitments if each.register == "contradictions" else [each.record]) for each in group)
    return {thing for things in told for thing in things}


def _touches(schema: Schema, names: set[str], number: int) -> str:
    """Return who or what a task is about: a few by client number or supplier's name (see `named`), more by number."""
    nameless = schema.name == "keys" and any(name.startswith("contacts: ") for name in names)
    if 0 < len(names) <= schema.named and not nameless:
        called = sorted({_called(schema.name, name) for name in names})
        return " and ".join(filter(None, [", ".join(called[:-1]), called[-1]]))
    return f"{number} {schema.one if number == 1 else schema.many}"


def _called(register: str, name: str) -> str:
    """Return what a record is called: a supplier without the service, a column without its register."""
    if register == "columns":
        return f"“{name.partition(': ')[2]}”"
    return name if register == "keys" else name.partition(": ")[0]


def _order(task: Task) -> tuple[bool, int, int, int, str]:
    return task.outcome != "broken", SEVERITIES.index(task.severity), -(task.people or 0), task.effort, task.id


def first_five(tasks: Sequence[Task]) -> list[Task]:
    """Return the five tasks to do first (see RULE)."""
    first = list(tasks[:FIRST])
    quick = next((task for task in tasks if task.effort <= QUICK), None)
    if quick is not None and first and all(task.effort > QUICK for task in first):
        first[-1] = quick
    return first
