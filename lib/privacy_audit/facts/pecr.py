"""What PECR regulation 22 asks of electronic marketing: whom it protects, and the limbs of the soft opt-in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from privacy_audit.facts.answers import Answer, among, both, each, opposite
from privacy_audit.facts.fact import Known, column
from privacy_audit.facts.joined import Joined

# Companies House: LP and NL are limited partnerships, which have no legal personality.
COMPANY_NUMBER = re.compile(r"(?!LP|NL)[A-Z]{0,2}[0-9]{6,8}")


def corporate(lists: Joined, known: Known) -> list[Answer]:
    """Return for each contact whether it is a corporate subscriber.

    An address at a free mail provider is an individual's, whoever uses it. A name decides nothing. Blank for somebody
    who is not in the client list, and where its rows differ or contradict themselves.
    """
    free = frozenset(known.law.freemail_domains.on(known.as_at))
    kinds = frozenset(known.law.corporate_kinds.on(known.as_at))
    found: list[Answer] = []
    emails = column(lists.contacts, "email")
    for email, types, numbers in zip(emails, lists.theirs("client_type"), lists.theirs("company_number"), strict=True):
        rows = [_incorporated(*kind, number, kinds) for kind, (number, _) in zip(types, numbers, strict=True)]
        agreed = rows[0] if len(set(rows)) == 1 else None
        found.append(False if email.rpartition("@")[2] in free else agreed)
    return found


def _incorporated(kind: str | None, readable: Any, number: str | None, kinds: frozenset[str]) -> Answer:  # noqa: ANN401
    """Return whether a row of the client list is about a body with a legal personality of its own."""
    said = among(kind, kinds)
    if number is None or not COMPANY_NUMBER.fullmatch(number.upper().replace(" ", "")):
        return said
    return True if readable and said is not False else None


@dataclass(frozen=True)
class SoftOptIn:
    """The limbs of regulation 22(3) that records can show; a way to refuse in each message is not among them."""

    context: Sequence[Answer]
    own_details: Sequence[Answer]
    could_refuse: Sequence[Answer]
    similar_only: Sequence[Answer]

    @classmethod
    def of(cls, lists: Joined, known: Known) -> "SoftOptIn":
        """Read the limbs from both lists."""
        sale = frozenset(known.law.soft_opt_in_contexts.on(known.as_at))
        others = frozenset(known.law.second_hand_sources.on(known.as_at))
        return cls(
            [among(context, sale) for context in lists.told("details_context")],
            [opposite(among(source, others)) for source in lists.told("source")],
            lists.told("refusal_offered"),
            lists.told("similar_services_only"),
        )

    @property
    def limbs(self) -> list[Answer]:
        """Whether all limbs but the context are there."""
        return each(both, self.own_details, self.could_refuse, self.similar_only)
