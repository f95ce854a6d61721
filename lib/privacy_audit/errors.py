"""What can go wrong, in words for the person who can mend it.

    AuditError
    ├── UsageError     a parameter, folder or command is wrong         exit 64
    ├── BusyError      another run holds the lock                      exit 75
    ├── SettingsError  policy, firm, rulebook, schema or mapping file  exit 3
    ├── InputError     one register file cannot be read                (a receipt with an error)
    │   └── UnknownExportError   no mapping fits it
    ├── PublishError   the run may not be published                    exit 3
    └── InterruptedRunError   somebody stopped it                      exit 3

No message carries a person's data: a message names the file, the sheet, the row and the column.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def nearest(name: str, names: "Iterable[str]") -> str:
    """Return a hint that names the nearest of the names, or an empty string.

    >>> nearest("quater", ["quarter", "firm"])
    ' Did you mean “quarter”?'
    """
    near = get_close_matches(name, list(names), 1)
    return f" Did you mean “{near[0]}”?" if near else ""
