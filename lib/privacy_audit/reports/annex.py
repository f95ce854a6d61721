"""The annex: for each check its promise, its logic, the law and when it was last checked; and what tests what."""

from functools import cache
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.control import Control
from privacy_audit.dates import in_words
from privacy_audit.rating import STATUS_WORDS
from privacy_audit.reports.pictures.charts import LOOKS, WIDTH, Picture, heading
from privacy_audit.reports.pictures.drawing import GRID, PALE, Box, Drawing, Line, Look, Words, cut, measure
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result
from privacy_audit.rulebook import InForce, cited

MARKS = {"met": "✓", "met_with_waivers": "✓", "not_met": "✗", "not_testable": "?", "error": "!", "not_applicable": "–"}
DRAWN = {"met": "kept", "met_with_waivers": "kept", "not_met": "broken", "not_testable": "not_shown", "error": "unread"}
CELL, LEFT = 10.0, 34.0


def annex(result: Result) -> Table:
    """Return each check with its promise, how it is judged, the law and the dated values it rests on."""
    columns = [("Check", 9), ("What must be true", 40), ("The promise", 48), ("How it is judged", 64)]
    columns += [("What it can find", 48), ("The law", 28), ("Values it rests on, and when they were checked", 56)]
    return Table("Annex", "Every check: promise, logic, law.", columns, [_row(result, o) for o in result.observations])


def _row(result: Result, observation: Observation) -> tuple[object, ...]:
    control = observation.control
    promises = result.inputs.policy.naming(control.id)
    quotes = " ".join(f"“{each.quote}” ({each.id})" for each in promises) or f"None: {asked_by(result, control)}."
    reasons = " · ".join(dict.fromkeys(each.why.rstrip(".") for each in control.reasons.values()))
    values = "; ".join(_value(rule) for _, rule in sorted(observation.rules_used.items())) or "no dated value"
    return control.id, control.title, quotes, control.explanation, reasons, observation.law, values


def asked_by(result: Result, control: Control) -> str:
    """Return why a check is made that tests no statement of the policy."""
    why = cited(control.asked_by_law, result.inputs.law, result.inputs.request.as_at)
    return why or "the policy makes no such promise"


def _value(rule: InForce) -> str:
    marked = ", not all of it verified" if rule.mark else ""
    return f"{rule.title} ({rule.source}; checked {in_words(rule.checked)}{marked})"


def tested(result: Result) -> str:
    """Return how many statements of the policy are tested, and by how many checks that they name."""
    statements = result.inputs.policy.commitments
    named = [each.controls for each in statements if each.controls]
    number = len({check for checks in named for check in checks})
    return f"{len(named)} of {len(statements)} statements are tested by {number} check{'s' * (number != 1)}"


def matrix(result: Result) -> Picture:
    """Draw which checks test which statement of the policy, and how each came out."""
    statements, title = result.inputs.policy.commitments, tested(result)
    cells = {(each.id, check): result.standing(each, check) for each in statements for check in each.controls}
    checks = sorted({check for _, check in cells})
    numbers = tuple((statement, f"{check} {STATUS_WORDS[status]}", 1) for (statement, check), status in cells.items())
    told = "; ".join(f"{statement}: {check}" for statement, check, _ in numbers)
    rows = tuple(each.id for each in statements if each.controls)
    drawn = _grid(rows, tuple(checks), frozenset(cells.items()), title)
    return Picture(drawn, f"{title}. {told}.", numbers)


@cache  # the notebook, the page and the PDF show the same picture
def _grid(rows: tuple[str, ...], columns: tuple[str, ...], cells: frozenset[tuple[Any, str]], title: str) -> Drawing:
    """Return a grid of statements and checks; a cell's look and sign tell how the check came out."""
    wide = max(9.0, min(CELL * 1.4, (WIDTH - LEFT) / max(1, len(columns))))
    width = max(WIDTH, LEFT + wide * len(columns))
    parts, top = heading(title, width)
    parts.append(Words(0, top + 4, "✓ met  ·  ✗ not met  ·  ? cannot be shown  ·  – does not apply", 8))
    top += 14 + max((measure(each, 7) for each in columns), default=0)
    bottom, right = top + CELL * len(rows), LEFT + wide * len(columns)
    for index, name in enumerate(columns):
        x = LEFT + wide * index
        parts += [Words(x + wide / 2, top - 3, name, 7, upright=True), Line((x, top), (x, bottom), GRID)]
    for index, name in enumerate(rows):
        y = top + CELL * index
        parts += [Words(0, y + CELL / 2, cut(name, LEFT - 3, 7), 7), Line((0, y), (right, y), GRID)]
    for (row, column), status in sorted(cells):
        x, y = LEFT + wide * columns.index(column), top + CELL * rows.index(row)
        look = LOOKS.get(DRAWN.get(status, ""), Look(PALE))
        parts += [Box(x, y, wide, CELL, Look(look.colour), "")]
        parts += [Words(x + wide / 2, y + CELL / 2, MARKS[status], 7, "middle", look.ink)]
    return Drawing(width, bottom + 2, tuple(parts))
