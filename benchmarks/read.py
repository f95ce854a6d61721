"""How long reading takes beside Polars and calamine, measured in one run: each in turn, the smallest of several times.

python benchmarks/read.py [rows] [--cpu]     100,000 rows and twelve columns if none are given

--cpu counts what the processor did instead of what the clock says: for a machine that is busy with something else.
"""

import csv
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
from privacy_audit.audit.inputs import read_settings
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT
from python_calamine import CalamineWorkbook

HEADS = (
    "client_id", "name", "email", "phone", "client_type", "relationship", "first_contact_on", "last_activity_on",
    "last_invoice_on", "ended_on", "consent_on", "notes",
)  # fmt: skip
TIMES = 7
CLOCK = time.process_time if "--cpu" in sys.argv else time.perf_counter
*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")


def made_up(rows: int) -> list[list[str]]:
    """Return rows of a clean client list, the same each time."""
    chance = random.Random(4)
    found = []
    for number in range(rows):
        first = date(2010, 1, 1) + timedelta(days=chance.randrange(4000))
        days = [(first + timedelta(days=chance.randrange(1500))).isoformat() for _ in range(4)]
        kind = chance.choice(("company", "individual", "sole trader"))
        state = chance.choice(("client", "former client"))
        who = [f"C-{number:06}", f"Client Number {number}", f"client{number}@example.com", f"07700 {number:06}"]
        found.append([*who, kind, state, first.isoformat(), *days, "" if number % 9 else "asked for a copy"])
    return found


def as_csv(rows: list[list[str]], *, accents: bool = False, quoted: bool = False) -> bytes:
    """Return a CSV file; with an accent in every third name, or with every cell in quotation marks."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow(HEADS)
    writer.writerows(
        [row[0], f"Zoë {row[1]}", *row[2:]] if accents and not at % 3 else row for at, row in enumerate(rows)
    )
    return out.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    """Return a workbook of the same rows, days as days."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    sheet.append(HEADS)
    for row in rows:
        sheet.append([*row[:6], *(date.fromisoformat(day) for day in row[6:11]), row[11] or None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ours(path: Path) -> None:
    """Read, type and account for every row."""
    (reading,), _ = read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
    if reading.receipt.rows_in != reading.receipt.accepted:
        raise SystemExit(f"{path.name}: a row of the benchmark was rejected.")


def in_turn(*works: Callable[[], object]) -> list[float]:
    """Return the smallest time of each, taken in turn so that both meet the same machine."""
    best = [float("inf")] * len(works)
    for _ in range(TIMES):
        for at, work in enumerate(works):
            start = CLOCK()
            work()
            best[at] = min(best[at], CLOCK() - start)
    return best


def main() -> None:
    """Print each file's times and whether they keep the bar."""
    number = next((int(each) for each in sys.argv[1:] if each.isdigit()), 100_000)
    rows = made_up(number)
    texts = {
        "clean.csv": as_csv(rows),
        "accents.csv": as_csv(rows, accents=True),
        "quoted.csv": as_csv(rows, quoted=True),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, content in texts.items():
            path = Path(folder) / name
            path.write_bytes(content)
            own, bare = in_turn(lambda path=path: ours(path), lambda path=path: pl.read_csv(path))
            bar = 2.5 * bare + 0.3
            print(
                f"{name:12} {number} rows: {own:.3f} s; Polars {bare:.3f} s; "
                f"bar 2.5 × Polars + 0.3 s = {bar:.3f} s, of which {own / bar:.0%} was used"
            )
        path = Path(folder) / "clean.xlsx"
        path.write_bytes(as_xlsx(rows))
        own, bare = in_turn(
            lambda: ours(path), lambda: CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        )
        print(f"{path.name:12} {number} rows: {own:.3f} s; calamine {bare:.3f} s; bar 2.5 ×: {own / bare:.2f} ×")


if __name__ == "__main__":
    main()
