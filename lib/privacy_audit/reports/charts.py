"""Pictures: one palette, direct labels, readable in grey, with words made from the numbers they draw."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from privacy_audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.rating import STATUS_WORDS
from privacy_audit.reports.readings import NO, READINGS, UNSAID, WORDS, YES, counts
from privacy_audit.result import Result
from privacy_audit.sections import Section

COUNTED = "counted"
INK, GRID = "#1b1b1b", "#d9d9d9"
STYLE = {
    KEPT: ("#3b7dd8", "", "✓ kept"),
    BROKEN: ("#a3281f", "", "✗ broken"),
    NOT_SHOWN: ("#f2d49b", "///", "? cannot be shown"),
    "unread": ("#c9c9c9", "...", "– unread"),
    COUNTED: ("#6b7f94", "", "– on file"),
}
STYLE |= {word: (*STYLE[kind][:2], WORDS[word]) for word, kind in ((YES, KEPT), (NO, BROKEN), (UNSAID, NOT_SHOWN))}
DARK = {STYLE[each][0] for each in (KEPT, BROKEN, COUNTED)}
WIDTH = 8.6
mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "text.parse_math": False, "hatch.linewidth": 0.6})


@dataclass(frozen=True)
class Picture:
    """A PNG, the words that say what it shows, and the numbers it draws."""

    png: bytes
    alt: str
    numbers: tuple[tuple[str, str, int], ...]


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG that holds no clock and no program's name."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, metadata={"Software": None}, facecolor="white", bbox_inches="tight")
    return file.getvalue()


def canvas(*, width: float = WIDTH, height: float) -> tuple[Figure, Any]:
    """Return an empty figure of so many inches, and its axes."""
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def _axes(rows: int) -> tuple[Figure, Any]:
    figure, axes = canvas(height=0.7 + 0.42 * rows)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(INK)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    return figure, axes


def bars(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], title: str) -> bytes:
    """Draw stacked bars; a number stands in each part that is wide enough, beside the bar otherwise."""
    return _bars(tuple(labels), tuple((kind, tuple(values)) for kind, values in series), title)


@cache  # the notebook and the page show the same pictures
def _bars(labels: tuple[str, ...], series: tuple[tuple[str, tuple[int, ...]], ...], title: str) -> bytes:
    figure, axes = _axes(len(labels))
    longest = max(1, *(sum(values[i] for _, values in series) for i in range(len(labels))))
    left = [0] * len(labels)
    for kind, values in series:
        colour, hatch, name = STYLE[kind]
        axes.barh(labels, values, left=left, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=name)
        for index, value in enumerate(values):
            if value:
                dark = colour in DARK
                middle = left[index] + value / 2
                wide = value / longest > 0.035  # noqa: PLR2004 - narrower than its own number
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if not dark else None
                if wide:
                    axes.text(middle, index, value, ha="center", va="center", color="white" if dark else INK, bbox=box)
            left[index] += value
    for index, total in enumerate(left):
        parts = [f"{values[index]} {STYLE[kind][2][2:]}" for kind, values in series if values[index]]
        axes.text(total + longest * 0.012, index, ", ".join(parts) or "nothing in scope", va="center", color=INK)
    axes.set_xlim(0, longest * 1.5)
    axes.invert_yaxis()
    axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold", color=INK)
    return png(figure)


def verdicts(section: Section) -> Picture:
    """Draw how many rows each control of a section found kept, broken or not to be shown."""
    labels = [each.control.id for each in section.controls]
    kinds = (BROKEN, NOT_SHOWN, KEPT)
    series = [(kind, [each.counts[kind] for each in section.controls]) for kind in kinds]
    series.append(("unread", [each.unread for each in section.controls]))
    numbers = tuple(
        (id_, STYLE[kind][2], values[i]) for kind, values in series for i, id_ in enumerate(labels) if values[i]
    )
    alt = f"{section.title}. " + "; ".join(f"{id_}: {value} rows {name[2:]}" for id_, name, value in numbers) + "."
    return Picture(bars(labels, series, f"{section.title}: rows judged"), alt, numbers)


def by_section(result: Result) -> Picture:
    """Draw for each section of the policy how its controls came out."""
    kinds = {"met": KEPT, "met_with_waivers": KEPT, "not_met": BROKEN, "not_testable": NOT_SHOWN, "error": "unread"}
    labels = [f"{each.title} – {each.rating}" for each in result.sections]
    counts = [
        Counter(kinds.get(result.statuses[each.control.id], "") for each in section.controls)
        for section in result.sections
    ]
    series = [(kind, [count[kind] for count in counts]) for kind in (BROKEN, NOT_SHOWN, KEPT, "unread")]
    numbers = tuple(
        (section.title, f"{each.control.id} {STATUS_WORDS[result.statuses[each.control.id]]}", 1)
        for section in result.sections
        for each in section.controls
    )
    alt = "Checks by section. " + "; ".join(f"{title}: {what}" for title, what, _ in numbers) + "."
    return Picture(bars(labels, series, "Checks by section"), alt, numbers)


def retention_line(result: Result) -> Picture:
    """Draw former clients' records along the promised line: years left until they must go, or years past it."""
    register = result.inputs.registers.get("clients")
    rows = register.table.to_pylist() if register is not None else []
    kept = [row for row in rows if row["relationship"] == "former_client" and row["policy_end"]]
    here = [row for row in kept if row["disposal_status"] in {"none", "partially_deleted"}]
    as_at = result.inputs.request.as_at
    held = [row for row in here if row["legal_hold"] or row["restricted"]]
    past = [row for row in here if row["policy_end"] < as_at and row not in held]
    years = Counter((row["policy_end"].year - as_at.year) for row in here if row not in held and row not in past)
    labels = ["past the promised day", *(f"due in {as_at.year + year}" for year in sorted(years)), "on hold"]
    values = [len(past), *(years[year] for year in sorted(years)), len(held)]
    series = [(BROKEN, [values[0]] + [0] * (len(values) - 1)), (KEPT, [0, *values[1:]])]
    promised = result.inputs.policy.promises.retention_years
    figure_title = f"Former clients still on file: when {promised} years are over"
    if promised is None:
        figure_title = "Former clients still on file: the policy promises no number of years"
    numbers = tuple((label, "records", value) for label, value in zip(labels, values, strict=True))
    alt = f"{figure_title}: " + "; ".join(f"{label}: {value}" for label, _, value in numbers) + "."
    return Picture(bars(labels, series, figure_title), alt, numbers)


def marketing_readings(result: Result) -> Picture:
    """Draw how everybody who is marketed to reads by section 5, by section 6 and by the law."""
    found = counts(result)
    labels = [READINGS[name][0] for name in found]
    series = [(word, [count[word] for count in found.values()]) for word in (NO, UNSAID, YES)]
    numbers = tuple(
        (label, WORDS[word], values[i]) for i, label in enumerate(labels) for word, values in series if values[i]
    )
    title = "Contacts marketed to: may they be, read three ways"
    told = "; ".join(f"{label}: {value} {name[2:]}" for label, name, value in numbers)
    return Picture(bars(labels, series, title), f"{title}. {told or 'Nobody is marketed to'}.", numbers)
