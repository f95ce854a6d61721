"""The insurer's draft answers: whatever the audit found about the thing asked stands in the answer itself."""

from dataclasses import replace

import pytest
from privacy_audit.audit.editions import View
from privacy_audit.audit.run import audit
from privacy_audit.reports import insurer, transfers
from privacy_audit.reports.insurer import WAYS
from privacy_audit.settings.firm import QUESTIONS, Answer, Proposal
from support.bench import NONE, changed, make_firm, request, write_register

CONTRACTS = "Are there written contracts with them?"
TERMS = "Has somebody checked that the contracts have the terms of Article 28(3)?"
HOW_MANY = "How many suppliers handle personal data for the firm?"
ABROAD = "What protects it there?"
WHERE = "To which countries is personal data sent?"
LOOKED_AT = "Has the security of suppliers been looked at?"
SPECIAL = "Is special category data held, such as health or ethnicity?"
KEPT = "How long are records kept?"
SEEN = " Suppliers' people see it from other countries too, by number of suppliers"
SUPPLIER = {"legal_name": "Ferrous Mail Ltd", "service": "E-mail", "country": "GB", "role": "processor"}
SUPPLIER |= {"contract_ref": "C1", "contract_signed_on": "2024-01-02", "contract_expires_on": "2027-01-01"}
SUPPLIER |= {"art28_checked_on": "2026-02-01", "art28_missing": "none", "security_review_on": "2026-02-01"}
SUPPLIER |= {"security_basis": "certificate", "safeguard": "", "data_categories": "names; e-mail addresses"}
SUPPLIER |= {"service_start": "2024-02-01", "service_end": "", "support_countries": "none"}
GONE_ABROAD = {"transfer_id": "T1", "importer": "Manila Desk Inc", "country": "PH", "data_categories": "names"}
GONE_ABROAD |= {"mechanism": "IDTA", "agreement_signed_on": "2022-12-12", "first_transfer_on": "2023-01-01"}
GONE_ABROAD |= {"ended_on": "2025-01-01", "frequency": "continuous"}


def told(view, proposal=None):
    """The draft answers by question: answer, how it is known, where it comes from."""
    return {row[1]: row[2:5] for row in insurer.answers(view, proposal or Proposal()).rows}


def supplied(folder, *rows):
    """The insurer's view of a firm with these suppliers, each like the usual one but for some cells."""
    firm = make_firm(folder / "firm")
    write_register(firm / "registers" / "2026-Q3", "processors", [SUPPLIER | row for row in rows])
    return View(audit(request(firm, "2026-Q3")))


def suppliers(view, proposal=None):
    """The sheet Suppliers by name."""
    table = insurer.providers(view, proposal or Proposal())
    return {row[0]: dict(zip(table.head, row, strict=True)) for row in table.rows}


def test_a_contract_that_ran_out_is_not_counted_and_is_told(example):
    """It is on record, and in force it is not."""
    answer, grade, _ = told(View(example))[CONTRACTS]
    assert "the contracts with 12 of 13 processors; run out by then: 1." in answer
    assert "The contract with Dialwright Telephony Ltd ran out on 31 May 2026" in answer
    assert grade == "recorded"
    cell = suppliers(View(example))["Dialwright Telephony Ltd"]["Contract signed"]
    assert cell.startswith("recorded: 24 May 2021; the audit found: The contract")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"contract_expires_on": "2026-09-30"}, "the contracts with 1 of 1 processors."),
        ({"contract_expires_on": "2026-09-29"}, "the contracts with 0 of 1 processors; run out by then: 1."),
        (
            {"contract_signed_on": "2026-10-01"},
            "the contracts with 0 of 1 processors; no signature by then on record: 1.",
        ),
        (
            {"contract_expires_on": "see e-mail"},
            "the contracts with 0 of 1 processors; signed, and not known until when they run: 1.",
        ),
        (
            {"contract_signed_on": "", "contract_ref": ""},
            "The audit found: Ferrous Mail Ltd: cannot be shown: “Contract signed” is missing, blank",
        ),
    ],
)
def test_a_contract_counts_to_its_last_day_and_from_its_signature(cells, said, tmp_path):
    """The last day is still in force; a signature after the day of the audit is none yet."""
    assert said in told(supplied(tmp_path, cells))[CONTRACTS][0]


def test_what_is_found_of_several_in_the_same_words_stands_once(tmp_path):
    """With all their names, so that nobody reads a page of the same sentence."""
    rows = [{"legal_name": name, "contract_expires_on": ""} for name in ("Ferrous Mail Ltd", "Copper Post Ltd")]
    answer = told(supplied(tmp_path, *rows))[CONTRACTS][0]
    assert "Ferrous Mail Ltd, Copper Post Ltd: cannot be shown: “Contract ends” is missing, blank" in answer
    assert answer.count("cannot be shown") == 1


def test_a_missing_term_is_told_though_somebody_accepted_it(example):
    """An exception that the firm accepted for itself is still there for an insurer; and nobody saw the contract."""
    answer, grade, _ = told(View(example))[TERMS]
    assert answer.startswith("A check of the contract's terms is on record for 13 of 13 processors. Terms missing by")
    assert "The contract with Calendrillo Inc. lacks: audits (accepted as an exception until 9 February 2027)" in answer
    assert grade == "recorded"


def test_controllers_of_their_own_do_not_handle_data_for_the_firm(example):
    """They are told apart, and no contract under Article 28 is missing of them."""
    answer = told(View(example))[HOW_MANY][0]
    assert answer.startswith("Processors: 13. Others that get personal data")
    assert "own controllers: 3" in answer
    assert suppliers(View(example))["Quennell Ashby Solicitors LLP"]["Terms checked"] == "does not apply"


def test_what_a_check_doubts_protects_nothing(example):
    """A certificate without the UK Extension, and a safeguard that cannot be read, stand apart with what was found."""
    counted, _, doubted = told(View(example))[ABROAD][0].partition(
        " Not counted as protected, for what the audit found: 2."
    )
    assert "UK Extension to the Data Privacy Framework: 1," in counted
    assert "none needed: country approved in full: 2" in counted
    assert "Pelicanpost Mail Inc. (United States): recorded: UK Extension to the Data Privacy Framework; " in doubted
    assert "is on the Data Privacy Framework list without the UK Extension" in doubted
    assert (
        "Glimmerpath Analytics Inc. (United States): recorded: something that could not be read; the audit found: "
        in doubted
    )
    sheet = suppliers(View(example))
    assert "the audit found: Pelicanpost" in sheet["Pelicanpost Mail Inc."]["Transfer safeguard"]
    assert sheet["Firnstein Webspace AG"]["Transfer safeguard"] == "none needed: country approved in full"
    assert sheet["Dialwright Telephony Ltd"]["Transfer safeguard"] == "none needed: in the United Kingdom"


def test_people_of_suppliers_who_see_data_from_abroad_are_told_beside_what_is_sent(example):
    """It may be no sending of the firm's own; an insurer asks where data is seen all the same."""
    answer, grade, _ = told(View(example))[WHERE]
    assert answer.endswith(f"United States (4).{SEEN}: Ireland (1), Philippines (1).")
    assert grade == "recorded"
    sheet = suppliers(View(example))
    at_home = "none needed: in the United Kingdom; its people see it from: "
    assert sheet["Inkwillow Signing Ltd"]["Transfer safeguard"] == f"{at_home}Philippines"
    assert sheet["Tallybrook Software Ltd"]["Transfer safeguard"] == f"{at_home}Ireland"
    purpose = transfers.by_country(example).purpose
    assert purpose.endswith("people of suppliers see data from other countries too: Ireland (1), Philippines (1).")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("none", ""),
        ("United Kingdom", ""),
        ("India; France", f"{SEEN}: France (1), India (1)."),
        ("Mars", f"{SEEN}: country not recorded (1)."),
        (None, " From where suppliers' people see it is not recorded."),
    ],
)  # fmt: skip
def test_where_support_sits_is_told_as_far_as_the_list_has_it(cell, said, tmp_path):
    """A supplier's own country is none more; a word that is no country, and a list without the column, are told."""
    firm = make_firm(tmp_path / "firm")
    row = {name: value for name, value in SUPPLIER.items() if name != "support_countries"}
    rows = [row if cell is None else SUPPLIER | {"support_countries": cell}]
    write_register(firm / "registers" / "2026-Q3", "processors", rows)
    answer, _, _ = told(View(audit(request(firm, "2026-Q3"))))[WHERE]
    assert answer.partition("To none, as the supplier list has it.")[2].partition(" The audit found")[0] == said


def test_columns_of_bank_numbers_answer_whether_bank_details_are_held(example):
    """Nobody need have said so; and what the firm says itself does not hide it."""
    answer, grade, _ = told(View(example))[QUESTIONS["payment_data"]]
    assert answer.startswith("Yes, by the exports: the contacts export carries “Bank account number” (bank details).")
    assert grade == "recorded"
    no = Answer(answer="No bank details are held.", by="the director", on=example.inputs.issued_on)
    answer, grade, _ = told(View(example), Proposal(answers={"payment_data": no}))[QUESTIONS["payment_data"]]
    assert answer.startswith("No bank details are held. This audit: Yes, by the exports")
    assert grade == "declared"


def test_how_long_records_are_kept_tells_what_was_found_about_words_and_records(example):
    """The policy's sentence alone would read as if it were kept."""
    answer = told(View(example))[KEPT][0]
    assert "No tax law counts its years" in answer
    assert "(RET-01): not so: 1" in answer


def test_every_finding_about_suppliers_stands_in_some_answer_and_on_the_sheet(example):
    """Word for word, so that a control that is written tomorrow cannot be left out."""
    view, found = View(example), [each for each in example.findings if each.register in {"processors", "transfers"}]
    answers = " ".join(answer for answer, _, _ in told(view).values())
    sheet = " ".join(str(cell) for row in suppliers(view).values() for cell in row.values())
    facts = [each for each in found if each.outcome == "broken"]
    assert len(facts) >= 3
    for each in facts:
        assert each.reason.rstrip(".") in answers, each.reason
        assert each.reason.rstrip(".") in sheet, each.reason


def test_a_check_that_could_not_be_run_is_told(example):
    """A count beside no check would read as if all were well."""
    observations = [
        replace(each, error="it failed") if each.control.id == "PRC-01" else each for each in example.observations
    ]
    answer = told(View(replace(example, observations=observations)))[CONTRACTS][0]
    assert answer.endswith("Not all was checked: PRC-01 could not be run.")


def test_a_fee_that_ran_out_is_told(example):
    """The day alone is easily read past."""
    view = View(example)
    view.facts |= {"ico_registration": "ZA000001", "ico_fee_paid_until": view.day.replace(day=29)}
    answer = told(view)["Is the firm registered with the ICO, and is the fee paid?"][0]
    assert answer.endswith("That was before the day of the audit, 30 September 2026.")


def test_no_suppliers_name_stands_in_any_answer_where_the_firm_wants_none(example):
    """What was found about a supplier is told by its number on the sheet."""
    view, quiet = View(example), Proposal(provider_names=False)
    names = set(example.inputs.registers["processors"].table.column("legal_name").to_pylist())
    answers = [answer for answer, _, _ in told(view, quiet).values()]
    cells = [str(cell) for row in suppliers(view, quiet).values() for cell in row.values()]
    assert not [text for text in answers + cells for name in names if name in text]
    assert any("The contract with supplier 5 ran out" in text for text in answers)


def test_a_suppliers_name_in_its_service_is_veiled_too(tmp_path):
    """What a firm calls a service often begins with who gives it."""
    firm = changed(tmp_path, processors=lambda row: row | {"service": f"{row['legal_name']} desk"})
    view, quiet = View(audit(request(firm, "2026-Q3"))), Proposal(provider_names=False)
    assert [row["Service"] for row in suppliers(view, quiet).values()] == [
        f"{name} desk" for name in suppliers(view, quiet)
    ]
    assert "Manila Desk Inc desk" in {row["Service"] for row in suppliers(view).values()}


def without(folder, register, none=""):
    """The insurer's view of the careful firm without one file; `none` declares a register to be empty."""
    firm = changed(folder)
    (firm / "registers" / "2026-Q3" / f"{register}.csv").unlink()
    settings = firm / "policy" / "firm.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + (none and NONE.format(column=none)), encoding="utf-8")
    return View(audit(request(firm, "2026-Q3")))


def test_that_there_are_no_suppliers_is_declared_and_stands_in_no_list(tmp_path):
    """By whom and why; and what no check could show stands beside it."""
    found = told(without(tmp_path, "processors", "processors"))
    for question in (HOW_MANY, CONTRACTS, TERMS, LOOKED_AT, WHERE, ABROAD):
        answer, grade, source = found[question]
        assert answer.startswith("None, as the firm says: there are none."), question
        assert (grade, source) == ("declared", "tester, 1 October 2026"), question
    for check in ("TRF-02", "TRF-04", "TRF-06", "TRF-07"):
        assert f"{check} shows nothing: the register transfers has no row" in found[ABROAD][0]


def test_an_empty_list_of_suppliers_that_nobody_declared_is_not_known(tmp_path):
    """A file with nothing but its header tells nothing."""
    view = View(audit(request(changed(tmp_path, processors=headed()), "2026-Q3")))
    assert {told(view)[each][1] for each in (HOW_MANY, CONTRACTS, WHERE, ABROAD)} == {"not known"}


def headed():
    """Leave out every row: a blank one takes their place, so that the header stays."""
    rows = iter([True])
    return lambda row: dict.fromkeys(row, "") if next(rows, None) else None


def test_that_there_are_no_clients_is_declared_too(tmp_path):
    """Nothing is recorded in a list that nobody exported."""
    found = told(without(tmp_path, "clients", "clients"))
    for question in ("Who are they?", "Which details are held, and of how many?", SPECIAL):
        assert found[question][1:] == ("declared", "tester, 1 October 2026"), question
    _, grade, source = found["Of how many people or firms are records held?"]
    assert grade == "declared"
    assert "the client list, declared to have no row: tester, 1 October 2026; the marketing lists, exported" in source


def test_a_transfers_file_is_named_where_it_is_given_with_or_without_a_supplier_list(tmp_path):
    """It is of another day than the supplier list, and may not be all that one would tell."""
    firm = changed(tmp_path, processors=lambda row: row | {"country": "UK", "safeguard": ""})
    quarter = firm / "registers" / "2026-Q3"
    write_register(quarter, "transfers", [GONE_ABROAD])
    about = quarter / "quarter.toml"
    about.write_text(about.read_text(encoding="utf-8") + "[extracts.transfers]\nextracted_on = 2026-10-06\n")
    for _ in range(2):
        found = told(View(audit(request(firm, "2026-Q3"))))
        assert found[WHERE][0].startswith("To none, as the transfers file has it.")
        assert found[ABROAD][0].startswith("Nothing is sent abroad, as the transfers file has it.")
        for question in (WHERE, ABROAD):
            assert found[question][1:] == ("recorded", "the transfers file, exported 6 October 2026")
        (quarter / "processors.csv").unlink(missing_ok=True)
    assert "TRF-01 does not cover everything: no file could be read as the register processors" in found[WHERE][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"M-200": "perhaps", "M-201": "perhaps", "M-202": ""}, " that nobody could read: 2."),
        ({"M-200": "", "M-201": "", "M-202": ""}, " Clients of whom nothing is noted: 3."),
    ],
)
def test_a_word_that_nobody_could_read_is_not_told_as_nothing_noted(words, said, tmp_path):
    """Nothing noted and not legible are two answers."""
    firm = changed(tmp_path, clients=lambda row: row | {"Special category": words.get(row["Client no"], "none")})
    answer = told(View(audit(request(firm, "2026-Q3"))))[SPECIAL][0]
    assert said in answer
    assert ("nobody could read" in answer) == ("perhaps" in words.values())
    assert f"nothing is noted: {list(words.values()).count('')}." in answer


def test_a_client_list_without_any_detail_says_only_what_is_not_known(tmp_path):
    """No empty list of details stands before it."""
    lacking = ("Client name", "Email", "Telephone", "Billing address")
    firm = changed(tmp_path, clients=lambda row: {name: cell for name, cell in row.items() if name not in lacking})
    answer = told(View(audit(request(firm, "2026-Q3"))))["Which details are held, and of how many?"][0]
    assert answer.startswith("Not in the export, so not known: names, e-mail addresses, telephone numbers, addresses.")


def test_one_of_a_kind_is_told_without_a_plural(tmp_path):
    """One prospect is no “1 prospects”."""
    kinds = {"M-200": "Prospect", "M-201": "Enquirer"}
    firm = changed(
        tmp_path, clients=lambda row: row | {"Status": kinds[row["Client no"]]} if row["Client no"] in kinds else None
    )
    found = told(View(audit(request(firm, "2026-Q3"))))
    assert found["Who are they?"][0].startswith("Prospects: 1, enquirers: 1.")
    assert found[SPECIAL][0].startswith("Clients marked as having none: 2.")


def test_findings_about_people_are_counted_for_the_insurer_and_never_told(example):
    """Neither the record nor the words, which may carry a day of somebody's."""
    told_of = {"processors", "transfers", "columns", "receipts", "notice", "contradictions"}
    found = View(example).findings()
    assert len(found) == len(example.findings)
    assert {each["register"] for each in found if each["reason"]} <= told_of
    people = [each for each in found if each["register"] in {"clients", "contacts"}]
    assert len(people) > 5
    assert not [each for each in people if each["record"] or each["reason"]]


def test_declared_does_not_promise_a_name_and_a_day_that_are_not_there(example):
    """The legal form stands in the settings without either."""
    view = View(example)
    assert told(view)["What is the firm's legal form?"][1:] == (
        "declared",
        "the firm itself, in its settings (firm.toml)",
    )
    assert "else in its settings" in WAYS["declared"]
