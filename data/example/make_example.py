"""Makes the example quarter: a fictional firm's registers, in the shapes in which real systems export them.

Nobody in it lives and no business in it trades. The story, in the folder of that name, is told first and by hand: it is
what the audit is to find, and stands again, with the reasons, in tests/golden. All the rest is filled in by a seeded
generator and is clean. The same files come out byte for byte every time: python data/example/make_example.py
"""

from pathlib import Path

from story.cast import people
from story.clients import STORY, ordinary_clients, write_clients
from story.contacts import audience, write_contacts
from story.suppliers import write_suppliers

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "2026-Q3"
KEY = "5ca1ab1e0ddba11c0ffee15e1ec7ed0f1c710ca5e5ca1ab1e0ddba11c0ffee15"  # public: an example has no secrets

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


def main() -> None:
    """Write every file of the example."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = people()
    clients, contacts = audience([*STORY, *ordinary_clients(names)], names)
    write_clients(clients, FOLDER)
    write_contacts(contacts, FOLDER)
    write_suppliers(FOLDER)
    (FOLDER / "quarter.toml").write_bytes(ABOUT.encode())
    (HERE / "firm.key").write_bytes(f"{KEY}\n".encode())


if __name__ == "__main__":
    main()
