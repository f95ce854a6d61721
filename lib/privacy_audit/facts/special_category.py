"""Whether clients, contacts and suppliers are marked with special category data, or words hint at it (DAT-01)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from privacy_audit.facts.fact import Known, column, events, listed
from privacy_audit.facts.records import natural_keys
from privacy_audit.registers.register import Register
from privacy_audit.settings.schema import Schema


class Hints:
    """The rulebook's words for special category data; look-alikes and names of companies do not count."""

    def __init__(self, known: Known) -> None:
        law, day = known.law, known.as_at
        self._kinds = {kind: _whole(words) for kind, words in law.special_words.on(day).items()}
        self._harmless = _whole(law.look_alikes.on(day))
        endings = "|".join(map(re.escape, law.company_endings.on(day)))
        self._company = re.compile(rf"(?:\b[A-Z][\w'\u2019]*\s+(?:(?:and|of|the|for|&)\s+)*)+(?:{endings})\b")

    def kinds(self, text: str) -> list[str]:
        """Return the kinds of special category data that a text hints at."""
        plain = self._harmless.sub(" ", self._company.sub(" ", text.replace("-", " ")))
        return [kind for kind, words in self._kinds.items() if words.search(plain)]


def _whole(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds these words and phrases as whole words, the longest first."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b", re.IGNORECASE)


MARK, NOTES, TAGS = "special_category", "notes", "tags"
# By register, the column to fill in where it is open whether words hint at such data.
SEARCHED = {"clients": NOTES, "contacts": NOTES, "processors": "data_categories"}


@dataclass(frozen=True)
class _Row:
    """One record: the kinds of data it is marked with, and the kinds its words hint at.

    An empty tuple means none; None means that it is not known.
    """

    marked: tuple[str, ...] | None
    hinted: tuple[str, ...] | None


def data_held(
    schema: Schema, registers: Mapping[str, Register], known: Known, name_of: Callable[[Register, str], str]
) -> Register:
    """Return one row for each client, contact and supplier; an open answer has the exported column as its cause.

    `name_of` gives the name or token by which reports refer to a record.
    """
    hints, kind_names = Hints(known.noting("held", "hinted", "hint")), known.law.tables["categories"]["names"]
    sources = [registers[name] for name in schema.made_from if name in registers]
    rows: list[tuple[object, ...]] = []
    causes: dict[tuple[int, str], tuple[str, str]] = {}
    for register in sources:
        read = list(
            {"clients": _clients, "contacts": _contacts, "processors": _suppliers}[register.name](register, hints)
        )
        causes |= _causes(register.name, read, len(rows))
        names = (name_of(register, key) for key in natural_keys(register))
        rows += [(register.name, name, *_cells(row, kind_names)) for name, row in zip(names, read, strict=True)]
    return Register.made(
        schema,
        rows,
        (origin for register in sources for origin in register.origins),
        receipts=tuple(receipt for register in sources for receipt in register.receipts),
        known_empty=_known_empty(sources),
        causes=causes,
    )


def _causes(name: str, rows: Sequence[_Row], first: int) -> dict[tuple[int, str], tuple[str, str]]:
    """Return by (row, fact) the exported (register, column) to fill in where the fact is open.

    `first` is the number of the first row in the register that is made.
    """
    marks = {(first + n, "confirmed"): (name, MARK) for n, row in enumerate(rows) if row.marked is None}
    return marks | {(first + n, "hinted"): (name, SEARCHED[name]) for n, row in enumerate(rows) if row.hinted is None}


def _known_empty(own: Sequence[Register]) -> bool:
    """Return whether all these registers are known to have no rows, and there is at least one of them."""
    return bool(own) and all(each.known_empty for each in own)


def _cells(row: _Row, kind_names: Mapping[str, str]) -> tuple[bool | None, str | None, bool | None, str | None]:
    """Return whether the record is marked, with which kinds, whether words hint at some, and at which kinds.

    A record that is marked counts as not hinted at.
    """
    marked = None if row.marked is None else bool(row.marked)
    hinted = None if row.hinted is None else bool(row.hinted)
    kind, hint = (listed(kind_names[each] for each in kinds or ()) for kinds in (row.marked, row.hinted))
    return marked, kind, False if marked else hinted, hint


def _clients(clients: Register, hints: Hints) -> Iterator[_Row]:
    """Yield for each client the marked kind, and the kinds that the notes hint at.

    Where the firm declared that no such data is held, notes that are in no export count as empty.
    """
    marks, notes = list(events(clients, MARK)), list(events(clients, NOTES))
    declared = all(answered is False for _, answered in marks)
    for (mark, answered), (note, written) in zip(marks, notes, strict=True):
        marked = None if answered is None else () if mark in {None, "none"} else (str(mark),)
        silent = () if written is False or declared else None
        yield _Row(marked, tuple(hints.kinds(str(note))) if note is not None else silent)


def _contacts(contacts: Register, hints: Hints) -> Iterator[_Row]:
    """Yield for each contact the kinds that its notes and tags hint at.

    Where one of the two cannot be read, only a hint in the other counts.
    """
    for cells in zip(events(contacts, NOTES), events(contacts, TAGS), strict=True):
        found = hints.kinds("\n".join(cell for cell, _ in cells if cell is not None))
        yield _Row((), tuple(found) if found or all(answered is not None for _, answered in cells) else None)


def _suppliers(suppliers: Register, hints: Hints) -> Iterator[_Row]:
    """Yield for each supplier the kinds that its kinds of data hint at.

    A supplier that gets no personal data may leave the cell blank.
    """
    for shared, role in zip(column(suppliers, SEARCHED["processors"]), column(suppliers, "role"), strict=True):
        silent = () if role == "none" else None
        yield _Row((), tuple(hints.kinds(shared)) if shared is not None else silent)
