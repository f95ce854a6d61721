"""Checks that a run of privacy-audit is as it was published, with Python 3.11 or newer and nothing else.

This file is complete in itself: `privacy-audit verify` runs it, and `privacy-audit pack` copies it beside a run. First
the manifest, then its signature, the files of one run, the chain of runs, and the command.
"""

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
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
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of characters that control a terminal or are invisible
AS_PUBLISHED, DIFFERS, INCOMPLETE, WRONG_USE = 0, 1, 2, 64


class DamagedError(Exception):
    """A manifest or LATEST is damaged; the message says how."""


@dataclass
class Report:
    """What a check found: `wrong` is not as published, `unknown` could not be checked, `said` is for information."""

    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """The exit code: 0 as published, 1 different, 2 where something could not be checked."""
        return DIFFERS if self.wrong else INCOMPLETE if self.unknown else AS_PUBLISHED

    def add(self, other: "Report") -> None:
        """Add what another check found."""
        self.wrong += other.wrong
        self.unknown += other.unknown
        self.said += other.said

    def lines(self) -> Iterator[str]:
        """Yield the lines to print, each once, with control characters in file names written out."""
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
    """Return content as JSON in UTF-8 with sorted keys and a final line end: equal content gives equal bytes."""
    return (json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1, default=default) + "\n").encode()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with a seal: the hash of the manifest with a blank seal, so that every change is noticed."""
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
        predicate = content["predicate"]
        shape = content["_type"] == STATEMENT and content["predicateType"] == PREDICATE
        names = [each["name"] for each in content["subject"] if len(each["digest"]["sha256"]) == len(sha256(b""))]
        needed = [predicate[each] for each in ("run", "results", "quarter", "inputs", "previous", "signature")]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedError("it is not a whole manifest") from None
    if not shape or not names or len(names) != len(content["subject"]) or not isinstance(needed[0], str):
        raise DamagedError("it is not the manifest of a run")
    if raw != canonical(content):
        raise DamagedError("it was saved again by another program")
    if sealed(content) != content:
        raise DamagedError("its seal does not fit")
    if predicate["previous"] is not None and not _is_link(predicate["previous"]):
        raise DamagedError("it names no run before")
    return content


def _is_link(before: object) -> bool:
    """Whether a manifest's entry for the previous run is a run's place and the hash of its manifest."""
    return isinstance(before, dict) and bool(LINK.fullmatch(f"{before.get('run')} {before.get('manifest')}\n"))


def names_in(folder: Path) -> tuple[set[str], set[str]]:
    """Return the files and folders below a folder; links, and anything else that is not a folder, count as files."""
    files, folders = set[str](), set[str]()
    for path in folder.rglob("*"):
        (folders if path.is_dir() and not path.is_symlink() else files).add(path.relative_to(folder).as_posix())
    return files, folders


def described(hashes: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return files by name with their hashes, as an in-toto Statement holds them."""
    return [{"name": name, "digest": {"sha256": each}} for name, each in sorted(hashes)]


def manifest(folder: Path, predicate: Mapping[str, Any]) -> bytes:
    """Return the sealed manifest of all files in a folder, as an in-toto Statement with this predicate."""
    names = names_in(folder)[0] - {MANIFEST, SIGNATURE}
    content = {
        "_type": STATEMENT,
        "subject": described((name, sha256((folder / name).read_bytes())) for name in names),
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    return canonical(sealed(content))


NAMESPACE, SIGNERS = "privacy-audit", "allowed_signers"


def check_signature(
    report: Report, run: Path, key: Mapping[str, str] | None, signers: Path | None, *, required: bool
) -> None:
    """Add to a report what a run's signature proves.

    `key` is the key named in the manifest, None where the run was published without a signature; `signers` is the list
    of allowed keys, without which the signer is unknown; with `required`, an unsigned run is wrong.
    """
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
    command = [program, "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(run / SIGNATURE)]
    good = _ssh_keygen(command, run)
    if good is None or key["fingerprint"] not in good:
        report.wrong.append("The signature is not that of this manifest by the key that it names.")
        return
    if signers is None or not signers.is_file():
        report.unknown.append(f"Signed by {key['fingerprint']}, but no list of {SIGNERS} says whose key that is.")
        return
    found = _ssh_keygen([program, "-Y", "find-principals", "-f", str(signers), "-s", str(run / SIGNATURE)], run)
    who = (found or "\n").splitlines()[0].split(",")[0]
    command = [program, "-Y", "verify", "-f", str(signers), "-I", who, "-n", NAMESPACE, "-s", str(run / SIGNATURE)]
    if not who or _ssh_keygen(command, run) is None:
        report.wrong.append(f"Signed by {key['fingerprint']}, a key that {signers.name} does not allow.")
    else:
        report.said.append(f"Signed by {who} with {key['fingerprint']}.")


def _ssh_keygen(command: list[str], run: Path) -> str | None:
    """Return what ssh-keygen prints about the manifest; None where it fails."""
    done = subprocess.run(command, input=(run / MANIFEST).read_bytes(), capture_output=True, check=False)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


PRINTED = 16  # characters of the results hash that every output shows
TEXT, BOOKS = (".html", ".ipynb", ".md", ".txt"), (".xlsx",)
ENCRYPTED = b"\xd0\xcf\x11\xe0"
PARTS = ("out_of_scope", "kept", "broken", "not_shown", "unread")


def check_run(run: Path, signers: Path | None = None, *, required: bool = False) -> tuple[Report, dict[str, Any]]:
    """Check the files of one run against its manifest and each other; return the report, and the manifest or {}."""
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
    """Return a report on a run whose manifest could be read."""
    report, predicate = Report(), content["predicate"]
    if predicate.get("complete") is not True:
        report.wrong.append("The manifest does not say that the run was complete.")
    report.wrong += _files(run, content)
    subjects = {each["name"]: each["digest"]["sha256"] for each in content["subject"]}
    if subjects.get(FINDINGS) != predicate["results"]:
        report.wrong.append(f"The results hash is not the hash of {FINDINGS}.")
    elif not report.wrong:
        report.wrong += _sums(json.loads((run / FINDINGS).read_bytes()), predicate)
        report.wrong += _prints(run, subjects, predicate["results"][:PRINTED])
    check_signature(report, run, predicate["signature"], signers, required=required)
    return report


def _files(run: Path, content: Mapping[str, Any]) -> Iterator[str]:
    """Yield which files are missing, added, changed or a link."""
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


def _sums(findings: Mapping[str, Any], predicate: Mapping[str, Any]) -> Iterator[str]:
    """Yield where findings.json does not add up, or differs from the manifest."""
    audit = findings["audit"]
    for name in ("firm", "quarter", "as_at", "issued_on"):
        if audit[name] != predicate[name]:
            yield f"{FINDINGS} and the manifest disagree on {name}."
    for name in ("policy", "rulebook"):
        if audit[name]["sha256"] != predicate[name]:
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
    """Yield the outputs for people that cannot be opened, or that do not show the results hash `printed`."""
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
            except Exception:  # noqa: BLE001 - each compression method has its own errors, and none may end the check
                if not content.startswith(ENCRYPTED):
                    yield f"{name} cannot be opened."
                continue
        else:
            continue
        if not any(printed.encode() in text for text in texts):
            yield f"{name} does not print the results hash {printed}."


@dataclass(frozen=True)
class Link:
    """A run as another one names it: its place (quarter/run-NN) and the hash of its manifest."""

    run: str
    manifest: str

    def line(self) -> str:
        """Return the link as it is written in LATEST."""
        return f"{self.run} {self.manifest}\n"


@dataclass(frozen=True)
class Published:
    """A manifest in a reports folder, its own link, and its link to the run before (None for the first run)."""

    link: Link
    before: Link | None
    content: Mapping[str, Any]


def latest(reports: Path) -> Link | None:
    """Return the link in LATEST, None where the file is missing; raise DamagedError where it holds no link."""
    try:
        found = LINK.fullmatch((reports / LATEST).read_bytes().decode("ascii", errors="replace"))
    except FileNotFoundError:
        return None
    except OSError:
        raise DamagedError(f"{LATEST} cannot be read.") from None
    if not found:
        raise DamagedError(f"{LATEST} is damaged.")
    return Link(*found.groups())


def places(reports: Path) -> Iterator[str]:
    """Yield the place (quarter/name) of everything in the quarters of a reports folder, oldest first."""
    for home in sorted(reports.iterdir()):
        if QUARTER.fullmatch(home.name) and home.is_dir():
            yield from (f"{home.name}/{each.name}" for each in sorted(home.iterdir(), key=_number))


def _number(path: Path) -> tuple[int, str]:
    return int(path.name[4:]) if RUN.fullmatch(path.name) else 0, path.name


def published(reports: Path, run: str) -> Published | None:
    """Return the manifest of a run, None where there is none; raise DamagedError where it is damaged."""
    try:
        raw = (reports / run / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        raise DamagedError("it cannot be read") from None
    content = read_manifest(raw)
    before = content["predicate"]["previous"]
    link = Link(before["run"], before["manifest"]) if before else None
    return Published(Link(run, sha256(raw)), link, content)


def readable(reports: Path) -> dict[str, Published]:
    """Return by place the runs whose manifests can be read."""
    found = {}
    for run in places(reports):
        try:
            each = published(reports, run)
        except DamagedError:
            continue
        if each:
            found[run] = each
    return found


def newest(runs: Mapping[str, Published], head: Link | None) -> Link | None:
    """Return the newest run: `head`, the link in LATEST, or a run published after it; None where there is no run.

    A run may be newer than LATEST where the program was killed before it could update that file. From `head` on, each
    run is followed as long as exactly one names it as the run before.
    """
    seen = set[Link | None]()
    while head not in seen:
        seen.add(head)
        after = [each.link for each in runs.values() if each.before == head and each.link not in seen]
        if len(after) == 1:
            head = after[0]
    return head


def newest_run(reports: Path) -> str | None:
    """Return the place of the newest run by LATEST and the manifests; None where there is no run."""
    try:
        head = latest(reports)
    except DamagedError:
        head = None
    runs = readable(reports) if reports.is_dir() else {}
    link = newest(runs, head)
    return link.run if link else next(reversed(runs), None)


def check_chain(reports: Path) -> tuple[Report, list[str]]:
    """Return a report on the chain from the newest run to the first, and the places of the runs on it, newest first."""
    report, walked = Report(), list[str]()
    try:
        head = latest(reports)
    except DamagedError as error:
        report.wrong.append(str(error))
        return report, walked
    runs = readable(reports)
    if head is None:
        report.unknown.append(f"{LATEST} is missing, so nobody can tell whether a newer run was taken away.")
    link: Link | None = newest(runs, head)
    whole, by = True, LATEST
    while link and link.run not in walked:
        try:
            each = published(reports, link.run)
        except DamagedError as error:
            report.wrong.append(f"{link.run}: {MANIFEST} is damaged: {error}.")
            whole = False
            break
        if each is None:
            report.unknown.append(f"{link.run}, named by {by}, is not here: the chain cannot be followed further back.")
            whole = False
            break
        if each.link != link:
            report.wrong.append(f"{link.run}: its manifest is not the one that {by} names.")
        if each.content["predicate"]["run"] != link.run:
            report.wrong.append(f"{link.run}: its manifest is that of {each.content['predicate']['run']}.")
        walked.append(link.run)
        by, link = link.run, each.before
    if link and link.run in walked:
        report.wrong.append(f"{link.run} is named as the run before twice.")
    if whole and not report.wrong:
        report.wrong += [f"{run} stands beside the chain." for run in places(reports) if run not in walked]
    return report, walked


def check(run: Path, signers: Path | None = None, *, required: bool = False, known: str = "") -> Report:
    """Check one run and its place in the chain; `known` is a results hash kept elsewhere, 16 characters or more."""
    run = run.resolve()
    report, content = check_run(run, signers, required=required)
    if report.wrong:
        return report
    predicate = content["predicate"]
    results = predicate["results"][:PRINTED]
    if known and (len(known) < PRINTED or not predicate["results"].startswith(known.lower())):
        report.wrong.append(f"The results hash is {results}, not {known}.")
        return report
    report.said[:0] = [
        f"{predicate['firm']}, {predicate['quarter']}: {len(content['subject'])} files as published.",
        f"Results hash {results}, issued on {predicate['issued_on']}, published as {predicate['run']}.",
    ]
    if RUN.fullmatch(run.name) and QUARTER.fullmatch(run.parent.name):
        _in_chain(report, run)
    elif predicate["previous"]:
        report.unknown.append(f"A copy: the run before it, {predicate['previous']['run']}, is not beside it.")
    return report


def _in_chain(report: Report, run: Path) -> None:
    """Add to a report whether a run is on the chain, and which other runs there are of its quarter."""
    here, quarter = f"{run.parent.name}/{run.name}", f"{run.parent.name}/"
    chain, walked = check_chain(run.parent.parent)
    report.add(chain)
    if here in walked:
        others = [each for each in walked if each != here and each.startswith(quarter)]
        report.said.append(f"In a chain of {len(walked)} run(s), the newest of which is {walked[0]}.")
        report.said += [f"There is another run of the same quarter: {each}." for each in others]
    elif not chain.wrong:
        report.unknown.append(f"{here} could not be reached along the chain.")


def check_all(reports: Path, signers: Path | None = None, *, required: bool = False) -> Report:
    """Check every run in a reports folder, and the chain."""
    report, walked = check_chain(reports)
    for run in dict.fromkeys([*walked, *places(reports)]):
        if names_in(reports / run)[0] <= {MANIFEST, SIGNATURE} and run in walked:
            report.unknown.append(f"{run}: only its manifest is here; it holds the chain together.")
            continue
        found, _ = check_run(reports / run, signers, required=required)
        report.wrong += [f"{run}: {each}" for each in found.wrong]
        report.unknown += [f"{run}: {each}" for each in found.unknown]
        report.said += [f"{run}: {each}" for each in found.said]
    report.said.insert(0, f"{len(walked)} run(s), newest first: {', '.join(walked)}")
    return report


def check_inputs(content: Mapping[str, Any], folder: Path) -> Report:
    """Check that a folder's exports are the ones that a run read."""
    report = Report()
    names = {each["name"]: each["digest"]["sha256"] for each in content["predicate"]["inputs"]}
    for name, digest in sorted(names.items()):
        path = folder / name
        try:
            if not path.is_file():
                report.unknown.append(f"{name} is not in {folder}.")
            elif sha256(path.read_bytes()) != digest:
                report.wrong.append(f"{name} is not the file that was audited.")
        except OSError as error:
            report.unknown.append(f"{name} cannot be read: {error.strerror}.")
    if not report.wrong and not report.unknown:
        report.said.append(f"{len(names)} exports are the files that were audited.")
    return report


def _only_run(home: Path) -> Path | None:
    """Return the run in a pack, the only one with more files than its manifest; None where there is not one."""
    runs = [home / each for each in places(home)] if home.is_dir() else []
    whole = [each for each in runs if names_in(each)[0] - {MANIFEST, SIGNATURE}]
    return whole[0] if len(whole) == 1 else None


def main(arguments: Iterable[str] | None = None) -> int:
    """Check the run that is named, or the one beside this file; return the exit code (64 for a wrong command)."""
    parser = argparse.ArgumentParser(description="Checks that a run of privacy-audit is as it was published.")
    parser.add_argument("run", nargs="?", type=Path, help="the run's folder; the one beside this file if left out")
    parser.add_argument("--inputs", type=Path, help="the folder with the exports that were audited")
    parser.add_argument("--results", default="", help="the results hash that you were told (16 characters or more)")
    parser.add_argument("--signers", type=Path, help=f"your own list of {SIGNERS}; the run must then be signed")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(asked)
    except OSError as error:
        sys.stderr.write(f"{printable(str(error.filename))} cannot be read: {error.strerror}.\n")
        return INCOMPLETE


def _run(asked: argparse.Namespace) -> int:
    """Check what the command line asks for, print the report and return the exit code."""
    here = Path(__file__).absolute().parent / "reports"
    run = asked.run or _only_run(here)
    if run is None or not run.is_dir():
        sys.stderr.write(f"There is no run {printable(str(run or here))}.\n")
        return WRONG_USE
    own = Path(__file__).absolute().parent / SIGNERS
    signers = asked.signers or (own if own.is_file() else None)
    report = check(run, signers, required=bool(asked.signers), known=asked.results)
    if asked.inputs and not report.wrong:
        report.add(check_inputs(check_run(run)[1], asked.inputs))
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
