"""What is worked out of a client from invoices: a table of cases, and whose an invoice is."""

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from mutants.turned import mutants_of
from privacy_audit.audit.inputs import read_settings
from privacy_audit.dates import add_months
from privacy_audit.facts import invoices
from privacy_audit.facts.fact import Known
from privacy_audit.registers.folder import read_folder
from privacy_audit.request import ROOT
from privacy_audit.settings.rulebook import Limits, Rulebook
from support.bench import write_register
from support.frozen import frozen_law

*_, SCHEMAS, EXPORTS, COUNTRIES = read_settings(ROOT / "data")
LAW = Rulebook(frozen_law())
TABLE = Path(__file__).parent / "cases" / "facts" / "invoices.csv"
AS_AT = date(2026, 9, 30)
SHORT = {"r": "relationship", "f": "first_contact_on", "l": "last_invoice_on", "e": "ended_on"}


def known(as_at=AS_AT):
    return Known(None, LAW, Limits(LAW, {}, as_at), as_at, as_at, as_at)


def raw(folder, clients, lines):
    """The two registers as they are read, with nothing worked out yet.

    A client “of a list” stands in one that can tell the relationship, any other in an export that cannot.
    """
    write_register(folder, "clients", clients)
    write_register(folder, "invoices", lines)
    read = read_folder(folder, SCHEMAS, EXPORTS, COUNTRIES)
    listed, sold = (read.register(SCHEMAS[name], ()) for name in ("clients", "invoices"))
    lacking = (frozenset() if "of_a_list" in each["name"] else frozenset({"relationship"}) for each in clients)
    return [replace(listed, lacking=tuple(lacking)), sold]


# The table: one client each, and the invoices to the client's name.


def cases():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(case):
    """The invoices of a case as rows; a dash is a blank cell."""
    for text in filter(None, case["invoices"].split(" / ")):
        day, kind, status = (cell.replace("_", " ") if cell != "-" else "" for cell in text.split())
        yield {"client": case["case"], "invoiced_on": day, "kind": kind.replace("purchase", "bill"), "status": status}


def by_day(folder):
    """The table's registers by day of the audit."""
    groups = defaultdict(list)
    for case in cases():
        groups[date.fromisoformat(case["as_at"] or str(AS_AT))].append(case)
    for day, group in groups.items():
        clients = [{"client_id": f"C-{n}", "name": case["case"]} | kept(case) for n, case in enumerate(group)]
        lines = [line for case in group for line in lines_of(case)]
        lines = [{"invoice_number": f"INV-{n}"} | line for n, line in enumerate(lines)]
        yield day, group, raw(folder / str(day), clients, lines)


def kept(case):
    return {name: case[name] for name in SHORT.values()}


def wrong(group, clients, lines, day):
    """How the cases of one day come out otherwise than the table says."""
    after = invoices.complete(clients, lines, known(day))
    rows = after.table.to_pylist()
    for index, case in enumerate(group):
        given = {name: str(rows[index][name] or "") for name in SHORT.values()}
        wanted = {name: case[f"gives_{name}"] for name in SHORT.values()}
        inferred = {SHORT[each] for each in case["inferred"].split()}
        *short, cause = case["blamed"].split() or [""]
        blamed = {SHORT[each]: cause for each in short}
        causes = {name: ".".join(after.causes[index, name]) for name in SHORT.values() if (index, name) in after.causes}
        unread = (index, "last_invoice_on") in after.unread
        found = {name for row, name in after.inferred if row == index}
        if (given, found, causes, unread) != (wanted, inferred, blamed, case["unread"] == "yes"):
            yield f"{case['case']}: {given} {found} {causes} {unread} ({case['because']})"


def test_every_case_of_the_table_comes_out_as_it_says(tmp_path):
    """Each client's four cells, which of them are inferred, and what is to blame where one stays open."""
    for day, group, (clients, lines) in by_day(tmp_path):
        assert not clients.rejected + lines.rejected
        assert not list(wrong(group, clients, lines, day))


def test_the_limit_is_the_firms_own_where_it_has_adopted_one():
    """Twelve months adopted make a former client of somebody last invoiced thirteen months ago."""
    ended, last = None, add_months(AS_AT, -13)
    for adopted, expected in (({}, "client"), ({"dormant_months": 12}, "former_client")):
        limits = Known(None, LAW, Limits(LAW, adopted, AS_AT), AS_AT, AS_AT, AS_AT)
        assert invoices._relationship(ended, last, limits, sure=True) == expected  # noqa: SLF001 - the limit alone


# Joins: whose an invoice is.

ADA = {"client_id": "C-1", "name": "Ada Reid", "email": "ada@example.com", "relationship": ""}
BEA = {"client_id": "C-2", "name": "Bea Holt", "email": "bea@example.com", "relationship": ""}
LINE = {
    "invoice_number": "INV-1",
    "client": "Ada Reid",
    "email": "",
    "invoiced_on": "2026-08-01",
    "kind": "sale",
    "status": "paid",
}
# A scene: the clients, the invoice lines, which clients are known by them, and whether the whole list is in doubt.
SCENES = {
    "by name": ([ADA, BEA], [LINE], ["C-1"], False),
    "by name whatever its case, spaces and invisible characters": (
        [ADA, BEA],
        [LINE | {"client": "  ADA \u00a0 re\u200bid "}],
        ["C-1"],
        False,
    ),
    "by e-mail where nobody has the name": (
        [ADA, BEA],
        [LINE | {"client": "Reid Trading", "email": "Ada@example.com"}],
        ["C-1"],
        False,
    ),
    "by name before e-mail": ([ADA, BEA], [LINE | {"email": "bea@example.com"}], ["C-1"], False),
    "by e-mail where the list has no name": (
        [ADA | {"name": ""}, BEA],
        [LINE | {"email": "ada@example.com"}],
        ["C-1"],
        False,
    ),
    "an address that two clients have joins to neither": (
        [ADA, BEA | {"email": "ada@example.com"}],
        [LINE | {"client": "Reid Trading", "email": "ada@example.com"}],
        [],
        False,
    ),
    "a name that two clients have joins to neither": ([ADA, ADA | {"client_id": "C-2"}], [LINE], [], False),
    "nor by the address of one of them": (
        [ADA, ADA | {"client_id": "C-2", "email": "two@example.com"}],
        [LINE | {"email": "two@example.com"}, LINE | {"client": "Reid Trading", "email": "two@example.com"}],
        [],
        False,
    ),
    "somebody who is not in the list": ([ADA], [LINE | {"client": "Cleo Marsh"}], [], False),
    "somebody unknown with a date that nobody can read": (
        [ADA],
        [LINE, LINE | {"client": "Cleo Marsh", "invoiced_on": "31/02/2025"}],
        ["C-1"],
        True,
    ),
    "a draft to somebody unknown with such a date": (
        [ADA],
        [LINE, LINE | {"client": "Cleo Marsh", "invoiced_on": "31/02/2025", "status": "draft"}],
        ["C-1"],
        False,
    ),
    "a line that names nobody may be anybody's": (
        [ADA, BEA],
        [LINE, LINE | {"client": "", "email": "bea@example.com"}],
        ["C-1"],
        True,
    ),
    "a row that was rejected may be anybody's": ([ADA, BEA], [LINE, LINE | {"invoice_number": ""}], ["C-1"], True),
}


def scene_is_wrong(clients, lines, expected, *, doubt):
    """Whether a scene comes out otherwise than expected."""
    after = invoices.complete(clients, lines, known())
    rows = after.table.to_pylist()
    joined = [row["client_id"] for row in rows if row["last_invoice_on"]]
    twins = {index for index, row in enumerate(rows) if [each["name"] for each in rows].count(row["name"]) > 1}
    blamed = {index for (index, _), cause in after.causes.items() if cause == ("clients", "name")}
    return (joined, bool(after.incomplete), blamed) != (expected, doubt, twins)


@pytest.mark.parametrize("scene", SCENES)
def test_an_invoice_is_its_clients(scene, tmp_path):
    """By name, else by e-mail, and never by what two clients share; what could be anybody's puts all in doubt."""
    clients, lines, expected, doubt = SCENES[scene]
    assert not scene_is_wrong(*raw(tmp_path, clients, lines), expected, doubt=doubt)


@pytest.mark.slow
def test_no_condition_can_be_turned_unnoticed(tmp_path):
    """Every comparison, “and”, “or” and “not” of facts/invoices.py is held by a case or a scene."""
    days = list(by_day(tmp_path))
    scenes = [(raw(tmp_path / str(n), *each[:2]), *each[2:]) for n, each in enumerate(SCENES.values())]

    def noticed():
        try:
            table = any([*wrong(group, *registers, day)] for day, group, registers in days)
            return (
                table or any(scene_is_wrong(*each[0], each[1], doubt=each[2]) for each in scenes) or told_wrongly(days)
            )
        except Exception:  # noqa: BLE001 - a mutant that crashes has been noticed
            return True

    def survives(mutant):
        with mutant.applied():
            return not noticed()

    assert not noticed()
    alive = [str(each) for each in mutants_of("facts.invoices") if survives(each)]
    assert not alive, "\n".join(alive)


def told_wrongly(days):
    """Whether the titles of what was worked out are others than they should be, for one client of each kind."""
    day, group, registers = days[0]
    after = invoices.complete(*registers, known(day))
    index = {case["case"]: number for number, case in enumerate(group)}
    wanted = {
        "limit_day_after": ["Relationship", "Last invoice", "End date"],
        "recorded_former": ["Last invoice", "End date"],
        "not_invoiced": [],
    }
    return any(
        invoices.worked_out(after, index[name], ["relationship", "policy_end"]) != titles
        for name, titles in wanted.items()
    )
