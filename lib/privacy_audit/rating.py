"""Status and rating, each derived in this one place."""

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from privacy_audit.audit import Observation
from privacy_audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.policy import Commitment

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
