"""What the notebook calls first and last: check the parameters and audit; write or publish the results."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_audit.audit.editions import ACCOUNTANT, View
from privacy_audit.audit.history import KEPT, as_kept
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.errors import UsageError, guarded, nearest
from privacy_audit.reports.accountant import accountant_xlsx
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.insurer import insurer_xlsx
from privacy_audit.reports.oscal import documents
from privacy_audit.reports.page import html_page
from privacy_audit.reports.pdf import report, typeset
from privacy_audit.reports.results_json import canonical, findings_json, sources_json
from privacy_audit.reports.screen import as_text, chain, first_screen, worst
from privacy_audit.request import ENGINE, ENGINE_NAMES, ROOT, Request
from privacy_audit.runs.execute import LOOKING, PARAMETERS, REPORTS, STAGED_BY_RUN, Outcome
from privacy_audit.runs.leakscan import EVERY, Needles, refuse, search
from privacy_audit.runs.manifest import predicate
from privacy_audit.runs.publish import busy, locked, publish, refuse_tracked, staging, write
from privacy_audit.settings.firm import WAIVERS
from privacy_audit.verify import PRINTED, sha256

# What people typed themselves is kept as they typed it.
TYPED = ("inputs/waivers.toml", "inputs/actions/")
# In a fresh kernel only parameters are defined by then; later, somebody exploring may have names of their own.
FIRST_CELLS = 4
SIMPLE = (str, int, float, bool, list, dict, type(None))


@dataclass(frozen=True)
class Parameters:
    """The notebook's parameters, checked."""

    request: Request
    reports: str
    engine: str


def check(names: Mapping[str, Any], known: Sequence[str] = PARAMETERS) -> Parameters:
    """Check the names a notebook has defined so far; raise UsageError for an unknown or ill-typed one."""
    given = {name: value for name, value in names.items() if _is_parameter(name, value)}
    unknown = sorted(given.keys() - set(known))
    if unknown and len(names.get("In", ())) <= FIRST_CELLS:
        message = f"There is no parameter “{unknown[0]}”.{nearest(unknown[0], known)}"
        raise UsageError(message)
    given = {name: value for name, value in given.items() if name in known}
    for name, value in given.items():
        if not isinstance(value, str):
            message = f"{name}: {value!r} is not text. Hint: with papermill, write -r instead of -p."
            raise UsageError(message)
    engine = given.pop("engine", ENGINE)
    if engine not in ENGINE_NAMES:
        message = f"engine: there is no “{engine}”; there are {', '.join(ENGINE_NAMES)}.{nearest(engine, ENGINE_NAMES)}"
        raise UsageError(message)
    reports = os.environ.get(REPORTS, given.pop("reports", ""))
    given.pop("reports", None)
    return Parameters(Request.of(**given), reports, engine)


def _is_parameter(name: str, value: object) -> bool:
    return not name.startswith("_") and name not in {"In", "Out"} and isinstance(value, SIMPLE)


@guarded
def start(names: Mapping[str, Any]) -> Result:
    """Check the parameters and run the audit."""
    parameters = check(names)
    refuse_tracked(parameters.request, parameters.reports)
    return audit(parameters.request, parameters.engine)


@guarded
def look(names: Mapping[str, Any]) -> Result:
    """Check the parameters of a working paper or of the desk and run the audit; nothing is published."""
    parameters = check(names, LOOKING)
    refuse_tracked(parameters.request)
    return audit(parameters.request, parameters.engine)


@guarded
def finish(result: Result, names: Mapping[str, Any]) -> str:
    """Write the results where the command staged the run, or publish them; say what was done."""
    engine, reports = str(names.get("engine", ENGINE)), os.environ.get(REPORTS, str(names.get("reports", "")))
    os.umask(0o077)
    staged = os.environ.get(STAGED_BY_RUN)
    said = predicate(result, engine)
    watched = watch(result) if staged or reports else Needles()
    if staged:
        with busy(Path(staged)):
            _stage(Path(staged), result, watched)
            outcome(result, said, watched).leave(Path(staged))
    elif reports:
        place = ROOT / reports
        with locked(place), staging(place) as folder:
            _stage(folder, result, watched)
            publish(folder, place, said)
    return f"Results hash {said['results'][:PRINTED]}. " + _last_line(result)


def outputs(result: Result) -> dict[str, bytes]:
    """Return every output file of an audit, by name."""
    findings = findings_json(result)
    results = sha256(findings)
    with ThreadPoolExecutor(1) as beside:  # typst works on its own while the others are made
        paper = beside.submit(typeset, report(result))
        made = {
            "findings.json": findings,
            "sources.json": sources_json(result),
            "audit.html": html_page(result),
            "audit.xlsx": excel(result, results),
            "accountant.xlsx": accountant_xlsx(result, results),
            "insurer.xlsx": insurer_xlsx(result, results),
        }
        made |= {f"oscal/{name}": content for name, content in documents(result).items()}
        return made | {"audit.pdf": paper.result()}


def inputs_to_save(result: Result) -> dict[str, bytes]:
    """Return the inputs that a run saves so that it can be repeated: the past, the waivers, the actions."""
    past, home = result.comparison.last_quarter, result.inputs.home
    files = {f"inputs/{KEPT}": canonical(as_kept(past))} if past else {}
    typed = [home / WAIVERS, *sorted((home / "actions").glob("*"))]
    return files | {
        f"inputs/{each.relative_to(home).as_posix()}": each.read_bytes() for each in typed if each.is_file()
    }


def watch(result: Result) -> Needles:
    """Return what no output may show: the registers' personal values, but for what an output is there to show.

    The firm's own edition names who at the firm can be asked, and the accountant's the accounts of the ledger.
    """
    inputs = result.inputs
    staff = [inputs.policy.read_by, *(each.waiver.approved_by for each in result.waivers)]
    staff += [each.by for each in inputs.folder.about.extracts.values()]
    staff += [each.by for each in (*inputs.policy.firm.declared, *inputs.folder.about.declared)]
    accounts = [each["account"] for each in View(result, ACCOUNTANT).rows("clients") if each["account"]]
    public = f"{inputs.policy.firm.name}\n{inputs.policy.text}"
    return Needles.of(inputs.registers, public, {EVERY: staff, "accountant.xlsx": accounts})


def _stage(folder: Path, result: Result, watched: Needles) -> None:
    made = outputs(result) | inputs_to_save(result)
    refuse(search({name: content for name, content in made.items() if not name.startswith(TYPED)}, watched))
    for name, content in made.items():
        write(folder, name, content)


def _last_line(result: Result) -> str:
    facts = sum(each.outcome == "broken" for each in result.findings)
    counts = ((facts, "fact"), (len(result.findings) - facts, "gap"), (len(result.tasks), "task"))
    said = [f"{number} {word}{'s' * (number != 1)}" for number, word in counts]
    return f"{said[0]} against a promise, {said[1]}, {said[2]}."


def outcome(result: Result, said: dict[str, Any], watched: Needles) -> Outcome:
    """Return what the command needs to print, to choose its exit code and to publish."""
    finding = worst(result)
    return Outcome(
        screen=as_text(first_screen(result)),
        chain=list(chain(result, finding)) if finding else [],
        incomplete=result.incomplete,
        severities=sorted({each.severity for each in result.findings}, key=SEVERITIES.index),
        last=_last_line(result),
        said=said,
        watch=watched.plain(),
    )
