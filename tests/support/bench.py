"""A made-up firm on a tester's bench: its policy folder and a quarter of registers, written as real files."""

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from privacy_audit.audit.inputs import read_inputs
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import run_quarter
from privacy_audit.request import ROOT, Request

FIRMS = Path(__file__).parents[1] / "firms"
FACTS = ("legal_form", "accounting_year_end", "vat_registered", "adopted", "none", "promises", "silent")
NONE = """
[[declared]]
column = "{column}"
says = "none"
because = "there are none"
by = "tester"
on = 2026-10-01
"""


def make_firm(
    folder: Path, facts: dict[str, str] | None = None, *, declared: str = "", law: Path | None = None
) -> Path:
    """Write a firm's folder with the project's policy and these facts; return it. `law` is a rulebook of its own.

    Four of them are no [facts]: `adopted` is a house limit (enquirer_months = 12), `none` are columns declared empty,
    `promises` a parameter that the policy gives besides (marketing = "none"), `silent` a control that it does not name.
    """
    facts = dict(facts or {})
    adopted, none = facts.pop("adopted", ""), facts.pop("none", "")
    promises, silent = facts.pop("promises", ""), facts.pop("silent", "")
    policy = folder / "policy"
    policy.mkdir(parents=True)
    for name in ("policy.md", "commitments.toml"):
        shutil.copy(ROOT / "data" / "policy" / name, policy / name)
    path = policy / "commitments.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf'"{silent}"(, )?', "", text) if silent else text
    given = f'id = "P00.1"\nparameters = {{ {promises} }}\n' if promises else 'id = "P00.1"\n'
    path.write_text(text.replace('id = "P00.1"\n', given), encoding="utf-8")
    lines = [f'{name} = "{value}"' for name, value in facts.items() if value and name != "vat_registered"]
    if facts.get("vat_registered"):
        lines.append(f"vat_registered = {facts['vat_registered']}")
    expects = "[expects]\nclients = true\ncontacts = true\nprocessors = true\ntransfers = false\n"
    expects += f"[adopted]\n{adopted}\n" if adopted else ""
    declared += "".join(NONE.format(column=each) for each in none.split())
    text = 'name = "Bench Ltd"\n\n[facts]\n' + "\n".join(lines) + "\n\n" + expects + declared
    (policy / "firm.toml").write_text(text, encoding="utf-8")
    if law:
        (folder / "rulebook").symlink_to(law)
    (folder / "firm.key").write_text("00" * 32, encoding="ascii")
    (folder / "firm.key").chmod(0o600)
    return folder


def write_register(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    """Write rows under the audit's own column names; every row has the same columns."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def changed(folder: Path, name: str = "careful", **edits: Callable[[dict[str, str]], dict[str, str] | None]) -> Path:
    """Copy one of the made-up firms, each row of these registers changed, or left out for None; return it."""
    firm = Path(shutil.copytree(FIRMS / name, folder / "firm"))
    quarter = firm / "registers" / "2026-Q3"
    for register, edit in edits.items():
        with (quarter / f"{register}.csv").open(encoding="utf-8", newline="") as file:
            rows = [edit(row) for row in csv.DictReader(file)]
        write_register(quarter, register, [row for row in rows if row is not None])
    return firm


def beside(example: Result, registers: Path, engine: str = "arrow") -> Result:
    """Audit a copy of the example's exports, compared with the quarter before as the example itself was.

    The quarter before is not audited anew: what a test does to one quarter's exports cannot change it.
    """
    return run_quarter(
        read_inputs(Request.of(quarter="2026-Q3", registers=str(registers))), engine, example.comparison.last_quarter
    )


def request(firm: Path, quarter: str, as_at: str = "", issued_on: str = "") -> Request:
    """Return the request to audit a bench firm's quarter."""
    return Request.of(firm=str(firm), quarter=quarter, as_at=as_at, issued_on=issued_on)
