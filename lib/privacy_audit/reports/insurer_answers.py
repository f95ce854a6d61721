"""What the registers answer to an insurer's questions: numbers and facts on record, no verdict and no guess."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from privacy_audit.dates import in_words
from privacy_audit.editions import View

RECORDED, DECLARED, INSPECTED, NOT_KNOWN = "recorded", "declared", "inspected", "not known"
ROLES = {"processor": "processor", "controller": "own controller", "joint_controller": "joint controller"}
FORMS = {"sole_trader": "sole trader", "llp": "limited liability partnership", "company": "limited company"}
LISTS = {"clients": "the client list", "contacts": "the marketing lists", "processors": "the supplier list"}
DETAILS = {"name": "names", "email": "e-mail addresses", "phone": "telephone numbers", "billing_address": "addresses"}
KINDS = {
    "client": "clients",
    "former_client": "former clients",
    "prospect": "prospects",
    "enquirer": "enquirers",
    None: "of unknown kind",
}


@dataclass(frozen=True)
class Said:
    """An answer, how it is known, and where it comes from."""

    answer: str
    grade: str
    source: str


UNKNOWN = Said("Not known.", NOT_KNOWN, "No register or statement of the firm tells.")


def _from(view: View, *registers: str) -> str:
    """Return which exports an answer rests on, and of which day."""
    told = []
    for name in registers:
        days = [each["extracted_on"] for each in view.receipts() if each["register"] == name and each["extracted_on"]]
        rest = "" if view.whole(name) else ", not read in full"
        told.append(LISTS[name] + (f", exported {in_words(max(days))}" if days else ", day of export not known") + rest)
    return "; ".join(told)


def legal_form(view: View) -> Said:
    """Answer with the firm's legal form, as it says."""
    form = view.facts["legal_form"]
    return (
        Said(f"{FORMS.get(form, str(form)).capitalize()}.", DECLARED, "the firm itself (firm.toml)")
        if form
        else UNKNOWN
    )


def fee(view: View) -> Said:
    """Answer with the registration with the ICO and until when the fee is paid, as the firm says."""
    number, until = view.facts["ico_registration"], view.facts["ico_fee_paid_until"]
    if number is None and until is None:
        return UNKNOWN
    paid = f"Paid until {in_words(until)}." if until else "Until when the fee is paid is not known."
    return Said(f"Registration {number or 'not known'}. {paid}", DECLARED, "the firm itself (firm.toml)")


def people(view: View) -> Said:
    """Answer how many people and firms there are records of."""
    there = [name for name in ("clients", "contacts") if view.has(name)]
    if not there:
        return UNKNOWN
    least, most = view.people()
    lacking = "" if len(there) > 1 else " The other list was not there."
    said = f"Between {least} (different e-mail addresses) and {most} (rows); a row without an address may be anybody."
    return Said(said + lacking, RECORDED, _from(view, *there))


def kinds_of_people(view: View) -> Said:
    """Answer how many clients, former clients and others there are."""
    found = view.counted("clients", "relationship")
    if not found:
        return UNKNOWN
    told = [f"{found[kind]} {words}" for kind, words in KINDS.items() if found[kind]]
    lists = view.counted("contacts", "status")
    marketing = f" Marketing lists: {', '.join(_counts(lists))}." if lists else ""
    return Said(
        f"{', '.join(told).capitalize()}.{marketing}", RECORDED, _from(view, "clients", *_there(view, "contacts"))
    )


def _there(view: View, *names: str) -> list[str]:
    return [name for name in names if view.has(name)]


def _counts(counted: "Counter[Any]") -> list[str]:
    return [f"{number} {str(word).replace('_', ' ')}" for word, number in sorted(counted.items(), key=str) if word]


def kinds_of_data(view: View) -> Said:
    """Answer which details are filled in for how many clients, and which no export has."""
    if not view.has("clients"):
        return UNKNOWN
    known = {words: view.counted("clients", name) for name, words in DETAILS.items()}
    told = [f"{each[True]} {words}" for words, each in known.items() if each is not None]
    absent = [words for words, each in known.items() if each is None]
    rest = f" Not in the export, so not known: {', '.join(absent)}." if absent else ""
    return Said(f"In the client list: {', '.join(told)}.{rest}", RECORDED, _from(view, "clients"))


def special(view: View) -> Said:
    """Answer whether special category data is recorded of anybody; a column without any word tells nothing."""
    found, declared = view.counted("clients", "special_category"), view.declared("clients", "special_category")
    if found is None or not any(found):
        if declared is None:
            return UNKNOWN
        said = f"None, as the firm says: {declared['because']}."
        return Said(said, DECLARED, f"{declared['by']}, {in_words(declared['on'])}")
    marked = {str(kind).replace("_", " "): number for kind, number in found.items() if kind not in {None, "none"}}
    if not marked:
        said = f"{found['none']} clients are marked as having none; of {found[None]} nothing is noted."
        return Said(said, RECORDED, _from(view, "clients"))
    told = ", ".join(f"{kind}: {number}" for kind, number in sorted(marked.items()))
    return Said(f"Marked in the client list: {told}.", RECORDED, _from(view, "clients"))


def handling(view: View) -> list[dict[str, Any]]:
    """Return the suppliers in use that get personal data, or may."""
    return [each for each in view.rows("processors") if each["live"] is not False and each["role"] != "none"]


def suppliers(view: View) -> Said:
    """Answer how many suppliers handle personal data, by role."""
    if not view.has("processors"):
        return UNKNOWN
    roles = Counter(ROLES.get(each["role"] or "", "role not recorded") for each in handling(view))
    told = ", ".join(f"{number} {role}" for role, number in sorted(roles.items()))
    return Said(
        f"{len(handling(view))}: {told or 'none'}. The sheet Suppliers lists them.", RECORDED, _from(view, "processors")
    )


def _on_record(view: View, column: str, what: str, grade: str = RECORDED) -> Said:
    """Return for how many suppliers something is on record."""
    if view.lacks("processors", column):
        return UNKNOWN
    found = handling(view)
    there = sum(each[column] is not None for each in found)
    rest = f" For the other {len(found) - there} none is on record." if there < len(found) else ""
    return Said(f"{what} on record for {there} of {len(found)}.{rest}", grade, _from(view, "processors"))


def contracts(view: View) -> Said:
    """Answer for how many suppliers a signed contract is on record."""
    return _on_record(view, "contract_signed_on", "A written contract is")


def terms(view: View) -> Said:
    """Answer for how many suppliers somebody has checked the contract's terms."""
    return _on_record(view, "art28_checked_on", "A check of the contract's terms is", INSPECTED)


def reviews(view: View) -> Said:
    """Answer for how many suppliers somebody has looked at security."""
    return _on_record(view, "security_review_on", "A look at the supplier's security is")


def _sent(view: View) -> list[dict[str, Any]]:
    return [each for each in view.rows("transfers") if each["live"] is not False]


def territories(view: View) -> Said:
    """Answer to which countries data is sent."""
    if not view.has("transfers"):
        return UNKNOWN
    names = view.law.tables["countries"]["names"]
    found = Counter(names.get(each["country"], "country not recorded") for each in _sent(view))
    told = ", ".join(f"{name} ({number})" for name, number in sorted(found.items()))
    said = (
        f"Outside the UK, by number of services: {told}."
        if told
        else "To none outside the UK, as the supplier list has it."
    )
    return Said(said, RECORDED, _from(view, "processors"))


def safeguards(view: View) -> Said:
    """Answer which safeguards are on record for what is sent abroad."""
    if not view.has("transfers"):
        return UNKNOWN
    names, approved = view.law.tables["mechanisms"]["names"], set(view.law.adequate_full.on(view.day))
    found = Counter(
        "country approved in full" if each["country"] in approved else names.get(each["mechanism"], "none on record")
        for each in _sent(view)
    )
    if not found:
        return Said("Nothing is sent abroad, as the supplier list has it.", RECORDED, _from(view, "processors"))
    told = ", ".join(f"{name}: {number}" for name, number in sorted(found.items()))
    return Said(f"By number of services: {told}.", RECORDED, _from(view, "processors"))


def policy(view: View) -> Said:
    """Answer whether there is a policy, and whether somebody read it clause by clause."""
    read = f"It was read clause by clause on {in_words(view.policy.read_on)}." if view.policy.read_on else ""
    source = f"{view.policy.title}, SHA-256 {view.policy.sha256[:16]}"
    return Said(f"Yes; its {len(view.policy.commitments)} statements are on record. {read}".strip(), INSPECTED, source)


def retention(view: View) -> Said:
    """Answer what the policy says about how long records are kept."""
    years = view.policy.promises.retention_years
    quotes = [each for each in view.policy.commitments if "retention_years" in each.parameters]
    if not years or not quotes:
        return Said("The policy names no number of years.", INSPECTED, view.policy.title)
    return Said(f"“{quotes[0].quote}”", INSPECTED, f"{view.policy.title}, {quotes[0].id}")


def audits(view: View) -> Said:
    """Answer that the firm's registers were audited against its policy, and as at which day."""
    said = f"The firm's registers were compared with its policy as at {in_words(view.day)}, by the firm itself."
    return Said(said, RECORDED, "this audit")
