"""The command of the stand-alone file: one run or all of them, the chain, and the exports they were made from."""

import argparse
import io
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from privacy_audit.verify.chain import check_chain, places
from privacy_audit.verify.files import PRINTED, check_run
from privacy_audit.verify.seal import (
    INCOMPLETE,
    MANIFEST,
    QUARTER,
    RUN,
    SIGNATURE,
    WRONG_USE,
    Report,
    names_in,
    printable,
    sha256,
)
from privacy_audit.verify.signature import SIGNERS


def check(run: Path, signers: Path | None = None, *, required: bool = False, known: str = "") -> Report:
    """Check one run and its place in the chain; `known` is the results hash that somebody was told."""
    run = run.resolve()
    report, content = check_run(run, signers, required=required)
    if report.wrong:
        return report
    said = content["predicate"]
    results = said["results"][:PRINTED]
    if known and (len(known) < PRINTED or not said["results"].startswith(known.lower())):
        report.wrong.append(f"The results hash is {results}, not {known}.")
        return report
    report.said[:0] = [
        f"{said['firm']}, {said['quarter']}: {len(content['subject'])} files as published.",
        f"Results hash {results}, issued on {said['issued_on']}, published as {said['run']}.",
    ]
    if RUN.fullmatch(run.name) and QUARTER.fullmatch(run.parent.name):
        _in_chain(report, run)
    elif said["previous"]:
        report.unknown.append(f"A copy: the run before it, {said['previous']['run']}, is not beside it.")
    return report


def _in_chain(report: Report, run: Path) -> None:
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
    """Return the run in a pack: the one with more than its manifest."""
    runs = [home / each for each in places(home)] if home.is_dir() else []
    whole = [each for each in runs if names_in(each)[0] - {MANIFEST, SIGNATURE}]
    return whole[0] if len(whole) == 1 else None


def main(arguments: Iterable[str] | None = None) -> int:
    """Check what stands beside this file, or the run that is named."""
    parser = argparse.ArgumentParser(description="Checks that a run of privacy-audit is as it was published.")
    parser.add_argument("run", nargs="?", type=Path, help="the run's folder; the one beside this file if left out")
    parser.add_argument("--inputs", type=Path, help="the folder with the exports that were audited")
    parser.add_argument("--results", default="", help="the results hash that you were told (16 characters or more)")
    parser.add_argument("--signers", type=Path, help=f"your own list of {SIGNERS}; the run must then be signed")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _told(asked)
    except OSError as error:
        sys.stderr.write(f"{printable(str(error.filename))} cannot be read: {error.strerror}.\n")
        return INCOMPLETE


def _told(asked: argparse.Namespace) -> int:
    """Check what is asked for, print what was found and return how to end."""
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
