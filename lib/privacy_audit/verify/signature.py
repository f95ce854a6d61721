"""The signature of a run, made and checked by OpenSSH's own ssh-keygen."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from privacy_audit.verify.seal import MANIFEST, SIGNATURE, Report

NAMESPACE, SIGNERS = "privacy-audit", "allowed_signers"


def check_signature(
    report: Report, run: Path, key: Mapping[str, str] | None, signers: Path | None, *, required: bool
) -> None:
    """Add to a report what a run's signature shows, and what the lack of one does not show."""
    there = (run / SIGNATURE).is_file()
    if key is None:
        if there:
            report.wrong.append(f"{SIGNATURE} was added: the run was published without a signature.")
        elif required:
            report.wrong.append("The run is not signed, and a signature was asked for.")
        else:
            report.said.append(
                "Not signed: the hashes agree with each other, which whoever can write all of these files could also"
                " arrange. Compare the results hash with one that was kept elsewhere."
            )
        return
    if not there:
        report.wrong.append(f"{SIGNATURE} is missing: the run was published with a signature.")
        return
    program = shutil.which("ssh-keygen")
    if not program:
        report.unknown.append("The signature could not be checked: there is no ssh-keygen on this machine.")
        return
    called = [program, "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(run / SIGNATURE)]
    good = _asked(called, run)
    if good is None or key["fingerprint"] not in good:
        report.wrong.append("The signature is not that of this manifest by the key that it names.")
        return
    if signers is None or not signers.is_file():
        report.unknown.append(f"Signed by {key['fingerprint']}, but no list of {SIGNERS} says whose key that is.")
        return
    found = _asked([program, "-Y", "find-principals", "-f", str(signers), "-s", str(run / SIGNATURE)], run)
    who = (found or "\n").splitlines()[0].split(",")[0]
    called = [program, "-Y", "verify", "-f", str(signers), "-I", who, "-n", NAMESPACE, "-s", str(run / SIGNATURE)]
    if not who or _asked(called, run) is None:
        report.wrong.append(f"Signed by {key['fingerprint']}, a key that {signers.name} does not allow.")
    else:
        report.said.append(f"Signed by {who} with {key['fingerprint']}.")


def _asked(command: list[str], run: Path) -> str | None:
    """Return what ssh-keygen says of the manifest; None where it does not agree."""
    done = subprocess.run(command, input=(run / MANIFEST).read_bytes(), capture_output=True, check=False)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
