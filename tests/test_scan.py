"""A scan that looked at nothing is no pass; and nothing secret stands in the repository."""

import importlib.util
import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from privacy_audit.request import ROOT
from support.programs import need

SPEC = importlib.util.spec_from_file_location("scan", ROOT / ".ci" / "scan.py")
scan = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(scan)

CLEAN = {"name": "Pandas", "version": "3.1.1", "vulns": []}
KNOWN = CLEAN | {"vulns": [{"id": "GHSA-0000", "fix_versions": ["3.1.2"]}]}
SKIPPED = {"name": "pandas", "skip_reason": "nothing known about it here"}


@pytest.mark.parametrize(
    ("dependencies", "code", "said"),
    [
        ([CLEAN], 0, "1 of 1 packages were looked at"),
        ([KNOWN], 1, "mended in 3.1.2"),
        ([SKIPPED], 2, "Nothing could be checked: this is not a pass"),
        ([], 2, "Nothing could be checked"),
    ],
)
def test_a_scan_says_how_much_it_looked_at(dependencies, code, said):
    """Known is 1, not looked at is 2, and only everything looked at is 0."""
    ended, words = scan.judge({"dependencies": dependencies}, {"pandas"})
    assert (ended, said in "\n".join(words)) == (code, True)


def test_a_lock_is_read_package_by_package():
    """Names as registries compare them; comments and hashes are none."""
    assert scan.pinned("a-b==1.0 \\\n    --hash=sha256:00\n# c==1\nD_e==2") == {"a-b", "d-e"}


def test_a_scan_of_half_is_no_pass():
    """One package skipped, one not reported at all, or a lock that pins nothing."""
    assert scan.judge({"dependencies": [CLEAN, SKIPPED | {"name": "polars"}]}, {"pandas", "polars"})[0] == 2
    assert scan.judge({"dependencies": [CLEAN]}, {"pandas", "polars"})[0] == 2
    assert scan.judge({"dependencies": []}, set())[0] == 2
    assert scan.judge({}, {"pandas"})[0] == 2


def test_everything_installed_is_pinned_with_a_hash():
    """Each package of both locks has at least one hash, and none comes from a named host."""
    for lock in (ROOT / "requirements.lock", ROOT / ".ci" / "scan.lock"):
        text = lock.read_text(encoding="utf-8")
        assert len(scan.pinned(text)) > 20
        for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
            if "==" in entry.splitlines()[0]:
                assert "--hash=sha256:" in entry, entry.splitlines()[0]
        assert "://" not in text


# Put together here, so that this file does not find itself.
SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE " + "KEY",
    "a cloud key": r"\bA(KI|SI)A[0-9A-Z]{16}\b",
    "a token of a code host": r"\b(gh[pousr]_\w{30,}|glpat-[\w-]{20,})\b",
    "a token of a chat": r"\bxox[abprs]-[\w-]{10,}",
    "a key of a payment service": r"\b[rs]k_live_\w{20,}",
    "a web token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.",
    "a password in an address": r"\w+://[^/\s:@]+:[^/\s:@{}]{3,}@",
    "a secret that is set": r"(?i)\b(password|passwd|secret|api_?key|token)\s*[=:]\s*[\"'][^\"'\s{}<>]{8,}[\"']",
}
RANDOM = re.compile(r"[\"']?([0-9A-Za-z+/_=-]{40,})[\"']?")
# A key that is public, and hashes that are no secrets.
KEYS = {"data/example/firm.key", "tests/firms/careful/firm.key", "tests/firms/other/firm.key"}
PUBLIC = {*KEYS, "requirements.lock", ".ci/scan.lock"}


def secrets(text: str) -> list[str]:
    """What in a text looks like a secret, by kind."""
    found = [kind for kind, pattern in SECRETS.items() if re.search(pattern, text)]
    for line in text.splitlines():
        if re.search(r"(?i)key|secret|token|passw", line):
            found += ["something random"] * any(entropy(each) > 4.2 for each in RANDOM.findall(line))
    return found


def entropy(text: str) -> float:
    """Bits of chance in each character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def test_nothing_secret_is_in_the_repository():
    """No key, token or password in any file that git keeps, and no file whose kind is a key."""
    need("git", "of what git keeps", "git")
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=True).stdout
    names = [each for each in listed.split("\0") if each and (ROOT / each).is_file()]
    assert len(names) > 100
    for name in names:
        if name in PUBLIC:
            continue
        assert Path(name).suffix not in {".key", ".pem", ".p12", ".pfx", ".kdbx", ".keystore"}, name
        if Path(name).suffix not in {".xlsx", ".png"}:
            text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
            text = re.sub(r'"image/png": "[^"]*"', "", text)
            assert secrets(text) == [], name


def test_a_secret_would_be_found():
    """One of each kind, planted."""
    planted = [
        "-----BEGIN OPENSSH PRIVATE " + "KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "xoxb-" + "123456789012",
        "sk_live_" + "a1" * 12,
        "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + ".c",
        "postgres://user:" + "hunter22@db",
        "password = " + '"correct-horse"',
        "signing key: " + "Zx9Qm3Lp7Vt2Kd8Rw5Yb1Nc6Hf4Jg0Sa" + "EuTiOxPzWq",
    ]
    for text in planted:
        assert secrets(text), text
