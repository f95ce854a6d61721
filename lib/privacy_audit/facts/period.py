"""The days of the period on which a service or a transfer was going on."""

from collections.abc import Iterable
from datetime import date

from privacy_audit.facts.fact import Known
from privacy_audit.rulebook import Span


def going_on(
    starts: Iterable[date | None], ends: Iterable[tuple[date | None, bool | None]], known: Known
) -> list[bool | None]:
    """Return whether each went on on some day of the period; None where nobody can tell that it had not ended.

    What has no known start counts as begun.
    """
    return [_on(start, day, known, ended=ended) for start, (day, ended) in zip(starts, ends, strict=True)]


def _on(start: date | None, end: date | None, known: Known, *, ended: bool | None) -> bool | None:
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
    """Whether the country lies in the area in which the policy says that data stays; any does where it says nothing."""
    area = known.policy.promises.transfer_area
    return area == "anywhere" or country in places(getattr(known.law, f"area_{area}").spans, day)
