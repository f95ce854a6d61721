"""What is known of an address from every list it stands on: no list's silence excuses what another tells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from privacy_audit.facts.fact import column, dates, events, truths
from privacy_audit.registers.register import Origin, Register, happened_column

K = TypeVar("K")
Event = tuple[date | None, bool | None]
NOTHING: Event = (None, False)
UNKNOWN: Event = (None, None)


def with_facts(contacts: Register, clients: Register | None, *, clients_expected: bool) -> Register:
    """Add subscribed, suppressed, opt_out_on, opt_in_on, sent_while_out_on, out_then_on, surely_sent_while_out.

    Opt-outs, opt-ins and mailings count wherever they are recorded. Where an expected client list is missing, or a
    client who opted out or was mailed has no readable address, nobody can say that a contact did not or was not.
    """
    statuses = column(contacts, "status")
    keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
    told = [_by_status(each, status) for each, status in zip(events(contacts, "opted_out_on"), statuses, strict=True)]
    silent = "last_marketing_on" in contacts.cannot_give
    mailed = [] if silent else zip(keys, events(contacts, "last_marketing_on"), strict=True)
    own_outs, own_sends = _gather(zip(keys, told, strict=True)), _gather(mailed)
    own_ins = _gather(zip(keys, events(contacts, "consent_on"), strict=True))
    outs, ins, sends = (_of_clients(clients, name) for name in ("opted_out_on", "consent_on", "last_marketing_on"))
    if not any(each for found in ins.values() for _, each in found):
        ins = {}  # a client list that records no opt-in excuses nobody: the firm must show consent (Art 7(1))
    blind_outs, blind_sends = (
        clients_expected if clients is None else _has_lost(clients, name)
        for name in ("opted_out_on", "last_marketing_on")
    )
    found: dict[str, list[Event]] = {"opt_out_on": [], "opt_in_on": [], "sent_while_out_on": [], "out_then_on": []}
    causes: dict[tuple[int, str], tuple[str, str]] = {}
    for index, key in enumerate(keys):
        out, back = own_outs[key] + outs.get(key[0], []), own_ins[key] + ins.get(key[0], [])
        sent = own_sends[key] + [_through(key[1], each) for each in sends.get(key[0], [])]
        late, then, asked = _sent_while_out(
            out, back, sent or [UNKNOWN], blind_outs=blind_outs, blind_sends=blind_sends
        )
        for name, answer in zip(found, (_latest(out, blind=blind_outs), _latest(back), late, then), strict=True):
            found[name].append(answer)
        why = {
            "opted_out_on": _whose(own_outs[key], outs.get(key[0], []), "opted_out_on", blind=blind_outs),
            "consent_on": _whose(own_ins[key], ins.get(key[0], []), "consent_on"),
            "last_marketing_on": _whose(own_sends[key], sends.get(key[0], []), "last_marketing_on", blind=blind_sends),
        }
        named = zip(found, ("opted_out_on", "consent_on", asked, asked), strict=True)
        causes |= {(index, name): why[event] for name, event in named if event}
    facts = {
        "subscribed": truths([None if each is None else each == "subscribed" for each in statuses]),
        "suppressed": truths([None if each is None else each == "unsubscribed" for each in statuses]),
    }
    facts["surely_sent_while_out"] = truths([each is True for _, each in found["sent_while_out_on"]])
    for name, made in found.items():
        facts[name] = dates([day for day, _ in made])
        facts[happened_column(name)] = truths([each for _, each in made])
    return replace(contacts.with_columns(facts), causes=causes, related=_related(keys, contacts, clients))


def _by_status(event: Event, status: str | None) -> Event:
    """Return an opt-out that the status tells of, though nobody recorded its day."""
    return (None, True) if status == "unsubscribed" and event[1] is False else event


def _through(channel: str, mailing: Event) -> Event:
    """Return a mailing of the client list, which does not say by which channel: taken as e-mail, else unknown."""
    return mailing if channel == "email" or mailing[1] is False else UNKNOWN


def _gather(pairs: Iterable[tuple[K, Event]]) -> dict[K, list[Event]]:
    gathered = defaultdict(list)
    for key, event in pairs:
        gathered[key].append(event)
    return gathered


def _of_clients(clients: Register | None, event: str) -> Mapping[str | None, list[Event]]:
    return {} if clients is None else _gather(zip(column(clients, "email"), events(clients, event), strict=True))


def _has_lost(clients: Register, event: str) -> bool:
    """Whether a client to whom it happened, or may have, has no address by which the contacts could be compared."""
    happened = (each for _, each in events(clients, event))
    return any(
        email is None and each is not False for email, each in zip(column(clients, "email"), happened, strict=True)
    )


def _latest(found: Sequence[Event], *, blind: bool = False) -> Event:
    """Return the latest date and whether it happened; one list that cannot tell leaves a “no” open.

    The date is blank where an event that cannot be dated, or told, might be later.
    """
    unsure = blind or any(each is None for _, each in found)
    if not any(each for _, each in found):
        return None, None if unsure else False
    days = [day for day, each in found if each]
    return (None if unsure or None in days else max(day for day in days if day)), True


def _sent_while_out(
    outs: Sequence[Event], ins: Sequence[Event], sends: Sequence[Event], *, blind_outs: bool, blind_sends: bool
) -> tuple[Event, Event, str]:
    """Return the latest mailing that came after an opt-out with no opt-in between, and that opt-out.

    Where the answer is open, the third part is the event that would settle it.
    """
    late = {}
    for sent in sorted(day for day, _ in sends if day):
        before = [day for day, _ in outs if day and day < sent]
        if before and not any(day and max(before) < day <= sent for day, _ in ins):
            late[sent] = max(before)
    if late:
        sure = not any(each is None for _, each in ins)
        found = ((max(late), True), (late[max(late)], True)) if sure else (UNKNOWN, UNKNOWN)
        return *found, "consent_on"
    unknown_out = blind_outs or any(each is None or (each and day is None) for day, each in outs)
    unknown_sent = blind_sends or any(each is None or (each and day is None) for day, each in sends)
    ever_out, ever_sent = unknown_out or any(each for _, each in outs), unknown_sent or any(each for _, each in sends)
    if unknown_sent and ever_out:
        return UNKNOWN, UNKNOWN, "last_marketing_on"
    if unknown_out and ever_sent:
        return UNKNOWN, UNKNOWN, "opted_out_on"
    return NOTHING, NOTHING, ""


def _whose(own: Sequence[Event], theirs: Sequence[Event], event: str, *, blind: bool = False) -> tuple[str, str]:
    """Return the register and column that leave an event unknown: own, the clients, or a lost address."""
    if any(each is None for _, each in own) or not (own or theirs):
        return "contacts", event
    if any(each is None for _, each in theirs):
        return "clients", event
    return ("clients", "email") if blind else ("contacts", event)


def _related(
    keys: Sequence[tuple[str, str]], contacts: Register, clients: Register | None
) -> Mapping[int, tuple[Origin, ...]]:
    """Return for each row the other rows about the same address, which may hold the other half of a finding."""
    places: dict[str, list[Origin]] = defaultdict(list)
    for (email, _), origin in zip(keys, contacts.origins, strict=True):
        places[email].append(origin)
    if clients is not None:
        for email, origin in zip(column(clients, "email"), clients.origins, strict=True):
            if email is not None:
                places[email].append(origin)
    return {index: tuple(places[email]) for index, (email, _) in enumerate(keys)}
