"""The example holds the facts that were planted in it, and nothing else is found."""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.reports.screen import since
from privacy_audit.request import ROOT, Request

EXAMPLE = ROOT / "data" / "example"
MAKE = EXAMPLE / "make_example.py"


def golden(name: str) -> dict:
    return tomllib.loads((Path(__file__).parent / "golden" / f"{name}.toml").read_text(encoding="utf-8"))


POLICY = golden("policy")
GOLDEN = {quarter: golden(quarter) for quarter in ("2026-Q2", "2026-Q3")}
NEW_IN = {"complaints_told": "2026-Q2"}  # what the law asks for since a day within that quarter


@pytest.fixture(scope="module")
def quarters(example) -> dict[str, Result]:
    """Both quarters of the example, audited."""
    return {"2026-Q2": audit(Request.of(quarter="2026-Q2"), "polars"), "2026-Q3": example}


def planted(quarter: str) -> Counter:
    """Count the planted facts of a quarter; the policy's own stand there in every quarter."""
    words = [
        each | {"change": "new" if NEW_IN.get(each["record"]) == quarter else "persisting"}
        for each in POLICY["planted"]
    ]
    names = ("control", "register", "reason_code", "record", "outcome", "severity", "change")
    count = Counter()
    for each in [*words, *GOLDEN[quarter]["planted"]]:
        count[(*(each[name] for name in names), each.get("waived", False))] += each["count"]
    return count


def planted_gaps(quarter: str) -> list[tuple[object, ...]]:
    """Return a quarter's planted gaps; those of columns that no export of the example has are in policy.toml, once."""
    names = ("register", "record", "rows", "severity", "change", "checks")
    always = [each | {"change": "new" if quarter == min(GOLDEN) else "persisting"} for each in POLICY.get("gap", [])]
    rows = [each | {"rows": each["rows"][quarter]} for each in always] + GOLDEN[quarter]["gap"]
    return sorted(tuple(each[name] for name in names) for each in rows)


@pytest.mark.parametrize("quarter", GOLDEN)
def test_exactly_the_planted_facts_are_found(quarter, quarters):
    """Each planted fact is one finding with its severity, what changed, and whether somebody accepted it."""
    expected = planted(quarter)
    named = {key[3] for key in expected}
    found = Counter()
    for each in quarters[quarter].findings:
        if not each.blocks:
            record = each.record if each.record in named else ""
            key = (each.control, each.register, each.reason_code, record, each.outcome, each.severity)
            found[(*key, each.change, each.waiver is not None)] += 1
    assert found == expected


@pytest.mark.parametrize("quarter", GOLDEN)
def test_the_only_gaps_are_those_that_were_planted(quarter, quarters):
    """Each column that the exports lack and some check needs is one gap, with the rows and checks it leaves open."""
    found = [
        (each.register, each.record, each.number, each.severity, each.change, len(each.blocks))
        for each in quarters[quarter].findings
        if each.blocks
    ]
    assert sorted(found) == planted_gaps(quarter)


@pytest.mark.parametrize("quarter", GOLDEN)
def test_exactly_what_was_put_right_is_settled(quarter, quarters):
    """Each finding that is there no more was planted to go, and it is known since when it stood."""
    expected = Counter((each["control"], each["record"], each["first_seen"]) for each in GOLDEN[quarter]["resolved"])
    named = {key[1] for key in expected}
    found = Counter(
        (each["control"], each["record"] if each["record"] in named else "", each["first_seen"])
        for each in quarters[quarter].comparison.resolved
    )
    assert found == expected


def test_the_near_misses_are_no_findings(example):
    """What only looks like a finding is none, and stands in the registers, so that it could have been one."""
    found = {(each.control, each.record) for each in example.findings}
    for each in GOLDEN["2026-Q3"]["clean"]:
        assert (each["control"], each["record"]) not in found, each["because"]
        register = (
            {"RET": "clients", "TRF": "transfers"}[each["control"][:3]] if each["control"] != "TRF-01" else "processors"
        )
        assert each["record"] in example.inputs.record_names(example.inputs.registers[register])


def test_the_example_is_humane_and_true(example):
    """However many rows are touched: about twelve tasks, the critical ones from facts, a quick one among the first."""
    assert 10 <= len(example.tasks) <= 14
    assert 25 <= len(example.findings) <= 40
    critical = [task for task in example.tasks if task.severity == "critical"]
    assert len(critical) == 3
    assert {task.outcome for task in critical} == {"broken"}
    assert any(task.effort <= 15 for task in example.first_five)
    assert example.rows == (371, 371, 0)
    assert not example.incomplete
    sizes = {name: len(example.inputs.registers[name].table) for name in ("clients", "contacts", "processors")}
    assert sizes == {"clients": 128, "contacts": 227, "processors": 16}


def test_every_status_occurs_that_a_healthy_audit_can_have(example):
    """Five of six; the sixth, that a control could not be run, is brought about by tests/test_error.py."""
    assert set(example.standing.statuses.values()) == {
        "met",
        "met_with_waivers",
        "not_met",
        "not_testable",
        "not_applicable",
    }
    assert example.standing.statuses["PRC-02"] == "met_with_waivers"


def test_the_example_tells_of_the_quarter_before(example):
    """One exception holds and one ran out; what was settled, is new and came back is said in one sentence."""
    assert [each.state for each in example.waivers] == ["holds", "expired"]
    settled = sum(each.get("count", 1) for each in GOLDEN["2026-Q3"]["resolved"])
    count = Counter(gap[4] for gap in planted_gaps("2026-Q3"))
    for key, number in planted("2026-Q3").items():
        count[key[6]] += number
    said = f"{settled} settled, {count['new']} new, {count['reopened']} back again, {count['persisting']} still there"
    assert since(example) == f"Since 2026-Q2, finding by finding: {said}."
    back = next(each for each in example.findings if each.change == "reopened")
    assert (back.first_seen, back.control) == ("2026-Q1", "DQ-02")


def run_script(*arguments: object, cwd: Path) -> None:
    subprocess.run([sys.executable, str(MAKE), *map(str, arguments)], check=True, capture_output=True, cwd=cwd)


@pytest.mark.slow
def test_the_script_makes_the_same_bytes_again(tmp_path):
    """The committed example, its history and its waivers are what the seeded script writes."""

    def content(home: Path) -> dict[Path, bytes]:
        files = (path for path in home.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
        return {path.relative_to(home): path.read_bytes() for path in files}

    run_script(tmp_path / "again", cwd=tmp_path)
    again = content(tmp_path / "again")
    assert again == content(EXAMPLE)
    assert {path.parts[0] for path in again} == {"2026-Q2", "2026-Q3", "history", "firm.key", "waivers.toml"}


@pytest.mark.slow
def test_the_kept_history_is_what_the_first_quarter_s_registers_show(tmp_path):
    """The history of the first quarter is told by hand; an audit of its registers finds the same, and asks the same."""
    folder = tmp_path / "2026-Q1"
    run_script(folder, "2026-Q1", cwd=tmp_path)
    result = audit(Request.of(quarter="2026-Q1", registers=str(folder)), "polars")
    kept = json.loads((EXAMPLE / "history" / "2026-Q1.json").read_bytes())
    names = ("id", "control", "register", "record", "outcome", "reason_code", "severity")
    later = {(each["register"], each["record"]) for each in POLICY.get("gap", [])}
    newer = {each.id for each in result.findings if (each.register, each.record) in later}
    found = [tuple(getattr(each, name) for name in names) for each in result.findings if each.id not in newer]
    assert sorted(found) == sorted(tuple(each[name] for name in names) for each in kept["findings"])
    tasks = [(each.severity, each.due_on.isoformat(), sorted({*each.findings} - newer)) for each in result.tasks]
    tasks = [each for each in tasks if each[2]]
    assert sorted(tasks) == sorted((each["severity"], each["due_on"], each["findings"]) for each in kept["tasks"])
