"""What a person reads in an output, as plain lines: another way of making it changes nothing that is compared here."""

import html
import io
import re

import openpyxl
import pypdfium2
import python_calamine

HIDDEN = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r'(?:alt|title|aria-label|href|id)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")


def readable(name: str, content: bytes) -> str:
    """Return the text of an output: the cells of a workbook, the words of a page or a PDF, anything else as it is."""
    if name.endswith(".xlsx"):
        return _cells(content)
    if name.endswith(".html"):
        return _words(content.decode())
    if name.endswith(".pdf"):
        return _printed(content)
    return content.decode()


def _cells(content: bytes) -> str:
    """Return a line for each cell that holds something: sheet, place, formula or value, link, number format.

    The values come after them, row by row, with those that formulas are saved with: openpyxl gives one or the other.
    """
    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        lines.append(f"{sheet.title}: {sheet.sheet_state}, frozen at {sheet.freeze_panes}")
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            link = cell.hyperlink.location or cell.hyperlink.target if cell.hyperlink else ""
            lines.append(f"{sheet.title}!{cell.coordinate} {cell.value!r} {link} {cell.number_format}")
    shown = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in shown.sheet_names:
        lines += [f"{name} {number} {row!r}" for number, row in enumerate(shown.get_sheet_by_name(name).to_python())]
    return "\n".join(lines)


def _words(page: str) -> str:
    """Return a page's words, one piece of text a line, and the words of its pictures and links; drawings left out."""
    page = re.sub(r"<svg\b.*?</svg>", _spoken, HIDDEN.sub("", page), flags=re.DOTALL)
    spoken = [html.unescape(each) for each in SPOKEN.findall(page)]
    words = [each.strip() for each in html.unescape(TAG.sub("\n", page)).splitlines()]
    return "\n".join([*filter(None, words), "", *spoken])


def _spoken(drawing: re.Match[str]) -> str:
    """Return what is said of a drawing to a reader who cannot see it."""
    return "\n".join(re.findall(r"<(?:title|desc)\b[^>]*>(.*?)</", drawing[0], flags=re.DOTALL))


def _printed(content: bytes) -> str:
    """Return the words of a PDF, one blank between them: where a line or a page ends is not compared."""
    document = pypdfium2.PdfDocument(content)
    pages = (document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    return " ".join(" ".join(pages).split())
