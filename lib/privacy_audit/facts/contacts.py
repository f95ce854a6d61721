"""What is known of an address from every list it stands on: the most restrictive answer wins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from privacy_audit.facts.fact import column, dates, events, truths
from privacy_audit.registers.register import Register, happened_column

Events = Iterable[tuple[date | None, bool | None]]
K = TypeVar("K")


def with_facts(contacts: Register, clients: Register | None, *, clients_expected: bool) -> Register:
    """Add subscribed, suppressed, opt_out_on, opt_in_on and sent_on.

    An opt-out counts wherever it is recorded, in the client list or on another audience. Where an expected client
    list is missing, or an opted-out client has no readable address, nobody can say that a contact did not opt out.
    """
    statuses = column(contacts, "status")
    keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
    own = {name: _gather(keys, events(contacts, name)) for name in ("opted_out_on", "consent_on", "last_marketing_on")}
    theirs = {name: _of_clients(clients, name) for name in own}
    blind = clients_expected if clients is None else _has_lost_opt_out(clients)
    opt_outs = [
        _strictest(own["opted_out_on"][key], theirs["opted_out_on"].get(key[0], []), blind=blind) for key in keys
    ]
    opt_ins = [_strictest(own["consent_on"][key], []) for key in keys]
    sends = [_any_known(own["last_marketing_on"][key] + theirs["last_marketing_on"].get(key[0], [])) for key in keys]
    facts = {
        "subscribed": truths([None if each is None else each == "subscribed" for each in statuses]),
        "suppressed": truths([None if each is None else each == "unsubscribed" for each in statuses]),
    }
    for name, found in (("opt_out_on", opt_outs), ("opt_in_on", opt_ins), ("sent_on", sends)):
        facts[name] = dates([day for day, _ in found])
        facts[happened_column(name)] = truths([each for _, each in found])
    return contacts.with_columns(facts)


def _gather(keys: Iterable[K], found: Events) -> dict[K, list[tuple[date | None, bool | None]]]:
    gathered = defaultdict(list)
    for key, event in zip(keys, found, strict=True):
        gathered[key].append(event)
    return gathered


def _of_clients(clients: Register | None, event: str) -> Mapping[str | None, list[tuple[date | None, bool | None]]]:
    return {} if clients is None else _gather(column(clients, "email"), events(clients, event))


def _has_lost_opt_out(clients: Register) -> bool:
    """Whether a client who opted out, or may have, has no address by which the contacts could be compared."""
    opted_out = (each for _, each in events(clients, "opted_out_on"))
    return any(
        email is None and each is not False for email, each in zip(column(clients, "email"), opted_out, strict=True)
    )


def _strictest(
    own: list[tuple[date | None, bool | None]], theirs: list[tuple[date | None, bool | None]], *, blind: bool = False
) -> tuple[date | None, bool | None]:
    """Return the latest date; one list that cannot tell leaves the answer open unless another says it happened."""
    found = own + theirs
    days = [day for day, _ in found if day]
    unsure = blind or any(each is None for _, each in found)
    if days:
        return (None if any(each is None for _, each in found) else max(days)), True
    return None, None if unsure else False


def _any_known(found: list[tuple[date | None, bool | None]]) -> tuple[date | None, bool | None]:
    """Return the latest date; a mailing is known when one list records mailings."""
    days = [day for day, _ in found if day]
    if days:
        return max(days), True
    return None, False if any(each is False for _, each in found) else None
