"""What classes of record there are, or were, of a client: which the policy promises to keep, which tax law asks for."""

import re
from collections.abc import Iterable, Mapping

from privacy_audit.facts.fact import Known, column, truths
from privacy_audit.registers.register import Register
from privacy_audit.registers.values import folded

PARTED = re.compile(r"[;,/]")


def with_facts(clients: Register, known: Known) -> Register:
    """Add promised_records and financial_records: blank where no class is named, or only ones nobody knows.

    An invoice that the ledger still has was not destroyed with the client's row, whatever the row says.
    """
    facts = ("promised_records", "financial_records", "promised_until", "end_settled")
    law, day = known.noting("clients", *facts).law, known.as_at
    classes, financial = law.record_classes.on(day), set(law.financial_classes.on(day))
    held = [_named(cell) for cell in column(clients, "records_held")]
    ledger = _in_ledger(clients)

    def among(wanted: set[str]) -> list[bool | None]:
        words, gone, every = (_spelt(classes, each) for each in (wanted, wanted - financial, classes))
        return [_any(each, gone if index in ledger else words, every) for index, each in enumerate(held)]

    promised = set(law.promised_classes.on(day))
    return clients.with_columns(
        {"promised_records": truths(among(promised)), "financial_records": truths(among(financial))}
    )


def _spelt(classes: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> set[str]:
    """Return the words that stand for these classes."""
    return {word for name in wanted for word in classes[name]}


def _named(cell: str | None) -> set[str]:
    """Return the classes that a cell names, as they are compared."""
    return {each for each in map(folded, PARTED.split(cell or "")) if each}


def classes_of(cell: str | None, classes: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], bool]:
    """Return the classes that a cell names, and whether it names nothing else and at least one."""
    named = _named(cell)
    found = tuple(name for name, words in classes.items() if named & set(words))
    return found, bool(named) and named <= _spelt(classes, set(classes))


def _any(named: set[str], wanted: set[str], known: set[str]) -> bool | None:
    """Return whether a wanted class is named; blank where none is, and something unknown or nothing at all is."""
    if named & wanted:
        return True
    return False if named and named.issubset(known) else None


def _in_ledger(clients: Register) -> set[int]:
    """Return the rows of clients whose last invoice the invoices themselves tell."""
    return {index for index, name in clients.inferred if name == "last_invoice_on"}
