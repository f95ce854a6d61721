"""What the insurer's edition says: draft answers to what proposal forms ask, how each is known, and from where."""

from collections.abc import Callable
from dataclasses import dataclass

from privacy_audit.dates import add_years, in_words
from privacy_audit.editions import View
from privacy_audit.proposal import QUESTIONS, Proposal
from privacy_audit.reports import insurer_answers as registers
from privacy_audit.reports.insurer_answers import RECORDED, UNKNOWN, Said
from privacy_audit.reports.tables import Table

YEAR_OLD = "Given more than a year before the day of the audit: ask again. "


@dataclass(frozen=True)
class Part:
    """A part of a proposal form: what the registers answer, and what only the firm can."""

    title: str
    recorded: tuple[tuple[str, Callable[[View], Said]], ...]
    own: tuple[str, ...]


PARTS = (
    Part(
        "A. The firm",
        (
            ("What is the firm's legal form?", registers.legal_form),
            ("Is the firm registered with the ICO, and is the fee paid?", registers.fee),
        ),
        ("business", "staff", "turnover", "turnover_abroad"),
    ),
    Part(
        "B. Personal data",
        (
            ("Of how many people or firms are records held?", registers.people),
            ("Who are they?", registers.kinds_of_people),
            ("Which details are held, and of how many?", registers.kinds_of_data),
            ("Is special category data held, such as health or ethnicity?", registers.special),
        ),
        ("identity_numbers", "payment_data", "records_processed"),
    ),
    Part(
        "C. Security",
        (("Has the security of suppliers been looked at?", registers.reviews),),
        (
            *("encryption", "multi_factor", "patching", "malware", "backups", "access"),
            *("security_officer", "training", "response_plan", "certificates"),
        ),
    ),
    Part("D. Incidents and claims", (), ("incidents", "complaints", "claims", "cover")),
    Part(
        "E. Suppliers",
        (
            ("How many suppliers handle personal data for the firm?", registers.suppliers),
            ("Are there written contracts with them?", registers.contracts),
            ("Has somebody checked that the contracts have the terms of Article 28(3)?", registers.terms),
        ),
        (),
    ),
    Part(
        "F. Territories",
        (
            ("To which countries is personal data sent?", registers.territories),
            ("What protects it there?", registers.safeguards),
        ),
        (),
    ),
    Part(
        "G. Governance",
        (
            ("Is there a published privacy policy?", registers.policy),
            ("How long are records kept?", registers.retention),
            ("Is it checked whether the policy is kept?", registers.audits),
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
        rows += [(part.title, question, *vars(said).values(), None, None) for question, said in found]
    columns = [("Part", 20), ("What forms ask", 42), ("Draft answer", 58), ("How it is known", 14)]
    columns += [("Where it comes from", 40), ("Checked", 12), ("The proposer's own answer", 40)]
    purpose = (
        "Draft answers for the proposer to check, complete and sign. Not known: no record tells; nothing was guessed. "
        "Declared: the firm says so. Recorded: a register says so. Inspected: somebody looked at the document."
    )
    return Table("Draft answers", purpose, columns, rows)


def declared(view: View, proposal: Proposal, name: str) -> Said:
    """Return the firm's own answer to a question, or that it is not known."""
    given = proposal.answers.get(name)
    if given is None:
        return UNKNOWN
    source = f"{given.by}, {in_words(given.on)}"
    source += f"; {given.seen}, seen by {given.seen_by}, {in_words(given.seen_on)}" if given.seen_on else ""
    stale = add_years(given.on, 1) < view.day
    return Said(given.answer, given.grade, (YEAR_OLD if stale else "") + source)


def providers(view: View, proposal: Proposal) -> Table:
    """Return the suppliers that handle personal data, and what is on record about each."""
    countries, names = view.law.tables["countries"]["names"], view.law.tables["mechanisms"]["names"]
    rows = [
        (
            each["legal_name"] if proposal.provider_names else f"supplier {number}",
            each["service"],
            countries.get(each["country"], "not recorded"),
            registers.ROLES.get(each["role"] or "", "not recorded"),
            each["contract_signed_on"] or "none on record",
            each["art28_checked_on"] or "none on record",
            names.get(each["safeguard"], "none on record"),
            each["security_review_on"] or "none on record",
        )
        for number, each in enumerate(registers.handling(view), 1)
    ]
    columns = [("Supplier", 30), ("Service", 28), ("Country", 18), ("Role", 18), ("Contract signed", 15)]
    columns += [("Terms checked", 15), ("Transfer safeguard", 34), ("Security looked at", 16)]
    return Table("Suppliers", "Who handles personal data for the firm, as the supplier list has it.", columns, rows)


def ratings(view: View) -> Table:
    """Return how each section of the policy was rated; only where the firm asks for it."""
    rows = [(each["title"], each["rating"]) for each in view.sections()]
    return Table("Ratings", "Included because proposal.toml asks for it.", [("Section", 40), ("Rating", 20)], rows)


def counted(table: Table) -> dict[str, int]:
    """Return how many draft answers are known in which way."""
    column = table.head.index("How it is known")
    ways = ("not known", "declared", RECORDED, "inspected")
    return {way: sum(row[column] == way for row in table.rows) for way in ways}
