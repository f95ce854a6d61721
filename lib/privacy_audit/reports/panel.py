"""The adviser's desk as widgets: choose the quarter, filter, open a finding, and on request see the row itself."""

import html
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from privacy_audit.errors import AuditError
from privacy_audit.finding import Finding
from privacy_audit.guard import guarded
from privacy_audit.reports import desk, tables
from privacy_audit.reports.display import as_html
from privacy_audit.reports.listing import NAMED, WIDE, Listing
from privacy_audit.reports.reveal import Reveal, can_reveal
from privacy_audit.reports.screen import first_screen
from privacy_audit.request import ENGINE
from privacy_audit.result import Result, audit

FILTERS = {
    "section": ("Section", "all sections"),
    "register": ("Register", "all registers"),
    "severity": ("How serious", "all"),
    "kind": ("Facts or gaps", "both"),
    "change": ("What is new", "new and old"),
}
MENUS = ("section", "register", "kind", "change")
REVEAL = "Show the row's own values from the file (may be personal data; not saved)"


class Desk:
    """The desk over one firm's quarters; it shows itself where a notebook's cell returns it."""

    def __init__(self, result: Result, engine: str) -> None:
        self._engine = engine
        self._requests = {str(each.quarter): each for each in result.inputs.request.beside()}
        self.head, self.counts, self.opened = widgets.HTML(), widgets.HTML(), widgets.HTML()
        chosen = str(result.inputs.request.quarter)
        self.quarter = widgets.Dropdown(description="Quarter", options=list(self._requests), value=chosen, style=NAMED)
        self.filters = {name: _choice(*words, few=name == "severity") for name, words in FILTERS.items()}
        self.tasks = Listing("Task", "all tasks", self._narrow)
        self.findings = Listing("Open a finding", "none", self._open)
        self.ask = widgets.Checkbox(description=REVEAL, indent=False, disabled=True, layout=WIDE)
        self.reveal = Reveal()
        self.about = widgets.Accordion([widgets.HTML(), widgets.HTML(), widgets.HTML()])
        self._renew(result)
        self.quarter.observe(self._change_quarter, "value")
        self.ask.observe(self._asked, "value")
        for each in self.filters.values():
            each.observe(self._filter, "value")
        self.box = self._laid_out()
        self.box.add_class("desk-root")

    def _laid_out(self) -> widgets.Widget:
        return widgets.VBox(
            [
                self.head,
                widgets.HBox([self.quarter, *(self.filters[name] for name in MENUS)], layout=WRAP),
                self.filters["severity"],
                self.counts,
                self.tasks.box,
                self.findings.box,
                self.opened,
                self.ask,
                self.reveal,
                self.about,
            ],
            layout=WIDE,
        )

    def _renew(self, result: Result) -> None:
        """Show another result, nothing filtered and nothing opened."""
        self.result, self._renewing, screen = result, True, first_screen(result)
        example = f'<span class="example">{html.escape(screen.example)}</span>' if screen.example else ""
        words = f"<h2>{html.escape(screen.title)}</h2>{html.escape(screen.headline)}<br>{html.escape(screen.since)}"
        self.head.value = f'<div class="desk">{example}{words}</div>'
        options = desk.options(result)
        for name, each in self.filters.items():
            each.options = [(FILTERS[name][1], ""), *options[name]]
            each.value = ""
            each.layout.display = None if options[name] else "none"
        self._renewing = False
        parts = (tables.ratings(result), tables.since(result), tables.files(result))
        for number, (table, box) in enumerate(zip(parts, self.about.children, strict=True)):
            self.about.set_title(number, f"{table.title} ({len(table.rows)})")
            told = f"<p>{html.escape(table.purpose)}</p>{as_html(table.head, table.rows).data}"
            box.value = f'<div class="desk">{told}</div>'
        self._show("", "")

    def _choice(self, task: str) -> desk.Choice:
        return desk.Choice(**{name: each.value for name, each in self.filters.items()}, task=task)

    def _show(self, task: str, finding: str) -> None:
        """Show what is chosen: the tasks by the filters alone, the findings by the task as well."""
        result = self.result
        every = self._choice("").of(result)
        tasks = desk.tasks_of(result, every)
        task = task if task in {each.id for each in tasks} else ""
        found = self._choice(task).of(result)
        self.counts.value = f'<div class="desk"><span class="counts">{desk.counts(result, found)}</span></div>'
        ids = [each.id for each in tasks]
        self.tasks.fill(desk.task_table(result, every), ids, [each.title for each in tasks], task)
        self.findings.fill(
            desk.finding_table(result, found), [each.id for each in found], list(map(desk.label, found)), finding
        )
        self._open(self.findings.menu.value)

    def _filter(self, _change: Any) -> None:  # noqa: ANN401 - what traitlets tells of a change
        if not self._renewing:
            self._show(self.tasks.menu.value, self.findings.menu.value)

    def _narrow(self, task: str) -> None:
        self._show(task, self.findings.menu.value)

    def _open(self, id_: str) -> None:
        """Show one finding in full; whatever was revealed before is hidden."""
        self.ask.value = False
        self.reveal.hide()
        finding = self.result.by_id.get(id_)
        self.ask.disabled = finding is None or not can_reveal(self.result, finding)
        self.opened.value = (
            _as_list("The finding, from the promise to the row", desk.opened(self.result, finding)) if finding else ""
        )

    def _asked(self, change: Any) -> None:  # noqa: ANN401 - what traitlets tells of a change
        finding: Finding | None = self.result.by_id.get(self.findings.menu.value)
        if change["new"] and finding:
            self.reveal.show(self.result, finding)
        else:
            self.reveal.hide()

    def _change_quarter(self, change: Any) -> None:  # noqa: ANN401 - what traitlets tells of a change
        if self._renewing:
            return
        self.counts.value = f"<p>Auditing {change['new']} …</p>"
        try:
            self._renew(audit(self._requests[change["new"]], self._engine))
        except AuditError as error:  # the desk stays with the quarter that it has
            self._renewing, self.quarter.value = True, change["old"]
            self._renewing = False
            self._show("", "")
            self.counts.value = f"<p>{html.escape(str(error))}</p>{self.counts.value}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - Jupyter's own
        """Return the widgets for a page that has a kernel, and a sentence for one that has none."""
        text = f"{desk.counts(self.result, self.result.findings)} Run this notebook in JupyterLab to open the desk."
        return {**self.box._repr_mimebundle_(**options), "text/plain": text, "text/html": f"<p>{html.escape(text)}</p>"}


WRAP = widgets.Layout(flex_flow="row wrap")


def _choice(name: str, none: str, *, few: bool) -> widgets.Widget:
    """Return buttons for a few values, a menu for many."""
    if few:
        style = {**NAMED, "button_width": "auto"}
        return widgets.ToggleButtons(description=name, options=[(none, "")], style=style, layout=WIDE)
    return widgets.Dropdown(description=name, options=[(none, "")], style=NAMED)


def _as_list(title: str, lines: Iterable[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in lines)
    return f'<div class="desk"><h3>{html.escape(title)}</h3><dl>{told}</dl></div>'


@guarded
def open_desk(result: Result, engine: str = ENGINE) -> Desk:
    """Return the desk for a result; it shows itself in a notebook's cell."""
    return Desk(result, engine)
