"""What is done to registers to see whether anything looks better for it, and how to tell."""

import csv
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import openpyxl
from privacy_audit.audit.result import Result

PASSES = {"met", "met_with_waivers", "not_applicable"}
HEADER = 5
Change = Callable[[list[list[object]], int, int], None]


def delete(table: list[list[object]], column: int, _first: int) -> None:
    """Take a column out."""
    for row in table:
        del row[column]


def blank(table: list[list[object]], column: int, first: int) -> None:
    """Empty every cell of a column."""
    for row in table[first:]:
        row[column] = None


def spoil(table: list[list[object]], column: int, first: int) -> None:
    """Put something unreadable into every cell of a column."""
    for row in table[first:]:
        row[column] = "¿31/02/20?"


def rename(table: list[list[object]], column: int, first: int) -> None:
    """Give a column another header."""
    table[first - 1][column] = "Something else"


CHANGES = {"delete": delete, "blank": blank, "spoil": spoil}


@lru_cache
def columns_of(path: Path) -> list[str]:
    """Return the headers of a file that no test changes."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        return [str(cell.value) for cell in sheet[HEADER]]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def change_csv(path: Path, column: int, change: Change) -> None:
    table: list[list[object]] = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    change(table, column, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)


def change_workbook(path: Path, column: int, change: Change) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    if change is delete:
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
            for cells in sheet.iter_rows(merged.min_row, merged.max_row, merged.min_col, merged.max_col):
                for cell in cells:
                    cell.value = sheet.cell(merged.min_row, merged.min_col).value
        sheet.delete_cols(column + 1)
    else:
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
        change(table, column, HEADER)
        for number, row in enumerate(table[HEADER - 1 :], HEADER):
            sheet.cell(number, column + 1).value = row[column]
    book.save(path)


def no_better(before: Result, after: Result) -> list[str]:
    """Return how a damaged register looks better than the whole one; there must be no way."""
    ways = []
    for old, new in zip(before.observations, after.observations, strict=True):
        id_, was, now = (
            old.control.id,
            before.standing.statuses[old.control.id],
            after.standing.statuses[new.control.id],
        )
        if now in PASSES and was not in PASSES:
            ways.append(f"{id_} went from {was} to {now}")
        if new.counts["kept"] > old.counts["kept"] and now in PASSES:
            ways.append(f"{id_} kept {new.counts['kept']} rows instead of {old.counts['kept']}")
    order = ["Serious gaps", "Some gaps", "Cannot say", "Kept"]
    for section in after.standing.sections:
        was = before.standing.section(section.id).rating
        if section.rating == "Kept" and order.index(was) < order.index("Kept"):
            ways.append(f"section {section.id} went from {was} to Kept")
    return ways
