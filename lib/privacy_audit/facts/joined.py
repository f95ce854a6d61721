"""A contact on every list that has its address: what the lists say of it, if they say one thing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from privacy_audit.facts.fact import column, events
from privacy_audit.facts.logic import Answer, either
from privacy_audit.registers.register import Register

Cause = tuple[str, str]
# A cell, and whether it can be read.
Cell = tuple[Any, bool]
Places = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Joined:
    """For each contact its rows on the marketing lists, itself among them, and its rows in the client list."""

    contacts: Register
    clients: Register | None
    own: Places
    there: Places

    @classmethod
    def of(cls, contacts: Register, clients: Register | None) -> "Joined":
        """Join the lists: by e-mail address, and the marketing lists by channel as well."""
        keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
        own, there = _by(keys), _by(column(clients, "email") if clients is not None else [])
        return cls(contacts, clients, [own[key] for key in keys], [there.get(email, []) for email, _ in keys])

    def cells(self, name: str) -> list[list[Cell]]:
        """Return for each contact the client list's cells of a column."""
        return _cells(self.clients, name, self.there) if self.clients is not None else [[] for _ in self.there]

    def agreed_value(self, name: str) -> list[Any]:
        """Return for each contact what the lists say of it; blank where they differ or a cell cannot be read.

        A list that says nothing leaves it to the others.
        """
        agreed = []
        for mine, theirs in zip(_cells(self.contacts, name, self.own), self.cells(name), strict=True):
            cells = [*mine, *theirs]
            values = {value for value, _ in cells if value is not None}
            agreed.append(values.pop() if len(values) == 1 and all(readable for _, readable in cells) else None)
        return agreed

    def any_event(self, name: str) -> list[Answer]:
        """Return for each contact whether any list records an event.

        A client list that records none at all is no witness: the firm must show consent (UK GDPR Art 7(1)).
        """
        kept = any(_happened(self.clients, name))
        pairs = zip(self._mine(name), self._theirs(name), strict=True)
        return [either(*mine, *(theirs if kept else ())) for mine, theirs in pairs]

    def blocking_column(self, name: str) -> list[Cause | None]:
        """Return for each contact the column that leaves open whether an event happened on some list; None if none."""
        return [
            ("contacts", name) if None in mine else ("clients", name) if None in theirs else None
            for mine, theirs in zip(self._mine(name), self._theirs(name), strict=True)
        ]

    def _mine(self, name: str) -> list[list[Answer]]:
        answers = _happened(self.contacts, name)
        return [[answers[row] for row in rows] for rows in self.own]

    def _theirs(self, name: str) -> list[list[Answer]]:
        answers = _happened(self.clients, name)
        return [[answers[row] for row in rows] for rows in self.there]


def _happened(register: Register | None, name: str) -> list[Answer]:
    return [] if register is None else [answer for _, answer in events(register, name)]


def to_fill_in(lists: Joined, index: int, name: str) -> Cause:
    """Return the (register, column) to fill in for a contact: the client list where it has both."""
    has = lists.clients is not None and name not in lists.clients.absent
    spoilt = any((row, name) in lists.contacts.unread for row in lists.own[index])
    return ("clients", name) if has and lists.there[index] and not spoilt else ("contacts", name)


def _by(keys: Sequence[Any]) -> dict[Any, list[int]]:
    places = defaultdict(list)
    for index, key in enumerate(keys):
        places[key].append(index)
    return places


def _cells(register: Register, name: str, places: Places) -> list[list[Cell]]:
    values = column(register, name)
    return [[(values[row], (row, name) not in register.unread) for row in rows] for rows in places]
