"""The law as dated data: never asked before it began, never trusted when nobody looked at it for long."""

import dataclasses
import shutil
from datetime import date, timedelta
from itertools import pairwise

import pytest
from privacy_audit.audit.finding import due_on
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import audit
from privacy_audit.audit.standing import status
from privacy_audit.errors import SettingsError
from privacy_audit.request import ROOT, Request
from privacy_audit.settings.rulebook import Rulebook
from support.frozen import FROZEN, write_law

LAW = Rulebook(ROOT / "data" / "rulebook")
NEW = """
[new_months]
title = "Months of a new limit"

[[new_months.versions]]
from = 2020-12-31
value = 6
source = "a test of this file"
checked = 2026-11-22
"""


def test_a_value_holds_from_its_first_day_to_the_day_before_the_next():
    """Korea joined the countries approved in part on 19 December 2022."""
    assert "KR" not in LAW.adequate_partial.on(date(2022, 12, 18))
    assert "KR" in LAW.adequate_partial.on(date(2022, 12, 19))
    spans = LAW.adequate_partial.spans
    assert spans[0].end == date(2022, 12, 18)
    assert spans[1].start == date(2022, 12, 19)


@pytest.mark.parametrize("name", LAW.rules)
def test_every_dated_value_holds_from_its_day_and_no_day_earlier(name):
    """Whatever is in data/rulebook/: the day before, the value before it; each value is of the kind of the first."""
    rule = LAW.rules[name]
    for before, version in pairwise((None, *rule.versions)):
        assert rule.on(version.start) == version.value
        assert type(version.value) is type(rule.versions[0].value)
        if before and (before.until or date.max) >= version.start - timedelta(days=1):
            assert rule.on(version.start - timedelta(days=1)) == before.value
        else:
            with pytest.raises(SettingsError):
                rule.on(version.start - timedelta(days=1))


def test_the_case_tables_have_the_versions_of_their_own_rulebook_and_every_other_rule_as_it_is(tmp_path):
    """A new value in data/rulebook/ changes no case; a new rule there is known to the cases of a new check."""
    live, made = tmp_path / "live", tmp_path / "made"
    shutil.copytree(LAW.folder, live)
    made.mkdir()
    path = live / "house.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("value = 24", "value = 36") + NEW, encoding="utf-8")
    write_law(made, live)
    law = Rulebook(made)
    assert law.rules.keys() == {*LAW.rules, "new_months"}
    assert law.tables == LAW.tables
    assert law.new_months.on(date(2026, 9, 30)) == 6
    frozen = Rulebook(FROZEN)
    assert all(law.rules[name].versions == frozen.rules[name].versions for name in frozen.rules)


def test_every_rule_of_the_case_tables_is_still_in_the_rulebook():
    """A rule that is gone from data/rulebook/ is to be taken out of tests/rulebook/ too."""
    assert Rulebook(FROZEN).rules.keys() <= LAW.rules.keys()


def test_asking_before_the_first_version_is_refused():
    """There is no silent default for a day on which a rule did not exist."""
    with pytest.raises(SettingsError, match="the first starts"):
        LAW.adequate_full.on(date(2020, 12, 30))


def test_asking_for_holidays_after_the_last_published_ones_is_refused():
    """After 2028 the calendar is unknown."""
    with pytest.raises(SettingsError, match="not known after"):
        LAW.england_and_wales.on(date(2029, 1, 2))


@pytest.mark.parametrize(
    ("country", "approved"),
    [
        ("IE", True),
        ("GI", True),
        ("JE", True),
        ("RE", True),
        ("BM", False),
        ("KY", False),
        ("BR", False),
        ("US", False),
        ("HK", False),
        ("TK", False),
    ],
)
def test_countries_approved_in_full(country, approved):
    """Gibraltar and the Crown dependencies are; other Overseas Territories, Brazil and Hong Kong are not."""
    assert (country in LAW.adequate_full.on(date(2026, 9, 30))) is approved


def test_a_misspelt_rule_is_refused_with_the_nearest_name():
    """A control that asks for a rule there is not learns which was meant."""
    with pytest.raises(AttributeError, match="adequate_full"):
        _ = LAW.adequate_ful


def test_due_dates_fall_on_working_days(example):
    """Seven days from 2 October 2026 is a Friday; the ninetieth is New Year's Eve."""
    assert due_on(example.inputs, "critical") == date(2026, 10, 9)
    assert due_on(example.inputs, "major") == date(2026, 11, 2)
    assert due_on(example.inputs, "minor") == date(2026, 12, 31)


@pytest.mark.parametrize(("issued_on", "trusted"), [(date(2027, 5, 25), True), (date(2027, 5, 26), False)])
def test_law_that_nobody_checked_for_two_review_periods_shows_nothing(example, issued_on, trusted):
    """Adequacy is to be checked every 92 days; more than 184 days after the last check TRF-02 cannot be met."""
    later = dataclasses.replace(example.inputs, issued_on=issued_on)
    observation = next(each for each in observe(later) if each.control.id == "TRF-02")
    assert (not observation.blocked) is trusted
    if not trusted:
        assert (
            status(
                dataclasses.replace(observation, counts=observation.counts | {"broken": 0, "not_shown": 0, "kept": 7})
            )
            == "not_testable"
        )


def test_a_past_quarter_is_judged_by_the_law_of_its_day():
    """As at the end of 2022 the data bridge did not exist yet."""
    result = audit(Request.of(quarter="2022-Q4", registers=str(ROOT / "data" / "example" / "2026-Q3")))
    codes = {each.reason_code for each in result.findings if each.control == "TRF-02"}
    assert "extension_elsewhere" in codes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'title = "\xe9"', r"law\.toml is not UTF-8\. Hint: save it again"),
        (b"title = ", r"law\.toml: .* text stands in"),
        (
            b'[rule]\ntitle = "x"\nversions = []',
            r"law\.toml: rule: versions is wrong: it must name one at least\. Hint: ",
        ),
    ],
)
def test_a_damaged_rulebook_is_refused_in_words(content, told, tmp_path):
    """With the file and what to do next."""
    (tmp_path / "law.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=told):
        Rulebook(tmp_path)
