"""What an audit makes of itself and of the quarter before: columns, open tasks, changes, waivers."""

import csv
import json
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from privacy_audit.audit.history import trail
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.audit.standing import status
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.errors import SettingsError
from privacy_audit.reports.results_json import findings_json
from privacy_audit.reports.screen import since
from privacy_audit.settings.firm import Waiver, waiver_states
from support.bench import make_firm, request, write_register
from support.case_tables import read_cases
from support.quality_cases import write_one_client


@pytest.mark.parametrize("case", read_cases("DQ-02"), ids=lambda case: case["case"])
def test_a_column_is_found_with_the_severity_its_case_says(case, tmp_path):
    """Whatever check asks for a column, the report has it once and no less serious."""
    firm = make_firm(tmp_path / "firm")
    write_one_client(firm / "registers" / "2026-Q3", case)
    result = audit(request(firm, "2026-Q3"))
    found = [each for each in result.findings if each.record in {case["column"], f"clients: {case['column']}"}]
    assert {each.severity for each in found} == set(filter(None, [case["severity"]]))


def test_a_first_audit_has_nothing_to_follow_up(tmp_path):
    """Without an earlier quarter GOV-09 does not apply, no finding is called new, and the first screen says so."""
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "clients", [{"client_id": "C-1", "relationship": "client"}])
    result = audit(request(firm, "2026-Q3"))
    assert result.standing.statuses["GOV-09"] == "not_applicable"
    assert {each.change for each in result.findings} == {None}
    assert since(result) == "First audit on record: nothing to compare with yet."


CONTRACTS = ("legal_name", "service", "role", "country", "contract_ref", "contract_signed_on", "contract_expires_on")


def suppliers(firm: Path, quarter: str, *names: str) -> None:
    """Write a supplier register in which the named suppliers have no contract."""
    rows = [
        dict(zip(CONTRACTS, (f"{name} Ltd", "Hosting", "processor", "GB", "", "", ""), strict=True)) for name in names
    ]
    fine = dict(
        zip(CONTRACTS, ("Fine Ltd", "Hosting", "processor", "GB", "Drive", "2020-01-01", "2030-01-01"), strict=True)
    )
    write_register(firm / "registers" / quarter, "processors", [*rows, fine])


def contracts(result: Result) -> dict[str, str | None]:
    """Return each supplier without a contract and what has changed about it."""
    return {each.record: each.change for each in result.findings if each.control == "PRC-01"}


def test_new_settled_persisting_and_reopened_are_told_apart(tmp_path):
    """Three quarters: one supplier stays without contract, one gets one, one is new, one loses it again."""
    firm = make_firm(tmp_path / "firm")
    suppliers(firm, "2026-Q1", "Stays", "Back")
    suppliers(firm, "2026-Q2", "Stays", "Settled")
    suppliers(firm, "2026-Q3", "Stays", "Back", "Newcomer")
    result = audit(request(firm, "2026-Q3"))
    assert contracts(result) == {
        "Stays Ltd: Hosting": "persisting",
        "Back Ltd: Hosting": "reopened",
        "Newcomer Ltd: Hosting": "new",
    }
    assert [each["record"] for each in result.comparison.resolved if each["control"] == "PRC-01"] == [
        "Settled Ltd: Hosting"
    ]
    first = {each.record: each.first_seen for each in result.findings if each.control == "PRC-01"}
    assert first["Stays Ltd: Hosting"] == first["Back Ltd: Hosting"] == "2026-Q1"
    changes = Counter(each.change for each in result.findings)
    settled = len(result.comparison.resolved)
    assert f": {settled} settled, {changes['new']} new, {changes['reopened']} back again, " in since(result)


def test_a_task_that_is_asked_for_again_is_one_task(tmp_path):
    """That it is overdue stands in its why; it gets no longer, no more serious, and asks for no second task."""
    firm = make_firm(tmp_path / "firm")
    for quarter in ("2026-Q1", "2026-Q2", "2026-Q3"):
        suppliers(firm, quarter, "Stays")
    alone = audit(request(firm, "2026-Q3"), lookback=0)
    result = audit(request(firm, "2026-Q3"))
    old, new = (next(t for t in each.tasks if t.control == "PRC-01") for each in (alone, result))
    reminder = next(each for each in result.findings if each.control == "GOV-09" and each.task == new.id)
    assert reminder.reason.endswith("not done: 1 of 1 found again."), "last quarter's reminder was no finding to settle"
    assert set(new.findings) - set(old.findings) == {reminder.id}
    assert (new.effort, new.severity, new.touches, new.due_on) == (old.effort, old.severity, old.touches, old.due_on)
    assert new.why == f"{old.why} The last report asked for it by 30 July 2026."
    assert not [each for each in result.tasks if each.control == "GOV-09"]


def test_a_task_asked_for_in_other_words_is_followed_up_by_itself(tmp_path):
    """Where today's report has no such task, what the last one asked for is a task of its own."""
    firm = make_firm(tmp_path / "firm")
    suppliers(firm, "2026-Q2", "Stays")
    suppliers(firm, "2026-Q3", "Stays")
    (firm / "history").mkdir()
    kept = json.loads(findings_json(audit(request(firm, "2026-Q2"))))
    for task in kept["tasks"]:
        task["id"] = task["id"][::-1]
    (firm / "history" / "2026-Q2.json").write_text(json.dumps(kept), encoding="utf-8")
    shutil.rmtree(firm / "registers" / "2026-Q2")
    result = audit(request(firm, "2026-Q3"))
    task = next(each for each in result.tasks if each.control == "GOV-09")
    assert {result.by_id[each].control for each in task.findings} == {"GOV-09"}


def test_an_earlier_quarter_is_read_from_the_history_where_its_exports_are_gone(tmp_path):
    """A kept findings.json does for the exports: the same findings are told to persist."""
    firm = make_firm(tmp_path / "firm")
    suppliers(firm, "2026-Q2", "Stays")
    suppliers(firm, "2026-Q3", "Stays", "Newcomer")
    (firm / "history").mkdir()
    earlier = audit(request(firm, "2026-Q2"))
    (firm / "history" / "2026-Q2.json").write_bytes(findings_json(earlier))
    whole = audit(request(firm, "2026-Q3"))
    shutil.rmtree(firm / "registers" / "2026-Q2")
    again = audit(request(firm, "2026-Q3"))
    assert findings_json(again) == findings_json(whole)
    (firm / "history" / "2026-Q2.json").write_text(json.dumps({"audit": {}}), encoding="utf-8")
    with pytest.raises(SettingsError, match="no findings"):
        audit(request(firm, "2026-Q3"))


WAIVER = {"reason": "The contract is with the solicitor.", "approved_by": "the director"}


@pytest.mark.parametrize(
    ("start", "expires", "standing"),
    [
        ("2026-09-30", "2026-09-30", "holds"),  # both its days are included
        ("2026-07-01", "2026-09-29", "expired"),  # its last day was the day before
        ("2026-10-01", "2026-12-31", "not yet begun"),  # it starts a day too late
        ("2024-02-29", "2026-09-30", "holds"),  # a leap day is a day
    ],
)
def test_a_waiver_holds_from_its_first_day_to_its_last(start, expires, standing):
    """A waiver is judged on the day of the audit, not by any clock."""
    waiver = Waiver(finding="0" * 10, start=date.fromisoformat(start), expires=date.fromisoformat(expires), **WAIVER)
    assert [each.state for each in waiver_states([waiver], date(2026, 9, 30), {"0" * 10}, ())] == [standing]


def test_a_waiver_without_a_finding_or_for_a_gap_says_so():
    """A stale waiver is told, and a gap cannot be waived, since unknown is never a pass."""
    waiver = Waiver(finding="0" * 10, start=date(2026, 1, 1), expires=date(2026, 12, 31), **WAIVER)
    assert waiver_states([waiver], date(2026, 9, 30), (), ())[0].state == "matches no finding"
    assert "cannot be waived" in waiver_states([waiver], date(2026, 9, 30), (), {"0" * 10})[0].state


def waive(firm: Path, *ids: str, expires: str = "2026-12-31") -> None:
    """Write a waiver for each finding."""
    text = "".join(
        f'[[waiver]]\nfinding = "{each}"\nreason = "{WAIVER["reason"]}"\napproved_by = "the director"\n'
        f"start = 2026-07-01\nexpires = {expires}\n"
        for each in ids
    )
    (firm / "waivers.toml").write_text(text, encoding="utf-8")


def test_a_waived_finding_stays_in_the_report_and_is_no_task(tmp_path):
    """With every broken row waived a control is met with waivers; its finding is still told, and asks for nothing."""
    firm = make_firm(tmp_path / "firm")
    suppliers(firm, "2026-Q3", "Late", "Later")
    before = audit(request(firm, "2026-Q3"))
    ids = [each.id for each in before.findings if each.control == "PRC-01"]
    waive(firm, ids[0])
    half = audit(request(firm, "2026-Q3"))
    assert (half.standing.statuses["PRC-01"], half.standing.waived["PRC-01"]) == ("not_met", 1)
    waive(firm, *ids)
    after = audit(request(firm, "2026-Q3"))
    assert after.standing.statuses["PRC-01"] == "met_with_waivers"
    assert [each.id for each in after.findings] == [each.id for each in before.findings]
    assert not any(ids[0] in task.findings or ids[1] in task.findings for task in after.tasks)
    waive(firm, *ids, expires="2026-09-29")
    assert audit(request(firm, "2026-Q3")).standing.statuses["PRC-01"] == "not_met"


def test_wrong_waivers_are_refused_in_words(tmp_path):
    """Two waivers for one finding, a missing reason, or an end before the start are no waivers."""
    firm = make_firm(tmp_path / "firm")
    suppliers(firm, "2026-Q3", "Late")
    waive(firm, "0" * 10, "0" * 10)
    with pytest.raises(SettingsError, match="two waivers"):
        audit(request(firm, "2026-Q3"))
    waive(firm, "0" * 10, expires="2026-06-30")
    with pytest.raises(SettingsError, match="expire before"):
        audit(request(firm, "2026-Q3"))
    (firm / "waivers.toml").write_text('[[waiver]]\nfinding = "0000000000"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"waivers\.toml"):
        audit(request(firm, "2026-Q3"))


@pytest.mark.parametrize(
    ("kept", "broken", "not_shown", "waived", "error", "expected"),
    [
        (3, 0, 0, 0, "", "met"),
        (3, 1, 0, 1, "", "met_with_waivers"),
        (3, 2, 0, 1, "", "not_met"),
        (3, 1, 1, 1, "", "not_testable"),  # what is unknown is not waived with what is broken
        (3, 0, 1, 0, "", "not_testable"),
        (0, 0, 0, 0, "", "not_applicable"),
        (3, 0, 0, 0, "it failed", "error"),
    ],
)
def test_all_six_statuses_can_occur(kept, broken, not_shown, waived, error, expected):
    """Met, met with waivers, not met, cannot be shown, does not apply, error: each from its own cause."""
    counts = {"kept": kept, "broken": broken, "not_shown": not_shown, "out_of_scope": 2}
    observation = Observation(CONTROLS["PRC-01"], "", sum(counts.values()), counts, error=error)
    assert status(observation, waived) == expected


def supplier_list(firm, quarter):
    """Return where a firm's suppliers of a quarter stand."""
    return firm / "registers" / quarter / "processors.csv"


LOST = {
    "no file": lambda path: path.unlink(),
    "no row": lambda path: path.write_text(path.read_text().splitlines()[0] + "\n"),
    "another header": lambda path: path.write_text(path.read_text().replace("legal_name", "called")),
}


@pytest.mark.parametrize("lost", LOST)
def test_what_nobody_can_see_today_is_not_settled(lost, tmp_path):
    """A supplier's finding is gone with its list; its task is not done, and nothing says that it was settled."""
    firm = make_firm(tmp_path / "firm")
    for quarter in ("2026-Q2", "2026-Q3"):
        suppliers(firm, quarter, "Stays")
    before = audit(request(firm, "2026-Q3"))
    assert not before.comparison.unclear
    LOST[lost](supplier_list(firm, "2026-Q3"))
    after = audit(request(firm, "2026-Q3"))
    assert "Stays Ltd: Hosting" in {each["record"] for each in after.comparison.unclear.values()}
    assert not [each for each in after.comparison.resolved if each["register"] in {"processors", "transfers"}]
    assert "that nobody can tell of" in since(after)
    (old, new) = (next(o for o in each.observations if o.control.id == "GOV-09") for each in (before, after))
    assert new.counts["kept"] <= old.counts["kept"]
    assert new.counts["not_shown"]


def test_what_was_unclear_for_a_quarter_is_neither_new_nor_back_again(tmp_path):
    """It was there before, nobody could tell, and it is there: it persists, since the quarter it was first seen in."""
    firm = make_firm(tmp_path / "firm")
    for quarter in ("2026-Q1", "2026-Q2", "2026-Q3"):
        suppliers(firm, quarter, "Stays")
    supplier_list(firm, "2026-Q2").unlink()
    found = next(each for each in audit(request(firm, "2026-Q3")).findings if each.control == "PRC-01")
    assert (found.change, found.first_seen) == ("persisting", "2026-Q1")


def test_a_record_that_nobody_can_judge_any_more_is_not_settled(tmp_path):
    """The day of signature was missing; now what stands there cannot be read."""
    firm = make_firm(tmp_path / "firm")
    for quarter in ("2026-Q2", "2026-Q3"):
        suppliers(firm, quarter, "Stays", "Other")
    path = supplier_list(firm, "2026-Q3")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["contract_signed_on"] = "31/02/2026"
    write_register(path.parent, "processors", rows)
    compared = audit(request(firm, "2026-Q3")).comparison
    assert rows[0]["legal_name"] in str([each["record"] for each in compared.unclear.values()])
    assert rows[0]["legal_name"] not in str([each["record"] for each in compared.resolved])


def kept(tmp_path: Path, **audit_says: str | None) -> Path:
    """Return a firm that kept the report of the second quarter, which says so of itself; its exports are gone."""
    firm = make_firm(tmp_path / "firm")
    for quarter in ("2026-Q2", "2026-Q3"):
        suppliers(firm, quarter, "Stays")
    content = json.loads(findings_json(audit(request(firm, "2026-Q2"))))
    says = content["audit"] | audit_says
    content["audit"] = {name: value for name, value in says.items() if value is not None}
    (firm / "history").mkdir()
    (firm / "history" / "2026-Q2.json").write_text(json.dumps(content), encoding="utf-8")
    shutil.rmtree(firm / "registers" / "2026-Q2")
    return firm


def test_with_another_key_nothing_is_compared(tmp_path):
    """The key is lost and a new one was made, or the file is another firm's: refused, with what to do."""
    firm = kept(tmp_path)
    assert contracts(audit(request(firm, "2026-Q3"))) == {"Stays Ltd: Hosting": "persisting"}
    (firm / "firm.key").unlink()
    with pytest.raises(SettingsError, match=r"2026-Q2 .* another key.*Hint: bring back the firm.key"):
        audit(request(firm, "2026-Q3"))
    (firm / "history" / "2026-Q2.json").unlink()
    assert audit(request(firm, "2026-Q3")).standing.statuses["GOV-09"] == "not_applicable"


def test_a_kept_report_that_does_not_tell_its_key_settles_nothing(tmp_path):
    """What of it is not found today is unclear, a quarter later too, and no task that was due is shown to be done."""
    firm = kept(tmp_path, key=None)
    path = firm / "history" / "2026-Q2.json"
    path.write_text(re.sub(r'"([0-9a-f]{10})"', lambda id_: f'"{id_[1][::-1]}"', path.read_text()))
    result = audit(request(firm, "2026-Q3"))
    assert (result.comparison.counts["resolved"], result.comparison.counts["persisting"]) == (0, 0)
    assert result.comparison.unclear.keys() == result.comparison.last_quarter.findings.keys()
    in_time = [each for each in result.comparison.last_quarter.tasks if each.due_on >= date(2026, 9, 30)]
    assert next(o for o in result.observations if o.control.id == "GOV-09").counts["kept"] == len(in_time) == 1
    suppliers(firm, "2026-Q4", "Stays")
    later = audit(request(firm, "2026-Q4"))
    assert later.comparison.unclear.keys() == result.comparison.unclear.keys()
    assert contracts(later) == {"Stays Ltd: Hosting": "persisting"}


def test_a_kept_report_of_another_quarter_is_refused(tmp_path):
    """This quarter's own findings under the name of the last one's would never come to an end."""
    firm = kept(tmp_path, quarter="2026-Q3")
    with pytest.raises(SettingsError, match=r"history/2026-Q2.json is not of 2026-Q2"):
        audit(request(firm, "2026-Q3"))
    (firm / "history" / "2026-Q2.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SettingsError, match="no findings"):
        audit(request(firm, "2026-Q3"))


def test_an_older_report_is_of_its_quarter_and_of_the_firms_key(tmp_path):
    """What only the trend tells is looked at as closely, so that it ends, and tells of nobody else's findings."""
    firm = kept(tmp_path)
    past = audit(request(firm, "2026-Q3")).comparison.last_quarter
    older = json.loads((firm / "history" / "2026-Q2.json").read_text(encoding="utf-8"))
    for says, complaint in (({"quarter": "2026-Q2"}, "is not of 2026-Q1"), ({"key": "0" * 16}, "another key")):
        content = older | {"audit": older["audit"] | {"quarter": "2026-Q1"} | says}
        (firm / "history" / "2026-Q1.json").write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(SettingsError, match=complaint):
            list(trail(past, firm))
