"""What an adversary tried: inputs that would look better than the truth."""

import shutil
from pathlib import Path

import pytest
from privacy_audit.audit.run import audit
from privacy_audit.errors import SettingsError
from privacy_audit.reports.page import html_page
from privacy_audit.reports.results_json import findings_json, sources_json
from privacy_audit.request import Request
from support.bench import make_firm, request, write_register
from support.samples import CLIENT, CONTACT, bench, suppliers

FIRMS = Path(__file__).parent / "firms"
ABOUT = "[extracts.clients]\nextracted_on = {day}\n"
FORMER = {"relationship": "former_client", "ended_on": "2010-01-01", "email": ""}


def write_about(tmp_path, text):
    (tmp_path / "firm" / "registers" / "2026-Q3" / "quarter.toml").write_text(text, encoding="utf-8")


def test_a_file_of_transfers_does_not_hide_a_supplier_abroad(tmp_path):
    """A transfers file without the supplier's row leaves the transfers in doubt instead of clearing them."""
    asked = bench(
        tmp_path,
        processors=suppliers(("India", "processor")),
        transfers=[{"transfer_id": "T1", "importer": "Eire Ltd", "country": "IE"}],
    )
    assert audit(asked).standing.statuses["TRF-02"] == "not_testable"


def test_two_audiences_need_both_their_files(registers):
    """An audience without its unsubscribed file hides who opted out of it."""
    shutil.copy(next(registers.glob("subscribed_*")), registers / "subscribed_second_list.csv")
    result = audit(Request.of(quarter="2026-Q3", registers=str(registers)))
    assert any("unsubscribed" in each for each in result.incomplete)


def test_a_part_of_an_export_without_a_row_shows_nothing_unless_somebody_answers_for_it(tmp_path):
    """An empty unsubscribed file may have lost them all; that nobody ever unsubscribed is for the firm to declare."""
    text = '\n[[declared]]\ncolumn = "contacts.opted_out_on"\nsays = "none"\nbecause = "nobody did"\nby = "me"\n'
    for name, declared in (("silent", ""), ("told", text + "on = 2026-10-01\n")):
        firm = make_firm(tmp_path / name, declared=declared)
        clients = [CLIENT | {"client_id": "C-1", "email": "ada@example.com", "opted_out_on": "2025-11-03"}]
        clients[0] |= {"consent_on": "2026-03-14", "last_marketing_on": "2026-07-02"}
        folder = write_register(firm / "registers" / "2026-Q3", "clients", clients).parent
        head = "Email Address,MEMBER_RATING,OPTIN_TIME,{}LEID\n"
        rows = "ada@example.com,2,2026-03-14 10:00:00,1\n"
        (folder / "subscribed_x.csv").write_text(head.format("") + rows, encoding="utf-8")
        (folder / "unsubscribed_x.csv").write_text(head.format("UNSUB_TIME,"), encoding="utf-8")
        result = audit(request(firm, "2026-Q3"), "polars")
        told = [each for each in result.incomplete if "unsubscribed" in each]
        assert (result.standing.statuses["MKT-04"], bool(told)) == (
            ("not_testable", True) if name == "silent" else ("met", False)
        )
    assert "contacts.opted_out_on" not in str(told)


def test_a_register_exported_long_before_the_quarter_ended_shows_nothing(tmp_path):
    """What a stale export cannot know it cannot clear."""
    asked = bench(tmp_path, clients=[{"client_id": "C-1", "relationship": "former_client", "ended_on": "2024-01-01"}])
    write_about(tmp_path, ABOUT.format(day="2019-01-01"))
    assert audit(asked).standing.statuses["RET-01"] == "not_testable"


@pytest.mark.parametrize("first", ["2020-06-30", "2010-06-30"])
def test_a_duplicate_does_not_hide_the_worse_of_two_rows(first, tmp_path):
    """Two rows of one client are one finding of the worse severity, whichever comes first."""
    days = [first, "2010-06-30" if first == "2020-06-30" else "2020-06-30"]
    rows = [{"client_id": "C-1", "relationship": "former_client", "ended_on": day} for day in days]
    found = [each for each in audit(bench(tmp_path, clients=rows)).findings if each.control == "RET-01"]
    assert [(each.severity, len(each.sources)) for each in found] == [("critical", 2)]


def test_a_date_after_the_export_is_no_date(tmp_path):
    """An invoice of the year 2062 keeps nobody's record."""
    row = {
        "client_id": "C-1",
        "relationship": "former_client",
        "ended_on": "2010-01-01",
        "last_invoice_on": "2062-01-01",
    }
    asked = bench(tmp_path, clients=[row])
    write_about(tmp_path, ABOUT.format(day="2026-10-01"))
    assert audit(asked).standing.statuses["RET-01"] == "not_testable"


def test_an_invisible_character_does_not_part_an_address_from_its_opt_out(tmp_path):
    """A zero-width space in the client list is no other person."""
    clients = [CLIENT | {"client_id": "C-1", "email": "ada\u200b@example.com", "opted_out_on": "2026-05-05"}]
    contacts = [CONTACT | {"email": "ada@example.com"}]
    codes = {each.reason_code for each in audit(bench(tmp_path, clients=clients, contacts=contacts)).findings}
    assert "sent_after" in codes


def test_no_name_or_address_reaches_the_outputs(tmp_path):
    """A client “number” that is a name or an address, and an address in a supplier's cell, stay out of every output."""
    row = FORMER | {"client_id": "Zebedee Quill", "name": "Zebedee Quill"}
    clients = [
        row,
        FORMER | {"client_id": "zebedee@example.com", "name": "Z"},
        FORMER | {"client_id": "zebedee@example.com", "name": "Y"},
    ]
    seller = suppliers(("India", "processor"))[0] | {"service": "Ask zebedee@example.com", "safeguard": "NONE"}
    result = audit(bench(tmp_path, clients=clients, processors=[seller]))
    everything = (findings_json(result) + sources_json(result) + html_page(result)).decode()
    assert "RET-01" in {each.control for each in result.findings}
    assert "zebedee" not in everything.casefold()


def test_a_section_is_not_kept_while_checks_of_it_are_still_to_be_written(tmp_path):
    """All six checks met is not the whole of any section of the policy."""
    result = audit(bench(tmp_path, processors=suppliers(("UK", "processor"))))
    assert {each.rating for each in result.standing.sections} <= {"Cannot say", "Some gaps", "Serious gaps"}


@pytest.mark.parametrize(
    ("column", "on"),
    [
        ("contacts.opted_out", "2026-10-01"),
        ("clients.relationship", "2026-10-01"),
        ("contacts.opted_out_on", "2035-01-01"),
    ],
)
def test_a_declaration_of_something_that_cannot_be_declared_is_refused(column, on, tmp_path):
    """Only an event column that exists can be answered for, and not years ahead."""
    text = f'\n[[declared]]\ncolumn = "{column}"\nsays = "none"\nbecause = "so"\nby = "me"\non = {on}\n'
    firm = make_firm(tmp_path / "firm", declared=text)
    write_register(firm / "registers" / "2026-Q3", "contacts", [CONTACT | {"email": "ada@example.com"}])
    with pytest.raises(SettingsError, match="declared"):
        audit(request(firm, "2026-Q3"))


def test_a_declaration_that_the_rows_contradict_is_not_believed(tmp_path):
    """Somebody declared that nobody opted out, and one row says otherwise: the register is in doubt."""
    text = (
        '\n[[declared]]\ncolumn = "contacts.opted_out_on"\nsays = "none"\nbecause = "so"\nby = "me"\non = 2026-10-01\n'
    )
    firm = make_firm(tmp_path / "firm", declared=text)
    rows = [
        CONTACT
        | {
            "email": "ada@example.com",
            "opted_out_on": "2020-01-01",
            "status": "unsubscribed",
            "last_marketing_on": "2019-01-01",
        }
    ]
    write_register(firm / "registers" / "2026-Q3", "contacts", rows)
    result = audit(request(firm, "2026-Q3"))
    assert any("declared" in each for each in result.incomplete)


@pytest.mark.parametrize("name", ["clients", "contacts", "processors"])
def test_a_register_without_a_row_shows_as_little_as_none(name, tmp_path):
    """For a firm that keeps every promise a header alone proves no more than a missing file."""
    seen = []
    for lost in ("file", "rows"):
        firm = Path(shutil.copytree(FIRMS / "careful", tmp_path / lost))
        path = firm / "registers" / "2026-Q3" / f"{name}.csv"
        head = path.read_bytes().splitlines(keepends=True)[0]
        path.unlink() if lost == "file" else path.write_bytes(head)
        result = audit(request(firm, "2026-Q3"))
        seen.append((result.standing.statuses, dict(result.standing.states)))
    assert seen[0] == seen[1]
    assert "not_testable" in seen[0][0].values()
