"""What a report for reading holds after its first screen, and in which order: the same for the page and the PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import RULE, Rating, Section
from privacy_audit.audit.tasks import RULE as ORDER
from privacy_audit.dates import long_date
from privacy_audit.reports import annexes, marketing, tables, transfers, wording
from privacy_audit.reports.annexes import before_you_share, limits
from privacy_audit.reports.pictures import charts
from privacy_audit.reports.pictures.charts import by_section, marketing_readings, verdicts
from privacy_audit.reports.pictures.figure import Picture
from privacy_audit.reports.pictures.timeline import retention_line
from privacy_audit.reports.tables import Table


def section_pictures(result: Result, section: Section) -> list[tuple[Picture, Table | None]]:
    """Return a section's pictures, each with the table it draws where there is more to say than its numbers."""
    tested = {each.control.id for each in section.controls if each.promised}
    found: list[tuple[Picture, Table | None]] = [(verdicts(section), None)]
    if "RET-01" in tested:
        line = retention_line(result)
        rows = [(when, number) for when, _, number in line.numbers]
        found.append((line, Table("Retention", line.alt, [("When", 30), ("Records", 10)], rows)))
    if tested & {"MKT-01", "MKT-02"}:
        found += [(marketing_readings(result), marketing.readings(result))]
    if "TRF-02" in tested:
        found.append((transfers.by_country_and_safeguard(result), transfers.by_country(result)))
    return found


Block = str | Picture | Table
FAILING = {"not_met", "not_testable", "error"}
SHARED = ("About", "What to bear in mind")
TWO = 2  # a table of two columns says no more than the picture beside it


@dataclass(frozen=True)
class Part:
    """A part of a report: its heading, how it is rated if it is, what stands at a glance, and what it holds.

    A text, a picture or a table; a table that has a title gets it as a heading.
    """

    id: str
    title: str
    blocks: Sequence[Block]
    rating: Rating | None = None
    glance: str = ""


def parts(result: Result, most: int) -> Iterator[Part]:
    """Yield the parts of a report in their order, with so many findings at most; what is left out is said."""
    yield Part("tasks", "Everything to do", [ORDER, _bare(tables.tasks(result))])
    if result.comparison.last_quarter:
        told: list[Block] = [charts.trend(result), charts.ages(result), _bare(tables.since(result))]
        yield Part("since", f"Since {result.comparison.last_quarter.quarter}", told)
    yield Part("overview", "How each section came out", [by_section(result), RULE])
    seen: set[Picture] = set()
    for each in result.standing.sections:
        yield _section(result, each, seen)
    found = _number(len(result.findings), "finding")
    yield Part("findings", "Annex: every finding", list(_findings(result, most)), glance=found)
    yield _words(result)
    yield Part("files", "Annex “Files read”: how every file became rows", [_files(result)])
    statements = tables.coverage(result).only(
        "Statement", "The policy's words", "How it stands", "Checks", "To come", "Why not by records"
    )
    yield Part("coverage", "Annex: every statement of the policy", [annexes.matrix(result), _bare(statements)])
    yield Part("logic", "Annex: how each promise is checked", [_logic(result)])
    yield Part("limits", "What this audit does not show", [_bare(limits(result))])
    yield Part("sharing", "Before you share any of this", [_bare(before_you_share(result).only(*SHARED))])


def _bare(table: Table) -> Table:
    return replace(table, title="")


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}" if count else ""


def _section(result: Result, section: Section, seen: set[Picture]) -> Part:
    """Return a section of the policy; a picture that an earlier section showed is not shown again."""
    number = f"Section {section.id}: " if section.id in result.inputs.policy.sections else ""
    blocks: list[Block] = []
    for picture, table in section_pictures(result, section):
        if picture in seen:
            continue
        seen.add(picture)
        blocks += [picture, _bare(table)] if table and len(table.columns) > TWO else [picture]
    counted = ("Rows", "Out of scope", "Kept", "Broken", "Cannot be shown", "Unread")
    blocks.append(_bare(tables.controls(result, section).only("Check", "What must be true", "Status", *counted)))
    blocks += _told_elsewhere(result, section)
    glance = _number(len(section.findings), "finding")
    return Part(f"s-{section.id}", f"{number}{section.title}", blocks, section.rating, glance)


def _told_elsewhere(result: Result, section: Section) -> list[Block]:
    """Return which checks rate this section as well, though their findings stand in another one."""
    here = {name for each in section.findings for name in (each.control, *each.blocks)}
    failing = [each.control.id for each in section.controls if result.standing.statuses[each.control.id] in FAILING]
    others = [each for each in failing if each not in here]
    return [f"Rated by {', '.join(others)} as well: what they found stands under another section."] if others else []


def _findings(result: Result, most: int) -> Iterator[Block]:
    table = tables.findings(result).only("How serious", "Check", "Record", "What was found", "Where", "By", "Finding")
    if len(table.rows) > most:
        yield f"The first {most} of {len(table.rows)}, the most serious first. All of them stand in audit.xlsx."
    yield replace(table, title="", rows=table.rows[:most])


def _logic(result: Result) -> Table:
    """Return how each check judges, without what other parts tell already."""
    table = annexes.annex(result).only("Check", "What must be true", "How it is judged", "The law")
    rows = [(*row, _checked(each)) for row, each in zip(table.rows, result.observations, strict=True)]
    return replace(table, title="", columns=[*table.columns, ("Dated values", 26)], rows=rows)


def _checked(observation: Observation) -> str:
    """Return how many dated values a check rests on, and when the one was checked that waits longest."""
    days = [rule.checked for rule in observation.rules_used.values()]
    return f"{len(days)}; all checked since {long_date(min(days))}" if days else "none"


def _words(result: Result) -> Part:
    """Return what the policy's own words lack."""
    example = replace(wording.wording(result), title="Example wording")
    example = example.only("What", "Why", "The policy's words", "Example wording", "Check")
    told = replace(wording.contradictions(result), title="What speaks against itself")
    asked = replace(wording.notice(result), title="What the law asks a policy to tell")
    return Part("wording", "Annex “Wording”: the policy's own words", [wording.EXAMPLE, example, told, asked])


def _files(result: Result) -> Table:
    names = ("Register", "File", "Rows in", "Judged", "Rejected", "Exported on", "Remarks", "SHA-256")
    return _bare(tables.files(result).only(*names))
