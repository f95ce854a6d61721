"""Charts of bars: one palette, direct labels, readable in grey, with words made from the numbers they draw."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.audit.history import trail
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import STATUS_WORDS, Section
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.reports.marketing import NO, UNSAID, WORDS, YES, counts, names_of, unknown
from privacy_audit.reports.pictures.figure import (
    PALE,
    WIDTH,
    Canvas,
    Look,
    Picture,
    box,
    canvas,
    cut,
    heading,
    measure,
    write,
    write_heading,
)
from privacy_audit.reports.screen import SIGNS

COUNTED, ERROR = "counted", "error"
# Light, dark and hatched: three parts that differ in grey as well; a sign and a word stand beside each.
LOOKS: dict[str, Look] = {
    KEPT: Look("#a9cdf2"),
    BROKEN: Look("#9b1c12", ink=PALE),
    NOT_SHOWN: Look("#fdf3df", "////"),
    "unread": Look("#c9c9c9", "...."),
    COUNTED: Look("#d5dde6"),
    ERROR: Look("#6a6a6a", ink=PALE),
}
NAMES: dict[str, str] = {KEPT: "✓ kept", BROKEN: "✗ broken", NOT_SHOWN: "? cannot be shown", "unread": "– unread"}
LOOKS |= {word: LOOKS[kind] for word, kind in ((YES, KEPT), (NO, BROKEN), (UNSAID, NOT_SHOWN))}
LOOKS |= {"critical": LOOKS[BROKEN], "major": Look("#e59a52"), "minor": Look("#f9e3a6"), "note": Look("#ededed")}
NAMES |= WORDS | SIGNS | {COUNTED: "  on file", ERROR: "! could not be run"}
BAR, GAP = 14.0, 9.0  # points
Series = tuple[tuple[str, tuple[int, ...]], ...]


class _Row(NamedTuple):
    """Where a bar and its words are: the label's height, the words' place beside or below it, the bar's top."""

    label: str
    y: float
    words: str
    words_at: tuple[float, float]
    top: float


def bars(labels: tuple[str, ...], series: Series, title: str, empty: tuple[str, ...] = ()) -> Figure:
    """Return stacked bars: `series` are kinds of part (keys of LOOKS), each with its number for every label.

    Each bar is below its label and the numbers of its parts; a part that is wide enough has its number on it. `empty`
    says of each label why it has no bar.
    """
    lines, y = heading(title)
    rows = []
    for index, label in enumerate(labels):
        parts = [f"{_signed(kind, values[index])} {NAMES[kind][2:]}" for kind, values in series if values[index]]
        why = empty[index] if empty else "nothing in scope"
        rows.append(_row(label, "  ·  ".join(parts) or why, y))
        y = rows[-1].top + (BAR if parts else 0) + GAP
    paper = canvas(WIDTH, y)
    write_heading(paper, lines)
    longest = max([1, *(sum(values[i] for _, values in series) for i in range(len(labels)))])
    for index, row in enumerate(rows):
        write(paper, 0, row.y, cut(row.label, WIDTH, bold=True), bold=True)
        write(paper, *row.words_at, cut(row.words, WIDTH))
        left = 0.5
        for kind, values in series:
            wide = (WIDTH - 2) * values[index] / longest
            _part(paper, (left, row.top, wide), _signed(kind, values[index]), LOOKS[kind])
            left += wide
    return paper.figure


def _signed(kind: str, number: int) -> str:
    """Return a number with the sign of its kind, if it has one."""
    return f"{NAMES[kind][:1]} {number}".strip()


def _row(label: str, words: str, y: float) -> _Row:
    """Return where a bar is: its words are beside the label, or below it where both do not fit."""
    room = WIDTH - measure(label, bold=True) - 9
    beside = measure(words) <= room
    x, below = (WIDTH - room, 0) if beside else (0, 12)
    return _Row(label, y + 5, words, (x, y + 5 + below), y + 12 + below)


def _part(on: Canvas, place: tuple[float, float, float], text: str, look: Look) -> None:
    """Draw a bar's part from its left, top and width, with its number where that fits."""
    left, top, wide = place
    if not wide:
        return
    box(on, (left, top, wide, BAR), look)
    taken = measure(text) + 6
    if taken > wide:
        return
    middle, high = left + wide / 2, top + BAR / 2
    if look.hatch:  # words can be read on a plain ground alone
        box(on, (middle - taken / 2, high - 5.5, taken, 11), Look(look.colour), "", 1.5)
    write(on, middle, high, text, anchor="center", colour=look.ink)


def bars_of(
    title: str, labels: Sequence[str], series: Iterable[tuple[str, Sequence[int]]], empty: Sequence[str] = ()
) -> tuple[Any, ...]:
    """Return what `bars` is given, as a picture keeps it."""
    return tuple(labels), tuple((kind, tuple(values)) for kind, values in series), title, tuple(empty)


def verdicts(section: Section) -> Picture:
    """Draw how many rows each control of a section found kept, broken or not to be shown."""
    labels = [each.control.id for each in section.controls]
    kinds = (BROKEN, NOT_SHOWN, KEPT)
    series = [(kind, [each.counts[kind] for each in section.controls]) for kind in kinds]
    series.append(("unread", [each.unread for each in section.controls]))
    numbers = tuple(
        (id_, NAMES[kind], values[i]) for kind, values in series for i, id_ in enumerate(labels) if values[i]
    )
    empty = [_why_empty(each) for each in section.controls]
    counted = {id_ for id_, *_ in numbers}
    told = [f"{id_}: {value} {'row' if value == 1 else 'rows'} {name[2:]}" for id_, name, value in numbers]
    told += [f"{id_}: {why}" for id_, why in zip(labels, empty, strict=True) if id_ not in counted]
    title = f"{section.title}: rows judged"
    return Picture(bars, bars_of(title, labels, series, empty), f"{section.title}. {'; '.join(told)}.", numbers)


def _why_empty(observation: Observation) -> str:
    """Return why a control judged no row."""
    if observation.error:
        return "! could not be run"
    if not observation.promised:
        return "the policy promises no such thing"
    if observation.blocked or not (observation.rows or observation.known_empty):
        return f"? cannot be shown: {next(iter(observation.blocked), 'the register is empty')}"
    return "nothing in scope"


def by_section(result: Result) -> Picture:
    """Draw for each section of the policy how its controls came out."""
    kinds = {"met": KEPT, "met_with_waivers": KEPT, "not_met": BROKEN, "not_testable": NOT_SHOWN, "error": ERROR}
    labels = [f"{each.title} – {each.rating}" for each in result.standing.sections]
    found = [
        Counter(kinds.get(result.standing.statuses[each.control.id], "") for each in s.controls)
        for s in result.standing.sections
    ]
    series = [(kind, [count[kind] for count in found]) for kind in (BROKEN, NOT_SHOWN, KEPT, ERROR)]
    numbers = tuple(
        (section.title, f"{each.control.id} {STATUS_WORDS[result.standing.statuses[each.control.id]]}", 1)
        for section in result.standing.sections
        for each in section.controls
    )
    alt = "Checks by section. " + "; ".join(f"{title}: {what}" for title, what, _ in numbers) + "."
    return Picture(bars, bars_of("Checks by section of the policy", labels, series), alt, numbers)


def marketing_readings(result: Result) -> Picture:
    """Draw how everybody who is marketed to reads by the promise, by having bought or asked, and by the law."""
    found, names = counts(result), names_of(result.inputs.policy)
    labels = [names[name][0] for name in found]
    series = [(word, [count[word] for count in found.values()]) for word in (NO, UNSAID, YES)]
    numbers = tuple(
        (label, WORDS[word], values[i]) for i, label in enumerate(labels) for word, values in series if values[i]
    )
    title = "Contacts marketed to: may they be, read three ways"
    told = "; ".join(f"{label}: {value} {name[2:]}" for label, name, value in numbers)
    unsaid = unknown(result)
    nobody = "cannot be shown" if unsaid else "nobody is marketed to"
    told = told or f"{nobody[0].upper()}{nobody[1:]}"
    alt = f"{title}. {told}.{f' {unsaid}' if unsaid else ''}"
    return Picture(bars, bars_of(title, labels, series, [nobody] * len(labels)), alt, numbers)


def ages(result: Result) -> Picture:
    """Draw how long the findings have stood: by the quarter that first saw them, and how serious they are."""
    quarter = str(result.inputs.request.quarter)
    found = Counter((each.first_seen or quarter, each.severity) for each in result.findings)
    seen = sorted({when for when, _ in found}, reverse=True)
    labels = [f"first seen in {when}" + (" (new)" if when == quarter else "") for when in seen]
    series = [(severity, [found[when, severity] for when in seen]) for severity in SEVERITIES]
    numbers = tuple(
        (label, SIGNS[severity], found[when, severity])
        for label, when in zip(labels, seen, strict=True)
        for severity in SEVERITIES
        if found[when, severity]
    )
    title = "How long the findings have stood"
    told = "; ".join(f"{label}: {number} {sign[2:]}" for label, sign, number in numbers)
    return Picture(bars, bars_of(title, labels, series), f"{title}. {told or 'Nothing was found'}.", numbers)


def trend(result: Result) -> Picture:
    """Draw how many facts and gaps each quarter on record had, this one last.

    A kept findings.json that does not tell facts from gaps is left out.
    """
    past = [
        (each.quarter, each.findings.values()) for each in trail(result.comparison.last_quarter, result.inputs.home)
    ]
    quarters = {quarter: Counter(each.get("outcome") for each in found) for quarter, found in reversed(past)}
    quarters = {quarter: found for quarter, found in quarters.items() if None not in found}
    quarters[str(result.inputs.request.quarter)] = Counter(each.outcome for each in result.findings)
    labels = list(quarters)
    words = {BROKEN: "facts against a promise", NOT_SHOWN: "gaps"}
    series = [(kind, [found[kind] for found in quarters.values()]) for kind in words]
    numbers = tuple((label, words[kind], values[i]) for i, label in enumerate(labels) for kind, values in series)
    title = "Findings, quarter by quarter"
    told = "; ".join(f"{label}: {number} {what}" for label, what, number in numbers)
    return Picture(bars, bars_of(title, labels, series), f"{title}. {told}.", numbers)
