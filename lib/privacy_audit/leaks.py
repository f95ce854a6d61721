"""The last look before publishing: no output may show an e-mail address that the policy does not publish itself."""

import html
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

HOST, PERSON, LONGEST = re.compile(r"@[\w-]+(?:\.[\w-]+)+"), re.compile(r"[\w.+%'-]+$"), 64
# What people typed themselves is kept as they typed it.
TYPED = ("inputs/waivers.toml", "inputs/actions/")


def addresses(text: str) -> set[str]:
    """Return the e-mail addresses in a text, in small letters.

    >>> addresses("Write to Privacy@example.co.uk.")
    {'privacy@example.co.uk'}
    """
    found = ((PERSON.search(text[max(0, at.start() - LONGEST) : at.start()]), at[0]) for at in HOST.finditer(text))
    return {(person[0].lstrip(".'") + host).casefold() for person, host in found if person}


def leaks(folder: Path, public: Collection[str]) -> list[str]:
    """Return which files below a folder show an address that is not among the public ones, without showing it."""
    hint = "Hint: look for it in the names of files and sheets, in waivers.toml and in firm.toml."
    allowed, found = {each.casefold() for each in public}, []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(TYPED) and any(addresses(text) - allowed for text in _texts(path)):
            shown = "A file's name" if addresses(name) - allowed else name
            found.append(f"{shown} would show an e-mail address that the policy does not publish. {hint}")
    return found


def _texts(path: Path) -> Iterator[str]:
    """Yield what a file says, as plain text; nothing for pictures and encrypted workbooks."""
    content = path.read_bytes()
    yield path.name
    if path.suffix in {".json", ".ipynb"}:
        yield from _strings(json.loads(content))
    elif path.suffix == ".xlsx" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (html.unescape(book.read(part).decode(errors="replace")) for part in book.namelist())
    elif path.suffix != ".xlsx":
        yield html.unescape(content.decode(errors="replace"))


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _strings(name)
            yield from _strings(value)
    elif isinstance(content, list):
        for each in content:
            yield from _strings(each)
