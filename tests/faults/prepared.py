"""A small run, ready to be published in milliseconds: what it says adds up, and no notebook is started."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from privacy_audit.runs.publish import locked, publish, staging, write
from privacy_audit.verify import canonical, sha256

HASH = sha256(b"")
FILLER = b"<p>padding</p>\n" * 20_000


def findings(quarter: str, note: str = "") -> bytes:
    """A findings.json whose sums close."""
    control = {"id": "RET-01", "rows": 10, "out_of_scope": 1, "kept": 5, "broken": 2, "not_shown": 1, "unread": 1}
    register = {"register": "clients", "error": False, "rows_in": 10, "accepted": 9, "rejected": [{"times": 1}]}
    audit = {"firm": "Example Ltd", "quarter": quarter, "as_at": "2026-09-30", "issued_on": "2026-10-02", "note": note}
    audit |= {"policy": {"sha256": HASH}, "rulebook": {"sha256": HASH}}
    found = [{"id": "0a1b2c3d4e"}, {"id": "4e3d2c1b0a"}]
    tasks = [{"id": "1", "findings": ["0a1b2c3d4e"]}]
    return canonical(
        {"audit": audit, "controls": [control], "registers": [register], "findings": found, "tasks": tasks}
    )


def said(content: bytes, quarter: str, **more) -> dict:
    """What the manifest says of such a run."""
    return {
        "results": sha256(content),
        "firm": "Example Ltd",
        "quarter": quarter,
        "as_at": "2026-09-30",
        "issued_on": "2026-10-02",
        "inputs": [{"name": "clients.csv", "digest": {"sha256": HASH}}],
        "policy": HASH,
        "rulebook": HASH,
        "complete": True,
        "signature": None,
    } | more


def stage(folder: Path, content: bytes, *, large: bool = False) -> None:
    """Write the outputs of a run into a staging folder."""
    printed = sha256(content)[:16].encode()
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as target:
        target.writestr("xl/sharedStrings.xml", b"<t>Results hash " + printed + b"</t>")
    write(folder, "findings.json", content)
    write(folder, "audit.html", b"<p>Write to hello@example.co.uk. " + printed + b"</p>" + FILLER * large)
    write(folder, "audit.xlsx", book.getvalue())
    write(folder, "inputs/previous.json", b"{}\n")
    (folder / "audit.ipynb").write_bytes(b'{"cells": "' + printed + b'"}')  # not every program writes privately
    (folder / "audit.ipynb").chmod(0o644)


def publish_one(reports: Path, quarter: str = "2026-Q3", note: str = "", *, large: bool = False, sign=None, **more):
    """Publish one small run; return its place."""
    content = findings(quarter, note)
    with locked(reports), staging(reports) as folder:
        stage(folder, content, large=large)
        return publish(folder, reports, said(content, quarter, **more), sign)


def four_quarters(reports: Path) -> list[Path]:
    """Publish five runs over four quarters, two of them of the last; return their places."""
    quarters = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q3")
    return [publish_one(reports, quarter, str(number)) for number, quarter in enumerate(quarters)]


def copied(reports: Path, to: Path) -> Path:
    """A fresh copy of a reports folder, links and all."""
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(reports, to, symlinks=True)


def needs(*programs: str) -> None:
    """Fail, rather than pass unproven, where a heavy proof lacks a program."""
    for program in programs:
        if not shutil.which(program):
            pytest.fail(f"Not proven on this machine: {program} is missing. Hint: apt-get install {program}")
