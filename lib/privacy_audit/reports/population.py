"""Who and what stands in a register, by kind, and what excused a record from a check."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from privacy_audit.dates import in_words
from privacy_audit.registers.register import Register
from privacy_audit.reports import flows
from privacy_audit.reports.papers import tested
from privacy_audit.reports.pictures.charts import COUNTED, Picture, bars
from privacy_audit.reports.readings import share
from privacy_audit.reports.tables import Table, accepted
from privacy_audit.result import Result

# By which columns a register is told apart.
KINDS = {"clients": ("relationship", "client_type", "disposal_status"), "processors": ("role", "country")}
# What a value is called where its own word would not do.
CALLED = {
    ("processors", "role", "none"): "gets no personal data",
    ("processors", "role", "controller"): "a controller of its own",
    ("processors", "role", "processor"): "handles data for the firm (processor)",
    ("clients", "disposal_status", "none"): "still held",
    ("clients", "client_type", "charity_inc"): "incorporated charity",
    ("clients", "client_type", "charity_uninc"): "unincorporated charity",
    ("clients", "client_type", "llp"): "LLP",
}
FLAGS = {"legal_hold": "on legal hold", "restricted": "processing restricted"}


def by_kind(result: Result, name: str) -> list[tuple[Picture, Table]]:
    """Return the population of a register by each kind, drawn and as numbers; transfers by country and safeguard."""
    register = result.inputs.registers.get(name)
    if register is None:
        return []
    if name == "transfers":
        return [(flows.by_country_and_safeguard(result), flows.by_country(result))]
    return [_counted(result, register, column) for column in KINDS[name]]


def _counted(result: Result, register: Register, column: str) -> tuple[Picture, Table]:
    values = register.table.column(column).to_pylist()
    number = Counter(called(result, register.name, column, value) for value in values)
    ranked = sorted(number.items(), key=lambda item: (-item[1], item[0]))
    title = register.schema.by_name[column].title
    head = f"{register.schema.title} by {title[0].lower()}{title[1:]}: {len(values)} {register.schema.many}"
    told = "; ".join(f"{kind}: {count}" for kind, count in ranked) or "none"
    labels = [kind for kind, _ in ranked] or ["none"]
    series = [(COUNTED, [count for _, count in ranked] or [0])]
    picture = Picture(bars(labels, series, head), f"{head}. {told}.", tuple((kind, "records", n) for kind, n in ranked))
    rows = [(kind, count, share(count, len(values))) for kind, count in ranked]
    return picture, Table(title, head, [(title, 34), ("Records", 10), ("Share", 10)], rows)


def called(result: Result, register: str, column: str, value: Any) -> str:  # noqa: ANN401 - a cell of any type
    """Return what people call a value of a register."""
    if value is None:
        return "not recorded"
    if column in {"country", "mechanism", "safeguard"}:
        names = result.inputs.law.tables["countries" if column == "country" else "mechanisms"]["names"]
        return str(names.get(value, value))
    return CALLED.get((register, column, value), str(value).replace("_", " "))


def excused(result: Result, name: str) -> Table:
    """Return what let a record pass or kept it out: holds, exemptions, declarations, inferences, accepted findings."""
    register = result.inputs.registers.get(name)
    declared = (*result.inputs.policy.firm.declared, *result.inputs.folder.about.declared)
    rows: list[tuple[object, ...]] = [*(_on_record(result, register) if register is not None else [])]
    rows += [
        (f"declared: no {each.column}", None, f"{each.by}, {in_words(each.on)}: {each.because}")
        for each in declared
        if each.column.partition(".")[0] == name
    ]
    rows += [
        (f"accepted: {each.control} {each.record}", each.number, accepted(each))
        for each in tested(result, name).findings
        if each.waiver
    ]
    columns = [("What excuses", 44), ("Records", 10), ("On whose word", 70)]
    return Table(
        "Exceptions", "What stands on record that may let a record pass, or keep it out of a check.", columns, rows
    )


def _on_record(result: Result, register: Register) -> Iterable[tuple[str, int | None, str]]:
    names = register.table.column_names
    for flag, words in FLAGS.items():
        number = sum(map(bool, register.table.column(flag).to_pylist())) if flag in names else 0
        if number:
            yield words, number, f"the column “{register.schema.by_name[flag].title}”"
    if "exempt_because" in names:
        found = Counter(register.table.column("exempt_because").to_pylist())
        for reason, number in sorted((each, n) for each, n in found.items() if each not in {None, "none"}):
            words = called(result, register.name, "exempt_because", reason).removeprefix("no ")
            title = register.schema.by_name["exempt_because"].title
            yield f"no restricted transfer: {words}", number, f"the column “{title}”"
    for column, number in sorted(Counter(column for _, column in register.inferred).items()):
        yield f"“{register.schema.by_name[column].title}” worked out, not recorded", number, "the invoices"
