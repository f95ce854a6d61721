"""The registers line by line, as a working paper lists them: dates of former clients, contracts, reviews, transfers."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from privacy_audit.audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE, ROW
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.dates import long_date
from privacy_audit.registers.register import Register
from privacy_audit.reports import transfers
from privacy_audit.reports.marketing import share
from privacy_audit.reports.papers import tested
from privacy_audit.reports.pictures.charts import COUNTED, bars, bars_of
from privacy_audit.reports.pictures.figure import Picture
from privacy_audit.reports.tables import Table, accepted
from privacy_audit.reports.transfers import places_of, verdict_of_each

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
        return [(transfers.by_country_and_safeguard(result), transfers.by_country(result))]
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
    numbers = tuple((kind, "records", count) for kind, count in ranked)
    picture = Picture(bars, bars_of(head, labels, series), f"{head}. {told}.", numbers)
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
        (f"declared: no {each.column}", None, f"{each.by}, {long_date(each.on)}: {each.because}")
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


AHEAD = 366
HELD = {"none", "partially_deleted"}
YES_NO = {True: "yes", False: "no", None: "? not known"}
SAID = {
    KEPT: "– nothing found",
    BROKEN: "✗ broken",
    NOT_SHOWN: "? cannot be shown",
    OUT_OF_SCOPE: "– not judged",
}
Row = dict[str, Any]


def _rows(result: Result, name: str, *checks: str) -> list[tuple[str, str, Row]]:
    """Return each record of a register by its name in reports, what the checks say of it, and its values."""
    register: Register | None = result.inputs.registers.get(name)
    if register is None:
        return []
    words = judged(result, name, checks)
    return list(zip(result.inputs.record_names(register), words, register.table.to_pylist(), strict=True))


def retention_dates(result: Result) -> Table:
    """Return the former clients still on file whose promised day is past or comes within a year, nearest first."""
    as_at = result.inputs.request.as_at
    here = [
        (record, verdict, row)
        for record, verdict, row in _rows(result, "clients", "RET-01")
        if row["relationship"] == "former_client" and row["disposal_status"] in HELD
    ]
    dated = [each for each in here if each[2]["policy_end"] is not None]
    near = [each for each in dated if each[2]["policy_end"] <= as_at + timedelta(days=AHEAD)]
    rows = [
        (
            record,
            row["left_on"],
            row["policy_end"],
            row["statutory_end"] or "? not known",
            _far(row["policy_end"], as_at),
            "on hold" if row["legal_hold"] or row["restricted"] else "",
            verdict,
        )
        for record, verdict, row in sorted(near, key=lambda each: (each[2]["policy_end"], each[0]))
    ]
    columns = [("Client", 14), ("Left on", 18), ("Promised until", 18), ("Tax law asks until", 18), ("Days", 22)]
    columns += [("Hold", 10), ("RET-01", 20)]
    purpose = f"{len(near)} of {len(here)} former clients on file are past their day or come to it within a year"
    purpose += f"; of {len(here) - len(dated)} nobody can tell the day." if len(dated) < len(here) else "."
    return Table("Days of former clients", purpose, columns, rows)


def _far(day: date, as_at: date) -> str:
    days = (as_at - day).days
    return f"{days} past the promised day" if days > 0 else f"{-days} to go"


def contracts(result: Result) -> Table:
    """Return each supplier's contract, and what is known of its Article 28 terms."""
    rows = [
        (
            record,
            called(result, "processors", "role", row["role"]),
            YES_NO[row["live"]],
            "yes" if row["contract_ref"] else "–",
            row["contract_signed_on"],
            row["contract_expires_on"],
            row["art28_checked_on"],
            _terms(row),
            verdict,
        )
        for record, verdict, row in _rows(result, "processors", "PRC-01", "PRC-02")
    ]
    columns = [("Supplier and service", 34), ("Role", 26), ("Used in the quarter", 10), ("Contract named", 10)]
    columns += [("Signed", 18), ("Ends", 18), ("Terms checked", 18), ("Terms missing", 34), ("PRC-01, PRC-02", 20)]
    return Table("Contracts and Article 28 terms", "One line for each supplier and service.", columns, rows)


def _terms(row: Row) -> str:
    if row["role"] not in {"processor", None}:
        return "– none asked of this role"
    if row["terms_missing"] is None:
        return row["missing_terms"] or "? not known"
    return row["missing_terms"] or "none"


def reviews(result: Result) -> Table:
    """Return when each supplier's security was looked at, on what ground, and until when that counts as fresh."""
    rows = [
        (
            record,
            row["data_categories"],
            row["security_review_on"],
            called(result, "processors", "security_basis", row["security_basis"]),
            row["review_due_on"],
            YES_NO[row["low_risk"]],
            verdict,
        )
        for record, verdict, row in _rows(result, "processors", "PRC-05")
    ]
    columns = [("Supplier and service", 34), ("Kinds of data", 34), ("Reviewed on", 18), ("Rests on", 18)]
    columns += [("Fresh until", 18), ("Of little risk", 12), ("PRC-05", 20)]
    return Table("Security reviews", "A blank date: nobody has noted a review.", columns, rows)


def each_transfer(result: Result) -> Table:
    """Return each transfer: where to, what protects the data, the dates, and what the checks say."""
    rows = [
        (
            record,
            *place,
            row["agreement_signed_on"],
            row["first_transfer_on"],
            row["ended_on"],
            row["tra_on"],
            called(result, "transfers", "tra_outcome", row["tra_outcome"]),
            verdict,
        )
        for (record, _, row), place, verdict in zip(
            _rows(result, "transfers"), places_of(result), map(SAID.get, verdict_of_each(result)), strict=True
        )
    ]
    columns = [("Transfer", 34), ("Country", 20), ("What protects the data", 34), ("Signed", 18)]
    columns += [("First transfer", 18), ("Ended", 18), ("Risk assessed", 18), ("Outcome", 18), ("Checks", 20)]
    register = result.inputs.registers.get("transfers")
    derived = register is not None and register.derived_from
    purpose = "Worked out from the suppliers' rows: no file of transfers was given." if derived else "As the file says."
    return Table("Transfers one by one", purpose, columns, rows)


def judged(result: Result, register: str, checks: tuple[str, ...] = ()) -> list[str]:
    """Return for each row the worst that these checks, or all over the register, say; nothing found is no pass."""
    found = result.inputs.registers.get(register)
    words = ["– nothing found"] * (len(found.table) if found is not None else 0)
    over = [o for o in result.observations if o.control.register == register]
    for each in (o for o in over if not checks or o.control.id in checks):
        words = _worse(words, each)
    return words


def _worse(words: list[str], observation: Observation) -> list[str]:
    if observation.error:
        return ["! could not be run"] * len(words)
    worse = list(words)
    for row in observation.flagged:
        at = row[ROW]
        if row["verdict"] == BROKEN:
            worse[at] = "✗ broken"
        elif worse[at].startswith("–"):
            worse[at] = "? cannot be shown"
    return worse
