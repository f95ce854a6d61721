"""Programs that are no Python packages: a test that needs one is skipped without it, and fails where CI is set."""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest


def lacking(tests: str, command: str) -> NoReturn:
    """Skip a test and keep for the end of the run which tests these are, and the command that brings the program."""
    reason = f"{tests}. To run them: {command}"
    if os.environ.get("CI"):
        pytest.fail(f"A program is missing, and where CI is set nothing is skipped. Not run: tests {reason}")
    pytest.skip(reason)


def need(program: str, tests: str, package: str) -> None:
    """Skip a test where a program is not there."""
    if not shutil.which(program):
        lacking(tests, f"apt-get install {package}")


def libreoffice(python: str, tests: str) -> None:
    """Skip a test where LibreOffice or its bridge to Python is not there."""
    bridge = shutil.which(python) and subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
    if not shutil.which("soffice") or not bridge or bridge.returncode:
        lacking(tests, "apt-get install libreoffice-calc-nogui python3-uno")
