"""A supplier in the period: when it was used, whether it is entered as a transfer, where its people are."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from privacy_audit.facts import article28, period, security
from privacy_audit.facts.answers import among, both
from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.facts.lists import says_nothing
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.registers.values import Countries, UnreadError

HOME = "GB"


def with_facts(processors: Register, known: Known, given: Register | None, *, lost: bool = False) -> Register:
    """Add when it was used, whether it is entered as a transfer, and where its people are; then terms and security.

    `given` is the file of transfers, if there is one; `lost` says that there is one which cannot be read. A service
    without a known start counts as begun.
    """
    starts, ends = column(processors, "service_start"), list(events(processors, "service_end"))
    until = period.last_days([day for day, _ in ends], known)
    supported = column(processors, happened_column("support_countries"))
    support = list(zip(column(processors, "support_countries"), supported, until, strict=True))
    abroad = known.noting("processors", "support_abroad")
    facts = {
        "live": truths(period.going_on(starts, ends, known)),
        "live_from": dates(period.first_days(starts, known)),
        "live_until": dates(until),
        "transfers_given": truths([given is not None] * len(starts)),
        "row_missing": truths(_missing_rows(processors, given, known, lost=lost)),
        "support_abroad": truths([_is_abroad(text, day, abroad, supported=each) for text, each, day in support]),
        "seen_from_outside": truths(_seen_from_outside(column(processors, "country"), support, known)),
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


def _is_abroad(text: str | None, day: date, known: Known, *, supported: bool | None) -> bool | None:
    """Return whether a cell names a country outside the UK that is not approved in full; blank where it cannot tell."""
    return _beyond(text, known, lambda place: place == HOME or period.approved(place, day, known), supported=supported)


def _seen_from_outside(
    countries: Sequence[str | None], support: Sequence[tuple[str | None, bool | None, date]], known: Known
) -> list[bool | None]:
    """Return for each supplier inside the area that the policy promises whether people outside it see the data.

    Nobody does where the policy promises none; a supplier that is outside itself is told of as a transfer.
    """
    area = known.policy.promises.transfer_area
    if area == "anywhere":
        return [False] * len(countries)
    known = known.noting("processors", "seen_from_outside")
    spans = getattr(known.law, f"area_{area}").spans
    answers: list[bool | None] = []
    for country, (text, supported, day) in zip(countries, support, strict=True):
        inside = {place for span in spans if span.start <= day <= span.end for place in span.value}
        seen = _beyond(text, known, inside.__contains__, supported=supported)
        answers.append(both(among(country, frozenset(inside)), seen))
    return answers


def _beyond(text: str | None, known: Known, covered: Callable[[str], bool], *, supported: bool | None) -> bool | None:
    """Return whether a cell names a country that is not covered; blank where it cannot tell."""
    if text is None:
        return supported
    places = [] if says_nothing(text) else _places(text, known)
    if any(place and not covered(place) for place in places):
        return True
    return None if None in places else False


def _places(text: str, known: Known) -> list[str | None]:
    """Return the countries a cell names, None for a part that names none; “Korea, Republic of” is one country."""
    tables = known.law.tables.get("countries", {})
    countries = Countries(tables.get("names", {}), tables.get("aliases", {}), tables.get("ask", {}))
    found: list[str | None] = []
    for part in (each for each in text.split(";") if each.strip()):
        whole = _code(part, countries)
        found += [whole] if whole else [_code(each, countries) for each in part.split(",")]
    return found or [None]


def _code(text: str, countries: Countries) -> str | None:
    with suppress(UnreadError):
        return countries.code(text.strip())
    return None
