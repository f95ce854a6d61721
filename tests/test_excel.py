"""audit.xlsx as other programs read it: what it counts, what may be written into, what never becomes a formula."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.reports import annexes
from privacy_audit.reports.annexes import ask
from privacy_audit.reports.excel.firm import excel, matrix
from privacy_audit.reports.excel.start import OWN, STATES
from privacy_audit.reports.excel.writer import LONGEST, Book, cleaned
from privacy_audit.reports.results_json import findings_json
from privacy_audit.reports.screen import SIGNS
from privacy_audit.request import ROOT
from python_calamine import CalamineWorkbook
from support.workbooks import RISKY, expected_counts, risky_firm, rows, start_counts

LAPTOP = (1366 - 26, 467)  # points on the screen that Excel leaves for cells on a laptop of 1366 by 768, in pixels


@pytest.fixture(scope="module")
def made(example):
    """The example's workbook, as bytes."""
    return excel(example)


@pytest.fixture(scope="module")
def book(made):
    """The same, opened by openpyxl with formulas."""
    return openpyxl.load_workbook(io.BytesIO(made))


@pytest.fixture(scope="module")
def values(made):
    """The same, opened by openpyxl with the values that previews show."""
    return openpyxl.load_workbook(io.BytesIO(made), data_only=True)


def test_the_first_sheet_fits_a_laptop_without_scrolling(book, example):
    """Down to what was not checked, at 100 %, in the points and characters that the cells say they take."""
    sheet = book["Start here"]
    last = (
        next(row[0].row for row in sheet.iter_rows(max_col=1) if str(row[0].value).startswith("This audit covers")) - 1
    )
    usual = 15  # points: the height of a row that names none
    height = sum(sheet.row_dimensions[number].height or usual for number in range(1, last + 1)) * 96 / 72
    width = sum(7 * sheet.column_dimensions[get_column_letter(number)].width + 5 for number in range(1, 9))
    assert (width <= LAPTOP[0], height <= LAPTOP[1]) == (True, True), (width, height)
    assert sum(str(sheet.cell(row, 1).value).isdigit() for row in range(1, last)) == len(example.first_five)


def test_openpyxl_calamine_and_pandas_read_the_totals_of_findings_json(made, values, example):
    """No program has to calculate anything: formulas carry their values."""
    content = json.loads(findings_json(example))
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("Start here").to_python()
    frame = pd.read_excel(io.BytesIO(made), sheet_name="Start here", header=None, engine="openpyxl").astype(object)
    by_pandas = frame.where(frame.notna(), None).to_numpy().tolist()
    by_openpyxl = list(values["Start here"].iter_rows(values_only=True))
    for cells in (by_openpyxl, calamine, by_pandas):
        assert start_counts(cells) == expected_counts(example)
    found = rows(values["Findings"])
    assert [each["Finding"] for each in found] == [each["id"] for each in content["findings"]]
    for name in SEVERITIES:
        told = sum(each["How serious"] == SIGNS[name] for each in found)
        assert told == sum(each["severity"] == name for each in content["findings"])
    checks = {each["Check"]: each for each in rows(values["Checks"])}
    for each in content["controls"]:
        row = checks[each["id"]]
        kinds = ("Rows", "Out of scope", "Kept", "Broken", "Cannot be shown", "Unread")
        names = ("rows", "out_of_scope", "kept", "broken", "not_shown", "unread")
        assert [row[kind] for kind in kinds] == [each[name] for name in names]


def test_every_formula_stands_on_the_first_sheet_and_has_its_value(book, values):
    """What was found is literal; the few live cells follow the sheet Tasks."""
    found = [
        (sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert {title for title, _ in found} == {"Start here"}
    assert len(found) >= 12
    for _, cell in found:
        assert values["Start here"][cell.coordinate].value is not None
        assert "Tasks!" in cell.value


def test_only_the_yellow_cells_may_be_written_into(book):
    """Owner, day, state, cause, action and comment of each task, and the answers; everything else is locked."""
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        open_columns = {cell.column for row in sheet.iter_rows(min_row=4) for cell in row if not cell.protection.locked}
        assert open_columns == {"Tasks": set(OWN), "Ask": {9, 10}}.get(sheet.title, set()), sheet.title
    rules = {rule.type: rule for rule in book["Tasks"].data_validations.dataValidation}
    assert set(rules) == {"list", "date"}
    lists = [each.formula1 for each in book["Tasks"].data_validations.dataValidation if each.type == "list"]
    assert f'"{",".join(STATES)}"' in lists


def test_nothing_is_hidden_and_the_properties_tell_of_nobody(book, made):
    """No hidden sheet, row, column or comment, no link elsewhere, no author but the program."""
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not any(each.hidden for each in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert not any(cell.comment for row in sheet.iter_rows() for cell in row)
        assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
        assert sheet.page_setup.orientation == "landscape"
    about = book.properties
    assert (about.creator, about.lastModifiedBy, about.description) == ("privacy-audit", "privacy-audit", None)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "External" not in text
    assert str(ROOT) not in text


def test_findings_tasks_and_checks_are_named_tables(book):
    """So that a pivot table or a formula of one's own can speak of them by name."""
    names = {name for sheet in book for name in sheet.tables}
    assert {"Tasks", "Ask", "Findings", "Sourcerows", "Checks", "Coverage", "Filesread", "Trend"} <= names
    for sheet in book:
        for table in sheet.tables.values():
            head = [cell.value for cell in sheet[table.ref][0]]
            assert [each.name for each in table.tableColumns] == head


def test_every_link_leads_to_a_row_that_is_there(book):
    """From start to tasks, from findings to checks, rows and tasks."""
    links = [(sheet, cell.hyperlink) for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) > 200
    for _, link in links:
        title, _, place = link.location.rpartition("!")
        target = book[title.strip("'")]
        assert target[place].value is not None, link.location


def test_every_column_goes_on_paper_on_one_pages_width(book):
    """Whoever prints the tasks has the comments and numbers as well."""
    for sheet in book:
        assert not sheet.print_area, sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (
            1,
            0,
        )  # one page unless it says more
    for title in ("Tasks", "Ask", "Findings"):
        columns = book[title].column_dimensions.values()
        assert sum(each.width for each in columns) < 225, title


def test_a_link_fits_its_column_and_text_keeps_away_from_its_neighbour(book):
    """Some programs cut a link where they would wrap a text: a task of two checks shows both."""
    for title in ("Tasks", "Findings", "Source rows", "Checks"):
        sheet = book[title]
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                wide = sheet.column_dimensions[cell.column_letter].width
                assert not cell.hyperlink or len(str(cell.value)) <= wide, (title, cell.coordinate)
                assert cell.alignment.indent == 1, (title, cell.coordinate)
    assert "GOV-03, GOV-02" in {cell.value for cell in book["Tasks"]["F"] if cell.hyperlink}


def test_the_warning_about_insurance_stands_near_the_front_and_is_pointed_to(book):
    """As the last but two of the sheets nobody would find it."""
    assert book.sheetnames[:3] == ["Start here", "Tasks", "Before you share"]
    links = [cell for row in book["Start here"].iter_rows(max_row=3) for cell in row if cell.hyperlink]
    assert [each.hyperlink.location for each in links] == ["'Before you share'!A1"]
    assert "your insurance" in links[0].value


def test_each_question_is_asked_once_of_somebody_a_small_firm_has(values, example):
    """And only of what nobody recorded: what the policy's own words lack is known, and is a task."""
    asked = rows(values["Ask"])
    assert len({(each["Ask whom"], each["Question"]) for each in asked}) == len(asked) == 2
    assert not [each for each in asked if "GOV-" in each["Held up"]]
    people = {each.by for each in example.inputs.folder.about.extracts.values()} | {"the owner or a director"}
    assert {each["Ask whom"] for each in asked} <= people
    shown = {id_ for each in asked for id_ in each["Finding"].split(", ")}
    assert shown == {each.id for each in example.findings if each.blocks}


def test_the_same_question_about_two_records_is_asked_once(example):
    """With what is not known of both beside it."""
    gap = next(each for each in example.findings if each.blocks)
    twin = replace(gap, id="f" * 10, reason="Nor of another.", number=2)
    table = ask(replace(example, findings=[gap, twin]))
    assert [(row[3], row[5], row[-1]) for row in table.rows] == [
        (f"{gap.reason} Nor of another.", gap.number + 2, f"{gap.id}, {twin.id}")
    ]


def test_facts_are_counted_alike_on_every_sheet(values, example):
    """One that somebody accepted is a fact still, and an insurer may want to know it."""
    facts = sum(each.outcome == "broken" for each in example.findings)
    assert rows(values["Trend"])[-1]["Facts"] == facts
    known = next(row for row in rows(values["Before you share"]) if row["About"] == "Known since this run")
    assert known["What to bear in mind"].startswith(f"Facts found: {facts} (")
    assert "of which 1 accepted as an exception: it is known all the same" in known["What to bear in mind"]
    assert "also where somebody accepted it as an exception" in values["Trend"]["A2"].value


@pytest.mark.slow
def test_the_coverage_counts_the_checks_that_statements_name_as_every_other_output_does(example):
    """A check that tests no statement tests none."""
    named = {check for each in example.inputs.policy.commitments for check in each.controls}
    assert len(named) < len(example.observations)
    told = matrix(example).purpose.partition(".")[0]
    assert told.endswith(f"statements are tested by {len(named)} checks")
    assert told == annexes.matrix(example).alt.partition(".")[0]


def test_what_looks_like_a_formula_arrives_as_text(tmp_path):
    """In the workbook itself, in openpyxl and in calamine; LibreOffice is asked in tests/office."""
    result = audit(risky_firm(tmp_path))
    content = excel(result)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for text in RISKY:
        found = [cell for cell in cells if text in str(cell.value)]
        assert found, text
        assert {cell.data_type for cell in found} == {"s"}, text
        assert all(cell.quotePrefix for cell in found if cell.value == text)
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(content))
    flat = {
        value for name in calamine.sheet_names for row in calamine.get_sheet_by_name(name).to_python() for value in row
    }
    for text in RISKY:
        assert any(text in str(value) for value in flat)


@pytest.mark.parametrize("text", [*RISKY, "@SUM(1+1)", "\t=1+1", "\uff1d1+1", "\uff20SUM(1)"])
def test_text_that_begins_like_a_formula_is_marked_as_text(text):
    """Even once somebody has opened the cell and pressed return, or copied it elsewhere."""
    book = Book("t", "f", date(2026, 10, 1))
    book.sheet("S", [20]).add([text])
    cell = openpyxl.load_workbook(io.BytesIO(book.save())).active["A1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("bell \a and null \0", "bell � and null �"),
        ("half a pair \ud800", "half a pair �"),
        ("_x0041_", "_x0041_"),
        ("_x0041_x0042_", "_x0041\uff3fx0042_"),
        ("<r>a & b</r>", "<r>a & b</r>"),
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
        ("<r>=1+1</r>", "<r>=1+1</r>"),
        ("  spaces at both ends  ", "  spaces at both ends  "),
        ("one\r\ntwo", "one\ntwo"),
        ("<b>&amp;\"'", "<b>&amp;\"'"),
    ],
)
def test_any_text_can_stand_in_a_cell(text, kept):
    """What XML forbids is replaced, all else comes back as it was."""
    book = Book("t", "f", date(2026, 10, 1))
    book.sheet("S", [20]).add([text])
    content = book.save()
    value = openpyxl.load_workbook(io.BytesIO(content)).active["A1"].value
    assert value.replace("_x005F_", "_") == kept
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0][0] == kept


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    """Excel holds 32,767 characters, one outside the basic plane counting twice."""
    for text in ("a" * 40_000, "😀" * 20_000):
        short = cleaned(text)
        assert len(short.encode("utf-16-le")) // 2 <= LONGEST
        assert "[cut: the text has 40000 characters]" in short
    assert cleaned("a" * LONGEST) == "a" * LONGEST


def test_the_text_of_the_workbook_names_no_clock(made):
    """Created and modified are the day of issue, and the members of the file have no time."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert len(set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core))) == 1
    assert hashlib.sha256(made).hexdigest()
