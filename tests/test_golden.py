"""The example holds the facts that were planted in it, and nothing else is found."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from privacy_audit.request import ROOT

GOLDEN = tomllib.loads((Path(__file__).parent / "golden" / "2026-Q3.toml").read_text(encoding="utf-8"))


def test_exactly_the_planted_facts_are_found(example):
    """Each planted fact is one finding with its severity; a contact's record is a token and only counted."""
    planted = Counter()
    for each in GOLDEN["planted"]:
        if each["reason_code"] != "gap":
            key = (
                each["control"],
                each["register"],
                each["reason_code"],
                each["record"],
                each["outcome"],
                each["severity"],
            )
            planted[key] += each["count"]
    found = Counter()
    named = {key[3] for key in planted}
    for each in example.findings:
        if not each.blocks:
            record = each.record if each.record in named else ""
            found[each.control, each.register, each.reason_code, record, each.outcome, each.severity] += 1
    assert found == planted


def test_the_only_gaps_are_those_that_were_planted(example):
    """Each column that the exports lack and some check needs is one gap, with the rows it leaves open."""
    planted = sorted((each["register"], each["record"], each["rows"], each["severity"]) for each in GOLDEN["gap"])
    found = ((each.register, each.record, each.number, each.severity) for each in example.findings if each.blocks)
    assert sorted(found) == planted


def test_the_example_is_humane_and_true(example):
    """However many rows are touched: few tasks, the critical ones from facts, a quick one among the first."""
    assert len(example.tasks) <= 28
    critical = [task for task in example.tasks if task.severity == "critical"]
    assert len(critical) <= 3
    assert {task.outcome for task in critical} == {"broken"}
    assert any(task.effort <= 15 for task in example.first_five)
    assert example.rows == (364, 364, 0)


@pytest.mark.slow
def test_the_script_makes_the_same_bytes_again(tmp_path):
    """The committed example is what its seeded script writes."""
    folder = ROOT / "data" / "example"
    before = {path.name: path.read_bytes() for path in (folder / "2026-Q3").iterdir()}
    subprocess.run([sys.executable, str(folder / "make_example.py")], check=True, capture_output=True, cwd=tmp_path)
    assert before == {path.name: path.read_bytes() for path in (folder / "2026-Q3").iterdir()}
