"""The sheets that lead from a finding to its rows: findings, source rows, checks and the files read."""

from dataclasses import replace

from privacy_audit.reports import tables
from privacy_audit.reports.excel.book import Book
from privacy_audit.reports.excel.leads import (
    to_check,
    to_file,
    to_finding,
    to_findings_of,
    to_logic,
    to_sources,
    to_task,
)
from privacy_audit.reports.excel.table import Dress, table_sheet
from privacy_audit.reports.tables import Table
from privacy_audit.reports.trace import source_rows
from privacy_audit.result import Result

# Narrower than on the page, so that all columns fit a sheet of paper.
WIDTHS = {"Record": 22, "What was found": 50, "Where": 36, "What to do": 42, "By": 13, "Since last quarter": 12}
WIDTHS |= {"Accepted by": 24, "The law": 26, "Finding": 13}


def findings(result: Result) -> Table:
    """Return all findings, each with the number of its task."""
    table = tables.findings(result)
    columns = [(name, WIDTHS.get(name, width)) for name, width in table.columns]
    columns = [("Rows", 7), *columns, ("Task number", 13)]
    rows = [(len(each.sources), *row, each.task) for row, each in zip(table.rows, result.findings, strict=True)]
    purpose = f"{table.purpose} Rows leads to every row in its file, Check to its counts, Task number to the task."
    return Table(table.title, purpose, columns, rows)


def findings_sheets(book: Book, result: Result) -> None:
    """Add the findings, and after them every row in which one stands."""
    table = findings(result)
    at = {name: number for number, name in enumerate(table.head, 1)}
    sources = to_sources(result, at["Finding"])
    links = {
        at["Check"]: to_check(result, at["Check"]),
        at["Rows"]: sources,
        at["Task number"]: to_task(result, at["Task number"]),
    }
    table_sheet(book, table, Dress(links=links, signs=(2,), freeze="F4"))
    table_sheet(book, source_rows(result), Dress(links={1: to_finding(result, 1), 4: to_file(result, 4)}, freeze="B4"))


def checks_sheet(book: Book, result: Result) -> None:
    """Add the checks: the id leads to promise and logic, the numbers to the first fact and the first gap."""
    table = tables.controls(result)
    at = {name: number for number, name in enumerate(table.head, 1)}
    facts, gaps = to_findings_of(result, "broken"), to_findings_of(result, "not_shown")
    links = {1: to_logic(result), at["Broken"]: facts, at["Cannot be shown"]: gaps}
    table_sheet(book, table, Dress(links=links, signs=(3,)))


def files_sheet(book: Book, result: Result) -> None:
    """Add how every file became rows, one line for each file or sheet of one."""
    table = tables.files(result)
    table_sheet(book, replace(table, columns=[(name, 50 if name == "Remarks" else w) for name, w in table.columns]))
