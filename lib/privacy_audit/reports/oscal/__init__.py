"""The results in NIST's Open Security Controls Assessment Language (OSCAL), version 1.2.1, in four documents."""

from privacy_audit.canonical import canonical
from privacy_audit.reports.oscal.catalog import catalog
from privacy_audit.reports.oscal.plan import plan
from privacy_audit.reports.oscal.poam import poam
from privacy_audit.reports.oscal.results import results
from privacy_audit.result import Result


def documents(result: Result) -> dict[str, bytes]:
    """Return the four documents by file name; they refer to each other by these names."""
    made = {"catalog": catalog, "assessment-plan": plan, "assessment-results": results, "poam": poam}
    return {f"{name}.json": canonical(make(result)) for name, make in made.items()}
