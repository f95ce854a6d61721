"""A picture never says more than the audit found: neither of what is broken, nor of what nobody can tell."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.reports import ledgers, marketing, transfers
from privacy_audit.reports.pictures import charts, timeline
from support.bench import request

FIRMS = Path(__file__).parent / "firms"
OK, BROKEN, UNSHOWN, UNJUDGED = range(2, 6)  # columns of the table of transfers


@pytest.fixture
def firm(tmp_path):
    """A careful firm's folder, to be changed."""
    return Path(shutil.copytree(FIRMS / "careful", tmp_path / "firm"))


def changed(firm, name, change):
    """Rewrite a register row by row; a column that no row has any more is gone."""
    path = firm / "registers" / "2026-Q3" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [change(row) for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return firm


def without(firm, name):
    """Take a register away."""
    (firm / "registers" / "2026-Q3" / f"{name}.csv").unlink()
    return firm


def audited(firm):
    """Audit the quarter."""
    return audit(request(firm, "2026-Q3"))


def words(picture):
    """All that a picture says in words."""
    return " ".join(each.get_text() for each in picture.figure.texts)


def manila(**cells):
    """Change one supplier's row."""
    return lambda row: row | cells if row["legal_name"].startswith("Manila") else row


def philippines(result):
    """The numbers of the transfers to one country."""
    return next(row for row in transfers.by_country(result).rows if row[0] == "Philippines")


def test_a_supplier_without_a_safeguard_is_not_in_order(firm):
    """TRF-01 over the suppliers tells of a transfer that was worked out from a supplier's row."""
    result = audited(changed(firm, "processors", manila(safeguard="none", safeguard_signed_on="")))
    assert result.standing.statuses["TRF-01"] == "not_met"
    assert (philippines(result)[OK], philippines(result)[BROKEN]) == (0, 1)
    assert "Philippines, nothing that the law accepts: 1" in transfers.by_country_and_safeguard(result).alt
    assert {row[-1] for row in ledgers.each_transfer(result).rows if row[1] == "Philippines"} == {"✗ broken"}


def test_a_sending_that_ended_is_not_judged(firm):
    """What ended before the quarter stands in a column of its own and not on the map."""
    result = audited(changed(firm, "processors", manila(service_end="2025-01-31", safeguard="")))
    assert (philippines(result)[OK], philippines(result)[UNJUDGED]) == (0, 1)
    picture = transfers.by_country_and_safeguard(result)
    assert "Philippines" not in picture.alt
    assert "Not on the map: 1 that ended before the quarter" in picture.alt
    assert "Not on the map: 1 that ended" in words(picture)


def boom(*_):
    """Fail, as a control does that is wrong."""
    raise ValueError


@pytest.mark.parametrize("failed", ["TRF-01", "TRF-02"])
def test_a_check_of_transfers_that_fails_leaves_none_in_order(firm, failed, monkeypatch):
    """What could not be judged cannot be shown, on the map, in the table and line by line."""
    monkeypatch.setitem(CONTROLS, failed, replace(CONTROLS[failed], test=boom))
    result = audited(firm)
    assert {row[OK] for row in transfers.by_country(result).rows} == {0}
    assert {what for _, what, _ in transfers.by_country_and_safeguard(result).numbers} == {
        "what is recorded cannot be shown to protect it"
    }
    assert {row[-1] for row in ledgers.each_transfer(result).rows} == {"? cannot be shown"}


def test_an_early_export_leaves_no_transfer_in_order(firm):
    """What was exported before the quarter's end cannot show the quarter."""
    path = firm / "registers" / "2026-Q3" / "quarter.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2026-10-01", "2026-07-20"), encoding="utf-8")
    result = audited(firm)
    assert result.standing.statuses["TRF-02"] == "not_testable"
    assert {row[OK] for row in transfers.by_country(result).rows} == {0}


def test_a_lawful_country_outside_the_promised_area_is_not_drawn_as_unlawful(tmp_path):
    """The table says that the promise is broken; the map, which tells what protects, knows that the law approves."""
    result = audited(Path(shutil.copytree(FIRMS / "other", tmp_path / "firm")))
    row = next(row for row in transfers.by_country(result).rows if row[0] == "Switzerland")
    assert (row[OK], row[BROKEN]) == (0, 1)
    assert "Switzerland, place approved by UK regulations: 1" in transfers.by_country_and_safeguard(result).alt


def test_without_a_list_nobody_says_that_nothing_goes_abroad(firm):
    """No supplier list: where data goes cannot be shown."""
    picture = transfers.by_country_and_safeguard(audited(without(firm, "processors")))
    assert "cannot be shown: no list tells it" in picture.alt
    assert "cannot be shown: no list tells it" in words(picture)
    assert "No data is sent abroad" not in words(picture)


def test_all_suppliers_at_home_is_no_data_abroad(firm):
    """Where a whole list names UK suppliers alone, the picture says so."""
    at_home = {"country": "United Kingdom", "safeguard": "", "safeguard_signed_on": "", "support_countries": "none"}
    picture = transfers.by_country_and_safeguard(audited(changed(firm, "processors", lambda row: row | at_home)))
    assert "No data is sent abroad." in words(picture)
    assert "No data is sent abroad." in picture.alt


def test_former_clients_without_a_day_are_told_below_the_line(firm):
    """A blank end date is no clean file: the picture counts the records that it cannot place."""
    result = audited(changed(firm, "clients", lambda row: row | {"Ended on": ""}))
    unshown = next(each.counts["not_shown"] for each in result.observations if each.control.id == "RET-01")
    picture = timeline.retention_line(result)
    *dated, unplaced = (number for *_, number in picture.numbers)
    gone = sum(result.inputs.registers["clients"].table.column("went_lately").to_pylist())  # late or not: not on file
    assert (dated, unplaced) == ([0, 0], unshown - gone + 1)  # and one that is on hold, of which RET-01 asks nothing
    assert f"? {unplaced} cannot be placed" in picture.alt
    assert f"? {unplaced} cannot be placed" in words(picture)
    assert "No former client's record" not in words(picture)


def test_without_a_client_list_nobody_says_that_no_record_is_on_file(firm):
    """A missing list is no empty one."""
    picture = timeline.retention_line(audited(without(firm, "clients")))
    assert "cannot be shown: no client list" in words(picture)
    assert "No former client's record" not in words(picture)


def test_a_hold_that_nobody_can_read_is_not_past_the_day(firm):
    """RET-01 cannot tell whether the record is on hold; nor does the picture."""
    gone = {"Status": "Former", "Ended on": "31/01/2015", "Last invoice": "31/01/2015", "Last contact": "31/01/2015"}
    gone |= {"First contact": "31/01/2014", "Legal hold": "perhaps"}
    result = audited(changed(firm, "clients", lambda row: row | gone if row["Client no"] == "M-200" else row))
    counts = next(each.counts for each in result.observations if each.control.id == "RET-01")
    told = {label: number for label, _, number in timeline.retention_line(result).numbers}
    assert told["past the promised day"] == counts["broken"]
    assert told[timeline.UNKNOWN] == counts["not_shown"] == 1


def test_without_a_contact_list_nobody_says_that_nobody_is_marketed_to(firm):
    """Nor where the list does not tell who is on it still."""
    gone = {"status", "opted_out_on", "last_marketing_on"}
    bare = changed(firm, "contacts", lambda row: {name: row[name] for name in row.keys() - gone})
    result = audited(bare)
    unsure = len(marketing.contacts_read(result))
    assert f"Of {unsure} more that cannot be said." in charts.marketing_readings(result).alt
    for each in (result, audited(without(firm, "contacts"))):
        picture = charts.marketing_readings(each)
        assert "obody is marketed to" not in picture.alt + words(picture)
        assert "cannot be shown" in words(picture)


def test_a_check_without_its_list_has_no_row_in_scope_for_a_reason(firm, monkeypatch):
    """“Nothing in scope” is said only where the check could be made; a failed one says that it failed."""
    monkeypatch.setitem(CONTROLS, "MKT-01", replace(CONTROLS["MKT-01"], test=boom))
    result = audited(without(firm, "processors"))
    section = result.standing.over("processors")
    picture = charts.verdicts(section)
    assert "nothing in scope" not in words(picture)
    asked = [each for each in section.controls if result.standing.statuses[each.control.id] != "not_applicable"]
    assert {each.control.id for each in asked} >= {"PRC-01", "PRC-02", "PRC-05", "TRF-01"}
    for each in asked:
        assert f"{each.control.id}: ? cannot be shown: no file could be read" in picture.alt
    assert "! 1 could not be run" in words(charts.by_section(result))
