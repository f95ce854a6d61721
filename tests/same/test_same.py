"""What the audits find and say is what it was: findings.json and sources.json byte for byte, every output's text.

The hashes stand in frozen.json. Where a change is meant, `make frozen` writes them anew, and the commit says what
changed and why. `SAME_KEEP=folder make same` keeps what was compared, to be laid beside another commit's.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest
from same.audits import AUDITS, FIRMS_AUDITED
from same.text import readable

FROZEN = Path(__file__).parent / "frozen.json"
OUTPUTS_OF = frozenset(FIRMS_AUDITED)


def made(name: str, folder: Path) -> dict[str, bytes]:
    """Return what is compared of one audit, by the name of the output."""
    from privacy_audit.notebook import outputs  # noqa: PLC0415 - slow to import
    from privacy_audit.reports.results_json import findings_json, sources_json  # noqa: PLC0415 - slow to import

    result = AUDITS[name](folder)
    found = {"findings.json": findings_json(result), "sources.json": sources_json(result)}
    if name in OUTPUTS_OF:
        found |= {file: readable(file, content).encode() for file, content in outputs(result).items()}
    if keep := os.environ.get("SAME_KEEP"):
        for file, content in found.items():
            path = Path(keep) / name.replace("/", " ") / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return found


def hashes(name: str, folder: Path) -> dict[str, str]:
    """Return the hash of each thing that is compared of one audit."""
    return {file: hashlib.sha256(content).hexdigest()[:20] for file, content in sorted(made(name, folder).items())}


@pytest.mark.same
@pytest.mark.parametrize("name", AUDITS)
def test_an_audit_finds_and_says_what_it_did(name, tmp_path):
    """No byte of what is found has changed, and no word of what is said."""
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert hashes(name, tmp_path) == frozen[name], "what changed: SAME_KEEP=folder make same, on both commits; diff -r"


def test_every_audit_is_frozen_and_none_besides():
    """A new audit gets its hashes by `make frozen`; one that is gone leaves none behind."""
    assert json.loads(FROZEN.read_text(encoding="utf-8")).keys() == AUDITS.keys()
