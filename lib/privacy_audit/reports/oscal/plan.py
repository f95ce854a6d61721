"""The policy as an OSCAL catalogue: a group for each section, a control for each check, its promises as statements."""

from collections.abc import Iterator
from typing import Any

from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.reports.annexes import asked_by
from privacy_audit.reports.oscal.document import (
    Json,
    control_id,
    evidence,
    head,
    lasting,
    line,
    moment,
    prop,
    resource_id,
    selection,
    tool,
    words,
)
from privacy_audit.settings.policy import Commitment
from privacy_audit.settings.rulebook import InForce


def catalog(result: Result) -> Json:
    """Return catalog.json: every check there is and every statement of the policy, tested or not."""
    body = {"groups": list(_groups(result)), "back-matter": evidence(result)}
    return {"catalog": head(result, "catalog", "privacy policy as controls") | body}


def _groups(result: Result) -> Iterator[Json]:
    """Yield the sections; a check stands in the first section that it tests, a statement without one in its own."""
    policy = result.inputs.policy
    homes: dict[str, list[Observation]] = {}
    placed: set[str] = set()
    for section in result.standing.sections:
        for each in section.controls:
            if each.control.id not in placed:
                homes.setdefault(section.id, []).append(each)
                placed.add(each.control.id)
    titles = policy.sections | {
        each.id: each.title for each in result.standing.sections if each.id not in policy.sections
    }
    for name, title in titles.items():
        group: Json = {"id": f"s-{name}", "title": words(title)}
        untested = [each for each in policy.commitments if each.section == name and not each.controls]
        if untested:
            group["parts"] = [_statement(each) for each in untested]
        if name in homes:
            group["controls"] = [_control(result, each) for each in homes[name]]
        yield group


def _control(result: Result, observation: Observation) -> Json:
    control, id_ = observation.control, control_id(observation.control.id)
    promises = result.inputs.policy.naming(control.id)
    statement: Json = {"id": f"{id_}_smt", "name": "statement"}
    if promises:
        statement["parts"] = [_statement(each, f"{id_}_smt.") for each in promises]
    else:
        statement["prose"] = f"No statement of the policy names this check: {asked_by(result, control)}."
    parts = [statement, {"id": f"{id_}_obj", "name": "assessment-objective", "prose": words(control.title)}]
    if control.explanation:
        parts.append({"id": f"{id_}_gdn", "name": "guidance", "prose": words(control.explanation)})
    params = list(_params(observation, promises))
    told = {
        "register": control.register,
        "severity": control.severity,
        "law": observation.law,
        "remedy": control.remedy,
    }
    props = [{"name": "label", "value": control.id}, *(prop(name, value) for name, value in told.items())]
    made = {"id": id_, "title": words(control.title), "props": props, "parts": parts}
    return made | ({"params": params} if params else {})


def _statement(commitment: Commitment, before: str = "") -> Json:
    """Return one statement of the policy, word for word."""
    props = [prop("basis", commitment.basis), prop("kind", commitment.kind)]
    props += [prop("not-tested-because", commitment.why)] if commitment.why else []
    id_, title = f"{before}{commitment.id.lower()}", commitment.id
    return {"id": id_, "name": "item", "title": title, "props": props, "prose": words(commitment.quote)}


def _params(observation: Observation, promises: tuple[Commitment, ...]) -> Iterator[Json]:
    """Yield the values that a check rests on: the firm's own promises, and the law as it stood on the day."""
    id_ = control_id(observation.control.id)
    for each in promises:
        for name, value in each.parameters.items():
            yield {"id": f"{id_}_{name}", "label": words(f"promised in {each.id}"), "values": [line(value)]}
    for name, rule in sorted(observation.rules_used.items()):
        yield _law(f"{id_}_{name}", rule)


def _law(id_: str, rule: InForce) -> Json:
    props = [prop("source", rule.source), prop("checked", rule.checked), prop("from", rule.version.start)]
    props += [prop("not-verified", rule.mark)] if rule.mark else []
    values = _values(rule.version.value)
    return {"id": id_, "label": words(rule.title), "props": props} | ({"values": values} if values else {})


def _values(value: Any) -> list[str]:  # noqa: ANN401 - whatever the rulebook holds
    """Return a rule's value as texts; nothing for a table, which stays in the rulebook."""
    found = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    return [line(each) for each in found if not isinstance(each, dict | list)]


def plan(result: Result) -> Json:
    """Return assessment-plan.json."""
    inputs = result.inputs
    policy = resource_id(result, "policy", inputs.policy.sha256)
    span = {"start": moment(inputs.request.quarter.first), "end": moment(inputs.request.quarter.last, end=True)}
    objectives: Json = {"control-objective-selections": [{"include-all": {}}]}
    subjects = "Every row of every register, read from the firm's own exports."
    platform = {
        "uuid": lasting(result, "platform"),
        "title": "A run of the notebook",
        "uses-components": [{"component-uuid": lasting(result, "tool")}],
    }
    body = {
        "import-ssp": {"href": f"#{policy}", "remarks": "The firm has no system security plan: its privacy policy."},
        "reviewed-controls": selection(result) | objectives,
        "assessment-subjects": [{"type": "inventory-item", "description": subjects, "include-all": {}}],
        "assessment-assets": {"components": [tool(result)], "assessment-platforms": [platform]},
        "tasks": [
            {
                "uuid": lasting(result, "task-of-plan", str(inputs.request.quarter)),
                "type": "action",
                "title": f"Audit of {inputs.request.quarter}",
                "timing": {"within-date-range": span},
            }
        ],
        "back-matter": evidence(result),
    }
    return {"assessment-plan": head(result, "plan", "plan of the privacy audit") | body}
