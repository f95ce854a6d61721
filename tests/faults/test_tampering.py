"""Whatever is changed after publishing is found, and nothing else is; by the stand-alone file just as well."""

import importlib.util
import json
import random
import shutil
import sys
import time

import pytest
from faults.prepared import copied, four_quarters
from faults.tampering import HARMS, rewritten
from privacy_audit import verify
from privacy_audit.verify import LATEST, MANIFEST, Link, canonical, check, check_all, sealed, sha256


@pytest.fixture
def alone(memory):
    """The single file of a pack, loaded by itself."""
    path = memory / "verify.py"
    shutil.copy(verify.__file__, path)
    spec = importlib.util.spec_from_file_location("alone", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["alone"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["alone"]


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_kind_of_tampering_is_found(harm, memory, alone):
    """Four of each, over five runs of four quarters: never “as published”; one file finds what the other finds."""
    tampered_with(harm, range(4), memory, alone)


@pytest.mark.proof
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_forty_more_of_each_kind_of_tampering_are_found(harm, memory, alone):
    """The same, 640 times in all."""
    tampered_with(harm, range(4, 44), memory, alone)


def tampered_with(harm, seeds, memory, alone):
    four_quarters(memory / "reports")
    for seed in seeds:
        reports = copied(memory / "reports", memory / "copy")
        what = harm(reports, random.Random(seed))
        found = check_all(reports)
        assert found.exit_code in {1, 2}, what
        assert alone.check_all(reports).exit_code == found.exit_code, what
        for run in sorted(reports.glob("20*/run-*")):
            ours, theirs = check(run), alone.check(run)
            assert list(ours.lines()) == list(theirs.lines()), what


@pytest.mark.slow
def test_two_hundred_clean_checks_raise_no_alarm(memory, alone):
    """Nothing changed, nothing found, in a moment."""
    runs = four_quarters(memory / "reports")
    began = time.perf_counter()
    for number in range(200):
        assert check_all(memory / "reports").exit_code == 0
        assert alone.check(runs[number % 5]).exit_code == 0
    assert time.perf_counter() - began < 200 * 5


def test_an_older_run_rewritten_from_end_to_end_is_found_by_the_next(memory):
    """The run fits itself again, but no longer the run that names it."""
    runs = four_quarters(memory)
    rewritten(runs[1])
    assert check(runs[1]).wrong == ["2026-Q1/run-01: its manifest is not the one that 2026-Q2/run-01 names."]


def test_only_something_kept_elsewhere_shows_that_the_newest_run_was_rewritten_with_latest(memory):
    """Whoever can write every file can rewrite an unsigned run: the check says so, and a kept results hash finds it."""
    newest = four_quarters(memory)[-1]
    told = (newest / MANIFEST).read_text().partition('"results": "')[2][:16]
    rewritten(newest)
    (memory / LATEST).write_text(Link("2026-Q3/run-02", sha256((newest / MANIFEST).read_bytes())).line())
    assert check_all(memory).exit_code == 0, "the seal and the chain hold again"
    assert any("could also arrange" in each for each in check(newest).said)
    assert check(newest, known=told).wrong[0].endswith(f"not {told}.")
    assert check(newest, known=told[:5]).wrong, "too few characters prove nothing"


def test_a_run_killed_before_latest_was_written_is_no_tampering(memory):
    """LATEST names the run before; the newest follows from it."""
    runs = four_quarters(memory)
    before = Link("2026-Q3/run-01", sha256((runs[3] / MANIFEST).read_bytes()))
    (memory / LATEST).write_text(before.line())
    assert check_all(memory).exit_code == 0
    assert "the newest of which is 2026-Q3/run-02" in "\n".join(check(runs[3]).said)


def test_a_chain_goes_on_over_a_run_that_was_thrown_away(memory):
    """Its manifest alone keeps the chain whole for every other run; without it the gap is told for ever."""
    runs = four_quarters(memory)
    for path in runs[0].rglob("*"):
        if path.is_file() and path.name != MANIFEST:
            path.unlink()
    assert check(runs[4]).exit_code == 0
    assert check_all(memory).exit_code == 2, "its own files are gone, and that is told"
    shutil.rmtree(runs[0])
    assert check(runs[4]).unknown == [
        "2025-Q4/run-01, named by 2026-Q1/run-01, is not here: the chain cannot be followed further back."
    ]


def test_a_run_copied_elsewhere_is_checked_as_far_as_it_can_be(memory):
    """Without the runs around it, the chain is not checked, and that is said."""
    runs = four_quarters(memory / "reports")
    first, third = memory / "first", memory / "third"
    shutil.copytree(runs[0], first)
    shutil.copytree(runs[2], third)
    assert check(first).exit_code == 0, "nothing came before it"
    assert check(third).exit_code == 2
    assert "2026-Q1/run-01, is not beside it" in check(third).unknown[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.replace(b'"issued_on": "2026-10-02"', b'"issued_on": "2026-10-01"'), "its seal does not fit"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "saved again by another program"),
        (lambda raw: json.dumps(json.loads(raw), indent=4).encode(), "saved again by another program"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "not a whole manifest"),
        (lambda raw: raw[:-3], "not a whole manifest"),
        (lambda raw: raw.replace(b'"complete": true,', b'"complete": true, "complete": true,'), "stands there twice"),
        (lambda raw: raw.replace(b"in-toto.io", b"out-toto.io"), "not the manifest of a run"),
        (lambda _: b"[]", "not a whole manifest"),
        (lambda _: b"{}", "not a whole manifest"),
    ],
)
def test_a_manifest_changed_by_hand_is_found_where_no_chain_helps(change, said, memory):
    """In a run that was copied away from the others, the manifest's own shape and seal tell."""
    shutil.copytree(four_quarters(memory / "reports")[0], memory / "copy")
    path = memory / "copy" / MANIFEST
    path.write_bytes(change(path.read_bytes()))
    assert said in check(memory / "copy").wrong[0]


def test_a_manifest_that_fits_itself_but_says_what_cannot_be_is_found(memory):
    """Sealed anew with other words: about another quarter than its findings, incomplete, or in no shape at all."""
    first = four_quarters(memory / "reports")[0]
    for change, said in (
        ({"quarter": "2031-Q1"}, "disagree on quarter"),
        ({"issued_on": "2026-10-01"}, "disagree on issued_on"),
        ({"rulebook": "0" * 64}, "different versions of the rulebook"),
        ({"complete": False}, "does not say that the run was complete"),
        ({"results": "0" * 64}, "not the hash of findings.json"),
        ({"results": 7}, "not the hash of findings.json"),
        ({"firm": ["Example Ltd"], "policy": 7}, "disagree on firm"),
        ({"signature": "yes"}, "is missing"),
    ):
        copy = copied(first, memory / "copy")
        content = json.loads((copy / MANIFEST).read_bytes())
        content["predicate"] |= change
        (copy / MANIFEST).write_bytes(canonical(sealed(content)))
        assert said in check(copy).wrong[0]
