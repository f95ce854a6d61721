"""The workbooks in a program that people have: LibreOffice, driven by a script."""

import json
import subprocess
import uuid
from pathlib import Path

import pytest
from privacy_audit.audit.run import audit
from privacy_audit.reports.accountant import accountant_xlsx
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.excel.start import STATE
from privacy_audit.reports.insurer import insurer_xlsx
from privacy_audit.runs.handover import encrypted
from support import programs
from support.workbooks import RISKY, expected_counts, risky_firm, start_counts

DRIVE = Path(__file__).with_name("drive.py")
PYTHON = "/usr/bin/python3"  # the one that has Debian's bridge to LibreOffice
pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.xdist_group("office")]


@pytest.fixture(scope="module")
def pipe(tmp_path_factory):
    """A LibreOffice that listens."""
    programs.libreoffice(PYTHON, "of the workbooks in LibreOffice")
    name = f"audit{uuid.uuid4().hex[:8]}"
    home = tmp_path_factory.mktemp("office").as_uri()
    options = ["--headless", "--norestore", f"--accept=pipe,name={name};urp;", f"-env:UserInstallation={home}"]
    program = subprocess.Popen(["soffice", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield name
    program.terminate()
    program.wait(30)


def told(pipe, folder, content, *writes):
    """What every sheet of a workbook shows, after writing into cells."""
    path = folder / "book.xlsx"
    path.write_bytes(content)
    arguments = [PYTHON, str(DRIVE), pipe, str(path), json.dumps(writes)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-600:]
    return json.loads(done.stdout)


def test_libreoffice_reads_the_totals_of_findings_json(pipe, tmp_path, example):
    """The same as openpyxl, calamine and pandas."""
    book = told(pipe, tmp_path, excel(example))
    assert start_counts(book["Start here"]["data"]) == expected_counts(example)
    assert len([row for row in book["Findings"]["data"][3:] if any(row)]) == len(example.findings)
    assert all(sheet["protected"] and not sheet["errors"] for sheet in book.values())


def test_the_first_sheet_recounts_when_a_task_is_closed(pipe, tmp_path, example):
    """Two tasks set to closed and in progress: all counts, the minutes and the state beside the task follow."""
    writes = [["Tasks", f"{STATE}4", "closed"], ["Tasks", f"{STATE}5", "in progress"]]
    start = told(pipe, tmp_path, excel(example), *writes)["Start here"]["data"]
    after = start_counts(start)
    number = len(example.tasks)
    assert after["All tasks"] == [number - 2, 1, 1, number]
    first, second = (each.effort for each in example.tasks[:2])
    minutes = sum(each.effort for each in example.tasks)
    assert after["Minutes of work"] == [minutes - first - second, second, first, minutes]
    told_first = {each.id for each in example.first_five}
    assert {each.id for each in example.tasks[:3]} <= told_first
    assert [row[7] for row in start if row[0] in {1, 2, 3}] == ["closed", "in progress", "open"]


def test_injected_formulas_arrive_as_text(pipe, tmp_path):
    """LibreOffice calculates none of them."""
    book = told(pipe, tmp_path, excel(audit(risky_firm(tmp_path))))
    cells = [str(cell) for sheet in book.values() for row in sheet["data"] for cell in row]
    assert all(any(text in cell for cell in cells) for text in RISKY)
    assert {name for name, sheet in book.items() if sheet["live"]} == {"Start here"}
    assert all("Tasks" in formula for formula in book["Start here"]["live"])


@pytest.mark.parametrize("make", [accountant_xlsx, insurer_xlsx])
def test_the_editions_for_others_open_and_show_no_error(make, pipe, tmp_path, example):
    """Nothing is damaged, and no cell shows an error."""
    book = told(pipe, tmp_path, make(example, "0" * 64))
    assert not any(sheet["errors"] for sheet in book.values())
    texts = [str(cell) for sheet in book.values() for row in sheet["data"] for cell in row]
    assert any("Example: fictional registers" in text for text in texts)


def test_an_encrypted_copy_asks_for_its_password(pipe, tmp_path, example):
    """Without the password LibreOffice opens nothing; the file holds none of the words."""
    content = encrypted(accountant_xlsx(example, "0" * 64), "correct horse battery")
    assert b"sharedStrings" not in content
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    arguments = [PYTHON, str(DRIVE), pipe, str(path), "[]"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode != 0
