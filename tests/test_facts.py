"""Facts that rest on several registers: derived transfers, and opt-outs that cannot be matched to anybody."""

import pytest
from bench import make_firm, request, write_register
from privacy_audit.inputs import read_inputs
from privacy_audit.result import audit

SUPPLIER = {
    "role": "processor",
    "contract_ref": "a.pdf",
    "contract_signed_on": "2020-01-01",
    "contract_expires_on": "",
    "safeguard": "IDTA",
    "safeguard_signed_on": "2024-01-01",
}
CONTACT = {
    "channel": "email",
    "status": "subscribed",
    "consent_on": "2024-01-01",
    "opted_out_on": "",
    "last_marketing_on": "2026-09-01",
}
NO_OPT_OUTS_IN_CONTACTS = """
[[declared]]
column = "contacts.opted_out_on"
says = "none"
because = "opt-outs stand in the client list"
by = "tester"
on = 2026-10-01
"""
CLIENT = {"relationship": "client", "last_marketing_on": "2026-09-01"}


def bench(tmp_path, **registers):
    firm = make_firm(tmp_path / "firm")
    for name, rows in registers.items():
        write_register(firm / "registers" / "2026-Q3", name, rows)
    return request(firm, "2026-Q3")


def suppliers(*places):
    return [
        SUPPLIER | {"legal_name": f"{place or 'Nowhere'} {role} Ltd", "service": "x", "country": place, "role": role}
        for place, role in places
    ]


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
    assert result.statuses["TRF-02"] == "not_applicable"
    assert audit(bench(tmp_path / "2", processors=suppliers(("", "processor")))).statuses["TRF-02"] == "not_testable"


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
    assert result.statuses["MKT-04"] == status


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
    assert audit(bench(tmp_path, contacts=contacts)).statuses["MKT-04"] == "not_testable"


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
    assert audit(asked).statuses["TRF-02"] == status


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
