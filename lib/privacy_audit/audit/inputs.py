"""Everything one audit reads: policy, law, schemas, mappings and a quarter's exports, as registers with their facts."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from privacy_audit.facts import policy_text
from privacy_audit.facts.assemble import assemble, declared
from privacy_audit.facts.fact import Known, Rests
from privacy_audit.facts.records import natural_keys
from privacy_audit.files.read import sha256_of
from privacy_audit.registers.folder import Folder, read_folder
from privacy_audit.registers.register import Register
from privacy_audit.request import ROOT, Request
from privacy_audit.settings.firm import WAIVERS, firm_key
from privacy_audit.settings.mapping import Export, load_exports
from privacy_audit.settings.policy import Policy
from privacy_audit.settings.rulebook import Limits, Rulebook
from privacy_audit.settings.schema import Schema, load_schemas
from privacy_audit.settings.spelling import Countries

DATA = ROOT / "data"
OWN_MAPPINGS = "own mappings"
OPEN_IN_OFFICE = (".", "~$")
Content: TypeAlias = tuple[tuple[str, str], ...]
Settings: TypeAlias = tuple[Policy, Rulebook, dict[str, Schema], dict[str, Export], Countries]


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
    hashes: Mapping[str, str]
    rests: Rests = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    _named: dict[int, tuple[Register, Sequence[str]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def fictional(self) -> bool:
        """Whether every page must say that the registers are made up."""
        return self.request.example or self.folder.about.fictional

    @property
    def home(self) -> Path:
        """Where the firm keeps its key, waivers and history; the example has its own, beside its exports."""
        return self.request.home

    @property
    def which_key(self) -> str:
        """The fingerprint of the firm's key, which tells two keys apart and nothing of either."""
        return hmac.new(self.key, b"which key", hashlib.sha256).hexdigest()[:16]

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

    def record_names(self, register: Register) -> Sequence[str]:
        """Return each row's record name."""
        known = self._named.get(id(register))
        if known is None or known[0] is not register:
            known = register, tuple(self.record_name(register, key) for key in natural_keys(register))
            self._named[id(register)] = known
        return known[1]


def read_inputs(request: Request) -> Inputs:
    """Read a firm's folder and a quarter's exports; raise SettingsError or UsageError in words."""
    hashes = fingerprints(request)
    policy, law, schemas, exports, countries = read_settings(request.firm)
    folder = read_folder(request.registers, schemas, exports, countries)
    policy = policy.as_of(folder.about.facts)
    extracts = [each.extracted_on for each in folder.about.extracts.values()]
    issued_on = request.issued_on or max([request.as_at, *extracts])
    key = firm_key(request.home, public=request.example or folder.about.fictional)
    limits = Limits(law, policy.firm.adopted, request.as_at)
    return assembled(Inputs(request, policy, law, schemas, folder, {}, key, issued_on, limits, hashes))


def assembled(inputs: Inputs) -> Inputs:
    """Return the inputs with the registers put together from what was read, and with their facts."""
    request, known_by = inputs.request, (inputs.policy, inputs.law, inputs.limits)
    known = Known(*known_by, request.quarter.first, request.as_at, inputs.issued_on, inputs.rests)
    answers = declared(inputs.folder, inputs.schemas, known)
    registers = assemble(inputs.folder, inputs.schemas, known, answers, inputs.record_name)
    return replace(inputs, registers=registers, declared=answers)


def read_settings(firm: Path) -> Settings:
    """Read policy, law, schemas and mappings: a firm's own mappings come to the project's, its law replaces it.

    What several firms or quarters share is parsed once as long as the bytes of its files stay the same.
    """
    places = _places(firm)
    law = _law(places["rulebook"], _content(places["rulebook"]))
    tables = law.tables.get("countries", {})
    countries = Countries(tables.get("names", {}), tables.get("aliases", {}), tables.get("ask", {}))
    schema = places["schema"], _content(places["schema"])
    policy = _policy(firm / "policy", _content(firm / "policy"))
    policy_text.check(policy, law)
    own = places.get(OWN_MAPPINGS)
    exports = _exports(places["mappings"], _content(places["mappings"]), own, own and _content(own), *schema)
    return policy, law, _schemas(*schema), exports, countries


def _content(folder: Path) -> Content:
    """Return the name and the hash of every file of a folder."""
    return tuple((path.name, sha256_of(path)) for path in sorted(folder.iterdir()) if path.is_file())


@lru_cache(maxsize=4)
def _law(folder: Path, _hashes: Content) -> Rulebook:
    return Rulebook(folder)


@lru_cache(maxsize=4)
def _schemas(folder: Path, _hashes: Content) -> dict[str, Schema]:
    return load_schemas(folder)


@lru_cache(maxsize=4)
def _policy(folder: Path, _hashes: Content) -> Policy:
    return Policy(folder)


@lru_cache(maxsize=4)
def _exports(
    folder: Path, _hashes: Content, own: Path | None, _own: Content | None, schema: Path, schemas: Content
) -> dict[str, Export]:
    return load_exports(folder, _schemas(schema, schemas), own)


def _places(firm: Path) -> dict[str, Path]:
    """Return where rulebook and schemas stand, in the firm's folder or else the project's, and mappings, in both."""
    places = {name: next(p for p in (firm / name, DATA / name) if p.is_dir()) for name in ("rulebook", "schema")}
    own = {OWN_MAPPINGS: firm / "mappings"} if firm != DATA and (firm / "mappings").is_dir() else {}
    return {**places, "mappings": DATA / "mappings", **own}


def fingerprints(request: Request) -> dict[str, str]:
    """Return the hash of every file that an audit reads, by the room it stands in: registers/clients.csv."""
    rooms = {"registers": request.registers, "policy": request.firm / "policy", **_places(request.firm)}
    rooms["history"] = request.home / "history"
    files = {f"{room}/{path.name}": path for room, at in rooms.items() if at.is_dir() for path in at.iterdir()}
    files[WAIVERS] = request.home / WAIVERS
    read = {name: path for name, path in files.items() if path.is_file() and not path.name.startswith(OPEN_IN_OFFICE)}
    return {name: sha256_of(path) for name, path in sorted(read.items())}
