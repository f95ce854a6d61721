"""Day one of an ordinary firm of three: Xero contacts and invoices, a Mailchimp audience and a plain list of suppliers.

Nobody has tidied anything for an audit: suppliers stand among the contacts with their bank details, most subscribers
were imported long ago, and the list of suppliers has gaps. Everybody in it is made up.
"""

import csv
import random
import shutil
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from firms.day_one_words import (
    CLEANED,
    COMPANIES,
    CONTACTS,
    GIVEN,
    INVOICES,
    LEGACY,
    SUBSCRIBED,
    SUPPLIER_CONTACTS,
    SURNAMES,
    TOWNS,
    UNSUBSCRIBED,
    WORK,
)

QUARTER, AS_AT, EXTRACTED_ON = "2026-Q3", date(2026, 9, 30), date(2026, 10, 1)
CUSTOMERS, SOLE_TRADERS, ENQUIRERS = 42, 7, 4
IMPORTED = "2021-03-09 10:15:00"
Row = dict[str, str]


def write(folder: Path, *, shape: Literal["now", "before"] = "now", seed: int = 2026) -> Path:
    """Write the firm's exports into the folder, Mailchimp's in its present shape or the one before; return it."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    customers = _customers(chance)
    contacts = [*customers, *_suppliers_in_xero(chance), *_enquirers(chance)]
    chance.shuffle(contacts)
    _write(folder / "Contacts.csv", CONTACTS, contacts)
    _write(folder / "SalesInvoices.csv", INVOICES, _invoices(customers, chance))
    _audience(folder, [each["EmailAddress"] for each in customers if each["EmailAddress"]], shape, chance)
    shutil.copy(Path(__file__).with_name("day_one_suppliers.csv"), folder / "suppliers.csv")
    extracts = [
        f"[extracts.{name}]\nextracted_on = {EXTRACTED_ON}\n"
        for name in ("clients", "contacts", "processors", "invoices")
    ]
    (folder / "quarter.toml").write_text("\n".join(extracts), encoding="utf-8")
    return folder


def _write(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _mail(*parts: str) -> str:
    return ".".join(part.lower().replace(" ", "") for part in parts[:-1]) + "@" + parts[-1]


def _contact(name: str, chance: random.Random) -> Row:
    """Return what every contact has; an address with a line break in a cell is common in Xero."""
    town, number = chance.choice(TOWNS), chance.randrange(1, 90)
    street = f"{number} {chance.choice(('High Street', 'Mill Lane', 'Station Road'))}"
    if chance.random() < 0.2:
        street = f"Unit {chance.randrange(1, 9)},\n{street}"
    return {
        "*ContactName": name,
        "POAddressLine1": street,
        "POCity": town,
        "POPostalCode": f"ZZ99 {number % 10}ZZ",
        "POCountry": "United Kingdom",
        "PhoneNumber": f"01632 960{chance.randrange(100, 999)}" if chance.random() < 0.6 else "",
        "MobileNumber": f"07700 900{chance.randrange(100, 999)}" if chance.random() < 0.4 else "",
        "DueDateSalesDay": "30",
        "DueDateSalesTerm": "DAYSAFTERBILLDATE",
    }


def _customers(chance: random.Random) -> list[Row]:
    """Return the customers: companies with a number, and sole traders who go by their own name."""
    people = _different_people(CUSTOMERS, chance)
    customers = []
    for index, (given, surname) in enumerate(people):
        alone = index < SOLE_TRADERS
        name = f"{given} {surname}" if alone else COMPANIES[index - SOLE_TRADERS]
        host = "example.co.uk" if alone else f"{name.split()[0].lower()}{index}.example.com"
        row = _contact(name, chance) | {"FirstName": given, "LastName": surname}
        row["EmailAddress"] = _mail(given, surname, host) if chance.random() < 0.92 else ""
        if not alone:
            row |= {"CompanyNumber": f"9900{index:04}" if chance.random() < 0.7 else "", "LegalName": name}
        if index % 9 == 0:
            row["AccountNumber"] = f"C{1000 + index}"
        if index % 7 == 3:
            row |= {"Person1FirstName": "Sam", "Person1LastName": surname, "Person1Email": _mail("sam", surname, host)}
            row["Person1IncludeInEmail"] = "True"
        customers.append(row)
    return customers


def _different_people(number: int, chance: random.Random) -> list[tuple[str, str]]:
    pairs = [(given, surname) for given in GIVEN for surname in SURNAMES]
    return chance.sample(pairs, number)


def _suppliers_in_xero(chance: random.Random) -> list[Row]:
    """Return suppliers, who are contacts too: never sold to, with their bank details filled in."""
    rows = []
    for index, name in enumerate(SUPPLIER_CONTACTS):
        account = "1.20001E+13" if index == 3 else f"000000120{index:05}"  # Excel has been there
        rows.append(
            _contact(name, chance)
            | {"EmailAddress": f"accounts@supplier{index}.example.com", "BankAccountName": name.upper()}
            | {"BankAccountNumber": account, "BankAccountParticulars": "SUPPLIER", "DueDateBillDay": "14"}
        )
    return rows


def _enquirers(chance: random.Random) -> list[Row]:
    """Return people who were entered for a quotation and never bought."""
    return [
        _contact(f"{given} {surname} (quote)", chance)
        | {"FirstName": given, "EmailAddress": _mail(given, surname, "example.com")}
        for given, surname in _different_people(ENQUIRERS, chance)
    ]


def _invoices(customers: Sequence[Row], chance: random.Random) -> list[Row]:
    """Return some four hundred lines over eight years, newest last as Xero numbers them."""
    sold = [(day, row) for index, row in enumerate(customers) for day in _days(index, chance)]
    # An archived contact stands in no export of contacts; its invoices do.
    archived = {"*ContactName": "Old Ferry Cafe Ltd", "EmailAddress": "hello@oldferry.example.com"}
    sold += [(date(2019, month, 12), archived) for month in (2, 5, 8)]
    lines: list[Row] = []
    for number, (day, row) in enumerate(sorted(sold, key=lambda each: each[0]), 1):
        status = "Awaiting Payment" if day > AS_AT - timedelta(30) else "Paid"
        status = {40: "Voided", 95: "Voided", 150: "Deleted", 210: "Voided"}.get(number, status)
        kind = "Sales credit note" if number in {60, 130, 190} else "Sales invoice"
        lines += _lines(row, f"INV-{number:04}", day, (kind, status), chance)
    lines += _lines(customers[1], "INV-0900", AS_AT, ("Sales invoice", "Draft"), chance)
    lines += _lines(customers[-1], "INV-0901", AS_AT, ("Sales invoice", "Awaiting Approval"), chance)
    return lines


def _days(index: int, chance: random.Random) -> list[date]:
    """Return a customer's invoice days: half are served now, some left lately, some in the ledger's first years."""
    left = AS_AT if index % 2 else date(2019 + index % 14 // 2, 1 + index % 12, 20)
    began = max(date(2018, 10, 3), left - timedelta(chance.randrange(300, 2400)))
    step = (left - began).days // chance.randrange(4, 9)
    return [
        began + timedelta(step * n + chance.randrange(9))
        for n in range(1, 20)
        if began + timedelta(step * n + 9) <= left
    ]


def _lines(row: Row, number: str, day: date, kind: tuple[str, str], chance: random.Random) -> list[Row]:
    """Return an invoice's lines; Xero repeats its head on each of them."""
    amounts = [chance.randrange(40, 900) for _ in range(chance.choice((1, 2, 2, 3)))]
    total = sum(amounts)
    head = {name: row.get(name, "") for name in INVOICES if name in row} | {"ContactName": row["*ContactName"]}
    head |= {"InvoiceNumber": number, "InvoiceDate": f"{day:%d/%m/%Y}", "DueDate": f"{day + timedelta(30):%d/%m/%Y}"}
    head |= {"Total": f"{total:.2f}", "TaxTotal": "0.00", "Currency": "GBP", "Type": kind[0], "Status": kind[1]}
    head |= {"InvoiceAmountPaid": f"{total:.2f}" if kind[1] == "Paid" else "0.00", "Sent": "Sent"}
    return [
        head
        | {"Description": chance.choice(WORK), "Quantity": "1.0000", "UnitAmount": f"{each:.4f}"}
        | {"LineAmount": f"{each:.2f}", "AccountCode": "200", "TaxType": "No VAT", "TaxAmount": "0.00"}
        for each in amounts
    ]


def _audience(folder: Path, clients: Sequence[str], shape: str, chance: random.Random) -> None:
    """Write the audience: 180 subscribed, most of them imported without an opt-in; 30 unsubscribed; 10 cleaned."""
    people = _different_people(220 - 28, chance)
    others = [_mail(given, surname, f"post{index % 40}.example.com") for index, (given, surname) in enumerate(people)]
    known = chance.sample(list(clients), 28)
    subscribed, unsubscribed, cleaned = known[:24] + others[:156], known[24:] + others[156:182], others[182:]
    rows = [_member(each, imported=chance.random() < 0.6, chance=chance) for each in subscribed]
    _write_list(folder, "subscribed", SUBSCRIBED, shape, [each | {"LAST_CHANGED": IMPORTED} for each in rows])
    out = {"UNSUB_CAMPAIGN_TITLE": "Spring news", "UNSUB_CAMPAIGN_ID": "7d07d16", "UNSUB_REASON": "No reason given"}
    rows = [
        _member(each, imported=True, chance=chance) | {"UNSUB_TIME": _moment(2023, chance)} | out
        for each in unsubscribed
    ]
    _write_list(folder, "unsubscribed", UNSUBSCRIBED, shape, rows)
    bounced = {"CLEAN_CAMPAIGN_TITLE": "Summer news", "CLEAN_CAMPAIGN_ID": "8e18e27"}
    rows = [
        _member(each, imported=True, chance=chance) | {"CLEAN_TIME": _moment(2024, chance)} | bounced
        for each in cleaned
    ]
    _write_list(folder, "cleaned", CLEANED, shape, rows)


def _write_list(folder: Path, status: str, header: Sequence[str], shape: str, rows: Sequence[Row]) -> None:
    """Write one file; before 2019 names stood in two columns, places by latitude, and there were no tags."""
    if shape == "before":
        kept = [LEGACY.get(name, [name]) for name in header if name not in {"Name", "TAGS"}]
        header = [name for names in kept for name in names]
    cells = [{name: row.get(name, "") for name in header} for row in rows]
    _write(folder / f"{status}_email_audience_export_1a2b3c4d5e.csv", header, cells)


def _member(address: str, *, imported: bool, chance: random.Random) -> Row:
    """Return a row of the audience; an import sets the time of confirming and none of opting in."""
    joined = IMPORTED if imported else _moment(2021, chance)
    opted = {} if imported else {"OPTIN_TIME": joined, "OPTIN_IP": f"192.0.2.{chance.randrange(1, 255)}"}
    given, _, surname = address.partition("@")[0].title().partition(".")
    return {
        "Name": f"{given} {surname}",
        "First Name": given,
        "Last Name": surname,
        "Email Address": address,
        "MEMBER_RATING": str(chance.randrange(1, 6)),
        "CONFIRM_TIME": joined,
        "LEID": str(chance.randrange(10**7, 10**8)),
        "EUID": f"{chance.randrange(16**10):010x}",
        "TAGS": '"Import 2021"' if imported else '"Website form"',
    } | opted


def _moment(year: int, chance: random.Random) -> str:
    day = date(year, 1, 1) + timedelta(chance.randrange(900))
    return f"{day} {chance.randrange(8, 19):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
