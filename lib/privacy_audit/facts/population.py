"""Who is marketed to: on a list, or mailed in the period, and not opted out."""

from collections.abc import Sequence
from datetime import date

from privacy_audit.facts.answers import Answer, both, each, either, opposite
from privacy_audit.facts.fact import column, events
from privacy_audit.facts.joined import Cause
from privacy_audit.registers.register import Register

Event = tuple[date | None, Answer]


def stays(contacts: Register, untold: Sequence[Cause | None]) -> list[Answer]:
    """Return who did not opt out, or opted in again on a later day; a list that cannot tell leaves the return open.

    Whoever was mailed in the period and opted out only then was marketed to all the same.
    """
    stays_ = each(_stays, list(events(contacts, "opt_out_on")), list(events(contacts, "back_in_on")), untold)
    return each(either, stays_, column(contacts, "mailed_while_in"))


def _stays(out: Event, back: Event, untold: Cause | None) -> Answer:
    later = back[0] > out[0] if back[0] and out[0] else None
    return either(opposite(out[1]), both(back[1], later), None if untold else False)


def reached(contacts: Register, start: date) -> list[Answer]:
    """Return who is on a list, or was mailed on the period's first day or later, as far as lists record mailings."""
    return each(either, column(contacts, "subscribed"), mailed(contacts, start))


def mailed(contacts: Register, start: date) -> list[Answer]:
    """Return who was mailed on the period's first day or later; blank where a list may not tell of it."""
    return each(
        lambda day, sure: either(day is not None and day >= start, False if sure else None),
        column(contacts, "mailed_last_on"),
        column(contacts, "mailings_known"),
    )


def elsewhere(contacts: Register, clients: Register | None, start: date) -> list[str]:
    """Return in words that the client list tells of mailings of the period to people who stand on no marketing list."""
    listed = set(column(contacts, "email"))
    days = [] if clients is None else zip(column(clients, "email"), column(clients, "last_marketing_on"), strict=True)
    many = sum(day is not None and day >= start and email not in listed for email, day in days)
    return [f"{many} clients were mailed this quarter and stand on no list of contacts"] if many else []


def missing(contacts: Register) -> list[str]:
    """Return in words that the list of those who are mailed may be missing, where nobody is known to be on it.

    Unless somebody declared that there is nobody.
    """
    if contacts.known_empty or "subscribed" in column(contacts, "status"):
        return []
    return ["nobody is known to be subscribed on any list, so the file of those who are mailed may be empty or missing"]
