"""Who may be sent marketing, by what the policy promises and by the law.

The parts in order: the soft opt-in and its limbs (PECR regulation 22(3)); who is subscribed or was mailed; how an opt-
in is proved, and which blank to fill in; and `with_facts`, which adds these and three answers for each contact, each
yes, no or unknown:

A (`opted_in`): they opted in before they were mailed, and did not opt out afterwards.
B (`bought_or_asked`): they bought or asked for information, and did not opt out.
C (`lawful`): PECR regulation 22 and UK GDPR Article 21(3) allow it.

A client list that records no opt-in at all shows no consent: A is “no” for its clients. It may lack the column, so
`opt_in_told`, on which C rests, is blank for them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any

import pyarrow as pa

from privacy_audit.facts import joined
from privacy_audit.facts.fact import Known, column, events, truths
from privacy_audit.facts.joined import Cause, Joined, to_fill_in
from privacy_audit.facts.logic import Answer, among, both, each, either, opposite, ruled_out, sure
from privacy_audit.registers.register import Register
from privacy_audit.settings.policy import Policy

# Companies House: LP and NL are limited partnerships, which have no legal personality.
COMPANY_NUMBER = re.compile(r"(?!LP|NL)[A-Z]{0,2}[0-9]{6,8}")


def corporate(lists: Joined, known: Known) -> list[Answer]:
    """Return for each contact whether it is a corporate subscriber.

    An address at a free mail provider is an individual's. The client's name decides nothing. None where the contact is
    not in the client list, and where its rows there differ or contradict themselves.
    """
    free = frozenset(known.law.freemail_domains.on(known.as_at))
    kinds = frozenset(known.law.corporate_kinds.on(known.as_at))
    found: list[Answer] = []
    emails = column(lists.contacts, "email")
    for email, types, numbers in zip(emails, lists.cells("client_type"), lists.cells("company_number"), strict=True):
        rows = [_incorporated(*kind, number, kinds) for kind, (number, _) in zip(types, numbers, strict=True)]
        agreed = rows[0] if len(set(rows)) == 1 else None
        found.append(False if email.rpartition("@")[2] in free else agreed)
    return found


def _incorporated(kind: str | None, readable: Any, number: str | None, kinds: frozenset[str]) -> Answer:  # noqa: ANN401
    """Return whether a row of the client list is about a body with legal personality, by its kind or company number.

    None where the kind is blank and there is no company number, and where the two contradict each other.
    """
    by_kind = among(kind, kinds)
    if number is None or not COMPANY_NUMBER.fullmatch(number.upper().replace(" ", "")):
        return by_kind
    return True if readable and by_kind is not False else None


@dataclass(frozen=True)
class SoftOptIn:
    """For each contact the limbs of the soft opt-in (PECR regulation 22(3)) that records can show.

    A way to refuse in each message is not among them: no register records it.
    """

    context: Sequence[Answer]
    own_details: Sequence[Answer]
    could_refuse: Sequence[Answer]
    similar_only: Sequence[Answer]

    @classmethod
    def of(cls, lists: Joined, known: Known) -> "SoftOptIn":
        """Read the limbs from the marketing lists and the client list."""
        sale = frozenset(known.law.soft_opt_in_contexts.on(known.as_at))
        others = frozenset(known.law.second_hand_sources.on(known.as_at))
        return cls(
            [among(context, sale) for context in lists.agreed_value("details_context")],
            [opposite(among(source, others)) for source in lists.agreed_value("source")],
            lists.agreed_value("refusal_offered"),
            lists.agreed_value("similar_services_only"),
        )

    @property
    def limbs(self) -> list[Answer]:
        """For each contact, whether all limbs other than the sale (`context`) are met."""
        return each(both, self.own_details, self.could_refuse, self.similar_only)


Event = tuple[date | None, Answer]


def stays_subscribed(contacts: Register, blocking: Sequence[Cause | None]) -> list[Answer]:
    """Return who did not opt out, or opted in again on a later day.

    An opt-out leaves the answer open where a list in `blocking` leaves open whether there was an opt-in. A contact
    mailed in the period before opting out counts as subscribed, because marketing was sent.
    """
    stayed = each(_stays, list(events(contacts, "opt_out_on")), list(events(contacts, "back_in_on")), blocking)
    return each(either, stayed, column(contacts, "mailed_while_in"))


def _stays(out: Event, back: Event, blocking: Cause | None) -> Answer:
    """Return whether a contact did not opt out, or opted in on a later day; `back` is the latest opt-in."""
    later = back[0] > out[0] if back[0] and out[0] else None
    return either(opposite(out[1]), both(back[1], later), None if blocking else False)


def reached_in_period(contacts: Register, start: date) -> list[Answer]:
    """Return who is subscribed, or was mailed on `start`, the period's first day, or later."""
    return each(either, column(contacts, "subscribed"), mailed(contacts, start))


def mailed(contacts: Register, start: date) -> list[Answer]:
    """Return who was mailed on the period's first day or later; None where a list may lack a mailing."""
    return each(
        lambda day, sure: either(day is not None and day >= start, False if sure else None),
        column(contacts, "mailed_last_on"),
        column(contacts, "mailings_known"),
    )


def elsewhere(contacts: Register, clients: Register | None, start: date) -> list[str]:
    """Return in words that the client list records mailings of the period to people on no marketing list.

    An empty list where there were none.
    """
    listed = set(column(contacts, "email"))
    days = [] if clients is None else zip(column(clients, "email"), column(clients, "last_marketing_on"), strict=True)
    many = sum(day is not None and day >= start and email not in listed for email, day in days)
    return [f"{many} clients were mailed this quarter and stand on no list of contacts"] if many else []


def missing(contacts: Register) -> list[str]:
    """Return in words that the list of contacts may be missing, where no contact is known to be subscribed.

    An empty list where one is, or where the firm declared that it has no contacts.
    """
    if contacts.known_empty or "subscribed" in column(contacts, "status"):
        return []
    return ["nobody is known to be subscribed on any list, so the file of those who are mailed may be empty or missing"]


SOURCES = {"opt_in_method": "consent_method", "proof_kept": "consent_ref", "wording_kept": "consent_wording"}
BOUGHT, IMPORTED = "bought_list", "import"


def proof_of_opt_in(lists: Joined) -> dict[str, pa.Array]:
    """Return as columns how each contact opted in, and whether proof and wording are kept.

    surely_imported and surely_unproven are never blank.
    """
    methods = lists.agreed_value("consent_method")
    proof, wording = lists.any_event("consent_ref"), lists.any_event("consent_wording")
    return {
        "opt_in_method": pa.array(methods, pa.string()),
        "proof_kept": truths(proof),
        "wording_kept": truths(wording),
        "surely_imported": truths([method in {BOUGHT, IMPORTED} for method in methods]),
        "surely_unproven": truths(each(lambda method, none: method == BOUGHT or none, methods, ruled_out(proof))),
    }


def opt_in_causes(lists: Joined, index: int) -> dict[str, Cause]:
    """Return for each fact about the proof of an opt-in the (register, column) to fill in."""
    return {fact: to_fill_in(lists, index, name) for fact, name in SOURCES.items()}


# The limbs of the soft opt-in, in the order in which to fill in blanks.
LIMBS = {"could_refuse": "refusal_offered", "similar_only": "similar_services_only", "own_details": "source"}


Answers = Mapping[str, Sequence[Answer]]


def columns_to_fill_in(
    lists: Joined, answers: Answers, blocking: Sequence[Cause | None]
) -> dict[tuple[int, str], Cause]:
    """Return by (row, fact) the (register, column) that leaves the fact open."""
    found: dict[tuple[int, str], Cause] = {}
    for index, population_cause in enumerate(_population(lists, answers["reached"], blocking)):
        opt_in = blocking[index] or ("contacts", "consent_on")
        by_law = _most_helpful(lists, index, {name: each[index] for name, each in answers.items()}) or opt_in
        causes = {"opted_in": opt_in, "opt_in_told": opt_in, **opt_in_causes(lists, index)}
        causes |= dict.fromkeys(("lawful", "relies_on_soft_opt_in", *LIMBS), by_law)
        causes["left_alone"] = lists.contacts.causes[index, "mailed_last_on"]
        if answers["marketable"][index] is None:  # other blanks matter only if they are sent marketing
            causes = dict.fromkeys(("marketable", *causes), population_cause)
        found |= {(index, name): cause for name, cause in causes.items()}
    return found


def _population(lists: Joined, reached: Sequence[Answer], blocking: Sequence[Cause | None]) -> Iterator[Cause]:
    """Yield for each contact the (register, column) that leaves open whether it is sent marketing."""
    contacts = lists.contacts
    rows = zip(reached, column(contacts, "status"), column(contacts, "opt_out_on"), blocking, strict=True)
    for index, (there, status, day, opt_in) in enumerate(rows):
        if there is None:
            yield contacts.causes[index, "mailed_last_on"] if status else ("contacts", "status")
        else:
            yield opt_in if day and opt_in else contacts.causes[index, "opt_out_on"]


def _most_helpful(lists: Joined, index: int, known: Mapping[str, Answer]) -> Cause | None:
    """Return the one (register, column) that would help most where the law's answer is open; None for the opt-in.

    For a client that is the kind of client, then how the details were obtained, then the limbs in the order of LIMBS.
    """
    if known["opt_in_told"] is None:
        return None
    if known["company"] is None and lists.there[index]:
        return "clients", "client_type"
    if known["context"] is None:
        return to_fill_in(lists, index, "details_context")
    open_limbs = [name for fact, name in LIMBS.items() if known[fact] is None]
    return to_fill_in(lists, index, open_limbs[0]) if known["context"] and open_limbs else ("clients", "client_type")


ASKED = frozenset({"sale", "negotiation", "general_enquiry"})
HUNDRED = 100
# The facts that rest on PECR and not on the lists alone.
BY_LAW = (
    *("lawful", "surely_lawful", "surely_not_lawful", "deviating_per_cent", "relies_on_soft_opt_in"),
    *("soft_opt_in_fails", "own_details", "surely_bought_in"),
)


def with_facts(contacts: Register, clients: Register | None, known: Known) -> Register:
    """Add who is sent marketing, the answers A, B and C, the limbs of the soft opt-in, and how opt-ins are proved."""
    lists, pecr_known = joined.Joined.of(contacts, clients), known.noting("contacts", *BY_LAW)
    soft, companies = SoftOptIn.of(lists, pecr_known), corporate(lists, pecr_known)
    blocking = lists.blocking_column("consent_on")
    stays, reached = stays_subscribed(contacts, blocking), reached_in_period(contacts, known.period_start)
    in_time = [opposite(late) for late in column(contacts, "asked_late")]
    opted_in_first = each(both, [answer for _, answer in events(contacts, "opt_in_on")], in_time)
    opt_in_told = each(both, each(either, opted_in_first, [None if cause else False for cause in blocking]), stays)
    route = each(either, opt_in_told, companies, each(both, soft.context, soft.limbs))
    answers = {
        "marketable": each(both, reached, stays),
        "opted_in": each(both, opted_in_first, stays),
        "opt_in_told": opt_in_told,
        "bought_or_asked": each(both, stays, each(either, _dealt(lists, known), _asked(lists))),
        "lawful": each(both, stays, _by_channel(column(contacts, "channel"), route, opt_in_told, pecr_known)),
        "relies_on_soft_opt_in": each(_relies, opt_in_told, soft.context, soft.limbs, companies),
        "own_details": soft.own_details,
        "could_refuse": soft.could_refuse,
        "similar_only": soft.similar_only,
        "left_alone": each(opposite, mailed(contacts, known.period_start)),
    }
    facts = answers | _sure(answers, soft.limbs, contacts, known.policy)
    all_answers = answers | {"reached": reached, "context": soft.context, "company": companies}
    causes = {**contacts.causes, **columns_to_fill_in(lists, all_answers, blocking)}
    columns = {name: truths(list(values)) for name, values in facts.items()}
    columns["deviating_per_cent"] = pa.array([_deviating(answers)] * len(opted_in_first), pa.int64())
    whole = contacts.with_columns(columns | proof_of_opt_in(lists))
    lost = (*missing(contacts), *elsewhere(contacts, clients, known.period_start))
    return replace(whole, causes=causes, incomplete=(*contacts.incomplete, *lost))


def _dealt(lists: Joined, known: Known) -> list[Answer]:
    """Return for each contact whether the client list shows that they bought or asked.

    Without a row there the answer is “no” if the list is whole, else None.
    """
    none = False if _is_whole(lists.clients, known) else None
    rows = zip(lists.cells("relationship"), lists.cells("last_invoice_on"), strict=True)
    return [
        either(*(True if kind or invoiced else None for (kind, _), (invoiced, _) in zip(*pair, strict=True)))
        if pair[0]
        else none
        for pair in rows
    ]


def _is_whole(clients: Register | None, known: Known) -> bool:
    """Return whether a person who is not found in the client list is surely not in it.

    That is so where every client has an e-mail address; without a list, where the firm expects none.
    """
    if clients is None:
        return not known.policy.firm.expects.get("clients", False)
    return None not in column(clients, "email")


def _asked(lists: Joined) -> list[Answer]:
    """Return whose details were obtained in a sale, a negotiation or an enquiry; None where that is not known."""
    return [among(context, ASKED) for context in lists.agreed_value("details_context")]


def _by_channel(
    channels: Sequence[str], electronic: Sequence[Answer], opted_in: Sequence[Answer], known: Known
) -> list[Answer]:
    """Return who may be reached by their channel.

    PECR does not cover post. For calls it takes an opt-in: without one the answer is None, since the records do not
    show how calls are screened.
    """
    post = frozenset(known.law.unregulated_channels.on(known.as_at))
    mail = frozenset(known.law.electronic_channels.on(known.as_at))
    rows = zip(channels, electronic, opted_in, strict=True)
    return [route if way in mail else True if way in post or consented else None for way, route, consented in rows]


def _relies(opted_in: Answer, context: Answer, limbs: Answer, company: Answer) -> Answer:
    """Return whether a contact rests on the soft opt-in: a sale, no opt-in, and no corporate subscriber.

    Where all limbs are met, the kind of subscriber makes no difference.
    """
    return both(opposite(opted_in), context, either(limbs is True, opposite(company)))


def _sure(answers: Answers, limbs: Sequence[Answer], contacts: Register, policy: Policy) -> dict[str, list[Answer]]:
    """Return the facts that are never blank, so that one finding can exclude another."""
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
    """Return the percentage of those sent marketing who surely did not opt in though it is lawful, rounded up."""
    here = sure(answers["marketable"])
    deviating = each(both, here, ruled_out(answers["opted_in"]), sure(answers["lawful"]))
    return ceil(HUNDRED * deviating.count(True) / max(1, here.count(True)))
