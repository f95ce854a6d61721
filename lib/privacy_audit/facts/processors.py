"""Since when a supplier's service counts, and whether it is still used."""

from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.registers.register import Register


def with_facts(processors: Register, known: Known) -> Register:
    """Add live (used on some day of the period) and live_from (the first such day; blank where the start is).

    A service without a known start counts as begun.
    """
    starts = column(processors, "service_start")
    ends = events(processors, "service_end")
    live = [
        None if ended is None else not (day and day < known.period_start) and not (start and start > known.as_at)
        for start, (day, ended) in zip(starts, ends, strict=True)
    ]
    live_from = [max(start, known.period_start) if start else None for start in starts]
    return processors.with_columns({"live": truths(live), "live_from": dates(live_from)})
