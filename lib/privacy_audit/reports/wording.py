"""The policy's own words as tables: what to write instead, what speaks against itself, what the law asks it to tell."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from privacy_audit.audit.findings import statements
from privacy_audit.audit.gaps import GAP
from privacy_audit.audit.result import Result
from privacy_audit.reports.tables import Table
from privacy_audit.settings.policy import Commitment

EXAMPLE = (
    "Example wording in our own words, to be adapted by somebody who knows the firm: not legal advice. "
    "[Square brackets] are to be filled in or chosen from."
)
NONE = "(nothing yet)"


def wording(result: Result) -> Table:
    """Return for each finding about the policy's words what the policy says and what it could say."""
    columns = [("What", 36), ("Section", 22), ("Why", 46), ("The policy's words", 52), ("Example wording", 62)]
    columns += [("The law", 28), ("Check", 9)]
    rows = []
    for each in result.findings:
        if result.inputs.schemas[each.register].policy_words and each.reason_code != GAP:
            row, value = _row(result, each.register, each.record), _value(result, each.record)
            meant = statements(result.inputs, row)
            words = (row["title"], _sections(result, meant), value["why"], _quotes(meant), value["wording"], row["law"])
            rows.append((*words, each.control))
    return Table("Wording", EXAMPLE, columns, rows)


def contradictions(result: Result) -> Table:
    """Return each way in which a policy may speak against itself, and whether this one does."""
    rows = []
    for row in _rows(result, "contradictions"):
        present = {True: "✗ yes", False: "✓ no", None: "? nobody has read it for that"}[row["present"]]
        if row["present"] is False and not row["clauses"]:
            present = "– nothing of the kind is said"
        told = f"told by GOV-03: {result.inputs.law.rules[row['told_as']].title}" if row["told_as"] else "GOV-02"
        rows.append((row["rule"], row["title"], present, row["clauses"], row["severity"], told, row["law"]))
    columns = [("Rule", 7), ("What would not fit together", 52), ("There", 20), ("Statements", 32)]
    columns += [("How serious", 12), ("Check", 40), ("The law", 34)]
    purpose = (
        "Whether the policy says the same everywhere. A contradiction that another check reports is not counted twice."
    )
    return Table("Contradictions", purpose, columns, rows)


def notice(result: Result) -> Table:
    """Return each thing that the law may ask a policy to tell, and whether this one does."""
    rows = [
        (row["title"], _asked(row), _told(row), row["clauses"], row["severity"], row["law"])
        for row in _rows(result, "notice")
    ]
    columns = [("What people must learn", 50), ("Asked for", 24), ("How it stands", 30), ("Statements", 44)]
    columns += [("How serious", 12), ("The law", 34)]
    return Table("Privacy information", "What the law asks a policy to tell, and whether it does.", columns, rows)


def _asked(row: Mapping[str, Any]) -> str:
    if row["asked"] is None:
        return "? not known"
    if not row["asked"]:
        return "– no"
    return "yes" if row["sure"] else "? perhaps"


def _told(row: Mapping[str, Any]) -> str:
    if row["told"] is None:
        return "? nobody has read it for that"
    if row["kind"] == "wrong":
        return "✗ wrong" if row["told"] else "✓ not said"
    return "✓ told" if row["told"] else "✗ missing or not complete"


def _rows(result: Result, register: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of the rules that are in force on the day."""
    found = result.inputs.registers[register]
    for row in found.table.to_pylist():
        if result.inputs.law.rules[row[found.schema.key[0]]].holds(result.inputs.request.as_at):
            yield row


def _row(result: Result, register: str, record: str) -> dict[str, Any]:
    key = result.inputs.registers[register].schema.key[0]
    return next(row for row in _rows(result, register) if row[key] == record)


def _value(result: Result, rule: str) -> Mapping[str, str]:
    value: Mapping[str, str] = result.inputs.law.rules[rule].on(result.inputs.request.as_at)
    return value


def _sections(result: Result, meant: Iterable[Commitment]) -> str:
    """Return the sections that hold the statements, by number and title."""
    numbers = {each.section for each in meant}
    titles = [f"{number} {title}" for number, title in result.inputs.policy.sections.items() if number in numbers]
    return "; ".join(titles) or NONE


def _quotes(meant: Iterable[Commitment]) -> str:
    return " ".join(f"{each.id}: “{each.quote}”" for each in meant) or NONE
