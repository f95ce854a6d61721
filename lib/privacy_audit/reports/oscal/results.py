"""What one audit found as OSCAL assessment results.

A check is an observation with its counts, and a finding that says how its objective stands. Each of our findings is a
finding on the same objective, and a risk. What cannot be shown is not satisfied; what does not apply has no status.
"""

from collections.abc import Iterator

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import STATUS_WORDS, Status
from privacy_audit.audit.tasks import Task
from privacy_audit.reports.annexes import limits
from privacy_audit.reports.oscal.document import (
    Json,
    control_id,
    evidence,
    head,
    lasting,
    line,
    moment,
    origins,
    prop,
    resource_id,
    selection,
    tool,
    words,
)
from privacy_audit.reports.tables import places
from privacy_audit.settings.firm import Waiver


def risk(result: Result, finding: Finding) -> Json:
    """Return a finding as a risk: open, or a deviation that somebody approved until a day."""
    waiver = finding.waiver
    facet = {"name": "severity", "system": "urn:privacy-audit:severity", "value": finding.severity}
    remediations = [_remedy(result, finding)]
    made: Json = {
        "uuid": lasting(result, "risk", finding.id),
        "title": words(f"{finding.control}: {finding.record}"),
        "description": words(finding.reason),
        "statement": words(f"{finding.why} {finding.law}"),
        "props": [prop("finding", finding.id), prop("outcome", finding.outcome), prop("change", finding.change)],
        "status": "open",
        "characterizations": [{"origin": origins(result)[0], "facets": [facet]}],
        "deadline": moment(finding.due_on, end=True),
        "remediations": remediations,
    }
    if waiver:
        made |= {"status": "deviation-approved", "risk-log": _log(result, finding, waiver)}
        remediations.append(_acceptance(result, finding, waiver))
        del made["deadline"]
    return made


def _remedy(result: Result, finding: Finding) -> Json:
    return {
        "uuid": lasting(result, "remedy", finding.id),
        "lifecycle": "recommendation",
        "title": "What to do",
        "description": words(finding.remedy),
    }


def _acceptance(result: Result, finding: Finding, waiver: Waiver) -> Json:
    """Return a waiver as the decision to accept the risk."""
    return {
        "uuid": lasting(result, "acceptance", finding.id),
        "lifecycle": "planned",
        "title": "Accepted exception",
        "description": words(waiver.reason),
        "props": [
            {"name": "type", "value": "accept"},
            prop("approved-by", waiver.approved_by),
            prop("start", waiver.start),
            prop("expires", waiver.expires),
        ],
    }


def _log(result: Result, finding: Finding, waiver: Waiver) -> Json:
    entry = {
        "uuid": lasting(result, "acceptance-entry", finding.id),
        "title": words(f"Accepted by {waiver.approved_by}"),
        "description": words(waiver.reason),
        "start": moment(waiver.start),
        "end": moment(waiver.expires, end=True),
        "status-change": "deviation-approved",
    }
    return {"entries": [entry]}


STATES: dict[Status, tuple[str, str]] = {
    "met": ("satisfied", "pass"),
    "met_with_waivers": ("satisfied", "pass"),
    "not_met": ("not-satisfied", "fail"),
    "not_testable": ("not-satisfied", "other"),
    "error": ("not-satisfied", "other"),
}


def results(result: Result) -> Json:
    """Return assessment-results.json."""
    body = {
        "import-ap": {"href": "assessment-plan.json"},
        "results": [_result(result)],
        "back-matter": evidence(result),
    }
    return {"assessment-results": head(result, "results", "results of the privacy audit") | body}


def _result(result: Result) -> Json:
    inputs, request = result.inputs, result.inputs.request
    head_ = {
        "uuid": lasting(result, "result", head(result, "result", "")["uuid"]),
        "title": str(request.quarter),
        "description": f"The registers as at {request.as_at}, tested against the policy and the law of that day.",
        "start": moment(request.quarter.first),
        "end": moment(request.as_at, end=True),
    }
    run = {
        "uuid": lasting(result, "log", str(request.quarter)),
        "title": "The run of the notebook",
        "start": moment(inputs.issued_on),
    }
    found = [*_statuses(result), *(_finding(result, each) for each in result.findings)]
    risks = [_related(result, each) for each in result.findings]
    return (
        head_
        | {
            "local-definitions": {"components": [tool(result)], "inventory-items": _registers(result)},
            "reviewed-controls": selection(result),
            "attestations": [{"parts": _limits(result)}],
            "assessment-log": {"entries": [run]},
            "observations": [_observation(result, each) for each in result.observations],
        }
        | ({"findings": found} if found else {})
        | ({"risks": risks} if risks else {})
    )


def _registers(result: Result) -> list[Json]:
    return [
        {"uuid": lasting(result, "register", name), "description": words(schema.title), "props": [prop("name", name)]}
        for name, schema in sorted(result.inputs.schemas.items())
    ]


def _limits(result: Result) -> list[Json]:
    """Return what the audit does not show, as the parts of an attestation."""
    return [
        {"name": "limitation", "title": words(what), "prose": words(why)}
        for what, why in ((str(row[0]), str(row[1])) for row in limits(result).rows)
    ]


def _observation(result: Result, each: Observation) -> Json:
    counts = {
        "rows": each.rows,
        "out-of-scope": each.counts[OUT_OF_SCOPE],
        "kept": each.counts[KEPT],
        "broken": each.counts[BROKEN],
        "not-shown": each.counts[NOT_SHOWN],
        "unread": each.unread,
        "waived": result.standing.waived[each.control.id],
    }
    register, told = each.control.register, ", ".join(f"{name} {number}" for name, number in counts.items())
    status = result.standing.statuses[each.control.id]
    made: Json = {
        "uuid": lasting(result, "observation", each.control.id),
        "title": words(f"{each.control.id} over {register}"),
        "description": words(f"{each.control.title} {STATUS_WORDS[status]}: {told}."),
        "props": [prop("control", each.control.id), prop("status", status), *(prop(*item) for item in counts.items())],
        "methods": ["TEST"],
        "types": ["control-objective"],
        "origins": origins(result),
        "subjects": [{"subject-uuid": lasting(result, "register", register), "type": "inventory-item"}],
        "collected": moment(result.inputs.issued_on),
    }
    why = [*each.blocked, *([each.error] if each.error else [])]
    files = sorted({receipt.sha256 for receipt in result.inputs.folder.receipts if receipt.register == register})
    links = [{"href": f"#{resource_id(result, 'file', sha)}", "description": "A file that was read."} for sha in files]
    return made | ({"relevant-evidence": links} if links else {}) | ({"remarks": words("; ".join(why))} if why else {})


def _statuses(result: Result) -> Iterator[Json]:
    """Yield how each check's objective stands; nothing for a check that has nothing to judge."""
    for each in result.observations:
        status = result.standing.statuses[each.control.id]
        if status in STATES:
            state, reason = STATES[status]
            yield {
                "uuid": lasting(result, "status", each.control.id),
                "title": words(f"{each.control.id}: {STATUS_WORDS[status]}"),
                "description": words(each.control.title),
                "props": [prop("about", "control"), prop("status", status)],
                "target": _target(each.control.id, state, reason),
                "related-observations": [{"observation-uuid": lasting(result, "observation", each.control.id)}],
            }


def _target(control: str, state: str, reason: str) -> Json:
    id_ = f"{control_id(control)}_obj"
    return {"type": "objective-id", "target-id": id_, "status": {"state": state, "reason": reason}}


def _finding(result: Result, each: Finding) -> Json:
    """Return one record and reason; a gap is as little satisfied as a fact, for another reason."""
    told = {"finding": each.id, "register": each.register, "record": each.record, "reason-code": each.reason_code}
    told |= {"severity": each.severity, "outcome": each.outcome, "first-seen": each.first_seen, "task": each.task}
    told |= {"where": places(each.sources)}
    reason = "fail" if each.outcome == "broken" else "other"
    observations = [lasting(result, "observation", control) for control in (each.blocks or (each.control,))]
    return {
        "uuid": lasting(result, "finding", each.id),
        "title": words(f"{each.control}: {each.record}"),
        "description": words(each.reason),
        "props": [prop("about", "record"), *(prop(*item) for item in told.items())],
        "target": _target(each.control, "not-satisfied", reason),
        "related-observations": [{"observation-uuid": uuid} for uuid in observations],
        "related-risks": [{"risk-uuid": lasting(result, "risk", each.id)}],
    }


def _related(result: Result, each: Finding) -> Json:
    uuid = lasting(result, "observation", each.control)
    return risk(result, each) | {"related-observations": [{"observation-uuid": uuid}]}


def poam(result: Result) -> Json:
    """Return poam.json; where there is nothing to do its one item says so, since OSCAL wants one."""
    risks = [risk(result, each) for each in result.findings]
    items = [_item(result, each) for each in result.tasks] or [_nothing(result)]
    body = {
        "system-id": {"identifier-type": "http://ietf.org/rfc/rfc4122", "id": lasting(result, "firm")},
        "local-definitions": {"components": [tool(result)]},
        "poam-items": items,
        "back-matter": evidence(result),
    }
    made = head(result, "poam", "what to do after the privacy audit") | body | ({"risks": risks} if risks else {})
    return {"plan-of-action-and-milestones": made}


def _item(result: Result, task: Task) -> Json:
    told = {
        "task": task.id,
        "severity": task.severity,
        "outcome": task.outcome,
        "touches": task.touches,
        "minutes": task.effort,
        "due": moment(task.due_on, end=True),
        "control": task.control,
    }
    return {
        "uuid": lasting(result, "task", task.id),
        "title": words(task.title),
        "description": words(f"{task.remedy} {task.why}"),
        "props": [prop(name, line(value)) for name, value in told.items()],
        "origins": origins(result),
        "related-findings": [{"finding-uuid": lasting(result, "finding", each)} for each in task.findings],
        "related-risks": [{"risk-uuid": lasting(result, "risk", each)} for each in task.findings],
    }


def _nothing(result: Result) -> Json:
    what = "The audit found nothing to do."
    return {"uuid": lasting(result, "nothing-to-do"), "title": "Nothing to do", "description": what}
