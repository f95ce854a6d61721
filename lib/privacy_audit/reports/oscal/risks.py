"""Findings as OSCAL risks, the same in the results and in the plan of action; an accepted one says who accepted it."""

from privacy_audit.finding import Finding
from privacy_audit.reports.oscal.document import Json, lasting, moment, origins, prop, words
from privacy_audit.result import Result
from privacy_audit.waivers import Waiver


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
