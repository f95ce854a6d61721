"""The results as a PDF for paper and for the file: the first screen on page one, the sections, then the annexes.

Typst lays it out. It gets the words as data and nothing from the machine: no file, no font, no clock, no network. It
also checks that the PDF is one for keeping (PDF/A-2a) and for reading aloud (PDF/UA-1), and refuses to write another.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import Task
from privacy_audit.dates import long_date
from privacy_audit.reports import outline
from privacy_audit.reports.pictures.figure import FONTS, Picture, measure, plain
from privacy_audit.reports.screen import LIMITS, SIGNS, chain, display_value, first_screen, first_title, worst
from privacy_audit.reports.tables import Table

KINDS = {sign: kind for kind, sign in SIGNS.items()}
LONG, PIECE = re.compile(r"(\S{15,})"), re.compile(r"[^_]{1,14}_?|_")
DAY = re.compile(r"\d{1,2} \w{3} \d{4}")
LONGEST, SIZE, INSET, ACROSS = 14, 7.0, 6.5, 493.0  # letters of a word; points of a letter, a cell, the page
MOST = 250  # findings in the annex: ten pages
Block = dict[str, Any]


def pdf(result: Result) -> bytes:
    """Return audit.pdf."""
    return typeset(report(result))


def typeset(said: Mapping[str, Any]) -> bytes:
    """Return a report as PDF; Python can do other things meanwhile."""
    template = (files("privacy_audit.reports") / "report.typ").read_bytes()
    made: bytes = typst.compile(
        template,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(said)},
        pdf_standards=["a-2a", "ua-1"],
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with typst and matplotlib, the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def report(result: Result) -> dict[str, Any]:
    """Return what the template lays out: texts that the fonts have letters for, and blocks in their order."""
    screen, finding, issued = first_screen(result), worst(result), result.inputs.issued_on
    tasks = [
        {"severity": t.severity, "title": plain(t.title), "why": plain(t.why), "facts": plain(_facts(t))}
        for t in screen.first
    ]
    return {
        "title": plain(screen.title),
        "example": screen.example,
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "results": screen.results,
        "headline": plain(screen.headline),
        "first": {"title": first_title(screen), "tasks": tasks, "nothing": f"{screen.nothing.capitalize()}."},
        "told": [plain(each) for each in (screen.since, screen.files, screen.unchecked)],
        "chain": [[label, _pieces(plain(text))] for label, text in (chain(result, finding) if finding else [])],
        "limits": LIMITS,
        "blocks": list(_blocks(result)),
    }


def _facts(task: Task) -> str:
    return f"{SIGNS[task.severity]} · {task.touches} · {task.effort} minutes · by {long_date(task.due_on)}"


def _blocks(result: Result) -> Iterator[Block]:
    """Yield everything after the first page, in the order in which it stands."""
    for part in outline.parts(result, MOST):
        rating = f" – {part.rating}" if part.rating else ""
        if part.id == "tasks":
            yield {"kind": "page"}
        yield {"kind": "heading", "level": 2, "text": plain(f"{part.title}{rating}")}
        for each in part.blocks:
            if isinstance(each, Picture):
                width = min(each.width, ACROSS)
                yield {"kind": "picture", "svg": each.svg, "alt": plain(each.alt), "width": width}
            elif isinstance(each, Table):
                yield from _table(each)
            else:
                yield {"kind": "text", "text": plain(each)}


def _table(table: Table) -> Iterator[Block]:
    if table.title:
        yield {"kind": "heading", "level": 3, "text": plain(table.title)}
    if not table.rows:
        yield {"kind": "text", "text": "None."}
        return
    rows = [[plain(_short(cell)) for cell in row] for row in table.rows]
    widths = [round(each, 1) for each in _widths(table, rows)]
    yield {"kind": "table", "head": table.head, "widths": widths, "rows": [[_cell(c) for c in row] for row in rows]}


def _widths(table: Table, rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the columns' widths: room for the longest word of each, and what is left by what the table asks for."""
    needed = []
    for index, name in enumerate(table.head):
        words = {word[:LONGEST] for row in (table.head, *rows) for word in _unbroken(row[index])}
        longest = max(map(len, words), default=0)
        near = [word for word in words if len(word) > longest - 3]
        needed.append(INSET + max((measure(word, SIZE) for word in near), default=measure(name, SIZE)))
    left = max(0.0, ACROSS - sum(needed))
    wanted = [max(0.1, width - each / 5) for (_, width), each in zip(table.columns, needed, strict=True)]
    scale = min(1.0, ACROSS / sum(needed))
    return [each * scale + left * share / sum(wanted) for each, share in zip(needed, wanted, strict=True)]


def _unbroken(text: str) -> list[str]:
    return [text] if DAY.fullmatch(text) else text.split()


def _short(value: object) -> str:
    """Return a value as a narrow column shows it: 2 Nov 2026."""
    if not isinstance(value, date):
        return display_value(value)
    day, month, year = long_date(value).split()
    return f"{day} {month[:3]} {year}"


def _cell(text: str) -> str | list[str | list[str]] | dict[str, str]:
    return {"kind": KINDS[text], "text": text} if text in KINDS else _pieces(text)


def _pieces(text: str) -> str | list[str | list[str]]:
    """Return a text; where words are so long that they must be broken, as runs, each such word as its pieces."""
    runs = LONG.split(text)
    if len(runs) == 1:
        return text
    return [PIECE.findall(run) if index % 2 else run for index, run in enumerate(runs)]
