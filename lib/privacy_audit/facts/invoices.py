"""First and last day, relationship and end of a client, worked out from invoices where the client list does not tell.

A draft, a voided invoice and a credit note are no sale. What the list records wins, but for a last invoice that a later
sale contradicts; a cell that could not be read stays unknown. An invoice belongs to the client of its name, or else of
its e-mail address; a name that several clients have joins to none of them.
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
    """What invoices tell of one client: the days of sales, and the (register, column) that leaves others open."""

    days: set[date] = field(default_factory=set)
    doubt: tuple[str, str] | None = None


def complete(clients: Register, invoices: Register, known: Known) -> Register:
    """Return the clients with what invoices up to the day of the audit tell of them, such cells marked as inferred.

    A last invoice left open by an unreadable one counts as unreadable, so that no end is counted from too early a day.
    A line that could be anybody's, or of any day, leaves the whole list in doubt.
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
    for name, values in cells.items():
        array = pa.array(values, clients.schema.by_name[name].arrow)
        table = table.set_column(table.column_names.index(name), name, array)
    return table


def _in_doubt(invoices: Register, stray: int) -> Iterable[str]:
    """Yield why what was worked out from the invoices may not be the whole of it."""
    yield from invoices.incomplete
    if invoices.rejected:
        yield f"{invoices.rejected} rows of the invoices could not be read, and may be of any client"
    if stray:
        yield f"{stray} invoice lines do not tell whose they are or of which day, and may be of any client"


def _gather(clients: Register, invoices: Register, as_at: date) -> tuple[dict[int, _Sales], int]:
    """Return what the invoices tell of each client's row, and how many lines may be sales to anybody."""
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
    """Return the first column without which nobody can tell whether and when a line was a sale."""
    blanks = (name for name, cell in (("invoiced_on", day), ("kind", kind), ("status", status)) if cell is None)
    return next(blanks, "")


def owners(clients: Register) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, list[int]]]:
    """Return a row by name and by e-mail where just one client has it, and those of clients that share a name."""
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
    """Return a client's four cells as they are or can be worked out, and what leaves those that cannot be open.

    `told` says that the list itself can tell the relationship: then its silence is not replaced, so that deleting what
    it tells makes nobody a client, or a former one, who was none.
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
    """Return what somebody is who was last invoiced on that day, as far as is known; the limit's last day counts."""
    if ended and ended <= known.as_at:
        return "former_client"
    if add_months(last, known.limits.dormant_months) >= known.as_at:
        return "client"
    return "former_client" if sure else None


def _still_a_client(name: str, row: Mapping[str, Any]) -> bool:
    """Whether the end is blank because there is none."""
    return name == ENDED and row[RELATIONSHIP] == "client"


def worked_out(register: Register, row: int, columns: Iterable[str]) -> list[str]:
    """Return the titles of a row's cells that were worked out and on which some of these columns or facts rest."""
    facts = FACT_COLUMNS.get(register.name, {})
    roots = {root for name in columns for root in facts.get(name, ((register.name, name),))}
    return [
        each.title
        for each in register.schema.fields
        if (register.name, each.name) in roots and (row, each.name) in register.inferred
    ]
