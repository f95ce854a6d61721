"""Get a browser for the tests, where there is none and nobody must be asked: Playwright's own, or the system's package.

It ends with 0 in any case: without a browser its tests are not run, and `make test` names them at its end.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.browsers import start

LONGEST = 300  # seconds for one command


def starts() -> bool:
    """Say whether a browser starts."""
    with sync_playwright() as player:
        browser = start(player)
        if browser:
            browser.close()
        return browser is not None


def done(*command: str) -> bool:
    """Run a command that can ask nothing and prints nothing; say whether it succeeded."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(command, env=environment, check=False, timeout=LONGEST, **quiet).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def from_the_system() -> None:
    """Install Debian's package as root, or by sudo where it asks for no password."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    before = () if root else ("sudo", "-n")
    if shutil.which("apt-get") and (root or done("sudo", "-n", "true")):
        done(*before, "apt-get", "update", "-qq") and done(*before, "apt-get", "install", "-y", "-qq", "chromium")


def main() -> None:
    """Try both ways in turn, until a browser starts."""
    if starts():
        return
    sys.stdout.write("Getting a browser for the tests (a few minutes at most) …\n")
    sys.stdout.flush()
    done(sys.executable, "-m", "playwright", "install", "chromium")
    if not starts():
        from_the_system()


if __name__ == "__main__":
    main()
