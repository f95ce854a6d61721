"""Until when a former client's records are kept: by the promise, and by tax law where the firm's form is known."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pyarrow as pa

from privacy_audit.dates import add_months, add_years, filing_day, year_end_on_or_after
from privacy_audit.facts import classes, mailings, residue, seen
from privacy_audit.facts.answers import ruled_out
from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.facts.mailings import IN, OUT, Event
from privacy_audit.registers.register import Register, happened_column

VAT_PERIOD_MONTHS = 3
STATUS, GONE = "disposal_status", {"deleted", "anonymised"}


def with_facts(clients: Register, known: Known, contacts: Register | None = None) -> Register:
    """Add the days on which a client left and until which records are kept, and what other rooms tell of the row.

    left_on is the later of end date and last invoice, so that a client who was invoiced after the recorded end
    is not called overdue too early; it is blank where the end date is blank or the last invoice unreadable.
    """
    clients = classes.with_facts(clients, known)
    pairs = list(zip(column(clients, "ended_on"), column(clients, "last_invoice_on"), strict=True))
    years = known.policy.promises.retention_years
    unread = {index for index, name in clients.unread if name == "last_invoice_on"}
    left = [
        max(ended, invoiced or ended) if ended and index not in unread else None
        for index, (ended, invoiced) in enumerate(pairs)
    ]
    promised = [add_years(day, years) if day and years else None for day in left]
    taxed = known.noting("clients", "statutory_end", "tax_date_known", "keep_until")
    statutory = [statutory_end(invoiced, taxed) if invoiced else None for _, invoiced in pairs]
    bare = ruled_out(column(clients, "financial_records"))
    ends = zip(promised, statutory, bare, strict=True)
    keep = [max(end, (not without and tax) or end) if end else None for end, tax, without in ends]
    recorded = _recorded_ends(clients)
    dated = clients.with_columns(
        {
            "left_on": dates(left),
            "policy_end": dates(promised),
            "statutory_end": dates(statutory),
            "tax_date_known": truths([day is not None for day in statutory]),
            "keep_until": dates(keep),
            "end_recorded": dates(recorded),
            "surely_no_invoices": truths(bare),
            "surely_was_client": truths(
                [
                    end is not None and end <= known.as_at and invoiced is not None
                    for end, (_, invoiced) in zip(recorded, pairs, strict=True)
                ]
            ),
            "gone": truths(_gone(clients, known.as_at)),
            "went_lately": truths(_went_lately(clients, known.period_start)),
            "went_after": truths([bool(day and day > known.as_at) for day in column(clients, "disposed_on")]),
            **_marketing(clients, contacts),
            "has_ended": truths(_have_ended(clients, recorded, known.as_at)),
        }
    )
    return residue.with_facts(seen.with_facts(_with_disposal_days(dated, years), known), known)


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
