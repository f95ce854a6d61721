"""How the firm's systems write: days, CSV files and workbooks."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook


def written(day: date | None) -> str:
    """Return a day as the firm writes it."""
    return day.strftime("%d/%m/%Y") if day else ""


def until(day: date | None, limit: date) -> date | None:
    """Return a day that has come by the limit; a later one is not known yet."""
    return day if day and day <= limit else None


def write_csv(path: Path, rows: Sequence[Sequence[object]], encoding: str, line_end: str) -> None:
    """Write rows as a CSV file, quoted only where needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, book: Workbook, saved: date) -> None:
    """Write a workbook so that the same content is the same bytes: fixed dates, members sorted and not compressed."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(path, "w") as fixed:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{saved}T10:00:00Z".encode(), content)
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            fixed.writestr(member, content)
