"""What the accountant's edition says: when records may go, what went, holds, the ICO fee, the ledger, open matters."""

from collections import Counter
from collections.abc import Mapping

from privacy_audit.audit.editions import ACCOUNTANT, Shown, View
from privacy_audit.audit.result import Result
from privacy_audit.dates import long_date
from privacy_audit.reports.excel.table import FIRST, SheetLayout, table_sheet
from privacy_audit.reports.excel.writer import (
    BIG,
    BLUE,
    BODY,
    HEAD,
    LETTERS,
    OPEN,
    ORANGE,
    PLAIN,
    SMALL,
    TITLE,
    YELLOW,
    Book,
    CellStyle,
    Sheet,
    row_height,
)
from privacy_audit.reports.insurer_answers import KINDS
from privacy_audit.reports.screen import EXAMPLE, LIMITS, SIGNS
from privacy_audit.reports.tables import Table
from privacy_audit.reports.timetable import HELD, NOW, STANDINGS, UNASKED, Entry, day_of, entries, next_day, summary
from privacy_audit.reports.timetable import OPEN as UNKNOWN

MATTERS = ("RET-", "DQ-03", "DQ-05")  # what an accountant's own records may settle
REFERENCE = "Ledger reference"
CLIENTS = ("client", "former_client")
NO_SALE = {"draft", "void"}
CAVEAT = (
    "Longer if HMRC is asking, a return was late, or a record serves several years: the accountant knows. The day is "
    "the first on which neither the policy nor tax law, as far as known here, asks for the record any longer; it is no "
    "order to delete. Not asked for: neither ever asked for it, and somebody else may. "
)


def retention_timetable(view: View, entries: list[Entry]) -> Table:
    """Return when each class of record of each former client may go, and what decides it."""
    columns = [(REFERENCE, 17), ("Client", 12), ("Class of record", 16), ("Client left on", 14)]
    columns += [("Last invoice", 14), ("Policy until", 14), ("Tax law until", 14), ("Earliest destruction", 24)]
    columns += [("What decides it", 58), ("How it stands", 14)]
    last = last_invoices(view)
    rows = [
        (
            *(reference(each, last), each.client, each.kind, each.left_on, each.last_invoice_on, each.policy_until),
            *(each.tax_until, day_of(each), each.driver, each.standing),
        )
        for each in entries
    ]
    table = Table("Retention timetable", _hold_words(view) + CAVEAT + as_at(view, entries), columns, rows)
    return _referred(view, table)


def as_at(view: View, entries: list[Entry]) -> str:
    """Return as at which day everything stands, and what comes next: a day that has come since stands as later."""
    said = f"How it stands is as at {long_date(view.day)}: go by the day itself, which may have come since."
    coming = next_day(entries)
    return said + (f" Next: {coming[1]} record{'s' * (coming[1] != 1)} on {long_date(coming[0])}." if coming else "")


def has_ledger(view: View) -> bool:
    """Whether anything tells how a client is found in the ledger: an account, or the invoices."""
    return bool(last_invoices(view)) or any(each["account"] for each in view.rows("clients"))


def _referred(view: View, table: Table) -> Table:
    """Return a table without the ledger references, where there is no ledger to refer to."""
    return table if has_ledger(view) else table.only(*(each for each in table.head if each != REFERENCE))


def _hold_words(view: View) -> str:
    """Return a warning where no export tells which records are on hold."""
    kinds = {"legal_hold": "on legal hold", "restricted": "restricted"}
    lacking = [words for name, words in kinds.items() if view.lacks("clients", name)]
    which = "on hold" if len(lacking) == len(kinds) else "".join(lacking)
    return f"No export tells which records are {which}: ask before anything goes. " if lacking else ""


def reference(entry: Entry, last: Mapping[str, str]) -> str:
    """Return how the accountant finds a client in the ledger: the account, else the last invoice, else nothing."""
    return entry.account or last.get(entry.client, "")


def last_invoices(view: View) -> dict[str, str]:
    """Return the number of each client's last sale, by the client's token."""
    lines = [each for each in view.rows("invoices") if each["token"] and _is_sale(each) and each["invoiced_on"]]
    return {each["token"]: each["invoice_number"] for each in sorted(lines, key=lambda each: each["invoiced_on"])}


def _is_sale(line: Mapping[str, object]) -> bool:
    return line["kind"] not in {"purchase", "credit_note"} and line["status"] not in NO_SALE


def by_class(entries: list[Entry]) -> Table:
    """Return how many records of each class stand how."""
    rows: list[tuple[object, ...]] = [
        (kind, *(counts[each] for each in STANDINGS), sum(counts.values())) for kind, counts in summary(entries).items()
    ]
    every = Counter(each.standing for each in entries)
    rows.append(("All", *(every[each] for each in STANDINGS), len(entries)))
    columns = [("Class of record", 30), *((each.capitalize(), 13) for each in STANDINGS), ("All", 13)]
    return Table("Records of former clients", "One for each class of record of each former client.", columns, rows)


def disposals(view: View) -> Table:
    """Return what was deleted or anonymised in the quarter, and the proof of it."""
    last = last_invoices(view)
    rows = [
        (
            each["account"] or last.get(each["token"], ""),
            each["token"],
            ", ".join(each["classes"]) or "not noted",
            each["disposed_on"],
            _plain(each["disposal_method"]),
            each["disposal_ref"] or "none on record",
        )
        for each in _disposed(view)
    ]
    columns = [(REFERENCE, 18), ("Client", 12), ("Classes of record", 28), ("Disposed of on", 15)]
    columns += [("How", 24), ("Proof", 50)]
    told = "No export tells when records were disposed of." if view.lacks("clients", "disposed_on") else ""
    table = Table("Disposals", told or f"Clients whose records went in {view.audit['quarter']}.", columns, rows)
    return _referred(view, table)


def _disposed(view: View) -> list[Shown]:
    day = view.audit
    went = [each for each in view.rows("clients") if each["disposed_on"]]
    return [each for each in went if day["first"] <= each["disposed_on"] <= day["as_at"]]


def _plain(word: object) -> str:
    return str(word).replace("_", " ") if word else "not noted"


def holds(view: View, entries: list[Entry]) -> Table:
    """Return the clients whose records must not go for now, and how many of these stand in the timetable."""
    last = last_invoices(view)
    there = Counter(each.client for each in entries if each.standing == HELD)
    rows = [
        (
            each["account"] or last.get(each["token"], ""),
            each["token"],
            _plain(each["relationship"]),
            _why_held(each),
            each["left_on"],
            there[each["token"]] or "none: only records of former clients that are still kept stand there",
        )
        for each in view.rows("clients")
        if each["legal_hold"] or each["restricted"]
    ]
    columns = [(REFERENCE, 18), ("Client", 12), ("Who", 16), ("Why", 44), ("Client left on", 16)]
    columns += [("Records on hold in the timetable", 36)]
    told = f"Clients on hold: {len(rows)}. Records of theirs in the timetable, one a class: {sum(there.values())}."
    told += " Nothing of theirs may go while the hold lasts."
    told = told if rows else "No client is marked as on hold."
    return _referred(view, Table("Holds", _hold_words(view) + told, columns, rows))


def _why_held(row: Mapping[str, object]) -> str:
    reasons = [
        ("legal hold", row["legal_hold"]),
        ("restricted at the person's request or for a claim", row["restricted"]),
    ]
    return "; ".join(reason for reason, holds_ in reasons if holds_)


def ledger(view: View) -> Table:
    """Return how the client list and the sales ledger compare, where invoices were given."""
    columns = [("What", 60), ("Number", 12), ("Remark", 70)]
    if not view.has("invoices"):
        told = (
            "Nothing was compared: no sales invoices were given, so whether every client in the list has a sale, and "
        )
        told += "every sale a client, is not known. Put the sales invoices beside the exports of the next quarter."
        return Table("Ledger", told, columns, [])
    lines = [each for each in view.rows("invoices") if _is_sale(each)]
    kinds = {each["token"]: each["relationship"] for each in view.rows("clients")}
    clients = {token for token, kind in kinds.items() if kind in CLIENTS}
    unknown = sum(kind is None for kind in kinds.values())
    owners = {each["token"] for each in lines if each["token"]}
    stray = [each for each in lines if not each["token"]]
    rows: list[tuple[object, ...]] = [
        (
            "Sales invoices in the ledger",
            len({each["invoice_number"] for each in lines}),
            "Without drafts, voided ones, credit notes.",
        ),
        ("of them to somebody in the list", len({each["invoice_number"] for each in lines if each["token"]}), ""),
        (
            "of them to nobody in the list, or to a name that several have",
            len({each["invoice_number"] for each in stray}),
            _some(stray),
        ),
        (
            "Clients in the list",
            len(clients),
            "Former clients among them; prospects and enquirers are none."
            + (f" Of {unknown} more it is not known whether they are." if unknown else ""),
        ),
        ("of them with a sale in the ledger", len(clients & owners), ""),
        ("of them without", len(clients - owners), "The ledger may not go back as far as the list."),
    ]
    return Table("Ledger", "Compared with the sales invoices that were given.", columns, rows)


def _some(lines: list[Shown], most: int = 5) -> str:
    numbers = sorted({str(each["invoice_number"]) for each in lines})
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"Invoices {', '.join(numbers[:most])}{more}." if numbers else ""


def open_matters(view: View) -> Table:
    """Return the open matters that concern how long records are kept, or records that do not agree."""
    rows = [
        (SIGNS[each["severity"]], each["title"], each["why"], each["effort"], each["due_on"], each["control"])
        for each in view.tasks()
        if any(check.startswith(MATTERS) for check in each["checks"])
    ]
    columns = [("How serious", 12), ("Matter", 60), ("Why", 44), ("Minutes", 9), ("By", 14), ("Check", 9)]
    purpose = "What is open about how long records are kept, and about records that do not agree."
    return Table("Open matters", purpose, columns, rows)


def former(view: View, entries: list[Entry]) -> str:
    """Return where all former clients of the list went: into the timetable, or away; the sum closes."""
    rows = [each for each in view.rows("clients") if each["relationship"] == "former_client"]
    gone = [each for each in rows if each["gone"] is True]
    now = sum(each in gone for each in _disposed(view))
    kept = len(rows) - len(gone)
    said = (
        f"{len(rows)} former clients in the client list = {kept} in the timetable + {len(gone)} marked as deleted or "
    )
    said += (
        f"anonymised ({now} of them in {view.audit['quarter']}). The timetable counts each class of record of a client "
    )
    return said + f"once: {len(entries)} records of {kept} clients."


def fee(view: View) -> str:
    """Return what is known of the ICO fee."""
    number, until = view.facts["ico_registration"], view.facts["ico_fee_paid_until"]
    said = f"Registration {number}, as the firm says." if number else "Registration not known: the firm has not said."
    if until is None:
        return f"{said} Until when the fee is paid is not known."
    over = f" That was before the day of the audit, {long_date(view.day)}." if until < view.day else ""
    return f"{said} Paid until {long_date(until)}, as the firm says.{over}"


WIDTHS = (34, 16, 16, 16, 16, 16, 35)
WHOLE = (1, len(WIDTHS))
NUMBER = CellStyle(line=True, centre=True)
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
    sheet.hide_lines()
    sheet.line(title, TITLE, 22)
    sheet.line(f"{example}. As at {long_date(view.day)}, issued {long_date(view.audit['issued_on'])}.", SMALL, 14)
    sheet.line(TOKENS + (LEDGER if has_ledger(view) else NO_LEDGER))
    _block(sheet, by_class(found))
    _in_short(sheet, view, found)
    _sign_off(sheet)
    sheet.line(f"{LIMITS} Results hash {results[:16]}.", SMALL)
    _sheets(book, view, found)
    return book.save()


def _in_short(sheet: Sheet, view: View, found: list[Entry]) -> None:
    matters = open_matters(view)
    told = [
        ("As at", as_at(view, found)),
        ("What the columns mean", CAVEAT.strip()),
        ("Former clients", former(view, found)),
        ("Disposals in the quarter", _disposals(view)),
        ("Holds", holds(view, found).purpose),
        ("ICO data protection fee", fee(view)),
        ("Tax", _tax(view)),
        ("Client list and sales ledger", _ledger(view)),
        ("Open matters", f"{len(matters.rows) or 'None'}. {matters.purpose}"),
        ("The client list", _list(view)),
    ]
    sheet.line("In short", BIG, 24)
    for name, said in told:
        sheet.add([name, said, *[None] * 5], [BODY._replace(bold=True), *[BODY] * 6], _tall(said))
        sheet.merge(2, len(WIDTHS))


def _sheets(book: Book, view: View, found: list[Entry]) -> None:
    """Add the other sheets: none that is empty, which would read as if all were well; the first says what it lacks."""
    timetable = retention_timetable(view, found)
    dates = table_sheet(book, timetable, SheetLayout(freeze="D4" if has_ledger(view) else "C4"))
    stands = LETTERS[timetable.head.index("How it stands")]
    dates.colour(f"{stands}{FIRST}:{stands}{dates.last}", COLOURS)
    for table in (disposals(view), holds(view, found), ledger(view)):
        if table.rows:
            table_sheet(book, table, SheetLayout(freeze="B4"))
    matters = open_matters(view)
    if matters.rows:
        table_sheet(book, matters, SheetLayout(freeze="B4", signs=(1,)))


def _block(sheet: Sheet, table: Table) -> None:
    sheet.line(f"{table.title}: may they go?", BIG, 24)
    sheet.add(table.head, HEAD, 16)
    for row in table.rows:
        bold = row[0] == "All"
        first, *numbers = row
        looks = [BODY._replace(bold=bold), *[NUMBER._replace(bold=bold)] * len(numbers)]
        sheet.add([str(first), *(int(str(each)) for each in numbers)], looks, 15)


def _disposals(view: View) -> str:
    table = disposals(view)
    if view.lacks("clients", "disposed_on"):
        return table.purpose
    if not table.rows:
        return f"None on record in {view.audit['quarter']}."
    proved = sum(row[-1] != "none on record" for row in table.rows)
    return f"{len(table.rows)} on record, {proved} of them with proof. {table.purpose}"


def _ledger(view: View) -> str:
    table = ledger(view)
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
    return max(15, row_height([text], [sum(WIDTHS[1:])]))


def _sign_off(sheet: Sheet) -> None:
    sheet.line("Sign-off", BIG, 24)
    for name in SIGN_OFF:
        sheet.add([name, *[None] * 6], [BODY._replace(bold=True), *[OPEN] * 6], 20)
        sheet.merge(2, len(WIDTHS))
    sheet.line("", PLAIN, 6)
