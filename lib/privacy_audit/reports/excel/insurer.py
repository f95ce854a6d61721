"""insurer.xlsx: draft answers for the proposer to check and sign; no row of a client, no rating unless asked for."""

from privacy_audit.dates import in_words
from privacy_audit.editions import INSURER, View
from privacy_audit.proposal import Proposal, read_proposal
from privacy_audit.reports import insurer
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.sheet import BIG, BODY, OPEN, ORANGE, SMALL, TITLE, YELLOW, Sheet
from privacy_audit.reports.excel.table import FIRST, Dress, table_sheet
from privacy_audit.reports.screen import EXAMPLE, LIMITS
from privacy_audit.reports.tables import Table
from privacy_audit.result import Result

WIDTHS = (34, 24, 24, 24, 24)
ABOUT = (
    "Draft answers for the proposer to check and sign. They set out what the firm's records and statements tell, and "
    "what the firm's own audit found about the thing asked; they give no rating. Until the proposer has checked and "
    "signed them they are no statement to any insurer. Take advice from a broker before you hand them over."
)
WAYS = {
    "not known": "No record and no statement of the firm tells. Ask, look, or say so: nothing was guessed.",
    "declared": "The firm says so: by name and day where they are given, else in its settings. No record shows it.",
    "recorded": "A register of the firm says so, or this audit found it. It did not look at the document behind it.",
    "inspected": "Somebody looked at the document itself: who and when stands beside it.",
}
COLOURS = {"not known": ORANGE, "declared": YELLOW}
SIGN = ("Checked and completed by the proposer", "Position", "Day", "Signature")
CHECKED = ("yes", "changed", "no")


def insurer_xlsx(result: Result, results: str, proposal: Proposal | None = None) -> bytes:
    """Return insurer.xlsx; `results` is the results hash that every output prints."""
    view, proposal = View(result, INSURER), proposal or read_proposal(result.inputs.policy.folder)
    example = EXAMPLE if view.audit["fictional"] else "Confidential: a draft for the proposer"
    title = f"{view.audit['firm']}: draft answers for a proposal, as at {in_words(view.day)}"
    book = Book(title, f"{example}   results {results[:16]}", view.audit["issued_on"])
    table = insurer.answers(view, proposal)
    _start(book.sheet("Start here", WIDTHS, "A3281F"), table, (title, example, results))
    dress = Dress(open=(6, 7), freeze="C4", colour="1F3A5F")
    sheet = table_sheet(book, table, dress)
    sheet.colour(f"D{FIRST}:D{sheet.last}", COLOURS)
    sheet.choose(f"F{FIRST}:F{sheet.last}", CHECKED)
    table_sheet(book, insurer.providers(view, proposal), Dress(freeze="B4"))
    if proposal.ratings:
        table_sheet(book, insurer.ratings(view), Dress(freeze="B4", signs=(2,)))
    return book.save()


def _start(sheet: Sheet, table: Table, said: tuple[str, str, str]) -> None:
    title, example, results = said
    sheet.page.sheet_view.showGridLines = False
    sheet.line(title, TITLE, 22)
    sheet.line(f"{example}. For the proposer, not yet for the insurer.", SMALL, 14)
    sheet.line(ABOUT)
    sheet.line("How the answers are known", BIG, 24)
    for way, number in insurer.counted(table).items():
        row = sheet.add([f"{number} {way}", WAYS[way], None, None, None], [BODY._replace(bold=True), *[BODY] * 4], 16)
        sheet.merge(row, 2, 5)
    sheet.line("To be signed when every answer has been checked", BIG, 24)
    for name in SIGN:
        row = sheet.add([name, *[None] * 4], [BODY._replace(bold=True), *[OPEN] * 4], 22)
        sheet.merge(row, 2, 5)
    sheet.line(f"{LIMITS} Results hash {results[:16]}.", SMALL)
