"""The results as an Excel workbook for somebody who has nothing but Excel; the same inputs give the same bytes."""

from dataclasses import replace

from privacy_audit.audit.result import Result
from privacy_audit.reports import annexes, marketing, tables, transfers, wording
from privacy_audit.reports.annexes import (
    MARKS,
    before_you_share,
    evidence,
    glossary,
    limits,
    source_rows,
    tested,
    trend,
)
from privacy_audit.reports.excel.start import ask_sheet, below, start_sheet, tasks_sheet
from privacy_audit.reports.excel.table import (
    FIRST,
    Link,
    SheetLayout,
    link_to_check,
    link_to_file,
    link_to_finding,
    link_to_findings_of,
    link_to_logic,
    link_to_sources,
    link_to_task,
    table_sheet,
)
from privacy_audit.reports.excel.writer import LETTERS, Book, CellStyle
from privacy_audit.reports.results_json import results_hash
from privacy_audit.reports.screen import first_screen
from privacy_audit.reports.tables import PROMISE_WORDS, Table

# Narrower than on the page, so that all columns fit a sheet of paper.
WIDTHS = {"Record": 22, "What was found": 50, "Where": 36, "What to do": 42, "By": 13, "Since last quarter": 12}
WIDTHS |= {"Accepted by": 24, "The law": 26, "Finding": 13}


def findings(result: Result) -> Table:
    """Return all findings, each with the number of its task."""
    table = tables.findings(result)
    columns = [(name, WIDTHS.get(name, width)) for name, width in table.columns]
    columns = [("Rows", 7), *columns, ("Task number", 13)]
    rows = [(len(each.sources), *row, each.task) for row, each in zip(table.rows, result.findings, strict=True)]
    purpose = f"{table.purpose} Rows leads to every row in its file, Check to its counts, Task number to the task."
    return Table(table.title, purpose, columns, rows)


def findings_sheets(book: Book, result: Result) -> None:
    """Add the findings, and after them every row in which one stands."""
    table = findings(result)
    at = {name: number for number, name in enumerate(table.head, 1)}
    sources = link_to_sources(result, at["Finding"])
    links = {
        at["Check"]: link_to_check(result, at["Check"]),
        at["Rows"]: sources,
        at["Task number"]: link_to_task(result, at["Task number"]),
    }
    table_sheet(book, table, SheetLayout(links=links, signs=(2,), freeze="F4"))
    table_sheet(
        book,
        source_rows(result),
        SheetLayout(links={1: link_to_finding(result, 1), 4: link_to_file(result, 4)}, freeze="B4"),
    )


def checks_sheet(book: Book, result: Result) -> None:
    """Add the checks: the id leads to promise and logic, the numbers to the first fact and the first gap."""
    table = tables.controls(result)
    at = {name: number for number, name in enumerate(table.head, 1)}
    facts, gaps = link_to_findings_of(result, "broken"), link_to_findings_of(result, "not_shown")
    links = {1: link_to_logic(result), at["Broken"]: facts, at["Cannot be shown"]: gaps}
    table_sheet(book, table, SheetLayout(links=links, signs=(3,)))


def files_sheet(book: Book, result: Result) -> None:
    """Add how every file became rows, one line for each file or sheet of one."""
    table = tables.files(result)
    table_sheet(book, replace(table, columns=[(name, 50 if name == "Remarks" else w) for name, w in table.columns]))


SIGN = CellStyle(line=True, centre=True)
BEFORE_CHECKS = 6  # columns


def matrix(result: Result) -> Table:
    """Return every statement with how it stands, and a column for each check."""
    checks = sorted(each.control.id for each in result.observations)
    columns: list[tuple[str, float]] = [("Statement", 10), ("Section", 8), ("The policy's words", 60)]
    columns += [("How it stands", 18), ("Checks to come", 18), ("Why not by records", 34)]
    columns += [(each, 4.3) for each in checks]
    rows = [
        (
            each.id,
            each.section,
            each.quote,
            PROMISE_WORDS[result.standing.states[each.id]],
            ", ".join(each.planned),
            each.why,
            *(MARKS[result.standing.of_check(each, check)] if check in each.controls else None for check in checks),
        )
        for each in result.inputs.policy.commitments
    ]
    purpose = (
        f"{tested(result)}. In the columns of the checks: "
        "✓ met   ✗ not met   ? cannot be shown   ! could not be run   – does not apply   blank: tests something else."
    )
    return Table("Coverage", purpose, columns, rows)


def coverage_sheet(book: Book, result: Result) -> None:
    """Add the sheet; a sign leads to what the check counted."""
    table, check = matrix(result), link_to_check(result)
    columns = range(BEFORE_CHECKS + 1, len(table.columns) + 1)
    layout = SheetLayout(
        links={column: _link_from_sign(check, column, table.head[column - 1]) for column in columns},
        styles=dict.fromkeys(columns, SIGN),
        signs=(4,),
        freeze="D4",
        turned=BEFORE_CHECKS + 1,
    )
    sheet = table_sheet(book, table, layout)
    sheet.colour(f"{LETTERS[BEFORE_CHECKS]}{FIRST}:{LETTERS[len(table.columns) - 1]}{sheet.last}")


def _link_from_sign(check: Link, column: int, name: str) -> Link:
    """Return what leads from a sign in a check's column to what the check counted; a blank cell leads nowhere."""
    return lambda row: check([name]) if row[column - 1] else None


# What each sheet holds, in the words of the list on the first sheet.
CONTENTS = {
    "Tasks": "Everything to do, in the order in which to do it. Write owner, day and state beside each.",
    "Before you share": "What knowing this may mean for the firm's insurance, and which file is for whom.",
    "Ask": "What the records do not tell, as questions to somebody who knows.",
    "Since last quarter": "What was settled, what is new, what is back.",
    "Findings": "One line for each record and reason, with its check, its rows and its task.",
    "Source rows": "Every row of every file in which a finding stands.",
    "Checks": "Every check with what it counted; the sums close.",
    "Coverage": "Every statement of the policy against every check.",
    "Ratings": "Each section's rating, and the rule for it.",
    "Marketing, read three ways": "What the policy promises, whom else it lets be mailed, and the law, side by side.",
    "Marketing, by class": "How many contacts stand in which class.",
    "Marketing, by contact": "Each contact by its token.",
    "Transfers": "Where data goes, and what protects it there.",
    "Wording": "Example wording for what the policy's own words lack.",
    "Contradictions": "Whether the policy speaks against itself.",
    "Privacy information": "What the law asks a policy to tell, and whether it does.",
    "Files read": "How every file became rows; what was rejected and why.",
    "Trend": "The quarters that are known, side by side.",
    "Limits": "What this audit does not show.",
    "Annex": "Every check: promise, logic, law.",
    "Evidence": "Hashes of everything that was read.",
    "Glossary": "Words of this report.",
}


def excel(result: Result, results: str = "") -> bytes:
    """Return audit.xlsx, the edition for the firm and its adviser; `results` is its hash, where it is known already."""
    results = results or results_hash(result)
    screen = first_screen(result, results)
    book = Book(screen.title, f"{screen.example}   results {screen.results}".strip(), result.inputs.issued_on)
    start = start_sheet(book, result, screen)
    tasks_sheet(book, result)
    table_sheet(book, before_you_share(result), SheetLayout(freeze="B4"))
    ask_sheet(book, result)
    table_sheet(book, tables.since(result))
    findings_sheets(book, result)
    checks_sheet(book, result)
    coverage_sheet(book, result)
    table_sheet(book, tables.ratings(result), SheetLayout(signs=(2,)))
    for make in (marketing.readings, marketing.classes, marketing.readings_by_contact, transfers.by_country):
        table_sheet(book, make(result))
    for words in (wording.wording, wording.contradictions, wording.notice):
        table_sheet(book, words(result))
    files_sheet(book, result)
    for table in (trend(result), limits(result), annexes.annex(result)):
        table_sheet(book, table, SheetLayout(freeze="B4"))
    for table in (evidence(result, results), glossary()):
        table_sheet(book, table, SheetLayout(freeze="B4"))
    below(start, result, screen, CONTENTS)
    return book.save()
