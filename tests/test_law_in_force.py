"""An audit of a past quarter cites, marks and dates the law by the version in force on its day."""

import shutil
from datetime import date

import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.notebook import outputs
from privacy_audit.reports.results_json import findings_json
from privacy_audit.request import ROOT
from privacy_audit.settings.rulebook import PROVISION, cited
from same.text import readable
from support.bench import make_firm, request, write_register
from support.frozen import FROZEN

LAW = read_settings(ROOT / "data")[1]
LATER = """
[[dormant_months.versions]]
from = 2026-07-01
value = 12
source = "A source of July 2026"
checked = 2026-11-01
mark = "not verified: the source of July 2026"
"""
SUPPLIERS = [
    {"legal_name": name, "service": "x", "country": country, "role": "processor", "safeguard": safeguard}
    | {"contract_ref": "a.pdf", "contract_signed_on": "2024-01-01", "safeguard_signed_on": "2024-01-01"}
    for name, country, safeguard in [("A Ltd", "India", "IDTA"), ("B Inc", "US", "UK-US data bridge"), ("C", "JP", "")]
]


@pytest.fixture(params=["2026-Q1", "2025-Q4"], ids=["after", "before"])
def quarter(request):
    """A quarter that ends after the Data (Use and Access) Act replaced Articles 44 and 45, and one before."""
    return request.param


@pytest.mark.slow
def test_no_report_cites_a_provision_before_it_was_in_force(quarter, tmp_path):
    """For a quarter that ended before 5 February 2026 no output names Article 44A, 45A or 46(1A); later ones do."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / quarter, "processors", SUPPLIERS)
    made = outputs(audit(request(firm, quarter)))
    words = {name: readable(name, content) for name, content in made.items()}
    for provision in ("44A", "45A", "46(1A)"):
        citing = {name for name, text in words.items() if provision in text}
        assert bool(citing) == (quarter == "2026-Q1"), (provision, citing)


def test_a_version_that_begins_later_leaves_an_earlier_audit_as_it_was(tmp_path):
    """Judged, cited, marked and dated by the version of its own day; the quarter after it by the new one."""
    firm = make_firm(tmp_path / "firm")
    shutil.copytree(FROZEN, firm / "rulebook")
    idle = {"client_id": "C-1", "relationship": "client", "last_invoice_on": "2024-12-01", "ended_on": ""}
    left = {"client_id": "C-2", "relationship": "former_client", "last_invoice_on": "2024-12-01"}
    rows = [idle | {"last_activity_on": "2024-12-01"}, left | {"ended_on": "2024-12-01", "last_activity_on": ""}]
    for each in ("2026-Q2", "2026-Q3"):
        write_register(firm / "registers" / each, "clients", rows)
    before = audit(request(firm, "2026-Q2"))
    path = firm / "rulebook" / "house.toml"
    text = path.read_text(encoding="utf-8")
    assert "[[dormant_months.versions]]" in text
    path.write_text(text + LATER, encoding="utf-8")
    after, next_quarter = audit(request(firm, "2026-Q2")), audit(request(firm, "2026-Q3"))
    hashes = [each.inputs.law.sha256.encode() for each in (before, after)]
    assert findings_json(before).replace(hashes[0], b"") == findings_json(after).replace(hashes[1], b"")
    assert "A source of July 2026" not in findings_json(after).decode()
    assert "A source of July 2026" in findings_json(next_quarter).decode()
    late = [each for each in next_quarter.findings if each.control == "RET-03"]
    assert [each.mark for each in late] == ["not verified: the source of July 2026"]


def test_no_control_writes_out_a_provision_that_the_rulebook_dates():
    """Else it would be cited on days when it was not in force."""
    dated = {v.value for rule in LAW.rules_in("provisions") for v in rule.versions if rule.name != "transfer_grounds"}
    dated = {each.removeprefix("DPA 2018 ") for each in dated} - {"Art 44", "Art 45", "Art 46(1)"}
    citations = [text for each in CONTROLS.values() for text in (each.law, each.asked_by_law)]
    citations += [reason.law for each in CONTROLS.values() for reason in each.reasons.values()]
    assert not [(text, each) for text in citations for each in dated if each in text]
    named = {name for text in citations for name in PROVISION.findall(text)}
    assert named == {rule.name for rule in LAW.rules_in("provisions")}, "a provision that nothing cites can go"


@pytest.mark.parametrize(
    ("day", "citation"),
    [
        (date(2026, 2, 4), "UK GDPR Art 44 and 30(1)(e)"),
        (date(2026, 2, 5), "UK GDPR Art 44A and 30(1)(e)"),
        (date(2026, 6, 18), "UK GDPR Art 44A and 30(1)(e)"),
        (date(2026, 6, 19), "UK GDPR Art 44A and 30(1)(e); DPA 2018 s.164A"),
    ],
)
def test_a_citation_changes_on_the_day_on_which_the_law_does(day, citation):
    """The day before, the old provision; and none that is still to come."""
    assert cited("UK GDPR {transfer_rule} and 30(1)(e); {complaints_to_the_controller}", LAW, day) == citation
