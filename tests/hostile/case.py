"""A hostile file and how reading it must end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HEAD = "client_id,name,relationship,ended_on"
ADA, BEA = "C-1,Ada,client,", "C-2,Bea,client,"


@dataclass(frozen=True)
class Case:
    """A file in words, and its ending.

    `accepted` rows, or None where the file is refused; `rejected` row numbers; `unread` (row, column) of cells; `told`
    is looked for in the refusal or in everything the receipt says; `values` are (row, column): value; `in_prove`: it takes
    so long that `make prove` alone reads it.
    """

    name: str
    content: bytes | Callable[[Path], bytes]
    accepted: int | None
    told: str = ""
    rejected: tuple[int, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    values: Mapping[tuple[int, str], object] = field(default_factory=dict)
    file: str = "clients.csv"
    seconds: float = 5
    in_prove: bool = False

    def write(self, folder: Path) -> Path:
        """Write the file; return its path."""
        path = folder / self.file
        path.write_bytes(self.content if isinstance(self.content, bytes) else self.content(folder))
        return path


def clients(*lines: str, head: str = HEAD, end: str = "\n", encoding: str = "utf-8") -> bytes:
    """Return a client list of these lines below its header."""
    return end.join([head, *lines, ""]).encode(encoding)
