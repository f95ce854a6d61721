"""That records go neither too early nor in part, and that somebody can show it."""

from collections.abc import Iterator
from datetime import date

from privacy_audit.control import Breach, Clause, Columns, InScope, Reason, Rules, control, happened


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
    yield InScope(clients.identifiers_left | happened(clients.disposed_on) | ~mailed)
    yield Breach("identifiers_left", clients.identifiers_left)
    yield Breach("mailed_after", ~clients.surely_left & mailed & (mailed_on > clients.disposed_on))
