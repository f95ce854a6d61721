"""Case tables of the checks of a policy's own words: policies given in a line, and how the checks answer them."""

import csv
import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from privacy_audit.audit.engine import ROW, VERDICTS
from privacy_audit.audit.inputs import Inputs, read_inputs, read_settings
from privacy_audit.audit.observe import observe
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.dates import Quarter, parse_iso
from privacy_audit.request import ROOT
from support.bench import make_firm, request
from support.case_tables import CASES
from support.frozen import frozen_law

GOVERNANCE = ("GOV-02", "GOV-03")
KEY = {"GOV-02": "rule", "GOV-03": "item"}
AS_AT = "2026-09-30"
READERS = {
    "": 'read_by = "a tester"\nread_on = 2026-09-01\n',
    "nobody": "read_on = 2026-09-01\n",
    "spaces": 'read_by = "  "\nread_on = 2026-09-01\n',
    "undated": 'read_by = "a tester"\n',
}
YES = {"yes": "true", "no": "false"}
LAW = read_settings(ROOT / "data")[1]
# A statement for everything that a policy can say, but for what is wrong, or stands against something else.
AGAINST = {"marketing_never", "no_transfers", "kept_in_area", "all_third_parties_bound"}
WRONG = {"consent_by_using_site", "retention_law_from_end_of_custom"}
COMPLETE = " | ".join(
    f"S{number}: {tag}" + " “Write to a@example.com.”" * (tag == "contact_email")
    for number, tag in enumerate(LAW.tables["notice"]["says"])
    if tag not in AGAINST | WRONG
)


def own_policy(folder: Path, policy: str, read: str = "", facts: str = "", law: Path | None = None) -> Path:
    """Write a firm whose policy is “lustre”, or statements as “A: tag tag “its words” | B: …”; ? is not read."""
    if policy == "lustre":
        firm = make_firm(folder, law=law)
        path = firm / "policy" / "commitments.toml"
        text = re.sub(r"^read_(?:by|on) = .*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(text.replace("[policy]\n", "[policy]\n" + READERS[read], 1), encoding="utf-8")
    else:
        firm = make_firm(folder, law=law)
        quotes, blocks = [], []
        for statement in (COMPLETE if policy == "complete" else policy).split(" | "):
            name, tags, quote = re.fullmatch(r"(\w+): ?([^“]*)(?:“(.*)”)?", statement).groups()
            quotes.append(quote or f"Statement {name}.")
            says = "" if tags.strip() == "?" else f"says = {tags.split()}\n"
            head = f'id = "{name}"\nsection = "S"\nquote = "{quotes[-1]}"\nkind = "statement"\nbasis = "documents"\n'
            blocks.append(f'[[commitment]]\n{head}{says}controls = ["GOV-02", "GOV-03"]\n')
        head = f'[policy]\ntitle = "A policy"\nfile = "policy.md"\n{READERS[read]}sections = {{ S = "All of it" }}\n'
        (firm / "policy" / "policy.md").write_text("\n".join(quotes), encoding="utf-8")
        (firm / "policy" / "commitments.toml").write_text("\n".join([head, *blocks]), encoding="utf-8")
    path = firm / "policy" / "firm.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[facts]\n", f"[facts]\n{facts}"), encoding="utf-8")
    return firm


def asked(firm: Path, as_at: str = AS_AT):
    """Return the request for the quarter that holds the day, with no exports at all."""
    day = parse_iso(as_at, "as_at")
    quarter = Quarter(day.year, (day.month + 2) // 3)
    (firm / "registers" / str(quarter)).mkdir(parents=True, exist_ok=True)
    return request(firm, str(quarter), as_at, as_at)


def groups(control: str) -> Iterator[tuple[str, dict[str, str], list[dict[str, str]]]]:
    """Yield the cases that share a day, a policy and a firm, since they can be audited together."""
    found = defaultdict(list)
    with (CASES / f"{control}.csv").open(encoding="utf-8", newline="") as file:
        for case in csv.DictReader(file):
            shared = {name: value for name, value in case.items() if name in {"policy", "read"} or "." in name}
            found[case["as_at"] or AS_AT, tuple(shared.items())].append(case)
    for (as_at, shared), cases in found.items():
        yield as_at, dict(shared), cases


def audit_cases(
    tmp_path: Path, _control: str, as_at: str, shared: dict[str, str], _cases: list[dict[str, str]]
) -> Inputs:
    answers = {name.partition(".")[2]: value for name, value in shared.items() if "." in name and value}
    facts = "".join(f"{name} = {YES[value]}\n" for name, value in answers.items())
    firm = own_policy(tmp_path / "firm", shared["policy"], shared["read"], facts, frozen_law())
    return read_inputs(asked(firm, as_at))


def completed(inputs: Inputs, _control: str, _cases: list[dict[str, str]]) -> Inputs:
    """Return the inputs as they are: nothing is made from what other checks found."""
    return inputs


def wrong_cases(inputs: Inputs, control: str, engine: str, cases: list[dict[str, str]]) -> list[str]:
    """Return how the cases of one policy came out otherwise than their table says."""
    wrong, counted = [], dict.fromkeys(VERDICTS, 0)
    register = inputs.registers[CONTROLS[control].register]
    names = register.table.column(KEY[control]).to_pylist()
    few = dataclasses.replace(register, table=register.table.take([names.index(each[KEY[control]]) for each in cases]))
    alone = dataclasses.replace(inputs, registers={register.name: few})
    (observation,) = observe(alone, engine, only=(control,))
    if observation.error:
        return [observation.error]
    flagged = {row[ROW]: row for row in observation.flagged}
    for index, case in enumerate(cases):
        counted[case["expect"]] += 1
        row = flagged.get(index, {"verdict": "kept or out_of_scope"})
        reasons = {name[3:] for name, value in row.items() if name.startswith("is:") and value}
        severities = {row[f"severity:{each}"] or CONTROLS[control].severity for each in reasons}
        if case["expect"] not in row["verdict"]:
            wrong.append(f"{case['case']}: {row['verdict']} instead of {case['expect']} ({case['because']})")
        elif case["reason"] and (reasons, severities) != ({case["reason"]}, {case["severity"]}):
            wrong.append(f"{case['case']}: {reasons} {severities} instead of {case['reason']} {case['severity']}")
    if counted != dict(observation.counts):
        wrong.append(f"counts {dict(observation.counts)} instead of {counted}")
    return wrong
