"""What CONTRIBUTING says of adding a check, an export and a legal value, done in a copy of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from privacy_audit.request import ROOT

HERE = Path(__file__).parent
# What notices a check, an export or a value that is half added, or that stands in the way of another.
NOTICING = (
    "tests/test_cases.py::test_every_case_has_the_outcome_its_table_says[PRC-08-arrow]",
    "tests/test_cases.py::test_every_case_has_the_outcome_its_table_says[RET-03-arrow]",
    "tests/test_cases.py::test_every_case_table_is_of_a_control",
    "tests/test_cases.py::test_every_control_has_a_case_table_that_shows_each_outcome_it_can_have",
    "tests/test_cases.py::test_every_reason_of_every_control_has_a_case",
    "tests/test_docs.py",
    "tests/test_exports.py::test_an_export_is_read_to_every_value[made-up-ledger.csv]",
    "tests/test_exports.py::test_an_export_is_recognised_by_its_own_mapping_and_by_no_other[made-up-ledger.csv]",
    "tests/test_exports.py::test_every_mapping_has_an_export_in_its_shape",
    "tests/test_exports.py::test_every_word_of_every_mapping_stands_in_the_table",
    "tests/test_exports.py::test_no_two_mappings_can_be_mistaken_whatever_columns_somebody_picks",
    "tests/test_golden.py",
    "tests/test_house.py",
    "tests/test_invoices.py::test_every_case_of_the_table_comes_out_as_it_says",
    "tests/test_law_in_force.py::test_a_version_that_begins_later_leaves_an_earlier_audit_as_it_was",
    "tests/test_rests_on.py::test_every_check_says_what_asks_for_it_or_tests_a_promise_and_nothing_else",
    "tests/test_rulebook.py",
    "tests/test_statuses.py::test_checks_are_counted_by_whether_they_were_made_and_gave_an_answer",
    "tests/test_three_firms.py::test_a_careful_firm_has_nearly_everything_met_and_honest_notes",
    "tests/test_three_firms.py::test_the_three_land_in_clearly_different_places",
)


def in_copy(folder: Path, *arguments: object) -> str:
    """Run a Python program in the copy, on the copy's own package; return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(folder / "lib")}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the project as it is now, with all that git keeps of it staged."""
    folder = tmp_path / "copy"
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def touched(folder: Path) -> set[str]:
    """Return the files that differ from what is staged, or are new; stage them."""
    found = {*git(folder, "diff", "--name-only").split(), *git(folder, "ls-files", "-o", "--exclude-standard").split()}
    git(folder, "add", "--all")
    return found


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, name: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + (HERE / name).read_text(encoding="utf-8"), encoding="utf-8")


def add_a_check(folder: Path) -> None:
    append(folder / "lib" / "privacy_audit" / "controls" / "recipients.py", "check.txt")
    shutil.copy(HERE / "PRC-08.csv", folder / "tests" / "cases" / "PRC-08.csv")
    path = folder / "data" / "policy" / "commitments.toml"
    replace(path, '"PRC-05"]\nplanned = ["PRC-08"]', '"PRC-05", "PRC-08"]')
    replace(path, 'controls = []\nplanned = ["PRC-08"]', 'controls = ["PRC-08"]')


def add_an_export(folder: Path) -> None:
    shutil.copy(HERE / "made-up-ledger.toml", folder / "data" / "mappings")
    shutil.copy(HERE / "made-up-ledger.csv", folder / "tests" / "exports")
    append(folder / "tests" / "exports" / "expected.toml", "expected.txt")


def add_a_value(folder: Path) -> None:
    value = (HERE / "value.txt").read_text(encoding="utf-8")
    replace(folder / "data" / "rulebook" / "house.toml", "[enquirer_months]\n", value + "[enquirer_months]\n")


@pytest.mark.slow
def test_a_check_and_an_export_take_three_files_each_and_a_value_takes_one(copy):
    """No other file is written by hand, one command writes the tables, and the tests that would notice pass."""
    for add, by_hand, made in (
        (add_a_check, 3, {"docs/checks.md"}),
        (add_an_export, 3, {"docs/your-exports.md"}),
        (add_a_value, 1, set()),
    ):
        add(copy)
        assert len(touched(copy)) == by_hand, add.__name__
        in_copy(copy, "docs/make_tables.py")
        assert touched(copy) == made, add.__name__
    in_copy(copy, "-m", "pytest", "-q", "-p", "no:nbval", "-m", "not slow", *NOTICING)
