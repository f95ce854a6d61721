"""Everything one audit found, put together once and rendered many times."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from privacy_audit.audit import history
from privacy_audit.audit.finding import Finding, listed
from privacy_audit.audit.findings import Gaps, find, gaps_of, left_open, waived_rows
from privacy_audit.audit.history import (
    KEY,
    LOOKBACK,
    Comparison,
    Past,
    compare,
    earlier,
    past_of,
    read_past,
    refuse_other_key,
    unclear,
    untold,
)
from privacy_audit.audit.inputs import Inputs, read_inputs
from privacy_audit.audit.observe import Observation, observe
from privacy_audit.audit.standing import Judged, Promise, Section, Status, status
from privacy_audit.audit.tasks import Task, first_five, gather
from privacy_audit.dates import in_words
from privacy_audit.facts import own_registers
from privacy_audit.registers.register import Register
from privacy_audit.request import ENGINE, Request
from privacy_audit.settings.firm import EXPECTED, Waived, in_time, read_waivers, stand
from privacy_audit.settings.policy import Commitment
from privacy_audit.settings.rulebook import Watched


@dataclass(frozen=True, eq=False)
class Result:
    """Observations, findings and tasks of one audit, with the status of each control and promise.

    `compared` sets it beside the quarter before; `waivers` tell how each accepted exception stands on the day.
    """

    inputs: Inputs
    observations: Sequence[Observation]
    findings: Sequence[Finding]
    tasks: Sequence[Task]
    compared: Comparison = field(default_factory=Comparison)
    waivers: Sequence[Waived] = ()

    @cached_property
    def waived(self) -> dict[str, int]:
        """How many broken rows of each control are accepted exceptions."""
        return {id_: len(rows) for id_, rows in self._accepted.items()}

    @cached_property
    def _accepted(self) -> dict[str, list[Mapping[str, Any]]]:
        ids = {each.id for each in self.findings if each.waiver}
        return {each.control.id: waived_rows(self.inputs, each, ids) for each in self.observations}

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """Every control's status."""
        found = {}
        for each in self.observations:
            rows = self._accepted[each.control.id]
            found[each.control.id] = status(each, len(rows), sum(bool(left_open(each, row)) for row in rows))
        return found

    @cached_property
    def checks(self) -> Counter[str]:
        """How many checks were `answered`, `not_testable`, ended in an `error`, or were `not_made`: not promised."""
        silent = {"not_testable", "error"}
        made = {each.control.id for each in self.observations if each.promised}
        found = {id_: status if status in silent else "answered" for id_, status in self.statuses.items()}
        return Counter(kind if id_ in made else "not_made" for id_, kind in found.items())

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """How every commitment stands."""
        return self._judged.promises()

    @cached_property
    def testable(self) -> list[Commitment]:
        """The commitments that records can test."""
        return [each for each in self.inputs.policy.commitments if each.basis == "records"]

    def count(self, *states: Promise) -> int:
        """Return how many of the promises that records can test are in one of the states."""
        return sum(self.promises[each.id] in states for each in self.testable)

    @cached_property
    def _judged(self) -> Judged:
        return Judged(self.inputs, self.observations, self.findings, self.statuses)

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that some control tests, in the policy's order, the registers and the follow-up first."""
        return self._judged.sections()

    def standing(self, statement: Commitment, control: str) -> Status:
        """Return how a statement stands by one of its checks."""
        return self._judged.standing(statement, control)

    def section(self, number: str) -> Section | None:
        """Return a section, or None when no control tests it."""
        return next((each for each in self.sections if each.id == number), None)

    def over(self, register: str) -> Section | None:
        """Return the controls over one register and their findings as a section of its own; None if there are none."""
        return self._judged.over(register)

    @cached_property
    def first_five(self) -> list[Task]:
        """The tasks to do first."""
        return first_five(self.tasks)

    @cached_property
    def by_id(self) -> Mapping[str, Finding]:
        """The findings by id."""
        return {each.id: each for each in self.findings}

    @cached_property
    def rows(self) -> tuple[int, int, int]:
        """Rows in, accepted and rejected over all files."""
        receipts = self.inputs.folder.receipts
        rejected = sum(len(each.rejected) for each in receipts)
        return sum(each.rows_in for each in receipts), sum(each.accepted for each in receipts), rejected

    @cached_property
    def incomplete(self) -> list[str]:
        """Why the audit is incomplete, in words: what is missing, empty, unread or failed."""
        why = [each.error for each in self.inputs.folder.refused]
        for row in self.inputs.registers["receipts"].table.to_pylist():
            if row["expected"] and not row["files"]:
                why.append(f"The register {row['register']} is missing.")
            elif row["expected"] and not row["rows_in"]:
                why.append(f"The register {row['register']} is empty.")
            if row["rejected"]:
                why.append(f"{row['rejected']} of {row['rows_in']} rows of {row['register']} could not be read.")
            if row["missing_core"]:
                why.append(f"The register {row['register']} lacks: {row['missing_core']}.")
        why += [f"{each.incomplete[0]}." for each in self.inputs.registers.values() if each.incomplete]
        why += [f"{each.control.id}: {each.error}." for each in self.observations if each.error]
        return list(dict.fromkeys(why))

    def most_useful_next(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the files and columns for which most answers wait, and the controls that need them; three at most.

        A missing file comes first. Columns go by the answers that wait for nothing else, then by those that do.
        """
        useful = []
        for row in self.inputs.registers["receipts"].table.to_pylist():
            if row["expected"] and not row["accepted"]:
                blocked = [each.control.id for each in self.observations if each.control.register == row["register"]]
                useful.append((listed(self.inputs, row["register"]), tuple(blocked)))
        gaps: dict[str, list[Finding]] = {}
        for each in self.findings:
            if each.blocks and each.over:
                where = listed(self.inputs, each.register) if each.register in EXPECTED else ""
                where = each.missing_from or where
                gaps.setdefault(f"“{each.record}”" + f" in {where}" * bool(where), []).append(each)
        for what, found in sorted(gaps.items(), key=lambda item: (*_waiting(item[1]), item[0])):
            useful.append((what, tuple(sorted({control for each in found for control in each.blocks}))))
        return useful[:3]

    def as_past(self) -> Past:
        """Return the result as the past of the next quarter."""
        findings = [
            {"id": each.id, "control": each.control, "severity": each.severity, "reason": each.reason}
            | {"first_seen": each.first_seen, "register": each.register, "record": each.record, "outcome": each.outcome}
            for each in self.findings
        ]
        tasks = [asdict(each) for each in self.tasks]
        quarter = {"quarter": str(self.inputs.request.quarter), KEY: self.inputs.which_key}
        gone = list(self.compared.gone.values())
        unclear = list(self.compared.unclear.values())
        past = past_of({"audit": quarter, "findings": findings, "gone": gone, "unclear": unclear, "tasks": tasks})
        return replace(past, before=self.compared.past)


def _waiting(gaps: Iterable[Finding]) -> tuple[int, int]:
    """Return, the most first, how many answers wait for these columns alone, and for how many rows they are needed."""
    found = list(gaps)
    return -sum(each.unlocks for each in found), -sum(each.number * len(each.blocks) for each in found)


def audit(request: Request, engine: str = ENGINE, lookback: int = LOOKBACK) -> Result:
    """Run one audit, and before it that of the quarter before, as far back as `lookback` quarters."""
    return judged(request, engine, _past(request, lookback))


def judged(request: Request, engine: str, past: Past | None) -> Result:
    """Run one audit beside what is known of the quarter before."""
    return concluded(read_inputs(request), engine, past)


def concluded(inputs: Inputs, engine: str, past: Past | None) -> Result:
    """Return what an audit of these inputs finds: judge, find, compare, gather."""
    request = inputs.request
    refuse_other_key(past, inputs.which_key)
    observations = observe(inputs, engine)
    gaps = gaps_of(inputs, observations)
    inputs = inputs.adding(column_register(inputs, gaps))
    observations += observe(inputs, engine, late="columns")
    accepted = in_time(read_waivers(request.kept or inputs.home), request.as_at)
    known = {each.id for each in find(inputs, observations, gaps, accepted)}
    missed = unclear(inputs, observations, past, known) | untold(past, known)
    inputs = inputs.adding(history.open_tasks(inputs.schemas["previous"], past, known, missed))
    observations += observe(inputs, engine, late="previous")
    observations.sort(key=lambda each: each.control.id)
    findings = find(inputs, observations, gaps, accepted)
    known = {each.id for each in findings}
    missed = unclear(inputs, observations, past, known) | untold(past, known)
    compared = compare(findings, past, str(request.quarter), missed)
    waivers = _waive(inputs, findings)
    return Result(inputs, observations, findings, gather(inputs, findings), compared, waivers)


def _past(request: Request, lookback: int) -> Past | None:
    """Return the quarter before: audited again from its exports, or read from the history."""
    before = earlier(request) if lookback else None
    return audit(before, ENGINE, lookback - 1).as_past() if before else read_past(request)


def column_register(inputs: Inputs, gaps: Gaps) -> Register:
    """Return the register of columns that DQ-02 judges: what the exports have, and what some check lacks."""
    needed = {blank: len(gap.controls) for blank, gap in gaps.items()}
    law = Watched(inputs.law, inputs.request.as_at, inputs.rests.setdefault(("columns", "kind"), {}))
    words = law.unneeded_columns.on(inputs.request.as_at)
    return own_registers.columns(inputs.schemas["columns"], inputs.registers, needed, inputs.schemas, words)


def _waive(inputs: Inputs, findings: Sequence[Finding]) -> list[Waived]:
    """Put each waiver that holds on the day beside its finding, and return how all of them stand."""
    broken = {each.id: each for each in findings if each.outcome == "broken"}
    gaps = {each.id for each in findings} - broken.keys()
    waivers = stand(read_waivers(inputs.request.kept or inputs.home), inputs.request.as_at, broken, gaps)
    for each in waivers:
        if each.standing == "holds":
            broken[each.waiver.finding].waiver = each.waiver
        if each.standing == "expired":
            over = f"accepted as an exception until {in_words(each.waiver.expires)}, because: {each.waiver.reason}"
            broken[each.waiver.finding].reason += f" It was {over}"
    return waivers
