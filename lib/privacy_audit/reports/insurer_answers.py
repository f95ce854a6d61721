"""What the supplier list answers about suppliers and sending abroad; whatever a check found stands beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from privacy_audit.audit.editions import RowFinding, Shown, View
from privacy_audit.controls.grammar import CONTROLS
from privacy_audit.dates import long_date

RECORDED, DECLARED, INSPECTED, NOT_KNOWN = "recorded", "declared", "inspected", "not known"
LISTS = {"clients": "the client list", "contacts": "the marketing lists", "processors": "the supplier list"}
LISTS["transfers"] = "the transfers file"
FOUND, AUDIT = "The audit found", "this audit"
MOST = 8


@dataclass(frozen=True)
class DraftAnswer:
    """An answer, how it is known, and where it comes from."""

    answer: str
    grade: str
    source: str


UNKNOWN = DraftAnswer("Not known.", NOT_KNOWN, "No register or statement of the firm tells.")


def beside(said: DraftAnswer, found: Iterable[str], silent: Iterable[str] = ()) -> DraftAnswer:
    """Return an answer with what the audit found beside it; what is not known stays so, whatever was found about it."""
    points, lacking = list(dict.fromkeys(found)), list(dict.fromkeys(silent))
    if not points and not lacking:
        return said
    more = [f"and {len(points) - MOST} more"] if len(points) > MOST else []
    answer = said.answer + (f" {FOUND}: {'; '.join([*points[:MOST], *more])}." if points else "")
    answer += f" Not all was checked: {'; '.join(lacking)}." if lacking else ""
    if said.grade == NOT_KNOWN and points:
        return replace(said, answer=answer, source=AUDIT)
    return replace(said, answer=answer)


def as_declared(view: View, what: str) -> DraftAnswer | None:
    """Return that a register or column has nothing, on the word of whoever declared it; None where nobody did."""
    declared = view.declared(what)
    if declared is None:
        return None
    return DraftAnswer(f"None, as the firm says: {bare(declared['because'])}.", DECLARED, _by(declared))


def _by(declared: Shown) -> str:
    return f"{declared['by']}, {long_date(declared['on'])}"


def none_of(view: View, name: str) -> DraftAnswer | None:
    """Return that a register has no row, where somebody declared so and no file speaks against it; else None."""
    return as_declared(view, name) if view.known_empty(name) else None


def exported(view: View, *registers: str) -> str:
    """Return which exports an answer rests on and of which day, or whose word, and what was found about them."""
    told = []
    for name in registers:
        if none_of(view, name):
            told.append(f"{LISTS[name]}, declared to have no row: {_by(view.declared(name) or {})}")
            continue
        days = [each["extracted_on"] for each in view.receipts() if each["register"] == name and each["extracted_on"]]
        rest = "" if view.whole(name) else ", not read in full"
        told.append(
            LISTS[name] + (f", exported {long_date(max(days))}" if days else ", day of export not known") + rest
        )
        told += [bare(each["reason"]) for each in view.findings("DQ-01") if each["record"] == name]
    return "; ".join(told)


def bare(text: str) -> str:
    """Return a sentence without its full stop, to stand among others."""
    return text.rstrip(".")


def reason(found: RowFinding) -> str:
    """Return what was found in words, and whether somebody accepted it."""
    return bare(found.reason) + (f" ({found.accepted})" if found.accepted else "")


def reasons(found: Iterable[Shown]) -> list[str]:
    """Return findings that may be told in words."""
    return [bare(each["reason"]) + (f" ({each['accepted']})" if each["accepted"] else "") for each in found]


def numbers(view: View, *controls: str) -> list[str]:
    """Return how often each check found something, in words that name nobody."""
    said = []
    for id_ in controls:
        found = view.findings(id_)
        kinds = [each["outcome"] for each in found if each["control"] == id_]
        parts = [f"not so: {kinds.count('broken')}"] if "broken" in kinds else []
        taken = sum(bool(each["accepted"]) for each in found)
        parts += [f"of these accepted as exceptions: {taken}"] if taken else []
        parts += ["not shown for everything"] if any(each["outcome"] == "not_shown" for each in found) else []
        said += [f"“{bare(CONTROLS[id_].title)}” ({id_}): {', '.join(parts)}"] if parts else []
    return said


OWN_WORD = "the firm itself, in its settings (firm.toml)"
FORMS = {"sole_trader": "sole trader", "llp": "limited liability partnership", "company": "limited company"}
DETAILS = {"name": "names", "email": "e-mail addresses", "phone": "telephone numbers", "billing_address": "addresses"}
GONE = {"deleted", "anonymised"}
KINDS = {
    "client": "clients",
    "former_client": "former clients",
    "prospect": "prospects",
    "enquirer": "enquirers",
    None: "of unknown kind",
}


def legal_form(view: View) -> DraftAnswer:
    """Answer with the firm's legal form, as it says."""
    form = view.facts["legal_form"]
    return DraftAnswer(f"{FORMS.get(form, str(form)).capitalize()}.", DECLARED, OWN_WORD) if form else UNKNOWN


def fee(view: View) -> DraftAnswer:
    """Answer with the registration with the ICO and until when the fee is paid, as the firm says."""
    number, until = view.facts["ico_registration"], view.facts["ico_fee_paid_until"]
    if number is None and until is None:
        return UNKNOWN
    paid = f"Paid until {long_date(until)}." if until else "Until when the fee is paid is not known."
    paid += f" That was before the day of the audit, {long_date(view.day)}." if until and until < view.day else ""
    return DraftAnswer(f"Registration {number or 'not known'}. {paid}", DECLARED, OWN_WORD)


def people(view: View) -> DraftAnswer:
    """Answer how many people and firms there are records of."""
    there = [name for name in ("clients", "contacts") if view.has(name)]
    if not there:
        return UNKNOWN
    least, most = view.people()
    lacking = "" if len(there) > 1 else " The other list was not there."
    said = f"Between {least} (different e-mail addresses) and {most} (rows); a row without an address may be anybody."
    found = numbers(view, "DQ-01", "DQ-03", "DQ-05")
    grade = DECLARED if any(none_of(view, name) for name in there) else RECORDED
    return beside(DraftAnswer(said + lacking, grade, exported(view, *there)), found)


def kinds_of_people(view: View) -> DraftAnswer:
    """Answer how many clients, former clients and others there are."""
    found = view.counted("clients", "relationship")
    if not found:
        return none_of(view, "clients") or UNKNOWN
    told = [f"{words}: {found[kind]}" for kind, words in KINDS.items() if found[kind]]
    gone = view.counted("clients", "disposal_status") or Counter[Any]()
    went = ", ".join(_counts(Counter({kind: number for kind, number in gone.items() if kind in GONE})))
    lists = view.counted("contacts", "status")
    said = f"{', '.join(told).capitalize()}." + (f" Of these, marked as: {went}." if went else "")
    said += f" Marketing lists: {', '.join(_counts(lists))}." if lists else ""
    source = exported(view, "clients", *_there(view, "contacts"))
    return beside(DraftAnswer(said, RECORDED, source), numbers(view, "RET-03", "RET-06"))


def _there(view: View, *names: str) -> list[str]:
    return [name for name in names if view.has(name)]


def _counts(counted: "Counter[Any]") -> list[str]:
    return [f"{number} {str(word).replace('_', ' ')}" for word, number in sorted(counted.items(), key=str) if word]


def kinds_of_data(view: View) -> DraftAnswer:
    """Answer which details are filled in for how many clients, and which no export has."""
    if not view.has("clients") or view.known_empty("clients"):
        return none_of(view, "clients") or UNKNOWN
    known = {words: view.counted("clients", name) for name, words in DETAILS.items()}
    told = [f"{words}: {each[True]}" for words, each in known.items() if each is not None]
    absent = [words for words, each in known.items() if each is None]
    said = [f"In the client list: {', '.join(told)}."] if told else []
    said += [f"Not in the export, so not known: {', '.join(absent)}."] if absent else []
    return beside(DraftAnswer(" ".join(said), RECORDED, exported(view, "clients")), carried(view))


def carried(view: View, *kinds: str) -> list[str]:
    """Return which columns the exports carry that no check needs: those of some kinds of data, or of all."""
    found = [each for each in view.rows("columns") if each["kind"] != "none" and (not kinds or each["kind"] in kinds)]
    told = (f"the {each['register']} export carries “{each['column']}” ({each['kind']})" for each in found)
    return list(dict.fromkeys(told))


def bank(view: View) -> DraftAnswer:
    """Answer whether bank or card details are held, by the columns that the exports carry."""
    return _held(view, "bank details", "card details")


def official(view: View) -> DraftAnswer:
    """Answer whether official numbers are held, by the columns that the exports carry."""
    return _held(view, "an official number")


def _held(view: View, *kinds: str) -> DraftAnswer:
    found = carried(view, *kinds)
    said = f"Yes, by the exports: {'; '.join(found)}. Of how many people, and what else is held, is not known."
    return DraftAnswer(said, RECORDED, AUDIT) if found else UNKNOWN


def claims(view: View) -> DraftAnswer:
    """Answer that it is not known, and that this audit has findings: what may lead to a claim is not for it to say."""
    told = f"{facts(view)}; whether any may lead to a claim, the proposer is to judge with a broker"
    return beside(UNKNOWN, [told] if outcomes(view)["broken"] else [])


# Of the questions that only the firm can answer, those about which the audit may know something.
KNOWN_OF = {"payment_data": bank, "identity_numbers": official, "claims": claims}


def outcomes(view: View) -> Counter[str]:
    """Return how many findings are facts (`broken`) and how many gaps (`not_shown`)."""
    return Counter(each["outcome"] for each in view.findings())


def facts(view: View) -> str:
    """Return how many facts do not fit a promise or the law, and how many of them somebody accepted."""
    taken = sum(bool(each["accepted"]) for each in view.findings() if each["outcome"] == "broken")
    more = f", of these accepted as exceptions: {taken}" if taken else ""
    return f"facts that do not fit a promise or the law: {outcomes(view)['broken']}{more}"


def special(view: View) -> DraftAnswer:
    """Answer whether special category data is recorded of anybody; a column without any word tells nothing."""
    return beside(_special(view), numbers(view, "DAT-01"), view.unanswered_checks("DAT-01"))


def _special(view: View) -> DraftAnswer:
    found, unread = view.counted("clients", "special_category"), view.unread("clients", "special_category")
    doubt = f" Clients with a word there that nobody could read: {unread}." if unread else ""
    if found is None or not any(found):
        declared = none_of(view, "clients") or as_declared(view, "clients.special_category") or UNKNOWN
        return replace(declared, answer=declared.answer + doubt)
    marked = {str(kind).replace("_", " "): number for kind, number in found.items() if kind not in {None, "none"}}
    counted = ", ".join(f"{kind}: {number}" for kind, number in sorted(marked.items()))
    said = f"Marked in the client list: {counted}." if marked else f"Clients marked as having none: {found['none']}."
    blank = found[None] - unread
    said += f" Clients of whom nothing is noted: {blank}." if blank else ""
    return DraftAnswer(said + doubt, RECORDED, exported(view, "clients"))


def policy(view: View) -> DraftAnswer:
    """Answer whether there is a policy, whether somebody read it clause by clause, and what was found in its words."""
    policy = view.policy
    said = (
        f"There is one; its {len(policy.commitments)} statements are on record. Whether it is published as it was read "
    )
    said += "is for the proposer to look at." + ("" if policy.is_read else " Nobody has read it clause by clause.")
    source = f"{policy.title}, SHA-256 {policy.sha256[:16]}{_reader(view)}"
    grade = INSPECTED if policy.is_read else RECORDED
    return beside(
        DraftAnswer(said, grade, source), numbers(view, "GOV-02", "GOV-03"), view.unanswered_checks("GOV-02", "GOV-03")
    )


def _reader(view: View) -> str:
    """Return who read the policy clause by clause, and when."""
    read = view.policy.is_read and view.policy.read_on
    return f"; read clause by clause by {view.policy.read_by}, {long_date(read)}" if read else ""


def retention(view: View) -> DraftAnswer:
    """Answer what the policy says about how long records are kept, and what was found about words and records."""
    years, grade = view.policy.parameters.retention_years, INSPECTED if view.policy.is_read else RECORDED
    quotes = [each for each in view.policy.commitments if "retention_years" in each.parameters]
    kept = numbers(view, "RET-01", "RET-02", "RET-08")
    if not years or not quotes:
        return beside(
            DraftAnswer("The policy names no number of years.", grade, view.policy.title + _reader(view)), kept
        )
    about = [each for each in view.findings("GOV-02", "GOV-03") if quotes[0].id in each["commitments"]]
    source = f"{view.policy.title}, {quotes[0].id}{_reader(view)}"
    return beside(DraftAnswer(f"The policy says: “{quotes[0].quote}”", grade, source), [*reasons(about), *kept])


def audits(view: View) -> DraftAnswer:
    """Answer that the registers were audited against the policy, as at which day, and how much was found."""
    checks, planned = view.checks(), {each for promise in view.policy.commitments for each in promise.planned}
    said = f"The firm's registers were compared with its policy as at {long_date(view.day)}, by the firm itself, "
    told = [f"with {checks['answered']} checks that gave an answer"]
    kinds = {"not_testable": "could not be shown", "error": "could not be run"}
    kinds["not_made"] = "not made, since the policy makes no such promise"
    told += [f"{words}: {checks[kind]}" for kind, words in kinds.items() if checks[kind]]
    said += f"{'; '.join([*told, f'planned, and not written yet: {len(planned)}'])}."
    gaps = f"gaps, where something cannot be shown: {outcomes(view)['not_shown']}"
    return beside(DraftAnswer(said, RECORDED, AUDIT), [facts(view), gaps])
