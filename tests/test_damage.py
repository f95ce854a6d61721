"""Whatever is done to a register, nobody is told “met” who was not, and nothing is lost on the way.

Each column that a mapping reads is damaged in one way here, the ways in turn; `make prove` does every column of every
file in every way.
"""

from functools import lru_cache

import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.observe import column_names
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS, Columns, Rules
from privacy_audit.errors import InputError
from privacy_audit.facts.fact import FACT_COLUMNS
from privacy_audit.facts.transfers import FROM_PROCESSORS
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT, Request
from privacy_audit.settings.rulebook import Limits
from support.bench import beside
from support.damage import CHANGES, change_csv, change_workbook, columns_of, delete, no_better, rename

EXAMPLE = ROOT / "data" / "example" / "2026-Q3"
SUPPLIERS = "suppliers.xlsx"
# The registers whose every column is looked at closely, and the file each is read from.
CLOSELY = {"clients.csv": "clients", SUPPLIERS: "processors"}
# Columns whose lack can only count against the firm.
EXCUSES = {"last_invoice_on", "service_start", "consent_on"}
POLICY, LAW, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
FILES = sorted(path.name for path in EXAMPLE.iterdir() if path.suffix in {".csv", ".xlsx"})
ONE_OF_A_KIND = ("clients.csv", SUPPLIERS, next(name for name in FILES if name.startswith("subscribed")))


def is_read(name: str, column: int) -> bool:
    """Whether a mapping reads the column."""
    header = columns_of(EXAMPLE / name)[column]
    spellings = {
        each.split(" / ")[-1] for export in EXPORTS.values() for every in export.columns.values() for each in every
    }
    return header in spellings


def damage(name: str, column: int, change: str):
    """Return a case; those that `make prove` does alone are marked."""
    in_turn = [*CHANGES][column % len(CHANGES)]
    here = name in ONE_OF_A_KIND and change == in_turn and is_read(name, column)
    return pytest.param(name, column, change, marks=[] if here else pytest.mark.proof)


EVERY = [
    damage(name, column, change)
    for name in FILES
    for column in range(len(columns_of(EXAMPLE / name)))
    for change in CHANGES
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column", "change"), EVERY)
def test_no_damage_to_a_column_makes_anything_look_better(name, column, change, example, registers):
    """Deleted, blanked or unreadable, no column turns anything into a pass; one that is missed is named."""
    edit = change_workbook if name == SUPPLIERS else change_csv
    edit(registers / name, column, CHANGES[change])
    after = beside(example, registers)
    assert not no_better(example, after)
    assert not [each for each in after.observations if each.error]
    for receipt in after.inputs.folder.receipts:
        receipt.close()
    if name in CLOSELY and (verdicts(after), after.standing.statuses) != (verdicts(example), example.standing.statuses):
        for field in missed(example, CLOSELY[name], column, change):
            assert field.title in named(example, after, CLOSELY[name], field.name), field.title


def verdicts(result: Result) -> dict[str, dict[str, int]]:
    """How many rows of each verdict every control has."""
    return {each.control.id: dict(each.counts) for each in result.observations if each.control.register != "columns"}


def missed(example: Result, register: str, position: int, change: str):
    """Return the fields that are read from a column, that some control needs, and whose lack leaves something open."""
    layout = example.inputs.folder.sheets[register][0].layout
    read = [name for name, at in layout.columns.items() if at == position and name in needed(register)]
    fields = [SCHEMAS[register].by_name[name] for name in read if name not in {*SCHEMAS[register].key, *EXCUSES}]
    return [
        field
        for field in fields
        if field.blank != "no"
        and field.absent != "not_happened"
        and not (change == "spoil" and field.type == "string" and not field.constraints.enum and not field.country)
    ]


def named(example: Result, after: Result, register: str, field: str) -> set[str]:
    """Return the titles of the columns that a report asks for, or says that it could not read."""
    told = {finding.record for finding in after.findings if finding.blocks}
    title = example.inputs.folder.sheets[register][0].layout.titles[field]
    column = SCHEMAS[register].by_name[field]
    return told | {column.title for each in after.inputs.folder.refused if title in each.error.casefold()}


@lru_cache
def needed(register: str) -> set[str]:
    """The columns of a register that some control asks for."""
    request = Request.of(quarter="2026-Q3")
    rules = Rules(LAW, POLICY.parameters, Limits(LAW, {}, request.as_at), request.quarter.first)
    found = set()
    for control in CONTROLS.values():
        columns = Columns(control.register, column_names(SCHEMAS[control.register]))
        for clause in control.clauses(columns, rules, request.as_at):
            for name in clause.when.columns:
                roots = FACT_COLUMNS.get(control.register, {}).get(name, ((control.register, name),))
                found |= {
                    ("processors", FROM_PROCESSORS[c]) if r == "transfers" else (r, c)
                    for r, c in roots
                    if r != "transfers" or c in FROM_PROCESSORS
                }
    return {column for name, column in found if name == register}


@pytest.mark.parametrize(("name", "change", "fewest"), [("clients.csv", "delete", 10), (SUPPLIERS, "delete", 21)])
def test_the_example_has_many_columns_that_would_be_missed(name, change, fewest, example):
    """Else the test above would look at nothing."""
    columns = range(len(columns_of(EXAMPLE / name)))
    assert sum(len(missed(example, CLOSELY[name], column, change)) for column in columns) >= fewest


@pytest.mark.parametrize("column", range(len(columns_of(EXAMPLE / "clients.csv"))))
def test_a_column_under_another_header_is_read_like_one_that_is_not_there(column, registers):
    """So deleting a column stands for renaming it, but for the columns by which the export is known."""
    read = []
    for change in (delete, rename):
        path = registers / f"{change.__name__}.csv"
        path.write_bytes((EXAMPLE / "clients.csv").read_bytes())
        change_csv(path, column, change)
        try:
            ((reading,), _) = read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
            read.append((reading.rows, reading.layout.given, len(reading.receipt.unread_cells)))
        except InputError as error:
            read.append((type(error), len(str(error)) > 0))
    assert read[0] == read[1]


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
                assert after.standing.statuses[each.control.id] in {"not_testable", "not_met"}, each.control.id


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04 not a workbook"])
@pytest.mark.parametrize("name", ONE_OF_A_KIND)
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
    of_registers = {status for control, status in after.standing.statuses.items() if not control.startswith("GOV-")}
    assert of_registers == {"not_testable"}
    assert after.standing.statuses["GOV-09"] == "not_applicable"
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
