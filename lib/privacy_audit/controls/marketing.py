"""Controls of marketing: it is sent only to people who want it, and by the routes that the law allows.

They check opt-ins (MKT-01), the proof of consent (MKT-03), lawful routes (MKT-02), opt-outs (MKT-04) and the soft opt-
in (MKT-05).
"""

from collections.abc import Iterator, Mapping
from datetime import date

from privacy_audit.controls.grammar import (
    Breach,
    Clause,
    Columns,
    Condition,
    InScope,
    Reason,
    Rules,
    Severity,
    control,
    happened,
    never,
)

STOP = (
    "Stop sending marketing to contacts whom nothing lets you mail, and put their addresses on the suppression list. "
    "Ask for their agreement by a web form, at the next sale or by post, never by e-mail or text."
)


@control(
    "MKT-01",
    register="contacts",
    severity="minor",
    law="UK GDPR Art 5(1)(a) and 6(1)(a); the policy promises more than PECR",
    minutes=2,
    remedy="Send marketing only to people who opted in, or have {promise} say who else gets it.",
    leaves_to=("MKT-02", "MKT-04", "MKT-05"),
    doubted_by=(("MKT-03", "bought_list"), ("MKT-03", "imported"), ("MKT-03", "no_proof")),
    reasons={
        "lawful_but_not_opted_in": Reason(
            "No opt-in came first by the records, as {promise} promises; PECR allows this marketing.",
            "The policy promises an opt-in; the law asks less.",
        ),
        "no_lawful_route_shown": Reason(
            "No opt-in came first by the records, as {promise} promises, and the records show no other lawful route.",
            "No opt-in, and no other lawful route shown.",
            "Look for the proof of an opt-in or a sale; where there is none, stop sending and suppress the address. "
            "Ask them only by a web form, at the next sale or by post, never by e-mail or text.",
        ),
        "none_promised": Reason(
            "Marketing was sent this quarter; {promise} promises that there is none.",
            "The policy promises that no marketing is sent.",
            "Send no more marketing, or change {promise} and ask these people first: by a web form, at the next sale "
            "or by post.",
            about="marketing",
        ),
    },
)
def only_who_opted_in(contacts: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Everybody who is sent marketing that PECR allows, as far as is known, has opted in.

    Read as the promise puts it: an opt-in is recorded on some list, before each mailing of the quarter that is on
    record, and no opt-out followed it; whoever opted out after such a mailing was sent it all the same.
    Lawful marketing without one is minor, and major where more than a tenth of all who are marketed to get it. Where
    the policy promises no marketing at all, a mailing of the quarter breaks it, whatever the opt-in, and that concerns
    everybody who is marketed to. Whoever opted out belongs to MKT-04, and whoever is marketed to contrary to PECR to
    MKT-02 or MKT-05: a promise that rests on this check is broken by those, too.
    """
    yield InScope(contacts.marketable)
    yield InScope(~contacts.surely_not_lawful)
    none_promised = rules.policy.marketing == "none"
    unproven = never(contacts.opted_in) if none_promised else ~contacts.opted_in
    share = contacts.deviating_per_cent > rules.law.deviation_percent.on(as_at)
    widespread: Mapping[Severity, Condition] = {"major": share}
    sent = ~contacts.left_alone if none_promised else never(contacts.left_alone)
    yield Breach("none_promised", sent, "major")
    yield Breach("lawful_but_not_opted_in", unproven & contacts.surely_lawful, widespread)
    yield Breach("no_lawful_route_shown", unproven & ~contacts.surely_lawful, "major")


@control(
    "MKT-03",
    register="contacts",
    severity="major",
    law="UK GDPR Art 7(1) and 4(11)",
    asked_by_law="UK GDPR Art 7(1) asks whoever relies on consent to be able to show it",
    minutes=5,
    remedy="Note where the proof of each opt-in is filed; where there is none, stop sending and suppress the address.",
    reasons={
        "bought_list": Reason(
            "The opt-in came with a bought list, which is no consent to this firm's marketing.",
            "A bought list is no consent to the firm.",
            STOP,
        ),
        "imported": Reason(
            "The opt-in was imported, and no proof of the original one is recorded.",
            "It was imported without its proof.",
            "Find the original sign-up and note where it is filed; where there is none, stop sending and suppress.",
        ),
        "no_proof": Reason("An opt-in is recorded without its proof.", "No proof of the opt-in is recorded."),
        "no_wording": Reason(
            "An opt-in is recorded without the wording that was agreed to.",
            "What they agreed to is not recorded.",
            "Note which wording the form or script had on the day of each opt-in.",
        ),
    },
)
def consent_can_be_shown(contacts: Columns, rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Of everybody who is sent marketing and opted in, it can be shown how they did and to what wording.

    A verbal opt-in counts if a note or recording is filed. Proof may stand on any list. One finding for each contact:
    a bought list before an import, an import before missing proof, that before missing wording. Where the policy
    promises no marketing, MKT-01 tells of everybody who was mailed.
    """
    method = contacts.opt_in_method
    yield InScope(contacts.marketable)
    if rules.policy.marketing == "none":
        yield InScope(contacts.left_alone)
    yield InScope(contacts.opt_in_told)
    yield Breach("bought_list", method == "bought_list", "critical")
    yield Breach("imported", (method == "import") & ~contacts.proof_kept)
    yield Breach("no_proof", ~contacts.proof_kept & ~contacts.surely_imported)
    yield Breach("no_wording", ~contacts.wording_kept & ~contacts.surely_unproven)


@control(
    "MKT-02",
    register="contacts",
    severity="critical",
    law="PECR reg 22; UK GDPR Art 21(3)",
    asked_by_law="PECR reg 22 asks for it",
    minutes=5,
    remedy=STOP,
    leaves_to=("MKT-04", "MKT-05"),
    reasons={
        "contrary_matches_policy": Reason(
            "Contrary to PECR on the records, though {clause} of the policy allows it: an individual or sole trader, "
            "with no opt-in first and no soft opt-in.",
            "The policy allows it; the law (PECR) asks for more.",
        ),
        "contrary": Reason(
            "Contrary to PECR on the records: an individual or sole trader, with no opt-in first and no soft opt-in.",
            "No opt-in, and no other lawful route.",
        ),
    },
)
def marketing_is_lawful(contacts: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Apart from what MKT-04 and MKT-05 tell, everybody who is sent electronic marketing may be sent it under PECR.

    An opt-in, the soft opt-in with all its limbs, or being a corporate subscriber makes it lawful. A general enquiry is
    no negotiation for a sale, although a policy may count it. Whoever opted out belongs to MKT-04, but for a mailing of
    the quarter before that; and a soft opt-in that lacks a limb to MKT-05. An opt-in after a mailing does not cover it.
    Where the records leave the answer open, the column that would settle it is named.
    """
    yield InScope(contacts.marketable)
    yield InScope(contacts.channel.is_in(rules.law.electronic_channels.on(as_at)))
    yield InScope(~contacts.soft_opt_in_fails)
    yield Breach("contrary_matches_policy", ~contacts.lawful & contacts.surely_allowed_by_policy)
    yield Breach("contrary", ~contacts.lawful & ~contacts.surely_allowed_by_policy)


@control(
    "MKT-04",
    register="contacts",
    severity="critical",
    law="UK GDPR Art 21(3) and 7(3); PECR reg 22",
    asked_by_law="UK GDPR Art 21(3) asks for it",
    minutes=5,
    remedy="Stop sending marketing to people who opted out: put them on a suppression list, note it in every list that "
    "has them, and check each mailing against it.",
    reasons={
        "sent_after": Reason(
            "Marketing was sent on {sent_while_out_on}, after the opt-out of {out_then_on}.",
            "They opted out and were mailed again.",
        ),
        "still_subscribed": Reason(
            "Still subscribed, though opted out on {opt_out_on}.", "They opted out and are still subscribed."
        ),
    },
)
def opt_outs_respected(contacts: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Nobody is sent marketing after opting out, unless they themselves opted in again first.

    Opt-outs, opt-ins and mailings count on whichever list they are recorded, and each mailing is judged by itself.
    Days are compared, not hours: a mailing on the very day of the opt-out may have come before it and is not counted.
    An import is no opt-in.
    """
    in_again = happened(contacts.back_in_on) & (contacts.back_in_on > contacts.opt_out_on)
    yield InScope(happened(contacts.opt_out_on) | contacts.suppressed)
    yield Breach("sent_after", happened(contacts.sent_while_out_on))
    yield Breach("still_subscribed", contacts.subscribed & ~in_again & ~contacts.surely_sent_while_out)


@control(
    "MKT-05",
    register="contacts",
    severity="major",
    law="PECR reg 22(3)",
    asked_by_law="PECR reg 22(3) asks for it",
    minutes=5,
    remedy=STOP,
    reasons={
        "bought_in": Reason(
            "The soft opt-in is needed, but the details came from somebody else.",
            "The details were not obtained from the person.",
        ),
        "no_refusal_offered": Reason(
            "The soft opt-in is needed, but no way to refuse was offered when the details were taken.",
            "They were not offered a way to refuse.",
        ),
        "other_products": Reason(
            "The soft opt-in is needed, but more than the firm's own similar services is marketed.",
            "Other things than similar services are marketed.",
            "Market only the firm's own similar services to these contacts, or stop and suppress their addresses.",
        ),
    },
)
def soft_opt_in_complete(contacts: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Whoever is marketed to on the strength of a sale, without an opt-in, was given all that the soft opt-in asks.

    Judged for individuals whose details were obtained in a sale or negotiations for one; for somebody else only where
    every limb is on record anyway. Critical where a mailing is recorded. That each message offers a way to refuse is
    not tested here. Three reasons exclude each other: the source is looked at first, then the refusal.
    """
    mailed: Mapping[Severity, Condition] = {"critical": contacts.surely_mailed}
    yield InScope(contacts.marketable)
    yield InScope(contacts.channel.is_in(rules.law.electronic_channels.on(as_at)))
    yield InScope(contacts.relies_on_soft_opt_in)
    yield Breach("bought_in", ~contacts.own_details, mailed)
    yield Breach("no_refusal_offered", ~contacts.could_refuse & ~contacts.surely_bought_in, mailed)
    other = ~contacts.similar_only & ~contacts.surely_bought_in & ~contacts.surely_no_refusal
    yield Breach("other_products", other, mailed)
