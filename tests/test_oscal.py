"""The OSCAL documents: valid by NIST's own schemas, the same in every run, and nowhere kinder than ours."""

import json
from copy import copy
from dataclasses import replace

import jsonschema_rs
import pytest
from privacy_audit.audit.engine import BROKEN, KEPT
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.reports.oscal import documents
from privacy_audit.reports.oscal.document import lasting, line, words
from privacy_audit.request import ROOT, Request

SCHEMAS = {
    "catalog.json": "catalog_schema.json",
    "assessment-plan.json": "assessment-plan_schema.json",
    "assessment-results.json": "ar_schema.json",
    "poam.json": "poam_schema.json",
}


def read(result: Result, name: str) -> dict:
    """Return one of a result's documents, as whoever gets it reads it."""
    (content,) = json.loads(documents(result)[name]).values()
    return content


def problems(name: str, content: bytes) -> list[str]:
    """Return what NIST's schema says against a document."""
    schema = json.loads((ROOT / "tests" / "oscal" / SCHEMAS[name]).read_text(encoding="utf-8"))
    return [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(json.loads(content))]


@pytest.fixture
def waived(example, tmp_path_factory) -> Result:
    """The example with its first fact accepted as an exception."""
    firm = tmp_path_factory.mktemp("firm")
    (firm / "policy").symlink_to(ROOT / "data" / "policy")
    (firm / "firm.key").write_text("00" * 32, encoding="utf-8")
    (firm / "firm.key").chmod(0o600)
    asked = Request.of(firm=str(firm), quarter="2026-Q3", registers=str(example.inputs.request.registers))
    first = next(each for each in audit(asked).findings if each.outcome == "broken")
    text = (
        f'[[waiver]]\nfinding = "{first.id}"\nreason = "Agreed with the *adviser* for now"\n'
        'approved_by = "the director"\nstart = 2026-01-01\nexpires = 2026-12-31\n'
    )
    (firm / "waivers.toml").write_text(text, encoding="utf-8")
    return audit(asked)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_document_is_valid_by_the_schemas_of_nist(example, name):
    """NIST's JSON schema of 1.2.1 says nothing against it; a document without its head it refuses."""
    content = documents(example)[name]
    assert problems(name, content) == []
    (key,) = json.loads(content)
    beheaded = json.loads(content)
    del beheaded[key]["metadata"]
    assert problems(name, json.dumps(beheaded).encode())


def test_the_catalogue_holds_every_statement_and_every_check(example):
    """All statements of the policy stand there word for word, whether a check tests them or not."""
    catalog = read(example, "catalog.json")
    text = json.dumps(catalog, ensure_ascii=False)
    assert {each.control.id.lower() for each in example.observations} == {
        control["id"] for group in catalog["groups"] for control in group.get("controls", ())
    }
    for each in example.inputs.policy.commitments:
        assert json.dumps(words(each.quote), ensure_ascii=False) in text, each.id


def test_a_check_that_no_statement_names_says_who_asks_for_it(example):
    """The law, the audit itself, or nobody."""
    policy = copy(example.inputs.policy)
    policy.naming = lambda control: () if control in {"RET-01", "RET-03"} else example.inputs.policy.naming(control)
    result = replace(example, inputs=replace(example.inputs, policy=policy))
    controls = {
        each["id"]: each["parts"][0].get("prose")
        for group in read(result, "catalog.json")["groups"]
        for each in group.get("controls", [])
    }
    assert controls["ret-01"] == "No statement of the policy names this check: the policy makes no such promise."
    assert controls["ret-03"].startswith("No statement of the policy names this check: UK GDPR Art 5(1)(e)")
    assert controls["dq-01"].endswith("the audit itself needs registers that can be relied on.")


def test_what_cannot_be_shown_is_nowhere_satisfied(example):
    """A check's objective is satisfied only where the check is met; one that does not apply has no status."""
    (found,) = read(example, "assessment-results.json")["results"]
    states = {
        prop["value"]: each["target"]["status"]["state"]
        for each in found["findings"]
        for prop in each["props"]
        if prop["name"] == "status"
    }
    assert {status for status, state in states.items() if state == "satisfied"} <= {"met", "met_with_waivers"}
    assert states.keys() == set(example.standing.statuses.values()) - {"not_applicable"}
    about = [
        each for each in found["findings"] if {"about", "record"} <= {w for p in each["props"] for w in p.values()}
    ]
    assert len(about) == len(found["risks"]) == len(example.findings)
    assert {each["target"]["status"]["state"] for each in about} == {"not-satisfied"}


def test_every_observation_accounts_for_its_rows(example):
    """Rows = out of scope + kept + broken + not shown + unread, in the numbers of the document."""
    (found,) = read(example, "assessment-results.json")["results"]
    assert len(found["observations"]) == len(example.observations)
    for each in found["observations"]:
        told = {prop["name"]: prop["value"] for prop in each["props"]}
        parts = ("out-of-scope", KEPT, BROKEN, "not-shown", "unread")
        assert int(told["rows"]) == sum(int(told[part]) for part in parts), each["title"]


def test_every_reference_leads_somewhere(example):
    """What a finding, risk, task or piece of evidence refers to stands in the document, or in the results."""
    results, poam = read(example, "assessment-results.json"), read(example, "poam.json")
    (found,) = results["results"]
    there = {each["uuid"] for kind in ("observations", "risks", "findings") for each in found[kind]}
    files = {f"#{each['uuid']}" for each in results["back-matter"]["resources"]}
    registers = {each["uuid"] for each in found["local-definitions"]["inventory-items"]}
    for each in found["findings"]:
        assert {o["observation-uuid"] for o in each["related-observations"]} <= there
        assert {o["risk-uuid"] for o in each.get("related-risks", ())} <= there
    for each in found["observations"]:
        assert {link["href"] for link in each.get("relevant-evidence", ())} <= files
        assert {subject["subject-uuid"] for subject in each["subjects"]} <= registers
    for item in poam["poam-items"]:
        assert {each["finding-uuid"] for each in item["related-findings"]} <= there
        assert {each["risk-uuid"] for each in item["related-risks"]} <= {each["uuid"] for each in poam["risks"]}


def test_no_uuid_stands_twice_in_a_document(example):
    """Each thing has its own."""
    for name, content in documents(example).items():
        (found,) = json.loads(content).values()
        uuids = [found["uuid"], *_uuids(found)]
        assert len(uuids) - 1 == len(set(uuids)), name


def _uuids(content: object) -> list[str]:
    if isinstance(content, dict):
        own = [content["uuid"]] if "uuid" in content else []
        return own + [each for value in content.values() for each in _uuids(value)]
    return [each for value in content for each in _uuids(value)] if isinstance(content, list) else []


@pytest.mark.slow
def test_a_finding_keeps_its_uuid_and_another_firm_has_others(example, waived):
    """Made from the finding's id and the firm's key: the same in every run, and nobody else can work it out."""
    assert documents(audit(Request.of(quarter="2026-Q3"))) == documents(example)
    first = example.findings[0].id
    assert lasting(example, "finding", first) != lasting(waived, "finding", first)


@pytest.mark.slow
def test_an_accepted_exception_is_an_approved_deviation(waived):
    """The risk says who accepted it, until when and why; no task asks for it, and no word of the reason is markup."""
    accepted = next(each for each in waived.findings if each.waiver)
    (found,) = read(waived, "assessment-results.json")["results"]
    risk = next(each for each in found["risks"] if each["uuid"] == lasting(waived, "risk", accepted.id))
    assert risk["status"] == "deviation-approved"
    (entry,) = risk["risk-log"]["entries"]
    assert (entry["start"], entry["end"]) == ("2026-01-01T00:00:00+00:00", "2026-12-31T23:59:59+00:00")
    assert r"\*adviser\*" in entry["description"]
    assert {"name": "type", "value": "accept"} in risk["remediations"][-1]["props"]
    assert [each["status"] for each in found["risks"]].count("deviation-approved") == 1
    refers = json.dumps(read(waived, "poam.json")["poam-items"])
    assert lasting(waived, "finding", accepted.id) not in refers
    for name, content in documents(waived).items():
        assert problems(name, content) == []


def test_nothing_to_do_is_still_a_valid_plan(example):
    """OSCAL wants one item; with no task it says that there is none."""
    nothing = replace(example, findings=(), tasks=())
    for name, content in documents(nothing).items():
        assert problems(name, content) == [], name
    assert [each["title"] for each in read(nothing, "poam.json")["poam-items"]] == ["Nothing to do"]


def test_a_text_is_never_markup_and_never_empty():
    """OSCAL's long texts are Markdown: whatever could mean something there is escaped."""
    assert words("[x](http://example.com) <b> {{ insert: param }}") == (
        r"\[x\](http://example.com) \<b\> \{\{ insert: param \}\}"
    )
    assert line("  two\n lines ") == "two lines"
    assert line("") == "–"
