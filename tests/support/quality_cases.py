"""Case tables of the checks of the audit itself: registers received, columns, and the tasks of the quarter before."""

import csv
import dataclasses
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from privacy_audit.audit import history
from privacy_audit.audit.engine import ROW, VERDICTS
from privacy_audit.audit.gaps import gaps_of
from privacy_audit.audit.history import Asked, Past
from privacy_audit.audit.inputs import Inputs, read_inputs
from privacy_audit.audit.observe import observe
from privacy_audit.audit.run import with_column_register
from privacy_audit.controls.grammar import CONTROLS
from support.bench import make_firm, request, write_register
from support.case_tables import AS_AT, read_cases
from support.frozen import frozen_law

QUALITY = ("DQ-01", "DQ-02", "GOV-09")
# By control: the register it judges, and the column of it that names the row a case is about.
CLIENT = {
    "Client no": "C-1",
    "Client name": "Bench",
    "Email": "c1@example.com",
    "Kind": "Company",
    "Status": "Former",
    "First contact": "01/02/2014",
    "Last invoice": "01/08/2021",
    "End date": "05/08/2021",
    "Opted in": "",
    "Opted out": "03/03/2026",
}
Case = dict[str, str]


def groups(control: str) -> Iterator[tuple[str, dict[str, str], list[Case]]]:
    """Yield the cases of a control: those of tasks all together, a state of a register or a column by itself."""
    cases = read_cases(control)
    yield from [(AS_AT, {}, cases)] if control == "GOV-09" else [(AS_AT, {}, [each]) for each in cases]


def audit_cases(tmp_path: Path, control: str, _as_at: str, _facts: dict[str, str], cases: list[Case]) -> Inputs:
    """Return the inputs in which a control finds its cases."""
    firm = make_firm(tmp_path / "firm", law=frozen_law())
    folder = firm / "registers" / "2026-Q3"
    if control == "DQ-01":
        write_client_list(folder, cases[0])
        return read_inputs(request(firm, "2026-Q3"))
    if control == "DQ-02":
        write_one_client(folder, cases[0])
    else:
        write_register(folder, "clients", [{"client_id": "C-1"}])
    return completed(read_inputs(request(firm, "2026-Q3")), control, cases)


def completed(inputs: Inputs, control: str, cases: list[Case]) -> Inputs:
    """Return the inputs with the register that is made from what the other checks found, where the control needs it."""
    if control == "DQ-02":
        return with_column_register(inputs, gaps_of(inputs, observe(inputs)))
    return asked_before(inputs, cases) if control == "GOV-09" else inputs


def write_client_list(folder: Path, case: Case) -> None:
    """Write the client list in the state that a case of DQ-01 describes."""
    head = [
        "Client no",
        "Client name",
        "Email",
        "Kind",
        "Status",
        "First contact",
        "Last invoice",
        "Opted in",
        "Opted out",
    ]
    row = ["C-1", "Bench", "c1@example.com", "Company", "Current", "01/02/2024", "01/08/2026", "", "03/03/2026"]
    keep = [index for index, name in enumerate(head) if name != case["without"]]
    lines = [head, row, *[["", *row[1:]]] * int(case["rejected"])]
    lines = [",".join(line[index] for index in keep) for line in lines]
    folder.mkdir(parents=True)
    content = {
        "rows": "\n".join(lines),
        "header": lines[0],
        "empty": "",
        "renamed": "\n".join(lines).replace("Client no", "Customer no"),
    }
    content["unknown"] = content["half"] = content["rows"]
    content["above"] = "\n".join([lines[1], *lines])
    if case["file"] == "unknown":
        (folder / "old list.csv").write_text("Kundennummer,Firma\n1,Eins\n", encoding="utf-8")
    if case["file"] == "half":
        head = "Email Address,MEMBER_RATING,OPTIN_TIME,LEID\n"
        (folder / "subscribed_x.csv").write_text(head + "a@example.com,2,2024-01-01 10:00:00,1\n", encoding="utf-8")
    if case["file"] != "none":
        (folder / "clients.csv").write_text(content[case["file"]], encoding="utf-8")
    if case["extracted_on"]:
        said = case["said"].replace("“", '"').replace("”", '"').replace(";", ",")
        about = f"[extracts.clients]\nextracted_on = {case['extracted_on']}\n{said}\n"
        (folder / "quarter.toml").write_text(about, encoding="utf-8")


def write_one_client(folder: Path, case: Case) -> None:
    """Write a client list of one row, with the column and the cell as a case of DQ-02 has them."""
    changed = dict(part.split("=", 1) for part in [case["row"]] if part)
    row = {name: changed.get(name, value) for name, value in (CLIENT | changed).items() if name != case["without"]}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    folder.mkdir(parents=True)
    (folder / "clients.csv").write_text(text.getvalue(), encoding="utf-8")


def asked_before(inputs: Inputs, cases: list[Case]) -> Inputs:
    """Return the inputs with the tasks of the quarter before that the cases of GOV-09 describe."""
    tasks = [
        Asked(
            case["case"],
            "Do it",
            case["severity"],
            date.fromisoformat(case["due_on"]),
            frozenset(f"{case['case']}{n}" for n in range(int(case["asked"]))),
        )
        for case in cases
    ]
    found = {f"{case['case']}{n}" for case in cases for n in range(int(case["open"]))}
    unclear = {f"{case['case']}{int(case['open']) + n}" for case in cases for n in range(int(case["unclear"]))}
    past = Past("2026-Q2", {}, {}, tasks)
    return inputs.adding(history.open_tasks(inputs.schemas["previous"], past, found, unclear))


def wrong_cases(inputs: Inputs, control: str, engine: str, cases: list[Case]) -> list[str]:
    """Return how the cases came out otherwise than their table says."""
    register = inputs.registers[CONTROLS[control].register]
    at = _rows_of(control, cases, register.table.to_pylist())
    if None in at or not cases[0]["expect"] or len(at) != len(cases):
        return [] if at == [None] and not cases[0]["expect"] else [f"{cases[0]['case']}: {len(at)} rows"]
    few = dataclasses.replace(register, table=register.table.take(at))
    alone = dataclasses.replace(inputs, registers={register.name: few})
    (observation,) = observe(alone, engine, stage=register.schema.stage, only=(control,))
    if observation.error:
        return [observation.error]
    flagged = {row[ROW]: row for row in observation.flagged}
    wrong = []
    for index, case in enumerate(cases):
        row = flagged.get(index, {"verdict": "kept out_of_scope"})
        reasons = {name[3:] for name, value in row.items() if name.startswith("is:") and value}
        severities = {row[f"severity:{each}"] or CONTROLS[control].severity for each in reasons}
        expected = set(filter(None, case["reason"].split("+")))
        severity = case["severity_found" if control == "GOV-09" else "severity"]
        if case["expect"] not in row["verdict"] or reasons != expected:
            wrong.append(f"{case['case']}: {row['verdict']} {reasons}: {case['because']}")
        elif expected and severity and severity not in severities:
            wrong.append(f"{case['case']}: {severities} instead of {severity}")
    counted = {each: sum(case["expect"] == each for case in cases) for each in VERDICTS}
    if counted != dict(observation.counts):
        wrong.append(f"counts {dict(observation.counts)} instead of {counted}")
    return wrong


def _rows_of(control: str, cases: list[Case], table: list[dict[str, object]]) -> list[int | None]:
    """Return which row of the register each case is about; None where there is none."""
    if control == "GOV-09":
        return [*range(len(cases))]
    wanted: dict[str, object] = {"register": "contacts" if cases[0].get("file") == "half" else "clients"}
    wanted |= {"column": cases[0]["column"]} if control == "DQ-02" else {}
    found = [at for at, row in enumerate(table) if wanted.items() <= row.items()]
    return found or [None]
