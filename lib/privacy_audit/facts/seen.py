"""When the firm and a person last had to do with each other, and when that is too long ago."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from privacy_audit.dates import add_months
from privacy_audit.facts.fact import Known, column, dates
from privacy_audit.registers.register import Register

FIRST, CONTACT, INVOICE = SEEN = ("first_contact_on", "last_activity_on", "last_invoice_on")


def with_facts(clients: Register, known: Known) -> Register:
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
