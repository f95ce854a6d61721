"""What can go wrong, in words for the person who can mend it.

    AuditError
    ├── UsageError     a parameter, folder or command is wrong         exit 64
    ├── BusyError      another run holds the lock                      exit 75
    ├── SettingsError  policy, firm, rulebook, schema or mapping file  exit 3
    ├── InputError     one register file cannot be read                (a receipt with an error)
    │   ├── UnknownExportError   no mapping fits it
    │   └── NotReadError         it is known, and no register is read from it
    ├── PublishError   the run may not be published                    exit 3
    └── InterruptedRunError   somebody stopped it                      exit 3

No message carries a person's data: a message names the file, the sheet, the row and the column.
"""

import errno
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # what a terminal obeys, or does not show


class AuditError(Exception):
    """Anything this package says to a user instead of a traceback."""

    exit_code = 3

    def _render_traceback_(self) -> list[str]:
        """Tell Jupyter to show the message alone."""
        return [str(self)]


class UsageError(AuditError):
    """A parameter, a folder or a command is wrong."""

    exit_code = 64


class BusyError(AuditError):
    """Another run is in progress."""

    exit_code = 75


class SettingsError(AuditError):
    """A file that describes policy, firm, law, schema or mapping is wrong."""


class PublishError(AuditError):
    """The results may not be, or could not be, published."""


class InterruptedRunError(AuditError):
    """The run was stopped from outside."""


@dataclass(frozen=True)
class Place:
    """Where in a file something stands; the parts that are not known stay blank."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet “{self.sheet}”")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column “{self.column}”")
        return ", ".join(parts)


class InputError(AuditError):
    """A register file cannot be read: where, what, and the next thing to do."""

    def __init__(self, place: Place, what: str, hint: str) -> None:
        super().__init__(f"{place}: {what} Hint: {hint}")
        self.place, self.what, self.hint = place, what, hint


class UnknownExportError(InputError):
    """No mapping fits a file; `register` is the one it looks like, or blank."""

    def __init__(self, place: Place, what: str, hint: str, register: str = "") -> None:
        super().__init__(place, what, hint)
        self.register = register


class NotReadError(InputError):
    """An export is known, and nothing is read from it: why."""

    def __init__(self, place: Place, title: str, why: str) -> None:
        super().__init__(place, f"Known as “{title}”, and not read: {why}", "Nothing needs to be done.")


def printable(text: str) -> str:
    r"""Return text that a terminal can only show: controls and direction marks are written out, but for line ends.

    >>> printable("a\x1b[31mb\u202e")
    'a\\u001b[31mb\\u202e'
    """
    return "".join(f"\\u{ord(char):04x}" if category(char) in HIDDEN and char not in "\n\t" else char for char in text)


def nearest(name: str, names: "Iterable[str]") -> str:
    """Return a hint that names the nearest of the names, or an empty string.

    >>> nearest("quater", ["quarter", "firm"])
    ' Did you mean “quarter”?'
    """
    near = get_close_matches(name, list(names), 1)
    return f" Did you mean “{near[0]}”?" if near else ""


P = ParamSpec("P")
R = TypeVar("R")
HINTS = {
    errno.ENOSPC: "make room on the disk (space, or the number of files), then run again.",
    errno.EDQUOT: "make room on the disk (space, or the number of files), then run again.",
    errno.EROFS: "the disk can only be read; name another folder with --reports.",
    errno.EACCES: "ask for the right to use it, or name another folder.",
    errno.ENOENT: "look whether it was moved or deleted meanwhile.",
}


def as_audit_error(error: BaseException) -> AuditError:
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
            raise as_audit_error(error) from None

    return call
