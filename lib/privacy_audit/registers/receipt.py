"""How one file became rows of a register: every row in is accepted, or rejected for a stated reason."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from privacy_audit.errors import PublishError


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be identified or split: the row, the column if one is to blame, the reason."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Repair:
    """A cell or row that was read with a remark; row None: the file as a whole."""

    row: int | None
    column: str
    what: str


@dataclass
class Receipt:
    """What was read from one sheet of one file; `error` is set when nothing was.

    `rows_in_file` are the rows as the exporting tool counts them: before any was left out, or stood for several.
    `unused` are the headers of columns that hold something and are not read; `sums` what columns of amounts add up to.
    """

    register: str
    file: str
    sheet: str
    sha256: str
    rows_in: int = 0
    rows_in_file: int = 0
    accepted: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    unread_cells: list[Repair] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    mapping: str = ""
    extracted_on: date | None = None
    extracted_by: str = ""
    filters: str = ""
    control_totals: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    error: str = ""

    def reject(self, rejection: Rejection) -> None:
        """Count a row in and reject it."""
        self.rows_in += 1
        self.rejected.append(rejection)

    def close(self) -> None:
        """Raise PublishError unless rows in = accepted + rejected."""
        if self.rows_in != self.accepted + len(self.rejected):
            message = (
                f"{self.file}: {self.rows_in} rows in, but {self.accepted} accepted and {len(self.rejected)} rejected. "
                "Nothing is published while a row is unaccounted for."
            )
            raise PublishError(message)

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as plain data, dates in ISO form."""
        content = asdict(self)
        content["extracted_on"] = self.extracted_on.isoformat() if self.extracted_on else None
        return content
