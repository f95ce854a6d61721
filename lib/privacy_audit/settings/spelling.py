"""Spelling: the dialect of an export, country names, and cleaned text for comparisons."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

CODE_LENGTH = 2  # ISO 3166-1 alpha-2
LONDON = ZoneInfo("Europe/London")


class UnreadError(ValueError):
    """A cell holds something that is not a value of its column; the message says why, without repeating the cell."""


@dataclass(frozen=True)
class Dialect:
    """How one export writes its values: date order (DMY, MDY, YMD or none declared), time zone and own words."""

    date_order: str = ""
    zone: ZoneInfo = LONDON
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    countries: "Countries" = field(default_factory=lambda: Countries({}, {}, {}))


@dataclass(frozen=True)
class Countries:
    """The rulebook's country names by code, other spellings with their codes, and spellings of no single country.

    `ask` gives for each of the latter the reason.
    """

    names: Mapping[str, str]
    aliases: Mapping[str, str]
    ask: Mapping[str, str]

    @cached_property
    def codes(self) -> dict[str, str]:
        """The ISO 3166-1 alpha-2 code of every known spelling."""
        return {folded(name): code for code, name in self.names.items()} | dict(self.aliases)

    def code(self, text: str) -> str:
        """Return the ISO 3166-1 alpha-2 code of a country; raise UnreadError for an unknown or ambiguous spelling."""
        spelling = folded(text)
        if len(text) == CODE_LENGTH and text.upper() in self.names:
            return text.upper()
        if spelling in self.ask:
            message = f"names no single country ({self.ask[spelling]})"
            raise UnreadError(message)
        if spelling not in self.codes:
            message = "is no country that the rulebook knows"
            raise UnreadError(message)
        return self.codes[spelling]


def invisible(char: str) -> bool:
    """Whether a character is invisible: a control, a direction mark, a joiner, or a code that is not a character."""
    return (unicodedata.category(char) in {"Cc", "Cf"} and not char.isspace()) or char in "\ufffe\uffff"


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Return text in Unicode form NFC, without invisible characters, with single spaces and none at either end."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in unicodedata.normalize("NFC", text) if not invisible(char))
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return text in the form in which spellings are compared: cleaned and case-folded."""
    return clean(text).casefold()
