"""What must be known of a zipped workbook before anybody unpacks it: that it is whole, no bomb, and plain XML."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from privacy_audit.errors import InputError, Place

MOST_INFLATED, MOST_PARTS = 300_000_000, 10_000
LARGE, STEEPEST = 10_000_000, 120  # a worksheet shrinks to a tenth or so; a bomb to a thousandth
CHUNK, OVERLAP = 1 << 20, 512
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
SHEETS = ("xl/worksheets/sheet", "content.xml")  # looked at when their flaws are
ENCRYPTED = 0x1
# What Python raises for a zip file that is damaged, or packed in a way that it does not know.
DAMAGED_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


def open_package(place: Place, content: bytes) -> zipfile.ZipFile:
    """Return the archive; raise InputError for a bomb, a password, or XML that declares entities or is no UTF-8."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise InputError(place, "The workbook has a password.", "Save it without a password.")
    steep = any(m.file_size > LARGE and m.file_size > STEEPEST * max(1, m.compress_size) for m in members)
    if steep or len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_INFLATED:
        hint = "Save only the register's sheet, without pictures, as a new workbook."
        raise InputError(place, "The workbook unpacks to far more than it should.", hint)
    for member in members:
        if member.filename.endswith((".xml", ".rels")) and not member.filename.startswith(SHEETS):
            for _ in chunks(place, archive, member.filename):
                pass
    return archive


def chunks(place: Place, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part of the workbook piece by piece, each with the end of the piece before it.

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
