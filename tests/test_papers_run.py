"""The working papers as they are run: with the audit, or by papermill alone."""

import json
from pathlib import Path

import pytest
from privacy_audit.errors import PublishError, UsageError
from privacy_audit.notebook import look
from privacy_audit.reports.papers import PAPERS
from privacy_audit.reports.results_json import results_hash
from privacy_audit.request import ROOT
from privacy_audit.runs.execute import LOOKING, belongs
from support.commands import commanded
from support.commands import papermill as run_papermill

NOTEBOOKS = ROOT / "notebooks"
OTHERS = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem in {*PAPERS, "explore"}]


@pytest.mark.slow
def test_a_run_with_working_papers_publishes_them_with_the_same_results(published, example):
    """Each paper lies in the run, is hashed, names the run's results, and holds no path or clock."""
    run = published.place
    assert commanded("verify", run)[0] == 0
    hashed = {each["name"] for each in json.loads((run / "manifest.json").read_bytes())["subject"]}
    for name in PAPERS:
        assert f"{name}.ipynb" in hashed
        text = (run / f"{name}.ipynb").read_text(encoding="utf-8")
        assert results_hash(example)[:16] in text
        assert str(ROOT) not in text
        assert str(published.reports) not in text
        assert "start_time" not in text


@pytest.mark.slow
def test_what_a_run_publishes_says_nothing_of_the_committed_copies(published):
    """That a copy shows the example is said in the committed notebooks alone."""
    words = "This copy shows the **example"
    for name in ("audit", *PAPERS):
        assert words in (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
        assert words not in (published.place / f"{name}.ipynb").read_text(encoding="utf-8")


def test_a_paper_that_shows_other_results_than_the_audit_is_not_published(example):
    """Where an export changed between the audit and its papers, nothing is published."""
    paper = (NOTEBOOKS / "clients.ipynb").read_bytes()
    belongs("clients.ipynb", paper, results_hash(example))
    with pytest.raises(PublishError, match=r"clients\.ipynb shows other results than the audit"):
        belongs("clients.ipynb", paper, "0" * 64)


@pytest.mark.proof
def test_plain_papermill_makes_a_paper_from_another_folder(tmp_path, example):
    """The quarter is the only thing to say, and nothing is published."""
    quarter = str(example.inputs.request.quarter)
    done = run_papermill(
        NOTEBOOKS / "clients.ipynb", Path("out.ipynb"), "-p", "quarter", quarter, cwd=tmp_path, reports=None
    )
    assert done.returncode == 0, done.stderr
    assert results_hash(example)[:16] in (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


@pytest.mark.parametrize(("name", "value"), [("quater", "2026-Q3"), ("reports", "reports")])
def test_a_wrong_parameter_of_a_paper_is_refused_in_words(name, value):
    """A misspelt parameter, or one that only the audit takes, never runs with the defaults."""
    with pytest.raises(UsageError, match=f"There is no parameter “{name}”"):
        look({name: value})


@pytest.mark.proof
def test_papermill_says_the_same(tmp_path):
    """The words are the last that papermill prints, and its exit code is 1."""
    arguments = ("-p", "quater", "2026-Q3")
    done = run_papermill(NOTEBOOKS / "transfers.ipynb", tmp_path / "out.ipynb", *arguments, cwd=tmp_path, reports=None)
    assert done.returncode == 1
    assert "There is no parameter “quater”." in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("notebook", OTHERS, ids=lambda path: path.stem)
def test_every_parameter_has_help(notebook):
    """What papermill --help-notebook shows is the form people fill in: each parameter is text with a word of help."""
    import papermill  # noqa: PLC0415 - a second that every start of pytest would wait

    told = papermill.inspect_notebook(str(notebook))
    assert set(told) == set(LOOKING)
    assert {each["inferred_type_name"] for each in told.values()} == {"str"}
    assert all(len(each["help"]) > 10 for each in told.values())
