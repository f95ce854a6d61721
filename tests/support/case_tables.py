"""Case tables: raw rows, the expected outcome and the reason why, and how a control answers them."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from privacy_audit.audit.engine import ROW, VERDICTS
from privacy_audit.audit.inputs import Inputs, read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.dates import Quarter, parse_iso
from support.bench import FACTS, make_firm, request, write_register
from support.frozen import frozen_law

CASES = Path(__file__).parents[1] / "cases"
ANNOTATIONS = {"case", "as_at", "register", "expect", "reason", "severity", "because"}
AS_AT = "2026-09-30"
# A register the audit makes itself is tested by the rows of the one it is made from.
RAW = {"keys": "clients", "links": "transfers", "held": "clients"}
KEYS = {
    "clients": lambda case: {"client_id": case},
    "contacts": lambda case: {"email": f"{case}@example.com", "channel": "email"},
    "processors": lambda case: {"legal_name": f"{case} Ltd", "service": "Hosting"},
    "transfers": lambda case: {"transfer_id": case},
}


def read_cases(control: str) -> list[dict[str, str]]:
    with (CASES / f"{control}.csv").open(encoding="utf-8", newline="") as file:
        return [{name: value or "" for name, value in row.items()} for row in csv.DictReader(file)]


def groups(control: str) -> Iterator[tuple[str, dict[str, str], list[dict[str, str]]]]:
    """Yield the cases that share a day, a firm and a register, since they can be audited together."""
    found = defaultdict(list)
    for case in read_cases(control):
        facts = tuple((name, case.get(f"firm.{name}", "")) for name in FACTS)
        found[case.get("as_at") or AS_AT, facts, case.get("register", "")].append(case)
    for (as_at, facts, _), cases in sorted(found.items(), key=lambda each: -len(each[1])):
        yield as_at, dict(facts), cases


def write_case_registers(folder: Path, register: str, cases: list[dict[str, str]]) -> list[int]:
    """Write the cases' rows, and the rows of other registers that stand beside them."""
    raw = cases[0].get("register") or RAW.get(register, register)
    own = [name for name in cases[0] if name not in ANNOTATIONS and "." not in name]
    rows = [
        KEYS[raw](each["case"]) | {name: each[name] for name in own if each[name] or name not in KEYS[raw]("x")}
        for each in cases
    ]
    write_register(folder, raw, rows)
    others = sorted({name.partition(".")[0] for name in cases[0] if "." in name} - {"firm"})
    for other in others:
        columns = [name.partition(".")[2] for name in cases[0] if name.startswith(f"{other}.")]
        beside = [each for each in cases if any(each[f"{other}.{column}"] for column in columns)]
        joined = [
            KEYS[other](f"{each['case']}")
            | {"email": row.get("email", "")}
            | {column: each[f"{other}.{column}"] for column in columns}
            for each, row in zip(cases, rows, strict=True)
            if each in beside
        ]
        if joined:
            write_register(folder, other, joined)
    if raw == "contacts" and not (folder / "clients.csv").exists():
        nobody = {
            "client_id": "nobody",
            "email": "nobody@example.com",
            "opted_out_on": "2020-01-01",
            "last_marketing_on": "",
        }
        write_register(folder, "clients", [nobody])
    return list(range(2, len(rows) + 2))


def audit_cases(tmp_path: Path, control: str, as_at: str, facts: dict[str, str], cases: list[dict[str, str]]) -> Inputs:
    firm = make_firm(tmp_path / "firm", facts, law=frozen_law())
    quarter = str(Quarter.before(parse_iso(as_at, "as_at")))
    quarter = next(
        q for q in (quarter, _next(quarter)) if Quarter.parse(q).first <= parse_iso(as_at, "") <= Quarter.parse(q).last
    )
    write_case_registers(firm / "registers" / quarter, CONTROLS[control].register, cases)
    return read_inputs(request(firm, quarter, as_at, as_at))


def completed(inputs: Inputs, _control: str, _cases: list[dict[str, str]]) -> Inputs:
    """Return the inputs as they are: nothing is made from what other checks found."""
    return inputs


def _next(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + number // 4}-Q{number % 4 + 1}"


def wrong_cases(inputs: Inputs, control: str, engine: str, cases: list[dict[str, str]]) -> list[str]:
    """Return how the cases of one group came out otherwise than their table says."""
    wrong = []
    (observation,) = observe(inputs, engine, only=(control,))
    if observation.error:
        return [observation.error]
    register = inputs.registers[CONTROLS[control].register]
    flagged = {register.origins[row[ROW]].row: row for row in observation.flagged}
    counted = dict.fromkeys(VERDICTS, 0)
    for line, case in enumerate(cases, 2):
        assert any(origin.row == line for origin in register.origins), f"{case['case']} was rejected when read"
        counted[case["expect"]] += 1
        row = flagged.get(line, {"verdict": "kept or out_of_scope"})
        reasons = {name[3:] for name, value in row.items() if name.startswith("is:") and value}
        severities = {row[f"severity:{each}"] or CONTROLS[control].severity for each in reasons}
        if case["expect"] not in row["verdict"]:
            wrong.append(f"{case['case']}: {row['verdict']} instead of {case['expect']} ({case['because']})")
        elif case["reason"] and reasons != set(case["reason"].split("+")):
            wrong.append(f"{case['case']}: {reasons} instead of {case['reason']}")
        elif case["severity"] and severities != {case["severity"]}:
            wrong.append(f"{case['case']}: {severities} instead of {case['severity']}")
    if counted != dict(observation.counts):
        wrong.append(f"counts {dict(observation.counts)} instead of {counted}")
    return wrong
