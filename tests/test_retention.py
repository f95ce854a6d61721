"""What the case tables of retention and of the data held cannot show: invoices beside the clients, gaps, and words."""

import pytest
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import audit
from privacy_audit.audit.standing import status
from privacy_audit.errors import SettingsError
from privacy_audit.reports.results_json import findings_json, sources_json
from support.bench import make_firm, request, write_register
from support.damage import PASSES, no_better
from support.samples import GONE

FORMER = {"client_id": "C-1", "name": "Ada Reid", "relationship": "former_client", "ended_on": ""}
SALE = {"invoice_number": "INV-1", "client": "Ada Reid", "kind": "sale", "status": "paid"}
# One row for each way in which a record can go, and for each that can be kept too long.
CLIENT = {"relationship": "former_client", "ended_on": "2020-06-30", "last_invoice_on": "2020-06-30"}
ENQUIRER = {"relationship": "enquirer", "first_contact_on": "2026-01-01", "last_activity_on": "2026-02-01"}
KEPT = [
    GONE,
    GONE | {"records_held": "correspondence", "disposed_on": "2021-01-01", "disposal_reason": "erasure_request"},
    GONE | {"disposed_on": "2026-01-01", "disposal_reason": "duplicate"},
    {"relationship": "client", "name": "Cleo", "email": "cleo@example.com", "last_invoice_on": "2026-09-01"},
    CLIENT
    | {"ended_on": "2024-01-01", "last_invoice_on": "2024-01-01", "notes": "Paid late", "client_type": "company"},
    ENQUIRER,
    ENQUIRER | {"first_contact_on": "2015-01-01", "last_activity_on": "2015-01-01", "consent_on": "2015-01-01"},
    ENQUIRER | {"consent_on": "2015-01-01", "opted_out_on": "2016-01-01", "special_category": "none"},
]
BAD = {
    "RET-02": GONE | {"disposed_on": "2026-06-01"},
    "RET-03": CLIENT | {"relationship": "client"},
    "RET-04": GONE | {"disposal_method": ""},
    "RET-06": GONE | {"name": "Ada Reid", "client_type": "individual"},
    "RET-08": ENQUIRER | {"first_contact_on": "2015-01-01", "last_activity_on": "2025-01-01"},
    "DAT-01": ENQUIRER | {"special_category": "health"},
}
BESIDE = {
    "RET-02": GONE | {"ended_on": "2019-06-30", "last_invoice_on": "2020-09-15"},
    "RET-03": {"relationship": "client", "last_invoice_on": "2020-01-01", "ended_on": ""},
    "RET-04": GONE | {"disposal_ref": "", "disposal_method": "vendor_delete"},
    "RET-06": GONE | {"last_marketing_on": "2026-09-01"},
    "RET-08": {"relationship": "prospect", "last_invoice_on": "2020-01-01"},
    "DAT-01": ENQUIRER | {"notes": "Diabetic"},
}


def written(folder, clients, firm_facts=None, **others):
    """Write a bench firm; every client's row has every column that any of them has; return what to audit."""
    names = dict.fromkeys(name for row in clients for name in row)
    rows = [{"client_id": f"C-{n}"} | {name: row.get(name, "") for name in names} for n, row in enumerate(clients, 1)]
    firm = make_firm(folder / "firm", firm_facts)
    for name, table in {"clients": rows, **others}.items():
        write_register(firm / "registers" / "2026-Q3", name, table)
    return request(firm, "2026-Q3")


def audited(folder, clients, firm_facts=None, **others):
    """Audit a bench firm."""
    return audit(written(folder, clients, firm_facts, **others))


def test_what_the_firm_says_of_itself_in_a_quarter_holds_for_that_quarter(tmp_path):
    """A year end in quarter.toml decides the tax date of its own quarter, over firm.toml; the next is as before."""
    firm = make_firm(tmp_path / "firm", {"legal_form": "company", "accounting_year_end": "12-31"})
    for quarter in ("2026-Q2", "2026-Q3"):
        folder = firm / "registers" / quarter
        write_register(folder, "clients", [CLIENT | {"client_id": "C-1", "ended_on": "2019-01-10"}])
    (firm / "registers" / "2026-Q2" / "quarter.toml").write_text('[facts]\naccounting_year_end = "06-30"\n')
    for quarter, end in (("2026-Q2", "2026-06-30"), ("2026-Q3", "2026-12-31")):
        inputs = audit(request(firm, quarter), "polars").inputs
        assert str(inputs.registers["clients"].table["statutory_end"][0]) == end
        assert inputs.policy.firm.facts.legal_form == "company", "what the quarter leaves out stays as firm.toml has it"


def gaps(result, control):
    return {(each.register, each.record) for each in result.findings if control in each.blocks}


def found(result, control):
    return [each for each in result.findings if each.control == control]


# Invoices beside the client list.


def test_an_end_worked_out_from_invoices_is_a_gap_of_its_own_and_never_critical(tmp_path):
    """Nobody recorded it: RET-03 asks for it, and RET-01 says what its answer rests on."""
    result = audited(tmp_path, [FORMER], invoices=[SALE | {"invoiced_on": "2015-01-01"}])
    (late,) = found(result, "RET-01")
    assert (late.severity, result.standing.statuses["RET-03"]) == ("major", "not_testable")
    assert late.reason.endswith("Worked out from the invoices: last invoice, end date.")
    (gap,) = [each for each in result.findings if "RET-03" in each.blocks]
    assert (gap.register, gap.record) == ("clients", "End date")
    assert gap.reason == "“End date” of 1 client was worked out from the invoices; nobody recorded it."


def test_a_list_of_the_firms_own_is_asked_for_the_relationship_whatever_invoices_tell(tmp_path):
    """Whoever was invoiced last month may have left since: deleting what the list says makes nobody a client."""
    row = {"client_id": "C-1", "name": "Ada Reid"}
    result = audited(tmp_path, [row], invoices=[SALE | {"invoiced_on": "2026-08-01"}])
    assert result.standing.statuses["RET-03"] == "not_testable"
    assert ("clients", "Relationship") in gaps(result, "RET-03")


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [
        FORMER | {"relationship": "client", "ended_on": "2020-01-01"},
        FORMER,
        FORMER | {"relationship": "enquirer", "first_contact_on": "2015-01-01", "last_activity_on": "2015-02-01"},
        FORMER | {"ended_on": "2010-01-01"},
    ],
)
@pytest.mark.parametrize("damage", ["delete", "blank"])
@pytest.mark.parametrize("column", ["relationship", "ended_on"])
@pytest.mark.parametrize("day", ["2026-08-01", "2012-01-01"])
def test_deleting_what_a_list_says_beside_invoices_improves_nothing(row, column, damage, day, tmp_path):
    """A client who left, a former one without a day, an old enquirer: no invoice speaks for the list."""
    beside = {"client_id": "C-2", "name": "Bea Holt", "relationship": "client", "ended_on": ""}
    rows = [{"first_contact_on": "2009-01-01", "last_activity_on": ""} | each for each in (row, beside)]
    lines = [SALE | {"client": each["name"], "invoice_number": each["client_id"], "invoiced_on": day} for each in rows]
    before = audited(tmp_path / "whole", rows, invoices=lines)
    hurt = [
        each | {column: ""} if damage == "blank" else {k: v for k, v in each.items() if k != column} for each in rows
    ]
    after = audited(tmp_path / "hurt", hurt, invoices=lines)
    assert not no_better(before, after)


def test_an_end_worked_out_from_invoices_clears_no_early_disposal(tmp_path):
    """Custom may have gone on after the last invoice: whether six years had passed cannot be told."""
    row = GONE | {"name": "Ada Reid", "ended_on": "2022-06-30", "disposed_on": "2025-06-01", "records_held": "contract"}
    row |= {"last_invoice_on": ""}
    sale = [SALE | {"invoiced_on": "2018-03-01"}]
    assert audited(tmp_path / "recorded", [row], invoices=sale).standing.statuses["RET-02"] == "not_met"
    result = audited(tmp_path / "worked out", [row | {"ended_on": ""}], invoices=sale)
    assert result.standing.statuses["RET-02"] == "not_testable"
    assert gaps(result, "RET-02") == {("clients", "End date")}


@pytest.mark.parametrize(("lines", "status"), [([], "not_met"), ([SALE | {"invoiced_on": "2024-01-01"}], "met")])
def test_an_invoice_that_the_ledger_still_has_was_not_destroyed_with_the_row(lines, status, tmp_path):
    """It went from the client list alone; a contract that went with it is another matter."""
    row = FORMER | {"ended_on": "2024-01-31", "last_invoice_on": "", "disposal_status": "deleted"}
    row |= {"disposed_on": "2026-01-01", "records_held": "invoice"}
    other = SALE | {"invoice_number": "INV-2", "client": "Somebody Else", "invoiced_on": "2024-01-01"}
    for held, expected in (("invoice", status), ("invoice; contract", "not_met")):
        result = audited(tmp_path / held, [row | {"records_held": held}], invoices=[*lines, other])
        assert result.standing.statuses["RET-02"] == expected


# Gaps name the exported column.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("control", "rows", "column"),
    [
        ("RET-01", [FORMER], "End date"),
        ("RET-03", [FORMER], "End date"),
        ("RET-02", [BAD["RET-02"] | {"records_held": ""}], "Records held"),
        ("RET-02", [GONE | {"last_invoice_on": ""}], "Last invoice"),
        ("RET-02", [GONE | {"ended_on": ""}], "End date"),
        ("RET-03", [{"relationship": "client", "ended_on": ""}, CLIENT], "Last invoice"),
        ("RET-03", [{"relationship": "client", "last_invoice_on": "2020-01-01", "last_activity_on": "?"}, CLIENT],
         "Last contact"),
        ("RET-04", [GONE | {"disposed_on": ""}], "Disposed of on"),
        ("RET-04", [GONE | {"disposal_method": ""}], "How disposed of"),
        ("RET-04", [GONE | {"disposal_ref": ""}], "Proof of disposal"),
        ("RET-06", [GONE | {"email": ""}, {"email": "ada@example.com"}], "Name"),
        ("RET-06", [GONE | {"name": ""}, {"name": "Ada Reid"}], "E-mail address"),
        ("RET-06", [GONE | {"name": "Ada Reid"}, {"email": "ada@example.com"}], "Kind of client"),
        ("RET-06", [GONE | {"email": "none left", "name": ""}, {"name": "Ada Reid"}], "E-mail address"),
        ("RET-06", [GONE | {"last_marketing_on": "", "name": "", "email": ""}, KEPT[3]], "Last mailing"),
        ("RET-08", [{"relationship": "enquirer", "consent_on": ""}, KEPT[7]], "First contact"),
        ("RET-08", [ENQUIRER | {"last_activity_on": "?", "first_contact_on": "2015-01-01", "consent_on": ""}, KEPT[7]],
         "Last contact"),
        ("RET-08", [ENQUIRER], "Opted in"),
        ("DAT-01", [FORMER | {"notes": "Paid late"}], "Special category data"),
        ("DAT-01", [FORMER | {"special_category": "none"}], "Notes"),
    ],
)  # fmt: skip
def test_a_gap_names_the_column_that_would_close_it(control, rows, column, tmp_path):
    """Whatever is worked out, the report asks for a column of the client list."""
    assert gaps(audited(tmp_path, rows), control) == {("clients", column)}


def test_a_blank_kind_of_data_is_a_gap_of_the_suppliers(tmp_path):
    """Each row of the data held leads back to the register it came from."""
    suppliers = [{"legal_name": "A Ltd", "service": "Hosting", "role": "processor", "data_categories": ""}]
    clients = [FORMER | {"special_category": "none", "notes": "Paid late"}]
    result = audited(tmp_path, clients, processors=suppliers)
    assert gaps(result, "DAT-01") == {("processors", "Kinds of data")}


def test_end_dates_that_are_missing_are_one_finding_for_two_controls(tmp_path):
    """One cause, one finding."""
    result = audited(tmp_path, [FORMER, CLIENT])
    (gap,) = [each for each in result.findings if each.record == "End date"]
    assert gap.blocks == ("RET-01", "RET-03")


def test_a_policy_that_promises_no_years_is_audited_for_all_the_rest(tmp_path):
    """Without the years nobody asks RET-01 and RET-02, and whoever does must give them."""
    firm = make_firm(tmp_path / "firm")
    rows = [{"client_id": "C-1"} | BAD["RET-04"], {"client_id": "C-2"} | GONE]
    write_register(firm / "registers" / "2026-Q3", "clients", rows)
    path = firm / "policy" / "commitments.toml"
    text = path.read_text(encoding="utf-8").replace("[commitment.parameters]\nretention_years = 6\n", "")
    path.write_text(text.replace('"RET-01", ', ""), encoding="utf-8")
    with pytest.raises(SettingsError, match="RET-02 needs retention_years"):
        audit(request(firm, "2026-Q3"))
    path.write_text(text.replace('"RET-01", ', "").replace('"RET-02", ', ""), encoding="utf-8")
    statuses = audit(request(firm, "2026-Q3")).standing.statuses
    assert (statuses["RET-02"], statuses["RET-04"]) == ("not_applicable", "not_met")


# The data held.


def test_the_data_held_needs_every_register_that_is_expected(tmp_path):
    """Suppliers and contacts that are in no file may hold, or get, anything; none at all is an answer."""
    clients = [FORMER | {"special_category": "none", "notes": "Paid late"}]
    assert audited(tmp_path / "1", clients).standing.statuses["DAT-01"] == "not_testable"
    assert audited(tmp_path / "2", clients, {"none": "processors"}).standing.statuses["DAT-01"] == "not_testable"
    declared = audited(tmp_path / "3", clients, {"none": "processors contacts"})
    assert declared.standing.statuses["DAT-01"] == "met"


@pytest.mark.parametrize(
    ("none", "status"),
    [
        ("processors clients contacts", "not_applicable"),
        ("processors clients", "not_testable"),
        ("processors contacts", "not_testable"),
    ],
)
def test_nobody_to_hold_data_about_is_an_answer_only_if_somebody_gives_it(none, status, tmp_path):
    """Three registers that are declared to be empty leave nothing to look at."""
    firm = make_firm(tmp_path / "firm", {"none": none})
    (firm / "registers" / "2026-Q3").mkdir(parents=True)
    assert audit(request(firm, "2026-Q3")).standing.statuses["DAT-01"] == status


def test_an_export_taken_too_early_shows_nothing_of_the_data_held(tmp_path):
    """What a stale client list cannot know it cannot clear."""
    firm = make_firm(tmp_path / "firm", {"none": "processors contacts"})
    folder = firm / "registers" / "2026-Q3"
    write_register(folder, "clients", [FORMER | {"special_category": "none", "notes": "Paid late"}])
    (folder / "quarter.toml").write_text("[extracts.clients]\nextracted_on = 2026-07-01\n", encoding="utf-8")
    assert audit(request(firm, "2026-Q3")).standing.statuses["DAT-01"] == "not_testable"


def test_no_name_note_or_address_reaches_the_outputs(tmp_path):
    """Reasons say which columns still hold something and which kind a note hints at, never what stands there."""
    rows = [
        GONE | {"client_id": "Zebedee", "name": "Zebedee Quill", "client_type": "individual", "email": "z@example.com"},
        FORMER | {"notes": "Zebedee is diabetic", "special_category": "none"},
    ]
    result = audited(tmp_path, rows)
    (left,), (hint,) = found(result, "RET-06"), found(result, "DAT-01")
    assert left.reason == "Marked as deleted, but still filled in: Name, E-mail address."
    assert (hint.register, hint.outcome) == ("held", "not_shown")
    assert hint.reason == "Words in the clients record hint at special category data: health."
    everything = (findings_json(result) + sources_json(result)).decode().casefold()
    assert not [word for word in ("zebedee", "quill", "z@example.com", "diabetic") if word in everything]


# Damage: each control with one bad row among rows that are kept.


def statuses(folder, clients, facts):
    """Return how the controls of retention and of the data held come out, judged by themselves."""
    inputs = read_inputs(written(folder, clients, facts))
    return {each.control.id: status(each) for each in observe(inputs, only=BAD)}


def nobody_else(row):
    """What is declared beside the client list: that nobody is marketed to as well, unless a mailing belies it."""
    return {"none": "processors" if row.get("last_marketing_on") else "processors contacts"}


@pytest.mark.slow
@pytest.mark.parametrize("control", BAD)
@pytest.mark.parametrize(
    ("damage", "bad"),
    [
        ("delete", BAD),
        ("delete", BESIDE),
        pytest.param("blank", BAD, marks=pytest.mark.proof),
        pytest.param("spoil", BAD, marks=pytest.mark.proof),
    ],
)
def test_no_damage_to_a_column_hides_the_one_bad_row(control, damage, bad, tmp_path):
    """Deleted, blanked or unreadable, no column of the client list turns a control into a pass."""
    row = bad[control]
    clients, others = [*KEPT, row], nobody_else(row)
    before = statuses(tmp_path / "whole", clients, others)
    assert before[control] in {"not_met", "not_testable"}
    mailed = {"DAT-01"} if row.get("last_marketing_on") else set()  # somebody mailed stands on a list that is not here
    assert {before[each] for each in BAD.keys() - {control} - mailed} <= PASSES, before
    for column in dict.fromkeys(name for each in clients for name in each):
        if damage == "spoil" and column in {"notes", "records_held", "name", "disposal_ref"}:
            continue  # any text is text
        rows = [{k: v for k, v in each.items() if k != column} for each in clients]
        if damage != "delete":
            rows[0] |= {column: ""}
            rows = [each | {column: "" if damage == "blank" else "¿31/02/20?"} for each in rows]
        after = statuses(tmp_path / column, rows, others)
        assert not {each for each in after if after[each] in PASSES and before[each] not in PASSES}, column
