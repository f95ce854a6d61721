"""Whatever a file holds, reading it ends as it should: read, rejected with a reason, or refused in words."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import config
import cross_register
import encoding
import injection
import openpyxl
import pytest
import resource_cases
import structure
import value
import workbook
from case import clients
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.run import audit
from privacy_audit.cli import main
from privacy_audit.errors import AuditError, InputError
from privacy_audit.registers.folder import read_file
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.page import html_page
from privacy_audit.request import ROOT, Request
from privacy_audit.settings.quarter import read_about
from support.bench import beside
from support.damage import PASSES, no_better

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


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        pytest.param(
            kind, case, id=f"{kind}: {ascii(case.name)[1:50]}", marks=[pytest.mark.proof] if case.in_prove else []
        )
        for kind, case in CORPUS
    ],
)
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
    assert (receipt.accepted, tuple(each.row for each in receipt.rejected)) == (case.accepted, case.rejected), said(
        reading
    )
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
import ctypes, gc, json, sys
import pyarrow
from pathlib import Path
from privacy_audit.errors import InputError
from privacy_audit.audit.inputs import read_settings
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT

*_, schemas, exports, countries = read_settings(ROOT / "data")
peaks = {}
for path in map(Path, sys.argv[1:]):
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    try:
        read_file(path, schemas, exports.values(), countries)
    except InputError:
        pass
    status = Path("/proc/self/status").read_text()
    peaks[str(path)] = int(status.split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps(peaks))
"""


@pytest.mark.proof
@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="of the memory a file takes. To run them: make prove on Linux"
)
def test_no_hostile_file_takes_more_than_300_mb(tmp_path):
    """All are read in one process, which gives back what a file has taken before the next one's peak is taken."""
    names = {}
    for number, (_, case) in enumerate(CORPUS):
        (tmp_path / str(number)).mkdir()
        names[str(case.write(tmp_path / str(number)))] = case.name
    peaks = peaks_of(names)
    assert len(peaks) == len(CORPUS)
    # Of what an earlier file has taken some may be left: whatever seems too high is read again by itself.
    high = {names[path]: peaks_of([path])[path] for path, peak in peaks.items() if peak > 300}
    assert not {name: peak for name, peak in high.items() if peak > 300}


def peaks_of(paths):
    """Return the most memory that each of these files took, in MB, read one after the other in a new process."""
    done = subprocess.run([sys.executable, "-c", PEAKS, *paths], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def read_all(firm):
    """Read a firm's settings and what its quarter says of itself."""
    read_settings(firm)
    read_about(firm / "registers")


@pytest.mark.parametrize("case", config.CASES, ids=[case.name for case in config.CASES])
def test_a_damaged_setting_is_named_in_one_line(case, tmp_path):
    """The file, the place and what to do; never the name of a Python type."""
    for name in ("policy", "mappings", "rulebook", "schema"):
        shutil.copytree(ROOT / "data" / name, tmp_path / name)
    (tmp_path / "registers").mkdir()
    case.apply(tmp_path)
    with pytest.raises(AuditError) as refusal:
        read_all(tmp_path)
    said = str(refusal.value)
    assert case.told in said
    assert not re.search(r"Error|Exception|Traceback|line \d+, in ", said)
    assert len(said.splitlines()) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("case", cross_register.CASES, ids=[case.name for case in cross_register.CASES])
def test_registers_that_do_not_fit_together_pass_nothing(case, example, registers):
    """Nothing looks better than before, no control crashes, and what is wrong is told."""
    case.change(registers)
    after = beside(example, registers)
    ways = [way for way in no_better(example, after) if not (case.repeats and "rows instead of" in way)]
    assert not ways
    assert not [each for each in after.observations if each.error]
    assert not {after.standing.statuses[each] for each in case.not_met} & PASSES
    told = json.dumps([each.as_dict() for each in after.inputs.folder.receipts], default=str, ensure_ascii=False)
    assert case.told in told + " ".join(after.incomplete)
    for receipt in after.inputs.folder.receipts:
        receipt.close()


LIVE = (
    "=1+1", "+1", "-1", "@SUM1", "\t=1+2", "\uff1d1+1", "=HYPERLINK(1)", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "$\\frac{1}$", "{{7*7}}", "[x1](javascript:alert(1))", "9\x1b[31m", "8\u202e",
    "7\ufffe", "6" * 40_000,
)  # fmt: skip


# What the first sheet and the tasks count with.
OWN_FORMULAS = {"COUNTIF", "COUNTIFS", "IF", "INDEX", "MATCH", "SUM", "SUMIF", "SUMIFS"}


class Tags(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag, attrs):
        """Note a tag and the names of its attributes."""
        self.seen.append((tag, [name for name, _ in attrs]))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A register whose numbers want to run, audited: every one of them has a finding that names it."""
    folder = tmp_path_factory.mktemp("attacked")
    for path in (ROOT / "data" / "example" / "2026-Q3").iterdir():
        shutil.copy(path, folder)
    heads = ["client_id", "name", "email", "relationship", "ended_on", "disposal_status"]
    with (folder / "clients.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        for text in LIVE:
            number = text if any(map(str.isdigit, text)) else f"{text}2"
            writer.writerows([[number, "Ada", "", "former client", "2010-01-01", ""]] * 2)
    return audit(Request.of(quarter="2026-Q3", registers=str(folder)), "polars")


@pytest.mark.slow
def test_no_cell_of_the_workbook_runs(attacked):
    """No link and no control in any cell, no formula but the workbook's own; what is too long is cut, and says so."""
    book = openpyxl.load_workbook(io.BytesIO(excel(attacked)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(cell.value.startswith("=1+1") for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "f"}
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert {name for each in formulas for name in re.findall(r"([A-Z.]+)\(", each)} <= OWN_FORMULAS
    shown = [cell for cell in cells if cell.value.startswith(LIVE[:8])]
    assert {cell.data_type for cell in shown} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink and "javascript" in str(cell.hyperlink.target)]
    assert not [cell for cell in cells if re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\ufffe]", cell.value)]
    assert any("[cut: " in cell.value for cell in cells)
    assert max(len(cell.value) for cell in cells) <= 32_767


@pytest.mark.slow
def test_nothing_of_a_register_runs_in_the_page(attacked):
    """No script, no handler, no address from a register; all of it is text."""
    page = html_page(attacked)
    text = page if isinstance(page, str) else page.decode()
    tags = Tags()
    tags.feed(text)
    assert not {tag for tag, _ in tags.seen} & {"script", "iframe", "object", "embed"}
    assert not [name for _, names in tags.seen for name in names if name.startswith("on")]
    assert "&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_that_read_prints_commands_the_terminal(tmp_path, options, capsys, monkeypatch):
    """Headers, file names and cells with escapes and direction marks are printed as what they are."""
    path = tmp_path / "clients\x1b]0;x\x07\u202e.csv"
    head = "client_id,name,relationship,ended_on,\x1b[31mcolour\u202e"
    path.write_bytes(clients("C-1\x9b,Ada\u202e,client,,x\x1b", head=head))
    monkeypatch.setattr(sys, "argv", ["privacy-audit", "read", str(path), *options])
    with pytest.raises(SystemExit) as ended:
        main()
    said = "".join(capsys.readouterr())
    assert not ended.value.code
    assert "C-1" in said or not options
    assert not [char for char in said if unicodedata.category(char) in {"Cc", "Cf"} and char != "\n"]
