"""What a picture is made of: boxes, lines and words at fixed places, and how much room words take.

Lengths are in points, from the top left corner downwards. Nothing is laid out when it is drawn: whoever makes a
picture measures its words first, so one pass is enough.
"""

import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, LoadFlags

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
INK, PALE, GRID = "#1b1b1b", "#ffffff", "#d0d0d0"
POINTS, UNIT, FIXED = 72, 100, 65536
# Letters for private use, turns of the direction of reading and joiners; marks that choose how a sign looks.
UNSEEN, VARIANTS = ("Co", "Cf"), range(0xFE00, 0xFE10)
PICTOGRAMS = ("So", "Sk", "Cf", "Mn")  # signs, tones of a skin, joiners, and marks that choose how a sign looks
Anchor = Literal["start", "middle", "end"]
Pattern = Literal["", "///", "..."]


@dataclass(frozen=True)
class Look:
    """How a part is filled, so that it can be told apart in grey: a colour, a pattern, the colour of words on it."""

    colour: str
    pattern: Pattern = ""
    ink: str = INK


@dataclass(frozen=True)
class Box:
    """A filled rectangle with its pattern; no edge where it is empty."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    edge: str = INK


@dataclass(frozen=True)
class Plate(Box):
    """A box above the patterns, so that words on it can be read."""


@dataclass(frozen=True)
class Line:
    """A straight line."""

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str = INK
    width: float = 0.6


@dataclass(frozen=True)
class Words:
    """One line of words; `y` is the middle of its letters, `x` where they stand upright."""

    x: float
    y: float
    text: str
    size: float = 9
    anchor: Anchor = "start"
    colour: str = INK
    bold: bool = False
    upright: bool = False


Part = Box | Line | Words


@dataclass(frozen=True)
class Drawing:
    """A picture's size and parts; patterns lie above boxes, then plates, lines and words, each in their order."""

    width: float
    height: float
    parts: tuple[Part, ...]


@cache
def _face(*, bold: bool) -> Any:  # noqa: ANN401 - a font, which matplotlib does not type
    face = FT2Font(str(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")))
    face.set_size(UNIT, POINTS)
    return face


@cache
def _letters() -> frozenset[int]:
    """Return the letters that both faces have, but for what is not seen and what a PDF/A must not hold."""
    both = frozenset(_face(bold=False).get_charmap()) & frozenset(_face(bold=True).get_charmap())
    return frozenset(each for each in both if category(chr(each)) not in UNSEEN and each not in VARIANTS)


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
def glyph(letter: str, *, bold: bool) -> tuple[Any, Any, float]:
    """Return a letter's outline, as points and what to do at them, and how far it reaches, at a size of 100 points."""
    face = _face(bold=bold)
    loaded = face.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    points, codes = face.get_path()
    return points, codes, loaded.linearHoriAdvance / FIXED


@cache
def measure(text: str, size: float = 9, *, bold: bool = False) -> float:
    """Return how many points a line of words takes."""
    return sum(glyph(each, bold=bold)[2] for each in plain(text)) * size / UNIT


def cut(text: str, room: float, size: float = 9, *, bold: bool = False) -> str:
    """Return a text that fits the room, with … where something was left out."""
    wide = measure(text, size, bold=bold)
    if wide <= room:
        return text
    kept = max(1, int(len(text) * room / wide))
    while kept > 1 and measure(text[:kept].rstrip() + "…", size, bold=bold) > room:
        kept -= 1
    return text[:kept].rstrip() + "…"


def wrap(text: str, room: float, size: float = 9, *, most: int = 3, bold: bool = False) -> list[str]:
    """Return a text in lines that fit the room; the last of the most is cut."""
    wide = measure(text, size, bold=bold)
    if wide <= room:
        return [text]
    lines = textwrap.wrap(text, max(4, int(len(text) * room / wide)))
    return [cut(each, room, size, bold=bold) for each in (*lines[: most - 1], " ".join(lines[most - 1 :])) if each]
