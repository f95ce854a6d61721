"""What is left of a person in a row: name, e-mail address, telephone number and billing address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from privacy_audit.facts.fact import Known, column, listed, truths
from privacy_audit.registers.register import Register

NAME, EMAIL, KIND = "name", "email", "client_type"
IDENTIFIERS = (NAME, EMAIL, "phone", "billing_address")
# Whose name is nobody's; a partnership mostly goes by its partners' names.
NO_PERSON = {"company", "llp", "public_body", "charity_inc", "charity_uninc"}
LETTERS = re.compile(r"[^\W\d_]+")


def with_facts(clients: Register, known: Known) -> Register:
    """Add identifiers_left, surely_left (never blank) and identifiers, the titles of the columns that hold something.

    A blank cell of a deleted row says that nothing is left, unless the column is blank in every row or absent: then
    nobody can tell of names and addresses. Telephone and billing address count where they are given.
    """
    names = ("identifiers_left", "surely_left", "identifiers")
    stand_ins = known.noting("clients", *names).law.stand_ins.on(known.as_at)
    found: list[list[str]] = []
    causes = {}
    for index, cells in enumerate(_answers(clients, stand_ins)):
        found.append([name for name, answer in cells.items() if answer is True])
        doubtful = next((name for name, answer in cells.items() if answer is None), "")
        if doubtful and not found[-1]:
            causes[index, "identifiers_left"] = (clients.name, doubtful)
    left = [
        True if each else None if (index, "identifiers_left") in causes else False for index, each in enumerate(found)
    ]
    titles = [listed(clients.schema.by_name[name].title for name in each) for each in found]
    facts = {
        "identifiers_left": truths(left),
        "surely_left": truths([each is True for each in left]),
        "identifiers": pa.array(titles, pa.string()),
    }
    return replace(clients.with_columns(facts), causes={**clients.causes, **causes})


def _answers(clients: Register, stand_ins: Mapping[str, Sequence[str]]) -> Iterator[dict[str, bool | None]]:
    """Yield for each row whether each of the four is left; None stands under the column that leaves it open."""
    columns = {name: column(clients, name) for name in IDENTIFIERS}
    silent = {name for name in (NAME, EMAIL) if not any(columns[name])}
    kinds = _kinds(clients)
    for index, cells in enumerate(zip(*columns.values(), strict=True)):
        answers: dict[str, bool | None] = {}
        for name, cell in zip(IDENTIFIERS, cells, strict=True):
            unread = (index, name) in clients.unread
            answers[name] = None if unread or name in silent else _stands(name, cell, stand_ins)
        if kinds[index] in NO_PERSON:
            answers[NAME] = False
        elif answers[NAME] and kinds[index] is None:
            answers[KIND] = None
            answers[NAME] = False
        yield answers


def _kinds(clients: Register) -> list[str | None]:
    """Return each client's kind; a number at Companies House makes it a company where the kind is not recorded."""
    pairs = zip(column(clients, KIND), column(clients, "company_number"), strict=True)
    return [kind or ("company" if number else None) for kind, number in pairs]


def _stands(name: str, cell: Any, stand_ins: Mapping[str, Sequence[str]]) -> bool | None:  # noqa: ANN401 - a cell of the register
    """Return whether a cell tells who somebody is; a name without a letter is no name, and no blank either."""
    text = (cell or "").casefold()
    if not any(map(str.isalnum, text)):
        return False
    words = set(LETTERS.findall(text.partition("@")[0]))
    if words & set(stand_ins["gone"]) and words.issubset((*stand_ins["gone"], *stand_ins["beside"])):
        return False
    return True if words or name != NAME else None
