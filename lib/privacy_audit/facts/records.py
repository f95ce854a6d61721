"""Records across registers: their keys, rows with one key, and references from one register to another.

The parts in order: `natural_keys` and `same_record` identify records; `keys` makes the register of rows with their
repetitions (DQ-03); `links` makes that of references and whether the two records agree (DQ-05).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from privacy_audit.facts.fact import Known, column, events
from privacy_audit.registers.register import Origin, Register, build
from privacy_audit.settings.schema import Column, Schema


def natural_keys(register: Register) -> list[str]:
    """Return each row's key as one text: the parts of a key joined by a colon and a space."""
    parts = [register.table.column(name).to_pylist() for name in register.schema.key]
    return [": ".join(map(str, row)) for row in zip(*parts, strict=True)]


def same_record(register: Register) -> list[list[int]]:
    """Return for each row the numbers of all rows about the same record, its own included.

    Rows of several files are one record where each file has just one row with the key; otherwise a row is alone.
    """
    groups = defaultdict(list)
    for index, key in enumerate(natural_keys(register)):
        groups[key.casefold()].append(index)
    alike = [[index] for index in range(len(register.table))]
    for rows in groups.values():
        if len({register.origins[at].file for at in rows}) == len(rows):
            for at in rows:
                alike[at] = rows
    return alike


def keys(schema: Schema, registers: Iterable[Register], name_of: Callable[[Register, str], str]) -> Register:
    """Return one row for each row of the registers: how often its record occurs, and in which columns the rows differ.

    `name_of` gives the name or token by which reports refer to a record.
    """
    found = [row for each in registers for row in _rows(each, name_of)]
    rejected = tuple(receipt for each in registers for receipt in each.receipts)
    also_in = {index: places for index, (_, _, places) in enumerate(found) if places}
    rows, origins = [row for row, *_ in found], [origin for _, origin, _ in found]
    return Register.made(schema, rows, origins, receipts=rejected, also=also_in)


def _rows(
    register: Register, name_of: Callable[[Register, str], str]
) -> Iterator[tuple[tuple[Any, ...], Origin, tuple[Origin, ...]]]:
    """Yield for each row its cells, its origin, and where else the very same row is.

    The cells are register, record, times, versions, and the titles of the columns that differ (None for none).
    """
    keys, rows = natural_keys(register), register.table.to_pylist()
    same: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        if index not in register.overruled:
            same[key.casefold()].append(index)
    for index, (key, origin) in enumerate(zip(keys, register.origins, strict=True)):
        group = [index] if index in register.overruled else same[key.casefold()]
        differing = _differing(register, rows, group) if len(group) > 1 else []
        here = [at for at in group if _file(register, at) == _file(register, index)]
        versions = len({repr(rows[at]) for at in group}) if differing else 1
        times = len(group) if differing else len(here)
        record = (register.name, name_of(register, key), times, versions, ", ".join(differing) or None)
        yield record, origin, register.also.get(index, ())


def _file(register: Register, row: int) -> tuple[str, str]:
    """Return the file and sheet of a row."""
    return register.origins[row].file, register.origins[row].sheet


def _differing(register: Register, rows: Sequence[Mapping[str, Any]], group: Sequence[int]) -> list[str]:
    """Return the titles of the columns in which rows with one key differ.

    Within a file a blank differs from a value. Between files, a column that one file lacks is no difference, nor is a
    blank that means “unknown”.
    """
    differing = []
    for compared in (each for each in register.schema.fields if each.name not in register.schema.key):
        cells = [(_file(register, at), rows[at][compared.name]) for at in group]
        comparable = [
            cell for at, (_, cell) in zip(group, cells, strict=True) if _can_contradict(register, at, compared, cell)
        ]
        if len(set(comparable)) > 1 or len(set(cells)) > len({file for file, _ in cells}):
            differing.append(compared.title)
    return differing


def _can_contradict(register: Register, row: int, column: Column, cell: object) -> bool:
    """Return whether a cell says anything that another file could contradict."""
    if column.name not in register.given[row]:
        return False
    return cell is not None or (column.blank != "unknown" and (row, column.name) not in register.unread)


NameOf = Callable[[Register, str], str]
HOME = "GB"
DISPOSED = {"deleted", "anonymised"}
NO_SALE = {"draft", "void"}


@dataclass(frozen=True)
class Reference:
    """One reference; `blame` gives for each answer the (register, column) to fill in where it is open."""

    register: str
    record: str
    to: str
    origin: Origin
    found: bool | None
    ended: bool | None = False
    country_differs: bool | None = False
    needless: bool | None = False
    blame: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def links(
    schemas: Mapping[str, Schema],
    read: Mapping[str, Register],
    whole: Collection[str],
    answers: Collection[str],
    known: Known,
    name_of: NameOf,
) -> Register:
    """Return one row for each reference of the period: transfers to suppliers, contacts and invoices to clients.

    `whole` are the registers that were read in full, `answers` the columns declared to be empty. Having no reference is
    an answer where the suppliers or the clients were read.
    """
    missing = {name: build(schemas[name], []) for name in ("processors", "clients")}
    registers = {**missing, **{name: each for name, each in read.items() if not each.derived_from}}
    found: list[Reference] = []
    if "transfers" in registers:
        none_ended = "processors.service_end" in answers
        suppliers = _Suppliers(registers["processors"], known, whole="processors" in whole, ends_known=none_ended)
        found += _of_transfers(registers["transfers"], suppliers)
    if "contacts" in registers:
        found += _of_contacts(registers["contacts"], registers["clients"], name_of, whole="clients" in whole)
    if "invoices" in registers:
        people = _People(registers["clients"], whole="clients" in whole)
        found += _of_invoices(registers["invoices"], people, known, name_of)
    schema = schemas["links"]
    names = [each.name for each in schema.fields]
    return Register.made(
        schema,
        [[getattr(each, name) for name in names] for each in found],
        [each.origin for each in found],
        receipts=tuple(receipt for each in registers.values() for receipt in each.receipts),
        known_empty=bool(missing.keys() & read.keys()),
        causes={(i, name): each.blame[name] for i, each in enumerate(found) for name in names if name in each.blame},
    )


def _of_transfers(transfers: Register, suppliers: "_Suppliers") -> Iterator[Reference]:
    """Yield for each transfer that went on in the period, or may have, its reference to a supplier."""
    keys, importers, countries = natural_keys(transfers), column(transfers, "importer"), column(transfers, "country")
    mechanisms, live = list(events(transfers, "mechanism")), column(transfers, "live")
    for index, importer in enumerate(importers):
        if live[index] is False:
            continue
        (mechanism, named), country = mechanisms[index], countries[index]
        found = suppliers.has(importer)
        yield Reference(
            "transfers",
            keys[index],
            "processors",
            transfers.origins[index],
            found,
            ended=suppliers.ended(importer) if found else False,
            country_differs=suppliers.differs(importer, country) if found else False,
            needless=_needless(country, None if named is None else mechanism not in {None, "NONE"}),
            blame=_to_blame(importer, country),
        )


def _to_blame(importer: str | None, country: str | None) -> Mapping[str, tuple[str, str]]:
    """Return for each answer about a transfer the (register, column) to fill in where it is open."""
    return {
        "found": ("transfers", "importer") if importer is None else ("processors", "legal_name"),
        "ended": ("processors", "service_end"),
        "country_differs": ("transfers" if country is None else "processors", "country"),
        "needless": ("transfers", "country" if country is None else "mechanism"),
    }


def _needless(country: str | None, named: bool | None) -> bool | None:  # noqa: FBT001 - a cell of the register
    """Return whether a safeguard is named though the importer is in the UK.

    None where the country is blank, or it is not known whether a safeguard is named.
    """
    if named is False or country not in {None, HOME}:
        return False
    return named if country else None


class _Suppliers:
    """The suppliers by legal name; one name may have several rows, one for each service."""

    def __init__(self, processors: Register, known: Known, *, whole: bool, ends_known: bool) -> None:
        self.whole = whole
        self.countries, self.ends = defaultdict[str, set[str | None]](set), defaultdict[str, set[bool | None]](set)
        ends = list(events(processors, "service_end"))
        ends_known = ends_known or any(day for day, _ in ends)
        rows = zip(column(processors, "legal_name"), column(processors, "country"), ends, strict=True)
        for name, country, (day, ended) in rows:
            over = None if ended is None or not ends_known else day is not None and day < known.period_start
            self.countries[name.casefold()].add(country)
            self.ends[name.casefold()].add(over)

    def has(self, importer: str | None) -> bool | None:
        """Return whether a supplier has that name; None where a row that could not be read may have it."""
        if importer is not None and importer.casefold() in self.ends:
            return True
        return False if importer is not None and self.whole else None

    def ended(self, importer: str) -> bool | None:
        """Return whether every service of the supplier ended before the period; None where that is not known."""
        over = self.ends[importer.casefold()]
        return False if False in over else None if None in over else True

    def differs(self, importer: str, country: str | None) -> bool | None:
        """Return whether the supplier's rows all give another country; None where a country is not known."""
        theirs = self.countries[importer.casefold()]
        if country in theirs - {None}:
            return False
        return None if country is None or None in theirs else True


def _of_contacts(contacts: Register, clients: Register, name_of: NameOf, *, whole: bool) -> Iterator[Reference]:
    """Yield a reference for each contact that names a client, or whose cell leaves open whether it does."""
    ids = {each.casefold() for each in column(clients, "client_id")}
    keys = natural_keys(contacts)
    for key, (client, named), origin in zip(keys, events(contacts, "client_id"), contacts.origins, strict=True):
        if client is not None:
            there = client.casefold() in ids or (False if whole else None)
            blame = {"found": ("clients", "client_id")}
            yield Reference("contacts", name_of(contacts, key), "clients", origin, there, blame=blame)
        elif named is None:
            blame = {"found": ("contacts", "client_id")}
            yield Reference("contacts", name_of(contacts, key), "clients", origin, None, blame=blame)


def _of_invoices(invoices: Register, people: "_People", known: Known, name_of: NameOf) -> Iterator[Reference]:
    """Yield for each sale of the period its reference to a client; all lines for one client are one record."""
    by_client = replace(invoices, schema=invoices.schema.model_copy(update={"key": ("client",)}))
    names = ("client", "email", "kind", "status", "invoiced_on")
    rows = zip(*(column(invoices, each) for each in names), invoices.origins, strict=True)
    for client, email, kind, status, day, origin in rows:
        if kind != "purchase" and status not in NO_SALE and _in_period(day, known):
            there = people.has(client, email)
            blame = {"found": ("invoices", "client") if client is None else ("clients", "name")}
            record = name_of(by_client, str(client or email).casefold())
            yield Reference("invoices", record, "clients", origin, there, blame=blame)


def _in_period(day: date | None, known: Known) -> bool:
    """Return whether an invoice is of the period; one without a date counts, since it may be."""
    return day is None or known.period_start <= day <= known.as_at


class _People:
    """The clients by name, number and e-mail address; an invoice may give any of them."""

    def __init__(self, clients: Register, *, whole: bool) -> None:
        names = list(zip(column(clients, "name"), column(clients, "disposal_status"), strict=True))
        known = [name for name, _ in names if name] + column(clients, "client_id")
        self.names = {name.casefold() for name in known}
        self.emails = set(column(clients, "email")) - {None}
        nameless = any(name is None and status not in DISPOSED for name, status in names)
        self.whole = whole and not nameless

    def has(self, client: str | None, email: str | None) -> bool | None:
        """Return whether the client is in the list; None where a client without a name may be the one."""
        if (client is not None and client.casefold() in self.names) or email in self.emails:
            return True
        return False if client is not None and self.whole else None
