"""What a file is before anything is interpreted: sheets of numbered lines of cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import overload

import pyarrow as pa

from privacy_audit.errors import Place


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds something which is no value: why."""

    why: str


class Unsplit(Unreadable):
    """A line, alone in its row, of which nobody can tell where its cells begin and end: why."""


HEAD = 60  # more lines than a header is looked for in
Cell = str | int | float | bool | date | Unreadable
Line = tuple[int, list[Cell]]


class Grid(Sequence[Line]):
    """The lines of a text that a fast reader has split into columns; each line is put together when it is asked for."""

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
    """A repair or an oddity that the receipt must mention; row None: the file as a whole."""

    row: int | None
    column: str
    what: str


@dataclass
class Sheet:
    """One table-like sheet: (row number, cells) of each line."""

    file: str
    name: str
    lines: Sequence[Line]
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False
    remarks: list[Remark] = field(default_factory=list)

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Return where a row or cell of this sheet stands."""
        return Place(self.file, self.name, row, column)
