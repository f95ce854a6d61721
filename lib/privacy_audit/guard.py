"""Failures in words: what a notebook's cell or a command says when something goes wrong that nobody foresaw.

A traceback, and the words of an exception that is not ours, may hold somebody's data: only the place in the code is
told.
"""

import errno
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from privacy_audit.errors import AuditError, PublishError

P = ParamSpec("P")
R = TypeVar("R")
HINTS = {
    errno.ENOSPC: "make room on the disk (space, or the number of files), then run again.",
    errno.EDQUOT: "make room on the disk (space, or the number of files), then run again.",
    errno.EROFS: "the disk can only be read; name another folder with --reports.",
    errno.EACCES: "ask for the right to use it, or name another folder.",
    errno.ENOENT: "look whether it was moved or deleted meanwhile.",
}


def in_words(error: BaseException) -> AuditError:
    """Return an error of ours that says what failed and where, in one line, with nobody's data."""
    if isinstance(error, AuditError):
        return error
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if isinstance(error.filename, str) else ""
        hint = HINTS.get(error.errno or 0, "mend that and run again.")
        return PublishError(f"A file could not be used: {error.strerror}{where}. Hint: {hint}")
    if isinstance(error, MemoryError):
        return AuditError("The computer ran out of memory. Hint: close other programs and run again.")
    hint = "tell whoever looks after the program this line; it holds nobody's data."
    return AuditError(f"The audit failed inside{_place(error)}. Hint: {hint}")


def _place(error: BaseException) -> str:
    """Return the last place in our own code that the error came through."""
    home = Path(__file__).parent
    frames = [each for each in traceback.extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(home)]
    frames = [each for each in frames if Path(each.filename) != Path(__file__)]
    if not frames:
        return ""
    return f" ({Path(frames[-1].filename).relative_to(home).as_posix()}, line {frames[-1].lineno})"


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function that a notebook calls fail in words alone."""

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said in words
            raise in_words(error) from None

    return call
