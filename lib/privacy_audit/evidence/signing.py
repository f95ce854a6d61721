"""Signing a run with an SSH key that somebody at the firm already has; OpenSSH does it, offline."""

import shutil
import subprocess
import tomllib
from pathlib import Path

from privacy_audit.errors import UsageError
from privacy_audit.request import Request
from privacy_audit.verify.signature import NAMESPACE

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
