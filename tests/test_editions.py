"""What each edition shows: only what is named, tokens in place of clients, and draft answers that guess nothing."""

import io
import re
import zipfile
from dataclasses import fields, replace
from datetime import date

import openpyxl
import pyarrow as pa
import pytest
from privacy_audit.audit.editions import ACCOUNTANT, EDITIONS, INSURER, LEAST, View, client_token
from privacy_audit.audit.finding import Finding
from privacy_audit.audit.run import audit
from privacy_audit.audit.standing import Section
from privacy_audit.audit.tasks import Task
from privacy_audit.errors import SettingsError, UsageError
from privacy_audit.facts.records import natural_keys
from privacy_audit.registers.receipt import Receipt
from privacy_audit.reports import insurer
from privacy_audit.reports.accountant import accountant_xlsx
from privacy_audit.reports.insurer import insurer_xlsx
from privacy_audit.request import ROOT
from privacy_audit.runs import handover
from privacy_audit.settings.firm import QUESTIONS, Answer, Declaration, FirmFacts, Proposal, read_proposal
from privacy_audit.settings.schema import load_schemas
from support.bench import make_firm, request, write_register
from support.workbooks import rows

SCHEMAS = load_schemas(ROOT / "data" / "schema")
MADE = {"seen_from", "unread", "token", "account", "classes", "classes_known", "worked_out", "told"}
FACTS = {"left_on", "policy_end", "statutory_end", "tax_date_known", "gone", "live", "end_settled", "terms_missing"}
# What a view adds to a task and a finding.
ALSO = {"checks", "accepted"}
# What would read as owning up to something, or as a verdict.
BANNED = re.compile(
    r"breach|violat|unlawful|illegal|non-compliant|compliant|failed|failure|negligen|in default|overdue|serious gap",
    re.IGNORECASE,
)


def cells(content):
    """Every text of a workbook, by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        sheet.title: [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
        for sheet in book
    }


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_every_field_that_is_allowed_exists(edition):
    """A list that allows what is not there would hide a slip of the pen."""
    kinds = {"tasks": Task, "sections": Section, "receipts": Receipt, "findings": Finding}
    for kind, names in edition.shows.items():
        if kind in SCHEMAS:
            known = {*SCHEMAS[kind].by_name, *MADE, *FACTS}
        elif kind in kinds:
            known = {each.name for each in fields(kinds[kind])} | ALSO
        else:
            known = {
                *FirmFacts.model_fields,
                *Declaration.model_fields,
                "firm",
                "quarter",
                "first",
                "as_at",
                "issued_on",
                "fictional",
            }
        assert set(names) <= known, kind
    for kind, names in edition.counts.items():
        assert set(names) <= SCHEMAS[kind].by_name.keys()


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_no_personal_field_is_allowed_and_a_new_one_is_hidden(edition, example):
    """A column that the registers get tomorrow shows nowhere until somebody allows it."""
    for kind, names in edition.shows.items():
        columns = SCHEMAS[kind].by_name if kind in SCHEMAS else {}
        assert not any(columns[name].personal for name in names if name in columns), kind
    clients = example.inputs.registers["clients"]
    wider = clients.with_columns({"shoe_size": pa.array(["forty-two"] * len(clients.table))})
    inputs = replace(example.inputs, registers={**example.inputs.registers, "clients": wider})
    view = View(replace(example, inputs=inputs), edition)
    assert not any("shoe_size" in row for row in view.rows("clients"))
    assert view.counted("clients", "shoe_size") is None
    assert view.counted("clients", "notes") is None


def test_the_default_shows_least_and_no_row_of_a_client(example):
    """Where nobody says for whom it is, it is the insurer's."""
    assert LEAST is INSURER
    assert View(example).rows("clients") == []
    assert View(example).rows("contacts") == []


def test_a_clients_token_is_the_same_every_quarter_and_tells_nothing_without_the_key(example, tmp_path):
    """Short, keyed with the firm's own key, and the same in the look-up that the firm may hand over."""
    firm = make_firm(tmp_path / "firm")
    tokens = []
    for quarter in ("2026-Q2", "2026-Q3"):
        write_register(
            firm / "registers" / quarter, "clients", [{"client_id": "K-1", "name": "Ada", "relationship": "client"}]
        )
        view = View(audit(request(firm, quarter)), ACCOUNTANT)
        tokens += [row["token"] for row in view.rows("clients")]
    assert len(set(tokens)) == 1
    assert re.fullmatch(r"[0-9a-f]{10}", tokens[0])
    assert tokens[0] != client_token(example.inputs, "K-1")
    told = {token: number for token, number, _ in handover.lookup_rows(example.inputs)}
    shown = {row["token"] for row in View(example, ACCOUNTANT).rows("clients")}
    assert shown == told.keys()
    assert set(told.values()) == set(natural_keys(example.inputs.registers["clients"]))


def test_invoices_without_a_client_list_stand_without_their_clients(tmp_path):
    """The ledger's own names are shown no more than the list's."""
    firm = make_firm(tmp_path / "firm")
    line = {
        "invoice_number": "INV-1",
        "client": "Ada Reid",
        "invoiced_on": "2026-08-01",
        "kind": "sale",
        "status": "paid",
    }
    write_register(firm / "registers" / "2026-Q3", "invoices", [line])
    result = audit(request(firm, "2026-Q3"))
    assert [row["token"] for row in View(result, ACCOUNTANT).rows("invoices")] == [""]
    assert not [text for found in cells(accountant_xlsx(result, "0" * 64)).values() for text in found if "Reid" in text]


def test_the_editions_for_others_name_no_client_and_no_contact(example):
    """Neither by name nor by number; the insurer's has no token either."""
    clients, contacts = (example.inputs.registers[name] for name in ("clients", "contacts"))
    hidden = {*clients.table.column("name").to_pylist(), *natural_keys(clients)} - {None}
    hidden |= {*clients.table.column("email").to_pylist(), *contacts.table.column("email").to_pylist()} - {None}
    tokens = {row["token"] for row in View(example, ACCOUNTANT).rows("clients")}
    for make, more in ((accountant_xlsx, set()), (insurer_xlsx, tokens)):
        texts = [text for found in cells(make(example, "0" * 64)).values() for text in found]
        assert not [text for text in texts for value in hidden | more if value in text]


@pytest.mark.parametrize("make", [accountant_xlsx, insurer_xlsx])
def test_no_word_in_them_reads_as_an_admission_or_a_verdict(make, example):
    """They say what is on record and what is not."""
    for found in cells(make(example, "0" * 64)).values():
        assert not [text for text in found if BANNED.search(text.replace("data breaches", ""))]


def test_the_insurer_sees_a_rating_only_where_it_is_asked_for(example):
    """Not by default."""
    assert "Ratings" not in cells(insurer_xlsx(example, "0" * 64, Proposal()))
    told = cells(insurer_xlsx(example, "0" * 64, Proposal(ratings=True)))["Ratings"]
    assert {each.title for each in example.standing.sections} <= set(told)


def test_suppliers_stand_without_names_where_the_firm_wants_it_so(example):
    """A sole trader's name is a person's."""
    names = set(example.inputs.registers["processors"].table.column("legal_name").to_pylist())
    assert names & set(cells(insurer_xlsx(example, "0" * 64, Proposal()))["Suppliers"])
    quiet = cells(insurer_xlsx(example, "0" * 64, Proposal(provider_names=False)))
    assert not [text for found in quiet.values() for text in found for name in names if name in text]


def test_every_question_has_an_answer_that_says_how_it_is_known(example):
    """What nobody answered is not known; the registers' numbers are recorded."""
    table = insurer.answers(View(example), Proposal())
    told = {row[1]: row for row in table.rows}
    assert {row[3] for row in table.rows} <= {"not known", "declared", "recorded", "inspected"}
    own = {name: told[question] for name, question in QUESTIONS.items()}
    assert {name for name, row in own.items() if row[3] != "not known"} == {"payment_data"}
    assert told["Of how many people or firms are records held?"][3] == "recorded"
    assert all(row[4] for row in table.rows)
    assert sum(insurer.counted(table).values()) == len(table.rows)


def test_the_firms_own_answers_are_declared_or_inspected_and_grow_old(example):
    """By name and day; with a document somebody saw, inspected; after a year, to be asked again."""
    given = {"answer": "Every night.", "by": "the director", "on": date(2026, 10, 1)}
    seen = {"seen": "test report", "seen_by": "the office manager", "seen_on": date(2026, 10, 1)}
    old = given | {"on": date(2025, 9, 29)}
    answers = {"backups": Answer(**given, **seen), "turnover": Answer(**given), "staff": Answer(**old)}
    told = {row[1]: row for row in insurer.answers(View(example), Proposal(answers=answers)).rows}
    assert told[QUESTIONS["backups"]][2:4] == ("Every night.", "inspected")
    assert told[QUESTIONS["turnover"]][3:5] == ("declared", "the director, 1 October 2026")
    assert told[QUESTIONS["staff"]][4].startswith("Given more than a year before the day of the audit: ask again.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[answers.backup]\nanswer = "x"\nby = "me"\non = 2026-10-01\n', "Did you mean “backups”?"),
        (
            '[answers.backups]\nanswer = "x"\nby = "me"\n',
            "answers.backups.on is missing. Hint: see the project's data/",
        ),
        ('[answers.backups]\nanswer = "x"\nby = "me"\non = 2026-10-01\nseen = "y"\n', "say all three of seen"),
        ("rating = true\n", "Did you mean “ratings”?"),
    ],
)
def test_a_wrong_answer_file_is_refused_in_words(text, said, tmp_path):
    """Nothing is dropped in silence."""
    (tmp_path / "proposal.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_proposal(tmp_path)


def test_the_projects_own_answer_file_names_every_question():
    """Whoever fills it in sees what can be answered."""
    text = (ROOT / "data" / "policy" / "proposal.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"\b{name}\b", text) for name in QUESTIONS)
    assert read_proposal(ROOT / "data" / "policy").answers == {}


def test_columns_that_no_export_has_are_not_known_and_never_none(tmp_path):
    """A short list answers less, and nothing better."""
    firm = make_firm(tmp_path / "firm")
    write_register(
        firm / "registers" / "2026-Q3", "clients", [{"client_id": "K-1", "name": "Ada", "relationship": "client"}]
    )
    told = {row[1]: row for row in insurer.answers(View(audit(request(firm, "2026-Q3"))), Proposal()).rows}
    details = told["Which details are held, and of how many?"][2]
    assert "In the client list: names: 1. Not in" in details
    assert "Not in the export, so not known: e-mail addresses, telephone numbers, addresses." in details
    for question in (
        "Is special category data held, such as health or ethnicity?",
        "Are there written contracts with them?",
    ):
        assert told[question][3] == "not known", question


def test_what_the_firm_declared_counts_as_declared(tmp_path):
    """That there is no special category data, by whom and since when."""
    firm = make_firm(tmp_path / "firm", {"none": "clients.special_category"})
    write_register(
        firm / "registers" / "2026-Q3", "clients", [{"client_id": "K-1", "name": "Ada", "relationship": "client"}]
    )
    told = {row[1]: row for row in insurer.answers(View(audit(request(firm, "2026-Q3"))), Proposal()).rows}
    answer = told["Is special category data held, such as health or ethnicity?"]
    assert answer[2].startswith("None, as the firm says: there are none.")
    assert answer[3:5] == ("declared", "tester, 1 October 2026")


def test_a_workbook_is_encrypted_and_comes_back_byte_for_byte(example, tmp_path, monkeypatch):
    """The password comes from the environment or a prompt; a wrong one opens nothing; no file is overwritten."""
    plain = accountant_xlsx(example, "0" * 64)
    (tmp_path / "accountant.xlsx").write_bytes(plain)
    monkeypatch.setenv("PRIVACY_AUDIT_PASSWORD", "correct horse battery")
    handover.encrypt(tmp_path / "accountant.xlsx", tmp_path / "locked.xlsx")
    locked = (tmp_path / "locked.xlsx").read_bytes()
    assert (tmp_path / "locked.xlsx").stat().st_mode & 0o777 == 0o600
    assert locked[:2] != b"PK"
    assert handover.decrypted(locked, "correct horse battery") == plain
    with pytest.raises(UsageError, match="not the password"):
        handover.decrypted(locked, "wrong")
    with pytest.raises(UsageError, match="is there already"):
        handover.encrypt(tmp_path / "accountant.xlsx", tmp_path / "locked.xlsx")
    monkeypatch.setenv("PRIVACY_AUDIT_PASSWORD", "short")
    with pytest.raises(UsageError, match="fewer than 8"):
        handover.encrypt(tmp_path / "accountant.xlsx", tmp_path / "other.xlsx")


def test_a_workbook_that_is_not_there_is_told_with_where_runs_stand(tmp_path):
    """Whoever names accountant.xlsx alone learns that its folder is needed."""
    with pytest.raises(UsageError, match=r"accountant\.xlsx cannot be read: .* Hint: runs stand in .*/QUARTER/run-NN/"):
        handover.encrypt(tmp_path / "accountant.xlsx", tmp_path / "locked.xlsx")


def test_a_zip_that_is_no_workbook_is_not_encrypted(tmp_path, monkeypatch):
    """Wrong use, told in a line; no copy is made."""
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as file:
        file.writestr("notes.txt", "hello")
    monkeypatch.setenv("PRIVACY_AUDIT_PASSWORD", "correct horse battery")
    with pytest.raises(UsageError, match=r"no workbook. Hint: name an .xlsx"):
        handover.encrypt(tmp_path / "some.zip", tmp_path / "locked.xlsx")
    assert not (tmp_path / "locked.xlsx").exists()


def test_the_look_up_turns_every_token_back_and_is_never_published(example, tmp_path, monkeypatch, capsys):
    """It is made by a command of its own, encrypted, from the registers."""
    monkeypatch.setenv("PRIVACY_AUDIT_PASSWORD", "correct horse battery")
    handover.lookup(tmp_path / "lookup.xlsx", quarter="2026-Q3")
    whose = f"look-up of Lustre Support, 2026-Q3, fictional registers, from {ROOT / 'data' / 'example' / '2026-Q3'}."
    assert whose in capsys.readouterr().out
    opened = handover.decrypted((tmp_path / "lookup.xlsx").read_bytes(), "correct horse battery")
    found = rows(openpyxl.load_workbook(io.BytesIO(opened))["Look-up"])
    clients = example.inputs.registers["clients"]
    everybody = zip(natural_keys(clients), clients.table.column("name").to_pylist(), strict=True)
    assert {(row["Number"], row["Name"]) for row in found} == set(everybody)
