"""Who may be sent marketing, read three ways: by an opt-in, by having bought or asked, and by the law.

Each reading of a contact is yes, no or cannot say.
A (`opted_in`): they opted in before they were mailed, and did not opt out afterwards.
B (`bought_or_asked`): they bought or asked for information, and did not opt out.
C (`lawful`): PECR regulation 22 and UK GDPR Article 21(3) allow it.

A client list without a single opt-in is no witness. It excuses nobody: A is no. Nor does it condemn or clear anybody:
`opt_in_told`, on which C rests, is then blank for the people in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import pyarrow as pa

from privacy_audit.facts import blanks, consent, joined, pecr, population
from privacy_audit.facts.answers import Answer, among, both, each, either, opposite, ruled_out, sure
from privacy_audit.facts.fact import Known, column, events, truths
from privacy_audit.facts.joined import Joined
from privacy_audit.policy import Policy
from privacy_audit.registers.register import Register

ASKED = frozenset({"sale", "negotiation", "general_enquiry"})
HUNDRED = 100
# The facts that rest on PECR and not on the lists alone.
BY_LAW = (
    *("lawful", "surely_lawful", "surely_not_lawful", "deviating_per_cent", "relies_on_soft_opt_in"),
    *("soft_opt_in_fails", "own_details", "surely_bought_in"),
)

Answers = Mapping[str, Sequence[Answer]]


def with_facts(contacts: Register, clients: Register | None, known: Known) -> Register:
    """Add who is marketed to, the three readings, the soft opt-in's limbs, and how opt-ins are proved."""
    lists, pecr_known = joined.Joined.of(contacts, clients), known.noting("contacts", *BY_LAW)
    soft, companies = pecr.SoftOptIn.of(lists, pecr_known), pecr.corporate(lists, pecr_known)
    untold = lists.untold("consent_on")
    stays, reached = population.stays(contacts, untold), population.reached(contacts, known.period_start)
    in_time = [opposite(late) for late in column(contacts, "asked_late")]
    came = each(both, [answer for _, answer in events(contacts, "opt_in_on")], in_time)
    told = each(both, each(either, came, [None if cause else False for cause in untold]), stays)
    route = each(either, told, companies, each(both, soft.context, soft.limbs))
    answers = {
        "marketable": each(both, reached, stays),
        "opted_in": each(both, came, stays),
        "opt_in_told": told,
        "bought_or_asked": each(both, stays, each(either, _dealt(lists, known), _asked(lists))),
        "lawful": each(both, stays, _by_channel(column(contacts, "channel"), route, told, pecr_known)),
        "relies_on_soft_opt_in": each(_relies, told, soft.context, soft.limbs, companies),
        "own_details": soft.own_details,
        "could_refuse": soft.could_refuse,
        "similar_only": soft.similar_only,
        "left_alone": each(opposite, population.mailed(contacts, known.period_start)),
    }
    facts = answers | _sure(answers, soft.limbs, contacts, known.policy)
    known_of = answers | {"reached": reached, "context": soft.context, "company": companies}
    causes = {**contacts.causes, **blanks.causes(lists, known_of, untold)}
    columns = {name: truths(list(values)) for name, values in facts.items()}
    columns["deviating_per_cent"] = pa.array([_deviating(answers)] * len(came), pa.int64())
    whole = contacts.with_columns(columns | consent.columns(lists))
    lost = (*population.missing(contacts), *population.elsewhere(contacts, clients, known.period_start))
    return replace(whole, causes=causes, incomplete=(*contacts.incomplete, *lost))


def _dealt(lists: Joined, known: Known) -> list[Answer]:
    """Return who has a row in the client list that says they bought or asked; with none, the list must be whole."""
    none = False if _is_whole(lists.clients, known) else None
    rows = zip(lists.cells("relationship"), lists.cells("last_invoice_on"), strict=True)
    return [
        either(*(True if kind or invoiced else None for (kind, _), (invoiced, _) in zip(*pair, strict=True)))
        if pair[0]
        else none
        for pair in rows
    ]


def _is_whole(clients: Register | None, known: Known) -> bool:
    """Whether somebody who is not found in the client list is surely not in it."""
    if clients is None:
        return not known.policy.firm.expects.get("clients", False)
    return None not in column(clients, "email")


def _asked(lists: Joined) -> list[Answer]:
    """Return whose details were obtained when they bought or asked."""
    return [among(context, ASKED) for context in lists.told("details_context")]


def _by_channel(
    channels: Sequence[str], electronic: Sequence[Answer], opted_in: Sequence[Answer], known: Known
) -> list[Answer]:
    """Return who may be reached: PECR asks nothing of post, and how calls are screened is not recorded here."""
    post = frozenset(known.law.unregulated_channels.on(known.as_at))
    mail = frozenset(known.law.electronic_channels.on(known.as_at))
    rows = zip(channels, electronic, opted_in, strict=True)
    return [route if way in mail else True if way in post or consented else None for way, route, consented in rows]


def _relies(opted_in: Answer, context: Answer, limbs: Answer, company: Answer) -> Answer:
    """Return whether a contact rests on the soft opt-in; where its limbs are all there the kind of client is moot."""
    return both(opposite(opted_in), context, either(limbs is True, opposite(company)))


def _sure(answers: Answers, limbs: Sequence[Answer], contacts: Register, policy: Policy) -> dict[str, list[Answer]]:
    """Return what is sure, never blank, so that one finding can exclude another."""
    until_they_opt_out = bool(policy.saying(("marketing_unless_opted_out",)))
    lawful, relies = sure(answers["lawful"]), sure(answers["relies_on_soft_opt_in"])
    return {
        "surely_lawful": lawful,
        "surely_not_lawful": ruled_out(answers["lawful"]),
        "surely_allowed_by_policy": [each and until_they_opt_out for each in sure(answers["bought_or_asked"])],
        "soft_opt_in_fails": each(both, relies, ruled_out(limbs)),
        "surely_bought_in": ruled_out(answers["own_details"]),
        "surely_no_refusal": ruled_out(answers["could_refuse"]),
        "surely_mailed": [day is not None for day in column(contacts, "mailed_last_on")],
    }


def _deviating(answers: Answers) -> int:
    """Return how many in a hundred of those marketed to did not opt in though it is lawful, rounded up."""
    here = sure(answers["marketable"])
    deviating = each(both, here, ruled_out(answers["opted_in"]), sure(answers["lawful"]))
    return ceil(HUNDRED * deviating.count(True) / max(1, here.count(True)))
