"""Former clients along the promised years: one square for each record, on the day when its years are over.

A record of which nobody can tell the day, or whether it is on hold, has no place on the line and is told below it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN
from privacy_audit.audit.result import Result
from privacy_audit.dates import in_words
from privacy_audit.registers.register import Register
from privacy_audit.reports.pictures.charts import LABEL, LOOKS, WIDTH, Picture, heading, sentences
from privacy_audit.reports.pictures.drawing import Box, Drawing, Line, Look, Part, Words, cut, measure

HELD = "held"
TOLD = {BROKEN: "✗ past the promised day", KEPT: "✓ still within the years", HELD: "‖ on hold"}
UNKNOWN = "the day, or whether it is on hold, is not known"
HOLDS = ("legal_hold", "restricted")
STILL_THERE = {"none", "partially_deleted", None}
SHOWN = {**LOOKS, HELD: Look("#c9c9c9", "...")}
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
    return Picture(along(days, as_at, title, notes), " ".join([f"{title}: {told}.", *notes]), numbers)


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


@cache  # the notebook, the page and the PDF show the same picture
def along(days: Days, as_at: date, title: str, notes: tuple[str, ...] = ()) -> Drawing:
    """Return one column for each quarter; records further back than the years shown stand in the first."""
    parts, top = heading(title)
    if not days:
        said, y = sentences(notes, top + 6)
        return Drawing(WIDTH, y, (*parts, *said))
    today = _quarter(as_at)
    first = max(min(_quarter(days[0][0]), today), today - 4 * YEARS_BACK)
    last = max(_quarter(days[-1][0]), today + 1)
    wide = min(14.0, (WIDTH - 8) / (last - first + 1))
    columns: dict[int, list[str]] = {}
    for day, kind in days:
        columns.setdefault(max(first, _quarter(day)), []).append(kind)
    square = min(SQUARE, wide - 1, TALL / max(map(len, columns.values())))
    base = top + 16 + square * max(map(len, columns.values()))
    for quarter, kinds in columns.items():
        parts += _column(4 + wide * (quarter - first), base, wide, square, kinds)
    now = 4 + wide * (today - first) + wide * _share(as_at)
    parts += [Line((0, base), (WIDTH, base)), Line((now, top + 2), (now, base + 4), width=1.4)]
    parts += _day(now, top + 7, f"audited as at {in_words(as_at)}")
    parts += _years(first, last, wide, base, days[0][0])
    below, y = _told(days, base + 30)
    said, y = sentences(notes, y)
    return Drawing(WIDTH, y, (*parts, *below, *said))


def _share(day: date) -> float:
    """Return how much of its quarter is over on a day."""
    return ((day.month - 1) % 3 + day.day / 31) / 3


def _column(x: float, base: float, wide: float, square: float, kinds: Sequence[str]) -> list[Part]:
    """Return a quarter's records: squares one upon the other, or solid parts where squares would be too small."""
    ordered = sorted(kinds, key=list(TOLD).index)
    if square >= SMALL:
        return [Box(x, base - square * (n + 1), wide - 1, square - 0.6, SHOWN[k]) for n, k in enumerate(ordered)]
    boxes: list[Part] = []
    high = base
    for kind, number in Counter(ordered).items():
        high -= square * number
        boxes.append(Box(x, high, wide - 1, square * number, SHOWN[kind]))
    return boxes


def _day(x: float, y: float, text: str) -> list[Part]:
    """Return the words of the day, on that side of its line where there is more room."""
    return [Words(x + 3, y, text, LABEL) if x < WIDTH / 2 else Words(x - 3, y, text, LABEL, "end")]


def _years(first: int, last: int, wide: float, base: float, oldest: date) -> list[Part]:
    """Return the years below the line, each at its first quarter; the first column says what it gathers."""
    words: list[Part] = []
    free = 0.0
    if _quarter(oldest) < first:
        words.append(Words(0, base + 20, f"and earlier, from {oldest.year}", LABEL - 1))
    for quarter in range(first, last + 1):
        x = 4 + wide * (quarter - first)
        year = str(quarter // 4)
        if quarter % 4 == 0 and x >= free and x + measure(year, LABEL) < WIDTH:
            words += [Words(x, base + 9, year, LABEL), Line((x, base), (x, base + 4))]
            free = x + measure(year, LABEL) + 6
    return words


def _told(days: Days, y: float) -> tuple[list[Part], float]:
    """Return what each kind of square means, with its number and its nearest or oldest day."""
    words: list[Part] = []
    for kind, meaning in TOLD.items():
        found = [day for day, each in days if each == kind]
        if found:
            day = {BROKEN: f": the oldest since {in_words(found[0])}", KEPT: f": the next until {in_words(found[0])}"}
            text = f"{meaning[:1]} {len(found)} {meaning[2:]}{day.get(kind, '')}"
            words += [Box(0, y - 5, 9, 9, SHOWN[kind]), Words(14, y, cut(text, WIDTH - 14, LABEL), LABEL)]
            y += 13
    return words, y
