"""What a run's manifest says: what was read, by which law, policy and code, with what result."""

import hashlib
import platform
import shutil
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from privacy_audit import __version__
from privacy_audit.audit.inputs import fingerprints
from privacy_audit.audit.result import Result
from privacy_audit.errors import PublishError, UsageError
from privacy_audit.reports.results_json import results_hash
from privacy_audit.request import ROOT, Request
from privacy_audit.verify import NAMESPACE, described, sha256

LIBRARIES = ("narwhals", "pandas", "papermill", "polars", "pyarrow", "pydantic", "python-calamine", "XlsxWriter")
REGISTERS = "registers/"


def predicate(result: Result, engine: str) -> dict[str, Any]:
    """Return what the manifest says about a run, apart from its outputs; raise PublishError when an input changed."""
    inputs, request = result.inputs, result.inputs.request
    changed = sorted(dict(inputs.hashes.items() ^ fingerprints(request).items()))
    if changed:
        message = f"{changed[0]} changed while the audit ran. Hint: run it again when nobody is working on the files."
        raise PublishError(message)
    return {
        "results": results_hash(result),
        "firm": inputs.policy.firm.name,
        "quarter": str(request.quarter),
        "as_at": request.as_at.isoformat(),
        "issued_on": inputs.issued_on.isoformat(),
        "parameters": {
            "as_at": request.as_at.isoformat(),
            "engine": engine,
            "example": request.example,
            "issued_on": request.issued_on.isoformat() if request.issued_on else "",
            "quarter": str(request.quarter),
        },
        "inputs": _inputs(result),
        "settings": described((name, each) for name, each in inputs.hashes.items() if not name.startswith(REGISTERS)),
        "policy": inputs.policy.sha256,
        "rulebook": inputs.law.sha256,
        "key": inputs.which_key,
        "code": code(),
        "environment": environment(),
        "complete": True,
        "signature": None,
    }


def _inputs(result: Result) -> list[dict[str, Any]]:
    """Return each export with its hash, and how it became register rows."""
    read: dict[str, list[dict[str, Any]]] = {}
    for each in result.inputs.folder.receipts:
        rows = {"rows_in": each.rows_in, "accepted": each.accepted, "rejected": len(each.rejected)}
        how = {"sheet": each.sheet, "encoding": each.encoding, "date_order": each.date_order, "mapping": each.mapping}
        read.setdefault(each.file, []).append({"register": each.register, **rows, **how})
    exports = ((name, each) for name, each in result.inputs.hashes.items() if name.startswith(REGISTERS))
    files = described((name.removeprefix(REGISTERS), each) for name, each in exports)
    at = result.inputs.request.registers
    return [each | {"bytes": (at / each["name"]).stat().st_size, "read": read.get(each["name"], [])} for each in files]


def code() -> dict[str, Any]:
    """Return which code made the results: its version, its commit where git knows it, and its hash."""
    commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", "lib", "notebooks")
    return {
        "version": __version__,
        "sha256": code_hash(),
        "commit": commit,
        "changed": None if commit is None else bool(changes),
    }


def _git(*arguments: str) -> str | None:
    """Return what git says of the project; None where there is no git, or the project is no clone."""
    program = shutil.which("git")
    if not program or not (ROOT / ".git").exists():
        return None
    done = subprocess.run(
        [program, "--no-optional-locks", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None


def code_hash() -> str:
    """Return the hash of the package and the notebooks that made the results."""
    digest = hashlib.sha256()
    home = ROOT / "lib" / "privacy_audit"
    package = (each for each in home.rglob("*") if each.is_file() and each.parent.name != "__pycache__")
    for path in [*sorted(package), *sorted((ROOT / "notebooks").glob("*.ipynb"))]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def environment() -> dict[str, Any]:
    """Return what the code ran on: Python, the libraries that read and judge, and the lock that pins all of them."""
    lock = ROOT / "requirements.lock"
    return {
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "lock": sha256(lock.read_bytes()) if lock.is_file() else None,
    }


HINT = f"Hint: ssh-keygen -t ed25519 -C {NAMESPACE} -f KEY makes one; keep it outside the reports folder."


def chosen(named: str, request: Request) -> Path | None:
    """Return the key that signs a run: the one that was named, or the one in firm.toml; None: nobody signs."""
    if named:
        return Path(named).expanduser().absolute()
    try:
        own = tomllib.loads((request.firm / "policy" / "firm.toml").read_text(encoding="utf-8")).get("sign_with")
    except (OSError, ValueError):  # the audit itself says what is wrong with it
        return None
    return request.firm / Path(own).expanduser() if isinstance(own, str) and own else None


def fingerprint(key: Path) -> dict[str, str]:
    """Return what the manifest says of a key that can sign; raise UsageError before the work is done if it cannot."""
    program = _program()
    if not key.is_file():
        raise UsageError(f"There is no key {key}. {HINT}")
    shown = subprocess.run([program, "-l", "-f", str(key)], capture_output=True, text=True, check=False)
    tried = subprocess.run([*_signing(program, key)], input=b"", capture_output=True, check=False)
    if shown.returncode or tried.returncode:
        raise UsageError(f"{key} cannot sign: {_last(tried.stderr.decode(errors='replace') or shown.stderr)}. {HINT}")
    return {"namespace": NAMESPACE, "fingerprint": shown.stdout.split()[1]}


def sign(key: Path, manifest: Path) -> None:
    """Put the signature of a manifest beside it; raise UsageError where ssh-keygen refuses."""
    done = subprocess.run([*_signing(_program(), key), str(manifest)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(f"Nothing was published: {key} did not sign: {_last(done.stderr)}.")


def _program() -> str:
    program = shutil.which("ssh-keygen")
    if not program:
        raise UsageError("Signing needs ssh-keygen. Hint: install OpenSSH, or run without --sign.")
    return program


def _signing(program: str, key: Path) -> list[str]:
    return [program, "-Y", "sign", "-f", str(key), "-n", NAMESPACE]


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["ssh-keygen refused"])[-1].rstrip(".")
