"""What several tests share: the example quarter, audited once and published once."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import portalocker
import pyarrow as pa
import pytest
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.request import ROOT, Request
from support.commands import command

pa.set_cpu_count(1)  # two processes test side by side: each keeps to one core
EXAMPLE = ROOT / "data" / "example" / "2026-Q3"


@pytest.fixture(scope="session")
def example() -> Result:
    """The example quarter, audited."""
    return audit(Request.of(quarter="2026-Q3"))


@dataclass(frozen=True)
class PublishedRun:
    """One run of the example with its working papers, published by the command: what it said, and where it lies."""

    code: int
    said: str
    complained: str
    reports: Path

    @property
    def place(self) -> Path:
        """The run's own folder."""
        return self.reports / "2026-Q3" / "run-01"


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> PublishedRun:
    """A real run that no test changes, made once however many processes test side by side."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "published"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        portalocker.lock(lock, portalocker.LOCK_EX)
        outcome = home / "outcome.json"
        if not outcome.exists():
            done = command("run", "--working-papers", "--reports", home / "reports")
            outcome.write_text(json.dumps([done.returncode, done.stdout, done.stderr]), encoding="utf-8")
    return PublishedRun(*json.loads(outcome.read_text(encoding="utf-8")), home / "reports")


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    """A copy of the example's exports that a test may damage."""
    folder = tmp_path / "registers"
    shutil.copytree(EXAMPLE, folder)
    return folder
