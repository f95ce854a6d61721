"""Files as they are: lines of cells with their row numbers, nothing interpreted, nothing guessed silently."""

import hashlib
from pathlib import Path

from privacy_audit.errors import InputError, Place
from privacy_audit.registers.delimited import read_delimited
from privacy_audit.registers.sheet import Sheet
from privacy_audit.registers.workbook import read_workbook

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
CSV_KINDS = (".csv", ".tsv", ".txt")
WORKBOOK_KINDS = (".xlsx", ".xlsm")
LARGEST = 100_000_000


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a CSV file or workbook; raise InputError when it cannot be read."""
    place = Place(path.name)
    content = path.read_bytes()
    if not content[:4096].strip() and not content.strip():
        raise InputError(place, "The file is empty.", "Export the register again.")
    if len(content) > LARGEST:
        raise InputError(place, "The file is larger than 100 MB.", "Export one register to a file.")
    if path.suffix.lower() in WORKBOOK_KINDS:
        return read_workbook(path.name, content)
    if content.startswith((OLD_OFFICE, b"PK\x03\x04")):
        raise InputError(place, "The file is a workbook under another name.", "Save it as .xlsx and export again.")
    return [read_delimited(path.name, content)]
