"""Files into registers: every row accounted for, every oddity told."""

import openpyxl
import pytest
from books import xls
from openpyxl.styles import Font
from privacy_audit.audit.inputs import read_settings
from privacy_audit.errors import InputError, PublishError, SettingsError, UsageError
from privacy_audit.files import workbook as trial
from privacy_audit.registers.cells import as_text
from privacy_audit.registers.folder import read_file, read_folder
from privacy_audit.registers.receipt import Receipt, Rejection
from privacy_audit.registers.register import build
from privacy_audit.request import ROOT
from privacy_audit.settings.quarter import read_about

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HEAD = "client_id,name,relationship,ended_on"


def read(path):
    return read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)[0][0]


def written(folder, text, name="clients.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_title_lines_and_blank_lines_are_left_out_and_told(tmp_path):
    """A header on the third line is found; the receipt says so."""
    text = f"Our clients\n\n{HEAD}\nC-1,Ada,client,\n\nC-2,Bea,client,\n"
    reading = read(written(tmp_path, text))
    assert [row.number for row in reading.rows] == [4, 6]
    told = " ".join(repair.what for repair in reading.receipt.repairs)
    assert "found in row 3" in told
    assert "1 blank lines" in told


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings_read_alike(tmp_path, delimiter, encoding):
    """Comma, semicolon, tab or bar; with or without a mark; the same rows."""
    text = f"{HEAD}\nC-1,Zoë,client,\nC-2,Bea,client,01/02/2024\n".replace(",", delimiter)
    reading = read(written(tmp_path, text, encoding=encoding))
    assert [row.values["name"] for row in reading.rows] == ["Zoë", "Bea"]


def test_windows_text_is_read_with_a_remark(tmp_path):
    """What is not UTF-8 is read as Windows-1252, and the receipt says to look at it."""
    reading = read(written(tmp_path, f"{HEAD}\nC-1,Zoë,client,\n", encoding="cp1252"))
    assert reading.rows[0].values["name"] == "Zoë"
    assert "Windows-1252" in reading.receipt.repairs[0].what


@pytest.mark.parametrize(
    ("row", "why", "lines"),
    [
        ("C-2,Bea,Extra,client,", "comma or quotation mark", 1),
        ("C-2,Bea", "comma or quotation mark", 1),
        (",Bea,client,", "nobody can tell", 1),
        ('C-2,"Bea,client,', "does not close", 1),
        ('C-2,"Bea\nC-3,Cleo,client,\nC-4,Dot",client,', "swallowed", 3),
        ('C-2,"Bea,client,\nC-3,Cleo",client,', "swallowed", 2),
    ],
)
def test_a_row_that_cannot_be_split_or_identified_is_rejected_with_its_reason(tmp_path, row, why, lines):
    """Each line is counted, named by its number, and its content is not repeated; the lines around it are read."""
    reading = read(written(tmp_path, f"{HEAD}\nC-1,Ada,client,\n{row}\nC-9,Eve,client,\n"))
    receipt = reading.receipt
    assert (receipt.rows_in, receipt.accepted, len(receipt.rejected)) == (2 + lines, 2, lines)
    assert [each.values["client_id"] for each in reading.rows] == ["C-1", "C-9"]
    assert receipt.rejected[0].row == 3
    assert why in receipt.rejected[0].reason
    assert "Bea" not in receipt.rejected[0].reason


def test_two_columns_for_one_field_are_asked_about(tmp_path):
    """Nobody guesses which of two end dates is meant."""
    with pytest.raises(InputError, match="More than one column"):
        read(written(tmp_path, f"{HEAD},End date\nC-1,Ada,client,,\n"))


def test_an_unknown_export_is_refused_with_what_to_do(tmp_path):
    """A file that no mapping knows is named; nothing is guessed."""
    with pytest.raises(InputError, match="No mapping knows") as refusal:
        read(written(tmp_path, "colour,shape\nred,round\n", name="things.csv"))
    assert "Hint:" in str(refusal.value)


ANOTHER = (
    r"if it is another, let “privacy-audit read FILE --suggest” begin a mapping for it \(docs/your-exports\.md\)\.$"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Who,E-mail address,Mobile Phone,Sent\nAda,ada@example.com,01632 960100,08/09/2026\n",
            "Outlook contacts”, but has no column “E-mail Display Name” and no “Business Street”.*their old names.*",
        ),
        (
            "Date,Transaction Type,No.,Customer,Memo/Description,Due Date,Amount,Open Balance\n",
            "QuickBooks Online invoice list”, but has no column “Num”.*its old name.*",
        ),
    ],
)
def test_what_is_only_a_little_like_a_known_export_is_no_dead_end(text, told, tmp_path):
    """It may be another one, which nobody can give the old names that it never had."""
    with pytest.raises(InputError, match=told + ANOTHER):
        read(written(tmp_path, text, name="things.csv"))


@pytest.mark.parametrize("head", ["Name,Service,Where", "Who,E-mail address,Sent", "Name"])
def test_one_column_of_a_known_name_is_no_likeness(head, tmp_path):
    """Many a list has a “Name”, and an address book is not meant by it."""
    with pytest.raises(InputError, match="No mapping knows this export") as refusal:
        read(written(tmp_path, f"{head}\n{head}\n", name="things.csv"))
    assert not refusal.value.register


def workbook(path, rows, *, hidden=False):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Suppliers"
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True)
    if hidden:
        book.create_sheet("Visible").append(["nothing", "here"])
        sheet.sheet_state = "hidden"
    book.save(path)
    return path


OWN = ["legal_name", "service", "country", "role", "contract_signed_on"]


def test_a_hidden_sheet_is_never_read(tmp_path):
    """An old register on a hidden sheet is not audited in place of the one that people see."""
    path = workbook(
        tmp_path / "suppliers.xlsx", [OWN, ["A Ltd", "Hosting", "UK", "processor", "2024-01-01"]], hidden=True
    )
    with pytest.raises(InputError):
        read(path)


def test_a_formula_without_a_value_and_an_error_cell_are_not_blanks(tmp_path):
    """Excel's own gaps are marked as unread cells of their row."""
    rows = [OWN, ["A Ltd", "Hosting", "UK", "processor", "=TODAY()"], ["B Ltd", "Post", "#N/A", "processor", None]]
    path = workbook(tmp_path / "suppliers.xlsx", rows)
    reading = read(path)
    assert [(each.row, each.column) for each in reading.receipt.unread_cells] == [
        (2, "contract_signed_on"),
        (3, "country"),
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    """The hash before and after reading must be the same."""
    from privacy_audit.registers import folder  # noqa: PLC0415

    hashes = iter(["one", "two"])
    monkeypatch.setattr(folder, "sha256_of", lambda _path: next(hashes))
    with pytest.raises(InputError, match="changed while"):
        read(written(tmp_path, f"{HEAD}\nC-1,Ada,client,\n"))


def test_a_renamed_header_of_a_known_export_is_named(tmp_path):
    """Two of Mailchimp's three marks are there: the third is what is missing."""
    text = "Email Address,OPT_IN,LEID\na@example.com,2024-01-01 10:00:00,1\n"
    with pytest.raises(InputError, match="no column “OPTIN_TIME”"):
        read(written(tmp_path, text, name="subscribed_x.csv"))


def test_a_misspelt_register_in_quarter_toml_is_refused_with_the_nearest_name(tmp_path):
    """An extract date for nothing is no extract date."""
    (tmp_path / "quarter.toml").write_text("[extracts.client]\nextracted_on = 2026-10-02\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="clients"):
        read_about(tmp_path)


def test_a_folder_that_is_not_there_is_refused_with_what_to_do(tmp_path):
    """Before anything is read."""
    with pytest.raises(UsageError, match=r"There is no folder .*2026-Q4\. Hint: put the quarter's exports there"):
        read_folder(tmp_path / "2026-Q4", SCHEMAS, EXPORTS, COUNTRIES)


@pytest.mark.parametrize("name", ["clients.numbers", "clients.xlsb", "clients.json"])
def test_a_table_of_a_kind_that_is_not_read_is_told(name, tmp_path):
    """A list that somebody put there is not passed over."""
    written(tmp_path, f"{HEAD}\nC-1,Ada,client,\n", name)
    (refused,) = read_folder(tmp_path, SCHEMAS, EXPORTS, COUNTRIES).refused
    assert refused.file == name
    assert "This kind of file is not read. Hint: Save it as .xlsx or CSV." in refused.error


def test_a_receipt_that_does_not_close_stops_everything():
    """Rows in are accepted or rejected: one that is neither is unaccounted for."""
    receipt = Receipt("clients", "clients.csv", "", "")
    receipt.rows_in = receipt.accepted = 3
    receipt.close()
    receipt.reject(Rejection(4, "client_id", "is blank"))
    receipt.close()
    receipt.rows_in += 1
    with pytest.raises(PublishError, match=r"clients\.csv: 5 rows in, but 3 accepted and 1 rejected\. Nothing is"):
        receipt.close()


@pytest.mark.parametrize(("cell", "text"), [(True, "yes"), (False, "no"), (2.0, "2"), (2.5, "2.5"), (" Ada ", "Ada")])
def test_a_cell_is_compared_as_a_person_would_write_it(cell, text):
    """Whatever a program made of it."""
    assert as_text(cell) == text


def test_an_old_workbook_that_takes_too_long_is_refused(tmp_path, monkeypatch):
    """Nobody waits for ever for a damaged file."""
    monkeypatch.setattr(trial, "MOST_SECONDS", 0)
    (tmp_path / "clients.xls").write_bytes(xls(["C-1", "Ada", "client", None]))
    with pytest.raises(InputError, match=r"damaged, or too large for a workbook of the old format\. Hint: Save it"):
        read(tmp_path / "clients.xls")


def test_records_without_a_name_are_called_nothing(tmp_path):
    """A list of invoices has no names that its numbers could be mistaken for."""
    text = "invoice_number,client,invoiced_on,kind\nINV-1,Ada,2026-08-01,sale\n"
    reading = read(written(tmp_path, text, "invoices.csv"))
    assert build(SCHEMAS["invoices"], [reading]).names == frozenset()
