"""What the audit found about each row of a register, and which checks tell nothing: for editions made without findings.

A count of what is on record must never stand without it: a contract that is on record may have run out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from privacy_audit.audit import Observation
from privacy_audit.dates import in_words
from privacy_audit.engine import BROKEN, ROW
from privacy_audit.facts import support
from privacy_audit.finding import Finding, finding_id
from privacy_audit.gaps import blamed, named_reasons
from privacy_audit.registers.register import Register
from privacy_audit.result import Result
from privacy_audit.tasks import Task


@dataclass(frozen=True)
class Told:
    """What one check found about a row: a fact (`broken`) or that it cannot be shown; `accepted` says until when."""

    control: str
    outcome: Literal["broken", "not_shown"]
    reason: str
    accepted: str = ""


def of_rows(result: Result, register: Register) -> list[dict[str, Any]]:
    """Return for each row what its checks found (`told`), and of which columns it has an `unread` cell.

    Of a supplier besides from which other countries its people see the data (`seen_from`: codes, None where unknown).
    """
    unread: list[set[str]] = [set() for _ in register.origins]
    for index, column in register.unread:
        unread[index].add(column)
    made = [{"told": told, "unread": cells} for told, cells in zip(_told(result, register), unread, strict=True)]
    seen = support.countries(register, result.inputs.law.tables) if register.name == "processors" else [()] * len(made)
    return [each | {"seen_from": places} for each, places in zip(made, seen, strict=True)]


def _told(result: Result, register: Register) -> list[tuple[Told, ...]]:
    found: list[list[Told]] = [[] for _ in register.origins]
    names = result.inputs.record_names(register)
    for each in result.observations:
        if each.control.register == register.name:
            for row in each.flagged:
                found[row[ROW]] += _of_row(result, each, register, names[row[ROW]], row)
    return [tuple(dict.fromkeys(each)) for each in found]


def _of_row(
    result: Result, observation: Observation, register: Register, record: str, row: Mapping[str, Any]
) -> Iterable[Told]:
    """Yield what one check found about a row it flagged: every reason, else which column leaves it open."""
    id_ = observation.control.id
    outcome: Literal["broken", "not_shown"] = "broken" if row["verdict"] == BROKEN else "not_shown"
    reasons = named_reasons(observation, row)
    for each in reasons:
        finding = result.by_id[finding_id(result.inputs, id_, register.name, record, each.code)]
        yield Told(id_, outcome, finding.reason, accepted(finding))
    if not reasons:
        schemas = result.inputs.schemas
        open_ = sorted(
            schemas[name].by_name[column].title for name, column in blamed(observation, register, row, result.inputs)
        )
        why = f"{' and '.join(f'“{each}”' for each in open_)} is missing, blank or unreadable" if open_ else ""
        yield Told(id_, outcome, f"cannot be shown: {why or 'the register does not tell'}")


def accepted(finding: Finding) -> str:
    """Return until when a finding is accepted as an exception, or nothing where it is not."""
    return f"accepted as an exception until {in_words(finding.waiver.expires)}" if finding.waiver else ""


def checks_of(result: Result, task: Task) -> tuple[str, ...]:
    """Return all checks that a task's findings come from or hold up."""
    found = (result.by_id[each] for each in task.findings)
    return tuple(sorted({name for each in found for name in (each.control, *each.blocks)}))


def silent(observations: Iterable[Observation], controls: Collection[str]) -> list[str]:
    """Return which of these checks could not be made, or not over everything, and why."""
    said = []
    for each in (each for each in observations if each.control.id in controls):
        if each.error:
            said.append(f"{each.control.id} could not be run")
        elif not each.promised:
            said.append(f"{each.control.id} was not made, since the policy makes no such promise")
        elif each.blocked:
            said.append(f"{each.control.id} does not cover everything: {each.blocked[0]}")
        elif each.unread:
            said.append(f"{each.control.id} does not cover everything: {each.unread} rows could not be read")
        elif not each.rows and not each.known_empty:
            said.append(f"{each.control.id} shows nothing: the register {each.control.register} has no row")
    return said
