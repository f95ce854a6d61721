"""The mailing tool: its audience of clients and other readers, and what the client list's keeper copied from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from story.cast import DICE, address_of, some_day
from story.clients import Client
from story.writing import write_csv

AUDIENCE = "email_audience_export_4f2c9a.csv"
LAST_DAY = date(2026, 9, 30)
EXPORTED = datetime(2026, 10, 2, 9, 14, 37)  # noqa: DTZ001 - the mailing tool's export knows no time zone

SEASONS = {1: "Winter", 4: "Spring", 7: "Summer", 10: "Autumn"}
NEWSLETTERS = {
    date(y, m, 2): f"{SEASONS[m]} newsletter {y}" for y in range(2020, 2027) for m in SEASONS if (y, m) < (2026, 8)
}
INVITATIONS = {date(2025, 9, 4): "Workshop invitation 2025", date(2026, 9, 3): "Workshop invitation 2026"}
IMPORTS = {date(2021, 2, 9): "Import Feb 2021", date(2024, 6, 18): "Import June 2024"}
TAGS = ("Newsletter", "Workshops", "VIP", "Blog", "E17 fair", "Referral, word of mouth", "Website form")
SUBSCRIBED, UNSUBSCRIBED, CLEANED = 190, 28, 5
CLIENTS_UNSUBSCRIBED, CLIENTS_CLEANED = 12, 2
ON_NO_LIST = 8

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


def write_contacts(contacts: list[Contact], folder: Path) -> None:
    """Write one file for each status, the cleaned file with one row twice (DQ-03)."""
    for status, header in HEADERS.items():
        mine = sorted((each for each in contacts if each.status == status), key=lambda each: (each.joined, each.email))
        rows = [contact_row(each) for each in mine]
        if status == "cleaned":
            rows.append(rows[1])
        write_csv(folder / f"{status}_{AUDIENCE}", [header, *rows], "utf-8", "\n")


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
