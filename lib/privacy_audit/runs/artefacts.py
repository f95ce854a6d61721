"""Every text that an output holds, however it is packed: what a reader, a search or a curious program could find."""

import base64
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

PNG, PDF, ZIP, ENCRYPTED = b"\x89PNG\r\n\x1a\n", b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Rows, and cells that refer to the workbook's texts or hold a short number, have no text of their own.
REFERENCE = re.compile(r'<c r="[A-Z]+\d+" s="\d+"(?:/>|(?: t="s")?><v>\d{1,7}</v></c>)|</?row[^>]*>')
ADDRESS = re.compile(r"\$[A-Z]{1,3}\$\d+")
STREAM = re.compile(rb"<<((?:(?!\bobj\b|stream).)*)>>\s*stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
SPOKEN = re.compile(rb"/(?:ActualText|Alt|E)\s*(?:\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]+>)", re.DOTALL)
LITERAL, DIGITS = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL), re.compile(rb"<([0-9A-Fa-f]{4,})>")
TAG = re.compile(r"<[^>]*>")
PICTURE = re.compile(r"data:image/[a-z+.]+;base64,([A-Za-z0-9+/=\s]+)")
# The characters of Unicode's class Cf that may stand inside a word and are not seen.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
PICTURE_KINDS = ("image/png", "image/jpeg", "image/svg+xml")


class UnreadableArtefactError(ValueError):
    """An artefact cannot be looked into, so nobody can tell what it shows."""


def texts(name: str, content: bytes) -> Iterator[str]:
    """Yield everything that an artefact says, its name first; raise UnreadableArtefactError where it cannot be told."""
    yield name
    if content.startswith(ENCRYPTED):
        raise UnreadableArtefactError
    if content.startswith(ZIP):
        yield from _packed(content)
    elif content.startswith(PNG):
        yield from _png(content)
    elif content.startswith(PDF):
        yield from _pdf(content)
    elif name.endswith((".json", ".ipynb")):
        yield from _json(content)
    else:
        yield from _marked_up(_decoded(content))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8", errors="replace")


def _packed(content: bytes) -> Iterator[str]:
    """Yield the names and the texts of everything in a zip file, such as a workbook's parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment.decode("utf-8", errors="replace")
            for part in archive.infolist():
                yield part.comment.decode("utf-8", errors="replace")
                yield from texts(part.filename, archive.read(part))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise UnreadableArtefactError from None


def _marked_up(text: str) -> Iterator[str]:
    """Yield the text of a page, a workbook's part or a drawing, then its attributes and comments; pictures first."""
    if "data:image" in text:
        for picture in PICTURE.findall(text):
            yield from texts("", base64.b64decode(picture))
        text = PICTURE.sub("", text)
    if "schemas.openxmlformats.org" in text:
        text = ADDRESS.sub("", REFERENCE.sub("", text))
    if "<" not in text:
        yield text
        return
    yield html.unescape(TAG.sub("\n", text))
    yield html.unescape("\n".join(TAG.findall(text)))


def _json(content: bytes) -> Iterator[str]:
    try:
        yield "\n".join(_strings(json.loads(content), ""))
    except (ValueError, RecursionError):
        yield _decoded(content)


def _strings(content: object, kind: str) -> Iterator[str]:
    """Yield the texts of a JSON value, joined where they are the lines of one; `kind` is the name it stands under."""
    if isinstance(content, str):
        if kind in PICTURE_KINDS and "<" not in content:
            yield from texts("", base64.b64decode(content))
        else:
            yield from _marked_up(content)
    elif isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from _strings(value, name)
    elif isinstance(content, list):
        if content and all(isinstance(each, str) for each in content):
            yield from _strings("".join(content) if content[0].endswith("\n") else "\n".join(content), kind)
        else:
            for each in content:
                yield from _strings(each, kind)


def _png(content: bytes) -> Iterator[str]:
    """Yield what a picture says beside its points: the chunks that hold text."""
    at = len(PNG)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        chunk = content[at + 8 : at + 8 + length]
        if kind in {b"tEXt", b"eXIf", b"tIME"}:
            yield chunk.decode("latin-1")
        if kind in {b"zTXt", b"iTXt", b"iCCP"}:
            yield chunk.decode("utf-8", errors="replace")
            yield from _inflated(chunk)
        at += length + 12
    if content[at:]:
        yield _decoded(content[at:])


def _inflated(chunk: bytes) -> Iterator[str]:
    """Yield a chunk's packed text, which follows its key word, a null and some flags."""
    start = chunk.find(b"x")
    while start >= 0:
        try:
            found = zlib.decompress(chunk[start:])
        except zlib.error:
            start = chunk.find(b"x", start + 1)
        else:
            yield found.decode("utf-8", errors="replace")
            return


def _pdf(content: bytes) -> Iterator[str]:
    """Yield the text of every page, and the texts that stand elsewhere: title, outline, words for pictures."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - half of what reads an audit makes no PDF

    try:
        document = pdfium.PdfDocument(content)
        for number in range(len(document)):
            yield document[number].get_textpage().get_text_bounded()
    except pdfium.PdfiumError:
        raise UnreadableArtefactError from None
    yield _pdf_strings(STREAM.sub(b"", content))
    for about, stream in STREAM.findall(content):
        if b"/Metadata" in about:
            yield from _marked_up(_decoded(_unpacked(stream)))
        else:  # packed objects, and on a page the words that stand for what is drawn
            packed = _unpacked(stream)
            yield _pdf_strings(packed if b"/ObjStm" in about else b"\n".join(SPOKEN.findall(packed)))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _pdf_strings(content: bytes) -> str:
    """Return the strings among a PDF's objects: in plain bytes or in UTF-16, written out or as digits."""
    found = [re.sub(rb"\\(.)", rb"\1", each, flags=re.DOTALL) for each in LITERAL.findall(content)]
    found += [bytes.fromhex(each.decode()) for each in DIGITS.findall(content) if len(each) % 2 == 0]
    wide = b"\xfe\xff"
    texts_ = (each[2:].decode("utf-16-be", "replace") if each[:2] == wide else each.decode("latin-1") for each in found)
    return "\n".join(texts_)


def plain(text: str) -> str:
    """Return text as it is compared: one form for each letter, no case, nothing invisible, nothing percent-encoded."""
    if "%" in text:
        text = unquote(text)
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return text.casefold()
