"""The pictures that belong to a section, by what its checks test: whatever number the section has in a policy."""

from privacy_audit.reports import flows, readings
from privacy_audit.reports.pictures.charts import Picture, marketing_readings, verdicts
from privacy_audit.reports.pictures.timeline import retention_line
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result
from privacy_audit.sections import Section


def pictures(result: Result, section: Section) -> list[tuple[Picture, Table | None]]:
    """Return a section's pictures, each with the table it draws where there is more to say than its numbers."""
    tested = {each.control.id for each in section.controls if each.promised}
    found: list[tuple[Picture, Table | None]] = [(verdicts(section), None)]
    if "RET-01" in tested:
        line = retention_line(result)
        rows = [(when, number) for when, _, number in line.numbers]
        found.append((line, Table("Retention", line.alt, [("When", 30), ("Records", 10)], rows)))
    if tested & {"MKT-01", "MKT-02"}:
        found += [(marketing_readings(result), readings.readings(result))]
    if "TRF-02" in tested:
        found.append((flows.by_country_and_safeguard(result), flows.by_country(result)))
    return found
