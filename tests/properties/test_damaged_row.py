"""A damaged row is rejected or unread, and never turns a finding into a pass."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from privacy_audit.audit.run import audit
from privacy_audit.request import ROOT, Request
from support.damage import no_better

EXAMPLE = ROOT / "data" / "example" / "2026-Q3"
NAMES = sorted(path.name for path in EXAMPLE.glob("*.csv"))
KEPT = 25  # rows of each file: enough for findings, few enough to audit many times


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The example's registers with few rows each, and what they say."""
    folder = tmp_path_factory.mktemp("few")
    for path in EXAMPLE.iterdir():
        shutil.copy(path, folder)
    for name in NAMES:
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[: KEPT + 1]))
    return folder, looked_at(folder)


def looked_at(folder):
    return audit(Request.of(quarter="2026-Q3", registers=str(folder)), "polars")


def cut(line, at):
    """Cut a line off somewhere; of one that is gone only an expected total tells, and the count of blank lines."""
    return line[: 1 + at % max(1, line.rfind(b",") - 1)]


def marked(line, at):
    at %= len(line)
    return line[:at] + b'"' + line[at:]


def nulled(line, at):
    at %= len(line)
    return line[:at] + b"\0" + line[at:]


def parted(line, at):
    at %= len(line)
    return line[:at] + b"," + line[at:]


def joined(line, at):
    places = [n for n, byte in enumerate(line) if byte == ord(",")]
    at = places[at % len(places)]
    return line[:at] + line[at + 1 :]


def spoilt(line, at):
    cells = line.split(b",")
    cells[at % len(cells)] = "¿?".encode()
    return b",".join(cells)


def lost(line, at):
    at %= len(line)
    return line[:at] + b"\xeb" + line[at + 1 :]


def unnamed(line, _at):
    return b"," + line.split(b",", 1)[1]


DAMAGE = (cut, marked, nulled, parted, joined, spoilt, lost, unnamed)


def stays_no_better(few, name, row, damage, at):
    """Damage one row of one file, audit again, and compare."""
    folder, before = few
    path = folder / name
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    row = 1 + row % (len(lines) - 1)
    line = lines[row].rstrip(b"\r\n")
    lines[row] = damage(line, at) + lines[row][len(line) :]
    try:
        path.write_bytes(b"".join(lines))
        after = looked_at(folder)
    finally:
        path.write_bytes(whole)
    assert not no_better(before, after)
    assert not [each.control.id for each in after.observations if each.error]
    for receipt in after.inputs.folder.receipts:
        receipt.close()


def examples(few, many):
    calm = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
    chosen = given(st.sampled_from(NAMES), st.integers(0, 99), st.sampled_from(DAMAGE), st.integers(0, 9999))
    run = chosen(lambda name, row, damage, at: stays_no_better(few, name, row, damage, at))
    settings(max_examples=many, deadline=None, derandomize=many < 1000, suppress_health_check=calm)(run)()


@pytest.mark.slow
def test_a_damaged_row_never_turns_a_finding_into_a_pass(few):
    """A moderate number of damages; make prove takes many."""
    examples(few, 12)


@pytest.mark.proof
def test_no_damaged_row_of_many_turns_a_finding_into_a_pass(few):
    """At least 2,000 damages: any file, any row, any place in it."""
    examples(few, 2000)
