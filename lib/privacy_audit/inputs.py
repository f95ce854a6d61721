"""Everything one audit reads: policy, law, schemas, mappings and a quarter's exports, as registers with their facts."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from privacy_audit.facts import Known, vocabulary
from privacy_audit.facts.assembly import assemble, declared
from privacy_audit.facts.fact import Rests
from privacy_audit.facts.keys import natural_keys
from privacy_audit.policy import Policy
from privacy_audit.registers.folder import Folder, read_folder
from privacy_audit.registers.mapping import Export, load_exports
from privacy_audit.registers.register import Register
from privacy_audit.registers.schema import Schema, load_schemas
from privacy_audit.registers.values import Countries
from privacy_audit.request import ROOT, Request
from privacy_audit.rulebook import Limits, Rulebook

KEY_BYTES = 32


@dataclass(frozen=True)
class Inputs:
    """Read once, then only looked at.

    `rests` tells which rules each fact rests on, `declared` which registers and columns somebody answered for.
    """

    request: Request
    policy: Policy
    law: Rulebook
    schemas: Mapping[str, Schema]
    folder: Folder
    registers: Mapping[str, Register]
    key: bytes
    issued_on: date
    limits: Limits
    rests: Rests = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    @property
    def fictional(self) -> bool:
        """Whether every page must say that the registers are made up."""
        return self.request.example or self.folder.about.fictional

    @property
    def home(self) -> Path:
        """Where the firm keeps its key, waivers and history; the example has its own, beside its exports."""
        return self.request.firm / "example" if self.request.example else self.request.firm

    def adding(self, register: Register) -> "Inputs":
        """Return the inputs with one more register."""
        return replace(self, registers={**self.registers, register.name: register})

    def token(self, *parts: str) -> str:
        """Return a short keyed name: the same for the same parts, and telling nothing without the firm's key."""
        return hmac.new(self.key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:10]

    def record_name(self, register: Register, key: str) -> str:
        """Return the name a record goes by in reports: its key, or a token where the key may name a person.

        A client number without a digit may be a name, one that stands in the list as a name is one, and no key may
        carry an e-mail address.
        """
        nameless = register.name == "clients" and (not any(char.isdigit() for char in key) or key in register.names)
        personal = register.schema.key_is_personal or nameless or "@" in key
        return self.token(register.name, key) if personal else key

    def record_names(self, register: Register) -> list[str]:
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
    limits = Limits(law, policy.firm.adopted, request.as_at)
    inputs = Inputs(request, policy, law, schemas, folder, {}, key, issued_on, limits)
    known = Known(policy, law, limits, request.quarter.first, request.as_at, issued_on, inputs.rests)
    answers = declared(folder, schemas, known)
    registers = assemble(folder, schemas, known, answers, inputs.record_name)
    return replace(inputs, registers=registers, declared=answers)


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
    policy = Policy(firm / "policy")
    vocabulary.check(policy, law)
    return policy, law, schemas, load_exports(places["mappings"], schemas), countries


def _firm_key(folder: Path) -> bytes:
    """Return the firm's key, made on the first run and readable by its owner alone."""
    path = folder / "firm.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
