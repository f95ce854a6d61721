"""What the supplier list answers about suppliers and sending abroad; whatever a check found stands beside it."""

from collections import Counter
from collections.abc import Collection, Iterator

from privacy_audit.audit.editions import Shown, View
from privacy_audit.dates import long_date
from privacy_audit.reports.insurer_answers import (
    LISTS,
    RECORDED,
    UNKNOWN,
    DraftAnswer,
    beside,
    exported,
    none_of,
    reason,
    reasons,
)

ROLES = {"processor": "processor", "controller": "own controller", "joint_controller": "joint controller"}


OWN = ("controller", "joint_controller")


CONTRACT, TERMS, SECURITY = ("PRC-01",), ("PRC-02",), ("PRC-05",)


PLACES = ("TRF-01", "TRF-02")


SAFEGUARDS = frozenset(("safeguard", "mechanism"))  # of a supplier, of a transfer


ABROAD = ("TRF-01", "TRF-02", "TRF-04", "TRF-06", "TRF-07")


def getting(view: View) -> list[Shown]:
    """Return the suppliers in use that get personal data, or may."""
    return [each for each in view.rows("processors") if each["live"] is not False and each["role"] != "none"]


def handling(view: View) -> list[Shown]:
    """Return those of them that handle it for the firm, or may: not those that are controllers of their own."""
    return [each for each in getting(view) if each["role"] not in OWN]


def suppliers(view: View) -> DraftAnswer:
    """Answer how many suppliers handle personal data for the firm, and how many others get it."""
    if not view.rows("processors"):
        return none_of(view, "processors") or UNKNOWN
    roles = Counter(each["role"] for each in getting(view))
    said = f"Processors: {roles['processor']}."
    said += f" Of {roles[None]} more the role is not recorded." if roles[None] else ""
    told = [f"{ROLES[each]}s: {roles[each]}" for each in OWN if roles[each]]
    said += f" Others that get personal data, and decide about it themselves: {', '.join(told)}." if told else ""
    return DraftAnswer(f"{said} The sheet Suppliers lists them.", RECORDED, exported(view, "processors"))


def _found(rows: list[Shown], controls: tuple[str, ...]) -> list[str]:
    """Return what these checks found about suppliers; what is found of several in the same words stands once."""
    names: dict[str, list[str]] = {}
    for row in rows:
        for each in row["told"]:
            if each.control in controls:
                names.setdefault(reason(each), []).append(row["legal_name"])
    return [text if found[0] in text else f"{', '.join(found)}: {text}" for text, found in names.items()]


def _answered(view: View, said: str, controls: tuple[str, ...], column: str) -> DraftAnswer:
    """Return what is on record about the processors, with what the checks of it found; not known without the column."""
    on_record = DraftAnswer(said, RECORDED, exported(view, "processors")) if handling(view) else UNKNOWN
    first = none_of(view, "processors") or (UNKNOWN if view.lacks("processors", column) else on_record)
    return beside(
        first, _found(handling(view), controls), view.unanswered_checks(*controls) if view.has("processors") else ()
    )


def contracts(view: View) -> DraftAnswer:
    """Answer for how many processors a signed contract is in force on the day, and how many have run out."""
    found, day = handling(view), view.day
    signed = [each for each in found if each["contract_signed_on"] and each["contract_signed_on"] <= day]
    over = sum(bool(each["contract_expires_on"]) and each["contract_expires_on"] < day for each in signed)
    open_ = sum(_is_open(view, each) for each in signed)
    said = f"Signed, and running on {long_date(day)}: the contracts with {len(signed) - over - open_} of {len(found)} "
    counts = {"run out by then": over, "signed, and not known until when they run": open_}
    counts["no signature by then on record"] = len(found) - len(signed)
    said += "; ".join(["processors", *(f"{words}: {number}" for words, number in counts.items() if number)])
    return _answered(view, f"{said}.", CONTRACT, "contract_signed_on")


def _is_open(view: View, row: Shown) -> bool:
    """Whether nobody can tell until when a contract runs."""
    told = any(each.control in CONTRACT and each.outcome == "not_shown" for each in row["told"])
    return not row["contract_expires_on"] and (told or view.lacks("processors", "contract_expires_on"))


def terms(view: View) -> DraftAnswer:
    """Answer for how many processors a check of the contract's terms is on record, and how many terms are missing."""
    lacking = [each["terms_missing"] for each in handling(view) if each["terms_missing"]]
    missing = f" Terms missing by the record: {sum(lacking)}, in contracts: {len(lacking)}." if lacking else ""
    said = _on_record(handling(view), "art28_checked_on", "A check of the contract's terms is") + missing
    return _answered(view, said, TERMS, "art28_checked_on")


def reviews(view: View) -> DraftAnswer:
    """Answer for how many processors a look at security is on record."""
    said = _on_record(handling(view), "security_review_on", "A look at security is")
    return _answered(view, said, SECURITY, "security_review_on")


def _on_record(found: list[Shown], column: str, what: str) -> str:
    there = sum(each[column] is not None for each in found)
    rest = f" For the other {len(found) - there} none is on record." if there < len(found) else ""
    return f"{what} on record for {there} of {len(found)} processors.{rest}"


def sent(view: View) -> list[Shown]:
    """Return what is sent abroad, or may be."""
    return [each for each in view.rows("transfers") if each["live"] is not False]


def country(view: View, row: Shown) -> str:
    """Return a country's name, or that it is not recorded."""
    return _named(view, row["country"])


def _named(view: View, code: str | None) -> str:
    return str(view.law.tables["countries"]["names"].get(code or "", "country not recorded"))


def seen_from(view: View, row: Shown) -> str:
    """Return from which other countries a supplier's people see the data, to be put behind its safeguard."""
    places = ", ".join(_named(view, each) for each in row["seen_from"])
    return f"; its people see it from: {places}" if places and not view.lacks("processors", "support_countries") else ""


def _seen_from(view: View) -> str:
    if not getting(view):
        return ""
    if view.lacks("processors", "support_countries"):
        return " From where suppliers' people see it is not recorded."
    seen = Counter(_named(view, each) for row in getting(view) for each in row["seen_from"])
    told = ", ".join(f"{name} ({number})" for name, number in sorted(seen.items()))
    return f" Suppliers' people see it from other countries too, by number of suppliers: {told}." if told else ""


def territories(view: View) -> DraftAnswer:
    """Answer to which countries data is sent, and from which others suppliers' people see it."""
    found = Counter(country(view, each) for each in sent(view))
    told = ", ".join(f"{name} ({number})" for name, number in sorted(found.items()))
    said = f"Outside the UK, by number of services: {told}." if told else f"To none, as {_list(view)} has it."
    said += _seen_from(view)
    places = [each for each in view.findings(*PLACES) if each["outcome"] == "broken"]
    return _of_sending(view, said, reasons(places), PLACES)


def _list(view: View) -> str:
    """Return what tells of sending abroad: the firm's own file of it, or its supplier list."""
    return LISTS[view.source("transfers")]


def _of_sending(view: View, said: str, found: list[str], controls: tuple[str, ...]) -> DraftAnswer:
    """Return what is on record about sending abroad, or who declared that there is nothing; else it is not known."""
    if not view.has("transfers"):
        return UNKNOWN
    source = view.source("transfers")
    on_record = DraftAnswer(said, RECORDED, exported(view, source)) if view.rows(source) else UNKNOWN
    return beside(none_of(view, source) or on_record, found, view.unanswered_checks(*controls))


def recorded(view: View, place: str | None, mechanism: str | None, unread: Collection[str] = ()) -> str:
    """Return which safeguard is on record for data in a place, or that none is needed there, or that it is `unread`."""
    if not SAFEGUARDS.isdisjoint(unread):
        return "something that could not be read"
    if mechanism and not (mechanism == "NONE" and _is_approved(view, place)):
        return str(view.law.tables["mechanisms"]["names"].get(mechanism, mechanism))
    if place == "GB":
        return "none needed: in the United Kingdom"
    return "none needed: country approved in full" if _is_approved(view, place) else "none on record"


def _is_approved(view: View, place: str | None) -> bool:
    return place in set(view.law.adequate_full.on(view.day))


def safeguards(view: View) -> DraftAnswer:
    """Answer which safeguards are on record abroad; one that a check found broken or not shown protects nothing."""
    rows = sent(view)
    good = Counter(
        recorded(view, row["country"], row["mechanism"], row["unread"]) for row in rows if not doubts(view, row)
    )
    if not rows:
        said = f"Nothing is sent abroad, as {_list(view)} has it."
    elif good:
        said = f"By number of services: {', '.join(f'{name}: {number}' for name, number in sorted(good.items()))}."
    else:
        said = "Nothing that the audit could confirm."
    doubtful = [each for row in rows for each in _in_doubt(view, row)]
    others = [each for each in getting(view) if not any(_is_to(row, each) for row in rows)]
    said += (
        f" Not counted as protected, for what the audit found: {len(doubtful)}. {'. '.join(doubtful)}."
        if doubtful
        else ""
    )
    return _of_sending(view, said, _found(others, ABROAD), ABROAD)


def _in_doubt(view: View, row: Shown) -> Iterator[str]:
    """Yield what is recorded of a sending, and what the audit found about it, if it found anything."""
    found = doubts(view, row)
    if found:
        kept = recorded(view, row["country"], row["mechanism"], row["unread"])
        name = row["importer"] or "importer not recorded"
        yield f"{name} ({country(view, row)}): recorded: {kept}; the audit found: {'; '.join(found)}"


def doubts(view: View, row: Shown) -> list[str]:
    """Return what the checks of transfers found about a sending or a supplier, each thing once."""
    own = [each for each in row["told"] if each.control in ABROAD]
    name = row.get("legal_name")
    if name is not None:  # a supplier: what was found about what is sent to it
        own += [each for other in sent(view) if _is_to(other, row) for each in other["told"]]
    else:
        own += [
            each for other in getting(view) if _is_to(row, other) for each in other["told"] if each.control in ABROAD
        ]
    return list(dict.fromkeys(reason(each) for each in own))


def _is_to(transfer: Shown, supplier: Shown) -> bool:
    """Whether a sending goes to a supplier: by its own name for the two together, else by the importer's."""
    name, service = supplier["legal_name"], supplier["service"]
    return transfer["transfer_id"] == f"{name}: {service}" or (
        not str(transfer["transfer_id"]).startswith(f"{name}: ") and transfer["importer"] == name
    )
