"""The days of the period on which a service or a transfer was going on."""

from collections.abc import Iterable
from datetime import date

from privacy_audit.facts.fact import Known


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


def approved(country: str | None, day: date, known: Known) -> bool:
    """Whether UK law approved the country in full on the day."""
    return any(each.start <= day <= each.end and country in each.value for each in known.law.adequate_full.spans)
