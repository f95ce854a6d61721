"""Run the audit of a quarter: judge the exports, then the gaps they leave, then the follow-up, and conclude."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.findings import find, merged
from privacy_audit.audit.gaps import Gaps, gap_finding, gaps_of
from privacy_audit.audit.history import (
    LOOKBACK,
    Past,
    compare,
    earlier,
    open_tasks,
    read_past,
    refuse_other_key,
    unclear,
    under_other_key,
    with_history,
)
from privacy_audit.audit.inputs import Inputs, read_inputs
from privacy_audit.audit.observe import Observation, observe
from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import gather, with_tasks
from privacy_audit.dates import long_date
from privacy_audit.facts import own_registers
from privacy_audit.request import ENGINE, Request
from privacy_audit.settings.firm import Waived, Waiver, in_time, read_waivers, waiver_states
from privacy_audit.settings.rulebook import InForce, Watched


def audit(request: Request, engine: str = ENGINE, lookback: int = LOOKBACK) -> Result:
    """Run one audit, and before it that of the quarter before, as far back as `lookback` quarters."""
    before = earlier(request) if lookback else None
    past = audit(before, ENGINE, lookback - 1).as_past() if before else read_past(request)
    return run_quarter(read_inputs(request), engine, past)


def run_quarter(inputs: Inputs, engine: str, past: Past | None) -> Result:
    """Return what the audit of a quarter's inputs finds, beside what is known of the quarter before.

    Four passes, since some registers are made from what the passes before found: the gaps, and last quarter's tasks.
    """
    refuse_other_key(past, inputs.which_key)
    judged, gaps = judge_exports(inputs, engine)
    judged = judge_gaps(judged, engine, gaps)
    judged = judge_follow_up(judged, engine, past)
    return conclude(judged, past)


@dataclass(frozen=True)
class Judged:
    """What the passes so far have judged and found; `accepted` are the ids of findings with a waiver in time."""

    inputs: Inputs
    accepted: Collection[str]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> set[str]:
        """The ids of everything found."""
        return {each.id for each in self.findings}

    def adding(self, inputs: Inputs, observations: Sequence[Observation]) -> "Judged":
        """Return this with what another pass judged, and what is found in it."""
        found = find(inputs, observations, self.accepted)
        return replace(
            self,
            inputs=inputs,
            observations=(*self.observations, *observations),
            findings=tuple(merged((*self.findings, *found))),
        )


def judge_exports(inputs: Inputs, engine: str) -> tuple[Judged, Gaps]:
    """Return the checks of the firm's registers and policy, and the columns whose blanks leave rows unjudged."""
    observations = observe(inputs, engine)
    gaps = gaps_of(inputs, observations)
    accepted = in_time(waivers_of(inputs), inputs.request.as_at)
    found = tuple(gap_finding(inputs, observations, blank, gap) for blank, gap in gaps.items())
    return Judged(inputs, accepted, (), found).adding(inputs, observations), gaps


def judge_gaps(judged: Judged, engine: str, gaps: Gaps) -> Judged:
    """Add the checks of the register of columns: those that the exports have, and those that some check lacks."""
    inputs = with_column_register(judged.inputs, gaps)
    return judged.adding(inputs, observe(inputs, engine, stage="gaps"))


def judge_follow_up(judged: Judged, engine: str, past: Past | None) -> Judged:
    """Add the checks of the last audit's tasks: which are done, which are open, and which cannot be known."""
    missed = missing_from(judged, past)
    tasks = open_tasks(judged.inputs.schemas["previous"], past, judged.ids, missed)
    inputs = judged.inputs.adding(tasks)
    return judged.adding(inputs, observe(inputs, engine, stage="follow_up"))


def conclude(judged: Judged, past: Past | None) -> Result:
    """Return the result: the findings beside last quarter's, the accepted ones marked, the others made into tasks."""
    inputs = judged.inputs
    found = with_history(judged.findings, past, str(inputs.request.quarter))
    compared = compare(found, past, missing_from(judged, past))
    found, waivers = with_waivers(inputs, found)
    tasks = gather(inputs, found)
    observations = sorted(judged.observations, key=lambda each: each.control.id)
    return Result(inputs, observations, with_tasks(found, tasks), tasks, compared, waivers)


def missing_from(judged: Judged, past: Past | None) -> dict[str, Mapping[str, Any]]:
    """Return last quarter's findings by id that today's registers could not have shown, were they still so."""
    return unclear(judged.inputs, judged.observations, past, judged.ids) | under_other_key(past, judged.ids)


def with_column_register(inputs: Inputs, gaps: Gaps) -> Inputs:
    """Return the inputs with the register of columns: what the exports have, and what some check lacks."""
    needed = {blank: len(gap.controls) for blank, gap in gaps.items()}
    used: dict[str, InForce] = {}
    law = Watched(inputs.law, inputs.request.as_at, used)
    words = law.unneeded_columns.on(inputs.request.as_at)
    register = own_registers.columns(inputs.schemas["columns"], inputs.registers, needed, inputs.schemas, words)
    return replace(inputs.adding(register), rests={**inputs.rests, ("columns", "kind"): used})


def waivers_of(inputs: Inputs) -> tuple[Waiver, ...]:
    """Return the firm's waivers, as they were when the run was made where it is repeated."""
    return read_waivers(inputs.request.saved_inputs or inputs.home)


def with_waivers(inputs: Inputs, findings: Sequence[Finding]) -> tuple[list[Finding], list[Waived]]:
    """Return the findings, each with the waiver that holds on the day or that has expired, and every waiver's state."""
    broken = {each.id for each in findings if each.outcome == "broken"}
    gaps = {each.id for each in findings} - broken
    waivers = waiver_states(waivers_of(inputs), inputs.request.as_at, broken, gaps)
    states = {each.waiver.finding: each for each in waivers if each.state in {"holds", "expired"}}
    return [_with_waiver(each, states.get(each.id)) for each in findings], waivers


def _with_waiver(finding: Finding, waived: Waived | None) -> Finding:
    if waived is None:
        return finding
    waiver = waived.waiver
    if waived.state == "holds":
        return replace(finding, waiver=waiver)
    over = f"It was accepted as an exception until {long_date(waiver.expires)}, because: {waiver.reason}"
    return replace(finding, reason=f"{finding.reason} {over}")
