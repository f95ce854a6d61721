"""Facts about suppliers: where people see the data, the contract's terms, the security review, and use.

1. `abroad`, `from_outside` and `countries`: people in other countries who see what a supplier holds.
2. `with_terms`: the terms that Article 28(3) asks for.
3. `with_security`: how risky the data is, and when a review is due.
4. `with_facts`: all of these, when a supplier was used, and whether the transfers file has a row for it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from privacy_audit.dates import add_months
from privacy_audit.facts import transfers
from privacy_audit.facts.fact import Known, column, dates, events, truths
from privacy_audit.facts.logic import Answer, among, both, is_one_of, is_open, mentions, parts, says_nothing
from privacy_audit.registers.register import Register
from privacy_audit.settings.spelling import Countries, UnreadError

HOME = "GB"
Cell = tuple[str | None, Answer]
Tables = Mapping[str, Any]  # of the rulebook; “countries” has their names and spellings


def abroad(processors: Register, until: Sequence[date], known: Known) -> list[Answer]:
    """Return for each supplier whether people in a country that is not approved in full see what it holds.

    `until` is for each the day on which the approval counts. None where the cell does not show it.
    """
    known = known.noting("processors", "support_abroad")
    spans = known.law.adequate_full.spans
    cells = zip(events(processors, "support_countries"), until, strict=True)
    return [_beyond(cell, frozenset((HOME, *transfers.places(spans, day))), known) for cell, day in cells]


def from_outside(processors: Register, until: Sequence[date], known: Known) -> list[Answer]:
    """Return for each supplier inside the area that the policy promises whether people outside it see what it holds.

    False where the policy promises no area, and for a supplier that is outside itself: that is reported as a transfer.
    """
    area = known.policy.parameters.transfer_area
    if area == "anywhere":
        return [False] * len(until)
    known = known.noting("processors", "seen_from_outside")
    spans = getattr(known.law, f"area_{area}").spans
    answers: list[Answer] = []
    rows = zip(column(processors, "country"), events(processors, "support_countries"), until, strict=True)
    for country, cell, day in rows:
        inside = transfers.places(spans, day)
        answers.append(both(among(country, inside), _beyond(cell, inside, known)))
    return answers


def countries(processors: Register, tables: Tables) -> list[tuple[str | None, ...]]:
    """Return for each supplier the countries, other than its own, from which its people see what it holds.

    None in place of a country that is not known.
    """
    rows = zip(column(processors, "country"), events(processors, "support_countries"), strict=True)
    return [tuple(each for each in _where(cell, tables) if each is None or each != own) for own, cell in rows]


def _where(cell: Cell, tables: Tables) -> list[str | None]:
    """Return the countries that a cell names; [None] where it is blank and may have to name some."""
    text, supported = cell
    if text is None:
        return [] if supported is False else [None]
    return [] if says_nothing(text) else _places(text, tables)


def _beyond(cell: Cell, inside: frozenset[str], known: Known) -> Answer:
    """Return whether a cell names a country that is not in `inside`; None where it leaves that open."""
    text, supported = cell
    if text is None:
        return supported
    places = _where(cell, known.law.tables)
    if any(place and place not in inside for place in places):
        return True
    return None if None in places else False


def _places(text: str, tables: Tables) -> list[str | None]:
    """Return the countries that a cell names, and None for a part that names none.

    “Korea, Republic of” is one country.
    """
    words = tables.get("countries", {})
    known = Countries(words.get("names", {}), words.get("aliases", {}), words.get("ask", {}))
    found: list[str | None] = []
    for part in (each for each in text.split(";") if each.strip()):
        whole = _code(part, known)
        found += [whole] if whole else [_code(each, known) for each in part.split(",")]
    return found or [None]


def _code(text: str, countries: Countries) -> str | None:
    """Return a country's code; None where the text is no country."""
    with suppress(UnreadError):
        return countries.code(text.strip())
    return None


LIST = "art28_missing"


@dataclass(frozen=True)
class _Terms:
    """What is known of one contract's terms.

    `missing` are the codes of the terms known to be missing; `known` is whether the answer is known; `answered`,
    whether the register has an answer at all; `open`, whether further terms may be missing; `blame`, the column to fill
    in.
    """

    missing: frozenset[str] = frozenset()
    known: bool = False
    answered: bool | None = None
    open: bool | None = None
    blame: str = LIST


def with_terms(processors: Register, known: Known) -> Register:
    """Add terms_missing (how many), missing_terms (in words), key_term_missing, terms_answered and more_may_lack.

    An unknown word leaves the answer open: it never counts as “none”. Terms that are known to be missing count whatever
    else is open; more_may_lack says that others may be missing as well.
    """
    law = known.noting(
        "processors", "terms_missing", "missing_terms", "key_term_missing", "terms_answered", "more_may_lack"
    ).law
    terms: Mapping[str, list[str]] = law.article28_terms.on(known.as_at)
    law = known.noting("processors", "key_term_missing").law
    key_terms = set(law.article28_key_terms.on(known.as_at))
    spellings = {spelling: code for code, names in terms.items() for spelling in (code, *names)}
    rows = processors.table.select([LIST, *terms]).to_pylist()
    found = [_terms(row, {n for at, n in processors.unread if at == i}, spellings) for i, row in enumerate(rows)]
    named = [_in_words(each.missing, terms) for each in found]
    facts = {
        "terms_missing": pa.array([len(each.missing) if each.known else None for each in found], pa.int64()),
        "missing_terms": pa.array(named, pa.string()),
        "key_term_missing": truths([bool(each.missing & key_terms) for each in found]),
        "terms_answered": truths([each.answered for each in found]),
        "more_may_lack": truths([each.open for each in found]),
    }
    causes = {
        (index, name): ("processors", each.blame)
        for index, each in enumerate(found)
        for name in ("terms_missing", "terms_answered")
    }
    return replace(processors.with_columns(facts), causes={**processors.causes, **causes})


def _in_words(missing: frozenset[str], terms: Mapping[str, list[str]]) -> str | None:
    """Return the missing terms by name, in the order of the rulebook, joined by semicolons; None for none."""
    return "; ".join(names[0] for code, names in terms.items() if code in missing) or None


def _terms(row: Mapping[str, Any], unread: set[str], spellings: Mapping[str, str]) -> _Terms:
    """Return what a row shows: by the list of missing terms, and by the answer for each term."""
    listed = row[LIST] or ""
    answers = {code: row[code] for code in spellings.values()}
    lacking = {spellings[part] for part in parts(listed) if part in spellings}
    lacking |= {code for code, there in answers.items() if there is False}
    blanks = [code for code, there in answers.items() if there is None]
    doubtful = [name for name in (LIST, *answers) if name in unread]
    if lacking:
        odd = any(part not in spellings and not says_nothing(part) for part in parts(listed))
        more = bool(doubtful) or odd or (not listed and bool(blanks))
        return _Terms(frozenset(lacking), known=True, answered=True, open=more)
    if doubtful or (listed and not says_nothing(listed)):
        return _Terms(blame=doubtful[0] if doubtful else LIST)
    if listed or not blanks:
        return _Terms(known=True, answered=True, open=False)
    if len(blanks) < len(answers):
        return _Terms(blame=blanks[0])
    return _Terms(answered=False)


def with_security(processors: Register, known: Known) -> Register:
    """Add low_risk, contact_only, review_due_on and basis_named.

    A supplier is of low risk only where its kinds of data are written down, leave nothing open and name nothing risky.
    """
    law, day = known.noting("processors", "low_risk", "contact_only", "review_due_on").law, known.as_at
    fresh = known.noting("processors", "review_due_on")
    open_words, contact = law.unsaid_kinds.on(day), law.contact_kinds.on(day)
    risky = [*law.risky_kinds.on(day), *law.sensitive_kinds.on(day)]
    kinds, services = column(processors, "data_categories"), column(processors, "service")
    stated = [kind if kind is not None and not is_open(kind, open_words) else None for kind in kinds]
    low = [
        kind is not None and not mentions(f"{service}; {kind}", risky)
        for kind, service in zip(stated, services, strict=True)
    ]
    contact_only = [kind is not None and all(is_one_of(part, contact) for part in parts(kind)) for kind in stated]
    reviewed = column(processors, "security_review_on")
    return processors.with_columns(
        {
            "low_risk": truths(low),
            "contact_only": truths(contact_only),
            "review_due_on": dates(
                [_due(on, fresh, contact_only=each) for on, each in zip(reviewed, contact_only, strict=True)]
            ),
            "basis_named": truths(_bases(processors)),
        }
    )


def _due(reviewed_on: date | None, known: Known, *, contact_only: bool) -> date | None:
    """Return the last day on which a review is fresh; None without a review.

    A supplier that gets contact details only (`contact_only`) has a limit of its own.
    """
    limits = known.limits
    months = limits.security_review_months_contact if contact_only else limits.security_review_months
    return add_months(reviewed_on, months) if reviewed_on else None


def _bases(processors: Register) -> list[bool | None]:
    """Return for each supplier whether the basis of its review is named; None where the cell cannot be read."""
    unread = {index for index, name in processors.unread if name == "security_basis"}
    bases = column(processors, "security_basis")
    return [None if index in unread else basis not in {None, "none"} for index, basis in enumerate(bases)]


def with_facts(processors: Register, known: Known, given: Register | None, *, lost: bool = False) -> Register:
    """Add when a supplier was used, its row in the transfers file, and where its people are; then terms and security.

    `given` is the file of transfers, if there is one; `lost` says that there should be one and it could not be read. A
    service without a known start counts as begun.
    """
    starts, ends = column(processors, "service_start"), list(events(processors, "service_end"))
    until, law = transfers.last_days([day for day, _ in ends], known), known.noting("processors", "approved_in_full")
    facts = {
        "live": truths(transfers.going_on(starts, ends, known)),
        "live_from": dates(transfers.first_days(starts, known)),
        "live_until": dates(until),
        "approved_in_full": truths(transfers.approved_in_full(column(processors, "country"), until, law)),
        "transfers_given": truths([given is not None] * len(starts)),
        "row_missing": truths(_missing_rows(processors, given, known, lost=lost)),
        "support_abroad": truths(abroad(processors, until, known)),
        "seen_from_outside": truths(from_outside(processors, until, known)),
    }
    return with_security(with_terms(processors.with_columns(facts), known), known)


def _missing_rows(processors: Register, given: Register | None, known: Known, *, lost: bool) -> list[bool | None]:
    """Return for each supplier whether no transfer of the period names it; False where there is no file of transfers.

    None where the file could not be read, or where a rejected row, or a transfer without an importer, may be the
    supplier's.
    """
    names = [name.casefold() for name in column(processors, "legal_name")]
    if given is None:
        return [None if lost else False] * len(names)
    current = defaultdict[str | None, set[bool | None]](set)
    live = transfers.going_on(column(given, "first_transfer_on"), events(given, "ended_on"), known)
    for importer, on in zip(column(given, "importer"), live, strict=True):
        current[importer and importer.casefold()].add(on)
    lost = bool(given.rejected or given.incomplete or current[None] - {False})
    return [_is_missing(current[name], lost=lost) for name in names]


def _is_missing(rows: set[bool | None], *, lost: bool) -> bool | None:
    """Return whether a supplier has no current transfer; `rows` are whether each of its transfers is current."""
    if True in rows:
        return False
    return None if lost or None in rows else True
