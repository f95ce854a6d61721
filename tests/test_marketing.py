"""Marketing read three ways: what each contact reads, which column a gap names, one finding for each contact."""

import csv
from itertools import product

import pytest
from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.facts.logic import among, both, each, either, opposite, ruled_out, sure
from privacy_audit.reports.marketing import CLASS_OF, classes, contacts_read, readings, readings_by_contact
from privacy_audit.reports.pictures import charts
from support.bench import beside, changed, make_firm, request, write_register
from support.case_tables import read_cases
from support.damage import no_better
from support.samples import COMPLETE, NOBODY, NOBODY_CLIENT, PROVED

MARKETING = ("MKT-01", "MKT-02", "MKT-03", "MKT-05")
PERSON = {"client_type": "individual", "relationship": "client"}
FREE = {"email": "ada@freemail.example.com"}


def firm_of(folder, contact, client=None, *, without=(), last=None):
    """Write a firm with one contact, and the client list's row about it if there is one; return what to audit."""
    firm = make_firm(folder / "firm")
    quarter = firm / "registers" / "2026-Q3"
    ada = {"email": "ada@example.com", "channel": "email", "status": "subscribed"} | contact
    there = [{"client_id": "C-1", "email": ada["email"]} | client] if client is not None else []
    rows = {"contacts": [NOBODY, ada], "clients": [NOBODY_CLIENT, *there]}
    for name, listed in rows.items():
        heads = [head for head in listed[0] if f"{name}.{head}" not in without]
        whole = [{head: row.get(head, "") for head in heads} for row in listed]
        write_register(quarter, name, whole if last is None else last(name, whole))
    return request(firm, "2026-Q3")


def answers_of(asked):
    table = read_inputs(asked).registers["contacts"].table
    return "/".join({True: "yes", False: "no", None: "?"}[table[name][1].as_py()] for name in (
        "opted_in", "bought_or_asked", "lawful",
    ))  # fmt: skip


def test_what_is_sure_is_not_lost_in_what_is_unknown():
    """And, or and not over yes, no and cannot say: all nine pairs."""
    for one, other in product((True, False, None), repeat=2):
        known = {True: {True}, False: {False}, None: {True, False}}
        ands = {a and b for a, b in product(known[one], known[other])}
        ors = {a or b for a, b in product(known[one], known[other])}
        assert both(one, other) is (ands.pop() if len(ands) == 1 else None)
        assert either(one, other) is (ors.pop() if len(ors) == 1 else None)
    assert [opposite(a) for a in (True, False, None)] == [False, True, None]
    assert each(among, ["sale", "event", None], [frozenset({"sale"})] * 3) == [True, False, None]
    assert (sure([True, False, None]), ruled_out([True, False, None])) == ([True, False, False], [False, True, False])


@pytest.mark.parametrize(
    ("contact", "client", "reads"),
    [
        (PROVED, PERSON, "yes/yes/yes"),
        (PROVED | {"details_context": "event"}, None, "yes/no/yes"),
        (PROVED, None, "yes/?/yes"),
        ({}, {"client_type": "company", "relationship": "client"}, "no/yes/yes"),
        (COMPLETE, PERSON, "no/yes/yes"),
        ({"channel": "post", "details_context": "event"}, None, "no/no/yes"),
        ({"details_context": "event"}, {"client_type": "charity_inc"}, "no/?/yes"),
        ({"details_context": "event"}, {"client_type": "company"}, "no/?/yes"),
        ({"details_context": "general_enquiry"}, PERSON, "no/yes/no"),
        (COMPLETE | {"refusal_offered": "no"}, PERSON, "no/yes/no"),
        (FREE | {"details_context": "event"}, None, "no/no/no"),
        ({}, PERSON, "no/yes/?"),
        ({}, None, "no/?/?"),
        ({"details_context": "event"}, None, "no/no/?"),
        ({"channel": "phone"}, PERSON, "no/yes/?"),
        ({"channel": "phone"} | PROVED, PERSON, "yes/yes/yes"),
        (PROVED | {"opted_out_on": "2026-05-11"}, PERSON, "no/no/no"),
        ({"consent_on": "1/13/26"}, PERSON, "?/yes/?"),
        (PROVED, {"client_type": "individual", "last_invoice_on": "2026-08-01"}, "yes/yes/yes"),
    ],
)
def test_each_row_of_the_matrix(contact, client, reads, tmp_path):
    """Section 5, section 6 and the law, each yes, no or cannot say."""
    assert answers_of(firm_of(tmp_path, contact, client)) == reads


def test_who_is_not_in_the_client_list_bought_nothing_only_if_the_list_is_whole(tmp_path):
    """A client without an address might be the contact; so might anybody where an expected list is missing."""
    met = FREE | {"details_context": "event"}

    def lost(name, rows):
        return [*rows, rows[0] | {"client_id": "C-9", "email": "", "opted_out_on": ""}] if name == "clients" else rows

    assert answers_of(firm_of(tmp_path / "a", met, last=lost)) == "no/?/no"
    without = firm_of(tmp_path / "b", met)
    (without.registers / "clients.csv").unlink()
    assert answers_of(without) == "no/?/no"
    settings = without.firm / "policy" / "firm.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("clients = true", "clients = false"), "utf-8")
    assert answers_of(without) == "no/no/no"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contact", "client", "without", "named"),
    [
        ({}, {"relationship": "client"}, (), {("clients", "client_type")}),
        ({}, PERSON, (), {("clients", "details_context")}),
        ({}, PERSON, ("clients.details_context",), {("contacts", "details_context")}),
        ({"details_context": "somehow"}, PERSON, (), {("contacts", "details_context")}),
        ({}, None, (), {("contacts", "details_context")}),
        ({"details_context": "event"}, None, (), {("clients", "client_type")}),
        (COMPLETE | {"refusal_offered": "no"}, None, (), {("clients", "client_type")}),
        (COMPLETE | {"refusal_offered": "", "source": ""}, None, (), {("contacts", "refusal_offered")}),
        (COMPLETE | {"similar_services_only": "", "source": ""}, PERSON, (), {("clients", "similar_services_only")}),
        (COMPLETE | {"source": ""}, PERSON, ("clients.source",), {("contacts", "source")}),
        ({"consent_on": "1/13/26"}, PERSON, (), {("contacts", "consent_on")}),
        (COMPLETE, PERSON | {"consent_on": "1/13/26"}, (), {("clients", "consent_on")}),
        ({"status": ""}, None, (), {("contacts", "status")}),
        (
            {"status": "", "last_marketing_on": "2026-09-01", "opted_out_on": "soon"},
            None,
            (),
            {("contacts", "opted_out_on")},
        ),
        ({"status": "cleaned", "last_marketing_on": "soon"}, None, (), {("contacts", "last_marketing_on")}),
        ({"status": "cleaned"}, PERSON | {"last_marketing_on": "soon"}, (), {("clients", "last_marketing_on")}),
        ({"opted_out_on": "2026-05-11", "consent_on": "soon"}, None, (), {("contacts", "consent_on")}),
        ({"opted_out_on": "soon", "consent_on": "soon"}, None, (), {("contacts", "opted_out_on")}),
        ({}, PERSON | {"opted_out_on": "soon"}, (), {("clients", "opted_out_on")}),
        (PROVED | {"consent_method": ""}, None, (), {("contacts", "consent_method")}),
        (PROVED | {"consent_method": ""}, PERSON, (), {("clients", "consent_method")}),
        (PROVED, None, ("contacts.consent_ref",), {("contacts", "consent_ref")}),
        (PROVED, None, ("contacts.consent_wording",), {("contacts", "consent_wording")}),
    ],
)  # fmt: skip
def test_a_gap_names_the_one_column_that_would_help_most(contact, client, without, named, tmp_path):
    """However much is unknown of a contact, marketing asks for one column first."""
    result = audit(firm_of(tmp_path, contact, client, without=without))
    titles = {(n, c): result.inputs.schemas[n].by_name[c].title for n, c in named}
    gaps = {
        (each.register, each.record) for each in result.findings if each.blocks and set(each.blocks) & set(MARKETING)
    }
    assert gaps == {(register, titles[register, column]) for register, column in named}


def test_each_contact_has_one_marketing_finding(tmp_path):
    """All case tables' contacts in one firm: no control reports what another has reported."""
    rows, clients = [NOBODY], [NOBODY_CLIENT]
    for control in MARKETING:
        for case in read_cases(control):
            address = case.get("email") or f"{control}-{case['case']}@example.com"
            name, _, domain = address.partition("@")
            address = f"{name}.{case['case']}.{control}@{domain}".lower()
            rows.append(
                {head: case.get(head, "") for head in NOBODY}
                | {"email": address, "channel": case.get("channel") or "email"}
            )
            if any(value for head, value in case.items() if head.startswith("clients.")):
                told = {head: case.get(f"clients.{head}", "") for head in NOBODY_CLIENT}
                clients.append(told | {"client_id": f"C-{len(clients)}", "email": address})
    firm = make_firm(tmp_path / "firm")
    write_register(firm / "registers" / "2026-Q3", "contacts", rows)
    write_register(firm / "registers" / "2026-Q3", "clients", clients)
    result = audit(request(firm, "2026-Q3"))
    found = [each.record for each in result.findings if each.control in MARKETING and each.outcome == "broken"]
    assert len(found) > 90
    assert len(found) == len(set(found))


SCENES = {
    "lawful_but_not_opted_in": ({}, {"client_type": "company", "relationship": "client"}),
    "no_lawful_route_shown": ({}, PERSON),
    "contrary_matches_policy": ({"details_context": "general_enquiry"}, PERSON),
    "contrary": (FREE | {"details_context": "event"}, None),
    "company_number": ({"details_context": "event"}, {"company_number": "01234567"}),
    "bought_in": (COMPLETE | {"source": "referral"}, PERSON),
    "no_refusal_offered": (COMPLETE | {"refusal_offered": "no"}, PERSON | {"last_marketing_on": "2026-09-01"}),
    "other_products": (COMPLETE | {"similar_services_only": "no"}, PERSON),
    "complete": (COMPLETE, {"client_type": "company"} | PERSON),
    "proof_of_a_client_list": ({}, PERSON | PROVED | {"consent_ref": ""}),
    "returned": ({"opted_out_on": "2024-01-01"}, PERSON | PROVED | {"consent_wording": ""}),
    "bought_list": (PROVED | {"consent_method": "bought_list"}, None),
    "imported": (PROVED | {"consent_method": "import", "consent_ref": ""}, PERSON),
    "no_proof": (PROVED | {"consent_ref": ""}, PERSON),
    "no_wording": (PROVED | {"consent_wording": ""}, None),
    "in_client_list": ({}, PERSON | PROVED | COMPLETE),
    "mailed_off_the_list": ({"status": "non_subscribed", "last_marketing_on": "2026-09-01"}, PERSON),
    "fine": (PROVED | COMPLETE, PERSON),
}  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize("damage", ["delete", "blank", "spoil"])
@pytest.mark.parametrize("scene", SCENES)
def test_no_damage_to_what_marketing_rests_on_makes_anything_look_better(scene, damage, tmp_path):
    """Each column of both lists in turn is deleted, blanked or made unreadable; nothing is met that was not."""
    before = audit(firm_of(tmp_path / "whole", *SCENES[scene]), "polars")
    for damaged in ("contacts", "clients"):
        for head in (*NOBODY,) if damaged == "contacts" else (*NOBODY_CLIENT,):
            if head in {"client_id", "channel"} or (damaged == "contacts" and head == "email"):
                continue
            if damage == "spoil" and head in {"consent_ref", "consent_wording", "company_number"}:
                continue  # any text is text

            def hurt(name, rows, damaged=damaged, head=head):
                value = {"blank": "", "spoil": "¿31/02/20?"}.get(damage)
                if name != damaged:
                    return rows
                if value is None:
                    return [{k: v for k, v in row.items() if k != head} for row in rows]
                return [row | {head: value} for row in rows]

            after = audit(firm_of(tmp_path / f"{damaged}-{head}", *SCENES[scene], last=hurt), "polars")
            assert not no_better(before, after), f"{damaged}.{head}"


@pytest.mark.parametrize(("status", "blocked"), [("cleaned", True), ("subscribed", False), ("", True)])
def test_lists_on_which_nobody_is_subscribed_show_nothing(status, blocked, tmp_path):
    """An empty file of subscribers must not look like a firm that markets to nobody."""
    result = audit(firm_of(tmp_path, {"status": status}))
    assert all(
        any("nobody is known" in why for why in each.blocked) == blocked
        for each in result.observations
        if each.control.id in MARKETING
    )


@pytest.mark.parametrize(
    ("day", "email", "blocked"),
    [
        ("2026-07-01", "eve@example.com", True),
        ("2026-06-30", "eve@example.com", False),
        ("2026-09-30", "", True),
        ("2026-09-30", "ada@example.com", False),
        ("", "eve@example.com", False),
    ],
)
def test_a_client_who_was_mailed_and_stands_on_no_list_keeps_marketing_from_being_shown(day, email, blocked, tmp_path):
    """A mailing that only the client list knows of was sent to somebody whom no marketing check looks at."""

    def with_eve(name, rows):
        eve = rows[0] | {"client_id": "C-9", "email": email, "last_marketing_on": day, "opted_out_on": ""}
        return [*rows, eve] if name == "clients" else rows

    result = audit(firm_of(tmp_path, PROVED, last=with_eve))
    for found in result.observations:
        if found.control.id in MARKETING:
            assert any("stand on no list" in why for why in found.blocked) == blocked
            assert not blocked or result.standing.statuses[found.control.id] == "not_testable"


def test_nobody_on_a_list_and_somebody_mailed_is_no_firm_that_sends_nothing(tmp_path):
    """That there are no contacts is somebody's word, and the client list says otherwise."""
    for day, status in (("2026-06-30", "not_applicable"), ("2026-07-01", "not_testable")):
        firm = make_firm(tmp_path / day, {"none": "contacts", "promises": 'marketing = "none"'})
        row = {"client_id": "C-1", "email": "ada@example.com", "relationship": "client", "last_marketing_on": day}
        write_register(firm / "registers" / "2026-Q3", "clients", [row])
        assert audit(request(firm, "2026-Q3")).standing.statuses["MKT-01"] == status


def test_every_reason_stands_in_one_class():
    """The report's classes leave out no reason of a marketing control, and know no other."""
    reasons = {(id_, code) for id_ in (*MARKETING, "MKT-04") for code in CONTROLS[id_].reasons}
    assert set(CLASS_OF) == reasons


def test_the_three_readings_stand_side_by_side(example):
    """The numbers of each reading add up to everybody who is marketed to, in table, classes and picture."""
    table, picture = readings(example), charts.marketing_readings(example)
    here = sum(each.sure for each in contacts_read(example))
    assert [row[0] for row in table.rows] == ["A: section 5", "B: section 6", "C: the law"]
    for row in table.rows:
        assert row[2] + row[4] + row[6] == here
        assert sum(number for label, _, number in picture.numbers if label == row[0]) == here
        assert f"{row[0]}: {row[2]} yes" in picture.alt
    told = {row[0]: row[1] for row in classes(example).rows}
    assert sum(told.values()) - told["opted out, and still marketed to"] == len(contacts_read(example))


def test_contacts_stand_in_reports_as_tokens(example):
    """No address and no name: the record's token alone, the worst first."""
    table = readings_by_contact(example)
    assert len(table.rows) == len(contacts_read(example))
    assert "@" not in str(table.rows)
    assert {row[0] for row in table.rows} <= set(example.inputs.record_names(example.inputs.registers["contacts"]))
    seriousness = [row[-1] for row in table.rows]
    assert seriousness == sorted(seriousness, key=["▲ critical", "◆ major", "● minor", "–"].index)


def test_a_contact_on_two_lists_reads_by_the_worse_row(tmp_path):
    """A way that one list calls unknown and another unlawful is unlawful; nobody is counted twice."""
    asked = firm_of(tmp_path, FREE | {"details_context": "event"}, last=lambda _, rows: [*rows, rows[-1]])
    result = audit(asked)
    assert [row[1:5] for row in readings_by_contact(result).rows] == [("email", "✗ no", "✗ no", "✗ no")]


def test_a_contact_of_whom_two_things_are_found_stands_in_the_class_of_the_worse(tmp_path):
    """Mailed after an opt-out, and opted in again without proof: the mailing counts, and the classes add up."""
    firm = changed(tmp_path)
    with (firm / "registers" / "2026-Q3" / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write("back@solo.example.com,email,,subscribed,2026-08-01,form,,,2026-07-01,2026-07-10\n")
    result = audit(request(firm, "2026-Q3"))
    (token,) = {each.record for each in result.findings if each.register == "contacts"}
    assert [each.control for each in result.findings if each.record == token] == ["MKT-04", "MKT-03"]
    told = {row[0]: row for row in readings_by_contact(result).rows}
    assert told[token][-2:] == ("opted out, and still marketed to", "▲ critical")
    table = classes(result)
    assert sum(row[1] for row in table.rows) == len(contacts_read(result))
    assert table.purpose == "Each contact stands in one class: that of the worst that was found."


def test_nobody_marketed_to_gives_empty_tables(tmp_path):
    """Where the firm has no contacts the tables count nobody, and the picture says so."""
    firm = make_firm(tmp_path / "firm", {"none": "contacts"})
    (firm / "registers" / "2026-Q3").mkdir(parents=True)
    result = audit(request(firm, "2026-Q3"))
    assert readings_by_contact(result).rows == []
    assert {row[2:] for row in readings(result).rows} == {(0, "–", 0, "–", 0, "–")}
    assert "Nobody is marketed to" in charts.marketing_readings(result).alt


def test_a_firm_may_note_in_mailchimp_what_mailchimp_does_not_know(example, registers):
    """Fields added to the audience are read; without them they are gaps again, each with what to add."""
    names = {"How they opted in", "Opt-in wording"}
    assert example.standing.statuses["MKT-03"] == "met"
    for path in registers.glob("*_email_audience_*"):
        head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        kept = [place for place, name in enumerate(head) if name not in names]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[row[place] for place in kept] for row in (head, *rows)])
    after = beside(example, registers)
    assert after.standing.statuses["MKT-03"] == "not_testable"
    gaps = {each.record: each.remedy for each in after.findings if each.record in names}
    assert gaps.keys() == names
    assert all(f"Add the field “{name}” to the Mailchimp audience" in remedy for name, remedy in gaps.items())
