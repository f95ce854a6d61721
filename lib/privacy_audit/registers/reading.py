"""One sheet into typed rows and a receipt: the place where a row is accepted or rejected."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from privacy_audit.registers.mapping import Layout
from privacy_audit.registers.receipt import Receipt, Rejection, Repair
from privacy_audit.registers.recognise import as_header, places
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.shape import is_shaped, shaped
from privacy_audit.registers.sheet import Cell, Sheet
from privacy_audit.registers.totals import add_up
from privacy_audit.registers.values import Countries, Dialect, UnreadError, Value, clean, read_value

TITLE_CELLS = 3


@dataclass(frozen=True)
class Row:
    """One accepted row: its number in the file, its values, and the columns whose cell could not be read."""

    number: int
    values: Mapping[str, Value]
    unread: frozenset[str]


@dataclass
class Reading:
    """The accepted rows of one sheet; `layout` tells which columns the file has at all."""

    layout: Layout
    receipt: Receipt
    rows: list[Row] = field(default_factory=list)


def read_rows(
    sheet: Sheet,
    layout: Layout,
    schema: Schema,
    countries: Countries,
    sha256: str,
    *,
    extracted_on: date | None = None,
) -> Reading:
    """Return the sheet's rows as typed values; every row that is not blank is accepted or rejected."""
    receipt = Receipt(
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
    reading = Reading(layout, receipt)
    dialect = layout.export.dialect(countries)
    for number, cells in sheet.lines[: layout.first_line - layout.export.header_rows]:
        if _is_record(cells, layout):
            receipt.rows_in += 1
            receipt.rejected.append(Rejection(number, "", "The row stands above the header."))
    blank = 0
    kept: list[tuple[int, list[Cell]]] = []
    accepted: list[list[Cell]] = []
    stood_in: Counter[tuple[str, str]] = Counter()
    below = sheet.lines[layout.first_line :]
    width = _width(below, layout)
    for number, cells in below:
        if all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            blank += 1
            continue
        problem = _split_wrongly(cells, width)
        if problem:
            receipt.rows_in += 1
            receipt.rejected.append(Rejection(number, "", problem))
        else:
            kept.append((number, cells))
    kept, repairs = shaped(kept, layout, schema.key) if is_shaped(layout) else (kept, [])
    receipt.repairs += repairs
    for number, cells in kept:
        receipt.rows_in += 1
        if row := _row(number, cells, layout, schema, dialect, receipt):
            receipt.accepted += 1
            accepted.append(cells)
            reading.rows.append(row)
            stood_in.update(_stood_in(cells, layout, schema))
    if blank:
        receipt.repairs.append(Repair(None, "", f"{blank} blank lines were left out."))
    receipt.repairs += [
        Repair(None, "", f"{times} rows have no “{own}”; “{other}” stands in for it.")
        for (own, other), times in sorted(stood_in.items())
    ]
    receipt.sums, unsummed = add_up({name: [row[at] for row in accepted] for name, at in layout.summed.items()})
    receipt.repairs += [Repair(None, "", what) for what in unsummed]
    receipt.unused = _filled_unused(below, layout)
    receipt.repairs += _not_read(receipt.unused, layout)
    receipt.control_totals = _totals(reading, schema)
    receipt.rejected.sort(key=lambda each: each.row)
    receipt.close()
    return reading


def _row(
    number: int, cells: list[Cell], layout: Layout, schema: Schema, dialect: Dialect, receipt: Receipt
) -> Row | None:
    values: dict[str, Value] = {**layout.constant}
    unread = {}
    for name in layout.columns:
        position = _position(cells, name, layout)
        cell: Cell = cells[position] if position < len(cells) else ""
        try:
            values[name] = read_value(cell, schema.by_name[name], dialect)
        except UnreadError as error:
            values[name], unread[name] = None, str(error)
    for name in schema.key:
        if values.get(name) is None:
            why = unread.get(name, "is blank")
            reason = f"The cell {why}, so nobody can tell which {schema.one} the row is about."
            receipt.rejected.append(Rejection(number, layout.titles.get(name, name), reason))
            return None
    unread |= _impossible(values, schema, receipt.extracted_on)
    values |= dict.fromkeys(unread)
    for name, why in unread.items():
        receipt.unread_cells.append(Repair(number, name, f"The cell {why}."))
    return Row(number, values, frozenset(unread))


def _position(cells: list[Cell], name: str, layout: Layout) -> int:
    """Return where a field's cell stands: in its own column, or in the first filled one of those that stand in."""
    own = layout.columns[name]
    others = layout.stand_ins.get(name, {}).values()
    return next((each for each in (own, *others) if _is_filled(cells, each)), own)


def _is_filled(cells: list[Cell], position: int) -> bool:
    cell = cells[position] if position < len(cells) else ""
    return not isinstance(cell, str) or bool(cell and clean(cell))


def _stood_in(cells: list[Cell], layout: Layout, schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the key's own header and the one that stood in for it in this row."""
    for name in schema.key:
        for header, position in layout.stand_ins.get(name, {}).items():
            if position == _position(cells, name, layout):
                yield layout.export.headers[name][0], header


def _filled_unused(lines: list[tuple[int, list[Cell]]], layout: Layout) -> list[str]:
    """Return the headers of unused columns in which any cell is filled."""
    filled = (name for at, name in layout.unused.items() if any(_is_filled(cells, at) for _, cells in lines))
    return sorted(set(filled))


def _not_read(filled: list[str], layout: Layout) -> Iterator[Repair]:
    """Yield a remark for each thing that the mapping says is not read, where the export holds it."""
    there = [as_header(name) for name in filled]
    for what, headers in layout.export.not_read.items():
        if any(places(each, there) for each in headers):
            yield Repair(None, "", f"Not read: {what}.")


def _is_record(cells: list[Cell], layout: Layout) -> bool:
    """Whether a line above the header is as wide as a record, and so no title."""
    return len({str(cell) for cell in cells if cell != ""}) >= max(TITLE_CELLS, layout.width // 2)


def _impossible(values: dict[str, Value], schema: Schema, extracted_on: date | None) -> dict[str, str]:
    """Return the columns whose date cannot be true, with the reason."""
    found = {}
    for column in schema.fields:
        day, start = values.get(column.name), values.get(column.not_before)
        if column.past and isinstance(day, date) and extracted_on and day > extracted_on:
            found[column.name] = "lies after the day of the export"
        elif isinstance(day, date) and isinstance(start, date) and day < start:
            found[column.name] = f"lies before {schema.by_name[column.not_before].title.lower()}"
    return found


def _width(lines: list[tuple[int, list[Cell]]], layout: Layout) -> int:
    """Return how many cells a row must have: the header's, or more where every row ends in the same blanks."""
    widths = {len(cells) for _, cells in lines if cells}
    blank = all(cell == "" for _, cells in lines for cell in cells[layout.width :])
    return max(widths) if len(widths) == 1 and max(widths) > layout.width and blank else layout.width


def _split_wrongly(cells: list[Cell], width: int) -> str:
    """Return why the row's cells cannot belong to the header's columns, or an empty text."""
    if len(cells) != width:
        return f"The row has {len(cells)} cells where the header has {width}: a comma or quotation mark too many."
    for cell in cells:
        if isinstance(cell, str) and "\n" in cell and width > 1:
            lines = cell.split("\n")
            if any(line.count(",") >= width - 1 or line.count(";") >= width - 1 for line in lines):
                return "A quotation mark was not closed: one cell swallowed the lines below it."
    return ""


def _totals(reading: Reading, schema: Schema) -> dict[str, str]:
    """Return the smallest and largest date of each date column: what an extract can be compared by."""
    totals = {}
    for column in schema.fields:
        days = [row.values[column.name] for row in reading.rows if row.values.get(column.name) is not None]
        if column.type == "date" and days:
            totals[column.name] = f"{min(days)} to {max(days)}"  # type: ignore[type-var]  # dates only
    return totals
