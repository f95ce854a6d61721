"""Marketing: only to people who opted in, or none at all, and consent that can be shown."""

from collections.abc import Iterator, Mapping
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, Condition, InScope, Reason, Rules, Severity, control, never

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
