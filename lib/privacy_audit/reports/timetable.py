"""When each record of a former client may go, at the earliest, and what decides it; for the accountant's edition.

The day is the first on which nothing that is known asks for the record. Where something is not known that could move
it, there is no day but the reason why not: a record destroyed too early cannot be brought back. A record that neither
the policy nor tax law ever asked for has no day either: that is no reason to destroy it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from privacy_audit.audit.editions import Shown, View
from privacy_audit.dates import add_months, add_years, long_date
from privacy_audit.facts.clients import VAT_PERIOD_MONTHS

UNNOTED = "class not noted"
NOW, UNASKED, LATER, HELD, OPEN = "may go", "not asked for", "later", "on hold", "not known"
STANDINGS = (NOW, UNASKED, LATER, HELD, OPEN)
NO_DAY = "no day: nothing asks for it"
UNASKED_WORDS = (
    "Neither the policy, as read here, nor tax law asks to keep it; a claim or a contract may. Delete it only with "
    "whoever keeps the client's file."
)
DAY = timedelta(days=1)
FORMS = {"company": "company", "llp": "company", "sole_trader": "self_employed", "partnership": "self_employed"}
# Whether a promise or a law asks for a record, and until when.
Asked = tuple[bool, date | None]
TAX_RULES = {"company": "company_years_after_year_end", "self_employed": "self_employed_years_after_filing"}


@dataclass(frozen=True)
class Entry:
    """One class of record of one former client: the earliest day of destruction, what decides it, how it stands."""

    account: str
    client: str
    kind: str
    left_on: date | None
    last_invoice_on: date | None
    policy_until: date | None
    tax_until: date | None
    earliest: date | None
    driver: str
    standing: str


def entries(view: View) -> list[Entry]:
    """Return the timetable, earliest day first; what has no day comes last."""
    found = [entry for row in view.rows("clients") if _is_kept(row) for entry in _of_client(view, row)]
    return sorted(found, key=_order)


def _order(entry: Entry) -> tuple[bool, bool, date, str, str]:
    """Return what sorts an entry: what has a day by it; then what has none, by the policy's; last the unasked for."""
    day = entry.earliest or entry.policy_until or date.max
    return entry.standing == UNASKED, entry.earliest is None, day, entry.client, entry.kind


def _is_kept(row: Shown) -> bool:
    return row["relationship"] == "former_client" and row["gone"] is not True


def _of_client(view: View, row: Shown) -> Iterator[Entry]:
    """Yield an entry for each class of record; where the classes are not all known, one for the rest of them."""
    kinds = [*row["classes"], *([] if row["classes_known"] else [UNNOTED])]
    for kind in kinds:
        taxed = kind in {UNNOTED, *view.law.financial_classes.on(view.day)}
        promised = kind in {UNNOTED, *view.law.promised_classes.on(view.day)}
        policy = row["policy_end"] if promised else None
        tax = tax_until(view, row) if taxed else None
        earliest, driver, standing = _decided(view, row, (promised, policy), (taxed, tax))
        driver += " No export tells of holds: ask first." if view.lacks("clients", "legal_hold") and earliest else ""
        driver += " The end was worked out from the invoices." if row["worked_out"] and earliest else ""
        told = (row["account"], row["token"], kind, row["left_on"], row["last_invoice_on"])
        yield Entry(*told, policy, tax, earliest, driver, standing)


def tax_until(view: View, row: Shown) -> date | None:
    """Return the last day on which tax law asks for a client's invoices; None where it cannot be worked out.

    A firm of which nobody knows whether it is registered for VAT counts as registered: that can only be later.
    """
    end: date | None = row["statutory_end"]
    return max(end, vat_until(view, row)) if end and view.facts["vat_registered"] is not False else end


def vat_until(view: View, row: Shown) -> date:
    """Return the last day on which VAT law asks for the last invoice, as if the firm were registered."""
    return add_years(add_months(row["last_invoice_on"], VAT_PERIOD_MONTHS), view.law.vat_years.on(view.day))


def _decided(view: View, row: Shown, promise: Asked, tax: Asked) -> tuple[date | None, str, str]:
    """Return the earliest day of destruction, what decides it, and how it stands."""
    if row["legal_hold"] or row["restricted"]:
        return None, "Hold: a legal hold or a restriction is recorded; nothing goes while it lasts.", HELD
    why = _unknown(view, row, promise, tax)
    if why:
        return None, why, OPEN
    days = [each for _, each in (promise, tax) if each]
    if not days:
        return None, UNASKED_WORDS, UNASKED
    end, years = max(days), view.policy.parameters.retention_years
    by_tax = promise[1] is None or end > promise[1]
    driver = (
        _tax_words(view, row, end) if by_tax else f"Policy: {years} years after the client left{_statements(view)}."
    )
    return end + DAY, driver, NOW if end < view.day else LATER


def _unknown(view: View, row: Shown, promise: Asked, tax: Asked) -> str:
    """Return why the day is not known, or nothing where it is."""
    (promised, policy), (taxed, until) = promise, tax
    promised = promised and bool(view.policy.parameters.retention_years)
    if row["legal_hold"] is None or row["restricted"] is None:
        return "Not known whether the record is on hold: the cell cannot be read."
    if taxed and until is None:
        return f"Tax law: not known until when. {_lacking(view, row)}"
    if promised and policy is None:
        return "Policy: the day on which the client left is not recorded."
    if promised and not row["end_settled"] and row["worked_out"]:
        return "Policy: the end was worked out from the invoices, and may have come later: nobody recorded it."
    if promised and not row["end_settled"]:
        return "Policy: the years run from the last invoice if it came after the end, and none is recorded."
    return ""


def _lacking(view: View, row: Shown) -> str:
    """Return what has to be known before a tax date can be worked out."""
    form = view.facts["legal_form"]
    if form is None:
        return "The firm has not said its legal form (firm.toml)."
    if FORMS[form] == "company" and view.facts["accounting_year_end"] is None:
        return "The firm has not said its accounting year end (firm.toml)."
    return (
        "The day of the last invoice is not recorded." if row["last_invoice_on"] is None else "It was not worked out."
    )


def _tax_words(view: View, row: Shown, end: date) -> str:
    """Return which tax law decides, by its source."""
    by_vat = view.facts["vat_registered"] is not False and end == vat_until(view, row)
    name = "vat_years" if by_vat else TAX_RULES[FORMS[view.facts["legal_form"]]]
    unknown = " VAT status not known: taken as registered." if by_vat and view.facts["vat_registered"] is None else ""
    return f"Tax law: {view.law.rules[name].version(view.day).source}.{unknown}"


def _statements(view: View) -> str:
    ids = [each.id for each in view.policy.commitments if "retention_years" in each.parameters]
    return f" ({', '.join(ids)})" if ids else ""


def summary(found: list[Entry]) -> dict[str, dict[str, int]]:
    """Return for each class how many records stand how."""
    kinds = sorted({each.kind for each in found}, key=lambda kind: (kind == UNNOTED, kind))
    return {
        kind: {
            standing: sum((each.kind, each.standing) == (kind, standing) for each in found) for standing in STANDINGS
        }
        for kind in kinds
    }


def next_day(found: list[Entry]) -> tuple[date, int] | None:
    """Return the first day after that of the audit on which records may go, and how many; None if there is none."""
    days = [each.earliest for each in found if each.standing == LATER and each.earliest]
    return (min(days), days.count(min(days))) if days else None


def day_of(entry: Entry) -> date | str:
    """Return the earliest day, or that it is not known, and since when the policy at least would let the record go."""
    if entry.standing == UNASKED:
        return NO_DAY
    if entry.earliest or entry.standing == HELD or entry.policy_until is None:
        return entry.earliest or entry.standing
    return f"not known; not before {long_date(entry.policy_until + DAY)}"
