"""What the adviser's desk shows: which findings and tasks were chosen, how many, and one finding opened to its row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import HEADINGS
from privacy_audit.audit.tasks import Task
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.dates import long_date
from privacy_audit.reports.screen import SIGNS, chain
from privacy_audit.reports.tables import CHANGE_WORDS, Table, accepted, places, status_words

KINDS = {"broken": "facts against a promise", "not_shown": "gaps"}
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Choice:
    """Which findings to look at; a blank chooses all."""

    section: str = ""
    register: str = ""
    severity: str = ""
    kind: str = ""
    change: str = ""
    task: str = ""

    def of(self, result: Result) -> list[Finding]:
        """Return the findings that are chosen, in the order of the report."""
        wanted = {name: value for name, value in vars(self).items() if value}
        return [
            each
            for each in result.findings
            if all(value in _traits(result, each)[name] for name, value in wanted.items())
        ]


def _traits(result: Result, finding: Finding) -> Mapping[str, set[str]]:
    return {
        "section": sections_of(result, finding),
        "register": {finding.register},
        "severity": {finding.severity},
        "kind": {finding.outcome},
        "change": {finding.change or ""},
        "task": {finding.task},
    }


def sections_of(result: Result, finding: Finding) -> set[str]:
    """Return every section that a finding touches: those of its statements, and those in which the report tells it."""
    by_id = result.inputs.policy.by_id
    told = {each.id for each in result.standing.sections if finding in each.findings}
    return told | {by_id[each].section for each in finding.commitments}


def options(result: Result) -> dict[str, Options]:
    """Return for each thing to choose by the values that occur, each with how many findings it holds."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in Choice.__dataclass_fields__}
    for each in result.findings:
        for name, values in _traits(result, each).items():
            counted[name].update(values)
    policy, schemas = result.inputs.policy.sections, result.inputs.schemas
    sections = {**{name: f"{name} {title}" for name, title in policy.items()}, **HEADINGS}
    words: dict[str, Mapping[str, str]] = {
        "section": sections,
        "register": {name: schema.title for name, schema in schemas.items()},
        "severity": {name: SIGNS[name] for name in SEVERITIES},
        "kind": KINDS,
        "change": {str(name): said for name, said in CHANGE_WORDS.items()},
        "task": {each.id: f"{number}. {each.title}" for number, each in enumerate(result.tasks, 1)},
    }
    return {
        name: [(f"{said} ({counted[name][value]})", value) for value, said in known.items() if counted[name][value]]
        for name, known in words.items()
    }


def tasks_of(result: Result, findings: Sequence[Finding]) -> list[Task]:
    """Return the tasks that settle some of the findings, in the order in which to do them."""
    ids = {each.task for each in findings}
    return [each for each in result.tasks if each.id in ids]


def counts(result: Result, findings: Sequence[Finding]) -> str:
    """Return in a sentence how many findings and tasks are chosen, of how many, and how serious they are."""
    tasks = tasks_of(result, findings)
    number = Counter(each.severity for each in findings)
    serious = ", ".join(f"{number[name]} {name}" for name in SEVERITIES if number[name]) or "nothing of this kind"
    return f"{len(findings)} of {len(result.findings)} findings, {len(tasks)} of {len(result.tasks)} tasks: {serious}."


def task_table(result: Result, findings: Sequence[Finding]) -> Table:
    """Return the tasks that settle the findings, with how many of them each settles."""
    settled = Counter(each.task for each in findings)
    columns = [("How serious", 12), ("Task", 60), ("Whom it touches", 30), ("Minutes", 8), ("By", 16), ("Findings", 9)]
    rows = [
        (SIGNS[each.severity], each.title, each.touches, each.effort, each.due_on, settled[each.id])
        for each in tasks_of(result, findings)
    ]
    return Table("Tasks", "What to do about it.", columns, rows)


def finding_table(result: Result, findings: Sequence[Finding]) -> Table:
    """Return the findings: one line for each record and reason; what has changed, where there is an earlier quarter."""
    columns = [("How serious", 12), ("Fact or gap", 8), ("Check", 8), ("Record", 24), ("What was found", 64)]
    columns += [("Where", 36), *([("Since last quarter", 14)] if result.comparison.last_quarter else [])]
    rows = [
        (
            SIGNS[each.severity],
            "fact" if each.outcome == "broken" else "gap",
            ", ".join(each.blocks) or each.control,
            each.record,
            each.reason,
            places(each.sources, 1),
            *([CHANGE_WORDS.get(each.change or "", "")] if result.comparison.last_quarter else []),
        )
        for each in findings
    ]
    return Table("Findings", "One line for each record and reason.", columns, rows)


def label(finding: Finding) -> str:
    """Return a finding's line in a list to choose from."""
    return f"{SIGNS[finding.severity]} · {', '.join(finding.blocks) or finding.control} · {finding.record}"


def opened(result: Result, finding: Finding) -> list[tuple[str, str]]:
    """Return all there is to say about a finding: the policy's words, the row, the law, the remedy, the counting."""
    links = chain(result, finding)
    if not finding.commitments:
        links.insert(0, ("We promise", "Nothing: the audit itself needs it, or the law asks for it."))
    task = next((each for each in result.tasks if each.id == finding.task), None)
    tested = [each for each in result.observations if each.control.id in (finding.blocks or (finding.control,))]
    links += [("Counted", _counted(result, each.control.id)) for each in tested]
    if task:
        others = len(task.findings) - 1
        beside = f" It settles {others} more finding{'s' * (others != 1)}." if others else ""
        links.append(("Task", f"{task.title}. {task.effort} minutes, by {long_date(task.due_on)}.{beside}"))
    since = CHANGE_WORDS.get(finding.change or "", "")
    links.append(("First seen", f"{finding.first_seen}{'; ' + since if since else ''}"))
    if finding.waiver:
        links.append(("Accepted by", accepted(finding)))
    return [*links, ("Finding", finding.id)]


def _counted(result: Result, control: str) -> str:
    """Return what a control counted, in words; the sum closes."""
    each = next(one for one in result.observations if one.control.id == control)
    of, kept, broken, open_ = (each.counts[kind] for kind in (OUT_OF_SCOPE, KEPT, BROKEN, NOT_SHOWN))
    why = f" Cannot be shown: {'; '.join(each.blocked)}." if each.blocked else ""
    why = f" {each.error}." if each.error else why
    return (
        f"{control}: {status_words(result, control)}. {each.control.title} {each.rows} rows = {of} out of scope + "
        f"{kept} kept + {broken} broken + {open_} cannot be shown + {each.unread} unread.{why}"
    )
