"""What is told of a supplier beside its verdict: the words, the column to fill in, the firm's own limits, its sheet."""

import openpyxl
import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.run import audit
from privacy_audit.request import ROOT
from support.bench import make_firm, request, write_register
from support.samples import CHECKED_IN_THE_UK as CHECKED
from support.samples import SUPPLIER, bench, suppliers

UK = SUPPLIER | {"legal_name": "A Ltd", "service": "Printing", "country": "UK", "role": "processor"}
LAW = read_settings(ROOT / "data")[1]
TERMS = tuple(LAW.article28_terms.on(LAW.article28_terms.versions[-1].checked))


def of(result, control):
    return [each for each in result.findings if each.control == control]


def gap(result, control):
    """The columns to blame that the control is not shown."""
    return {(each.register, each.record) for each in result.findings if control in each.blocks}


def test_a_contract_is_one_finding_that_names_the_missing_terms_in_plain_words(tmp_path):
    """However the register spells them, and in the order of the law."""
    row = CHECKED | {"art28_missing": "(h); data subjects; Sub processors"}
    (finding,) = of(audit(bench(tmp_path, processors=[row])), "PRC-02")
    assert finding.reason == "The contract with A Ltd lacks: whose data it is; sub-processors; audits."


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({}, "Article 28 terms missing"),
        ({"art28_missing": "odds and ends"}, "Article 28 terms missing"),
        (dict.fromkeys(TERMS[1:], "yes"), "States subject matter"),
        (dict.fromkeys(TERMS, "yes") | {"t_audit": "perhaps"}, "Audit term"),
    ],
)
def test_the_column_that_leaves_the_terms_open_is_named(cells, column, tmp_path):
    """The list where nobody answered; the term where the others are answered."""
    blank = dict.fromkeys(TERMS, "") | {"art28_missing": "", "art28_checked_on": "2026-01-20"}
    result = audit(bench(tmp_path, processors=[CHECKED | blank | cells]))
    assert gap(result, "PRC-02") == {("processors", column)}


@pytest.mark.parametrize(
    ("transfer", "column"),
    [
        ({"importer": ""}, ("transfers", "Importer")),
        ({"country": ""}, ("transfers", "Importer's country")),
        ({"country": "GB", "mechanism": "SCC"}, ("transfers", "Safeguard")),
        ({"importer": "Nowhere processor Ltd"}, ("processors", "Country")),
        ({"importer": "Over processor Ltd"}, ("processors", "Service until")),
    ],
)
def test_the_column_that_leaves_a_reference_open_is_named(transfer, column, tmp_path):
    """In the register where it stands, whichever of the two that is."""
    rows = suppliers(("GB", "processor"), ("", "processor"), ("IN", "processor"))
    rows[2]["legal_name"] = "Over processor Ltd"
    for row, end in zip(rows, ("2026-09-30", "2026-09-30", "soon"), strict=True):
        row["service_end"] = end
    given = {"transfer_id": "T", "importer": "GB processor Ltd", "country": "IN", "mechanism": "IDTA"}
    given |= {"importer": rows[0]["legal_name"]} | transfer
    result = audit(bench(tmp_path, processors=rows, transfers=[given]))
    assert column in gap(result, "DQ-05")


def test_a_reference_into_a_register_that_could_not_be_read_whole_is_open(tmp_path):
    """A part of the export that is missing may hold the record, as a row that was rejected may."""
    asked = bench(tmp_path, clients=[{"client_id": "C-1", "name": "Ada"}])
    contacts = [{"email": "a@example.com", "channel": "email", "status": "cleaned", "client_id": "C-2"}]
    write_register(asked.registers, "contacts", contacts)
    assert of(audit(asked), "DQ-05")
    (asked.registers / "odd table.csv").write_text("Kundennummer,Firma\n1,Eins\n", encoding="utf-8")
    assert not of(audit(asked), "DQ-05")


@pytest.mark.parametrize(
    ("limit", "control", "code"),
    [
        ("security_review_months = 12", "PRC-05", "review_old"),
        ("security_review_months_contact = 12", "PRC-05", "review_old_contact"),
        ("bridge_check_days = 92", "TRF-04", "check_old"),
        ("tra_review_months = 24", "TRF-07", "review_old"),
    ],
)
def test_a_house_limit_is_a_note_until_the_firm_adopts_it(limit, control, code, tmp_path):
    """Then to pass it is to break the firm's own rule."""
    abroad = {"country": "US", "safeguard": "DPF with UK Extension", "dpf_active": "yes", "dpf_uk_extension": "yes"}
    abroad |= {"dpf_covers": "BOTH", "dpf_checked_on": "2026-01-01"}
    agreed = {"country": "IN", "safeguard": "IDTA", "tra_on": "2024-01-02", "tra_outcome": "met"}
    kinds = {"data_categories": "names" if "contact" in code else "names; orders"}
    row = CHECKED | kinds | {"security_review_on": "2024-01-01", "security_basis": "SOC 2"}
    row |= abroad if control == "TRF-04" else agreed if control == "TRF-07" else {}
    for name, declared in (("note", ""), ("minor", f"\n[adopted]\n{limit}\n")):
        firm = make_firm(tmp_path / name, declared=declared)
        write_register(firm / "registers" / "2026-Q3", "processors", [row])
        found = {each.reason_code: each for each in of(audit(request(firm, "2026-Q3")), control)}
        assert found[code].severity == name
        assert found[code].outcome == ("not_shown" if name == "note" else "broken")


def test_a_look_at_the_list_takes_minutes_and_an_agreement_an_hour(tmp_path):
    """What there is to do decides how long it takes, not the check that found it."""
    row = CHECKED | {"country": "US", "safeguard": "DPF with UK Extension", "dpf_active": "yes", "dpf_covers": "BOTH"}
    rows = [
        row | {"legal_name": "Old Inc.", "dpf_uk_extension": "yes", "dpf_checked_on": "2026-01-01"},
        row | {"legal_name": "Out Inc.", "dpf_uk_extension": "no", "dpf_checked_on": "2026-09-01"},
    ]
    found = {each.reason_code: each.minutes for each in of(audit(bench(tmp_path, processors=rows)), "TRF-04")}
    assert found == {"check_old": 10, "no_uk_extension": 60}


def test_what_the_firm_adopts_is_the_number_that_counts(tmp_path):
    """A firm that reviews every three years is not told to review every year."""
    row = CHECKED | {"data_categories": "names; orders", "security_review_on": "2024-01-01", "security_basis": "SOC 2"}
    firm = make_firm(tmp_path, declared="\n[adopted]\nsecurity_review_months = 36\n")
    write_register(firm / "registers" / "2026-Q3", "processors", [row])
    assert not of(audit(request(firm, "2026-Q3")), "PRC-05")


def test_the_supplier_sheet_has_a_place_for_every_column_but_the_answers_by_term(tmp_path):
    """A sheet with a header over two rows and all the columns that its mapping knows is read whole."""
    _, _, schemas, exports, _ = read_settings(ROOT / "data")
    known = exports["suppliers-spreadsheet"].columns
    left = {column.name for column in schemas["processors"].fields} - known.keys()
    assert left == set(TERMS)
    book = openpyxl.Workbook()
    row = CHECKED | {
        "tra_on": "2025-01-01",
        "tra_outcome": "passed",
        "security_basis": "ISO 27001",
        "initiated_by": "supplier",
    }
    for place, (name, headers) in enumerate(known.items(), 1):
        for line, text in enumerate((*headers[0].split(" / "), row.get(name, "")), 1):
            book.active.cell(line, place, text)
    asked = bench(tmp_path)
    asked.registers.mkdir(parents=True)
    book.save(asked.registers / "suppliers.xlsx")
    (read,) = audit(asked).inputs.registers["processors"].table.to_pylist()
    assert {name: read[name] for name in ("legal_name", "tra_outcome", "security_basis", "initiated_by")} == {
        "legal_name": "A Ltd",
        "tra_outcome": "met",
        "security_basis": "iso27001",
        "initiated_by": "processor",
    }
    assert not audit(asked).inputs.registers["processors"].unread
