"""Repeating a published run: the same exports, law, policy and past must give the same findings, byte for byte."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from privacy_audit.audit.inputs import fingerprints
from privacy_audit.audit.run import audit
from privacy_audit.dates import Quarter
from privacy_audit.errors import AuditError
from privacy_audit.reports.results_json import findings_json
from privacy_audit.request import Request
from privacy_audit.runs import manifest
from privacy_audit.runs.manifest import REGISTERS
from privacy_audit.settings.firm import WAIVERS
from privacy_audit.settings.policy import Policy
from privacy_audit.verify import FINDINGS, Report, check_inputs

# What a run keeps for itself, so that the firm's folder may have moved on.
KEPT_ROOMS = (REGISTERS, "history/", WAIVERS)


def repeat(run: Path, content: Mapping[str, Any], firm: str, registers: Path | None) -> Report:
    """Run an audit again from its exports and what the run kept; tell whether findings.json comes out the same."""
    said = content["predicate"]
    request = _request(said["parameters"], firm, registers, run / "inputs")
    other = _other_firm(said["firm"], request.firm)
    if other:
        return Report(unknown=[other])
    report = check_inputs(content, request.registers)
    if report.exit_code:
        report.said.append("Not repeated: the exports are not those that were audited.")
        return report
    changed = [*_changed(said, request), *_other_code(said)]
    try:
        result = audit(request, said["parameters"]["engine"])
        again = findings_json(result)
    except AuditError as error:
        report.unknown.append(f"It could not be repeated: {error}")
        return report
    if result.inputs.which_key != said["key"]:
        changed.append("firm.key is another than then, so every finding has another id")
    if again == (run / FINDINGS).read_bytes():
        report.said.append(f"Repeated: {FINDINGS} comes out the same, byte for byte.")
        report.said += [f"although {each}" for each in changed]
    elif changed:
        report.unknown.append(f"Repeated, {FINDINGS} comes out differently, but so it may: {'; '.join(changed)}.")
    else:
        report.wrong.append(f"Repeated from the same files by the same code, {FINDINGS} comes out differently.")
    return report


def _request(asked: Mapping[str, Any], firm: str, registers: Path | None, kept: Path) -> Request:
    folder, quarter = Request.folder(firm), Quarter.parse(asked["quarter"])
    home = folder / "example" if asked["example"] else folder / "registers"
    issued_on = date.fromisoformat(asked["issued_on"]) if asked["issued_on"] else None
    as_at = date.fromisoformat(asked["as_at"])
    return Request(folder, quarter, registers or home / str(quarter), as_at, issued_on, asked["example"], kept)


def _other_firm(name: str, folder: Path) -> str:
    """Return in words that a folder is another firm's than the run; a folder that cannot be read is told later."""
    try:
        there = Policy(folder / "policy").firm.name
    except AuditError:
        return ""
    hint = "name the firm's folder with --firm; if the firm was renamed, repeat the run with its old name in firm.toml."
    return "" if there == name else f"This run is of “{name}”; the folder {folder} is of “{there}”. Hint: {hint}"


def _changed(said: Mapping[str, Any], request: Request) -> list[str]:
    """Return which settings are not those of the run, and which exports were added to them."""
    then = {each["name"]: each["digest"]["sha256"] for each in said["settings"]}
    now = fingerprints(request)
    names = sorted(name for name, _ in then.items() ^ now.items() if not name.startswith(KEPT_ROOMS))
    read = {f"{REGISTERS}{each['name']}" for each in said["inputs"]}
    added = sorted(name for name in now if name.startswith(REGISTERS) and name not in read)
    return [f"{name} was added since" for name in added] + [
        f"{name} has changed since" for name in dict.fromkeys(names)
    ]


def _other_code(said: Mapping[str, Any]) -> list[str]:
    here, there = manifest.code(), said["code"]
    changed = []
    if here["sha256"] != there["sha256"]:
        at = f", then at commit {there['commit'][:12]}" if there["commit"] else ""
        changed.append(f"the program has changed since (then version {there['version']}{at})")
    if manifest.environment() != said["environment"]:
        changed.append(f"Python or a library has changed since (then Python {said['environment']['python']})")
    return changed
