"""The audits whose results are frozen: made-up firms, the example's two quarters, and the example damaged in many ways.

Each is a function of a folder it may write in; it returns the finished audit.
"""

import csv
import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from itertools import product
from pathlib import Path

import cross_register
import openpyxl
from firms import day_one, negligent
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit, run_quarter
from privacy_audit.request import ROOT, Request
from support.bench import FIRMS, make_firm, request

EXAMPLE = ROOT / "data" / "example" / "2026-Q3"
HEADER = 5  # of the sheet of suppliers
CHANGES = ("delete", "blank", "spoil")
# Of every column and change of a file so many are frozen: 40 damaged folders with the files taken away.
EVERY_NTH = {"clients.csv": 4, "suppliers.xlsx": 11}
EVERY_NTH_OF_A_MAILING_LIST = 19
UNREADABLE = "¿31/02/20?"


@lru_cache(maxsize=1)
def example() -> Result:
    """The example's newest quarter, beside the quarter before."""
    return audit(Request.of(quarter="2026-Q3"))


def quarter_before(_folder: Path) -> Result:
    """The example's first quarter, beside the history that is kept of the one before."""
    return audit(Request.of(quarter="2026-Q2"))


def copied_firm(name: str, folder: Path) -> Result:
    """One of the firms that are kept as files."""
    return audit(request(Path(shutil.copytree(FIRMS / name, folder / "firm")), "2026-Q3"))


def negligent_firm(folder: Path) -> Result:
    """Hundreds of people nobody looked after."""
    return audit(request(negligent.write(folder / "firm"), negligent.QUARTER))


def day_one_firm(folder: Path) -> Result:
    """An ordinary firm's first audit."""
    firm = make_firm(folder / "firm")
    day_one.write(firm / "registers" / day_one.QUARTER)
    return audit(request(firm, day_one.QUARTER))


def changed_example(change: Callable[[Path], object], folder: Path) -> Result:
    """The example's newest quarter with its folder of exports changed, beside the same quarter before."""
    registers = Path(shutil.copytree(EXAMPLE, folder / "registers"))
    change(registers)
    asked = Request.of(quarter="2026-Q3", registers=str(registers))
    return run_quarter(read_inputs(asked), "arrow", example().comparison.last_quarter)


def damaged_column(name: str, column: int, change: str, folder: Path) -> None:
    """Delete, empty or spoil one column of one file; a column of the workbook keeps its place and loses its header."""
    path, value = folder / name, UNREADABLE if change == "spoil" else None
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(path)
        for row in range(HEADER if change == "delete" else HEADER + 1, book.active.max_row + 1):
            book.active.cell(row, column + 1).value = value
        book.save(path)
        _without_its_moment(path)
        return
    head, *rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    if change == "delete":
        for row in (head, *rows):
            del row[column]
    else:
        for row in rows:
            row[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def _without_its_moment(path: Path) -> None:
    """Pack a workbook anew without the moment at which it was saved, so that its hash is the same every time."""
    with zipfile.ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts.keys() - {"docProps/core.xml"}):
            archive.writestr(zipfile.ZipInfo(name), parts[name], zipfile.ZIP_DEFLATED)


def _columns(path: Path) -> int:
    """Return how many columns a file has."""
    if path.suffix == ".xlsx":
        return sum(cell.value is not None for cell in openpyxl.load_workbook(path).active[HEADER])
    return len(next(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")))))


def _damages() -> dict[str, Callable[[Path], object]]:
    """Return changes to the example's folder by name: each file gone, and a sample of damages to its columns."""
    found: dict[str, Callable[[Path], object]] = {}
    for path in sorted(path for path in EXAMPLE.iterdir() if path.suffix in {".csv", ".xlsx"}):
        name = path.name
        found[f"without {name}"] = lambda folder, name=name: (folder / name).unlink()
        every = list(product(range(_columns(path)), CHANGES))
        for number, change in every[:: EVERY_NTH.get(name, EVERY_NTH_OF_A_MAILING_LIST)]:
            found[f"{change} column {number + 1} of {name}"] = partial(damaged_column, name, number, change)
    return found


FIRMS_AUDITED: Mapping[str, Callable[[Path], Result]] = {
    "the example, 2026-Q3": lambda _folder: example(),
    "the example, 2026-Q2": quarter_before,
    "the careful firm": partial(copied_firm, "careful"),
    "the other firm": partial(copied_firm, "other"),
    "the negligent firm": negligent_firm,
    "the firm on day one": day_one_firm,
}
DAMAGES: Mapping[str, Callable[[Path], object]] = {
    **{f"together: {each.name}": each.change for each in cross_register.CASES},
    **_damages(),
}
AUDITS: Mapping[str, Callable[[Path], Result]] = {
    **FIRMS_AUDITED,
    **{name: partial(changed_example, change) for name, change in DAMAGES.items()},
}
