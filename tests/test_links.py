"""References between registers: contacts and invoices to clients, transfers of other times, and registers that lack."""

import pytest
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import audit
from support.damage import no_better
from support.samples import CLIENT, bench, suppliers

CONTACT = {"channel": "email", "status": "subscribed"}
INVOICE = {
    "invoice_number": "INV-1",
    "client": "",
    "email": "",
    "invoiced_on": "2026-08-01",
    "kind": "sale",
    "status": "",
}
TRANSFER = {"transfer_id": "T-1", "importer": "India processor Ltd", "country": "IN", "mechanism": "IDTA"}
ADA = CLIENT | {"client_id": "C-1", "name": "Ada & Sons", "email": "ada@example.com", "disposal_status": ""}
HERS = CONTACT | {"email": "ada@example.net", "client_id": "C-1"}
GONE = CLIENT | {"client_id": "C-9", "name": "", "email": "", "disposal_status": "deleted"}


def verdicts(asked):
    """How many references of each verdict, and the findings about them."""
    found = next(each for each in observe(read_inputs(asked)) if each.control.id == "DQ-05")
    return {name: number for name, number in found.counts.items() if number}


def declare(asked, *columns):
    """Have somebody at the firm answer that there is nothing of the kind."""
    text = '[[declared]]\ncolumn = "{}"\nsays = "none"\nbecause = "there are none"\nby = "me"\non = 2026-10-01\n'
    (asked.registers / "quarter.toml").write_text("".join(map(text.format, columns)), encoding="utf-8")


def told(asked):
    return [each for each in audit(asked).findings if each.control == "DQ-05"]


@pytest.mark.parametrize(
    ("client", "verdict"), [("C-1", "kept"), ("c-1", "kept"), ("C-2", "broken"), ("C-01", "broken"), ("", None)]
)
def test_a_contact_refers_to_a_client_only_where_it_names_one(client, verdict, tmp_path):
    """Client numbers are compared without regard to case; C-01 is not C-1."""
    contacts = [CONTACT | {"email": "ada@example.com", "client_id": client}]
    found = verdicts(bench(tmp_path, clients=[ADA], contacts=[*contacts, HERS]))
    assert found.pop("kept") - (verdict == "kept") == 1
    assert found == ({verdict: 1} if verdict and verdict != "kept" else {})


@pytest.mark.parametrize("client", [None, ""])
def test_a_list_that_names_no_client_at_all_shows_nothing_unless_somebody_says_so(client, tmp_path):
    """Without the column, or with one that is blank throughout, a wrong number may have been deleted."""
    contacts = [CONTACT | {"email": "ada@example.com"} | ({} if client is None else {"client_id": client})]
    asked = bench(tmp_path, clients=[ADA], contacts=contacts)
    assert verdicts(asked) == {"not_shown": 1}
    (gap,) = [each for each in audit(asked).findings if "DQ-05" in each.blocks]
    assert (gap.register, gap.record) == ("contacts", "Client number")
    assert "contacts.client_id" in gap.remedy
    declare(asked, "contacts.client_id")
    assert verdicts(asked) == {}


@pytest.mark.parametrize("damage", ["delete", "blank"])
def test_deleting_the_client_numbers_improves_nothing(damage, tmp_path):
    """A contact whose client is in no list stays a finding, or becomes a gap."""
    ada = CONTACT | {"email": "ada@example.com", "client_id": "C-1"}
    contacts = [ada, CONTACT | {"email": "bea@example.com", "client_id": "C-2"}]
    beside = {"clients": [ADA], "processors": suppliers(("UK", "processor"))}
    before = audit(bench(tmp_path / "whole", contacts=contacts, **beside))
    assert before.standing.statuses["DQ-05"] == "not_met"
    hurt = [{k: v for k, v in each.items() if k != "client_id"} for each in contacts]
    hurt = hurt if damage == "delete" else [each | {"client_id": ""} for each in hurt]
    after = audit(bench(tmp_path / "hurt", contacts=hurt, **beside))
    assert after.standing.statuses["DQ-05"] == "not_testable"
    assert not no_better(before, after)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"client": "Ada & Sons"}, "kept"),
        ({"client": "ADA & sons"}, "kept"),
        ({"client": "C-1"}, "kept"),
        ({"client": "Ada and Sons", "email": "ADA@example.com"}, "kept"),
        ({"client": "", "email": "ada@example.com"}, "kept"),
        ({"client": "Ada and Sons"}, "broken"),
        ({"client": "Ada and Sons", "email": "bea@example.com"}, "broken"),
        ({"client": ""}, "not_shown"),
        ({"client": "", "email": "bea@example.com"}, "not_shown"),
        ({"client": "Nobody", "kind": "credit_note", "status": "paid"}, "broken"),
        ({"client": "Nobody", "kind": ""}, "broken"),
        ({"client": "Nobody", "kind": "purchase"}, None),
        ({"client": "Nobody", "status": "draft"}, None),
        ({"client": "Nobody", "status": "void"}, None),
        ({"client": "Nobody", "invoiced_on": "2026-06-30"}, None),
        ({"client": "Nobody", "invoiced_on": "2026-07-01"}, "broken"),
        ({"client": "Nobody", "invoiced_on": "2026-09-30"}, "broken"),
        ({"client": "Nobody", "invoiced_on": "2026-10-01"}, None),
        ({"client": "Nobody", "invoiced_on": ""}, "broken"),
    ],
)
def test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address(change, verdict, tmp_path):
    """A bill, a draft, a voided invoice and an invoice of another quarter refer to nobody."""
    asked = bench(tmp_path, clients=[ADA], invoices=[INVOICE | change])
    assert verdicts(asked) == ({verdict: 1} if verdict else {})


@pytest.mark.parametrize(
    ("beside", "verdict"),
    [
        (ADA | {"client_id": "C-2", "name": ""}, "not_shown"),
        (GONE, "broken"),
        (GONE | {"disposal_status": "anonymised"}, "broken"),
        (GONE | {"disposal_status": "partially_deleted"}, "not_shown"),
    ],
)
def test_an_unknown_name_may_be_a_client_without_a_name_but_not_one_who_was_erased(beside, verdict, tmp_path):
    """Nobody is told that an invoice has no client while a nameless client may be the one."""
    asked = bench(tmp_path, clients=[ADA, beside], invoices=[INVOICE | {"client": "Nobody"}])
    assert verdicts(asked) == {verdict: 1}


def test_an_unknown_name_may_stand_in_a_row_that_was_rejected(tmp_path):
    """A row that could not be read may be the client, the contact's client, or the supplier."""
    registers = {
        "clients": [ADA, ADA | {"client_id": ""}],
        "contacts": [CONTACT | {"email": "bea@example.com", "client_id": "C-2"}],
        "invoices": [INVOICE | {"client": "Nobody"}],
        "processors": [*suppliers(("UK", "processor")), suppliers(("US", "processor"))[0] | {"legal_name": ""}],
        "transfers": [TRANSFER],
    }
    assert verdicts(bench(tmp_path, **registers)) == {"not_shown": 3}


def test_all_invoices_to_one_unknown_client_are_one_finding_that_names_nobody(tmp_path):
    """Lines and invoices, in whatever letters, come together under a token."""
    numbers = ("INV-1", "INV-1", "INV-2")
    lines = [
        INVOICE | {"invoice_number": each, "client": name}
        for each, name in zip(numbers, ("Zoe 54", "ZOE 54", "zoe 54"), strict=True)
    ]
    (finding,) = told(bench(tmp_path, clients=[ADA], invoices=lines))
    assert len(finding.sources) == 3
    assert "zoe" not in (finding.record + finding.reason).casefold()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"kept": 1}),
        ({"ended_on": "2026-06-30"}, {}),
        ({"ended_on": "2026-07-01"}, {"kept": 1}),
        ({"first_transfer_on": "2026-10-01"}, {}),
        ({"ended_on": "soon"}, {"kept": 1}),
        ({"importer": "Nobody Ltd", "ended_on": "soon"}, {"broken": 1}),
    ],
)
def test_only_a_transfer_of_the_quarter_must_have_its_supplier(change, expected, tmp_path):
    """A supplier of long ago may have left the list."""
    rows = [each | {"service_end": "2026-09-30"} for each in suppliers(("India", "processor"))]
    blank = {"first_transfer_on": "", "ended_on": ""}
    assert verdicts(bench(tmp_path, processors=rows, transfers=[TRANSFER | blank | change])) == expected


def test_one_service_of_two_that_goes_on_is_enough(tmp_path):
    """A supplier with several services is over only when all of them are, and in any of its countries."""
    (row,) = suppliers(("India", "processor"))
    rows = [row | {"service_end": "2026-01-31"}, row | {"service": "y", "service_end": "2026-09-30", "country": "US"}]
    assert verdicts(bench(tmp_path / "one", processors=rows, transfers=[TRANSFER])) == {"kept": 1}
    both = [each | {"service_end": "2026-01-31"} for each in rows]
    assert verdicts(bench(tmp_path / "both", processors=both, transfers=[TRANSFER])) == {"broken": 1}
    open_ = [rows[0], rows[1] | {"service_end": "soon", "country": ""}]
    assert verdicts(bench(tmp_path / "open", processors=open_, transfers=[TRANSFER])) == {"not_shown": 1}


@pytest.mark.parametrize(("declared", "expected"), [(False, {"not_shown": 1}), (True, {"kept": 1})])
def test_that_no_service_has_ended_must_be_said_by_somebody(declared, expected, tmp_path):
    """A column of blanks shows nothing, unless the firm has declared that there is nothing to write in it."""
    rows = [each | {"service_end": ""} for each in suppliers(("India", "processor"))]
    asked = bench(tmp_path, processors=rows, transfers=[TRANSFER])
    if declared:
        declare(asked, "processors.service_end")
    assert verdicts(asked) == expected


@pytest.mark.parametrize(
    ("registers", "verdict"),
    [
        ({"contacts": [CONTACT | {"email": "ada@example.com", "client_id": "C-1"}]}, {"not_shown": 1}),
        ({"contacts": [CONTACT | {"email": "ada@example.com", "client_id": ""}]}, {"not_shown": 1}),
        ({"invoices": [INVOICE | {"client": "Ada"}]}, {"not_shown": 1}),
        ({"transfers": [TRANSFER]}, {"not_shown": 1}),
    ],
)
def test_a_reference_to_a_register_that_is_missing_cannot_be_shown(registers, verdict, tmp_path):
    """Whether the other record is there, nobody can tell."""
    asked = bench(tmp_path, **registers)
    assert verdicts(asked) == verdict
    assert audit(asked).standing.statuses["DQ-05"] == "not_testable"


def test_without_any_reference_there_is_nothing_to_agree(tmp_path):
    """Three registers that refer to nobody: it does not apply; one of them missing: it cannot be shown."""
    three = {
        "clients": [ADA],
        "contacts": [CONTACT | {"email": "ada@example.com"}],
        "processors": suppliers(("UK", "processor"), ("India", "processor")),
    }
    for number, name in enumerate([None, *three]):
        asked = bench(tmp_path / str(number), **{each: rows for each, rows in three.items() if each != name})
        declare(asked, "contacts.client_id")
        assert audit(asked).standing.statuses["DQ-05"] == ("not_testable" if name else "not_applicable"), name


def test_no_register_at_all_is_no_answer(tmp_path):
    """Even a firm that expects no register cannot show that its registers agree when there is none."""
    asked = bench(tmp_path)
    text = (asked.firm / "policy" / "firm.toml").read_text(encoding="utf-8")
    (asked.firm / "policy" / "firm.toml").write_text(text.replace("= true", "= false"), encoding="utf-8")
    (asked.firm / "registers" / "2026-Q3").mkdir(parents=True)
    assert audit(asked).standing.statuses["DQ-05"] == "not_testable"


def test_a_stale_register_cannot_show_that_it_agrees(tmp_path):
    """A supplier list of January does not know the transfers of September."""
    rows = [each | {"service_end": "2026-09-30"} for each in suppliers(("India", "processor"))]
    listed = HERS | {"email": ADA["email"]}
    asked = bench(tmp_path, clients=[ADA], contacts=[listed], processors=rows, transfers=[TRANSFER])
    assert audit(asked).standing.statuses["DQ-05"] == "met"
    about = "[extracts.processors]\nextracted_on = 2026-01-05\n"
    (asked.registers / "quarter.toml").write_text(about, encoding="utf-8")
    assert audit(asked).standing.statuses["DQ-05"] == "not_testable"
