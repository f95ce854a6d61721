"""accountant.xlsx: one sheet to read and sign, then the timetable and what else an accountant asks about records."""

from privacy_audit.dates import in_words
from privacy_audit.editions import ACCOUNTANT, View
from privacy_audit.reports import accountant
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.cells import LETTERS
from privacy_audit.reports.excel.sheet import (
    BIG,
    BLUE,
    BODY,
    HEAD,
    OPEN,
    ORANGE,
    PLAIN,
    SMALL,
    TITLE,
    YELLOW,
    Look,
    Sheet,
)
from privacy_audit.reports.excel.table import FIRST, Dress, table_sheet
from privacy_audit.reports.insurer_answers import KINDS
from privacy_audit.reports.screen import EXAMPLE, LIMITS
from privacy_audit.reports.tables import Table
from privacy_audit.reports.timetable import HELD, NOW, UNASKED, Entry, entries
from privacy_audit.reports.timetable import OPEN as UNKNOWN
from privacy_audit.result import Result

WIDTHS = (34, 16, 16, 16, 16, 16, 35)
WHOLE = (1, len(WIDTHS))
NUMBER = Look(line=True, centre=True)
TOKENS = (
    "A client stands as a token that the firm alone can turn back, always the same one. “privacy-audit lookup” makes "
    "an encrypted list of tokens and clients, which the firm may hand over. "
)
LEDGER = "The ledger reference is the account, or the last invoice where there is none."
NO_LEDGER = "There is no ledger reference: no export gave an account number or an invoice."
SIGN_OFF = ("Prepared for the firm by", "Read by the accountant", "Day", "Remarks and what is to be changed")
COLOURS = {NOW: BLUE, UNASKED: YELLOW, HELD: ORANGE, UNKNOWN: YELLOW}
FORMS = {"sole_trader": "sole trader", "llp": "LLP"}


def accountant_xlsx(result: Result, results: str) -> bytes:
    """Return accountant.xlsx; `results` is the results hash that every output prints."""
    view = View(result, ACCOUNTANT)
    example = EXAMPLE if view.audit["fictional"] else "Confidential: for the firm's accountant"
    title = f"{view.audit['firm']}: records and how long they are kept, {view.audit['quarter']}"
    book = Book(title, f"{example}   results {results[:16]}", view.audit["issued_on"])
    found = entries(view)
    sheet = book.sheet("Start here", WIDTHS, "A3281F")
    sheet.page.sheet_view.showGridLines = False
    sheet.line(title, TITLE, 22)
    sheet.line(f"{example}. As at {in_words(view.day)}, issued {in_words(view.audit['issued_on'])}.", SMALL, 14)
    sheet.line(TOKENS + (LEDGER if accountant.has_ledger(view) else NO_LEDGER))
    _block(sheet, accountant.by_class(found))
    _in_short(sheet, view, found)
    _sign_off(sheet)
    sheet.line(f"{LIMITS} Results hash {results[:16]}.", SMALL)
    _sheets(book, view, found)
    return book.save()


def _in_short(sheet: Sheet, view: View, found: list[Entry]) -> None:
    matters = accountant.matters(view)
    told = [
        ("As at", accountant.as_at(view, found)),
        ("What the columns mean", accountant.CAVEAT.strip()),
        ("Former clients", accountant.former(view, found)),
        ("Disposals in the quarter", _disposals(view)),
        ("Holds", accountant.holds(view, found).purpose),
        ("ICO data protection fee", accountant.fee(view)),
        ("Tax", _tax(view)),
        ("Client list and sales ledger", _ledger(view)),
        ("Open matters", f"{len(matters.rows) or 'None'}. {matters.purpose}"),
        ("The client list", _list(view)),
    ]
    sheet.line("In short", BIG, 24)
    for name, said in told:
        row = sheet.add([name, said, *[None] * 5], [BODY._replace(bold=True), *[BODY] * 6], _tall(said))
        sheet.merge(row, 2, len(WIDTHS))


def _sheets(book: Book, view: View, found: list[Entry]) -> None:
    """Add the other sheets: none that is empty, which would read as if all were well; the first says what it lacks."""
    timetable = accountant.timetable(view, found)
    dates = table_sheet(book, timetable, Dress(freeze="D4" if accountant.has_ledger(view) else "C4"))
    stands = LETTERS[timetable.head.index("How it stands")]
    dates.colour(f"{stands}{FIRST}:{stands}{dates.last}", COLOURS)
    for table in (accountant.disposals(view), accountant.holds(view, found), accountant.ledger(view)):
        if table.rows:
            table_sheet(book, table, Dress(freeze="B4"))
    matters = accountant.matters(view)
    if matters.rows:
        table_sheet(book, matters, Dress(freeze="B4", signs=(1,)))


def _block(sheet: Sheet, table: Table) -> None:
    sheet.line(f"{table.title}: may they go?", BIG, 24)
    sheet.add(table.head, HEAD, 16)
    for row in table.rows:
        bold = row[0] == "All"
        first, *numbers = row
        looks = [BODY._replace(bold=bold), *[NUMBER._replace(bold=bold)] * len(numbers)]
        sheet.add([str(first), *(int(str(each)) for each in numbers)], looks, 15)


def _disposals(view: View) -> str:
    table = accountant.disposals(view)
    if view.lacks("clients", "disposed_on"):
        return table.purpose
    if not table.rows:
        return f"None on record in {view.audit['quarter']}."
    proved = sum(row[-1] != "none on record" for row in table.rows)
    return f"{len(table.rows)} on record, {proved} of them with proof. {table.purpose}"


def _ledger(view: View) -> str:
    table = accountant.ledger(view)
    return f"{table.purpose} {'; '.join(f'{what}: {number}' for what, number, _ in table.rows)}".strip()


def _tax(view: View) -> str:
    form, end, vat = (view.facts[name] for name in ("legal_form", "accounting_year_end", "vat_registered"))
    said = [f"Legal form: {FORMS.get(form, form) if form else 'not known'}."]
    said.append(f"Accounting year ends on (month-day): {end or 'not known'}.")
    said.append(f"VAT: {'not known' if vat is None else 'registered' if vat else 'not registered'}.")
    return " ".join(said) + " As the firm says; what is not known leaves the day open."


def _list(view: View) -> str:
    found = [each for each in view.receipts() if each["register"] == "clients"]
    counts = view.counted("clients", "relationship")
    told = ", ".join(f"{words}: {counts[kind]}" for kind, words in KINDS.items() if counts[kind]) if counts else ""
    rows = sum(each["rows_in"] for each in found)
    accepted = sum(each["accepted"] for each in found)
    return f"Rows read: {rows}, accepted: {accepted}. {told.capitalize() or 'Kinds not known'}."


def _tall(text: str) -> float:
    return max(15, 14 * (1 + len(text) // 130))


def _sign_off(sheet: Sheet) -> None:
    sheet.line("Sign-off", BIG, 24)
    for name in SIGN_OFF:
        row = sheet.add([name, *[None] * 6], [BODY._replace(bold=True), *[OPEN] * 6], 20)
        sheet.merge(row, 2, len(WIDTHS))
    sheet.line("", PLAIN, 6)
