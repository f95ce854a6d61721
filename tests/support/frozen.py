"""The rulebook that case tables are judged by: the versions in tests/rulebook/, and all else as in data/rulebook/."""

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from privacy_audit.request import ROOT

LIVE = ROOT / "data" / "rulebook"
FROZEN = ROOT / "tests" / "rulebook"
HEADING = re.compile(r"^\[+(\w+)", re.MULTILINE)


@cache
def frozen_law() -> Path:
    """Return a folder with the rulebook of the case tables, made once for each process."""
    folder = Path(tempfile.mkdtemp(prefix="frozen-law-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_law(folder)
    return folder


def write_law(folder: Path, live: Path = LIVE, frozen: Path = FROZEN) -> None:
    """Write the live rulebook's files, each rule that the frozen copy has with the versions it has there."""
    known = {
        name: text for path in frozen.glob("*.toml") for name, text in _tables(path).items() if _is_rule(name, text)
    }
    for path in sorted(live.glob("*.toml")):
        parts = [known.get(name, text) if _is_rule(name, text) else text for name, text in _tables(path).items()]
        (folder / path.name).write_text("".join(parts), encoding="utf-8")


def _is_rule(name: str, text: str) -> bool:
    return f"[[{name}.versions]]" in text


def _tables(path: Path) -> dict[str, str]:
    """Return the text of each top table of a file, with its versions; what precedes the first goes by ""."""
    text, found, at, name = path.read_text(encoding="utf-8"), {}, 0, ""
    for heading in HEADING.finditer(text):
        found[name] = found.get(name, "") + text[at : heading.start()]
        at, name = heading.start(), heading[1]
    found[name] = found.get(name, "") + text[at:]
    return found
