"""When a supplier's security was last looked at, and how much harm a leak of what it gets would do."""

from datetime import date

from privacy_audit.dates import add_months
from privacy_audit.facts.fact import Known, column, dates, truths
from privacy_audit.facts.lists import is_one_of, is_open, mentions, parts
from privacy_audit.registers.register import Register


def with_facts(processors: Register, known: Known) -> Register:
    """Add low_risk, contact_only, review_due_on and basis_named.

    Only kinds of data that are written down, and leave nothing open, make a supplier one of little risk.
    """
    law, day = known.noting("processors", "low_risk", "contact_only", "review_due_on").law, known.as_at
    fresh = known.noting("processors", "review_due_on")
    open_words, contact = law.unsaid_kinds.on(day), law.contact_kinds.on(day)
    risky = [*law.risky_kinds.on(day), *law.sensitive_kinds.on(day)]
    kinds, services = column(processors, "data_categories"), column(processors, "service")
    said = [kind if kind is not None and not is_open(kind, open_words) else None for kind in kinds]
    low = [
        kind is not None and not mentions(f"{service}; {kind}", risky)
        for kind, service in zip(said, services, strict=True)
    ]
    few = [kind is not None and all(is_one_of(part, contact) for part in parts(kind)) for kind in said]
    reviewed = column(processors, "security_review_on")
    return processors.with_columns(
        {
            "low_risk": truths(low),
            "contact_only": truths(few),
            "review_due_on": dates([_due(on, fresh, few=each) for on, each in zip(reviewed, few, strict=True)]),
            "basis_named": truths(_bases(processors)),
        }
    )


def _due(reviewed_on: date | None, known: Known, *, few: bool) -> date | None:
    """Return the last day on which a review still counts as fresh."""
    limits = known.limits
    months = limits.security_review_months_contact if few else limits.security_review_months
    return add_months(reviewed_on, months) if reviewed_on else None


def _bases(processors: Register) -> list[bool | None]:
    """Return for each supplier whether something is named that a review rests on; blank where it cannot be read."""
    unread = {index for index, name in processors.unread if name == "security_basis"}
    bases = column(processors, "security_basis")
    return [None if index in unread else basis not in {None, "none"} for index, basis in enumerate(bases)]
