"""What is not known, as questions: what to ask whom, why, and by when."""

from privacy_audit.finding import Finding
from privacy_audit.gaps import GAP
from privacy_audit.reports.screen import SIGNS
from privacy_audit.reports.tables import Table, places
from privacy_audit.result import Result
from privacy_audit.sections import WORDS

SUPPLIERS = {"processors", "transfers"}


def ask(result: Result) -> Table:
    """Return every gap as a question, in the order of the findings."""
    columns = [("How serious", 12), ("Ask whom", 26), ("Question", 58), ("What is not known", 48), ("Held up", 16)]
    columns += [("Records", 9), ("Where", 40), ("By", 13), ("Answer", 30), ("Answered on", 13), ("Finding", 12)]
    rows = [
        (
            SIGNS[each.severity],
            whom(result, each),
            question(each),
            each.reason,
            ", ".join(each.blocks or (each.control,)),
            each.number,
            places(each.sources),
            each.due_on,
            None,
            None,
            each.id,
        )
        for each in result.findings
        if each.outcome == "not_shown"
    ]
    purpose = (
        "What the records do not tell, as questions to somebody who knows. Write the answer beside it, and put it into "
        "the register before the next export: an answer here alone changes no finding."
    )
    return Table("Ask", purpose, columns, rows)


def whom(result: Result, finding: Finding) -> str:
    """Return who can answer: the supplier, who read the policy, or who keeps and exports the register."""
    if finding.register in SUPPLIERS and finding.reason_code != GAP:
        return finding.record.partition(": ")[0]
    if finding.register in WORDS:
        return "whoever reads the policy clause by clause"
    register = finding.register if finding.register in result.inputs.folder.about.extracts else finding.over
    extract = result.inputs.folder.about.extracts.get(register)
    schema = result.inputs.schemas.get(finding.register)
    kept = schema.title.casefold() if schema else "the registers"
    return extract.by if extract and extract.by else f"whoever keeps: {kept}"


def question(finding: Finding) -> str:
    """Return what to ask for, from what to do about it."""
    first, stop, rest = finding.remedy.rstrip(".").partition(". ")
    return f"Could you {first[:1].lower()}{first[1:]}?" + (f" {rest}." if stop else "")
