"""Facts about clients: identifiers left, the last contact, the records held, and until when they are kept.

1. `with_residue`: which names and addresses are still in the row of a deleted client.
2. `with_last_seen`: when a client or enquirer was last heard of, and when the house limits end.
3. `with_classes`: which classes of record the row lists.
4. `with_facts`: all of these, when a client left and when the record went, and until when records are kept: by the
   policy's promise, and by tax law (`statutory_end`) where the firm's legal form is known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.dates import add_months, add_years, filing_day, year_end_on_or_after
from privacy_audit.facts import contacts
from privacy_audit.facts.contacts import IN, OUT, Event
from privacy_audit.facts.fact import Known, column, dates, events, listed, truths
from privacy_audit.facts.logic import ruled_out
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.settings.spelling import folded

NAME, EMAIL, KIND = "name", "email", "client_type"
IDENTIFIERS = (NAME, EMAIL, "phone", "billing_address")
# Clients of these kinds have no personal name. Partnerships are left out: most go by their partners' names.
NO_PERSON = {"company", "llp", "public_body", "charity_inc", "charity_uninc"}
LETTERS = re.compile(r"[^\W\d_]+")


def with_residue(clients: Register, known: Known) -> Register:
    """Add identifiers_remaining, surely_left (never blank) and identifiers, the titles of the columns filled in.

    A blank name or e-mail address counts as removed, unless the column is blank in every row or absent: then nothing is
    known. Telephone number and billing address count only where they are filled in.
    """
    names = ("identifiers_remaining", "surely_left", "identifiers")
    stand_ins = known.noting("clients", *names).law.stand_ins.on(known.as_at)
    filled: list[list[str]] = []
    causes = {}
    for index, cells in enumerate(_identifying_cells(clients, stand_ins)):
        filled.append([name for name, answer in cells.items() if answer is True])
        doubtful = next((name for name, answer in cells.items() if answer is None), "")
        if doubtful and not filled[-1]:
            causes[index, "identifiers_remaining"] = (clients.name, doubtful)
    remaining = [
        True if each else None if (index, "identifiers_remaining") in causes else False
        for index, each in enumerate(filled)
    ]
    titles = [listed(clients.schema.by_name[name].title for name in each) for each in filled]
    facts = {
        "identifiers_remaining": truths(remaining),
        "surely_left": truths([each is True for each in remaining]),
        "identifiers": pa.array(titles, pa.string()),
    }
    return replace(clients.with_columns(facts), causes={**clients.causes, **causes})


def _identifying_cells(clients: Register, stand_ins: Mapping[str, Sequence[str]]) -> Iterator[dict[str, bool | None]]:
    """Yield for each row, by column, whether a name, e-mail or telephone number or billing address identifies a person.

    None where a cell cannot be read or judged. Where the kind of client is not known, a filled name may be a company's:
    `client_type` is then None, and `name` False.
    """
    columns = {name: column(clients, name) for name in IDENTIFIERS}
    never_filled = {name for name in (NAME, EMAIL) if not any(columns[name])}
    kinds = _kinds(clients)
    for index, cells in enumerate(zip(*columns.values(), strict=True)):
        answers: dict[str, bool | None] = {}
        for name, cell in zip(IDENTIFIERS, cells, strict=True):
            unread = (index, name) in clients.unread
            answers[name] = None if unread or name in never_filled else _identifies(name, cell, stand_ins)
        if kinds[index] in NO_PERSON:
            answers[NAME] = False
        elif answers[NAME] and kinds[index] is None:
            answers[KIND] = None
            answers[NAME] = False
        yield answers


def _kinds(clients: Register) -> list[str | None]:
    """Return each client's kind, None where none is recorded; a number at Companies House shows a company."""
    pairs = zip(column(clients, KIND), column(clients, "company_number"), strict=True)
    return [kind or ("company" if number else None) for kind, number in pairs]


def _identifies(name: str, cell: Any, stand_ins: Mapping[str, Sequence[str]]) -> bool | None:  # noqa: ANN401 - a cell of the register
    """Return whether a cell identifies a person.

    False for a blank, and for words such as “deleted” (`stand_ins`). None for a name with digits and no letter.
    """
    text = (cell or "").casefold()
    if not any(map(str.isalnum, text)):
        return False
    words = set(LETTERS.findall(text.partition("@")[0]))
    if words & set(stand_ins["gone"]) and words.issubset((*stand_ins["gone"], *stand_ins["beside"])):
        return False
    return True if words or name != NAME else None


FIRST, CONTACT, INVOICE = SEEN = ("first_contact_on", "last_activity_on", "last_invoice_on")


def with_last_seen(clients: Register, known: Known) -> Register:
    """Add last_seen_on, and the last days of the limits: dormant_after, enquirer_until and enquirer_long_until.

    The latest of first contact, last contact and last invoice counts. A blank last contact means that none was
    recorded. A blank last invoice leaves a client's day open, but not an enquirer's. A cell that cannot be read may
    hold any day. dormant_after and enquirer_until are blank where the known days are past the limit and an open cell
    may hold a later one. enquirer_long_until goes by the known days alone.
    """
    for_clients = known.noting("clients", "dormant_after").limits
    for_enquirers = known.noting("clients", "enquirer_until", "enquirer_long_until")
    limits, extra_months = for_enquirers.limits, for_enquirers.law.enquirer_bands.on(known.as_at)["major"]
    rows = list(zip(*(column(clients, name) for name in SEEN), strict=True))
    last = [max(filter(None, row), default=None) for row in rows]
    open_client, open_enquirer = _open_columns(clients, rows)
    dormant = _limit_ends(last, for_clients.dormant_months, open_client, known.as_at)
    enquirer = _limit_ends(last, limits.enquirer_months, open_enquirer, known.as_at)
    enquirer_long = [add_months(day, limits.enquirer_months + extra_months) if day else None for day in last]
    facts = {
        "last_seen_on": dates(last),
        "dormant_after": dates(dormant),
        "enquirer_until": dates(enquirer),
        "enquirer_long_until": dates(enquirer_long),
    }
    causes = {(index, "dormant_after"): _cause(clients, index, name) for index, name in open_client.items()}
    causes |= {(index, "enquirer_until"): _cause(clients, index, name) for index, name in open_enquirer.items()}
    return replace(clients.with_columns(facts), causes={**clients.causes, **causes})


def _open_columns(clients: Register, rows: Iterable[tuple[date | None, ...]]) -> tuple[dict[int, str], dict[int, str]]:
    """Return by row the column that leaves the last contact open: for the row as a client, and as an enquirer.

    The first contact is the earliest of the three days, so its blank matters only where the others are blank as well.
    """
    as_client, as_enquirer = {}, {}
    for index, row in enumerate(rows):
        unread = [name for name in (INVOICE, CONTACT) if (index, name) in clients.unread]
        if unread:
            as_client[index] = as_enquirer[index] = unread[0]
        elif row[2] is None:
            as_client[index] = INVOICE
        if not any(row) and not unread:
            as_enquirer[index] = FIRST
    return as_client, as_enquirer


def _limit_ends(last: Iterable[date | None], months: int, open_: dict[int, str], as_at: date) -> list[date | None]:
    """Return the last day of the limit for each row; None where no day is known.

    Also None where that day has passed and an open column may hold a later one.
    """
    ends = (add_months(day, months) if day else None for day in last)
    return [None if end and index in open_ and end < as_at else end for index, end in enumerate(ends)]


def _cause(clients: Register, index: int, name: str) -> tuple[str, str]:
    """Return the (register, column) to fill in: the cell's own, unless another is noted as its cause."""
    return clients.causes.get((index, name), (clients.name, name))


PARTED = re.compile(r"[;,/]")


def with_classes(clients: Register, known: Known) -> Register:
    """Add promised_records and financial_records: whether the row lists a class of record of that kind.

    Blank where the row names no class, or only unknown words. For a client whose last invoice was taken from the
    invoices, financial classes do not count: the ledger still has the invoice, so it was not destroyed with the
    client's row.
    """
    facts = ("promised_records", "financial_records", "promised_until", "end_settled")
    law, day = known.noting("clients", *facts).law, known.as_at
    classes, financial = law.record_classes.on(day), set(law.financial_classes.on(day))
    held = [_class_words(cell) for cell in column(clients, "records_held")]
    ledger = _in_ledger(clients)

    def names_one_of(wanted: set[str]) -> list[bool | None]:
        words, gone, every = (_spellings(classes, each) for each in (wanted, wanted - financial, classes))
        return [_names_any(each, gone if index in ledger else words, every) for index, each in enumerate(held)]

    promised = set(law.promised_classes.on(day))
    return clients.with_columns(
        {"promised_records": truths(names_one_of(promised)), "financial_records": truths(names_one_of(financial))}
    )


def _spellings(classes: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> set[str]:
    """Return every spelling of these classes."""
    return {word for name in wanted for word in classes[name]}


def _class_words(cell: str | None) -> set[str]:
    """Return the words of a cell, folded for comparison: the parts between semicolons, commas and slashes."""
    return {each for each in map(folded, PARTED.split(cell or "")) if each}


def classes_of(cell: str | None, classes: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], bool]:
    """Return the classes that a cell names, and whether it names at least one word and known classes only."""
    named = _class_words(cell)
    found = tuple(name for name, words in classes.items() if named & set(words))
    return found, bool(named) and named <= _spellings(classes, set(classes))


def _names_any(named: set[str], wanted: set[str], known: set[str]) -> bool | None:
    """Return whether a wanted class is named; None where none is, and the cell is empty or has an unknown word."""
    if named & wanted:
        return True
    return False if named and named.issubset(known) else None


def _in_ledger(clients: Register) -> set[int]:
    """Return the row numbers of the clients whose last invoice was taken from the invoices."""
    return {index for index, name in clients.inferred if name == "last_invoice_on"}


VAT_PERIOD_MONTHS = 3
STATUS, GONE = "disposal_status", {"deleted", "anonymised"}


def with_facts(clients: Register, known: Known, contact_list: Register | None = None) -> Register:
    """Add when a client left, when the record went, until when it is kept, and the other facts of this module.

    left_on is the later of end date and last invoice, so that a client who was invoiced after the recorded end is not
    overdue too early; it is blank where there is no end date or the last invoice cannot be read. policy_end is the last
    day by the policy's promise, statutory_end by tax law, and keep_until the later of the two; where the row lists no
    invoices, keep_until is policy_end.
    """
    clients = with_classes(clients, known)
    years = known.policy.parameters.retention_years
    invoices = column(clients, "last_invoice_on")
    left = _left_on(clients)
    promised = [add_years(day, years) if day and years else None for day in left]
    for_tax = known.noting("clients", "statutory_end", "tax_date_known", "keep_until")
    statutory = [statutory_end(invoiced, for_tax) if invoiced else None for invoiced in invoices]
    no_invoices = ruled_out(column(clients, "financial_records"))
    ends = zip(promised, statutory, no_invoices, strict=True)
    keep = [max(end, (not without and tax) or end) if end else None for end, tax, without in ends]
    recorded = _recorded_ends(clients)
    was_client = [
        end is not None and end <= known.as_at and invoiced is not None
        for end, invoiced in zip(recorded, invoices, strict=True)
    ]
    dated = clients.with_columns(
        {
            "left_on": dates(left),
            "policy_end": dates(promised),
            "statutory_end": dates(statutory),
            "tax_date_known": truths([day is not None for day in statutory]),
            "keep_until": dates(keep),
            "end_recorded": dates(recorded),
            "surely_no_invoices": truths(no_invoices),
            "surely_was_client": truths(was_client),
            "gone": truths(_gone(clients, known.as_at)),
            "went_lately": truths(_went_lately(clients, known.period_start)),
            "went_after": truths([bool(day and day > known.as_at) for day in column(clients, "disposed_on")]),
            **_marketing(clients, contact_list),
            "has_ended": truths(_have_ended(clients, recorded, known.as_at)),
        }
    )
    return with_residue(with_last_seen(_with_disposal_days(dated, years), known), known)


def _left_on(clients: Register) -> list[date | None]:
    """Return the later of end date and last invoice; None where there is no end date, or the invoice is unreadable."""
    unread = {index for index, name in clients.unread if name == "last_invoice_on"}
    pairs = zip(column(clients, "ended_on"), column(clients, "last_invoice_on"), strict=True)
    return [
        max(ended, invoiced or ended) if ended and index not in unread else None
        for index, (ended, invoiced) in enumerate(pairs)
    ]


def _with_disposal_days(clients: Register, years: int | None) -> Register:
    """Add promised_until, the last promised day for what the row held, and end_settled, which is true or blank.

    Where the row lists no financial records, the end date alone counts. Elsewhere the last invoice counts as well;
    where none is recorded there may have been a later one, so end_settled is blank. It is also blank where the end date
    was worked out from the invoices, because the client may have left later.
    """
    until: list[date | None] = []
    settled: list[bool | None] = []
    inferred_ends = _guessed_ends(clients)
    names = ("ended_on", "last_invoice_on", "left_on", "financial_records")
    rows = zip(*(column(clients, name) for name in names), strict=True)
    for index, (ended, invoiced, left, financial) in enumerate(rows):
        without = financial is False and (index, "last_invoice_on") not in clients.inferred
        day = ended if without else left
        until.append(add_years(day, years) if day and years else None)
        settled.append(True if (without or invoiced) and index not in inferred_ends else None)
    causes = {(index, "end_settled"): (clients.name, "ended_on") for index in inferred_ends}
    dated = clients.with_columns({"promised_until": dates(until), "end_settled": truths(settled)})
    return replace(dated, causes={**clients.causes, **causes})


def _guessed_ends(clients: Register) -> set[int]:
    """Return the numbers of the rows whose end date was worked out from invoices."""
    return {index for index, name in clients.inferred if name == "ended_on"}


def _recorded_ends(clients: Register) -> list[date | None]:
    """Return each client's end date; None where it is blank or was worked out from invoices."""
    ends = enumerate(column(clients, "ended_on"))
    return [None if (index, "ended_on") in clients.inferred else day for index, day in ends]


def _have_ended(clients: Register, ends: list[date | None], as_at: date) -> list[bool | None]:
    """Return whether each client has ended by the day of the audit; `ends` are the recorded end dates.

    For a current client a blank end date means “no”, unless the column is blank for everyone: then the answer is None.
    Where the relationship was worked out from invoices, a blank means “no” in either case. Otherwise a blank gives
    None.
    """
    column_is_kept = any(ends)
    answers: list[bool | None] = []
    for index, (end, relationship) in enumerate(zip(ends, column(clients, "relationship"), strict=True)):
        unread = (index, "ended_on") in clients.unread
        none = (
            relationship == "client" and not unread and (column_is_kept or (index, "relationship") in clients.inferred)
        )
        answers.append(end <= as_at if end else (False if none else None))
    return answers


def _gone(clients: Register, as_at: date) -> list[bool | None]:
    """Return whether each record was deleted or anonymised by the day of the audit; None where the status is blank.

    A status column that is blank in every row shows nothing: the answer is then None, unless the row is known to have
    no day of disposal.
    """
    statuses, events_ = column(clients, STATUS), events(clients, "disposed_on")
    silent = STATUS in clients.silent
    return [
        None if status is None or (silent and noted is not False) else status in GONE and not (day and day > as_at)
        for status, (day, noted) in zip(statuses, events_, strict=True)
    ]


def _went_lately(clients: Register, start: date) -> list[bool]:
    """Return which records surely went since the period began, and not by a merger with another row."""
    rows = zip(*(column(clients, name) for name in (STATUS, "disposed_on", "disposal_reason")), strict=True)
    return [status in GONE and day is not None and day >= start and why != "duplicate" for status, day, why in rows]


def _marketing(clients: Register, contact_list: Register | None) -> dict[str, pa.Array]:
    """Return as columns each client's latest opt-in and opt-out, by its own row and by the marketing lists."""
    found: dict[str, pa.Array] = {}
    emails = column(clients, "email")
    for name, event_name in (("marketing_in_on", IN), ("marketing_out_on", OUT)):
        listed: dict[str, list[Event]] = defaultdict(list)
        for email, event in (
            zip(column(contact_list, "email"), contacts.told(contact_list, event_name), strict=True)
            if contact_list
            else ()
        ):
            listed[email].append(event)
        rows = zip(emails, events(clients, event_name), strict=True)
        every = [contacts.latest([event, *listed.get(email, ())]) for email, event in rows]
        found |= {name: dates([day for day, _ in every]), happened_column(name): truths([each for _, each in every])}
    return found


def statutory_end(last_invoice: date, known: Known) -> date | None:
    """Return the last day on which tax law asks for the invoice to be kept.

    None where the firm's legal form, or the year end of a company or LLP, is not known.

    Company and LLP: FA 1998 Sch 18 para 21, years from the end of the accounting period.
    Self-employed and partnership: TMA 1970 s.12B, years from 31 January after the tax year.
    VAT: VATA 1994 Sch 11 para 6, from the end of a VAT period that is at most three months long.
    """
    law, firm, day = known.law, known.policy.firm.facts, known.as_at
    if firm.legal_form in {"company", "llp"}:
        if firm.accounting_year_end is None:
            return None
        month, last = (int(part) for part in firm.accounting_year_end.split("-"))
        years = law.company_years_after_year_end.on(day)
        end = add_years(year_end_on_or_after(last_invoice, month, last), years)
    elif firm.legal_form in {"sole_trader", "partnership"}:
        end = add_years(filing_day(last_invoice), law.self_employed_years_after_filing.on(day))
    else:
        return None
    if firm.vat_registered:
        end = max(end, add_years(add_months(last_invoice, VAT_PERIOD_MONTHS), law.vat_years.on(day)))
    return end
