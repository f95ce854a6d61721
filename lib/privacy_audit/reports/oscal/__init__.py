"""The results in NIST's Open Security Controls Assessment Language (OSCAL), version 1.2.1, in four documents."""

import json

from privacy_audit.reports.oscal.catalog import catalog
from privacy_audit.reports.oscal.plan import plan
from privacy_audit.reports.oscal.poam import poam
from privacy_audit.reports.oscal.results import results
from privacy_audit.result import Result


def documents(result: Result) -> dict[str, bytes]:
    """Return the four documents by file name, in one line each; they refer to each other by these names."""
    made = {"catalog": catalog, "assessment-plan": plan, "assessment-results": results, "poam": poam}
    return {f"{name}.json": _line(make(result)) for name, make in made.items()}


def _line(content: object) -> bytes:
    return (json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
