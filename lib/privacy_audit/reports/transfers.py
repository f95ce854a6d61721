"""Where data goes: transfers by country and by what protects them, as far as the checks can tell."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE, ROW, is_gap
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.controls.grammar import Breach
from privacy_audit.facts import suppliers
from privacy_audit.reports.pictures.charts import LOOKS
from privacy_audit.reports.pictures.figure import (
    GRID,
    INK,
    PALE,
    WIDTH,
    Canvas,
    Look,
    Picture,
    box,
    canvas,
    heading,
    sentences,
    wrap,
    write,
    write_heading,
    write_sentences,
)
from privacy_audit.reports.tables import Table

MAP = """
.. .. CA .. .. .. GL .. IS .. FO NO SE FI EE .. RU .. .. .. .. .. .. ..
.. .. US .. .. .. .. IE IM GB NL DK PL LV LT BY UA .. KZ .. MN .. .. ..
.. .. MX .. .. .. .. .. JE GG BE DE CZ SK HU MD RO GE AM AZ KG .. KP JP
.. GT BZ BS BM .. .. .. FR LU LI CH AT SI HR RS BG TR UZ TM TJ CN KR ..
.. SV HN CU HT DO .. PT ES AD MC SM IT BA ME XK MK SY IQ IR AF NP BT TW
.. NI CR JM PR BB .. GI .. .. .. MT .. AL GR CY LB IL JO KW PK IN BD HK
.. .. PA CO VE TT .. MA DZ TN LY EG .. .. .. .. PS SA BH QA AE LK MM LA
.. .. EC PE GY SR .. MR ML NE TD SD ER .. .. .. .. YE OM .. .. MV TH VN
.. .. .. BO BR .. .. SN BF NG CM CF SS ET DJ .. .. .. .. .. .. .. MY PH
.. .. .. PY UY .. .. GH CI .. GA CD UG KE SO SC .. .. .. .. .. SG ID BN
.. .. .. CL AR FK .. .. .. .. AO ZM RW TZ .. MU .. .. .. .. .. .. PG FJ
.. .. .. .. .. .. .. .. .. .. NA BW ZW MZ MG .. .. .. .. .. .. .. AU NZ
.. .. .. .. .. .. .. .. .. .. .. ZA LS SZ .. .. .. .. .. .. .. .. .. ..
"""
PLACES = {
    code: (column, row)
    for row, line in enumerate(MAP.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
ROWS, ACROSS, HOME = len(MAP.split("\n")) - 2, 24, "GB"
STEP, TILE, STRIP, NARROW = WIDTH / ACROSS, 14.4, 7.2, 4.5
# Kinds of safeguard: the sign that stands beside the colour, and the words.
KINDS: dict[str, tuple[str, str, Look]] = {
    "approved": ("A", "place approved by UK regulations", Look("#a9cdf2")),
    "extension": ("U", "UK Extension to the Data Privacy Framework", Look("#5f93cf")),
    "agreement": ("C", "agreement or rules that the law approves", Look("#e3eefb")),
    "exception": ("E", "exception for a single case", Look("#fdf3df", "////")),
    "unshown": ("?", "what is recorded cannot be shown to protect it", LOOKS["not_shown"]),
    "none": ("✗", "nothing that the law accepts", LOOKS["broken"]),
}
Flow = tuple[str, str, str, int]


def tiles(flows: tuple[Flow, ...], title: str, notes: tuple[str, ...] = ()) -> Figure:
    """Draw flows of (code, country, kind of safeguard, number): a tile has a band for each kind, by its share.

    The notes, whole sentences, are below.
    """
    heads, top = heading(title)
    by_code: dict[str, Counter[str]] = {}
    for code, _, kind, number in flows:
        by_code.setdefault(code, Counter())[kind] += number
    rest = sorted(code for code in by_code.keys() - PLACES.keys() if code)
    legend = [(kind, wrap(text, WIDTH - 22, most=4)) for kind, text in _legend(flows)]
    below = sentences(notes)
    y = top + STEP * ROWS + (STEP if rest else 0) + 10
    paper = canvas(WIDTH, y + sum(11 * len(lines) + 4 for _, lines in legend) + 12 * len(below))
    write_heading(paper, heads)
    for code, (column, row) in PLACES.items():
        _tile(paper, code, (STEP * column, top + STEP * row), by_code.get(code, Counter()))
    for number, code in enumerate(rest[:ACROSS]):
        _tile(paper, code, (STEP * number, top + STEP * ROWS), by_code[code])
    for kind, lines in legend:
        box(paper, (0, y - 5, TILE, 9), KINDS[kind][2])
        for row, text in enumerate(lines):
            write(paper, 22, y + 11 * row, text)
        y += 11 * len(lines) + 4
    write_sentences(paper, below, y)
    return paper.figure


def _tile(on: Canvas, code: str, place: tuple[float, float], kinds: Counter[str]) -> None:
    """Draw a country's tile: its code above, the bands of its safeguards below."""
    (x, y), home = place, code == HOME
    if not kinds:
        box(on, (x, y, TILE, TILE), Look("#d9d9d9" if home else PALE), GRID)
        colour = INK if home else "#6a6a6a"
        write(on, x + TILE / 2, y + TILE / 2, code, size=6.5, anchor="center", colour=colour)
        return
    box(on, (x, y, TILE, TILE), Look(PALE))
    left, whole = x, kinds.total()
    for kind in (each for each in KINDS if kinds[each]):
        wide = TILE * kinds[kind] / whole
        sign, _, look = KINDS[kind]
        box(on, (left, y + TILE - STRIP, wide, STRIP), look)
        if wide > NARROW:
            write(on, left + wide / 2, y + TILE - STRIP / 2, sign, size=5.5, anchor="center", colour=look.ink)
        left += wide
    write(on, x + TILE / 2, y + (TILE - STRIP) / 2, code, size=6.5, anchor="center", bold=True)


def _legend(flows: tuple[Flow, ...]) -> Iterator[tuple[str, str]]:
    """Yield each kind of safeguard that some flow has, with its sign, its number and the countries."""
    for kind, (sign, words, _) in KINDS.items():
        found = sorted((-number, country) for _, country, each, number in flows if each == kind)
        if found:
            names = ", ".join(f"{country}\u00a0{-number}" for number, country in found)
            yield kind, f"{sign} = {words}: {-sum(number for number, _ in found)} ({names})"


NOT_RECORDED, NO_COUNTRY, NOT_READ = "nothing recorded", "country not recorded", "cannot be read"
HOME = "GB"
VERDICTS = {
    KEPT: ("In order", 10),
    BROKEN: ("Broken", 10),
    NOT_SHOWN: ("Cannot be shown", 10),
    OUT_OF_SCOPE: ("Not judged: ended, or no transfer", 16),
}


def said_of_each(result: Result) -> Iterator[tuple[Observation, int, Mapping[str, Any]]]:
    """Yield what the checks say of transfers: the check, the transfer's row, and what is broken or not shown.

    Of a transfer that was worked out from a supplier's row, the checks of recipients abroad over that row speak too.
    """
    transfers = result.inputs.registers["transfers"]
    position = {origin: at for at, origin in enumerate(transfers.origins)}
    for observation in _over(result):
        source = result.inputs.registers[observation.control.register]
        for row in observation.flagged:
            at = position.get(source.origins[row[ROW]])
            if at is not None:
                yield observation, at, row


def _over(result: Result) -> list[Observation]:
    """Return the checks that speak of transfers."""
    names = {"TRF-01"} if result.inputs.registers["transfers"].derived_from else set()
    return [
        o for o in result.observations if o.promised and (o.control.register == "transfers" or o.control.id in names)
    ]


def verdict_of_each(result: Result, *, by_law: bool = False) -> list[str]:
    """Return for each transfer the worst that any check says of it; what no check could judge is no pass.

    `by_law` leaves out what only the policy promises: the area that data stays in.
    """
    register = result.inputs.registers.get("transfers")
    if register is None:
        return []
    over = _over(result)
    unsure = not over or any(each.error or set(each.blocked) - set(register.incomplete) for each in over)
    rows = register.table.to_pylist()
    found = [OUT_OF_SCOPE if _is_none(row) else NOT_SHOWN if unsure else KEPT for row in rows]
    for observation, at, row in said_of_each(result):
        verdict = _by_law(observation, row) if by_law else row["verdict"]
        if verdict != KEPT and found[at] != BROKEN:
            found[at] = verdict
    return found


def _is_none(row: Mapping[str, Any]) -> bool:
    """Return whether nothing was sent in the quarter, or what was sent is no transfer in law."""
    return row["live"] is False or row["country"] == HOME or row["exempt_because"] not in {"none", None}


def _by_law(observation: Observation, row: Mapping[str, Any]) -> str:
    reasons = observation.control.reasons
    unsure = row["scope"] is None
    for each in observation.clauses:
        if not isinstance(each, Breach) or reasons[each.code].about == "transfer_area":
            continue
        answer = row[f"is:{each.code}"]
        if answer and not is_gap(each, row):
            return BROKEN
        unsure = unsure or answer is not False
    return NOT_SHOWN if unsure else KEPT


def places_of(result: Result) -> list[tuple[str, str]]:
    """Return for each transfer its country and what protects it, by name."""
    register, tables = result.inputs.registers.get("transfers"), result.inputs.law.tables
    if register is None:
        return []
    countries, safeguards = tables["countries"]["names"], tables["mechanisms"]["names"]
    day = result.inputs.request.as_at
    approved = set(result.inputs.law.adequate_full.on(day))
    places = []
    for index, row in enumerate(register.table.to_pylist()):
        code = row["country"]
        named = safeguards.get(row["mechanism"], NOT_READ if (index, "mechanism") in register.unread else NOT_RECORDED)
        protects = "country approved in full" if code in approved else named
        places.append((countries.get(code, NO_COUNTRY), protects))
    return places


def by_country(result: Result) -> Table:
    """Return how many transfers go to each country under each safeguard, and how they came out."""
    counted = Counter(zip(places_of(result), verdict_of_each(result), strict=True))
    rows = []
    for place in sorted({place for place, _ in counted}):
        numbers = [counted[place, verdict] for verdict in VERDICTS]
        rows.append((*place, *numbers, sum(numbers)))
    columns = [("Country", 22), ("What protects the data", 44), *VERDICTS.values(), ("In all", 10)]
    purpose = ("Where data goes, and what protects it there.", _unknown(result), _seen_from(result))
    return Table("Transfers", " ".join(filter(None, purpose)), columns, rows)


def _seen_from(result: Result) -> str:
    """Return from which other countries the people of suppliers in use see the data, or nothing."""
    processors, tables = result.inputs.registers.get("processors"), result.inputs.law.tables
    if processors is None:
        return ""
    rows = zip(processors.table.column("live").to_pylist(), suppliers.countries(processors, tables), strict=True)
    seen = Counter(place for live, places in rows if live is not False for place in places if place)
    named = sorted((tables["countries"]["names"][place], number) for place, number in seen.items())
    told = ", ".join(f"{name} ({number})" for name, number in named)
    return f"Not counted here: people of suppliers see data from other countries too: {told}." if told else ""


def by_country_and_safeguard(result: Result) -> Picture:
    """Draw a map of the countries that data is sent to, by what protects it there."""
    found = list(_kinds(result))
    flows = tuple((*place, number) for place, number in sorted(Counter(found).items()))
    title = "Where data goes, and what protects it"
    numbers = tuple((country, KINDS[kind][1], number) for _, country, kind, number in flows)
    told = "; ".join(f"{country}, {safeguard}: {number}" for country, safeguard, number in numbers)
    notes = tuple(filter(None, (_elsewhere(result), _unknown(result))))
    if not notes and not flows:
        notes = ("No data is sent abroad.",)
    alt = " ".join([f"{title}: {told}." if told else f"{title}.", *notes])
    return Picture(tiles, (flows, title, notes), alt, numbers)


def _unknown(result: Result) -> str:
    """Return that there may be more than the register tells, or nothing where it is whole."""
    register = result.inputs.registers.get("transfers")
    if register is None or register.tells_nothing:
        return "Where data goes cannot be shown: no list tells it."
    return "" if register.is_whole else "There may be more: the list is not whole."


def _elsewhere(result: Result) -> str:
    """Return how many sendings are on file and were not judged, or nothing."""
    number = verdict_of_each(result).count(OUT_OF_SCOPE)
    return (
        f"Not on the map: {number} that ended before the quarter, or that the law calls no transfer." if number else ""
    )


def _kinds(result: Result) -> Iterator[tuple[str, str, str]]:
    """Yield each judged transfer's country, by code and name, and what protects it there, as the law stands on the day.

    What is recorded protects nothing where a check finds that it is broken, and is unknown where it cannot be shown.
    """
    register, law = result.inputs.registers.get("transfers"), result.inputs.law
    day = result.inputs.request.as_at
    approved, names = set(law.adequate_full.on(day)), law.tables["countries"]["names"]
    agreements = set(law.agreement_safeguards.on(day))
    rows = register.table.to_pylist() if register is not None else []
    for row, verdict in zip(rows, verdict_of_each(result, by_law=True), strict=True):
        if verdict != OUT_OF_SCOPE:
            yield row["country"] or "", names.get(row["country"], NO_COUNTRY), _kind(row, verdict, approved, agreements)


def _kind(row: Mapping[str, Any], verdict: str, approved: set[str], agreements: set[str]) -> str:
    mechanism = row["mechanism"] or ""
    if verdict != KEPT:
        return "none" if verdict == BROKEN else "unshown"
    if row["country"] in approved or mechanism == "UK_ADEQUACY":
        return "approved"
    if mechanism == "UK_US_DPF":
        return "extension"
    if mechanism in agreements:
        return "agreement"
    return "exception" if mechanism.startswith("ART49") else "none"
