"""Read a day as people and programs write it, in one declared order of day, month and year, without guessing."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from privacy_audit.settings.spelling import LONDON, UnreadError

ORDERS = ("DMY", "MDY", "YMD")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
MONTH_OF = {name: number for number, name in enumerate(MONTHS, 1)} | SHORT
LAST_MONTH = 12
HALF_DAY = 12
TIME = (
    r"(?:(?:T|,?\s)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
)
TH = r"(?:st|nd|rd|th)?"
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)" + TIME, re.ASCII)
NAMED = re.compile(rf"(?P<day>\d{{1,2}}){TH}[ -](?P<name>[A-Za-z]{{3,9}})\.?,?[ -](?P<year>\d{{4}}){TIME}", re.ASCII)
NAMED_FIRST = re.compile(rf"(?P<name>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}}){TH},? (?P<year>\d{{4}}){TIME}", re.ASCII)
NUMBERS = re.compile(r"(?P<first>\d{1,2})([/.-])(?P<second_>\d{1,2})\2(?P<year>\d{4})" + TIME, re.ASCII)
YEAR_FIRST = re.compile(r"(?P<year>\d{4})([/.-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})" + TIME, re.ASCII)


def written_day(text: str, order: str, zone: ZoneInfo) -> date:
    """Return the day that a text names; a time with its zone is converted to the day in London.

    `order` is DMY, MDY or YMD, or blank where none is declared: then of dates in numbers only ISO dates are read.
    `zone` is the time zone of a time that does not name one. Raise UnreadError for any other text, with the reason.

    >>> written_day("30/06/2026 23:30", "DMY", ZoneInfo("UTC"))
    datetime.date(2026, 7, 1)
    """
    try:
        day = _iso_or_named(text, zone) or _in_numbers(text, order, zone)
    except UnreadError:
        raise
    except ValueError:
        raise UnreadError("is a day or time that does not exist") from None
    if day is None:
        raise UnreadError("is not a date")
    return day


def _iso_or_named(text: str, zone: ZoneInfo) -> date | None:
    """Return the day of an ISO date or of one with the month's name, None for any other text."""
    if match := ISO.fullmatch(text):
        return _moment(match, int(match["month"]), int(match["day"]), zone)
    match = NAMED.fullmatch(text) or NAMED_FIRST.fullmatch(text)
    if match and match["name"].lower() in MONTH_OF:
        return _moment(match, MONTH_OF[match["name"].lower()], int(match["day"]), zone)
    return None


def _in_numbers(text: str, order: str, zone: ZoneInfo) -> date | None:
    """Return the day of a date in numbers, None for other texts; raise UnreadError where its order is not declared."""
    if match := YEAR_FIRST.fullmatch(text):
        if order != "YMD":
            raise UnreadError("starts with the year, and nobody declared that order")
        return _moment(match, int(match["month"]), int(match["day"]), zone)
    if match := NUMBERS.fullmatch(text):
        if order not in {"DMY", "MDY"}:
            raise UnreadError("does not say whether the day or the month comes first")
        first, second = int(match["first"]), int(match["second_"])
        return _moment(match, *((second, first) if order == "DMY" else (first, second)), zone)
    return None


def order_of(text: str) -> str:
    """Return DMY or MDY where a date in numbers is valid in one order only, “either” where in both.

    Blank for a day equal to its month, for an impossible date, and for any other text.

    >>> [order_of(each) for each in ("25/12/2015", "12/25/2015", "03/04/2015", "2015-04-03")]
    ['DMY', 'MDY', 'either', '']
    """
    match = NUMBERS.fullmatch(text)
    if not match:
        return ""
    first, second = int(match["first"]), int(match["second_"])
    if max(first, second) <= LAST_MONTH:
        return "either" if first != second else ""
    return "DMY" if second <= LAST_MONTH else "MDY" if first <= LAST_MONTH else ""


def on_london_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day in London of a date and time; `zone` is its time zone where it does not carry one."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(LONDON).date()


def _moment(match: re.Match[str], month: int, day: int, zone: ZoneInfo) -> date:
    """Return the day of a date, or the day in London of a date with a time; raise ValueError where there is none."""
    year = int(match["year"])
    if not match["hour"]:
        return date(year, month, day)
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= HALF_DAY:
            raise ValueError
        hour = hour % HALF_DAY + (HALF_DAY if match["half"] in "Pp" else 0)
    moment = datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0), tzinfo=zone)
    return on_london_day(moment.replace(tzinfo=_offset(match["zone"])) if match["zone"] else moment, zone)


def _offset(text: str) -> timezone:
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    sign, digits = -1 if text[0] == "-" else 1, text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
