"""Who may be sent marketing, read three ways: by section 5, by section 6, and by the law.

Each reading of a contact is yes, no or cannot say.
A (`opted_in`): they opted in, and did not opt out afterwards.
B (`within_section_6`): they bought or asked for information, and did not opt out.
C (`lawful`): PECR regulation 22 and UK GDPR Article 21(3) allow it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import pyarrow as pa

from privacy_audit.facts import consent, joined, pecr, population
from privacy_audit.facts.answers import Answer, among, both, each, either, opposite, ruled_out, sure
from privacy_audit.facts.fact import Known, column, events, truths
from privacy_audit.facts.joined import Cause, Joined, to_fill_in
from privacy_audit.registers.register import Register

ASKED = frozenset({"sale", "negotiation", "general_enquiry"})
# The limbs of the soft opt-in, in the order in which a blank is worth filling in.
LIMBS = {"could_refuse": "refusal_offered", "similar_only": "similar_services_only", "own_details": "source"}
HUNDRED = 100

Answers = Mapping[str, Sequence[Answer]]


def with_facts(contacts: Register, clients: Register | None, known: Known) -> Register:
    """Add who is marketed to, the three readings, the soft opt-in's limbs, and how opt-ins are proved."""
    lists = joined.Joined.of(contacts, clients)
    soft, companies = pecr.SoftOptIn.of(lists, known), pecr.corporate(lists, known)
    stays, reached = population.stays(contacts), population.reached(contacts, known.period_start)
    opted_in = each(both, [answer for _, answer in events(contacts, "opt_in_on")], stays)
    route = each(either, opted_in, companies, each(both, soft.context, soft.limbs))
    answers = {
        "marketable": each(both, reached, stays),
        "opted_in": opted_in,
        "within_section_6": each(both, stays, each(either, _dealt(lists, known), _asked(lists))),
        "lawful": each(both, stays, _by_channel(column(contacts, "channel"), route, opted_in, known)),
        "relies_on_soft_opt_in": each(_relies, opted_in, soft.context, soft.limbs, companies),
        "own_details": soft.own_details,
        "could_refuse": soft.could_refuse,
        "similar_only": soft.similar_only,
    }
    facts = answers | _sure(answers, soft.limbs, contacts)
    causes = {**contacts.causes, **_causes(lists, answers, reached, soft.context, companies)}
    columns = {name: truths(list(values)) for name, values in facts.items()}
    columns["deviating_per_cent"] = pa.array([_deviating(answers)] * len(opted_in), pa.int64())
    return replace(contacts.with_columns(columns | consent.columns(lists)), causes=causes)


def _dealt(lists: Joined, known: Known) -> list[Answer]:
    """Return who has a row in the client list that says they bought or asked; with none, the list must be whole."""
    none = False if _is_whole(lists.clients, known) else None
    rows = zip(lists.theirs("relationship"), lists.theirs("last_invoice_on"), strict=True)
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


def _sure(answers: Answers, limbs: Sequence[Answer], contacts: Register) -> dict[str, list[Answer]]:
    """Return what is sure, never blank, so that one finding can exclude another."""
    lawful, relies = sure(answers["lawful"]), sure(answers["relies_on_soft_opt_in"])
    return {
        "surely_lawful": lawful,
        "surely_not_lawful": ruled_out(answers["lawful"]),
        "surely_within_section_6": sure(answers["within_section_6"]),
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


def _causes(
    lists: Joined, answers: Answers, reached: Sequence[Answer], context: Sequence[Answer], companies: Sequence[Answer]
) -> dict[tuple[int, str], Cause]:
    """Return for each row's fact the column that leaves it open."""
    found: dict[tuple[int, str], Cause] = {}
    for index, who in enumerate(population.causes(lists.contacts, reached)):
        law = _most_helpful(lists, index, answers, context[index], companies[index])
        why = {"opted_in": lists.contacts.causes[index, "opt_in_on"], **consent.causes(lists, index)}
        why |= dict.fromkeys(("lawful", "relies_on_soft_opt_in", *LIMBS), law)
        if answers["marketable"][index] is None:  # whatever else is blank matters only if they are marketed to
            why = dict.fromkeys(("marketable", *why), who)
        found |= {(index, name): cause for name, cause in why.items()}
    return found


def _most_helpful(lists: Joined, index: int, answers: Answers, context: Answer, company: Answer) -> Cause:
    """Return the one column that would help most where the law's answer is open.

    For a client that is the kind, else how the details were obtained; a sole trader then needs the limbs, one by one.
    """
    if answers["opted_in"][index] is None:
        return lists.contacts.causes[index, "opt_in_on"]
    if company is None and lists.there[index]:
        return "clients", "client_type"
    if context is None:
        return to_fill_in(lists, index, "details_context")
    blanks = [column for fact, column in LIMBS.items() if answers[fact][index] is None]
    return to_fill_in(lists, index, blanks[0]) if context and blanks else ("clients", "client_type")
