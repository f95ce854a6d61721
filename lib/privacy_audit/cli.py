"""The command line: thin, every failure one plain line, every exit code with its meaning.

0 published · 1 findings at or above --fail-on · 2 incomplete · 3 the run failed · 64 wrong use · 75 another run.
"""

import io
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privacy_audit.controls.grammar import CONTROLS, SEVERITIES, Control
from privacy_audit.dates import Quarter
from privacy_audit.errors import (
    InputError,
    PublishError,
    UnknownExportError,
    UsageError,
    as_audit_error,
    nearest,
    printable,
)
from privacy_audit.request import ENGINE, ENGINE_NAMES, ROOT, Request
from privacy_audit.runs.explain import explain
from privacy_audit.runs.handover import encrypt, keep, lookup
from privacy_audit.runs.publish import again
from privacy_audit.settings.spelling import LONDON
from privacy_audit.verify import LATEST, SIGNERS, Report, check, check_all, check_inputs, check_run, newest_run

if TYPE_CHECKING:
    from privacy_audit.registers.rows import SheetRows
    from privacy_audit.runs.execute import Published
    from privacy_audit.settings.mapping import Export
    from privacy_audit.settings.schema import Schema

Firm = Annotated[
    str, typer.Option(help="The firm's folder, with policy/ and registers/; the project's data/ if left out.")
]
Place = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or 2026-Q3/run-01 in the reports folder.")]
Reports = Annotated[str, typer.Option(help="Where runs are published.")]
Signers = Annotated[str, typer.Option(help=f"A list of {SIGNERS}; the run must then be signed by one of them.")]


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
    from privacy_audit.runs.repeat import repeat  # noqa: PLC0415 - a plain check needs no audit

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
    from privacy_audit.runs.handover import pack as packed  # noqa: PLC0415 - the other commands need no zip

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


WRONG_USE, FAILED, INCOMPLETE, FINDINGS = 64, 3, 2, 1
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line, in which nothing that came from a file can command the terminal."""
    typer.echo(printable(text), err=err)


@app.command()
def run(  # noqa: PLR0913 - one for each option
    *,
    firm: Firm = "",
    quarter: Annotated[str, typer.Option(help="2026-Q3, or “previous”; the example if left out.")] = "",
    registers: Annotated[str, typer.Option(help="The folder with the quarter's exports.")] = "",
    reports: Annotated[str, typer.Option(help="Where runs are published.")] = "",
    as_at: Annotated[str, typer.Option(help="The day to audit as at; the quarter's last day if left out.")] = "",
    issued_on: Annotated[str, typer.Option(help="The day due dates count from; the newest export if left out.")] = "",
    engine: Annotated[str, typer.Option(help=f"What judges the rows: {', '.join(ENGINE_NAMES)}.")] = ENGINE,
    working_papers: Annotated[
        bool, typer.Option("--working-papers", help="Add the papers on clients, suppliers and transfers.")
    ] = False,
    fail_on: Annotated[str, typer.Option(help="Exit 1 for findings of this severity or worse.")] = "",
    sign: Annotated[str, typer.Option(help="Sign the run with this SSH key; firm.toml may name one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print findings and sources as JSON.")] = False,
) -> None:
    """Audit a quarter and publish the report; with no options, audit the example."""
    from privacy_audit.runs import execute, manifest  # noqa: PLC0415 - the other commands need no notebook
    from privacy_audit.runs.publish import refuse_tracked  # noqa: PLC0415

    _one_of("--fail-on", fail_on, ("", *SEVERITIES))
    _one_of("--engine", engine, tuple(ENGINE_NAMES))
    place = _reports(reports)
    given = {"quarter": str(Quarter.before(today())) if quarter == "previous" else quarter}
    given |= {"as_at": as_at, "issued_on": issued_on, "firm": _path(firm), "registers": _path(registers)}
    request = _possible(Request.of(**given))
    refuse_tracked(request, place)
    parameters = {name: value for name, value in given.items() if value}
    parameters |= {"engine": engine, "quarter": str(request.quarter)}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    key = manifest.chosen(sign, request)
    published = execute.run(parameters, place, when, key, papers=working_papers)
    outcome = published.outcome
    (_say_as_json if as_json else _say_in_words)(published)
    worst = [name for name in outcome.severities if fail_on and SEVERITIES.index(name) <= SEVERITIES.index(fail_on)]
    if outcome.incomplete:
        raise typer.Exit(INCOMPLETE)
    raise typer.Exit(FINDINGS if worst else 0)


def today() -> date:
    """Return the day in London, which is another than UTC's for an hour of each summer night."""
    return datetime.now(LONDON).date()


def _path(text: str) -> str:
    return str(Path(text).absolute()) if text else ""


def _possible(request: Request) -> Request:
    """Return a request; raise UsageError where its exports are not there, or its day is still to come."""
    if not request.registers.is_dir():
        message = f"There is no folder {request.registers}. Hint: put the quarter's exports there, or use --registers."
        raise UsageError(message)
    if request.as_at > today():
        raise UsageError(f"{request.as_at} is still to come. Hint: audit a quarter that is over, or give --as-at.")
    return request


def _say_as_json(published: "Published") -> None:
    """Print the findings and the sources of a run."""
    names = ("findings.json", "sources.json")
    say(json.dumps({name[:-5]: json.loads((published.place / name).read_bytes()) for name in names}, indent=1))


def _say_in_words(published: "Published") -> None:
    """Print the first screen, the most serious case, where the report is and what it lacks."""
    outcome, place = published.outcome, published.place
    say(outcome.screen)
    if outcome.chain:
        say("\nThe worst, from the promise to the row")
        for label, text in outcome.chain:
            say(f"  {label + ':':15}{text}")
    say(f"\nReport: {place}/audit.html and audit.xlsx")
    for why in outcome.incomplete:
        say(f"Incomplete: {why}")
    for line in again(place):
        say(line)
    say(f"Published. Result: {outcome.last}")


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        message = f"{option}: “{value}” is none of {', '.join(filter(None, allowed))}.{nearest(value, allowed)}"
        raise UsageError(message)


@app.command()
def read(  # noqa: PLR0913 - one for each option
    file: Annotated[Path, typer.Argument(help="A CSV file or workbook.")],
    *,
    firm: Firm = "",
    register: Annotated[str, typer.Option(help="Read it as this register.")] = "",
    mapping: Annotated[str, typer.Option(help="Read it by this mapping, or this mapping file.")] = "",
    date_order: Annotated[str, typer.Option(help="DMY, MDY or YMD: the order of dates in numbers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt and the typed rows as JSON.")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="Print a mapping file that may fit, as TOML.")] = False,
) -> None:
    """Show how one file is read; changes and publishes nothing."""
    from privacy_audit.audit.inputs import read_settings  # noqa: PLC0415 - each command loads what it needs
    from privacy_audit.registers.folder import read_file  # noqa: PLC0415
    from privacy_audit.reports.terminal import as_text, as_toml, of_file, told_in_words  # noqa: PLC0415

    if not file.is_file():
        raise _no_file(file, as_json=as_json)
    _, _, schemas, exports, countries = read_settings(Request.folder(_path(firm)))
    chosen = _chosen(exports, schemas, register, mapping, date_order)
    guessed = {register: schemas[register]} if register else schemas
    if suggest:
        say(as_toml(of_file(file, guessed, exports, countries), file.stem))
        return
    try:
        readings, left = read_file(file, schemas, chosen, countries)
    except InputError as refusal:
        readings, left = [], [refusal]
    if as_json:
        _say_receipt(file, readings, str(left[0]) if left else None)
    else:
        for text in (*(as_text(each, schemas) for each in readings), *map(str, left)):
            say(text)
        if any(isinstance(each, UnknownExportError) and not each.register for each in left):
            say(told_in_words(of_file(file, guessed, exports, countries)))
    if left:
        raise typer.Exit(INCOMPLETE)


def _say_receipt(file: Path, readings: "Sequence[SheetRows]", refusal: str | None) -> None:
    """Print as JSON how a file was read, or why it was not."""
    from privacy_audit.reports.results_json import canonical  # noqa: PLC0415
    from privacy_audit.reports.terminal import receipt_json  # noqa: PLC0415

    say(canonical(receipt_json(file, readings, refusal)).decode().rstrip())


def _no_file(path: Path, *, as_json: bool) -> UsageError:
    """Return the error that there is no such file, which is printed as JSON first where that was asked for."""
    message = f"{path} is {'a folder' if path.is_dir() else 'no file'}. Hint: name one CSV file or workbook."
    if as_json:
        _say_receipt(path, [], message)
    return UsageError(message)


def _chosen(
    exports: "Mapping[str, Export]", schemas: "Mapping[str, Schema]", register: str, mapping: str, date_order: str
) -> "list[Export]":
    """Return the mappings that a file may be read by, as the options ask."""
    from privacy_audit.settings.mapping import load_export  # noqa: PLC0415

    _one_of("--date-order", date_order, ("", "DMY", "MDY", "YMD"))
    if mapping.endswith(".toml"):
        if not Path(mapping).is_file():
            raise UsageError(f"There is no mapping file {mapping}.")
        exports = {mapping: load_export(Path(mapping), schemas)}
    elif mapping:
        _one_of("--mapping", mapping, tuple(exports))
        exports = {mapping: exports[mapping]}
    if register:
        _one_of("--register", register, tuple(schemas))
        exports = {name: each for name, each in exports.items() if each.register_name == register}
    order = {"date_order": date_order} if date_order else {}
    return [each.model_copy(update=order) for each in exports.values()]


@app.command()
def controls(
    control_id: Annotated[str, typer.Argument(help="One control, such as RET-01.")] = "",
    *,
    firm: Firm = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the controls, or tell all about one."""
    from privacy_audit.audit.inputs import read_settings  # noqa: PLC0415
    from privacy_audit.reports.terminal import about, listed, plain  # noqa: PLC0415

    policy, law, *_ = read_settings(Request.folder(_path(firm)))
    if control_id and control_id not in CONTROLS:
        message = f"There is no control “{control_id}”.{nearest(control_id, CONTROLS)}"
        raise UsageError(message)
    chosen: list[Control] = (
        [CONTROLS[control_id]] if control_id else sorted(CONTROLS.values(), key=lambda each: each.id)
    )
    if as_json:
        say(json.dumps([plain(each, policy, law) for each in chosen], indent=1, ensure_ascii=False))
    elif control_id:
        say(about(chosen[0], policy, law))
    else:
        say(listed(chosen, policy, law))


for command in (verify, pack, explain, encrypt, lookup):
    app.command()(command)


def main() -> None:
    """Run a command; say every failure in one line and end with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # no sign is too strange for a terminal
        sys.stdout.reconfigure(errors="backslashreplace")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    try:
        code = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        say("Interrupted.", err=True)
        code = FAILED
    except typer.TyperException as error:
        said = getattr(error, "format_message", error.__str__)()
        say(f"{said} Hint: privacy-audit --help lists what there is." if said else "", err=True)
        code = WRONG_USE
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said in words
        said = as_audit_error(error)
        say(str(said), err=True)
        code = said.exit_code
    sys.exit(code or 0)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
