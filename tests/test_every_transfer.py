"""The checks of transfers together: nothing that is wrong falls between them, and nothing is told by two."""

from itertools import product

import pytest
from privacy_audit.audit.engine import BROKEN, ROW
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import audit
from privacy_audit.facts.transfers import FROM_PROCESSORS
from support.samples import bench

CHECKS = {"TRF-01", "TRF-02", "TRF-04", "TRF-06", "TRF-07"}
WHICH = CHECKS - {"TRF-07"}  # what protects the data; whether its risk was assessed is a cause of its own
GOOD = {
    "data_categories": "names",
    "agreement_signed_on": "2023-01-01",
    "first_transfer_on": "2023-12-01",
    "ended_on": "",
    "exempt_because": "",
    "frequency": "regular",
    "dpf_active": "yes",
    "dpf_uk_extension": "yes",
    "dpf_covers": "BOTH",
    "dpf_checked_on": "2026-09-01",
    "hr_data": "no",
    "sensitive_flagged": "",
    "adequacy_scope_confirmed": "yes",
    "tra_on": "2025-01-01",
    "tra_outcome": "met",
    "tra_measures": "",
    "tra_reviewed_on": "",
}
AGREEMENTS = {"IDTA", "UK_ADDENDUM", "BCR_UK"}
COUNTRIES = ("IE", "GB", "US", "IN", "CA", "GL", "", "EU")
MECHANISMS = (
    *sorted(AGREEMENTS),
    *("", "NONE", "SCC", "EU_SCC_2021_ONLY", "EU_SCC_LEGACY", "UK_ADEQUACY", "UK_US_DPF", "ART49_A"),
)
# What is wrong with a row, for whom it matters, and the cell that makes it so.
EVERYBODY, AGREED, CERTIFIED, PART = "everybody", "agreed", "certified", "part"
DEFECTS = {
    "": ("nobody", {}),
    "unsigned": (AGREED, {"agreement_signed_on": ""}),
    "signed in the quarter": (AGREED, {"agreement_signed_on": "2026-08-15"}),
    "signed afterwards": (AGREED, {"agreement_signed_on": "2026-10-01"}),
    "not assessed": (AGREED, {"tra_on": "", "tra_outcome": ""}),
    "assessed badly": (AGREED, {"tra_outcome": "not_met"}),
    "no outcome": (AGREED, {"tra_outcome": ""}),
    "not active": (CERTIFIED, {"dpf_active": "no"}),
    "not looked up": (CERTIFIED, {"dpf_uk_extension": ""}),
    "looked up long ago": (CERTIFIED, {"dpf_checked_on": "2025-01-01"}),
    "another kind of data": (CERTIFIED, {"dpf_covers": "HR"}),
    "sensitive": (CERTIFIED, {"data_categories": "health data", "sensitive_flagged": "no"}),
    "outside the part": (PART, {"adequacy_scope_confirmed": "no"}),
    "part not confirmed": (PART, {"adequacy_scope_confirmed": ""}),
    "open end": (EVERYBODY, {"ended_on": "soon"}),
    "ended before": ("nobody", {"ended_on": "2026-06-30"}),
    "exempt": ("nobody", {"exempt_because": "no_mere_transit"}),
}
# Rows that keep every column alive, in a country where nothing is needed.
ALIVE = GOOD | {"country": "IE", "mechanism": "IDTA", "tra_measures": "keys", "ended_on": "2026-09-01"}


def rows():
    """Every country with every mechanism and every defect."""
    for number, (country, mechanism, defect) in enumerate(product(COUNTRIES, MECHANISMS, DEFECTS)):
        row = GOOD | {"country": country, "mechanism": mechanism} | DEFECTS[defect][1]
        yield " ".join(f"{number} {country} {mechanism} {defect}".split()), row, sound(country, mechanism, defect)


def sound(country, mechanism, defect):
    """Whether a transfer is in order, told from the law and not from the checks."""
    matters = DEFECTS[defect][0]
    if country == "GB" or defect in {"ended before", "exempt"}:
        return True
    if country in {"", "EU"} or matters == EVERYBODY:
        return False
    if country == "IE":
        return True
    if mechanism in AGREEMENTS:
        return matters != AGREED
    if mechanism in {"UK_US_DPF", "UK_ADEQUACY"} and country == "US":
        return matters != CERTIFIED
    return mechanism == "UK_ADEQUACY" and country == "CA" and matters != PART


def in_a_file(cases):
    """The transfers as a file of transfers."""
    table = [{"transfer_id": name, "importer": name} | row for name, row, _ in cases]
    return {"transfers": [*table, ALIVE | {"transfer_id": "alive", "importer": "alive"}]}


def with_suppliers(cases):
    """The transfers as suppliers, from whose rows the audit works them out."""
    own = {"service": "x", "role": "processor", "support_countries": "none", "contract_ref": "a.pdf"}
    table = [*((name, row) for name, row, _ in cases), ("alive", ALIVE)]
    return {
        "processors": [
            own | {"legal_name": name} | {FROM_PROCESSORS[column]: cell for column, cell in row.items()}
            for name, row in table
        ]
    }


def flagged(asked):
    """For each transfer the checks that tell of it, and those that say it is broken."""
    inputs = read_inputs(asked)
    told: dict[str, set[str]] = {}
    broken: dict[str, set[str]] = {}
    for observation in observe(inputs, "polars"):
        if observation.control.id in CHECKS and observation.rows:
            register = inputs.registers[observation.control.register]
            names = register.table["legal_name" if register.name == "processors" else "importer"].to_pylist()
            for row in observation.flagged:
                told.setdefault(names[row[ROW]], set()).add(observation.control.id)
                if row["verdict"] == BROKEN:
                    broken.setdefault(names[row[ROW]], set()).add(observation.control.id)
    return told, broken


@pytest.mark.slow
@pytest.mark.parametrize("registers", [in_a_file, with_suppliers])
def test_what_is_wrong_with_a_transfer_is_told_and_nothing_else(registers, tmp_path):
    """Every transfer that is not in order is broken or cannot be shown somewhere, every other nowhere."""
    cases = list(rows())
    told, _ = flagged(bench(tmp_path, **registers(cases)))
    assert [name for name, _, fine in cases if not fine and name not in told] == []
    assert [(name, told[name]) for name, _, fine in cases if fine and name in told] == []


@pytest.mark.slow
@pytest.mark.parametrize("registers", [in_a_file, with_suppliers])
def test_one_check_tells_what_is_wrong_with_a_safeguard(registers, tmp_path):
    """No two of them break over what protects one transfer."""
    _, broken = flagged(bench(tmp_path, **registers(list(rows()))))
    assert [(name, found) for name, found in broken.items() if len(found & WHICH) > 1] == []


@pytest.mark.parametrize(
    ("registers", "homes"),
    [
        (in_a_file, {"": {"TRF-02"}, "NONE": {"TRF-06"}}),
        (with_suppliers, {"": {"TRF-01"}, "NONE": {"TRF-01"}}),
    ],
)
def test_a_missing_safeguard_is_told_where_its_cell_stands(registers, homes, tmp_path):
    """In a supplier's row by TRF-01; in a file of transfers a blank by TRF-02 and a “none” by TRF-06."""
    for mechanism, home in homes.items():
        case = ("one", GOOD | {"country": "IN", "mechanism": mechanism}, False)
        other = ("other", GOOD | {"country": "IN", "mechanism": "IDTA"}, True)
        told, broken = flagged(bench(tmp_path / (mechanism or "blank"), **registers([case, other])))
        assert told == broken == {"one": home}


def test_a_file_of_transfers_that_cannot_be_read_leaves_them_in_doubt(tmp_path):
    """The suppliers' own rows may be in order, and the file may have said otherwise."""
    row = ("one", GOOD | {"country": "IN", "mechanism": "IDTA"}, True)
    asked = bench(tmp_path, **with_suppliers([row]), **in_a_file([row]))
    told, _ = flagged(asked)
    assert told == {}
    path = asked.registers / "transfers.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("transfer_id", "number"), encoding="utf-8")
    assert {each: audit(asked).standing.statuses[each] for each in CHECKS} == dict.fromkeys(CHECKS, "not_testable")


@pytest.mark.slow
def test_an_expected_file_of_transfers_that_is_missing_leaves_them_in_doubt(tmp_path):
    """What the firm says it keeps, and does not show, may say otherwise than the suppliers' rows."""
    asked = bench(tmp_path, **with_suppliers([("one", GOOD | {"country": "IN", "mechanism": "IDTA"}, True)]))
    assert "not_testable" not in {audit(asked).standing.statuses[each] for each in CHECKS}
    settings = asked.firm / "policy" / "firm.toml"
    text = settings.read_text(encoding="utf-8").replace("transfers = false", "transfers = true")
    settings.write_text(text, encoding="utf-8")
    assert {each: audit(asked).standing.statuses[each] for each in CHECKS} == dict.fromkeys(CHECKS, "not_testable")
