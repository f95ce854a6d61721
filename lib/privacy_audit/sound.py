"""Whether what a control asks, and what came out, can be true at all; if not, the control is an error."""

from collections import Counter
from collections.abc import Sequence

from privacy_audit.control import SEVERITIES, Breach, Clause, Condition, Control, InScope
from privacy_audit.engine import BROKEN, NOT_SHOWN, ROW, VERDICTS, Judgement
from privacy_audit.errors import AuditError
from privacy_audit.patience import TooSlowError


class UnsoundError(Exception):
    """A control asks or says what cannot be."""


def _must(holds: object, what: str) -> None:
    if not holds:
        raise UnsoundError(what)


def clauses_of(control: Control, clauses: Sequence[Clause]) -> None:
    """Raise UnsoundError unless a control tests each of its reasons once, and each condition rests on a column.

    A control without a reason would be met by every row.
    """
    _must(all(isinstance(each, InScope | Breach) for each in clauses), "a clause is none")
    codes = sorted(each.code for each in clauses if isinstance(each, Breach))
    _must(codes and codes == sorted(control.reasons), "the reasons are not those that the control names")
    _must(
        all(isinstance(each.when, Condition) and each.when.columns for each in clauses), "a condition rests on nothing"
    )


def judgement_of(clauses: Sequence[Clause], judgement: Judgement, rows: int) -> None:
    """Raise UnsoundError unless every row has one verdict, and every broken or unclear row came back with its why."""
    counts = judgement.counts
    _must(counts.keys() == set(VERDICTS), "the verdicts are others")
    _must(all(type(each) is int and each >= 0 for each in counts.values()), "a count is none")
    _must(sum(counts.values()) == rows, "the rows do not add up")
    positions = [row[ROW] for row in judgement.rows]
    _must(len(set(positions)) == len(positions) and set(positions) <= set(range(rows)), "a row is out of range")
    came = Counter(row["verdict"] for row in judgement.rows)
    _must(came == +Counter({each: counts[each] for each in (BROKEN, NOT_SHOWN)}), "a row did not come back")
    codes = [each.code for each in clauses if isinstance(each, Breach)]
    for row in judgement.rows:
        _must(all(row[f"severity:{code}"] in (None, *SEVERITIES) for code in codes), "a severity is none")
        _must(row["verdict"] != BROKEN or any(row[f"is:{code}"] is True for code in codes), "nothing is broken")


def words(error: BaseException, seconds: float) -> str:
    """Return in words why a control could not be run; nothing of what it said, which might be somebody's data."""
    if isinstance(error, TooSlowError):
        what = f"it took longer than {seconds:g} seconds; the others were run"
    elif isinstance(error, UnsoundError):
        what = f"its answers make no sense ({error}); the others were run"
    elif isinstance(error, AuditError):
        what = str(error)
    else:
        what = "it failed inside; the others were run"
    return f"The control could not be run: {what}"
