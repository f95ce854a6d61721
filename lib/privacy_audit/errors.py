"""The errors of this package, in words for the person who can correct them.

    AuditError
    ├── UsageError     a parameter, folder or command is wrong         exit 64
    ├── BusyError      another run holds the lock                      exit 75
    ├── SettingsError  policy, firm, rulebook, schema or mapping file  exit 3
    ├── InputError     one register file cannot be read                (a receipt with an error)
    │   ├── UnknownExportError   no mapping fits it
    │   └── NotReadError         it is recognised, and no register is read from it
    ├── PublishError   the run may not be published                    exit 3
    └── InterruptedRunError   the run was stopped                      exit 3

No message contains personal data: a message names the file, the sheet, the row and the column. Below the errors are
the functions that word them, and those that turn any other exception into one of them.
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

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of characters that control a terminal or are invisible


class AuditError(Exception):
    """An error whose message is shown to the user in place of a traceback; `exit_code` ends the command."""

    exit_code = 3

    def _render_traceback_(self) -> list[str]:
        """Return what Jupyter shows in place of a traceback: the message alone."""
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
    """A place in a file; unknown parts are blank, an unknown row is None."""

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
    """A register file cannot be read: where, what is wrong, and what to do next."""

    def __init__(self, place: Place, what: str, hint: str) -> None:
        super().__init__(f"{place}: {what} Hint: {hint}")
        self.place, self.what, self.hint = place, what, hint


class UnknownExportError(InputError):
    """No mapping fits a file; `register` is the register it resembles, or blank."""

    def __init__(self, place: Place, what: str, hint: str, register: str = "") -> None:
        super().__init__(place, what, hint)
        self.register = register


class NotReadError(InputError):
    """An export is recognised, and nothing is read from it; `why` is the reason."""

    def __init__(self, place: Place, title: str, why: str) -> None:
        super().__init__(place, f"Known as “{title}”, and not read: {why}", "Nothing needs to be done.")


def printable(text: str) -> str:
    r"""Return text that cannot control a terminal: control characters are written out, except tabs and line ends.

    >>> printable("a\x1b[31mb\u202e")
    'a\\u001b[31mb\\u202e'
    """
    return "".join(f"\\u{ord(char):04x}" if category(char) in HIDDEN and char not in "\n\t" else char for char in text)


def nearest(name: str, names: "Iterable[str]") -> str:
    """Return a hint with the most similar of the names; blank where none is similar.

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
    """Return any exception as an AuditError that says in one line what failed and where, without personal data."""
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
    """Return the last place in this package that the error passed through, as “ (file, line N)”; blank if none."""
    home = Path(__file__).parent
    frames = [each for each in traceback.extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(home)]
    frames = [each for each in frames if Path(each.filename) != Path(__file__)]
    if not frames:
        return ""
    return f" ({Path(frames[-1].filename).relative_to(home).as_posix()}, line {frames[-1].lineno})"


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function, for notebooks, that raises an AuditError in place of any other exception."""

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - every exception is shown in words
            raise as_audit_error(error) from None

    return call
