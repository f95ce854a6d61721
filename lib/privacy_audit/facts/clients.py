"""Until when a former client's records are kept: by the promise, and by tax law where the firm's form is known."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.dates import add_months, add_years, filing_day, year_end_on_or_after
from privacy_audit.facts import contacts as mailings
from privacy_audit.facts.contacts import IN, OUT, Event
from privacy_audit.facts.fact import Known, column, dates, events, listed, truths
from privacy_audit.facts.logic import ruled_out
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.settings.spelling import folded

NAME, EMAIL, KIND = "name", "email", "client_type"
IDENTIFIERS = (NAME, EMAIL, "phone", "billing_address")
# Whose name is nobody's; a partnership mostly goes by its partners' names.
NO_PERSON = {"company", "llp", "public_body", "charity_inc", "charity_uninc"}
LETTERS = re.compile(r"[^\W\d_]+")


def with_residue(clients: Register, known: Known) -> Register:
    """Add identifiers_left, surely_left (never blank) and identifiers, the titles of the columns that hold something.

    A blank cell of a deleted row says that nothing is left, unless the column is blank in every row or absent: then
    nobody can tell of names and addresses. Telephone and billing address count where they are given.
    """
    names = ("identifiers_left", "surely_left", "identifiers")
    stand_ins = known.noting("clients", *names).law.stand_ins.on(known.as_at)
    found: list[list[str]] = []
    causes = {}
    for index, cells in enumerate(_answers(clients, stand_ins)):
        found.append([name for name, answer in cells.items() if answer is True])
        doubtful = next((name for name, answer in cells.items() if answer is None), "")
        if doubtful and not found[-1]:
            causes[index, "identifiers_left"] = (clients.name, doubtful)
    left = [
        True if each else None if (index, "identifiers_left") in causes else False for index, each in enumerate(found)
    ]
    titles = [listed(clients.schema.by_name[name].title for name in each) for each in found]
    facts = {
        "identifiers_left": truths(left),
        "surely_left": truths([each is True for each in left]),
        "identifiers": pa.array(titles, pa.string()),
    }
    return replace(clients.with_columns(facts), causes={**clients.causes, **causes})


def _answers(clients: Register, stand_ins: Mapping[str, Sequence[str]]) -> Iterator[dict[str, bool | None]]:
    """Yield for each row whether each of the four is left; None stands under the column that leaves it open."""
    columns = {name: column(clients, name) for name in IDENTIFIERS}
    silent = {name for name in (NAME, EMAIL) if not any(columns[name])}
    kinds = _kinds(clients)
    for index, cells in enumerate(zip(*columns.values(), strict=True)):
        answers: dict[str, bool | None] = {}
        for name, cell in zip(IDENTIFIERS, cells, strict=True):
            unread = (index, name) in clients.unread
            answers[name] = None if unread or name in silent else _stands(name, cell, stand_ins)
        if kinds[index] in NO_PERSON:
            answers[NAME] = False
        elif answers[NAME] and kinds[index] is None:
            answers[KIND] = None
            answers[NAME] = False
        yield answers


def _kinds(clients: Register) -> list[str | None]:
    """Return each client's kind; a number at Companies House makes it a company where the kind is not recorded."""
    pairs = zip(column(clients, KIND), column(clients, "company_number"), strict=True)
    return [kind or ("company" if number else None) for kind, number in pairs]


def _stands(name: str, cell: Any, stand_ins: Mapping[str, Sequence[str]]) -> bool | None:  # noqa: ANN401 - a cell of the register
    """Return whether a cell tells who somebody is; a name without a letter is no name, and no blank either."""
    text = (cell or "").casefold()
    if not any(map(str.isalnum, text)):
        return False
    words = set(LETTERS.findall(text.partition("@")[0]))
    if words & set(stand_ins["gone"]) and words.issubset((*stand_ins["gone"], *stand_ins["beside"])):
        return False
    return True if words or name != NAME else None


FIRST, CONTACT, INVOICE = SEEN = ("first_contact_on", "last_activity_on", "last_invoice_on")


def with_last_seen(clients: Register, known: Known) -> Register:
    """Add last_seen_on, dormant_after, enquirer_until and enquirer_long_until.

    The latest of three days counts. A blank last contact says that none was recorded; a client with a blank last
    invoice may have been invoiced yesterday, an enquirer has none. What cannot be read may be any day. A day that is
    open stays blank unless a day that is known settles it: who was seen last month is not dormant.
    """
    quiet = known.noting("clients", "dormant_after").limits
    asked = known.noting("clients", "enquirer_until", "enquirer_long_until")
    limits, more = asked.limits, asked.law.enquirer_bands.on(known.as_at)["major"]
    rows = list(zip(*(column(clients, name) for name in SEEN), strict=True))
    last = [max(filter(None, row), default=None) for row in rows]
    open_client, open_enquirer = _open(clients, rows)
    dormant = _until(last, quiet.dormant_months, open_client, known.as_at)
    enquirer = _until(last, limits.enquirer_months, open_enquirer, known.as_at)
    long = [add_months(day, limits.enquirer_months + more) if day else None for day in last]
    facts = {
        "last_seen_on": dates(last),
        "dormant_after": dates(dormant),
        "enquirer_until": dates(enquirer),
        "enquirer_long_until": dates(long),
    }
    causes = {(index, "dormant_after"): _root(clients, index, name) for index, name in open_client.items()}
    causes |= {(index, "enquirer_until"): _root(clients, index, name) for index, name in open_enquirer.items()}
    return replace(clients.with_columns(facts), causes={**clients.causes, **causes})


def _open(clients: Register, rows: Iterable[tuple[date | None, ...]]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the column that leaves open when a row was last seen: as a client, and as an enquirer.

    The first contact settles nothing that a later day does, so that its blank is open only where it stands alone.
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


def _until(last: Iterable[date | None], months: int, open_: dict[int, str], as_at: date) -> list[date | None]:
    """Return the last day of the limit for each row, blank where it may be a later one."""
    ends = (add_months(day, months) if day else None for day in last)
    return [None if end and index in open_ and end < as_at else end for index, end in enumerate(ends)]


def _root(clients: Register, index: int, name: str) -> tuple[str, str]:
    return clients.causes.get((index, name), (clients.name, name))


PARTED = re.compile(r"[;,/]")


def with_classes(clients: Register, known: Known) -> Register:
    """Add promised_records and financial_records: blank where no class is named, or only ones nobody knows.

    An invoice that the ledger still has was not destroyed with the client's row, whatever the row says.
    """
    facts = ("promised_records", "financial_records", "promised_until", "end_settled")
    law, day = known.noting("clients", *facts).law, known.as_at
    classes, financial = law.record_classes.on(day), set(law.financial_classes.on(day))
    held = [_named(cell) for cell in column(clients, "records_held")]
    ledger = _in_ledger(clients)

    def among(wanted: set[str]) -> list[bool | None]:
        words, gone, every = (_spelt(classes, each) for each in (wanted, wanted - financial, classes))
        return [_any(each, gone if index in ledger else words, every) for index, each in enumerate(held)]

    promised = set(law.promised_classes.on(day))
    return clients.with_columns(
        {"promised_records": truths(among(promised)), "financial_records": truths(among(financial))}
    )


def _spelt(classes: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> set[str]:
    """Return the words that stand for these classes."""
    return {word for name in wanted for word in classes[name]}


def _named(cell: str | None) -> set[str]:
    """Return the classes that a cell names, as they are compared."""
    return {each for each in map(folded, PARTED.split(cell or "")) if each}


def classes_of(cell: str | None, classes: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], bool]:
    """Return the classes that a cell names, and whether it names nothing else and at least one."""
    named = _named(cell)
    found = tuple(name for name, words in classes.items() if named & set(words))
    return found, bool(named) and named <= _spelt(classes, set(classes))


def _any(named: set[str], wanted: set[str], known: set[str]) -> bool | None:
    """Return whether a wanted class is named; blank where none is, and something unknown or nothing at all is."""
    if named & wanted:
        return True
    return False if named and named.issubset(known) else None


def _in_ledger(clients: Register) -> set[int]:
    """Return the rows of clients whose last invoice the invoices themselves tell."""
    return {index for index, name in clients.inferred if name == "last_invoice_on"}


VAT_PERIOD_MONTHS = 3
STATUS, GONE = "disposal_status", {"deleted", "anonymised"}


def with_facts(clients: Register, known: Known, contacts: Register | None = None) -> Register:
    """Add the days on which a client left and until which records are kept, and what other rooms tell of the row.

    left_on is the later of end date and last invoice, so that a client who was invoiced after the recorded end
    is not called overdue too early; it is blank where the end date is blank or the last invoice unreadable.
    """
    clients = with_classes(clients, known)
    years = known.policy.parameters.retention_years
    invoices = column(clients, "last_invoice_on")
    left = _left(clients)
    promised = [add_years(day, years) if day and years else None for day in left]
    taxed = known.noting("clients", "statutory_end", "tax_date_known", "keep_until")
    statutory = [statutory_end(invoiced, taxed) if invoiced else None for invoiced in invoices]
    bare = ruled_out(column(clients, "financial_records"))
    ends = zip(promised, statutory, bare, strict=True)
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
            "surely_no_invoices": truths(bare),
            "surely_was_client": truths(was_client),
            "gone": truths(_gone(clients, known.as_at)),
            "went_lately": truths(_went_lately(clients, known.period_start)),
            "went_after": truths([bool(day and day > known.as_at) for day in column(clients, "disposed_on")]),
            **_marketing(clients, contacts),
            "has_ended": truths(_have_ended(clients, recorded, known.as_at)),
        }
    )
    return with_residue(with_last_seen(_with_disposal_days(dated, years), known), known)


def _left(clients: Register) -> list[date | None]:
    """Return the later of end date and last invoice; None where there is no end date, or the invoice is unreadable."""
    unread = {index for index, name in clients.unread if name == "last_invoice_on"}
    pairs = zip(column(clients, "ended_on"), column(clients, "last_invoice_on"), strict=True)
    return [
        max(ended, invoiced or ended) if ended and index not in unread else None
        for index, (ended, invoiced) in enumerate(pairs)
    ]


def _with_disposal_days(clients: Register, years: int | None) -> Register:
    """Add promised_until, the promised day for what the row held, and end_settled.

    Where there were no invoices none moves the end, and the end date alone counts. Elsewhere a last invoice that
    nobody recorded may: end_settled is then blank, and never false. An end worked out from the invoices may have come
    later, so that it settles nothing either.
    """
    until: list[date | None] = []
    settled: list[bool | None] = []
    guessed = _guessed_ends(clients)
    names = ("ended_on", "last_invoice_on", "left_on", "financial_records")
    rows = zip(*(column(clients, name) for name in names), strict=True)
    for index, (ended, invoiced, left, financial) in enumerate(rows):
        without = financial is False and (index, "last_invoice_on") not in clients.inferred
        day = ended if without else left
        until.append(add_years(day, years) if day and years else None)
        settled.append(True if (without or invoiced) and index not in guessed else None)
    causes = {(index, "end_settled"): (clients.name, "ended_on") for index in guessed}
    dated = clients.with_columns({"promised_until": dates(until), "end_settled": truths(settled)})
    return replace(dated, causes={**clients.causes, **causes})


def _guessed_ends(clients: Register) -> set[int]:
    """Return the rows whose end was worked out from invoices."""
    return {index for index, name in clients.inferred if name == "ended_on"}


def _recorded_ends(clients: Register) -> list[date | None]:
    """Return the end dates that somebody recorded, and none that was worked out from invoices."""
    ends = enumerate(column(clients, "ended_on"))
    return [None if (index, "ended_on") in clients.inferred else day for index, day in ends]


def _have_ended(clients: Register, ends: list[date | None], as_at: date) -> list[bool | None]:
    """Return whether each client has ended by the day of the audit.

    A blank beside somebody who still is a client says “no”, unless the column is kept for nobody: then nobody can tell.
    Where the relationship was worked out from invoices, so was that there is no end.
    """
    kept = any(ends)
    answers: list[bool | None] = []
    for index, (end, relationship) in enumerate(zip(ends, column(clients, "relationship"), strict=True)):
        unread = (index, "ended_on") in clients.unread
        none = relationship == "client" and not unread and (kept or (index, "relationship") in clients.inferred)
        answers.append(end <= as_at if end else (False if none else None))
    return answers


def _gone(clients: Register, as_at: date) -> list[bool | None]:
    """Return whether each record was deleted or anonymised by the day of the audit.

    A status that nobody filled in for anybody tells nothing, but that nobody noted a day of disposal either.
    """
    statuses, events_ = column(clients, STATUS), events(clients, "disposed_on")
    silent = STATUS in clients.silent
    return [
        None if status is None or (silent and noted is not False) else status in GONE and not (day and day > as_at)
        for status, (day, noted) in zip(statuses, events_, strict=True)
    ]


def _went_lately(clients: Register, start: date) -> list[bool]:
    """Return which records surely went on the first day of the period or later, and not into another row."""
    rows = zip(*(column(clients, name) for name in (STATUS, "disposed_on", "disposal_reason")), strict=True)
    return [status in GONE and day is not None and day >= start and why != "duplicate" for status, day, why in rows]


def _marketing(clients: Register, contacts: Register | None) -> dict[str, pa.Array]:
    """Return the latest opt-in and opt-out of each client, by its own row and by the marketing lists."""
    found: dict[str, pa.Array] = {}
    emails = column(clients, "email")
    for name, of in (("marketing_in_on", IN), ("marketing_out_on", OUT)):
        listed: dict[str, list[Event]] = defaultdict(list)
        for email, event in (
            zip(column(contacts, "email"), mailings.told(contacts, of), strict=True) if contacts else ()
        ):
            listed[email].append(event)
        rows = zip(emails, events(clients, of), strict=True)
        every = [mailings.latest([event, *listed.get(email, ())]) for email, event in rows]
        found |= {name: dates([day for day, _ in every]), happened_column(name): truths([each for _, each in every])}
    return found


def statutory_end(last_invoice: date, known: Known) -> date | None:
    """Return the last day on which tax law asks for the invoice to be kept; None when the firm's form is unknown.

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
