"""Read delimited text (CSV and similar): first its encoding, then its lines of cells.

Where the bytes prove that every line splits in one way only, Arrow reads the whole text at once. Otherwise it is split
line by line: a line whose quotation marks do not close is returned unsplit, and the next line is read as a row again.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
from pyarrow import csv

from privacy_audit.errors import InputError, Place
from privacy_audit.files.sheet import Cell, Grid, Line, Remark, Sheet, Unsplit

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_OF_TEXT = 4096
MOSTLY = 0.4
HINT = "Export again as “CSV UTF-8”."
TWICE = re.compile("[ÂÃ][\u0080-\u00bf]|â\u20ac")


def decode(name: str, content: bytes) -> tuple[str, str, list[Remark]]:
    """Return the text without its byte order mark, the encoding, and remarks for the receipt.

    Raise InputError where a character cannot be decoded.
    """
    encoding = next((each for mark, each in MARKS if content.startswith(mark)), "") or _unmarked(content)
    remarks = []
    if not encoding:
        encoding, remark = _utf8_or_windows(content)
        remarks = [Remark(None, "", remark)] if remark else []
    elif encoding.endswith("e"):
        remarks = [Remark(None, "", f"Nothing marks the encoding: read as {encoding.upper()}.")]
    try:
        text = content.decode(encoding, errors="replace" if encoding == "utf-8" and remarks else "strict")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="ignore")
        row = before.count("\n") + 1
        raise InputError(Place(name, row=row), "A character cannot be read.", HINT) from None
    if found := TWICE.search(text) if any(mark in text for mark in "ÂÃâ") else None:
        what = "Accents look as if they had been encoded twice: look at them in the file."
        remarks.append(Remark(text.count("\n", 0, found.start()) + 1, "", what))
    return text.removeprefix("\ufeff"), encoding, remarks


def _unmarked(content: bytes) -> str:
    """Return the name of UTF-16 without a mark where every other byte is NUL, as in no other encoding; else blank."""
    sample = content[:SAMPLE_OF_TEXT]
    pairs = max(1, len(sample) // 2)
    if sample[1::2].count(0) > MOSTLY * pairs and sample[::2].count(0) == 0:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > MOSTLY * pairs and sample[1::2].count(0) == 0 else ""


def _utf8_or_windows(content: bytes) -> tuple[str, str]:
    """Return UTF-8 where all or most of the bytes are, else Windows-1252; and a remark, blank for proper UTF-8."""
    if content.isascii():
        return "utf-8", ""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        replaced = content.decode("utf-8", errors="replace")
        good = sum(1 for char in replaced if char > "\x7f" and char != "\ufffd")
        if good and good >= replaced.count("\ufffd"):
            return "utf-8", "Some characters are damaged: cells that need them are read as unknown."
        return "cp1252", "Not UTF-8: read as Windows-1252. Look whether accents and £ signs are right."
    return "utf-8", ""


DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES, SAMPLE = 40, 200_000
END = re.compile(r"\r\n|\r|\n")
SPACES, QUOTATION_MARKS = re.compile(" *+"), re.compile('"++')
DECLARED = re.compile(r'"?sep=([^\w"\r\n])"?(?:\r\n|\r|\n)', re.IGNORECASE)
QUOTE, LINE_END, RETURN = ord('"'), ord("\n"), ord("\r")
OPEN = "The row has a quotation mark that does not close, or text after one that does."
SWALLOWED = "A quotation mark was not closed: one cell swallowed the lines below it."


def read_delimited(name: str, content: bytes) -> Sheet:
    """Return a delimited text as a sheet; raise InputError where a character cannot be decoded."""
    text, encoding, remarks = decode(name, content)
    declared = DECLARED.match(text)
    delimiter = declared[1] if declared else _delimiter(text)
    first, number = (declared.end(), 2) if declared else (0, 1)
    if declared:
        remarks.append(Remark(1, "", f"The first line declares the delimiter “{delimiter}”."))
    elif table := _at_once(_as_utf8(content, text, encoding), delimiter):
        return Sheet(name, "", Grid(table), encoding, delimiter, remarks=remarks)
    stray: list[int] = []
    lines = list(split(text, delimiter, stray, first, number))
    remarks += [Remark(each, "", "A quotation mark stands inside a cell; it was kept as text.") for each in stray]
    return Sheet(name, "", lines, encoding, delimiter, remarks=remarks)


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the most of the first lines into the same number of cells."""
    sample = text[:SAMPLE]
    if len(text) > SAMPLE:  # the last line is incomplete, and its number of cells would mislead
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample

    def score(delimiter: str) -> tuple[int, int]:
        lines = islice(split(sample, delimiter, []), SAMPLE_LINES)
        widths = Counter(len(cells) for _, cells in lines if len(cells) > 1)
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return times, width

    return max(DELIMITERS, key=score)


def split(text: str, delimiter: str, stray: list[int], at: int = 0, number: int = 1) -> Iterator[Line]:
    """Yield (row number, cells) of each record from an offset; the row number is that of its first line in the file.

    Row numbers of records with a quotation mark inside an unquoted cell are appended to `stray`. A line that cannot be
    split is yielded with an Unsplit as its only cell.
    """
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    while at < len(text):
        end = END.search(text, at)
        stop, after = (end.start(), end.end()) if end else (len(text), len(text))
        if text.find('"', at, stop) < 0:
            yield number, [*text[at:stop].split(delimiter)]
            at, number = after, number + 1
            continue
        cells, reached, odd = _quoted(text, at, delimiter, plain)
        if cells is None:
            yield number, [Unsplit(OPEN)]
            at, number = after, number + 1
            continue
        lines = END.split(text[at:reached].removesuffix("\n").removesuffix("\r"))
        if _swallowed(lines, delimiter, len(cells) - 1):
            for below in range(number, number + len(lines)):
                yield below, [Unsplit(SWALLOWED)]
        else:
            yield number, cells
            stray += [number] if odd else []
        at, number = reached, number + len(lines)


def _closing(text: str, at: int) -> int:
    """Return the position of the mark that closes a quoted cell, or -1; two marks side by side are one of its text."""
    while (mark := text.find('"', at)) >= 0:
        end = QUOTATION_MARKS.match(text, mark).end()  # type: ignore[union-attr]  # find() has just found one there
        if (end - mark) % 2:
            return end - 1
        at = end
    return -1


def _swallowed(lines: list[str], delimiter: str, cuts: int) -> bool:
    """Whether the lines of one record look like records themselves, which two stray marks have joined into one cell."""
    counts = [line.count(delimiter) for line in lines]
    return len(lines) > 1 and cuts > 0 and (set(counts) == {cuts} or max(counts[1:-1], default=0) >= cuts)


def _quoted(text: str, at: int, delimiter: str, plain: re.Pattern[str]) -> tuple[list[Cell] | None, int, bool]:
    """Return a record that has quotation marks, the position of the next record, and whether an unquoted cell has one.

    The record is None where a quotation mark does not close, or text follows one that does.
    """
    cells: list[Cell] = []
    odd = False
    while True:
        bare = plain.match(text, at)
        end, cell = (bare.end(), bare[0]) if bare else (at, "")
        if cell.lstrip(" ").startswith('"'):
            begin = text.index('"', at) + 1
            close = _closing(text, begin)
            if close < 0:
                return None, at, odd
            cell = text[begin:close].replace('""', '"')
            end = SPACES.match(text, close + 1).end()  # type: ignore[union-attr]  # the pattern also matches nothing
        elif '"' in cell:
            odd = True
        cells.append(cell)
        if text.startswith(delimiter, end):
            at = end + len(delimiter)
            continue
        stop = END.match(text, end)
        if stop is None and end < len(text):
            return None, at, odd
        return cells, stop.end() if stop else end, odd


def _as_utf8(content: bytes, text: str, encoding: str) -> bytes:
    """Return the text in UTF-8 without a mark: the file's own bytes where they are already that, to save a copy."""
    is_utf8 = encoding == "utf-8" and "\ufffd" not in text and not content.startswith(codecs.BOM_UTF8)
    return content if is_utf8 else text.encode()


def _at_once(content: bytes, delimiter: str) -> pa.Table | None:
    """Return the cells as columns of text; None unless the bytes prove that every line splits in one way only."""
    ends = content.count(b"\n")
    returns = content.count(b"\r")
    width = content[: content.find(b"\n") + 1].count(delimiter.encode()) + 1
    if (
        width == 1
        or returns not in {0, content.count(b"\r\n")}
        or b"\0" in content
        or not _quotes_are_sound(content, ord(delimiter))
    ):
        return None
    names = [f"f{at}" for at in range(width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(content),
            csv.ReadOptions(autogenerate_column_names=True),
            csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:  # a line has more or fewer cells than the first
        return None
    lines = ends + (not content.endswith(b"\n"))
    return table if (table.num_rows, table.num_columns) == (lines, width) else None


def _quotes_are_sound(content: bytes, delimiter: int) -> bool:
    """Whether every quoted cell begins after a delimiter, ends before one, and holds no line end."""
    if b'"' not in content:
        return True
    seen = np.frombuffer(b"\n" + content + b"\n", np.uint8)
    marks = np.flatnonzero(seen == QUOTE)
    opening, closing = marks[::2], marks[1::2]
    if len(opening) != len(closing):
        return False
    before, after = seen[opening - 1], seen[closing + 1]
    begins = (before == delimiter) | (before == LINE_END) | (before == QUOTE)
    ends = (after == delimiter) | (after == LINE_END) | (after == RETURN) | (after == QUOTE)
    within = np.searchsorted(marks, np.flatnonzero(seen == LINE_END)) % 2
    return bool(begins.all() and ends.all() and not within.any())
