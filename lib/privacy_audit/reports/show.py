"""What a notebook's cells show: one call each, tables in a stable order, every picture with its numbers."""

import html
from collections.abc import Iterable, Sequence

from IPython.display import HTML, Image, display

from privacy_audit.audit.result import Result
from privacy_audit.audit.standing import DOCUMENT, LAW, Section
from privacy_audit.errors import guarded
from privacy_audit.reports import annexes, ledgers, outline, papers, tables
from privacy_audit.reports import wording as example_wording
from privacy_audit.reports.pictures import charts
from privacy_audit.reports.pictures.charts import verdicts
from privacy_audit.reports.pictures.figure import Picture
from privacy_audit.reports.pictures.timeline import retention_line
from privacy_audit.reports.screen import as_text, chain, display_value, first_screen, nothing, worst


def as_html(head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTML:
    """Return a table as HTML, every cell escaped and set to the left."""
    left = 'style="text-align:left"'
    titles = "".join(f'<th scope="col" {left}>{html.escape(each)}</th>' for each in head)
    body = "".join(
        "<tr>" + "".join(f"<td {left}>{html.escape(display_value(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return HTML(f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>")


def shown(table: tables.Table) -> HTML:
    """Return a table as HTML, or that there is nothing in it."""
    return as_html(table.head, table.rows) if table.rows else HTML("<p>None.</p>")


def draw(picture: Picture) -> None:
    """Show a picture with its words."""
    display(Image(picture.png, alt=picture.alt))


@guarded
def first_minute(result: Result) -> None:
    """Print the first screen."""
    print(as_text(first_screen(result)))  # noqa: T201 - a notebook's output


@guarded
def worst_case(result: Result) -> HTML:
    """Show the first task's first finding, from the policy's words to what to do."""
    finding = worst(result)
    return as_html(
        ("", "From promise to row"), chain(result, finding) if finding else [("", f"{nothing(result).capitalize()}.")]
    )


@guarded
def tasks(result: Result) -> HTML:
    """Show every task, in the order in which to do them."""
    return shown(tables.tasks(result))


@guarded
def overview(result: Result) -> HTML:
    """Draw how the checks of each section came out, and show the ratings."""
    draw(charts.by_section(result))
    return shown(tables.ratings(result))


@guarded
def files(result: Result) -> HTML:
    """Show how every file became rows."""
    return shown(tables.files(result))


@guarded
def register(result: Result, name: str) -> HTML:
    """Draw what the controls over one register found, and show what they counted."""
    found = result.standing.over(name)
    if found is None:
        return HTML("<p>No check tests this register yet.</p>")
    draw(charts.verdicts(found))
    return shown(tables.controls(result, found))


@guarded
def since(result: Result) -> HTML:
    """Draw the quarters on record and how long findings have stood, and show what has changed since the one before."""
    if result.comparison.last_quarter:
        draw(charts.trend(result))
        draw(charts.ages(result))
    return shown(tables.since(result))


@guarded
def matrix(result: Result) -> HTML:
    """Draw which checks test which statement."""
    picture = annexes.matrix(result)
    draw(picture)
    return HTML(f"<p>{html.escape(picture.alt.partition('. ')[0])}.</p>")


@guarded
def logic(result: Result) -> HTML:
    """Show each check's promise, logic, law, and when the law was last checked."""
    return shown(annexes.annex(result))


@guarded
def coverage(result: Result) -> HTML:
    """Show every statement of the policy, and what tests it."""
    return shown(tables.coverage(result))


@guarded
def limits(result: Result) -> HTML:
    """Show what this audit does not show."""
    return shown(annexes.limits(result))


@guarded
def wording(result: Result) -> HTML:
    """Show example wording for what the policy's own words lack: not legal advice."""
    return shown(example_wording.wording(result))


@guarded
def sections(result: Result) -> None:
    """Show each section of the policy, in the policy's order and under its own number and title (see `section`)."""
    for number in result.inputs.policy.sections:
        display(section(result, number))


@guarded
def section(result: Result, number: str) -> HTML:
    """Show a section of the policy: what it says, the state of each statement, the pictures, the checks, the findings.

    `number` is the policy's own number or letter for the section.
    """
    title = result.inputs.policy.sections.get(number)
    if title is None:
        return HTML(f"<p>This policy has no section {html.escape(number)}.</p>")
    found = result.standing.section(number)
    rating = found.rating if found else "no check tests it yet"
    name = "" if number.isdecimal() else f"{number}. "
    display(HTML(f"<h2>{html.escape(name + title)}: is it kept? – {html.escape(rating)}</h2>"))
    display(shown(tables.promises(result, number)))
    return _checked(result, found) if found else HTML("<p>What it says is not tested by any check yet.</p>")


@guarded
def the_rest(result: Result, name: str) -> HTML:
    """Show what belongs to no section: the registers and the follow-up, or the policy's own words and its silence."""
    found, unsaid = result.standing.section(name), result.standing.section(LAW) if name == DOCUMENT else None
    shown = _checked(result, found) if found else HTML("<p>There is nothing of this kind.</p>")
    if unsaid is None:
        return shown
    display(shown, HTML(f"<h3>{html.escape(unsaid.title)} – {html.escape(unsaid.rating)}</h3>"))
    return _checked(result, unsaid)


def _checked(result: Result, found: Section) -> HTML:
    for picture, table in outline.section_pictures(result, found):
        draw(picture)
        if table:
            display(shown(table))
    display(shown(tables.controls(result, found)))
    return shown(tables.findings_of(found))


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
    return _with_purpose(papers.dealt_with(result, name))


@guarded
def spans(result: Result, name: str) -> HTML:
    """Show the first and last day of each column of dates."""
    return _with_purpose(papers.spans(result, name))


@guarded
def kinds(result: Result, name: str) -> HTML:
    """Draw and count the population of the register by kind."""
    found = ledgers.by_kind(result, name)
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
    return _with_purpose(ledgers.excused(result, name))


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
