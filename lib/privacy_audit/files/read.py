"""Read a file into sheets of numbered lines, and hash it.

The kind of a file is recognised by its contents, not its name; a remark says so where the two disagree. Values are not
interpreted here.
"""

import hashlib
import io
import re
import zipfile
from pathlib import Path, PurePosixPath

import olefile

from privacy_audit.errors import InputError, Place, printable
from privacy_audit.files.sheet import Remark, Sheet
from privacy_audit.files.text import MARKS, read_delimited
from privacy_audit.files.workbook import read_workbook
from privacy_audit.files.zipped import DAMAGED_ZIP

CSV_KINDS = (".csv", ".tsv", ".txt")
WORKBOOK_KINDS = (".xlsx", ".xlsm", ".xls", ".ods")
LARGEST = 100_000_000
SAMPLE, MOST_CONTROLS = 4096, 0.1
CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r\x0c")
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or sound",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"{\\rtf": "a text document",
    b"SQLite format 3": "a database",
}
PAGE = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|[a-z]+[ >:])", re.IGNORECASE)
JSON = re.compile(rb"\s*(\[\s*)?\{\s*(\"|\})")
SAVE_AGAIN = "Open it in a spreadsheet program and save it as .xlsx or CSV, or export the register again."


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; where the path is not a file, the SHA-256 of no bytes."""
    if not path.is_file():
        return hashlib.sha256().hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a delimited text or workbook; raise InputError where it is over 100 MB or cannot be read."""
    if path.stat().st_size > LARGEST:
        raise InputError(Place(path.name), "The file is larger than 100 MB.", "Export one register to a file.")
    return sheets_of(path.name, path.read_bytes())


def sheets_of(name: str, content: bytes) -> list[Sheet]:
    """Return the sheets in a file's bytes; raise InputError where they are empty or cannot be read.

    The name is used for messages, and to remark that its ending does not match the contents.
    """
    name, suffix = printable(name), PurePosixPath(name).suffix.lower()
    place = Place(name)
    if not content[:SAMPLE].strip() and not content.strip():
        raise InputError(place, "The file is empty.", "Export the register again.")
    kind = _kind(place, content)
    sheets = [read_delimited(name, content)] if kind == "text" else read_workbook(name, content, kind)
    if suffix in CSV_KINDS + WORKBOOK_KINDS and (suffix in CSV_KINDS) != (kind == "text"):
        truly = "text" if kind == "text" else "a workbook"
        what = f"The file's name ends in {suffix}, but it is {truly}: read as that."
        for sheet in sheets:
            sheet.remarks.append(Remark(None, "", what))
    return sheets


def _kind(place: Place, content: bytes) -> str:
    """Return the kind of a file: xlsx, ods, xls or text; raise InputError for anything else."""
    if content.startswith(ZIP):
        return _zipped(place, content)
    if content.startswith(OLE):
        return _old_office(place, content)
    is_other = next((what for mark, what in OTHERS.items() if content.startswith(mark)), "")
    sample = content[:SAMPLE].removeprefix(b"\xef\xbb\xbf")
    if PAGE.match(sample):
        is_other = "a web page or XML, whatever its name says"
    elif JSON.match(sample):
        is_other = "JSON"
    if is_other:
        raise InputError(place, f"The file is {is_other}, not a table.", SAVE_AGAIN)
    if not any(content.startswith(mark) for mark, _ in MARKS) and _is_binary(sample.rstrip(b"\0")):
        raise InputError(place, "The file is neither text nor a workbook that is read here.", SAVE_AGAIN)
    return "text"


def _is_binary(sample: bytes) -> bool:
    """Whether bytes hold too many control characters to be text, or nothing at all.

    The caller has removed NULs at the end, which a crash can leave in a text.
    """
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    wide = controls in {sample[::2].count(0), sample[1::2].count(0)}  # UTF-16 without a byte order mark
    return not sample or (controls > MOST_CONTROLS * len(sample) and not wide)


def _zipped(place: Place, content: bytes) -> str:
    """Return xlsx or ods for a zip file that is such a workbook; raise InputError, saying what it is, for any other."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = set(archive.namelist())
        document = archive.read("mimetype") if "mimetype" in names else b""
    except DAMAGED_ZIP:
        what = "The file is a damaged or incomplete workbook."
        raise InputError(place, what, "Save it again as .xlsx, or copy the whole file.") from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if document.startswith(OPEN_DOCUMENT + b"spreadsheet"):
        return "ods"
    if "xl/workbook.bin" in names:
        raise InputError(place, "The file is a binary workbook (.xlsb).", "Save it as .xlsx.")
    if document.startswith(OPEN_DOCUMENT) or any(name.startswith(("word/", "ppt/")) for name in names):
        raise InputError(place, "The file is a document, not a workbook.", "Export the register as .xlsx or CSV.")
    if "[Content_Types].xml" in names:
        raise InputError(place, "The file is no readable workbook.", "Save it again as .xlsx.")
    raise InputError(place, "The file is a zip archive.", "Unpack it and put its files here.")


def _old_office(place: Place, content: bytes) -> str:
    """Return xls for an OLE file that is such a workbook; raise InputError, saying what it is, for any other."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            if file.exists("EncryptedPackage"):
                raise InputError(place, "The workbook has a password.", "Save it without a password.")
            if file.exists("Workbook"):
                return "xls"
            if file.exists("Book"):
                raise InputError(place, "The workbook is older than Excel 97.", "Save it as .xlsx.")
    except (OSError, ValueError, IndexError, TypeError):
        what = "The file is a damaged or incomplete workbook."
        raise InputError(place, what, "Save it again as .xlsx, or copy the whole file.") from None
    raise InputError(place, "The file is an old document, not a workbook.", "Export the register as .xlsx or CSV.")
