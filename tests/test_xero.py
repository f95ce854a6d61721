"""Xero's contacts and invoices as the clients: what is read, what is worked out, and what stays unknown."""

import csv
from datetime import date, timedelta

import pytest
from firms import day_one
from firms.day_one_words import CONTACTS, INVOICES
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.run import audit
from privacy_audit.errors import InputError
from privacy_audit.registers.folder import read_file
from privacy_audit.reports.results_json import findings_json, sources_json
from privacy_audit.reports.terminal import as_text
from privacy_audit.request import ROOT
from privacy_audit.settings.mapping import load_export
from support.bench import make_firm, request, write_register
from support.damage import no_better

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
AS_AT = date(2026, 9, 30)
FURTHER = ["PhoneNumber", "MobileNumber", "TaxNumber", "Website", "LegalName", "CompanyNumber"]
AU_HEADER = [*CONTACTS[: CONTACTS.index("POCountry") + 1], *FURTHER]
SALE = {"InvoiceNumber": "INV-0001", "Type": "Sales invoice", "Status": "Paid"}


def write(folder, header, rows, name="Contacts.csv"):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def contact(name, **cells):
    return {"*ContactName": name} | cells


def sale(name, day, **cells):
    return SALE | {"ContactName": name, "InvoiceDate": f"{day:%d/%m/%Y}"} | cells


def firm_with(tmp_path, contacts, sales=None):
    """A firm with Xero's exports alone; return what to ask for."""
    firm = make_firm(tmp_path / "firm")
    folder = firm / "registers" / "2026-Q3"
    write(folder, CONTACTS, contacts)
    if sales is not None:
        write(folder, INVOICES, sales, "SalesInvoices.csv")
    return request(firm, "2026-Q3")


def read(path):
    return read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)[0][0]


def gaps(result):
    return {(each.register, each.record): each for each in result.findings if each.blocks}


@pytest.mark.parametrize("header", [CONTACTS, AU_HEADER], ids=["of 73 columns", "of an Australian firm"])
def test_the_contacts_are_read_whatever_columns_xero_writes(header, tmp_path):
    """The name, the first filled telephone number and first line of an address, and the company number are read."""
    row = contact("Ada Reid", AccountNumber="A7", EmailAddress="Ada@example.com", CompanyNumber="99001234")
    row |= {"MobileNumber": "07700 900123", "POCity": "Leeds"}
    reading = read(write(tmp_path, header, [row]))
    assert reading.receipt.mapping == "xero-contacts"
    expected = {"client_id": "A7", "name": "Ada Reid", "email": "ada@example.com", "company_number": "99001234"}
    assert reading.rows[0].values == expected | {"phone": "07700 900123", "billing_address": "Leeds"}


def test_a_contact_without_an_account_number_goes_by_its_name_and_the_receipt_says_how_many_do(tmp_path):
    """Few firms give account numbers; a blank of spaces and invisible characters is a blank."""
    rows = [contact("Ada Reid", AccountNumber="A7"), contact("Bea Holt"), contact("Cleo", AccountNumber=" \u200b")]
    reading = read(write(tmp_path, CONTACTS, rows))
    assert [row.values["client_id"] for row in reading.rows] == ["A7", "Bea Holt", "Cleo"]
    assert [each.what for each in reading.receipt.repairs] == [
        "2 rows have no “AccountNumber”; “ContactName” stands in for it."
    ]


def test_a_name_that_stands_in_for_a_number_is_shown_nowhere(tmp_path):
    """A name with a digit in it is still a name: reports show a token."""
    old = AS_AT - timedelta(3000)
    rows = [contact("Studio 54 Reid"), contact("Zebedee Quill", AccountNumber="Zebedee 9")]
    sales = [sale("Studio 54 Reid", old), sale("Zebedee Quill", old)]
    result = audit(firm_with(tmp_path, rows, sales))
    records = {each.record for each in result.findings if each.control == "RET-01"}
    assert "Zebedee 9" in records
    assert len(records) == 2
    assert "Studio 54" not in (findings_json(result) + sources_json(result)).decode()


def test_a_field_stands_in_one_table_of_a_mapping_and_in_its_register(tmp_path):
    """A mapping file that says two things of a field, or names one that there is not, is refused in words."""
    text = 'title = "x"\nregister = "clients"\nrecognise = ["A"]\n[columns]\nclient_id = ["A"]\n[first_of]\n'
    path = tmp_path / "mine.toml"
    path.write_text(text + 'client_id = ["A", "B"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"both in \[columns\]"):
        load_export(path, SCHEMAS)
    path.write_text(text + 'client = ["A", "B"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="no column “client”"):
        load_export(path, SCHEMAS)


def test_a_column_that_stands_in_must_stand_in_the_file_once(tmp_path):
    """Nobody guesses which of two columns of mobile numbers is meant."""
    path = write(tmp_path, CONTACTS, [contact("Ada Reid")])
    path.write_text(path.read_text(encoding="utf-8").replace("SkypeName", "MobileNumber", 1), encoding="utf-8")
    with pytest.raises(InputError, match="mobilenumber"):
        read(path)


def test_bank_details_are_not_read_and_named_as_unused_without_their_values(tmp_path):
    """The receipt names each unused column that holds anything, and no value of any of them."""
    rows = [contact("Ada Reid"), contact("Pennine Coolers", BankAccountNumber="1.20001E+13", BankAccountName="PENNINE")]
    reading = read(write(tmp_path, CONTACTS, rows))
    assert reading.receipt.as_dict()["unused"] == ["BankAccountName", "BankAccountNumber"]
    assert "1.20001E+13" not in str(reading.rows) + str(reading.receipt.as_dict())


def test_further_persons_of_a_contact_are_not_read_and_the_receipt_says_so(tmp_path):
    """Only where there are any."""
    one = read(write(tmp_path, CONTACTS, [contact("Ada Reid", AccountNumber="1")]))
    two = read(write(tmp_path, CONTACTS, [contact("Ada Reid", AccountNumber="1", Person3Email="x@example.com")]))
    assert one.receipt.repairs == []
    assert "Not read: further persons" in two.receipt.repairs[0].what
    assert "x@example.com" not in str(two.rows)


def test_what_xero_has_no_place_for_is_said_when_a_file_is_read(tmp_path):
    """The receipt for a person tells what to keep elsewhere, and what to do about the rest."""
    text = as_text(read(write(tmp_path, CONTACTS, [contact("Ada Reid", AccountNumber="A7")])), SCHEMAS)
    assert "Notes: this export has no place for it." in text
    assert "Kind of client: Fill in the company number in Xero" in text


def test_what_xero_lacks_goes_to_a_list_of_the_firms_own_and_another_list_of_clients_is_its_own(tmp_path):
    """Beside Xero the column is added to a list still to be kept; where the firm keeps one, to that."""
    row = contact("Ada Reid", AccountNumber="A7", EmailAddress="ada@example.com")
    asked = firm_with(tmp_path / "xero", [row], [sale("Ada Reid", AS_AT)])
    assert gaps(audit(asked))["clients", "Notes"].missing_from == "a client list of your own"
    own = firm_with(tmp_path / "own", [row])
    (own.registers / "Contacts.csv").unlink()
    write_register(
        own.registers, "clients", [{"client_id": "C-1", "relationship": "client", "special_category": "none"}]
    )
    assert gaps(audit(own))["clients", "Notes"].missing_from == "the list of clients"


def test_accents_and_line_breaks_in_an_address_are_read(tmp_path):
    """A mark at the start, UTF-8, and a cell of several lines: each contact is one row."""
    rows = [contact("Zoë Brontë", POAddressLine1="Unit 2,\nMill Lane"), contact("Ada Reid", AccountNumber="A7")]
    reading = read(write(tmp_path, CONTACTS, rows))
    assert [(row.number, row.values["name"]) for row in reading.rows] == [(2, "Zoë Brontë"), (4, "Ada Reid")]
    assert reading.rows[0].values["billing_address"] == "Unit 2, Mill Lane"
    assert reading.receipt.encoding == "utf-8-sig"


def test_contacts_alone_give_a_gap_for_each_column_that_says_what_to_export(tmp_path):
    """Xero's contacts have no dates: nothing passes, and the remedy is the other export."""
    result = audit(firm_with(tmp_path, [contact("Ada Reid"), contact("Bea Holt")]))
    gap = gaps(result)["clients", "Relationship"]
    assert result.standing.statuses["RET-01"] == "not_testable"
    assert (gap.number, gap.remedy) == (2, EXPORTS["xero-contacts"].cannot_give["relationship"])
    assert "Export the sales invoices from Xero too" in gap.remedy


def test_those_whom_no_invoice_names_are_one_gap_with_their_number(tmp_path):
    """Suppliers among the contacts stay unknown: one finding for the column, not one for each row."""
    rows = [contact("Ada Reid"), contact("Pennine Coolers"), contact("Castle Couriers")]
    result = audit(firm_with(tmp_path, rows, [sale("Ada Reid", AS_AT)]))
    gap = gaps(result)["clients", "Relationship"]
    assert (gap.number, len(gap.sources)) == (2, 2)
    assert gap.reason == "No invoice tells “Relationship” of 2 clients."
    assert result.standing.statuses["RET-01"] == "not_testable"
    assert "relationship" not in result.inputs.registers["clients"].absent


def test_an_unreadable_invoice_date_is_a_gap_of_the_invoices(tmp_path):
    """The gap leads to the cell that would settle it."""
    sales = [sale("Ada Reid", AS_AT - timedelta(3000)), sale("Ada Reid", AS_AT, InvoiceDate="31/02/2025")]
    result = audit(firm_with(tmp_path, [contact("Ada Reid")], sales))
    gap = gaps(result)["invoices", "Invoice date"]
    assert [(each.file, each.row) for each in gap.sources] == [("SalesInvoices.csv", 3)]
    assert result.standing.statuses["RET-01"] == "not_testable"


@pytest.mark.parametrize(
    ("ended", "status"), [("2024-01-01", "not_testable"), ("2010-01-01", "not_testable"), ("", "not_testable")]
)
def test_an_unreadable_invoice_leaves_a_recorded_end_open(ended, status, tmp_path):
    """The six years count from a later invoice, so that with one unreadable nobody is called overdue or in time."""
    asked = firm_with(tmp_path, [], [sale("Ada Reid", AS_AT, InvoiceDate="31/02/2025")])
    (asked.registers / "Contacts.csv").unlink()
    row = {"client_id": "C-1", "name": "Ada Reid", "relationship": "former_client", "ended_on": ended}
    write_register(asked.registers, "clients", [row])
    result = audit(asked)
    assert result.standing.statuses["RET-01"] == status
    assert ("invoices", "Invoice date") in gaps(result)


def test_contacts_of_one_name_are_told_apart_by_nothing(tmp_path):
    """The same contact twice is reported as such, and no invoice is given to either."""
    rows = [contact("Ada Reid", EmailAddress="ada@example.com"), contact("ADA REID", EmailAddress="reid@example.com")]
    result = audit(firm_with(tmp_path, rows, [sale("Ada Reid", AS_AT, EmailAddress="ada@example.com")]))
    assert {each.reason_code for each in result.findings if each.control == "DQ-03"} == {"differs"}
    assert not result.inputs.registers["clients"].inferred
    gap = gaps(result)["clients", "Name"]
    assert gap.reason == "“Name” does not tell 2 clients apart."


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["arrow", "pandas", "polars"])
@pytest.mark.parametrize(
    ("last", "outcome", "severity"),
    [
        ("2020-10-01", "kept", None),
        ("2020-09-30", "kept", None),
        ("2020-09-29", "broken", "minor"),
        ("2019-09-29", "broken", "major"),
        ("2018-10-01", "broken", "major"),
    ],
)
def test_the_six_years_run_from_the_last_invoice(last, outcome, severity, engine, tmp_path):
    """On either engine; what was worked out is said so, and is never critical: nobody recorded it."""
    asked = firm_with(tmp_path, [contact("Ada Reid", AccountNumber="A7")], [sale("Ada Reid", date.fromisoformat(last))])
    result = audit(asked, engine)
    observation = next(each for each in result.observations if each.control.id == "RET-01")
    found = [each for each in result.findings if each.control == "RET-01"]
    assert observation.counts[outcome] == 1
    assert [each.severity for each in found] == ([severity] if severity else [])
    for each in found:
        assert each.reason.endswith("Worked out from the invoices: relationship, last invoice, end date.")


def test_invoices_that_are_not_whole_leave_every_client_in_doubt(tmp_path):
    """A rejected row, a file that cannot be read, or an export made too early may hide a later invoice."""
    rows, old = [contact("Ada Reid")], AS_AT - timedelta(1000)
    whole = firm_with(tmp_path / "whole", rows, [sale("Ada Reid", old)])
    assert audit(whole).standing.statuses["RET-01"] == "met"
    rejected = audit(firm_with(tmp_path / "rejected", rows, [sale("Ada Reid", old), sale("B", old, InvoiceNumber="")]))
    assert rejected.standing.statuses["RET-01"] == "not_testable"
    assert any("invoices" in each for each in rejected.incomplete)
    early = firm_with(tmp_path / "early", rows, [sale("Ada Reid", old)])
    (early.registers / "quarter.toml").write_text("[extracts.invoices]\nextracted_on = 2026-03-01\n", encoding="utf-8")
    assert audit(early).standing.statuses["RET-01"] == "not_testable"
    renamed = firm_with(tmp_path / "renamed", [], [sale("Ada Reid", old)])
    (renamed.registers / "Contacts.csv").unlink()
    row = {"client_id": "C-1", "name": "Ada Reid", "relationship": "former_client", "ended_on": "2024-01-01"}
    write_register(renamed.registers, "clients", [row])
    assert audit(renamed).standing.statuses["RET-01"] == "met"
    path = renamed.registers / "SalesInvoices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("InvoiceDate", "Day"), encoding="utf-8")
    assert audit(renamed).standing.statuses["RET-01"] == "not_testable"


def test_invoices_need_not_be_expected_and_what_they_tell_is_not_missed(tmp_path):
    """Without a word in firm.toml they are read and counted; the columns they fill are not called missing."""
    result = audit(firm_with(tmp_path, [contact("Ada Reid")], [sale("Ada Reid", AS_AT)]))
    rows = {row["register"]: row for row in result.inputs.registers["receipts"].table.to_pylist()}
    assert (rows["invoices"]["accepted"], rows["invoices"]["expected"]) == (1, False)
    assert rows["clients"]["missing_core"] == "Kind of client, Opted in, Opted out"


def first_day(folder, **options):
    firm = make_firm(folder / "firm")
    day_one.write(firm / "registers" / day_one.QUARTER, **options)
    return request(firm, day_one.QUARTER)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["now", "before"])
def test_day_one_is_read_whole_and_both_engines_agree(shape, tmp_path):
    """Every file is known, no row is rejected, and there is something to say."""
    asked = first_day(tmp_path, shape=shape)
    result = audit(asked)
    counted = {
        name: sum(each.receipt.accepted for each in found) for name, found in result.inputs.folder.sheets.items()
    }
    assert counted == {"clients": 60, "invoices": 412, "contacts": 220, "processors": 12}
    assert result.rows[2] == 0
    assert not result.inputs.folder.refused
    assert not [each for each in result.observations if each.error]
    kinds = result.inputs.registers["clients"].table["relationship"].to_pylist()
    assert (kinds.count("client"), kinds.count("former_client"), kinds.count(None)) == (22, 20, 18)
    assert findings_json(audit(asked, "polars")) == findings_json(result)


def test_day_one_is_the_same_every_time_and_its_headers_are_xeros(tmp_path):
    """The same seed writes the same bytes; the header row is the 73 columns that Xero writes."""
    one, two = (day_one.write(tmp_path / name) for name in ("one", "two"))
    assert all(path.read_bytes() == (two / path.name).read_bytes() for path in one.iterdir())
    assert (len(CONTACTS), len(INVOICES)) == (73, 43)
    assert CONTACTS[0] == "*ContactName"


READ = [("Contacts.csv", each) for spellings in EXPORTS["xero-contacts"].headers.values() for each in spellings]
READ += [("SalesInvoices.csv", each) for (each,) in EXPORTS["xero-invoices"].columns.values()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Day one, undamaged."""
    return audit(first_day(tmp_path_factory.mktemp("whole")))


DAMAGES = ("delete", "blank", "spoil")
# Each column is damaged in one way here, the ways in turn; make prove does every column in every way.
EVERY = [
    pytest.param(name, header, damage, marks=[] if number % 3 == DAMAGES.index(damage) else pytest.mark.proof)
    for number, (name, header) in enumerate(sorted(set(READ)))
    for damage in DAMAGES
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "header", "damage"), EVERY)
def test_no_damage_to_a_column_of_xeros_makes_anything_look_better(name, header, damage, whole, tmp_path):
    """Deleted, blanked or unreadable, no column that is read turns anything into a pass."""
    asked = first_day(tmp_path)
    with (asked.registers / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    header = header if header in rows[0] else f"*{header}"
    for row in rows:
        if damage == "delete":
            del row[header]
        else:
            row[header] = "" if damage == "blank" else "¿31/02/20?"
    write(asked.registers, list(rows[0]), rows, name)
    after = audit(asked)
    assert not no_better(whole, after)
    assert not [each for each in after.observations if each.error]
