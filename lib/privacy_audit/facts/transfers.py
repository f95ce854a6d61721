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
    )


def with_facts(transfers: Register, known: Known) -> Register:
    """Add window_start (first day of the period on which data was sent) and data_covered (by the UK Extension).

    A blank first transfer counts as before the period: that can only count against the firm.
    """
    starts = [max(day or known.period_start, known.period_start) for day in column(transfers, "first_transfer_on")]
    pairs = zip(column(transfers, "dpf_covers"), column(transfers, "hr_data"), strict=True)
    return transfers.with_columns(
        {"window_start": dates(starts), "data_covered": truths([_covered(covers, staff) for covers, staff in pairs])}
    )


def _covered(covers: str | None, staff: bool | None) -> bool | None:  # noqa: FBT001 - a cell of the register
    if covers == "BOTH":
        return True
    if covers is None or staff is None:
        return None
    return covers == ("HR" if staff else "NON_HR")
