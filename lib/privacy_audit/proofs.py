"""The commands about published runs: verify them, and pack one to hand on.

verify ends with 0 as published · 1 something differs · 2 something is missing, so not everything could be checked ·
64 there is no such run · 3 the check itself failed. pack ends with 0, with 64, or with 3 where nothing was packed.
"""

from pathlib import Path
from typing import Annotated

import typer

from privacy_audit.errors import PublishError, UsageError, printable
from privacy_audit.handover import keep
from privacy_audit.request import ROOT, Request
from privacy_audit.verify.chain import newest_run
from privacy_audit.verify.files import check_run
from privacy_audit.verify.script import check, check_all, check_inputs
from privacy_audit.verify.seal import LATEST, Report
from privacy_audit.verify.signature import SIGNERS

Place = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or 2026-Q3/run-01 in the reports folder.")]
Reports = Annotated[str, typer.Option(help="Where runs are published.")]
Signers = Annotated[str, typer.Option(help=f"A list of {SIGNERS}; the run must then be signed by one of them.")]
Firm = Annotated[str, typer.Option(help="The firm's folder; the project's data/ if left out.")]


def verify(  # noqa: PLR0913 - one for each option
    place: Place = "",
    *,
    reports: Reports = "",
    inputs: Annotated[str, typer.Option(help="The folder with the exports that were audited.")] = "",
    rerun: Annotated[bool, typer.Option("--rerun", help="Also repeat the audit and compare the findings.")] = False,
    results: Annotated[str, typer.Option(help="The results hash that you kept or were told.")] = "",
    signers: Signers = "",
    firm: Firm = "",
) -> None:
    """Check that a run, or every run if none is named, is as it was published, and the chain of runs."""
    home = _reports(reports)
    own = _signers(signers, firm)
    run = _run(place, home)
    one = bool(place or inputs or rerun or results)
    required = bool(signers)
    report = check(run, own, required=required, known=results) if one else check_all(home, own, required=required)
    if (inputs or rerun) and not report.wrong:
        report.add(_against_inputs(run, inputs, firm, rerun=rerun))
    for line in report.lines():
        typer.echo(line)
    end = ("✓ As published.", "✗ This is not what was published.", "? Not everything could be checked.")
    typer.echo(end[report.exit_code])
    raise typer.Exit(report.exit_code)


def _against_inputs(run: Path, inputs: str, firm: str, *, rerun: bool) -> Report:
    from privacy_audit.rerun import repeat  # noqa: PLC0415 - a plain check needs no audit

    content = check_run(run)[1]
    folder = Path(inputs).absolute() if inputs else None
    if rerun:
        return repeat(run, content, str(Path(firm).absolute()) if firm else "", folder)
    return check_inputs(content, folder) if folder else Report()


def pack(
    place: Place = "",
    *,
    reports: Reports = "",
    out: Annotated[str, typer.Option(help="The zip to write; named after the run if left out.")] = "",
    firm: Firm = "",
) -> None:
    """Put a run into one zip, with the chain's manifests and a program that checks it anywhere."""
    from privacy_audit.pack import pack as packed  # noqa: PLC0415 - the other commands need no zip

    run, own = _run(place, _reports(reports)), _signers("", firm)
    report, content = check_run(run, own)
    if report.wrong:
        raise PublishError(f"Nothing was packed: {report.wrong[0]} Hint: privacy-audit verify {run}")
    target = Path(out or f"privacy-audit-{run.parent.name}-{run.name}.zip").absolute()
    keep(target, packed(run, content, own))
    typer.echo(f"Packed: {printable(str(target))}. It holds the internal edition: for the firm and its adviser.")
    typer.echo(
        f"To check it anywhere: unpack it, then python verify.py. Results hash: {content['predicate']['results']}"
    )


def _reports(reports: str) -> Path:
    return Path(reports).absolute() if reports else ROOT / "reports"


def _signers(signers: str, firm: str) -> Path | None:
    """Return the list of allowed signers: the one named, or the firm's own where it keeps one."""
    if signers and not Path(signers).is_file():
        raise UsageError(f"There is no list {signers}.")
    own = Request.folder(str(Path(firm).absolute()) if firm else "") / SIGNERS
    return Path(signers) if signers else own if own.is_file() else None


def _run(place: str, reports: Path) -> Path:
    """Return the folder of a run; the newest if none is named; raise UsageError where there is none."""
    if place:
        folder = next((each for each in (Path(place), reports / place) if each.is_dir()), None)
        if folder is None:
            raise UsageError(f"There is no run {place}. Hint: privacy-audit verify checks all in {reports}.")
        return folder.resolve()
    found = newest_run(reports)
    if found is None and not (reports / LATEST).exists():
        raise UsageError(f"There is no run in {reports} yet. Hint: privacy-audit run")
    return reports / (found or "")
