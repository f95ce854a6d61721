"""Controls of the policy's text (GOV-02, GOV-03), and of special category data in the registers (DAT-01).

GOV-02 checks that the policy is consistent, GOV-03 that it says what the law asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from privacy_audit.controls.grammar import (
    Breach,
    Clause,
    Columns,
    Condition,
    Gap,
    InScope,
    Reason,
    Rules,
    Severity,
    control,
    never,
)

REWORD = (
    "Put the policy's words right: “Wording” says what is missing, wrong or said two ways, with an example for each."
)


@control(
    "GOV-02",
    register="contradictions",
    severity="major",
    law="UK GDPR Art 5(1)(a) and 12(1)",
    asked_by_law="UK GDPR Art 5(2), 12 and 13 ask for it",
    minutes=20,
    remedy=REWORD,
    reasons={
        "marketing_two_ways": Reason(
            "{title}: {clauses}.",
            "The policy says two things about who gets marketing.",
            "Choose one basis for marketing and say it in both sections; “Wording” has an example.",
        ),
        "contradiction": Reason("{title}: {clauses}.", "What the policy says does not hold together."),
    },
)
def policy_agrees_with_itself(contradictions: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """The policy says the same everywhere, and nothing that cannot be true.

    Judged by what somebody who read the policy clause by clause says each statement says, and by the rulebook's list of
    what does not fit together; while nobody has read it so, nothing can be shown. An absolute promise that a lawful
    exception would break is a note. A contradiction that is also a lack in what the law asks for is told there.
    """
    known = _in_force(rules.law.rules_in("contradictions"), as_at)
    marketing = contradictions.topic == "marketing"
    bands = _bands(contradictions.severity)
    yield InScope(contradictions.rule.is_in(known) & contradictions.asked)
    yield Breach("marketing_two_ways", marketing & contradictions.present, bands)
    yield Breach("contradiction", ~marketing & contradictions.present, bands)


@control(
    "GOV-03",
    register="notice",
    severity="major",
    law="UK GDPR Art 13, 14 and 21(4); {complaints_to_the_controller}",
    asked_by_law="UK GDPR Art 5(2), 12 and 13 ask for it",
    minutes=15,
    remedy=REWORD,
    reasons={
        "missing": Reason(
            "“{title}” is missing from the policy, or not complete ({law}).",
            "The policy does not tell it in full.",
        ),
        "wrong": Reason(
            "{title}: {clauses} ({law}).",
            "The policy says what is not so.",
        ),
        "may_apply": Reason(
            "“{title}” is not in the policy; whether the law asks for it here is not known ({law}).",
            "It may apply, and nobody has said whether it does.",
            "Say in the policy or in firm.toml whether it applies; “Wording” has an example.",
        ),
    },
)
def information_complete(notice: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """The policy tells people everything that the law asks for, and nothing that is not so.

    Each thing is asked for from the very day on which its rule is in force. What the law asks for only in some firms is
    a note while the policy is silent and nobody has said whether it applies. While nobody has read the policy clause by
    clause, nothing can be shown.
    """
    lacks = (notice.kind == "missing") & ~notice.told
    bands = _bands(notice.severity)
    yield InScope(notice.item.is_in(_in_force(rules.law.rules_in("notice"), as_at)) & notice.asked)
    yield Breach("missing", lacks & notice.sure, bands)
    yield Breach("wrong", (notice.kind == "wrong") & notice.told & notice.sure, bands)
    yield Gap("may_apply", lacks & ~notice.sure, "note")


def _in_force(rules: Iterable[Any], day: date) -> list[str]:
    """Return the names of the rules in force on the day."""
    return [rule.name for rule in rules if rule.holds(day)]


def _bands(severity: Condition) -> Mapping[Severity, Condition]:
    """Return the severity of rows that are minor or notes; all others have the control's own."""
    return {"minor": severity == "minor", "note": severity == "note"}


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
    yield Gap("no_condition", nothing if rules.promised else held.confirmed, "major")
    yield Gap("hinted", held.hinted, "major")
