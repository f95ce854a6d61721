"""What each edition may show, field by field: an allow-list, so that whatever is new stays hidden until it is allowed.

The firm's own edition shows every finding and task, with records as numbers and tokens. The editions for others are
made from a `View` alone, which gives out nothing that is not named here. The default is the edition that shows least.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from privacy_audit.audit.engine import BROKEN, ROW
from privacy_audit.audit.finding import Finding, finding_id
from privacy_audit.audit.gaps import blamed
from privacy_audit.audit.inputs import Inputs
from privacy_audit.audit.observe import Observation
from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import Task
from privacy_audit.dates import long_date
from privacy_audit.facts import suppliers
from privacy_audit.facts.clients import classes_of
from privacy_audit.facts.invoices import owners
from privacy_audit.facts.records import natural_keys
from privacy_audit.registers.register import Register
from privacy_audit.settings.spelling import folded


@dataclass(frozen=True)
class RowFinding:
    """What one check found about a row: a fact (`broken`) or that it cannot be shown; `accepted` says until when."""

    control: str
    outcome: Literal["broken", "not_shown"]
    reason: str
    accepted: str = ""


def row_findings(result: Result, register: Register) -> list[dict[str, Any]]:
    """Return for each row what its checks found (`told`), and of which columns it has an `unread` cell.

    Of a supplier besides from which other countries its people see the data (`seen_from`: codes, None where unknown).
    """
    unread: list[set[str]] = [set() for _ in register.origins]
    for index, column in register.unread:
        unread[index].add(column)
    made = [{"told": told, "unread": cells} for told, cells in zip(_told(result, register), unread, strict=True)]
    seen = (
        suppliers.countries(register, result.inputs.law.tables) if register.name == "processors" else [()] * len(made)
    )
    return [each | {"seen_from": places} for each, places in zip(made, seen, strict=True)]


def _told(result: Result, register: Register) -> list[tuple[RowFinding, ...]]:
    found: list[list[RowFinding]] = [[] for _ in register.origins]
    names = result.inputs.record_names(register)
    for each in result.observations:
        if each.control.register == register.name:
            for row in each.flagged:
                found[row[ROW]] += _of_row(result, each, register, names[row[ROW]], row)
    return [tuple(dict.fromkeys(each)) for each in found]


def _of_row(
    result: Result, observation: Observation, register: Register, record: str, row: Mapping[str, Any]
) -> Iterable[RowFinding]:
    """Yield what one check found about a row it flagged: every reason, else which column leaves it open."""
    id_ = observation.control.id
    outcome: Literal["broken", "not_shown"] = "broken" if row["verdict"] == BROKEN else "not_shown"
    reasons = observation.reasons(row)
    for each in reasons:
        finding = result.by_id[finding_id(result.inputs, id_, register.name, record, each.code)]
        yield RowFinding(id_, outcome, finding.reason, accepted(finding))
    if not reasons:
        schemas = result.inputs.schemas
        open_ = sorted(
            schemas[name].by_name[column].title for name, column in blamed(observation, register, row, result.inputs)
        )
        why = f"{' and '.join(f'“{each}”' for each in open_)} is missing, blank or unreadable" if open_ else ""
        yield RowFinding(id_, outcome, f"cannot be shown: {why or 'the register does not tell'}")


def accepted(finding: Finding) -> str:
    """Return until when a finding is accepted as an exception, or nothing where it is not."""
    return f"accepted as an exception until {long_date(finding.waiver.expires)}" if finding.waiver else ""


def checks_of(result: Result, task: Task) -> tuple[str, ...]:
    """Return all checks that a task's findings come from or hold up."""
    found = (result.by_id[each] for each in task.findings)
    return tuple(sorted({name for each in found for name in (each.control, *each.blocks)}))


def unanswered_checks(observations: Iterable[Observation], controls: Collection[str]) -> list[str]:
    """Return which of these checks could not be made, or not over everything, and why."""
    said = []
    for each in (each for each in observations if each.control.id in controls):
        if each.error:
            said.append(f"{each.control.id} could not be run")
        elif not each.promised:
            said.append(f"{each.control.id} was not made, since the policy makes no such promise")
        elif each.blocked:
            said.append(f"{each.control.id} does not cover everything: {each.blocked[0]}")
        elif each.unread:
            said.append(f"{each.control.id} does not cover everything: {each.unread} rows could not be read")
        elif not each.rows and not each.known_empty:
            said.append(f"{each.control.id} shows nothing: the register {each.control.register} has no row")
    return said


Shown = dict[str, Any]
AUDIT = ("firm", "quarter", "first", "as_at", "issued_on", "fictional")
RECEIPT = ("register", "rows_in", "accepted", "extracted_on")


@dataclass(frozen=True)
class Edition:
    """One recipient's view: `shows` are the fields of each kind of record, `counts` the columns only counted.

    Findings about the registers in `worded`, which hold no person, may be told in words; of others only how many.
    """

    name: str
    shows: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, tuple[str, ...]]
    worded: tuple[str, ...] = ()


ACCOUNTANT = Edition(
    "accountant",
    shows={
        "audit": AUDIT,
        "receipts": RECEIPT,
        "facts": ("legal_form", "accounting_year_end", "vat_registered", "ico_registration", "ico_fee_paid_until"),
        "tasks": ("title", "why", "control", "checks", "severity", "outcome", "effort", "due_on"),
        # The first line is made here; a client stands as a token.
        "clients": (
            *("token", "account", "classes", "classes_known", "worked_out"),
            *("relationship", "left_on", "last_invoice_on", "end_settled"),
            *(
                "policy_end",
                "statutory_end",
                "tax_date_known",
                "gone",
                "disposed_on",
                "disposal_method",
                "disposal_ref",
            ),
            *("disposal_reason", "legal_hold", "restricted"),
        ),
        "invoices": ("token", "invoice_number", "invoiced_on", "kind", "status"),
    },
    counts={"clients": ("relationship", "legal_hold", "restricted", "records_held", "disposal_ref")},
)
INSURER = Edition(
    "insurer",
    shows={
        "audit": AUDIT,
        "receipts": RECEIPT,
        "facts": ("legal_form", "ico_registration", "ico_fee_paid_until", "data_protection_officer"),
        "declared": ("because", "by", "on"),
        "processors": (
            *("legal_name", "service", "country", "role", "live", "contract_signed_on", "contract_expires_on"),
            *("art28_checked_on", "terms_missing", "safeguard", "security_review_on", "seen_from", "unread", "told"),
        ),
        "transfers": ("transfer_id", "importer", "country", "mechanism", "live", "unread", "told"),
        "columns": ("register", "column", "kind"),
        "findings": ("control", "blocks", "register", "record", "commitments", "outcome", "reason", "accepted"),
        "sections": ("title", "rating"),
    },
    counts={
        "clients": (
            *("relationship", "name", "email", "phone", "billing_address", "special_category", "disposal_status"),
        ),
        "contacts": ("email", "status"),
    },
    worded=("processors", "transfers", "columns", "receipts", "notice", "contradictions"),
)
EDITIONS = {each.name: each for each in (ACCOUNTANT, INSURER)}
LEAST = INSURER


class View:
    """What one edition may see of a result. Law and policy are public; everything else goes through the allow-list."""

    def __init__(self, result: Result, edition: Edition = LEAST) -> None:
        self._result, self._edition = result, edition
        self.law, self.policy = result.inputs.law, result.inputs.policy
        request = result.inputs.request
        about = {"firm": self.policy.firm.name, "quarter": str(request.quarter), "first": request.quarter.first}
        about |= {"as_at": request.as_at, "issued_on": result.inputs.issued_on, "fictional": result.inputs.fictional}
        self.audit = self._shown("audit", about)
        self.facts = self._shown("facts", self.policy.firm.facts.model_dump())

    @property
    def day(self) -> date:
        """The day of the audit."""
        return self._result.inputs.request.as_at

    def _shown(self, kind: str, record: Mapping[str, Any]) -> Shown:
        return {name: record[name] for name in self._edition.shows.get(kind, ()) if name in record}

    def tasks(self) -> list[Shown]:
        """Return the tasks, in the order in which to do them, each with all checks that it touches or holds up."""
        result = self._result
        return [self._shown("tasks", {**vars(each), "checks": checks_of(result, each)}) for each in result.tasks]

    def findings(self, *controls: str) -> list[Shown]:
        """Return what these checks found, or all; in words only where it is about no person."""
        hidden, worded, found = {"reason": "", "record": ""}, self._edition.worded, self._result.findings
        asked = [each for each in found if not controls or {each.control, *each.blocks} & {*controls}]
        told = [{**vars(each), "accepted": accepted(each)} for each in asked]
        return [self._shown("findings", each | ({} if each["register"] in worded else hidden)) for each in told]

    def unanswered_checks(self, *controls: str) -> list[str]:
        """Return which of these checks could not be made, or not over everything."""
        return unanswered_checks(self._result.observations, controls)

    def checks(self) -> Counter[str]:
        """Return how many checks gave an answer, how many none, and how many were not made."""
        return self._result.standing.answers_by_kind

    def sections(self) -> list[Shown]:
        """Return the sections of the policy that some check tests."""
        return [self._shown("sections", vars(each)) for each in self._result.standing.sections]

    def receipts(self) -> list[Shown]:
        """Return how each file became rows, without its name."""
        return [self._shown("receipts", vars(each)) for each in self._result.inputs.folder.receipts]

    def rows(self, name: str) -> list[Shown]:
        """Return a register's rows; none where there is no such register, or the edition shows nothing of it."""
        register = self._register(name)
        if register is None or name not in self._edition.shows:
            return []
        made = self._made(register)
        rows = zip(register.table.to_pylist(), made, strict=True)
        return [self._shown(name, {**row, **more}) for row, more in rows]

    def has(self, name: str) -> bool:
        """Whether there is such a register."""
        return self._register(name) is not None

    def declared(self, what: str) -> Shown | None:
        """Return by whom and why it was declared that a register, or a column of one, has nothing, or None."""
        every = (*self.policy.firm.declared, *self._result.inputs.folder.about.declared)
        found = [each for each in every if each.column == what]
        return self._shown("declared", found[-1].model_dump()) if found else None

    def known_empty(self, name: str) -> bool:
        """Whether that a register has no row is an answer."""
        register = self._register(name)
        return register is not None and register.known_empty

    def source(self, name: str) -> str:
        """Return the register whose exports tell what stands in a register: another one, where it was worked out."""
        register = self._register(name)
        return (register.derived_from if register else "") or name

    def whole(self, name: str) -> bool:
        """Whether a register was read in full."""
        register = self._register(name)
        return register is not None and not register.incomplete and not register.rejected

    def lacks(self, name: str, column: str) -> bool:
        """Whether no export of the register has the column, so that its blanks tell nothing."""
        register = self._register(name)
        return register is None or column in register.absent

    def counted(self, name: str, column: str) -> Counter[Any] | None:
        """Return how often each value of a column occurs that may only be counted; None where no export has it.

        For a column of words these are the words, for any other whether it is filled in.
        """
        register = self._register(name)
        if column not in self._edition.counts.get(name, ()) or register is None or column in register.absent:
            return None
        values = register.table.column(column).to_pylist()
        words = bool(register.schema.by_name[column].constraints.enum)
        return Counter(value if words else value is not None for value in values)

    def unread(self, name: str, column: str) -> int:
        """Return how many cells of a column that may be counted hold what nobody could read."""
        register, counts = self._register(name), self._edition.counts.get(name, ())
        return sum(each == column for _, each in register.unread) if register and column in counts else 0

    def people(self) -> tuple[int, int]:
        """Return how many people or firms the clients and contacts are: different addresses at least, rows at most."""
        registers = [each for each in map(self._register, ("clients", "contacts")) if each is not None]
        emails = [address for each in registers for address in each.table.column("email").to_pylist()]
        return len({each for each in emails if each}), len(emails)

    def _register(self, name: str) -> Register | None:
        return self._result.inputs.registers.get(name)

    def _made(self, register: Register) -> Iterable[Shown]:
        """Return what an edition shows of each row beside its own columns, such as the token in place of a client."""
        if register.name == "clients":
            return self._of_clients(register)
        if register.name == "invoices":
            return self._of_invoices(register, self._register("clients"))
        if "told" in self._edition.shows[register.name]:
            return row_findings(self._result, register)
        return [{} for _ in register.origins]

    def _of_clients(self, clients: Register) -> list[Shown]:
        inputs = self._result.inputs
        words = self.law.record_classes.on(self.day)
        ledgers = {
            (each.receipt.file, each.receipt.sheet): each.layout.export.ledger
            for each in inputs.folder.sheets.get("clients", [])
        }
        made = []
        held = clients.table.column("records_held").to_pylist()
        for index, (key, cell, origin) in enumerate(zip(natural_keys(clients), held, clients.origins, strict=True)):
            found, known = classes_of(cell, words)
            numbered = ledgers.get((origin.file, origin.sheet), False) and inputs.record_name(clients, key) == key
            told: Shown = {"token": client_token(inputs, key), "account": key if numbered else ""}
            told |= {"classes": found, "classes_known": known, "worked_out": (index, "ended_on") in clients.inferred}
            made.append(told)
        return made

    def _of_invoices(self, invoices: Register, clients: Register | None) -> list[Shown]:
        """Return the token of each invoice's client; blank where the list has none, or several, of the name."""
        if clients is None:
            return [{"token": ""} for _ in invoices.origins]
        by_name, by_email, shared = owners(clients)
        keys = natural_keys(clients)
        lines = zip(*(invoices.table.column(name).to_pylist() for name in ("client", "email")), strict=True)
        found = (
            None if folded(name or "") in shared else by_name.get(folded(name or ""), by_email.get(email or ""))
            for name, email in lines
        )
        return [{"token": "" if each is None else client_token(self._result.inputs, keys[each])} for each in found]


def client_token(inputs: Inputs, key: str) -> str:
    """Return the short name that stands for a client in every edition and every quarter."""
    return inputs.token("clients", key)
