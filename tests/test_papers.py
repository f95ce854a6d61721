"""The working papers: whole, of the run they belong to, and without anybody's data."""

import csv
import json
from dataclasses import replace

import pytest
from privacy_audit.audit.run import audit
from privacy_audit.errors import UsageError
from privacy_audit.notebook import check
from privacy_audit.reports import ledgers, papers
from privacy_audit.reports import ledgers as population
from privacy_audit.reports import papers as intake
from privacy_audit.reports.results_json import results_hash
from privacy_audit.request import ROOT, Request
from privacy_audit.runs.execute import LOOKING, PAPERS
from support.bench import changed, make_firm, request
from support.people import personal_values

NAMES = list(papers.PAPERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_head_says_what_was_tested_on_which_bytes_and_what_came_out(name, example):
    """Objective, every check, every file with its rows and whole hash, procedure, result and conclusion."""
    head = dict(papers.head(example, name).rows)
    for each in papers.tested(example, name).controls:
        assert each.control.id in head["What is tested"]
        assert each.control.id in head["Conclusion"]
    for each in papers.receipts(example, name):
        assert each.sha256 in head["Sources"]
        assert f"{each.rows_in} rows in = {each.accepted} accepted + {len(each.rejected)} rejected" in head["Sources"]
    assert results_hash(example)[:16] in head["Belongs to"]
    assert {"Objective", "Procedure", "Result", "Limits"} <= head.keys()


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_register_is_counted_by_kind(name, example):
    """However it is told apart, the kinds add up to the register's rows."""
    rows = len(example.inputs.registers[name].table)
    for picture, table in population.by_kind(example, name):
        at = -1 if name == "transfers" else 1
        assert sum(row[at] for row in table.rows) == rows
        assert sum(number for *_, number in picture.numbers) == rows


@pytest.mark.parametrize("name", NAMES)
def test_what_a_check_over_the_register_found_stands_in_its_paper(name, example):
    """No finding of a paper's checks is missing from it."""
    ids = {each.control.id for each in papers.tested(example, name).controls}
    wanted = {each.id for each in example.findings if each.control in ids or ids & set(each.blocks)}
    assert wanted <= {row[-1] for row in papers.findings(example, name).rows}


def test_contracts_reviews_and_transfers_have_a_line_for_each_record(example):
    """Suppliers and transfers are listed one by one."""
    suppliers = len(example.inputs.registers["processors"].table)
    assert len(ledgers.contracts(example).rows) == len(ledgers.reviews(example).rows) == suppliers
    assert len(ledgers.each_transfer(example).rows) == len(example.inputs.registers["transfers"].table)


def test_everybody_past_the_promised_day_stands_in_the_table_of_days(example):
    """Each record that RET-01 found is listed as broken."""
    late = {each.record for each in example.findings if each.control == "RET-01" and each.outcome == "broken"}
    assert late
    assert late <= {row[0] for row in ledgers.retention_dates(example).rows if row[-1] == "✗ broken"}


def test_nothing_is_concluded_from_what_is_missing_or_failed(registers, example):
    """Without the suppliers no paper says “met”; a check that failed leaves every row unsaid."""
    (registers / "suppliers.xlsx").unlink()
    result = audit(Request.of(quarter="2026-Q3", registers=str(registers)), lookback=0)
    for name in ("processors", "transfers"):
        assert " met on " not in " ".join(papers.concluded(result, name))
        assert "cannot be shown" in " ".join(papers.concluded(result, name))
        assert population.by_kind(result, name) == []
        assert "None: no file was read" in dict(papers.head(result, name).rows)["Sources"]
    assert ledgers.contracts(result).rows == []
    failed = [
        replace(each, error="It failed.") if each.control.id == "PRC-01" else each for each in example.observations
    ]
    crashed = replace(example, observations=failed)
    assert set(ledgers.judged(crashed, "processors", ("PRC-01",))) == {"! could not be run"}
    assert "PRC-01 could not be run" in " ".join(papers.concluded(crashed, "processors"))


def test_a_whole_register_that_was_declared_empty_stands_under_the_exceptions(tmp_path):
    """On whose word, as a declared column does."""
    firm = make_firm(tmp_path / "firm", {"none": "processors processors.service_end"})
    (firm / "registers" / "2026-Q3").mkdir(parents=True)
    rows = population.excused(audit(request(firm, "2026-Q3")), "processors").rows
    assert [each for each, *_ in rows] == ["declared: no processors", "declared: no processors.service_end"]
    assert {each for *_, each in rows} == {"tester, 1 October 2026: there are none"}


def test_the_procedure_says_what_was_not_read_and_not_judged(registers, example):
    """Nothing was, where no file was read; a rejected row and a check that failed are told."""
    told = (
        "Every row of the files named as sources was read and judged by every check of this paper; nothing was sampled."
    )
    assert dict(papers.head(example, "processors").rows)["Procedure"].startswith(told)
    failed = [replace(each, error="It failed." * (each.control.id == "PRC-01")) for each in example.observations]
    said = dict(papers.head(replace(example, observations=failed), "processors").rows)["Procedure"]
    assert said.startswith("Every row that was read of the files named as sources was judged by every check made of")
    assert " Could not be run: PRC-01. " in said
    unpromised = [replace(each, promised=each.control.id != "RET-01") for each in example.observations]
    said = dict(papers.head(replace(example, observations=unpromised), "clients").rows)["Procedure"]
    assert " Not made, since the policy makes no such promise: RET-01. " in said
    with (registers / "clients.csv").open("a", encoding="utf-8") as file:
        file.write('"\n')
    (registers / "suppliers.xlsx").write_bytes(b"PK\x03\x04broken")
    result = audit(Request.of(quarter="2026-Q3", registers=str(registers)), lookback=0)
    said = dict(papers.head(result, "clients").rows)["Procedure"]
    assert " Not read: suppliers.xlsx. Rows rejected, and judged by no check: 1. " in said
    said = dict(papers.head(result, "processors").rows)["Procedure"]
    assert said.startswith("No row was read, so that no check of this paper judged any. A blank that means unknown")


def test_whoever_exported_a_file_is_named_as_the_firm_names_them(tmp_path):
    """A person's name takes no article."""
    firm = changed(tmp_path)
    about = firm / "registers" / "2026-Q3" / "quarter.toml"
    named = '[extracts.processors]\nby = "Jane Marlowe"\n'
    about.write_text(about.read_text(encoding="utf-8").replace("[extracts.processors]\n", named), encoding="utf-8")
    head = dict(papers.head(audit(request(firm, "2026-Q3")), "processors").rows)
    assert "exported 1 October 2026 (by: Jane Marlowe); " in head["Sources"]


def test_a_rejected_row_and_an_unread_cell_are_told(registers, example):
    """The paper names the row, the column and what was done."""
    path = registers / "clients.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = example.inputs.folder.sheets["clients"][0].layout.columns["first_contact_on"]
    cells = next(csv.reader([lines[1]]))
    lines[1] = ",".join(f'"{cell}"' for cell in [*cells[:at], "soon", *cells[at + 1 :]])
    lines.append(lines[2] + ",one cell too many")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = audit(Request.of(quarter="2026-Q3", registers=str(registers)), lookback=0)
    told = [" ".join(map(str, row)) for row in intake.dealt_with(result, "clients").rows]
    assert any("Rejected:" in each and str(len(lines)) in each for each in told)
    assert any("Read as unknown:" in each for each in told)


def test_the_command_runs_every_paper_there_is():
    """The notebooks that --working-papers executes are the papers that are written."""
    assert tuple(f"{name}.ipynb" for name in papers.PAPERS) == PAPERS
    assert all((ROOT / "notebooks" / name).is_file() for name in PAPERS)


def test_a_paper_publishes_nothing_and_says_so_of_the_parameter():
    """What the audit notebook takes and a paper does not is refused in words, as is a misspelt name."""
    with pytest.raises(UsageError, match="no parameter “reports”"):
        check({"reports": "somewhere"}, LOOKING)
    with pytest.raises(UsageError, match="Did you mean “quarter”"):
        check({"quater": "2026-Q3"}, LOOKING)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_notebook_holds_what_may_name_or_reach_a_person(path, example):
    """Nothing from a personal column of the example stands in a committed notebook, nor the state of any widget."""
    text = path.read_text(encoding="utf-8")
    assert [each for each in personal_values(example) if json.dumps(each, ensure_ascii=False)[1:-1] in text] == []
    assert "widgets" not in json.loads(text)["metadata"]
    assert "widget-view" not in text
