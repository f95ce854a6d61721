"""The manifest of a run: hashes of every input and output, the rulebook and the code; and the check of it."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit import __version__
from privacy_audit.canonical import canonical
from privacy_audit.request import ROOT

if TYPE_CHECKING:
    from privacy_audit.result import Result

MANIFEST = "manifest.json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:privacy-audit:run:1"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def predicate(result: "Result", engine: str) -> dict[str, Any]:
    """Return what the manifest says about a run, apart from its outputs."""
    from privacy_audit.reports.jsonfile import results_hash  # noqa: PLC0415 - to verify a run needs no audit

    inputs = result.inputs
    return {
        "results": results_hash(result),
        "firm": inputs.policy.firm.name,
        "quarter": str(inputs.request.quarter),
        "as_at": inputs.request.as_at.isoformat(),
        "issued_on": inputs.issued_on.isoformat(),
        "engine": engine,
        "inputs": _inputs(result),
        "policy": inputs.policy.sha256,
        "rulebook": inputs.law.sha256,
        "code": {"version": __version__, "sha256": code_hash(), "python": platform.python_version()},
        "complete": True,
    }


def _inputs(result: "Result") -> list[dict[str, Any]]:
    folder = result.inputs.request.registers
    return [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path.read_bytes())}
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]


def code_hash() -> str:
    """Return the hash of the package and the notebook that made the results."""
    digest = hashlib.sha256()
    for path in [*sorted((ROOT / "lib").rglob("*.py")), ROOT / "notebooks" / "audit.ipynb"]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def manifest(folder: Path, said: Mapping[str, Any], run: str) -> bytes:
    """Return the manifest of everything in a folder, in the shape of an in-toto Statement."""
    subjects = [{"name": name, "digest": {"sha256": sha256((folder / name).read_bytes())}} for name in _names(folder)]
    content = {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {**said, "run": run},
    }
    return canonical(content)


def _names(folder: Path) -> list[str]:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(name for name in files if name != MANIFEST)


def verify(run: Path) -> list[str]:
    """Return what is wrong with a run's files, in words; nothing when every file is as it was published."""
    try:
        content = json.loads((run / MANIFEST).read_text(encoding="utf-8"), object_pairs_hook=_unique)
        subjects = {each["name"]: each["digest"]["sha256"] for each in content["subject"]}
        complete = content["predicate"]["complete"] is True
        results = content["predicate"]["results"]
    except FileNotFoundError:
        return [f"{MANIFEST} is missing: the run was never published, or the manifest was removed."]
    except (ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is damaged."]
    problems = [] if complete else ["The manifest does not say that the run was complete."]
    there = set(_names(run))
    problems += [f"{name} is missing." for name in sorted(subjects.keys() - there)]
    problems += [f"{name} was added after publishing." for name in sorted(there - subjects.keys())]
    for name in sorted(subjects.keys() & there):
        path = run / name
        if path.is_symlink() or sha256(path.read_bytes()) != subjects[name]:
            problems.append(f"{name} was changed after publishing.")
    if subjects.get("findings.json") != results:
        problems.append("The results hash is not the hash of findings.json.")
    return problems


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            message = f"{name} stands there twice"
            raise ValueError(message)
        content[name] = value
    return content
