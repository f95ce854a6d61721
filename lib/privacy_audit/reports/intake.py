"""How the files under a working paper were read: what was mended or rejected on the way, and which days they span."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.registers.receipt import Receipt
from privacy_audit.reports.papers import receipts
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result


def dealt_with(result: Result, name: str) -> Table:
    """Return what happened to rows and cells on the way: rejected, read as unknown, mended, left unused."""
    rows = [line for each in receipts(result, name) for line in _dealt(result, each)]
    purpose = "Whatever is not named here was read as it stands."
    return Table("On the way", purpose, [("File", 34), ("Row", 8), ("Column", 26), ("What was done", 80)], rows)


def _dealt(result: Result, receipt: Receipt) -> Iterator[tuple[object, ...]]:
    schema = result.inputs.schemas.get(receipt.register)
    titles = {column.name: column.title for column in schema.fields} if schema else {}
    if receipt.error:
        yield receipt.file, None, "", f"Not read. {receipt.error}"
    for lost in receipt.rejected:
        yield receipt.file, lost.row, titles.get(lost.column, lost.column), f"Rejected: {lost.reason}"
    for cell in receipt.unread_cells:
        yield receipt.file, cell.row, titles.get(cell.column, cell.column), f"Read as unknown: {cell.what}"
    for each in receipt.repairs:
        yield receipt.file, each.row, titles.get(each.column, each.column), each.what
    if receipt.unused:
        yield receipt.file, None, ", ".join(receipt.unused), "Not used by any check."


def spans(result: Result, name: str) -> Table:
    """Return the first and last day in each column of dates: what the export can be compared with its source by."""
    rows = []
    for each in receipts(result, name):
        columns = result.inputs.schemas[each.register].by_name if each.register in result.inputs.schemas else {}
        for column, span in each.control_totals.items():
            rows.append((each.file, columns[column].title, *map(date.fromisoformat, span.split(" to "))))
    columns_ = [("File", 34), ("Column", 30), ("First day", 14), ("Last day", 14)]
    return Table("First and last days", "To compare with the system that the export came from.", columns_, rows)
