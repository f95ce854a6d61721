"""Matplotlib figures as the report's pictures: where words and boxes go on one, and how it becomes SVG or PNG.

Lengths are in points from the top left corner of the figure. Its artists are ordinary ones: take `picture.figure` in a
notebook and restyle it.
"""

import hashlib
import io
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import category

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Transform

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
INK, PALE, GRID = "#1b1b1b", "#ffffff", "#d0d0d0"
POINTS, DPI, FIXED = 72, 120, 65536  # points to an inch; dots to an inch of a PNG; fractions of a font's advance
WIDTH, TITLE, LABEL = 372.0, 10.5, 8.5  # points: a phone shows a picture nearly as large as it is
MIDDLE = 0.36  # how far below the middle of its small letters a line of words is written, by its size
# Words stay words in an SVG, and nothing in it depends on the clock or on chance.
SETTINGS = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "privacy-audit",
    "text.hinting": "none",
}
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
# Letters for private use, turns of the direction of reading and joiners; marks that choose how a sign looks.
UNSEEN, VARIANTS = ("Co", "Cf"), range(0xFE00, 0xFE10)
PICTOGRAMS = ("So", "Sk", "Cf", "Mn")  # signs, tones of a skin, joiners, and marks that choose how a sign looks


class Look(NamedTuple):
    """How a part is filled, so that it differs in grey, too: a colour, a hatch, and the colour of words on it."""

    colour: str
    hatch: str = ""
    ink: str = INK


@dataclass(frozen=True)
class Picture:
    """A picture: the function that draws it, the numbers given to it, and the words that say what it shows.

    `numbers` are what is drawn, as (label, kind, number).
    """

    draw: Callable[..., Figure]
    given: tuple[Any, ...]
    alt: str
    numbers: tuple[tuple[str, str, int], ...]

    @property
    def figure(self) -> Figure:
        """The picture as a new matplotlib figure."""
        return self.draw(*self.given)

    @property
    def width(self) -> float:
        """The picture's width in points."""
        return float(self.svg.partition('width="')[2].partition("pt")[0])

    @property
    def png(self) -> bytes:
        """The picture as a PNG."""
        return as_png(self.draw, self.given)

    @property
    def svg(self) -> str:
        """The picture as an SVG element, with the words that say what it shows."""
        return as_svg(self.draw, self.given, self.alt)


class Canvas(NamedTuple):
    """A figure in the making, and the transform that takes points from its top left corner."""

    figure: Figure
    place: Transform


def canvas(width: float, height: float) -> Canvas:
    """Return an empty figure of so many points."""
    figure = Figure(figsize=(width / POINTS, height / POINTS), facecolor=PALE)
    from_the_top = Affine2D().scale(1 / POINTS, -1 / POINTS).translate(0, height / POINTS)
    return Canvas(figure, from_the_top + figure.dpi_scale_trans)


def write(  # noqa: PLR0913 - where and how a line of words is written, all but the words by name
    on: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float = LABEL,
    anchor: str = "left",
    colour: str = INK,
    bold: bool = False,
    upright: bool = False,
) -> None:
    """Write one line; `y` is the middle of its small letters, or `x` where it is upright. The size is in points."""
    down = MIDDLE * size
    on.figure.text(
        x + (down if upright else 0),
        y + (0 if upright else down),
        plain(text),
        transform=on.place,
        size=size,
        color=colour,
        weight="bold" if bold else "normal",
        horizontalalignment=anchor,
        verticalalignment="baseline",
        rotation=90 if upright else 0,
        rotation_mode="anchor",
        parse_math=False,
    )


def box(on: Canvas, place: tuple[float, float, float, float], look: Look, edge: str = INK, layer: float = 1) -> None:
    """Fill a rectangle, given by its left, top, width and height; one without an edge has the edge ""."""
    left, top, width, height = place
    patch = Rectangle((left, top), width, height, facecolor=look.colour, edgecolor=edge or "none", transform=on.place)
    patch.set(linewidth=0.6 if edge else 0, zorder=layer)
    if look.hatch:
        patch.set_hatch(look.hatch)
        patch.set_hatchcolor(INK)
        patch.set_hatch_linewidth(0.4)
    on.figure.add_artist(patch)


def line(
    on: Canvas, start: tuple[float, float], end: tuple[float, float], colour: str = INK, width: float = 0.6
) -> None:
    """Draw a straight line; its width is in points."""
    on.figure.add_artist(
        Line2D((start[0], end[0]), (start[1], end[1]), color=colour, linewidth=width, transform=on.place)
    )


@contextmanager
def house_style() -> Iterator[None]:
    """Draw by matplotlib's own defaults and ours, whatever a person's settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


@lru_cache(maxsize=32)
def _drawn(draw: Callable[..., Figure], given: tuple[Any, ...]) -> Figure:
    """Return the figure that is saved: nobody else gets it, so nobody can have changed it."""
    return draw(*given)


@lru_cache(maxsize=64)  # the notebook, the page and the PDF show the same pictures
def as_png(draw: Callable[..., Figure], given: tuple[Any, ...]) -> bytes:
    """Return a picture as a PNG that holds no clock and no program's name."""
    out = io.BytesIO()
    with house_style():
        _drawn(draw, given).savefig(
            out, format="png", dpi=DPI, metadata={"Software": None}, pil_kwargs={"compress_level": 3}
        )
    return out.getvalue()


@lru_cache(maxsize=64)
def as_svg(draw: Callable[..., Figure], given: tuple[Any, ...], alt: str) -> str:
    """Return a picture as an SVG element whose ids are its own, so that a page can hold many."""
    out = io.StringIO()
    with house_style():
        _drawn(draw, given).savefig(out, format="svg", metadata=NO_METADATA)
    text = out.getvalue()
    text = re.sub(r"<!--.*?-->|<style.*?</style>", "", text[text.index("<svg") :], flags=re.DOTALL)
    own = f"p{hashlib.sha256(alt.encode()).hexdigest()[:6]}"  # an id begins with a letter
    text = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{own}-", re.sub(r"\s*\n\s*", " ", text))
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(plain(alt))}" ', 1).strip()


@cache
def _letters() -> frozenset[int]:
    """Return the letters that both faces have, but for those that are not seen and that a PDF/A must not hold."""
    both = frozenset(_face(bold=False).get_charmap()) & frozenset(_face(bold=True).get_charmap())
    return frozenset(each for each in both if category(chr(each)) not in UNSEEN and each not in VARIANTS)


def _face(*, bold: bool) -> Any:  # noqa: ANN401 - a font, which matplotlib does not type
    return get_font(str(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")))


@cache
def plain(text: str) -> str:
    """Return a text on one line; a letter that the font lacks becomes �, a pictogram that it lacks is left out."""
    known = _letters()
    return " ".join("".join(each if ord(each) in known else _instead(each) for each in text).split())


def _instead(letter: str) -> str:
    if letter.isspace():
        return " "
    return "" if category(letter) in PICTOGRAMS else "\ufffd"


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """Return how far a letter reaches, by its size."""
    face = _face(bold=bold)
    face.set_size(100, POINTS)
    reach: int = face.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance
    return reach / FIXED / 100


@cache
def measure(text: str, size: float = LABEL, *, bold: bool = False) -> float:
    """Return how many points a line of words takes."""
    return sum(_advance(each, bold=bold) for each in plain(text)) * size


def cut(text: str, room: float, size: float = LABEL, *, bold: bool = False) -> str:
    """Return a text that fits the room in points, with … where something was left out."""
    wide = measure(text, size, bold=bold)
    if wide <= room:
        return text
    kept = max(1, int(len(text) * room / wide))
    while kept > 1 and measure(text[:kept].rstrip() + "…", size, bold=bold) > room:
        kept -= 1
    return text[:kept].rstrip() + "…"


def wrap(text: str, room: float, size: float = LABEL, *, most: int = 3, bold: bool = False) -> list[str]:
    """Return a text in lines that fit the room in points; the last of the most is cut."""
    wide = measure(text, size, bold=bold)
    if wide <= room:
        return [text]
    lines = textwrap.wrap(text, max(4, int(len(text) * room / wide)))
    return [cut(each, room, size, bold=bold) for each in (*lines[: most - 1], " ".join(lines[most - 1 :])) if each]


def heading(title: str, width: float = WIDTH) -> tuple[list[str], float]:
    """Return a picture's title in as many lines as it takes, and how far down they reach."""
    lines = wrap(title, width, TITLE, bold=True)
    return lines, 14.0 * len(lines) + 6


def write_heading(on: Canvas, lines: list[str]) -> None:
    """Write a picture's title at its top."""
    for row, text in enumerate(lines):
        write(on, 0, 8 + 14 * row, text, size=TITLE, bold=True)


def sentences(notes: tuple[str, ...]) -> list[str]:
    """Return whole sentences in the lines that they take below a picture, 12 points each."""
    return [text for note in notes for text in wrap(note, WIDTH)]


def write_sentences(on: Canvas, lines: list[str], y: float) -> None:
    """Write lines below a picture, from `y` down."""
    for row, text in enumerate(lines):
        write(on, 0, y + 12 * row, text)
