"""Controls of the registers themselves, and of the last audit's tasks.

They check that registers are there, whole and up to date (DQ-01), that columns are complete (DQ-02), that each record
appears once (DQ-03), that registers agree (DQ-05), and that the last audit's tasks were done (GOV-09).
"""

from collections.abc import Iterator
from datetime import date, timedelta

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
    happened,
)


@control(
    "DQ-01",
    register="receipts",
    severity="major",
    law="UK GDPR Art 5(2)",
    asked_by_law="the audit itself needs registers that can be relied on",
    minutes=15,
    remedy="Export the register again as it stood at the quarter's end, and say in quarter.toml when.",
    reasons={
        "no_file": Reason(
            "No file could be read as the register {register}.",
            "No file of it could be read.",
            "Export the register into the quarter's folder.",
        ),
        "empty": Reason("The register {register} has a header and no rows.", "It has a header and no rows."),
        "file_refused": Reason(
            "{refused} file(s) of the register {register} could not be read.",
            "A file could not be read.",
            "Mend the file as its message says, and run again.",
        ),
        "part_missing": Reason(
            "A part of {register} is missing: {missing_parts}.",
            "A part of the export is missing.",
            "Put all files of the export into the folder.",
        ),
        "rows_rejected": Reason(
            "{rejected} of {rows_in} rows of {register} could not be read; “Files read” names them.",
            "Unread rows may hide anything.",
            "Mend the rows that “Files read” names, and export again.",
        ),
        "filtered": Reason(
            "{register} was exported with a filter, so that a part of it is not here.",
            "A filter left a part of it out.",
            "Export the register again without a filter.",
        ),
        "population_not_reconciled": Reason(
            "{register} is not what was expected: {unreconciled}.",
            "Its totals are not those that were expected.",
            "Export the register again in full, or correct the expected totals in quarter.toml.",
        ),
        "undated": Reason(
            "Nobody said when {register} was exported.",
            "Nobody said when it was exported.",
            "Write into quarter.toml when the register was exported.",
        ),
        "taken_early": Reason(
            "{register} was exported on {extracted_on}, too early to show the quarter.",
            "It was exported before the quarter ended.",
        ),
        "taken_late": Reason(
            "{register} was exported on {extracted_on}; later changes may show in it.", "Later changes may show in it."
        ),
    },
)
def registers_present_and_fresh(receipts: Columns, rules: Rules, as_at: date) -> Iterator[Clause]:
    """Every register is there, whole, and was exported around the quarter's end.

    An export made before the quarter's end by more than the house limit cannot show the quarter; one made long after
    may show later changes. A register that is missing, empty, filtered, partly unread or undated proves nothing, nor
    one whose totals are not those that the firm read elsewhere.
    """
    window = rules.law.extract_window.on(as_at)
    early, late = as_at - timedelta(days=window["before"]), as_at + timedelta(days=window["after"])
    there = receipts.rows_in > 0
    yield InScope(receipts.expected)
    yield Gap("no_file", receipts.files == 0)
    yield Gap("empty", (receipts.files > 0) & (receipts.rows_in == 0))
    yield Gap("file_refused", receipts.refused > 0)
    yield Gap("part_missing", there & happened(receipts.missing_parts) & (receipts.refused == 0))
    yield Gap("rows_rejected", receipts.rejected > 0)
    yield Gap("filtered", there & receipts.filtered)
    yield Gap("population_not_reconciled", happened(receipts.unreconciled))
    yield Gap("undated", there & ~happened(receipts.extracted_on), "minor")
    yield Breach("taken_early", there & (receipts.extracted_on < early))
    yield Breach("taken_late", there & (receipts.extracted_on > late), "minor")


@control(
    "DQ-02",
    register="columns",
    severity="major",
    law="UK GDPR Art 5(1)(c), 5(1)(d) and 5(2)",
    asked_by_law="the audit itself needs registers that can be relied on",
    minutes=10,
    remedy="Complete the column and export again.",
    reasons={
        "gap": Reason("“{column}” keeps {blocks} checks from being shown.", "Checks need the column."),
        "cells_unread": Reason(
            "{unread} cells of “{column}” in the {register} export could not be read; “Files read” names them.",
            "Some cells could not be read.",
            "Correct the cells that “Files read” names.",
        ),
        "core_absent": Reason(
            "The {register} export has no column “{column}”.",
            "An audit expects the column.",
            "Add the column to the export.",
        ),
        "not_needed": Reason(
            "The {register} export carries “{column}” ({kind}), which no check needs.",
            "The export carries more than the audit needs.",
            "Leave these columns out of the export, and check whether the policy tells people that you hold them.",
        ),
    },
)
def columns_complete(columns: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Every column that a check needs is there and readable, and no export carries what no check needs.

    A column whose blanks hold up checks is one gap, however many rows it leaves open. Bank details, official numbers,
    dates of birth and the like are better left out of an export (Art 5(1)(c)).
    """
    yield InScope(columns.core | (columns.blocks > 0) | (columns.unread > 0) | (columns.kind != "none"))
    yield Gap("gap", columns.blocks > 0)
    yield Gap("cells_unread", (columns.blocks == 0) & (columns.unread > 0), "minor")
    yield Gap("core_absent", (columns.blocks == 0) & columns.core & columns.absent, "minor")
    yield Breach("not_needed", columns.kind != "none", "minor")


@control(
    "DQ-03",
    register="keys",
    severity="major",
    law="UK GDPR Art 5(1)(d)",
    asked_by_law="the audit itself needs registers that can be relied on",
    minutes=10,
    remedy="Merge the rows into one and keep the most restrictive marketing status.",
    reasons={
        "differs": Reason(
            "The {register} record {record} stands in {times} rows that differ in: {differing}.",
            "One of the rows may hide an opt-out.",
        ),
        "repeated": Reason(
            "The {register} record {record} stands in {times} rows that are alike.",
            "The same row stands there twice.",
            "Delete the repeated rows.",
        ),
    },
)
def keys_unique(keys: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Every record stands in its register once.

    Two rows with one key that say different things are worse than a plain repetition: one of them may hide an opt-out.
    A record may stand in several files that say the same of it; what one file does not tell of is no difference.
    """
    twice = keys.times > 1
    yield Breach("differs", twice & (keys.versions > 1))
    yield Breach("repeated", twice & (keys.versions == 1), "minor")


@control(
    "DQ-05",
    register="links",
    severity="major",
    law="UK GDPR Art 5(1)(d) and 30(1)(d) and (e)",
    asked_by_law="the audit itself needs registers that can be relied on",
    minutes=10,
    remedy="Add the missing record, or correct the name or number by which it is referred to.",
    reasons={
        "not_found": Reason(
            "The {register} record {record} refers to one that the {to} register does not have.",
            "It refers to a record that is not there.",
        ),
        "ended": Reason(
            "Transfer {record} goes on, though its supplier's service ended before the quarter.",
            "The service is over; the transfer is not.",
            "Enter when the transfer ended, or that the service goes on.",
        ),
        "country_differs": Reason(
            "Transfer {record} and its supplier's row give different countries.",
            "Two registers give two countries.",
            "Find out which legal entity contracts with the firm, and write its country into both registers.",
        ),
        "needless": Reason(
            "Transfer {record} names a safeguard, though its importer is in the UK.",
            "Within the UK no safeguard is needed.",
            "Check the importer's country; if it is the UK, take the row out of the transfers.",
        ),
    },
)
def registers_agree(links: Columns, _rules: Rules, _as_at: date) -> Iterator[Clause]:
    """Every record that another register refers to is there, and the two agree.

    Looked at are the transfers of a given file, the contacts that name a client, and the sales invoiced in the quarter.
    An importer is known by its legal name, a client by its number, its name or its e-mail address, without regard to
    case. A service ended on the day before the quarter is over; a transfer that ended before the quarter is not judged.
    """
    yield Breach("not_found", ~links.found)
    yield Breach("ended", links.ended)
    yield Breach("country_differs", links.country_differs)
    yield Breach("needless", links.needless, "minor")


@control(
    "GOV-09",
    register="previous",
    severity="note",
    law="UK GDPR Art 5(2) and 24",
    asked_by_law="UK GDPR Art 5(2), 12 and 13 ask for it",
    minutes=5,
    remedy="Do what the last report asked for; each of its findings stands in this report again.",
    reasons={
        "overdue": Reason(
            "“{title}” was due on {due_on} and not done: {open} of {asked} found again.",
            "The last report asked for it by {due_on}.",
        ),
        "unclear": Reason(
            "“{title}” was due on {due_on}: whether it was done cannot be shown for {unclear} of {asked}.",
            "Nobody can tell whether it was done.",
            "Export again what is missing or could not be read: it shows whether the last report's tasks were done.",
        ),
    },
)
def tasks_done(previous: Columns, _rules: Rules, as_at: date) -> Iterator[Clause]:
    """What the last audit asked for was done by the day it was due.

    A task counts as done when none of its findings is found again, and each would have been, were it still so. One that
    is due on the very day of this audit is still in time. An overdue task is as serious as it was: nothing becomes more
    serious by age alone.
    """
    late = (previous.open > 0) & (previous.due_on < as_at)
    bands: dict[Severity, Condition] = {
        "critical": previous.severity == "critical",
        "major": previous.severity == "major",
        "minor": previous.severity == "minor",
    }
    yield InScope(previous.asked > 0)
    yield Breach("overdue", late, bands)
    yield Gap("unclear", (previous.open == 0) & (previous.unclear > 0) & (previous.due_on < as_at), "minor")
