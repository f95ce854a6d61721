"""The same damage to every column of all four registers, given as files under the audit's own column names."""

import pytest
from privacy_audit.audit.run import audit
from privacy_audit.request import ROOT
from privacy_audit.settings.schema import load_schemas
from support.bench import make_firm, request, write_register
from support.damage import no_better

SCHEMAS = load_schemas(ROOT / "data" / "schema")
CLIENT = {"relationship": "client", "first_contact_on": "2015-01-01", "last_invoice_on": "2019-01-01", "email": ""}
ROWS = {
    "clients": [
        CLIENT
        | {"client_id": "C-1", "relationship": "former_client", "ended_on": "2019-01-01", "client_type": "company"},
        CLIENT | {"client_id": "C-2", "relationship": "former_client", "ended_on": "2024-01-01", "legal_hold": "yes"},
        CLIENT | {"client_id": "C-3", "relationship": "former_client", "ended_on": "2018-01-01", "restricted": "yes"},
        CLIENT
        | {"client_id": "C-4", "relationship": "former_client", "ended_on": "2018-01-01", "disposal_status": "deleted"},
        CLIENT
        | {
            "client_id": "C-5",
            "email": "ada@example.com",
            "opted_out_on": "2026-05-05",
            "last_marketing_on": "2026-08-01",
        },
        CLIENT | {"client_id": "C-6", "email": "bea@example.com", "consent_on": "2026-06-01", "name": "Bea"},
    ],
    "contacts": [
        {"email": "ada@example.com", "channel": "email", "status": "subscribed", "consent_on": "2024-01-01"},
        {"email": "bea@example.com", "channel": "email", "status": "subscribed", "opted_out_on": "2026-05-05"},
        {"email": "cleo@example.com", "channel": "email", "status": "unsubscribed", "opted_out_on": "2026-01-01"},
        {"email": "dot@example.com", "channel": "email", "status": "cleaned", "last_marketing_on": "2025-01-01"},
    ],
    "processors": [
        {"legal_name": "A Ltd", "service": "x", "country": "UK", "role": "processor", "contract_ref": "a.pdf"}
        | {"contract_signed_on": "2020-01-01", "contract_expires_on": "2026-01-01", "service_start": "2020-01-01"},
        {"legal_name": "B Ltd", "service": "x", "country": "UK", "role": "processor", "service_start": "2026-08-01"}
        | {"contract_ref": "b.pdf", "contract_signed_on": "2026-08-15"},
        {"legal_name": "C Ltd", "service": "x", "country": "UK", "role": "processor", "service_end": "2026-01-01"},
        {"legal_name": "D Ltd", "service": "x", "country": "UK", "role": "processor"},
        {"legal_name": "E Ltd", "service": "x", "country": "IN", "role": "controller", "safeguard": "NONE"},
    ],
    "transfers": [
        {"transfer_id": "T-1", "importer": "E Ltd", "country": "IN", "mechanism": "EU_SCC_2021_ONLY"},
        {
            "transfer_id": "T-2",
            "importer": "F Ltd",
            "country": "IN",
            "mechanism": "IDTA",
            "agreement_signed_on": "2026-08-01",
        }
        | {"first_transfer_on": "2025-01-01", "ended_on": "2026-09-01"},
        {"transfer_id": "T-3", "importer": "G Inc", "country": "US", "mechanism": "UK_US_DPF", "dpf_active": "yes"}
        | {"dpf_uk_extension": "no", "dpf_covers": "NON_HR", "hr_data": "yes"},
        {"transfer_id": "T-4", "importer": "H Inc", "country": "JP", "mechanism": "UK_ADEQUACY"}
        | {"adequacy_scope_confirmed": "no"},
        {"transfer_id": "T-5", "importer": "I Ltd", "country": "PH", "mechanism": "ART49_A", "frequency": "regular"},
        {"transfer_id": "T-6", "importer": "J Ltd", "country": "PH", "exempt_because": "no_same_legal_entity"},
    ],
}
DAMAGES = ("delete", "blank", "spoil")
# Each column is damaged in one way here, the ways in turn; make prove does every column in every way.
EVERY = [
    pytest.param(
        name, column.name, damage, marks=[] if number % len(DAMAGES) == DAMAGES.index(damage) else pytest.mark.proof
    )
    for name in ROWS
    for number, column in enumerate(SCHEMAS[name].fields)
    for damage in DAMAGES
]


def whole(name):
    """The register's rows with every column of its schema."""
    return [{column.name: row.get(column.name, "") for column in SCHEMAS[name].fields} for row in ROWS[name]]


def audited(folder, registers):
    firm = make_firm(folder / "firm")
    facts = firm / "policy" / "firm.toml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("transfers = false", "transfers = true"), encoding="utf-8"
    )
    for name, rows in registers.items():
        write_register(firm / "registers" / "2026-Q3", name, rows)
    return audit(request(firm, "2026-Q3"))


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The four registers, undamaged."""
    return audited(tmp_path_factory.mktemp("whole"), {name: whole(name) for name in ROWS})


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column", "damage"), EVERY)
def test_no_damage_to_a_column_of_any_register_makes_anything_look_better(name, column, damage, before, tmp_path):
    """Deleted, blanked or unreadable, no column of any register turns anything into a pass, and nothing fails."""
    rows = whole(name)
    for row in rows:
        if damage == "delete":
            del row[column]
        else:
            row[column] = "" if damage == "blank" else "¿31/02/20?"
    after = audited(tmp_path, {each: rows if each == name else whole(each) for each in ROWS})
    assert not no_better(before, after)
    assert not [each for each in after.observations if each.error]


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_no_register_taken_away_makes_anything_look_better(name, before, tmp_path):
    """Each of the four registers in turn is missing."""
    after = audited(tmp_path, {each: whole(each) for each in ROWS if each != name})
    assert not no_better(before, after)
