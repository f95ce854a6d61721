"""Facts about transfers: on which days they went on, and what protects the data.

The parts in order: days and places, which facts about suppliers use as well; `derive`, which works out the transfers
from the suppliers where no file is given; `compared`, for a given file; and `with_facts`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import pyarrow as pa

from privacy_audit.dates import add_months
from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.facts.logic import is_open, mentions, says_something
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.settings.rulebook import Span
from privacy_audit.settings.schema import Schema


def going_on(
    starts: Iterable[date | None], ends: Iterable[tuple[date | None, bool | None]], known: Known
) -> list[bool | None]:
    """Return whether each went on during some day of the period; None where it is not known whether it had ended.

    Without a known start it counts as begun.
    """
    return [_on(start, day, known, ended=ended) for start, (day, ended) in zip(starts, ends, strict=True)]


def _on(start: date | None, end: date | None, known: Known, *, ended: bool | None) -> bool | None:
    """Return whether one went on during the period; `ended` is whether it ended, None where not known."""
    if start and start > known.as_at:
        return False
    return None if ended is None else not (end and end < known.period_start)


def first_days(starts: Iterable[date | None], known: Known) -> list[date | None]:
    """Return the first day of each within the period; None where the start is not known."""
    return [max(start, known.period_start) if start else None for start in starts]


def last_days(ends: Iterable[date | None], known: Known) -> list[date]:
    """Return the last day of each, or the day of the audit where it goes on."""
    return [min(end, known.as_at) if end else known.as_at for end in ends]


def places(spans: Iterable[Span], day: date) -> frozenset[str]:
    """Return the places that a rule lists on the day."""
    return frozenset(place for span in spans if span.start <= day <= span.end for place in span.value)


def approved(country: str | None, day: date, known: Known) -> bool:
    """Whether UK law approved the country in full on the day."""
    return country in places(known.law.adequate_full.spans, day)


def approved_in_full(countries: Iterable[str | None], days: Iterable[date], known: Known) -> list[bool | None]:
    """Return whether UK law approved each country in full on its day; None where the country is not known."""
    pairs = zip(countries, days, strict=True)
    return [None if country is None else approved(country, day, known) for country, day in pairs]


def promised(country: str | None, day: date, known: Known) -> bool:
    """Return whether the country is in the area in which the policy says that data stays.

    True for any country where the policy names no area.
    """
    area = known.policy.parameters.transfer_area
    return area == "anywhere" or country in places(getattr(known.law, f"area_{area}").spans, day)


# A transfer's column, and the supplier's column it is taken from.
FROM_PROCESSORS = {
    "importer": "legal_name",
    "country": "country",
    "data_categories": "data_categories",
    "mechanism": "safeguard",
    "agreement_signed_on": "safeguard_signed_on",
    "first_transfer_on": "service_start",
    "ended_on": "service_end",
    "exempt_because": "exempt_because",
    "frequency": "frequency",
    "dpf_active": "dpf_active",
    "dpf_uk_extension": "dpf_uk_extension",
    "dpf_covers": "dpf_covers",
    "dpf_checked_on": "dpf_checked_on",
    "hr_data": "hr_data",
    "sensitive_flagged": "sensitive_flagged",
    "adequacy_scope_confirmed": "adequacy_scope_confirmed",
    "tra_on": "tra_on",
    "tra_outcome": "tra_outcome",
    "tra_measures": "tra_measures",
    "tra_reviewed_on": "tra_reviewed_on",
}
HOME = "GB"


def derive(processors: Register, schema: Schema, lost: tuple[str, ...] = ()) -> Register:
    """Return one transfer for each supplier that gets personal data and is not known to be in the UK.

    `lost` says in words why a file of transfers could not be read: the transfers are then marked as incomplete.
    """
    countries, roles = column(processors, "country"), column(processors, "role")
    abroad = [
        index
        for index, (country, role) in enumerate(zip(countries, roles, strict=True))
        if country != HOME and role != "none"
    ]
    source = processors.table.take(pa.array(abroad, pa.int64()))
    names = zip(source.column("legal_name").to_pylist(), source.column("service").to_pylist(), strict=True)
    columns = {"transfer_id": pa.array([f"{name}: {service}" for name, service in names], pa.string())}
    for field in schema.fields:
        if field.name in FROM_PROCESSORS:
            columns[field.name] = source.column(FROM_PROCESSORS[field.name])
            if field.event:
                columns[happened_column(field.name)] = source.column(happened_column(FROM_PROCESSORS[field.name]))
    transfer_names = {supplier: name for name, supplier in FROM_PROCESSORS.items()}
    new_positions = {old: new for new, old in enumerate(abroad)}
    return replace(
        processors,
        schema=schema,
        table=pa.table(columns),
        origins=tuple(processors.origins[index] for index in abroad),
        absent=frozenset(transfer_names[name] for name in processors.absent if name in transfer_names),
        unread=frozenset(
            (new_positions[row], transfer_names[name])
            for row, name in processors.unread
            if row in new_positions and name in transfer_names
        ),
        incomplete=tuple(dict.fromkeys((*processors.incomplete, *lost))),
        derived_from="processors",
        known_empty=len(processors.table) > 0,
        causes={},
    )


def compared(transfers: Register, processors: Register, known: Known) -> Register:
    """Return a given file of transfers, marked as incomplete where a supplier that needs a row may lack one."""
    names = ("legal_name", "country", "role", "exempt_because", "live", "live_until", "row_missing")
    rows = zip(*(column(processors, each) for each in names), strict=True)
    known = known.noting("transfers")  # noted under no fact: the checks themselves ask for the approved places
    missing = {
        name
        for name, country, role, exempt, live, until, gone in rows
        if gone is not False
        and live is not False
        and role != "none"
        and exempt in {"none", None}
        and country != HOME
        and not (approved(country, until, known) and promised(country, until, known))
    }
    if not missing:
        return transfers
    why = f"{len(missing)} suppliers who are not known to be in the UK have no row in the transfers file"
    return replace(transfers, incomplete=(*transfers.incomplete, why))


def with_facts(transfers: Register, known: Known) -> Register:
    """Add live, window_start and window_end (the days of the period on which data was sent), and what protects it.

    A blank first transfer leaves window_start blank; it counts as begun. own_row is true for a row of a transfers file,
    and false for one worked out from the suppliers.
    """
    starts, ends = column(transfers, "first_transfer_on"), list(events(transfers, "ended_on"))
    until, law = last_days([day for day, _ in ends], known), known.noting("transfers", "approved_in_full")
    pairs = zip(column(transfers, "dpf_covers"), column(transfers, "hr_data"), strict=True)
    kinds, fresh = known.noting("transfers", "sensitive"), known.noting("transfers", "tra_due_on")
    measures = zip(column(transfers, "tra_measures"), column(transfers, happened_column("tra_measures")), strict=True)
    return transfers.with_columns(
        {
            "own_row": truths([not transfers.derived_from] * len(starts)),
            "live": truths(going_on(starts, ends, known)),
            "window_start": dates(first_days(starts, known)),
            "window_end": dates(until),
            "approved_in_full": truths(approved_in_full(column(transfers, "country"), until, law)),
            "data_covered": truths([_covered(covers, staff) for covers, staff in pairs]),
            "sensitive": truths([_sensitive(each, kinds) for each in column(transfers, "data_categories")]),
            "assessed": truths(_assessed(transfers)),
            "measures_listed": truths([says_something(text) if text else listed for text, listed in measures]),
            "tra_due_on": dates(list(_due(transfers, fresh))),
        }
    )


def _covered(covers: str | None, staff: bool | None) -> bool | None:  # noqa: FBT001 - a cell of the register
    """Return whether a certification covers the data sent: HR covers staff data, NON_HR all other data."""
    if covers == "BOTH":
        return True
    if covers is None or staff is None:
        return None
    return covers == ("HR" if staff else "NON_HR")


def _sensitive(kinds: str | None, known: Known) -> bool | None:
    """Return whether the kinds of data name special category or criminal data.

    None where the cell is blank or leaves it open.
    """
    if kinds is None:
        return None
    if mentions(kinds, known.law.sensitive_kinds.on(known.as_at)):
        return True
    return None if is_open(kinds, known.law.unsaid_kinds.on(known.as_at)) else False


def _assessed(transfers: Register) -> list[bool | None]:
    """Return for each transfer whether its risk was assessed; an outcome shows it even without a date."""
    unread = {index for index, name in transfers.unread if name == "tra_outcome"}
    outcomes = column(transfers, "tra_outcome")
    return [
        True if outcome else None if index in unread and not done else done
        for index, (outcome, (_, done)) in enumerate(zip(outcomes, events(transfers, "tra_on"), strict=True))
    ]


def _due(transfers: Register, known: Known) -> Iterator[date | None]:
    """Yield the last day on which each assessment is fresh; a review made by the day of the audit renews it.

    None without an assessment or review, and where an assessment that is no longer fresh may have been reviewed.
    """
    reviews = events(transfers, "tra_reviewed_on")
    for made, (reviewed, again) in zip(column(transfers, "tra_on"), reviews, strict=True):
        days = [day for day in (made, reviewed) if day and day <= known.as_at]
        due = add_months(max(days), known.limits.tra_review_months) if days else None
        yield due if again is not None or (due and due >= known.as_at) else None
