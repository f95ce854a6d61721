"""Publishing: nobody sees half a run. Lock, stage, check, manifest last, rename; a published run is never touched."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import portalocker
from portalocker import LockFlags

from privacy_audit.errors import BusyError, PublishError, UsageError
from privacy_audit.request import ROOT, Request
from privacy_audit.settings.firm import KEY_FILE
from privacy_audit.settings.quarter import read_about
from privacy_audit.verify import (
    FINDINGS,
    LATEST,
    MANIFEST,
    DamagedError,
    Link,
    check_run,
    latest,
    manifest,
    newest,
    readable,
    sha256,
)

STAGING, LOCK, IGNORE = ".staging-", ".lock", ".gitignore"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
Sign = Callable[[Path], None]


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Hold the reports folder for one run; raise BusyError when another run has it.

    The system frees the lock when the process ends, however it ends.
    """
    try:
        reports.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        file = _opened(reports / LOCK)
    except OSError as error:
        message = f"Nothing can be written to {reports}: {error.strerror}. Hint: name another folder with --reports."
        raise PublishError(message) from None
    with file:
        if not _lock(file):
            raise BusyError("Another run is in progress. Hint: wait until it is over, then run again.")
        _ignored(reports)
        _clear(reports)
        heal(reports)
        yield


def _opened(path: Path) -> BinaryIO:
    """Open a private file to be locked; make it where there is none."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE), "r+b")


def _lock(file: BinaryIO, *, shared: bool = False) -> bool:
    """Lock an open file until it is closed; false where another process has it."""
    try:
        portalocker.lock(file, (LockFlags.SHARED if shared else LockFlags.EXCLUSIVE) | LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        return False
    return True


def _ignored(reports: Path) -> None:
    """Tell git to leave the reports folder alone, wherever it lies."""
    path = reports / IGNORE
    if not path.exists() or not path.stat().st_size:  # a full disk may have left it empty
        path.unlink(missing_ok=True)
        write(reports, IGNORE, b"*\n")


@contextmanager
def staging(reports: Path) -> Iterator[Path]:
    """Make an empty private folder beside the published runs; what is still in it at the end is removed."""
    folder = reports / f"{STAGING}{_host()}-{os.getpid()}"
    folder.mkdir(mode=PRIVATE_FOLDER)
    try:
        with busy(folder):
            yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
        _in_use(folder).unlink(missing_ok=True)


@contextmanager
def busy(folder: Path) -> Iterator[None]:
    """Show that a staging folder is in use, by a lock that every process which writes to it shares."""
    with _opened(_in_use(folder)) as file:
        _lock(file, shared=True)
        yield


def _in_use(folder: Path) -> Path:
    """Return the file that is locked while a staging folder is in use: beside it, since Windows locks no folder."""
    return folder.with_name(f"{folder.name}{LOCK}")


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]", "", platform.node()) or "here"


def _clear(reports: Path) -> None:
    """Remove what dead runs of this machine left: staging folders and their locks that no process holds."""
    for left in reports.glob(f"{STAGING}{_host()}-*"):
        folder = left.with_name(left.name.removesuffix(LOCK))
        if left.is_symlink() or folder.is_symlink() or not folder.name.rpartition("-")[2].isdigit():
            continue
        with _opened(_in_use(folder)) as file:
            free = _lock(file)
        if free:
            if folder.is_dir():
                shutil.rmtree(folder)
            _in_use(folder).unlink(missing_ok=True)


def heal(reports: Path) -> None:
    """Let LATEST name the newest run, where a run was killed between taking its place and saying so, or it is lost.

    Raise PublishError where it is damaged and there is no run to mend it by.
    """
    runs, damage = readable(reports), ""
    try:
        head = latest(reports)
    except DamagedError as error:
        head, damage = None, str(error)
    found = newest(runs, head)
    if found is None:
        named = {each.before for each in runs.values()}
        found = next((each.link for each in reversed(runs.values()) if each.link not in named), None)
    if found is None and damage:
        hint = f"look what became of the runs in {reports}, remove {LATEST}, then run again."
        raise PublishError(f"{damage} No run is there to mend it by. Hint: {hint}")
    if found and found != head:
        _point(reports, found)


def _point(reports: Path, link: Link) -> None:
    fresh = reports / f"{LATEST}.new"
    fresh.unlink(missing_ok=True)
    write(reports, fresh.name, link.line().encode())
    fresh.replace(reports / LATEST)
    _sync(reports)


def write(folder: Path, name: str, content: bytes) -> None:
    """Write a new private file, in a private folder below if its name says so, and bring it to the disk."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def publish(folder: Path, reports: Path, said: Mapping[str, Any], sign: Sign | None = None) -> Path:
    """Check a staged run, write its manifest last and give it its place; return that place.

    From then on it is published: where LATEST cannot follow, `again` says so and the next run mends it.
    `said` is what `evidence.predicate` says of the run; `sign` puts a signature beside the manifest.
    """
    home, before = reports / said["quarter"], latest(reports)
    run = f"{home.name}/run-{_next(home, before):02d}"
    _settle(folder)
    content = manifest(folder, {**said, "run": run, "previous": before and vars(before)})
    write(folder, MANIFEST, content)
    if sign:
        sign(folder / MANIFEST)
        _settle(folder)
    problems = check_run(folder)[0].wrong
    if problems:
        message = f"Nothing was published: {problems[0]}"
        raise PublishError(message)
    _sync(folder)
    home.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
    folder.rename(reports / run)
    with suppress(OSError):
        _sync(home)
        _point(reports, Link(run, sha256(content)))
    return reports / run


def _next(home: Path, before: Link | None) -> int:
    """Return the number of the next run of a quarter; no number is given twice, though a run be taken away."""
    there = [each.name for each in home.glob("run-*")] if home.is_dir() else []
    if before and before.run.startswith(f"{home.name}/"):
        there.append(before.run.partition("/")[2])
    return 1 + max((int(each[4:]) for each in there if each[4:].isdigit()), default=0)


def _settle(folder: Path) -> None:
    """Make every staged file and folder private, and bring them to the disk."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            message = f"Nothing was published: {path.name} is a link, not a file."
            raise PublishError(message)
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)
        _sync(path)


def _sync(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk; Windows does that for a folder by itself."""
    folder = path.is_dir()
    if folder and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def again(place: Path) -> list[str]:
    """Return in words which other runs of its quarter stand beside a run, and whether they found the same.

    Where it is the newest and LATEST does not name it yet, that is said too.
    """
    quarter, results = place.parent.name, sha256((place / FINDINGS).read_bytes())
    here, reports, said = f"{quarter}/{place.name}", place.parent.parent, []
    runs = readable(reports)
    for run, each in runs.items():
        if run.startswith(f"{quarter}/") and run != here:
            found = "the same" if each.content["predicate"]["results"] == results else "something else"
            said.append(f"This is {place.name} of {quarter}: {run} stands beside it as it was, and found {found}.")
    with suppress(DamagedError):
        head = latest(reports)
        if runs[here].link == newest(runs, head) != head:
            said.append(f"{here} was published; {LATEST} follows with the next run.")
    return said


def refuse_tracked(request: Request, reports: Path | str = "") -> None:
    """Raise UsageError where git keeps a firm's exports, reports or key; without git there is nothing to refuse.

    The fictional example is meant to be kept.
    """
    if reports:
        _refuse(ROOT / reports)
    if request.example or not request.registers.is_dir() or read_about(request.registers).fictional:
        return
    _refuse(request.registers)
    _refuse(request.firm / KEY_FILE)


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
