"""How each statement of the policy stands, and each of its sections: from the controls that test them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, ROW
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.findings import statements
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.settings.policy import Commitment

Status = Literal["met", "met_with_waivers", "not_met", "not_testable", "not_applicable", "error"]
Promise = Literal["kept", "kept_with_waivers", "broken", "cannot_be_shown", "not_applicable", "not_checked"]
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
    """Return how a statement stands by a check of the policy's own words, from the verdicts of the rows that name it.

    Where no row names the statement the whole check speaks.
    """
    if not verdicts:
        return whole
    if BROKEN in verdicts:
        return "not_met"
    return "not_testable" if NOT_SHOWN in verdicts else "met"


def promise(commitment: Commitment, by_rows: Iterable[Status], by_words: Iterable[Status] = ()) -> Promise:
    """Return how a promise stands: kept only when no check of it is still to be written and all are met.

    `by_rows` are the checks of the firm's registers, `by_words` those of the policy's own words. A promise that records
    can test is neither kept nor broken by words alone: they can only keep it from being shown.
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
# The registers made from the policy's own words, and the headings of what belongs to no section of the policy.
WORDS = ("contradictions", "notice")
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


@dataclass(frozen=True)
class Judged:
    """What was judged: the inputs, every observation and finding, and each control's status."""

    inputs: Inputs
    observations: Sequence[Observation]
    findings: Sequence[Finding]
    statuses: Mapping[str, Status]

    def promises(self) -> dict[str, Promise]:
        """Return how every commitment stands."""
        words = {each.control.id for each in self.observations if each.control.register in WORDS}
        return {
            each.id: promise(
                each,
                [*self._by_rows(set(each.controls) - words)],
                [self._by_words(each, control) for control in each.controls if control in words],
            )
            for each in self.inputs.policy.commitments
        }

    def _by_rows(self, controls: Collection[str]) -> Iterator[Status]:
        """Yield the statuses of controls, and of those that tell of their rows where these do not pass."""
        for observation in self.observations:
            status = self.statuses[observation.control.id]
            told = self._told_for(observation) & set(controls) and status not in {"met", "not_applicable"}
            if observation.control.id in controls or told:
                yield status
            if observation.control.id in controls and self._doubts(observation):
                yield "not_testable"

    def _doubts(self, observation: Observation) -> bool:
        """Whether a finding of another control leaves open what this one says, and nobody accepted it."""
        found = {(each.control, each.reason_code) for each in self.findings if not each.waiver}
        return not found.isdisjoint(observation.control.doubted_by)

    def _told_for(self, observation: Observation) -> set[str]:
        """Return the controls that leave rows for another one to tell of."""
        return {o.control.id for o in self.observations if observation.control.id in o.control.leaves_to}

    def standing(self, statement: Commitment, control: str) -> Status:
        """Return how a statement stands by one of its checks: of the policy's own words by the rows that name it."""
        words = {each.control.id for each in self.observations if each.control.register in WORDS}
        return self._by_words(statement, control) if control in words else self.statuses[control]

    def _by_words(self, statement: Commitment, control: str) -> Status:
        """Return how a statement stands by a check of the policy's own words: by the rows that name it."""
        observation, whole = next(o for o in self.observations if o.control.id == control), self.statuses[control]
        if whole == "error" or observation.blocked:
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

    def sections(self) -> list[Section]:
        """Return the sections that some control tests, in the policy's order, the registers and the follow-up first."""
        order = [QUALITY, DOCUMENT, *self.inputs.policy.sections, LAW]
        homes: dict[str, list[Observation]] = {}
        for each in self.observations:
            for home in self._homes(each):
                homes.setdefault(home, []).append(each)
        return [self._section(home, homes[home]) for home in sorted(homes, key=order.index)]

    def _homes(self, observation: Observation) -> list[str]:
        """Return the sections whose statements a control tests; or where it belongs that tests none of the policy's."""
        control = observation.control
        if control.register in WORDS:
            return [DOCUMENT]
        naming = self.inputs.policy.naming
        told_for = (each for other in sorted(self._told_for(observation)) for each in naming(other))
        promises = dict.fromkeys(each.section for each in (*naming(control.id), *told_for))
        return list(promises) or [QUALITY if control.id.startswith(("DQ-", "GOV-")) else LAW]

    def _section(self, home: str, observations: list[Observation]) -> Section:
        """Return a section: rated by every control that tests it; a finding stands in its control's first section."""
        ids = {each.control.id for each in observations}
        facts = [each for each in self.findings if each.control in ids and each.outcome == "broken" and not each.waiver]
        causes = {(each.control, each.record): each.severity for each in reversed(facts)}
        whole = not any(each.planned for each in self.inputs.policy.commitments if each.section == home)
        severities = sorted(causes.values(), key=SEVERITIES.index)
        rating = rate([self.statuses[each] for each in ids], severities, whole=whole)
        title = HEADINGS.get(home) or self.inputs.policy.sections[home]
        first = {each.control.id: self._homes(each)[0] for each in self.observations}
        told = tuple(each for each in self.findings if home in {first[id_] for id_ in each.blocks or (each.control,)})
        return Section(home, title, rating, tuple(observations), told)

    def over(self, register: str) -> Section | None:
        """Return the controls over one register and their findings as a section of its own, unrated; None if none."""
        observations = tuple(each for each in self.observations if each.control.register == register)
        ids = {each.control.id for each in observations}
        found = tuple(each for each in self.findings if each.control in ids or ids & set(each.blocks))
        title = self.inputs.schemas[register].title
        return Section(register, title, "Cannot say", observations, found) if observations else None
