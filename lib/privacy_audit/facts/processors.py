"""A supplier in the period: when it was used, whether it is entered as a transfer, where its people are."""

from collections import defaultdict

from privacy_audit.facts import article28, period, security, support
from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.registers.register import Register


def with_facts(processors: Register, known: Known, given: Register | None, *, lost: bool = False) -> Register:
    """Add when it was used, whether it is entered as a transfer, and where its people are; then terms and security.

    `given` is the file of transfers, if there is one; `lost` says that there is one which cannot be read. A service
    without a known start counts as begun.
    """
    starts, ends = column(processors, "service_start"), list(events(processors, "service_end"))
    until, law = period.last_days([day for day, _ in ends], known), known.noting("processors", "approved_in_full")
    facts = {
        "live": truths(period.going_on(starts, ends, known)),
        "live_from": dates(period.first_days(starts, known)),
        "live_until": dates(until),
        "approved_in_full": truths(period.approved_in_full(column(processors, "country"), until, law)),
        "transfers_given": truths([given is not None] * len(starts)),
        "row_missing": truths(_missing_rows(processors, given, known, lost=lost)),
        "support_abroad": truths(support.abroad(processors, until, known)),
        "seen_from_outside": truths(support.from_outside(processors, until, known)),
    }
    return security.with_facts(article28.with_facts(processors.with_columns(facts), known), known)


def _missing_rows(processors: Register, given: Register | None, known: Known, *, lost: bool) -> list[bool | None]:
    """Return for each supplier whether no transfer of the period names it.

    Blank where a transfer that lost its importer, or a row that was rejected, may be the supplier's.
    """
    names = [name.casefold() for name in column(processors, "legal_name")]
    if given is None:
        return [None if lost else False] * len(names)
    current = defaultdict[str | None, set[bool | None]](set)
    live = period.going_on(column(given, "first_transfer_on"), events(given, "ended_on"), known)
    for importer, on in zip(column(given, "importer"), live, strict=True):
        current[importer and importer.casefold()].add(on)
    lost = bool(given.rejected or given.incomplete or current[None] - {False})
    return [_is_missing(current[name], lost=lost) for name in names]


def _is_missing(rows: set[bool | None], *, lost: bool) -> bool | None:
    if True in rows:
        return False
    return None if lost or None in rows else True
