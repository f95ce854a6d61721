"""Control totals: what an export adds up to, and whether that is what the firm expected."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import compress
from typing import Any

import pyarrow as pa

from privacy_audit.files.sheet import Cell
from privacy_audit.registers.about import Expected
from privacy_audit.registers.receipt import Receipt

WRITTEN = re.compile(r"(?P<minus>[-(]?)[£$€]?(?P<less>-?)(?P<figure>(\d{1,3}(,\d{3})+|\d+)(\.\d+)?)(?P<close>\)?)")


def amount(cell: Cell) -> Decimal | None:
    """Return a cell as an amount, None where it is none: “£1,200.00”, “-5”, “(5.00)”; a comma parts thousands.

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
    """Return what each column adds up to over the rows that count, and which could not be added up, in words.

    A blank counts as nothing.
    """
    sums, told, counted = {}, [], list(counted)
    for header, column in columns.items():
        cells = column.to_pylist() if isinstance(column, pa.Array) else column
        filled = [each for each in compress(cells, counted) if not isinstance(each, str) or each.strip()]
        amounts = [each for each in map(amount, filled) if each is not None]
        if len(amounts) == len(filled):
            sums[header] = str(sum(amounts, Decimal(0)))
        else:
            told.append(f"“{header}” was not added up: {len(filled) - len(amounts)} cells are no amounts.")
    return sums, told


def unreconciled(expected: Expected, receipts: Collection[Receipt], records: int) -> Iterator[str]:
    """Yield in words each total that is not as the firm expected it to be."""
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
