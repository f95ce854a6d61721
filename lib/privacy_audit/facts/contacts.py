"""What is known of an address from every list it stands on: no list's silence excuses what another tells."""

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


K = TypeVar("K")
BACK = "back"  # an opt-in that brings somebody back who had opted out: no import does


def with_facts(contacts: Register, clients: Register | None, known: Known) -> Register:
    """Add subscribed, suppressed, opt_out_on, opt_in_on, back_in_on, sent_while_out_on, out_then_on and what is sure.

    And mailed_last_on, the last mailing that is recorded, with mailings_known: whether no other can be missing;
    mailed_while_in: whether a mailing of the period surely came before any opt-out; asked_late: whether such a one came
    before any opt-in. An opt-in after the day of the audit is none yet. Opt-outs, opt-ins and mailings count wherever
    they are recorded. Where an expected client list is missing, or a client who opted out or was mailed has no readable
    address, nobody can say that a contact did not or was not.
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
    """What the contacts' own lists and the client list tell, by event.

    `blind` names the client list's column without which nobody can tell that it happened to none of the contacts.
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
        """Gather every event of every list."""
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
        """Return each fact about an address and channel, and the (register, column) to blame where it is open."""
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
    """Yield the opt-ins of each address; a list that has no column for them leaves none open that another tells of.

    A log of mailings is no place where somebody opts in again: the firm must show consent (UK GDPR Art 7(1)).
    """
    recorded = {key for key, columns in zip(keys, given, strict=True) if IN in columns}
    pairs = zip(keys, found, given, strict=True)
    return ((key, event) for key, event, columns in pairs if IN in columns or key not in recorded)


def _opt_ins(register: Register, as_at: date) -> list[Event]:
    """Return a register's opt-ins; one after the day of the audit is none yet."""
    return [NOTHING if day and day > as_at else (day, came) for day, came in events(register, IN)]


def _made_by_the_person(register: Register, ins: Sequence[Event]) -> list[Event]:
    """Return the opt-ins without those that somebody else made for the person: imports and bought lists."""
    ways = zip(ins, column(register, "consent_method"), strict=True)
    return [NOTHING if way in {BOUGHT, IMPORTED} else event for event, way in ways]


def _opt_ins_of_clients(clients: Register | None, as_at: date) -> dict[str, Mapping[str | None, list[Event]]]:
    """Return the client list's opt-ins; a list without any excuses nobody: the firm must show consent (Art 7(1))."""
    ins = [] if clients is None else _opt_ins(clients, as_at)
    if clients is None or not any(came for _, came in ins):
        return {IN: {}, BACK: {}}
    mails = column(clients, "email")
    found = {IN: ins, BACK: _made_by_the_person(clients, ins)}
    return {name: _gather(zip(mails, each, strict=True)) for name, each in found.items()}


def _cannot_record_mailings(contacts: Register) -> bool:
    """Whether the list by its nature records no mailings, and nobody has declared that there were none."""
    return SENT in contacts.cannot_give and None in (each for _, each in events(contacts, SENT))


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


def _column_to_fill_in(clients: Register | None, event: str, *, expected: bool) -> str:
    """Return the column to fill in where a client to whom it happened, or may have, has no address to compare.

    That is the address; but where the list tells of nobody whether it happened, first the event itself.
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
    """Return the register and column that leave an event unknown: own, the clients', or what is lost there."""
    if any(each is None for _, each in own) or not (own or theirs):
        return "contacts", event
    if any(each is None for _, each in theirs):
        return "clients", event
    return ("clients", blind) if blind else ("contacts", event)


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
