"""A cell's text or number as a typed value: strictly, or not at all."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from privacy_audit.registers.schema import Column
from privacy_audit.registers.sheet import Cell, Unreadable

LONDON = ZoneInfo("Europe/London")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
YES = frozenset({"yes", "y", "true", "1", "on"})
NO = frozenset({"no", "n", "false", "0", "off"})
FIRST_YEAR, LAST_YEAR = 1900, 2099
LARGEST_EXACT = 2**53
MOST_WORDS = 9

Value = str | int | bool | date | None


class UnreadError(ValueError):
    """A cell holds something that is no value of its column: why, without repeating the cell."""


@dataclass(frozen=True)
class Dialect:
    """How one export writes its values: date order (DMY, MDY or none declared), time zone and own words."""

    date_order: str = ""
    zone: ZoneInfo = LONDON
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    countries: "Countries" = field(default_factory=lambda: Countries({}, {}, {}))


@dataclass(frozen=True)
class Countries:
    """The rulebook's table of country names, aliases, and spellings that name no single country."""

    names: Mapping[str, str]
    aliases: Mapping[str, str]
    ask: Mapping[str, str]

    def code(self, text: str) -> str:
        """Return the ISO code a spelling stands for; raise UnreadError rather than guess."""
        spelling = folded(text)
        if text.upper() in self.names and len(text) == 2:  # noqa: PLR2004 - ISO alpha-2
            return text.upper()
        if spelling in self.ask:
            message = f"names no single country ({self.ask[spelling]})"
            raise UnreadError(message)
        known = self.aliases.get(spelling) or {folded(name): code for code, name in self.names.items()}.get(spelling)
        if known is None:
            message = "is no country that the rulebook knows"
            raise UnreadError(message)
        return known


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Return text in Unicode form NFC, without invisible characters, white space made single and cut at both ends."""
    seen = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    return " ".join("".join(seen).split())


def folded(text: str) -> str:
    """Return text as it is compared: clean, without regard to case."""
    return clean(text).casefold()


def read_value(cell: Cell, column: Column, dialect: Dialect) -> Value:
    """Return the cell as a value of its column, None for a blank; raise UnreadError for anything else."""
    if isinstance(cell, Unreadable):
        message = f"holds {cell.why}"
        raise UnreadError(message)
    if isinstance(cell, str):
        cell = clean(cell)
        if not cell:
            return None
    if column.constraints.enum:
        return _enum(_text(cell), column, dialect.words.get(column.name, {}))
    if column.format == "email":
        return _email(_text(cell))
    if column.format == "country":
        return dialect.countries.code(_text(cell))
    return READERS[column.type](cell, dialect)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, float):
        raise UnreadError("holds a number where text belongs")
    if isinstance(cell, int) and abs(cell) >= LARGEST_EXACT:
        raise UnreadError("holds a number too long for Excel to keep; format the column as text")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _enum(text: str, column: Column, own: Mapping[str, str]) -> str:
    words = {folded(spelling): value for value, spellings in column.words.items() for spelling in spellings}
    words |= {folded(value.replace("_", " ")): value for value in column.constraints.enum}
    words |= {folded(value): value for value in column.constraints.enum}
    words |= {folded(spelling): value for spelling, value in own.items()}
    value = words.get(folded(text))
    if value not in column.constraints.enum:
        known = ", ".join(each.replace("_", " ") for each in column.constraints.enum[:MOST_WORDS])
        more = " and others" if len(column.constraints.enum) > MOST_WORDS else ""
        raise UnreadError(f"is none of the words known here: {known}{more}")
    return value


def _email(text: str) -> str:
    address = folded(text)
    if not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+", address):
        raise UnreadError("is no e-mail address")
    return address


def _boolean(cell: Cell, _dialect: Dialect) -> bool:
    text = folded(_text(cell))
    if text in YES:
        return True
    if text in NO:
        return False
    raise UnreadError("is neither yes nor no")


def _integer(cell: Cell, _dialect: Dialect) -> int:
    text = _text(cell)
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise UnreadError("is no whole number")
    return int(text)


def _date(cell: Cell, dialect: Dialect) -> date:
    if not isinstance(cell, str | date):
        raise UnreadError("is a bare number, not a date")
    day = _written_date(cell, dialect) if isinstance(cell, str) else date(cell.year, cell.month, cell.day)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadError("is a year that no record can have")
    return day


def _written_date(text: str, dialect: Dialect) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", text):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=dialect.zone)).astimezone(LONDON).date()
        if match := re.fullmatch(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})", text):
            name = match[2].casefold()
            months = MONTH_NAMES if name in MONTH_NAMES else MONTHS
            return date(int(match[3]), months.index(name) + 1, int(match[1]))
        if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text):
            month, day = _ordered(int(match[1]), int(match[3]), dialect.date_order)
            return date(int(match[4]), month, day)
    except UnreadError:
        raise
    except ValueError:
        raise UnreadError("is a day that does not exist") from None
    raise UnreadError("is not a date")


def _ordered(first: int, second: int, order: str) -> tuple[int, int]:
    """Return (month, day); raise UnreadError when nobody declared which comes first."""
    if order not in {"DMY", "MDY"}:
        raise UnreadError("does not say whether the day or the month comes first")
    return (second, first) if order == "DMY" else (first, second)


def _string(cell: Cell, _dialect: Dialect) -> str:
    return _text(cell)


READERS: dict[str, Callable[[Cell, Dialect], Value]] = {
    "string": _string,
    "date": _date,
    "boolean": _boolean,
    "integer": _integer,
}
