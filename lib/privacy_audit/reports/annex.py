"""The annex: for each check its promise, its logic, the law and when it was last checked; and what tests what."""

from typing import Any

import matplotlib as mpl

from privacy_audit.audit import ALWAYS, Observation
from privacy_audit.dates import in_words
from privacy_audit.rating import STATUS_WORDS
from privacy_audit.reports.charts import INK, STYLE, Picture, canvas, png
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result
from privacy_audit.rulebook import Rule

MARKS = {"met": "✓", "met_with_waivers": "✓", "not_met": "✗", "not_testable": "?", "error": "!", "not_applicable": "–"}
DRAWN = {"met": "kept", "met_with_waivers": "kept", "not_met": "broken", "not_testable": "not_shown", "error": "unread"}
CELL = 0.24


def annex(result: Result) -> Table:
    """Return each check with its promise, how it is judged, the law and the dated values it rests on."""
    columns = [("Check", 9), ("What must be true", 40), ("The promise", 48), ("How it is judged", 64)]
    columns += [("What it can find", 48), ("The law", 28), ("Values it rests on, and when they were checked", 56)]
    return Table("Annex", "Every check: promise, logic, law.", columns, [_row(result, o) for o in result.observations])


def _row(result: Result, observation: Observation) -> tuple[object, ...]:
    control = observation.control
    promises = result.inputs.policy.naming(control.id)
    quotes = " ".join(f"“{each.quote}” ({each.id})" for each in promises) or f"None: {_asked_by(control.id)}."
    reasons = " · ".join(dict.fromkeys(each.why.rstrip(".") for each in control.reasons.values()))
    values = "; ".join(_value(rule) for _, rule in sorted(observation.rules_used.items())) or "no dated value"
    return control.id, control.title, quotes, control.explanation, reasons, control.law, values


def _asked_by(control: str) -> str:
    """Return why a check is made that tests no statement of the policy."""
    return next((why for start, why in ALWAYS.items() if control.startswith(start)), "the policy makes no such promise")


def _value(rule: Rule) -> str:
    newest = rule.versions[-1]
    marked = ", not all of it verified" if newest.mark else ""
    return f"{rule.title} ({newest.source}; checked {in_words(newest.checked)}{marked})"


def matrix(result: Result) -> Picture:
    """Draw which checks test which statement of the policy, and how each came out."""
    statements = result.inputs.policy.commitments
    checks = sorted({each for statement in statements for each in statement.controls})
    figure, axes = canvas(width=2.2 + CELL * len(checks), height=1.2 + CELL * 0.75 * len(statements))
    numbers = []
    for row, statement in enumerate(statements):
        for column, check in enumerate(checks):
            if check in statement.controls:
                _draw(axes, column, row, result.statuses[check])
                numbers.append((statement.id, f"{check} {STATUS_WORDS[result.statuses[check]]}", 1))
    axes.set_xlim(-0.5, len(checks) - 0.5)
    axes.set_ylim(len(statements) - 0.5, -0.5)
    axes.set_xticks(range(len(checks)), checks, rotation=90, fontsize=7)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(statements)), [each.id for each in statements], fontsize=6.5)
    axes.set_xticks([index - 0.5 for index in range(len(checks))], minor=True)
    axes.set_yticks([index - 0.5 for index in range(len(statements))], minor=True)
    axes.grid(which="minor", color="#e3e3e3", linewidth=0.5)
    axes.tick_params(which="both", length=0)
    tested = sum(bool(each.controls) for each in statements)
    title = f"{tested} of {len(statements)} statements are tested by {len(checks)} checks"
    axes.set_title(f"{title}   (✓ met   ✗ not met   ? cannot be shown   – does not apply)", loc="left", fontsize=9)
    told = "; ".join(f"{statement}: {check}" for statement, check, _ in numbers)
    return Picture(png(figure), f"{title}. {told}.", tuple(numbers))


def _draw(axes: Any, column: int, row: int, status: str) -> None:  # noqa: ANN401 - matplotlib's axes
    colour, hatch, _ = STYLE.get(DRAWN.get(status, ""), ("white", "", ""))
    box = mpl.patches.Rectangle(
        (column - 0.5, row - 0.5), 1, 1, facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.5
    )
    axes.add_patch(box)
    dark = DRAWN.get(status) in {"kept", "broken"}
    axes.text(column, row, MARKS[status], ha="center", va="center", fontsize=7, color="white" if dark else INK)
