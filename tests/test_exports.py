"""Real exports, each in its exact shape: which one it is, every value, every word, and what it cannot give."""

import csv
import random
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from privacy_audit.audit.inputs import read_settings
from privacy_audit.errors import InputError, NotReadError
from privacy_audit.files.read import read_sheets
from privacy_audit.files.sheet import Sheet
from privacy_audit.registers.folder import read_file
from privacy_audit.registers.layout import layout_of
from privacy_audit.registers.recognise import OR, as_header, columns_of, recognise
from privacy_audit.registers.rows import read_rows
from privacy_audit.request import ROOT

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HERE = Path(__file__).parent / "exports"
EXPECTED = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
FIXTURES = sorted(name for name in EXPECTED if " as " not in name)
READ = [name for name in FIXTURES if not EXPECTED[name].get("not_read")]
WORDS = list(csv.DictReader((HERE / "words.csv").read_text(encoding="utf-8").splitlines()))
COMPANIONS = {name for each in EXPORTS.values() for name in each.also}
# Mappings whose files are made, or tested, elsewhere.
ELSEWHERE = {"clients-list", "suppliers-simple", "suppliers-spreadsheet", "ico-controller-template"}
TEMPLATE = (HERE / "ico-template-columns.txt").read_text(encoding="utf-8").splitlines()


def read(path, *mappings):
    chosen = [EXPORTS[name] for name in mappings] or EXPORTS.values()
    (reading,), left = read_file(path, SCHEMAS, chosen, COUNTRIES)
    assert not left
    return reading


def values(reading):
    """Every row with its number and what is not blank, the channel aside, which is always e-mail."""
    rows = [{"row": row.number} | {k: v for k, v in row.values.items() if v is not None} for row in reading.rows]
    assert {row.pop("channel", "email") for row in rows} <= {"email"}
    return rows


@pytest.mark.parametrize("name", [each for each in EXPECTED if not EXPECTED[each].get("not_read")])
def test_an_export_is_read_to_every_value(name):
    """Each row, each unreadable cell, what is remarked and not read, the sums, and what the export cannot give."""
    told = EXPECTED[name]
    file, _, companion = name.partition(" as ")
    reading = read(HERE / file, *filter(None, [companion]))
    receipt = reading.receipt
    assert receipt.mapping == told["mapping"]
    assert values(reading) == told["rows"]
    assert not receipt.rejected
    unread = [[row.number, column] for row in reading.rows for column in sorted(row.unread)]
    assert unread == told.get("unread", [])
    remarks = [each.what for each in receipt.repairs]
    assert {*told.get("remarks", [])} <= {*remarks}
    assert [each[10:] for each in remarks if each.startswith("Not read: ")] == told.get("not_read_there", [])
    assert receipt.sums == told.get("sums", {})
    assert sorted(reading.layout.export.lacking - reading.layout.given) == told["cannot_give"]


@pytest.mark.parametrize("name", [each for each in FIXTURES if each not in READ])
def test_an_export_that_is_not_read_yet_is_known_and_said_to_be_so(name):
    """Who may open what, payments and companies: nothing is read into a register they are not."""
    with pytest.raises(NotReadError) as told:
        read(HERE / name)
    export = EXPORTS[EXPECTED[name]["mapping"]]
    assert export.title in str(told.value)
    assert export.why_not in str(told.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_outlook_is_read_alike_in_every_encoding_that_it_writes(encoding, tmp_path):
    """Accents are read, and where the encoding had to be taken for one, the receipt says so."""
    text = (HERE / "outlook-utf8.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "contacts.csv").write_bytes(text.encode(encoding))
    reading = read(tmp_path / "contacts.csv")
    assert values(reading) == EXPECTED["outlook-utf8.csv"]["rows"]
    told = any("Windows-1252" in each.what for each in reading.receipt.repairs)
    assert told == (encoding == "cp1252")


def test_every_mapping_has_an_export_in_its_shape():
    """A mapping that nobody tried is a guess."""
    tried = {each["mapping"] for each in EXPECTED.values()} | ELSEWHERE
    assert {path.stem for path in (ROOT / "data" / "mappings").glob("*.toml")} == tried


@pytest.mark.parametrize("name", FIXTURES)
def test_an_export_is_recognised_by_its_own_mapping_and_by_no_other(name):
    """All marks of one mapping are there, and of no other: nothing hangs on which fits better."""
    (sheet,) = read_sheets(HERE / name)
    fits = {mapping for mapping, each in EXPORTS.items() if mapping not in COMPANIONS and fits_alone(sheet, each)}
    assert fits == {EXPECTED[name]["mapping"]}


def fits_alone(sheet, export):
    try:
        return bool(recognise(sheet, [export]))
    except InputError:
        return False


def test_no_two_mappings_can_be_mistaken_whatever_columns_somebody_picks():
    """Of every other mapping at least one mark is no column that an export is known to have.

    The audit's own names of columns are shared by its registers: there the number of columns decides.
    """
    known = {name: columns_known(name) for name in EXPORTS}
    for name, columns in known.items():
        family = {name, *EXPORTS[name].also, *(each for each, other in EXPORTS.items() if name in other.also)}
        for other in EXPORTS.keys() - family:
            if name.endswith("-own-names") and other.endswith("-own-names"):
                continue
            marks = [{as_header(mark) for mark in each.split(OR)} for each in EXPORTS[other].recognise]
            assert any(not mark & columns for mark in marks), f"{name} has all marks of {other}"


def columns_known(name):
    """The columns of an export: those its mapping names, and those of its examples."""
    export = EXPORTS[name]
    found = {as_header(mark) for each in export.recognise for mark in each.split(OR)}
    found |= {as_header(part) for each in export.headers.values() for entry in each for part in entry.split(" + ")}
    for file in (each for each in FIXTURES if EXPECTED[each]["mapping"] == name):
        (sheet,) = read_sheets(HERE / file)
        found |= {as_header(cell) for _, cells in list(sheet.lines)[:6] for cell in cells if len(cells) > 1}
    return found


@cache
def lines_of(name):
    (sheet,) = read_sheets(HERE / name)
    return sheet, [(number, list(cells)) for number, cells in sheet.lines]


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", FIXTURES)
def test_an_export_is_the_same_in_any_column_order_and_with_columns_of_the_firms_own(name, data):
    """Columns are known by their names, so that people may order them and add to them."""
    sheet, lines = lines_of(name)
    width = max(len(cells) for _, cells in lines)
    extra = data.draw(st.lists(st.sampled_from(["Shoe size", "Favourite tea", "Parking space"]), unique=True))
    order = data.draw(st.permutations(range(width + len(extra))))
    header = next(at for at, (_, cells) in enumerate(lines) if len(cells) == width)
    mixed = []
    for at, (number, cells) in enumerate(lines):
        if len(cells) == width:
            more = extra if at == header else ["x" if any(cells) else ""] * len(extra)
            mixed.append((number, [[*cells, *more][place] for place in order]))
        else:
            mixed.append((number, cells))
    changed = Sheet(sheet.file, "", mixed, sheet.encoding, sheet.delimiter)
    found = recognise(changed, EXPORTS.values())
    assert found.export.name == EXPECTED[name]["mapping"]
    if name in READ and not found.export.headings:  # a heading is known by standing alone in its row
        schema = SCHEMAS[found.export.register_name]
        reading = read_rows(changed, layout_of(changed, found, schema), schema, COUNTRIES, "")
        assert values(reading) == EXPECTED[name]["rows"]


@pytest.mark.parametrize("name", FIXTURES)
def test_a_renamed_export_is_still_known_unless_its_name_tells_the_status(name, tmp_path):
    """Then it is refused in words that say how to name it: nothing else in the file tells who unsubscribed."""
    export = EXPORTS[EXPECTED[name]["mapping"]]
    path = tmp_path / "export 12 (1).csv"
    path.write_bytes((HERE / name).read_bytes())
    if export.file_names:
        with pytest.raises(InputError, match="Start the file's name with “subscribed”, “unsubscribed”"):
            read(path)
    elif name in READ:
        assert values(read(path)) == EXPECTED[name]["rows"]


@pytest.mark.parametrize("prefix", ["Copy of ", "my ", "members_"])
def test_a_name_that_only_holds_the_status_does_not_tell_it(prefix, tmp_path):
    """“unsubscribed” holds “subscribed”, so that a name must start with its status."""
    path = tmp_path / f"{prefix}unsubscribed_email_audience_export_0001.csv"
    path.write_bytes((HERE / "unsubscribed_email_audience_export_0001.csv").read_bytes())
    with pytest.raises(InputError, match="must tell the status"):
        read(path)


def one_row(mapping, cells):
    """A sheet with the marks of a mapping and these cells, and a key in every column that may be one."""
    export = EXPORTS[mapping]
    schema = SCHEMAS[export.register_name]
    headers = [each.split(OR)[0] for each in export.recognise]
    headers += [entry for name in schema.key for entry in export.headers.get(name, ())[:1]]
    headers += [each for needs in export.needs.values() for each in needs]
    key = {"contacts": "x@example.com", "clients": "K1", "invoices": "I1"}[export.register_name]
    row = {header: key for name in schema.key for header in export.headers.get(name, ())}
    names = list(dict.fromkeys([*headers, *cells]))
    texts = [cells.get(name, row.get(name, "")) for name in names]
    sheet = Sheet("words.csv", "", [(1, names), (2, texts)])
    found = recognise(sheet, [export])
    return read_rows(sheet, layout_of(sheet, found, schema), schema, COUNTRIES, "")


@pytest.mark.parametrize("case", WORDS, ids=lambda case: "-".join(case.values()).replace(" ", "_"))
def test_every_word_of_every_vocabulary_is_read_as_its_table_says(case):
    """In small letters and large; a word that says nothing leaves the cell blank and is no unread cell."""
    for spelling in {case["spelling"], case["spelling"].upper(), f" {case['spelling'].lower()} "}:
        (row,) = one_row(case["mapping"], {case["column"]: spelling}).rows
        assert (row.values[case["field"]] or "") == case["reads_as"]
        assert case["field"] not in row.unread


@pytest.mark.parametrize(
    ("mapping", "column", "field"), sorted({(w["mapping"], w["column"], w["field"]) for w in WORDS})
)
def test_a_word_that_no_vocabulary_has_is_read_as_unknown(mapping, column, field):
    """A new word of the tool's is marked, and never taken for one of the old ones; free text may say anything."""
    (row,) = one_row(mapping, {column: "Hibernating"}).rows
    if "*" in EXPORTS[mapping].words.get(column, {}):
        assert field not in row.unread
    else:
        assert row.values[field] is None
        assert field in row.unread


def test_every_word_of_every_mapping_stands_in_the_table():
    """A word that was added without its expected reading is noticed."""
    for name, export in EXPORTS.items():
        for key, words in export.words.items():
            columns = export.headers.get(key, (key,))
            for column in columns:
                tried = [w["spelling"].casefold() for w in WORDS if (w["mapping"], w["column"]) == (name, column)]
                for word in words:
                    start = word.casefold().removesuffix("*")
                    assert any(w.startswith(start) if "*" in word else w == start for w in tried), f"{name}: {word}"


def test_the_most_restrictive_of_several_words_counts_in_any_order():
    """Subscribed and suppressed is suppressed, whichever stands first in the cell."""
    words = ["SUBSCRIBED", "NEVER_SUBSCRIBED", "HARD_BOUNCE", "USER_SUPPRESSED"]
    for chance in range(24):
        mixed = random.Random(chance).sample(words, 4)
        for several, reads_as in ((mixed, "unsubscribed"), ([w for w in mixed if w != "USER_SUPPRESSED"], "cleaned")):
            (row,) = one_row("klaviyo-list", {"Email Suppressions": ", ".join(several)}).rows
            assert row.values["status"] == reads_as


def test_a_word_nobody_knows_beside_a_known_one_leaves_the_status_open_unless_nothing_could_outrank_it():
    """It may be more restrictive than what is known; only an opt-out settles it."""
    cells = {"Email Marketing Consent": "SUBSCRIBED", "Email Suppressions": "PAUSED"}
    assert one_row("klaviyo-list", cells).rows[0].values["status"] is None
    cells["Email Suppressions"] = "PAUSED; UNSUBSCRIBE"
    assert one_row("klaviyo-list", cells).rows[0].values["status"] == "unsubscribed"


def test_hubspot_without_its_opt_outs_tells_no_status():
    """A marketing contact may have unsubscribed; without that column nobody knows."""
    assert "status" not in one_row("hubspot-contacts", {"Unsubscribed from all email": ""}).layout.export.columns
    sheet = Sheet("h.csv", "", [(1, ["Record ID", "Email", "Create Date", "Marketing contact status"])])
    found = recognise(sheet, EXPORTS.values())
    assert "status" not in layout_of(sheet, found, SCHEMAS["contacts"]).given


@pytest.mark.parametrize(
    ("order", "days"),
    [("", [date(2024, 3, 12), None, None]), ("MDY", [date(2024, 3, 12), date(2024, 3, 15), date(2024, 4, 5)])],
)
def test_two_ways_of_writing_a_day_in_one_column_are_told_apart_and_not_guessed(order, days):
    """ISO is read; a day with slashes only where somebody declared the order, and none is then left to chance."""
    export = EXPORTS["hubspot-clients"].model_copy(update={"date_order": order})
    ((reading,), _) = read_file(HERE / "hubspot-contacts.csv", SCHEMAS, [export], COUNTRIES)
    assert [row.values["first_contact_on"] for row in reading.rows] == days


def test_an_order_of_day_and_month_that_a_column_contradicts_is_not_believed():
    """The mapping says that the day comes first; where a date shows otherwise, what can be read both ways is unread."""
    names = ["Date", "Num", "Customer", "Memo/Description", "Amount", "Open Balance"]
    rows = [(2, ["08/13/2026", "1", "Ada", "", "5.00", "0.00"]), (3, ["08/09/2026", "2", "Ada", "", "5.00", "0.00"])]
    sheet = Sheet("q.csv", "", [(1, names), *rows])
    found = recognise(sheet, EXPORTS.values())
    reading = read_rows(sheet, layout_of(sheet, found, SCHEMAS["invoices"]), SCHEMAS["invoices"], COUNTRIES, "")
    assert [row.values["invoiced_on"] for row in reading.rows] == [None, None]


def test_the_icos_template_is_known_by_its_header_in_row_nine(tmp_path):
    """A record of activities is no list of suppliers: nothing of it is given to one, and the answer says so."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Template"
    for row, (name, what) in enumerate((("Name", "Bench Ltd"), ("Email", "bench@example.com")), 1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, what)
    for column, header in enumerate(TEMPLATE, 1):
        sheet.cell(9, column, header)
        sheet.cell(10, column, "Payroll" if column == 1 else "x")
    book.save(tmp_path / "ropa.xlsx")
    assert len(TEMPLATE) == 30
    with pytest.raises(NotReadError, match="record of processing"):
        read(tmp_path / "ropa.xlsx")


def test_addresses_of_a_person_are_read_in_their_order_however_many_blocks_there_are():
    """The tenth comes after the second, and a file without any has none."""
    names = ["organization name", "e-mail 10 - value", "e-mail 2 - value", "e-mail 2 - label"]
    assert columns_of("E-mail * - Value", names) == [(2,), (1,)]
    assert columns_of("Phone * - Value", names) == []


def test_bank_details_and_private_life_in_an_export_are_named_and_not_read():
    """Outlook writes Children, Gender and Spouse by default: their names are told, their content nowhere."""
    reading = read(HERE / "outlook-utf8.csv")
    assert {"Birthday", "Children", "Gender", "Government ID Number", "Spouse"} <= set(reading.receipt.unused)
    assert "QQ 12" not in str(reading.receipt.as_dict()) + str(values(reading))
