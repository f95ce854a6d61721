"""The commands as a person runs them: what they print, what they leave behind, how they end."""

import json
import shutil
import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import portalocker
import pytest
from privacy_audit import cli
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.dates import Quarter
from privacy_audit.request import ROOT
from privacy_audit.runs.execute import PAPERS
from support.commands import command, commanded, papermill, run_without_a_kernel

EXAMPLE = ROOT / "data" / "example" / "2026-Q3"


@pytest.mark.parametrize(
    ("moment", "day", "quarter"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30), "2026-Q1"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1), "2026-Q2"),  # midnight in London's summer
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31), "2026-Q3"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), date(2027, 1, 1), "2026-Q4"),
    ],
)
def test_the_previous_quarter_is_the_one_before_londons_day(moment, day, quarter, monkeypatch):
    """For an hour of a summer night London is a day ahead, and on 1 July a quarter."""

    class Clock(datetime):
        """A clock that stands still."""

        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    monkeypatch.setattr(cli, "datetime", Clock)
    assert cli.today() == day
    assert str(Quarter.before(cli.today())) == quarter


@pytest.mark.slow
def test_a_run_prints_the_first_screen_and_publishes_privately(published):
    """Exit 0, five tasks, the chain, the place; files for the owner alone; nothing half-done left behind."""
    run, reports = published.place, published.reports
    assert published.code == 0, published.complained
    for text in ("Do these five first", "We promise:", "Where:", "The law:", "What to do:", str(run)):
        assert text in published.said
    assert published.said.count(" min · by ") == 5
    names = {"audit.html", "audit.ipynb", "audit.pdf", "audit.xlsx", "findings.json", "sources.json", "manifest.json"}
    names |= {"accountant.xlsx", "insurer.xlsx", *PAPERS}
    names |= {f"oscal/{name}.json" for name in ("catalog", "assessment-plan", "assessment-results", "poam")}
    # What the report leans on besides the registers is kept beside it, so that the run can be repeated.
    names |= {"inputs/previous.json", "inputs/waivers.toml"}
    files = {path.relative_to(run).as_posix(): path for path in run.rglob("*") if path.is_file()}
    assert files.keys() == names
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((run / "oscal").stat().st_mode) == 0o700
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert not list(reports.glob(".staging-*"))
    assert (reports / "LATEST").read_text().split()[0] == "2026-Q3/run-01"


@pytest.mark.slow
def test_verify_finds_a_changed_an_added_and_a_missing_file(published, tmp_path):
    """A published run verifies; one bit, one file more or one less is told, and ends with exit 1."""
    assert command("verify", published.place).returncode == 0
    for name, harm in {
        "changed": lambda copy: (copy / "findings.json").write_bytes(
            (copy / "findings.json").read_bytes()[:-2] + b" \n"
        ),
        "added": lambda copy: (copy / "note.txt").write_text("hello"),
        "missing": lambda copy: (copy / "audit.xlsx").unlink(),
        "manifest": lambda copy: (copy / "manifest.json").unlink(),
    }.items():
        copy = tmp_path / name
        shutil.copytree(published.place, copy)
        harm(copy)
        code, said, _ = commanded("verify", copy)
        assert (code, "✗" in said) == (1, True), name


@pytest.mark.slow
def test_an_incomplete_quarter_is_published_and_ends_with_2(tmp_path):
    """Without the suppliers the report says what is missing and which file would help."""
    registers = tmp_path / "registers"
    shutil.copytree(EXAMPLE, registers)
    (registers / "suppliers.xlsx").unlink()
    code, said, _ = run_without_a_kernel(
        "--quarter", "2026-Q3", "--registers", registers, "--reports", tmp_path / "reports"
    )
    assert code == 2
    assert "The register processors is missing." in said
    assert "Most useful next: the list of suppliers" in said


def crashes(*_args):
    message = "Zebedee Quillfeather"
    raise ZeroDivisionError(message)
    yield


@pytest.mark.slow
def test_a_crashed_control_is_published_as_an_error_and_ends_with_2(tmp_path, example, monkeypatch):
    """The others stand, the run is published as incomplete, and nothing of the crash is printed."""
    monkeypatch.setitem(CONTROLS, "RET-01", replace(CONTROLS["RET-01"], test=crashes))
    code, said, complained = run_without_a_kernel("--reports", tmp_path / "reports")
    assert code == 2, complained
    assert "RET-01: The control could not be run" in said
    assert "Zebedee" not in said + complained
    content = json.loads((tmp_path / "reports" / "2026-Q3" / "run-01" / "findings.json").read_bytes())
    statuses = {each["id"]: each["status"] for each in content["controls"]}
    assert statuses.pop("RET-01") == "error"
    assert statuses == {control: status for control, status in example.standing.statuses.items() if control != "RET-01"}


@pytest.mark.slow
def test_findings_at_the_asked_severity_end_with_1(tmp_path):
    """--fail-on critical: the example has critical findings."""
    assert run_without_a_kernel("--fail-on", "critical", "--reports", tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["run", "--quater", "2026-Q3"], "--quarter"),
        (["run", "--quarter", "2026Q3"], "2026-Q3"),
        (["run", "--quarter", "2019-Q1"], "no folder"),
        (["run", "--as-at", "30/09/2026"], "2026-09-30"),
        (["run", "--as-at", "2026-12-24"], "outside"),
        (["run", "--issued-on", "2026-01-01"], "before"),
        (["run", "--engine", "panda"], "pandas"),
        (["run", "--fail-on", "criticle"], "critical"),
        (["run", "--firm", "nowhere"], "policy"),
        (["controls", "RET-1"], "RET-01"),
        (["read", "no-such-file.csv"], "no file"),
        (["verify", "no-such-run"], "no run"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_use_is_one_line_with_a_hint_and_ends_with_64(arguments, hint):
    """Nothing is written, nothing is traced back."""
    code, *both = commanded(*arguments)
    said = "".join(both)
    assert code == 64
    assert hint in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) <= 3


def test_an_interruption_says_nothing_of_what_was_published(monkeypatch):
    """The command may be stopped while it prints a run that was published; only the run itself knows which it was."""

    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", stopped)
    assert commanded("run") == (3, "", "Interrupted.\n")


def test_a_second_run_finds_the_lock_and_ends_with_75(tmp_path):
    """While one run holds the reports folder, another writes nothing."""
    with (tmp_path / ".lock").open("w") as held:
        portalocker.lock(held, portalocker.LOCK_EX)
        done = command("run", "--reports", tmp_path)
    assert done.returncode == 75
    assert "Another run" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_read_tells_how_a_file_is_read_and_writes_nothing(tmp_path):
    """As text for a person, as JSON for a program; the receipt closes."""
    copy = tmp_path / "clients.csv"
    shutil.copy(EXAMPLE / "clients.csv", copy)
    said = command("read", copy).stdout
    assert "rows in =" in said
    assert "clients-list" in said
    content = json.loads(commanded("read", copy, "--json")[1])
    receipt = content["receipt"]
    assert receipt["rows_in"] == receipt["accepted"] + len(receipt["rejected"]) == len(content["rows"])
    assert content["error"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["clients.csv"]


def test_read_refuses_an_empty_file_in_words(tmp_path):
    """A refused file gives its message and exit 2, as JSON too."""
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert commanded("read", empty)[0] == 2
    code, said, _ = commanded("read", empty, "--json")
    assert code == 2
    assert "empty" in json.loads(said)["error"]


def test_controls_lists_each_with_section_law_and_severity():
    """The catalogue names every control; one control tells its promise, reasons, remedy and sources."""
    assert commanded("controls")[1].count(" · over ") == len(CONTROLS)
    about = commanded("controls", "TRF-04")[1]
    assert "similar level of protection" in about
    assert "no_uk_extension" in about
    assert "checked 22 November 2026" in about
    assert len(json.loads(commanded("controls", "--json")[1])) == len(CONTROLS)


@pytest.mark.slow
def test_plain_papermill_publishes_from_another_folder(tmp_path):
    """Papermill alone publishes everything but the notebook, which is the caller's."""
    reports = tmp_path / "reports"
    done = papermill(
        ROOT / "notebooks" / "audit.ipynb",
        tmp_path / "out.ipynb",
        "-p",
        "quarter",
        "2026-Q3",
        cwd=tmp_path,
        reports=str(reports),
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.ipynb").exists()
    run = reports / "2026-Q3" / "run-01"
    assert command("verify", run).returncode == 0
    assert not (run / "audit.ipynb").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quater", "2026-Q3"),
        pytest.param("quarter", "2026", marks=pytest.mark.proof),
        pytest.param("as_at", "soon", marks=pytest.mark.proof),
    ],
)
def test_papermill_with_a_wrong_parameter_fails_in_words(name, value, tmp_path):
    """A misspelt or ill-typed parameter never runs with the defaults."""
    notebook = ROOT / "notebooks" / "audit.ipynb"
    done = papermill(notebook, tmp_path / "out.ipynb", "-p", name, value, cwd=tmp_path, reports="")
    assert done.returncode == 1
    assert {"Hint:", "Did"} & set(done.stderr.rstrip().splitlines()[-1].split())


@pytest.mark.slow
def test_every_parameter_of_the_notebook_has_help():
    """Papermill --help-notebook is the form people fill in."""
    done = papermill(ROOT / "notebooks" / "audit.ipynb", Path("--help-notebook"), cwd=ROOT, reports=None)
    from privacy_audit.runs.execute import PARAMETERS  # noqa: PLC0415

    for name in PARAMETERS:
        line = next((each for each in done.stdout.splitlines() if each.strip().startswith(f"{name}:")), "")
        assert line, name
        assert "Unknown type" not in line
    assert done.stdout.count("str (default") == len(PARAMETERS)
