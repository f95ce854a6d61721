"""Cells as values: strictly, or not at all."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from privacy_audit.inputs import read_settings
from privacy_audit.registers.schema import Column
from privacy_audit.registers.sheet import Unreadable
from privacy_audit.registers.values import Dialect, UnreadError, read_value
from privacy_audit.request import ROOT

*_, SCHEMAS, _, COUNTRIES = read_settings(ROOT / "data")
UK = Dialect("DMY", ZoneInfo("Europe/London"), {}, COUNTRIES)
DAY = Column(name="day", title="Day", type="date")
TEXT = Column(name="text", title="Text", type="string")
FLAG = Column(name="flag", title="Flag", type="boolean")
PLACE = Column(name="country", title="Country", type="string", format="country")
ADDRESS = Column(name="email", title="E-mail", type="string", format="email")
SAFEGUARD = SCHEMAS["processors"].by_name["safeguard"]


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("2024-02-29", DAY, date(2024, 2, 29)),
        ("03/04/2015", DAY, date(2015, 4, 3)),
        ("3.4.2015", DAY, date(2015, 4, 3)),
        ("3 Apr 2015", DAY, date(2015, 4, 3)),
        ("3 September 2026", DAY, date(2026, 9, 3)),
        ("2026-06-30 23:30:00+00:00", DAY, date(2026, 7, 1)),
        ("2026-01-31 23:30:00Z", DAY, date(2026, 1, 31)),
        (datetime(2026, 9, 3, 12, 0), DAY, date(2026, 9, 3)),  # noqa: DTZ001 - a workbook's cell has no zone
        (" \u00a0 ", DAY, None),
        ("NA", TEXT, "NA"),
        ("None", TEXT, "None"),
        ("00123", TEXT, "00123"),
        (123.0, TEXT, "123"),
        ("Yes", FLAG, True),
        ("0", FLAG, False),
        (True, FLAG, True),
        ("UK", PLACE, "GB"),
        ("Scotland", PLACE, "GB"),
        ("Eire", PLACE, "IE"),
        ("U.S.A.", PLACE, "US"),
        ("gr", PLACE, "GR"),
        (" Ada@Example.COM ", ADDRESS, "ada@example.com"),
        ("IDTA", SAFEGUARD, "IDTA"),
        ("EU SCCs + UK Addendum", SAFEGUARD, "UK_ADDENDUM"),
        ("DPF with UK Extension", SAFEGUARD, "UK_US_DPF"),
        ("Data  Bridge", SAFEGUARD, "UK_US_DPF"),
    ],
)
def test_what_is_written_plainly_is_read(cell, column, value):
    """A spelling that can mean one thing only is that thing."""
    assert read_value(cell, column, UK) == value


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("31/02/2023", DAY),
        ("2023-02-29", DAY),
        ("01/02/69", DAY),
        ("2015", DAY),
        ("May", DAY),
        ("today", DAY),
        ("TBC", DAY),
        (45292, DAY),
        (20240101.0, DAY),
        ("9999-12-31", DAY),
        ("0001-01-01", DAY),
        ("12/25/2015", DAY),
        ("maybe", FLAG),
        ("Global", PLACE),
        ("EU", PLACE),
        ("Ireland / US", PLACE),
        ("USSR", PLACE),
        ("Korea", PLACE),
        ("Atlantis", PLACE),
        ("ada at example.com", ADDRESS),
        ("a@example.com, b@example.com", ADDRESS),
        ("SCC", SAFEGUARD),
        ("SCCs", SAFEGUARD),
        ("DPF", SAFEGUARD),
        (0.5, TEXT),
        (10**17, TEXT),
        (Unreadable("an error value of Excel"), DAY),
    ],
)
def test_what_could_mean_two_things_is_not_guessed(cell, column):
    """An ambiguous or impossible cell is refused, and the refusal does not repeat it."""
    with pytest.raises(UnreadError) as refusal:
        read_value(cell, column, UK)
    assert not isinstance(cell, str) or len(cell) < 6 or cell not in str(refusal.value)


def test_without_a_declared_order_a_slashed_date_is_refused():
    """03/04/2015 is nobody's date until somebody says which comes first."""
    with pytest.raises(UnreadError, match="day or the month"):
        read_value("03/04/2015", DAY, Dialect("", ZoneInfo("Europe/London"), {}, COUNTRIES))
    assert read_value("03/04/2015", DAY, Dialect("MDY", ZoneInfo("Europe/London"), {}, COUNTRIES)) == date(2015, 3, 4)


def test_a_time_of_another_zone_is_compared_on_the_day_in_london():
    """Mailchimp's half past eleven at night in summer is the next day in London."""
    dialect = Dialect("", ZoneInfo("UTC"), {}, COUNTRIES)
    assert read_value("2026-06-30 23:30:00", DAY, dialect) == date(2026, 7, 1)
