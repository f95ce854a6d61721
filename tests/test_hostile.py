"""Whatever a file holds, reading it ends as it should: read, rejected with a reason, or refused in words."""

import json
import re
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from privacy_audit.errors import AuditError, InputError
from privacy_audit.inputs import read_settings
from privacy_audit.registers.folder import read_about, read_file
from privacy_audit.request import ROOT, Request
from privacy_audit.result import audit
from test_damage import PASSES, no_better

import config
import cross_register
import encoding
import injection
import resource_cases
import structure
import value
import workbook

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
CLASSES = (structure, encoding, value, workbook, resource_cases, injection)
CORPUS = [(kind.__name__, case) for kind in CLASSES for case in kind.CASES]


def read(path):
    """Return the first register's reading, or why the file is refused."""
    try:
        readings, left = read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
    except InputError as error:
        return None, str(error)
    return readings[0], " ".join(str(each) for each in left)


def said(reading) -> str:
    """Return all that the receipt says, as a person reads it."""
    receipt = reading.receipt
    rejected = [f"row {each.row} {each.column}: {each.reason}" for each in receipt.rejected]
    told = [f"row {each.row} {each.column}: {each.what}" for each in (*receipt.repairs, *receipt.unread_cells)]
    return " | ".join([receipt.file, *rejected[:20], *told[:20], *receipt.unused[:20]])


@pytest.mark.parametrize(("kind", "case"), CORPUS, ids=[f"{kind}: {ascii(case.name)[1:50]}" for kind, case in CORPUS])
def test_a_hostile_file_ends_as_it_should(kind, case, tmp_path):
    """Each file ends as its table says, every row is accounted for, and it takes no longer than it may."""
    path = case.write(tmp_path)
    start = time.process_time()
    reading, error = read(path)
    assert time.process_time() - start < case.seconds
    if case.accepted is None:
        assert reading is None, said(reading)
        assert case.told in error
        assert "Hint:" in error
        assert error.startswith("clients") or kind == "injection"
        return
    assert reading is not None, error
    receipt = reading.receipt
    assert receipt.rows_in == receipt.accepted + len(receipt.rejected)
    assert (receipt.accepted, tuple(each.row for each in receipt.rejected)) == (case.accepted, case.rejected), said(reading)
    assert tuple((each.row, each.column) for each in receipt.unread_cells) == case.unread, said(reading)
    assert case.told in said(reading) + error
    rows = {row.number: row.values for row in reading.rows} if case.values else {}
    for (row, column), expected in case.values.items():
        found = rows[row][column]
        assert (found.isoformat() if isinstance(found, date) else found) == expected


def test_the_corpus_is_large_enough_and_no_case_stands_in_it_twice():
    """At least 120 files in all; two of a class never have one name."""
    assert len(CORPUS) >= 120
    names = [(kind, case.name) for kind, case in CORPUS]
    assert len(names) == len(set(names))


PEAKS = """
import json, sys
from pathlib import Path
from privacy_audit.errors import InputError
from privacy_audit.inputs import read_settings
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT

*_, schemas, exports, countries = read_settings(ROOT / "data")
peaks = {}
for path in map(Path, sys.argv[1:]):
    Path("/proc/self/clear_refs").write_text("5")
    try:
        read_file(path, schemas, exports.values(), countries)
    except InputError:
        pass
    status = Path("/proc/self/status").read_text()
    peaks[str(path)] = int(status.split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps(peaks))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel tells no peaks")
def test_no_hostile_file_takes_more_than_300_mb(tmp_path):
    """All are read in one process of their own, whose peak is taken anew for each."""
    names = {}
    for number, (_, case) in enumerate(CORPUS):
        (tmp_path / str(number)).mkdir()
        names[str(case.write(tmp_path / str(number)))] = case.name
    done = subprocess.run([sys.executable, "-c", PEAKS, *names], capture_output=True, text=True, check=True)
    peaks = json.loads(done.stdout)
    assert len(peaks) == len(CORPUS)
    assert not {names[path]: peak for path, peak in peaks.items() if peak > 300}


@pytest.mark.parametrize("case", config.CASES, ids=[case.name for case in config.CASES])
def test_a_damaged_setting_is_named_in_one_line(case, tmp_path):
    """The file, the place and what to do; never the name of a Python type."""
    for name in ("policy", "mappings", "rulebook", "schema"):
        shutil.copytree(ROOT / "data" / name, tmp_path / name)
    (tmp_path / "registers").mkdir()
    case.apply(tmp_path)
    with pytest.raises(AuditError) as refusal:
        read_settings(tmp_path)
        read_about(tmp_path / "registers")
    said = str(refusal.value)
    assert case.told in said
    assert not re.search(r"Error|Exception|Traceback|line \d+, in ", said)
    assert len(said.splitlines()) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("case", cross_register.CASES, ids=[case.name for case in cross_register.CASES])
def test_registers_that_do_not_fit_together_pass_nothing(case, example, registers):
    """Nothing looks better than before, no control crashes, and what is wrong is told."""
    case.change(registers)
    after = audit(Request.of(quarter="2026-Q3", registers=str(registers)), "polars")
    ways = [way for way in no_better(example, after) if not (case.repeats and "rows instead of" in way)]
    assert not ways
    assert not [each for each in after.observations if each.error]
    assert not {after.statuses[each] for each in case.not_met} & PASSES
    told = json.dumps([each.as_dict() for each in after.inputs.folder.receipts], default=str, ensure_ascii=False)
    assert case.told in told + " ".join(after.incomplete)
    for receipt in after.inputs.folder.receipts:
        receipt.close()
