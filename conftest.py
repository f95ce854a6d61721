"""Tests and nbval run notebooks without publishing: an empty reports folder means nowhere."""

import gc
import os

pytest_plugins = ["support.not_run"]
os.environ["PRIVACY_AUDIT_REPORTS"] = ""
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
# Two processes test side by side: each keeps to one core, and none waits for the other's threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among what was imported and collected: that took a third of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
