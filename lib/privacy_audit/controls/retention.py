"""Section 10: how long records are kept, and that they go afterwards."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from privacy_audit.control import Breach, Clause, Columns, Condition, InScope, Reason, Rules, Severity, control


@control(
    "RET-01",
    register="clients",
    severity="minor",
    law="UK GDPR Art 5(1)(e)",
    minutes=15,
    remedy="Delete or anonymise the record, and note the date and how.",
    reasons={
        "kept_too_long": Reason(
            "Should have gone after {keep_until}: left on {left_on}.", "The promised years are over."
        ),
        "kept_past_promise": Reason(
            "Should have gone after {policy_end}: left on {left_on}. The tax date is not known.",
            "The promised years are over.",
            "Ask the accountant whether tax law still needs the record; if not, delete it and note the date and how.",
        ),
        "kept_lawfully_longer": Reason(
            "Promised to go after {policy_end}; tax law keeps it until {statutory_end}.",
            "Tax law keeps it longer than the policy promises.",
            "Change section 10 to say that tax law may need records longer.",
        ),
    },
)
def erased_after_retention(clients: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """A former client's record is deleted or anonymised once the promised years have run.

    The last day itself is still in time. The years run from the end date, or from a later last invoice. Where the
    promised day has passed but tax law still asks for the record, it is kept lawfully and longer than promised.
    """
    bands = rules.law.retention_bands.on(as_at)
    over = clients.policy_end < as_at
    taxed = clients.tax_date_known & (clients.statutory_end >= as_at)
    yield InScope(clients.relationship == "former_client")
    yield InScope(clients.disposal_status.is_in(["none", "partially_deleted"]))
    yield InScope(~clients.legal_hold & ~clients.restricted)
    yield Breach("kept_too_long", over & clients.tax_date_known & ~taxed, _bands(clients.keep_until, as_at, bands))
    yield Breach("kept_past_promise", over & ~clients.tax_date_known, _bands(clients.policy_end, as_at, bands))
    yield Breach("kept_lawfully_longer", over & taxed, "minor")


def _bands(end: Condition, as_at: date, bands: Mapping[str, int]) -> Mapping[Severity, Condition]:
    critical, major = (as_at - timedelta(days=bands[name]) for name in ("critical", "major"))
    return {"critical": end < critical, "major": end < major}
