"""A test whose program is missing is named at the end of the run, and fails where CI is set."""

import os
import subprocess
import sys

import pytest
from privacy_audit.request import ROOT

TESTS = """
from support.programs import need

def test_one():
    need("no-such-program", "of nothing at all", "nothing-at-all")

def test_two():
    need("no-such-program", "of nothing at all", "nothing-at-all")

def test_three():
    pass
"""
LAST = "Not run: 2 tests of nothing at all. To run them: apt-get install nothing-at-all"


def ran(folder, *options: str, **environment: str) -> subprocess.CompletedProcess:
    """Run three tests in a process of its own, two of which need a program that no machine has."""
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    plugins = ["-p", "support.not_run", "-p", "no:cacheprovider", "-p", "no:nbval", *options]
    program = [sys.executable, "-m", "pytest", "-q", *plugins, f"--rootdir={folder}", str(folder / "test_it.py")]
    plain = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}
    environment |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT / "lib")])}
    return subprocess.run(program, env=plain | environment, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_what_was_not_run_is_the_last_line(options, tmp_path):
    """One line for both tests, with the command, below pytest's own last line."""
    done = ran(tmp_path, *options)
    assert done.returncode == 0
    above, last = done.stdout.splitlines()[-2:]
    assert last == LAST
    assert above.startswith("1 passed, 2 skipped")


def test_where_ci_is_set_they_fail(tmp_path):
    """They are named as failed, and nothing is skipped."""
    done = ran(tmp_path, CI="1")
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout
    assert "Not run: 2" not in done.stdout
    assert "apt-get install nothing-at-all" in done.stdout


def test_all_run_is_no_line_more(tmp_path):
    """Where nothing was skipped the last line is pytest's."""
    assert ran(tmp_path, "-k", "three").stdout.splitlines()[-1].startswith("1 passed, 2 deselected")
