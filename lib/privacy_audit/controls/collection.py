"""What data the firm says it does not collect."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, NotShown, Reason, Rules, control, never


@control(
    "DAT-01",
    register="held",
    severity="critical",
    law="UK GDPR Art 9, 10 and 5(1)(c)",
    asked_by_law="UK GDPR Art 9(1) forbids holding such data without one of its conditions",
    minutes=20,
    remedy="Delete these data; if they are needed, ask an adviser about Article 9, and change the policy.",
    reasons={
        "recorded": Reason(
            "The {register} record is marked as holding special category data: {kind}.",
            "The policy says that no such data is collected.",
        ),
        "no_condition": Reason(
            "The {register} record is marked as holding special category data: {kind}.",
            "The law asks for a condition; the records name none.",
            "Note which condition of Article 9(2) allows these data, and say in the policy that they are held; "
            "where none does, delete them.",
        ),
        "hinted": Reason(
            "Words in the {register} record hint at special category data: {hint}.",
            "Words hint at special category data.",
            "Look at the words: delete what is special category data, and write anything else in other words.",
        ),
    },
)
def no_special_category_data(held: Columns, rules: Rules, _as_at: date) -> Iterator[Clause]:
    """The registers hold no special category data, such as health, ethnicity or political opinions.

    A client's row that is marked with a kind of such data is a fact, whatever the notes say; data about crimes
    (Art 10) counts as well. Words of the rulebook's list, in the notes on a client, in the notes and tags of a mailing
    list or in the kinds of data that a supplier gets, are a hint that somebody must look at. A blank mark in a column
    that is kept says that there is none; without the column nobody can tell, unless somebody declares that there is
    none. Where the policy does not promise to hold none, the law asks for a condition (Art 9(2)), which no register
    tells: a marked record is then a gap.
    """
    nothing = never(held.confirmed)
    yield Breach("recorded", held.confirmed if rules.promised else nothing)
    yield NotShown("no_condition", nothing if rules.promised else held.confirmed, "major")
    yield NotShown("hinted", held.hinted, "major")
