"""What the fault tests share."""

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def memory():
    """A folder in memory where there is one: a test that publishes a thousand times need not wait for a disk."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of one test, made by tempfile
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)
