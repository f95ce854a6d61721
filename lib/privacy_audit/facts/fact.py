"""What a fact is made from: the rules, the firm and the days; and the names that facts add to each register."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.policy import Policy
from privacy_audit.registers.register import Register, happened_column
from privacy_audit.rulebook import Limits

Lineage = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Known:
    """What a fact may ask beside the registers: the promises, the dated law, the house limits, and the days."""

    policy: Policy
    law: Any
    limits: Limits
    period_start: date
    as_at: date
    issued_on: date


MAILED_WHILE_OUT = (
    ("contacts", "opted_out_on"),
    ("clients", "opted_out_on"),
    ("clients", "email"),
    ("contacts", "consent_on"),
    ("clients", "last_marketing_on"),
    ("contacts", "last_marketing_on"),
)

# The columns that facts add, and the register columns each of them rests on.
FACT_COLUMNS: Mapping[str, Lineage] = {
    "clients": {
        "left_on": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "policy_end": (("clients", "ended_on"), ("clients", "last_invoice_on")),
        "statutory_end": (("clients", "last_invoice_on"),),
        "tax_date_known": (),
        "keep_until": (("clients", "ended_on"), ("clients", "last_invoice_on")),
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
        "identifiers_left": (("clients", "name"), ("clients", "email")),
        "surely_left": (),
        "identifiers": (),
    },
    "contacts": {
        "subscribed": (("contacts", "status"),),
        "suppressed": (("contacts", "status"),),
        "opt_out_on": (("contacts", "opted_out_on"), ("clients", "opted_out_on"), ("clients", "email")),
        "opt_in_on": (("contacts", "consent_on"), ("clients", "consent_on")),
        "surely_sent_while_out": (),
        "sent_while_out_on": MAILED_WHILE_OUT,
        "out_then_on": MAILED_WHILE_OUT,
    },
    "processors": {"live_from": (("processors", "service_start"),), "live": (("processors", "service_end"),)},
    "transfers": {
        "begun": (),
        "window_start": (("transfers", "first_transfer_on"),),
        "window_end": (("transfers", "ended_on"),),
        "data_covered": (("transfers", "dpf_covers"), ("transfers", "hr_data")),
    },
}


def dates(values: list[date | None]) -> pa.Array:
    """Return dates as an Arrow column."""
    return pa.array(values, pa.date32())


def truths(values: list[bool | None]) -> pa.Array:
    """Return true, false and blank as an Arrow column."""
    return pa.array(values, pa.bool_())


def listed(names: Iterable[str]) -> str | None:
    """Return names as people list them, blank for none."""
    return ", ".join(names) or None


def column(register: Register, name: str) -> list[Any]:
    """Return a column's values, None for blanks."""
    return register.table.column(name).to_pylist()  # type: ignore[no-any-return]


def events(register: Register, name: str) -> Iterator[tuple[date | None, bool | None]]:
    """Yield for each row an event's date and whether it happened (None: nobody can tell)."""
    return zip(column(register, name), column(register, happened_column(name)), strict=True)
