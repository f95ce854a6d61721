"""Which lines of a sheet are rows of the register: not blank, no total, no header again, no moment of the report."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.files.sheet import Cell, Grid, Line, Sheet, Unreadable, Unsplit
from privacy_audit.registers.column import VISIBLE, Cells, Mask, all_plain
from privacy_audit.registers.mapping import Layout
from privacy_audit.registers.receipt import Receipt, Rejection, Repair
from privacy_audit.registers.values import clean

TITLE_CELLS = 3
COUNTED = "clients|contacts|customers|suppliers|processors|transfers|invoices|rows|records"
FIGURE = r"\W*+(\d[\d,.]*+)?\W*+"
TOTAL = re.compile(
    rf"\W*+(((grand|sub)[ -]?)?totals?( (of|for|number|{COUNTED})\b.{{0,40}})?"
    rf"|(sum|count|number of ({COUNTED})|{COUNTED}) ?[:=]){FIGURE}",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"[-(]?[£$€]?\s?-?[\d,.\s]+[)%]?")
MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# QuickBooks ends a report with the moment it was made, after the basis it rests on: “Cash basis Friday, 2 October 2026
# 10:14 am GMT+01:00”, or “Oct 02, 2026 03:14:05 AM GMT-7”.
MOMENT = (
    r"((accrual|cash) basis\W+)?((mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)?"
    rf"(\d{{1,2}}\W+{MONTH}|{MONTH}\W+\d{{1,2}})\W+\d{{4}}\W+"
    r"\d{1,2}:\d\d(:\d\d)?(\W*[ap]\.?m\.?)?(\W*[a-z]{1,5})?(\W?\d{1,2}(:?\d\d)?)?"
)
MADE_ON = re.compile(MOMENT, re.IGNORECASE)
FIRST_WORDS = f"(grand|sub|total|sum|count|number|{COUNTED}|{MOMENT})"  # the quick path looks closer at no other line
ASKS = rf"(?i)^\W*{FIRST_WORDS}"
ASKS_AT_ONCE = re.compile(rf"\W*+{FIRST_WORDS}", re.IGNORECASE)  # gives back no mark of ten million to try a word there
LEFT_OUT = {
    "total": "A line of totals was left out.",
    "header": "The header stands here again; the line was left out.",
    "moment": "A line that tells when the report was made was left out.",
}


@dataclass(frozen=True)
class Body:
    """The lines that are rows: their numbers in the file, and their cells column by column."""

    numbers: npt.NDArray[np.int64]
    columns: Sequence[Cells]


def body(sheet: Sheet, layout: Layout, receipt: Receipt) -> Body:
    """Return the rows below the header; say in the receipt what was left out, and reject what cannot be split."""
    first = layout.first_line
    headers = [cells for _, cells in sheet.lines[first - layout.export.header_rows : first]]
    for number, cells in sheet.lines[: first - layout.export.header_rows]:
        if _is_record(cells, layout):
            receipt.reject(Rejection(number, "", "The row stands above the header."))
    found = _of_grid(sheet.lines, first, headers) if isinstance(sheet.lines, Grid) else None
    kept, left, blank = found or _of_lines(sheet.lines[first:], layout, headers, receipt)
    if blank:
        receipt.repairs.append(Repair(None, "", f"{blank} blank lines were left out."))
    receipt.repairs += [Repair(number, "", LEFT_OUT[kind]) for number, kind in left if kind in LEFT_OUT]
    receipt.rows_in += len(kept.numbers)
    return kept


def _of_grid(lines: Grid, first: int, headers: Sequence[Sequence[Cell]]) -> tuple[Body, list[tuple[int, str]], int]:
    """Return the rows, what was left out, and how many lines are blank; look closer only where the first cell asks."""
    table = lines.columns.slice(first).combine_chunks()
    columns = [_array(column) for column in table.columns]
    asks = _matches(columns[0], ASKS) if all_plain(columns[0]) else _asks(columns[0])
    asks |= np.array(pc.equal(columns[0], headers[-1][0]))
    numbers = np.arange(first + 1, first + 1 + table.num_rows)
    empty = reduce(np.logical_and, (np.array(pc.equal(column, "")) for column in columns)) if asks.any() else asks
    asks &= ~empty
    closer = zip(*(column.filter(pa.array(asks)).to_pylist() for column in columns), strict=True)
    kinds = [(int(number), _left_out(cells, headers)) for number, cells in zip(numbers[asks], closer, strict=True)]
    left = [each for each in kinds if each[1]]
    if left or empty.any():
        keep = ~empty & ~np.isin(numbers, [number for number, _ in left])
        numbers, columns = numbers[keep], [column.filter(pa.array(keep)) for column in columns]
    return Body(numbers, columns), left, int(empty.sum()) + sum(kind == "blank" for _, kind in left)


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _asks(cells: pa.Array) -> Mask:
    return ~_matches(cells, VISIBLE) | _matches(cells, ASKS)


def _matches(cells: pa.Array, pattern: str) -> Mask:
    return np.array(pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False), bool)


def _of_lines(
    lines: Sequence[Line], layout: Layout, headers: Sequence[Sequence[Cell]], receipt: Receipt
) -> tuple[Body, list[tuple[int, str]], int]:
    kept: list[Line] = []
    left = []
    blank = 0
    width = _width(lines, layout)
    starts = [each[0] for each in headers if each]
    for number, cells in lines:
        first = cells[0]
        plain = type(first) is str and "!" <= first[:1] <= "~" and first not in starts and not ASKS_AT_ONCE.match(first)
        kind = "" if plain else "blank" if cells == [""] else _left_out(cells, headers)
        if kind == "blank":
            blank += 1
        elif kind:
            left.append((number, kind))
        elif len(cells) == width and not isinstance(cells[0], Unsplit):
            kept.append((number, cells))
        else:
            _reject(number, cells, width, receipt)
    columns = list(zip(*(cells for _, cells in kept), strict=True)) or [()] * width
    return Body(np.array([number for number, _ in kept], np.int64), columns), left, blank


def _reject(number: int, cells: Sequence[Cell], width: int, receipt: Receipt) -> None:
    """Reject a line that cannot be split, and each line that it runs over."""
    problem = f"The row has {len(cells)} cells where the header has {width}: a comma or quotation mark too many."
    if isinstance(cells[0], Unsplit):
        problem = cells[0].why
    lines = sum(cell.count("\n") for cell in cells if isinstance(cell, str))
    for below in range(number, number + lines + 1):
        receipt.reject(Rejection(below, "", problem))


def _left_out(cells: Sequence[Cell], headers: Iterable[Sequence[Cell]]) -> str:
    """Return what a line is that is no row: blank, total, header or the moment of the report."""
    seen = [cell for cell in cells if not isinstance(cell, str) or (cell and (clean(cell) or "\0" in cell))]
    if not seen:
        return "blank"
    if list(cells) in [list(each) for each in headers]:
        return "header"
    first, *others = seen
    if isinstance(first, str) and TOTAL.fullmatch(clean(first)) and all(_is_amount(each) for each in others):
        return "total"
    return "moment" if isinstance(first, str) and not others and MADE_ON.fullmatch(clean(first)) else ""


def _is_amount(cell: Cell) -> bool:
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return number or isinstance(cell, Unreadable) or (isinstance(cell, str) and bool(AMOUNT.fullmatch(clean(cell))))


def _is_record(cells: Sequence[Cell], layout: Layout) -> bool:
    """Whether a line above the header is as wide as a record, and so no title."""
    return len({str(cell) for cell in cells if cell != ""}) >= max(TITLE_CELLS, layout.width // 2)


def _width(lines: Sequence[Line], layout: Layout) -> int:
    """Return how many cells a row must have: the header's, or more where every row ends in the same blanks."""
    widths = {len(cells) for _, cells in lines if cells.count("") != len(cells)}
    if len(widths) != 1 or max(widths) <= layout.width:
        return layout.width
    blank = all(cell == "" for _, cells in lines for cell in cells[layout.width :])
    return max(widths) if blank else layout.width
