"""How cells are spelt: clean text, countries, the dialect of an export."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

CODE_LENGTH = 2  # ISO 3166-1 alpha-2
LONDON = ZoneInfo("Europe/London")


class UnreadError(ValueError):
    """A cell holds something that is no value of its column: why, without repeating the cell."""


@dataclass(frozen=True)
class Dialect:
    """How one export writes its values: date order (DMY, MDY, YMD or none declared), time zone and own words."""

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

    @cached_property
    def codes(self) -> dict[str, str]:
        """The code of every spelling that is known."""
        return {folded(name): code for code, name in self.names.items()} | dict(self.aliases)

    def code(self, text: str) -> str:
        """Return the ISO code a spelling stands for; raise UnreadError rather than guess."""
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
    """Whether a character shows nothing: a control, a direction mark, a joiner, or none at all."""
    return (unicodedata.category(char) in {"Cc", "Cf"} and not char.isspace()) or char in "\ufffe\uffff"


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Return text in Unicode form NFC, without invisible characters, white space made single and cut at both ends."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in unicodedata.normalize("NFC", text) if not invisible(char))
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return text as it is compared: clean, without regard to case."""
    return clean(text).casefold()
