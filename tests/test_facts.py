"""Facts that rest on several registers: derived transfers, and opt-outs that cannot be matched to anybody."""

from datetime import date

import pyarrow as pa
import pytest
from privacy_audit.audit.inputs import read_inputs, read_settings
from privacy_audit.audit.run import audit
from privacy_audit.facts import special_category
from privacy_audit.facts.records import same_record
from privacy_audit.registers.register import Origin, Register
from privacy_audit.request import ROOT
from support.bench import make_firm, request, write_register
from support.samples import CLIENT, CONTACT, bench, suppliers

*_, SCHEMAS, _EXPORTS, _COUNTRIES = read_settings(ROOT / "data")

NO_OPT_OUTS_IN_CONTACTS = """
[[declared]]
column = "contacts.opted_out_on"
says = "none"
because = "opt-outs stand in the client list"
by = "tester"
on = 2026-10-01
"""


def test_a_transfer_is_derived_for_each_supplier_that_may_be_abroad_and_gets_personal_data(tmp_path):
    """The UK and suppliers without personal data are left out; an unknown country is not."""
    rows = suppliers(
        ("UK", "processor"), ("India", "processor"), ("", "processor"), ("US", "none"), ("US", "controller")
    )
    inputs = read_inputs(bench(tmp_path, processors=rows))
    transfers = inputs.registers["transfers"]
    names = transfers.table["importer"].to_pylist()
    assert names == ["India processor Ltd", "Nowhere processor Ltd", "US controller Ltd"]
    assert [origin.row for origin in transfers.origins] == [3, 4, 6]
    assert transfers.table["mechanism happened"].to_pylist() == [True, True, True]
    assert transfers.table["agreement_signed_on"].null_count == 0
    assert "frequency" in transfers.absent
    assert "mechanism" not in transfers.absent


def test_an_unread_cell_of_a_supplier_is_an_unread_cell_of_its_transfer(tmp_path):
    """The mark follows the row to its new place, and only columns that a transfer has."""
    rows = suppliers(("UK", "processor"), ("India", "processor"))
    rows[0]["safeguard"] = "SCC"
    rows[1] |= {"safeguard": "SCC", "contract_signed_on": "some day"}
    transfers = read_inputs(bench(tmp_path, processors=rows)).registers["transfers"]
    assert transfers.unread == {(0, "mechanism")}


def test_with_all_suppliers_in_the_uk_no_transfer_applies(tmp_path):
    """A known and empty list is “does not apply”; an unknown one is not."""
    result = audit(bench(tmp_path, processors=suppliers(("UK", "processor"), ("GB", "processor"))))
    assert result.standing.statuses["TRF-02"] == "not_applicable"
    assert (
        audit(bench(tmp_path / "2", processors=suppliers(("", "processor")))).standing.statuses["TRF-02"]
        == "not_testable"
    )


@pytest.mark.parametrize(
    ("email", "opted_out", "status"),
    [
        ("ada@example.com", "2026-05-05", "not_met"),
        ("", "2026-05-05", "not_testable"),
        ("", "", "not_applicable"),
        ("", "31/02/2026", "not_testable"),
        ("bea@example.com", "2026-05-05", "not_applicable"),
    ],
)
def test_an_opt_out_that_cannot_be_matched_to_an_address_leaves_every_contact_in_doubt(
    email, opted_out, status, tmp_path
):
    """A client who opted out, or may have, and has no address might be any of the contacts."""
    never = CLIENT | {"last_marketing_on": ""}
    others = [CLIENT | {"client_id": "C-2", "email": "cleo@example.com", "opted_out_on": "2020-01-01"}]
    others = [each | {"last_marketing_on": "2019-01-01"} for each in others]
    clients = [never | {"client_id": "C-1", "email": email, "opted_out_on": opted_out}, *others]
    contacts = [CONTACT | {"email": "ada@example.com"}, CONTACT | {"email": "dot@example.com", "opted_out_on": ""}]
    contacts.append(CONTACT | {"email": "eve@example.com", "status": "cleaned", "opted_out_on": ""})
    firm = make_firm(tmp_path / "firm", declared=NO_OPT_OUTS_IN_CONTACTS)
    for name, rows in {"clients": clients, "contacts": contacts}.items():
        write_register(firm / "registers" / "2026-Q3", name, rows)
    result = audit(request(firm, "2026-Q3"))
    assert result.standing.statuses["MKT-04"] == status


def test_without_the_client_list_no_contact_is_known_not_to_have_opted_out(tmp_path):
    """Opt-outs by telephone stand in the client list alone."""
    contacts = [
        CONTACT | {"email": "ada@example.com"},
        CONTACT
        | {
            "email": "bea@example.com",
            "opted_out_on": "2020-01-01",
            "last_marketing_on": "2019-01-01",
            "status": "unsubscribed",
        },
    ]
    assert audit(bench(tmp_path, contacts=contacts)).standing.statuses["MKT-04"] == "not_testable"


@pytest.mark.parametrize(
    ("place", "role", "importer", "status"),
    [
        ("India", "processor", "Somebody else Ltd", "not_testable"),
        ("", "processor", "Somebody else Ltd", "not_testable"),
        ("UK", "processor", "Somebody else Ltd", "met"),
        ("India", "none", "Somebody else Ltd", "met"),
        ("India", "processor", "india PROCESSOR ltd", "met"),
    ],
)
def test_a_given_file_of_transfers_is_compared_with_the_suppliers(place, role, importer, status, tmp_path):
    """A supplier who may be abroad must have a row in it."""
    transfer = {"transfer_id": "T-1", "importer": importer, "country": "IE", "mechanism": "", "ended_on": ""}
    asked = bench(tmp_path, processors=suppliers((place, role)), transfers=[transfer])
    assert audit(asked).standing.statuses["TRF-02"] == status


@pytest.mark.parametrize(
    ("channel", "mailed", "status"),
    [("email", "2026-09-01", "not_met"), ("phone", "2026-09-01", "not_testable"), ("phone", "", "not_applicable")],
)
def test_a_mailing_in_the_client_list_counts_for_e_mail_and_leaves_other_channels_open(
    channel, mailed, status, tmp_path
):
    """The client list does not say by which channel marketing was sent."""
    ada = {"client_id": "C-1", "email": "ada@example.com", "opted_out_on": "", "last_marketing_on": mailed}
    other = {
        "client_id": "C-2",
        "email": "bea@example.com",
        "opted_out_on": "2020-01-01",
        "last_marketing_on": "2019-01-01",
    }
    row = CONTACT | {"email": "ada@example.com", "channel": channel, "status": "cleaned", "last_marketing_on": ""}
    cleo = CONTACT | {
        "email": "cleo@example.com",
        "status": "cleaned",
        "opted_out_on": "2020-01-01",
        "last_marketing_on": "2019-01-01",
    }
    row["opted_out_on"] = "2026-05-05" if mailed else ""
    result = audit(bench(tmp_path, clients=[ada, other], contacts=[row, cleo]))
    found = next(each for each in result.observations if each.control.id == "MKT-04")
    expected = {"not_met": ("broken", 1), "not_testable": ("not_shown", 1), "not_applicable": ("out_of_scope", 1)}[
        status
    ]
    assert found.counts[expected[0]] == expected[1]


def test_a_finding_about_a_contact_names_the_rows_of_every_list_it_rests_on(example):
    """The mailing stands in the client list, the opt-out in Mailchimp's file: both are cited."""
    sent = next(each for each in example.findings if each.reason_code == "sent_after")
    assert {origin.file.split("_")[0] for origin in sent.sources} == {"clients.csv", "unsubscribed"}


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"notes": "diabetic, prefers mornings", "tags": "Newsletter"}, "not_testable"),
        ({"notes": "", "tags": '"Catholic parish","Newsletter"'}, "not_testable"),
        ({"notes": "prefers mornings", "tags": "Newsletter"}, "met"),
        ({}, "met"),
    ],
)
def test_what_a_mailing_list_notes_and_tags_is_searched_for_special_category_data(cells, status, tmp_path):
    """A list without notes and tags holds none."""
    contact = {"email": "ada@example.com", "channel": "email", "status": "subscribed"}
    client = CLIENT | {"client_id": "C-1", "special_category": "none", "notes": "Paid late", "email": "ada@example.com"}
    asked = bench(tmp_path, clients=[client], contacts=[contact | cells], processors=suppliers(("GB", "none")))
    result = audit(asked)
    assert result.standing.statuses["DAT-01"] == status
    hinted = [each for each in result.findings if each.control == "DAT-01"]
    assert [(each.register, each.reason_code) for each in hinted] == [("held", "hinted")] * (status != "met")
    assert "ada@example.com" not in str(hinted)


def test_a_note_that_cannot_be_read_leaves_open_what_it_tells():
    """Unless the tags hint at something already."""
    rows = {"notes": ["", None], "tags": ["Catholic parish", "Newsletter"]}
    table = {name: pa.array(cells, pa.string()) for name, cells in rows.items()}
    table |= {f"{name} happened": pa.array([True, None if name == "notes" else True]) for name in rows}
    contacts = Register(SCHEMAS["contacts"], pa.table(table), (Origin("a", "", 2), Origin("a", "", 3)))

    class Words:
        def kinds(self, text):
            return ["religion"] if "Catholic" in text else []

    assert [each.hinted for each in special_category._contacts(contacts, Words())] == [("religion",), None]  # noqa: SLF001


# One record in two lists.

BOOKS = {"client_id": "C-1", "name": "Ada Reid", "email": "ada@example.com"}
OURS = {"client_id": "C-1", "relationship": "former_client", "ended_on": "2015-06-30", "disposal_status": ""}


def two_lists(tmp_path, ours, books=None):
    """A client list from the books, and one of the firm's own that tells what the books cannot."""
    asked = bench(tmp_path, clients=[BOOKS, *(books or [])])
    write_register(asked.registers, "clients", [ours]).rename(asked.registers / "our clients.csv")
    write_register(asked.registers, "clients", [BOOKS, *(books or [])])
    return asked


def test_what_one_client_list_has_no_column_for_another_tells(tmp_path):
    """Of the same number; the finding names the rows of both lists."""
    asked = two_lists(tmp_path, OURS)
    clients = read_inputs(asked).registers["clients"]
    assert clients.table["relationship"].to_pylist() == ["former_client", "former_client"]
    assert clients.table["ended_on"].to_pylist() == [date(2015, 6, 30)] * 2
    assert clients.table["name"].to_pylist() == ["Ada Reid", "Ada Reid"]
    (found,) = (each for each in audit(asked).findings if each.control == "RET-01")
    assert sorted(each.file for each in found.sources) == ["clients.csv", "our clients.csv"]


def test_lists_that_do_not_agree_or_cannot_be_read_complete_nothing(tmp_path):
    """Two rows of the firm's own list with one number say different things; a third cannot be read."""
    asked = two_lists(tmp_path, OURS)
    for more in (OURS | {"ended_on": "2016-06-30"}, OURS | {"ended_on": "31/02/2016"}):
        write_register(asked.registers, "clients", [OURS, more]).rename(asked.registers / "our clients.csv")
        write_register(asked.registers, "clients", [BOOKS])
        clients = read_inputs(asked).registers["clients"]
        books = [each.file for each in clients.origins].index("clients.csv")
        assert clients.table["ended_on"].to_pylist()[books] is None
        assert clients.table["relationship"].to_pylist()[books] == "former_client"


def test_who_is_deleted_in_one_list_and_stands_in_another_is_not_gone(tmp_path):
    """The name, the address: what was to go is still there, and the finding names the row."""
    gone = OURS | {"disposal_status": "deleted", "disposed_on": "2026-08-06", "disposal_method": "shred"}
    result = audit(two_lists(tmp_path, gone))
    assert result.standing.statuses["RET-06"] == "not_met"
    found = next(each for each in result.findings if each.control == "RET-06" and each.outcome == "broken")
    assert "E-mail address" in found.reason
    assert "clients.csv" in [each.file for each in found.sources]


def test_an_invoice_belongs_to_a_client_who_stands_in_two_lists(tmp_path):
    """One number in two lists is one client, whose name tells them apart from everybody else."""
    asked = two_lists(tmp_path, {"client_id": "C-1", "name": "Ada Reid", "relationship": "former_client"})
    line = {"invoice_number": "I-1", "client": "Ada Reid", "email": "", "invoiced_on": "2017-03-31", "kind": "sale"}
    write_register(asked.registers, "invoices", [line | {"status": "paid"}])
    result = audit(asked)
    assert not [each for each in result.findings if "does not tell" in each.reason]
    assert result.inputs.registers["clients"].table["last_invoice_on"].to_pylist() == [date(2017, 3, 31)] * 2


def test_rows_are_about_one_record_where_each_of_several_files_has_one(tmp_path):
    """Twice in one file they may be two that share a number."""
    asked = two_lists(
        tmp_path,
        OURS | {"client_id": "c-1"},
        [BOOKS | {"client_id": "C-2"}, BOOKS | {"client_id": "C-2", "name": "Bea"}],
    )
    clients = read_inputs(asked).registers["clients"]
    numbers = clients.table["client_id"].to_pylist()
    assert [[numbers[at] for at in rows] for rows in same_record(clients)] == [
        ["C-1", "c-1"] if each in {"C-1", "c-1"} else ["C-2"] for each in numbers
    ]


@pytest.mark.parametrize(("optin", "outcome"), [("2024-01-01", "broken"), (None, "not_shown")])
def test_a_log_of_mailings_leaves_no_opt_in_open_that_another_list_tells(optin, outcome, tmp_path):
    """It has no column for opt-ins; but where no list has one, nobody can tell whether they opted in again."""
    out = {"email": "ada@example.com", "channel": "email", "status": "unsubscribed", "opted_out_on": "2026-05-11"}
    asked = bench(tmp_path, contacts=[out | ({"consent_on": optin} if optin else {})])
    log = [{"email": "ada@example.com", "channel": "email", "last_marketing_on": "2026-09-08"}]
    first = asked.registers / "contacts.csv"
    kept = first.read_bytes()
    write_register(asked.registers, "contacts", log).rename(asked.registers / "log.csv")
    first.write_bytes(kept)
    write_register(asked.registers, "clients", [CLIENT | {"client_id": "C-1", "email": "bea@example.com"}])
    observation = next(each for each in audit(asked).observations if each.control.id == "MKT-04")
    assert observation.counts[outcome]
    assert bool(observation.counts["broken"]) is (outcome == "broken")
