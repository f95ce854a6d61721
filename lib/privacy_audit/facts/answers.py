"""Yes, no and cannot say, joined: what is sure is not lost because something else is unknown."""

from collections.abc import Callable, Sequence
from typing import Any

Answer = bool | None


def both(*answers: Answer) -> Answer:
    """Return whether all are true: one sure “no” decides, else one blank leaves it open.

    >>> both(True, None), both(False, None), both(True, True)
    (None, False, True)
    """
    return False if False in answers else None if None in answers else True


def either(*answers: Answer) -> Answer:
    """Return whether any is true: one sure “yes” decides, else one blank leaves it open.

    >>> either(False, None), either(True, None), either(False, False)
    (None, True, False)
    """
    return True if True in answers else None if None in answers else False


def opposite(answer: Answer) -> Answer:
    """Return the opposite; of “cannot say” that is the same.

    >>> opposite(True), opposite(False), opposite(None)
    (False, True, None)
    """
    return None if answer is None else not answer


def among(value: str | None, words: frozenset[str]) -> Answer:
    """Return whether a word is one of these; blank stays blank.

    >>> among("sale", frozenset({"sale"})), among("event", frozenset({"sale"})), among(None, frozenset())
    (True, False, None)
    """
    return None if value is None else value in words


def each(question: Callable[..., Answer], *columns: Sequence[Any]) -> list[Answer]:
    """Return the answer to a question row by row.

    >>> each(both, [True, False], [None, None])
    [None, False]
    """
    return [question(*row) for row in zip(*columns, strict=True)]


def sure(answers: Sequence[Answer]) -> list[Answer]:
    """Return, never blank, which answers are surely yes.

    >>> sure([True, False, None])
    [True, False, False]
    """
    return [answer is True for answer in answers]


def ruled_out(answers: Sequence[Answer]) -> list[Answer]:
    """Return, never blank, which answers are surely no.

    >>> ruled_out([True, False, None])
    [False, True, False]
    """
    return [answer is False for answer in answers]
