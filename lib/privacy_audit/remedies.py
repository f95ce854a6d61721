"""What to do about a column that an export lacks or leaves blank: where to add it, what to declare instead."""

from privacy_audit.inputs import Inputs
from privacy_audit.registers.mapping import Export
from privacy_audit.registers.register import Origin, Register
from privacy_audit.registers.schema import Column


def to_add_to(inputs: Inputs, name: str, column: str, rows: set[Origin]) -> str:
    """Return in words the list to which a column has to be added; blank where that is not the remedy."""
    register = inputs.registers.get(name)
    if register is None or (column in register.absent and not elsewhere(name, column, inputs)):
        return own_list(inputs) if kept_apart(name, column, inputs) else listed(inputs, name)
    inferred = {register.origins[index] for index, each in register.inferred if each == column}
    return own_list(inputs) if inferred and not unread_in(register, column, rows) else ""


def to_add(inputs: Inputs, name: str, column: str, place: str) -> str:
    """Return the remedy for a column that has to be added; an event of which there is none can be declared instead."""
    about = inputs.schemas[name].by_name[column]
    return f"Add “{about.title}” to {place}.{_or_declare(name, about)}"


def _or_declare(name: str, column: Column) -> str:
    """Return that of an event of which there is none that can be declared; blank for anything else."""
    return (
        f" If there is nothing to write in it, declare so ({name}.{column.name} in firm.toml)." if column.event else ""
    )


def elsewhere(register: str, column: str, inputs: Inputs) -> str:
    """Return what to do about a column that its export can never give; blank if that is to add it."""
    if in_clients(register, column, inputs):
        schema, clients = inputs.schemas[register], listed(inputs, "clients")
        about = schema.by_name[column]
        there = f"Add to {clients} the {schema.many} that it lacks, and fill in “{about.title}” there."
        return there + _or_declare(register, about)
    return next((each.cannot_give[column] for each in _exports(register, inputs) if column in each.cannot_give), "")


def in_clients(register: str, column: str, inputs: Inputs) -> bool:
    """Whether the firm's own client list has a column for which the exports of another register have no place."""
    clients = inputs.registers.get("clients")
    has = clients is not None and column in clients.schema.by_name and column not in clients.absent
    return has and register != "clients" and kept_apart(register, column, inputs)


def asked(register: str, column: str, inputs: Inputs) -> str:
    """Return what a mapping says to do about blanks of a column that its export leaves open."""
    return next((each.ask[column] for each in _exports(register, inputs) if column in each.ask), "")


def listed(inputs: Inputs, name: str) -> str:
    """Return what a register is called where something has to be added to it."""
    return f"the list of {inputs.schemas[name].many}"


def own_list(inputs: Inputs) -> str:
    """Return the client list that takes what an export has no place for: the firm's own, or one still to be kept."""
    clients = inputs.folder.readings.get("clients", [])
    return (
        "a client list of your own" if any(r.layout.export.kept_apart for r in clients) else listed(inputs, "clients")
    )


def kept_apart(name: str, column: str, inputs: Inputs) -> bool:
    """Whether an export of a register has no place for a column, which belongs into a client list of the firm's own."""
    return any(column in each.layout.export.kept_apart for each in inputs.folder.readings.get(name, []))


def unread_in(register: Register, column: str, rows: set[Origin]) -> bool:
    """Whether all of these rows have a cell of the column that cannot be read."""
    unread = {origin for index, origin in enumerate(register.origins) if (index, column) in register.unread}
    return bool(unread) and rows <= unread


def _exports(register: str, inputs: Inputs) -> list[Export]:
    """Return the mappings a register was read by, in an order that no file's name decides."""
    readings = inputs.folder.readings.get(register, [])
    return sorted((each.layout.export for each in readings), key=lambda each: each.name)
