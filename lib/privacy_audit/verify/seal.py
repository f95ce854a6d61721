"""What a published run is made of: the shape of its manifest, its seal, and the words of a check.

The modules of this package need nothing but Python's standard library; `privacy-audit pack` joins them into one file.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import category

MANIFEST, SIGNATURE, LATEST, FINDINGS = "manifest.json", "manifest.json.sig", "LATEST", "findings.json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:privacy-audit:run:1"
LINK = re.compile(r"(\d{4}-Q[1-4]/run-\d{2,}) ([0-9a-f]{64})\n")
RUN, QUARTER = re.compile(r"run-\d{2,}"), re.compile(r"\d{4}-Q[1-4]")
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # what a terminal obeys, or does not show
AS_PUBLISHED, DIFFERS, INCOMPLETE, WRONG_USE = 0, 1, 2, 64


class DamagedError(Exception):
    """A manifest is not one, and the message says why."""


@dataclass
class Report:
    """What a check found: `wrong` is not as published, `unknown` could not be checked, `said` is for information."""

    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """How the command ends."""
        return DIFFERS if self.wrong else INCOMPLETE if self.unknown else AS_PUBLISHED

    def add(self, other: "Report") -> None:
        """Take up what another check found."""
        self.wrong += other.wrong
        self.unknown += other.unknown
        self.said += other.said

    def lines(self) -> Iterator[str]:
        """Yield what to print, each on a line of its own, in which no file's name can command the terminal."""
        yield from (f"✗ {printable(each)}" for each in dict.fromkeys(self.wrong))
        yield from (f"? {printable(each)}" for each in dict.fromkeys(self.unknown))
        yield from (f"  {printable(each)}" for each in dict.fromkeys(self.said))


def printable(text: str) -> str:
    """Return text with controls, direction marks and line ends written out."""
    return "".join(f"\\u{ord(char):04x}" if category(char) in HIDDEN else char for char in text)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(content: object, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return JSON with sorted keys, UTF-8 and one line end, the same for the same content."""
    return (json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1, default=default) + "\n").encode()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with the hash of all the rest of it, so that no part of it changes unnoticed."""
    open_ = {**content, "predicate": {**content["predicate"], "seal": ""}}
    return {**open_, "predicate": {**open_["predicate"], "seal": sha256(canonical(open_))}}


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise DamagedError(f"“{name}” stands there twice")
        content[name] = value
    return content


def read_manifest(raw: bytes) -> dict[str, Any]:
    """Return a manifest's content; raise DamagedError unless it is exactly as this program writes one."""
    try:
        content: dict[str, Any] = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
        said = content["predicate"]
        shape = content["_type"] == STATEMENT and content["predicateType"] == PREDICATE
        names = [each["name"] for each in content["subject"] if len(each["digest"]["sha256"]) == len(sha256(b""))]
        asked = (said["run"], said["results"], said["quarter"], said["inputs"], said["previous"], said["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedError("it is not a whole manifest") from None
    if not shape or not names or len(names) != len(content["subject"]) or not isinstance(asked[0], str):
        raise DamagedError("it is not the manifest of a run")
    if raw != canonical(content):
        raise DamagedError("it was saved again by another program")
    if sealed(content) != content:
        raise DamagedError("its seal does not fit")
    if said["previous"] is not None and not _is_link(said["previous"]):
        raise DamagedError("it names no run before")
    return content


def _is_link(before: object) -> bool:
    """Whether a manifest's words about the run before name a run and the hash of its manifest."""
    return isinstance(before, dict) and bool(LINK.fullmatch(f"{before.get('run')} {before.get('manifest')}\n"))


def names_in(folder: Path) -> tuple[set[str], set[str]]:
    """Return the files and folders below a folder; a link, or anything else that is no plain file, counts as a file."""
    files, folders = set[str](), set[str]()
    for path in folder.rglob("*"):
        (folders if path.is_dir() and not path.is_symlink() else files).add(path.relative_to(folder).as_posix())
    return files, folders


def described(hashes: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return files by name with their hashes, as an in-toto Statement holds them."""
    return [{"name": name, "digest": {"sha256": each}} for name, each in sorted(hashes)]


def manifest(folder: Path, said: Mapping[str, Any]) -> bytes:
    """Return the sealed manifest of everything in a folder, in the shape of an in-toto Statement."""
    names = names_in(folder)[0] - {MANIFEST, SIGNATURE}
    content = {
        "_type": STATEMENT,
        "subject": described((name, sha256((folder / name).read_bytes())) for name in names),
        "predicateType": PREDICATE,
        "predicate": said,
    }
    return canonical(sealed(content))
