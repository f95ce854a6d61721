"""Whether all of a population is there: totals, filters, the same row in two files, and files that contradict."""

import csv
import itertools
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from privacy_audit.audit.inputs import read_inputs, read_settings
from privacy_audit.audit.run import audit
from privacy_audit.registers.folder import read_file
from privacy_audit.registers.receipt import Receipt, amount, unreconciled
from privacy_audit.reports.results_json import findings_json, sources_json
from privacy_audit.request import ROOT
from privacy_audit.settings.quarter import Expected
from support.bench import make_firm, request, write_register

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HERE = Path(__file__).parent / "exports"
CONTACT = {"email": "ada@example.com", "channel": "email", "status": "subscribed", "consent_on": "2024-01-05"}
OUT = CONTACT | {"status": "unsubscribed"}
CLIENT = {"client_id": "C-1", "name": "Ada Reid", "email": "ada@example.com", "relationship": "client"}


def folder_of(tmp_path):
    firm = make_firm(tmp_path / "firm")
    folder = firm / "registers" / "2026-Q3"
    folder.mkdir(parents=True)
    return request(firm, "2026-Q3"), folder


def written(folder, name, rows):
    return write_register(folder, "x", rows).rename(folder / name)


def about(folder, text):
    (folder / "quarter.toml").write_text(text, encoding="utf-8")


def of(result, *codes):
    return [each for each in result.findings if each.reason_code in codes]


@pytest.mark.parametrize(
    ("cell", "is_amount"),
    [
        ("1,200.00", "1200.00"),
        ("£1,200.00", "1200.00"),
        ("1200", "1200"),
        ("-5.50", "-5.50"),
        ("(5.50)", "-5.50"),
        ("-£5.50", "-5.50"),
        ("£-5.50", "-5.50"),
        ("€ 5", "5"),
        (12, "12"),
        (12.5, "12.5"),
        ("1,20", None),
        ("1.200,00", None),
        ("12,34,567.00", None),
        ("(5.50", None),
        ("5.50)", None),
        ("TBC", None),
        ("1e3", None),
        (True, None),
        ("", None),
    ],
)
def test_amounts_are_read_as_the_uk_writes_them(cell, is_amount):
    """A comma parts thousands; what might mean something else is no amount, and stops the sum."""
    assert amount(cell) == (None if is_amount is None else Decimal(is_amount))


def test_an_amount_that_cannot_be_read_stops_the_sum_and_is_told(tmp_path):
    """A sum without it would be a wrong one."""
    path = tmp_path / "SalesInvoices.csv"
    text = (HERE / "SalesInvoices.csv").read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",100.00,", ",TBC,"), encoding="utf-8")
    ((reading,), _) = read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
    assert reading.receipt.sums == {"TaxAmount": "32.00"}
    assert "“LineAmount” was not added up: 1 cells are no amounts." in [e.what for e in reading.receipt.repairs]


def test_the_receipt_tells_when_and_by_whom_an_export_was_made_and_what_it_adds_up_to(tmp_path):
    """Rows, smallest and largest day, sums, the day, the hand and the filter, in the sources beside the findings."""
    asked, folder = folder_of(tmp_path)
    shutil.copy(HERE / "SalesInvoices.csv", folder)
    about(folder, '[extracts.invoices]\nextracted_on = 2026-10-01\nby = "office manager"\nfilters = "this quarter"\n')
    result = audit(asked)
    receipt = result.inputs.folder.receipts[0].as_dict()
    told = {name: receipt[name] for name in ("rows_in", "extracted_on", "extracted_by", "filters", "sums")}
    sums = {"LineAmount": "160.00", "TaxAmount": "32.00"}
    expected = {"rows_in": 5, "extracted_on": "2026-10-01", "extracted_by": "office manager"}
    assert told == expected | {"filters": "this quarter", "sums": sums}
    assert receipt["control_totals"] == {"invoiced_on": "2026-08-01 to 2026-08-02"}
    assert "office manager" in sources_json(result).decode()
    assert "office manager" not in findings_json(result).decode()


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({}, []),
        ({"rows": 5, "records": 4, "sums": {"LineAmount": "160.00"}}, []),
        ({"sums": {"LineAmount": 160}}, []),
        ({"sums": {"LineAmount": 160.0, "TaxAmount": "£32.00"}}, []),
        ({"rows": 6}, ["6 rows were expected and 5 are there"]),
        ({"records": 5}, ["5 different records were expected and 4 are there"]),
        ({"sums": {"LineAmount": "160.01"}}, ["“LineAmount” was expected to add up to 160.01, and adds up to 160.00"]),
        ({"sums": {"Total": 1}}, ["“Total” was expected to add up to 1, and could not be added up in every file"]),
        ({"sums": {"LineAmount": "a lot"}}, ["“LineAmount” was expected to add up to a lot, and adds up to 160.00"]),
    ],
)
def test_totals_are_compared_with_what_the_firm_read_elsewhere(expected, told):
    """To the penny; a column that nobody adds up does not agree with anything."""
    receipt = Receipt(
        "invoices",
        "a.csv",
        "",
        "",
        rows_in=5,
        rows_in_file=5,
        accepted=5,
        sums={"LineAmount": "160.00", "TaxAmount": "32.00"},
    )
    assert list(unreconciled(Expected.model_validate(expected), [receipt], 4)) == told


@pytest.mark.parametrize(
    ("file", "rows"),
    [("people.csv", 4), ("hubspot-marketing.csv", 6), ("sales-transactions.csv", 7), ("invoice-list.csv", 4)],
)
def test_rows_are_counted_as_the_tool_counts_them(file, rows):
    """With those that were left out and each that stands for several once; headings and totals are none."""
    ((reading,), _) = read_file(HERE / file, SCHEMAS, EXPORTS.values(), COUNTRIES)
    assert reading.receipt.rows_in_file == rows
    assert not list(unreconciled(Expected(rows=rows), [reading.receipt], 0))


def test_a_row_deleted_after_the_receipt_stops_a_clean_result(tmp_path):
    """Whichever row it is: the population is not the one that was counted, and no check of it is met."""
    asked, folder = folder_of(tmp_path)
    shutil.copy(HERE / "SalesInvoices.csv", folder)
    written(folder, "clients.csv", [CLIENT, CLIENT | {"client_id": "C-2", "name": "Bea Holt", "email": ""}])
    text = (folder / "clients.csv").read_text(encoding="utf-8").splitlines()
    for gone in range(len(text)):
        kept = [line for at, line in enumerate(text) if at != gone or not gone]
        (folder / "clients.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
        about(folder, "[extracts.clients]\nextracted_on = 2026-10-01\nexpected = { rows = 2 }\n")
        result = audit(asked)
        found = of(result, "population_not_reconciled")
        over = {each.control.id: result.standing.statuses[each.control.id] for each in result.observations}
        if not gone:
            assert not found
            continue
        (finding,) = found
        assert (finding.control, finding.record, finding.outcome, finding.severity) == (
            "DQ-01",
            "clients",
            "not_shown",
            "major",
        )
        assert finding.reason == "clients is not what was expected: 2 rows were expected and 1 are there."
        assert "met" not in {status for control, status in over.items() if control.startswith("RET-")}
        assert any("2 rows were expected" in each for each in result.incomplete)


def test_a_filter_leaves_out_a_part_that_may_hold_anything(tmp_path):
    """What the firm says it left out is told without its words, which may name somebody."""
    asked, folder = folder_of(tmp_path)
    written(folder, "clients.csv", [CLIENT])
    about(folder, '[extracts.clients]\nextracted_on = 2026-10-01\nfilters = "not Zebedee"\n')
    result = audit(asked)
    (finding,) = of(result, "filtered")
    assert "Zebedee" not in findings_json(result).decode()
    assert finding.remedy == "Export the register again without a filter."
    assert "met" not in {
        result.standing.statuses[each.control.id] for each in result.observations if each.control.register == "clients"
    }


def test_the_same_row_in_two_files_is_one_record_with_two_sources(tmp_path):
    """It is judged once, found at both places, and called no repetition."""
    asked, folder = folder_of(tmp_path)
    gone = CLIENT | {"relationship": "former_client", "ended_on": "2010-01-01"}
    other = CLIENT | {"client_id": "C-2", "name": "Bea Holt", "email": "bea@example.com", "ended_on": ""}
    written(folder, "a.csv", [gone, other])
    written(folder, "b.csv", [gone])
    result = audit(asked)
    clients = result.inputs.registers["clients"]
    assert clients.table["client_id"].to_pylist() == ["C-1", "C-2"]
    assert [(each.file, each.row) for each in clients.also[0]] == [("b.csv", 2)]
    assert not of(result, "repeated", "differs")
    overdue = next(each for each in result.findings if each.control == "RET-01" and each.record == "C-1")
    assert {(each.file, each.row) for each in overdue.sources} >= {("a.csv", 2), ("b.csv", 2)}
    rows_in = sum(each.rows_in for each in clients.receipts)
    assert rows_in == clients.table.num_rows + sum(map(len, clients.also.values()))


def test_rows_alike_in_one_file_are_a_repetition_however_often_another_file_has_them(tmp_path):
    """Two in the one and three in the other are three records, each a repetition."""
    asked, folder = folder_of(tmp_path)
    written(folder, "a.csv", [CLIENT, CLIENT])
    written(folder, "b.csv", [CLIENT, CLIENT, CLIENT])
    result = audit(asked)
    clients = result.inputs.registers["clients"]
    assert clients.table.num_rows == 3
    assert sorted(len(each) for each in clients.also.values()) == [1, 1]
    assert of(result, "repeated")


def test_a_row_with_an_unreadable_cell_is_like_no_other(tmp_path):
    """What cannot be read may differ."""
    asked, folder = folder_of(tmp_path)
    spoilt = CLIENT | {"ended_on": "31/02/2020"}
    written(folder, "a.csv", [spoilt])
    written(folder, "b.csv", [spoilt])
    assert read_inputs(asked).registers["clients"].table.num_rows == 2


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        (CLIENT, CLIENT | {"relationship": "prospect"}, "Relationship"),
        (CLIENT, CLIENT | {"relationship": "prospect", "email": "reid@example.com"}, "E-mail address, Relationship"),
        (CLIENT | {"opted_out_on": ""}, CLIENT | {"opted_out_on": "2025-01-01"}, "Opted out"),
        (CLIENT, CLIENT | {"opted_out_on": "2025-01-01"}, None),
        (CLIENT, CLIENT | {"relationship": ""}, None),
        (CLIENT, {"client_id": "c-1", "source": "referral"}, None),
    ],
)
def test_files_that_contradict_are_told_with_the_columns(one, other, differing, tmp_path):
    """A blank that means “did not happen” contradicts a day; a blank that means unknown, or no column, does not."""
    asked, folder = folder_of(tmp_path)
    written(folder, "a.csv", [one])
    written(folder, "b.csv", [other])
    result = audit(asked)
    found = of(result, "differs", "repeated")
    reasons = {each.reason for each in found}
    wanted = f"The clients record C-1 stands in 2 rows that differ in: {differing}."
    assert reasons == ({wanted} if differing else set())
    for each in found:
        assert {(place.file, place.row) for place in each.sources} == {("a.csv", 2), ("b.csv", 2)}


def in_every_order(files):
    """The files under names that sort in every order."""
    for order in itertools.permutations(sorted(files)):
        yield [(f"{at}.csv", files[name]) for at, name in enumerate(order)]


@pytest.mark.slow
@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "non_subscribed"])
def test_klaviyos_suppressions_outrank_its_list_in_every_order_of_the_files(status, tmp_path):
    """Subscribed and suppressed is suppressed: Klaviyo mails nobody on that list, so that nothing is found."""
    words = {"unsubscribed": "USER_SUPPRESSED", "cleaned": "HARD_BOUNCE", "non_subscribed": "HARD_BOUNCE"}
    consent = "SUBSCRIBED" if status != "non_subscribed" else "NEVER_SUBSCRIBED"
    with (HERE / "klaviyo-list.csv").open(encoding="utf-8-sig", newline="") as file:
        head = next(csv.reader(file))
    cells = {"Email": "ada@example.com", "Klaviyo ID": "K1", "Email Marketing Consent": consent}
    cells["Email Marketing Consent Timestamp"] = "2024-01-05 10:00:00"
    listed = [head, [cells.get(name, "") for name in head]]
    gone = [["Email", "Suppression Reason", "Suppressed At"], ["ADA@example.com", words[status], "2026-01-05 10:00:00"]]
    seen = set()
    for number, files in enumerate(in_every_order({"list": listed, "suppressions": gone, "again": gone})):
        asked, folder = folder_of(tmp_path / str(number))
        for name, rows in files:
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        result = audit(asked)
        contacts = result.inputs.registers["contacts"]
        wins = "cleaned" if words[status] == "HARD_BOUNCE" else "unsubscribed"
        assert set(contacts.table["status"].to_pylist()) == {wins}
        assert not of(result, "still_subscribed", "differs", "repeated")
        seen.add(findings_json(result))
    assert len(seen) == 1


@pytest.mark.slow
@pytest.mark.parametrize("other", ["unsubscribed", "cleaned"])
def test_an_opt_out_on_one_list_counts_on_every_list_in_every_order_of_the_files(other, tmp_path):
    """On lists of different tools the opt-out wins: who is still subscribed on another is a finding, not a pass."""
    seen = set()
    day = "2026-02-01" if other == "unsubscribed" else ""
    listed = CONTACT | {"opted_out_on": ""}
    lists = {"one": [listed], "two": [listed | {"status": other, "opted_out_on": day}]}
    lists["three"] = [listed | {"status": "non_subscribed"}]
    for number, files in enumerate(in_every_order(lists)):
        asked, folder = folder_of(tmp_path / str(number))
        for name, rows in files:
            written(folder, name, rows)
        another = {"client_id": "C-2", "name": "Bea", "email": "bea@example.com", "opted_out_on": "2020-01-01"}
        ada = CLIENT | {"opted_out_on": "", "last_marketing_on": "2025-01-01"}
        written(folder, "clients.csv", [ada, ada | another])
        result = audit(asked)
        marketable = result.inputs.registers["contacts"].table["marketable"].to_pylist()
        if other == "unsubscribed":
            assert of(result, "still_subscribed")
            assert True not in marketable
        assert {each.reason.partition("differ in: ")[2] for each in of(result, "differs")} <= {
            "Status, Opted out.",
            "Status.",
        }
        seen.add(findings_json(result))
    assert len(seen) == 1


def test_a_row_that_its_tool_overrules_keeps_a_word_that_cannot_be_read_unless_nothing_could_outrank_it(tmp_path):
    """An unreadable status may be an opt-out; where the other file says opt-out, it is settled."""
    asked, folder = folder_of(tmp_path)
    text = (HERE / "klaviyo-list.csv").read_text(encoding="utf-8-sig")
    (folder / "list.csv").write_text(text.replace("HARD_BOUNCE, INVALID_EMAIL", "PAUSED"), encoding="utf-8")
    rows = "gil@example.com,USER_SUPPRESSED,2026-01-05 10:00:00\neve@example.com,HARD_BOUNCE,2026-01-05 10:00:00\n"
    (folder / "s.csv").write_text("Email,Suppression Reason,Suppressed At\n" + rows, encoding="utf-8")
    contacts = read_inputs(asked).registers["contacts"]
    told = {
        (row["email"], origin.file): (row["status"], (at, "status") in contacts.unread)
        for at, (row, origin) in enumerate(zip(contacts.table.to_pylist(), contacts.origins, strict=True))
    }
    assert told["gil@example.com", "list.csv"] == ("unsubscribed", False)
    assert told["eve@example.com", "list.csv"] == (None, True)


@pytest.mark.parametrize(
    ("file", "out", "stays"),
    [
        ("brevo_contacts.csv", "bea@example.com", "ada@example.com"),
        ("kit-subscribers.csv", "bea@example.com", "ada@example.com"),
        ("activecampaign-contacts.csv", "bea@example.com", "ada@example.com"),
        ("people.csv", "b.holt@example.com", "ada.home@example.com"),
        ("klaviyo-list.csv", "farah@example.com", "cleo@example.com"),
        ("hubspot-marketing.csv", "b.holt@example.com", "ada@example.com"),
    ],
)
def test_a_status_for_each_row_tells_who_opted_out_and_who_did_not(file, out, stays, tmp_path):
    """Such an export has no day of an opt-out; that there was one, or none, is known all the same."""
    asked, folder = folder_of(tmp_path)
    shutil.copy(HERE / file, folder / file)
    nobody = CLIENT | {"email": "nobody@example.com", "opted_out_on": "2020-01-01"}
    written(folder, "clients.csv", [nobody])
    contacts = read_inputs(asked).registers["contacts"]
    happened = dict(
        zip(contacts.table["email"].to_pylist(), contacts.table["opt_out_on happened"].to_pylist(), strict=True)
    )
    assert happened[out] is True
    assert happened[stays] is False
    assert "opted_out_on" not in contacts.absent


def test_a_status_that_cannot_be_read_settles_no_opt_out(tmp_path):
    """Neither that there was one nor that there was none."""
    asked, folder = folder_of(tmp_path)
    text = (HERE / "kit-subscribers.csv").read_text(encoding="utf-8").replace("active\n", "asleep\n", 1)
    (folder / "kit.csv").write_text(text, encoding="utf-8")
    written(folder, "clients.csv", [CLIENT | {"email": "nobody@example.com", "opted_out_on": "2020-01-01"}])
    contacts = read_inputs(asked).registers["contacts"]
    happened = dict(
        zip(contacts.table["email"].to_pylist(), contacts.table["opt_out_on happened"].to_pylist(), strict=True)
    )
    assert happened["ada@example.com"] is None


def test_references_join_many_to_one_and_list_what_is_nowhere(tmp_path):
    """Two contacts of one client join to it; one whose client is not there is told; a blank joins to nobody."""
    asked, folder = folder_of(tmp_path)
    rows = [CONTACT | {"email": f"{name}@example.com", "client_id": id_} for name, id_ in (("a", "C-1"), ("b", "c-1"))]
    rows += [
        CONTACT | {"email": "c@example.com", "client_id": "C-9"},
        CONTACT | {"email": "d@example.com", "client_id": ""},
    ]
    written(folder, "contacts.csv", rows)
    written(folder, "clients.csv", [CLIENT, CLIENT | {"client_id": "C-2", "email": ""}])
    result = audit(asked)
    contacts = result.inputs.registers["contacts"]
    assert contacts.table.num_rows == 4
    (orphan,) = of(result, "not_found")
    assert [(each.file, each.row) for each in orphan.sources] == [("contacts.csv", 4)]
