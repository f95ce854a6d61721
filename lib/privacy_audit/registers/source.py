"""Files as they are: lines of cells with their row numbers, nothing interpreted, nothing guessed silently."""

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path, PurePosixPath

from privacy_audit.errors import InputError, Place
from privacy_audit.registers.sheet import OLD_OFFICE, Cell, Remark, Sheet
from privacy_audit.registers.workbook import read_workbook

DELIMITERS = (",", ";", "\t", "|")
CSV_KINDS = (".csv", ".tsv", ".txt")
WORKBOOK_KINDS = (".xlsx", ".xlsm")
LARGEST = 100_000_000


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a CSV file or workbook; raise InputError when it cannot be read."""
    return sheets_of(path.name, path.read_bytes())


def sheets_of(name: str, content: bytes) -> list[Sheet]:
    """Return the sheets in the bytes of a file of that name; raise InputError when they cannot be read."""
    place, kind = Place(name), PurePosixPath(name).suffix.lower()
    if not content.strip():
        raise InputError(place, "The file is empty.", "Export the register again.")
    if len(content) > LARGEST:
        raise InputError(place, "The file is larger than 100 MB.", "Export one register to a file.")
    if kind in WORKBOOK_KINDS:
        return read_workbook(name, content)
    if content.startswith((OLD_OFFICE, b"PK\x03\x04")):
        raise InputError(place, "The file is a workbook under another name.", "Save it as .xlsx and export again.")
    return [_read_csv(name, content)]


def _decode(name: str, content: bytes) -> tuple[str, str, list[Remark]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="strict"), encoding, []
    try:
        return content.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        what = "Not UTF-8: read as Windows-1252. Look whether accents and £ signs are right."
        try:
            return content.decode("cp1252"), "cp1252", [Remark(None, "", what)]
        except UnicodeDecodeError as error:
            row = content[: error.start].count(b"\n") + 1
            raise InputError(
                Place(name, row=row), "A character cannot be read.", "Export again as “CSV UTF-8”."
            ) from None


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first lines into the same number of cells."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO("\n".join(text.splitlines()[:40])), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in rows if len(row) > 1)
        except csv.Error:
            return 0, 0
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return times, width

    return max(DELIMITERS, key=score)


def _read_csv(name: str, content: bytes) -> Sheet:
    try:
        text, encoding, remarks = _decode(name, content)
    except UnicodeDecodeError:
        raise InputError(Place(name), "The file is damaged.", "Export again as “CSV UTF-8”.") from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError(Place(name, row=row), "The row holds a NUL character.", "Export the register again.")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[Cell]]] = []
    row = 1
    try:
        for cells in reader:
            lines.append((row, list(cells)))
            row = reader.line_num + 1
    except csv.Error:
        what = "From here a quotation mark is not closed or stands alone, or a cell is longer than any can be."
        hint = "Mend the row and export again."
        raise InputError(Place(name, row=row), what, hint) from None
    return Sheet(name, "", lines, encoding, delimiter, remarks=remarks)
