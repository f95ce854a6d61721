"""Section 6: marketing only to people who want it."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, InScope, Reason, Rules, control, happened


@control(
    "MKT-04",
    register="contacts",
    severity="critical",
    law="UK GDPR Art 21(3) and 7(3); PECR reg 22",
    minutes=5,
    remedy="Stop sending marketing to these contacts and put their addresses on the suppression list.",
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
    in_again = happened(contacts.opt_in_on) & (contacts.opt_in_on > contacts.opt_out_on)
    yield InScope(happened(contacts.opt_out_on) | contacts.suppressed)
    yield Breach("sent_after", happened(contacts.sent_while_out_on))
    yield Breach("still_subscribed", contacts.subscribed & ~in_again & ~contacts.surely_sent_while_out)
