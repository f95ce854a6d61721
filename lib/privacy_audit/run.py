"""One quarterly run: lock, execute the notebook by papermill into staging, add it, publish."""

import json
import multiprocessing
import os
import signal
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from privacy_audit.errors import AuditError, InterruptedRunError, PublishError
from privacy_audit.evidence import signing
from privacy_audit.evidence.leakscan import Needles, refuse, search
from privacy_audit.evidence.publish import locked, publish, staging, write
from privacy_audit.kernel import environment, execute
from privacy_audit.request import LOOKING, OUTCOME, PAPERS, REPORTS, ROOT, STAGED_BY_RUN

NOTEBOOKS = ROOT / "notebooks"
AUDIT = NOTEBOOKS / "audit.ipynb"
AT_ONCE = 2


@dataclass(frozen=True)
class Published:
    """Where a run stands and what came out."""

    place: Path
    outcome: Mapping[str, Any]


def run(
    parameters: Mapping[str, str], reports: Path, when: str = "", key: Path | None = None, *, papers: bool = False
) -> Published:
    """Audit a quarter and publish the run, with working papers and signed if asked; raise an AuditError if that fails.

    `when` is the moment that the manifest tells.
    """
    os.umask(0o077)
    _no_core_dumps()
    signature = signing.fingerprint(key) if key else None
    with locked(reports), staging(reports) as folder:
        try:
            outcome = _staged(folder, parameters)
            if papers:
                working_papers(folder, parameters, outcome["said"]["results"])
            notebooks = {path.name: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}
            refuse(search(notebooks, Needles.from_plain(outcome["watch"])))
            said = outcome["said"] | {"published": when, "signature": signature}
            sign = partial(signing.sign, key) if key else None
            return Published(publish(folder, reports, said, sign), outcome)
        except KeyboardInterrupt:
            done = "only after the run was published" if not folder.exists() else "nothing was published"
            raise InterruptedRunError(f"Interrupted; {done}.") from None


def _staged(folder: Path, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Execute the notebook into a staging folder; return the outcome that its last cell left there."""
    with environment({STAGED_BY_RUN: str(folder)}):
        executed = execute(AUDIT, parameters)
    try:
        outcome: dict[str, Any] = json.loads((folder / OUTCOME).read_bytes())
    except (OSError, ValueError):
        raise PublishError("Nothing was published: the notebook did not reach its last cell.") from None
    (folder / OUTCOME).unlink()
    write(folder, AUDIT.name, executed)
    return outcome


def _no_core_dumps() -> None:
    """Keep a crash from leaving the registers on the disk as a memory dump."""
    with suppress(ModuleNotFoundError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def working_papers(folder: Path, parameters: Mapping[str, str], results: str) -> None:
    """Execute the working papers into a staged run, two at a time, each in a process of its own."""
    given = {name: value for name, value in parameters.items() if name in LOOKING}
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn"), quiet) as pool:
        papers = [(name, pool.submit(execute, NOTEBOOKS / name, given)) for name in PAPERS]
        workers = multiprocessing.active_children()
        try:
            for name, paper in papers:
                belongs(name, paper.result(), results)
                write(folder, name, paper.result())
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for each in workers:
                each.terminate()
            raise
        except BrokenProcessPool:
            raise AuditError("A working paper was ended from outside. Hint: free some memory and run again.") from None


def belongs(name: str, paper: bytes, results: str) -> None:
    """Raise PublishError unless a paper names the results hash of the audit beside it: else an export changed."""
    if results[:16].encode() not in paper:
        what = f"Nothing was published: {name} shows other results than the audit, so an export changed meanwhile."
        raise PublishError(f"{what} Hint: run again.")


def quiet() -> None:
    """Let the process of a working paper end without a word when it is interrupted, and take its kernel with it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def refresh(*notebooks: Path) -> None:
    """Execute committed notebooks, all if none is named, on the example and keep their outputs; publish nothing."""
    for notebook in notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        with environment({REPORTS: ""}):
            notebook.write_bytes(execute(notebook, {}))
