"""Controls of transfers: the recipients outside the UK (TRF-01), and what protects the data sent to them (TRF-02)."""

from collections.abc import Iterator
from dataclasses import replace
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
    control,
    happened,
    in_force,
    never,
)
from privacy_audit.controls.safeguards import SIGN

OUTSIDE = "UK GDPR Art 5(1)(a) and 13(1)(f); the policy promises more than the law asks"
NEVER_LEAVES = ("no_uk_recipient", "no_data_subject_is_sender", "no_mere_transit")


@control(
    "TRF-01",
    register="processors",
    severity="major",
    law="UK GDPR {transfer_rule} and 30(1)(e)",
    asked_by_law="UK GDPR {transfer_rule} asks for it",
    minutes=30,
    remedy="Get the supplier's UK transfer agreement (IDTA or UK Addendum), and note in the register which it is.",
    reasons={
        "missing_row": Reason(
            "{legal_name} in {country} has no row in the transfers file for this quarter.",
            "The transfers file does not know this supplier.",
            "Ask which legal entity contracts with the firm (many American brands contract through Ireland); "
            "then add its row, or correct the country.",
        ),
        "none_in_place": Reason(
            "The register itself says that nothing protects what {legal_name} gets in {country}.",
            "The register says there is no safeguard.",
            SIGN,
        ),
        "no_safeguard": Reason("No safeguard is recorded for {legal_name} in {country}.", "No safeguard is recorded."),
        "support_from_abroad": Reason(
            "People abroad can see what {legal_name} holds for the firm; nobody has noted who arranged that.",
            "Support from abroad may be a transfer.",
            "Note who lets them in: the supplier itself (“processor”), or the firm (“us”: then enter the transfer).",
        ),
        "support_sent_abroad": Reason(
            "The firm itself lets people of {legal_name} see the data from abroad; no transfer is entered.",
            "The firm lets people abroad see the data.",
            "Enter the transfer with what protects it, or end the access from abroad.",
        ),
        "seen_from_outside": Reason(
            "People outside {area} see what {legal_name} holds; {promise} says that data stays there.",
            "People outside the promised area see the data.",
            "Ask the supplier to keep its support inside {area}, or change {promise}.",
            law=OUTSIDE,
            about="transfer_area",
        ),
    },
)
def overseas_recipients_covered(processors: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Every recipient outside the UK stands in the records with what protects the data there.

    Judged for suppliers used on some day of the quarter; a country approved in full needs nothing. The legal entity
    that contracts decides, not where a server stands. Where a transfers file is given, the supplier needs a row in it,
    and what that row says is judged by TRF-02, TRF-04, TRF-06 and TRF-07; otherwise its own row must name a safeguard.
    People elsewhere who see a supplier's data are a transfer only where the firm lets them in; a promised area is left.
    """
    here, alone = processors.country == "GB", ~processors.transfers_given
    needs = ~here & ~processors.approved_in_full
    named = happened(processors.safeguard)
    none = named & (processors.safeguard == "NONE")
    support = processors.support_abroad & (alone | processors.row_missing)
    arranger_noted = happened(processors.initiated_by)
    yield InScope(processors.live)
    yield InScope(processors.role != "none")
    yield InScope(processors.exempt_because == "none")
    yield InScope(~here | processors.support_abroad | processors.seen_from_outside)
    yield Breach("missing_row", needs & processors.row_missing, {"critical": none})
    yield Breach("none_in_place", needs & alone & none, "critical")
    yield Breach("no_safeguard", needs & alone & ~named)
    yield Gap("support_from_abroad", here & support & ~arranger_noted)
    yield Breach("support_sent_abroad", support & arranger_noted & (processors.initiated_by == "us"))
    yield Breach("seen_from_outside", processors.seen_from_outside, "minor")


@control(
    "TRF-02",
    register="transfers",
    severity="critical",
    law="UK GDPR {transfer_grounds}",
    asked_by_law="UK GDPR {transfer_rule} asks for it",
    minutes=60,
    remedy=SIGN,
    leaves_to=("TRF-01", "TRF-04", "TRF-06"),
    doubted_by=(("DQ-05", "country_differs"),),
    reasons={
        "outside_area": Reason(
            "{importer} is in {country}; {promise} says that data stays in {area}.",
            "The policy says that data does not go there.",
            "Use a supplier inside {area}, or change {promise} and tell people before their data goes.",
            law=OUTSIDE,
            about="transfer_area",
        ),
        "none_recorded": Reason(
            "No safeguard is recorded for sending to {importer} in {country}.", "No safeguard is recorded."
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
        "approved_later": Reason(
            "Data went to {importer} from {window_start}, before {country} was approved.",
            "Data was sent before the approval.",
            "Note the uncovered days; sending is covered now.",
        ),
        "not_yet_valid": Reason(
            "{mechanism}: not in force yet while data was sent to {importer} in {country}.",
            "The form was not in force yet.",
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
    """Apart from what TRF-01, TRF-04 and TRF-06 tell, each sending is protected, and none leaves the area promised.

    A country approved in full needs no paper. Judged from the first day of the quarter on which data was sent, to the
    quarter's end. The importer's legal entity decides, not where a server stands. What is no mechanism at all is told
    by TRF-06, what a supplier's own row does not name by TRF-01, and a US importer's certification by TRF-04. A sending
    outside the area that the policy promises breaks the promise, however lawful, beside what is told of its safeguard.
    """
    needs = ~transfers.approved_in_full
    dead = happened(transfers.mechanism) & _dead(transfers, rules, as_at)
    judged = (transfers.exempt_because == "none") & ~(needs & (_left_to_trf_01(transfers) | dead))
    outside = _outside(transfers, rules)
    yield InScope((transfers.country != "GB") & transfers.live)
    yield InScope(judged | outside)
    yield Breach("outside_area", outside, "minor")
    for clause in _protected(transfers, rules, as_at, needs):
        # Where no area is promised, every row in scope is judged.
        yield clause if rules.policy.transfer_area == "anywhere" else replace(clause, when=clause.when & judged)


def _outside(transfers: Columns, rules: Rules) -> Condition:
    """Return whether data goes outside the area in which the policy says that it stays.

    False for every row where the policy names no area.
    """
    if rules.policy.transfer_area == "anywhere":
        return never(transfers.country)
    area = getattr(rules.law, f"area_{rules.policy.transfer_area}").spans
    return ~transfers.exempt_because.is_in(NEVER_LEAVES) & ~in_force(area, transfers.country, transfers.window_end)


def _protected(transfers: Columns, rules: Rules, as_at: date, needs: Condition) -> Iterator[Breach | Gap]:
    """Yield what is wrong with a transfer's protection: none on record, an exception, an approval, an agreement."""
    rare = transfers.mechanism.is_in(rules.law.derogations.on(as_at))
    regular = transfers.frequency.is_in(["continuous", "regular"])
    yield Breach("none_recorded", needs & ~happened(transfers.mechanism), "major")
    yield Breach("derogation", needs & rare & ~regular, "minor")
    yield Breach("derogation_regular", needs & rare & regular)
    yield from _approved_in_part(transfers, rules, as_at, needs)
    yield from _agreed(transfers, rules, needs)


def _left_to_trf_01(transfers: Columns) -> Condition:
    """Return whether TRF-01 reports the missing safeguard.

    That is so where the transfer is worked out from a supplier whose row names none.
    """
    return ~happened(transfers.mechanism) & ~transfers.own_row


def _dead(transfers: Columns, rules: Rules, as_at: date) -> Condition:
    """Return whether TRF-06 reports the mechanism: never valid for the UK, or old EU clauses no longer valid."""
    never = transfers.mechanism.is_in(rules.law.never_valid.on(as_at))
    old = transfers.mechanism == "EU_SCC_LEGACY"
    live = in_force(rules.law.agreement_safeguards.spans, transfers.mechanism, transfers.window_end)
    late: Condition = transfers.agreement_signed_on > rules.law.legacy_scc_last_signing.versions[0].value
    return never | (old & (~live | late))


def _approved_in_part(transfers: Columns, rules: Rules, as_at: date, needs: Condition) -> Iterator[Breach | Gap]:
    """Yield what is wrong with relying on the approval of part of a country, or on the UK Extension."""
    part, bridge = rules.law.adequate_partial.spans, rules.law.data_bridge.spans
    bridged = in_force(bridge, transfers.country, transfers.window_end)
    claimed = transfers.mechanism == "UK_ADEQUACY"
    adequacy, extension = claimed & ~bridged, (transfers.mechanism == "UK_US_DPF") | (claimed & bridged)
    listed = in_force(part, transfers.country, transfers.window_end)
    unclear = transfers.country.is_in(rules.law.review_territories.on(as_at))
    certified = transfers.dpf_active & transfers.dpf_uk_extension & transfers.data_covered
    yield Gap("territory_unclear", needs & (adequacy | extension) & unclear, "major")
    yield Breach("country_not_approved", needs & adequacy & ~listed & ~unclear)
    yield Breach("scope_not_met", needs & adequacy & listed & ~transfers.adequacy_scope_confirmed)
    yield Breach("extension_elsewhere", needs & extension & ~bridged & ~unclear)
    first = rules.period_start
    begun = in_force(part, transfers.country, first) | in_force(part, transfers.country, transfers.window_start)
    approved = (adequacy & transfers.adequacy_scope_confirmed) | (extension & certified)
    yield Breach("approved_later", needs & listed & approved & ~begun, "major")


def _agreed(transfers: Columns, rules: Rules, needs: Condition) -> Iterator[Breach | Gap]:
    """Yield what is wrong with an agreement under Article 46: not in force as a kind, or not signed in time."""
    law, signed = rules.law, transfers.agreement_signed_on
    kinds = sorted({code for span in law.agreement_safeguards.spans for code in span.value})
    agreed = needs & transfers.mechanism.is_in(kinds)
    live = in_force(law.agreement_safeguards.spans, transfers.mechanism, transfers.window_end)
    born, published = law.instrument_in_force.versions[0].value, law.instrument_published.versions[0].value
    young = agreed & live & transfers.mechanism.is_in(["IDTA", "UK_ADDENDUM"])
    yield Breach("not_yet_valid", agreed & ~live)
    yield Breach("not_yet_signed", agreed & live & (signed > transfers.window_end))
    yield Breach("signed_too_early", young & (signed < published), "major")
    yield Gap("early_date", young & (signed < born) & (signed >= published), "note")
    late = (signed > rules.period_start) & (signed > transfers.window_start) & (signed <= transfers.window_end)
    yield Breach("signed_late", agreed & live & late, "major")
