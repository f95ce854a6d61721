"""What invoices add to the client list: first contact, last invoice, relationship and end date.

Drafts, voided invoices, purchases and credit notes are not sales. What the client list records stays as it is, except a
last invoice that a later sale contradicts; a cell that could not be read stays unknown. An invoice belongs to the
client with its name, or else with its e-mail address. A name shared by several clients matches none of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.dates import add_months
from privacy_audit.facts.fact import FACT_COLUMNS, Known, column
from privacy_audit.facts.records import same_record
from privacy_audit.registers.register import Register
from privacy_audit.settings.spelling import folded

FIRST, LAST, RELATIONSHIP, ENDED = WORKED_OUT = ("first_contact_on", "last_invoice_on", "relationship", "ended_on")
NO_SALE = {"credit_note", "purchase", "draft", "void"}


@dataclass
class _Sales:
    """One client's sales, by the invoices.

    `days` are their days; `doubt` is the (register, column) that leaves open whether there are more, None if none does.
    """

    days: set[date] = field(default_factory=set)
    doubt: tuple[str, str] | None = None


def complete(clients: Register, invoices: Register, known: Known) -> Register:
    """Return the clients with the cells that invoices up to the day of the audit fill in, marked as inferred.

    Where an unreadable invoice leaves the last one open, that cell counts as unread, so that no retention period is
    counted from too early a day. A line that may belong to any client makes the whole list incomplete.
    """
    known = known.noting("clients", RELATIONSHIP, ENDED)
    sales_by_row, stray = _gather(clients, invoices, known.as_at)
    cells: dict[str, list[Any]] = {name: column(clients, name) for name in WORKED_OUT}
    inferred, unread, causes = set(clients.inferred), set(clients.unread), dict(clients.causes)
    for index, sales in sales_by_row.items():
        spoilt = {name for name in WORKED_OUT if (index, name) in clients.unread}
        before = {name: cells[name][index] for name in WORKED_OUT}
        after, doubt = _worked_out(
            before, spoilt, sales, known, has_relationship=RELATIONSHIP not in clients.lacking[index]
        )
        for name in WORKED_OUT:
            cells[name][index] = after[name]
            if after[name] is not None and after[name] != before[name]:
                inferred.add((index, name))
            if after[name] is None and doubt and name not in spoilt and not _still_a_client(name, after):
                causes[index, name] = doubt
        if after[LAST] is None and sales.doubt and sales.doubt[0] == invoices.name:
            unread.add((index, LAST))
    return replace(
        clients,
        table=_with(clients.table, clients, cells),
        absent=clients.absent - {name for _, name in inferred},
        inferred=frozenset(inferred),
        unread=frozenset(unread),
        causes=causes,
        incomplete=tuple(dict.fromkeys((*clients.incomplete, *_in_doubt(invoices, stray)))),
    )


def _with(table: pa.Table, clients: Register, cells: Mapping[str, list[Any]]) -> pa.Table:
    """Return the table with these columns replaced."""
    for name, values in cells.items():
        array = pa.array(values, clients.schema.by_name[name].arrow)
        table = table.set_column(table.column_names.index(name), name, array)
    return table


def _in_doubt(invoices: Register, stray: int) -> Iterable[str]:
    """Yield in words why the cells worked out from the invoices may not be complete."""
    yield from invoices.incomplete
    if invoices.rejected:
        yield f"{invoices.rejected} rows of the invoices could not be read, and may be of any client"
    if stray:
        yield f"{stray} invoice lines do not tell whose they are or of which day, and may be of any client"


def _gather(clients: Register, invoices: Register, as_at: date) -> tuple[dict[int, _Sales], int]:
    """Return the sales by the client's row, and the number of lines that may be sales to any client."""
    by_name, by_email, shared = owners(clients)
    sales_by_row: dict[int, _Sales] = defaultdict(_Sales)
    stray, alike = 0, same_record(clients)
    lines = zip(*(column(invoices, name) for name in ("client", "email", "invoiced_on", "kind", "status")), strict=True)
    for client, email, day, kind, status in lines:
        if {kind, status} & NO_SALE or (day and day > as_at):
            continue
        name = folded(client or "")
        owner = by_name.get(name, by_email.get(email or "") if client else None)
        doubt = _doubt(day, kind, status)
        if name in shared:
            for index in shared[name]:
                sales_by_row[index].doubt = ("clients", "name")
        elif owner is None:
            stray += bool(doubt or not client)
        else:
            for index in alike[owner]:
                sales_by_row[index].doubt = ("invoices", doubt) if doubt else sales_by_row[index].doubt
                sales_by_row[index].days |= set() if doubt else {day}
    return sales_by_row, stray


def _doubt(day: date | None, kind: str | None, status: str | None) -> str:
    """Return the first blank column that leaves open whether or when a line was a sale; empty where none does."""
    blanks = (name for name, cell in (("invoiced_on", day), ("kind", kind), ("status", status)) if cell is None)
    return next(blanks, "")


def owners(clients: Register) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, list[int]]]:
    """Return a row by name and by e-mail address where just one client has it, and the rows of each shared name.

    Names are folded for comparison. The addresses of clients who share a name are left out.
    """
    names, emails, alike = defaultdict(list), defaultdict(list), same_record(clients)
    for index, (name, email) in enumerate(zip(column(clients, "name"), column(clients, "email"), strict=True)):
        if name:
            names[folded(name)].append(index)
        if email:
            emails[email].append(index)
    unique_names = {name for name, rows in names.items() if set(rows) <= set(alike[rows[0]])}
    shared = {name: rows for name, rows in names.items() if name not in unique_names}
    ambiguous = {index for rows in shared.values() for index in rows}
    unique_emails = {email: rows for email, rows in emails.items() if set(rows) <= set(alike[rows[0]]) - ambiguous}
    return (
        {name: names[name][0] for name in unique_names},
        {email: rows[0] for email, rows in unique_emails.items()},
        shared,
    )


def _worked_out(
    row: Mapping[str, Any], spoilt: set[str], sales: _Sales, known: Known, *, has_relationship: bool
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """Return a client's four cells after the invoices, and the (register, column) that leaves those still blank open.

    `has_relationship` says that the client's list can record the relationship: a blank one is then not filled from the
    invoices, so that emptying the cell makes no one a client or a former client.
    """
    doubt = ("clients", LAST) if LAST in spoilt else sales.doubt
    after = dict(row)
    if not sales.days:
        return after, doubt
    days = {*sales.days, *filter(None, [row[LAST]])}
    if max(days) != row[LAST] and LAST not in spoilt:
        after[LAST] = None if doubt else max(days)
    if not (row[FIRST] or FIRST in spoilt or doubt or (row[ENDED] and row[ENDED] < min(days))):
        after[FIRST] = min(days)
    if not (row[RELATIONSHIP] or has_relationship or {RELATIONSHIP, ENDED} & spoilt):
        after[RELATIONSHIP] = _relationship(row[ENDED], max(days), known, sure=not doubt)
    former = after[RELATIONSHIP] == "former_client"
    if former and not (row[ENDED] or ENDED in spoilt or doubt or (after[FIRST] or after[LAST]) > after[LAST]):
        after[ENDED] = after[LAST]
    return after, doubt


def _relationship(ended: date | None, last: date, known: Known, *, sure: bool) -> str | None:
    """Return the relationship of a client last invoiced on `last`; None where a later invoice may be missing.

    A client who has ended, or was last invoiced longer ago than the house limit of dormant months, is a former client.
    On the limit's last day it still is a client.
    """
    if ended and ended <= known.as_at:
        return "former_client"
    if add_months(last, known.limits.dormant_months) >= known.as_at:
        return "client"
    return "former_client" if sure else None


def _still_a_client(name: str, row: Mapping[str, Any]) -> bool:
    """Return whether the column is the end date of a current client, which is blank because there is no end."""
    return name == ENDED and row[RELATIONSHIP] == "client"


def worked_out(register: Register, row: int, columns: Iterable[str]) -> list[str]:
    """Return the titles of a row's inferred cells on which any of these columns or facts rests."""
    facts = FACT_COLUMNS.get(register.name, {})
    roots = {root for name in columns for root in facts.get(name, ((register.name, name),))}
    return [
        each.title
        for each in register.schema.fields
        if (register.name, each.name) in roots and (row, each.name) in register.inferred
    ]
