"""The results in NIST's Open Security Controls Assessment Language (OSCAL), version 1.2.1, in four documents."""

import json

from privacy_audit.audit.result import Result
from privacy_audit.reports.oscal.plan import catalog, plan
from privacy_audit.reports.oscal.results import poam, results


def documents(result: Result) -> dict[str, bytes]:
    """Return the four documents by file name, in one line each; they refer to each other by these names."""
    made = {"catalog": catalog, "assessment-plan": plan, "assessment-results": results, "poam": poam}
    return {f"{name}.json": _line(make(result)) for name, make in made.items()}


def _line(content: object) -> bytes:
    return (json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
