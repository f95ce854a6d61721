"""The same registers give the same findings.json, whatever else differs."""

import csv
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from bench import beside
from privacy_audit.reports.excel import excel
from privacy_audit.reports.jsonfile import findings_json, sources_json
from privacy_audit.reports.page import html_page
from privacy_audit.request import ROOT, Request
from privacy_audit.result import audit

PRINT_HASH = """
from privacy_audit.inputs import Request
from privacy_audit.reports.jsonfile import results_hash
from privacy_audit.result import audit
print(results_hash(audit(Request.of(quarter="2026-Q3"), "{engine}")))
"""


def shuffle_csv(path: Path, seed: int) -> None:
    """Put a CSV's rows below the header into another order."""
    text = path.read_bytes().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    random.Random(seed).shuffle(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def shuffle_workbook(path: Path, seed: int, header: int) -> None:
    """Put a workbook's rows below the header into another order."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=header + 1)]
    random.Random(seed).shuffle(rows)
    for number, row in enumerate(rows, header + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(path)


def test_both_engines_find_the_same(example):
    """Pandas with Arrow types and lazy Polars give the same bytes."""
    assert findings_json(audit(Request.of(quarter="2026-Q3"), "polars")) == findings_json(example)


def test_shuffled_rows_and_other_file_names_find_the_same(example, registers):
    """Neither the order of rows nor the name of a file stands in the findings; the sources tell them."""
    for path in sorted(registers.glob("*.csv")):
        shuffle_csv(path, 7)
        start = path.name.split("_")[0].removesuffix(".csv")
        path.rename(registers / f"{start}_another_name.csv")
    shuffle_workbook(registers / "suppliers.xlsx", 7, header=5)
    (registers / "suppliers.xlsx").rename(registers / "our list of suppliers.xlsx")
    again = beside(example, registers, "pandas")
    assert findings_json(again) == findings_json(example)
    assert sources_json(again) != sources_json(example)


@pytest.mark.slow
def test_time_zone_locale_hash_seed_and_engine_do_not_matter():
    """Six processes in three time zones and two locales print one hash."""
    hashes = set()
    for zone, locale, seed, engine in (
        ("UTC", "C", "1", "pandas"),
        ("Pacific/Kiritimati", "C.UTF-8", "2", "polars"),
        ("America/Los_Angeles", "C.UTF-8", "3", "pandas"),
    ):
        environment = os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        code = PRINT_HASH.format(engine=engine)
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        hashes.add(done.stdout.strip())
    assert len(hashes) == 1


def test_workbook_and_page_are_the_same_bytes_each_time(example):
    """Excel and HTML hold no clock and no chance."""
    assert excel(example) == excel(example)
    assert html_page(example) == html_page(example)
