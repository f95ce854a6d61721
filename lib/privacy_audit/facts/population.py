"""Who is marketed to: on a list, or mailed in the period, and not opted out."""

from collections.abc import Iterator, Sequence
from datetime import date

from privacy_audit.facts.answers import Answer, both, each, either, opposite
from privacy_audit.facts.fact import column, events
from privacy_audit.facts.joined import Cause
from privacy_audit.registers.register import Register

Event = tuple[date | None, Answer]


def stays(contacts: Register) -> list[Answer]:
    """Return who did not opt out, or opted in again on a later day."""
    return each(_stays, list(events(contacts, "opt_out_on")), list(events(contacts, "opt_in_on")))


def _stays(out: Event, back: Event) -> Answer:
    later = back[0] > out[0] if back[0] and out[0] else None
    return either(opposite(out[1]), both(back[1], later))


def reached(contacts: Register, start: date) -> list[Answer]:
    """Return who is on a list, or was mailed on the period's first day or later, as far as lists record mailings."""
    return each(
        lambda listed, day, sure: either(listed, day is not None and day >= start, False if sure else None),
        column(contacts, "subscribed"),
        column(contacts, "mailed_last_on"),
        column(contacts, "mailings_known"),
    )


def causes(contacts: Register, there: Sequence[Answer]) -> Iterator[Cause]:
    """Yield for each contact the column that leaves open whether it is marketed to."""
    rows = zip(there, column(contacts, "status"), column(contacts, "opt_out_on"), strict=True)
    for index, (known, status, day) in enumerate(rows):
        if known is None and status is None:
            yield "contacts", "status"
        elif known is None:
            yield contacts.causes[index, "mailed_last_on"]
        else:
            yield contacts.causes[index, "opt_out_on" if day is None else "opt_in_on"]
