"""Bytes into text: by the mark at the start, as UTF-8, or as Windows-1252; which one, the receipt tells."""

import codecs
import re

from privacy_audit.errors import InputError, Place
from privacy_audit.files.sheet import Remark

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 4096
MOSTLY = 0.4
HINT = "Export again as “CSV UTF-8”."
TWICE = re.compile("[ÂÃ][\u0080-\u00bf]|â\u20ac")


def decode(name: str, content: bytes) -> tuple[str, str, list[Remark]]:
    """Return the text without its mark, the encoding, and what must be said; raise InputError for what is no text."""
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
    """Return UTF-16 where every other byte is NUL, as no other text has it."""
    sample = content[:SAMPLE]
    pairs = max(1, len(sample) // 2)
    if sample[1::2].count(0) > MOSTLY * pairs and sample[::2].count(0) == 0:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > MOSTLY * pairs and sample[1::2].count(0) == 0 else ""


def _utf8_or_windows(content: bytes) -> tuple[str, str]:
    """Return UTF-8 where the bytes are, or are mostly; else Windows-1252; and a remark unless all is plain."""
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
