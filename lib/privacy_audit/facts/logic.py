"""Three-valued logic, and how the words of a cell are read.

The first part joins yes, no and unknown (None): a known answer wins over an unknown one where it decides. The second
part reads cells that list words, or that say “none”.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from privacy_audit.settings.spelling import folded

Answer = bool | None


def both(*answers: Answer) -> Answer:
    """Return whether all are true: False if any is false, else None if any is unknown.

    >>> both(True, None), both(False, None), both(True, True)
    (None, False, True)
    """
    return False if False in answers else None if None in answers else True


def either(*answers: Answer) -> Answer:
    """Return whether any is true: True if any is true, else None if any is unknown.

    >>> either(False, None), either(True, None), either(False, False)
    (None, True, False)
    """
    return True if True in answers else None if None in answers else False


def opposite(answer: Answer) -> Answer:
    """Return the opposite answer; None stays None.

    >>> opposite(True), opposite(False), opposite(None)
    (False, True, None)
    """
    return None if answer is None else not answer


def among(value: str | None, words: frozenset[str]) -> Answer:
    """Return whether a word is one of these; None for None.

    >>> among("sale", frozenset({"sale"})), among("event", frozenset({"sale"})), among(None, frozenset())
    (True, False, None)
    """
    return None if value is None else value in words


def each(question: Callable[..., Answer], *columns: Sequence[Any]) -> list[Answer]:
    """Return the answers to a question, row by row.

    >>> each(both, [True, False], [None, None])
    [None, False]
    """
    return [question(*row) for row in zip(*columns, strict=True)]


def sure(answers: Sequence[Answer]) -> list[Answer]:
    """Return for each answer whether it is True; None gives False.

    >>> sure([True, False, None])
    [True, False, False]
    """
    return [answer is True for answer in answers]


def ruled_out(answers: Sequence[Answer]) -> list[Answer]:
    """Return for each answer whether it is False; None gives False.

    >>> ruled_out([True, False, None])
    [False, True, False]
    """
    return [answer is False for answer in answers]


WORD = r"[^\W\d_]{2}"
NOTHING = frozenset(
    {"none", "no", "nil", "nothing", "none missing", "nothing missing", "none needed", "not applicable"}
)


def parts(text: str) -> list[str]:
    """Return the parts of a list between semicolons and commas, folded for comparison, without a final full stop.

    >>> parts("Names; E-mail  addresses, ")
    ['names', 'e-mail addresses']
    """
    return [part for part in (folded(each).rstrip(".") for each in re.split("[;,]", text)) if part]


def says_nothing(text: str) -> bool:
    """Return whether every part of a cell is a word for “nothing”; False for a cell without parts.

    >>> says_nothing("None."), says_nothing("none; audits"), says_nothing("?")
    (True, False, False)
    """
    return bool(parts(text)) and all(part in NOTHING for part in parts(text))


def says_something(text: str) -> bool | None:
    """Return whether a cell names something; None where it has no word of two letters or more.

    >>> says_something("keys in the UK"), says_something("none"), says_something("?")
    (True, False, None)
    """
    if says_nothing(text):
        return False
    return True if re.search(WORD, text) else None


def mentions(text: str, words: Iterable[str]) -> bool:
    """Return whether a text has one of the words as a word of its own, in the singular or plural (“s”, “es”).

    >>> mentions("Staff health records", ["health"]), mentions("healthy meals", ["health"]), mentions("banks", ["bank"])
    (True, False, True)
    """
    return any(re.search(rf"(?<!\w){re.escape(word)}(?:s|es)?(?!\w)", folded(text)) for word in words)


def is_one_of(part: str, words: Iterable[str]) -> bool:
    """Return whether a part of a list is one of the words, in the singular or plural (“s”, “es”).

    >>> is_one_of("names", ["name"]), is_one_of("staff names", ["name"])
    (True, False)
    """
    return any(re.fullmatch(rf"{re.escape(word)}(?:s|es)?", part) for word in words)


def is_open(text: str, words: Iterable[str]) -> bool:
    """Return whether a list leaves open what it names.

    It does where it is empty, has an open word such as “etc” (`words`), or has a part without a word of two letters.

    >>> is_open("names; ?", ["etc"]), is_open("names, etc.", ["etc"]), is_open("names", ["etc"]), is_open(";", ["etc"])
    (True, True, False, True)
    """
    pieces = parts(text)
    return not pieces or mentions(text, words) or any(not re.search(WORD, part) for part in pieces)
