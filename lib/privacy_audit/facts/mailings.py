"""What came first: the opt-outs, opt-ins and mailings of one address, on whichever list each is recorded."""

from collections.abc import Mapping, Sequence
from datetime import date

from privacy_audit.facts.answers import Answer
from privacy_audit.facts.fact import column, events
from privacy_audit.registers.register import Register

# The day, where it is known, and whether it happened (None: not known).
Event = tuple[date | None, Answer]
OUT, IN, SENT = EVENTS = ("opted_out_on", "consent_on", "last_marketing_on")
NOTHING: Event = (None, False)
UNKNOWN: Event = (None, None)


def told(contacts: Register, name: str) -> list[Event]:
    """Return an event of each contact as its own row tells it; the status tells of an opt-out of which no day is."""
    found = list(events(contacts, name))
    if name != OUT:
        return found
    rows = zip(found, column(contacts, "status"), strict=True)
    return [(None, True) if status == "unsubscribed" and not event[1] else event for event, status in rows]


def latest(found: Sequence[Event], *, blind: bool = False) -> Event:
    """Return the latest date and whether it happened; one list that cannot tell leaves a “no” open.

    The date is blank where an event that cannot be dated, or told, might be later.
    """
    unsure = blind or any(each is None for _, each in found)
    if not any(each for _, each in found):
        return None, None if unsure else False
    days = [day for day, each in found if each]
    return (None if unsure or None in days else max(day for day in days if day)), True


def sent_while_out(
    outs: Sequence[Event], ins: Sequence[Event], sends: Sequence[Event], blind: Mapping[str, str]
) -> tuple[Event, Event, str]:
    """Return the latest mailing that came after an opt-out with no opt-in between, and that opt-out.

    The third part is the event that would settle the answer where it is open.
    """
    late = {}
    for sent in sorted(day for day, _ in sends if day):
        before = [day for day, _ in outs if day and day < sent]
        if before and not any(day and max(before) < day <= sent for day, _ in ins):
            late[sent] = max(before)
    if late:
        sure = not any(each is None for _, each in ins)
        found = ((max(late), True), (late[max(late)], True)) if sure else (UNKNOWN, UNKNOWN)
        return *found, IN
    unknown_out = bool(blind[OUT]) or any(each is None or (each and day is None) for day, each in outs)
    unknown_sent = bool(blind[SENT]) or any(each is None or (each and day is None) for day, each in sends)
    ever_out, ever_sent = unknown_out or any(each for _, each in outs), unknown_sent or any(each for _, each in sends)
    if unknown_sent and ever_out:
        return UNKNOWN, UNKNOWN, SENT
    if unknown_out and ever_sent:
        return UNKNOWN, UNKNOWN, OUT
    return NOTHING, NOTHING, SENT


def is_in(outs: Sequence[Event], ins: Sequence[Event], day: date) -> bool:
    """Whether somebody had surely not opted out on a day, or was back by then."""
    if any(each is None or (each and out is None) for out, each in outs):
        return False
    before = [out for out, _ in outs if out and out < day]
    return not before or any(back and max(before) < back <= day for back, _ in ins)


def before_opt_in(ins: Sequence[Event], day: date) -> Answer:
    """Whether whoever opted in did so only after a day; nobody else is asked late."""
    if any(came and came <= day for came, _ in ins) or not any(each for _, each in ins):
        return False
    return None if any(each is None or (each and came is None) for came, each in ins) else True
