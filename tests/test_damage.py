"""Whatever is done to a register, nobody is told “met” who was not, and nothing is lost on the way."""

import csv
import io
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from bench import beside
from privacy_audit.inputs import read_settings
from privacy_audit.request import ROOT, Request
from privacy_audit.result import Result, audit

PASSES = {"met", "met_with_waivers", "not_applicable"}
SUPPLIERS = "suppliers.xlsx"
HEADER = 5
# Columns whose lack can only count against the firm.
EXCUSES = {"last_invoice_on", "service_start", "consent_on"}
_, _, SCHEMAS, EXPORTS, _ = read_settings(ROOT / "data")
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


CHANGES = {"delete": delete, "blank": blank, "spoil": spoil, "rename": rename}


def columns_of(path: Path) -> list[str]:
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


def is_read(name: str, column: int) -> bool:
    """Whether a mapping reads the column; damage to the others is tried by make prove alone."""
    header = columns_of(ROOT / "data" / "example" / "2026-Q3" / name)[column]
    spellings = {
        each.split(" / ")[-1] for export in EXPORTS.values() for every in export.columns.values() for each in every
    }
    return header in spellings


FILES = sorted(
    path.name for path in (ROOT / "data" / "example" / "2026-Q3").iterdir() if path.suffix in {".csv", ".xlsx"}
)
EVERY = [
    pytest.param(name, column, change, marks=[] if is_read(name, column) else pytest.mark.proof)
    for name in FILES
    for column in range(len(columns_of(ROOT / "data" / "example" / "2026-Q3" / name)))
    for change in CHANGES
]


def no_better(before: Result, after: Result) -> list[str]:
    """Return how a damaged register looks better than the whole one; there must be no way."""
    ways = []
    for old, new in zip(before.observations, after.observations, strict=True):
        id_, was, now = old.control.id, before.statuses[old.control.id], after.statuses[new.control.id]
        if now in PASSES and was not in PASSES:
            ways.append(f"{id_} went from {was} to {now}")
        if new.counts["kept"] > old.counts["kept"] and now in PASSES:
            ways.append(f"{id_} kept {new.counts['kept']} rows instead of {old.counts['kept']}")
    order = ["Serious gaps", "Some gaps", "Cannot say", "Kept"]
    for section in after.sections:
        was = before.section(section.id).rating
        if section.rating == "Kept" and order.index(was) < order.index("Kept"):
            ways.append(f"section {section.id} went from {was} to Kept")
    return ways


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column", "change"), EVERY)
def test_no_damage_to_a_column_makes_anything_look_better(name, column, change, example, registers):
    """Deleting, blanking, spoiling or renaming any column of any file never turns anything into a pass."""
    edit = change_workbook if name == SUPPLIERS else change_csv
    edit(registers / name, column, CHANGES[change])
    after = beside(example, registers)
    assert not no_better(example, after)
    assert not [each for each in after.observations if each.error]
    for receipt in after.inputs.folder.receipts:
        receipt.close()


def verdicts(result: Result) -> dict[str, dict[str, int]]:
    """How many rows of each verdict every control has."""
    return {each.control.id: dict(each.counts) for each in result.observations if each.control.register != "columns"}


@lru_cache
def needed(register: str) -> set[str]:
    """The columns of a register that some control asks for."""
    from privacy_audit.audit import CONTROLS, column_names  # noqa: PLC0415
    from privacy_audit.control import Columns, InScope, Rules  # noqa: F401, PLC0415
    from privacy_audit.facts import FACT_COLUMNS  # noqa: PLC0415
    from privacy_audit.facts.transfers import FROM_PROCESSORS  # noqa: PLC0415
    from privacy_audit.rulebook import Limits  # noqa: PLC0415

    policy, law, schemas, *_ = read_settings(ROOT / "data")
    request = Request.of(quarter="2026-Q3")
    found = set()
    for control in CONTROLS.values():
        columns = Columns(control.register, column_names(schemas[control.register]))
        for clause in control.clauses(
            columns,
            Rules(law, policy.promises, Limits(law, {}, request.as_at), request.quarter.first),
            request.as_at,
        ):
            for name in clause.when.columns:
                roots = FACT_COLUMNS.get(control.register, {}).get(name, ((control.register, name),))
                found |= {
                    ("processors", FROM_PROCESSORS[c]) if r == "transfers" else (r, c)
                    for r, c in roots
                    if r != "transfers" or c in FROM_PROCESSORS
                }
    return {column for name, column in found if name == register}


@pytest.mark.slow
@pytest.mark.parametrize("change", ["delete", "blank", "spoil"])
@pytest.mark.parametrize("register", ["clients", "processors"])
def test_a_column_that_a_control_needs_is_missed_and_named(register, change, example, registers):
    """When rows need a column that was damaged, the report names the column that would help."""
    name = {"clients": "clients.csv", "processors": SUPPLIERS}[register]
    path = ROOT / "data" / "example" / "2026-Q3" / name
    export = EXPORTS[{"clients": "clients-list", "processors": "suppliers-spreadsheet"}[register]]
    reading = example.inputs.folder.readings[register][0]
    named = set()
    for field, position in reading.layout.columns.items():
        if field not in needed(register) or field in SCHEMAS[register].key:
            continue
        column = SCHEMAS[register].by_name[field]
        if column.blank == "no" or column.absent == "not_happened" or field in EXCUSES:
            continue  # its lack can only count against the firm, as the schema says
        if change == "spoil" and column.type == "string" and not column.constraints.enum and column.format == "default":
            continue  # any text is text
        shutil.copy(path, registers / name)
        (change_workbook if name == SUPPLIERS else change_csv)(registers / name, position, CHANGES[change])
        after = beside(example, registers)
        if verdicts(after) == verdicts(example) and after.statuses == example.statuses:
            continue  # no row of the example needs it: nothing that was shown is missed
        told = {finding.record for finding in after.findings if finding.blocks}
        told |= {
            column.title
            for each in after.inputs.folder.refused
            if reading.layout.titles[field] in each.error.casefold()
        }
        assert column.title in told, f"{export.name}: {field} {change}"
        named.add(field)
    fewest = {"clients": 10, "processors": 16 if change == "spoil" else 21}  # any text is text
    assert len(named) >= fewest[register], "the example needs fewer columns than it did"


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_missed(name, example, registers):
    """A file taken away leaves every control that needs it unshown, makes the run incomplete, and is named."""
    (registers / name).unlink()
    after = beside(example, registers)
    assert not no_better(example, after)
    if not name.startswith("cleaned"):
        assert after.incomplete
        register = "contacts" if "subscribed" in name else name.split(".")[0].replace("suppliers", "processors")
        for each in after.observations:
            if each.control.register == register or (register == "clients" and each.control.register == "contacts"):
                assert after.statuses[each.control.id] in {"not_testable", "not_met"}, each.control.id


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04 not a workbook"])
@pytest.mark.parametrize("name", FILES)
def test_an_empty_or_broken_file_is_refused_in_words(name, content, example, registers):
    """A file that cannot be read is named with a hint, nothing passes for it, and the run is incomplete."""
    (registers / name).write_bytes(content)
    after = beside(example, registers)
    assert not no_better(example, after)
    refused = [receipt.error for receipt in after.inputs.folder.refused]
    assert len(refused) == 1
    assert name in refused[0]
    assert "Hint:" in refused[0]
    assert after.incomplete


@pytest.mark.parametrize("name", [each for each in FILES if each.endswith(".csv")])
def test_a_register_of_headers_alone_passes_nothing(name, example, registers):
    """A header without rows proves nothing."""
    path = registers / name
    path.write_bytes(path.read_bytes().split(b"\r\n" if b"\r\n" in path.read_bytes() else b"\n")[0] + b"\n")
    assert not no_better(example, beside(example, registers))


def test_no_register_at_all_passes_nothing(tmp_path):
    """An empty folder gives a report in which nothing of a register is met, and says what is missing."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    after = audit(Request.of(quarter="2026-Q3", registers=str(folder)), "polars")
    of_registers = {status for control, status in after.statuses.items() if not control.startswith("GOV-")}
    assert of_registers == {"not_testable"}
    assert after.statuses["GOV-09"] == "not_applicable"
    assert len(after.incomplete) == 3


def test_one_bad_row_is_rejected_and_leaves_no_control_on_its_register_met(example, registers):
    """A row without its number is rejected with the reason; what it would have said is unknown."""
    path = registers / "clients.csv"
    text = path.read_bytes().decode("utf-8-sig")
    path.write_text(text + ",Nobody Known,nobody@example.com,,Former,,,,01/01/2010,,,,,,,,,,,\r\n", encoding="utf-8")
    after = beside(example, registers)
    receipt = next(each for each in after.inputs.folder.receipts if each.register == "clients")
    assert [each.row for each in receipt.rejected] == [receipt.rows_in + 1]
    assert "Nobody" not in str(receipt.as_dict())
    assert not no_better(example, after)
    assert all(each.unread == 1 for each in after.observations if each.control.register == "clients")
    assert after.incomplete
