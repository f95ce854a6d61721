"""Read one sheet into typed columns and a receipt; rows are accepted or rejected here.

First the lines below the header are divided into rows and lines that are not rows (blank, totals, repeated headers);
then the rows' cells become typed values, and rows without a key are rejected.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from privacy_audit.files.sheet import Cell, Grid, Line, Sheet, Unreadable, Unsplit
from privacy_audit.registers.cells import Layout, is_shaped, shaped
from privacy_audit.registers.column import VISIBLE, Cells, Mask, Typed, all_plain, filled, first_filled, read_column
from privacy_audit.registers.receipt import Receipt, Rejection, Repair, add_up
from privacy_audit.registers.recognise import as_header, columns_of
from privacy_audit.registers.values import Value
from privacy_audit.settings.schema import Schema
from privacy_audit.settings.spelling import Countries, clean

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
# QuickBooks ends a report with the time it was made, after its accounting basis: “Cash basis Friday, 2 October 2026
# 10:14 am GMT+01:00”, or “Oct 02, 2026 03:14:05 AM GMT-7”.
MOMENT = (
    r"((accrual|cash) basis\W+)?((mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)?"
    rf"(\d{{1,2}}\W+{MONTH}|{MONTH}\W+\d{{1,2}})\W+\d{{4}}\W+"
    r"\d{1,2}:\d\d(:\d\d)?(\W*[ap]\.?m\.?)?(\W*[a-z]{1,5})?(\W?\d{1,2}(:?\d\d)?)?"
)
MADE_ON = re.compile(MOMENT, re.IGNORECASE)
# The fast path examines only lines that begin so; possessive quantifiers (*+) avoid backtracking over long cells.
FIRST_WORDS = f"(grand|sub|total|sum|count|number|{COUNTED}|{MOMENT})"
ASKS = rf"(?i)^\W*{FIRST_WORDS}"
ASKS_AT_ONCE = re.compile(rf"\W*+{FIRST_WORDS}", re.IGNORECASE)
LEFT_OUT = {
    "total": "A line of totals was left out.",
    "header": "The header stands here again; the line was left out.",
    "moment": "A line that tells when the report was made was left out.",
}


@dataclass(frozen=True)
class DataRows:
    """The lines of a sheet that are rows: their numbers in the file, and their cells column by column."""

    numbers: npt.NDArray[np.int64]
    columns: Sequence[Cells]


def data_rows(sheet: Sheet, layout: Layout, receipt: Receipt) -> DataRows:
    """Return the rows below the header; add to the receipt what was left out, and the rows that are rejected."""
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


def _of_grid(lines: Grid, first: int, headers: Sequence[Sequence[Cell]]) -> tuple[DataRows, list[tuple[int, str]], int]:
    """Return the rows, (row number, kind) of lines left out, and the number of blank lines.

    A line is examined only where its first cell may begin a line that is not a row.
    """
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
    return DataRows(numbers, columns), left, int(empty.sum()) + sum(kind == "blank" for _, kind in left)


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _asks(cells: pa.Array) -> Mask:
    return ~_matches(cells, VISIBLE) | _matches(cells, ASKS)


def _matches(cells: pa.Array, pattern: str) -> Mask:
    return np.array(pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False), bool)


def _of_lines(
    lines: Sequence[Line], layout: Layout, headers: Sequence[Sequence[Cell]], receipt: Receipt
) -> tuple[DataRows, list[tuple[int, str]], int]:
    """Return the rows, (row number, kind) of lines left out, and the number of blank lines; reject wrong widths."""
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
    return DataRows(np.array([number for number, _ in kept], np.int64), columns), left, blank


def _reject(number: int, cells: Sequence[Cell], width: int, receipt: Receipt) -> None:
    """Reject a line that cannot be split, and each further line of the file that its cells extend over."""
    problem = f"The row has {len(cells)} cells where the header has {width}: a comma or quotation mark too many."
    if isinstance(cells[0], Unsplit):
        problem = cells[0].why
    lines = sum(cell.count("\n") for cell in cells if isinstance(cell, str))
    for below in range(number, number + lines + 1):
        receipt.reject(Rejection(below, "", problem))


def _left_out(cells: Sequence[Cell], headers: Iterable[Sequence[Cell]]) -> str:
    """Return the kind of a line that is not a row: blank, total, header or moment (the report's time); "" for a row."""
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
    """Whether a line above the header has so many different cells that it is a record and not a title."""
    return len({str(cell) for cell in cells if cell != ""}) >= max(TITLE_CELLS, layout.width // 2)


def _width(lines: Sequence[Line], layout: Layout) -> int:
    """Return how many cells a row must have: as many as the header, or more where all rows end in as many blanks."""
    widths = {len(cells) for _, cells in lines if cells.count("") != len(cells)}
    if len(widths) != 1 or max(widths) <= layout.width:
        return layout.width
    blank = all(cell == "" for _, cells in lines for cell in cells[layout.width :])
    return max(widths) if blank else layout.width


@dataclass(frozen=True)
class Row:
    """One accepted row: its number in the file, its values, and the columns whose cell could not be read."""

    number: int
    values: Mapping[str, Value]
    unread: frozenset[str]


@dataclass(frozen=True)
class SheetRows:
    """The accepted rows of one sheet, column by column; `layout` says which columns the file has at all.

    `numbers` are the rows' numbers in the file; `unread` gives for each column the positions of cells that could not be
    read; `denied` are columns in which some cell says “none”.
    """

    layout: Layout
    receipt: Receipt
    table: pa.Table
    numbers: npt.NDArray[np.int64]
    unread: Mapping[str, frozenset[int]]
    denied: frozenset[str] = frozenset()

    @property
    def rows(self) -> list[Row]:
        """The accepted rows one by one."""
        unread: dict[int, set[str]] = {}
        for name, places in self.unread.items():
            for at in places:
                unread.setdefault(at, set()).add(name)
        values = self.table.to_pylist() if self.table.num_columns else [{} for _ in self.numbers]
        return [Row(int(number), values[at], frozenset(unread.get(at, ()))) for at, number in enumerate(self.numbers)]


def read_rows(
    sheet: Sheet,
    layout: Layout,
    schema: Schema,
    countries: Countries,
    sha256: str,
    *,
    extracted_on: date | None = None,
) -> SheetRows:
    """Return the sheet's rows as typed values; every row that is not blank is accepted or rejected.

    `sha256` is the file's hash, for the receipt. A date after `extracted_on`, the day of the export, is unreadable
    where the schema says that it lies in the past; None means that the day of the export is not known.
    """
    receipt = _receipt(sheet, layout, schema, sha256, extracted_on)
    lines = _shaped(data_rows(sheet, layout, receipt), layout, schema, receipt)
    dialect = layout.export.dialect(countries)
    typed = {name: read_column(_cells(lines, name, layout), schema.by_name[name], dialect) for name in layout.columns}
    accepted = _identified(typed, lines, layout, schema, receipt)
    receipt.accepted = int(accepted.sum())
    whole = bool(accepted.all())
    values = {name: each.values if whole else each.values.filter(pa.array(accepted)) for name, each in typed.items()}
    for name, constant in layout.constant.items():
        if name not in values:
            values[name] = pa.array([constant] * receipt.accepted, schema.by_name[name].arrow)
    why = _why_unread(typed, accepted)
    _impossible(values, schema, extracted_on, why)
    numbers = lines.numbers[accepted]
    order = {name: at for at, name in enumerate(why)}
    cells = [(at, order[name], name, reason) for name, reasons in why.items() for at, reason in reasons.items()]
    receipt.unread_cells += [Repair(int(numbers[at]), name, reason) for at, _, name, reason in sorted(cells)]
    receipt.repairs += _repairs(typed, lines, layout)
    receipt.repairs += _stood_in(lines, accepted, layout, schema)
    receipt.sums, unsummed = add_up({name: lines.columns[at] for name, at in layout.summed.items()}, accepted)
    receipt.repairs += [Repair(None, "", what) for what in unsummed]
    receipt.unused = sorted({name for at, name in layout.unused.items() if filled(lines.columns[at]).any()})
    receipt.repairs += _not_read(receipt.unused, layout)
    receipt.control_totals = _totals(values, schema)
    receipt.close()
    unread = {name: frozenset(reasons) for name, reasons in why.items() if reasons}
    denied = frozenset(name for name, each in typed.items() if each.denied)
    return SheetRows(layout, receipt, pa.table(values), numbers, unread, denied)


def _receipt(sheet: Sheet, layout: Layout, schema: Schema, sha256: str, extracted_on: date | None) -> Receipt:
    """Return the receipt of a sheet before its rows are counted."""
    return Receipt(
        register=schema.name,
        file=sheet.file,
        sheet=sheet.name,
        sha256=sha256,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        date_order=layout.export.date_order,
        mapping=layout.export.name,
        extracted_on=extracted_on,
        repairs=[Repair(each.row, each.column, each.what) for each in (*sheet.remarks, *layout.remarks)],
    )


def _why_unread(typed: Mapping[str, Typed], accepted: npt.NDArray[np.bool_]) -> dict[str, dict[int, str]]:
    """Return by column, then by position among the accepted rows, why a cell could not be read."""
    places = np.cumsum(accepted) - 1
    return {
        name: {int(places[at]): f"The cell {reason}." for at, reason in each.unread.items() if accepted[at]}
        for name, each in typed.items()
    }


def _shaped(lines: DataRows, layout: Layout, schema: Schema, receipt: Receipt) -> DataRows:
    """Return the rows that are records, with one more column for each made field; add remarks to the receipt."""
    receipt.rows_in_file = receipt.rows_in
    if not is_shaped(layout):
        return lines
    columns = [each.to_pylist() if isinstance(each, pa.Array) else each for each in lines.columns]
    rows = zip(*columns, strict=True) if columns else ()
    numbered = [(int(number), list(cells)) for number, cells in zip(lines.numbers, rows, strict=True)]
    found, remarks = shaped(numbered, layout, schema.key)
    receipt.rows_in += len(found) - len(numbered)
    receipt.rows_in_file -= sum(any(each.is_heading(cells) for each in layout.no_records) for _, cells in numbered)
    receipt.repairs += remarks
    width = len(columns) + len(layout.made)
    cells = list(zip(*(cells for _, cells in found), strict=True)) or [()] * width
    return DataRows(np.array([number for number, _ in found], np.int64), cells)


def _cells(lines: DataRows, name: str, layout: Layout) -> Cells:
    """Return a field's cells: from its own column, or where that is blank from the first filled stand-in."""
    others = layout.stand_ins.get(name, {}).values()
    own = lines.columns[layout.columns[name]]
    return first_filled([own, *(lines.columns[at] for at in others)])[0] if others else own


def _identified(
    typed: Mapping[str, Typed], lines: DataRows, layout: Layout, schema: Schema, receipt: Receipt
) -> npt.NDArray[np.bool_]:
    """Return for each row whether every part of its key could be read; reject the other rows."""
    accepted = np.ones(len(lines.numbers), bool)
    for name in schema.key:
        if name in layout.constant and name not in typed:
            continue
        blank = typed[name].values.is_null().to_numpy(zero_copy_only=False) if name in typed else np.array(accepted)
        for at in np.flatnonzero(accepted & blank):
            why = typed[name].unread.get(int(at), "is blank") if name in typed else "is missing"
            reason = f"The cell {why}, so nobody can tell which {schema.one} the row is about."
            receipt.rejected.append(Rejection(int(lines.numbers[at]), layout.titles.get(name, name), reason))
        accepted &= ~blank
    receipt.rejected.sort(key=lambda each: each.row)
    return accepted


def _impossible(
    values: dict[str, pa.Array], schema: Schema, extracted_on: date | None, why: dict[str, dict[int, str]]
) -> None:
    """Blank dates that cannot be true: after the export, or before a date they must follow; add the reason to `why`."""
    found = {}
    for column in schema.fields:
        days, start = values.get(column.name), values.get(column.not_before)
        if days is None or column.type != "date":
            continue
        late = _places(pc.greater(days, pa.scalar(extracted_on))) if column.past and extracted_on else []
        early = _places(pc.less(days, start)) if start is not None else []
        before = schema.by_name[column.not_before].title.lower() if start is not None else ""
        found[column.name] = dict.fromkeys(early, f"The cell lies before {before}.")
        found[column.name] |= dict.fromkeys(late, "The cell lies after the day of the export.")
    for name, reasons in found.items():
        if reasons:
            wrong = np.isin(np.arange(len(values[name])), list(reasons))
            values[name] = pc.if_else(pa.array(wrong), pa.scalar(None, values[name].type), values[name])
            why[name] = why.get(name, {}) | reasons


def _places(found: pa.Array) -> list[int]:
    return [int(at) for at in np.flatnonzero(pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False))]


def _repairs(typed: Mapping[str, Typed], lines: DataRows, layout: Layout) -> Iterator[Repair]:
    """Yield a remark for each column and each kind of change that reading made."""
    for name, each in typed.items():
        for first, times, what in each.repairs:
            more = f" in {times} cells, first here." if times > 1 else "."
            yield Repair(int(lines.numbers[first]), layout.titles.get(name, name), what + more)


def _stood_in(lines: DataRows, accepted: npt.NDArray[np.bool_], layout: Layout, schema: Schema) -> Iterator[Repair]:
    """Yield a remark where another column gave the key, with the number of rows."""
    for name in schema.key:
        stand_ins = layout.stand_ins.get(name, {})
        if not stand_ins or name not in layout.columns:
            continue
        positions = [layout.columns[name], *stand_ins.values()]
        _, chosen = first_filled([lines.columns[at] for at in positions])
        own = layout.export.headers[name][0]
        for at, other in enumerate(stand_ins, 1):
            times = int(((chosen == at) & accepted).sum())
            if times:
                yield Repair(None, "", f"{times} rows have no “{own}”; “{other}” stands in for it.")


def _not_read(there: list[str], layout: Layout) -> Iterator[Repair]:
    """Yield a remark for each thing that the mapping says is not read, where the export holds it."""
    names = [as_header(name) for name in there]
    for what, headers in layout.export.not_read.items():
        if any(columns_of(each, names) for each in headers):
            yield Repair(None, "", f"Not read: {what}.")


def _totals(values: Mapping[str, pa.Array], schema: Schema) -> dict[str, str]:
    """Return the first and last date of each date column, by which an export can be compared with its source."""
    totals = {}
    for column in schema.fields:
        if column.type == "date" and column.name in values:
            span = pc.min_max(values[column.name]).as_py()
            if span["min"] is not None:
                totals[column.name] = f"{span['min']} to {span['max']}"
    return totals
