"""Makes the example quarter: a fictional firm's registers, in the shapes in which real systems export them.

Nobody in it lives and no business in it trades. The story is told first and by hand: it is what the audit is to find,
and stands again, with the reasons, in tests/golden. All the rest is filled in by a seeded generator and is clean.
The same files come out byte for byte every time: python data/example/make_example.py
"""

import csv
import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "2026-Q3"
AUDIENCE = "email_audience_export_4f2c9a.csv"
KEY = "5ca1ab1e0ddba11c0ffee15e1ec7ed0f1c710ca5e5ca1ab1e0ddba11c0ffee15"  # public: an example has no secrets
DICE = random.Random(20260930)
LAST_DAY = date(2026, 9, 30)
EXPORTED = datetime(2026, 10, 2, 9, 14, 37)  # noqa: DTZ001 - the mailing tool's export knows no time zone

ABOUT = """\
# What the firm says about this quarter's exports.
fictional = true

[extracts.clients]
extracted_on = 2026-10-02
by = "office manager"

[extracts.contacts]
extracted_on = 2026-10-02
by = "office manager"

[extracts.processors]
extracted_on = 2026-10-01
by = "office manager"
"""

# --- People and businesses --------------------------------------------------------------------------------------------

NAMES = (  # given names and family names that go together; one in eight people in London mixes them
    ("Alice Callum Philippa Graham Rosalind Edmund Bethany Duncan Imogen Stuart Harriet Neil Marjorie Trevor",
     "Ashdown Birtwhistle Cropper Dunmore Eastaugh Fallowfield Garside Hebden Ingleby Kershaw Loxley Murgatroyd"),
    ("Ifeoma Tunde Folake Emeka Adaeze Kwabena Abena Yaw Ngozi Segun Akosua Kofi",
     "Adeyemi Balogun Chukwu Boateng Okonjo Ofori Nwachukwu Sarpong Oyelaran Asamoah"),
    ("Farah Imran Nasreen Bilal Shabnam Tariq Aaliyah Rukhsana Usman Mehwish",
     "Siddiqui Chaudhry Rahman Qureshi Begum Mirza Bhatti Hossain Akhtar Miah"),
    ("Priya Rohan Anjali Vikram Meera Sanjay Kavita Harpreet Gurdeep Deepa",
     "Ramanathan Deshpande Sandhu Bhattacharya Vaghela Iyer Grewal Sivakumar Mistry Lakhani"),
    ("Łukasz Agnieszka Andrei Ioana Katarzyna Piotr Mihai Daina Jelena Zsófia",
     "Wójtowicz Zielonka Munteanu Dobrescu Kazlauskaite Petrovska Halász Nowicki Ozols Bielak"),
    ("Mei Jun Siew Hao Linh Minh Yuki Haruto Soo-Jin Wai",
     "Cheung Ng Phan Tsang Okabe Hwang Leung Truong Murase Kwok"),
    ("Zoë Marcia Delroy Winston Shanice Leroy Yvonne Tyrone Claudette Jermaine",
     "Clarke-Bryan Gayle Peart Lindo Campbell-Reid Samuels Thorpe Braithwaite Pinnock Francis"),
    ("Elif Mehmet Leyla Kerem Despina Stavros Nadia Karim Samira Yusuf",
     "Çelikoğlu Karaca Demirtaş Georgallis Papadakis Haddad Benhaddou Abdi Warsame Mansour"),
    ("Siobhán Declan Niamh Cormac Gráinne Padraig Rhiannon Gethin Catriona Hamish",
     "O'Dowd Mulcahy Prendergast Llewelyn Pryce Cadwallader McAllister Geraghty Strachan Urquhart"),
    ("Inés Thiago Beatriz Mateus Luciana Rafael Camila Joaquín Chiara Matteo",
     "Figueiredo Restrepo Albuquerque Quiroga Teixeira Marchetti Villalobos Brandão Caruso Montoya"),
)  # fmt: skip

BUSINESSES = (
    "Hollybank Florists", "Copperfinch Joinery", "Larkmead Yoga Studio", "Quillfeather Translations",
    "Tidewell Plumbing", "Emberlow Catering", "Pennyroyal Herbal Teas", "Thistlecroft Interiors",
    "Wrenhithe Cycles", "Saltmarket Ceramics", "Mulberry Row Nurseries", "Fennelbrook Kitchens",
    "Oddfellow Lane Records", "Cobblewick Shoe Repairs", "Juniper & Slate Architects", "Marlpit Stonemasonry",
    "Brindlecombe Dog Grooming", "Lanternfish Films", "Hatchling Nursery Supplies", "Peckwater Bookbinders",
    "Rushlight Electrical", "Silverdrift Dry Cleaning", "Appletrace Accountancy Training", "Moorgreen Upholstery",
    "Kestrelhaven Removals", "Tansy & Thyme Bakery", "Bluegate Language School", "Wickerfold Baskets",
    "Chalkstream Anglers", "Duskwood Lighting", "Foxlinen Laundry", "Greywether Roofing",
    "Honeysuckle Yard Florals", "Ivorybeam Dental Supplies", "Jackdaw Print Works", "Nettlebed Gardens",
    "Orchardlea Childrenswear", "Plumtree Passage Coffee", "Redshank Surveyors", "Sorrelfield Catering Hire",
    "Tollgate Wheelworks", "Umberline Decorators", "Vetchling Design", "Whistledown Tours",
)  # fmt: skip
CHARITIES = (
    "Brockmere Community Kitchen", "Lea Bank Befriending", "Friends of Hazelwick Green",
    "Southmere Toy Library", "Elmsbridge Tenants' Hall", "Marsh Lane Young Readers",
)  # fmt: skip
LEGAL_FORMS = {"Ltd": " Ltd", "Limited company": " Limited", "LLP": " LLP"}
KINDS = {  # how many of each there are among the ordinary clients
    "Individual": 46, "Sole trader": 22, "Ltd": 24, "Limited company": 6, "Partnership": 5, "LLP": 3, "CIO": 3,
    "Unincorporated charity": 3,
}  # fmt: skip
HOSTS = ("example.com", "example.co.uk", "mail.example.com", "post.example.co.uk", "home.example.com")


def plain(text: str) -> str:
    """Return a name as it stands in an address: small letters without accents."""
    text = text.translate(str.maketrans("łŁøØ", "lLoO"))
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text).lower())


def people() -> Iterator[tuple[str, str]]:
    """Yield given and family name of one new person after another."""
    met = set()
    while True:
        given, family = DICE.choice(NAMES)[0], DICE.choice(NAMES)[1]
        if DICE.random() > 1 / 8:
            given, family = DICE.choice(NAMES)
        person = DICE.choice(given.split()), DICE.choice(family.split())
        if person not in met:
            met.add(person)
            yield person


def address_of(given: str, family: str) -> str:
    """Return a private address."""
    first, last = plain(given), plain(family)
    local = DICE.choice(
        (f"{first}.{last}", f"{first[0]}.{last}", f"{first}{last}", f"{last}.{first}", f"{first}_{last}")
    )
    return f"{local}@{DICE.choice(HOSTS)}"


# --- The client list --------------------------------------------------------------------------------------------------


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
ON_NO_LIST = 8


def some_day(first: date, last: date) -> date:
    """Return some day between two days, neither at a weekend nor at Christmas."""
    day = first + timedelta(days=DICE.randint(0, (last - first).days))
    while day.weekday() > 4 or (day.month, day.day) in {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}:
        day -= timedelta(days=1)
    return max(day, first)


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


# --- The mailing tool -------------------------------------------------------------------------------------------------

SEASONS = {1: "Winter", 4: "Spring", 7: "Summer", 10: "Autumn"}
NEWSLETTERS = {
    date(y, m, 2): f"{SEASONS[m]} newsletter {y}" for y in range(2020, 2027) for m in SEASONS if (y, m) < (2026, 8)
}
INVITATIONS = {date(2025, 9, 4): "Workshop invitation 2025", date(2026, 9, 3): "Workshop invitation 2026"}
IMPORTS = {date(2021, 2, 9): "Import Feb 2021", date(2024, 6, 18): "Import June 2024"}
TAGS = ("Newsletter", "Workshops", "VIP", "Blog", "E17 fair", "Referral, word of mouth", "Website form")
SUBSCRIBED, UNSUBSCRIBED, CLEANED = 190, 28, 5
CLIENTS_UNSUBSCRIBED, CLIENTS_CLEANED = 12, 2

COMMON = "Name,Email Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION"
HEADERS = {
    "subscribed": f"{COMMON},LAST_CHANGED,LEID,EUID,NOTES,TAGS".split(","),
    "unsubscribed": (
        f"{COMMON},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS"
    ).split(","),
    "cleaned": f"{COMMON},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS".split(","),
}
WHY = ("No reason given", "No reason given", "I no longer want to receive these emails", "The emails are not relevant")


@dataclass(frozen=True)
class Contact:
    """An address in the mailing tool; `imported` when nobody at the address asked for it."""

    name: str
    email: str
    joined: date
    imported: bool
    tags: tuple[str, ...]
    status: str = "subscribed"
    left: date | None = None
    campaign: str = ""
    why: str = ""

    @property
    def mailings(self) -> list[date]:
        """The days of the mailings that went to the address while it was subscribed."""
        days = [*NEWSLETTERS, *(INVITATIONS if "Workshops" in self.tags else ())]
        return [day for day in sorted(days) if self.joined <= day <= (self.left or LAST_DAY)]


def joining(name: str, email: str, first: date, *, clients: bool) -> Contact:
    """Return a new contact who came to the firm on that day: by an import, or by signing up."""
    tags = {DICE.choice(TAGS) for _ in range(DICE.choice((0, 1, 1, 2, 3)))} | ({"Client"} if clients else set())
    imports = [day for day in IMPORTS if first <= day]
    if imports and DICE.random() < 0.4:
        return Contact(name, email, imports[0], imported=True, tags=(*sorted(tags), IMPORTS[imports[0]]))
    joined = min(first + timedelta(days=DICE.choice((0, 0, 1, 3, 8, 21, 60, 150))), date(2026, 9, 28))
    return Contact(name, email, joined, imported=False, tags=tuple(sorted(tags)))


def leaving(contact: Contact, status: str) -> Contact:
    """Return the contact after one of its mailings drove it away, or came back."""
    campaigns = NEWSLETTERS | INVITATIONS
    day = DICE.choice(contact.mailings[-6:])
    wait = DICE.choice((0, 0, 0, 1, 2, 5)) if status == "unsubscribed" else 0
    return replace(
        contact, status=status, left=day + timedelta(days=wait), campaign=campaigns[day], why=DICE.choice(WHY)
    )


def audience(clients: list[Client], names: Iterator[tuple[str, str]]) -> tuple[list[Client], list[Contact]]:
    """Return the clients with what the list's keeper copied from the mailing tool, and all contacts."""
    free = [index for index, each in enumerate(clients) if each.list_status == "any"]
    apart = set(DICE.sample(free, ON_NO_LIST))
    contacts: dict[int, Contact] = {}
    for index, each in enumerate(clients):
        if each.list_status == "any" and index not in apart:
            contacts[index] = joining(each.person, each.email.lower(), each.first, clients=True)
        elif each.list_status not in {"", "any"}:
            contacts[index] = told(each)
    mailed = [index for index, each in contacts.items() if index in free and len(each.mailings) > 1]
    leavers = DICE.sample(mailed, CLIENTS_UNSUBSCRIBED - 1 + CLIENTS_CLEANED)
    for place, index in enumerate(leavers):
        contacts[index] = leaving(contacts[index], "cleaned" if place < CLIENTS_CLEANED else "unsubscribed")
    listed = [copied(each, contacts.get(index)) for index, each in enumerate(clients)]
    here = [each.status for each in contacts.values()]
    readers = [reader(names) for _ in range(SUBSCRIBED - here.count("subscribed"))]
    for status, wanted in (("unsubscribed", UNSUBSCRIBED), ("cleaned", CLEANED)):
        for _ in range(wanted - here.count(status)):
            one = reader(names)
            while not one.mailings:
                one = reader(names)
            readers.append(leaving(one, status))
    return listed, [*contacts.values(), *readers]


def reader(names: Iterator[tuple[str, str]]) -> Contact:
    """Return somebody who reads the newsletter and is no client; many gave no name."""
    given, family = next(names)
    name = "" if DICE.random() < 0.3 else f"{given} {family}"
    return joining(name, address_of(given, family), some_day(date(2020, 2, 3), date(2026, 9, 21)), clients=False)


def told(client: Client) -> Contact:
    """Return the contact of a client of the story."""
    joined = client.opted_in or client.first
    contact = Contact(client.person, client.email.lower(), joined, imported=False, tags=("Client", "Newsletter"))
    if client.list_status == "mailed again":
        contact = replace(contact, tags=("Client", "Workshops"), status="unsubscribed", left=date(2026, 5, 11))
        return replace(contact, campaign="Spring newsletter 2026", why="I no longer want to receive these emails")
    return contact


def copied(client: Client, contact: Contact | None) -> Client:
    """Return the client with the dates that the list's keeper copied from the mailing tool, most of the time."""
    if contact is None or client.list_status != "any":
        return client
    unsubscribed = contact.status == "unsubscribed" and DICE.random() < 0.7
    return replace(
        client,
        opted_in=None if contact.imported else contact.joined,
        opted_out=contact.left if unsubscribed else None,
        mailed=contact.mailings[-1] if contact.mailings else None,
    )


# --- The suppliers ----------------------------------------------------------------------------------------------------

GROUPS = {
    "Supplier": ("Legal name", "Service", "Country"),
    "Data": ("Role", "Kinds of data", "Used since", "Used until"),
    "Contract": ("Filed at", "Signed", "Ends", "Art 28 checked", "Art 28 terms missing"),
    "Outside the UK": (
        "Safeguard", "Signed", "On DPF list", "UK Extension", "Certified for", "Staff data", "Scope confirmed",
    ),
}  # fmt: skip
WIDTHS = (34, 24, 16, 12, 48, 12, 12, 46, 12, 12, 13, 15, 24, 12, 10, 11, 11, 9, 12)
DRIVE = "Contracts/"


@dataclass(frozen=True)
class Supplier:
    """A row of the supplier sheet."""

    name: str
    service: str
    country: str
    data: str
    since: date
    filed: str = ""
    signed: date | None = None
    ends: date | None = None
    checked: date | None = None
    safeguard: str = ""
    agreed: date | None = None
    bridge: tuple[str, str, str] = ("", "", "")
    staff: str = ""
    scope: str = ""
    role: str = "processor"

    @property
    def cells(self) -> tuple[str | date | None, ...]:
        """The row as it stands in the sheet."""
        missing = "none" if self.checked else ""
        contract = (self.filed, self.signed, self.ends, self.checked, missing)
        abroad = (self.safeguard, self.agreed, *self.bridge, self.staff, self.scope)
        return (self.name, self.service, self.country, self.role, self.data, self.since, None, *contract, *abroad)


SUPPLIERS = (
    Supplier(
        "Tallybrook Software Ltd", "Accounting software", "United Kingdom", "names; contact details; invoices",
        date(2017, 4, 6), DRIVE + "Tallybrook DPA.pdf", date(2023, 4, 3), checked=date(2026, 1, 20),
    ),
    # TRF-02: on the list, but without the UK Extension that the safeguard is named after.
    Supplier(
        "Pelicanpost Mail Inc.", "E-mail marketing", "United States", "names; e-mail addresses; opens and clicks",
        date(2014, 9, 1), DRIVE + "Pelicanpost DPA.pdf", date(2023, 11, 6), checked=date(2026, 1, 20),
        safeguard="DPF with UK Extension", bridge=("yes", "no", "non-HR"), staff="no",
    ),
    # Approved in full: no paper is needed.
    Supplier(
        "Cairnlough Cloud Storage DAC", "Cloud storage", "Ireland", "client files; staff files; correspondence",
        date(2018, 9, 3), DRIVE + "Cairnlough terms.pdf", date(2022, 9, 1), checked=date(2026, 1, 20), staff="yes",
    ),
    # The data bridge as it should be.
    Supplier(
        "Brightquay Payments LLC", "Card payments", "United States", "names; card details; payments",
        date(2021, 5, 17), DRIVE + "Brightquay DPA.pdf", date(2023, 10, 16), checked=date(2026, 1, 21),
        safeguard="UK-US data bridge", bridge=("yes", "yes", "non-HR"), staff="no",
    ),
    # PRC-01: ran out on 31 May 2026, and the telephones still ring.
    Supplier(
        "Dialwright Telephony Ltd", "Telephone system", "United Kingdom", "names; telephone numbers; voicemail",
        date(2021, 6, 1), DRIVE + "Dialwright agreement.pdf", date(2021, 5, 24), date(2026, 5, 31), date(2025, 2, 11),
    ),
    Supplier(
        "Paydaughter Bureau Ltd", "Payroll", "United Kingdom", "staff names; bank details; pay; tax codes",
        date(2019, 4, 6), DRIVE + "Paydaughter DPA.pdf", date(2024, 3, 18), date(2027, 4, 5), date(2026, 1, 21),
    ),
    Supplier(
        "Firnstein Webspace AG", "Web hosting", "Switzerland", "IP addresses; website forms",
        date(2022, 2, 14), DRIVE + "Firnstein DPA.pdf", date(2022, 2, 10), checked=date(2026, 1, 22), staff="no",
    ),
    # TRF-02 cannot tell: which “SCCs”, with or without the UK Addendum?
    Supplier(
        "Glimmerpath Analytics Inc.", "Website analytics", "United States", "IP addresses; pages visited",
        date(2023, 5, 15), DRIVE + "Glimmerpath terms.pdf", date(2023, 5, 9), checked=date(2026, 1, 22),
        safeguard="SCCs", agreed=date(2023, 5, 9), staff="no",
    ),
    Supplier(
        "Umbrage & Tolley Accountants LLP", "Accountant", "United Kingdom", "invoices; payments; payroll",
        date(2017, 4, 6), DRIVE + "Engagement letter 2025.pdf", date(2025, 4, 14), role="controller",
    ),
    Supplier(
        "Stoutharbour Mutual Insurance Ltd", "Liability insurance", "United Kingdom", "claims; names; contact details",
        date(2018, 3, 1), DRIVE + "Policy schedule 2026.pdf", date(2026, 2, 24), date(2027, 2, 28), role="controller",
    ),
    Supplier(
        "Quennell Ashby Solicitors LLP", "Legal advice", "United Kingdom", "client files; correspondence",
        date(2020, 5, 11), DRIVE + "Retainer letter.pdf", date(2020, 5, 8), role="controller",
    ),
    # PRC-01: no contract at all.
    Supplier(
        "Confettimere Shredding Ltd", "Paper shredding", "United Kingdom", "client files on paper", date(2024, 8, 5),
    ),
    # TRF-02: clauses made for the EU do not protect what is sent from the UK.
    Supplier(
        "Neemtara Helpdesk Pvt Ltd", "IT support out of hours", "India", "staff names; device data; anything on screen",
        date(2022, 10, 3), DRIVE + "Neemtara DPA.pdf", date(2022, 9, 26), date(2027, 9, 30), date(2026, 1, 23),
        safeguard="EU SCCs only", agreed=date(2022, 9, 26), staff="yes",
    ),
    Supplier(
        "Calendrillo Inc.", "Appointment booking", "United States", "names; e-mail addresses; appointments",
        date(2024, 3, 4), DRIVE + "Calendrillo DPA.pdf", date(2024, 2, 19), checked=date(2026, 1, 23),
        safeguard="IDTA", agreed=date(2024, 2, 19), staff="no",
    ),
    Supplier(
        "Keyholt Vault Corp.", "Password manager", "Canada", "staff names; e-mail addresses; passwords",
        date(2023, 1, 9), DRIVE + "Keyholt DPA.pdf", date(2023, 1, 4), checked=date(2026, 1, 23),
        safeguard="UK adequacy", staff="yes", scope="yes",
    ),
    # PRC-01 cannot tell: a contract is filed, its date is not.
    Supplier(
        "Inkwillow Signing Ltd", "E-signatures", "United Kingdom", "names; e-mail addresses; signed contracts",
        date(2025, 2, 3), DRIVE + "Inkwillow terms (accepted online).pdf", checked=date(2026, 1, 23),
    ),
)  # fmt: skip


def supplier_book() -> Workbook:
    """Return the sheet as a small firm keeps it: a title, a header in two rows, and the suppliers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Suppliers"
    sheet["A1"], sheet["A2"] = "Suppliers and others who get personal data from us", "Reviewed 1 October 2026"
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(italic=True, color="555555")
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
    line = Border(bottom=Side(style="thin", color="808080"))
    column = 1
    for group, titles in GROUPS.items():
        sheet.cell(4, column, group)
        sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=column + len(titles) - 1)
        for place, title in enumerate(titles, column):
            sheet.cell(5, place, title)
        column += len(titles)
    for row in sheet.iter_rows(min_row=4, max_row=5, max_col=column - 1):
        for cell in row:
            cell.font, cell.fill, cell.border = bold, fill, line
            cell.alignment = Alignment(horizontal="center" if cell.row == 4 else "left", vertical="top", wrap_text=True)
    for number, supplier in enumerate(SUPPLIERS, 6):
        for place, value in enumerate(supplier.cells, 1):
            cell = sheet.cell(number, place, value or None)
            if isinstance(value, date):
                cell.number_format = "DD/MM/YYYY"
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[5].height = 30
    sheet.freeze_panes = "B6"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.creator = "Office manager"
    return book


# --- Writing ----------------------------------------------------------------------------------------------------------


def written(day: date | None) -> str:
    """Return a day as the firm writes it."""
    return day.strftime("%d/%m/%Y") if day else ""


def write_csv(path: Path, rows: Sequence[Sequence[object]], encoding: str, line_end: str) -> None:
    """Write rows as a CSV file, quoted only where needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_clients(clients: list[Client]) -> None:
    """Write the client list as Excel saves “CSV UTF-8”: clients have their numbers in the order they came."""
    rows, later = [], []
    for number, each in enumerate(sorted(clients, key=lambda client: (client.first, client.name)), 1001):
        rows.append(client_row(f"C-{number}", each))
        later += [client_row(f"C-{number}", again) for again in each.also]
    write_csv(FOLDER / "clients.csv", [CLIENT_HEADER, *rows, *later], "utf-8-sig", "\r\n")


def client_row(number: str, each: Client) -> list[str]:
    """Return a client's cells."""
    days = [written(day) for day in (each.first, each.invoiced, each.ended)]
    marketing = [written(day) for day in (each.opted_in, each.opted_out, each.mailed)]
    flags = [each.disposal, each.legal_hold, each.restricted]
    return [number, each.name, each.email, each.kind, each.status, *days, *flags, *marketing]


def write_contacts(contacts: list[Contact]) -> None:
    """Write one file for each status, the cleaned file with one row twice (DQ-03)."""
    for status, header in HEADERS.items():
        mine = sorted((each for each in contacts if each.status == status), key=lambda each: (each.joined, each.email))
        rows = [contact_row(each) for each in mine]
        if status == "cleaned":
            rows.append(rows[1])
        write_csv(FOLDER / f"{status}_{AUDIENCE}", [header, *rows], "utf-8", "\n")


def contact_row(each: Contact) -> list[object]:
    """Return a contact's cells in the order of its status's file."""
    joined = moment(each.joined)
    confirmed = joined if DICE.random() < 0.6 else joined + timedelta(minutes=DICE.randint(1, 50))
    address = f"203.0.113.{DICE.randint(1, 254)}"
    signed_up = ("", "") if each.imported else (joined, address)
    place = ("0", "1", "Europe/London", "gb", "eng") if DICE.random() < 0.6 else ("", "", "", "", "")
    rating = DICE.choice((2, 2, 3, 3, 4, 5)) if each.status == "subscribed" else DICE.choice((1, 2))
    start = [each.name, each.email, rating, *signed_up, confirmed, "192.0.2.10" if each.imported else address, *place]
    code = f"{sum(map(ord, each.campaign)):06x}7d{len(each.campaign):02x}" if each.campaign else ""
    gone = moment(each.left) if each.left else None
    middle: dict[str, list[object]] = {
        "subscribed": [min(max(joined, moment(some_day(each.joined, LAST_DAY))), EXPORTED)],
        "unsubscribed": [gone, each.campaign, code, each.why, ""],
        "cleaned": [gone, each.campaign, code],
    }
    tags = ",".join(f'"{tag}"' for tag in each.tags)
    ids = [DICE.randint(10_000_000, 99_999_999), f"{DICE.getrandbits(40):010x}"]
    return [*start, *middle[each.status], *ids, "", tags]


def moment(day: date) -> datetime:
    """Return a time of day at which people answer e-mails."""
    return datetime.combine(day, time(DICE.randint(8, 20), DICE.randint(0, 59), DICE.randint(0, 59)))


def write_suppliers() -> None:
    """Write the workbook so that the same content is the same bytes: fixed dates, members sorted and not compressed."""
    raw = io.BytesIO()
    supplier_book().save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(FOLDER / "suppliers.xlsx", "w") as fixed:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-10-01T10:00:00Z", content)
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            fixed.writestr(member, content)


def main() -> None:
    """Write every file of the example."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = people()
    clients, contacts = audience([*STORY, *ordinary_clients(names)], names)
    write_clients(clients)
    write_contacts(contacts)
    write_suppliers()
    (FOLDER / "quarter.toml").write_bytes(ABOUT.encode())
    (HERE / "firm.key").write_bytes(f"{KEY}\n".encode())


if __name__ == "__main__":
    main()
