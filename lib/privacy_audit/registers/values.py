"""Read a cell's text or number as a typed value; a cell that does not clearly hold one is refused with a reason.

First evidence, where words such as “none” and “to follow” count as no proof; then all types of column.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

import idna

from privacy_audit.files.sheet import Cell, Unreadable
from privacy_audit.registers.days import on_london_day, written_day
from privacy_audit.settings.schema import Column
from privacy_audit.settings.spelling import Dialect, UnreadError, clean, folded, invisible

# “0”, “null” and “nan” are here since programs write them for a blank cell: in a spreadsheet, a reference to it is 0.
NONE = frozenset(
    {"none", "no", "nil", "nothing", "n/a", "n / a", "n.a", "na", "not applicable", "not available", "false"}
    | {"0", "null", "nan", "blank", "none yet", "not yet", "nothing yet", "none needed", "not needed"}
    | {"no contract", "no contract yet", "no agreement", "no agreement yet", "not signed", "not yet signed"}
    | {"no proof", "no proof yet", "no evidence", "no record", "no log", "no certificate", "no wording", "no measures"}
    | {"not kept", "not recorded", "none recorded", "not filed", "not yet filed", "none on file", "missing"}
)
OPEN = frozenset(
    {"t.b.c", "to come", "pending", "awaited", "in progress", "outstanding", "requested", "unknown", "don't know"}
    | {"don\u2019t know", "dont know", "not sure", "unsure", "unclear", "maybe", "perhaps", "todo", "to do", "to-do"}
    | {"to check", "xx", "xxx", "xxxx", *NONE}  # with a question mark (“none?”) they are questions
)
# These may be followed by anything, such as when or by whom.
BEGUN = (
    r"(?i)^\W*(tbc|tbd|tba|to be (confirmed|decided|determined|advised|agreed|added|done|signed|filed|sent)"
    r"|to follow|awaiting|not yet|not known)([^\w-]|$)"
)
MINUS = "\u2212"
LEFT_OPEN = "says that it is still open, which is no evidence"
SAYS_NONE = "What says that there is none was read as blank"
# No word above holds such a digit, so a cell that has one need only be compared with BEGUN.
NAMED = "[1-9]"


def evidence(text: str) -> str | None:
    """Return a cleaned text as it is, None where it says “none”; raise UnreadError for “to follow” and the like.

    >>> evidence("None Such Ltd contract 2024"), evidence("None yet."), evidence("n/a; -")
    ('None Such Ltd contract 2024', None, None)
    """
    parts = [each.strip() for each in re.split("[;,]", text.casefold()) if each.strip()]
    if parts and all(map(_says_none, parts)):
        return None
    if re.match(BEGUN, text) or all(_says_none(each) or _is_open(each) for each in parts):
        raise UnreadError(LEFT_OPEN)
    return text


def _says_none(part: str) -> bool:
    """Whether a part is a word for “none”, or a dash."""
    dashes = all(char == MINUS or unicodedata.category(char) == "Pd" for char in part)
    return "?" not in part and (_bare(part) in NONE or dashes)


def _is_open(part: str) -> bool:
    """Whether a part says that something is still to come, asks a question, or has no letter or digit."""
    bare = _bare(part)
    return not bare or bare in OPEN or re.match(BEGUN, part) is not None


def _bare(part: str) -> str:
    """Return a part from its first letter or digit to its last; blank where it has none."""
    seen = [at for at, char in enumerate(part) if char.isalnum()]
    return part[seen[0] : seen[-1] + 1] if seen else ""


YES = frozenset({"yes", "y", "true", "t", "1", "on", "✓", "✔", "☑"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "✗", "✘", "☐"})
FIRST_YEAR, LAST_YEAR, OPEN_YEAR = 1905, 2099, 2200  # Excel's day 0 is in 1900 or 1904: no real date
FILLERS = frozenset({date(1970, 1, 1)})  # day 0 of many programs
MOST_DIGITS = 10**15  # Excel keeps fifteen digits
MOST_WORDS = 9
LOST = "\ufffd"
# What a spreadsheet makes of a long number: 1.20001E+13.
ROUNDED = r"^[0-9]([.,][0-9]+)?[eE]\+[0-9]+$"
Value = str | int | bool | date | None


def repair_of(text: str) -> str:
    """Return in words what reading a text changes about it; blank where it changes nothing.

    >>> repair_of(" Ada "), repair_of("Ada")
    ('Spaces or line breaks were taken off or made single', '')
    """
    if text == clean(text) or not text.strip():
        return ""
    if any(invisible(char) for char in text):
        return "Characters that cannot be seen were taken out"
    if text != unicodedata.normalize("NFC", text):
        return "Accents were put into their usual form"
    return "Spaces or line breaks were taken off or made single"


def read_value(cell: Cell, column: Column, dialect: Dialect) -> Value:
    """Return the cell as a value of its column, None for a blank; raise UnreadError for anything else."""
    return reader(column, dialect)(cell)


def reader(column: Column, dialect: Dialect) -> Callable[[Cell], Value]:
    """Return the function that reads a cell of a column: it returns as `read_value` does, and raises UnreadError."""
    if column.constraints.enum:
        words = _words(column, dialect.words.get(column.name, {}))
        return lambda cell: _read(cell, column, lambda seen: _enum(_text(seen, column), column, words))
    if column.format == "email":
        return lambda cell: _read(cell, column, lambda seen: _email(_text(seen, column)))
    if column.evidence:
        return lambda cell: _read(cell, column, lambda seen: evidence(_text(seen, column)))
    if column.country:
        return lambda cell: _read(cell, column, lambda seen: dialect.countries.code(_text(seen, column)))
    return lambda cell: _read(cell, column, lambda seen: READERS[column.type](seen, column, dialect))


def _read(cell: Cell, column: Column, typed: Callable[[Cell], Value]) -> Value:
    """Return a cell's value by the reader of its type, None for a blank; raise UnreadError for a damaged cell."""
    if isinstance(cell, Unreadable):
        message = f"holds {cell.why}"
        raise UnreadError(message)
    if isinstance(cell, str):
        if "\0" in cell:
            raise UnreadError("holds a NUL character, as damaged files do")
        if LOST in cell and (column.type != "string" or column.constraints.required):
            raise UnreadError("holds a character that was lost when the file was saved")
        cell = clean(cell)
        if not cell:
            return None
    return typed(cell)


def _text(cell: Cell, column: Column) -> str:
    """Return a cell as text; raise UnreadError for a number or date that a spreadsheet may have changed."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        if abs(cell) >= MOST_DIGITS:
            raise UnreadError("holds a number too long for Excel to keep; format the column as text")
        if int(cell) != cell:
            raise UnreadError("holds a number where text belongs")
        return str(int(cell))
    if isinstance(cell, date):
        if column.constraints.required:
            raise UnreadError("holds a date, which a spreadsheet may have made of a number")
        return cell.isoformat()
    if re.match(ROUNDED, str(cell)):
        raise UnreadError("holds a number that a spreadsheet has rounded; format the column as text and export again")
    return str(cell)


def _words(column: Column, own: Mapping[str, str]) -> dict[str, str]:
    """Return every spelling of a column's words and its value; the export's spellings override the schema's."""
    words = {folded(spelling): value for value, spellings in column.words.items() for spelling in spellings}
    words |= {folded(value.replace("_", " ")): value for value in column.constraints.enum}
    words |= {folded(value): value for value in column.constraints.enum}
    return words | {folded(spelling): value for spelling, value in own.items()}


def _enum(text: str, column: Column, words: Mapping[str, str]) -> str:
    value = words.get(folded(text))
    if value not in column.constraints.enum:
        known = ", ".join(each.replace("_", " ") for each in column.constraints.enum[:MOST_WORDS])
        more = " and others" if len(column.constraints.enum) > MOST_WORDS else ""
        raise UnreadError(f"is none of the words known here: {known}{more}")
    return value


def _email(text: str) -> str:
    """Return the address in small letters, its domain in ASCII (IDNA 2008); tags and dots before the @ are kept."""
    match = re.fullmatch(r"([^\s@,;:<>()\[\]\\\"]+)@([^\s@,;:<>()\"]+\.[^\s@,;:<>()\".]+)", text.lower())
    if not match:
        raise UnreadError("is no e-mail address")
    person, domain = match.groups()
    if not re.fullmatch(r"([a-z0-9_-]+\.)+[a-z0-9_-]+", domain) or "xn--" in domain:
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise UnreadError("is no e-mail address") from None
    return f"{person}@{domain}"


def _boolean(cell: Cell, column: Column, _dialect: Dialect) -> bool:
    text = folded(_text(cell, column))
    if text in YES:
        return True
    if text in NO:
        return False
    raise UnreadError("is neither yes nor no")


def _integer(cell: Cell, column: Column, _dialect: Dialect) -> int:
    text = _text(cell, column)
    if not re.fullmatch(r"-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})", text):
        raise UnreadError("is no whole number")
    return int(text.replace(",", ""))


def _date(cell: Cell, column: Column, dialect: Dialect) -> date | None:
    """Return a cell as a day, None for an open end; raise UnreadError for a bare number or an impossible day."""
    if isinstance(cell, str):
        day = written_day(cell, dialect.date_order, dialect.zone)
    elif isinstance(cell, datetime):
        day = on_london_day(cell, dialect.zone)
    elif isinstance(cell, date):
        day = cell
    else:
        raise UnreadError("is a bare number, not a date")
    if column.open_ended and day.year >= OPEN_YEAR:
        return None
    if day in FILLERS or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadError("is a day that no record can have")
    return day


def _string(cell: Cell, column: Column, _dialect: Dialect) -> str:
    return _text(cell, column)


READERS: dict[str, Callable[[Cell, Column, Dialect], Value]] = {
    "string": _string,
    "date": _date,
    "boolean": _boolean,
    "integer": _integer,
}
