"""Write the tables in docs/ that come from the code and the data: `make docs`."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from privacy_audit.audit.inputs import read_settings
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.reports.terminal import newest_check
from privacy_audit.request import ROOT
from privacy_audit.settings.policy import Policy
from privacy_audit.settings.rulebook import Rulebook, cited

DOCS = ROOT / "docs"
POLICY, LAW, SCHEMAS, EXPORTS, _ = read_settings(ROOT / "data")


def checks(policy: Policy = POLICY, law: Rulebook = LAW) -> str:
    """Return a row for each check: its id, what must be true, the policy's sections and what asks for it."""
    rows = []
    for each in sorted(CONTROLS.values(), key=lambda control: control.id):
        named = {statement.section for statement in policy.naming(each.id)}
        sections = ", ".join(section for section in policy.sections if section in named)
        citation = cited(each.law, law, newest_check(law)).replace("; ", ";<br>")
        rows.append((each.id, each.title, sections or "–", each.severity, citation))
    return _table(("check", "what must be true", "section", "severity", "law"), rows)


def exports() -> str:
    """Return a row for each register with the exports that are read into it; the last names those not read yet."""
    read: dict[str, list[str]] = {name: [] for name in SCHEMAS}
    unread = []
    for each in sorted(EXPORTS.values(), key=lambda export: export.title.casefold()):
        if each.why_not:
            unread.append(each.title)
        elif not each.name.endswith("own-names"):
            read[each.register_name].append(f"{each.title} (`{each.name}`)")
    rows = [(SCHEMAS[name].title, "; ".join(titles)) for name, titles in read.items() if titles]
    return _table(("register", "exports"), [*rows, ("known, and not read yet", "; ".join(unread))])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES = {"checks.md": checks, "your-exports.md": exports}


def with_tables(name: str, text: str) -> str:
    """Return the text of a page with its table as it is now, between the two marks."""
    marks = r"(<!-- made by make docs -->\n).*?(<!-- end -->)"
    page, found = re.subn(marks, lambda marked: f"{marked[1]}{TABLES[name]()}\n{marked[2]}", text, flags=re.DOTALL)
    if found != 1:
        message = f"docs/{name} must have one <!-- made by make docs --> and one <!-- end --> after it."
        raise ValueError(message)
    return page


def write(folder: Path = DOCS) -> None:
    """Write every table into its page."""
    for name in TABLES:
        path = folder / name
        path.write_text(with_tables(name, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
