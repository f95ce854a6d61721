"""The client list: the clients of the story, told by hand, and ordinary ones about whom there is nothing to find.

A client is told once, over the years; the list is written as it stood on some day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from story.cast import BUSINESSES, CHARITIES, DICE, HOSTS, KINDS, LEGAL_FORMS, address_of, plain, some_day
from story.writing import until, write_csv, written


@dataclass(frozen=True)
class Disposal:
    """How a record went at the end of its time, and where the proof is filed; `why` where it went before."""

    day: date
    what: str
    how: str
    proof: str
    why: str = ""


@dataclass(frozen=True)
class Company:
    """What a sole trader became: entered as a second row under the same number, and later merged into one."""

    name: str
    since: date
    merged: date


@dataclass(frozen=True)
class Client:
    """Somebody in the client list; `on_list` says whether the address is in the mailing tool, None: by chance.

    `removed` is the day on which an enquirer's row was taken out of the list altogether.
    """

    person: str
    email: str
    name: str
    kind: str
    first: date
    asked: str = ""
    source: str = "Referral"
    invoices: tuple[date, ...] = ()
    ended: date | None = None
    disposal: Disposal | None = None
    became: Company | None = None
    legal_hold: str = ""
    restricted: str = ""
    held: str = ""
    told_out: date | None = None
    removed: date | None = None
    on_list: bool | None = field(default=False)

    def status(self, day: date) -> str:
        """How the client stands on a day."""
        return self.asked or ("Former" if self.ended and self.ended <= day else "Current")


CLIENT_HEADER = (
    "Client no", "Client name", "Email", "Kind", "Status", "Source", "First contact", "Last invoice", "Ended on",
    "Records held", "Disposal", "Disposed on", "How disposed", "Proof of disposal", "Why disposed", "Legal hold",
    "Restricted", "Opted in", "Opted out", "Last mailing",
)  # fmt: skip
RECORDS = {"Enquirer": "enquiry", "Prospect": "enquiry; correspondence"}
FILE = "contract; invoice; correspondence"

STORY = (
    # RET-01 in Q3: no work after March 2020, formally left in August; due to go after 20 August 2026, 41 days ago.
    Client(
        "Rosamund Tye", "rosamund.tye@example.co.uk", "Rosamund Tye", "Individual",
        first=date(2016, 4, 5), invoices=(date(2020, 3, 27),), ended=date(2020, 8, 20),
    ),
    # RET-01 in Q2: tax law wanted the invoices until 31 March 2026. Deleted in July, with proof.
    Client(
        "Osman Dalgleish", "accounts@gorsehill.example.com", "Gorsehill Minicabs Ltd", "Ltd",
        first=date(2015, 9, 22), invoices=(date(2019, 12, 30),), ended=date(2020, 1, 31),
        disposal=Disposal(date(2026, 7, 14), "deleted", "Securely deleted", "Disposal log 2026, entry 4"),
    ),
    # Not for RET-01: deleted and anonymised in time, with proof; held for a claim; on the last day itself.
    Client(
        "Ambrose Kettle", "ambrose@kettle.example.com", "Kettle & Wren Antiques", "Partnership",
        first=date(2013, 2, 12), invoices=(date(2019, 3, 15),), ended=date(2019, 3, 29),
        disposal=Disposal(date(2025, 7, 2), "deleted", "Securely deleted", "Disposal log 2025, entry 7"),
    ),
    Client(
        "Barnaby Sherwell", "b.sherwell@example.com", "Barnaby Sherwell", "Individual",
        first=date(2017, 2, 13), invoices=(date(2020, 3, 6),), ended=date(2020, 5, 15), legal_hold="Yes",
    ),
    Client(
        "Leopold Quarrie", "leopold@quarrie.example.com", "Leopold Quarrie", "Sole trader",
        first=date(2014, 11, 3), invoices=(date(2020, 2, 28),), ended=date(2020, 3, 31),
        disposal=Disposal(date(2026, 6, 3), "deleted", "Securely deleted", "Disposal log 2026, entry 3"),
    ),
    Client(
        "Sybil Ormerod-Key", "sybil.ormerodkey@example.co.uk", "Sybil Ormerod-Key", "Individual",
        first=date(2018, 1, 16), invoices=(date(2020, 1, 31),), ended=date(2020, 2, 29),
        disposal=Disposal(date(2026, 5, 6), "anonymised", "Anonymised", "Disposal log 2026, entry 2"),
    ),
    # Not for RET-02: asked for erasure, and only what need not be kept went; the invoices stay in the ledger.
    Client(
        "Philomena Gathercole", "philomena.gathercole@example.com", "Philomena Gathercole", "Individual",
        first=date(2022, 9, 6), invoices=(date(2024, 1, 19),), ended=date(2024, 2, 2), held="correspondence; marketing",
        disposal=Disposal(
            date(2026, 5, 20), "deleted", "Securely deleted", "Request of 12 May 2026, closed", "erasure request"
        ),
    ),
    Client(
        "Henrietta Okell", "henrietta@okell.example.co.uk", "Henrietta Okell", "Sole trader",
        first=date(2018, 6, 19), invoices=(date(2020, 3, 31),), ended=date(2020, 9, 30),
    ),
    # MKT-04 in Q2: opted out by telephone in April, taken off the list only after the report of July.
    Client(
        "Winifred Abara", "Winifred.Abara@example.co.uk", "Winifred Abara", "Individual",
        first=date(2023, 2, 7), invoices=(date(2026, 3, 27), date(2026, 5, 29), date(2026, 8, 28)),
        told_out=date(2026, 4, 14), on_list=True,
    ),
    # MKT-04 in Q3: both had unsubscribed, and the workshop invitation went out from the client list.
    Client(
        "Lorcan Vasquez", "lorcan@nightjar.example.com", "Nightjar Sound Hire Ltd", "Ltd",
        first=date(2022, 3, 1), invoices=(date(2026, 3, 13), date(2026, 6, 12), date(2026, 9, 11)), on_list=True,
    ),
    Client(
        "Benedikta Holm-Pryce", "benedikta@holmpryce.example.co.uk", "Holm-Pryce Millinery", "Sole trader",
        first=date(2021, 10, 12), invoices=(date(2026, 2, 20), date(2026, 6, 5), date(2026, 9, 4)), on_list=True,
    ),
    # Not for MKT-04: opted out, then opted in again.
    Client(
        "Mathilda Osei-Crane", "mathilda@oseicrane.example.com", "Mathilda Osei-Crane", "Sole trader",
        first=date(2021, 6, 8), invoices=(date(2026, 1, 30), date(2026, 4, 24), date(2026, 7, 24)),
        told_out=date(2025, 11, 3), on_list=True,
    ),
    # DQ-03 in Q2: entered again, under the same number, when the business became a company. Merged in July.
    Client(
        "Delphine Attwater", "hello@attwater.example.com", "Attwater Framing", "Sole trader",
        first=date(2019, 5, 14), invoices=(date(2026, 3, 27), date(2026, 6, 19), date(2026, 9, 18)),
        became=Company("Attwater Framing Ltd", date(2026, 5, 18), date(2026, 7, 8)),
    ),
    # MKT-02 in Q3: asked a general question, and was put on the list; section 6 allows it, the law does not.
    Client(
        "Clement Oduya-Marsh", "clement.oduyamarsh@example.com", "Clement Oduya-Marsh", "Individual",
        first=date(2026, 7, 6), asked="Enquirer", source="Website enquiry", on_list=True,
    ),
    # MKT-01: companies put on the list without having asked, which PECR allows and section 5 does not.
    Client(
        "Marguerite Hollowell", "accounts@hollowellsigns.example.com", "Hollowell Signs Ltd", "Ltd",
        first=date(2023, 10, 9), invoices=(date(2026, 2, 6), date(2026, 5, 8), date(2026, 8, 7)), on_list=True,
    ),
    Client(
        "Ignatius Brede", "office@bredefreight.example.com", "Brede & Daughters Freight Ltd", "Ltd",
        first=date(2024, 2, 20), invoices=(date(2026, 1, 23), date(2026, 4, 17), date(2026, 7, 17)), on_list=True,
    ),
    Client(
        "Calliope Strand", "hello@strandquay.example.com", "Strandquay Dental LLP", "LLP",
        first=date(2022, 11, 15), invoices=(date(2026, 3, 20), date(2026, 6, 26), date(2026, 9, 25)), on_list=True,
    ),
    # MKT-01: sole traders on the list by the soft opt-in, with all that the law asks for it.
    Client(
        "Jocasta Penhaligon", "jocasta@penhaligonpianos.example.co.uk", "Penhaligon Piano Tuning", "Sole trader",
        first=date(2024, 11, 12), source="Purchase", invoices=(date(2026, 2, 27), date(2026, 5, 22), date(2026, 8, 21)),
        on_list=True,
    ),
    Client(
        "Everard Tomlin", "everard.tomlin@example.co.uk", "Tomlin Chimney Sweeping", "Sole trader",
        first=date(2025, 1, 28), source="Purchase", invoices=(date(2026, 1, 16), date(2026, 4, 24), date(2026, 7, 31)),
        on_list=True,
    ),
    # Restricted at the person's request, and on no mailing list.
    Client(
        "Ottoline Faraday-Nunes", "o.faradaynunes@example.com", "Ottoline Faraday-Nunes", "Individual",
        first=date(2024, 1, 23), invoices=(date(2026, 2, 27), date(2026, 6, 30)), restricted="Yes",
    ),
)  # fmt: skip
# The next to be due: promised to go in the quarters after the third.
DUE_NEXT = (
    date(2020, 10, 16), date(2020, 11, 30), date(2020, 12, 18), date(2021, 1, 29), date(2021, 3, 31), date(2021, 5, 14),
)  # fmt: skip
LEFT_LATELY = (date(2026, 5, 29), date(2026, 8, 14))
CURRENT, FORMER, PROSPECTS = 55, 30, 11  # and the rest have asked a question
TAKEN_OUT = date(2026, 7, 14)  # enquirers of a year ago, when the office manager cleared the list
PAYING = ("Referral", "Referral", "Consultation", "Purchase", "Website enquiry")
YEAR = timedelta(days=365)


def ordinary_clients(names: Iterator[tuple[str, str]]) -> list[Client]:
    """Return the clients about whom there is nothing to find."""
    kinds = DICE.sample(list(KINDS), sum(KINDS.values()), counts=list(KINDS.values()))
    businesses, charities = (DICE.sample(each, len(each)) for each in (BUSINESSES, CHARITIES))
    spread = [date(2021, 6, 1) + timedelta(days=76 * step) for step in range(FORMER - len(DUE_NEXT) - len(LEFT_LATELY))]
    ends = [*DUE_NEXT, *LEFT_LATELY, *(some_day(day, day + timedelta(days=60)) for day in spread)]
    made = []
    for number, kind in enumerate(kinds):
        given, family = next(names)
        name, email = f"{given} {family}", address_of(given, family)
        if kind not in {"Individual", "Sole trader"}:
            name = (charities if kind in {"CIO", "Unincorporated charity"} else businesses).pop()
            place = "".join(plain(word) for word in name.split()[:2] if word != "&")
            email = f"{DICE.choice((plain(given), 'hello', 'office'))}@{place}.{DICE.choice(HOSTS[:2])}"
        who = (f"{given} {family}", email, name + LEGAL_FORMS.get(kind, ""), kind)
        if number < CURRENT:
            made.append(_current(who))
        elif number < CURRENT + FORMER:
            made.append(_former(who, ends[number - CURRENT]))
        else:
            made.append(_asking(who, "Prospect" if number < CURRENT + FORMER + PROSPECTS else "Enquirer"))
    return made


def _current(who: tuple[str, str, str, str]) -> Client:
    """Return a client who gets an invoice every few weeks."""
    first = some_day(date(2015, 1, 12), date(2026, 9, 4))
    months = (date(2026, month, 3) for month in range(1, 10))
    invoices = [some_day(day, day + timedelta(days=22)) for day in months if day.month == 1 or DICE.random() < 0.7]
    invoices += [some_day(date(2026, 9, 7), date(2026, 9, 25))] if first > date(2026, 8, 1) else []
    return Client(
        *who, first, source=DICE.choice(PAYING), invoices=tuple(day for day in invoices if day >= first), on_list=None
    )


def _former(who: tuple[str, str, str, str], ended: date) -> Client:
    """Return a client who left; the last invoice came within the ten weeks before."""
    invoiced = some_day(ended - timedelta(days=70), ended)
    first = some_day(invoiced - timedelta(days=2000), invoiced - timedelta(days=270))
    invoices = (invoiced - timedelta(days=182), invoiced)
    return Client(*who, first, source=DICE.choice(PAYING), invoices=invoices, ended=ended, on_list=None)


def _asking(who: tuple[str, str, str, str], asked: str) -> Client:
    """Return somebody who wants a quote or has asked a question; what is over a year old is taken out in July."""
    start = date(2026, 1, 12) if asked == "Prospect" else date(2025, 7, 6)
    first = some_day(start, date(2026, 9, 23))
    old = asked == "Enquirer" and first + YEAR < date(2026, 9, 30)
    return Client(
        *who,
        first,
        asked=asked,
        source="Consultation" if asked == "Prospect" else "Website enquiry",
        removed=TAKEN_OUT if old else None,
        on_list=False if old or DICE.random() < 0.5 else None,
    )


def write_clients(clients: list[Client], lists: dict[str, tuple[str, str, str]], folder: Path, day: date) -> None:
    """Write the client list of a day as Excel saves “CSV UTF-8”: clients have their numbers in the order they came.

    `lists` says for each address when it opted in and out, and when it was last mailed.
    """
    rows, later = [], []
    for number, each in enumerate(sorted(clients, key=lambda client: (client.first, client.name)), 1001):
        if each.first > day or (each.removed and each.removed <= day):
            continue
        rows.append(_row(f"C-{number}", each, lists, day))
        if each.became and each.became.since <= day < each.became.merged:
            later.append(_row(f"C-{number}", each, lists, day, entered_again=True))
    write_csv(folder / "clients.csv", [CLIENT_HEADER, *rows, *later], "utf-8-sig", "\r\n")


def _row(
    number: str,
    each: Client,
    lists: dict[str, tuple[str, str, str]],
    day: date,
    *,
    entered_again: bool = False,
) -> list[str]:
    """Return a client's cells; of a record that was disposed of only the number and the days are left."""
    name, kind, invoices = each.name, each.kind, [on for on in each.invoices if on <= day]
    if each.became and (entered_again or each.became.merged <= day):
        name, kind = each.became.name, "Ltd"
    elif each.became and each.became.since <= day:
        invoices = [on for on in invoices if on < each.became.since]
    days = [written(each.first), written(invoices[-1] if invoices else None), written(until(each.ended, day))]
    held = each.held or RECORDS.get(each.asked, FILE)
    status, flags = each.status(day), [each.legal_hold, each.restricted]
    if each.disposal and each.disposal.day <= day:
        gone = each.disposal
        return [
            number, "", "", "", status, "", *days, held, gone.what, written(gone.day), gone.how, gone.proof, gone.why,
            *flags, "", "", "",
        ]  # fmt: skip
    marketing = lists.get(each.email.lower(), ("", "", ""))
    return [number, name, each.email, kind, status, each.source, *days, held, *[""] * 5, *flags, *marketing]
