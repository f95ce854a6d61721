"""A sheet that cannot be read, beside sheets of the same workbook that were."""

import openpyxl
import pytest
from privacy_audit.audit.run import audit
from support.bench import make_firm, request, write_register
from support.damage import PASSES

HEAD = ["Supplier", "What for", "Country", "Role", "Contract where", "Contract signed", "Contract ends"]
CLIENT = {"client_id": "C-1", "relationship": "client", "last_invoice_on": "2026-08-01", "ended_on": ""}
FORMER = CLIENT | {"client_id": "C-2", "relationship": "former_client", "ended_on": "2026-08-02"}
ROW = ["A Ltd", "Hosting", "UK", "processor", "a.pdf", "2020-01-01", "2027-01-01"]


def audited(folder, *more, hidden=False, also=False, about=""):
    """A firm with a client list, and a workbook of suppliers and a sheet of these rows; `also` one of clients."""
    firm = make_firm(folder / "firm")
    quarter = firm / "registers" / "2026-Q3"
    write_register(quarter, "clients", [CLIENT, FORMER])
    book = openpyxl.Workbook()
    for line in (HEAD, ROW):
        book.active.append(line)
    if more:
        other = book.create_sheet("More")
        for line in more:
            other.append(line)
        other.sheet_state = "hidden" if hidden else "visible"
    if also:
        clients = book.create_sheet("Clients")
        clients.append([*CLIENT])
        clients.append([each or None for each in (FORMER | {"client_id": "C-3"}).values()])
    (quarter / "quarter.toml").write_text(about, encoding="utf-8")
    book.save(quarter / "suppliers.xlsx")
    return audit(request(firm, "2026-Q3"), "polars")


def statuses(result):
    return result.standing.statuses["PRC-01"], result.standing.statuses["RET-03"]


def test_the_workbook_alone_passes(tmp_path):
    """So that what the second sheet does is its own doing."""
    assert {*statuses(audited(tmp_path))} <= PASSES


@pytest.mark.parametrize(
    "head",
    [
        ["Name", "Service", "Where"],
        ["Service", "Remarks"],
        ["Provider", "Role", "Country", "Tier", "Owner"],
    ],
)
@pytest.mark.parametrize("above", [[], [["Old suppliers"], []]])
def test_a_sheet_like_the_register_of_its_workbook_holds_that_one_up(head, above, tmp_path):
    """It may hold more of its records, whatever other list has a column of such a name."""
    result = audited(tmp_path, *above, head, ["B Ltd", "Payroll", "US"])
    (refused,) = result.inputs.folder.refused
    assert (refused.register, refused.sheet) == ("processors", "More")
    assert "No mapping knows this sheet, and like a list of suppliers it has “" in refused.error
    assert "B Ltd" not in refused.error
    suppliers, clients = statuses(result)
    assert suppliers == "not_testable"
    assert clients in PASSES


def test_a_sheet_like_another_register_than_its_workbooks_may_be_of_either(tmp_path):
    """The workbook tells one thing and the columns another, so that nothing passes until somebody looks."""
    result = audited(tmp_path, ["Given Name", "Group Membership", "Notes"], ["B", "Payroll", "US"])
    (refused,) = result.inputs.folder.refused
    assert "It looks like “Google Contacts, older form”" in refused.error
    assert statuses(result) == ("not_testable", "not_testable")


def test_a_sheet_like_two_registers_of_its_workbook_may_be_of_either(tmp_path):
    """Nobody can tell which."""
    result = audited(tmp_path, ["Name", "Service", "E-mail"], ["B", "Payroll", "b@example.com"], also=True)
    assert {each.receipt.sheet for each in result.inputs.folder.sheets["clients"]} == {"", "Clients"}
    (refused,) = result.inputs.folder.refused
    assert refused.register == "unknown"
    assert statuses(result) == ("not_testable", "not_testable")


def test_what_a_mapping_that_somebody_named_does_not_fit_is_left_out(tmp_path):
    """They know the workbook; the receipt tells them all the same."""
    result = audited(tmp_path, ["Name", "Service", "Where"], about='[files]\n"suppliers.xlsx" = ["suppliers-simple"]\n')
    assert not result.inputs.folder.refused
    assert {*statuses(result)} <= PASSES


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([["How to fill in this list"], ["Ask the office"]], False),
        ([["Column", "Meaning"], ["Service", "what it does"]], False),
        ([["colour", "shape"], ["red", "round"]], False),
        ([["Name", "Age"], ["Ada", "7"]], False),
        ([["Name", "Service", "Where"], ["B Ltd", "Payroll", "US"]], True),
    ],
)
def test_a_sheet_that_is_like_no_register_of_its_workbook_is_left_out_and_told(rows, hidden, tmp_path):
    """A note, a glossary, a table of something else, and what nobody sees."""
    result = audited(tmp_path, *rows, hidden=hidden)
    assert not result.inputs.folder.refused
    assert {*statuses(result)} <= PASSES
    told = [each.what for receipt in result.inputs.folder.receipts for each in receipt.repairs]
    assert [each for each in told if each.startswith("The sheet “More” was left out: No mapping knows this export.")]
