"""The receipt of one sheet: every row in the file is accepted, or rejected for a stated reason.

Then the amounts that columns add up to, and their comparison with what the firm expects.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from itertools import compress
from typing import Any

import pyarrow as pa

from privacy_audit.errors import PublishError
from privacy_audit.files.sheet import Cell
from privacy_audit.settings.quarter import Expected


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be identified or split: its number, the column at fault (or blank), and the reason."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Repair:
    """A remark about a cell or row that was read, or could not be; row None means the file as a whole."""

    row: int | None
    column: str
    what: str


@dataclass
class Receipt:
    """What was read from one sheet of one file; `error` is set when nothing was.

    `rows_in` counts the rows accepted and rejected. `rows_in_file` counts them as the exporting tool does: before some
    were left out as no records, and before one made several. `control_totals` give the first and last date of each date
    column; `sums` what columns of amounts add up to; `unused` the headers of filled columns that are not read.
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
        """Count a row and record its rejection."""
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


WRITTEN = re.compile(r"(?P<minus>[-(]?)[£$€]?(?P<less>-?)(?P<figure>(\d{1,3}(,\d{3})+|\d+)(\.\d+)?)(?P<close>\)?)")


def amount(cell: Cell) -> Decimal | None:
    """Return a cell such as “£1,200.00”, “-5” or “(5.00)” as an amount, None for any other; commas mark thousands.

    >>> amount("£1,200.50"), amount("(5.00)"), amount("1,20"), amount("1.200,00")
    (Decimal('1200.50'), Decimal('-5.00'), None, None)
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    found = WRITTEN.fullmatch(str(cell).replace(" ", ""))
    if found is None or (found["minus"] == "(") != bool(found["close"]):
        return None
    figure = Decimal(found["figure"].replace(",", ""))
    return -figure if found["minus"] or found["less"] else figure


def add_up(columns: Mapping[str, Iterable[Any]], counted: Iterable[bool]) -> tuple[dict[str, str], list[str]]:
    """Return by header what each column adds up to, and a remark for each column that cannot be added up.

    `counted` says for each row whether it is included. A blank counts as nothing.
    """
    sums, unsummed, counted = {}, [], list(counted)
    for header, column in columns.items():
        cells = column.to_pylist() if isinstance(column, pa.Array) else column
        filled = [each for each in compress(cells, counted) if not isinstance(each, str) or each.strip()]
        amounts = [each for each in map(amount, filled) if each is not None]
        if len(amounts) == len(filled):
            sums[header] = str(sum(amounts, Decimal(0)))
        else:
            unsummed.append(f"“{header}” was not added up: {len(filled) - len(amounts)} cells are no amounts.")
    return sums, unsummed


def unreconciled(expected: Expected, receipts: Collection[Receipt], records: int) -> Iterator[str]:
    """Yield in words each total that differs from what the firm expects; `records` counts the different records."""
    rows = sum(each.rows_in_file for each in receipts)
    if expected.rows not in {None, rows}:
        yield f"{expected.rows} rows were expected and {rows} are there"
    if expected.records not in {None, records}:
        yield f"{expected.records} different records were expected and {records} are there"
    for header, wanted in expected.sums.items():
        added = [each.sums[header] for each in receipts if header in each.sums]
        total = sum(map(Decimal, added), Decimal(0))
        if len(added) < len(receipts):
            yield f"“{header}” was expected to add up to {wanted}, and could not be added up in every file"
        elif amount(wanted) != total:
            yield f"“{header}” was expected to add up to {wanted}, and adds up to {total}"
