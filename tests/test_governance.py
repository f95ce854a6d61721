"""Another firm's policy, given as data alone: read clause by clause, or not; with sections and promises of its own."""

import re
import shutil
from datetime import date

import pytest
from privacy_audit.audit.inputs import read_inputs, read_settings
from privacy_audit.audit.run import audit
from privacy_audit.controls.governance import REWORD
from privacy_audit.errors import SettingsError
from privacy_audit.facts.policy_text import Clash, Item
from privacy_audit.reports import wording
from privacy_audit.reports.annexes import limits
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.page import html_page
from privacy_audit.reports.tables import coverage
from privacy_audit.request import ROOT
from privacy_audit.settings.policy import PARAMETERS, PolicyParameters
from support.bench import make_firm, write_register
from support.policy_cases import GOVERNANCE, KEY, LAW, asked, groups, own_policy


def test_every_rule_about_a_policy_has_a_case_that_breaks_it_and_one_that_does_not():
    """X7 is the exception: it is always told by GOV-03. A note breaks nothing: it cannot be shown."""
    for control, file in zip(GOVERNANCE, ("contradictions", "notice"), strict=True):
        cases = [case for *_, cases in groups(control) for case in cases]
        for rule in LAW.rules_in(file):
            seen = {case["expect"] for case in cases if case[KEY[control]] == rule.name}
            breaks = {"not_shown"} if rule.versions[-1].value["severity"] == "note" else {"broken"}
            assert seen >= ({"out_of_scope"} if rule.name == "X7" else breaks | {"kept"}), rule.name


def test_a_complete_policy_that_somebody_read_is_met(tmp_path):
    """Nothing is missing, nothing wrong, nothing against itself: both checks are met, and no wording is proposed."""
    firm = own_policy(tmp_path, "complete", facts="data_protection_officer = false\n")
    result = audit(asked(firm))
    assert {control: result.standing.statuses[control] for control in GOVERNANCE} == dict.fromkeys(GOVERNANCE, "met")
    assert set(result.standing.states.values()) == {"kept"}
    assert not wording.wording(result).rows
    assert result.standing.section("policy").rating == "Kept"


@pytest.mark.parametrize("read", ["nobody", "spaces", "undated"])
def test_a_policy_that_nobody_read_shows_nothing_and_is_one_gap(read, tmp_path):
    """However complete it is: both checks cannot be shown, for one cause, with one thing to do."""
    result = audit(asked(own_policy(tmp_path, "complete", read)))
    assert {result.standing.statuses[control] for control in GOVERNANCE} == {"not_testable"}
    assert set(result.standing.states.values()) == {"cannot_be_shown"}
    gap = next(each for each in result.findings if each.register == "notice")
    assert (gap.blocks, gap.outcome, gap.severity) == (GOVERNANCE, "not_shown", "major")
    assert [each.title for each in result.tasks if gap.id in each.findings] == [gap.remedy.rstrip(".")]
    assert "read_by and read_on" in gap.remedy
    assert not [each for each in result.findings if each.control in GOVERNANCE]
    assert not wording.wording(result).rows
    assert "by nobody yet" in str(limits(result).rows)


def test_the_example_policy_is_read_as_its_authors_read_it(example):
    """One major contradiction, four majors of what is missing, each cause once, and places that can be found."""
    found = {each.record: each for each in example.findings if each.control in GOVERNANCE}
    assert {name for name, each in found.items() if each.severity == "major"} == {
        "X1",
        "marketing_objection",
        "purposes_and_bases",
        "retention_told",
        "transfers_told",
    }
    assert "X7" not in found
    assert found["X1"].reason.endswith("P05.5, P05.10 and P05.8, P06.1.")
    assert found["X1"].commitments == ("P05.5", "P05.8", "P05.10", "P06.1")
    lines = example.inputs.policy.text.splitlines()
    for origin in found["X1"].sources:
        statement = example.inputs.policy.by_id[origin.file.removeprefix("policy.md: ")]
        assert statement.quote in lines[origin.row - 1]


def test_a_contradiction_told_elsewhere_still_stands_in_its_table(example):
    """X7 and the missing right are one cause, told once; the table of contradictions points there."""
    rows = {row[0]: row for row in wording.contradictions(example).rows}
    assert rows["X7"][2] == "✗ yes"
    assert rows["X7"][5] == "told by GOV-03: The right to object to marketing, told separately"


def test_a_statement_is_judged_by_the_rules_that_name_it(example):
    """Sameness of the address is not lost in the contradiction about marketing, and no record is broken by words."""
    state = example.standing.states
    assert {state[each] for each in ("P02.2", "P02.3", "P02.5", "P14.2", "P14.3")} == {"kept"}
    assert state["P01.3"] == "cannot_be_shown", "a note breaks nothing"
    assert state["P05.8"] == "cannot_be_shown", "what records can test is not broken by words"
    assert state["P14.1"] == "not_checked", "and not kept by words either"
    assert state["P00.3"] == "broken", "no single rule names it, so the whole check speaks"
    assert all(each.basis == "records" for each in example.testable)


def test_two_addresses_break_the_statements_that_give_them(tmp_path):
    """A statement that can only be read in the document is broken by what the document says."""
    policy = "A: contact_email “a@example.com” | B: contact_email “b@example.com” | C: controller_named"
    result = audit(asked(own_policy(tmp_path, policy)))
    assert result.standing.states["A"] == result.standing.states["B"] == "broken"
    task = next(each for each in result.tasks if "GOV-02" in each.control)
    found = [each for each in result.findings if each.id in task.findings]
    assert {each.control for each in found} == {"GOV-02", "GOV-03"}
    assert task.touches == f"{len(found) + 1} places in the policy", "one address is in two statements"


def test_what_is_to_be_done_is_few_tasks_that_say_how_many_places(example):
    """Marketing is a task of its own; everything else that is missing, wrong or said two ways is one."""
    asked = {
        each.title: (sum(example.by_id[one].control in GOVERNANCE for one in each.findings), each.touches)
        for each in example.tasks
        if "GOV-0" in each.control
    }
    assert asked == {
        "Choose one basis for marketing and say it in both sections; “Wording” has an example": (
            1,
            "4 places in the policy",
        ),
        REWORD.rstrip("."): (15, "18 places in the policy"),
    }


def test_what_nobody_has_said_about_the_firm_is_one_task(tmp_path):
    """The example says whether it decides by machine and has an officer; a firm that does not is asked both at once."""
    firm = make_firm(tmp_path / "firm")
    (firm / "registers" / "2026-Q3").mkdir(parents=True)
    result = audit(asked(firm))
    task = next(each for each in result.tasks if each.title.startswith("Say in the policy or in firm.toml"))
    assert (len(task.findings), task.touches, task.outcome) == (2, "2 places in the policy", "not_shown")


def test_each_finding_about_the_policy_has_example_wording_with_the_words_it_replaces(example):
    """The table quotes the policy word for word and says that the wording is no legal advice."""
    table = wording.wording(example)
    assert "not legal advice" in table.purpose
    assert len(table.rows) == sum(each.control in GOVERNANCE for each in example.findings)
    first = table.rows[0]
    assert first[0] == "Marketing needs an opt-in in one place and none in another"
    assert first[1] == "5 How we use your data; 6 Marketing"
    assert "P06.1: “if you have requested information from us or purchased services and have not opted out”" in first[3]
    assert len(excel(example)) > 1000
    assert table.purpose in html_page(example).decode()


def test_every_tag_is_used_by_some_rule_and_every_rule_knows_its_tags():
    """A vocabulary that grows without use would only be work for whoever reads a policy."""
    models = [(Item, "notice"), (Clash, "contradictions")]
    used = {
        tag
        for model, file in models
        for rule in LAW.rules_in(file)
        for v in rule.versions
        for tag in model(**v.value).tags
    }
    assert used == LAW.tables["notice"]["says"].keys()
    assert all(text.endswith(".") for text in LAW.tables["notice"]["says"].values())


def test_wording_and_reasons_are_short_and_admit_nothing():
    """A rule says why in a sentence or two and proposes words; neither calls anybody's conduct unlawful."""
    for model, file in ((Item, "notice"), (Clash, "contradictions")):
        for rule in LAW.rules_in(file):
            for version in rule.versions:
                value = model(**version.value)
                assert 20 < len(value.wording) < 420, rule.name
                assert 15 < len(value.why) < 200, rule.name
                assert "unlawful" not in value.wording + value.why + rule.title


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            "A: marketing_opt_in_onli",
            "A says “marketing_opt_in_onli”, which there is not. Did you mean “marketing_opt_in_only”",
        ),
        ("A: the_colour_of_the_cat", r"\[says\] in rulebook/notice.toml lists them"),
        ("A: contact_email “please write”", "A says contact_email, but its quote holds no e-mail address"),
        ("A: place “London” | A: place “Leeds”", "A: there are two statements of this id"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_in_words(policy, message, tmp_path):
    """A misspelt tag, an address without an address, a number given twice."""
    with pytest.raises(SettingsError, match=message):
        read_inputs(asked(own_policy(tmp_path, policy)))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('section = "S"', 'section = "T"', "there is no section “T”"),
        ("Statement A.", "Statement B.", "does not stand in policy.md word for word"),
        ('controls = ["GOV-02"', 'controls = ["GOV-20"', "there is no control “GOV-20”. Did you mean “GOV-"),
        ('controls = ["GOV-02"', 'controls = ["RET-01"', "RET-01 needs retention_years"),
        (
            'controls = ["GOV-02"',
            'parameters = { retention_yers = 6 }\ncontrols = ["GOV-02"',
            "Did you mean “retention_years”",
        ),
        ('controls = ["GOV-02"', 'parameters = { retention_years = 0 }\ncontrols = ["GOV-02"', "above nought"),
        ('controls = ["GOV-02"', 'parameters = { retention_years = true }\ncontrols = ["GOV-02"', "above nought"),
        (
            'controls = ["GOV-02"',
            'parameters = { transfer_area = "eu" }\ncontrols = ["GOV-02"',
            "one of anywhere, uk, uk_eea",
        ),
        ("read_by", "red_by", "Did you mean “read_by”"),
    ],
)
def test_a_policy_file_that_cannot_be_is_refused_in_words(old, new, message, tmp_path):
    """Each message names the statement and what to do."""
    firm = own_policy(tmp_path, "A: controller_named")
    path = firm / "policy" / "commitments.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        audit(asked(firm))


def test_a_rulebook_that_names_what_there_is_not_is_refused(tmp_path):
    """A firm may keep rules of its own: they use the same words and the same questions, and no name twice."""
    firm = own_policy(tmp_path, "A: controller_named")
    shutil.copytree(ROOT / "data" / "rulebook", firm / "rulebook")
    path = firm / "rulebook" / "contradictions.toml"
    good = path.read_text(encoding="utf-8")
    for old, new, message in (
        ('unless = ["retention_schedule"]', 'unless = ["retention_shedule"]', "Did you mean “retention_schedule”"),
        ('told_as = "marketing_objection"', 'told_as = "marketing_objektion"', "Did you mean “marketing_objection”"),
        ('topic = "marketing"', 'topik = "marketing"', "Did you mean “topic”"),
        ("X2", "rights", "rights is a rule of contradictions.toml already"),
    ):
        path.write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(SettingsError, match=message):
            read_settings(firm)
    path.write_text(good, encoding="utf-8")
    path = firm / "rulebook" / "notice.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('fact = "auto', 'fact = "oto'), encoding="utf-8")
    with pytest.raises(SettingsError, match="Did you mean “automated_decisions”"):
        read_settings(firm)


def test_a_parameter_that_no_policy_promises_has_a_default_and_an_unknown_one_is_refused():
    """Silence on a period promises none; data may go anywhere; marketing is allowed."""
    silent = PolicyParameters()
    assert {name: getattr(silent, name) for name in PARAMETERS} == {
        "retention_years": None,
        "transfer_area": "anywhere",
        "marketing": "allowed",
    }
    assert PolicyParameters([("P1", "transfer_area", "uk")]).transfer_area == "uk"
    with pytest.raises(AttributeError, match="Did you mean “retention_years”"):
        _ = silent.retention_year
    with pytest.raises(SettingsError, match="P2: retention_years is 7 here and 6 elsewhere"):
        PolicyParameters([("P1", "retention_years", 6), ("P1", "retention_years", 6), ("P2", "retention_years", 7)])


CLIENTS = [
    {"client_id": "C-1", "relationship": "former_client", "ended_on": "2010-01-01"},
    {"client_id": "", "relationship": "former_client", "ended_on": "2010-01-01"},
]


def test_what_the_policy_does_not_promise_does_not_apply_and_says_so(tmp_path):
    """Without a promised period RET-01 has nothing to test, whatever the register holds, and the report says why."""
    firm = own_policy(tmp_path, "A: controller_named")
    write_register(firm / "registers" / "2026-Q3", "clients", CLIENTS)
    result = audit(asked(firm))
    observation = next(each for each in result.observations if each.control.id == "RET-01")
    assert (result.standing.statuses["RET-01"], observation.promised) == ("not_applicable", False)
    assert (observation.rows, observation.counts["out_of_scope"]) == (2, 2)
    assert not [each for each in result.findings if each.control == "RET-01"]
    assert any("RET-01" in what and "makes no such promise" in why for what, why in limits(result).rows)
    assert result.standing.section("law").title == "What the law asks and the policy does not mention"
    assert result.inputs.registers["clients"].table["policy_end"].null_count == 1
    assert "no number of years" in html_page(result).decode() or "RET-01" in html_page(result).decode()


@pytest.mark.parametrize("control", ["RET-01", "RET-02"])
def test_a_check_of_promised_years_is_refused_where_none_are_promised(control, tmp_path):
    """It would blame the end dates for what the policy leaves out."""
    firm = own_policy(tmp_path, "A: controller_named")
    path = firm / "policy" / "commitments.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("GOV-02", control), encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{control} needs retention_years"):
        read_settings(firm)


@pytest.mark.parametrize(("day", "verdict"), [(28, "out_of_scope"), (29, "broken"), (30, "broken")])
def test_a_contradiction_counts_from_the_first_day_of_its_rule(day, verdict, tmp_path):
    """The day before it is out of scope; its own day and the day after it counts."""
    firm = own_policy(tmp_path, "A: transfers_abroad | B: no_transfers")
    shutil.copytree(ROOT / "data" / "rulebook", firm / "rulebook")
    path = firm / "rulebook" / "contradictions.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("from = 2020-12-31", "from = 2026-09-29"), encoding="utf-8"
    )
    result = audit(asked(firm, f"2026-09-{day}"))
    observation = next(each for each in result.observations if each.control.id == "GOV-02")
    assert observation.counts[verdict] == (observation.rows if verdict == "out_of_scope" else 1)


def test_a_planned_check_that_exists_is_run(tmp_path):
    """A statement that plans a check makes the promise already."""
    firm = own_policy(tmp_path, "A: controller_named")
    path = firm / "policy" / "commitments.toml"
    text = path.read_text(encoding="utf-8").replace(
        "controls = [", 'parameters = { retention_years = 6 }\nplanned = ["RET-01"]\ncontrols = ['
    )
    path.write_text(text, encoding="utf-8")
    write_register(firm / "registers" / "2026-Q3", "clients", CLIENTS[:1])
    assert audit(asked(firm)).standing.statuses["RET-01"] == "not_met"


def test_what_the_law_asks_applies_without_a_promise(tmp_path):
    """A policy that promises nothing leaves the law's own checks in force; the last audit's tasks there are none."""
    result = audit(asked(own_policy(tmp_path, "A: contact_email “a@example.com”")))
    for each in result.observations:
        always = bool(each.control.asked_by_law)
        assert each.promised is always
        applies = result.standing.statuses[each.control.id] != "not_applicable"
        assert applies is (always and each.control.id != "GOV-09"), each.control.id


def test_sections_are_the_policys_own(tmp_path):
    """Another firm numbers and names its sections as it likes."""
    result = audit(asked(own_policy(tmp_path, "A: controller_named | B: place “Leeds”")))
    assert result.inputs.policy.sections == {"S": "All of it"}
    assert {each.id for each in result.standing.sections} <= {"registers", "policy", "S", "law"}
    assert {row[1] for row in coverage(result).rows} == {"S"}
    firsts = {row[1] for row in wording.wording(result).rows}
    assert firsts <= {"S All of it", "(nothing yet)"}


def test_a_rule_is_in_force_from_its_very_day():
    """The complaints route is asked for from 19 June 2026."""
    assert LAW.complaints_told.holds(date(2026, 6, 19))
    assert not LAW.complaints_told.holds(date(2026, 6, 18))


def test_the_guide_names_every_parameter_and_every_question():
    """docs/your-policy.md is what another firm's author has, so it is held to the code."""
    guide = (ROOT / "docs" / "your-policy.md").read_text(encoding="utf-8")
    questions = {Item(**v.value).fact for rule in LAW.rules_in("notice") for v in rule.versions} - {""}
    for name in (*PARAMETERS, *questions, *PARAMETERS["transfer_area"].choices):
        assert f"`{name}`" in guide
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", guide)) - {
        *PARAMETERS,
        *questions,
        "read_by",
        "read_on",
        "uk_eea",
    }
    assert named <= LAW.tables["notice"]["says"].keys()
