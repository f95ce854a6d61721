"""Drawings made visible: as a PNG by matplotlib, for notebooks, and as SVG, for the page and the PDF."""

import io
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

from privacy_audit.reports.pictures.drawing import (
    INK,
    PALE,
    POINTS,
    UNIT,
    Box,
    Drawing,
    Line,
    Look,
    Plate,
    Words,
    glyph,
    plain,
)

DPI = 120
FAMILY = "DejaVu Sans, Verdana, Geneva, sans-serif"
# Distance of a pattern's lines; how far below the middle of its letters a line of words stands.
STEP, MIDDLE = 4.5, 0.36


class Layers:
    """A drawing's parts by what they are; patterns lie above boxes, then plates, lines and words."""

    def __init__(self, drawing: Drawing) -> None:
        self.boxes = [each for each in drawing.parts if type(each) is Box]
        self.patterns = [line for box in self.boxes for line in strokes(box)]
        self.plates = [each for each in drawing.parts if isinstance(each, Plate)]
        self.lines = [each for each in drawing.parts if isinstance(each, Line)]
        self.words = [each for each in drawing.parts if isinstance(each, Words)]


def strokes(box: Box) -> list[Line]:
    """Return the lines or dots of a box's pattern, inside the box."""
    if box.look.pattern == "///":
        return _slanted(box)
    if box.look.pattern == "...":
        return [
            Line((box.x + x, box.y + y), (box.x + x + 0.9, box.y + y), INK, 0.9)
            for y in _steps(box.height)
            for x in _steps(box.width)
        ]
    return []


def _steps(length: float) -> list[float]:
    return [STEP / 2 + STEP * number for number in range(int(length / STEP))]


def _slanted(box: Box) -> list[Line]:
    lines = []
    for number in range(1, int((box.width + box.height) / STEP) + 1):
        across = number * STEP
        low = (box.x + max(0.0, across - box.height), box.y + min(box.height, across))
        high = (box.x + min(box.width, across), box.y + max(0.0, across - box.width))
        lines.append(Line(low, high, INK, 0.4))
    return lines


def svg(drawing: Drawing, alt: str) -> str:
    """Return a drawing as an SVG element that says in words what it shows."""
    layers = Layers(drawing)
    size = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}" width="{drawing.width:g}" height="{drawing.height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(alt)}"'
    parts = [
        f'{head} font-family="{FAMILY}">',
        *map(_box, layers.boxes),
        *map(_line, layers.patterns),
        *map(_box, layers.plates),
        *map(_line, layers.lines),
        *map(_words, layers.words),
        "</svg>",
    ]
    return "".join(parts)


def _box(box: Box) -> str:
    place = f'x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    edge = f' stroke="{box.edge}" stroke-width="0.6"' if box.edge else ""
    return f'<rect {place} fill="{box.look.colour}"{edge}/>'


def _line(line: Line) -> str:
    (left, high), (right, low) = line.start, line.end
    place = f'x1="{left:.2f}" y1="{high:.2f}" x2="{right:.2f}" y2="{low:.2f}"'
    return f'<line {place} stroke="{line.colour}" stroke-width="{line.width:g}"/>'


def _words(words: Words) -> str:
    """Return words whose small letters have their middle at `y`, or at `x` where they stand upright."""
    x, y = words.x, words.y
    turned = f' transform="rotate(-90 {x:.2f} {y:.2f})"' if words.upright else ""
    bold = ' font-weight="bold"' if words.bold else ""
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    place = f'x="{x:.2f}" y="{y + MIDDLE * words.size:.2f}" font-size="{words.size:g}" fill="{words.colour}"'
    return f"<text {place}{anchor}{bold}{turned}>{escape(plain(words.text))}</text>"


@cache  # the same picture may stand in several places of a run
def png(drawing: Drawing) -> bytes:
    """Return a drawing as a PNG that holds no clock and no program's name."""
    paper = Paper(drawing.width, drawing.height)
    layers = Layers(drawing)
    paper.boxes(layers.boxes)
    paper.lines(layers.patterns)
    paper.boxes(layers.plates)
    paper.lines(layers.lines)
    paper.words(layers.words)
    return paper.png()


class Paper:
    """What matplotlib draws on; straight onto its canvas, since a figure would bring axes that no drawing has."""

    def __init__(self, width: float, height: float) -> None:
        self._canvas = RendererAgg(width / POINTS * DPI, height / POINTS * DPI, DPI)
        self._place = Affine2D().scale(DPI / POINTS, -DPI / POINTS).translate(0, height * DPI / POINTS)
        self.boxes([Box(0, 0, width, height, Look(PALE), "")])

    def boxes(self, boxes: Sequence[Box]) -> None:
        """Fill each box, with its edge."""
        pen = GraphicsContextBase()
        for each in boxes:
            pen.set_linewidth(0.6 if each.edge else 0)
            pen.set_foreground(each.edge or PALE)
            corners = Affine2D().scale(each.width, each.height).translate(each.x, each.y)
            self._canvas.draw_path(pen, Path.unit_rectangle(), corners + self._place, to_rgba(each.look.colour))

    def lines(self, lines: Sequence[Line]) -> None:
        """Draw each line."""
        pen = GraphicsContextBase()
        for each in lines:
            pen.set_linewidth(each.width)
            pen.set_foreground(each.colour)
            self._canvas.draw_path(pen, Path([each.start, each.end]), self._place)

    def words(self, words: Sequence[Words]) -> None:
        """Fill the outlines of the letters: one pass for all of them, where one after the other takes longer."""
        pen = GraphicsContextBase()
        pen.set_linewidth(0)
        pen.set_snap(False)
        for each in words:
            self._canvas.draw_path(pen, _outline(each), self._place, to_rgba(each.colour))

    def png(self) -> bytes:
        """Return what was drawn."""
        file = io.BytesIO()
        Image.fromarray(np.asarray(self._canvas.buffer_rgba())).save(file, format="png", dpi=(DPI, DPI))
        return file.getvalue()


def _outline(words: Words) -> Path:
    points: list[Any] = [np.empty((0, 2))]
    codes: list[Any] = [np.empty(0, dtype=Path.code_type)]
    x = 0.0
    for letter in plain(words.text):
        outline, what, wide = glyph(letter, bold=words.bold)
        points.append(outline + np.array((x, 0)))
        codes.append(what)
        x += wide
    start = {"start": 0.0, "middle": x / 2, "end": x}[words.anchor]
    places = (np.concatenate(points) - np.array((start, MIDDLE * UNIT))) * (words.size / UNIT)
    turned = -places[:, ::-1] if words.upright else places * np.array((1, -1))
    return Path(turned + np.array((words.x, words.y)), np.concatenate(codes))
