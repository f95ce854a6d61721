"""A draft answer, and what the audit found about the thing asked: it stands in the answer, never apart from it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from privacy_audit.control import CONTROLS
from privacy_audit.dates import in_words
from privacy_audit.editions import Shown, View
from privacy_audit.told import Told

RECORDED, DECLARED, INSPECTED, NOT_KNOWN = "recorded", "declared", "inspected", "not known"
LISTS = {"clients": "the client list", "contacts": "the marketing lists", "processors": "the supplier list"}
LISTS["transfers"] = "the transfers file"
FOUND, AUDIT = "The audit found", "this audit"
MOST = 8


@dataclass(frozen=True)
class Said:
    """An answer, how it is known, and where it comes from."""

    answer: str
    grade: str
    source: str


UNKNOWN = Said("Not known.", NOT_KNOWN, "No register or statement of the firm tells.")


def beside(said: Said, found: Iterable[str], silent: Iterable[str] = ()) -> Said:
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


def as_declared(view: View, what: str) -> Said | None:
    """Return that a register or column has nothing, on the word of whoever declared it; None where nobody did."""
    declared = view.declared(what)
    if declared is None:
        return None
    return Said(f"None, as the firm says: {bare(declared['because'])}.", DECLARED, _by(declared))


def _by(declared: Shown) -> str:
    return f"{declared['by']}, {in_words(declared['on'])}"


def none_of(view: View, name: str) -> Said | None:
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
        told.append(LISTS[name] + (f", exported {in_words(max(days))}" if days else ", day of export not known") + rest)
        told += [bare(each["reason"]) for each in view.findings("DQ-01") if each["record"] == name]
    return "; ".join(told)


def bare(text: str) -> str:
    """Return a sentence without its full stop, to stand among others."""
    return text.rstrip(".")


def reason(found: Told) -> str:
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
