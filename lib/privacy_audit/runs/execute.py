"""A notebook executed by papermill, in a kernel of its own that leaves nothing behind."""

import json
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from privacy_audit.errors import AuditError, InterruptedRunError, PublishError, UsageError
from privacy_audit.request import ROOT
from privacy_audit.runs import manifest
from privacy_audit.runs.leakscan import Needles, refuse, search
from privacy_audit.runs.publish import locked, publish, staging, write

WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT_METADATA = {"kernelspec", "language_info"}
COMMITTED = "committed"  # the tag of a cell about the committed copy
# The path of a Unix socket may have 104 characters.
LONGEST_HOME = 90
FONTS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
KERNEL_SETTINGS = "c = get_config()\nc.IPKernelApp.log_level = 40\nc.HistoryManager.enabled = False\n"
# The parameters of the audit's notebook; the working papers and the adviser's desk publish nothing by themselves.
PARAMETERS = ("quarter", "as_at", "issued_on", "firm", "registers", "reports", "engine")
LOOKING = tuple(name for name in PARAMETERS if name != "reports")
PAPERS = ("clients.ipynb", "processors.ipynb", "transfers.ipynb")
# How a command and its notebook hand over: variables that say where to write, and the file of what came out.
STAGED_BY_RUN, REPORTS, OUTCOME = "PRIVACY_AUDIT_STAGING", "PRIVACY_AUDIT_REPORTS", "outcome.json"


@dataclass(frozen=True)
class Outcome:
    """What an audit's notebook hands to the command that runs it: what to print, what to publish, what to look for.

    `screen` is the first screen, `chain` the most serious case as (label, text), `incomplete` why the audit is so,
    `severities` those of the findings with the worst first, `last` the line of counts. `said` is what the manifest says
    of the run, and `watch` what no output may show (see `Needles.plain`).
    """

    screen: str
    chain: list[tuple[str, str]]
    incomplete: list[str]
    severities: list[str]
    last: str
    said: dict[str, Any]
    watch: Any

    def leave(self, folder: Path) -> None:
        """Write it into the staging folder."""
        write(folder, OUTCOME, json.dumps(asdict(self)).encode())

    @classmethod
    def taken(cls, folder: Path) -> "Outcome":
        """Return what a notebook left in the staging folder, and remove it; raise PublishError where there is none."""
        try:
            found = cls(**json.loads((folder / OUTCOME).read_bytes()))
        except (OSError, ValueError, TypeError):
            raise PublishError("Nothing was published: the notebook did not reach its last cell.") from None
        (folder / OUTCOME).unlink()
        return found


def execute(notebook: Path, parameters: Mapping[str, str], *, committed: bool = False) -> bytes:
    """Execute a notebook by papermill and return it cleaned; raise an AuditError in words when a cell fails.

    The cell that says what the committed copy shows is left out, unless this is to be the `committed` copy.
    Nothing is written on the way: papermill would save the notebook twice for each cell, and a notebook that failed
    may hold what nobody should find on the disk.
    """
    import papermill  # noqa: PLC0415 - half a second that other commands do not need
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    unknown = parameters.keys() - set(PARAMETERS)
    if unknown:
        message = f"The notebook has no parameter “{min(unknown)}”."
        raise UsageError(message)
    # Of a kernel that is taken away, papermill and its tasks would tell in tracebacks.
    for name in ("papermill", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with _quiet_kernel() as settings:
            executed = papermill.execute_notebook(
                str(notebook),
                None,
                dict(parameters),
                progress_bar=False,
                shutdown_kernel="immediate",  # all that it leaves is its temporary home, which is taken away
                kernel_name="python3",
                cwd=str(ROOT),
                **settings,
            )
    except PapermillExecutionError as error:
        message = error.evalue if error.ename.endswith("Error") and error.ename in _our_errors() else ""
        said = message or f"A cell of the notebook failed (cell {error.cell_index})."
        raise AuditError(said) from None
    except DeadKernelError:
        raise AuditError("The notebook's kernel died. Hint: free some memory and run again.") from None
    except RuntimeError:
        raise AuditError("The notebook's kernel did not start. Hint: free some memory and run again.") from None
    return cleaned(executed, committed=committed)


def _our_errors() -> set[str]:
    kinds, todo = set[str](), [AuditError]
    while todo:
        kind = todo.pop()
        kinds.add(kind.__name__)
        todo += kind.__subclasses__()
    return kinds


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a while."""
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
def _quiet_kernel() -> Iterator[dict[str, Any]]:
    """Give the kernel a temporary home: it warns of nothing, and leaves no history, no files and no open port.

    What it says outside its cells, which may be a traceback, goes nowhere. Whatever happens, it is dead before its home
    is taken away.
    """
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415 - as papermill, only for a run
    from traitlets.config import Config  # noqa: PLC0415

    managers = []

    class Manager(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
        def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as Jupyter's own
            super().__init__(*arguments, **named)
            managers.append(self)

        async def start_kernel(self, **named: Any) -> None:  # noqa: ANN401
            await super().start_kernel(**named, stdout=DEVNULL, stderr=DEVNULL)

    with tempfile.TemporaryDirectory() as home:
        profile = Path(home) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS)
        for fonts in FONTS.glob("fontlist-*.json"):  # half a second saved where this person has drawn before
            shutil.copy(fonts, home)
        sockets = hasattr(socket, "AF_UNIX") and len(home) <= LONGEST_HOME
        private = {"transport": "ipc", "ip": f"{home}/kernel"} if sockets else {}
        config = Config({"KernelManager": {"connection_file": f"{home}/kernel.json"} | private})
        with environment({"IPYTHONDIR": home, "JUPYTER_RUNTIME_DIR": home, "MPLCONFIGDIR": home}):
            try:
                yield {"config": config, "kernel_manager_class": Manager}
            finally:
                for process in (getattr(each.provisioner, "process", None) for each in managers):
                    if process is not None and process.poll() is None:
                        process.kill()
                        process.wait()


def cleaned(notebook: Any, *, committed: bool = False) -> bytes:  # noqa: ANN401 - nbformat does not type a node
    """Return an executed notebook without clocks, run ids, this machine's paths and widgets whose kernel has ended."""
    import nbformat  # noqa: PLC0415 - papermill has loaded it by now

    content = nbformat.from_dict(json.loads(json.dumps(notebook)))
    content.metadata = {name: value for name, value in content.metadata.items() if name in KEPT_METADATA}
    content.metadata.get("language_info", {}).pop("version", None)
    content.cells = [each for each in content.cells if committed or COMMITTED not in each.metadata.get("tags", ())]
    for index, cell in enumerate(content.cells):
        tags = [tag for tag in cell.metadata.get("tags", ()) if tag != "papermill-error-cell-tag"]
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
        cell.id, cell.metadata = f"cell-{index:02d}", {"tags": tags}
    text: str = nbformat.writes(content)
    return (text + "\n").encode()


NOTEBOOKS = ROOT / "notebooks"
AUDIT = NOTEBOOKS / "audit.ipynb"
AT_ONCE = 2


@dataclass(frozen=True)
class Published:
    """Where a run stands and what came out."""

    place: Path
    outcome: Outcome


def run(
    parameters: Mapping[str, str], reports: Path, when: str = "", key: Path | None = None, *, papers: bool = False
) -> Published:
    """Audit a quarter and publish the run, with working papers and signed if asked; raise an AuditError if that fails.

    `when` is the moment that the manifest tells.
    """
    os.umask(0o077)
    _no_core_dumps()
    signature = manifest.fingerprint(key) if key else None
    with locked(reports), staging(reports) as folder:
        try:
            outcome = _staged(folder, parameters)
            if papers:
                working_papers(folder, parameters, outcome.said["results"])
            notebooks = {path.name: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}
            refuse(search(notebooks, Needles.from_plain(outcome.watch)))
            said = outcome.said | {"published": when, "signature": signature}
            sign = partial(manifest.sign, key) if key else None
            return Published(publish(folder, reports, said, sign), outcome)
        except KeyboardInterrupt:
            done = "only after the run was published" if not folder.exists() else "nothing was published"
            raise InterruptedRunError(f"Interrupted; {done}.") from None


def _staged(folder: Path, parameters: Mapping[str, str]) -> Outcome:
    """Execute the notebook into a staging folder; return the outcome that its last cell left there."""
    with environment({STAGED_BY_RUN: str(folder)}):
        executed = execute(AUDIT, parameters)
    outcome = Outcome.taken(folder)
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
            notebook.write_bytes(execute(notebook, {}, committed=True))
