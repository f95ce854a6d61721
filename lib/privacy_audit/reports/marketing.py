"""Marketing read three ways, side by side: by the promise, by having bought or asked, by the law.

The readings are named for the sections of the firm's own policy. Contacts stand as tokens.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.reports.screen import SIGNS
from privacy_audit.reports.tables import Table
from privacy_audit.settings.policy import Policy

YES, NO, UNSAID = "yes", "no", "unsaid"
ANSWERS = {True: YES, False: NO, None: UNSAID}
WORDS = {YES: "✓ yes", NO: "✗ no", UNSAID: "? cannot say"}
WORST_FIRST = (NO, UNSAID, YES)
# Every class of contact: its name, the control that finds it, the reasons, and what it means.
CLASSES = (
    (
        "contrary to PECR on the records",
        "MKT-02",
        ("contrary",),
        "An individual or sole trader, no opt-in, no soft opt-in.",
    ),
    (
        "contrary to PECR on the records, though the policy allows it",
        "MKT-02",
        ("contrary_matches_policy",),
        "The policy's own words invite it.",
    ),
    (
        "soft opt-in without all that it asks",
        "MKT-05",
        ("bought_in", "no_refusal_offered", "other_products"),
        "Sold to, or nearly, but PECR asks for more.",
    ),
    (
        "no lawful route shown",
        "MKT-01",
        ("no_lawful_route_shown",),
        "No opt-in, and no other route on record.",
    ),
    (
        "policy deviation, lawful",
        "MKT-01",
        ("lawful_but_not_opted_in",),
        "PECR allows it; the policy promises more.",
    ),
    (
        "marketed to, though the policy promises none",
        "MKT-01",
        ("none_promised",),
        "Whatever their opt-in: the policy says that nobody is.",
    ),
    (
        "opted in, but the opt-in is not proved",
        "MKT-03",
        ("bought_list", "imported", "no_proof", "no_wording"),
        "Consent counts only if it can be shown.",
    ),
    (
        "opted out, and still marketed to",
        "MKT-04",
        ("sent_after", "still_subscribed"),
        "Outside the three readings: the opt-out decides.",
    ),
)
CLASS_OF = {(control, code): name for name, control, codes, _ in CLASSES for code in codes}
FINE = "nothing found"
OPEN = "not known whether they are marketed to"
FULL = 100


@dataclass(frozen=True)
class Contact:
    """A contact by its token, whether it is surely marketed to, and how it reads."""

    token: str
    channel: str
    sure: bool
    answers: Mapping[str, str]


def names_of(policy: Policy) -> Mapping[str, tuple[str, str]]:
    """Return for each reading the fact it is, its name and what it asks, by the sections of this policy."""
    asked = policy.saying(("marketing_unless_opted_out",))
    law = ("C: the law", "PECR regulation 22 and UK GDPR Article 21(3) allow it.")
    second = (f"B: {policy.where(asked) if asked else 'bought or asked'}", "They bought or asked, and did not opt out.")
    if policy.parameters.marketing == "none":
        first = f"A: {policy.where(policy.giving('marketing'))}"
        return {
            "left_alone": (first, "Nothing was sent to them this quarter."),
            "bought_or_asked": second,
            "lawful": law,
        }
    opt_in = policy.saying(("marketing_opt_in_only",)) or policy.naming("MKT-01")
    first = f"A: {policy.where(opt_in) if opt_in else 'an opt-in'}"
    return {"opted_in": (first, "They opted in, and did not opt out since."), "bought_or_asked": second, "lawful": law}


def contacts_read(result: Result) -> list[Contact]:
    """Return everybody who is, or may be, marketed to; of an address that stands there twice the worst answer."""
    register = result.inputs.registers.get("contacts")
    if register is None:
        return []
    names = names_of(result.inputs.policy)
    found: dict[str, Contact] = {}
    rows = register.table.select(["marketable", "channel", *names]).to_pylist()
    for token, row in zip(result.inputs.record_names(register), rows, strict=True):
        if row["marketable"] is False:
            continue
        answers = {name: ANSWERS[row[name]] for name in names}
        before = found.get(token)
        if before is not None:
            answers = {name: min(each, before.answers[name], key=WORST_FIRST.index) for name, each in answers.items()}
        sure = row["marketable"] is True or (before is not None and before.sure)
        found[token] = Contact(token, row["channel"], sure, answers)
    return list(found.values())


def counts(result: Result) -> dict[str, Counter[str]]:
    """Return for each reading how many contacts surely marketed to read yes, no, or cannot be said."""
    here = [each for each in contacts_read(result) if each.sure]
    return {name: Counter(each.answers[name] for each in here) for name in names_of(result.inputs.policy)}


def readings(result: Result) -> Table:
    """Return the three readings side by side."""
    columns = [("Reading", 16), ("What it asks", 50)]
    columns += [each for word in ("Yes", "No", "Cannot say") for each in ((word, 11), (f"{word} %", 11))]
    names = names_of(result.inputs.policy)
    rows = [(*names[name], *_told(count)) for name, count in counts(result).items()]
    everybody = contacts_read(result)
    here = sum(each.sure for each in everybody)
    purpose = (
        f"How the {here} contacts read that are marketed to: on a list, or mailed in the quarter, and not opted out."
    )
    purpose = f"{purpose} {unknown(result)}".strip()
    return Table("Marketing, read three ways", purpose, columns, rows)


def unknown(result: Result) -> str:
    """Return that there may be more people marketed to than the readings count, or nothing."""
    register = result.inputs.registers.get("contacts")
    if register is None or register.tells_nothing:
        return "No list of contacts could be read."
    unsure = sum(not each.sure for each in contacts_read(result))
    told = [f"Of {unsure} more that cannot be said."] if unsure else []
    return " ".join([*told, *([] if register.is_whole else ["There may be more: the list is not whole."])])


def _told(count: Counter[str]) -> Iterator[object]:
    for word in (YES, NO, UNSAID):
        yield count[word]
        yield share(count[word], count.total())


def share(part: int, whole: int) -> str:
    """Return a share in per cent that says none and all only of none and all.

    >>> share(1, 3), share(0, 3), share(1, 999), share(998, 999), share(3, 3), share(0, 0)
    ('33 %', '0 %', 'under 1 %', 'over 99 %', '100 %', '–')
    """
    if not whole:
        return "–"
    per_cent = round(FULL * part / whole)
    if part and not per_cent:
        return "under 1 %"
    return "over 99 %" if per_cent == FULL and part < whole else f"{per_cent} %"


def classes(result: Result) -> Table:
    """Return every class of contact with its number, how serious it is, and what it means."""
    columns = [("Class", 44), ("Contacts", 10), ("How serious", 13), ("Check", 9), ("What it means", 50)]
    rows: list[Sequence[object]] = []
    told = _worst(result)
    for name, control, _, meaning in CLASSES:
        found = [each for each in told.values() if CLASS_OF[each.control, each.reason_code] == name]
        worst = min((each.severity for each in found), key=SEVERITIES.index, default=None)
        rows.append((name, len(found), SIGNS[worst] if worst else "–", control, meaning))
    rest = [each for each in contacts_read(result) if each.token not in told]
    rows.append((FINE, sum(each.sure for each in rest), "–", "", "Marketed to; what is still open stands under gaps."))
    rows.append((OPEN, sum(not each.sure for each in rest), "–", "", "A status, an opt-out or a mailing is unknown."))
    return Table(
        "Marketing, by class", "Each contact stands in one class: that of the worst that was found.", columns, rows
    )


def readings_by_contact(result: Result) -> Table:
    """Return each contact, by its token, with its three readings and its class."""
    names = names_of(result.inputs.policy)
    columns = [("Contact", 14), ("Channel", 10), *((title, 14) for title, _ in names.values())]
    columns += [("Class", 44), ("How serious", 13)]
    told = _worst(result)
    rows = []
    for each in contacts_read(result):
        finding = told.get(each.token)
        name = CLASS_OF[finding.control, finding.reason_code] if finding else FINE if each.sure else OPEN
        sign = SIGNS[finding.severity] if finding else "–"
        order = SEVERITIES.index(finding.severity) if finding else len(SEVERITIES)
        answers = (WORDS[each.answers[reading]] for reading in names)
        rows.append((order, name, each.token, (each.token, each.channel, *answers, name, sign)))
    purpose = "A contact stands as a token that only the firm can turn back, never as an address."
    return Table("Marketing, by contact", purpose, columns, [row for *_, row in sorted(rows)])


def _worst(result: Result) -> dict[str, Finding]:
    """Return for each contact the worst that was found about how it is marketed to."""
    found: dict[str, Finding] = {}
    for each in sorted(result.findings, key=lambda each: SEVERITIES.index(each.severity)):
        if (each.control, each.reason_code) in CLASS_OF:
            found.setdefault(each.record, each)
    return found
