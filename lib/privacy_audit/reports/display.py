"""What a notebook's cells show: one call each, tables in a stable order, every picture with its numbers."""

import html
from collections.abc import Iterable, Sequence

from IPython.display import HTML, Image, display

from privacy_audit.reports import annex, charts, tables
from privacy_audit.reports import wording as words
from privacy_audit.reports.screen import as_text, chain, first_screen, said, worst
from privacy_audit.result import Result


def as_html(head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTML:
    """Return a table as HTML, every cell escaped and set to the left."""
    left = 'style="text-align:left"'
    titles = "".join(f'<th scope="col" {left}>{html.escape(each)}</th>' for each in head)
    body = "".join(
        "<tr>" + "".join(f"<td {left}>{html.escape(said(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return HTML(f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>")


def _shown(table: tables.Table) -> HTML:
    return as_html(table.head, table.rows) if table.rows else HTML("<p>None.</p>")


def _drawn(picture: charts.Picture) -> HTML:
    display(Image(picture.png, alt=picture.alt))
    return as_html(("What", "How", "Number"), picture.numbers)


def first_minute(result: Result) -> None:
    """Print the first screen."""
    print(as_text(first_screen(result)))  # noqa: T201 - a notebook's output


def worst_case(result: Result) -> HTML:
    """Show the first task's first finding, from the policy's words to what to do."""
    finding = worst(result)
    return as_html(("", "From promise to row"), chain(result, finding) if finding else [("", "Nothing was found.")])


def tasks(result: Result) -> HTML:
    """Show every task, in the order in which to do them."""
    return _shown(tables.tasks(result))


def overview(result: Result) -> HTML:
    """Draw how the checks of each section came out."""
    return _drawn(charts.by_section(result))


def ratings(result: Result) -> HTML:
    """Show each section's rating."""
    return _shown(tables.ratings(result))


def files(result: Result) -> HTML:
    """Show how every file became rows."""
    return _shown(tables.files(result))


def retention(result: Result) -> HTML:
    """Draw former clients along the promised line."""
    return _drawn(charts.retention_line(result))


def picture(result: Result, section: str) -> HTML:
    """Draw what the controls of a section found."""
    found = result.section(section)
    return _drawn(charts.verdicts(found)) if found else HTML("<p>No check tests this section yet.</p>")


def controls(result: Result, section: str) -> HTML:
    """Show a section's controls, with what they counted."""
    found = result.section(section)
    return _shown(tables.controls(result, found)) if found else HTML("<p>No check tests this section yet.</p>")


def section(result: Result, number: str) -> HTML:
    """Draw what the controls that test a section found, and show what they counted."""
    found = result.section(number)
    if found is None:
        return HTML("<p>No check tests this section yet.</p>")
    display(_drawn(charts.verdicts(found)))
    return _shown(tables.controls(result, found))


def findings(result: Result, section: str) -> HTML:
    """Show a section's findings, each with the place it stands in."""
    found = result.section(section)
    return _shown(tables.findings_of(found)) if found else HTML("<p>None.</p>")


def promises(result: Result, section: str) -> HTML:
    """Show what a section of the policy says, and how each statement stands."""
    return _shown(tables.promises(result, section))


def register(result: Result, name: str) -> HTML:
    """Draw what the controls over one register found, and show what they counted."""
    found = result.over(name)
    if found is None:
        return HTML("<p>No check tests this register yet.</p>")
    display(_drawn(charts.verdicts(found)))
    return _shown(tables.controls(result, found))


def since(result: Result) -> HTML:
    """Show what has changed since the quarter before."""
    return _shown(tables.since(result))


def matrix(result: Result) -> HTML:
    """Draw which checks test which statement."""
    picture = annex.matrix(result)
    display(Image(picture.png, alt=picture.alt))
    return HTML(f"<p>{html.escape(picture.alt.partition('. ')[0])}.</p>")


def logic(result: Result) -> HTML:
    """Show each check's promise, logic, law, and when the law was last checked."""
    return _shown(annex.annex(result))


def coverage(result: Result) -> HTML:
    """Show every statement of the policy, and what tests it."""
    return _shown(tables.coverage(result))


def limits(result: Result) -> HTML:
    """Show what this audit does not show."""
    return _shown(tables.limits(result))


def wording(result: Result) -> HTML:
    """Show example wording for what the policy's own words lack: not legal advice."""
    return _shown(words.wording(result))


def contradictions(result: Result) -> HTML:
    """Show what in the policy speaks against itself."""
    return _shown(words.contradictions(result))


def notice(result: Result) -> HTML:
    """Show what the law asks a policy to tell, and whether this one does."""
    return _shown(words.notice(result))
