"""Puts together the registers of one audit: the exported ones, the facts worked out from them, and the audit's own.

`declared` checks what the firm declared to be empty; `assemble` does the rest.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from privacy_audit.dates import add_years
from privacy_audit.errors import SettingsError, nearest
from privacy_audit.facts import (
    clients,
    contacts,
    invoices,
    marketing,
    own_registers,
    policy_text,
    records,
    special_category,
    suppliers,
    transfers,
)
from privacy_audit.facts.fact import Known
from privacy_audit.registers.folder import Folder
from privacy_audit.registers.register import Register, build
from privacy_audit.settings.firm import EXPECTED, Declaration
from privacy_audit.settings.schema import Schema

NameOf = Callable[[Register, str], str]


def declared(folder: Folder, schemas: Mapping[str, Schema], known: Known) -> frozenset[str]:
    """Return the registers and columns that the firm declared to be empty, in firm.toml or quarter.toml.

    Raise SettingsError where a declaration names something that cannot be declared, or is dated more than a year after
    the report.
    """
    declarations = (*known.policy.firm.declared, *folder.about.declared)
    return frozenset(_answered(each, schemas, known) for each in declarations)


def assemble(
    folder: Folder, schemas: Mapping[str, Schema], known: Known, answers: Collection[str], name_of: NameOf
) -> dict[str, Register]:
    """Return every register by name, with its facts; `answers` are the registers and columns declared to be empty.

    `name_of` gives the name or token by which reports refer to a record.
    """
    read = _exported(folder, schemas, answers)
    own = [each for each in read.values() if not each.schema.repeats]
    whole = {name for name, each in read.items() if each.is_whole}
    if "clients" in read:
        read["clients"] = _invoiced(read["clients"], read.get("invoices"), folder.missing("invoices"), known)
    _related(read, schemas, known, _lost_transfers(read, folder, known))
    read["links"] = records.links(schemas, read, whole, answers, known, name_of)
    empty = {name for name, register in read.items() if register.known_empty}
    expects = {name: wanted and name not in empty for name, wanted in known.policy.firm.expects.items()}
    read["receipts"] = own_registers.receipts(schemas["receipts"], folder, expects, read, schemas, answers)
    read["held"] = special_category.data_held(schemas["held"], read, known, name_of)
    read["keys"] = records.keys(schemas["keys"], own, name_of)
    read["contradictions"] = policy_text.contradictions(schemas["contradictions"], known)
    read["notice"] = policy_text.notice(schemas["notice"], known)
    return read


def _exported(folder: Folder, schemas: Mapping[str, Schema], answers: Collection[str]) -> dict[str, Register]:
    """Return by name the registers that have a file, or that the firm has declared to be empty."""
    read = {}
    for name in EXPECTED:
        none = {answer.partition(".")[2] for answer in answers if answer.startswith(f"{name}.")}
        register = folder.register(schemas[name], none)
        if name in answers:
            register = _declared_empty(register or build(schemas[name], []))
        if register is not None:
            read[name] = register
    return read


def _declared_empty(register: Register) -> Register:
    """Return a register that the firm declared to have no rows, known to be empty.

    Where the export has rows all the same, the register is marked as incomplete instead.
    """
    if not len(register.table) and not register.rejected:
        return replace(register, known_empty=True)
    why = f"somebody declared that there are no {register.schema.many}, but the export has some"
    return replace(register, incomplete=(*register.incomplete, why))


def _invoiced(clients: Register, lines: Register | None, missing: tuple[str, ...], known: Known) -> Register:
    """Return the clients with what the invoices add to them.

    Where no invoices could be read, the clients are marked as incomplete for the reasons in `missing`.
    """
    if lines is not None:
        return invoices.complete(clients, lines, known)
    return replace(clients, incomplete=tuple(dict.fromkeys((*clients.incomplete, *missing))))


def _lost_transfers(read: Mapping[str, Register], folder: Folder, known: Known) -> tuple[str, ...]:
    """Return in words why transfers worked out from the suppliers may be incomplete; empty where they are not.

    That is so where a file of transfers could not be read, or where one is expected and missing.
    """
    if any(each.register == "transfers" for each in folder.refused):
        return folder.missing("transfers")
    expected = known.policy.firm.expects.get("transfers", False)
    return ("the file of transfers is missing",) if expected and "transfers" not in read else ()


def _related(read: dict[str, Register], schemas: Mapping[str, Schema], known: Known, lost: tuple[str, ...]) -> None:
    """Add to each register, in place, the facts worked out from it and others; `lost` is from `_lost_transfers`."""
    if "processors" in read:
        given = read.get("transfers")
        supplier_list = read["processors"] = suppliers.with_facts(read["processors"], known, given, lost=bool(lost))
        read["transfers"] = (
            transfers.derive(supplier_list, schemas["transfers"], lost)
            if given is None
            else transfers.compared(given, supplier_list, known)
        )
    if "contacts" in read:
        contact_list = contacts.with_facts(read["contacts"], read.get("clients"), known)
        read["contacts"] = marketing.with_facts(contact_list, read.get("clients"), known)
    if "clients" in read:
        read["clients"] = clients.with_facts(read["clients"], known, read.get("contacts"))
    if "transfers" in read:
        read["transfers"] = transfers.with_facts(read["transfers"], known)


def _answered(declaration: Declaration, schemas: Mapping[str, Schema], known: Known) -> str:
    """Return the register or column that a declaration names; raise SettingsError where it cannot be declared.

    Of columns, only events can be declared to be empty. The date may be at most a year after the day of the report.
    """
    name, _, column = declaration.column.partition(".")
    fields = schemas[name].by_name if name in schemas else {}
    whole = declaration.column in EXPECTED
    if not whole and (column not in fields or not fields[column].event):
        events = [f"{s.name}.{c.name}" for s in schemas.values() for c in s.fields if c.event]
        hint = nearest(declaration.column, [*EXPECTED, *events])
        raise SettingsError(f"declared: “{declaration.column}” cannot be declared.{hint}")
    if declaration.on > add_years(known.issued_on, 1):
        raise SettingsError(f"declared: {declaration.column}: {declaration.on} lies long after the report.")
    return declaration.column
