"""The registers line by line, as a working paper lists them: dates of former clients, contracts, reviews, transfers."""

from datetime import date, timedelta
from typing import Any

from privacy_audit.audit import Observation
from privacy_audit.engine import BROKEN, KEPT, NOT_SHOWN, OUT_OF_SCOPE, ROW
from privacy_audit.registers.register import Register
from privacy_audit.reports.flows import places_of, verdict_of_each
from privacy_audit.reports.population import called
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

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
