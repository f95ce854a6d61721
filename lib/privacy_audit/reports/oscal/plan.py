"""The audit as an OSCAL assessment plan: which controls, over which registers, by what, in which period."""

from privacy_audit.reports.oscal.document import (
    Json,
    evidence,
    head,
    lasting,
    moment,
    resource_id,
    selection,
    tool,
)
from privacy_audit.result import Result


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
