"""One contact's rows on all lists that have its address: what they agree on, and what is left to fill in."""

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
    """For each contact the numbers of its rows on the lists.

    `own` are those on the marketing lists, the contact's own among them; `there` are those in the client list.
    """

    contacts: Register
    clients: Register | None
    own: Places
    there: Places

    @classmethod
    def of(cls, contacts: Register, clients: Register | None) -> "Joined":
        """Join the lists by e-mail address; rows of the marketing lists must have the same channel as well."""
        keys = list(zip(column(contacts, "email"), column(contacts, "channel"), strict=True))
        own, there = _by(keys), _by(column(clients, "email") if clients is not None else [])
        return cls(contacts, clients, [own[key] for key in keys], [there.get(email, []) for email, _ in keys])

    def cells(self, name: str) -> list[list[Cell]]:
        """Return for each contact the client list's cells of a column; [] where it has no row there."""
        return _cells(self.clients, name, self.there) if self.clients is not None else [[] for _ in self.there]

    def agreed_value(self, name: str) -> list[Any]:
        """Return for each contact the value that its lists give for a column; None where all are blank.

        Also None where they differ, or a cell cannot be read. A blank list is ignored.
        """
        agreed = []
        for mine, theirs in zip(_cells(self.contacts, name, self.own), self.cells(name), strict=True):
            cells = [*mine, *theirs]
            values = {value for value, _ in cells if value is not None}
            agreed.append(values.pop() if len(values) == 1 and all(readable for _, readable in cells) else None)
        return agreed

    def any_event(self, name: str) -> list[Answer]:
        """Return for each contact whether any list records an event; None where a list leaves it open.

        A client list that records no such event for anyone is left out: the firm must show consent (UK GDPR Art 7(1)).
        """
        kept = any(_happened(self.clients, name))
        pairs = zip(self._mine(name), self._theirs(name), strict=True)
        return [either(*mine, *(theirs if kept else ())) for mine, theirs in pairs]

    def blocking_column(self, name: str) -> list[Cause | None]:
        """Return for each contact the (register, column) that leaves open whether an event happened on some list.

        None where no list leaves it open.
        """
        return [
            ("contacts", name) if None in mine else ("clients", name) if None in theirs else None
            for mine, theirs in zip(self._mine(name), self._theirs(name), strict=True)
        ]

    def _mine(self, name: str) -> list[list[Answer]]:
        """Return for each contact the answers of its rows on the marketing lists."""
        answers = _happened(self.contacts, name)
        return [[answers[row] for row in rows] for rows in self.own]

    def _theirs(self, name: str) -> list[list[Answer]]:
        """Return for each contact the answers of its rows in the client list."""
        answers = _happened(self.clients, name)
        return [[answers[row] for row in rows] for rows in self.there]


def _happened(register: Register | None, name: str) -> list[Answer]:
    """Return row by row whether an event happened; empty without a register."""
    return [] if register is None else [answer for _, answer in events(register, name)]


def to_fill_in(lists: Joined, index: int, name: str) -> Cause:
    """Return the (register, column) to fill in for a contact.

    That is in the client list where it has both the client and the column, unless one of the contact's own cells cannot
    be read.
    """
    has = lists.clients is not None and name not in lists.clients.absent
    spoilt = any((row, name) in lists.contacts.unread for row in lists.own[index])
    return ("clients", name) if has and lists.there[index] and not spoilt else ("contacts", name)


def _by(keys: Sequence[Any]) -> dict[Any, list[int]]:
    """Return the row numbers by key."""
    places = defaultdict(list)
    for index, key in enumerate(keys):
        places[key].append(index)
    return places


def _cells(register: Register, name: str, places: Places) -> list[list[Cell]]:
    """Return for each contact the cells at its rows."""
    values = column(register, name)
    return [[(values[row], (row, name) not in register.unread) for row in rows] for rows in places]
