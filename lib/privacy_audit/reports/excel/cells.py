"""Cells as a sheet's XML: text is always text, days are real dates, and a formula carries its value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

LONGEST = 32_767  # characters of a cell, as Excel counts them: one outside the basic plane is two
EPOCH = date(1899, 12, 30).toordinal()
# What no XML may hold, and what turns the direction of the text that follows.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What Excel would read as an escape of one character.
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# What a spreadsheet may take for a formula once somebody has edited the cell.
RISKY = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the full-width forms
LETTERS = [get_column_letter(number) for number in range(1, 128)]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of our own, and the value it has before anybody changes a cell."""

    text: str
    value: str | int | date


Value = str | int | float | date | Formula | None


def cleaned(text: str) -> str:
    r"""Return text as a cell can hold it: nothing that XML forbids, and cut with a remark where it is too long.

    >>> cleaned("a\x00b\r\nc")
    'a�b\nc'
    """
    text = FORBIDDEN.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if length <= LONGEST:
        return text
    remark = f" [cut: the text has {length} characters]"
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(remark))].decode("utf-16-le", errors="ignore")
    return kept + remark


class Strings:
    """The texts of a workbook, each kept once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the number under which a text stands in the workbook."""
        return self._places.setdefault(text, len(self._places))

    def xml(self) -> bytes:
        """Return the part of the workbook that holds the texts."""
        items = "".join(
            f'<si><t xml:space="preserve">{escape(ESCAPE.sub("_x005F_", cleaned(text)))}</t></si>'
            for text in self._places
        )
        count = len(self._places)
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f'{head}<sst xmlns="{space}" count="{count}" uniqueCount="{count}">{items}</sst>'.encode()


def row_xml(number: int, height: float, values: Sequence[Value], styles: Sequence[int], strings: Strings) -> str:
    """Return one row; `styles` are the numbers of the cells' styles, `height` is in points."""
    place = strings.place
    cells = []
    for letter, style, value in zip(LETTERS, styles, values, strict=False):
        if type(value) is str and value:
            cells.append(f'<c r="{letter}{number}" s="{style}" t="s"><v>{place(value)}</v></c>')
        else:
            cells.append(_other(f'r="{letter}{number}" s="{style}"', value))
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _other(where: str, value: Value) -> str:
    """Return a cell that is no text."""
    if value is None or value == "":
        return f"<c {where}/>"
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        return f"<c {where}{kind}><f>{escape(value.text)}</f><v>{escape(str(_plain(value.value)))}</v></c>"
    if isinstance(value, bool | int | float | date):
        return f"<c {where}><v>{_plain(value)}</v></c>"
    message = f"A cell cannot hold a {type(value).__name__}."
    raise TypeError(message)


def _plain(value: str | float | date) -> str | int | float:
    """Return a value as Excel keeps it: a day is the number of days since the end of 1899."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.toordinal() - EPOCH if isinstance(value, date) else value
