"""One quarterly run: lock, execute the notebook by papermill into staging, add it, publish."""

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from privacy_audit.errors import AuditError, PublishError, UsageError
from privacy_audit.leakscan import Needles, refuse, search
from privacy_audit.publish import locked, publish, staging, write
from privacy_audit.request import LOOKING, OUTCOME, PAPERS, PARAMETERS, REPORTS, ROOT, STAGED_BY_RUN

NOTEBOOKS = ROOT / "notebooks"
AUDIT = NOTEBOOKS / "audit.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT_METADATA = {"kernelspec", "language_info"}
AT_ONCE = 2
QUIET = "c = get_config()\nc.IPKernelApp.log_level = 40\n"


@dataclass(frozen=True)
class Published:
    """Where a run stands and what came out."""

    place: Path
    outcome: Mapping[str, Any]


def run(parameters: Mapping[str, str], reports: Path, quarter: str, *, papers: bool = False) -> Published:
    """Audit a quarter and publish the run, with the working papers if asked; raise an AuditError where it cannot."""
    os.umask(0o077)
    with locked(reports):
        folder = staging(reports)
        with _environment({STAGED_BY_RUN: str(folder)}):
            executed = execute(AUDIT, parameters)
        try:
            outcome = json.loads((folder / OUTCOME).read_bytes())
        except (OSError, ValueError):
            raise PublishError("Nothing was published: the notebook did not reach its last cell.") from None
        (folder / OUTCOME).unlink()
        write(folder, AUDIT.name, executed)
        if papers:
            working_papers(folder, parameters, outcome["said"]["results"])
        notebooks = {path.name: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}
        found = search(notebooks, Needles.from_plain(outcome["watch"]))
        if found:  # what may not be published is not left lying about either
            shutil.rmtree(folder)
        refuse(found)
        return Published(publish(folder, reports, quarter, outcome["said"]), outcome)


def working_papers(folder: Path, parameters: Mapping[str, str], results: str) -> None:
    """Execute the working papers into a staged run, two at a time, each in a process of its own."""
    given = {name: value for name, value in parameters.items() if name in LOOKING}
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        papers = [(name, pool.submit(execute, NOTEBOOKS / name, given)) for name in PAPERS]
        try:
            for name, paper in papers:
                belongs(name, paper.result(), results)
                write(folder, name, paper.result())
        except BrokenProcessPool:
            raise AuditError("A working paper was ended from outside. Hint: free some memory and run again.") from None


def belongs(name: str, paper: bytes, results: str) -> None:
    """Raise PublishError unless a paper names the results hash of the audit beside it: else an export changed."""
    if results[:16].encode() not in paper:
        what = f"Nothing was published: {name} shows other results than the audit, so an export changed meanwhile."
        raise PublishError(f"{what} Hint: run again.")


def execute(notebook: Path, parameters: Mapping[str, str]) -> bytes:
    """Execute a notebook by papermill and return it cleaned; raise an AuditError in words when a cell fails.

    Nothing is written on the way: papermill would save the notebook twice for each cell, and a notebook that failed
    may hold what nobody should find on the disk.
    """
    with _without_grammars():
        import papermill  # noqa: PLC0415 - half a second that other commands do not need
        from nbclient.exceptions import DeadKernelError  # noqa: PLC0415
        from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    unknown = parameters.keys() - set(PARAMETERS)
    if unknown:
        message = f"The notebook has no parameter “{min(unknown)}”."
        raise UsageError(message)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with _quiet_kernel():
            executed = papermill.execute_notebook(
                str(notebook), None, dict(parameters), progress_bar=False, kernel_name="python3", cwd=str(ROOT)
            )
    except PapermillExecutionError as error:
        message = error.evalue if error.ename.endswith("Error") and error.ename in _our_errors() else ""
        said = message or f"A cell of the notebook failed (cell {error.cell_index})."
        raise AuditError(said) from None
    except DeadKernelError:
        raise AuditError("The notebook's kernel died. Hint: free some memory and run again.") from None
    return cleaned(executed)


@contextmanager
def _without_grammars() -> Iterator[None]:
    """Import papermill without the grammar of web addresses that jsonschema builds each time: no notebook needs it."""
    grammar = "rfc3987_syntax"
    absent = grammar not in sys.modules
    if absent:
        sys.modules[grammar] = None  # type: ignore[assignment]  # what Python reads as “there is no such package”
    try:
        yield
    finally:
        if absent:
            del sys.modules[grammar]


def _our_errors() -> set[str]:
    kinds, todo = set[str](), [AuditError]
    while todo:
        kind = todo.pop()
        kinds.add(kind.__name__)
        todo += kind.__subclasses__()
    return kinds


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _quiet_kernel() -> Iterator[None]:
    """Give the kernel a profile of its own, so that it warns of nothing and leaves no history behind."""
    with tempfile.TemporaryDirectory() as home:
        profile = Path(home) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(QUIET + "c.HistoryManager.enabled = False\n")
        with _environment({"IPYTHONDIR": home}):
            yield


def cleaned(notebook: Any) -> bytes:  # noqa: ANN401 - a notebook node, which nbformat does not type
    """Return an executed notebook without clocks, run ids, this machine's paths and widgets whose kernel has ended."""
    import nbformat  # noqa: PLC0415 - papermill has loaded it by now

    content = nbformat.from_dict(json.loads(json.dumps(notebook)))
    content.metadata = {name: value for name, value in content.metadata.items() if name in KEPT_METADATA}
    content.metadata.get("language_info", {}).pop("version", None)
    for index, cell in enumerate(content.cells):
        tags = [tag for tag in cell.metadata.get("tags", ()) if tag != "papermill-error-cell-tag"]
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
        cell.id, cell.metadata = f"cell-{index:02d}", {"tags": tags}
    text: str = nbformat.writes(content)
    return (text + "\n").encode()


def refresh(*notebooks: Path) -> None:
    """Execute committed notebooks, all if none is named, on the example and keep their outputs; publish nothing."""
    for notebook in notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        with _environment({REPORTS: ""}):
            notebook.write_bytes(execute(notebook, {}))
