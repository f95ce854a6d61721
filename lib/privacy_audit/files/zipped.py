"""Zip files, opened in memory and within limits.

First workbooks, which are zip files of XML parts; then archives of exports, as Mailchimp provides them. An archive
inside an archive is refused.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from privacy_audit.errors import InputError, Place

MOST_INFLATED_PART, MOST_PARTS = 300_000_000, 10_000
LARGE, STEEPEST = 10_000_000, 120  # a worksheet shrinks to about a tenth, a zip bomb to a thousandth
CHUNK, OVERLAP = 1 << 20, 512
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
SHEETS = ("xl/worksheets/sheet", "content.xml")  # these are checked when flaws are searched for
ENCRYPTED_PART = 0x1
# What Python raises for a zip file that is damaged, or compressed by a method that it does not know.
DAMAGED_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


def open_package(place: Place, content: bytes) -> zipfile.ZipFile:
    """Return a workbook's zip archive.

    Raise InputError where it has a password, unpacks to far too much, or holds XML that declares entities or is not in
    UTF-8; raise one of DAMAGED_ZIP where it is damaged.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    if any(member.flag_bits & ENCRYPTED_PART for member in members):
        raise InputError(place, "The workbook has a password.", "Save it without a password.")
    steep = any(m.file_size > LARGE and m.file_size > STEEPEST * max(1, m.compress_size) for m in members)
    if steep or len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_INFLATED_PART:
        hint = "Save only the register's sheet, without pictures, as a new workbook."
        raise InputError(place, "The workbook unpacks to far more than it should.", hint)
    for member in members:
        if member.filename.endswith((".xml", ".rels")) and not member.filename.startswith(SHEETS):
            for _ in chunks(place, archive, member.filename):
                pass
    return archive


def chunks(place: Place, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part of a workbook in pieces of 1 MB, each preceded by the last 512 bytes of the piece before it.

    Raise InputError for a part that declares entities or is not in UTF-8, BadZipFile for a damaged one.
    """
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(CHUNK):
            chunk = tail + piece
            if not tail and chunk.startswith(WIDE):
                raise InputError(place, "Part of the workbook is not in UTF-8.", "Save it again as .xlsx.")
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                what = "The workbook declares entities, as no spreadsheet program does and attackers do."
                raise InputError(place, what, "Do not use it; ask where it came from.")
            yield chunk
            tail = piece[-OVERLAP:]


ARCHIVE = ".zip"
MOST_MEMBERS, MOST_INFLATED, MOST_RATIO = 50, 300_000_000, 200
SMALL = 10_000_000  # below this size a member's compression does not matter
ENCRYPTED = 1
HINT = "Unpack it and put the tables into the folder."
# Files that operating systems add to archives.
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def unpacked(name: str, content: bytes) -> list[tuple[str, bytes]]:
    """Return the (name, content) of each file in an archive, the name as “archive/file”.

    Raise InputError for an archive that is damaged, empty or not safe to open. A file is read only to its announced
    size, since the announcement may be false.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [each for each in archive.infolist() if not each.is_dir() and not _is_litter(each.filename)]
        _refuse_unsafe(name, members)
        return [(f"{name}/{each.filename}", _read(archive, each)) for each in members]
    except DAMAGED_ZIP:
        raise InputError(Place(name), "The archive is damaged or packed in an unusual way.", HINT) from None


def on_disk(file: str) -> str:
    """Return the name of the file on disk: of a file in an archive, the archive's name.

    >>> on_disk("audience.zip/subscribed.csv"), on_disk("clients.csv")
    ('audience.zip', 'clients.csv')
    """
    return file.partition("/")[0]


def _is_litter(member: str) -> bool:
    return member.startswith(LITTER) or PurePosixPath(member).name.startswith((".", "~$"))


def _refuse_unsafe(name: str, members: list[zipfile.ZipInfo]) -> None:
    """Raise InputError for an archive that is empty, too large, encrypted, nested, or has two files of one name."""
    if not members:
        raise InputError(Place(name), "The archive is empty.", "Export the register again.")
    if len(members) > MOST_MEMBERS:
        raise InputError(Place(name), f"The archive holds more than {MOST_MEMBERS} files.", HINT)
    if sum(each.file_size for each in members) > MOST_INFLATED:
        raise InputError(Place(name), "The archive unpacks to more than 300 MB.", "Put in the registers' files alone.")
    names = [PurePosixPath(each.filename).name.casefold() for each in members]
    for each in members:
        place = Place(f"{name}/{each.filename}")
        if each.flag_bits & ENCRYPTED:
            raise InputError(place, "The archive has a password.", HINT)
        if each.file_size > SMALL and each.file_size > MOST_RATIO * max(1, each.compress_size):
            raise InputError(place, "The file is packed more tightly than any table is.", HINT)
        if each.filename.lower().endswith(ARCHIVE):
            raise InputError(place, "An archive lies in the archive.", HINT)
        if names.count(PurePosixPath(each.filename).name.casefold()) > 1:
            raise InputError(place, "Two files in the archive have one name.", HINT)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        return file.read(member.file_size)
