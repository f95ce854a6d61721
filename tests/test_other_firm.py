"""Another firm, put in as data alone: seven years, the UK and the EEA only, no marketing, sections by letters."""

import io
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from privacy_audit.audit.inputs import read_settings
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.errors import SettingsError
from privacy_audit.reports import show, wording
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.marketing import classes, readings
from privacy_audit.reports.page import html_page
from privacy_audit.reports.results_json import findings_json
from privacy_audit.reports.screen import as_text, chain, first_screen
from privacy_audit.reports.tables import coverage, promises
from privacy_audit.reports.terminal import about, listed
from privacy_audit.request import ROOT
from privacy_audit.settings.policy import Policy, PolicyParameters
from support.bench import request
from support.commands import command, run_without_a_kernel

OTHER = Path(__file__).parent / "firms" / "other"
LAW = read_settings(ROOT / "data")[1]
# What stands in the registers against the policy or the law: check, record (a contact is a token), reason, severity.
PLANTED = {
    ("MKT-01", "a contact", "none_promised", "major"): 2,  # one of them opted in, with proof
    ("MKT-02", "a contact", "contrary", "critical"): 1,
    ("MKT-04", "a contact", "sent_after", "critical"): 1,
    ("RET-01", "Q-120", "kept_too_long", "minor"): 1,  # seven years and a day
    ("RET-02", "Q-130", "before_promise", "major"): 1,  # seven years but a day
    ("RET-08", "Q-140", "kept_too_long", "minor"): 1,  # twelve months and a day
    ("TRF-01", "Redshank IT Ltd: Computer help", "seen_from_outside", "minor"): 1,
    ("TRF-02", "Alpine Backup AG: Backups", "outside_area", "minor"): 1,  # approved by UK law
    ("TRF-02", "Bluefinch Mail Inc: Order notices", "outside_area", "minor"): 1,  # a perfect agreement
}


@pytest.mark.parametrize("control", sorted(CONTROLS))
@pytest.mark.parametrize("policy", [OTHER / "policy", ROOT / "data" / "policy"], ids=["other", "own"])
def test_every_check_can_be_told_about_without_a_register(control, policy):
    """What only a row would tell is named by its column; no place for a word is left open."""
    text = about(CONTROLS[control], Policy(policy), LAW)
    assert "{" not in text
    assert (control == "GOV-09") == ("The last report asked for it by “Due”." in text)


def other(folder, **changes):
    """Copy the firm, with these words of its commitments changed; return what to audit."""
    firm = folder / "firm"
    shutil.copytree(OTHER, firm)
    path = firm / "policy" / "commitments.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return request(firm, "2026-Q3")


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """The other firm, audited."""
    return audit(other(tmp_path_factory.mktemp("other")))


def found(result):
    """What was found, counted; contacts stand as tokens."""
    names = ((each, "a contact" if each.register == "contacts" else each.record) for each in result.findings)
    return Counter((each.control, name, each.reason_code, each.severity) for each, name in names)


def everything(result):
    """All that the outputs say, as one text."""
    book = openpyxl.load_workbook(io.BytesIO(excel(result)))
    cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    pages = (findings_json(result).decode(), html_page(result).decode(), as_text(first_screen(result)))
    return "\n".join((*pages, *cells, *(sheet.title for sheet in book)))


@pytest.mark.parametrize("engine", ["arrow", "pandas", "polars"])
def test_what_was_planted_is_found_and_nothing_else(engine, firm, tmp_path):
    """Promises that are stricter than the law are broken while the law is kept, and nothing is incomplete."""
    result = audit(other(tmp_path), engine)
    assert found(result) == PLANTED
    assert {each.outcome for each in result.findings} == {"broken"}
    assert not result.incomplete
    assert findings_json(result) == findings_json(firm)


def test_every_promise_stands_as_its_own_checks_say(firm):
    """Seventeen that records can test; the marketing one is broken by those who opted out and were mailed, too."""
    assert (len(firm.inputs.policy.commitments), len(firm.testable)) == (26, 17)
    broken = {name for name, state in firm.standing.states.items() if state == "broken"}
    assert broken == {"D1", "F1", "G1", "G2", "G3"}
    assert {name for name in ("B3", "E2", "E3") if firm.standing.states[name] == "kept"} == {"B3", "E2", "E3"}
    assert as_text(first_screen(firm)).count("Of 17 promises that records can test: 3 kept in full, 5 broken") == 1


def test_nothing_names_a_section_a_promise_or_a_firm_of_anybody_else(firm):
    """Neither a number of the project's own policy nor its six years nor its name stand in any output."""
    text = everything(firm)
    assert not re.search(r"\bsections? \d|six years after|Lustre", text)
    for words in ("section D promises that there is none", "section F says that data stays in the UK and the EEA"):
        assert words in text
    told = {each.control: each.remedy for each in firm.findings}
    assert (
        told["TRF-02"]
        == "Use a supplier inside the UK and the EEA, or change section F and tell people before their data goes."
    )
    assert "change section D" in told["MKT-01"]


def test_a_finding_leads_to_the_promise_that_it_breaks(firm):
    """Section F says two things of transfers; the one about the area is quoted, with the law that makes it matter."""
    each = next(each for each in firm.findings if each.reason_code == "outside_area")
    assert (each.commitments, each.section) == (("F1",), "F")
    links = dict(chain(firm, each))
    assert "stays in the United Kingdom and the European Economic Area" in links["We promise"]
    assert "promises more than the law asks" in links["The law"]
    mailed = next(each for each in firm.findings if each.control == "MKT-04")
    assert "We send no marketing of any kind" in dict(chain(firm, mailed))["We promise"]


def test_sections_pages_and_tables_are_the_firms_own(firm):
    """Sections go by letters, in the policy's order; what the policy does not mention stands at the end."""
    ids = [each.id for each in firm.standing.sections]
    assert ids == ["registers", "policy", "B", "D", "E", "F", "G", "law"]
    assert firm.standing.section("law").title == "What the law asks and the policy does not mention"
    page = html_page(firm).decode()
    assert "<title>Tern &amp; Quill Bookbinders: privacy audit 2026-Q3" in page
    assert "<h2>Section D: Post from us</h2>" in page
    assert list(dict.fromkeys(row[1] for row in coverage(firm).rows)) == [*"ABCDEFGHJ"]
    assert [row[0] for row in promises(firm, "G").rows] == ["G1", "G2", "G3", "G4"]


def test_the_notebook_shows_each_section_of_the_policy_at_hand(firm, monkeypatch):
    """In the policy's order, under its own letters and titles, and no other section."""
    shown = []
    monkeypatch.setattr(show, "display", lambda *each: shown.extend(each))
    show.sections(firm)
    said = [each.data for each in shown if each.__class__ is show.HTML]
    headings = [found for each in said for found in re.findall(r"<h2>(.*?): is it kept\?", each)]
    assert headings == [f"{letter}. {title}" for letter, title in firm.inputs.policy.sections.items()]
    assert "<h2>D. Post from us: is it kept? – Serious gaps</h2>" in said
    assert "no section 9" in show.section(firm, "9").data
    shown.clear()
    show.the_rest(firm, "policy")
    assert any("the policy does not mention" in each.data for each in shown if each.__class__ is show.HTML)


def test_the_readings_of_marketing_are_named_for_the_policys_sections(firm):
    """The promise of section D is the first reading; no section says that who bought gets marketing."""
    table = readings(firm)
    assert [row[0] for row in table.rows] == ["A: section D", "B: bought or asked", "C: the law"]
    told = {row[0]: row[1] for row in classes(firm).rows}
    assert told["marketed to, though the policy promises none"] == 2
    assert told["contrary to PECR on the records, though the policy allows it"] == 0


def test_the_catalogue_speaks_of_the_firms_own_sections(firm):
    """A check's remedy and its promise name this policy's letters."""
    policy, law = firm.inputs.policy, firm.inputs.law
    assert "have section D say who else gets it" in about(CONTROLS["MKT-01"], policy, law)
    assert "section F" in listed([CONTROLS["TRF-02"]], policy, LAW)


@pytest.mark.parametrize(
    ("years", "kept", "early"), [("6", {"Q-120", "Q-121", "Q-122"}, set()), ("7", {"Q-120"}, {"Q-130"})]
)
def test_the_promised_years_are_the_policys(years, kept, early, tmp_path):
    """Six years would make two more records overdue, and an early disposal a timely one."""
    result = audit(other(tmp_path, **{"retention_years = 7": f"retention_years = {years}"}), "polars")
    records = {
        control: {each.record for each in result.findings if each.control == control}
        for control in ("RET-01", "RET-02")
    }
    assert records == {"RET-01": kept, "RET-02": early}


@pytest.mark.parametrize(
    ("area", "outside", "seen"),
    [
        ("anywhere", set(), set()),
        ("uk_eea", {"Alpine Backup AG", "Bluefinch Mail Inc"}, {"Redshank IT Ltd"}),
        ("uk", {"Alpine Backup AG", "Bluefinch Mail Inc", "Fernhollow Hosting GmbH", "Nightjar Payments Ltd"},
         {"Redshank IT Ltd"}),
    ],
)  # fmt: skip
def test_the_promised_area_is_the_policys(area, outside, seen, tmp_path):
    """Anywhere promises nothing; in the UK alone, Germany and Ireland are outside."""
    result = audit(other(tmp_path, **{'transfer_area = "uk_eea"': f'transfer_area = "{area}"'}), "polars")
    for code, names in (("outside_area", outside), ("seen_from_outside", seen)):
        assert {each.record.partition(":")[0] for each in result.findings if each.reason_code == code} == names


@pytest.mark.parametrize(("area", "status"), [("anywhere", "met"), ("uk_eea", "not_testable"), ("uk", "not_testable")])
def test_a_file_of_transfers_does_not_hide_a_supplier_outside_the_area(area, status, tmp_path):
    """A supplier approved by UK law needs no row by law; by the promise, one without a row may be a sending outside."""
    asked = other(tmp_path, **{'transfer_area = "uk_eea"': f'transfer_area = "{area}"'})
    path = asked.registers / "processors.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *(line for line in lines if "USA" not in line)]) + "\n", encoding="utf-8")
    row = "T-1,Merlin Couriers Ltd,UK,,2020-01-01,2026-09-30"
    head = "transfer_id,importer,country,mechanism,first_transfer_on,ended_on"
    (asked.registers / "transfers.csv").write_text(f"{head}\n{row}\nT-2,Nobody Ltd,Ireland,,,\n", encoding="utf-8")
    result = audit(asked, "polars")
    told = [each for each in result.findings if each.control == "TRF-02"]
    assert result.standing.statuses["TRF-02"] == ("not_met" if area == "uk" else status), (
        "Ireland itself is outside the UK"
    )
    assert bool(told) == (area == "uk")
    observation = next(each for each in result.observations if each.control.id == "TRF-02")
    assert bool([why for why in observation.blocked if "have no row" in why]) == (area != "anywhere")


def test_a_policy_that_allows_marketing_is_judged_by_the_opt_in(tmp_path):
    """The same registers under a promise of nothing but opt-ins: who opted in may be mailed, a company may not."""
    result = audit(other(tmp_path, **{'marketing = "none"': 'marketing = "allowed"'}), "polars")
    told = Counter(each.reason_code for each in result.findings if each.control == "MKT-01")
    assert told == {"lawful_but_not_opted_in": 1}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["TRF-01", "TRF-02"]', '["TRF-01"]', "F1: it gives transfer_area, and no statement names TRF-02"),
        ('["MKT-01"]', '["MKT-04"]', "D1: it gives marketing, and no statement names MKT-01"),
        ('["RET-01", "RET-02", "RET-03"]', '["RET-03"]', None),
    ],
)
def test_a_promise_that_no_check_would_test_is_refused(old, new, message, tmp_path):
    """A number that nobody reads would look like a promise that is kept; one reader is enough."""
    asked = other(tmp_path, **{old: new})
    if message is None:
        assert audit(asked, "polars").standing.statuses["RET-02"] == "not_applicable"
        return
    with pytest.raises(SettingsError, match=message):
        audit(asked)


def test_its_policy_needs_no_other_wording(firm):
    """Everything the law asks is told, and nothing stands against anything else."""
    assert firm.standing.section("policy").rating == "Kept"
    assert not wording.wording(firm).rows


@pytest.mark.slow
def test_the_command_audits_it(tmp_path):
    """One option names the firm: published, complete, with the firm's own name on the first line."""
    code, said, complained = run_without_a_kernel("--firm", OTHER, "--quarter", "2026-Q3", "--reports", tmp_path)
    assert code == 0, complained + said
    assert said.startswith("Tern & Quill Bookbinders: privacy audit 2026-Q3")
    run = tmp_path / "2026-Q3" / "run-01"
    assert json.loads((run / "findings.json").read_bytes())["audit"]["firm"] == "Tern & Quill Bookbinders"
    assert "Post from us" in (run / "audit.html").read_text(encoding="utf-8")


@pytest.mark.proof
def test_the_notebook_of_another_firm_has_its_own_sections(tmp_path):
    """A real run, notebook and kernel and all."""
    done = command("run", "--firm", OTHER, "--quarter", "2026-Q3", "--reports", tmp_path, "--fail-on", "major")
    assert done.returncode == 1, done.stderr + done.stdout
    assert "Post from us: is it kept?" in (tmp_path / "2026-Q3" / "run-01" / "audit.ipynb").read_text(encoding="utf-8")


def test_a_policy_that_promises_two_numbers_is_told_to_be_put_right():
    """The contradiction is the policy's, and no entry that is left out would mend it."""
    with pytest.raises(SettingsError, match=r"H7: retention_years is 7 here and 6 elsewhere: the policy promises two"):
        PolicyParameters([("H2", "retention_years", 6), ("H7", "retention_years", 7)])


@pytest.mark.parametrize(("area", "told"), [("uk_eea", [["F2", "F1"]]), ("anywhere", [])])
def test_an_area_that_a_policy_names_stands_against_sending_data_abroad(area, told, tmp_path):
    """Without a tag of its own; whether the place lies inside the area, somebody must look: a note. See X12."""
    firm = tmp_path / "firm"
    shutil.copytree(OTHER, firm)
    path = firm / "policy" / "commitments.toml"
    text = path.read_text(encoding="utf-8").replace('transfer_area = "uk_eea"', f'transfer_area = "{area}"')
    first, mark, rest = text.partition('id = "F2"')
    path.write_text(
        first + mark + re.sub(r"says = \[.*\]", 'says = ["transfers_abroad"]', rest, count=1), encoding="utf-8"
    )
    found = [each for each in audit(request(firm, "2026-Q3")).findings if each.record == "X12"]
    assert [re.findall(r"F\d", each.reason) for each in found] == told
