"""Calendar arithmetic as the law does it, quarters, and dates in words.

Whole months and years end on the same day of the month, or on its last day where it is too short. No function reads the
clock: the day is always a parameter.
"""

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from privacy_audit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

# The calendar module's names depend on the computer's language; a report must be the same everywhere.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SATURDAY = 5
DECEMBER = 12


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month; where that month is too short, its last day.

    This is the corresponding-date rule of Dodds v Walker [1981] UKHL 3.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the same day in a later year; 29 February becomes 28 February.

    >>> add_years(date(2020, 2, 29), 6)
    datetime.date(2026, 2, 28)
    """
    return add_months(day, 12 * years)


def year_end_on_or_after(day: date, month: int, last: int) -> date:
    """Return the first accounting year end on or after the day; `month` and `last` are the month and day it falls on.

    >>> year_end_on_or_after(date(2020, 4, 10), 3, 31)
    datetime.date(2021, 3, 31)
    >>> year_end_on_or_after(date(2020, 3, 31), 3, 31)
    datetime.date(2020, 3, 31)
    """
    ends = (date(year, month, min(last, calendar.monthrange(year, month)[1])) for year in (day.year, day.year + 1))
    return next(end for end in ends if end >= day)


def filing_day(day: date) -> date:
    """Return 31 January after the end of the tax year (6 April to 5 April) that contains the day.

    TMA 1970 s.8 and s.12B: the filing date from which self-employed records are counted.

    >>> filing_day(date(2020, 4, 5)), filing_day(date(2020, 4, 6))
    (datetime.date(2021, 1, 31), datetime.date(2022, 1, 31))
    """
    tax_year_ends = year_end_on_or_after(day, 4, 5)
    return date(tax_year_ends.year + 1, 1, 31)


def roll_to_working_day(day: date, holidays: "Collection[date]") -> date:
    """Return the day itself, or the next day that is not a Saturday, Sunday or bank holiday.

    >>> roll_to_working_day(date(2026, 12, 25), {date(2026, 12, 25), date(2026, 12, 28)})
    datetime.date(2026, 12, 29)
    """
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day


def long_date(day: date) -> str:
    """Return a day as it is written in English.

    >>> long_date(date(2026, 9, 3))
    '3 September 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Quarter:
    """A quarter of a calendar year.

    >>> Quarter.parse("2026-Q3").last
    datetime.date(2026, 9, 30)
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Return the quarter written as “2026-Q3”; raise UsageError for any other text."""
        match = re.fullmatch(r"(20\d\d)-Q([1-4])", text)
        if not match:
            message = f"“{text}” is not a quarter. Hint: write it as 2026-Q3."
            raise UsageError(message)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def before(cls, day: date) -> "Quarter":
        """Return the last quarter that had ended before the day.

        >>> str(Quarter.before(date(2026, 1, 5)))
        '2025-Q4'
        """
        first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)
        return cls(first.year, (first.month + 2) // 3)

    @property
    def first(self) -> date:
        """The quarter's first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The quarter's last day."""
        return add_months(self.first, 3) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def parse_iso(text: str, name: str) -> date:
    """Return the date written as “2026-09-30”; raise UsageError, with the parameter's name, for any other text."""
    with suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    message = f"{name}: “{text}” is not a date. Hint: write it as 2026-09-30."
    raise UsageError(message)
