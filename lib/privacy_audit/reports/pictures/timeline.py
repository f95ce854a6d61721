"""Former clients along the promised years: one square for each record, on the day when its years are over.

A record whose day is not known, or whether it is on hold, has no place on the line and is counted below it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from matplotlib.figure import Figure

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.audit.result import Result
from privacy_audit.dates import long_date
from privacy_audit.registers.register import Register
from privacy_audit.reports.pictures.charts import LOOKS
from privacy_audit.reports.pictures.figure import (
    LABEL,
    WIDTH,
    Canvas,
    Look,
    Picture,
    box,
    canvas,
    cut,
    heading,
    line,
    measure,
    sentences,
    write,
    write_heading,
    write_sentences,
)

HELD = "held"
TOLD = {BROKEN: "✗ past the promised day", KEPT: "✓ still within the years", HELD: "‖ on hold"}
UNKNOWN = "the day, or whether it is on hold, is not known"
HOLDS = ("legal_hold", "restricted")
STILL_THERE = {"none", "partially_deleted", None}
SHOWN = {**LOOKS, HELD: Look("#c9c9c9", "....")}
YEARS_BACK, TALL, SQUARE, SMALL = 6, 96.0, 9.0, 3.0
Days = tuple[tuple[date, str], ...]


def retention_line(result: Result) -> Picture:
    """Draw former clients' records along the promised line: years left until they must go, or years past it."""
    register = result.inputs.registers.get("clients")
    rows = register.table.to_pylist() if register is not None else []
    as_at = result.inputs.request.as_at
    kinds = [(row["policy_end"], _kind(row, as_at)) for row in rows if _is_here(row)]
    days: Days = tuple(sorted((day, kind) for day, kind in kinds if kind != NOT_SHOWN))
    found = Counter(kind for _, kind in kinds)
    years = Counter(day.year for day, kind in days if kind == KEPT)
    labels = ["past the promised day", *(f"due in {year}" for year in sorted(years)), "on hold", UNKNOWN]
    values = [found[BROKEN], *(years[year] for year in sorted(years)), found[HELD], found[NOT_SHOWN]]
    numbers = tuple((label, "records", value) for label, value in zip(labels, values, strict=True))
    promised = result.inputs.policy.parameters.retention_years
    title = f"Former clients still on file: when {promised} years are over"
    if promised is None:
        title = "Former clients still on file: the policy promises no number of years"
    notes = tuple(_notes(register, found))
    told = "; ".join(f"{label}: {value}" for label, _, value in numbers)
    return Picture(along, (days, as_at, title, notes), " ".join([f"{title}: {told}.", *notes]), numbers)


def _is_here(row: Mapping[str, Any]) -> bool:
    """Return whether a record is, or may be, one of a former client that is still on file."""
    return row["relationship"] in {"former_client", None} and row["disposal_status"] in STILL_THERE


def _kind(row: Mapping[str, Any], as_at: date) -> str:
    if row["legal_hold"] or row["restricted"]:
        return HELD if row["policy_end"] and row["relationship"] and row["disposal_status"] else NOT_SHOWN
    known = (row[name] is not None for name in ("policy_end", "relationship", "disposal_status", *HOLDS))
    return _side(row["policy_end"], as_at) if all(known) else NOT_SHOWN


def _notes(register: Register | None, found: Mapping[str, int]) -> Iterator[str]:
    """Yield what the line cannot show, in whole sentences."""
    if found[NOT_SHOWN]:
        yield f"? {found[NOT_SHOWN]} cannot be placed: {UNKNOWN}."
    if register is None or register.tells_nothing:
        yield "Whose records are on file cannot be shown: no client list could be read."
    elif not register.is_whole:
        yield "There may be more: the client list is not whole."
    elif not found:
        yield "No former client's record is on file."


def _side(day: date, as_at: date) -> str:
    return BROKEN if day < as_at else KEPT


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def along(days: Days, as_at: date, title: str, notes: tuple[str, ...] = ()) -> Figure:
    """Return one column for each quarter; records further back than the years shown are in the first."""
    heads, top = heading(title)
    below = sentences(notes)
    if not days:
        paper = canvas(WIDTH, top + 6 + 12 * len(below))
        write_heading(paper, heads)
        write_sentences(paper, below, top + 6)
        return paper.figure
    today = _quarter(as_at)
    first = max(min(_quarter(days[0][0]), today), today - 4 * YEARS_BACK)
    last = max(_quarter(days[-1][0]), today + 1)
    wide = min(14.0, (WIDTH - 8) / (last - first + 1))
    columns: dict[int, list[str]] = {}
    for day, kind in days:
        columns.setdefault(max(first, _quarter(day)), []).append(kind)
    tallest = max(map(len, columns.values()))
    square = min(SQUARE, wide - 1, TALL / tallest)
    base = top + 16 + square * tallest
    meanings = _meanings(days)
    end = base + 30 + 13 * len(meanings)
    paper = canvas(WIDTH, end + 12 * len(below))
    write_heading(paper, heads)
    for quarter, kinds in columns.items():
        _column(paper, (4 + wide * (quarter - first), base, wide, square), kinds)
    _line_of_years(paper, (first, last, today), (wide, base, top), days[0][0], as_at)
    for row, (kind, text) in enumerate(meanings):
        box(paper, (0, base + 25 + 13 * row, 9, 9), SHOWN[kind])
        write(paper, 14, base + 30 + 13 * row, cut(text, WIDTH - 14))
    write_sentences(paper, below, end)
    return paper.figure


def _share(day: date) -> float:
    """Return how much of its quarter is over on a day."""
    return ((day.month - 1) % 3 + day.day / 31) / 3


def _column(on: Canvas, place: tuple[float, float, float, float], kinds: Sequence[str]) -> None:
    """Draw a quarter's records: squares one upon the other, or solid parts where squares would be too small.

    `place` is the column's left, its foot, its width, and the height of one record.
    """
    x, high, wide, square = place
    ordered = sorted(kinds, key=list(TOLD).index)
    if square >= SMALL:
        for number, kind in enumerate(ordered, 1):
            box(on, (x, high - square * number, wide - 1, square - 0.6), SHOWN[kind])
        return
    for kind, number in Counter(ordered).items():
        high -= square * number
        box(on, (x, high, wide - 1, square * number), SHOWN[kind])


def _line_of_years(
    on: Canvas, quarters: tuple[int, int, int], place: tuple[float, float, float], oldest: date, as_at: date
) -> None:
    """Draw the line with the day of the audit and the years below it, each at its first quarter."""
    (first, last, today), (wide, base, top) = quarters, place
    now = 4 + wide * (today - first) + wide * _share(as_at)
    line(on, (0, base), (WIDTH, base))
    line(on, (now, top + 2), (now, base + 4), width=1.4)
    side, anchor = (3, "left") if now < WIDTH / 2 else (-3, "right")  # where there is more room
    write(on, now + side, top + 7, f"audited as at {long_date(as_at)}", anchor=anchor)
    if _quarter(oldest) < first:
        write(on, 0, base + 20, f"and earlier, from {oldest.year}", size=LABEL - 1)
    free = 0.0
    for quarter in range(first, last + 1):
        x, year = 4 + wide * (quarter - first), str(quarter // 4)
        if quarter % 4 == 0 and x >= free and x + measure(year) < WIDTH:
            write(on, x, base + 9, year)
            line(on, (x, base), (x, base + 4))
            free = x + measure(year) + 6


def _meanings(days: Days) -> list[tuple[str, str]]:
    """Return what each kind of square means, with its number and its nearest or oldest day."""
    meanings = []
    for kind, meaning in TOLD.items():
        found = [day for day, each in days if each == kind]
        if found:
            day = {BROKEN: f": the oldest since {long_date(found[0])}", KEPT: f": the next until {long_date(found[0])}"}
            meanings.append((kind, f"{meaning[:1]} {len(found)} {meaning[2:]}{day.get(kind, '')}"))
    return meanings
