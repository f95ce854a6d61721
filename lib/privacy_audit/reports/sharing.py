"""For the firm alone: what knowing the findings may mean for its insurance, and what to do before sharing them."""

from collections import Counter

from privacy_audit.control import SEVERITIES
from privacy_audit.reports.screen import SIGNS
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

ADVICE = (
    "Take advice from your broker or a solicitor before you share any of this with an insurer. "
    "This sheet is no legal advice, and it takes no view on what must be told."
)
EACH = "Each is a record to look at, not a conclusion."
EDITIONS = [
    ("This workbook", "For the firm and its adviser. It holds every finding; do not pass it on without advice."),
    ("accountant.xlsx", "When records may go, by ledger reference or token; disposals, holds, the ICO fee. No names."),
    (
        "insurer.xlsx",
        "Draft answers to what proposal forms ask, with what was found. Check, complete, then sign.",
    ),
    (
        "The look-up",
        "Tokens and the clients they stand for, encrypted: “privacy-audit lookup”. Hand it over by itself.",
    ),
]


def before_you_share(result: Result) -> Table:
    """Return what knowing the findings may mean for renewal and notification, and which edition is for whom."""
    inputs = result.inputs
    rows: list[tuple[object, ...]] = [("First of all", ADVICE, "")]
    facts = [each for each in result.findings if each.outcome == "broken"]
    found = Counter(each.severity for each in facts)
    told = f" ({', '.join(f'{found[name]} {SIGNS[name]}' for name in SEVERITIES if found[name])})" if facts else ""
    taken = sum(bool(each.waiver) for each in facts)
    told += f", of which {taken} accepted as an exception: it is known all the same" if taken else ""
    rows.append(("Known since this run", f"Facts found: {len(facts)}{told}. {EACH}", ""))
    for rule in (inputs.law.rules.get(name) for name in ("fair_presentation", "notification")):
        if rule and rule.holds(inputs.request.as_at):
            now = rule.in_force(inputs.request.as_at)
            mark = f"; {now.mark}" if now.mark else ""
            rows += [(rule.title, each, now.source + mark) for each in rule.on(inputs.request.as_at)]
    rows += [(f"What to hand over: {name}", what, "") for name, what in EDITIONS]
    rows.append(("Gaps", "An answer that is not known is written as not known. Never guess in a proposal.", ""))
    columns = [("About", 34), ("What to bear in mind", 100), ("Source", 44)]
    return Table("Before you share", ADVICE, columns, rows)
