"""Which column to fill in first where it is open whether, and how, a contact may be sent marketing.

Held by tests/test_marketing.py: no control sees a cause, only the gap's words do.
"""

from collections.abc import Iterator, Mapping, Sequence

from privacy_audit.facts import consent
from privacy_audit.facts.answers import Answer
from privacy_audit.facts.fact import column
from privacy_audit.facts.joined import Cause, Joined, to_fill_in

# The limbs of the soft opt-in, in the order in which a blank is worth filling in.
LIMBS = {"could_refuse": "refusal_offered", "similar_only": "similar_services_only", "own_details": "source"}

Answers = Mapping[str, Sequence[Answer]]


def causes(lists: Joined, answers: Answers, untold: Sequence[Cause | None]) -> dict[tuple[int, str], Cause]:
    """Return for each row's fact the column that leaves it open."""
    found: dict[tuple[int, str], Cause] = {}
    for index, who in enumerate(_population(lists, answers["reached"], untold)):
        opt_in = untold[index] or ("contacts", "consent_on")
        law = _most_helpful(lists, index, {name: each[index] for name, each in answers.items()}) or opt_in
        why = {"opted_in": opt_in, "opt_in_told": opt_in, **consent.causes(lists, index)}
        why |= dict.fromkeys(("lawful", "relies_on_soft_opt_in", *LIMBS), law)
        why["left_alone"] = lists.contacts.causes[index, "mailed_last_on"]
        if answers["marketable"][index] is None:  # whatever else is blank matters only if they are marketed to
            why = dict.fromkeys(("marketable", *why), who)
        found |= {(index, name): cause for name, cause in why.items()}
    return found


def _population(lists: Joined, reached: Sequence[Answer], untold: Sequence[Cause | None]) -> Iterator[Cause]:
    """Yield for each contact the column that leaves open whether it is marketed to."""
    contacts = lists.contacts
    rows = zip(reached, column(contacts, "status"), column(contacts, "opt_out_on"), untold, strict=True)
    for index, (there, status, day, opt_in) in enumerate(rows):
        if there is None:
            yield contacts.causes[index, "mailed_last_on"] if status else ("contacts", "status")
        else:
            yield opt_in if day and opt_in else contacts.causes[index, "opt_out_on"]


def _most_helpful(lists: Joined, index: int, known: Mapping[str, Answer]) -> Cause | None:
    """Return the one column that would help most where the law's answer is open; None for the opt-in itself.

    For a client that is the kind, else how the details were obtained; a sole trader then needs the limbs, one by one.
    """
    if known["opt_in_told"] is None:
        return None
    if known["company"] is None and lists.there[index]:
        return "clients", "client_type"
    if known["context"] is None:
        return to_fill_in(lists, index, "details_context")
    open_limbs = [name for fact, name in LIMBS.items() if known[fact] is None]
    return to_fill_in(lists, index, open_limbs[0]) if known["context"] and open_limbs else ("clients", "client_type")
