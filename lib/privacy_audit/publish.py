"""Publishing: nobody sees half a run. Lock, stage, check, manifest last, rename."""

import fcntl
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from privacy_audit.errors import BusyError, PublishError
from privacy_audit.evidence import MANIFEST, manifest

STAGING, LOCK, LATEST = ".staging-", ".lock", "LATEST"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Hold the reports folder for one run; raise BusyError when another run has it. The kernel frees the lock."""
    try:
        reports.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        descriptor = os.open(reports / LOCK, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        message = f"Nothing can be written to {reports}: {error.strerror}. Hint: name another folder with --reports."
        raise PublishError(message) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError("Another run is in progress. Hint: wait until it is over, then run again.") from None
    else:
        for left in reports.glob(f"{STAGING}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


def staging(reports: Path) -> Path:
    """Make an empty private folder beside the published runs."""
    folder = reports / f"{STAGING}{os.getpid()}"
    folder.mkdir(mode=PRIVATE_FOLDER)
    return folder


def write(folder: Path, name: str, content: bytes) -> None:
    """Write a new private file and bring it to the disk."""
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def publish(folder: Path, reports: Path, quarter: str, said: Mapping[str, Any]) -> Path:
    """Check a staged run, write its manifest last and give it its place; return that place."""
    _check(folder)
    home = reports / quarter
    home.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
    run = f"run-{1 + max((int(each.name[4:]) for each in home.glob('run-[0-9]*')), default=0):02d}"
    for path in folder.iterdir():
        path.chmod(PRIVATE_FILE)
    write(folder, MANIFEST, manifest(folder, said, f"{quarter}/{run}"))
    _sync(folder)
    folder.rename(home / run)
    _sync(home)
    newest = reports / f"{STAGING}latest"
    newest.write_text(f"{quarter}/{run}\n", encoding="utf-8")
    newest.replace(reports / LATEST)
    return home / run


def _check(folder: Path) -> None:
    """Raise PublishError unless the staged files open and their rows add up."""
    try:
        content = json.loads((folder / "findings.json").read_bytes())
        with zipfile.ZipFile(BytesIO((folder / "audit.xlsx").read_bytes())) as book:
            damaged = book.testzip()
    except (OSError, ValueError, zipfile.BadZipFile):
        damaged = "a staged file"
    if damaged:
        message = f"Nothing was published: {damaged} cannot be opened again."
        raise PublishError(message)
    for each in content["controls"]:
        parts = ("out_of_scope", "kept", "broken", "not_shown", "unread")
        if each["rows"] != sum(each[part] for part in parts):
            message = f"Nothing was published: the rows of {each['id']} do not add up."
            raise PublishError(message)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
