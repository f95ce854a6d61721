"""What several tests share: the example quarter, audited once."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from privacy_audit.request import ROOT, Request
from privacy_audit.result import Result, audit

pa.set_cpu_count(1)  # two processes test side by side: each keeps to one core
EXAMPLE = ROOT / "data" / "example" / "2026-Q3"


@pytest.fixture(scope="session")
def example() -> Result:
    """The example quarter, audited."""
    return audit(Request.of(quarter="2026-Q3"))


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    """A copy of the example's exports that a test may damage."""
    folder = tmp_path / "registers"
    shutil.copytree(EXAMPLE, folder)
    return folder
