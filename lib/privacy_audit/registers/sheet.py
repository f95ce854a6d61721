"""What a file is before anything is interpreted: sheets of numbered lines of cells."""

from dataclasses import dataclass, field
from datetime import date

from privacy_audit.errors import Place

OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds something which is no value: why."""

    why: str


Cell = str | int | float | bool | date | Unreadable


@dataclass(frozen=True)
class Remark:
    """A repair or an oddity that the receipt must mention; row None: the file as a whole."""

    row: int | None
    column: str
    what: str


@dataclass
class Sheet:
    """One table-like sheet: (row number, cells) from the first line that is not blank."""

    file: str
    name: str
    lines: list[tuple[int, list[Cell]]]
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False
    remarks: list[Remark] = field(default_factory=list)

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Return where a row or cell of this sheet stands."""
        return Place(self.file, self.name, row, column)
