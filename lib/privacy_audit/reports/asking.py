"""What is not known, as questions: what to ask whom, why, and by when."""

from privacy_audit.control import Breach, NotShown
from privacy_audit.finding import Finding
from privacy_audit.gaps import GAP
from privacy_audit.reports.screen import SIGNS
from privacy_audit.reports.tables import Table, places
from privacy_audit.result import Result
from privacy_audit.sections import WORDS

SUPPLIERS = {"processors", "transfers"}
COLUMNS = (
    *(("How serious", 12), ("Ask whom", 26), ("Question", 58), ("What is not known", 48), ("Held up", 18)),
    *(("Records", 9), ("Where", 40), ("By", 13), ("Answer", 30), ("Answered on", 13), ("Finding", 12)),
)
PURPOSE = (
    "What the records do not tell, as questions to somebody who knows. Write the answer beside it, and put it into "
    "the register before the next export: an answer here alone changes no finding."
)


def ask(result: Result) -> Table:
    """Return what the records do not tell as questions, each once, in the order of the findings."""
    asked: dict[tuple[str, str], list[Finding]] = {}
    for each in unknown(result):
        asked.setdefault((whom(result, each), question(each)), []).append(each)
    rows = [
        (
            SIGNS[found[0].severity],
            *words,
            " ".join(dict.fromkeys(each.reason for each in found)),
            ", ".join(sorted({name for each in found for name in each.blocks or (each.control,)})),
            sum(each.number for each in found),
            places([origin for each in found for origin in each.sources]),
            min(each.due_on for each in found),
            None,
            None,
            ", ".join(each.id for each in found),
        )
        for words, found in asked.items()
    ]
    return Table("Ask", PURPOSE, COLUMNS, rows)


def unknown(result: Result) -> list[Finding]:
    """Return the findings that an answer could settle: no note about what is known, such as the policy's words."""
    known = {
        (each.control.id, clause.code)
        for each in result.observations
        for clause in each.clauses
        if isinstance(clause, Breach) and not isinstance(clause, NotShown)
    }
    open_ = [each for each in result.findings if each.outcome == "not_shown"]
    return [each for each in open_ if (each.control, each.reason_code) not in known or each.reason_code == GAP]


def whom(result: Result, finding: Finding) -> str:
    """Return who can answer: the supplier, who decides about the policy, or who keeps and exports the register."""
    if finding.register in SUPPLIERS and finding.reason_code != GAP:
        return finding.record.partition(": ")[0]
    if finding.register in WORDS:
        return "the owner or a director"
    register = finding.register if finding.register in result.inputs.folder.about.extracts else finding.over
    extract = result.inputs.folder.about.extracts.get(register)
    schema = result.inputs.schemas.get(finding.register)
    kept = schema.title.casefold() if schema else "the registers"
    return extract.by if extract and extract.by else f"whoever keeps: {kept}"


def question(finding: Finding) -> str:
    """Return what to ask for, from what to do about it."""
    first, stop, rest = finding.remedy.rstrip(".").partition(". ")
    return f"Could you {first[:1].lower()}{first[1:]}?" + (f" {rest}." if stop else "")
