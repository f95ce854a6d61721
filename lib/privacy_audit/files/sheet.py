"""The data types of a file before its values are interpreted: sheets, their numbered lines, cells and remarks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import overload

import pyarrow as pa

from privacy_audit.errors import Place


@dataclass(frozen=True)
class Unreadable:
    """A cell whose content is not a value; `why` is the reason, as it is printed in receipts."""

    why: str


class Unsplit(Unreadable):
    """The only cell of a line that could not be split into cells; `why` is the reason."""


HEAD = 60  # more lines than are searched for a header
Cell = str | int | float | bool | date | Unreadable
Line = tuple[int, list[Cell]]


class Grid(Sequence[Line]):
    """The lines of a text that was read as columns; a line is built when it is accessed, the first sixty at once."""

    def __init__(self, columns: pa.Table) -> None:
        self.columns = columns
        self._head = self._lines(0, HEAD)

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, slice):
            first, last, _ = at.indices(len(self))
            return self._head[at] if last <= len(self._head) else self._lines(first, last)
        return self._head[at] if at < len(self._head) else self._lines(at, at + 1)[0]

    def _lines(self, first: int, last: int) -> list[Line]:
        rows = self.columns.slice(first, max(0, last - first)).to_pydict().values()
        return [(number, list(cells)) for number, cells in enumerate(zip(*rows, strict=True), first + 1)]


@dataclass(frozen=True)
class Remark:
    """A repair or an oddity to report in the receipt; row None means the file as a whole."""

    row: int | None
    column: str
    what: str


@dataclass
class Sheet:
    """One sheet of a file: its lines as (row number, cells), and how it was read.

    A text has one sheet, whose name is blank. `encoding` is a text's encoding or a workbook's kind (xlsx, xls, ods);
    `delimiter` is blank for a workbook.
    """

    file: str
    name: str
    lines: Sequence[Line]
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False
    remarks: list[Remark] = field(default_factory=list)

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Return the place of a row or cell of this sheet, for a message."""
        return Place(self.file, self.name, row, column)
