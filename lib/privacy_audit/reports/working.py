"""What the cells of a working paper show: one call each, the same tables and pictures as everywhere."""

import html

from IPython.display import HTML, display

from privacy_audit.guard import guarded
from privacy_audit.reports import intake, ledgers, papers, population, tables
from privacy_audit.reports.display import draw, shown
from privacy_audit.reports.pictures.charts import verdicts
from privacy_audit.reports.pictures.timeline import retention_line
from privacy_audit.result import Result


def _with_purpose(table: tables.Table) -> HTML:
    display(HTML(f"<p>{html.escape(table.purpose)}</p>"))
    return shown(table)


@guarded
def head(result: Result, name: str) -> HTML:
    """Show what the paper tests, on what, how, with what result and conclusion."""
    return shown(papers.head(result, name))


@guarded
def reading(result: Result, name: str) -> HTML:
    """Show what happened to rows and cells when the files were read."""
    return _with_purpose(intake.dealt_with(result, name))


@guarded
def spans(result: Result, name: str) -> HTML:
    """Show the first and last day of each column of dates."""
    return _with_purpose(intake.spans(result, name))


@guarded
def kinds(result: Result, name: str) -> HTML:
    """Draw and count the population of the register by kind."""
    found = population.by_kind(result, name)
    for picture, table in found[:-1]:
        draw(picture)
        display(shown(table))
    if not found:
        return HTML("<p>No file could be read as this register.</p>")
    picture, table = found[-1]
    draw(picture)
    return shown(table)


@guarded
def checks(result: Result, name: str) -> HTML:
    """Draw and show what each check counted; the sums close."""
    section = papers.tested(result, name)
    draw(verdicts(section))
    return _with_purpose(tables.controls(result, section))


@guarded
def findings(result: Result, name: str) -> HTML:
    """Show what was found, record by record."""
    return _with_purpose(papers.findings(result, name))


@guarded
def exceptions(result: Result, name: str) -> HTML:
    """Show what excused a record, how often, and on whose word."""
    return _with_purpose(population.excused(result, name))


@guarded
def retention(result: Result) -> HTML:
    """Draw former clients along the promised line."""
    picture = retention_line(result)
    draw(picture)
    columns = [("When", 30), ("Records", 10)]
    return shown(tables.Table("Retention", "", columns, [(when, number) for when, _, number in picture.numbers]))


@guarded
def retention_dates(result: Result) -> HTML:
    """Show the former clients whose day is past or near."""
    return _with_purpose(ledgers.retention_dates(result))


@guarded
def contracts(result: Result) -> HTML:
    """Show each supplier's contract and its Article 28 terms."""
    return _with_purpose(ledgers.contracts(result))


@guarded
def reviews(result: Result) -> HTML:
    """Show each supplier's security review."""
    return _with_purpose(ledgers.reviews(result))


@guarded
def transfers(result: Result) -> HTML:
    """Show each transfer with what protects it."""
    return _with_purpose(ledgers.each_transfer(result))


@guarded
def conclusion(result: Result, name: str) -> None:
    """Print the paper's result and conclusion."""
    print(papers.counted(result, name), *papers.concluded(result, name), sep="\n")  # noqa: T201 - a notebook's output
