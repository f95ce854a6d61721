"""What calamine does not report about an .xlsx: errors, formulas without a value, hidden parts, padded numbers.

Most sheets have none of these, which a search of their bytes shows; only the others are parsed as XML. A sheet whose
few rows are far apart is rewritten without the gaps before calamine reads it.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml import ElementTree as SafeXml

from privacy_audit.errors import InputError, Place
from privacy_audit.files.zipped import OVERLAP, chunks

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "relationships}id"
# Signs that a sheet must be parsed, each after a byte in it that is rare: the search for a single byte is fast.
SIGNS = (
    (b"<", b"<f>"), (b"<", b"<f "), (b"=", b't="e"'), (b"=", b"hidden="), (b"=", b' ="'), (b"'", b"='"),
    (b":", b":row"), (b"\t", b"\tr="), (b"\n", b"\nr="),
)  # fmt: skip
NUMBERED = re.compile(rb"(<(row|c)\b[^>]*?\sr=\"[A-Z]*)(\d+)(?=\")")
REFERENCE = re.compile(rb"\sr=\"([A-Z]{1,3})(\d+)\"")
# Columns beyond Z, and rows from the millionth; the fixed beginning makes the search fast.
BEYOND = re.compile(rb' r="([A-Z][A-Z]+|[a-z]|[A-Z]?\d{7,})')
CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"']+)")
COLUMN, LATE = re.compile(b"[A-Z]{1,2}"), re.compile(rb"[A-Z]?10[0-4]\d{4}")  # what BEYOND finds in valid sheets
PADDED = re.compile("0{2,}")
SPARSE, MOST_CELLS, WIDEST = 10_000, 8_000_000, 400_000  # WIDEST: bytes that hold a header of 16,384 columns
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # the limits of the format
UNSAVED, ERROR = "a formula whose value was not saved", "an error value of the spreadsheet"
Position = tuple[int, int]
Range = tuple[Position, Position]


@dataclass
class Flaws:
    """What is unusual about a sheet's cells, by (row, column) from 0, and its hidden parts.

    `unreadable` gives the reason a cell cannot be read, `digits` how many digits a padded number is displayed with;
    `hidden_rows` are row numbers from 1. `filled` is how many cells of an .xlsx hold a value, and `lost` is true where
    fewer of them were read.
    """

    unreadable: dict[Position, str] = field(default_factory=dict)
    digits: dict[Position, int] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    filled: int = 0
    lost: bool = False


@dataclass
class Parts:
    """The path of each worksheet by its name, and how many digits each cell style with leading zeros displays."""

    sheets: dict[str, str]
    padded: dict[str, int]


def parts_of(archive: zipfile.ZipFile) -> Parts:
    """Return the parts of a workbook that the reading needs; raise KeyError or ParseError where it is damaged."""
    links = {link.get("Id"): link.get("Target", "") for link in _xml(archive, "xl/_rels/workbook.xml.rels")}
    sheets = {}
    for sheet in _named(_xml(archive, "xl/workbook.xml"), "sheet"):
        link = next((value for name, value in sheet.attrib.items() if name.endswith(RELATION)), "")
        target = links[link]
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        sheets[sheet.get("name", "")] = path
    return Parts(sheets, _padded(archive))


def _padded(archive: zipfile.ZipFile) -> dict[str, int]:
    """Return by cell style how many digits it displays, for styles whose number format consists of zeros."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = _xml(archive, "xl/styles.xml")
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in _named(root, "numFmt")}
    widths = {name: len(code) for name, code in codes.items() if PADDED.fullmatch(code)}
    styles = [style for group in _named(root, "cellXfs") for style in _named(group, "xf")]
    found = {str(at): widths.get(style.get("numFmtId"), 0) for at, style in enumerate(styles)}
    return {at: width for at, width in found.items() if width}


def flaws_of(place: Place, archive: zipfile.ZipFile, path: str, padded: dict[str, int]) -> tuple[Flaws, bool]:
    """Return a sheet's flaws, and whether its rows are few and far apart; raise InputError where it reaches too far."""
    closer, rows, last, width, found = bool(padded), 0, 0, 1, Flaws()
    for at, chunk in enumerate(chunks(place, archive, path)):
        far = set(BEYOND.findall(chunk))
        closer = (
            closer
            or any(rare in chunk and sign in chunk for rare, sign in SIGNS)
            or any(not COLUMN.fullmatch(each) and not LATE.fullmatch(each) for each in far)
        )
        rows, last = rows + chunk.count(b"<row"), max(last, _last_filled(chunk, rows))
        found.filled += sum(chunk.count(end, at and OVERLAP + 1 - len(end)) for end in (b"</v>", b"</is>"))
        heads = {name for name, _ in REFERENCE.findall(chunk[:WIDEST])} if at == 0 else set()
        width = max([width, *(1 + _position(name.decode(), 1, 0)[1] for name in far | heads if COLUMN.fullmatch(name))])
    if closer:
        found, rows, last, width = _parsed(archive, path, padded)
    sparse = last > 2 * rows + SPARSE
    if (rows if sparse else last) * width > MOST_CELLS or last > LAST_ROW or width > LAST_COLUMN:
        what = f"The sheet reaches to row {last:,} and column {width:,}: too far to be a register."
        raise InputError(place, what, "Delete the empty rows and columns around the register and save again.")
    return found, sparse


def refuse_repeats(place: Place, archive: zipfile.ZipFile, path: str) -> None:
    """Raise InputError where a sheet holds a cell twice, since one of its two values would be lost."""
    seen: set[bytes] = set()
    for each in CELL.findall(archive.read(path)):
        if each in seen:
            name = each.decode("utf-8", "replace")
            what = f"The sheet holds the cell {name} twice, and nobody can tell which of the two is meant."
            raise InputError(place, what, "Save it again as .xlsx, or export the register again.")
        seen.add(each)


def _last_filled(chunk: bytes, rows: int) -> int:
    """Return the number of the chunk's last row with a value, 0 where it has none; `rows` counts the rows so far."""
    at = max(chunk.rfind(b"<v"), chunk.rfind(b"<is"))
    cell = REFERENCE.match(chunk, chunk.rfind(b"<c ", 0, at) + 2, at) if at > 0 else None
    return int(cell[2]) if cell else rows if at > 0 else 0


def _parsed(archive: zipfile.ZipFile, path: str, padded: dict[str, int]) -> tuple[Flaws, int, int, int]:
    """Return a sheet's flaws, its number of rows, and the last row and last column with a value, both from 1."""
    found, rows, last, width = Flaws(), 0, 0, 1
    row = 0
    with archive.open(path) as part:
        for event, element in SafeXml.iterparse(part, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "row":
                    row, rows = int(element.get("r", row + 1)), rows + 1
                    column = 0
                    found.hidden_rows += [row] if _is_true(element.get("hidden")) else []
                found.hidden_columns |= tag == "col" and _is_true(element.get("hidden"))
            elif tag == "c":
                place = _position(element.get("r", ""), row, column)
                column = place[1] + 1
                if _look(element, place, padded, found):
                    last, width = max(last, place[0] + 1), max(width, column)
            elif tag == "row":
                element.clear()
    return found, rows, last, width


def _look(cell: Element, place: Position, padded: dict[str, int], found: Flaws) -> bool:
    """Add a cell's flaws to `found`; return whether it holds a value."""
    value, formula = next(_named(cell, "v"), None), next(_named(cell, "f"), None)
    text = value is not None and cell.get("t") == "str"  # the value of a formula may be an empty text
    if cell.get("t") == "e":
        found.unreadable[place] = ERROR
    elif formula is not None and not text and (value is None or not value.text):
        found.unreadable[place] = UNSAVED
    elif cell.get("s", "") in padded and cell.get("t", "n") == "n" and value is not None:
        found.digits[place] = padded[cell.get("s", "")]
    filled = bool(value is not None and value.text) or any(_named(cell, "is"))
    found.filled += filled
    return filled


def packed(archive: zipfile.ZipFile, path: str) -> tuple[bytes, list[int]]:
    """Return a sheet's XML with the gaps between its rows closed, and each row's former number.

    Raise ValueError where a row number appears twice.
    """
    numbers: list[int] = []

    def renumbered(match: "re.Match[bytes]") -> bytes:
        if match[2] == b"row":
            numbers.append(int(match[3]))
        return match[1] + str(len(numbers)).encode()

    moved = NUMBERED.sub(renumbered, archive.read(path))
    if len(numbers) != len(set(numbers)):
        raise ValueError("a row stands twice")
    return moved, numbers


def _xml(archive: zipfile.ZipFile, path: str) -> Element:
    root: Element = SafeXml.fromstring(archive.read(path), forbid_dtd=True)
    return root


def _named(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements of this name, whatever their namespace, in document order."""
    return (each for each in element.iter() if each is not element and each.tag.rpartition("}")[2] == name)


def _is_true(text: str | None) -> bool:
    return text in {"1", "true"}


def _position(reference: str, row: int, column: int) -> Position:
    """Return (row, column) from 0 of a reference such as B7; without a reference, the given row (from 1) and column."""
    letters = reference.rstrip("0123456789")
    if not letters:
        return row - 1, column
    at = 0
    for letter in letters:
        at = 26 * at + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :] or row) - 1, at - 1
