"""A word that stands where evidence belongs, and is none: from a firm's files to the status of the check."""

import pytest
from privacy_audit.audit.run import audit
from support.bench import make_firm, request, write_register
from support.damage import PASSES
from support.samples import CHECKED_IN_THE_UK as CHECKED
from support.samples import COMPLETE, GONE, NOBODY, NOBODY_CLIENT, PROVED

ABROAD = CHECKED | {"country": "IN", "safeguard": "IDTA", "tra_on": "2026-01-20", "tra_outcome": "met_with_measures"}
DISPOSED = GONE | {"client_id": "C-1", "disposal_reason": "retention", "name": ""}
MAILED = NOBODY | COMPLETE | PROVED | {"email": "ada@example.com", "status": "subscribed", "opted_out_on": ""}
# For each check a register with one row, whose evidence stands in a column.
ROWS = {
    ("RET-04", "clients", "disposal_ref"): DISPOSED,
    ("MKT-03", "contacts", "consent_ref"): MAILED,
    ("MKT-03", "contacts", "consent_wording"): MAILED,
    ("PRC-01", "processors", "contract_ref"): CHECKED | {"contract_signed_on": ""},
    ("TRF-07", "processors", "tra_measures"): ABROAD,
}
# What keeps a column alive in which the row's own cell is blank.
OTHER = {
    "clients": DISPOSED | {"client_id": "C-2"},
    "contacts": NOBODY,
    "processors": ABROAD
    | {"legal_name": "Other Ltd", "tra_measures": "keys in the UK", "contract_expires_on": "2027-01-01"},
}


def judged(folder, place, cell):
    """The check's status, what it finds of the row, and the receipt, where the row's evidence is this cell."""
    control, register, column = place
    firm = make_firm(folder / "firm")
    other = OTHER[register]
    rows = [other, {name: (ROWS[place] | {column: cell}).get(name, "") for name in other}]
    write_register(firm / "registers" / "2026-Q3", register, rows)
    if register == "contacts":
        write_register(firm / "registers" / "2026-Q3", "clients", [NOBODY_CLIENT])
    result = audit(request(firm, "2026-Q3"), "polars")
    found = [(each.reason_code, each.severity) for each in result.findings if each.control == control]
    gaps = {each.record for each in result.findings if control in each.blocks}
    (receipt,) = (each for each in result.inputs.folder.receipts if each.register == register)
    return result.standing.statuses[control], found, gaps, receipt


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "real", "reason", "title"),
    [
        (("RET-04", "clients", "disposal_ref"), "Disposal log 2025, entry 7", "no_proof", "Proof of disposal"),
        (("MKT-03", "contacts", "consent_ref"), "form 17", "no_proof", "Proof of the opt-in"),
        (("MKT-03", "contacts", "consent_wording"), "v1", "no_wording", "Opt-in wording"),
        (("PRC-01", "processors", "contract_ref"), "None Such Ltd contract 2024", "no_contract", "Contract"),
        (("TRF-07", "processors", "tra_measures"), "keys in the UK", "measures_missing", "Extra measures"),
    ],
)
def test_a_word_in_the_place_of_evidence_never_passes_for_it(place, real, reason, title, tmp_path):
    """“None” is a breach like a blank, “tbc” cannot be shown, and the receipt tells of both without the cell."""
    control, _, column = place
    status, found, gaps, receipt = judged(tmp_path / "real", place, real)
    # A contract on file without its date shows nothing, but it is not said that there is none.
    assert (status in PASSES) == (control != "PRC-01")
    assert found == ([("date_unknown", "minor")] if control == "PRC-01" else [])
    assert not gaps
    assert not receipt.unread_cells

    for word in ("none", "No.", "n/a", "-", "not yet"):
        status, found, gaps, receipt = judged(tmp_path / f"none {ascii(word)[1:2]}{len(word)}", place, word)
        assert (status, found, gaps) == ("not_met", [(reason, "major")], set()), word
        assert (3, column, "What says that there is none was read as blank.") in {
            (each.row, each.column, each.what) for each in receipt.repairs
        }

    for word in ("tbc", "to be confirmed by May", "?", "unknown"):
        status, found, gaps, receipt = judged(tmp_path / f"open {len(word)}", place, word)
        assert status not in PASSES
        assert (found, gaps) == ([], {title}), word
        told = [(each.row, each.column, each.what) for each in receipt.unread_cells]
        assert told == [(3, column, "The cell says that it is still open, which is no evidence.")]


def test_a_column_that_only_says_none_is_kept(tmp_path):
    """Somebody wrote it there, so that nobody has to ask; a column that is blank in every row tells nothing."""
    undated = CHECKED | {"contract_signed_on": ""}
    dated = CHECKED | {"legal_name": "Other Ltd", "contract_ref": ""}
    for word, codes in (("none", ["no_contract"]), ("", [])):
        firm = make_firm(tmp_path / f"firm {word}")
        write_register(firm / "registers" / "2026-Q3", "processors", [dated, undated | {"contract_ref": word}])
        result = audit(request(firm, "2026-Q3"), "polars")
        assert [each.reason_code for each in result.findings if each.control == "PRC-01"] == codes
        assert result.standing.statuses["PRC-01"] not in PASSES
