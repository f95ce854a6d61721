"""Confidential by default: registers, reports and the firm's key never stand in a git repository."""

import shutil
import subprocess
from pathlib import Path

from privacy_audit.errors import UsageError
from privacy_audit.firm_key import FILE
from privacy_audit.registers.about import read_about
from privacy_audit.request import ROOT, Request


def refuse_tracked(request: Request, reports: Path | str = "") -> None:
    """Raise UsageError where git keeps a firm's exports, reports or key; without git there is nothing to refuse.

    The fictional example is meant to be kept.
    """
    if reports:
        _refuse(ROOT / reports)
    if request.example or not request.registers.is_dir() or read_about(request.registers).fictional:
        return
    _refuse(request.registers)
    _refuse(request.firm / FILE)


def _refuse(path: Path) -> None:
    program, folder = shutil.which("git"), path if path.is_dir() else path.parent
    if not program or not folder.is_dir():
        return
    # No setting of a repository that somebody sent may start a program.
    plain = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")
    command = [program, *plain, "-C", str(folder), "ls-files", "--", "." if path.is_dir() else path.name]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        message = (
            f"Git keeps {path}, so whoever has the repository has it too; nothing was read."
            f" Hint: git rm -r --cached {path}, and an entry in .gitignore."
        )
        raise UsageError(message)
