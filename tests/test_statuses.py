"""How a control stands: all six statuses through the whole audit, and what a note does to them."""

import json
import re
from dataclasses import replace

import pytest
from privacy_audit.audit import observe
from privacy_audit.audit.editions import View
from privacy_audit.audit.run import audit
from privacy_audit.audit.standing import STATUS_WORDS
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.reports.insurer_answers import audits
from privacy_audit.reports.results_json import findings_json
from privacy_audit.reports.screen import first_screen
from privacy_audit.reports.tables import controls
from support.bench import changed, make_firm, request, write_register
from support.engines import EACH_ENGINE
from support.policy_cases import asked, own_policy
from support.samples import WAIVER

SUPPLIER = {
    "legal_name": "Fine Ltd", "service": "Hosting", "country": "GB", "role": "processor", "data_categories": "names",
    "service_start": "2019-01-01", "service_end": "2026-09-01", "contract_ref": "Drive",
    "contract_signed_on": "2018-12-01", "contract_expires_on": "2030-01-01", "art28_checked_on": "2026-01-01",
    "art28_missing": "none", "security_review_on": "2026-01-01", "security_basis": "ISO 27001",
    "support_countries": "none", "initiated_by": "processor",
}  # fmt: skip
NO_CONTRACT = {"legal_name": "Late Ltd", "contract_ref": "", "contract_signed_on": ""}


def raising(*_args):
    message = "a client called Zebedee Quillfeather"
    raise ZeroDivisionError(message)
    yield


def firm_that_is(status, folder, monkeypatch):
    """A firm whose contracts with suppliers come out as PRC-01 is to stand; return its audit."""
    rows = {
        "met": [SUPPLIER],
        "met_with_waivers": [SUPPLIER, SUPPLIER | NO_CONTRACT],
        "not_met": [SUPPLIER, SUPPLIER | NO_CONTRACT],
        "not_testable": [SUPPLIER, SUPPLIER | {"legal_name": "Dark Ltd", "contract_signed_on": "soon"}],
        "not_applicable": [SUPPLIER | {"role": "controller"}],
        "error": [SUPPLIER],
    }[status]
    firm = make_firm(folder / "firm")
    write_register(firm / "registers" / "2026-Q3", "processors", rows)
    if status == "error":
        monkeypatch.setitem(observe.CONTROLS, "PRC-01", replace(CONTROLS["PRC-01"], test=raising))
    if status == "met_with_waivers":
        (found,) = [each.id for each in audit(request(firm, "2026-Q3")).findings if each.control == "PRC-01"]
        (firm / "waivers.toml").write_text(WAIVER.format(found), encoding="utf-8")
    return audit(request(firm, "2026-Q3"))


@pytest.mark.parametrize("status", STATUS_WORDS)
def test_each_of_the_six_statuses_comes_out_of_a_whole_audit(status, tmp_path, monkeypatch):
    """Status, findings.json and the table of checks say the same, and no status but three lets a promise be kept."""
    result = firm_that_is(status, tmp_path, monkeypatch)
    assert result.standing.statuses["PRC-01"] == status
    told = next(each for each in json.loads(findings_json(result))["controls"] if each["id"] == "PRC-01")
    assert told["status"] == status
    row = next(each for each in controls(result).rows if each[0] == "PRC-01")
    assert row[2].endswith(STATUS_WORDS[status])
    passes = status in {"met", "met_with_waivers", "not_applicable"}
    assert (row[9] != "–") == passes, "how a pass is known is told of passes alone"
    assert "Zebedee" not in findings_json(result).decode()
    assert any("PRC-01" in why for why in result.incomplete) == (status == "error")


# A note breaks nothing and clears nothing.

ENQUIRER = {"client_id": "C-1", "relationship": "enquirer", "first_contact_on": "2015-01-01", "last_activity_on": ""}
ENQUIRER |= {"consent_on": "", "opted_out_on": ""}
OPTED = ENQUIRER | {"client_id": "C-2", "consent_on": "2016-01-01", "opted_out_on": "2017-01-01"}
DORMANT = {"client_id": "C-1", "relationship": "client", "last_invoice_on": "2019-01-01", "ended_on": ""}
LEFT = DORMANT | {"client_id": "C-2", "relationship": "former_client", "ended_on": "2024-01-01"}
OLD = SUPPLIER | {"security_review_on": "2024-09-29"}
ABROAD = {
    "transfer_id": "T-1", "importer": "Fine Inc", "country": "US", "mechanism": "UK_US_DPF", "hr_data": "no",
    "data_categories": "names", "first_transfer_on": "2024-01-01", "ended_on": "2026-09-20", "dpf_active": "yes",
    "dpf_uk_extension": "yes", "dpf_covers": "BOTH", "dpf_checked_on": "2026-06-29",
}  # fmt: skip
ASSESSED = ABROAD | {"country": "IN", "mechanism": "IDTA", "agreement_signed_on": "2024-09-10"}
ASSESSED |= {"tra_on": "2024-09-01", "tra_outcome": "met", "tra_measures": "keys", "tra_reviewed_on": ""}
LIMITS = {
    "dormant_months = 24": ("RET-03", "clients", [DORMANT, LEFT]),
    "enquirer_months = 12": ("RET-08", "clients", [ENQUIRER, OPTED]),
    "security_review_months = 12": ("PRC-05", "processors", [OLD | {"data_categories": "names; orders"}]),
    "security_review_months_contact = 24": ("PRC-05", "processors", [OLD]),
    "bridge_check_days = 92": ("TRF-04", "transfers", [ABROAD]),
    "tra_review_months = 24": ("TRF-07", "transfers", [ASSESSED]),
}


@pytest.mark.parametrize("engine", EACH_ENGINE)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_house_limit_breaks_no_promise_until_the_firm_adopts_it(limit, engine, tmp_path):
    """Passed and not adopted it is a note, and the check is neither met nor not met; adopted, it is a fact."""
    control, register, rows = LIMITS[limit]
    for adopted, status, outcome in (("", "not_testable", "not_shown"), (limit, "not_met", "broken")):
        firm = make_firm(tmp_path / outcome, {"adopted": adopted})
        write_register(firm / "registers" / "2026-Q3", register, rows)
        result = audit(request(firm, "2026-Q3"), engine)
        (found,) = {(each.outcome, each.severity == "note") for each in result.findings if each.control == control}
        assert (result.standing.statuses[control], found) == (status, (outcome, not adopted))


def test_a_note_beside_a_fact_leaves_the_fact_alone_and_a_note_is_no_fact_to_waive(tmp_path):
    """What breaks a promise is told; a note cannot be accepted as an exception, since it asks whether one is needed."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "processors", [OLD | {"security_basis": "none"}, OLD | NO_CONTRACT])
    result = audit(request(firm, "2026-Q3"))
    told = {(each.record, each.reason_code, each.outcome) for each in result.findings if each.control == "PRC-05"}
    assert told == {
        ("Fine Ltd: Hosting", "no_basis", "broken"),
        ("Late Ltd: Hosting", "review_old_contact", "not_shown"),
    }
    assert result.standing.statuses["PRC-05"] == "not_met"
    (note,) = [each.id for each in result.findings if each.reason_code == "review_old_contact"]
    (firm / "waivers.toml").write_text(WAIVER.format(note), encoding="utf-8")
    assert [each.state for each in audit(request(firm, "2026-Q3")).waivers] == [
        "is for a gap, and a gap cannot be waived"
    ]


def test_a_disposal_on_the_last_day_is_neither_in_time_nor_too_early(tmp_path):
    """Days are recorded, and no hours: the record may have been there until the last of them."""
    gone = {"client_id": "C-1", "relationship": "former_client", "ended_on": "2020-06-30", "last_invoice_on": ""}
    gone |= {"records_held": "contract", "disposal_status": "deleted", "disposal_reason": "retention"}
    for day, status in (("2026-06-29", "not_met"), ("2026-06-30", "not_testable"), ("2026-07-01", "met")):
        firm = make_firm(tmp_path / day)
        write_register(firm / "registers" / "2026-Q3", "clients", [gone | {"disposed_on": day}])
        assert audit(request(firm, "2026-Q3")).standing.statuses["RET-02"] == status


def test_a_policy_that_is_only_too_absolute_breaks_nothing(tmp_path):
    """Pointing to other notices without naming them is a note: the policy is not shown to agree with itself."""
    result = audit(asked(own_policy(tmp_path, "A: other_notices | B: place “London”")))
    assert result.standing.statuses["GOV-02"] == "not_testable"
    assert result.standing.states["A"] != "kept"
    (note,) = [each for each in result.findings if each.control == "GOV-02"]
    assert (note.severity, note.outcome) == ("note", "not_shown")


def test_no_promise_is_kept_and_no_section_either_while_a_note_stands(tmp_path):
    """One dormant client keeps the promise about retention from being kept, and does not break it."""
    policy = 'id = "S"\nsection = "S"\nquote = "We note when people leave."\nkind = "commitment"\nbasis = "records"\n'
    for rows, state, rating in (([LEFT], "kept", "Kept"), ([DORMANT, LEFT], "cannot_be_shown", "Cannot say")):
        firm = own_policy(tmp_path / state, "A: controller_named")
        (firm / "policy" / "policy.md").write_text("We note when people leave.", encoding="utf-8")
        head = '[policy]\ntitle = "A policy"\nfile = "policy.md"\nsections = { S = "All of it" }\n[[commitment]]\n'
        text = f'{head}{policy}controls = ["RET-03"]\n'
        (firm / "policy" / "commitments.toml").write_text(text, encoding="utf-8")
        write_register(firm / "registers" / "2026-Q3", "clients", rows)
        result = audit(asked(firm))
        assert (result.standing.states["S"], result.standing.section("S").rating) == (state, rating)


# What is told by another check breaks the promise all the same.

CONTACT = {"email": "ada@freemail.example.com", "channel": "email", "status": "subscribed", "consent_on": ""}
CONTACT |= {"consent_method": "", "details_context": "event", "refusal_offered": "", "similar_services_only": ""}
CONTACT |= {
    "source": "",
    "opted_out_on": "",
    "last_marketing_on": "2026-08-01",
    "consent_ref": "",
    "consent_wording": "",
}
OPTED_IN = CONTACT | {"email": "bea@example.com", "consent_on": "2024-01-01", "consent_method": "form"}
OPTED_IN |= {"consent_ref": "form 7", "consent_wording": "v1", "refusal_offered": "yes", "similar_services_only": "yes"}
OPTED_OUT = OPTED_IN | {"email": "cleo@example.com", "opted_out_on": "2025-01-01"}
FORMER = OPTED_OUT | {"email": "eve@example.com", "status": "unsubscribed", "last_marketing_on": "2024-12-01"}
SOFT = CONTACT | {"email": "dot@freemail.example.com", "details_context": "sale", "refusal_offered": "no"}
SOFT |= {"similar_services_only": "yes", "source": "purchase"}
NOBODY = {"client_id": "C-0", "email": "nobody@example.com", "client_type": "individual", "relationship": "client"}
NOBODY |= {"opted_out_on": "2020-01-01", "consent_on": "2019-01-01", "last_marketing_on": "2019-06-01"}


@pytest.mark.parametrize(
    ("row", "told_by"), [(CONTACT, "MKT-02"), (OPTED_OUT, "MKT-04"), (SOFT, "MKT-05"), (OPTED_IN, "")]
)
def test_a_promise_of_opt_in_is_broken_by_whoever_else_is_mailed_without_one(row, told_by, tmp_path):
    """One finding for each contact; the promise knows of those that are told elsewhere, and so does its section."""
    firm = make_firm(tmp_path / "firm")
    quarter = firm / "registers" / "2026-Q3"
    write_register(quarter, "contacts", [FORMER, OPTED_IN | {"email": "fay@example.com"}, row])
    write_register(quarter, "clients", [NOBODY])
    result = audit(request(firm, "2026-Q3"))
    assert result.standing.statuses["MKT-01"] == "met"
    assert {each.control for each in result.findings if each.outcome == "broken" and each.register == "contacts"} == (
        {told_by} if told_by else set()
    )
    assert result.standing.states["P05.5"] == ("broken" if told_by else "kept")
    assert (result.standing.section("5").rating in {"Some gaps", "Serious gaps"}) == bool(told_by)


BOOKS = {"client_id": "C-1", "name": "", "email": "", "relationship": "former_client", "ended_on": "2015-01-31"}
BOOKS |= {"last_invoice_on": "2014-12-01", "disposal_status": "deleted", "disposed_on": "2024-05-05"}
BOOKS |= {"disposal_method": "shredded", "disposal_ref": "log 7", "records_held": "invoice"}
STILL = {"disposal_status": "none", "disposed_on": "", "disposal_method": "", "disposal_ref": ""}
ABROAD = SUPPLIER | {"country": "IN"}
ROW = {"transfer_id": "T1", "importer": SUPPLIER["legal_name"], "country": "GB", "mechanism": ""}


@pytest.mark.parametrize(
    ("control", "registers"),
    [
        ("MKT-01", {"contacts": [FORMER, OPTED_IN | {"consent_method": "bought_list"}]}),
        ("RET-01", {"clients": [BOOKS, BOOKS | {"client_id": "C-2", "name": "Ada Lovelace"}]}),
        ("RET-01", {"clients": [BOOKS, BOOKS | {"client_id": "C-2", "relationship": "client"} | STILL]}),
        ("RET-02", {"clients": [BOOKS, BOOKS | {"client_id": "C-2", "disposed_on": ""}]}),
        ("TRF-02", {"processors": [ABROAD], "transfers": [ROW]}),
    ],
)
def test_a_promise_is_not_kept_where_another_check_doubts_it(control, registers, tmp_path):
    """The check itself is met or has nothing to judge; what a finding of another one says of its rows is no pass."""
    firm = make_firm(tmp_path / "firm", {"legal_form": "company", "accounting_year_end": "03-31"})
    for name, rows in {"clients": [NOBODY], **registers}.items():
        write_register(firm / "registers" / "2026-Q3", name, rows)
    result = audit(request(firm, "2026-Q3"))
    assert result.standing.statuses[control] in {"met", "not_applicable"}
    for each in result.inputs.policy.naming(control):
        assert result.standing.states[each.id] in {"broken", "cannot_be_shown"}, each.id


def test_every_check_that_leaves_rows_to_another_names_one_that_there_is():
    """A misspelt name would lose what it leaves."""
    for each in CONTROLS.values():
        assert set(each.leaves_to) <= CONTROLS.keys() - {each.id}, each.id
        assert all(reason in CONTROLS[control].reasons for control, reason in each.doubted_by), each.id


@pytest.mark.parametrize(
    ("control", "row", "code"),
    [
        ("PRC-05", OLD | {"security_basis": "none"}, "review_old_contact"),  # a house limit that was not adopted
        ("PRC-02", SUPPLIER | {"art28_missing": "audits; misc stuff"}, "more_may_lack"),  # a word that nobody knows
    ],
)
def test_an_accepted_breach_does_not_cover_what_the_same_row_leaves_open(control, row, code, tmp_path):
    """The breach may be accepted, the unknown beside it not: the check cannot be shown, and somebody is told why."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "processors", [SUPPLIER, row | {"legal_name": "Dark Ltd"}])
    before = audit(request(firm, "2026-Q3"))
    broken = [each.id for each in before.findings if each.control == control and each.outcome == "broken"]
    assert before.standing.statuses[control] == "not_met"
    (firm / "waivers.toml").write_text("".join(map(WAIVER.format, broken)), encoding="utf-8")
    after = audit(request(firm, "2026-Q3"))
    assert {each.state for each in after.waivers} == {"holds"}
    assert after.standing.statuses[control] == "not_testable"
    told = {(each.reason_code, each.outcome) for each in after.findings if each.control == control and not each.waiver}
    assert (code, "not_shown") in told


def test_an_accepted_breach_alone_is_met_with_an_exception(tmp_path):
    """Where the row leaves nothing open the waiver is enough."""
    firm = make_firm(tmp_path / "firm")
    row = SUPPLIER | {"legal_name": "Dark Ltd", "art28_missing": "audits"}
    write_register(firm / "registers" / "2026-Q3", "processors", [SUPPLIER, row])
    (broken,) = [each.id for each in audit(request(firm, "2026-Q3")).findings if each.control == "PRC-02"]
    (firm / "waivers.toml").write_text(WAIVER.format(broken), encoding="utf-8")
    assert audit(request(firm, "2026-Q3")).standing.statuses["PRC-02"] == "met_with_waivers"


# What nobody can see today settles nothing.


def opt_outs(folder, *, mailed):
    """Two quarters of a firm that mailed somebody after an opt-out; return this quarter's folder and what to audit."""
    firm = make_firm(folder / "firm")
    for quarter, day in (("2026-Q2", "2026-05-01"), ("2026-Q3", mailed)):
        rows = [OPTED_IN | {"email": "fay@example.com"}, OPTED_OUT | {"last_marketing_on": day}]
        write_register(firm / "registers" / quarter, "contacts", rows)
        write_register(firm / "registers" / quarter, "clients", [NOBODY])
    return request(firm, "2026-Q3")


@pytest.mark.parametrize(("mailed", "settled"), [("2024-12-01", True), ("31/02/2026", False)])
def test_an_unknown_beside_a_breach_does_not_settle_what_was_found_before(mailed, settled, tmp_path):
    """Still subscribed is broken; whether mail was sent again nobody can tell from a day that there is not."""
    result = audit(opt_outs(tmp_path, mailed=mailed))
    sent = [each for each in result.comparison.resolved if each["control"] == "MKT-04" and "was sent" in each["reason"]]
    open_ = [each for each in result.comparison.unclear.values() if "was sent" in each["reason"]]
    assert (len(sent), len(open_)) == ((1, 0) if settled else (0, 1))


def test_a_client_list_of_a_header_alone_is_no_better_than_none(tmp_path):
    """The only opt-out stands in the client list; without its rows nobody can tell who was mailed after one."""
    statuses, seen = {}, {}
    for lost in ("nothing", "the file", "the rows"):
        firm = make_firm(tmp_path / lost)
        for quarter in ("2026-Q2", "2026-Q3"):
            folder = firm / "registers" / quarter
            gus = OPTED_IN | {"email": "gus@example.com", "last_marketing_on": "2026-05-01"}
            write_register(folder, "contacts", [OPTED_IN | {"email": "fay@example.com"}, gus])
            opted_out = NOBODY | {"client_id": "C-9", "email": "gus@example.com", "opted_out_on": "2026-01-01"}
            path = write_register(folder, "clients", [NOBODY, opted_out | {"last_marketing_on": "2025-06-01"}])
        if lost == "the file":
            path.unlink()
        if lost == "the rows":
            path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        result = audit(request(firm, "2026-Q3"))
        statuses[lost] = {
            name: each for name, each in result.standing.statuses.items() if name.startswith(("MKT", "DQ-05"))
        }
        seen[lost] = {each["control"] for each in result.comparison.resolved}
    assert statuses["nothing"]["MKT-04"] == "not_met"
    assert statuses["the rows"] == statuses["the file"]
    assert "met" not in {status for name, status in statuses["the rows"].items() if name.startswith("MKT")}
    assert "MKT-04" not in seen["the rows"] | seen["the file"]


# What the headline counts.


@pytest.mark.parametrize("country", ["UK", "USA"])
def test_what_does_not_apply_is_told_apart_in_the_headline_and_its_sum_closes(country, tmp_path):
    """A firm that sends nothing abroad has not kept what it promises about that."""
    firm = changed(
        tmp_path, processors=lambda row: row | ({"country": "UK", "safeguard": ""} if country == "UK" else {})
    )
    result = audit(request(firm, "2026-Q3"))
    headline = first_screen(result).headline
    counted = re.findall(r"(\d+) [a-z]", headline.partition(": ")[2].partition(" (")[0])
    assert sum(map(int, counted)) == len(result.testable)
    assert f" {result.count('kept')} kept in full" in headline
    assert ("2 do not apply" in headline) == (country == "UK")


def test_one_promise_does_not_apply_in_the_singular(example):
    """And where all apply nothing is said."""
    alone = {each.id: "kept" for each in example.inputs.policy.commitments}
    result = replace(example)
    vars(result.standing)["states"] = alone | {example.testable[0].id: "not_applicable"}
    assert f"{len(example.testable) - 1} kept in full, 0 broken, 0 cannot be shown, 1 does not apply, 0 not" in (
        first_screen(result).headline
    )
    assert "apply" not in first_screen(example).headline


def test_checks_are_counted_by_whether_they_were_made_and_gave_an_answer(tmp_path):
    """One that the policy gives no cause to make answered nothing, nor did one without its register."""
    firm = changed(tmp_path)
    (firm / "registers" / "2026-Q3" / "processors.csv").unlink()
    path = firm / "policy" / "commitments.toml"
    text = re.sub(r"^parameters.*retention_years.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(re.sub(r'"RET-0[12]"(, )?', "", text), encoding="utf-8")
    result = audit(request(firm, "2026-Q3"))
    silent = sum(status == "not_testable" for status in result.standing.statuses.values())
    assert silent >= 8
    made = sum(each.promised for each in result.observations)
    unasked = len(result.standing.statuses) - made
    assert unasked >= 2
    screen, answer = first_screen(result), audits(View(result)).answer
    said = f"{made - silent} of {made} checks gave an answer; {unasked} not made, since the policy makes"
    assert screen.unchecked.startswith(said)
    assert (
        f"with {made - silent} checks that gave an answer; could not be shown: {silent}; not made, since the" in answer
    )
    assert f"no such promise: {unasked}; planned, and not written yet: " in answer
