"""Makes the example: a fictional firm's registers of two quarters, in the shapes in which real systems export them.

Nobody in it lives and no business in it trades. The story, in the folder of that name, is told first and by hand: it is
what the audit is to find, and stands again, with the reasons, in tests/golden. All the rest is filled in by a seeded
generator and is clean. The same files come out byte for byte every time: python data/example/make_example.py
With a quarter and a folder, it writes that quarter's registers alone into the folder.
"""

import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from story.cast import people
from story.clients import STORY, Client, ordinary_clients, write_clients
from story.contacts import Contact, audience, copied, write_contacts
from story.kept import write_history, write_waivers
from story.suppliers import write_suppliers

HERE = Path(__file__).resolve().parent
KEY = "5ca1ab1e0ddba11c0ffee15e1ec7ed0f1c710ca5e5ca1ab1e0ddba11c0ffee15"  # public: an example has no secrets

ABOUT = """\
# What the firm says about this quarter's exports.
fictional = true

[extracts.clients]
extracted_on = {exported:%Y-%m-%d}
by = "office manager"

[extracts.contacts]
extracted_on = {exported:%Y-%m-%d}
by = "office manager"

[extracts.processors]
extracted_on = {reviewed}
by = "office manager"

# What the policy does not tell about the firm. The firm is made up here, so these are the example's facts, and none of
# the firm whose policy it is; a firm's own stand in its firm.toml.
[facts]
legal_form = "company"
accounting_year_end = "03-31"
vat_registered = true
employer = true
aml_supervised = false
automated_decisions = false
data_protection_officer = false

[[declared]]
column = "clients.special_category"
says = "none"
because = "we ask nobody for health, belief and the like, and whoever opens a file looks through the notes"
by = "the director"
on = {reviewed}
"""


@dataclass(frozen=True)
class Quarter:
    """When a quarter ended, when its registers were exported, and which own fields the audience then had."""

    ends: date
    written: str
    reviewed: date
    fields: bool
    bank: bool

    @property
    def exported(self) -> datetime:
        """When the registers were exported: the mailing tool knows no time zone."""
        return datetime.fromisoformat(self.written)


# The bank numbers were taken out after the first report, and came back.
QUARTERS = {
    "2026-Q1": Quarter(date(2026, 3, 31), "2026-04-02 09:40:12", date(2026, 4, 1), fields=False, bank=True),
    "2026-Q2": Quarter(date(2026, 6, 30), "2026-07-02 10:03:51", date(2026, 7, 1), fields=True, bank=False),
    "2026-Q3": Quarter(date(2026, 9, 30), "2026-10-02 09:14:37", date(2026, 10, 1), fields=True, bank=True),
}
KEPT = ("2026-Q2", "2026-Q3")  # of the quarter before them only the report was kept


def everybody() -> tuple[list[Client], list[Contact]]:
    """Return all clients and contacts there ever were."""
    names = people()
    clients = [*STORY, *ordinary_clients(names)]
    return clients, audience(clients, names)


def write_quarter(quarter: Quarter, clients: list[Client], contacts: list[Contact], folder: Path) -> None:
    """Write the registers of one quarter as they stood at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    write_clients(clients, copied(clients, contacts, quarter.ends), folder, quarter.ends)
    write_contacts(contacts, folder, quarter.ends, quarter.exported, fields=quarter.fields, bank=quarter.bank)
    write_suppliers(folder, quarter.ends, quarter.reviewed)
    about = ABOUT.format(exported=quarter.exported, reviewed=quarter.reviewed)
    (folder / "quarter.toml").write_bytes(about.encode())


def main() -> None:
    """Write every file of the example: here, or in the folder named; of one quarter alone, where it is named too."""
    clients, contacts = everybody()
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    home.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        write_quarter(QUARTERS[sys.argv[2]], clients, contacts, home)
        return
    (home / "firm.key").write_bytes(f"{KEY}\n".encode())
    for quarter in KEPT:
        write_quarter(QUARTERS[quarter], clients, contacts, home / quarter)
    write_history(home / "history", bytes.fromhex(KEY))
    write_waivers(home, bytes.fromhex(KEY))


if __name__ == "__main__":
    main()
