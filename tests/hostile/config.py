"""Settings files that are damaged, misspelt or say what cannot be: each is named, with what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

QUARTER, FIRM, COMMITMENTS = "registers/quarter.toml", "policy/firm.toml", "policy/commitments.toml"
MAPPING, COUNTRIES, SCHEMA = "mappings/clients-list.toml", "rulebook/countries.toml", "schema/clients.json"


@dataclass(frozen=True)
class Setting:
    """A settings file, how it is changed, and what the refusal must tell."""

    name: str
    file: str
    change: Callable[[bytes], bytes]
    told: str

    def apply(self, folder: Path) -> None:
        """Change the file."""
        path = folder / self.file
        path.write_bytes(self.change(path.read_bytes() if path.exists() else b""))


def instead(content: bytes) -> Callable[[bytes], bytes]:
    return lambda _old: content


def added(content: bytes) -> Callable[[bytes], bytes]:
    return lambda old: old + b"\n" + content


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content, old
        return content.replace(old, new, 1)

    return change


CASES = [
    Setting("a bracket that does not close", QUARTER, instead(b"[extracts.clients\n"), "quarter.toml"),
    Setting("a date of another form", QUARTER, instead(b"[extracts.clients]\nextracted_on = 02/10/2026\n"), "line 2"),
    Setting("a date as text", QUARTER, instead(b'[extracts.clients]\nextracted_on = "soon"\n'), "extracted_on"),
    Setting("a day that does not exist", QUARTER, instead(b"[extracts.clients]\nextracted_on = 2026-02-30\n"), "quarter.toml"),
    Setting("a day far ahead", QUARTER, instead(b"[extracts.clients]\nextracted_on = 9999-12-31\n"), "extracted_on"),
    Setting("a register nobody knows", QUARTER, instead(b"[extracts.client]\nextracted_on = 2026-10-02\n"), "clients"),
    Setting("a misspelt word", QUARTER, instead(b"[extracts.clients]\nextracted = 2026-10-02\n"), "extracted"),
    Setting("the same word twice", QUARTER, instead(b"fictional = true\nfictional = false\n"), "quarter.toml"),
    Setting("a yes for a truth", QUARTER, instead(b"fictional = yes\n"), "quarter.toml"),
    Setting("bytes that are no UTF-8", QUARTER, instead(b"# Zo\xeb\n"), "UTF-8"),
    Setting("a NUL", QUARTER, instead(b"fictional = true\x00\n"), "quarter.toml"),
    Setting("brackets without end", QUARTER, instead(b"x = " + b"[" * 50_000), "quarter.toml"),
    Setting("a number without end", QUARTER, instead(b"x = " + b"9" * 50_000), "quarter.toml"),
    Setting("a workbook in its place", QUARTER, instead(b"PK\x03\x04\x14\x00\xff\xfe"), "quarter.toml"),
    Setting("a declaration by nobody", QUARTER, added(b'[[declared]]\ncolumn = "opted_out_on"\nsays = "none"\n'), "declared"),
    Setting("a fact nobody knows", FIRM, added(b"[fact]\nx = 1\n"), "fact"),
    Setting("no name", FIRM, instead(b"[expects]\nclients = true\n"), "name"),
    Setting("a number as a name", FIRM, instead(b"name = 7\n[expects]\nclients = true\n"), "name"),
    Setting("an empty file", COMMITMENTS, instead(b""), "commitments"),
    Setting("a sentence that is not in the policy", COMMITMENTS, swapped(b'quote = "', b'quote = "We sell everything. '), "policy"),
    Setting("a column that the register has not", MAPPING, added(b'client_colour = ["Colour"]\n'), "client_colour"),
    Setting("an order of dates that there is not", MAPPING, swapped(b'date_order = "DMY"', b'date_order = "XYZ"'), "date_order"),
    Setting("nothing to recognise it by", MAPPING, swapped(b'recognise = ["Client no", "Status"]', b"recognise = []"), "recognise"),
    Setting("a register that there is not", MAPPING, swapped(b'register = "clients"', b'register = "pets"'), "pets"),
    Setting("a zone that there is not", MAPPING, swapped(b'date_order = "DMY"', b'time_zone = "Mars/Olympus"'), "time_zone"),
    Setting("a country twice", COUNTRIES, swapped(b'AD = "Andorra"', b'AD = "Andorra"\nAD = "Angola"'), "countries.toml"),
    Setting("a schema that is no JSON", SCHEMA, instead(b"{"), "clients.json"),
    Setting("a type that there is not", SCHEMA, swapped(b'"type": "string"', b'"type": "colour"'), "clients.json"),
]  # fmt: skip
