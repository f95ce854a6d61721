"""The status of each control, the state of each statement of the policy, and the rating of each section."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, ROW
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.findings import statements, waived_rows
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.settings.policy import Commitment

Status = Literal["met", "met_with_waivers", "not_met", "not_testable", "not_applicable", "error"]
CommitmentState = Literal["kept", "kept_with_waivers", "broken", "cannot_be_shown", "not_applicable", "not_checked"]
Rating = Literal["Kept", "Some gaps", "Serious gaps", "Cannot say"]
STATUS_WORDS: dict[Status, str] = {
    "met": "met",
    "met_with_waivers": "met, with accepted exceptions",
    "not_met": "not met",
    "not_testable": "cannot be shown",
    "not_applicable": "does not apply",
    "error": "could not be run",
}
RULE = (
    "Serious gaps: a critical finding, or three or more major ones, each cause counted once. "
    "Some gaps: any other broken promise. "
    "Cannot say: nothing broken, but something cannot be shown, could not be run, or waits for a check to be written. "
    "Kept: every check that applies is met. A finding that somebody accepted in waivers.toml does not count."
)
MANY_MAJORS = 3


def status(observation: Observation, waived: int = 0, left_open: int = 0) -> Status:
    """Return a control's status: an error before a breach, a breach before a gap, a gap before a pass.

    Of the broken rows so many are accepted exceptions, and so many of these leave something else open.
    """
    counts = observation.counts
    if observation.error:
        return "error"
    if not observation.promised:
        return "not_applicable"
    if counts[BROKEN] > waived:
        return "not_met"
    empty = observation.rows == 0 and not observation.known_empty
    if empty or observation.blocked or observation.unread or counts[NOT_SHOWN] or left_open:
        return "not_testable"
    if not counts[KEPT] + counts[BROKEN]:
        return "not_applicable"
    return "met_with_waivers" if waived else "met"


def of_statement(verdicts: Collection[str], whole: Status) -> Status:
    """Return a statement's status by a check of the policy's own words, from the verdicts of the rows that name it.

    Where no row names the statement, it is the status of the `whole` check.
    """
    if not verdicts:
        return whole
    if BROKEN in verdicts:
        return "not_met"
    return "not_testable" if NOT_SHOWN in verdicts else "met"


def state_of(commitment: Commitment, by_rows: Iterable[Status], by_words: Iterable[Status] = ()) -> CommitmentState:
    """Return a statement's state: kept only when all its checks are written and met.

    `by_rows` are the checks of the firm's registers, `by_words` those of the policy's own words. A statement that
    records can test is neither kept nor broken by words alone: they can only keep it from being shown.
    """
    found, said = set(by_rows), set(by_words)
    if commitment.basis == "records":
        found |= {"not_testable"} if said & {"not_met", "not_testable", "error"} else set()
    else:
        found |= said
    if "not_met" in found:
        return "broken"
    if found & {"not_testable", "error"}:
        return "cannot_be_shown"
    if not found or commitment.planned:
        return "not_checked"
    if "met_with_waivers" in found:
        return "kept_with_waivers"
    return "not_applicable" if found == {"not_applicable"} else "kept"


def rate(statuses: Iterable[Status], severities: Sequence[str], *, whole: bool) -> Rating:
    """Return a section's rating from its controls' statuses and the severity of each broken cause (see RULE).

    `whole` says that every check planned for the section exists.
    """
    found = set(statuses)
    if "critical" in severities or severities.count("major") >= MANY_MAJORS:
        return "Serious gaps"
    if "not_met" in found:
        return "Some gaps"
    if not whole or found <= {"not_applicable"} or found & {"not_testable", "error"}:
        return "Cannot say"
    return "Kept"


QUALITY, DOCUMENT, LAW = "registers", "policy", "law"
# The headings of what belongs to no section of the policy.
HEADINGS = {
    QUALITY: "The registers and the follow-up",
    DOCUMENT: "The policy itself",
    LAW: "What the law asks and the policy does not mention",
}


@dataclass(frozen=True)
class Section:
    """One section of the policy, or the registers themselves, with the controls that test it."""

    id: str
    title: str
    rating: Rating
    controls: tuple[Observation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class Standing:
    """What each control, statement and section of the policy comes to, from one audit's observations and findings."""

    inputs: Inputs
    observations: Sequence[Observation]
    findings: Sequence[Finding]

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
        """Every control's status, by its id."""
        found = {}
        for each in self.observations:
            rows = self._accepted[each.control.id]
            found[each.control.id] = status(each, len(rows), sum(bool(each.left_open(row)) for row in rows))
        return found

    @cached_property
    def answers_by_kind(self) -> Counter[str]:
        """How many controls were `answered`, `not_testable`, ended in an `error`, or were `not_made`: not promised."""
        silent = {"not_testable", "error"}
        made = {each.control.id for each in self.observations if each.promised}
        found = {id_: status if status in silent else "answered" for id_, status in self.statuses.items()}
        return Counter(kind if id_ in made else "not_made" for id_, kind in found.items())

    @cached_property
    def states(self) -> dict[str, CommitmentState]:
        """The state of every statement of the policy, by its id."""
        return {each.id: self._state(each) for each in self.inputs.policy.commitments}

    def _state(self, statement: Commitment) -> CommitmentState:
        """Return a statement's state, from the checks of the registers and those of the policy's own words."""
        of_words = [each for each in statement.controls if self._reads_words(each)]
        by_rows = (each for id_ in statement.controls if id_ not in of_words for each in self._with_related(id_))
        return state_of(statement, by_rows, [self.of_check(statement, each) for each in of_words])

    def _reads_words(self, control: str) -> bool:
        """Whether a control reads the policy's own words; False for one that was not run."""
        observation = self._by_id.get(control)
        return observation is not None and self.inputs.schemas[observation.control.register].policy_words

    @cached_property
    def _by_id(self) -> dict[str, Observation]:
        return {each.control.id: each for each in self.observations}

    def _with_related(self, id_: str) -> Iterator[Status]:
        """Yield a control's status, and what keeps its sentence from being true although it is met.

        Controls to which it leaves rows report those rows for it; a finding of another may leave its sentence open.
        """
        if id_ not in self._by_id:
            return
        yield self.statuses[id_]
        control = self._by_id[id_].control
        others = (self.statuses[each] for each in control.leaves_to if each in self._by_id)
        yield from (each for each in others if each not in {"met", "not_applicable"})
        found = {(each.control, each.reason_code) for each in self.findings if not each.waiver}
        if not found.isdisjoint(control.doubted_by):
            yield "not_testable"

    def of_check(self, statement: Commitment, control: str) -> Status:
        """Return the status of one check for one statement: a check of the policy's words by the rows that name it."""
        observation, whole = self._by_id[control], self.statuses[control]
        if not self._reads_words(control) or whole == "error" or observation.blocked:
            return whole
        register = self.inputs.registers[observation.control.register]
        waived = {each.record for each in self.findings if each.waiver and each.control == control}
        flagged = {row[ROW]: str(row["verdict"]) for row in observation.flagged}
        verdicts = []
        for index, row in enumerate(register.table.to_pylist()):
            name = row[register.schema.key[0]]
            asked = row["asked"] and self.inputs.law.rules[name].holds(self.inputs.request.as_at)
            if asked and statement in statements(self.inputs, row):
                verdicts.append(KEPT if name in waived else flagged.get(index, KEPT))
        return of_statement(verdicts, whole)

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that some control tests, in the policy's order, the registers and the follow-up first."""
        order = [QUALITY, DOCUMENT, *self.inputs.policy.sections, LAW]
        homes: dict[str, list[Observation]] = {}
        for each in self.observations:
            for home in self._homes(each):
                homes.setdefault(home, []).append(each)
        return [self._section(home, homes[home]) for home in sorted(homes, key=order.index)]

    def _homes(self, observation: Observation) -> list[str]:
        """Return the sections whose statements a control tests; or where it belongs that tests none of the policy's."""
        control = observation.control
        if self._reads_words(control.id):
            return [DOCUMENT]
        naming = self.inputs.policy.naming
        leaving = sorted(each.control.id for each in self.observations if control.id in each.control.leaves_to)
        for_others = (each for other in leaving for each in naming(other))
        sections = dict.fromkeys(each.section for each in (*naming(control.id), *for_others))
        return list(sections) or [QUALITY if control.id.startswith(("DQ-", "GOV-")) else LAW]

    def _section(self, home: str, observations: list[Observation]) -> Section:
        """Return a section, rated by every control that tests it; a finding is in its control's first section alone."""
        ids = {each.control.id for each in observations}
        facts = [each for each in self.findings if each.control in ids and each.outcome == "broken" and not each.waiver]
        causes = {(each.control, each.record): each.severity for each in reversed(facts)}
        whole = not any(each.planned for each in self.inputs.policy.commitments if each.section == home)
        severities = sorted(causes.values(), key=SEVERITIES.index)
        rating = rate([self.statuses[each] for each in ids], severities, whole=whole)
        title = HEADINGS.get(home) or self.inputs.policy.sections[home]
        first = {each.control.id: self._homes(each)[0] for each in self.observations}
        found = tuple(each for each in self.findings if home in {first[id_] for id_ in each.blocks or (each.control,)})
        return Section(home, title, rating, tuple(observations), found)

    def section(self, number: str) -> Section | None:
        """Return a section, or None when no control tests it."""
        return next((each for each in self.sections if each.id == number), None)

    def over(self, register: str) -> Section | None:
        """Return the controls over one register and their findings as a section of its own, unrated; None if none."""
        observations = tuple(each for each in self.observations if each.control.register == register)
        ids = {each.control.id for each in observations}
        found = tuple(each for each in self.findings if each.control in ids or ids & set(each.blocks))
        title = self.inputs.schemas[register].title
        return Section(register, title, "Cannot say", observations, found) if observations else None
