"""Edges of facts that no case table reaches: what is declared, what is missing, and which column is to blame."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.errors import SettingsError
from privacy_audit.facts.clients import _guessed_ends, _in_ledger, classes_of
from privacy_audit.facts.contacts import _column_to_fill_in, _open_column
from privacy_audit.facts.records import _of_invoices, _People, _to_blame
from privacy_audit.facts.special_category import _causes, _known_empty, _Row
from support.bench import NONE, make_firm, request, write_register
from support.samples import bench

KINDS = {"invoice": ["invoice", "bill"], "contract": ["contract"]}
DAY = date(2026, 9, 3)
HAPPENED, DID_NOT, UNKNOWN = (DAY, True), (None, False), (None, None)


def receipts(inputs):
    """Return the rows of the register of receipts by register, each with where it stands."""
    register = inputs.registers["receipts"]
    rows = zip(register.table.to_pylist(), register.origins, strict=True)
    return {row["register"]: row | {"origin": origin.file} for row, origin in rows}


@pytest.mark.parametrize(
    ("cell", "found", "whole"),
    [
        ("bill; contract", ("invoice", "contract"), True),
        ("letters", (), False),
        ("invoice, letters", ("invoice",), False),
        ("invoice; bill; contract", ("invoice", "contract"), True),
        ("", (), False),
        (None, (), False),
    ],
)
def test_the_classes_of_record_that_a_cell_names(cell, found, whole):
    """Each by any of its words; and whether the cell names nothing besides."""
    assert classes_of(cell, KINDS) == (found, whole)


def test_only_the_column_that_invoices_filled_in_counts_as_theirs():
    """An end that was worked out is no invoice of the ledger, and a last invoice no end."""
    clients = SimpleNamespace(inferred={(0, "ended_on"), (1, "last_invoice_on"), (2, "relationship")})
    assert _in_ledger(clients) == {1}
    assert _guessed_ends(clients) == {0}


@pytest.mark.parametrize(
    ("expected", "rows", "column"),
    [
        (True, None, "email"),
        (False, None, ""),
        (False, [], "email"),
        (False, [{"email": "", "opted_out_on": "2026-05-05"}], "email"),
        (False, [{"email": "", "opted_out_on": "?"}], "opted_out_on"),
        (
            False,
            [{"email": "", "opted_out_on": "?"}, {"email": "a@example.com", "opted_out_on": "2020-01-01"}],
            "email",
        ),
        (False, [{"email": "a@example.com", "opted_out_on": "2020-01-01"}, {"email": "", "opted_out_on": ""}], ""),
    ],
)
def test_what_to_fill_in_where_an_opt_out_has_no_address(expected, rows, column, tmp_path):
    """The address; but the event, where the list tells of nobody whether it happened."""
    clients = None
    if rows is not None:
        rows = [{"client_id": f"C-{number}"} | row for number, row in enumerate(rows)]
        inputs = read_inputs(bench(tmp_path, clients=rows or [{"client_id": "C-1", "opted_out_on": ""}]))
        clients = inputs.registers["clients"]
        clients = clients if rows else replace(clients, table=clients.table.slice(0, 0), origins=())
    assert _column_to_fill_in(clients, "opted_out_on", expected=expected) == column


@pytest.mark.parametrize(
    ("own", "theirs", "blind", "blame"),
    [
        ([UNKNOWN], [DID_NOT], "", ("contacts", "opted_out_on")),
        ([], [], "email", ("contacts", "opted_out_on")),
        ([], [DID_NOT], "email", ("clients", "email")),
        ([DID_NOT], [], "email", ("clients", "email")),
        ([DID_NOT], [UNKNOWN], "email", ("clients", "opted_out_on")),
        ([DID_NOT], [DID_NOT], "", ("contacts", "opted_out_on")),
    ],
)
def test_which_list_leaves_an_opt_out_unknown(own, theirs, blind, blame):
    """The contact's own, the client list, or what is lost there."""
    assert _open_column(own, theirs, "opted_out_on", blind=blind) == blame


def test_a_record_that_says_nothing_names_the_column_that_is_silent():
    """The mark that nobody set, or the notes that are not there; each row by its own place."""
    rows = [_Row((), ()), _Row(None, ()), _Row((), None)]
    assert _causes("clients", rows, 5) == {
        (6, "confirmed"): ("clients", "special_category"),
        (7, "hinted"): ("clients", "notes"),
    }


def test_nobody_to_hold_data_about_is_known_only_where_somebody_said_so():
    """No register at all is no answer."""
    full, empty = SimpleNamespace(known_empty=False), SimpleNamespace(known_empty=True)
    assert [_known_empty(each) for each in ([], [empty], [empty, full])] == [False, True, False]


def test_a_transfer_that_says_too_little_is_to_blame_itself():
    """Else the list of suppliers is."""
    silent, told = _to_blame(None, None), _to_blame("India Ltd", "IN")
    assert (silent["found"], told["found"]) == (("transfers", "importer"), ("processors", "legal_name"))
    assert (silent["country_differs"], told["country_differs"]) == (("transfers", "country"), ("processors", "country"))
    assert (silent["needless"], told["needless"]) == (("transfers", "country"), ("transfers", "mechanism"))


def test_an_invoice_goes_by_its_client_or_else_its_address(tmp_path):
    """And blames its own blank, or the client list that lacks the name."""
    sale = {"kind": "sale", "status": "paid", "invoiced_on": "2026-08-01"}
    rows = [
        sale | {"invoice_number": "1", "client": "Ada Reid", "email": "x@example.com"},
        sale | {"invoice_number": "2", "client": "", "email": "bea@example.com"},
    ]
    inputs = read_inputs(bench(tmp_path, clients=[{"client_id": "C-1", "name": "Cleo"}], invoices=rows))
    invoices, clients = inputs.registers["invoices"], inputs.registers["clients"]
    known = SimpleNamespace(period_start=date(2026, 7, 1), as_at=date(2026, 9, 30))
    people = _People(clients, whole=True)
    found = list(_of_invoices(invoices, people, known, lambda _, key: key))
    assert [(each.record, each.blame["found"]) for each in found] == [
        ("ada reid", ("clients", "name")),
        ("bea@example.com", ("invoices", "client")),
    ]


@pytest.mark.parametrize(("day", "refused"), [("2027-10-05", False), ("2027-10-06", True)])
def test_a_declaration_may_be_made_within_a_year_of_the_report(day, refused, tmp_path):
    """The very day a year later still counts; a day more is a slip of the pen."""
    text = NONE.format(column="clients.opted_out_on").replace("2026-10-01", day)
    firm = make_firm(tmp_path / "firm", declared=text)
    write_register(firm / "registers" / "2026-Q3", "clients", [{"client_id": "C-1"}])
    asked = request(firm, "2026-Q3", issued_on="2026-10-05")
    if refused:
        with pytest.raises(SettingsError, match="long after the report"):
            read_inputs(asked)
    else:
        assert "clients.opted_out_on" in read_inputs(asked).declared


def test_a_register_that_was_declared_empty_and_has_rows_is_in_doubt(tmp_path):
    """The rows belie the declaration, though every one of them was read."""
    firm = make_firm(tmp_path / "firm", {"none": "clients"})
    write_register(firm / "registers" / "2026-Q3", "clients", [{"client_id": "C-1"}])
    clients = read_inputs(request(firm, "2026-Q3")).registers["clients"]
    assert not clients.known_empty
    assert "somebody declared that there are no clients, but the export has some" in clients.incomplete


def test_which_registers_are_expected(tmp_path):
    """Those that the firm says it has, but for those it declares empty; a file that it does not expect has its row."""
    firm = make_firm(tmp_path / "firm", {"none": "processors"})
    folder = firm / "registers" / "2026-Q3"
    write_register(folder, "contacts", [{"email": "a@example.com", "channel": "email", "status": "subscribed"}])
    transfer = {"transfer_id": "T-1", "importer": "Eire Ltd", "country": "IE"}
    write_register(folder, "transfers", [transfer])
    (folder / "quarter.toml").write_text(
        "[extracts.processors]\nextracted_on = 2026-10-01\nexpected = { rows = 1 }\n", encoding="utf-8"
    )
    rows = receipts(read_inputs(request(firm, "2026-Q3")))
    assert {name: row["expected"] for name, row in rows.items()} == {
        "clients": True,
        "contacts": True,
        "transfers": False,
    }
    assert {name: row["origin"] for name, row in rows.items()} == {
        "clients": "no file",
        "contacts": "contacts.csv",
        "transfers": "transfers.csv",
    }


def test_how_often_a_record_stands_in_its_own_file(tmp_path):
    """Once, whatever another file repeats; a row that is written twice stands there twice."""
    row = {"client_id": "C-1", "name": "Ada", "relationship": "client"}
    asked = bench(tmp_path, clients=[row, row, row | {"client_id": "C-2"}])
    write_register(asked.registers, "clients", [row | {"client_id": "C-2"}]).rename(asked.registers / "more.csv")
    write_register(asked.registers, "clients", [row, row, row | {"client_id": "C-2"}, row | {"client_id": "C-3"}])
    keys = read_inputs(asked).registers["keys"].table.to_pylist()
    assert {each["record"]: each["times"] for each in keys if each["register"] == "clients"} == {
        "C-1": 2,
        "C-2": 1,
        "C-3": 1,
    }
