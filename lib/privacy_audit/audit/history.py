"""The quarter before: what was found then, so that what is new, gone or back can be told.

The earlier quarter is audited again from its own exports where they still stand beside this quarter's; otherwise its
findings.json is read from the firm's folder `history/`, as 2026-Q1.json. A finding is the same in both quarters when
its id is: control, register, record and reason, named by the firm's key. Where it is not known that both quarters went
by the same key, nothing of the earlier one counts as settled.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from privacy_audit.audit.engine import NOT_SHOWN, ROW
from privacy_audit.audit.finding import Change, Finding, finding_id
from privacy_audit.audit.gaps import COLUMNS
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.dates import Quarter
from privacy_audit.errors import SettingsError
from privacy_audit.registers.register import Origin, Register
from privacy_audit.request import Request
from privacy_audit.settings.firm import EXPECTED
from privacy_audit.settings.schema import Schema

LOOKBACK = 4
KEPT = "previous.json"
KEY, UNKNOWN = "key", "unknown"  # in findings.json: whose names these are


@dataclass(frozen=True)
class Asked:
    """A task of the quarter before: its title, when it was due, and the findings it was to settle."""

    id: str
    title: str
    severity: str
    due_on: date
    findings: frozenset[str]


@dataclass(frozen=True)
class Past:
    """The quarter before: its findings by id, those of any quarter before it, and what it asked for.

    `before` is the quarter before that one, where it was audited again too; `key` is the fingerprint of the key that
    names the findings, blank where nobody knows.
    """

    quarter: str
    findings: Mapping[str, Mapping[str, Any]]
    gone: Mapping[str, Mapping[str, Any]]
    tasks: Sequence[Asked]
    before: "Past | None" = None
    key: str = ""


@dataclass(frozen=True)
class Comparison:
    """This quarter beside the one before; `gone` are findings of any earlier quarter that are there no more.

    `unclear` are findings of the quarter before of which nobody can tell today whether they are still there.
    """

    last_quarter: Past | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    resolved: Sequence[Mapping[str, Any]] = ()
    gone: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unclear: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def earlier(request: Request) -> Request | None:
    """Return the request for the quarter before, or None where its exports do not stand beside this quarter's."""
    before = Quarter.before(request.quarter.first)
    folder = request.registers.parent / str(before)
    if request.saved_inputs or request.registers.name != str(request.quarter) or not folder.is_dir():
        return None
    return Request(request.firm, before, folder, before.last, None, request.example)


def read_past(request: Request) -> Past | None:
    """Return the quarter before from the firm's folder `history`; raise SettingsError when the file is no such."""
    before = Quarter.before(request.quarter.first)
    path = request.saved_inputs / KEPT if request.saved_inputs else request.home / "history" / f"{before}.json"
    return _kept(path, str(before)) if path.exists() else None


def trail(past: Past | None, home: Path) -> Iterator[Past]:
    """Yield the quarters before, newest first: those audited again, then those kept in `history`, with no gap."""
    key = past.key if past else ""
    while past is not None:
        yield past
        quarter = str(Quarter.before(Quarter.parse(past.quarter).first))
        kept = home / "history" / f"{quarter}.json"
        past = past.before or (_kept(kept, quarter) if kept.exists() else None)
        if key:
            refuse_other_key(past, key)


def _kept(path: Path, quarter: str) -> Past:
    """Read a quarter's findings that were kept; raise SettingsError when the file is no findings of that quarter."""
    name = f"{path.parent.name}/{path.name}"
    try:
        past = past_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = f"{name} is no findings.json. Hint: copy it from that quarter's report again."
        raise SettingsError(message) from None
    if past.quarter != quarter:
        raise SettingsError(f"{name} is not of {quarter}. Hint: copy the findings.json of that quarter's report there.")
    return past


def refuse_other_key(past: Past | None, key: str) -> None:
    """Raise SettingsError where a quarter's findings go by another key: none would be found again, all settled."""
    if past is not None and past.key not in {"", key}:
        message = f"The findings kept of {past.quarter} are named by another key than this firm's."
        hint = f"bring back the firm.key that you keep; if it is lost, take {past.quarter}.json out of history/"
        raise SettingsError(f"{message} Hint: {hint}, and nothing is compared with it.")


def under_other_key(past: Past | None, found: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return by id the earlier findings that are not `found` today, and that may only go by another key today."""
    old = past.findings.items() if past else ()
    return {id_: each for id_, each in old if id_ not in found and each.get(KEY) == UNKNOWN}


def past_of(content: Mapping[str, Any]) -> Past:
    """Return a quarter's findings.json as the past of the next quarter; its days may be dates or text.

    That a task was asked for before is no finding that the task had to settle. What was unclear then stays in question.
    """
    key = str(content["audit"].get(KEY) or "")
    mark = {} if key else {KEY: UNKNOWN}
    findings = {each["id"]: {**each, **mark} for each in (*content.get("unclear", ()), *content["findings"])}
    settled = {id_ for id_, each in findings.items() if each["register"] != "previous"}
    tasks = [_asked(each, settled) for each in content["tasks"]]
    gone = {each["id"]: each for each in content.get("gone", ())}
    return Past(content["audit"]["quarter"], findings, gone, tasks, key=key)


def as_kept(past: Past) -> dict[str, Any]:
    """Return the past as a run keeps it, in the shape of a findings.json, so that the run can be repeated."""
    tasks = [{**vars(each), "findings": sorted(each.findings)} for each in past.tasks]
    found, gone = list(past.findings.values()), list(past.gone.values())
    return {"audit": {"quarter": past.quarter, KEY: past.key}, "findings": found, "gone": gone, "tasks": tasks}


def _asked(task: Mapping[str, Any], settled: Collection[str]) -> Asked:
    day = task["due_on"]
    due = day if isinstance(day, date) else date.fromisoformat(day)
    return Asked(task["id"], task["title"], task["severity"], due, frozenset(task["findings"]).intersection(settled))


def with_history(findings: Iterable[Finding], past: Past | None, quarter: str) -> list[Finding]:
    """Return the findings, each with its change since the quarter before and the quarter that first had it."""
    return [
        replace(each, change=_changed(each, past), first_seen=_first_seen(each.id, past, quarter)) for each in findings
    ]


def compare(findings: Collection[Finding], past: Past | None, unclear: Mapping[str, Mapping[str, Any]]) -> Comparison:
    """Return this quarter's findings (see `with_history`) beside those of the quarter before."""
    if past is None:
        return Comparison()
    left = {*(each.id for each in findings), *unclear}
    resolved = [each for id_, each in past.findings.items() if id_ not in left]
    gone = {id_: each for id_, each in {**past.gone, **past.findings}.items() if id_ not in left}
    counts = Counter(str(each.change) for each in findings)
    counts |= Counter(resolved=len(resolved), unclear=len(unclear))
    return Comparison(past, counts, resolved, gone, unclear)


def _changed(finding: Finding, past: Past | None) -> Change | None:
    if past is None:
        return None
    if finding.id not in past.findings:
        return "reopened" if finding.id in past.gone else "new"
    was, is_ = (SEVERITIES.index(each) for each in (past.findings[finding.id]["severity"], finding.severity))
    return "persisting" if was == is_ else "worsened" if is_ < was else "improved"


def _first_seen(id_: str, past: Past | None, quarter: str) -> str:
    before = {**past.gone, **past.findings}.get(id_) if past else None
    return before.get("first_seen") or past.quarter if before and past else quarter


COLUMN_REGISTER = "columns"


def unclear(
    inputs: Inputs, observations: Sequence[Observation], past: Past | None, found: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Return by id the earlier findings that are not among those `found` today and that nobody could have found.

    A register is missing, empty or not whole, a check failed or is asked for no more, or it left the very record open.
    """
    missed = {id_: each for id_, each in past.findings.items() if id_ not in found} if past else {}
    by_id = {each.control.id: each for each in observations}
    return {id_: each for id_, each in missed.items() if not _could_be_seen(inputs, by_id, each)}


def _could_be_seen(inputs: Inputs, by_id: Mapping[str, Observation], finding: Mapping[str, Any]) -> bool:
    """Whether an earlier finding would be found today, were it still so."""
    name, record = finding["register"], finding["record"]
    about = record.partition(": ")[0] if name == COLUMN_REGISTER else name
    if finding["control"] == COLUMNS and about in EXPECTED:
        register = inputs.registers.get(about)
        return bool(register and register.is_whole) and not any(each.error for each in by_id.values())
    observation = by_id.get(finding["control"])
    if observation is None or observation.error or observation.blocked or observation.unread:
        return False
    empty = not observation.rows and not observation.known_empty
    records, ids = _open(inputs, observation)
    return observation.promised and not empty and record not in records and finding["id"] not in ids


def _open(inputs: Inputs, observation: Observation) -> tuple[set[str], set[str]]:
    """Return the records that a check could not judge, and the ids of what it left open in records that are broken."""
    name = observation.control.register
    names = inputs.record_names(inputs.registers[name]) if observation.flagged else []
    records = {names[row[ROW]] for row in observation.flagged if row["verdict"] == NOT_SHOWN}
    ids = {
        finding_id(inputs, observation.control.id, name, names[row[ROW]], each.code)
        for row in observation.flagged
        for each in observation.left_open(row)
    }
    return records, ids


def open_tasks(schema: Schema, past: Past | None, found: Collection[str], unclear: Collection[str] = ()) -> Register:
    """Return one row for each task of the quarter before, with how many of its findings are open or unclear today.

    `found` are the ids of today's findings, `unclear` those that today's registers cannot answer. Without an earlier
    quarter the register has no row, and is known to have none.
    """
    if past is None:
        return Register.made(schema, (), (), known_empty=True)
    now, lost = set(found), set(unclear)
    rows = [
        (t.id, t.title, t.severity, t.due_on, len(t.findings), len(t.findings & now), len(t.findings & lost))
        for t in past.tasks
    ]
    origins = [Origin(f"the audit of {past.quarter}", "", 0)] * len(rows)
    return Register.made(schema, rows, origins, known_empty=not rows)
