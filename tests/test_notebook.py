"""The committed notebook compares what it shows: one changed number turns it red."""

import json
import subprocess
import sys

import pytest
from privacy_audit.request import ROOT

AUDIT = ROOT / "notebooks" / "audit.ipynb"


@pytest.mark.slow
def test_one_changed_number_in_an_output_turns_nbval_red(tmp_path):
    """Of a copy with one count changed, exactly that cell fails."""
    text = AUDIT.read_text(encoding="utf-8")
    changed = text.replace("371 rows in", "372 rows in", 1)
    assert json.loads(changed) != json.loads(text)
    copy = tmp_path / "audit.ipynb"
    copy.write_text(changed, encoding="utf-8")
    program = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
        str(copy),
    ]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
