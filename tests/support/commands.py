"""The command and papermill, run as processes of their own or within this one."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from privacy_audit import notebook as workbook
from privacy_audit.runs import execute


def command(*arguments, cwd=None, **environment):
    """Run privacy-audit; return the finished process."""
    code = "from privacy_audit.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
        check=False,
    )


def papermill(notebook: Path, output: Path, *arguments: str, cwd: Path, reports: str | None):
    environment = {name: value for name, value in os.environ.items() if name != "PRIVACY_AUDIT_REPORTS"}
    extra = [] if reports is None else ["-r", "reports", reports]
    program = [sys.executable, "-m", "papermill", str(notebook), str(output), *arguments, *extra, "--no-progress-bar"]
    return subprocess.run(program, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def commanded(*arguments: object) -> tuple[int, str, str]:
    """Run a command of privacy-audit in this process; return its exit code and what it said and complained."""
    from privacy_audit import cli  # noqa: PLC0415 - the proofs that kill a run start without the whole audit

    kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    said, complained, given = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["privacy-audit", *map(str, arguments)]
    try:
        with redirect_stdout(said), redirect_stderr(complained), pytest.raises(SystemExit) as ended:
            cli.main()
    finally:
        sys.argv = given
        for each, handler in kept.items():
            signal.signal(each, handler)
    return ended.value.code, said.getvalue(), complained.getvalue()


def run_without_a_kernel(*arguments: object) -> tuple[int, str, str]:
    """Run `privacy-audit run` within this process; the notebook's first and last call stand for the notebook."""

    def two_calls(_notebook: Path, parameters: dict[str, str]) -> bytes:
        return json.dumps(workbook.finish(workbook.start(parameters), parameters)).encode()

    mask = os.umask(0o077)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(execute, "execute", two_calls)
            return commanded("run", *arguments)
    finally:
        os.umask(mask)
