"""Where the people of a supplier are who see what it holds: abroad, or outside the area that the policy promises."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from privacy_audit.facts import period
from privacy_audit.facts.answers import Answer, among, both
from privacy_audit.facts.fact import Known, column, events
from privacy_audit.facts.lists import says_nothing
from privacy_audit.registers.day import UnreadError
from privacy_audit.registers.register import Register
from privacy_audit.registers.values import Countries

HOME = "GB"
Cell = tuple[str | None, Answer]
Tables = Mapping[str, Any]  # of the rulebook; “countries” has their names and spellings


def abroad(processors: Register, until: Sequence[date], known: Known) -> list[Answer]:
    """Return for each supplier whether people in a country that is not approved in full see what it holds."""
    known = known.noting("processors", "support_abroad")
    spans = known.law.adequate_full.spans
    cells = zip(events(processors, "support_countries"), until, strict=True)
    return [_beyond(cell, frozenset((HOME, *period.places(spans, day))), known) for cell, day in cells]


def from_outside(processors: Register, until: Sequence[date], known: Known) -> list[Answer]:
    """Return for each supplier inside the area that the policy promises whether people outside it see what it holds.

    Nobody does where the policy promises none; a supplier that is outside itself is told of as a transfer.
    """
    area = known.policy.promises.transfer_area
    if area == "anywhere":
        return [False] * len(until)
    known = known.noting("processors", "seen_from_outside")
    spans = getattr(known.law, f"area_{area}").spans
    answers: list[Answer] = []
    rows = zip(column(processors, "country"), events(processors, "support_countries"), until, strict=True)
    for country, cell, day in rows:
        inside = period.places(spans, day)
        answers.append(both(among(country, inside), _beyond(cell, inside, known)))
    return answers


def countries(processors: Register, tables: Tables) -> list[tuple[str | None, ...]]:
    """Return from which countries but its own each supplier's people see what it holds; None where nobody can tell."""
    rows = zip(column(processors, "country"), events(processors, "support_countries"), strict=True)
    return [tuple(each for each in _where(cell, tables) if each is None or each != own) for own, cell in rows]


def _where(cell: Cell, tables: Tables) -> list[str | None]:
    text, supported = cell
    if text is None:
        return [] if supported is False else [None]
    return [] if says_nothing(text) else _places(text, tables)


def _beyond(cell: Cell, inside: frozenset[str], known: Known) -> Answer:
    """Return whether a cell names a country that is not inside; blank where it cannot tell."""
    text, supported = cell
    if text is None:
        return supported
    places = _where(cell, known.law.tables)
    if any(place and place not in inside for place in places):
        return True
    return None if None in places else False


def _places(text: str, tables: Tables) -> list[str | None]:
    """Return the countries a cell names, None for a part that names none; “Korea, Republic of” is one country."""
    words = tables.get("countries", {})
    known = Countries(words.get("names", {}), words.get("aliases", {}), words.get("ask", {}))
    found: list[str | None] = []
    for part in (each for each in text.split(";") if each.strip()):
        whole = _code(part, known)
        found += [whole] if whole else [_code(each, known) for each in part.split(",")]
    return found or [None]


def _code(text: str, countries: Countries) -> str | None:
    with suppress(UnreadError):
        return countries.code(text.strip())
    return None
