"""Section 7: with whom personal data is shared, and under which contract."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, InScope, NotShown, Reason, Rules, control, happened


@control(
    "PRC-01",
    register="processors",
    severity="major",
    law="UK GDPR Art 28(3) and 28(9)",
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
    yield NotShown("date_unknown", ~signed & filed, "minor")
    yield Breach("signed_after_quarter", signed & (signed_on > as_at))
    yield Breach("expired", signed & ended & ~over)
    late = (signed_on > rules.period_start) & (signed_on > processors.live_from) & (signed_on <= as_at)
    yield Breach("signed_late", signed & late, "minor")
