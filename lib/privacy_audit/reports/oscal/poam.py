"""The tasks as an OSCAL plan of action and milestones, with the risks that each settles."""

from privacy_audit.reports.oscal.document import Json, evidence, head, lasting, line, moment, origins, prop, tool, words
from privacy_audit.reports.oscal.risks import risk
from privacy_audit.result import Result
from privacy_audit.tasks import Task


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
