"""The results as an Excel workbook for somebody who has nothing but Excel; the same inputs give the same bytes."""

from privacy_audit.reports import annex, flows, readings, tables, wording
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.coverage import coverage_sheet
from privacy_audit.reports.excel.findings import checks_sheet, files_sheet, findings_sheets
from privacy_audit.reports.excel.start import below, start_sheet
from privacy_audit.reports.excel.table import Dress, table_sheet
from privacy_audit.reports.excel.tasks import ask_sheet, tasks_sheet
from privacy_audit.reports.glossary import glossary
from privacy_audit.reports.jsonfile import results_hash
from privacy_audit.reports.limits import limits
from privacy_audit.reports.screen import first_screen
from privacy_audit.reports.sharing import before_you_share
from privacy_audit.reports.trace import evidence
from privacy_audit.reports.trend import trend
from privacy_audit.result import Result

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
    table_sheet(book, before_you_share(result), Dress(freeze="B4"))
    ask_sheet(book, result)
    table_sheet(book, tables.since(result))
    findings_sheets(book, result)
    checks_sheet(book, result)
    coverage_sheet(book, result)
    table_sheet(book, tables.ratings(result), Dress(signs=(2,)))
    for make in (readings.readings, readings.classes, readings.readings_by_contact, flows.by_country):
        table_sheet(book, make(result))
    for words in (wording.wording, wording.contradictions, wording.notice):
        table_sheet(book, words(result))
    files_sheet(book, result)
    for table in (trend(result), limits(result), annex.annex(result)):
        table_sheet(book, table, Dress(freeze="B4"))
    for table in (evidence(result, results), glossary()):
        table_sheet(book, table, Dress(freeze="B4"))
    below(start, result, screen, CONTENTS)
    return book.save()
