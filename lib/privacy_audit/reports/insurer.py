"""What the insurer's edition says: draft answers to what proposal forms ask, how each is known, and from where."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from privacy_audit.audit.editions import INSURER, Shown, View
from privacy_audit.audit.result import Result
from privacy_audit.dates import add_years, long_date
from privacy_audit.reports import insurer_answers, insurer_suppliers
from privacy_audit.reports.excel.table import FIRST, SheetLayout, table_sheet
from privacy_audit.reports.excel.writer import BIG, BODY, OPEN, ORANGE, SMALL, TITLE, YELLOW, Book, Sheet
from privacy_audit.reports.insurer_answers import DECLARED, INSPECTED, NOT_KNOWN, RECORDED, UNKNOWN, DraftAnswer, reason
from privacy_audit.reports.screen import EXAMPLE, LIMITS
from privacy_audit.reports.tables import Table
from privacy_audit.settings.firm import QUESTIONS, Proposal, read_proposal

YEAR_OLD = "Given more than a year before the day of the audit: ask again. "


@dataclass(frozen=True)
class Part:
    """A part of a proposal form: what the registers answer, and what only the firm can."""

    title: str
    recorded: tuple[tuple[str, Callable[[View], DraftAnswer]], ...]
    own: tuple[str, ...]


PARTS = (
    Part(
        "A. The firm",
        (
            ("What is the firm's legal form?", insurer_answers.legal_form),
            ("Is the firm registered with the ICO, and is the fee paid?", insurer_answers.fee),
        ),
        ("business", "staff", "turnover", "turnover_abroad"),
    ),
    Part(
        "B. Personal data",
        (
            ("Of how many people or firms are records held?", insurer_answers.people),
            ("Who are they?", insurer_answers.kinds_of_people),
            ("Which details are held, and of how many?", insurer_answers.kinds_of_data),
            ("Is special category data held, such as health or ethnicity?", insurer_answers.special),
        ),
        ("identity_numbers", "payment_data", "records_processed"),
    ),
    Part(
        "C. Security",
        (("Has the security of suppliers been looked at?", insurer_suppliers.reviews),),
        (
            *("encryption", "multi_factor", "patching", "malware", "backups", "access"),
            *("security_officer", "training", "response_plan", "certificates"),
        ),
    ),
    Part("D. Incidents and claims", (), ("incidents", "complaints", "claims", "cover")),
    Part(
        "E. Suppliers",
        (
            ("How many suppliers handle personal data for the firm?", insurer_suppliers.suppliers),
            ("Are there written contracts with them?", insurer_suppliers.contracts),
            ("Has somebody checked that the contracts have the terms of Article 28(3)?", insurer_suppliers.terms),
        ),
        (),
    ),
    Part(
        "F. Territories",
        (
            ("To which countries is personal data sent?", insurer_suppliers.territories),
            ("What protects it there?", insurer_suppliers.safeguards),
        ),
        (),
    ),
    Part(
        "G. Governance",
        (
            ("Is there a published privacy policy?", insurer_answers.policy),
            ("How long are records kept?", insurer_answers.retention),
            ("Is it checked whether the policy is kept?", insurer_answers.audits),
        ),
        (),
    ),
)


def answers(view: View, proposal: Proposal) -> Table:
    """Return every question with its draft answer, how it is known, and where it comes from."""
    rows: list[tuple[object, ...]] = []
    for part in PARTS:
        found = [(question, give(view)) for question, give in part.recorded]
        found += [(QUESTIONS[name], declared(view, proposal, name)) for name in part.own]
        rows += [
            (part.title, question, veiled(view, proposal, said.answer), said.grade, said.source, None, None)
            for question, said in found
        ]
    columns = [("Part", 20), ("What forms ask", 42), ("Draft answer", 58), ("How it is known", 14)]
    columns += [("Where it comes from", 40), ("Checked", 12), ("The proposer's own answer", 40)]
    purpose = (
        "Draft answers for the proposer to check, complete and sign. Not known: no record tells; nothing was guessed. "
        "Declared: the firm says so. Recorded: a register says so, or the audit found it. "
        "Inspected: somebody looked at the document."
    )
    return Table("Draft answers", purpose, columns, rows)


def declared(view: View, proposal: Proposal, name: str) -> DraftAnswer:
    """Return the firm's own answer to a question beside what the audit knows of it, or that alone, or not known."""
    given, about = proposal.answers.get(name), insurer_answers.KNOWN_OF.get(name)
    known = about(view) if about else UNKNOWN
    if given is None:
        return known
    source = f"{given.by}, {long_date(given.on)}"
    source += f"; {given.seen}, seen by {given.seen_by}, {long_date(given.seen_on)}" if given.seen_on else ""
    stale = add_years(given.on, 1) < view.day
    also = "" if known == UNKNOWN else f" This audit: {known.answer}"
    return DraftAnswer(given.answer + also, given.grade, (YEAR_OLD if stale else "") + source)


def providers(view: View, proposal: Proposal) -> Table:
    """Return the suppliers that get personal data, what is on record about each, and beside it what was found."""
    rows = [
        (
            each["legal_name"] if proposal.provider_names else f"supplier {number}",
            veiled(view, proposal, each["service"] or ""),
            insurer_suppliers.country(view, each),
            insurer_suppliers.ROLES.get(each["role"] or "", "not recorded"),
            *(veiled(view, proposal, text) for text in _on_record(view, each)),
        )
        for number, each in enumerate(insurer_suppliers.getting(view), 1)
    ]
    columns = [("Supplier", 26), ("Service", 20), ("Country", 16), ("Role", 15), ("Contract signed", 26)]
    columns += [("Terms checked", 26), ("Transfer safeguard", 36), ("Security looked at", 22)]
    purpose = (
        "Who gets personal data from the firm, as the supplier list has it. Where the audit found something about what "
        "is recorded, it stands beside it. Contracts, terms and security are checked of processors alone."
    )
    return Table("Suppliers", purpose, columns, rows)


def _on_record(view: View, row: Shown) -> list[str]:
    """Return what is recorded of a supplier's contract, terms, safeguard and security, each with what was found."""

    def cell(day: date | None, controls: tuple[str, ...]) -> str:
        none = "does not apply" if row["role"] in insurer_suppliers.OWN else "none on record"
        found = [reason(each) for each in row["told"] if each.control in controls]
        return _both(long_date(day) if day else none, found)

    protected = insurer_suppliers.recorded(
        view, row["country"], row["safeguard"], row["unread"]
    ) + insurer_suppliers.seen_from(view, row)
    abroad = _both(protected, insurer_suppliers.doubts(view, row))
    contract, terms = (
        cell(row["contract_signed_on"], insurer_suppliers.CONTRACT),
        cell(row["art28_checked_on"], insurer_suppliers.TERMS),
    )
    return [contract, terms, abroad, cell(row["security_review_on"], insurer_suppliers.SECURITY)]


def _both(recorded: str, found: list[str]) -> str:
    return f"recorded: {recorded}; the audit found: {'; '.join(found)}" if found else recorded


def veiled(view: View, proposal: Proposal, text: str) -> str:
    """Return text without suppliers' names, where the firm wants none: by the number on the sheet Suppliers instead."""
    if proposal.provider_names:
        return text
    names = {each["legal_name"]: f"supplier {number}" for number, each in enumerate(insurer_suppliers.getting(view), 1)}
    names = {each["importer"]: "a recipient" for each in insurer_suppliers.sent(view)} | names
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[name], text)
    return text


def ratings(view: View) -> Table:
    """Return how each section of the policy was rated; only where the firm asks for it."""
    rows = [(each["title"], each["rating"]) for each in view.sections()]
    return Table("Ratings", "Included because proposal.toml asks for it.", [("Section", 40), ("Rating", 20)], rows)


def counted(table: Table) -> dict[str, int]:
    """Return how many draft answers are known in which way."""
    column = table.head.index("How it is known")
    ways = (NOT_KNOWN, DECLARED, RECORDED, INSPECTED)
    return {way: sum(row[column] == way for row in table.rows) for way in ways}


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
    title = f"{view.audit['firm']}: draft answers for a proposal, as at {long_date(view.day)}"
    book = Book(title, f"{example}   results {results[:16]}", view.audit["issued_on"])
    table = answers(view, proposal)
    _start(book.sheet("Start here", WIDTHS, "A3281F"), table, (title, example, results))
    dress = SheetLayout(open=(6, 7), freeze="C4", colour="1F3A5F")
    sheet = table_sheet(book, table, dress)
    sheet.colour(f"D{FIRST}:D{sheet.last}", COLOURS)
    sheet.choose(f"F{FIRST}:F{sheet.last}", CHECKED)
    table_sheet(book, providers(view, proposal), SheetLayout(freeze="B4"))
    if proposal.ratings:
        table_sheet(book, ratings(view), SheetLayout(freeze="B4", signs=(2,)))
    return book.save()


def _start(sheet: Sheet, table: Table, said: tuple[str, str, str]) -> None:
    title, example, results = said
    sheet.hide_lines()
    sheet.line(title, TITLE, 22)
    sheet.line(f"{example}. For the proposer, not yet for the insurer.", SMALL, 14)
    sheet.line(ABOUT)
    sheet.line("How the answers are known", BIG, 24)
    for way, number in counted(table).items():
        sheet.add([f"{number} {way}", WAYS[way], None, None, None], [BODY._replace(bold=True), *[BODY] * 4], 16)
        sheet.merge(2, 5)
    sheet.line("To be signed when every answer has been checked", BIG, 24)
    for name in SIGN:
        sheet.add([name, *[None] * 4], [BODY._replace(bold=True), *[OPEN] * 4], 22)
        sheet.merge(2, 5)
    sheet.line(f"{LIMITS} Results hash {results[:16]}.", SMALL)
