"""The same registers give the same findings.json, whatever else differs."""

import csv
import io
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.run import run_quarter
from privacy_audit.reports.results_json import findings_json, results_hash, sources_json
from privacy_audit.request import ROOT, Request
from support.bench import beside

PRINT_HASH = """
import locale, sys
locale.setlocale(locale.LC_ALL, "")
from privacy_audit.reports.results_json import results_hash
from privacy_audit.request import Request
from privacy_audit.audit.run import audit, run_quarter
print(results_hash(audit(Request.of(quarter="2026-Q3", registers=sys.argv[1]), sys.argv[2])))
"""
EXAMPLE = ROOT / "data" / "example" / "2026-Q3"
ZONES = ("UTC", "Europe/London", "Pacific/Kiritimati")
LOCALES = ("C", "C.UTF-8", "de_DE.UTF-8")
CLOCKS = ("2026-10-05 09:00:00", "2031-02-28 23:59:30", "1999-12-31 23:59:30")
ENGINES = ("arrow", "pandas", "polars")
PRINT_OUTPUTS = """
import hashlib, json
from privacy_audit.reports import outline
from privacy_audit.reports.pictures import charts
from privacy_audit.request import Request
from privacy_audit.audit.run import audit, run_quarter
from privacy_audit.notebook import outputs
result = audit(Request.of(quarter="2026-Q3"))
shown = [outline.section_pictures(result, each) for each in result.standing.sections]
drawn = [charts.by_section(result), *(picture for pictures in shown for picture, _ in pictures)]
made = outputs(result) | {f"picture {number}": each.png for number, each in enumerate(drawn)}
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in made.items()}))
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


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_finds_the_same(engine, example):
    """Arrow tables, pandas with Arrow types and lazy Polars give the same bytes."""
    assert findings_json(
        run_quarter(read_inputs(Request.of(quarter="2026-Q3")), engine, example.comparison.last_quarter)
    ) == findings_json(example)


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


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """A folder with the German locale, made from the system's own sources; None where they are not there."""
    folder = tmp_path_factory.mktemp("locales")
    if not shutil.which("localedef"):
        return None
    done = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"], capture_output=True, check=False
    )
    return folder if done.returncode == 0 else None


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """The example's exports with their rows in three orders, each beside the quarter before."""
    folders = []
    for seed in (None, 7, 11):
        home = tmp_path_factory.mktemp("order")
        shutil.copytree(EXAMPLE.parent / "2026-Q2", home / "2026-Q2")
        folders.append(home / EXAMPLE.name)
        shutil.copytree(EXAMPLE, folders[-1])
        if seed:
            for path in sorted(folders[-1].glob("*.csv")):
                shuffle_csv(path, seed)
            shuffle_workbook(folders[-1] / "suppliers.xlsx", seed, header=5)
    return folders


def hashed(registers, engine, before=(), **environment) -> str:
    """Audit in a process of its own; return the results hash it prints."""
    program = [*before, sys.executable, "-c", PRINT_HASH, str(registers), engine]
    environment = os.environ | {"PYTHONUTF8": "1"} | environment
    done = subprocess.run(program, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_another_time_zone_locale_hash_seed_row_order_and_engine_find_the_same(example, german, orders):
    """A process that differs in all of them prints the same hash."""
    surroundings = {"TZ": ZONES[2], "LC_ALL": LOCALES[2] if german else "POSIX", "LOCPATH": str(german or "")}
    assert hashed(orders[2], "polars", **surroundings, PYTHONHASHSEED="3") == results_hash(example)


@pytest.mark.proof
def test_no_zone_locale_clock_seed_or_order_matters(example, german, orders):
    """All 27 of three time zones, three locales and three clocks, with seeds, row orders and engines in turn."""
    if not german or not shutil.which("faketime"):
        pytest.fail("Not proven on this machine: apt-get install faketime locales")
    for number, (zone, locale, clock) in enumerate(itertools.product(ZONES, LOCALES, CLOCKS)):
        surroundings = {"TZ": zone, "LC_ALL": locale, "LOCPATH": str(german), "PYTHONHASHSEED": str(number)}
        before = ("faketime", "-f", f"@{clock}")
        assert hashed(orders[number % 3], ENGINES[number % 2], before, **surroundings) == results_hash(example)


@pytest.mark.slow
def test_every_output_is_the_same_bytes_in_two_time_zones():
    """Two processes in two time zones and orders of sets: workbook, page, PDF, OSCAL, pictures and the rest."""
    told = []
    for zone, seed in (("Pacific/Kiritimati", "1"), ("America/Los_Angeles", "2")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", PRINT_OUTPUTS], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        told.append(json.loads(done.stdout))
    assert told[0] == told[1]
    books = {"audit.xlsx", "accountant.xlsx", "insurer.xlsx"}
    assert {"audit.html", "audit.pdf", *books, "oscal/poam.json", "picture 1"} <= told[0].keys()
