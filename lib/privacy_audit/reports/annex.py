"""The annex: for each check its promise, its logic, the law and when it was last checked; and what tests what."""

from functools import cache
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
    cells = {(each.id, check): result.statuses[check] for each in statements for check in each.controls}
    checks = sorted({check for _, check in cells})
    tested = len({statement for statement, _ in cells})
    title = f"{tested} of {len(statements)} statements are tested by {len(checks)} checks"
    numbers = tuple((statement, f"{check} {STATUS_WORDS[status]}", 1) for (statement, check), status in cells.items())
    told = "; ".join(f"{statement}: {check}" for statement, check, _ in numbers)
    drawn = _grid(tuple(each.id for each in statements), tuple(checks), frozenset(cells.items()), title)
    return Picture(drawn, f"{title}. {told}.", numbers)


@cache  # the notebook and the page show the same picture
def _grid(rows: tuple[str, ...], columns: tuple[str, ...], cells: frozenset[tuple[Any, str]], title: str) -> bytes:
    figure, axes = canvas(width=2.2 + CELL * len(columns), height=1.2 + CELL * 0.75 * len(rows))
    for (row, column), status in sorted(cells):
        _draw(axes, columns.index(column), rows.index(row), status)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), rows, fontsize=6.5)
    axes.hlines([index + 0.5 for index in range(len(rows))], -0.5, len(columns) - 0.5, "#e3e3e3", linewidth=0.5)
    axes.vlines([index + 0.5 for index in range(len(columns))], -0.5, len(rows) - 0.5, "#e3e3e3", linewidth=0.5)
    axes.tick_params(which="both", length=0)
    axes.set_title(f"{title}   (✓ met   ✗ not met   ? cannot be shown   – does not apply)", loc="left", fontsize=9)
    return png(figure)


def _draw(axes: Any, column: int, row: int, status: str) -> None:  # noqa: ANN401 - matplotlib's axes
    colour, hatch, _ = STYLE.get(DRAWN.get(status, ""), ("white", "", ""))
    box = mpl.patches.Rectangle(
        (column - 0.5, row - 0.5), 1, 1, facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.5
    )
    axes.add_patch(box)
    dark = DRAWN.get(status) in {"kept", "broken"}
    axes.text(column, row, MARKS[status], ha="center", va="center", fontsize=7, color="white" if dark else INK)
