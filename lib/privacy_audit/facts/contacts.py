"""What is known of an address from every list it stands on: the most restrictive answer wins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from privacy_audit.facts.fact import column, dates, events, truths
from privacy_audit.registers.register import Register, happened_column

Event = tuple[date | None, bool | None]
Events = Iterable[Event]
K = TypeVar("K")


def with_facts(contacts: Register, clients: Register | None, *, clients_expected: bool) -> Register:
    """Add subscribed, suppressed, opt_out_on, opt_in_on, sent_on and out_before_sent_on.

    An opt-out counts wherever it is recorded, in the client list or on another audience. Where an expected client
    list is missing, or an opted-out client has no readable address, nobody can say that a contact did not opt out.
    """
    statuses = column(contacts, "status")
    keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
    own = {name: _gather(keys, events(contacts, name)) for name in ("consent_on", "last_marketing_on")}
    outs = [_by_status(each, status) for each, status in zip(events(contacts, "opted_out_on"), statuses, strict=True)]
    own["opted_out_on"] = _gather(keys, outs)
    theirs = {name: _of_clients(clients, name) for name in own}
    blind = clients_expected if clients is None else _has_lost_opt_out(clients)
    out = [own["opted_out_on"][key] + theirs["opted_out_on"].get(key[0], []) for key in keys]
    sent = [_any_known(own["last_marketing_on"][key] + theirs["last_marketing_on"].get(key[0], [])) for key in keys]
    made = {
        "opt_out_on": [_strictest(each, blind=blind) for each in out],
        "opt_in_on": [_strictest(own["consent_on"][key]) for key in keys],
        "sent_on": sent,
        "out_before_sent_on": [_before(each, mailing, blind=blind) for each, mailing in zip(out, sent, strict=True)],
    }
    facts = {
        "subscribed": truths([None if each is None else each == "subscribed" for each in statuses]),
        "suppressed": truths([None if each is None else each == "unsubscribed" for each in statuses]),
    }
    for name, found in made.items():
        facts[name] = dates([day for day, _ in found])
        facts[happened_column(name)] = truths([each for _, each in found])
    return contacts.with_columns(facts)


def _by_status(event: Event, status: str | None) -> Event:
    """Return an opt-out that the status tells of, though nobody recorded its day."""
    return (None, True) if status == "unsubscribed" and event[1] is False else event


def _gather(keys: Iterable[K], found: Events) -> dict[K, list[Event]]:
    gathered = defaultdict(list)
    for key, event in zip(keys, found, strict=True):
        gathered[key].append(event)
    return gathered


def _of_clients(clients: Register | None, event: str) -> Mapping[str | None, list[Event]]:
    return {} if clients is None else _gather(column(clients, "email"), events(clients, event))


def _has_lost_opt_out(clients: Register) -> bool:
    """Whether a client who opted out, or may have, has no address by which the contacts could be compared."""
    opted_out = (each for _, each in events(clients, "opted_out_on"))
    return any(
        email is None and each is not False for email, each in zip(column(clients, "email"), opted_out, strict=True)
    )


def _strictest(found: list[Event], *, blind: bool = False) -> Event:
    """Return the latest date and whether it happened; one list that cannot tell leaves a “no” open.

    The date is blank where a list that cannot tell, or an event without its day, might be later.
    """
    unsure = blind or any(each is None for _, each in found)
    if not any(each for _, each in found):
        return None, None if unsure else False
    undated = any(each and day is None for day, each in found)
    days = [day for day, _ in found if day]
    return (None if undated or any(each is None for _, each in found) else max(days)), True


def _before(outs: list[Event], sent: Event, *, blind: bool) -> Event:
    """Return the latest opt-out on a day before the mailing; a later opt-out does not excuse it."""
    day, mailed = sent
    if mailed is False:
        return None, False
    prior = [(out, each) for out, each in outs if each is None or (out and day and out < day)]
    undated = any(each and out is None for out, each in outs)
    if day is None and any(each for _, each in outs):
        return None, None
    return _strictest(prior, blind=blind or undated)


def _any_known(found: list[Event]) -> Event:
    """Return the latest date; a mailing is known when one list records mailings."""
    days = [day for day, _ in found if day]
    if days:
        return max(days), True
    return None, False if any(each is False for _, each in found) else None
