"""Looks for known vulnerabilities in what requirements.lock pins, and says honestly how much of it was looked at.

pip-audit skips what it finds no advisories for, and says “No known vulnerabilities found” even when it skipped all of
it. Nothing looked at is not a pass: exit 0 everything was looked at and nothing is known, 1 something is known,
2 not everything could be looked at.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
KNOWN, NOT_LOOKED_AT = 1, 2


def pinned(lock: str) -> set[str]:
    """Return the packages that a lock pins."""
    return {_name(each) for each in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def judge(report: Mapping[str, Any], packages: set[str]) -> tuple[int, list[str]]:
    """Return the exit code and the words for what pip-audit reports about the packages."""
    found = {_name(each["name"]): each for each in report.get("dependencies", ())}
    looked_at = {name for name, each in found.items() if "skip_reason" not in each}
    known = [
        f"✗ {name} {found[name]['version']}: {each['id']}, mended in {' or '.join(each['fix_versions'] or ['nothing'])}"
        for name in sorted(looked_at)
        for each in found[name]["vulns"]
    ]
    left = packages - looked_at
    said = [*known, f"{len(packages & looked_at)} of {len(packages)} packages were looked at."]
    if known:
        return KNOWN, said
    if left or not packages:
        what = "Nothing could be checked" if not packages & looked_at else f"{len(left)} could not be checked"
        return NOT_LOOKED_AT, [*said, f"? {what}: this is not a pass. Not looked at: {', '.join(sorted(left)[:5])} …"]
    return 0, [*said, "✓ No vulnerability is known in any of them today."]


def main() -> int:
    """Run pip-audit over the lock and judge what it says."""
    program = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "-r", str(LOCK)]
    program += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(program, capture_output=True, text=True, timeout=600, check=False)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        report = {}
    code, said = judge(report, pinned(LOCK.read_text(encoding="utf-8")))
    sys.stdout.write("\n".join(said) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
