"""From any finding or task of a published run to the policy's words, the check, the law and the rows of the files.

It reads what was published and nothing else, so it tells the same years later, without the registers.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from privacy_audit.dates import long_date
from privacy_audit.errors import UsageError, nearest, printable
from privacy_audit.request import ROOT
from privacy_audit.verify import newest_run

FINDINGS, SOURCES = "findings.json", "sources.json"
SHORTEST, HASH, LABEL = 4, 16, 16
SINCE = {
    "new": "new",
    "persisting": "still there",
    "worsened": "still there, worse",
    "improved": "still there, better",
    "reopened": "back again",
}
Line = tuple[str, str]


class Run:
    """A published run, as its two files tell it."""

    def __init__(self, folder: Path) -> None:
        try:
            content = json.loads((folder / FINDINGS).read_bytes())
            sources = json.loads((folder / SOURCES).read_bytes())
            self.findings = {each["id"]: each for each in content["findings"]}
            self.tasks = {each["id"]: each for each in content["tasks"]}
            self.checks = {each["id"]: each for each in content["controls"]}
            self.promises = {each["id"]: each for each in content["audit"]["coverage"]["promises"]}
            self.audit, self.places = content["audit"], sources["findings"]
            self.hashes = {(each["file"], each["sheet"]): each["sha256"] for each in sources["receipts"]}
        except (OSError, ValueError, KeyError, TypeError):
            message = f"{folder} is no published run. Hint: name a folder such as reports/2026-Q3/run-01."
            raise UsageError(message) from None

    def named(self, text: str) -> str:
        """Return the id that a text names: the id itself, or the first few signs of it; raise UsageError."""
        ids = [*self.findings, *self.tasks]
        found = [each for each in ids if each == text] or [each for each in ids if each.startswith(text)]
        if len(text) < SHORTEST or not found:
            message = f"There is no finding or task “{text}” in this run.{nearest(text, ids)}"
            raise UsageError(message + " Hint: the ids stand in the last columns of audit.xlsx.")
        if len(found) > 1:
            raise UsageError(f"“{text}” may be {' or '.join(found[:3])}. Hint: give more of the id.")
        return str(found[0])

    def about(self, id_: str) -> Iterator[Line]:
        """Yield the chain of a finding, or of a task and every finding that it settles."""
        if id_ in self.findings:
            yield from self._finding(self.findings[id_])
            return
        task = self.tasks[id_]
        yield "Task", f"{id_}: {task['title']}. {task['effort']} minutes, by {_day(task['due_on'])}."
        for each in task["findings"]:
            yield "", ""
            yield from self._finding(self.findings[each], within=True)

    def _finding(self, finding: Mapping[str, Any], *, within: bool = False) -> Iterator[Line]:
        """Yield a finding's chain; `within` its task, which is told already."""
        kind = "a fact" if finding["outcome"] == "broken" else "a gap"
        yield "Finding", f"{finding['id']}: {kind}, {finding['severity']}; record {finding['record']}"
        for each in finding["commitments"]:
            promise = self.promises[each]
            yield "We promise", f"“{promise['quote']}” (section {promise['section']}, {each})"
        if not finding["commitments"]:
            yield "We promise", "Nothing: the audit itself needs it, or the law asks for it."
        yield "We found", finding["reason"]
        yield from self._rows(finding["id"])
        for each in finding["blocks"] or [finding["control"]]:
            yield from self._check(self.checks[each])
        yield "The law", finding["law"] + (f" ({finding['mark']})" if finding["mark"] else "")
        yield "What to do", f"{finding['remedy']} By {_day(finding['due_on'])}."
        if finding["waiver"]:
            waiver = finding["waiver"]
            yield "Accepted by", f"{waiver['approved_by']}, until {_day(waiver['expires'])}: {waiver['reason']}"
        elif not within:
            yield "Task", f"{finding['task']}: {self.tasks[finding['task']]['title']}."
        yield "First seen", ", ".join(filter(None, (finding["first_seen"], SINCE.get(finding["change"] or "", ""))))

    def _rows(self, id_: str) -> Iterator[Line]:
        for each in self.places.get(id_, ()):
            sheet = f", sheet “{each['sheet']}”" if each["sheet"] else ""
            row = f", row {each['row']}" if each["row"] else ""
            known = self.hashes.get((each["file"], each["sheet"]))
            yield "Where", f"{each['file']}{sheet}{row}" + (f" (SHA-256 {known[:HASH]}…)" if known else "")

    def _check(self, check: Mapping[str, Any]) -> Iterator[Line]:
        """Yield a check, what it counted, and the values of law it rests on with their sources."""
        parts = ("out_of_scope", "kept", "broken", "not_shown", "unread")
        counts = " + ".join(f"{check[each]} {each.replace('_', ' ')}" for each in parts)
        yield "The check", f"{check['id']}: {check['title']} {check['rows']} rows of {check['register']} = {counts}."
        for rule in check["rules"]:
            mark = f"; {rule['mark']}" if rule["mark"] else ""
            source = f"{rule['title']}: {rule['source']} ({rule['file']}, {rule['name']}"
            yield "It rests on", f"{source}; checked {_day(rule['checked'])}{mark})"


def _day(text: str) -> str:
    return long_date(date.fromisoformat(text))


def newest(reports: Path) -> Path:
    """Return the folder of the newest run; raise UsageError where there is none yet."""
    found = newest_run(reports)
    if found is None:
        raise UsageError(f"There is no run in {reports} yet. Hint: privacy-audit run")
    return reports / found


def explain(
    what: Annotated[str, typer.Argument(metavar="FINDING|TASK", help="The id, or the first few signs of it.")],
    *,
    run: Annotated[str, typer.Option(help="A run's folder; the newest run if left out.")] = "",
    reports: Annotated[str, typer.Option(help="Where runs are published.")] = "",
) -> None:
    """Tell where a finding or a task comes from: policy, check, law, file and row."""
    folder = Path(run) if run else newest(Path(reports).absolute() if reports else ROOT / "reports")
    found = Run(folder)
    audit = found.audit
    example = "   [Example: fictional registers]" if audit["fictional"] else ""
    head = f"{audit['firm']}: privacy audit {audit['quarter']}, as at {_day(audit['as_at'])}{example}"
    typer.echo(f"{printable(head)}\n")
    for label, text in found.about(found.named(what)):
        typer.echo(printable(f"{label + ':':{LABEL}}{text}") if label else "")
