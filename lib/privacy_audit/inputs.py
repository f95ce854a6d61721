"""Everything one audit reads: policy, law, schemas, mappings and a quarter's exports, as registers with their facts."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit import facts
from privacy_audit.dates import Quarter, add_years, parse_iso
from privacy_audit.errors import SettingsError, UsageError, nearest
from privacy_audit.facts.keys import natural_keys
from privacy_audit.policy import EXPECTED, Declaration, Policy
from privacy_audit.registers.folder import Folder, read_folder
from privacy_audit.registers.mapping import Export, load_exports
from privacy_audit.registers.schema import Schema, load_schemas
from privacy_audit.registers.values import Countries
from privacy_audit.rulebook import Rulebook

if TYPE_CHECKING:
    from privacy_audit.registers.register import Register

ROOT = Path(__file__).resolve().parents[2]
KEY_BYTES = 32


@dataclass(frozen=True)
class Request:
    """What was asked for: folders and days, all checked."""

    firm: Path
    quarter: Quarter
    registers: Path
    as_at: date
    issued_on: date | None
    example: bool

    @classmethod
    def of(
        cls, *, firm: str = "", quarter: str = "", registers: str = "", as_at: str = "", issued_on: str = ""
    ) -> "Request":
        """Check the parameters; relative folders start at the project's root; raise UsageError in words."""
        folder = cls.folder(firm)
        asked = Quarter.parse(quarter) if quarter else _newest(folder / "example")
        exports, example = _exports(folder, asked, registers)
        day = parse_iso(as_at, "as_at") if as_at else asked.last
        if not asked.first <= day <= asked.last:
            message = f"as_at {day} lies outside {asked}. Hint: leave it out to audit as at {asked.last}."
            raise UsageError(message)
        issued = parse_iso(issued_on, "issued_on") if issued_on else None
        if issued and issued < day:
            message = f"issued_on {issued} lies before the day of the audit, {day}. Hint: a report follows its quarter."
            raise UsageError(message)
        return cls(folder, asked, exports, day, issued, example)

    @staticmethod
    def folder(firm: str) -> Path:
        """Return the firm's folder; raise UsageError when it holds no policy."""
        folder = ROOT / (firm or "data")
        if not (folder / "policy").is_dir():
            message = f"{folder} holds no policy folder. Hint: --firm names a folder with policy/ and registers/."
            raise UsageError(message)
        return folder


def _newest(example: Path) -> Quarter:
    quarters = sorted(path.name for path in example.glob("20??-Q?"))
    if not quarters:
        raise UsageError("Which quarter? Hint: --quarter 2026-Q3, with the exports in registers/2026-Q3.")
    return Quarter.parse(quarters[-1])


def _exports(firm: Path, quarter: Quarter, registers: str) -> tuple[Path, bool]:
    """Return the folder of exports: the one named, the firm's own, or the example's where the firm has none."""
    if registers:
        folder = ROOT / registers
        return folder, folder.is_relative_to(firm / "example")
    own, example = firm / "registers" / str(quarter), firm / "example" / str(quarter)
    if not own.is_dir() and example.is_dir():
        return example, True
    return own, False


@dataclass(frozen=True)
class Inputs:
    """Read once, then only looked at."""

    request: Request
    policy: Policy
    law: Rulebook
    schemas: Mapping[str, Schema]
    folder: Folder
    registers: Mapping[str, "Register"]
    key: bytes
    issued_on: date

    @property
    def fictional(self) -> bool:
        """Whether every page must say that the registers are made up."""
        return self.request.example or self.folder.about.fictional

    def token(self, *parts: str) -> str:
        """Return a short keyed name: the same for the same parts, and telling nothing without the firm's key."""
        return hmac.new(self.key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:10]

    def record_name(self, register: "Register", key: str) -> str:
        """Return the name a record goes by in reports: its key, or a token where the key may name a person.

        A client number without a digit may be a name, and no key may carry an e-mail address.
        """
        nameless = register.name == "clients" and not any(char.isdigit() for char in key)
        personal = register.schema.key_is_personal or nameless or "@" in key
        return self.token(register.name, key) if personal else key

    def record_names(self, register: "Register") -> list[str]:
        """Return each row's record name."""
        return [self.record_name(register, key) for key in natural_keys(register)]


def read_inputs(request: Request) -> Inputs:
    """Read a firm's folder and a quarter's exports; raise SettingsError or UsageError in words."""
    policy, law, schemas, exports, countries = read_settings(request.firm)
    folder = read_folder(request.registers, schemas, exports, countries)
    extracts = [each.extracted_on for each in folder.about.extracts.values()]
    issued_on = request.issued_on or max([request.as_at, *extracts])
    public = request.firm / "example"
    made_up = request.example or (folder.about.fictional and public.is_dir())
    key = _firm_key(public if made_up else request.firm)
    inputs = Inputs(request, policy, law, schemas, folder, {}, key, issued_on)
    return replace(inputs, registers=_registers(inputs))


def read_settings(firm: Path) -> tuple[Policy, Rulebook, dict[str, Schema], dict[str, Export], Countries]:
    """Read policy, law, schemas and mappings; a firm's folder may lack the last three and then takes the project's."""
    places = {
        name: next(p for p in (firm / name, ROOT / "data" / name) if p.is_dir())
        for name in ("rulebook", "schema", "mappings")
    }
    law = Rulebook(places["rulebook"])
    tables = law.tables.get("countries", {})
    countries = Countries(tables.get("names", {}), tables.get("aliases", {}), tables.get("ask", {}))
    schemas = load_schemas(places["schema"])
    return Policy(firm / "policy"), law, schemas, load_exports(places["mappings"], schemas), countries


def declared(policy: Policy, folder: Folder) -> tuple[Declaration, ...]:
    """Return the firm's standing declarations and this quarter's."""
    return (*policy.firm.declared, *folder.about.declared)


def _registers(inputs: Inputs) -> dict[str, "Register"]:
    expects, request = inputs.policy.firm.expects, inputs.request
    answers = {_answered(each, inputs) for each in declared(inputs.policy, inputs.folder)}
    read = {}
    for name in EXPECTED:
        none = {answer.partition(".")[2] for answer in answers if answer.startswith(f"{name}.")}
        register = inputs.folder.register(inputs.schemas[name], none)
        if register is not None:
            read[name] = register
    if "transfers" in read and "processors" in read:
        read["transfers"] = facts.transfers.compared(read["transfers"], read["processors"])
    if "transfers" not in read and "processors" in read:
        read["transfers"] = facts.transfers.derive(read["processors"], inputs.schemas["transfers"])
    exported = [register for register in read.values() if not register.derived_from]
    known = facts.Known(
        inputs.policy.promises.retention_years,
        inputs.law,
        inputs.policy.firm.facts,
        request.quarter.first,
        request.as_at,
    )
    clients = read.get("clients")
    if "contacts" in read:
        wanted = expects.get("clients", False)
        read["contacts"] = facts.contacts.with_facts(read["contacts"], clients, clients_expected=wanted)
    for name, module in (("clients", facts.clients), ("processors", facts.processors), ("transfers", facts.transfers)):
        if name in read:
            read[name] = module.with_facts(read[name], known)
    read["receipts"] = facts.receipts.register(inputs.schemas["receipts"], inputs.folder, expects, inputs.schemas)
    read["keys"] = facts.keys.register(inputs.schemas["keys"], exported, inputs.record_name)
    return read


def _answered(declaration: Declaration, inputs: Inputs) -> str:
    """Return the column a declaration answers for; raise SettingsError when there is no such event to declare."""
    name, _, column = declaration.column.partition(".")
    known = inputs.schemas[name].by_name if name in inputs.schemas else {}
    if column not in known or not known[column].event:
        events = [f"{s.name}.{c.name}" for s in inputs.schemas.values() for c in s.fields if c.event]
        raise SettingsError(
            f"declared: “{declaration.column}” cannot be declared.{nearest(declaration.column, events)}"
        )
    if declaration.on > add_years(inputs.issued_on, 1):
        raise SettingsError(f"declared: {declaration.column}: {declaration.on} lies long after the report.")
    return declaration.column


def _firm_key(folder: Path) -> bytes:
    """Return the firm's key, made on the first run and readable by its owner alone."""
    path = folder / "firm.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
