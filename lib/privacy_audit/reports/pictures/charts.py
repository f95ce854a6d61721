"""Pictures: one palette, direct labels, readable in grey, with words made from the numbers they draw."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.audit.history import trail
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import STATUS_WORDS, Section
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.reports.marketing import NO, UNSAID, WORDS, YES, counts, names_of, unknown
from privacy_audit.reports.pictures import drawing, ink
from privacy_audit.reports.pictures.drawing import PALE, Box, Drawing, Look, Part, Plate, Words, measure
from privacy_audit.reports.screen import SIGNS

COUNTED, ERROR = "counted", "error"
# Light, dark and hatched: three parts that differ in grey as well; a sign and a word stand beside each.
LOOKS: dict[str, Look] = {
    KEPT: Look("#a9cdf2"),
    BROKEN: Look("#9b1c12", ink=PALE),
    NOT_SHOWN: Look("#fdf3df", "///"),
    "unread": Look("#c9c9c9", "..."),
    COUNTED: Look("#d5dde6"),
    ERROR: Look("#6a6a6a", ink=PALE),
}
SAID: dict[str, str] = {KEPT: "✓ kept", BROKEN: "✗ broken", NOT_SHOWN: "? cannot be shown", "unread": "– unread"}
LOOKS |= {word: LOOKS[kind] for word, kind in ((YES, KEPT), (NO, BROKEN), (UNSAID, NOT_SHOWN))}
LOOKS |= {"critical": LOOKS[BROKEN], "major": Look("#e59a52"), "minor": Look("#f9e3a6"), "note": Look("#ededed")}
SAID |= WORDS | SIGNS | {COUNTED: "  on file", ERROR: "! could not be run"}
WIDTH, TITLE, LABEL, BAR, GAP = 372.0, 10.5, 8.5, 14.0, 9.0  # a phone shows it nearly as large as it is
Series = Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True)
class Picture:
    """A drawing, the words that say what it shows, and the numbers it draws."""

    drawing: Drawing
    alt: str
    numbers: tuple[tuple[str, str, int], ...]

    @property
    def png(self) -> bytes:
        """The picture as a PNG."""
        return ink.png(self.drawing)

    @property
    def svg(self) -> str:
        """The picture as an SVG element."""
        return ink.svg(self.drawing, self.alt)


def heading(title: str, width: float = WIDTH) -> tuple[list[Part], float]:
    """Return a picture's title in as many lines as it takes, and how far down they reach."""
    lines = drawing.wrap(title, width, TITLE, bold=True)
    words: list[Part] = [Words(0, 8 + 14 * row, line, TITLE, bold=True) for row, line in enumerate(lines)]
    return words, 14.0 * len(lines) + 6


def sentences(notes: Sequence[str], y: float) -> tuple[list[Part], float]:
    """Return whole sentences below a picture, in as many lines as they take, and how far down they reach."""
    lines = [line for note in notes for line in drawing.wrap(note, WIDTH, LABEL)]
    return [Words(0, y + 12 * row, line, LABEL) for row, line in enumerate(lines)], y + 12 * len(lines)


def bars(labels: Sequence[str], series: Series, title: str, empty: Sequence[str] = ()) -> Drawing:
    """Return stacked bars, each below its label and what its parts are; a part that is wide enough has its number.

    `empty` says of each label why it has no bar.
    """
    why = tuple(empty) or ("nothing in scope",) * len(labels)
    return _bars(tuple(labels), tuple((kind, tuple(values)) for kind, values in series), title, why)


@cache  # the notebook, the page and the PDF show the same pictures
def _bars(
    labels: tuple[str, ...], series: tuple[tuple[str, tuple[int, ...]], ...], title: str, empty: tuple[str, ...]
) -> Drawing:
    parts, y = heading(title)
    longest = max([1, *(sum(values[i] for _, values in series) for i in range(len(labels)))])
    for index, label in enumerate(labels):
        told = [f"{_signed(kind, values[index])} {SAID[kind][2:]}" for kind, values in series if values[index]]
        words, y = _label(label, "  ·  ".join(told) or empty[index], y)
        parts += words
        left = 0.0
        for kind, values in series:
            wide = (WIDTH - 2) * values[index] / longest
            parts += _part(Box(left + 0.5, y, wide, BAR, LOOKS[kind]), _signed(kind, values[index]), LOOKS[kind])
            left += wide
        y += (BAR if told else 0) + GAP
    return Drawing(WIDTH, y, tuple(parts))


def _signed(kind: str, number: int) -> str:
    """Return a number with the sign of its kind, if it has one."""
    return f"{SAID[kind][:1]} {number}".strip()


def _label(label: str, told: str, y: float) -> tuple[list[Part], float]:
    """Return a bar's label with what its parts are beside it, or below where both do not fit; and where the bar is."""
    room = WIDTH - measure(label, LABEL, bold=True) - 9
    beside = measure(told, LABEL) <= room
    name = Words(0, y + 5, drawing.cut(label, WIDTH, LABEL, bold=True), LABEL, bold=True)
    x, below = (WIDTH - room, 0) if beside else (0, 12)
    return [name, Words(x, y + 5 + below, drawing.cut(told, WIDTH, LABEL), LABEL)], y + 12 + below


def _part(box: Box, text: str, look: Look) -> list[Part]:
    """Return a bar's part, with its number where that fits."""
    if not box.width:
        return []
    wide = measure(text, LABEL) + 6
    if wide > box.width:
        return [box]
    middle, high = box.x + box.width / 2, box.y + box.height / 2
    plate = [Plate(middle - wide / 2, high - 5.5, wide, 11, Look(look.colour), "")] if look.pattern else []
    return [box, *plate, Words(middle, high, text, LABEL, "middle", look.ink)]


def verdicts(section: Section) -> Picture:
    """Draw how many rows each control of a section found kept, broken or not to be shown."""
    labels = [each.control.id for each in section.controls]
    kinds = (BROKEN, NOT_SHOWN, KEPT)
    series = [(kind, [each.counts[kind] for each in section.controls]) for kind in kinds]
    series.append(("unread", [each.unread for each in section.controls]))
    numbers = tuple(
        (id_, SAID[kind], values[i]) for kind, values in series for i, id_ in enumerate(labels) if values[i]
    )
    empty = [_why_empty(each) for each in section.controls]
    counted = {id_ for id_, *_ in numbers}
    told = [f"{id_}: {value} {'row' if value == 1 else 'rows'} {name[2:]}" for id_, name, value in numbers]
    told += [f"{id_}: {why}" for id_, why in zip(labels, empty, strict=True) if id_ not in counted]
    title = f"{section.title}: rows judged"
    return Picture(bars(labels, series, title, empty), f"{section.title}. {'; '.join(told)}.", numbers)


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
    return Picture(bars(labels, series, "Checks by section of the policy"), alt, numbers)


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
    return Picture(bars(labels, series, title, [nobody] * len(labels)), alt, numbers)


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
    return Picture(bars(labels, series, title), f"{title}. {told or 'Nothing was found'}.", numbers)


def trend(result: Result) -> Picture:
    """Draw how many facts and gaps each quarter on record had, this one last.

    A kept findings.json that does not tell facts from gaps is left out.
    """
    past = [(each.quarter, each.findings.values()) for each in trail(result.compared.past, result.inputs.home)]
    quarters = {quarter: Counter(each.get("outcome") for each in found) for quarter, found in reversed(past)}
    quarters = {quarter: found for quarter, found in quarters.items() if None not in found}
    quarters[str(result.inputs.request.quarter)] = Counter(each.outcome for each in result.findings)
    labels = list(quarters)
    words = {BROKEN: "facts against a promise", NOT_SHOWN: "gaps"}
    series = [(kind, [found[kind] for found in quarters.values()]) for kind in words]
    numbers = tuple((label, words[kind], values[i]) for i, label in enumerate(labels) for kind, values in series)
    title = "Findings, quarter by quarter"
    told = "; ".join(f"{label}: {number} {what}" for label, what, number in numbers)
    return Picture(bars(labels, series, title), f"{title}. {told}.", numbers)
