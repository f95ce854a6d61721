"""What an answer rests on: the rules that facts ask for, what somebody declared, what the law asks by itself."""

import shutil

import pytest
from privacy_audit.audit.inputs import read_inputs, read_settings
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.facts.assemble import assemble, declared
from privacy_audit.facts.fact import FACT_COLUMNS, Known
from privacy_audit.reports.annexes import annex, limits
from privacy_audit.reports.results_json import findings_json
from privacy_audit.reports.tables import controls
from privacy_audit.request import ROOT
from privacy_audit.settings.rulebook import Limits, Watched
from support.bench import make_firm, request, write_register
from support.frozen import FROZEN
from support.policy_cases import asked, own_policy
from support.three_firms import FIRMS, exports

FORMER = {
    "client_id": "C-1",
    "relationship": "former_client",
    "ended_on": "2019-03-31",
    "last_invoice_on": "2019-03-31",
}
FORMER |= {"records_held": "invoice", "disposal_status": "", "disposed_on": ""}
GONE = FORMER | {"client_id": "C-2", "disposal_status": "deleted", "disposed_on": "2026-06-30"}


@pytest.mark.parametrize("name", FIRMS)
def test_every_rule_that_a_fact_asks_for_is_noted_under_that_fact(name, tmp_path):
    """No room of facts asks the law without saying for which facts, and every fact noted is one that there is."""
    inputs, asked_for = read_inputs(exports(name, tmp_path)), {}
    day = inputs.request.as_at
    law = Watched(inputs.law, day, asked_for)
    house = Limits(law, inputs.policy.firm.adopted, day)
    known = Known(inputs.policy, law, house, inputs.request.quarter.first, day, inputs.issued_on)
    assemble(inputs.folder, inputs.schemas, known, declared(inputs.folder, inputs.schemas, known), inputs.record_name)
    noted = {rule for rules in known.rests.values() for rule in rules}
    assert noted == asked_for.keys()
    for register, column in known.rests:
        assert column in {*FACT_COLUMNS.get(register, {}), *inputs.schemas[register].by_name}, f"{register}.{column}"


@pytest.mark.parametrize(
    ("form", "rule"), [("company", "company_years_after_year_end"), ("sole_trader", "self_employed_years_after_filing")]
)
def test_a_check_rests_on_the_rules_of_the_facts_it_asks_for_and_on_no_others(form, rule, tmp_path):
    """The tax rule of the firm's own form stands beside RET-01 and RET-02 with its mark, and not beside RET-03."""
    year_end = {"accounting_year_end": "03-31"} if form == "company" else {}
    firm = make_firm(tmp_path / "firm", {"legal_form": form} | year_end, law=FROZEN)
    write_register(firm / "registers" / "2026-Q3", "clients", [FORMER, GONE])
    result = audit(request(firm, "2026-Q3"))
    used = {each.control.id: set(each.rules_used) for each in result.observations}
    tax = {"company_years_after_year_end", "self_employed_years_after_filing"}
    assert used["RET-01"] & tax == used["RET-02"] & tax == {rule}
    assert not used["RET-03"] & tax
    assert "dormant_months" in used["RET-03"]
    assert "record_classes" in used["RET-02"] - used["RET-01"]
    (late,) = [each for each in result.findings if each.control == "RET-01"]
    assert late.mark.startswith("not verified")
    assert any(rule in why for _, why in limits(result).rows)
    values = next(row[-1] for row in annex(result).rows if row[0] == "RET-02")
    assert "not all of it verified" in values


def test_what_is_unknown_rests_on_no_rule(tmp_path):
    """Without a legal form no tax rule is asked, and none is shown."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "clients", [FORMER])
    used = next(each.rules_used for each in audit(request(firm, "2026-Q3")).observations if each.control.id == "RET-01")
    assert not [name for name in used if "years" in name]


def test_a_rule_that_only_a_fact_asks_for_is_too_old_for_its_check(tmp_path):
    """Nobody has looked at the words for kinds of record for twice the review period: RET-02 cannot be met by them."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "clients", [GONE | {"records_held": "correspondence"}])
    assert audit(request(firm, "2026-Q3")).standing.statuses["RET-02"] == "met"
    shutil.copytree(FROZEN, firm / "rulebook")
    path = firm / "rulebook" / "retention.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("checked = 2026-11-22", "checked = 2020-01-01"), "utf-8")
    result = audit(request(firm, "2026-Q3"))
    observation = next(each for each in result.observations if each.control.id == "RET-02")
    assert result.standing.statuses["RET-02"] == "not_testable"
    assert any("retention.toml" in why for why in observation.blocked)


def test_marketing_by_law_rests_on_pecr_and_the_proof_of_an_opt_in_does_not(example):
    """What is not verified of PECR stands beside MKT-02, and not beside MKT-03."""
    used = {each.control.id: set(each.rules_used) for each in example.observations}
    assert "corporate_kinds" in used["MKT-02"] & used["MKT-05"]
    assert "corporate_kinds" not in used["MKT-03"] | used["MKT-04"]
    assert "special_words" in used["DAT-01"]
    assert "article28_terms" in used["PRC-02"] - used["PRC-01"]
    assert "unneeded_columns" in used["DQ-02"]


# Declared, recorded, inspected.


def grades(result):
    return {each.control.id: each.grade for each in result.observations}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("none", "controls_"),
    [
        ("clients.disposed_on", {"RET-02", "RET-04", "RET-06"}),
        ("clients.opted_out_on", {"RET-08", "MKT-01", "MKT-04"}),
        ("processors.service_end", {"PRC-01", "TRF-01", "TRF-02", "DQ-05"}),
        ("processors.tra_on", {"TRF-07"}),
        ("contacts", {"MKT-01", "MKT-04", "DQ-01", "DQ-03"}),
    ],
)
def test_a_check_that_rests_on_what_somebody_declared_says_so(none, controls_, tmp_path):
    """Those that ask for the column, or for the register, are graded declared; the same firm without is recorded."""
    for said in ("", none):
        firm = make_firm(tmp_path / (said or "recorded"), {"none": said})
        quarter = firm / "registers" / "2026-Q3"
        write_register(quarter, "clients", [FORMER])
        row = {"legal_name": "A Ltd", "service": "x", "country": "UK", "role": "processor", "contract_ref": "a"}
        write_register(quarter, "processors", [row])
        if said != "contacts":
            write_register(
                quarter, "contacts", [{"email": "a@example.com", "channel": "email", "status": "subscribed"}]
            )
        found = grades(audit(request(firm, "2026-Q3")))
        answered = {name for name, grade in found.items() if grade == "declared"}
        assert controls_ <= answered if said else not answered
    assert answered != found.keys()


def test_what_the_policy_says_was_read_by_eye_once_somebody_read_it(tmp_path):
    """While nobody has, it is only recorded, and nothing is met by it."""
    read = grades(audit(asked(own_policy(tmp_path / "1", "complete"))))
    assert read["GOV-02"] == read["GOV-03"] == "inspected"
    unread = audit(asked(own_policy(tmp_path / "2", "complete", "nobody")))
    assert grades(unread)["GOV-02"] == "recorded"


def test_the_grade_of_a_pass_stands_in_findings_and_table(tmp_path):
    """A deletion of which there is none is met by somebody's word."""
    firm = make_firm(tmp_path / "firm", {"none": "clients.disposed_on"})
    write_register(firm / "registers" / "2026-Q3", "clients", [FORMER | {"ended_on": "2024-01-01"}])
    result = audit(request(firm, "2026-Q3"))
    assert result.standing.statuses["RET-04"] == "not_applicable"
    rows = {row[0]: row for row in controls(result).rows}
    known = [name for name, _ in controls(result).columns].index("How known")
    assert rows["RET-04"][known] == "declared by the firm"
    assert rows["RET-01"][known] == "recorded"
    assert '"grade": "declared"' in findings_json(result).decode()


def test_a_core_column_that_is_declared_empty_is_not_missing(tmp_path):
    """Somebody answered for it: the run is complete."""
    row = {"client_id": "C-1", "email": "", "client_type": "company", "relationship": "client"}
    row |= {"first_contact_on": "2024-01-01", "last_invoice_on": "2026-09-01"}
    for none, complete in (("", False), ("clients.consent_on clients.opted_out_on", True)):
        firm = make_firm(tmp_path / str(complete), {"none": none})
        write_register(firm / "registers" / "2026-Q3", "clients", [row])
        lacking = [why for why in audit(request(firm, "2026-Q3")).incomplete if "clients lacks" in why]
        assert (not lacking) == complete


# What the law asks whatever a policy says.


def test_every_check_says_what_asks_for_it_or_tests_a_promise_and_nothing_else():
    """Where a policy promises nothing of the kind, the law or the audit itself asks for it, in words.

    A check that nothing else asks for tests a promise of the project's own policy.
    """
    assert all(len(each.asked_by_law) > 20 for each in CONTROLS.values() if each.asked_by_law)
    promised_alone = {name for name, each in CONTROLS.items() if not each.asked_by_law}
    assert promised_alone >= {"MKT-01", "RET-01", "RET-02"}
    named = {name for each in read_settings(ROOT / "data")[0].commitments for name in each.controls}
    assert promised_alone <= named


def test_a_silent_policy_is_audited_for_what_the_law_asks(tmp_path):
    """Old enquirers, deletions without proof, suppliers nobody looked at, unproved opt-ins, health data: all told."""
    firm = own_policy(tmp_path, "A: controller_named")
    quarter = firm / "registers" / "2026-Q3"
    base = dict.fromkeys(
        ("name", "email", "client_type", "relationship", "special_category", "first_contact_on", "last_invoice_on",
         "ended_on", "records_held", "disposal_status", "disposed_on", "disposal_method", "disposal_ref", "consent_on",
         "opted_out_on", "last_marketing_on"), "")  # fmt: skip
    rows = [
        base | {"relationship": "enquirer", "first_contact_on": "2015-01-01"},
        base | {"relationship": "client", "ended_on": "2020-01-01", "consent_on": "2019-01-01"},
        base | FORMER | {"disposal_status": "deleted", "disposed_on": "2026-01-01", "client_type": "individual",
                         "name": "Ada", "email": "a@example.com"},
        base | {"relationship": "client", "special_category": "health", "opted_out_on": "2019-01-01",
                "last_invoice_on": "2026-08-01", "last_marketing_on": "2018-01-01", "email": "dee@example.com",
                "disposal_method": "shredded", "disposal_ref": "x"},
    ]  # fmt: skip
    write_register(quarter, "clients", [each | {"client_id": f"C-{n}"} for n, each in enumerate(rows)])
    contact = {"email": "ada@example.com", "channel": "email", "status": "subscribed", "consent_on": "2024-01-01"}
    contact |= {"consent_method": "import", "consent_ref": "", "consent_wording": "v1", "opted_out_on": ""}
    filled = {"consent_ref": "form 1", "status": "unsubscribed", "opted_out_on": "2025-01-01", "email": "b@example.com"}
    write_register(quarter, "contacts", [contact, contact | filled])
    seller = {"legal_name": "A Ltd", "service": "x", "country": "UK", "role": "processor", "service_end": "2026-09-01"}
    seller |= {"security_review_on": "", "security_basis": "", "data_categories": "names"}
    write_register(
        quarter, "processors", [seller, seller | {"legal_name": "B Ltd", "security_review_on": "2026-01-01"}]
    )
    result = audit(asked(firm))
    told = {each.control: each for each in result.findings if each.register != "columns"}
    assert {"RET-03", "RET-04", "RET-06", "RET-08", "PRC-05", "DAT-01", "MKT-03"} <= told.keys()
    assert (told["DAT-01"].reason_code, told["DAT-01"].outcome) == ("no_condition", "not_shown")
    assert result.standing.statuses["DAT-01"] == "not_testable"
    assert result.standing.section("law").rating == "Serious gaps"
    asked_by = {row[0]: row[2] for row in annex(result).rows}
    assert "Art 7(1)" in asked_by["MKT-03"]
    assert result.standing.statuses["RET-01"] == "not_applicable"
