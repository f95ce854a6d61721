"""Facts about contacts: opt-outs, opt-ins and mailings of an address, gathered from every list that has it.

A blank on one list never overrides what another list records. First come the events and how they are compared, then
`with_facts`, then the helpers that gather the lists.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.facts.logic import Answer, either
from privacy_audit.facts.marketing import BOUGHT, IMPORTED
from privacy_audit.registers.register import Origin, Register, happened_column

# The day, where it is known, and whether it happened (None: not known).
Event = tuple[date | None, Answer]
OUT, IN, SENT = EVENTS = ("opted_out_on", "consent_on", "last_marketing_on")
NOTHING: Event = (None, False)
UNKNOWN: Event = (None, None)


def told(contacts: Register, name: str) -> list[Event]:
    """Return an event of each contact by its own row; the status “unsubscribed” counts as an opt-out without a day."""
    found = list(events(contacts, name))
    if name != OUT:
        return found
    rows = zip(found, column(contacts, "status"), strict=True)
    return [(None, True) if status == "unsubscribed" and not event[1] else event for event, status in rows]


def latest(found: Sequence[Event], *, blind: bool = False) -> Event:
    """Return the latest date of the events, and whether any happened.

    The date is None where none happened, or where one that is undated or unknown may be later. Instead of “none
    happened”, the answer is None where an event is unknown, or where `blind` says that a list may lack some.
    """
    unsure = blind or any(each is None for _, each in found)
    if not any(each for _, each in found):
        return None, None if unsure else False
    days = [day for day, each in found if each]
    return (None if unsure or None in days else max(day for day in days if day)), True


def sent_while_out(
    outs: Sequence[Event], ins: Sequence[Event], sends: Sequence[Event], blind: Mapping[str, str]
) -> tuple[Event, Event, str]:
    """Return the latest mailing sent after an opt-out with no opt-in between, and that opt-out.

    The third value is the event to fill in where the answer is open. `blind` gives, by event, the column that may hide
    further events in the client list; empty where none does.
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
    """Return whether a person had surely not opted out before a day, or had opted in again by then.

    False where an opt-out is unknown or undated.
    """
    if any(each is None or (each and out is None) for out, each in outs):
        return False
    before = [out for out, _ in outs if out and out < day]
    return not before or any(back and max(before) < back <= day for back, _ in ins)


def before_opt_in(ins: Sequence[Event], day: date) -> Answer:
    """Return whether a day came before the person's first opt-in.

    False for a person without a recorded opt-in; None where an opt-in that is unknown or undated may have come first.
    """
    if any(came and came <= day for came, _ in ins) or not any(each for _, each in ins):
        return False
    return None if any(each is None or (each and came is None) for came, each in ins) else True


K = TypeVar("K")
BACK = "back"  # an opt-in that the person made, so that it can follow an opt-out: no import or bought list


def with_facts(contacts: Register, clients: Register | None, known: Known) -> Register:
    """Add what is known of each contact's opt-outs, opt-ins and mailings, from every list that has the address.

    subscribed, suppressed: by the contact's own status; blank where that is blank.
    opt_out_on, opt_in_on, back_in_on: the latest opt-out, opt-in, and opt-in that the person made (no import).
    sent_while_out_on, out_then_on: the latest mailing sent after an opt-out, and that opt-out.
    surely_sent_while_out: whether there surely was one; never blank.
    mailed_last_on, mailings_known: the latest recorded mailing, and whether no other can be missing.
    mailed_while_in: whether a mailing of the period was surely sent while no opt-out was in force.
    asked_late: whether such a mailing came before the first opt-in.

    An opt-in after the day of the audit does not count. Where an expected client list is missing, or a client who opted
    out or was mailed has no readable address, that client may be any contact: what would be “no” is then blank.
    """
    statuses = column(contacts, "status")
    keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
    expected = known.policy.firm.expects.get("clients", False)
    lists = _Lists.of(keys, contacts, clients, clients_expected=expected, as_at=known.as_at)
    period = known.period_start, known.as_at
    answers = [lists.events_of(key, period) for key in keys]
    facts = {
        "subscribed": truths([None if each is None else each == "subscribed" for each in statuses]),
        "suppressed": truths([None if each is None else each == "unsubscribed" for each in statuses]),
        "surely_sent_while_out": truths([each["sent_while_out_on"][0][1] is True for each in answers]),
    }
    for name in ("mailings_known", "mailed_while_in", "asked_late"):
        facts[name] = truths([each[name][0][1] for each in answers])
    for name in ("opt_out_on", "opt_in_on", "back_in_on", "sent_while_out_on", "out_then_on", "mailed_last_on"):
        facts[name] = dates([each[name][0][0] for each in answers])
        facts[happened_column(name)] = truths([each[name][0][1] for each in answers])
    causes = {(index, name): cause for index, each in enumerate(answers) for name, (_, cause) in each.items()}
    return replace(contacts.with_columns(facts), causes=causes, related=_related(keys, contacts, clients))


@dataclass(frozen=True)
class _Lists:
    """The events of the marketing lists and of the client list, by event and address.

    `blind` names, by event, the client list's column that leaves open whether it happened to a contact; empty for none.
    """

    own: Mapping[str, Mapping[tuple[str, str], list[Event]]]
    theirs: Mapping[str, Mapping[str | None, list[Event]]]
    blind: Mapping[str, str]

    @classmethod
    def of(
        cls,
        keys: Sequence[tuple[str, str]],
        contacts: Register,
        clients: Register | None,
        *,
        clients_expected: bool,
        as_at: date,
    ) -> "_Lists":
        """Gather the events: of the marketing lists by address and channel, of the client list by address."""
        own = {name: _gather(zip(keys, events(contacts, name), strict=True)) for name in EVENTS}
        ins = _opt_ins(contacts, as_at)
        own[IN] = _gather(_from_lists_with_opt_ins(keys, ins, contacts.given))
        own[BACK] = _gather(_from_lists_with_opt_ins(keys, _made_by_the_person(contacts, ins), contacts.given))
        own[OUT] = _gather(zip(keys, told(contacts, OUT), strict=True))
        if _cannot_record_mailings(contacts):
            own[SENT] = _gather([])
        theirs = {name: _of_clients(clients, name) for name in EVENTS}
        theirs |= _opt_ins_of_clients(clients, as_at)
        blind = {name: _column_to_fill_in(clients, name, expected=clients_expected) for name in EVENTS}
        return cls(own, theirs, blind)

    def events_of(self, key: tuple[str, str], period: tuple[date, date]) -> dict[str, tuple[Event, tuple[str, str]]]:
        """Return by fact its event for an address and channel, and the (register, column) to fill in where it is open.

        `period` is the period's first and last day.
        """
        own = {name: self.own[name].get(key, []) for name in (*EVENTS, BACK)}
        theirs = {name: self.theirs[name].get(key[0], []) for name in (*EVENTS, BACK)}
        theirs[SENT] = [_through(key[1], each) for each in theirs[SENT]]
        all_ = {name: own[name] + theirs[name] for name in own}
        why = {name: _open_column(own[name], theirs[name], name, blind=self.blind[name]) for name in EVENTS}
        known = [day for day, _ in all_[SENT] if day]
        sure = not self.blind[SENT] and all(each is not None for _, each in all_[SENT])
        last = (max(known), True) if known else NOTHING if sure else UNKNOWN
        late, then, asked = sent_while_out(all_[OUT], all_[BACK], all_[SENT] or [UNKNOWN], self.blind)
        mailed = [day for day in known if period[0] <= day <= period[1]]
        within = [day for day in mailed if not self.blind[OUT] and is_in(all_[OUT], all_[BACK], day)]
        before = either(*(before_opt_in(all_[IN], day) for day in within))
        return {
            "opt_out_on": (latest(all_[OUT], blind=bool(self.blind[OUT])), why[OUT]),
            "opt_in_on": (latest(all_[IN]), why[IN]),
            "back_in_on": (latest(all_[BACK]), why[IN]),
            "sent_while_out_on": (late, why[asked]),
            "out_then_on": (then, why[asked]),
            "mailed_last_on": (last, why[SENT]),
            "mailings_known": ((None, sure), why[SENT]),
            "mailed_while_in": ((None, bool(within)), why[SENT]),
            "asked_late": ((None, before), why[IN]),
        }


def _from_lists_with_opt_ins(
    keys: Sequence[K], found: Sequence[Event], given: Sequence[Collection[str]]
) -> Iterable[tuple[K, Event]]:
    """Yield the opt-ins of each address; a list without a column for them is left out where another list has one.

    A log of mailings, for example, does not record opt-ins. The firm must show consent (UK GDPR Art 7(1)).
    """
    recorded = {key for key, columns in zip(keys, given, strict=True) if IN in columns}
    pairs = zip(keys, found, given, strict=True)
    return ((key, event) for key, event, columns in pairs if IN in columns or key not in recorded)


def _opt_ins(register: Register, as_at: date) -> list[Event]:
    """Return a register's opt-ins row by row; one after the day of the audit counts as none."""
    return [NOTHING if day and day > as_at else (day, came) for day, came in events(register, IN)]


def _made_by_the_person(register: Register, ins: Sequence[Event]) -> list[Event]:
    """Return the opt-ins, with imports and bought lists counted as none: the person did not make them."""
    ways = zip(ins, column(register, "consent_method"), strict=True)
    return [NOTHING if way in {BOUGHT, IMPORTED} else event for event, way in ways]


def _opt_ins_of_clients(clients: Register | None, as_at: date) -> dict[str, Mapping[str | None, list[Event]]]:
    """Return the client list's opt-ins by address; empty where the list records no opt-in at all.

    Its blanks then leave nothing open: the firm must show consent (UK GDPR Art 7(1)).
    """
    ins = [] if clients is None else _opt_ins(clients, as_at)
    if clients is None or not any(came for _, came in ins):
        return {IN: {}, BACK: {}}
    mails = column(clients, "email")
    found = {IN: ins, BACK: _made_by_the_person(clients, ins)}
    return {name: _gather(zip(mails, each, strict=True)) for name, each in found.items()}


def _cannot_record_mailings(contacts: Register) -> bool:
    """Return whether lists of this kind have no column for mailings.

    False where the firm has declared that there were none.
    """
    return SENT in contacts.cannot_give and None in (each for _, each in events(contacts, SENT))


def _through(channel: str, mailing: Event) -> Event:
    """Return a mailing of the client list as one by a channel.

    The client list does not record the channel: a mailing counts as e-mail, and is unknown for any other channel.
    """
    return mailing if channel == "email" or mailing[1] is False else UNKNOWN


def _gather(pairs: Iterable[tuple[K, Event]]) -> dict[K, list[Event]]:
    """Return the events by key."""
    gathered = defaultdict(list)
    for key, event in pairs:
        gathered[key].append(event)
    return gathered


def _of_clients(clients: Register | None, event: str) -> Mapping[str | None, list[Event]]:
    """Return one kind of event of the client list by e-mail address; None is the key of clients without one."""
    return {} if clients is None else _gather(zip(column(clients, "email"), events(clients, event), strict=True))


def _column_to_fill_in(clients: Register | None, event: str, *, expected: bool) -> str:
    """Return the client list's column to fill in where an event may have happened to a client without an address.

    Mostly that is the e-mail address; where the event is unknown for every client, it is the event's own column. The
    address, too, where an expected client list is missing, or has no rows and was not declared to be empty. Empty where
    nothing is open.
    """
    if clients is None or not (len(clients.table) or clients.known_empty):
        return "email" if expected or clients is not None else ""
    happened = [each for _, each in events(clients, event)]
    if not any(
        mail is None and each is not False for mail, each in zip(column(clients, "email"), happened, strict=True)
    ):
        return ""
    return event if set(happened) == {None} else "email"


def _open_column(own: Sequence[Event], theirs: Sequence[Event], event: str, *, blind: str) -> tuple[str, str]:
    """Return the (register, column) that leaves an event unknown.

    The contact's own row comes first, then the client's row, then the column `blind` of the client list.
    """
    if any(each is None for _, each in own) or not (own or theirs):
        return "contacts", event
    if any(each is None for _, each in theirs):
        return "clients", event
    return ("clients", blind) if blind else ("contacts", event)


def _related(
    keys: Sequence[tuple[str, str]], contacts: Register, clients: Register | None
) -> Mapping[int, tuple[Origin, ...]]:
    """Return for each row the places of all rows about the same address, its own included."""
    places: dict[str, list[Origin]] = defaultdict(list)
    for (email, _), origin in zip(keys, contacts.origins, strict=True):
        places[email].append(origin)
    if clients is not None:
        for email, origin in zip(column(clients, "email"), clients.origins, strict=True):
            if email is not None:
                places[email].append(origin)
    return {index: tuple(places[email]) for index, (email, _) in enumerate(keys)}
