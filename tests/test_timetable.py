"""When a former client's records may go: never a day too soon, and no day where something is not known."""

import io
import re
from datetime import date

import openpyxl
import pytest
from privacy_audit.audit.editions import ACCOUNTANT, View
from privacy_audit.audit.run import audit
from privacy_audit.reports import accountant
from privacy_audit.reports.accountant import accountant_xlsx
from privacy_audit.reports.timetable import HELD, LATER, NOW, OPEN, UNASKED, UNNOTED, day_of, entries
from support.bench import changed, make_firm, request, write_register

COMPANY = {"legal_form": "company", "accounting_year_end": "03-31", "vat_registered": "false"}
CLIENT = {"client_id": "K-1", "name": "Ada Reid", "email": "ada@example.com", "relationship": "former client"}
CLIENT |= {"ended_on": "2019-06-30", "last_invoice_on": "2019-06-30", "records_held": "contracts; invoices"}
CLIENT |= {"disposal_status": "", "disposed_on": "", "disposal_method": "", "disposal_ref": ""}
CLIENT |= {"legal_hold": "no", "restricted": "no"}
OTHER = CLIENT | {"client_id": "K-9", "relationship": "client", "name": "Bea Holt", "email": "bea@example.com"}


def view_of(folder, facts=COMPANY, without=(), **cells):
    """The accountant's view of a firm with one former client, and one that still is one."""
    rows = [CLIENT | cells, OTHER | {"disposed_on": "2026-07-01"}]
    rows = [{name: value for name, value in row.items() if name not in without} for row in rows]
    firm = make_firm(folder / "firm", facts)
    write_register(firm / "registers" / "2026-Q3", "clients", rows)
    return View(audit(request(firm, "2026-Q3")), ACCOUNTANT)


def on(year, month, day, standing=NOW):
    """A day of destruction, and how the record stands."""
    return date(year, month, day), standing


UNKNOWN, ON_HOLD = (None, OPEN), (None, HELD)
AFTER_SIX, NO_RULE = on(2025, 7, 1), (None, UNASKED)  # six years and a day after the end
SOLE_TRADER = {"legal_form": "sole_trader", "vat_registered": "false"}
NO_VAT_SAID = {"legal_form": "company", "accounting_year_end": "06-30"}
CASES = {
    "tax law asks for longer than the policy": (COMPANY, {}, {"invoice": on(2026, 4, 1), "contract": AFTER_SIX}),
    "the last day itself is kept": (
        COMPANY,
        {"last_invoice_on": "2020-04-01", "ended_on": "2020-09-30"},
        {"invoice": on(2027, 4, 1, LATER), "contract": on(2026, 10, 1, LATER)},
    ),
    "no day without the last invoice": (
        COMPANY,
        {"ended_on": "2020-09-29", "last_invoice_on": ""},
        {"invoice": UNKNOWN, "contract": UNKNOWN},
    ),
    "nor does it matter where there were no invoices": (
        COMPANY,
        {"ended_on": "2020-09-29", "last_invoice_on": "", "records_held": "contracts"},
        {"contract": on(2026, 9, 30)},
    ),
    "no policy date without the end": (COMPANY, {"ended_on": ""}, {"invoice": UNKNOWN, "contract": UNKNOWN}),
    "the legal form is not known": ({}, {}, {"invoice": UNKNOWN, "contract": AFTER_SIX}),
    "nor is the year end": ({"legal_form": "company"}, {}, {"invoice": UNKNOWN, "contract": AFTER_SIX}),
    "five years after 31 January 2021": (SOLE_TRADER, {}, {"invoice": on(2026, 2, 1), "contract": AFTER_SIX}),
    "VAT not known counts as registered": (NO_VAT_SAID, {}, {"invoice": on(2025, 10, 1), "contract": AFTER_SIX}),
    "a hold outranks every day": (COMPANY, {"legal_hold": "yes"}, {"invoice": ON_HOLD, "contract": ON_HOLD}),
    "and so does a restriction": (COMPANY, {"restricted": "yes"}, {"invoice": ON_HOLD, "contract": ON_HOLD}),
    "a hold that cannot be read": (COMPANY, {"legal_hold": "maybe"}, {"invoice": UNKNOWN, "contract": UNKNOWN}),
    "not noted, so the longest counts": (COMPANY, {"records_held": ""}, {UNNOTED: on(2026, 4, 1)}),
    "neither promised nor taxed": (COMPANY, {"records_held": "letters"}, {"correspondence": NO_RULE}),
    "a word nobody knows may be invoices": (
        COMPANY,
        {"records_held": "letters; hats"},
        {"correspondence": NO_RULE, UNNOTED: on(2026, 4, 1)},
    ),
    "what went has no day": (COMPANY, {"disposal_status": "deleted", "disposed_on": "2026-08-01"}, {}),
    "the years of a client have not begun": (COMPANY, {"relationship": "client"}, {}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("facts", "cells", "expected"), CASES.values(), ids=CASES)
def test_a_class_of_record_may_go_on_the_first_day_that_nothing_asks_for_it(facts, cells, expected, tmp_path):
    """By the policy, tax law and holds; the case's name says why."""
    found = {each.kind: (each.earliest, each.standing) for each in entries(view_of(tmp_path, facts, **cells))}
    assert found == expected


def test_without_a_column_for_holds_the_timetable_says_to_ask(tmp_path):
    """That no export has the column is no answer."""
    view = view_of(tmp_path, without=("legal_hold", "restricted"))
    table = accountant.retention_timetable(view, entries(view))
    assert table.purpose.startswith("No export tells which records are on hold: ask before anything goes.")
    assert accountant.holds(view, entries(view)).purpose.startswith("No export tells")
    half = view_of(tmp_path / "half", without=("restricted",))
    said = "No export tells which records are restricted: ask before anything goes. No client is marked as on hold."
    assert accountant.holds(half, entries(half)).purpose == said


def test_a_day_that_is_not_known_still_tells_before_when_nothing_may_go(tmp_path):
    """Tax law can only come later than the policy's own day."""
    (invoices,) = [each for each in entries(view_of(tmp_path, {})) if each.kind == "invoice"]
    assert day_of(invoices) == "not known; not before 1 July 2025"
    assert "The firm has not said its legal form" in invoices.driver


def test_disposals_of_the_quarter_are_listed_with_their_proof(tmp_path):
    """One that went before the quarter is not among them; one without proof says so."""
    cells = {"disposal_status": "deleted", "disposed_on": "2026-08-01", "disposal_ref": "Certificate 2026/14"}
    went = accountant.disposals(view_of(tmp_path, **cells)).rows
    assert sorted(row[-1] for row in went) == ["Certificate 2026/14", "none on record"]
    before = accountant.disposals(view_of(tmp_path / "2", **cells | {"disposed_on": "2026-06-30"})).rows
    assert len(before) == 1


def test_clients_are_matched_to_the_ledger_by_account_or_last_invoice(tmp_path):
    """Xero's account number where there is one, else the number of the last sale; never by the name."""
    firm = make_firm(tmp_path / "firm", COMPANY)
    folder = firm / "registers" / "2026-Q3"
    folder.mkdir(parents=True)
    contacts = "ContactName,AccountNumber,FirstName,EmailAddress\nAda Reid,A7,Ada,ada@example.com\n"
    contacts += "Bea Holt,,Bea,bea@example.com\n"
    sales = ["ContactName,InvoiceNumber,InvoiceDate,EmailAddress,Type,Status"]
    sales += ["Ada Reid,INV-1,01/02/2019,,Sales invoice,Paid", "Bea Holt,INV-2,01/02/2019,,Sales invoice,Paid"]
    sales += ["Bea Holt,INV-3,01/03/2019,,Sales invoice,Paid", "Bea Holt,INV-4,01/04/2019,,Sales invoice,Voided"]
    sales += ["Cleo Vane,INV-5,01/03/2019,,Sales invoice,Paid"]
    (folder / "Contacts.csv").write_text(contacts, encoding="utf-8")
    (folder / "SalesInvoices.csv").write_text("\n".join(sales), encoding="utf-8")
    view = View(audit(request(firm, "2026-Q3")), ACCOUNTANT)
    rows = accountant.retention_timetable(view, entries(view)).rows
    assert sorted(row[0] for row in rows) == ["A7", "INV-3"]
    assert all("the end was worked out from the invoices" in row[8] for row in rows)
    assert not any("Reid" in str(cell) or "Holt" in str(cell) for row in rows for cell in row)
    counted = {row[0]: row[1] for row in accountant.ledger(view).rows}
    assert counted["Sales invoices in the ledger"] == 4
    assert counted["of them to nobody in the list, or to a name that several have"] == 1
    assert counted["of them with a sale in the ledger"] == 2


@pytest.mark.parametrize(
    ("registration", "until", "expected"),
    [
        (None, None, "Registration not known: the firm has not said. Until when the fee is paid is not known."),
        ("ZA000001", None, "Registration ZA000001, as the firm says. Until when the fee is paid is not known."),
        (
            "ZA000001",
            date(2027, 5, 31),
            "Registration ZA000001, as the firm says. Paid until 31 May 2027, as the firm says.",
        ),
        ("ZA000001", date(2026, 9, 29), "29 September 2026, as the firm says. That was before the day of the audit"),
    ],
)
def test_the_ico_fee_is_told_as_the_firm_says_it(registration, until, expected, tmp_path):
    """Unknown is said, and a day that has passed is pointed out."""
    view = view_of(tmp_path)
    view.facts |= {"ico_registration": registration, "ico_fee_paid_until": until}
    assert expected in accountant.fee(view)


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        (COMPANY, "Tax law: FA 1998 Sch 18 para 21"),
        (SOLE_TRADER, "Tax law: TMA 1970 s.12B."),
        (
            NO_VAT_SAID,
            "Tax law: VATA 1994 Sch 11 para 6; VAT Notice 700/21. VAT status not known: taken as registered.",
        ),
    ],
)
def test_the_law_that_decides_is_named(facts, source, tmp_path):
    """The one whose day is the last; by the policy, its statement."""
    found = {each.kind: each.driver for each in entries(view_of(tmp_path, facts))}
    assert found["invoice"].startswith(source)
    assert found["contract"] == "Policy: 6 years after the client left (P10.2)."


def test_all_former_clients_are_accounted_for_and_holds_say_what_they_count(example):
    """In the timetable or gone, and in the first sheet's own words; a client on hold has a record for each class."""
    view = View(example, ACCOUNTANT)
    found = entries(view)
    assert accountant.former(view, found).startswith(
        "38 former clients in the client list = 33 in the timetable + 5 marked as deleted or anonymised (1 of them in"
    )
    assert len({each.client for each in found}) == 33
    table = accountant.holds(view, found)
    assert table.purpose.startswith("Clients on hold: 2. Records of theirs in the timetable, one a class: 3.")
    assert sorted(str(row[-1])[:5] for row in table.rows) == ["3", "none:"]
    assert sum(each.standing == HELD for each in found) == 3


def test_a_record_that_nothing_asks_for_is_not_said_to_be_free_to_go(example):
    """That no rule asks for it is no reason to destroy it, least of all of a client who left in August."""
    found = [each for each in entries(View(example, ACCOUNTANT)) if each.kind == "correspondence"]
    asked = {each.standing for each in found}
    assert asked == {UNASKED, HELD}
    assert all("Delete it only with whoever keeps" in each.driver for each in found if each.standing == UNASKED)
    assert day_of(next(each for each in found if each.standing == UNASKED)) == "no day: nothing asks for it"


def test_the_sheet_says_as_at_which_day_and_what_comes_next(example):
    """It is issued two days later, when two of the records may have gone."""
    view = View(example, ACCOUNTANT)
    said = (
        "as at 30 September 2026: go by the day itself, which may have come since. Next: 2 records on 1 October 2026."
    )
    assert said in accountant.retention_timetable(view, entries(view)).purpose


def test_one_record_comes_next_in_the_singular(example):
    """No “1 records”."""
    view = View(example, ACCOUNTANT)
    found = entries(view)
    soon = next(each for each in found if each.standing == LATER)
    assert "Next: 1 record on " in accountant.as_at(view, [soon])


def test_only_clients_and_former_clients_are_compared_with_the_ledger(tmp_path):
    """A prospect without a sale is no client without one; somebody of unknown kind is told."""
    kinds = {"M-200": "Prospect", "M-201": "Enquirer", "M-202": "", "M-203": "Current", "M-204": "Current"}
    firm = changed(tmp_path, clients=lambda row: row | {"Status": kinds.get(row["Client no"], row["Status"])})
    sale = {"invoice_number": "INV-1", "client": "Dunlin Trading Ltd", "email": "", "invoiced_on": "2026-08-01"}
    write_register(firm / "registers" / "2026-Q3", "invoices", [sale | {"kind": "sale", "status": "paid"}])
    view = View(audit(request(firm, "2026-Q3")), ACCOUNTANT)
    rows = view.rows("clients")
    there = sum(each["relationship"] in {"client", "former_client"} for each in rows)
    assert there < len(rows) - 2
    counted = {row[0]: row[1:] for row in accountant.ledger(view).rows}
    assert counted["Clients in the list"][0] == there
    assert counted["Clients in the list"][1].endswith("Of 1 more it is not known whether they are.")
    assert (counted["of them with a sale in the ledger"][0], counted["of them without"][0]) == (1, there - 1)


def test_without_a_ledger_no_column_or_sheet_stands_empty(example, tmp_path):
    """What was not compared is said in words; a sheet that says “None.” would read as if all agreed."""
    book = openpyxl.load_workbook(io.BytesIO(accountant_xlsx(example, "0" * 64)))
    assert "Ledger" not in book.sheetnames
    told = [str(cell.value) for row in book["Start here"].iter_rows() for cell in row if cell.value]
    assert any(each.startswith("Nothing was compared: no sales invoices were given") for each in told)
    assert any("There is no ledger reference" in each and "privacy-audit lookup" in each for each in told)
    for sheet in book:
        cells = [cell.value for row in sheet.iter_rows() for cell in row]
        assert "None." not in cells
        assert "Ledger reference" not in cells
    assert "Ledger reference" not in accountant.disposals(view_of(tmp_path)).head


def test_open_matters_are_those_of_the_accountant_and_point_to_no_others(example, tmp_path):
    """A column that keeps a check of retention from being shown is one of them; the firm's other tasks are its own."""
    table = accountant.open_matters(View(example, ACCOUNTANT))
    assert [row[-1] for row in table.rows] == ["RET-01"]
    assert not re.search(r"\d|other|edition", table.purpose)
    lacking = accountant.open_matters(view_of(tmp_path, without=("last_invoice_on",)))
    assert any("Last invoice" in str(row[1]) for row in lacking.rows)
