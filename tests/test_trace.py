"""From any cell of audit.xlsx, and from any id, to the rows of the files: followed by a program, as a reader would."""

import csv
import hashlib
import io
import json
import random

import openpyxl
import pytest
from faults.prepared import four_quarters
from privacy_audit.errors import UsageError
from privacy_audit.facts.records import natural_keys
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.results_json import findings_json, sources_json
from privacy_audit.request import ROOT
from privacy_audit.runs.explain import Run, newest
from support.workbooks import rows
from typer.testing import CliRunner

CELLS = 50
EXPORTS = ROOT / "data" / "example" / "2026-Q3"
# The sheets whose every cell speaks of findings, and the column by which a row leads to them.
LEADS = {"Findings": "Finding", "Source rows": "Finding", "Ask": "Finding", "Tasks": "Task number", "Checks": "Check"}


@pytest.fixture(scope="module")
def book(example):
    """The example's workbook with the values that it shows."""
    return openpyxl.load_workbook(io.BytesIO(excel(example)), data_only=True)


def findings_of(book, title, row):
    """The findings that a row of a sheet speaks of, as the workbook tells them."""
    found = rows(book["Findings"])
    lead = row[LEADS[title]]
    if title == "Tasks":
        return [each for each in found if each["Task number"] == lead]
    if title == "Checks":
        return [each for each in found if lead in each["Check"].split(", ")]
    return [each for each in found if each["Finding"] == lead]


def line_of(path, number, sheet):
    """A line of an export, read without the program."""
    if path.suffix == ".csv":
        text = path.read_text(encoding="utf-8-sig")
        return next(row for at, row in enumerate(csv.reader(io.StringIO(text)), 1) if at == number)
    cells = openpyxl.load_workbook(path, read_only=True)[sheet].iter_rows(min_row=number, max_row=number)
    return [str(cell.value) for cell in next(iter(cells))]


@pytest.mark.slow
def test_fifty_random_cells_lead_to_the_right_source_rows(book, example):
    """Each to rows whose file has the hash that is told, and which hold the record that the finding is about."""
    chance = random.Random(20260930)
    sources = rows(book["Source rows"])
    keys = {
        (origin.file, origin.sheet, origin.row): (name, example.inputs.record_name(register, key))
        for name in ("clients", "contacts", "processors")
        for register in [example.inputs.registers[name]]
        for key, origin in zip(natural_keys(register), register.origins, strict=True)
    }
    cells = [
        (title, row)
        for title in LEADS
        for row in rows(book[title])
        for value in row.values()
        if value is not None and findings_of(book, title, row)
    ]
    followed = 0
    for title, row in chance.sample(cells, CELLS):
        for finding in findings_of(book, title, row):
            places = [each for each in sources if each["Finding"] == finding["Finding"]]
            assert len(places) == finding["Rows"]
            for place in places:
                followed += _follow(place, finding, keys)
    assert followed > CELLS


def _follow(place, finding, keys):
    """Look at the place in its file: whether it stands in a row of an export, and that it is the right one."""
    path = EXPORTS / place["File"]
    if not path.exists():  # a statement of the policy, or a task of the last audit
        assert place["File"].startswith(("policy.md", "the audit of "))
        return False
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(place["SHA-256"])
    if place["Row"] is None:
        return False
    line = [each for each in line_of(path, place["Row"], place["Sheet"]) if each not in {"", "None"}]
    assert line
    _, record = keys[place["File"], place["Sheet"] or "", place["Row"]]
    if finding["Fact or gap"] == "fact" and record in finding["Record"]:
        name = record.partition(": ")[0]
        assert name in line or "@" in " ".join(line), (record, line)
    return True


@pytest.fixture
def run(example, tmp_path):
    """The two files of a published run, and LATEST."""
    folder = tmp_path / "reports" / "2026-Q3" / "run-01"
    folder.mkdir(parents=True)
    (folder / "findings.json").write_bytes(findings_json(example))
    (folder / "sources.json").write_bytes(sources_json(example))
    (tmp_path / "reports" / "LATEST").write_text(f"2026-Q3/run-01 {'0' * 64}\n", encoding="utf-8")
    return folder


def test_explain_tells_the_whole_chain_of_every_finding_and_task(run, example):
    """Promise, check, law with its source, every row with its file's hash, what to do, and the task."""
    told = Run(run)
    for finding in example.findings:
        lines = list(told.about(finding.id))
        assert [text for label, text in lines if label == "We found"] == [finding.reason]
        places = [text for label, text in lines if label == "Where"]
        assert len(places) == len(finding.sources)
        assert all(each.file in text for each, text in zip(finding.sources, places, strict=True))
        quoted = " ".join(text for label, text in lines if label == "We promise")
        assert all(example.inputs.policy.by_id[each].quote in quoted for each in finding.commitments)
        checks = " ".join(text for label, text in lines if label == "The check")
        assert all(each in checks for each in finding.blocks or (finding.control,))
        assert {"The law", "What to do", "First seen"} <= {label for label, _ in lines}
    for task in example.tasks:
        lines = [text for label, text in told.about(task.id) if label == "Finding"]
        assert sorted(text[:10] for text in lines) == sorted(task.findings)


def test_explain_tells_the_source_of_every_value_of_law(run, example):
    """Title, source, file, and the day somebody last checked it; what is not verified is marked."""
    told = Run(run)
    for finding in example.findings:
        lines = [text for label, text in told.about(finding.id) if label == "It rests on"]
        checks = [each for each in example.observations if each.control.id in (finding.blocks or (finding.control,))]
        for rule in (rule for each in checks for rule in each.rules_used.values()):
            assert any(rule.source in text and rule.file in text for text in lines), rule.name


def test_the_first_signs_of_an_id_are_enough_and_a_wrong_one_is_told(run, example):
    """Too short, unknown and ambiguous ids end in a line that says what to do."""
    told = Run(run)
    id_ = example.findings[0].id
    assert told.named(id_[:8]) == id_
    for text in ("zz", "zzzzzzzz", id_[:3]):
        with pytest.raises(UsageError, match="Hint"):
            told.named(text)


def test_the_command_explains_from_the_newest_run(run, example):
    """Privacy-audit explain ID; what is no run is told in a line."""
    from privacy_audit.cli import app  # noqa: PLC0415 - the command line as people use it

    reports = run.parents[1]
    assert newest(reports) == run
    done = CliRunner().invoke(app, ["explain", example.findings[0].id, "--reports", str(reports)])
    assert done.exit_code == 0
    assert example.findings[0].reason in done.stdout
    assert "[Example: fictional registers]" in done.stdout
    done = CliRunner().invoke(app, ["explain", "abcdef", "--run", str(reports)], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "is no published run" in str(done.exception)


def test_the_newest_run_is_found_without_latest_as_verify_finds_it(tmp_path):
    """LATEST is lost, or holds something else; without any run that is told in a line."""
    with pytest.raises(UsageError, match="no run"):
        newest(tmp_path)
    runs = four_quarters(tmp_path)
    for harm in (
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text(""),
    ):
        harm(tmp_path / "LATEST")
        assert newest(tmp_path) == runs[-1]


def test_what_is_explained_commands_no_terminal(run, example):
    """A file's name that would clear the screen is written out."""
    from privacy_audit.cli import app  # noqa: PLC0415 - the command line as people use it

    path, finding = run / "sources.json", next(each for each in example.findings if each.sources)
    content = json.loads(path.read_bytes())
    content["findings"][finding.id][0]["file"] = "\x1b[2Jclients.csv"
    path.write_text(json.dumps(content), encoding="utf-8")
    done = CliRunner().invoke(app, ["explain", finding.id, "--reports", str(run.parents[1])])
    assert (done.exit_code, "\x1b" in done.stdout, "\\u001b[2Jclients.csv" in done.stdout) == (0, False, True)


def test_the_coverage_has_every_statement_and_every_check_in_its_state(book, example):
    """63 statements by the checks there are: a sign where a check tests the statement, and nothing elsewhere."""
    found = rows(book["Coverage"])
    content = json.loads(findings_json(example))
    assert len(found) == len(content["audit"]["coverage"]["promises"]) == 63
    checks = [each["id"] for each in content["controls"]]
    for row, promise in zip(found, content["audit"]["coverage"]["promises"], strict=True):
        assert row["Statement"] == promise["id"]
        assert {check for check in checks if row[check]} == set(promise["controls"])
        if promise["state"] == "kept":
            assert "✗" not in {row[check] for check in checks}
