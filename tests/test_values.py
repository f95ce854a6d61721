"""Cells as values: strictly, or not at all."""

import csv
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.facts.logic import parts
from privacy_audit.files.sheet import Unreadable
from privacy_audit.registers.column import read_column
from privacy_audit.registers.days import order_of
from privacy_audit.registers.values import NONE, OPEN, read_value
from privacy_audit.request import ROOT
from privacy_audit.settings.schema import Column
from privacy_audit.settings.spelling import Dialect, UnreadError, clean

*_, SCHEMAS, _, COUNTRIES = read_settings(ROOT / "data")
UK = Dialect("DMY", ZoneInfo("Europe/London"), {}, COUNTRIES)
DAY = Column(name="day", title="Day", type="date")
TEXT = Column(name="text", title="Text", type="string")
FLAG = Column(name="flag", title="Flag", type="boolean")
PLACE = Column(name="country", title="Country", type="string", country=True)
ADDRESS = Column(name="email", title="E-mail", type="string", format="email")
SAFEGUARD = SCHEMAS["processors"].by_name["safeguard"]


COLUMNS = {
    "date": DAY,
    "boolean": FLAG,
    "integer": Column(name="times", title="Times", type="integer"),
    "country": PLACE,
    "email": ADDRESS,
    "id": Column(name="number", title="Number", type="string", constraints={"required": True}),
    "enum": SAFEGUARD,
    "evidence": SCHEMAS["clients"].by_name["disposal_ref"],
}


def spellings(kind: str) -> list[dict[str, str]]:
    """Return the rows of a table of spellings: cell, expected (? is refused), because, and for dates the order."""
    with (ROOT / "tests" / "values" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_written(value: object) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("kind", "row"), [(kind, row) for kind in COLUMNS for row in spellings(kind)], ids=lambda each: ascii(each)[:60]
)
def test_every_spelling_is_read_as_its_table_says(kind, row):
    """What can mean one thing only is that thing; everything else is refused, and the refusal does not repeat it."""
    dialect = Dialect(row.get("order", ""), ZoneInfo("Europe/London"), {}, COUNTRIES)
    if row["expected"] == "?":
        with pytest.raises(UnreadError) as refusal:
            read_value(row["cell"], COLUMNS[kind], dialect)
        assert len(row["cell"]) < 6 or row["cell"] not in str(refusal.value)
    else:
        assert as_written(read_value(row["cell"], COLUMNS[kind], dialect)) == row["expected"]


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_whole_column_reads_like_its_cells(kind):
    """All spellings of a kind in one column, in any order of declaring: the same values and refusals, cell by cell."""
    for order in ("", "DMY", "MDY", "YMD"):
        dialect = Dialect(order, ZoneInfo("Europe/London"), {}, COUNTRIES)
        cells = [row["cell"] for row in spellings(kind) if not {order_of(clean(row["cell"]))} & {"DMY", "MDY"}]
        column = read_column(cells * 3, COLUMNS[kind], dialect)
        alone = []
        for cell in cells:
            try:
                alone.append(read_value(cell, COLUMNS[kind], dialect))
            except UnreadError:
                alone.append("unread")
        together = ["unread" if at in column.unread else value for at, value in enumerate(column.values.to_pylist())]
        assert together == alone * 3


@pytest.mark.parametrize("row", spellings("list"), ids=lambda each: ascii(each)[:60])
def test_a_list_is_parted_as_its_table_says(row):
    """A semicolon or comma parts a list, and nothing else does."""
    assert "|".join(parts(row["cell"])) == row["expected"]


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        (datetime(2026, 9, 3, 12, 0), DAY, date(2026, 9, 3)),  # noqa: DTZ001 - a workbook's cell has no zone
        (date(2026, 9, 3), DAY, date(2026, 9, 3)),
        (date(2026, 9, 3), TEXT, "2026-09-03"),
        (123.0, TEXT, "123"),
        (True, FLAG, True),
        (1.0, FLAG, True),
        (0, FLAG, False),
        (12.0, COLUMNS["integer"], 12),
        (999_999_999_999_999.0, COLUMNS["id"], "999999999999999"),
    ],
)
def test_a_workbooks_number_or_date_is_read_for_what_it_is(cell, column, value):
    """A number without a fraction is the same as its digits."""
    assert read_value(cell, column, UK) == value


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        (45292, DAY),
        (20240101.0, DAY),
        (2.0, FLAG),
        (0.5, TEXT),
        (10**15, TEXT),
        (1.234567890123456e15, COLUMNS["id"]),
        (date(2026, 9, 3), COLUMNS["id"]),
        (12.5, COLUMNS["integer"]),
        (date(1900, 2, 28), DAY),
        (Unreadable("an error value of Excel"), DAY),
        (Unreadable("an error value of Excel"), TEXT),
    ],
)
def test_a_workbooks_damaged_number_is_refused(cell, column):
    """Digits that Excel cut off, a serial number without a date's format, a date where a number was: nobody guesses."""
    with pytest.raises(UnreadError):
        read_value(cell, column, UK)


def test_no_end_is_read_only_where_the_schema_says_so():
    """31/12/9999 means that no end is set; in a column that knows no such thing it is a damaged date."""
    ends = Column(name="ends", title="Ends", type="date", openEnded=True)
    assert read_value("31/12/9999", ends, UK) is None
    assert read_value("2999-12-31", ends, UK) is None
    assert read_value(date(9999, 12, 31), ends, UK) is None
    with pytest.raises(UnreadError):
        read_value("2100-01-01", ends, UK)
    assert [name for name, schema in SCHEMAS.items() for each in schema.fields if each.open_ended] == [
        "clients", "processors", "processors", "transfers",
    ]  # fmt: skip


def test_a_column_that_contradicts_its_order_is_believed_in_nothing_that_could_be_either():
    """12/25/2015 among dates said to be day first: what can only be day first stands, the ambiguous is unread."""
    column = read_column(["12/25/2015", "03/04/2015", "25/12/2015", "04/04/2015", "2015-04-03"], DAY, UK)
    assert column.values.to_pylist() == [None, None, date(2015, 12, 25), date(2015, 4, 4), date(2015, 4, 3)]
    assert "month first" in column.unread[1]
    assert read_column(["25/12/2015", "03/04/2015"], DAY, UK).values.to_pylist()[1] == date(2015, 4, 3)


def test_without_a_declared_order_a_slashed_date_is_refused():
    """03/04/2015 is nobody's date until somebody says which comes first."""
    with pytest.raises(UnreadError, match="day or the month"):
        read_value("03/04/2015", DAY, Dialect("", ZoneInfo("Europe/London"), {}, COUNTRIES))
    assert read_value("03/04/2015", DAY, Dialect("MDY", ZoneInfo("Europe/London"), {}, COUNTRIES)) == date(2015, 3, 4)


def test_a_time_of_another_zone_is_compared_on_the_day_in_london():
    """Mailchimp's half past eleven at night in summer is the next day in London."""
    dialect = Dialect("", ZoneInfo("UTC"), {}, COUNTRIES)
    assert read_value("2026-06-30 23:30:00", DAY, dialect) == date(2026, 7, 1)


def test_what_names_no_evidence_is_told_and_only_where_the_schema_says_so():
    """“None” is a blank with a repair, an open word is unread with a reason; neither is repeated."""
    proof = COLUMNS["evidence"]
    for cells in (["log 7", "none", "tbc", "n/a"], ["log 7", False, "TBC by 3 May", 0]):
        read = read_column(cells, proof, UK)
        assert read.values.to_pylist() == ["log 7", None, None, None]
        assert dict(read.unread) == {2: "says that it is still open, which is no evidence"}
        assert read.repairs == [(1, 2, "What says that there is none was read as blank")]
        assert read.denied
    assert not read_column(["log 7", "", "tbc"], proof, UK).denied
    assert read_column(["none", "tbc"], TEXT, UK).values.to_pylist() == ["none", "tbc"]
    assert [(name, each.name) for name, schema in SCHEMAS.items() for each in schema.fields if each.evidence] == [
        ("clients", "disposal_ref"), ("clients", "consent_wording"), ("clients", "consent_ref"),
        ("contacts", "consent_wording"), ("contacts", "consent_ref"), ("processors", "contract_ref"),
        ("processors", "tra_measures"), ("transfers", "tra_measures"),
    ]  # fmt: skip
    assert all(each.event for schema in SCHEMAS.values() for each in schema.fields if each.evidence)


def test_the_words_for_no_evidence_are_compared_whatever_the_quick_way_takes_for_plain():
    """No word of either list would be taken for the name of some evidence."""
    for words, unread in ((NONE, False), (OPEN - NONE, True)):
        for word in sorted(words):
            read = read_column([word], COLUMNS["evidence"], UK)
            assert (read.values.to_pylist(), bool(read.unread)) == ([None], unread), word
