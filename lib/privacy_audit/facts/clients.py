"""Until when a former client's records are kept: by the promise, and by tax law where the firm's form is known."""

from datetime import date

from privacy_audit.dates import add_months, add_years, filing_day, year_end_on_or_after
from privacy_audit.facts.fact import Known, column, dates, truths
from privacy_audit.registers.register import Register

VAT_PERIOD_MONTHS = 3


def with_facts(clients: Register, known: Known) -> Register:
    """Add left_on, policy_end, statutory_end, tax_date_known and keep_until.

    left_on is the later of end date and last invoice, so that a client who was invoiced after the recorded end
    is not called overdue too early; it is blank where the end date is blank or the last invoice unreadable.
    """
    pairs = list(zip(column(clients, "ended_on"), column(clients, "last_invoice_on"), strict=True))
    years = known.policy.promises.retention_years
    unread = {index for index, name in clients.unread if name == "last_invoice_on"}
    left = [
        max(ended, invoiced or ended) if ended and index not in unread else None
        for index, (ended, invoiced) in enumerate(pairs)
    ]
    promised = [add_years(day, years) if day and years else None for day in left]
    statutory = [statutory_end(invoiced, known) if invoiced else None for _, invoiced in pairs]
    keep = [max(end, tax or end) if end else None for end, tax in zip(promised, statutory, strict=True)]
    return clients.with_columns(
        {
            "left_on": dates(left),
            "policy_end": dates(promised),
            "statutory_end": dates(statutory),
            "tax_date_known": truths([day is not None for day in statutory]),
            "keep_until": dates(keep),
        }
    )


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
