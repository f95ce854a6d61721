"""How long records are kept, and that they go afterwards."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

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

STILL_THERE = ("none", "partially_deleted")


@control(
    "RET-01",
    register="clients",
    severity="minor",
    law="UK GDPR Art 5(1)(e)",
    minutes=15,
    remedy="Delete or anonymise the record, and note the date and how.",
    leaves_to=("RET-06",),
    doubted_by=(("RET-03", "ended_but_client"), ("RET-03", "ended_but_listed")),
    reasons={
        "kept_too_long": Reason(
            "Should have gone after {keep_until}: left on {left_on}.", "The promised years are over."
        ),
        "kept_past_promise": Reason(
            "Should have gone after {policy_end}: left on {left_on}. The tax date is not known.",
            "The promised years are over.",
            "Ask the accountant whether tax law still needs the record; if not, delete it and note the date and how.",
        ),
        "kept_lawfully_longer": Reason(
            "Promised to go after {policy_end}; tax law keeps it until {statutory_end}.",
            "Tax law keeps it longer than the policy promises.",
            "Change {promise} to say that tax law may need records longer.",
        ),
        "went_late": Reason(
            "Went on {disposed_on}; should have gone after {keep_until}.",
            "It went, and went late.",
            "Nothing is left to delete: find out why it was overlooked, and look for due records every quarter.",
        ),
    },
)
def erased_after_retention(clients: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """A former client's record is deleted or anonymised once the promised years have run.

    The last day itself is still in time. The years run from the end date, or from a later last invoice. Where the
    promised day has passed but tax law still asks for the record, it is kept lawfully and longer than promised: not
    where the row says that no invoice is in it. A record that went in the quarter went late if it was overdue by more
    than a quarterly clear-out when the quarter began; one that went after the day of the audit, if it was due on it.
    """
    bands, lately = rules.law.retention_bands.on(as_at), clients.went_lately
    over = (clients.policy_end < as_at) & ~lately
    taxed = clients.tax_date_known & (clients.statutory_end >= as_at) & ~clients.surely_no_invoices
    due = clients.keep_until
    yield InScope(clients.relationship == "former_client")
    yield InScope(clients.disposal_status.is_in(STILL_THERE) | lately)
    yield InScope(~clients.legal_hold & ~clients.restricted)
    yield Breach("kept_too_long", over & clients.tax_date_known & ~taxed, _bands(due, as_at, bands))
    yield Breach("kept_past_promise", over & ~clients.tax_date_known, _bands(clients.policy_end, as_at, bands))
    yield Breach("kept_lawfully_longer", over & taxed, "minor")
    missed = rules.period_start - timedelta(days=bands["major"])
    late = (due < missed) | ((due < as_at) & clients.went_after)
    yield Breach("went_late", lately & late, "minor")


def _bands(end: Condition, as_at: date, bands: Mapping[str, int]) -> Mapping[Severity, Condition]:
    critical, major = (as_at - timedelta(days=bands[name]) for name in ("critical", "major"))
    return {"critical": end < critical, "major": end < major}


@control(
    "RET-03",
    register="clients",
    severity="major",
    law="UK GDPR Art 5(1)(e) and 5(2)",
    asked_by_law="UK GDPR Art 5(1)(e) and 5(2): without the day nobody can show how long is long enough",
    minutes=10,
    remedy="Write the day on which the client left into the client list: the promised years are counted from it.",
    reasons={
        "ended_but_client": Reason(
            "Ended on {ended_on}, and still listed as a client.",
            "Nobody counts the years of somebody listed as a client.",
            "List them as a former client, or take the end date out if they still are one.",
        ),
        "ended_but_listed": Reason(
            "Invoiced, ended on {ended_on}, and listed as {relationship}.",
            "Nobody counts the years of somebody listed so.",
            "List them as a former client, or take the end date out if they never were a client.",
        ),
        "ends_later": Reason(
            "Listed as a former client, but the end date is {ended_on}, after the day of the audit.",
            "The end date has not come yet.",
            "Correct the end date, or list them as a client until then.",
        ),
        "dormant": Reason(
            "Still listed as a client; last invoiced or in touch on {last_seen_on}.",
            "Neither invoiced nor in touch for long.",
            "Find out whether they still are a client; if not, list them as a former client and since when.",
        ),
    },
)
def end_date_recorded(clients: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """The day on which each former client left is recorded, and nobody who left is still listed as a client.

    Without an end date the promised years never begin to run, and once a record has gone nobody can show that it was
    time. An end worked out from invoices was recorded by nobody. A client with a blank end date has not ended. Whoever
    ended on the very day of the audit has ended. A client is dormant once the house limit of months since the last
    invoice or contact has passed; its last day is in time, and somebody of whom neither is known is not called dormant.
    """
    is_client = clients.relationship == "client"
    there, former = clients.disposal_status.is_in(STILL_THERE), clients.relationship == "former_client"
    listed = is_client & there
    quiet = clients.dormant_after < as_at
    yield InScope(is_client | former | clients.surely_was_client)
    yield Breach("ended_but_client", listed & clients.has_ended)
    yield Breach("ended_but_listed", ~is_client & ~former & there & clients.surely_was_client)
    yield Breach("ends_later", former & (clients.end_recorded > as_at), "minor")
    yield Breach("dormant", listed & ~clients.has_ended & quiet, rules.limits.severity("dormant_months", "minor"))


@control(
    "RET-08",
    register="clients",
    severity="minor",
    law="UK GDPR Art 5(1)(e)",
    asked_by_law="UK GDPR Art 5(1)(e): nobody's data is kept longer than its purpose needs",
    minutes=10,
    remedy="Delete the enquirer's details, or note why they are still needed.",
    reasons={
        "kept_too_long": Reason(
            "Listed as {relationship}, last seen on {last_seen_on}: by the limit to go after {enquirer_until}.",
            "They asked long ago, and nothing came of it.",
        ),
    },
)
def enquirers_not_kept(clients: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """The details of prospects and enquirers go when the months after the last contact have passed.

    A period is promised for customers alone; for anybody else it is as long as necessary (Art 5(1)(e)), and the months
    are a house limit. The last day itself is in time. The latest day on record counts: first contact, last
    contact or an invoice; a blank adds none. Somebody who opted in to marketing, and not out on that day or later, may
    be kept for that; an opt-out on a marketing list counts as one in the client list.
    """
    opted_in, opted_out = clients.marketing_in_on, clients.marketing_out_on
    out_again = happened(opted_out) & (opted_out >= opted_in)
    yield InScope(clients.relationship.is_in(["prospect", "enquirer"]))
    yield InScope(clients.disposal_status.is_in(STILL_THERE))
    yield InScope(~clients.legal_hold & ~clients.restricted)
    yield InScope(~happened(opted_in) | out_again)
    over = clients.enquirer_until < as_at
    by_length: Mapping[Severity, Condition] = {"major": clients.enquirer_long_until < as_at}
    adopted = rules.limits.severity("enquirer_months", "minor") == "minor"
    yield Breach("kept_too_long", over, by_length if adopted else "note")
