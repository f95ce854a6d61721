"""Controls of how long records are kept, and of their disposal.

They check that former clients' records go in time (RET-01) and that end dates are recorded (RET-03), that enquirers'
details go (RET-08), that nothing goes too early (RET-02), that disposals are documented (RET-04), and that no
identifiers remain (RET-06).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from privacy_audit.controls.grammar import (
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
    """Return the severity by how many days ago `end` was: more than each number of days in `bands`."""
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


@control(
    "RET-02",
    register="clients",
    severity="major",
    law="UK GDPR Art 5(1)(a) and 5(1)(f); TMA 1970 s.12B; FA 1998 Sch 18 para 21; VATA 1994 Sch 11 para 6",
    minutes=30,
    doubted_by=(("RET-04", "undated"),),
    remedy="Look for the records in the backups, tell the accountant what is missing, and note what was lost.",
    reasons={
        "before_tax_date": Reason(
            "The row says that invoices went on {disposed_on}; tax law asks for them until {statutory_end}.",
            "Invoices went before tax law lets them go.",
            "If the ledger still has the invoices, take “invoice” out of “Records held”; "
            "if not, look in the backups and tell the accountant.",
        ),
        "before_promise": Reason(
            "Disposed of on {disposed_on}; promised to be kept until {promised_until}.",
            "It went before the promised years were over.",
        ),
        "on_last_day": Reason(
            "Disposed of on {disposed_on}, the last day on which it should still have been there.",
            "It went on the last day, not after it.",
            "Dispose of records on the day after the last one.",
        ),
    },
)
def not_destroyed_too_early(clients: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """No record that the policy promises to keep was destroyed before its time, and no invoice before tax law lets it.

    Contracts and invoices are promised for the years after a customer left; letters, enquiries and marketing
    records may go at any time, and so may contracts when the person asked for erasure. Tax law concerns the invoices
    alone, and only where the firm's form is known. The last day itself is too early by hours, so that it is a note.
    Where there were invoices, the years run from the last one if it came after the end date; one that nobody recorded
    may have, so that a disposal then is too early or cannot be shown.
    Merging two rows of one client disposes of nothing. A disposal without its day is left to RET-04.
    """
    went, promise_ends, tax_ends = clients.disposed_on, clients.promised_until, clients.statutory_end
    promised = clients.promised_records & (clients.financial_records | (clients.disposal_reason != "erasure_request"))
    taxed = clients.financial_records & clients.tax_date_known
    untaxed = taxed & ((went < tax_ends) | ((went == tax_ends) & (tax_ends < promise_ends)))
    early = promised & ((went < promise_ends) | ~clients.end_settled)
    last_day = promised & ((went == promise_ends) | (taxed & (went == tax_ends)))
    yield InScope(clients.gone & happened(went))
    yield InScope(clients.relationship.is_in(["client", "former_client"]))
    yield InScope(clients.disposal_reason != "duplicate")
    yield Breach("before_tax_date", untaxed, "critical")
    yield Breach("before_promise", early & ~untaxed)
    yield Breach("on_last_day", last_day & ~early & ~untaxed, "note")


@control(
    "RET-04",
    register="clients",
    severity="major",
    law="UK GDPR Art 5(1)(f) and 5(2)",
    asked_by_law="UK GDPR Art 5(1)(f) and 5(2): a deletion has to be shown",
    minutes=10,
    remedy="Note when and how the record went, and where the log entry or certificate is filed.",
    reasons={
        "undated": Reason("Marked as {disposal_status}, without the day.", "Nobody noted when it went."),
        "no_method": Reason(
            "Marked as {disposal_status} on {disposed_on}, without saying how.", "Nobody noted how it went."
        ),
        "no_proof": Reason(
            "Marked as {disposal_status} on {disposed_on}; no log entry or certificate is named.",
            "Nothing shows that it went.",
        ),
        "vendor_unconfirmed": Reason(
            "Left to the supplier to delete on {disposed_on}; no confirmation is filed.",
            "The supplier has not confirmed that it deleted.",
            "Ask the supplier to confirm the deletion in writing, and file the answer.",
        ),
    },
)
def disposal_evidenced(clients: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Of every record that was deleted or anonymised it is noted when, how, and where the proof is.

    A blank in a column that the firm keeps says that nobody noted it. One record is one finding: the day first, then
    the way, then the proof. A record deleted in part only still waits for its disposal (RET-01), and merging two rows
    of one client disposes of nothing.
    """
    method = clients.disposal_method
    dated = happened(clients.disposed_on)
    explained = dated & happened(method)
    unproven = explained & ~happened(clients.disposal_ref)
    yield InScope(clients.gone)
    yield InScope(clients.disposal_reason != "duplicate")
    yield Breach("undated", ~dated)
    yield Breach("no_method", dated & ~happened(method))
    yield Breach("no_proof", unproven & (method != "vendor_delete"))
    yield Breach("vendor_unconfirmed", unproven & (method == "vendor_delete"))


@control(
    "RET-06",
    register="clients",
    severity="critical",
    law="UK GDPR Art 4(1) and 5(1)(e)",
    asked_by_law="UK GDPR Art 5(1)(e): what was deleted must be gone",
    minutes=10,
    remedy="Blank what is left of the person; keep the client number, the day, the way and the proof.",
    reasons={
        "identifiers_left": Reason(
            "Marked as {disposal_status}, but still filled in: {identifiers}.", "What was to go is still there."
        ),
        "mailed_after": Reason(
            "Marked as {disposal_status} on {disposed_on}, and sent marketing on {last_marketing_on}.",
            "Somebody who was deleted got marketing.",
            "Find the list that the mailing used, and delete the person there as well.",
        ),
    },
)
def nothing_left(clients: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """No name or address remains in a record that was deleted or anonymised, and no mailing follows.

    Name, e-mail address, telephone number and billing address count, and no other column; the name of a company or a
    public body is no person's, the name of a sole trader is, and words such as “deleted” are no name. Days are
    compared, not hours: a mailing on the day of the disposal may have come first. Where somebody was mailed and the
    disposal has no day, it is RET-04 that asks for the day. What is left outranks a mailing.
    """
    mailed_on = clients.last_marketing_on
    mailed = happened(mailed_on)
    yield InScope(clients.gone)
    yield InScope(clients.identifiers_remaining | happened(clients.disposed_on) | ~mailed)
    yield Breach("identifiers_left", clients.identifiers_remaining)
    yield Breach("mailed_after", ~clients.surely_left & mailed & (mailed_on > clients.disposed_on))
