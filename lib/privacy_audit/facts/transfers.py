"""Transfers: worked out from the suppliers when no file is given, and what their data is covered by."""

from dataclasses import replace

import pyarrow as pa

from privacy_audit.facts.fact import Known, column, dates, truths
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.registers.schema import Schema

# A transfer's column, and the supplier's column it is taken from.
FROM_PROCESSORS = {
    "importer": "legal_name",
    "country": "country",
    "mechanism": "safeguard",
    "agreement_signed_on": "safeguard_signed_on",
    "first_transfer_on": "service_start",
    "ended_on": "service_end",
    "exempt_because": "exempt_because",
    "frequency": "frequency",
    "dpf_active": "dpf_active",
    "dpf_uk_extension": "dpf_uk_extension",
    "dpf_covers": "dpf_covers",
    "hr_data": "hr_data",
    "adequacy_scope_confirmed": "adequacy_scope_confirmed",
}
HOME = "GB"


def derive(processors: Register, schema: Schema) -> Register:
    """Return one transfer for each supplier that is not known to be in the UK and does get personal data."""
    countries, roles = column(processors, "country"), column(processors, "role")
    abroad = [
        index
        for index, (country, role) in enumerate(zip(countries, roles, strict=True))
        if country != HOME and role != "none"
    ]
    source = processors.table.take(pa.array(abroad, pa.int64()))
    names = zip(source.column("legal_name").to_pylist(), source.column("service").to_pylist(), strict=True)
    columns = {"transfer_id": pa.array([f"{name}: {service}" for name, service in names], pa.string())}
    for each in schema.fields:
        if each.name in FROM_PROCESSORS:
            columns[each.name] = source.column(FROM_PROCESSORS[each.name])
            if each.event:
                columns[happened_column(each.name)] = source.column(happened_column(FROM_PROCESSORS[each.name]))
    back = {supplier: name for name, supplier in FROM_PROCESSORS.items()}
    position = {old: new for new, old in enumerate(abroad)}
    return replace(
        processors,
        schema=schema,
        table=pa.table(columns),
        origins=tuple(processors.origins[index] for index in abroad),
        absent=frozenset(back[name] for name in processors.absent if name in back),
        unread=frozenset(
            (position[row], back[name]) for row, name in processors.unread if row in position and name in back
        ),
        derived_from="processors",
        known_empty=len(processors.table) > 0,
    )


def compared(transfers: Register, processors: Register) -> Register:
    """Return a given file of transfers, incomplete where a supplier who may be abroad has no row in it."""
    named = {str(each).casefold() for each in column(transfers, "importer")}
    rows = zip(*(column(processors, each) for each in ("legal_name", "country", "role")), strict=True)
    missing = {
        name for name, country, role in rows if country != HOME and role != "none" and name.casefold() not in named
    }
    if not missing:
        return transfers
    why = f"{len(missing)} suppliers who are not known to be in the UK have no row in the transfers file"
    return replace(transfers, incomplete=(*transfers.incomplete, why))


def with_facts(transfers: Register, known: Known) -> Register:
    """Add begun, window_start and window_end (the days of the period on which data was sent), data_covered.

    A blank first transfer leaves window_start blank; sending without a known start counts as begun.
    """
    starts = column(transfers, "first_transfer_on")
    ends = [min(day, known.as_at) if day else known.as_at for day in column(transfers, "ended_on")]
    pairs = zip(column(transfers, "dpf_covers"), column(transfers, "hr_data"), strict=True)
    return transfers.with_columns(
        {
            "begun": truths([not (day and day > known.as_at) for day in starts]),
            "window_start": dates([max(day, known.period_start) if day else None for day in starts]),
            "window_end": dates(ends),
            "data_covered": truths([_covered(covers, staff) for covers, staff in pairs]),
        }
    )


def _covered(covers: str | None, staff: bool | None) -> bool | None:  # noqa: FBT001 - a cell of the register
    if covers == "BOTH":
        return True
    if covers is None or staff is None:
        return None
    return covers == ("HR" if staff else "NON_HR")
