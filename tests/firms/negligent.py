"""A negligent firm: hundreds of people nobody looked after, written under the audit's own column names.

It keeps every register in full, so that what it did wrong can be seen and not only guessed: mailings after opt-outs, a
bought list, clients of long ago, deletions that deleted nothing, suppliers without contracts. Everybody is made up.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from support.bench import make_firm, write_register

QUARTER = "2026-Q3"
Row = dict[str, str]
CLIENT = dict.fromkeys(
    (
        *("name", "email", "phone", "billing_address", "client_type", "company_number", "relationship", "source"),
        *("special_category", "notes", "first_contact_on", "last_activity_on", "last_invoice_on", "ended_on"),
        *("records_held", "disposal_status", "disposed_on", "disposal_method", "disposal_ref", "disposal_reason"),
        *("legal_hold", "restricted", "consent_on", "opted_out_on", "last_marketing_on", "Date of birth"),
    ),
    "",
)
CONTACT = dict.fromkeys(
    (
        *("client_id", "consent_on", "consent_method", "consent_wording", "consent_ref", "details_context"),
        *("refusal_offered", "similar_services_only", "source", "opted_out_on", "last_marketing_on"),
    ),
    "",
)
SUPPLIER = {
    "role": "processor", "data_categories": "names, e-mail addresses, invoices", "service_start": "2019-01-01",
    "service_end": "", "contract_ref": "", "contract_signed_on": "", "contract_expires_on": "", "art28_checked_on": "",
    "art28_missing": "", "security_review_on": "", "security_basis": "", "safeguard": "", "safeguard_signed_on": "",
    "frequency": "continuous", "support_countries": "none", "initiated_by": "processor", "dpf_active": "",
    "dpf_uk_extension": "", "dpf_covers": "", "dpf_checked_on": "", "hr_data": "no", "sensitive_flagged": "",
    "adequacy_scope_confirmed": "", "tra_on": "", "tra_outcome": "", "tra_measures": "", "tra_reviewed_on": "",
}  # fmt: skip
PAPER = {"contract_ref": "a drawer", "contract_signed_on": "2019-01-10"}
TESTED = {"tra_on": "2022-12-01", "tra_outcome": "met", "tra_reviewed_on": "2026-01-12"}
MAILED = {"last_marketing_on": "2026-08-19"}
SALE = {"details_context": "sale", "refusal_offered": "yes", "similar_services_only": "yes", "source": "purchase"}


def write(folder: Path) -> Path:
    """Write the firm's folder with the project's own policy and a quarter of registers; return it."""
    firm = make_firm(folder, {"legal_form": "sole_trader", "adopted": "enquirer_months = 12"})
    quarter = firm / "registers" / QUARTER
    write_register(quarter, "clients", list(_clients()))
    write_register(quarter, "contacts", list(_contacts()))
    write_register(quarter, "processors", list(_suppliers()))
    about = (f"[extracts.{name}]\nextracted_on = 2026-10-01\n" for name in ("clients", "contacts", "processors"))
    (quarter / "quarter.toml").write_text("fictional = true\n" + "".join(about), encoding="utf-8")
    return firm


def _client(number: int, **cells: str) -> Row:
    row = CLIENT | {"name": f"Person {number}", "email": f"person{number}@example.com", "client_type": "individual"}
    row |= {"first_contact_on": "2009-05-05", "records_held": "contract; invoice", "source": "purchase"}
    return {"client_id": f"N-{number}"} | row | {"Date of birth": "01/02/1980"} | cells


def _day(start: date, step: int, index: int) -> str:
    return str(start + timedelta(step * index))


def _clients() -> Iterator[Row]:
    """Yield some two hundred clients: served, long gone, half deleted, never answered."""
    for n in range(60):
        seen = _day(date(2026, 9, 20), -2, n)
        yield _client(n, relationship="client", last_activity_on=seen, last_invoice_on=seen)
    for n in range(60, 120):
        end = _day(date(2010, 1, 15), 47, n - 60)
        yield _client(n, relationship="former_client", ended_on=end, last_invoice_on=end, last_activity_on=end)
    for n in range(120, 140):
        yield _client(n, relationship="client", ended_on="2024-03-31", last_invoice_on="2024-03-31")
    gone = {"relationship": "former_client", "ended_on": "2015-06-30", "last_invoice_on": "2015-06-30"}
    gone |= {"disposal_status": "deleted", "disposed_on": "2025-01-10", "disposal_method": "secure_delete"}
    nobody = {"name": "", "email": ""}
    for n in range(140, 152):
        yield _client(n, **gone, disposal_ref="log")
    for n in range(152, 164):
        yield _client(n, **gone | nobody | {"disposed_on": "" if n % 2 else "2025-01-10"})
    for n in range(164, 172):
        early = {"ended_on": "2024-01-31", "last_invoice_on": "2024-01-31", "disposal_ref": "log"}
        yield _client(n, **gone | nobody | early)
    for n in range(172, 202):
        asked = {"first_contact_on": _day(date(2015, 1, 5), 30, n - 172), "records_held": "enquiry"}
        yield _client(n, relationship="enquirer", **asked, consent_on="2016-01-01" * (n == 180))
    for n in range(202, 208):
        kind = {"special_category": "health"} if n % 2 else {"notes": "Diabetic, tell the caterer"}
        yield _client(n, relationship="client", last_invoice_on="2026-09-01", **kind)
    again = {"opted_out_on": "2026-02-02", "last_marketing_on": "2019-01-01"}
    yield _client(207, relationship="client", last_invoice_on="2026-08-01", **again)
    yield _client(
        208, relationship="client", last_invoice_on="2026-09-01", special_category="none", phone="01632 960001"
    )


def _contact(number: int, **cells: str) -> Row:
    row = {"email": f"reader{number}@freemail.example.com", "channel": "email", "status": "subscribed"} | CONTACT
    return row | cells


def _contacts() -> Iterator[Row]:
    """Yield three hundred contacts: mailed after they opted out, bought, imported, never asked."""
    proved = {"consent_on": "2023-04-04", "consent_method": "form", "consent_wording": "v1", "consent_ref": "form"}
    for n in range(60):
        yield _contact(n, **proved, **MAILED)
    for n in range(60, 105):
        late = {"opted_out_on": "2026-03-01"} | (MAILED if n < 95 else {})
        yield _contact(n, **proved, **late)
    for n in range(105, 165):
        bought = {"details_context": "bought_list", "source": "bought_list"} if n % 2 else {}
        yield _contact(n, **{"details_context": "general_enquiry", "source": "contact"} | bought, **MAILED)
    for n in range(165, 195):
        yield _contact(n, **SALE | {"refusal_offered": "no"}, **MAILED)
    for n in range(195, 245):
        method = {"consent_method": "import", "consent_ref": ""} if n < 235 else {"consent_method": "bought_list"}
        yield _contact(n, **proved | method, **MAILED)
    for n in range(245, 300):
        client = n - 245
        there = {"email": f"person{client}@example.com", "client_id": f"N-{client}" if client < 50 else f"X-{client}"}
        yield _contact(n, **there, **SALE, **MAILED)


def _suppliers() -> Iterator[Row]:
    """Yield sixteen suppliers, hardly one of them in order."""
    checked = {"art28_checked_on": "2020-01-01", "art28_missing": "none"}
    for name, country, cells in (
        (
            "Goodfellow Ledgers Ltd",
            "UK",
            PAPER | checked | {"security_review_on": "2026-05-05", "security_basis": "CE"},
        ),
        ("Handshake Hosting Ltd", "UK", {}),
        ("Verbal Couriers Ltd", "UK", {}),
        ("Nephew IT", "UK", {}),
        ("Lapsing Backup Ltd", "UK", PAPER | checked | {"contract_expires_on": "2026-12-31"}),
        ("Thin Paper Ltd", "UK", PAPER | {"art28_checked_on": "2019-02-02", "art28_missing": "instructions; security"}),
        ("Unread Terms Ltd", "Ireland", PAPER),
        ("Mailcannon Inc", "USA", PAPER | {"safeguard": "UK_US_DPF", "dpf_active": "yes", "dpf_uk_extension": "no"}),
        ("Faded Framework Inc", "USA", PAPER | {"safeguard": "UK_US_DPF", "dpf_active": "no"}),
        ("Old Clauses Inc", "USA", PAPER | {"safeguard": "EU_SCC_LEGACY", "safeguard_signed_on": "2020-02-02"}),
        ("Shield Storage Inc", "USA", PAPER | {"safeguard": "PRIVACY_SHIELD"}),
        ("Bare Desk Ltd", "India", PAPER | {"safeguard": "NONE"}),
        ("Blank Desk Ltd", "Philippines", PAPER),
        ("Untested Desk Ltd", "India", PAPER | {"safeguard": "IDTA", "safeguard_signed_on": "2023-01-01"}),
        ("Tested Desk Ltd", "India", PAPER | {"safeguard": "IDTA", "safeguard_signed_on": "2023-01-01"} | TESTED),
        ("Dubious Cloud Ltda", "Brazil", PAPER | {"safeguard": "UK_ADEQUACY"}),
    ):
        covers = {"dpf_covers": "BOTH", "dpf_checked_on": "2026-01-01"} if "UK_US_DPF" in cells.values() else {}
        yield {"legal_name": name, "service": "Services", "country": country} | SUPPLIER | covers | cells
