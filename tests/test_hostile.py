"""Whatever a file holds, reading it ends as it should: read, rejected with a reason, or refused in words."""

import json
import resource as limits
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from privacy_audit.errors import InputError
from privacy_audit.inputs import read_settings
from privacy_audit.registers.folder import read_file
from privacy_audit.request import ROOT

sys.path.insert(0, str(Path(__file__).parent / "hostile"))
import encoding
import injection
import resource_cases
import structure
import value
import workbook
from case import Case

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
CLASSES = (structure, encoding, value, workbook, resource_cases, injection)
CORPUS = [(kind.__name__, case) for kind in CLASSES for case in kind.CASES]


def read(path):
    """Return the first register's reading, or why the file is refused."""
    try:
        readings, left = read_file(path, SCHEMAS, EXPORTS.values(), COUNTRIES)
    except InputError as error:
        return None, str(error)
    return readings[0], " ".join(str(each) for each in left)


def said(reading) -> str:
    """Return all that the receipt says, as a person reads it."""
    receipt = reading.receipt
    rejected = [f"row {each.row} {each.column}: {each.reason}" for each in receipt.rejected]
    told = [f"row {each.row} {each.column}: {each.what}" for each in (*receipt.repairs, *receipt.unread_cells)]
    return " | ".join([receipt.file, *rejected[:20], *told[:20], *receipt.unused[:20]])


@pytest.mark.parametrize(("kind", "case"), CORPUS, ids=[f"{kind}: {ascii(case.name)[1:50]}" for kind, case in CORPUS])
def test_a_hostile_file_ends_as_it_should(kind, case, tmp_path):
    """Each file ends as its table says, every row is accounted for, and it takes no longer than it may."""
    path = case.write(tmp_path)
    start = time.process_time()
    reading, error = read(path)
    assert time.process_time() - start < case.seconds
    if case.accepted is None:
        assert reading is None, said(reading)
        assert case.told in error
        assert "Hint:" in error
        assert error.startswith("clients") or kind == "injection"
        return
    assert reading is not None, error
    receipt = reading.receipt
    assert receipt.rows_in == receipt.accepted + len(receipt.rejected)
    assert (receipt.accepted, tuple(each.row for each in receipt.rejected)) == (case.accepted, case.rejected), said(reading)
    assert tuple((each.row, each.column) for each in receipt.unread_cells) == case.unread, said(reading)
    assert case.told in said(reading) + error
    rows = {row.number: row.values for row in reading.rows} if case.values else {}
    for (row, column), expected in case.values.items():
        found = rows[row][column]
        assert (found.isoformat() if isinstance(found, date) else found) == expected


def test_the_corpus_is_large_enough_and_no_case_stands_in_it_twice():
    """At least 120 files in all; two of a class never have one name."""
    assert len(CORPUS) >= 120
    names = [(kind, case.name) for kind, case in CORPUS]
    assert len(names) == len(set(names))
