"""A firm's own mappings, what quarter.toml says of files, exports that give two registers, and suggested mappings."""

import csv
import itertools
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest
from privacy_audit.audit.inputs import fingerprints, read_inputs, read_settings
from privacy_audit.audit.run import audit
from privacy_audit.errors import InputError, SettingsError, UnknownExportError
from privacy_audit.files.sheet import Sheet
from privacy_audit.registers.folder import read_file
from privacy_audit.registers.suggest import suggest
from privacy_audit.reports.terminal import as_toml, of_file, told_in_words
from privacy_audit.request import ROOT
from privacy_audit.settings.mapping import Export, load_export
from privacy_audit.settings.quarter import read_about
from support.bench import make_firm, request, write_register
from typer.testing import CliRunner

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HERE = Path(__file__).parent / "exports"
TOOL = """
title = "Our booking tool"
register = "contacts"
recognise = ["Guest mail", "State"]
[columns]
email = ["Guest mail"]
status = ["State"]
[words.status]
in = "subscribed"
out = "unsubscribed"
[constant]
channel = "email"
"""
BOOKINGS = "Guest mail,State\nada@example.com,in\nbea@example.com,out\n"


def firm_with(tmp_path, *files, about="", mappings=()):
    """A firm with these files of tests/exports in its quarter, and mappings of its own; return what to ask for."""
    firm = make_firm(tmp_path / "firm")
    folder = firm / "registers" / "2026-Q3"
    folder.mkdir(parents=True)
    for name in files:
        shutil.copy(HERE / name, folder / name)
    if about:
        (folder / "quarter.toml").write_text(about, encoding="utf-8")
    for name, text in mappings:
        (firm / "mappings").mkdir(exist_ok=True)
        (firm / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8")
    return request(firm, "2026-Q3")


def mappings_of(asked):
    readings = read_inputs(asked).folder.sheets
    return {name: sorted(each.receipt.mapping for each in readings[name]) for name in sorted(readings)}


def test_a_firms_own_mappings_come_to_the_projects(tmp_path):
    """One file in its folder `mappings` is enough, and the exports that are known stay known."""
    asked = firm_with(tmp_path, "Customers.csv", mappings=[("our-tool", TOOL)])
    (asked.registers / "guests.csv").write_text(BOOKINGS, encoding="utf-8")
    assert mappings_of(asked) == {"clients": ["quickbooks-customers"], "contacts": ["our-tool"]}
    assert read_inputs(asked).registers["contacts"].table["status"].to_pylist() == ["subscribed", "unsubscribed"]
    assert {"mappings/mailchimp.toml", "own mappings/our-tool.toml"} <= fingerprints(asked).keys()


@pytest.mark.parametrize(
    ("header", "channels"), [("Guest mail,State,Way", ["post", "email"]), ("Guest mail,State,Note", ["email", "email"])]
)
def test_a_constant_counts_where_the_file_has_no_such_column(header, channels, tmp_path):
    """What a file says itself comes first."""
    text = TOOL.replace("[words", 'channel = ["Way"]\n[words')
    asked = firm_with(tmp_path, mappings=[("our-tool", text)])
    rows = "ada@example.com,in,post\nbea@example.com,in,email\n"
    (asked.registers / "guests.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    assert read_inputs(asked).registers["contacts"].table["channel"].to_pylist() == channels


@pytest.mark.parametrize(("header", "known"), [("Why", True), ("Whim", False)])
def test_a_field_that_hangs_on_a_column_is_not_read_without_it(header, known, tmp_path):
    """A day that may be that of leaving is no consent, where nobody can tell which it is."""
    text = TOOL.replace("[words", 'consent_on = ["When"]\n[only_where.consent_on]\n"Why" = ["joined"]\n[words')
    asked = firm_with(tmp_path, mappings=[("our-tool", text)])
    rows = "ada@example.com,in,2026-01-02,joined\nbea@example.com,in,2026-01-02,left\n"
    (asked.registers / "guests.csv").write_text(f"Guest mail,State,When,{header}\n{rows}", encoding="utf-8")
    contacts = read_inputs(asked).registers["contacts"]
    assert ("consent_on" not in contacts.absent) is known
    assert contacts.table["consent_on"].to_pylist() == [date(2026, 1, 2) if known else None, None]


@pytest.mark.parametrize(("header", "left"), [("Kind", 1), ("Sort", 2)])
def test_rows_are_left_out_by_a_column_that_is_there(header, left, tmp_path):
    """And never by one that is not."""
    text = TOOL.replace("[constant]", '[left_out."a test"]\n"Kind" = ["test"]\n[constant]')
    asked = firm_with(tmp_path, mappings=[("our-tool", text)])
    rows = "ada@example.com,in,real\nbea@example.com,in,test\n"
    (asked.registers / "guests.csv").write_text(f"Guest mail,State,{header}\n{rows}", encoding="utf-8")
    (reading,) = read_inputs(asked).folder.sheets["contacts"]
    assert (reading.receipt.accepted, reading.receipt.rows_in) == (left, left)
    assert any("a test" in each.what for each in reading.receipt.repairs) is (left == 1)


def test_two_mappings_that_fit_alike_are_not_chosen_between(tmp_path):
    """The firm says which it means."""
    asked = firm_with(tmp_path, mappings=[("one", TOOL), ("two", TOOL)])
    (asked.registers / "guests.csv").write_text(BOOKINGS, encoding="utf-8")
    (refused,) = read_inputs(asked).folder.refused
    assert "Two mappings fit: one and two. Hint: Choose one with --mapping, or in quarter.toml" in refused.error
    (asked.registers / "quarter.toml").write_text('[files]\n"guests.csv" = ["two"]\n', encoding="utf-8")
    assert mappings_of(asked) == {"contacts": ["two"]}


def test_a_file_that_could_not_be_read_is_named_where_its_register_is_told_of(tmp_path):
    """Not the good file beside it alone: whoever is to export it again must know which it is."""
    asked = firm_with(tmp_path, "Customers.csv")
    (asked.registers / "our list.csv").write_text("Who,What\nAda,books\n", encoding="utf-8")
    told = [each for each in audit(asked).findings if (each.control, each.reason_code) == ("DQ-01", "file_refused")]
    assert told
    assert all("our list.csv" in [place.file for place in each.sources] for each in told)


def test_a_hidden_file_is_no_mapping_and_no_law(tmp_path):
    """A Mac puts a file of its own beside each that it copies to a stick; it is not read, as its hash is not told."""
    asked = firm_with(tmp_path, "Customers.csv", mappings=[("our-tool", TOOL)])
    for folder in (asked.firm / "mappings", shutil.copytree(ROOT / "data" / "rulebook", asked.firm / "rulebook")):
        (folder / "._our-tool.toml").write_bytes(b"\x00\x05\x16\x07\x00\xff Mac OS X")
    assert mappings_of(asked) == {"clients": ["quickbooks-customers"]}
    assert not [name for name in fingerprints(asked) if "._" in name]


def test_a_setting_that_changed_since_the_last_audit_is_read_again(tmp_path):
    """Settings are kept from one quarter to the next for as long as their files are the same, byte for byte."""
    asked = firm_with(tmp_path, mappings=[("our-tool", TOOL)])
    (asked.registers / "guests.csv").write_text(BOOKINGS, encoding="utf-8")
    first = read_inputs(asked)
    assert read_inputs(asked).law is first.law
    (asked.firm / "mappings" / "our-tool.toml").write_text(
        TOOL.replace('"unsubscribed"', '"cleaned"'), encoding="utf-8"
    )
    assert read_inputs(asked).registers["contacts"].table["status"].to_pylist() == ["subscribed", "cleaned"]


def test_a_firms_own_mapping_takes_the_place_of_one_of_the_same_name(tmp_path):
    """Whoever needs it otherwise copies the file and changes it."""
    text = (ROOT / "data" / "mappings" / "brevo.toml").read_text(encoding="utf-8")
    asked = firm_with(tmp_path, "brevo_contacts.csv", mappings=[("brevo", text.replace('"unsubscribed"', '"cleaned"'))])
    assert read_inputs(asked).registers["contacts"].table["status"].to_pylist() == ["subscribed", "cleaned"]


def test_a_firms_own_mapping_comes_before_a_projects_that_fits_as_well(tmp_path):
    """Nobody need rename anything to be preferred."""
    own = TOOL.replace('["Guest mail", "State"]', '["EMAIL", "EMAIL_BLACKLISTED"]').replace("Guest mail", "EMAIL")
    asked = firm_with(tmp_path, "brevo_contacts.csv", mappings=[("ours", own)])
    assert mappings_of(asked) == {"contacts": ["ours"]}


def test_a_status_settles_no_opt_out_whose_own_cell_cannot_be_read(tmp_path):
    """Subscribed, and a day of leaving that nobody can read: whether they left is not known."""
    text = TOOL.replace(
        "[words", 'opted_out_on = ["Left"]\n[never_where.status]\nsubscribed = ["opted_out_on"]\n[words'
    )
    asked = firm_with(tmp_path, mappings=[("our-tool", text)])
    rows = "ada@example.com,in,\nbea@example.com,in,31/02/2026\ncleo@example.com,out,2026-01-01\n"
    (asked.registers / "guests.csv").write_text("Guest mail,State,Left\n" + rows, encoding="utf-8")
    contacts = read_inputs(asked).registers["contacts"]
    assert contacts.table["opted_out_on happened"].to_pylist() == [False, None, True]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("status = [", "state = ["), "has no column “state”. Did you mean “status”?"),
        (('"unsubscribed"', '"unsubscribd"'), "“unsubscribd” is no value of “status”. Did you mean “unsubscribed”?"),
        (("[words.status]", "[words.State2]"), "“State2” is neither a field nor a column of this mapping"),
        (("[words.status]", '[first_of]\nstatus = ["X"]\n[words.status]'), "stands both in"),
        (("[constant]", '[strictest]\nclient_id = ["X"]\n[constant]'), "has no order of restriction"),
        (("[constant]", '[each_of]\nclient_id = ["X"]\nsource = ["Y"]\n[constant]'), "only one field can make rows"),
        (('register = "contacts"', 'register = "contact"'), "there is no register “contact”. Did you mean “contacts”?"),
        (('register = "contacts"', 'why_not = "x"\nregister = "contacts"'), "either a register or a why_not"),
        (("[constant]", "[constants]"), "is not known here. Did you mean “constant”?"),
        (("[constant]", "[columns]\n[constant]"), "twice (at line"),
        (("[constant]", '[never_where.status]\nout = ["opted_out"]\n[constant]'), "has no column “opted_out”"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_in_words(change, told, tmp_path):
    """With the file's name and the nearest word, before any register is read."""
    path = tmp_path / "our-tool.toml"
    path.write_text(TOOL.replace(*change), encoding="utf-8")
    with pytest.raises((InputError, SettingsError)) as refused:
        load_export(path, SCHEMAS)
    assert "our-tool.toml" in str(refused.value)
    assert told in str(refused.value)


def test_a_mapping_that_names_another_that_there_is_not_is_refused(tmp_path):
    """`also` and `overrules` name mappings."""
    asked = firm_with(tmp_path, mappings=[("our-tool", 'also = ["nowhere"]\n' + TOOL)])
    with pytest.raises(InputError, match="there is no mapping “nowhere”"):
        read_inputs(asked)


@pytest.mark.parametrize(
    ("marketing", "clients"),
    [
        ("hubspot-marketing.csv", "hubspot-clients"),
        ("zoho-contacts.csv", "zoho-clients"),
        ("people.csv", "pipedrive-clients"),
    ],
)
def test_a_crms_export_is_the_client_list_too_where_no_other_file_is_one(marketing, clients, tmp_path):
    """With any other client list beside it, it is the marketing list alone."""
    alone = mappings_of(firm_with(tmp_path / "alone", marketing))
    assert alone["clients"] == [clients]
    assert len(alone["contacts"]) == 1
    beside = mappings_of(firm_with(tmp_path / "beside", marketing, "Customers.csv"))
    assert beside["clients"] == ["quickbooks-customers"]


def test_quarter_toml_tells_by_which_mappings_a_file_is_read(tmp_path):
    """Both registers, or one of them, whatever else lies there."""
    about = '[files]\n"hubspot-marketing.csv" = ["hubspot-contacts", "hubspot-clients"]\n'
    both = mappings_of(firm_with(tmp_path / "both", "hubspot-marketing.csv", "Customers.csv", about=about))
    assert both == {"clients": ["hubspot-clients", "quickbooks-customers"], "contacts": ["hubspot-contacts"]}
    about = '[files]\n"hubspot-marketing.csv" = ["hubspot-clients"]\n'
    assert mappings_of(firm_with(tmp_path / "one", "hubspot-marketing.csv", about=about)) == {
        "clients": ["hubspot-clients"]
    }


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (
            '[files]\n"Customer.csv" = ["mailchimp"]\n',
            "no file “Customer.csv” beside it. Did you mean “Customers.csv”?",
        ),
        ('[files]\n"Customers.csv" = ["mailchip"]\n', "no mapping “mailchip”. Did you mean “mailchimp”?"),
        ("[extracts.clients]\nextracted_on = 2026-10-01\ndate_order = 'DYM'\n", "date_order is wrong"),
        ("[extracts.clients]\nextracted_on = 2026-10-01\nexpected = { row = 3 }\n", "Did you mean “rows”?"),
    ],
)
def test_a_mistake_in_quarter_toml_is_told_in_words(about, told, tmp_path):
    """A setting that does nothing would be worse."""
    with pytest.raises(SettingsError) as refused:
        read_inputs(firm_with(tmp_path, "Customers.csv", about=about))
    assert told in str(refused.value)


def test_a_file_that_the_named_mapping_does_not_fit_is_refused(tmp_path):
    """Nobody reads a file by the wrong mapping, however plainly it was asked for."""
    asked = firm_with(tmp_path, "Customers.csv", about='[files]\n"Customers.csv" = ["mailchimp"]\n')
    assert [each.file for each in read_inputs(asked).folder.refused] == ["Customers.csv"]


def test_the_firm_says_which_comes_first_in_this_quarters_dates(tmp_path):
    """Whatever the mapping believes."""
    about = '[extracts.clients]\nextracted_on = 2026-10-01\ndate_order = "MDY"\n'
    clients = read_inputs(firm_with(tmp_path, "hubspot-contacts.csv", about=about)).registers["clients"]
    days = [str(each) for each in clients.table["first_contact_on"].to_pylist()]
    assert days == ["2024-03-12", "2024-03-15", "2024-04-05"]


def test_an_export_that_is_not_read_yet_holds_up_nothing_and_is_told(tmp_path):
    """Who may open what will be tested one day; until then the file is named among those that were not read."""
    before = audit(firm_with(tmp_path / "a", "Customers.csv"))
    after = audit(firm_with(tmp_path / "b", "Customers.csv", "users_download.csv", "hubspot-companies.csv"))
    assert after.standing.statuses == before.standing.statuses
    assert not after.inputs.folder.refused
    assert len(after.inputs.folder.others) == 2
    assert all("Known as" in each for each in after.inputs.folder.others)


def test_what_a_mapping_asks_for_is_the_remedy_of_a_blank(tmp_path):
    """Zoho knows who opted out and not who is mailed: the remedy is another export, not a cell to fill in."""
    result = audit(firm_with(tmp_path, "zoho-contacts.csv"))
    gap = next(each for each in result.findings if (each.register, each.record) == ("contacts", "Status"))
    assert gap.remedy == EXPORTS["zoho-contacts"].ask["status"]


def suggested(text, tmp_path, name="things.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return of_file(path, SCHEMAS, EXPORTS, COUNTRIES)


UNKNOWN = """Mail adress,State,Joined,Left,Nr,Pet
zebedee@example.com,subscribed,25/12/2024,,77,Rex
florence@example.com,unsubscribed,13/11/2024,01/02/2025,78,Tom
dougal@example.com,subscribed,02/03/2023,,79,Fido
"""


def test_an_unknown_export_gets_a_suggestion_with_a_reason_for_each_column(tmp_path):
    """By a near name, by what stands in the cells; days are asked about, since no name tells which they are."""
    found = suggested(UNKNOWN, tmp_path)
    assert found.schema.name == "contacts"
    told = {each.field: (each.header, each.why) for each in found.guesses}
    assert told["email"] == ("Mail adress", "the name is near to a known one: “E-mail address”, the audit's own name")
    assert told["status"] == ("State", "nearly all its cells are words that this field knows")
    assert [each.partition(" holds ")[0] for each in found.questions] == ["“Joined”", "“Left”"]
    assert found.unknown == 2


def test_a_suggestion_is_a_mapping_file_that_reads_what_it_knows(tmp_path):
    """Once somebody has looked through it; until then nothing is read."""
    path = tmp_path / "things.csv"
    text = as_toml(suggested(UNKNOWN, tmp_path), "things")
    (tmp_path / "things.toml").write_text(text, encoding="utf-8")
    export = load_export(tmp_path / "things.toml", SCHEMAS)
    with pytest.raises(UnknownExportError):
        read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
    ((reading,), _) = read_file(path, SCHEMAS, [export], COUNTRIES)
    assert [row.values["status"] for row in reading.rows] == ["subscribed", "unsubscribed", "subscribed"]


def test_no_cell_stands_in_a_suggestion(tmp_path):
    """Names of columns are told, and the content of none of them."""
    found = suggested(UNKNOWN, tmp_path)
    told = told_in_words(found) + as_toml(found, "things")
    for cell in itertools.chain(*list(csv.reader(UNKNOWN.splitlines()))[1:]):
        assert not cell or cell in {"subscribed", "unsubscribed"} or cell not in told


@pytest.mark.parametrize(
    "text",
    [
        "zebedee@example.com,subscribed\nflorence@example.com,unsubscribed\n",
        "Zebedee Quill,subscribed,UK\nFlorence Amble,unsubscribed,France\n",
        "Zebedee Ltd,UK,processor\nFlorence Ltd,France,controller\nDougal Ltd,Spain,processor\n",
        "Zebedee,01632 960001\nFlorence,01632 960002\n",
        "Zebedee,25/12/2024\nFlorence,13/11/2024\n",
        "colour,shape\nred,round\n",
        "one column\n1\n",
    ],
)
def test_a_file_without_a_line_of_names_gets_no_suggestion_that_tells_a_cell(text, tmp_path):
    """Where the first line may be somebody's record, none of it is told."""
    found = suggested(text, tmp_path)
    told = told_in_words(found) + as_toml(found, "x")
    for cell in itertools.chain(*csv.reader(text.splitlines())):
        assert cell not in told


def test_two_columns_that_fit_one_field_are_asked_about_and_never_chosen(tmp_path):
    """Neither by their names nor by what stands in them."""
    by_name = suggested("Email,E-mail,Status\na@example.com,b@example.com,cleaned\n", tmp_path)
    assert by_name.questions == ["Which is email: “Email” or “E-mail”?"]
    assert "email" not in {each.field for each in by_name.guesses}
    text = "Work,Home,Status\na@example.com,b@example.com,cleaned\nc@example.com,d@example.com,subscribed\n"
    by_content = suggested(text, tmp_path)
    assert by_content.questions == ["Which is email: “Work” or “Home”?"]
    assert "email = [" not in as_toml(by_content, "x").replace("# email = [", "")


def test_a_column_that_fits_two_fields_is_asked_about(tmp_path):
    """“Customer” is a number to one tool and a name to another."""
    found = suggested("Customer,Telephone,Billing address\nAda,01632 960001,Leeds\n", tmp_path)
    assert found.schema.name == "clients"
    assert "Is “Customer” client_id or name?" in found.questions


@pytest.mark.parametrize(
    ("days", "order"), [(("25/12/2024", "01/02/2024"), "DMY"), (("12/25/2024",), "MDY"), (("01/02/2024",), "")]
)
def test_a_suggestion_tells_the_order_of_day_and_month_only_where_a_date_proves_it(days, order, tmp_path):
    """Otherwise the file asks for it."""
    rows = "".join(f"C-{at},{day}\n" for at, day in enumerate(days))
    found = suggested("client_id,First contact\n" + rows, tmp_path)
    assert found.date_order == order
    assert tomllib.loads(as_toml(found, "x"))["date_order"] == order


def test_every_export_that_is_known_would_be_suggested_as_the_register_it_is():
    """Without its own mapping, the names of its columns and what stands in them still tell most of it."""
    for name, register in (
        ("Contacts.csv", "clients"),
        ("SalesInvoices.csv", "invoices"),
        ("kit-subscribers.csv", "contacts"),
    ):
        found = of_file(HERE / name, SCHEMAS, EXPORTS, COUNTRIES)
        assert found.schema.name == register


def test_a_suggestion_holds_on_to_a_header_with_odd_signs():
    """A quotation mark or a backslash in a header is still a header."""
    sheet = Sheet("x.csv", "", [(1, ['E-mail "work" \\ address', "Status"]), (2, ["a@example.com", "cleaned"])])
    text = as_toml(suggest(sheet, SCHEMAS, list(EXPORTS.values()), COUNTRIES), 'x "y"')
    assert tomllib.loads(text)["columns"]["email"] == ['E-mail "work" \\ address']


def test_read_prints_the_suggestion_and_suggest_prints_the_file(tmp_path):
    """The first in words and as incomplete, the second as TOML alone."""
    from privacy_audit.cli import app  # noqa: PLC0415

    path = tmp_path / "things.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    told = CliRunner().invoke(app, ["read", str(path)])
    assert told.exit_code == 2
    assert "It may be the register “Marketing contacts”" in told.output
    written = CliRunner().invoke(app, ["read", str(path), "--suggest"])
    assert written.exit_code == 0
    assert tomllib.loads(written.output)["register"] == "contacts"
    mine = tmp_path / "mine.toml"
    mine.write_text(written.output, encoding="utf-8")
    assert CliRunner().invoke(app, ["read", str(path), "--mapping", str(mine)]).exit_code == 0


SUPPLIERS = "Company,Used for,Processor?,Agreement signed,Paperwork\nQuill SA,Payroll,Processor,06/04/2024,adequacy\n"


def test_the_register_that_somebody_names_is_the_one_suggested(tmp_path):
    """Whatever the file is more like: `--register` decides, and a question is then enough of a suggestion."""
    from privacy_audit.cli import app  # noqa: PLC0415

    path = tmp_path / "things.csv"
    path.write_text(SUPPLIERS, encoding="utf-8")
    assert of_file(path, SCHEMAS, EXPORTS, COUNTRIES).schema.name == "transfers"
    written = CliRunner().invoke(app, ["read", str(path), "--register", "processors", "--suggest"])
    assert tomllib.loads(written.output)["register"] == "processors"
    assert tomllib.loads(written.output)["columns"] == {"safeguard": ["Paperwork"]}
    told = CliRunner().invoke(app, ["read", str(path), "--register", "processors"])
    assert "It may be the register “Processors and other recipients”" in told.output
    path.write_text("Mail,E-mail\nada@example.com,bea@example.com\n", encoding="utf-8")
    assert of_file(path, {"clients": SCHEMAS["clients"]}, EXPORTS, COUNTRIES).questions
    path.write_text("colour,shape\nred,round\n", encoding="utf-8")
    assert of_file(path, {"clients": SCHEMAS["clients"]}, EXPORTS, COUNTRIES) is None


@pytest.mark.parametrize("text", ["", " \n\t\n", "# Nothing can be suggested.\n"])
def test_a_mapping_file_that_says_nothing_yet_holds_up_nothing(text, tmp_path):
    """A shell makes the file before `read FILE --suggest > PATH` fills it, and that may be a remark alone."""
    from privacy_audit.cli import app  # noqa: PLC0415

    asked = firm_with(tmp_path, "Customers.csv", mappings=[("things", text)])
    assert mappings_of(asked) == {"clients": ["quickbooks-customers"]}
    path = tmp_path / "things.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    written = CliRunner().invoke(app, ["read", str(path), "--firm", str(asked.firm), "--suggest"])
    assert tomllib.loads(written.output)["register"] == "contacts"


def test_the_same_folder_gives_the_same_registers_whatever_was_written_first(tmp_path):
    """A register of one's own and an export side by side."""
    asked = firm_with(tmp_path, "kit-subscribers.csv")
    write_register(asked.registers, "contacts", [{"email": "ada@example.com", "channel": "email", "status": "cleaned"}])
    assert mappings_of(asked)["contacts"] == ["contacts-own-names", "kit"]


GUIDE = (ROOT / "docs" / "your-exports.md").read_text(encoding="utf-8")


def test_the_guide_tells_every_word_that_a_mapping_may_use():
    """And no other: docs/your-exports.md is what an adviser has, so it is held to the code."""
    words = {field.alias or name for name, field in Export.model_fields.items()} - {"name", "own"}
    assert set(re.findall(r"^\| `\[*([a-z_]+)", GUIDE, re.MULTILINE)) == words


def test_the_guides_examples_are_read_as_they_stand(tmp_path):
    """A mapping, a quarter.toml and a declaration that can be copied."""
    about, mapping, nothing = (each for each in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL))
    (tmp_path / "tool.toml").write_text(mapping, encoding="utf-8")
    export = load_export(tmp_path / "tool.toml", SCHEMAS)
    assert export.words["status"] == {"in": "subscribed", "out": "unsubscribed"}
    (tmp_path / "quarter.toml").write_text(about + nothing, encoding="utf-8")
    told = read_about(tmp_path)
    assert [each.column for each in told.declared] == ["clients.special_category"]
    assert told.extracts["invoices"].expected.rows == 412
    assert told.files["hubspot.csv"] == ("hubspot-contacts", "hubspot-clients")
    for name in told.files["hubspot.csv"]:
        assert name in EXPORTS
