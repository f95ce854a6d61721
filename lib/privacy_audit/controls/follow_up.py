"""What the last audit asked for: done by the day it was due, or still open."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import (
    Breach,
    Clause,
    Columns,
    Condition,
    InScope,
    NotShown,
    Reason,
    Rules,
    Severity,
    control,
)


@control(
    "GOV-09",
    register="previous",
    severity="note",
    law="UK GDPR Art 5(2) and 24",
    asked_by_law="UK GDPR Art 5(2), 12 and 13 ask for it",
    minutes=5,
    remedy="Do what the last report asked for; each of its findings stands in this report again.",
    reasons={
        "overdue": Reason(
            "“{title}” was due on {due_on} and not done: {open} of {asked} found again.",
            "The last report asked for it by {due_on}.",
        ),
        "unclear": Reason(
            "“{title}” was due on {due_on}: whether it was done cannot be shown for {unclear} of {asked}.",
            "Nobody can tell whether it was done.",
            "Export again what is missing or could not be read: it shows whether the last report's tasks were done.",
        ),
    },
)
def tasks_done(previous: Columns, _rules: Rules, as_at: date) -> Iterator[Clause]:
    """What the last audit asked for was done by the day it was due.

    A task counts as done when none of its findings is found again, and each would have been, were it still so. One that
    is due on the very day of this audit is still in time. An overdue task is as serious as it was: nothing becomes more
    serious by age alone.
    """
    late = (previous.open > 0) & (previous.due_on < as_at)
    bands: dict[Severity, Condition] = {
        "critical": previous.severity == "critical",
        "major": previous.severity == "major",
        "minor": previous.severity == "minor",
    }
    yield InScope(previous.asked > 0)
    yield Breach("overdue", late, bands)
    yield NotShown("unclear", (previous.open == 0) & (previous.unclear > 0) & (previous.due_on < as_at), "minor")
