"""Section 8: personal data leaves the UK only with a similar level of protection."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import (
    Breach,
    Clause,
    Columns,
    Condition,
    InScope,
    NotShown,
    Reason,
    Rules,
    control,
    happened,
    in_force,
)


@control(
    "TRF-02",
    register="transfers",
    severity="critical",
    law="UK GDPR Art 44A, 45A, 46 and 49",
    minutes=60,
    remedy="Sign a UK transfer agreement (IDTA or UK Addendum) with the supplier, or stop sending it data.",
    reasons={
        "none_recorded": Reason(
            "No safeguard is recorded for sending to {importer} in {country}.", "No safeguard is recorded."
        ),
        "never_valid": Reason(
            "{mechanism}: this is no safeguard for data sent from the UK to {importer} in {country}.",
            "What is recorded is no UK safeguard.",
        ),
        "derogation": Reason(
            "{importer}: {mechanism} may be lawful now and then, but gives no similar protection.",
            "An exception gives no similar protection.",
        ),
        "derogation_regular": Reason(
            "{importer}: {mechanism} cannot carry regular sending to {country}.",
            "An exception cannot carry regular sending.",
        ),
        "territory_unclear": Reason(
            "Whether UK approval reaches {country} is not settled; {importer} may need a safeguard.",
            "Whether the approval reaches the territory is unclear.",
            "Ask a lawyer, or sign the IDTA with the importer.",
        ),
        "country_not_approved": Reason(
            "{country} is not approved under UK law; {importer} needs a safeguard.",
            "The country is not approved by the UK.",
        ),
        "scope_not_met": Reason(
            "{importer} is outside the part of {country} that the UK has approved.",
            "The importer is outside the approved part.",
        ),
        "extension_elsewhere": Reason(
            "The UK Extension covers the United States, not {country}.", "The UK Extension does not cover the country."
        ),
        "no_uk_extension": Reason(
            "{importer} has no active entry with the UK Extension on the Data Privacy Framework list.",
            "It never joined the UK Extension, or left it.",
        ),
        "data_not_covered": Reason(
            "The certification of {importer} does not cover the kind of data sent.",
            "Its certificate does not cover this data.",
        ),
        "approved_later": Reason(
            "Data went to {importer} from {window_start}, before {country} was approved.",
            "Data was sent before the approval.",
            "Note the uncovered days; sending is covered now.",
        ),
        "no_longer_valid": Reason(
            "{mechanism}: no longer a safeguard for what is sent to {importer} in {country}.",
            "This kind of agreement has run out.",
        ),
        "not_yet_signed": Reason(
            "The agreement with {importer} was signed only on {agreement_signed_on}.",
            "It was signed after the quarter ended.",
        ),
        "signed_too_early": Reason(
            "The agreement with {importer} is dated {agreement_signed_on}, before it existed.",
            "It is dated before the form existed.",
            "Find the true date of signature, or sign again.",
        ),
        "early_date": Reason(
            "{importer} signed on {agreement_signed_on}, before the form was in force.",
            "It was signed before the form was in force.",
            "Confirm from which day the agreement takes effect.",
        ),
        "signed_late": Reason(
            "Data went to {importer} from {window_start}; the agreement was signed on {agreement_signed_on}.",
            "Data was sent before the agreement was signed.",
            "Note the uncovered days; sending is covered now.",
        ),
    },
)
def mechanism_valid(transfers: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Every sending abroad rests on a mechanism that is valid for the country and the day.

    A country approved in full needs no paper. Judged from the first day of the quarter on which data was sent, to the
    quarter's end. The importer's legal entity decides, not where a server stands.
    """
    ended = happened(transfers.ended_on) & (transfers.ended_on < rules.period_start)
    yield InScope(transfers.exempt_because == "none")
    yield InScope((transfers.country != "GB") & ~ended & transfers.begun)
    needs = ~in_force(rules.law.adequate_full.spans, transfers.country, transfers.window_end)
    named = happened(transfers.mechanism)
    dead = transfers.mechanism.is_in(rules.law.never_valid.on(as_at))
    rare = transfers.mechanism.is_in(rules.law.derogations.on(as_at))
    regular = transfers.frequency.is_in(["continuous", "regular"])
    yield Breach("none_recorded", needs & ~named, "major")
    yield Breach("never_valid", needs & dead)
    yield Breach("derogation", needs & rare & ~regular, "minor")
    yield Breach("derogation_regular", needs & rare & regular)
    yield from _approved_in_part(transfers, rules, as_at, needs)
    yield from _agreed(transfers, rules, needs)


def _approved_in_part(transfers: Columns, rules: Rules, as_at: date, needs: Condition) -> Iterator[Clause]:
    """Adequacy for part of a country: the approved recipients, or the UK Extension with the right kind of data."""
    part, bridge = rules.law.adequate_partial.spans, rules.law.data_bridge.spans
    bridged = in_force(bridge, transfers.country, transfers.window_end)
    claimed = transfers.mechanism == "UK_ADEQUACY"
    adequacy, extension = claimed & ~bridged, (transfers.mechanism == "UK_US_DPF") | (claimed & bridged)
    listed = in_force(part, transfers.country, transfers.window_end)
    unclear = transfers.country.is_in(rules.law.review_territories.on(as_at))
    joined = transfers.dpf_active & transfers.dpf_uk_extension
    yield NotShown("territory_unclear", needs & (adequacy | extension) & unclear, "major")
    yield Breach("country_not_approved", needs & adequacy & ~listed & ~unclear)
    yield Breach("scope_not_met", needs & adequacy & listed & ~transfers.adequacy_scope_confirmed)
    yield Breach("extension_elsewhere", needs & extension & ~bridged & ~unclear)
    yield Breach("no_uk_extension", needs & extension & bridged & ~joined)
    yield Breach("data_not_covered", needs & extension & bridged & joined & ~transfers.data_covered)
    first = rules.period_start
    begun = in_force(part, transfers.country, first) | in_force(part, transfers.country, transfers.window_start)
    approved = (adequacy & transfers.adequacy_scope_confirmed) | (extension & joined & transfers.data_covered)
    yield Breach("approved_later", needs & listed & approved & ~begun, "major")


def _agreed(transfers: Columns, rules: Rules, needs: Condition) -> Iterator[Clause]:
    """Agreements under Article 46: in force as a kind, signed, and signed in time."""
    law, signed = rules.law, transfers.agreement_signed_on
    kinds = sorted({code for span in law.agreement_safeguards.spans for code in span.value})
    agreed = needs & transfers.mechanism.is_in(kinds)
    young = transfers.mechanism.is_in(["IDTA", "UK_ADDENDUM"])
    late_legacy = (transfers.mechanism == "EU_SCC_LEGACY") & (signed > law.legacy_scc_last_signing.versions[0].value)
    live = in_force(law.agreement_safeguards.spans, transfers.mechanism, transfers.window_end)
    born, published = law.instrument_in_force, law.instrument_published
    drafted = young & (signed < born.versions[0].value)
    unborn = young & (signed < published.versions[0].value)
    yield Breach("no_longer_valid", agreed & (~live | late_legacy))
    yield Breach("not_yet_signed", agreed & live & (signed > transfers.window_end))
    yield Breach("signed_too_early", agreed & unborn, "major")
    yield NotShown("early_date", agreed & drafted & ~unborn, "note")
    late = (signed > rules.period_start) & (signed > transfers.window_start) & (signed <= transfers.window_end)
    yield Breach("signed_late", agreed & live & late, "major")
