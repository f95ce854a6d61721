"""Controls of suppliers: a written contract (PRC-01), its terms (PRC-02), and the security review (PRC-05)."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.controls.grammar import (
    Breach,
    Clause,
    Columns,
    Condition,
    Gap,
    InScope,
    Reason,
    Rules,
    Severity,
    control,
    happened,
)


@control(
    "PRC-01",
    register="processors",
    severity="major",
    law="UK GDPR Art 28(3) and 28(9)",
    asked_by_law="UK GDPR Art 28(3) asks for it",
    minutes=30,
    remedy="Get the supplier's data processing agreement signed and file it.",
    reasons={
        "no_contract": Reason(
            "No contract with {legal_name} is recorded for {service}.", "No written contract is recorded."
        ),
        "date_unknown": Reason(
            "A contract with {legal_name} is filed without its date.",
            "A contract is filed without its date.",
            "Write the date of the contract into the register.",
        ),
        "signed_after_quarter": Reason(
            "The contract with {legal_name} was signed only on {contract_signed_on}.",
            "It was signed after the quarter ended.",
            "Note why the contract came late; the contract itself now stands.",
        ),
        "expired": Reason(
            "The contract with {legal_name} ran out on {contract_expires_on}.",
            "The contract ran out; the service goes on.",
            "Renew the contract or stop the service.",
        ),
        "signed_late": Reason(
            "{legal_name} was used from {live_from}; the contract was signed on {contract_signed_on}.",
            "It was used this quarter before the contract was signed.",
            "Note why the contract came late; the contract itself now stands.",
        ),
    },
)
def written_contract(processors: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Every supplier that handles personal data for the firm does so under a written contract in force.

    Judged for suppliers used on some day of the quarter. A contract signed late but before the quarter is a thing of
    the past. A blank date beside a filed contract shows nothing either way.
    """
    signed_on = processors.contract_signed_on
    signed, filed = happened(signed_on), happened(processors.contract_ref)
    ended = happened(processors.contract_expires_on) & (processors.contract_expires_on < as_at)
    over = happened(processors.service_end) & (processors.service_end <= processors.contract_expires_on)
    yield InScope(processors.live)
    yield InScope(processors.role == "processor")
    yield Breach("no_contract", ~signed & ~filed)
    yield Gap("date_unknown", ~signed & filed, "minor")
    yield Breach("signed_after_quarter", signed & (signed_on > as_at))
    yield Breach("expired", signed & ended & ~over)
    late = (signed_on > rules.period_start) & (signed_on > processors.live_from) & (signed_on <= as_at)
    yield Breach("signed_late", signed & late, "minor")


@control(
    "PRC-02",
    register="processors",
    severity="major",
    law="UK GDPR Art 28(3)",
    asked_by_law="UK GDPR Art 28(3) asks for it",
    minutes=45,
    leaves_to=("PRC-01",),
    remedy="Read the supplier's data processing agreement against Article 28(3), and note the day and what is missing.",
    reasons={
        "not_checked": Reason(
            "Nobody has recorded reading the contract with {legal_name} against Article 28(3).",
            "Nobody recorded reading the contract's terms.",
        ),
        "undated": Reason(
            "The terms of the contract with {legal_name} were checked on a day that nobody noted.",
            "The terms were checked on an unknown day.",
            "Write into the register when the contract's terms were checked.",
        ),
        "terms_missing": Reason(
            "The contract with {legal_name} lacks: {missing_terms}.",
            "The contract lacks terms the law asks for.",
            "Ask the supplier for an agreement that has the missing terms, and file it.",
        ),
        "key_terms_missing": Reason(
            "The contract with {legal_name} lacks: {missing_terms}.",
            "The contract lacks terms that matter most, or many.",
            "Get a data processing agreement with all terms of Article 28(3), or stop using the supplier.",
        ),
        "more_may_lack": Reason(
            "The contract with {legal_name} may lack more terms: part of what was noted cannot be read as a term.",
            "What else is missing cannot be told.",
            "Name the missing terms in the words of Article 28(3), or answer for each of them.",
        ),
    },
)
def contract_terms_complete(processors: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Every contract with a supplier that handles personal data for the firm has the terms that Article 28(3) asks for.

    Judged where a contract is signed or filed: that there is none is told by PRC-01. “None” is an answer to which terms
    are missing, a blank is not, and a word that nobody knows is never “none”. An answer for each of the fourteen terms
    counts as well, and a “no” there counts whatever the list says. A transfer agreement alone has none of these terms.
    """
    checked = happened(processors.art28_checked_on)
    many = processors.terms_missing >= rules.law.article28_many_missing.on(as_at)
    serious, missing = many | processors.key_term_missing, processors.terms_missing > 0
    yield InScope(processors.live)
    yield InScope(processors.role == "processor")
    yield InScope(happened(processors.contract_signed_on) | happened(processors.contract_ref))
    yield Breach("not_checked", ~checked & ~processors.terms_answered)
    yield Gap("undated", ~checked & ~missing, "minor")
    yield Breach("terms_missing", missing & ~serious)
    yield Breach("key_terms_missing", missing & serious, "critical")
    yield Gap("more_may_lack", missing & processors.more_may_lack)


@control(
    "PRC-05",
    register="processors",
    severity="major",
    law="UK GDPR Art 28(1) and 32",
    asked_by_law="UK GDPR Art 28(1) allows only suppliers that give sufficient guarantees",
    minutes=30,
    remedy="Look at how the supplier keeps data secure (a certificate, or a short questionnaire), and note the day.",
    reasons={
        "never_reviewed": Reason(
            "Nobody has recorded a look at how {legal_name} keeps data secure.", "No security review is recorded."
        ),
        "no_basis": Reason(
            "The security of {legal_name} was looked at on {security_review_on}, and rests on nothing.",
            "The review rests on nothing.",
        ),
        "undated": Reason(
            "The security of {legal_name} rests on a review that nobody dated.",
            "The review has no date.",
            "Write the date of the review into the register.",
        ),
        "review_old": Reason(
            "The security of {legal_name} should have been looked at again by {review_due_on}.",
            "The security review is old.",
        ),
        "review_old_contact": Reason(
            "The security of {legal_name}, which gets contact details only, was due for a look by {review_due_on}.",
            "The security review is old.",
        ),
    },
)
def security_reviewed(processors: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Somebody has looked at how every supplier that handles personal data for the firm keeps it secure.

    How serious the lack is depends on what the supplier gets: minor where its kinds of data are written down and none
    of them is money, documents, whole systems or sensitive data. How long a review stays fresh is a house limit; its
    last day is still in time.
    """
    reviewed = happened(processors.security_review_on)
    old = reviewed & (processors.review_due_on < as_at)
    little: dict[Severity, Condition] = {"minor": processors.low_risk}
    yield InScope(processors.live)
    yield InScope(processors.role == "processor")
    yield Breach("never_reviewed", ~reviewed & ~processors.basis_named, little)
    yield Gap("undated", ~reviewed & processors.basis_named, "minor")
    yield Breach("no_basis", reviewed & (processors.security_basis == "none"), little)
    months, months_contact = (
        rules.limits.severity(name, "minor") for name in ("security_review_months", "security_review_months_contact")
    )
    yield Breach("review_old", old & ~processors.contact_only, months)
    yield Breach("review_old_contact", old & processors.contact_only, months_contact)
