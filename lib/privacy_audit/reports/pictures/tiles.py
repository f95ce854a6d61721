"""A map of tiles, one for each country, roughly where it lies: what protects the data that is sent there.

The arrangement is our own. A country that has no tile stands in a row below the map.
"""

from collections import Counter
from functools import cache

from privacy_audit.reports.pictures.charts import LABEL, LOOKS, WIDTH, heading, sentences
from privacy_audit.reports.pictures.drawing import GRID as PALE_LINE
from privacy_audit.reports.pictures.drawing import PALE, Box, Drawing, Look, Part, Words, wrap

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
    "exception": ("E", "exception for a single case", Look("#fdf3df", "///")),
    "unshown": ("?", "what is recorded cannot be shown to protect it", LOOKS["not_shown"]),
    "none": ("✗", "nothing that the law accepts", LOOKS["broken"]),
}
Flow = tuple[str, str, str, int]


@cache  # the notebook, the page and the PDF show the same picture
def tiles(flows: tuple[Flow, ...], title: str, notes: tuple[str, ...] = ()) -> Drawing:
    """Draw flows of (code, country, kind of safeguard, number): a tile has a band for each kind, by its share.

    The notes, whole sentences, stand below.
    """
    parts, top = heading(title)
    by_code: dict[str, Counter[str]] = {}
    for code, _, kind, number in flows:
        by_code.setdefault(code, Counter())[kind] += number
    for code, (column, row) in PLACES.items():
        parts += _tile(code, STEP * column, top + STEP * row, by_code.get(code, Counter()))
    y = top + STEP * ROWS
    rest = sorted(code for code in by_code.keys() - PLACES.keys() if code)
    for number, code in enumerate(rest[:ACROSS]):
        parts += _tile(code, STEP * number, y, by_code[code])
    y += (STEP if rest else 0) + 10
    for kind, (sign, words, look) in KINDS.items():
        told = [(number, country) for _, country, each, number in flows if each == kind]
        if told:
            lines, y = _legend(f"{sign} = {_summary(words, told)}", look, y)
            parts += lines
    said, y = sentences(notes, y)
    return Drawing(WIDTH, y, (*parts, *said))


def _tile(code: str, x: float, y: float, kinds: Counter[str]) -> list[Part]:
    """Return a country's tile: its code above, the bands of its safeguards below."""
    if not kinds:
        home = code == HOME
        look, colour = Look("#d9d9d9" if home else PALE), "#1b1b1b" if home else "#6a6a6a"
        return [Box(x, y, TILE, TILE, look, PALE_LINE), Words(x + TILE / 2, y + TILE / 2, code, 6.5, "middle", colour)]
    parts: list[Part] = [Box(x, y, TILE, TILE, Look(PALE))]
    left, whole = x, kinds.total()
    for kind in (each for each in KINDS if kinds[each]):
        wide = TILE * kinds[kind] / whole
        sign, _, look = KINDS[kind]
        parts.append(Box(left, y + TILE - STRIP, wide, STRIP, look))
        if wide > NARROW:
            parts.append(Words(left + wide / 2, y + TILE - STRIP / 2, sign, 5.5, "middle", look.ink))
        left += wide
    return [*parts, Words(x + TILE / 2, y + (TILE - STRIP) / 2, code, 6.5, "middle", bold=True)]


def _summary(words: str, told: list[tuple[int, str]]) -> str:
    names = ", ".join(
        f"{country}\u00a0{number}" for number, country in sorted(told, key=lambda each: (-each[0], each[1]))
    )
    return f"{words}: {sum(number for number, _ in told)} ({names})"


def _legend(text: str, look: Look, y: float) -> tuple[list[Part], float]:
    lines = wrap(text, WIDTH - 22, LABEL, most=4)
    words = [Words(22, y + 11 * row, line, LABEL) for row, line in enumerate(lines)]
    return [Box(0, y - 5, TILE, 9, look), *words], y + 11 * len(lines) + 4
