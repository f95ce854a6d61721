"""What the last audit asked for: done by the day it was due, or still open."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, Condition, InScope, Reason, Rules, Severity, control


@control(
    "GOV-09",
    register="previous",
    severity="note",
    law="UK GDPR Art 5(2) and 24",
    minutes=5,
    remedy="Do what the last report asked for; each of its findings stands in this report again.",
    reasons={
        "overdue": Reason(
            "“{title}” was due on {due_on} and not done: {open} of {asked} found again.",
            "The last report asked for it by {due_on}.",
        ),
    },
)
def tasks_done(previous: Columns, _rules: Rules, as_at: date) -> Iterator[Clause]:
    """What the last audit asked for was done by the day it was due.

    A task counts as done when none of its findings is found again. One that is due on the very day of this audit is
    still in time. An overdue task is as serious as it was: nothing becomes more serious by age alone.
    """
    late = (previous.open > 0) & (previous.due_on < as_at)
    bands: dict[Severity, Condition] = {
        "critical": previous.severity == "critical",
        "major": previous.severity == "major",
        "minor": previous.severity == "minor",
    }
    yield InScope(previous.asked > 0)
    yield Breach("overdue", late, bands)
