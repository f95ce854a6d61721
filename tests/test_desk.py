"""The adviser's desk without a browser: the numbers follow what is chosen, and a row's values are in no state."""

import json
import shutil

import pytest
from books import xls
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.run import audit
from privacy_audit.dates import Quarter
from privacy_audit.errors import InputError
from privacy_audit.reports.desk import choice, reveal
from privacy_audit.reports.desk.reveal import original, reading_of
from privacy_audit.reports.desk.widgets import Listing, open_desk
from privacy_audit.reports.tables import Table
from privacy_audit.request import ROOT, Request
from support.people import personal_values


@pytest.fixture
def opened(example):
    """The desk over the example, as it opens."""
    return open_desk(example)


def someone(result):
    """Return a finding that stands in a row about a person."""
    return next(
        each for each in result.findings if each.register in {"clients", "contacts"} and reveal.can_reveal(result, each)
    )


def state_of(panel) -> str:
    """Return all that the desk's widgets hold and JupyterLab might save, and what the cell would show."""
    widgets, found = [panel.box], []
    while widgets:
        each = widgets.pop()
        widgets += getattr(each, "children", ())
        found.append(each.get_state())
    return json.dumps([found, panel._repr_mimebundle_()], default=str)


def shown_of(told) -> set[str]:
    """Return the values in what is sent to the page."""
    return {value for row in told.get("rows", ()) for _, value in row["cells"]}


@pytest.mark.parametrize("by", ["section", "register", "severity", "kind", "change", "task"])
def test_every_choice_holds_as_many_findings_as_its_menu_says(by, example):
    """The number beside a choice is the number of findings that it shows."""
    for said, value in choice.options(example)[by]:
        found = choice.Choice(**{by: value}).of(example)
        assert found
        assert said.endswith(f"({len(found)})")


@pytest.mark.parametrize("by", ["severity", "kind", "register"])
def test_the_choices_of_one_menu_share_out_all_findings(by, example):
    """No finding is lost between them, and none stands in two."""
    ids = [each.id for _, value in choice.options(example)[by] for each in choice.Choice(**{by: value}).of(example)]
    assert sorted(ids) == sorted(example.by_id)


def test_an_opened_finding_tells_promise_row_law_remedy_and_counts_that_close(example):
    """From the policy's words down to the row, and what the check counted."""
    for each in example.findings:
        told = choice.opened(example, each)
        words = " ".join(text for _, text in told)
        assert told[0][0] == "We promise"
        assert {"We found", "Where", "The law", "What to do", "Counted", "Finding"} <= {name for name, _ in told}
        for part in (each.reason, each.law, each.remedy, each.id):
            assert part in words
        if each.commitments:
            assert any(example.inputs.policy.by_id[one].quote in words for one in each.commitments)


def test_filters_change_the_count_and_the_lists(opened, example):
    """Choosing a severity leaves its findings and their tasks."""
    wanted = choice.Choice(severity=example.findings[0].severity).of(example)
    opened.filters["severity"].value = example.findings[0].severity
    assert choice.counts(example, wanted) in opened.counts.value
    assert [value for _, value in opened.findings.menu.options] == ["", *(each.id for each in wanted)]
    assert len(opened.findings.table.df) == len(wanted)


def test_a_click_in_a_table_chooses_as_the_menu_does(opened, example):
    """The table's line and the menu's are one choice; a task narrows the findings to its own."""
    opened.findings.table.selected_rows = [2]
    assert opened.findings.menu.value == example.findings[2].id
    assert example.findings[2].id in opened.opened.value
    opened.tasks.menu.value = example.tasks[0].id
    assert opened.tasks.table.selected_rows == [0]
    assert len(opened.findings.table.df) == len(example.tasks[0].findings)


def test_no_row_is_left_out_of_a_long_list(example):
    """A table shows every row it is given, however many."""
    panel = open_desk(example)
    table = choice.finding_table(example, example.findings * 60)
    panel.findings.fill(table, [str(number) for number in range(len(table.rows))], ["x"] * len(table.rows))
    assert len(json.loads(panel.findings.table.get_state()["_dt_args"]["data_json"])) == len(table.rows)


def test_a_rows_own_values_are_in_no_state_of_any_widget(opened, example):
    """What is revealed is sent to the page as a message: while it is shown nothing that could be saved holds it."""
    finding = someone(example)
    values = personal_values(example)
    sent = []
    opened.reveal.send = sent.append
    opened.findings.menu.value = finding.id
    assert not any(sent), "nothing is shown before it is asked for"
    opened.ask.value = True
    assert values & shown_of(sent[-1]), "somebody's data is on the screen"
    state = state_of(opened)
    assert [each for each in values if each in state] == []


@pytest.mark.parametrize("away", ["unticked", "another finding", "another filter"])
def test_whatever_happens_next_hides_the_row(away, opened, example):
    """Unticking, opening another finding and filtering all clear the place and the box."""
    finding = someone(example)
    sent = []
    opened.reveal.send = sent.append
    opened.findings.menu.value = finding.id
    opened.ask.value = True
    if away == "unticked":
        opened.ask.value = False
    elif away == "another finding":
        opened.findings.menu.value = next(each.id for each in example.findings if each.id != finding.id)
    else:
        opened.filters["severity"].value = finding.severity
    assert sent[-1] == {}
    assert not opened.ask.value


def test_a_row_is_read_from_the_disk_at_that_moment(registers):
    """A changed file says so and shows what stands there now; a removed one is told in words."""
    result = audit(Request.of(quarter="2026-Q3", registers=str(registers)), lookback=0)
    finding = someone(result)
    place = next(each for each in finding.sources if each.row)
    reading = reading_of(result.inputs.folder, place)
    path = registers / place.file
    before = original(registers, reading, result.inputs.schemas, place.row)
    assert not before.changed
    assert before.cells[0][1] not in repr(before)
    path.write_bytes(path.read_bytes() + b"\n")
    assert original(registers, reading, result.inputs.schemas, place.row).changed
    assert reveal.CHANGED in json.dumps(reveal.rows_of(result, finding), ensure_ascii=False)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(InputError, match="The row is no longer there"):
        original(registers, reading, result.inputs.schemas, place.row)
    path.unlink()
    with pytest.raises(InputError, match="no longer in the folder"):
        original(registers, reading, result.inputs.schemas, place.row)


def test_a_cell_that_cannot_be_read_is_shown_with_the_reason(registers):
    """An error of the program that made the list is no blank."""
    (registers / "clients.csv").unlink()
    head, row = ["client_id", "name", "relationship", "ended_on"], ["C-1", "Ada", "client"]
    (registers / "clients.xls").write_bytes(xls(row, also=lambda _book, sheet: sheet.row(1).set_cell_error(3, 0x2A)))
    inputs = read_inputs(Request.of(quarter="2026-Q3", registers=str(registers)))
    (reading,) = (each for each in inputs.folder.sheets["clients"] if each.receipt.file == "clients.xls")
    told = original(registers, reading, inputs.schemas, 2).cells
    assert told[-1][1].startswith("(cannot be read: ")
    assert len(told) == len(head)


@pytest.mark.slow
def test_another_quarter_is_audited_when_it_is_chosen(tmp_path):
    """Every quarter whose exports lie beside this one's can be chosen; the desk then speaks of that quarter."""
    firm = tmp_path / "firm"
    shutil.copytree(ROOT / "data" / "policy", firm / "policy")
    newest = ROOT / "data" / "example" / "2026-Q3"
    for quarter in ("2026-Q2", "2026-Q3"):
        shutil.copytree(newest, firm / "registers" / quarter)
    panel = open_desk(audit(Request.of(firm=str(firm), quarter="2026-Q3")))
    assert list(panel.quarter.options) == ["2026-Q2", "2026-Q3"]
    assert panel.filters["change"].layout.display is None
    panel.quarter.value = "2026-Q2"
    assert "2026-Q2" in panel.head.value
    assert panel.result.inputs.request.quarter == Quarter.parse("2026-Q2")
    assert panel.filters["change"].layout.display == "none", "before 2026-Q2 there is nothing to compare with"


def test_a_quarter_that_cannot_be_audited_is_told_in_words(tmp_path, example):
    """The desk says why, and stays with the quarter that it shows."""
    for quarter in ("2026-Q1", "2026-Q3"):
        shutil.copytree(example.inputs.request.registers, tmp_path / quarter)
    (tmp_path / "2026-Q1" / "quarter.toml").write_text("extracts = soon", encoding="utf-8")
    panel = open_desk(audit(Request.of(quarter="2026-Q3", registers=str(tmp_path / "2026-Q3"))))
    panel.quarter.value = "2026-Q1"
    assert "quarter.toml" in panel.counts.value
    assert panel.quarter.value == "2026-Q3"
    assert "2026-Q3" in panel.head.value


def test_words_from_a_register_are_never_read_as_markup():
    """A supplier's name that looks like HTML stands on the desk as text."""
    name = "<img src=x onerror=alert(1)> & Sons"
    listing = Listing("Record", "none", print)
    listing.fill(Table("Records", "", [("Record", 10)], [(name,)]), ["1"], [name])
    table = listing.table
    assert "&lt;img" in table.get_state()["_dt_args"]["data_json"]
    assert "<img" not in table.get_state()["_dt_args"]["data_json"]
