"""Everything one audit found, put together once and rendered many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from privacy_audit.audit import Observation, observe
from privacy_audit.control import SEVERITIES
from privacy_audit.findings import Finding, find
from privacy_audit.inputs import Inputs, read_inputs
from privacy_audit.policy import SECTIONS, Commitment
from privacy_audit.rating import Promise, Rating, Status, promise, rate, status
from privacy_audit.request import Request
from privacy_audit.tasks import Task, first_five, gather

QUALITY = "registers"


@dataclass(frozen=True)
class Section:
    """One section of the policy, or the registers themselves, with the controls that test it."""

    id: str
    title: str
    rating: Rating
    controls: tuple[Observation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Result:
    """Observations, findings and tasks of one audit, with the status of each control and promise."""

    inputs: Inputs
    observations: Sequence[Observation]
    findings: Sequence[Finding]
    tasks: Sequence[Task]

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """Every control's status."""
        return {each.control.id: status(each) for each in self.observations}

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """How every commitment stands."""
        return {each.id: promise(each, self.statuses) for each in self.inputs.policy.commitments}

    @cached_property
    def testable(self) -> list[Commitment]:
        """The commitments that records can test."""
        return [each for each in self.inputs.policy.commitments if each.basis == "records"]

    def count(self, *states: Promise) -> int:
        """Return how many of the promises that records can test are in one of the states."""
        return sum(self.promises[each.id] in states for each in self.testable)

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that have controls, in the policy's order, the registers themselves first."""
        homes: dict[str, list[Observation]] = {}
        for each in self.observations:
            promises = self.inputs.policy.naming(each.control.id)
            homes.setdefault(promises[0].section if promises else QUALITY, []).append(each)
        order = [QUALITY, *SECTIONS]
        return [self._section(home, homes[home]) for home in sorted(homes, key=order.index)]

    def _section(self, home: str, observations: list[Observation]) -> Section:
        ids = {each.control.id for each in observations}
        found = tuple(each for each in self.findings if each.control in ids or ids & set(each.blocks))
        causes = {(each.control, each.record): each.severity for each in reversed(found) if each.outcome == "broken"}
        whole = not any(each.planned for each in self.inputs.policy.commitments if ids & set(each.controls))
        severities = sorted(causes.values(), key=SEVERITIES.index)
        rating = rate([self.statuses[each] for each in ids], severities, whole=whole)
        title = "The registers themselves" if home == QUALITY else SECTIONS[home]
        return Section(home, title, rating, tuple(observations), found)

    def section(self, number: str) -> Section | None:
        """Return a section, or None when no control tests it."""
        return next((each for each in self.sections if each.id == number), None)

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

    def next_file(self) -> tuple[str, tuple[str, ...]] | None:
        """Return the one column or file that would let most controls be shown, and those controls."""
        for row in self.inputs.registers["receipts"].table.to_pylist():
            if row["expected"] and not row["accepted"]:
                blocked = [each.control.id for each in self.observations if each.control.register == row["register"]]
                return f"the {row['register']} export", tuple(blocked)
        gaps = [each for each in self.findings if each.blocks]
        if not gaps:
            return None
        best = max(gaps, key=lambda each: (len(each.blocks), len(each.sources), each.id))
        return f"“{best.record}” in the {best.register} export", best.blocks


def audit(request: Request, engine: str = "pandas") -> Result:
    """Run one audit: read, judge, find, gather."""
    inputs = read_inputs(request)
    observations = observe(inputs, engine)
    findings = find(inputs, observations)
    return Result(inputs, observations, findings, gather(inputs, findings))
