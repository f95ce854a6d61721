"""How far a sheet is like a register: by the names of its columns, then by what stands in them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from privacy_audit.registers.content import MOSTLY, are_days, is_day, proved_order, share
from privacy_audit.registers.schema import Schema
from privacy_audit.registers.values import Countries

NEAR = 0.85
EXACT, CLOSE, SHAPED = 3, 2, 1


@dataclass(frozen=True)
class Guess:
    """A column that may be a field, and why."""

    field: str
    header: str
    why: str
    weight: int


@dataclass
class Suggestion:
    """What a sheet may be: the register, the field of each column, and what somebody must decide."""

    schema: Schema
    guesses: list[Guess] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    date_order: str = ""
    unknown: int = 0

    @property
    def score(self) -> int:
        """How well the register fits: best where its key is there too."""
        given = {each.field for each in self.guesses} | {"channel"}
        return sum(each.weight for each in self.guesses) + EXACT * (given >= {*self.schema.key})


def plain(text: str) -> str:
    """Return a name as it is compared here: small letters and figures alone.

    >>> plain("E-mail Address")
    'emailaddress'
    """
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@dataclass
class Fit:
    """One sheet beside one register."""

    schema: Schema
    headers: Sequence[str]
    columns: Sequence[Sequence[str]]
    known: Mapping[str, Mapping[str, str]]
    countries: Countries

    def suggestion(self) -> Suggestion:
        """Return how far the sheet is like the register, and what nobody but the firm can tell."""
        guesses = [list(self._by_name(each)) for each in self.headers]
        taken = {each.field for several in guesses for each in several}
        guesses = [
            several or [each for each in self._by_content(at) if each.field not in taken]
            for at, several in enumerate(guesses)
        ]
        found = Suggestion(self.schema)
        claims: dict[str, list[Guess]] = defaultdict(list)
        for several in guesses:
            if len(several) > 1:
                names = " or ".join(each.field for each in several)
                found.questions.append(f"Is “{several[0].header}” {names}?")
            elif several:
                claims[several[0].field].append(several[0])
        for name, several in claims.items():
            if len(several) > 1:
                names = " or ".join(f"“{each.header}”" for each in several)
                found.questions.append(f"Which is {name}: {names}?")
            else:
                found.guesses += several
        silent = [at for at, several in enumerate(guesses) if self.headers[at] and not several]
        found.unknown = len(silent) - self._ask_about_days(silent, claims, found)
        dated = {each.header for each in found.guesses if self.schema.by_name[each.field].type == "date"}
        found.date_order = proved_order(
            cell for at, name in enumerate(self.headers) if name in dated for cell in self.columns[at]
        )
        return found

    def _ask_about_days(self, silent: Sequence[int], claims: Iterable[str], found: Suggestion) -> int:
        """Ask which day the columns of days hold that no name tells of; return how many they are."""
        taken = set(claims)
        still_open = [each.name for each in self.schema.fields if each.type == "date" and each.name not in taken]
        days = [at for at in silent if are_days(self.columns[at]) and not is_day(self.headers[at])]
        for at in days if still_open else ():
            found.questions.append(f"“{self.headers[at]}” holds days: is it one of {', '.join(still_open)}?")
        return len(days)

    def _by_name(self, header: str) -> Iterator[Guess]:
        """Yield the fields that a column's name stands for: where it is known, else where it is near to a known one."""
        name = plain(header)
        if name in self.known:
            for field_name, source in self.known[name].items():
                yield Guess(field_name, header, f"the name is known: {source}", EXACT)
            return
        for near in get_close_matches(name, self.known, 1, NEAR) if name else ():
            for field_name, source in self.known[near].items():
                yield Guess(field_name, header, f"the name is near to a known one: {source}", CLOSE)

    def _by_content(self, at: int) -> Iterator[Guess]:
        """Yield the fields whose kind of value a column holds, if its header does not look like one of the values."""
        cells, header = self.columns[at], self.headers[at]
        for column in self.schema.fields:
            telling = column.format != "default" or column.constraints.enum
            if not (telling and cells and header) or share([header], column, self.countries):
                continue
            if share(cells, column, self.countries) >= MOSTLY:
                kinds = {"email": "e-mail addresses", "country": "countries"}
                what = kinds.get(column.format, "words that this field knows")
                yield Guess(column.name, header, f"nearly all its cells are {what}", SHAPED)
