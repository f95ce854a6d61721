"""A firm whose registers hold an unusual value in every field, so that a search for it in an output tells."""

import json
from pathlib import Path

from privacy_audit.request import ROOT, Request
from support.bench import make_firm, request, write_register

QUARTER, ROWS = "2026-Q3", 6
REGISTERS = ("clients", "contacts", "processors", "invoices")
FIELDS = {
    name: json.loads((ROOT / "data" / "schema" / f"{name}.json").read_text(encoding="utf-8"))["fields"]
    for name in REGISTERS
}
# What an edition for others is there to show: the supplier and the service, and by which document a disposal is proved.
SHOWN = {("processors", "legal_name"), ("processors", "service"), ("clients", "disposal_ref")}
SHOWN |= {("invoices", "invoice_number")}
DATES = {"first_contact_on": "2015-03-02", "ended_on": "2018-04-05", "last_invoice_on": "2018-03-01"}
DATES |= {"disposed_on": "2026-08-0{n}", "service_end": "", "ended_on_contacts": "", "invoiced_on": "2018-03-01"}
WORDS = {"client_type": "individual", "relationship": "former_client", "disposal_status": "none", "channel": "email"}
WORDS |= {"status": "subscribed", "role": "processor", "kind": "sale"}


def seed(register: str, field: str, row: int) -> str:
    """Return the unusual value of a field: two words for a name or a note, one for anything else."""
    mark = f"zq{register[:4]}{field.replace('_', '')}x{row}"
    if field == "email":
        return f"{mark}@seeded.example.com"
    if field == "phone":
        return f"07700 9005{row}{row}"
    return f"{mark} Quillfeather{row}" if field in {"name", "notes", "billing_address", "client"} else mark


def cell(register: str, spec: dict[str, object], row: int, *, spoilt: bool) -> str:
    """Return a cell: a seed in a field of free text; elsewhere a value that can be read, or in a spoilt row a seed."""
    name, kind = str(spec["name"]), spec["type"]
    words = spec.get("constraints", {}).get("enum")  # type: ignore[attr-defined]  # a JSON object
    if kind == "string" and not words and spec.get("format") != "country":
        return f"{seed(register, name, row)}"
    if spoilt and name not in {"channel", "status", "relationship", "role"}:
        return seed(register, name, row)
    if kind == "date":
        return DATES.get(name, "2019-05-06").format(n=row + 1)
    if kind == "boolean":
        return "no"
    return "DE" if spec.get("format") == "country" else WORDS.get(name, words[0] if words else "3")


def write(folder: Path, *, spoilt: bool) -> tuple[Request, dict[tuple[str, str], list[str]]]:
    """Write the firm; return what to audit, and the seeds by register and field."""
    firm = make_firm(folder, {"legal_form": "company", "accounting_year_end": "03-31", "vat_registered": "true"})
    seeds: dict[tuple[str, str], list[str]] = {}
    for register in REGISTERS:
        rows = []
        for number in range(ROWS):
            bad = spoilt and number == ROWS - 1
            row = {str(spec["name"]): cell(register, spec, number, spoilt=bad) for spec in FIELDS[register]}
            if register == "clients":
                row["disposal_status"] = "deleted" if number % 2 else "none"
                row["records_held"] = f"invoice; {row['records_held']}"
            rows.append(row)
        for spec in FIELDS[register]:
            name = str(spec["name"])
            found = [seed(register, name, number) for number in range(ROWS)]
            seeds[register, name] = [each for each, row in zip(found, rows, strict=True) if each in row[name]]
        write_register(firm / "registers" / QUARTER, register, rows)
    return request(firm, QUARTER), {place: found for place, found in seeds.items() if found}
