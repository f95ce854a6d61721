"""Everything that an output holds, as plain text: made another way than the program's own, to check it."""

import base64
import html
import io
import re
import zipfile


def unpacked(content: bytes) -> str:
    """Return the bytes of a file and of everything inside it as one text, small letters throughout."""
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [each.filename.encode() + b"\n" + archive.read(each) for each in archive.infolist()]
    text = "\n".join(part.decode("utf-8", errors="replace") for part in parts)
    pictures = [base64.b64decode(each) for each in re.findall(r"base64,([A-Za-z0-9+/=]+)", text)]
    pictures += [base64.b64decode(each) for each in re.findall(r'"image/png": "([A-Za-z0-9+/=]+)', text)]
    text += "\n".join(each.decode("latin-1") for each in pictures)
    return html.unescape(text).replace("\\u00e9", "é").casefold()
