"""However a register is written, its rows are read alike, and every one of them is accounted for."""

import csv
import io
import random
from datetime import date
from unittest import mock
from xml.sax.saxutils import escape

import pytest
from books import ods, ods_row, xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from privacy_audit.audit.inputs import read_settings
from privacy_audit.errors import InputError
from privacy_audit.files import text
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
HEADS = ("client_id", "name", "email", "relationship", "ended_on", "restricted")
VISIBLE = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="_")
TEXT = st.text(VISIBLE, max_size=12)
SPOILT = st.sampled_from(["31/02/2020", "?", "today", "45292", "maybe", "a@b", "#N/A", "1.2E+13", "=1+1", "03/04/20"])
DAYS = st.dates(date(1990, 1, 1), date(2026, 9, 30))
DATED = st.builds(lambda day, form: day.strftime(form), DAYS, st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y"]))
ROW = st.tuples(
    st.one_of(st.from_regex(r"C-[0-9]{1,4}", fullmatch=True), TEXT),
    TEXT,
    st.one_of(st.just(""), st.emails(), SPOILT),
    st.one_of(st.sampled_from(["client", "Former client", " prospect", ""]), SPOILT),
    st.one_of(st.just(""), DATED, SPOILT),
    st.one_of(st.sampled_from(["yes", "No", "", "1"]), SPOILT),
)
ROWS = st.lists(ROW, max_size=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all the files of this module."""
    return tmp_path_factory.mktemp("any")


def examples(test, many):
    """Run a property a moderate number of times in every test run."""
    calm = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
    return settings(max_examples=many, deadline=None, derandomize=many < 1000, suppress_health_check=calm)(test)


def read(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    try:
        return read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)[0][0]
    except InputError as error:
        return str(error)


def as_csv(rows, heads=HEADS, delimiter=",", encoding="utf-8", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([heads, *rows])
    return out.getvalue().encode(encoding)


def typed(reading):
    """Return all rows of a reading in no order, with which cells were not read, and why rows were rejected."""
    names = [*HEADS]
    rows = [(*(repr(row.values.get(name)) for name in names), tuple(sorted(row.unread))) for row in reading.rows]
    return sorted(rows), sorted(each.reason for each in reading.receipt.rejected)


def closes(reading):
    receipt = reading.receipt
    assert receipt.rows_in == receipt.accepted + len(receipt.rejected)
    assert receipt.accepted == len(reading.rows)
    numbers = [row.number for row in reading.rows] + [each.row for each in receipt.rejected]
    assert len(set(numbers)) == len(numbers)


def written_any_way(folder, rows, seed):
    """Order of rows and columns, delimiter, encoding, line end, quotation marks and kind of file change nothing."""
    first = read(folder, "clients.csv", as_csv(rows))
    closes(first)
    chance = random.Random(seed)
    order = chance.sample(range(len(HEADS)), len(HEADS))
    mixed = chance.sample(rows, len(rows))
    heads, cells = [HEADS[at] for at in order], [[row[at] for at in order] for row in mixed]
    how = {
        "delimiter": chance.choice(text.DELIMITERS),
        "encoding": chance.choice(["utf-8", "utf-8-sig", "utf-16"]),
        "end": chance.choice(["\n", "\r\n", "\r"]),
        "quoting": chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
    again = read(folder, "clients.csv", as_csv(cells, heads, **how))
    closes(again)
    assert typed(again) == typed(first), how
    for name, content in (
        ("clients.xlsx", xlsx(*cells, head=heads, also=as_text)),
        ("clients.ods", ods(*(ods_row(*map(escape, row)) for row in mixed), heads=HEADS)),
    ):
        book = read(folder, name, content)
        closes(book)
        assert typed(book) == typed(first), name


def as_text(book):
    """Make every cell of a workbook the text that it was."""
    for row in book.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"


def read_fast_or_carefully(folder, rows, raw):
    """The fast reader and the careful one give the same receipt and the same rows, whatever the bytes."""
    plain, quoted = as_csv(rows), as_csv(rows, quoting=csv.QUOTE_ALL, end="\n")
    for content in (plain, quoted, as_csv(rows, encoding="utf-16"), plain + raw.encode()):
        fast = read(folder, "clients.csv", content)
        with mock.patch.object(text, "_at_once", return_value=None):
            careful = read(folder, "clients.csv", content)
        if isinstance(fast, str):
            assert fast == careful
            continue
        closes(fast)
        assert fast.receipt.as_dict() == careful.receipt.as_dict()
        assert fast.table.equals(careful.table)
        assert (fast.numbers == careful.numbers).all()
        assert fast.unread == careful.unread


def made_of_anything(folder, raw):
    """Any text below a header closes: rows in = accepted + rejected, each row once."""
    reading = read(folder, "clients.csv", (",".join(HEADS) + "\n" + raw).encode("utf-8", "surrogatepass"))
    if not isinstance(reading, str):
        closes(reading)


RAW = st.text(st.one_of(st.sampled_from('",;\t|\n\r C-1\x00'), st.characters(exclude_categories=("Cs",))), max_size=80)
SEEDS = st.integers(0, 2**32)


@pytest.mark.slow
def test_written_any_way(folder):
    """A moderate number of files; make prove takes many."""
    examples(given(ROWS, SEEDS)(lambda rows, seed: written_any_way(folder, rows, seed)), 60)()


@pytest.mark.slow
def test_read_fast_or_carefully(folder):
    """A moderate number of files; make prove takes many."""
    examples(given(ROWS, RAW)(lambda rows, raw: read_fast_or_carefully(folder, rows, raw)), 150)()


def test_made_of_anything(folder):
    """A moderate number of files; make prove takes many."""
    examples(given(RAW)(lambda raw: made_of_anything(folder, raw)), 300)()


@pytest.mark.proof
def test_written_any_way_many_times(folder):
    """At least 2,000 files."""
    examples(given(ROWS, SEEDS)(lambda rows, seed: written_any_way(folder, rows, seed)), 2000)()


@pytest.mark.proof
def test_read_fast_or_carefully_many_times(folder):
    """At least 2,000 files, each in four spellings."""
    examples(given(ROWS, RAW)(lambda rows, raw: read_fast_or_carefully(folder, rows, raw)), 2000)()


@pytest.mark.proof
def test_made_of_anything_many_times(folder):
    """At least 5,000 files."""
    examples(given(RAW)(lambda raw: made_of_anything(folder, raw)), 5000)()
