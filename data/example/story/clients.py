"""The client list: the clients of the story, told by hand, and ordinary ones about whom there is nothing to find."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from story.cast import BUSINESSES, CHARITIES, DICE, HOSTS, KINDS, LEGAL_FORMS, address_of, plain, some_day
from story.writing import write_csv, written


@dataclass(frozen=True)
class Client:
    """A row of the client list; `list_status` is where the address stands in the mailing tool, if anywhere."""

    person: str
    email: str
    name: str
    kind: str
    status: str
    first: date
    invoiced: date | None = None
    ended: date | None = None
    disposal: str = ""
    legal_hold: str = ""
    restricted: str = ""
    opted_in: date | None = None
    opted_out: date | None = None
    mailed: date | None = None
    list_status: str = "any"
    also: tuple["Client", ...] = field(default=(), repr=False)


CLIENT_HEADER = (
    "Client no", "Client name", "Email", "Kind", "Status", "First contact", "Last invoice", "Ended on", "Disposal",
    "Legal hold", "Restricted", "Opted in", "Opted out", "Last mailing",
)  # fmt: skip

GONE = {"person": "", "email": "", "name": "", "kind": "", "status": "Former", "list_status": ""}
ATTWATER = Client(
    "Delphine Attwater", "hello@attwater.example.com", "Attwater Framing", "Sole trader", "Current",
    first=date(2019, 5, 14), invoiced=date(2026, 3, 27), list_status="",
)  # fmt: skip
STORY = (
    # RET-01: the promised six years were over on 20 August 2026, and on 31 January 2026.
    Client(
        "Rosamund Tye", "rosamund.tye@example.co.uk", "Rosamund Tye", "Individual", "Former",
        first=date(2016, 4, 5), invoiced=date(2020, 7, 31), ended=date(2020, 8, 20), list_status="",
    ),
    Client(
        "Osman Dalgleish", "accounts@gorsehill.example.com", "Gorsehill Minicabs Ltd", "Ltd", "Former",
        first=date(2015, 9, 22), invoiced=date(2019, 12, 30), ended=date(2020, 1, 31), list_status="",
    ),
    # Not for RET-01: held for a claim; deleted; anonymised; on the last day itself.
    Client(
        "Barnaby Sherwell", "b.sherwell@example.com", "Barnaby Sherwell", "Individual", "Former",
        first=date(2017, 2, 13), invoiced=date(2020, 4, 30), ended=date(2020, 5, 15), legal_hold="Yes", list_status="",
    ),
    Client(
        **GONE, first=date(2014, 11, 3), invoiced=date(2020, 2, 28), ended=date(2020, 3, 31), disposal="deleted",
    ),
    Client(
        **GONE, first=date(2018, 1, 16), invoiced=date(2020, 1, 31), ended=date(2020, 2, 29), disposal="anonymised",
    ),
    Client(
        "Henrietta Okell", "henrietta@okell.example.co.uk", "Henrietta Okell", "Sole trader", "Former",
        first=date(2018, 6, 19), invoiced=date(2020, 9, 4), ended=date(2020, 9, 30), list_status="",
    ),
    # MKT-04: opted out by telephone and still subscribed; unsubscribed in May and still mailed in September.
    Client(
        "Winifred Abara", "Winifred.Abara@example.co.uk", "Winifred Abara", "Individual", "Current",
        first=date(2023, 2, 7), invoiced=date(2026, 8, 28), opted_in=date(2023, 2, 21), opted_out=date(2026, 7, 14),
        mailed=date(2026, 7, 2), list_status="telephone",
    ),
    Client(
        "Lorcan Vasquez", "lorcan@nightjar.example.com", "Nightjar Sound Hire Ltd", "Ltd", "Current",
        first=date(2022, 3, 1), invoiced=date(2026, 9, 11), opted_in=date(2022, 3, 15),
        mailed=date(2026, 9, 3), list_status="mailed again",
    ),
    # Not for MKT-04: opted out, then opted in again.
    Client(
        "Mathilda Osei-Crane", "mathilda@oseicrane.example.com", "Mathilda Osei-Crane", "Sole trader", "Current",
        first=date(2021, 6, 8), invoiced=date(2026, 7, 24), opted_in=date(2026, 3, 14), opted_out=date(2025, 11, 3),
        mailed=date(2026, 7, 2), list_status="opted in again",
    ),
    # DQ-03: entered again, under the same number, when the business became a company.
    replace(
        ATTWATER,
        also=(replace(ATTWATER, name="Attwater Framing Ltd", kind="Ltd", invoiced=date(2026, 9, 18)),),
    ),
    # Restricted at the person's request, and on no mailing list.
    Client(
        "Ottoline Faraday-Nunes", "o.faradaynunes@example.com", "Ottoline Faraday-Nunes", "Individual", "Current",
        first=date(2024, 1, 23), invoiced=date(2026, 6, 30), restricted="Yes", list_status="",
    ),
)  # fmt: skip
# The next to be due: promised to go in the quarters after this one.
DUE_NEXT = (
    date(2020, 10, 16), date(2020, 11, 30), date(2020, 12, 18), date(2021, 1, 29), date(2021, 3, 31), date(2021, 5, 14),
)  # fmt: skip
CURRENT, FORMER, PROSPECTS = 57, 30, 11  # and the rest have asked a question


def ordinary_clients(names: Iterator[tuple[str, str]]) -> list[Client]:
    """Return the clients about whom there is nothing to find."""
    kinds = DICE.sample(list(KINDS), sum(KINDS.values()), counts=list(KINDS.values()))
    businesses, charities = (DICE.sample(each, len(each)) for each in (BUSINESSES, CHARITIES))
    spread = [date(2021, 6, 1) + timedelta(days=76 * step) for step in range(FORMER - len(DUE_NEXT))]
    ends = [*DUE_NEXT, *(some_day(day, day + timedelta(days=60)) for day in spread)]
    made = []
    for number, kind in enumerate(kinds):
        given, family = next(names)
        name, email = f"{given} {family}", address_of(given, family)
        if kind not in {"Individual", "Sole trader"}:
            name = (charities if kind in {"CIO", "Unincorporated charity"} else businesses).pop()
            place = "".join(plain(word) for word in name.split()[:2] if word != "&")
            email = f"{DICE.choice((plain(given), 'hello', 'office'))}@{place}.{DICE.choice(HOSTS[:2])}"
        name += LEGAL_FORMS.get(kind, "")
        invoiced = ended = None
        if number < CURRENT:
            status, first = "Current", some_day(date(2015, 1, 12), date(2026, 6, 26))
            invoiced = some_day(max(first, date(2026, 5, 5)), date(2026, 9, 25))
        elif number < CURRENT + FORMER:
            status, ended = "Former", ends[number - CURRENT]
            invoiced = some_day(ended - timedelta(days=70), ended)
            first = some_day(invoiced - timedelta(days=2000), invoiced - timedelta(days=90))
        elif number < CURRENT + FORMER + PROSPECTS:
            status, first = "Prospect", some_day(date(2026, 2, 2), date(2026, 9, 16))
        else:
            status, first = "Enquirer", some_day(date(2025, 3, 3), date(2026, 9, 23))
        made.append(Client(f"{given} {family}", email, name, kind, status, first, invoiced, ended))
    return made


def write_clients(clients: list[Client], folder: Path) -> None:
    """Write the client list as Excel saves “CSV UTF-8”: clients have their numbers in the order they came."""
    rows, later = [], []
    for number, each in enumerate(sorted(clients, key=lambda client: (client.first, client.name)), 1001):
        rows.append(client_row(f"C-{number}", each))
        later += [client_row(f"C-{number}", again) for again in each.also]
    write_csv(folder / "clients.csv", [CLIENT_HEADER, *rows, *later], "utf-8-sig", "\r\n")


def client_row(number: str, each: Client) -> list[str]:
    """Return a client's cells."""
    days = [written(day) for day in (each.first, each.invoiced, each.ended)]
    marketing = [written(day) for day in (each.opted_in, each.opted_out, each.mailed)]
    flags = [each.disposal, each.legal_hold, each.restricted]
    return [number, each.name, each.email, each.kind, each.status, *days, *flags, *marketing]
