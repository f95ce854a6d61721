"""Marketing: only to people who want it, by the routes that the law allows."""

from collections.abc import Iterator, Mapping
from datetime import date

from privacy_audit.control import (
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
)
from privacy_audit.controls.consent import STOP


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
