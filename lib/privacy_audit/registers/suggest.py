"""Suggest a mapping for a sheet that none fits: by the names of its columns, then by the contents of their cells.

First the shares of cells that can be read, then the comparison of a sheet with one register, last the best of all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from privacy_audit.files.sheet import Sheet
from privacy_audit.registers.cells import ANY, as_text, is_filled
from privacy_audit.registers.days import order_of, written_day
from privacy_audit.registers.recognise import JOINED, LINES_SEARCHED, header_names
from privacy_audit.registers.values import reader
from privacy_audit.settings.firm import EXPECTED
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.schema import Column, Schema
from privacy_audit.settings.spelling import LONDON, Countries, Dialect, UnreadError

MOSTLY = 0.9


def share(cells: Sequence[str], column: Column, countries: Countries) -> float:
    """Return the share of the cells, from 0 to 1, that can be read as values of a register's column; 0 for no cells."""
    read, times = reader(column, Dialect(countries=countries)), 0
    for each in cells:
        try:
            read(each)
        except UnreadError:
            continue
        times += 1
    return times / len(cells) if cells else 0


def are_days(cells: Sequence[str]) -> bool:
    """Whether nearly all of the cells are days, in any order of day, month and year."""
    return bool(cells) and sum(map(is_day, cells)) >= MOSTLY * len(cells)


def is_day(text: str) -> bool:
    """Whether a text is a day in some order."""
    for order in ("DMY", "MDY", "YMD"):
        try:
            written_day(text, order, LONDON)
        except UnreadError:
            continue
        return True
    return False


def proved_order(cells: Iterable[str]) -> str:
    """Return the order, DMY or MDY, that the dates prove; blank where they prove neither, or both."""
    orders = {order_of(each) for each in cells} & {"DMY", "MDY"}
    return orders.pop() if len(orders) == 1 else ""


NEAR = 0.85
EXACT, CLOSE, SHAPED = 3, 2, 1


@dataclass(frozen=True)
class Guess:
    """A column that may be a field, and why; a larger `weight` is a better reason."""

    field: str
    header: str
    why: str
    weight: int


@dataclass
class Suggestion:
    """What a sheet may be: the register, the field of each column, and the questions that the firm must answer.

    `date_order` is the order that its dates prove, or blank; `unknown` is how many columns fit no field.
    """

    schema: Schema
    guesses: list[Guess] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    date_order: str = ""
    unknown: int = 0

    @property
    def score(self) -> int:
        """How well the register fits: the weights of the guesses, with an addition where the whole key is there."""
        given = {each.field for each in self.guesses} | {"channel"}
        return sum(each.weight for each in self.guesses) + EXACT * (given >= {*self.schema.key})


def plain(text: str) -> str:
    """Return a name in the form in which names are compared here: small letters and digits only.

    >>> plain("E-mail Address")
    'emailaddress'
    """
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@dataclass
class Fit:
    """One sheet compared with one register.

    `columns` are the filled cells of each header's column; `known` gives by name the fields it may be, and the source.
    """

    schema: Schema
    headers: Sequence[str]
    columns: Sequence[Sequence[str]]
    known: Mapping[str, Mapping[str, str]]
    countries: Countries

    def suggestion(self) -> Suggestion:
        """Return which fields the columns may be, and the questions that only the firm can answer."""
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
        """Add a question for each column of days whose name is not known; return how many such columns there are."""
        taken = set(claims)
        still_open = [each.name for each in self.schema.fields if each.type == "date" and each.name not in taken]
        days = [at for at in silent if are_days(self.columns[at]) and not is_day(self.headers[at])]
        for at in days if still_open else ():
            found.questions.append(f"“{self.headers[at]}” holds days: is it one of {', '.join(still_open)}?")
        return len(days)

    def _by_name(self, header: str) -> Iterator[Guess]:
        """Yield the fields that a column's name may mean: by a known name, else by the nearest known one."""
        name = plain(header)
        if name in self.known:
            for field_name, source in self.known[name].items():
                yield Guess(field_name, header, f"the name is known: {source}", EXACT)
            return
        for near in get_close_matches(name, self.known, 1, NEAR) if name else ():
            for field_name, source in self.known[near].items():
                yield Guess(field_name, header, f"the name is near to a known one: {source}", CLOSE)

    def _by_content(self, at: int) -> Iterator[Guess]:
        """Yield the fields whose values fill nearly all of a column, unless its header looks like such a value too."""
        cells, header = self.columns[at], self.headers[at]
        for column in self.schema.fields:
            telling = column.format != "default" or column.constraints.enum
            if not (telling and cells and header) or share([header], column, self.countries):
                continue
            if share(cells, column, self.countries) >= MOSTLY:
                kinds = {"email": "e-mail addresses", "country": "countries"}
                what = kinds.get(column.format, "words that this field knows")
                yield Guess(column.name, header, f"nearly all its cells are {what}", SHAPED)


SAMPLE = 500
# Signs of a cell that is not a column's name: an e-mail address, a number, a day.
NO_HEADER = re.compile(r"@|^[\W\d]+$|\d{4}-\d\d|\d[/.]\d")


def suggest(
    sheet: Sheet, schemas: Mapping[str, Schema], exports: Iterable[Export], countries: Countries
) -> Suggestion | None:
    """Return the register that a sheet resembles most; None where no line is surely a header, or it resembles none.

    Where `schemas` has only one, the user has chosen it, and a guess or question is enough.
    """
    known = {name: spellings(schemas[name], exports) for name in EXPECTED if name in schemas}
    index = _header_line(sheet, {each for names in known.values() for each in names})
    if index is None:
        return None
    headers = header_names(sheet, index, 1)
    lines = [cells for _, cells in sheet.lines[index + 1 : index + 1 + SAMPLE]]
    columns = [
        [as_text(line[at]) for line in lines if at < len(line) and is_filled(line[at])] for at in range(len(headers))
    ]
    fits = [Fit(schemas[name], headers, columns, known[name], countries).suggestion() for name in known]
    best = max(fits, key=lambda each: each.score)
    return best if best.score > SHAPED or (len(known) == 1 and (best.guesses or best.questions)) else None


def spellings(schema: Schema, exports: Iterable[Export]) -> dict[str, dict[str, str]]:
    """Return for each known name of a column, in plain form, the fields it may mean and the source of each."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for export in exports:
        if export.register_name == schema.name:
            for name, entries in export.headers.items():
                for entry in entries if name in export.columns else entries[:1]:
                    if ANY not in entry and JOINED not in entry:
                        known[plain(entry)].setdefault(name, f"“{entry}” in {export.title}")
    for column in schema.fields:
        for own in (column.name, column.title):
            known[plain(own)] = {column.name: f"“{own}”, the audit's own name"}
    return known


def _header_line(sheet: Sheet, known: Iterable[str]) -> int | None:
    """Return the index of the line with most known names, the first of several; None where none can be a header."""
    known = set(known)
    lines = [header_names(sheet, at, 1) for at in range(min(LINES_SEARCHED, len(sheet.lines)))]
    fit = [at for at, names in enumerate(lines) if _is_header(names)]
    return max(fit, key=lambda at: (sum(plain(each) in known for each in lines[at]), -at), default=None)


def _is_header(names: Sequence[str]) -> bool:
    filled = [each for each in names if each]
    return len(filled) > 1 and len(set(filled)) == len(filled) and not any(NO_HEADER.search(each) for each in filled)
