"""How each statement of the policy stands, and each of its sections: from the controls that test them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from privacy_audit.audit import Observation
from privacy_audit.control import SEVERITIES
from privacy_audit.engine import KEPT, ROW
from privacy_audit.finding import Finding
from privacy_audit.findings import statements
from privacy_audit.inputs import Inputs
from privacy_audit.policy import Commitment
from privacy_audit.rating import Promise, Rating, Status, of_statement, promise, rate

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
