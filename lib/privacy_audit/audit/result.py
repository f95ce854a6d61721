"""Everything one audit found, put together once and rendered many times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.gaps import listed
from privacy_audit.audit.history import KEY, Comparison, Past, past_of
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.standing import CommitmentState, Standing
from privacy_audit.audit.tasks import Task, first_five
from privacy_audit.settings.firm import EXPECTED, Waived
from privacy_audit.settings.policy import Commitment


@dataclass(frozen=True, eq=False)
class Result:
    """Observations, findings and tasks of one audit, with the state of every control, statement and section.

    `comparison` sets it beside the quarter before; `waivers` are the accepted exceptions with their states on the day.
    """

    inputs: Inputs
    observations: Sequence[Observation]
    findings: Sequence[Finding]
    tasks: Sequence[Task]
    comparison: Comparison = field(default_factory=Comparison)
    waivers: Sequence[Waived] = ()

    @cached_property
    def standing(self) -> Standing:
        """What each control, statement and section comes to."""
        return Standing(self.inputs, self.observations, self.findings)

    @cached_property
    def testable(self) -> list[Commitment]:
        """The statements that records can test."""
        return [each for each in self.inputs.policy.commitments if each.basis == "records"]

    def count(self, *states: CommitmentState) -> int:
        """Return how many of the statements that records can test are in one of the states."""
        return sum(self.standing.states[each.id] in states for each in self.testable)

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
        gone = list(self.comparison.gone.values())
        unclear = list(self.comparison.unclear.values())
        past = past_of({"audit": quarter, "findings": findings, "gone": gone, "unclear": unclear, "tasks": tasks})
        return replace(past, before=self.comparison.last_quarter)


def _waiting(gaps: Iterable[Finding]) -> tuple[int, int]:
    """Return, the most first, how many answers wait for these columns alone, and for how many rows they are needed."""
    found = list(gaps)
    return -sum(each.unlocks for each in found), -sum(each.number * len(each.blocks) for each in found)
