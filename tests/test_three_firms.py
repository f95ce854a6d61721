"""A careful firm, an ordinary firm on its first day, and a negligent one: three clearly different places."""

import io
from collections import Counter

import openpyxl
import pytest
from privacy_audit.audit.findings import GAP
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.reports.excel.firm import excel
from privacy_audit.reports.page import html_page
from privacy_audit.reports.pdf import pdf, report
from privacy_audit.reports.results_json import findings_json, sources_json
from privacy_audit.reports.screen import as_text, first_screen
from privacy_audit.reports.show import worst_case
from privacy_audit.reports.tables import promises
from support.bench import NONE, changed, request
from support.samples import WAIVER
from support.three_firms import FIRMS, exports

PASSES = {"met", "met_with_waivers", "not_applicable"}


@pytest.fixture(scope="module")
def firms(tmp_path_factory):
    """The three firms, audited."""
    return {name: audit(exports(name, tmp_path_factory.mktemp(name)), "polars") for name in FIRMS}


def facts(result):
    """How many facts there are of each severity."""
    return Counter(each.severity for each in result.findings if each.outcome == "broken")


# Day one.


def test_day_one_is_humane(firms):
    """However little an ordinary firm has: at most twenty tasks, and nothing is critical that no fact shows."""
    tasks = firms["day_one"].tasks
    assert len(tasks) <= 20
    critical = [each for each in tasks if each.severity == "critical"]
    assert len(critical) <= 3
    assert all(each.outcome == "broken" for each in critical)
    gaps = [each for each in tasks if each.outcome == "not_shown"]
    assert all(each.severity != "critical" for each in gaps)
    issued = firms["day_one"].inputs.issued_on
    assert all((each.due_on - issued).days > 7 for each in gaps)


@pytest.mark.slow
def test_day_one_tells_nobody_the_names_of_errors(firms):
    """Every output is made, and none holds a traceback or a name of the program's own."""
    result = firms["day_one"]
    assert not [each for each in result.observations if each.error]
    book = openpyxl.load_workbook(io.BytesIO(excel(result)))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    text = "\n".join([*cells, html_page(result).decode(), (findings_json(result) + sources_json(result)).decode()])
    for word in ("Traceback", "Error:", "NoneType", "Exception", "nan"):
        assert word not in text.split(), word


@pytest.mark.parametrize("name", FIRMS)
def test_every_section_says_what_it_can(name, firms):
    """Each statement has a state; what cannot be shown is asked for by a gap, or said in words under the limits."""
    result = firms[name]
    for section in result.inputs.policy.sections:
        assert all(row[2] for row in promises(result, section).rows)
    for each in result.standing.sections:
        assert each.rating in {"Kept", "Some gaps", "Serious gaps", "Cannot say"}
        assert each.controls
    asked = {control for each in result.findings for control in each.blocks or (each.control,)}
    for each in result.observations:
        if result.standing.statuses[each.control.id] not in PASSES:
            assert each.control.id in asked or each.blocked, each.control.id


@pytest.mark.parametrize("name", FIRMS)
def test_nothing_is_asked_twice_and_nothing_is_hidden(name, firms):
    """Grouping loses no finding: each belongs to one task, and no two tasks ask for the same."""
    result = firms[name]
    assert sorted(id_ for each in result.tasks for id_ in each.findings) == sorted(each.id for each in result.findings)
    titles = [each.title for each in result.tasks]
    assert len(titles) == len(set(titles))
    by_id = {each.id: each for each in result.tasks}
    for each in result.findings:
        assert SEVERITIES.index(by_id[each.task].severity) <= SEVERITIES.index(each.severity)
        assert by_id[each.task].due_on <= each.due_on


def test_day_one_asks_once_for_what_one_list_lacks(firms):
    """All that Xero has no place for is one task, and so is what the list of suppliers lacks."""
    titles = [each.title for each in firms["day_one"].tasks]
    assert sum("a client list of your own" in each for each in titles) == 1
    assert sum("to the list of suppliers" in each for each in titles) == 1
    own = next(each for each in titles if "a client list of your own" in each)
    assert "“Special category data”*" in own
    assert "“End date”," in own
    assert own.endswith("(* if there is nothing to write in it, declare so in firm.toml)")
    twice = [each for each in titles if "declare in firm.toml that the clients have no others" in each]
    assert len(twice) == 1, "opt-ins and opt-outs are one question"


def test_every_gap_of_day_one_that_can_be_declared_says_so(firms):
    """An event that no export tells of may never have happened: somebody can answer for that, under its own name."""
    schemas = firms["day_one"].inputs.schemas
    for each in firms["day_one"].findings:
        if each.reason_code == GAP:
            column = next(field for field in schemas[each.register].fields if field.title == each.record)
            assert (f"{each.register}.{column.name}" in each.remedy) == column.event, each.remedy


def unshown(asked):
    return sum(each.counts["not_shown"] for each in observe(read_inputs(asked), "polars"))


@pytest.mark.slow
def test_most_useful_next_is_what_unlocks_most(firms, tmp_path):
    """Of all that could be declared, the first one named gives most answers."""
    asked = exports("day_one", tmp_path)
    about = asked.registers / "quarter.toml"
    text, before = about.read_text(encoding="utf-8"), unshown(asked)
    schemas, gains = firms["day_one"].inputs.schemas, {}
    for each in firms["day_one"].findings:
        column = next((field for field in schemas[each.register].fields if field.title == each.record), None)
        if each.reason_code == GAP and column.event:
            about.write_text(text + NONE.format(column=f"{each.register}.{column.name}"), encoding="utf-8")
            gains[each.record, each.register] = before - unshown(asked)
    assert len(gains) > 8
    best = max(gains, key=gains.get)
    named, checks = firms["day_one"].most_useful_next()[0]
    assert named == f"“{best[0]}” in the list of {best[1]}"
    assert f"Most useful next: {named} ({len(checks)} checks need it)" in as_text(first_screen(firms["day_one"]))
    assert gains[best] > 2 * sorted(gains.values())[-2]


def test_a_missing_file_is_more_useful_than_any_column(tmp_path):
    """Without the list of suppliers nothing can be said of any."""
    asked = exports("day_one", tmp_path)
    (asked.registers / "suppliers.csv").unlink()
    named, checks = audit(asked, "polars").most_useful_next()[0]
    assert named == "the list of suppliers"
    assert {"PRC-01", "PRC-02", "PRC-05", "TRF-01"} <= set(checks)


def test_what_day_one_declares_is_believed_and_shown_as_declared(tmp_path):
    """Mailchimp tells of no mailings: that there were none is the firm's own word, and the checks say so."""
    asked = exports("day_one", tmp_path)
    said = ("clients.opted_out_on", "clients.consent_on", "clients.last_marketing_on", "contacts.last_marketing_on")
    with (asked.registers / "quarter.toml").open("a", encoding="utf-8") as about:
        about.write("".join(NONE.format(column=each) for each in said))
    result = audit(asked, "polars")
    observation = next(each for each in result.observations if each.control.id == "MKT-04")
    assert (result.standing.statuses["MKT-04"], observation.grade) == ("met", "declared")
    assert not [why for why in result.incomplete if "Opted" in why], "what was answered is not missing"


# The careful firm.


def test_a_careful_firm_has_nearly_everything_met_and_honest_notes(firms):
    """No fact against it; a client long unheard of and a review of last year are notes, and keep two checks open."""
    result = firms["careful"]
    assert not facts(result)
    notes = {(each.control, each.record, each.reason_code, each.severity) for each in result.findings}
    assert notes == {
        ("RET-03", "M-214", "dormant", "note"),
        ("PRC-05", "Curlew IT Ltd: Backups", "review_old", "note"),
    }
    assert {name for name, status in result.standing.statuses.items() if status not in PASSES} == {"RET-03", "PRC-05"}
    assert {each.rating for each in result.standing.sections} == {"Kept", "Cannot say"}
    assert not result.incomplete


# Nothing to do.

REVIEWED = {"security_review_on": "2026-09-03"}


def nothing_found(folder):
    """The careful firm without the client long unheard of, and with its reviews made again."""

    def kept(row):
        return None if "M-214" in row.values() else row

    def reviewed(row):
        return row | (REVIEWED if row["security_review_on"] else {})

    return changed(folder, clients=kept, contacts=kept, processors=reviewed)


def all_accepted(folder):
    """The other firm, everything that was found accepted as an exception."""
    firm = changed(folder, "other")
    ids = [each.id for each in audit(request(firm, "2026-Q3")).findings]
    (firm / "waivers.toml").write_text("".join(map(WAIVER.format, ids)), encoding="utf-8")
    return firm


@pytest.mark.slow
@pytest.mark.parametrize(
    ("firm", "said"),
    [(nothing_found, "no finding"), (all_accepted, "10 findings, all accepted as exceptions")],
)
def test_nothing_to_do_says_why_on_every_first_page(firm, said, tmp_path):
    """No heading asks for what does not stand below it, and what was accepted is still a finding."""
    result = audit(request(firm(tmp_path), "2026-Q3"))
    assert not result.tasks
    whole = f"Nothing to do: {said}."
    assert whole in as_text(first_screen(result)).splitlines()
    assert f">Nothing to do</h2>\n<p>{said.capitalize()}.</p>" in html_page(result).decode()
    assert report(result)["first"] == {"title": "Nothing to do", "tasks": [], "nothing": f"{said.capitalize()}."}
    sheet = openpyxl.load_workbook(io.BytesIO(excel(result)))["Start here"]
    assert whole in [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert f"{said.capitalize()}." in worst_case(result).data
    assert pdf(result).startswith(b"%PDF")


# The negligent firm.


def test_a_negligent_firm_reads_what_to_do_and_not_hundreds_of_rows(firms):
    """Hundreds of facts are at most as many tasks as there are checks, and nine checks in ten are broken."""
    result = firms["negligent"]
    assert result.rows[0] > 500
    assert sum(facts(result).values()) > 400
    assert len(result.tasks) <= len(result.standing.statuses)
    whole = {"DQ-01", "GOV-09"}
    statuses = result.standing.statuses
    assert {name for name, status in statuses.items() if status not in {"not_met", "not_testable"}} <= whole
    assert sum(status == "not_met" for status in statuses.values()) >= 0.9 * len(statuses) - len(whole)


def test_the_worst_comes_first(firms):
    """Facts before gaps, the more serious first, and among these what touches most people."""
    order = [(each.outcome != "broken", SEVERITIES.index(each.severity)) for each in firms["negligent"].tasks]
    assert order == sorted(order)
    first = [each for each in firms["negligent"].first_five if each.severity == "critical"]
    assert len(first) >= 4, "the fifth may be the quick one"
    assert [each.people for each in first] == sorted((each.people for each in first), reverse=True)
    assert "Stop sending marketing" in first[0].title


def test_one_thing_to_do_is_one_task_whichever_check_asks_for_it(firms):
    """Six importers without a safeguard that holds, for six causes, need one kind of agreement."""
    tasks = {each.title.partition(",")[0].partition(" and put")[0]: each for each in firms["negligent"].tasks}
    signed = next(each for title, each in tasks.items() if title.startswith("Assess the risk and sign a UK transfer"))
    assert (signed.control, signed.touches) == ("TRF-01, TRF-02, TRF-04, TRF-06", "6 suppliers")
    stopped = tasks["Stop sending marketing to contacts whom nothing lets you mail"]
    assert stopped.control in {"MKT-04", "MKT-02, MKT-03, MKT-05"}


# The three beside each other.


def test_the_three_land_in_clearly_different_places(firms):
    """Kept, broken and cannot be shown; ratings; and the first things to do: each in its order."""
    careful, ordinary, bad = (firms[name] for name in FIRMS)
    share = {
        name: [r.count(state) / len(r.testable) for state in ("kept", "broken", "cannot_be_shown")]
        for name, r in firms.items()
    }
    assert share["careful"][0] > 0.4
    assert share["careful"][0] > 10 * max(share["day_one"][0], share["negligent"][0])
    assert share["careful"][1] == 0 < share["day_one"][1] < share["negligent"][1] / 2
    assert share["day_one"][2] > share["careful"][2] > share["negligent"][2]
    met = [sum(status in PASSES for status in each.standing.statuses.values()) for each in (careful, ordinary, bad)]
    assert met[0] >= len(careful.standing.statuses) - 2
    assert met[0] > met[1] + 10
    assert met[1] > met[2] + 1
    serious = [
        sum(each.rating == "Serious gaps" for each in r.standing.sections) / len(r.standing.sections)
        for r in (careful, ordinary, bad)
    ]
    assert serious[0] == 0 < serious[1] < 0.5 < serious[2]
    worst = [[each.severity for each in r.first_five] for r in (careful, ordinary, bad)]
    assert set(worst[0]) == {"note"}
    assert set(worst[1]) == {"major"}
    assert worst[2].count("critical") >= 4
    critical = [facts(each)["critical"] for each in (careful, ordinary, bad)]
    assert critical[0] == critical[1] == 0
    assert critical[2] > 100
