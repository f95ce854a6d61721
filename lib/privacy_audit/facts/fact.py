"""What facts are worked out with (`Known`), the columns each rests on (`FACT_COLUMNS`), and helpers for columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.registers.register import Register, happened_column
from privacy_audit.settings.policy import Policy
from privacy_audit.settings.rulebook import InForce, Limits, Watched

Lineage = Mapping[str, tuple[tuple[str, str], ...]]
# By (register, fact): the rules of the rulebook that it was worked out by.
Rests = dict[tuple[str, str], dict[str, InForce]]


@dataclass(frozen=True)
class Known:
    """What facts are worked out from beside the registers: the policy, the dated law, the house limits, and the days.

    `period_start` is the period's first day, `as_at` the day of the audit, `issued_on` the day of the report. `rests`
    collects the rules that each fact rests on: a function that works out facts asks for the law through `noting`, with
    the facts' names.
    """

    policy: Policy
    law: Any
    limits: Limits
    period_start: date
    as_at: date
    issued_on: date
    rests: Rests = field(default_factory=dict)

    def noting(self, register: str, *columns: str) -> "Known":
        """Return the same, with every rule and limit that is asked for noted under these facts of a register."""
        law = Watched(self.law, self.as_at, *(self.rests.setdefault((register, name), {}) for name in columns))
        return replace(self, law=law, limits=self.limits.over(law))


MAILED_WHILE_OUT = (
    ("contacts", "opted_out_on"),
    ("clients", "opted_out_on"),
    ("clients", "email"),
    ("contacts", "consent_on"),
    ("clients", "last_marketing_on"),
    ("contacts", "last_marketing_on"),
)
POLICY_READ = (("notice", "read_on"),)


def _on_both(*names: str) -> tuple[tuple[str, str], ...]:
    """Return these columns in both the contacts and the clients."""
    return tuple((register, name) for name in names for register in ("contacts", "clients"))


ADDRESS = ("clients", "email")
MAILED = (*_on_both("last_marketing_on"), ADDRESS)
OPTED_OUT = (*_on_both("opted_out_on"), ADDRESS)
OPTED_IN = _on_both("consent_on")
KIND = (("clients", "client_type"), ("clients", "company_number"), ADDRESS)
LIMBS = _on_both("details_context", "refusal_offered", "similar_services_only", "source")
# The columns that facts add, and the register columns each of them rests on.
FACT_COLUMNS: Mapping[str, Lineage] = {
    "clients": {
        "left_on": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "policy_end": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "statutory_end": (("clients", "last_invoice_on"),),
        "tax_date_known": (),
        "keep_until": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "surely_no_invoices": (),
        "went_lately": (),
        "went_after": (),
        "surely_was_client": (),
        "marketing_in_on": (("clients", "consent_on"), *OPTED_IN),
        "marketing_out_on": (("clients", "opted_out_on"), *OPTED_OUT),
        "promised_until": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "end_settled": (("clients", "last_invoice_on"),),
        "end_recorded": (("clients", "ended_on"),),
        "gone": (("clients", "disposal_status"),),
        "has_ended": (("clients", "ended_on"),),
        "promised_records": (("clients", "records_held"),),
        "financial_records": (("clients", "records_held"),),
        "last_seen_on": (),
        "dormant_after": (("clients", "last_invoice_on"),),
        "enquirer_until": (("clients", "first_contact_on"), ("clients", "last_invoice_on")),
        "enquirer_long_until": (("clients", "first_contact_on"), ("clients", "last_invoice_on")),
        "identifiers_remaining": (("clients", "name"), ("clients", "email")),
        "surely_left": (),
        "identifiers": (),
    },
    "contacts": {
        "subscribed": (("contacts", "status"),),
        "suppressed": (("contacts", "status"),),
        "opt_out_on": OPTED_OUT,
        "opt_in_on": OPTED_IN,
        "back_in_on": (*OPTED_IN, *_on_both("consent_method")),
        "mailed_while_in": (),
        "asked_late": (*OPTED_IN, *MAILED),
        "surely_sent_while_out": (),
        "sent_while_out_on": MAILED_WHILE_OUT,
        "out_then_on": MAILED_WHILE_OUT,
        "mailed_last_on": MAILED,
        "mailings_known": (),
        "marketable": (("contacts", "status"), *OPTED_OUT, *OPTED_IN, *MAILED),
        "opted_in": OPTED_IN,
        "opt_in_told": OPTED_IN,
        "bought_or_asked": (("clients", "relationship"), *_on_both("details_context")),
        "lawful": (*OPTED_IN, *KIND, *LIMBS),
        "surely_lawful": (),
        "surely_not_lawful": (),
        "surely_allowed_by_policy": (),
        "left_alone": MAILED,
        "deviating_per_cent": (),
        "relies_on_soft_opt_in": (*OPTED_IN, *KIND, *LIMBS),
        "soft_opt_in_fails": (),
        "surely_mailed": (),
        "own_details": _on_both("source"),
        "could_refuse": _on_both("refusal_offered"),
        "similar_only": _on_both("similar_services_only"),
        "surely_bought_in": (),
        "surely_no_refusal": (),
        "opt_in_method": _on_both("consent_method"),
        "proof_kept": _on_both("consent_ref"),
        "wording_kept": _on_both("consent_wording"),
        "surely_imported": (),
        "surely_unproven": (),
    },
    "processors": {
        "live_from": (("processors", "service_start"),),
        "live_until": (("processors", "service_end"),),
        "live": (("processors", "service_end"),),
        "approved_in_full": (("processors", "country"), ("processors", "service_end")),
        "transfers_given": (),
        "row_missing": (("transfers", "importer"),),
        "support_abroad": (("processors", "support_countries"),),
        "seen_from_outside": (("processors", "country"), ("processors", "support_countries")),
        "terms_missing": (("processors", "art28_missing"),),
        "missing_terms": (("processors", "art28_missing"),),
        "key_term_missing": (),
        "terms_answered": (("processors", "art28_missing"),),
        "more_may_lack": (("processors", "art28_missing"),),
        "low_risk": (),
        "contact_only": (),
        "review_due_on": (("processors", "security_review_on"),),
        "basis_named": (("processors", "security_basis"),),
    },
    "transfers": {
        "own_row": (),
        "live": (("transfers", "ended_on"),),
        "window_start": (("transfers", "first_transfer_on"),),
        "window_end": (("transfers", "ended_on"),),
        "approved_in_full": (("transfers", "country"), ("transfers", "ended_on")),
        "data_covered": (("transfers", "dpf_covers"), ("transfers", "hr_data")),
        "sensitive": (("transfers", "data_categories"),),
        "assessed": (("transfers", "tra_on"), ("transfers", "tra_outcome")),
        "measures_listed": (("transfers", "tra_measures"),),
        "tra_due_on": (("transfers", "tra_on"), ("transfers", "tra_reviewed_on")),
    },
    "held": {
        "confirmed": (("clients", "special_category"),),
        "hinted": (("clients", "notes"), ("clients", "special_category"), ("processors", "data_categories")),
    },
    "links": {
        "found": (("contacts", "client_id"), ("clients", "client_id"), ("processors", "legal_name")),
        "ended": (("processors", "service_end"),),
        "country_differs": (("processors", "country"),),
        "needless": (("transfers", "mechanism"),),
    },
    "contradictions": dict.fromkeys(("asked", "present", "clauses"), POLICY_READ),
    "notice": dict.fromkeys(("asked", "sure", "told", "clauses"), POLICY_READ),
}


def lineage(register: str, column: str) -> tuple[tuple[str, str], ...]:
    """Return the exported columns, as (register, column), that a column of a register rests on.

    For an exported column, and for a fact without a lineage, that is the column itself.
    """
    return FACT_COLUMNS.get(register, {}).get(column) or ((register, column),)


def dates(values: Sequence[date | None]) -> pa.Array:
    """Return dates as an Arrow column."""
    return pa.array(values, pa.date32())


def truths(values: Sequence[bool | None]) -> pa.Array:
    """Return true, false and blank as an Arrow column."""
    return pa.array(values, pa.bool_())


def listed(names: Iterable[str]) -> str | None:
    """Return names joined by commas; None for none."""
    return ", ".join(names) or None


def column(register: Register, name: str) -> list[Any]:
    """Return a column's values, None for blanks."""
    return register.table.column(name).to_pylist()  # type: ignore[no-any-return]


def events(register: Register, name: str) -> Iterator[tuple[Any, bool | None]]:
    """Yield for each row an event's cell and whether it happened (None: not known).

    The cell is a date, or a text such as the reference of a filed contract; None where it is blank.
    """
    return zip(column(register, name), column(register, happened_column(name)), strict=True)
