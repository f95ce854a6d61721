"""One run: every file as its manifest says, the sums closed, the results hash on every output."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from privacy_audit.verify.seal import (
    FINDINGS,
    MANIFEST,
    SIGNATURE,
    DamagedError,
    Report,
    names_in,
    read_manifest,
    sha256,
)
from privacy_audit.verify.signature import check_signature

PRINTED = 16  # so many characters of the results hash stand on every output
TEXT, BOOKS = (".html", ".ipynb", ".md", ".txt"), (".xlsx",)
ENCRYPTED = b"\xd0\xcf\x11\xe0"
PARTS = ("out_of_scope", "kept", "broken", "not_shown", "unread")


def check_run(run: Path, signers: Path | None = None, *, required: bool = False) -> tuple[Report, dict[str, Any]]:
    """Check every file of one run against its manifest, and what the files say against each other."""
    try:
        content = read_manifest((run / MANIFEST).read_bytes())
        return _checked(run, content, signers, required=required), content
    except (FileNotFoundError, NotADirectoryError):
        words = f"{MANIFEST} is missing: the run was never published, or the manifest was removed."
    except DamagedError as error:
        words = f"{MANIFEST} is damaged: {error}."
    except OSError as error:
        words = f"{Path(str(error.filename)).name} cannot be read: {error.strerror}."
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        words = "What the files say has not the shape of a run."
    return Report([words]), {}


def _checked(run: Path, content: Mapping[str, Any], signers: Path | None, *, required: bool) -> Report:
    report, said = Report(), content["predicate"]
    if said.get("complete") is not True:
        report.wrong.append("The manifest does not say that the run was complete.")
    report.wrong += _files(run, content)
    subjects = {each["name"]: each["digest"]["sha256"] for each in content["subject"]}
    if subjects.get(FINDINGS) != said["results"]:
        report.wrong.append(f"The results hash is not the hash of {FINDINGS}.")
    elif not report.wrong:
        report.wrong += _sums(json.loads((run / FINDINGS).read_bytes()), said)
        report.wrong += _prints(run, subjects, said["results"][:PRINTED])
    check_signature(report, run, said["signature"], signers, required=required)
    return report


def _files(run: Path, content: Mapping[str, Any]) -> Iterator[str]:
    subjects = {each["name"]: each["digest"]["sha256"] for each in content["subject"]}
    files, folders = names_in(run)
    there = files - {MANIFEST, SIGNATURE}
    kept = {parent.as_posix() for name in subjects for parent in Path(name).parents}
    yield from (f"{name} is missing." for name in sorted(subjects.keys() - there))
    yield from (f"{name} was added after publishing." for name in sorted((there - subjects.keys()) | (folders - kept)))
    for name in sorted(files):
        path = run / name
        if path.is_symlink() or not path.is_file():
            yield f"{name} is a link, not a file."
        elif name in subjects and sha256(path.read_bytes()) != subjects[name]:
            yield f"{name} was changed after publishing."


def _sums(findings: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    """Yield where findings.json does not add up, or is about something else than the manifest says."""
    audit = findings["audit"]
    for name in ("firm", "quarter", "as_at", "issued_on"):
        if audit[name] != said[name]:
            yield f"{FINDINGS} and the manifest disagree on {name}."
    for name in ("policy", "rulebook"):
        if audit[name]["sha256"] != said[name]:
            yield f"{FINDINGS} and the manifest rest on different versions of the {name}."
    for each in findings["controls"]:
        if each["rows"] != sum(each[part] for part in PARTS):
            yield f"The rows of {each['id']} do not add up."
    for each in findings["registers"]:
        if not each["error"] and each["rows_in"] != each["accepted"] + sum(row["times"] for row in each["rejected"]):
            yield f"The rows of the register {each['register']} do not add up."
    ids = [each["id"] for each in findings["findings"]]
    if len(ids) != len(set(ids)) or not {each for task in findings["tasks"] for each in task["findings"]} <= set(ids):
        yield "The tasks and the findings do not fit together."


def _prints(run: Path, names: Iterable[str], printed: str) -> Iterator[str]:
    """Yield the outputs for people that cannot be opened, or that do not print the results hash."""
    for name in sorted(names):
        path = run / name
        if name.startswith("inputs/"):
            continue
        if path.suffix in TEXT:
            texts = [path.read_bytes()]
        elif path.suffix in BOOKS:
            content = path.read_bytes()
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    texts = [book.read(part) for part in book.namelist()]
            except Exception:  # noqa: BLE001 - each way of packing has errors of its own, and none may end the check
                if not content.startswith(ENCRYPTED):
                    yield f"{name} cannot be opened."
                continue
        else:
            continue
        if not any(printed.encode() in text for text in texts):
            yield f"{name} does not print the results hash {printed}."
