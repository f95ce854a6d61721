"""The mailing tool: its audience of clients and other readers, and what the client list's keeper copied from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from story.cast import DICE, address_of, some_day, working_day
from story.clients import Client
from story.writing import until, write_csv, written

SEASONS = {1: "Winter", 4: "Spring", 7: "Summer", 10: "Autumn"}
NEWSLETTERS = {
    working_day(date(y, m, 9)): f"{SEASONS[m]} newsletter {y}"
    for y in range(2020, 2027)
    for m in SEASONS
    if (y, m) < (2026, 8)
}
INVITATIONS = {date(2025, 9, 4): "Workshop invitation 2025", date(2026, 9, 3): "Workshop invitation 2026"}
TAGS = ("Newsletter", "VIP", "Blog", "E17 fair", "Referral, word of mouth", "Website form")
SUBSCRIBED, UNSUBSCRIBED, CLEANED = 190, 31, 6
CLIENTS_UNSUBSCRIBED, CLIENTS_CLEANED = 17, 2
ON_NO_LIST = 8
FORM_CHANGED = date(2022, 3, 1)
WHY = ("No reason given", "No reason given", "I no longer want to receive these emails", "The emails are not relevant")

# Fields that the firm added to its audience; Mailchimp writes them before its own.
OWN_FIELDS = (
    "How they opted in", "Opt-in wording", "How the details were obtained", "Refusal offered", "Similar services only",
)  # fmt: skip
BANK = "Bank account number"
FIRST = "Email Address,First Name,Last Name"
COMMON = "MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION"
REST = {
    "subscribed": "LAST_CHANGED",
    "unsubscribed": "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER",
    "cleaned": "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID",
}
LAST = "LEID,EUID,NOTES,TAGS"


@dataclass(frozen=True)
class Chance:
    """What the dice gave a contact once and for all: times, addresses and numbers of the mailing tool."""

    minutes: int = field(default_factory=lambda: DICE.choice((0, 0, 0, DICE.randint(1, 50))))
    moment: time = field(default_factory=lambda: time(DICE.randint(8, 20), DICE.randint(0, 59), DICE.randint(0, 59)))
    host: int = field(default_factory=lambda: DICE.randint(1, 254))
    placed: bool = field(default_factory=lambda: DICE.random() < 0.6)
    rating: int = field(default_factory=lambda: DICE.choice((2, 2, 3, 3, 4, 5)))
    leid: int = field(default_factory=lambda: DICE.randint(10_000_000, 99_999_999))
    euid: str = field(default_factory=lambda: f"{DICE.getrandbits(40):010x}")
    paying: int = field(default_factory=lambda: DICE.randint(0, 24))


@dataclass(frozen=True)
class Contact:
    """An address in the mailing tool; `added` when the firm entered it and nobody at the address asked for it.

    `left` is the day of leaving, by the way that `status` says; `merged` are mailings that went out past the tool.
    """

    person: str
    email: str
    joined: date
    obtained: str = ""
    added: bool = False
    limbs: str = ""
    tags: tuple[str, ...] = ()
    status: str = "subscribed"
    left: date | None = None
    campaign: str = ""
    why: str = ""
    merged: tuple[date, ...] = ()
    chance: Chance = field(default_factory=Chance)

    def mailings(self, day: date) -> list[date]:
        """Return the days, up to a day, of the mailings that went to the address."""
        days = [*NEWSLETTERS, *(INVITATIONS if "Workshops" in self.tags else ())]
        sent = [on for on in days if self.joined <= on <= (self.left or day)]
        return sorted(on for on in {*sent, *self.merged} if on <= day)

    def status_on(self, day: date) -> str:
        """In which of the tool's files the address stands on a day."""
        return self.status if self.left and self.left <= day else "subscribed"

    @property
    def opted_in(self) -> date | None:
        """When somebody at the address signed up, if they ever did."""
        return None if self.added else self.joined


def joining(person: str, email: str, first: date, obtained: str, *tags: str) -> Contact:
    """Return somebody who signed up on a day after they came to the firm, and after it began to send a newsletter."""
    began = some_day(date(2019, 1, 7), date(2020, 12, 18))
    joined = min(max(first, began) + timedelta(days=DICE.choice((0, 0, 1, 3, 8, 21, 60, 150))), date(2026, 9, 28))
    chosen = {DICE.choice(TAGS) for _ in range(DICE.choice((0, 1, 1, 2, 3)))}
    return Contact(person, email, joined, obtained, tags=tuple(sorted({*tags, *chosen})))


def leaving(contact: Contact, status: str) -> Contact:
    """Return the contact after one of its mailings drove it away, or came back."""
    day = DICE.choice(contact.mailings(date(2026, 9, 30))[-6:])
    wait = DICE.choice((0, 0, 0, 1, 2, 5)) if status == "unsubscribed" else 0
    campaign = (NEWSLETTERS | INVITATIONS)[day]
    return replace(contact, status=status, left=day + timedelta(days=wait), campaign=campaign, why=DICE.choice(WHY))


def audience(clients: list[Client], names: Iterator[tuple[str, str]]) -> list[Contact]:
    """Return every address that the mailing tool has ever had: the clients of the story, other clients, readers."""
    told = [_told(each) for each in clients if each.on_list]
    free = [each for each in clients if each.on_list is None]
    apart = {each.email for each in DICE.sample(free, ON_NO_LIST)}
    listed = [_client(each) for each in free if each.email not in apart]
    mailed = [index for index, each in enumerate(listed) if len(each.mailings(date(2026, 9, 30))) > 1]
    for place, index in enumerate(DICE.sample(mailed, CLIENTS_UNSUBSCRIBED + CLIENTS_CLEANED)):
        listed[index] = leaving(listed[index], "cleaned" if place < CLIENTS_CLEANED else "unsubscribed")
    here = [each.status for each in (*told, *listed)]
    readers = [_reader(names) for _ in range(SUBSCRIBED - here.count("subscribed"))]
    for status, wanted in (("unsubscribed", UNSUBSCRIBED), ("cleaned", CLEANED)):
        for _ in range(wanted - here.count(status)):
            one = _reader(names)
            while not one.mailings(date(2026, 9, 30)):
                one = _reader(names)
            readers.append(leaving(one, status))
    return [*told, *listed, *readers]


def _client(client: Client) -> Contact:
    """Return an ordinary client, prospect or enquirer who signed up."""
    obtained = {"Prospect": "quote", "Enquirer": "general enquiry"}.get(client.asked, "sale")
    return joining(client.person, client.email.lower(), client.first, obtained, "Client")


def _reader(names: Iterator[tuple[str, str]]) -> Contact:
    """Return somebody who reads the newsletter and is no client; many gave no name."""
    given, family = next(names)
    person = "" if DICE.random() < 0.3 else f"{given} {family}"
    first = some_day(date(2020, 2, 3), date(2026, 9, 21))
    return joining(person, address_of(given, family), first, DICE.choice(("event", "other", "other")))


TIRED = {"status": "unsubscribed", "why": "I no longer want to receive these emails"}
INVITED = {"merged": (date(2026, 9, 3),), "tags": ("Client", "Workshops")}
SOLD = {"added": True, "limbs": "yes", "tags": ("Client",)}
ADDED = date(2024, 6, 18)
# What became of the clients of the story in the mailing tool; whoever is not named was added with the others.
LISTED: dict[str, dict[str, Any]] = {
    "Winifred Abara": {"status": "unsubscribed", "left": date(2026, 7, 6), "why": "Unsubscribed by admin"},
    "Lorcan Vasquez": TIRED | INVITED | {"left": date(2026, 5, 11), "campaign": "Spring newsletter 2026"},
    "Benedikta Holm-Pryce": TIRED | INVITED | {"left": date(2026, 7, 16), "campaign": "Summer newsletter 2026"},
    "Mathilda Osei-Crane": {"joined": date(2026, 3, 14)},
    "Clement Oduya-Marsh": {"joined": date(2026, 7, 7), "obtained": "general enquiry", "added": True, "tags": ()},
    "Jocasta Penhaligon": SOLD,
    "Everard Tomlin": SOLD,
}


def _told(client: Client) -> Contact:
    """Return the contact of a client of the story."""
    joined = client.first + timedelta(days=14)
    contact = Contact(client.person, client.email.lower(), joined, "sale", tags=("Client", "Newsletter"))
    late = {"joined": max(ADDED, client.first), "obtained": "", "added": True, "tags": ("Client", "Import June 2024")}
    return replace(contact, **LISTED.get(client.person, late))


def copied(clients: list[Client], contacts: list[Contact], day: date) -> dict[str, tuple[str, str, str]]:
    """Return what the client list's keeper had copied by a day, or knew by telephone: in, out, last mailing."""
    there = {each.email: each for each in contacts if each.joined <= day}
    lists = {}
    for client in clients:
        contact = there.get(client.email.lower())
        out = until(client.told_out, day)
        if contact is not None:
            left = contact.left if contact.status == "unsubscribed" and not contact.merged else None
            mailings = contact.mailings(day)
            days = (contact.opted_in, out or until(left, day), mailings[-1] if mailings else None)
            lists[contact.email] = (written(days[0]), written(days[1]), written(days[2]))
    return lists


def write_contacts(
    contacts: list[Contact], folder: Path, day: date, exported: datetime, *, fields: bool, bank: bool
) -> None:
    """Write one file for each status as of a day; `fields` and `bank` say which own fields the audience then had."""
    own = [*(OWN_FIELDS if fields else ()), *((BANK,) if bank else ())]
    for status, rest in REST.items():
        here = (each for each in contacts if each.joined <= day and each.status_on(day) == status)
        mine = sorted(here, key=lambda each: (each.joined, each.email))
        header = [*FIRST.split(","), *own, *COMMON.split(","), *rest.split(","), *LAST.split(",")]
        rows = [_row(each, day, exported, fields=fields, bank=bank) for each in mine]
        name = f"{status}_email_audience_export_{int(f'{exported:%y%m%d%H%M}'):x}.csv"
        write_csv(folder / name, [header, *rows], "utf-8", "\n")


def _row(each: Contact, day: date, exported: datetime, *, fields: bool, bank: bool) -> list[object]:
    """Return a contact's cells in the order of its status's file."""
    chance, status = each.chance, each.status_on(day)
    joined = datetime.combine(each.joined, chance.moment)
    address = f"203.0.113.{chance.host}"
    signed = ("", "") if each.added else (joined, address)
    confirmed = (joined + timedelta(minutes=chance.minutes), "192.0.2.10" if each.added else address)
    touched = joined + timedelta(days=7 * chance.host)
    place = ("0", "1", "Europe/London", "gb", "eng") if chance.placed else ("", "", "", "", "")
    given, _, family = each.person.partition(" ")
    gone = datetime.combine(each.left, chance.moment) if each.left else None
    code = f"{sum(map(ord, each.campaign)):06x}7d{len(each.campaign):02x}" if each.campaign else ""
    middle: dict[str, list[object]] = {
        "subscribed": [touched if touched <= exported else min(confirmed[0], exported)],
        "unsubscribed": [gone, each.campaign, code, each.why, ""],
        "cleaned": [gone, each.campaign, code],
    }
    tags = ",".join(f'"{tag}"' for tag in each.tags)
    own = [*(_own(each) if fields else ()), *(_account(each) if bank else ())]
    rating = chance.rating if status == "subscribed" else 1
    start = [each.email, given, family, *own, rating, *signed, *confirmed, *place]
    return [*start, *middle[status], chance.leid, chance.euid, "", tags]


def _own(each: Contact) -> list[str]:
    """Return what the office manager filled in: for those who signed up the form of their day, and how they came."""
    way = "" if each.added else "double opt-in" if each.chance.minutes else "web form"
    wording = "" if each.added else "form of 2022" if each.joined >= FORM_CHANGED else "form of 2019"
    return [way, wording, each.obtained, each.limbs, each.limbs]


def _account(each: Contact) -> list[str]:
    """Return the bank account of the few clients who pay by direct debit: made up, at a sort code that no bank has."""
    pays = "Client" in each.tags and not each.added and each.chance.paying == 0
    return [f"00-00-00 {each.chance.leid:08d}" if pays else ""]
