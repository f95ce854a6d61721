"""Which Article 28(3) terms a contract lacks: by the list of missing terms, and by an answer for each term."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from privacy_audit.facts.fact import Known, truths
from privacy_audit.facts.lists import parts, says_nothing
from privacy_audit.registers.register import Register

LIST = "art28_missing"


@dataclass(frozen=True)
class _Terms:
    """What is known of one contract's terms; `blame` names the column that leaves it open."""

    missing: frozenset[str] = frozenset()
    known: bool = False
    answered: bool | None = None
    open: bool | None = None
    blame: str = LIST


def with_facts(processors: Register, known: Known) -> Register:
    """Add terms_missing (how many), missing_terms (in words), key_term_missing, terms_answered and more_may_lack.

    A word that nobody knows leaves the answer open: it is never “none”. What is known to be missing counts, whatever
    else is not known; more_may_lack says that something else is not.
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
    """Return the missing terms as reports name them, in the order of the law."""
    return "; ".join(names[0] for code, names in terms.items() if code in missing) or None


def _terms(row: Mapping[str, Any], unread: set[str], spellings: Mapping[str, str]) -> _Terms:
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
