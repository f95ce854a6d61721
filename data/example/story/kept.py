"""What the firm kept beside its exports: the report of the first quarter, and the exceptions that somebody accepted.

Of the first quarter the exports were deleted, so its findings are told here by hand, in the form of findings.json and
as short as the next audit can do with. tests/test_golden.py audits that quarter's registers and finds the same.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

QUARTER = "2026-Q1"
ISSUED = "2026-04-02"
WEEK, MONTH, QUARTERS_END = "2026-04-09", "2026-05-05", "2026-07-01"  # by when a finding of each severity was due
DUE = {"critical": WEEK, "major": MONTH, "minor": QUARTERS_END}

NEEMTARA = "Neemtara Helpdesk Pvt Ltd: IT support out of hours"
CALENDRILLO = "Calendrillo Inc.: Appointment booking"
DIALWRIGHT = "Dialwright Telephony Ltd: Telephone system"
NO_OPT_IN = "No opt-in is recorded, as section 5 promises"
REWORD = (
    "Put the policy's words right: “Wording” says what is missing, wrong or said two ways, with an example for each"
)
PROOF = (
    "Look for the proof of an opt-in or a sale; where there is none, stop sending and suppress the address. Ask them "
    "only by a web form, at the next sale or by post, never by e-mail or text"
)
METHOD = (
    "Add the field “How they opted in” to the Mailchimp audience and fill it in: web form, paper, import,"
    " bought list. Or add that column to the client list"
)
WORDING = (
    "Add the field “Opt-in wording” to the Mailchimp audience and note there which version of the form's "
    "words they saw. Or add that column to the client list"
)
CONTEXT = (
    "Add the field “How the details were obtained” to the Mailchimp audience and fill it in: sale, quote,"
    " general enquiry, event, bought list. Or add that column to the client list. Whom you cannot place, "
    "take off the list"
)
MAILING = (
    "Add to the list of clients the contacts that it lacks, and fill in “Last mailing” there. If there is nothing to "
    "write in it, declare so (contacts.last_marketing_on in firm.toml)"
)
SIGN = (
    "Assess the risk and sign a UK transfer agreement with the supplier (IDTA or UK Addendum; the ICO publishes both), "
    "or stop sending it data"
)
SAFEGUARD = (
    "Correct “Transfer safeguard” in the list of suppliers, in the cells that “Files read” names. Write into “Transfer "
    "safeguard” what the contract has: “IDTA”, “UK Addendum”, “UK-US data bridge”, or “EU SCCs only” where nothing was "
    "signed for the UK"
)
LACKING = "is missing from the policy, or not complete."
COMPANIES = ("accounts@hollowellsigns.example.com", "office@bredefreight.example.com", "hello@strandquay.example.com")
SOLE_TRADERS = ("jocasta@penhaligonpianos.example.co.uk", "everard.tomlin@example.co.uk")


@dataclass(frozen=True)
class Found:
    """A finding of the first quarter: a fact, or a gap where the code says so. A contact is named by its address."""

    control: str
    register: str
    record: str
    code: str
    severity: str
    reason: str

    def as_json(self, key: bytes) -> dict[str, str]:
        """Return the finding as it stood in findings.json."""
        named = token(key, "contacts", f"{self.record}: email") if "@" in self.record else self.record
        gap = self.code == "gap"
        parts = ("gap", self.register) if gap else ("finding", self.control, self.register)
        return {
            "id": token(key, *parts, named) if gap else token(key, *parts, named, self.code),
            "control": self.control,
            "register": self.register,
            "record": COLUMN_TITLES.get(named, named),
            "outcome": "not_shown" if gap or self.severity == "note" else "broken",
            "reason_code": self.code,
            "severity": self.severity,
            "reason": self.reason,
            "first_seen": QUARTER,
        }


COLUMN_TITLES = {
    "details_context": "How the details were obtained",
    "consent_method": "How they opted in",
    "consent_wording": "Opt-in wording",
    "last_marketing_on": "Last mailing",
    "safeguard": "Transfer safeguard",
}


def _words(control: str, register: str, rows: Iterable[tuple[str, str, str, str]]) -> tuple[Found, ...]:
    """Return findings about the policy's own words."""
    return tuple(Found(control, register, record, code, severity, said) for record, code, severity, said in rows)


def _gap(register: str, column: str, reason: str) -> Found:
    return Found("DQ-02", register, column, "gap", "major", reason)


# What was to be done, and the findings that it was to settle; what was accepted (PRC-02) stands at the end.
TASKS: tuple[tuple[str, tuple[Found, ...]], ...] = (
    (
        SIGN,
        (
            Found(
                "TRF-06", "transfers", NEEMTARA, "never_valid", "critical",
                "2021 EU standard clauses without the UK Addendum: this is no safeguard for data sent from the UK.",
            ),
        ),
    ),
    (
        PROOF,
        tuple(
            Found("MKT-01", "contacts", each, "no_lawful_route_shown", "major", f"{NO_OPT_IN}, and no other route.")
            for each in SOLE_TRADERS
        ),
    ),
    (
        "Choose one basis for marketing and say it in both sections; “Wording” has an example",
        _words("GOV-02", "contradictions", [
            ("X1", "marketing_two_ways", "major", "Marketing needs an opt-in in one place and none in another."),
        ]),
    ),
    (
        REWORD,
        (
            *_words("GOV-03", "notice", [
                ("marketing_objection", "missing", "major", f"The right to object to marketing {LACKING}"),
                ("purposes_and_bases", "missing", "major", f"Which legal basis each purpose rests on {LACKING}"),
                ("retention_told", "missing", "major", f"How long each kind of data is kept {LACKING}"),
                ("transfers_told", "missing", "major", f"Where data goes abroad, and what protects it, {LACKING}"),
                ("legal_identity", "missing", "minor", f"The firm's legal name, address and number {LACKING}"),
                ("legitimate_interests", "missing", "minor", f"What the legitimate interests are {LACKING}"),
                ("statutory_or_contractual", "missing", "minor", f"Whether people must give their data {LACKING}"),
                ("version_or_date", "missing", "minor", f"The policy's version or date {LACKING}"),
                ("law_misstated", "wrong", "minor", "No tax law counts its years from the day somebody leaves: P10.2."),
            ]),
            *_words("GOV-02", "contradictions", [
                ("X2", "contradiction", "minor", "How long data is kept is said in ways that do not fit together."),
                ("X3", "contradiction", "minor", "Every third party is bound, and authorities are among them."),
                ("X4", "contradiction", "note", "Similar protection is promised for every transfer, always."),
                ("X5", "contradiction", "note", "No special category data at all, without exception."),
                ("X6", "contradiction", "note", "Other notices are pointed to and not named."),
            ]),
        ),
    ),
    (
        "Send marketing only to people who opted in, or have section 5 say who else gets it",
        tuple(
            Found("MKT-01", "contacts", each, "lawful_but_not_opted_in", "minor", f"{NO_OPT_IN}; PECR allows it.")
            for each in COMPANIES
        ),
    ),
    (
        "Change section 10 to say that tax law may need records longer",
        (
            Found(
                "RET-01", "clients", "C-1006", "kept_lawfully_longer", "minor",
                "Promised to go after 31 January 2026; tax law keeps it until 31 March 2026.",
            ),
            Found(
                "RET-01", "clients", "C-1021", "kept_lawfully_longer", "minor",
                "Promised to go after 28 February 2026; tax law keeps it until 30 April 2026.",
            ),
        ),
    ),
    (
        "Leave these columns out of the export, and check whether the policy tells people that you hold them",
        (
            Found(
                "DQ-02", "columns", "contacts: Bank account number", "not_needed", "minor",
                "The contacts export carries “Bank account number” (bank details), which no check needs.",
            ),
        ),
    ),
    (
        METHOD,
        (_gap("contacts", "consent_method", "No file of the register has “How they opted in”."),),
    ),
    (
        WORDING,
        (_gap("contacts", "consent_wording", "No file of the register has “Opt-in wording”."),),
    ),
    (
        CONTEXT,
        (_gap("contacts", "details_context", "No file of the register has “How the details were obtained”."),),
    ),
    (
        MAILING,
        (_gap("contacts", "last_marketing_on", "No file of the register has “Last mailing”."),),
    ),
    (
        SAFEGUARD,
        (_gap("processors", "safeguard", "“Transfer safeguard” cannot be read for 1 supplier."),),
    ),
)  # fmt: skip
AUDITS = "The contract with Calendrillo Inc. lacks: audits."
ACCEPTED = (Found("PRC-02", "processors", CALENDRILLO, "terms_missing", "major", AUDITS),)

KINDS = {"transfers": "processors", "contradictions": "notice"}
WAIVERS = (
    (
        ACCEPTED[0],
        "Calendrillo has the same terms for all its customers. It sends us its SOC 2 report each January.",
        ("2026-02-10", "2027-02-09"),
    ),
    (
        Found("PRC-01", "processors", DIALWRIGHT, "expired", "major", ""),
        "The renewal was agreed by telephone on 4 June; the signed copy is promised for the end of August.",
        ("2026-06-08", "2026-08-31"),
    ),
)


def token(key: bytes, *parts: str) -> str:
    """Return the short keyed name that the audit gives to a finding, a task, or a record that is somebody's address."""
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:10]


def which_key(key: bytes) -> str:
    """Return the fingerprint that tells by which key a report's findings are named."""
    return hmac.new(key, b"which key", hashlib.sha256).hexdigest()[:16]


def write_history(folder: Path, key: bytes) -> None:
    """Write what was kept of the first quarter's findings.json."""
    findings, tasks = [], []
    for title, group in TASKS:
        found = [each.as_json(key) for each in group]
        task = token(key, *_task(title, group[0]))
        findings += [each | {"task": task} for each in found]
        worst = group[0].severity  # each task names its worst finding first
        ids = sorted(each["id"] for each in found)
        tasks.append({"id": task, "title": title, "severity": worst, "due_on": DUE[worst], "findings": ids})
    findings += [each.as_json(key) | {"task": ""} for each in ACCEPTED]
    audit = {
        "firm": "Lustre Support",
        "fictional": True,
        "quarter": QUARTER,
        "as_at": "2026-03-31",
        "issued_on": ISSUED,
        "key": which_key(key),
        "shortened": "Of this report only what the next one is compared with was kept.",
    }
    content = {"audit": audit, "findings": findings, "gone": [], "tasks": tasks}
    folder.mkdir(exist_ok=True)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1)
    (folder / f"{QUARTER}.json").write_bytes(f"{text}\n".encode())


def _task(title: str, first: Found) -> tuple[str, ...]:
    """Return the parts of a task's id: what its findings share."""
    if first.code == "gap":
        return "task", "gap", f"{title}."
    return "task", KINDS.get(first.register, first.register), f"{title}."


def write_waivers(folder: Path, key: bytes) -> None:
    """Write the accepted exceptions: one that holds, one that ran out at the end of August."""
    text = "# Exceptions that somebody accepted; a waived finding stays in the report and asks for nothing.\n"
    for finding, reason, (start, expires) in WAIVERS:
        text += (
            f'\n[[waiver]]\nfinding = "{finding.as_json(key)["id"]}"  # {finding.control}, {finding.record}\n'
            f'reason = "{reason}"\napproved_by = "the director"\nstart = {start}\nexpires = {expires}\n'
        )
    (folder / "waivers.toml").write_bytes(text.encode())
