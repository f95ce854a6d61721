"""Controls of transfers by safeguard.

They check the certification of US importers (TRF-04), that no mechanism is used that is not valid (TRF-06), and that
the risk of transfers under an agreement was assessed (TRF-07).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from privacy_audit.controls.grammar import (
    Breach,
    Clause,
    Columns,
    Condition,
    Gap,
    InScope,
    Reason,
    Rules,
    control,
    happened,
    in_force,
)


def _abroad(transfers: Columns) -> Iterator[Clause]:
    """Yield the scope: the quarter's transfers to a country not approved in full that have a mechanism on record."""
    yield InScope(transfers.exempt_because == "none")
    yield InScope((transfers.country != "GB") & transfers.live)
    yield InScope(~transfers.approved_in_full)
    yield InScope(happened(transfers.mechanism))


def _left_to_trf_01(transfers: Columns) -> Condition:
    """Return whether TRF-01 reports the missing safeguard.

    That is so where the transfer is worked out from a supplier whose row says that there is none.
    """
    return (transfers.mechanism == "NONE") & ~transfers.own_row


SIGN = (
    "Assess the risk and sign a UK transfer agreement with the supplier (IDTA or UK Addendum; the ICO publishes both), "
    "or stop sending it data."
)


@control(
    "TRF-04",
    register="transfers",
    severity="critical",
    law="UK GDPR {approval_by_regulations}; {data_bridge_regulations}",
    asked_by_law="UK GDPR {transfer_rule} asks for it",
    minutes=60,
    remedy=SIGN,
    reasons={
        "not_active": Reason(
            "{importer} is not active on the Data Privacy Framework list.", "It is not, or no longer, on the list."
        ),
        "no_uk_extension": Reason(
            "{importer} is on the Data Privacy Framework list without the UK Extension.",
            "Its certificate does not include the UK Extension.",
        ),
        "data_not_covered": Reason(
            "The certification of {importer} does not cover the kind of data sent.",
            "Its certificate does not cover this data.",
        ),
        "sensitive_not_flagged": Reason(
            "Sensitive data goes to {importer} without having been flagged as sensitive.",
            "Sensitive data was not flagged to the importer.",
            "Tell the importer in writing which data is sensitive, or stop sending it; then note it in the register.",
            minutes=20,
        ),
        "stale_check": Reason(
            "{importer} was last looked up on {dpf_checked_on}; its certification must have been renewed since.",
            "The last look at the list is too old.",
            "Look the importer up on the Data Privacy Framework list, keep a dated copy, and note the day.",
            minutes=10,
        ),
        "check_old": Reason(
            "{importer} was last looked up on {dpf_checked_on}.",
            "The last look at the list is old.",
            "Look the importer up on the Data Privacy Framework list, keep a dated copy, and note the day.",
            minutes=10,
        ),
    },
)
def certification_holds(transfers: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Every importer that relies on the UK Extension is certified for it, and for the data that it gets.

    Each of active, UK Extension and kind of data must be recorded: what nobody looked up is no certification. Data is
    sensitive where its kinds name special category or criminal data. A look at the list on the last day of a limit is
    still in time; one that is older than a year shows nothing, one that is older than the house limit is a note.
    """
    bridged = in_force(rules.law.data_bridge.spans, transfers.country, transfers.window_end)
    joined = transfers.dpf_active & transfers.dpf_uk_extension
    checked, limits = transfers.dpf_checked_on, rules.limits
    stale = checked < as_at - timedelta(days=limits.bridge_check_longest_days)
    old = checked < as_at - timedelta(days=limits.bridge_check_days)
    yield from _abroad(transfers)
    yield InScope(bridged & transfers.mechanism.is_in(["UK_US_DPF", "UK_ADEQUACY"]))
    yield Breach("not_active", ~transfers.dpf_active)
    yield Breach("no_uk_extension", transfers.dpf_active & ~transfers.dpf_uk_extension)
    yield Breach("data_not_covered", joined & ~transfers.data_covered)
    yield Breach("sensitive_not_flagged", joined & transfers.sensitive & ~transfers.sensitive_flagged)
    yield Gap("stale_check", stale, "major")
    yield Breach("check_old", old & ~stale, limits.severity("bridge_check_days", "minor"))


@control(
    "TRF-06",
    register="transfers",
    severity="critical",
    law="UK GDPR {transfer_rule} and 46",
    asked_by_law="UK GDPR {transfer_rule} asks for it",
    minutes=60,
    remedy=SIGN,
    leaves_to=("TRF-01",),
    reasons={
        "none_in_place": Reason(
            "The register itself says that nothing protects what {importer} gets in {country}.",
            "The register says there is no safeguard.",
        ),
        "never_valid": Reason(
            "{mechanism}: this is no safeguard for data sent from the UK to {importer} in {country}.",
            "What is recorded is no UK safeguard.",
        ),
        "no_longer_valid": Reason(
            "{mechanism}: no longer a safeguard for what is sent to {importer} in {country}.",
            "This kind of agreement has run out.",
        ),
        "signed_too_late": Reason(
            "{mechanism}: signed with {importer} on {agreement_signed_on}, when it could no longer be used.",
            "It was signed after such clauses could be used.",
        ),
    },
)
def no_dead_mechanism(transfers: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """No sending abroad rests on a kind of mechanism that has run out, or that never was one for data from the UK.

    The old EU clauses held through 20 March 2024, and only where they were signed by 21 September 2022. Clauses made
    for the EU, a contract about processing, encryption or the firm's own opinion never were a mechanism. That a
    supplier's own row says “none” is told by TRF-01.
    """
    none = transfers.mechanism == "NONE"
    old = transfers.mechanism == "EU_SCC_LEGACY"
    live = in_force(rules.law.agreement_safeguards.spans, transfers.mechanism, transfers.window_end)
    late = transfers.agreement_signed_on > rules.law.legacy_scc_last_signing.versions[0].value
    yield from _abroad(transfers)
    yield InScope(~_left_to_trf_01(transfers))
    yield Breach("none_in_place", none)
    yield Breach("never_valid", ~none & transfers.mechanism.is_in(rules.law.never_valid.on(as_at)))
    yield Breach("no_longer_valid", old & ~live)
    yield Breach("signed_too_late", old & live & late)


@control(
    "TRF-07",
    register="transfers",
    severity="major",
    law="UK GDPR {safeguards_assessed}",
    asked_by_law="UK GDPR {transfer_rule} asks for it",
    minutes=90,
    remedy="Assess the risk of the transfer with the ICO's tool, and note the day and the outcome.",
    reasons={
        "no_assessment": Reason(
            "No risk assessment is recorded for sending to {importer} in {country}.", "No risk assessment is recorded."
        ),
        "undated": Reason(
            "The risk assessment for {importer} is recorded without its date.",
            "An assessment is recorded without its date.",
            "Write the date of the assessment into the register.",
        ),
        "assessed_after": Reason(
            "The risk of sending to {importer} was assessed only on {tra_on}.",
            "It was assessed after the sending judged here.",
            "Note why the assessment came late; the assessment itself now stands.",
        ),
        "assessed_late": Reason(
            "Data went to {importer} from {window_start}; the risk was assessed only on {tra_on}.",
            "Data was sent before the risk was assessed.",
            "Note why the assessment came late; the assessment itself now stands.",
        ),
        "not_met": Reason(
            "The risk assessment for {importer} in {country} says that the protection there is too low.",
            "The firm's own assessment says no.",
            "Stop sending data there, or agree extra measures and assess again.",
        ),
        "measures_missing": Reason(
            "The assessment for {importer} relies on extra measures, and none is recorded.",
            "The measures it relies on are not recorded.",
            "Write down which extra measures are in place, or put them in place.",
        ),
        "review_old": Reason(
            "The risk assessment for {importer} should have been looked at again by {tra_due_on}.",
            "The assessment has not been reviewed for long.",
            "Look at the assessment again, and note the day.",
        ),
    },
)
def transfer_risk_assessed(transfers: Columns, rules: Rules, _as_at: date) -> Iterator[Clause]:
    """The risk of every sending abroad under an agreement was assessed before the data went, and came out well enough.

    Needed for agreements under Article 46 that are in force; not for approved countries, the UK Extension or Article
    49. It is in time on the day of the agreement, or on the first day of sending where that is later. Only lateness
    within the quarter is told: what was late before and has been made good is a thing of the past. An assessment made
    in the EU's form counts.
    """
    law, made = rules.law, transfers.tra_on
    kinds = sorted({code for span in law.agreement_safeguards.spans for code in span.value})
    old = transfers.mechanism == "EU_SCC_LEGACY"
    too_late = old & (transfers.agreement_signed_on > law.legacy_scc_last_signing.versions[0].value)
    yield from _abroad(transfers)
    yield InScope(transfers.mechanism.is_in(kinds))
    yield InScope(in_force(law.agreement_safeguards.spans, transfers.mechanism, transfers.window_end) & ~too_late)
    yield Breach("no_assessment", ~transfers.assessed)
    yield Gap("undated", transfers.assessed & ~happened(made), "minor")
    yield Breach("assessed_after", happened(made) & (made > transfers.window_end))
    within = (made > rules.period_start) & (made > transfers.window_start) & (made <= transfers.window_end)
    yield Breach("assessed_late", happened(made) & within & (made > transfers.agreement_signed_on))
    measures = transfers.tra_outcome == "met_with_measures"
    yield Breach("not_met", transfers.assessed & (transfers.tra_outcome == "not_met"), "critical")
    yield Breach("measures_missing", transfers.assessed & measures & ~transfers.measures_listed)
    due = transfers.tra_due_on < transfers.window_end
    yield Breach("review_old", happened(made) & due, rules.limits.severity("tra_review_months", "minor"))
