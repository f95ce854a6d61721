"""The adviser's desk as widgets: choose the quarter, filter, open a finding, and on request see the row itself."""

import html
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from privacy_audit.audit.finding import Finding
from privacy_audit.audit.result import Result
from privacy_audit.audit.run import audit
from privacy_audit.controls.grammar import SEVERITIES
from privacy_audit.errors import AuditError, guarded
from privacy_audit.reports import tables
from privacy_audit.reports.desk import choice
from privacy_audit.reports.desk.reveal import Reveal, can_reveal
from privacy_audit.reports.screen import SIGNS, display_value, first_screen
from privacy_audit.reports.show import as_html
from privacy_audit.reports.tables import Table
from privacy_audit.request import ENGINE

ROWS = 8
WORST_FIRST = [SIGNS[each] for each in SEVERITIES]
WIDE, APART = widgets.Layout(width="100%"), widgets.Layout(width="100%", margin="0.8rem 0 0 0")
NAMED = {"description_width": "7rem"}
LOOK: dict[str, Any] = {
    "select": "single",
    "maxBytes": 0,  # by default a long table loses its last rows
    "paging": True,
    "pageLength": ROWS,
    "layout": {"topStart": None, "topEnd": "search", "bottomStart": "info", "bottomEnd": "paging"},
    "autoWidth": False,
    "classes": "compact stripe hover order-column",
    "style": "width:100%;margin:0;table-layout:fixed",
    "language": {"search": "Search in the list", "info": "_START_ to _END_ of _TOTAL_", "infoEmpty": "none"},
}


class Listing:
    """Rows of which one can be chosen, in the table or in the menu; `told` is called with the id, or a blank."""

    def __init__(self, name: str, none: str, told: Callable[[str], None]) -> None:
        self._ids: list[str] = []
        self._none, self._told, self._filling = none, told, False
        self.table = ITable(frame(Table(name, "", [("", 1)], [])), **LOOK)
        self.menu = widgets.Dropdown(description=name, options=[(none, "")], layout=WIDE, style=NAMED)
        self.table.observe(self._clicked, "selected_rows")
        self.menu.observe(self._chosen, "value")

    @property
    def box(self) -> widgets.Widget:
        """The menu above the table."""
        return widgets.VBox([self.menu, self.table], layout=APART)

    def fill(self, table: Table, ids: Sequence[str], labels: Sequence[str], chosen: str = "") -> None:
        """Show these rows, none or one of them chosen; nobody is told."""
        self._ids, self._filling = list(ids), True
        keep = chosen if chosen in self._ids else ""
        self.menu.options = [(self._none, ""), *zip(labels, ids, strict=True)]
        self.menu.value = keep
        self.table.update(frame(table), selected_rows=self._rows(keep), columnDefs=columns_of(table), **LOOK)
        self._filling = False

    def _rows(self, chosen: str) -> list[int]:
        return [self._ids.index(chosen)] if chosen in self._ids else []

    def _clicked(self, change: Any) -> None:  # noqa: ANN401 - what traitlets tells of a change
        if not self._filling:
            self.menu.value = self._ids[change["new"][0]] if change["new"] else ""

    def _chosen(self, change: Any) -> None:  # noqa: ANN401 - what traitlets tells of a change
        if self._filling:
            return
        if self.table.selected_rows != self._rows(change["new"]):
            self.table.selected_rows = self._rows(change["new"])
        self._told(change["new"])


def frame(table: Table) -> pd.DataFrame:
    """Return a table as a frame of words, and behind them, for each column that would sort wrongly, its ranks."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    words = {name: [_word(each) for each in values] for name, values in zip(table.head, columns, strict=True)}
    ranks = {f"order of {table.head[at]}": _ranks(columns[at]) for at in _ranked(table)}
    return pd.DataFrame({**words, **ranks})


def columns_of(table: Table) -> list[dict[str, Any]]:
    """Return each column's share of the width, its words set to the left, and by which hidden ranks it sorts."""
    shown = [
        {"targets": at, "width": f"{share}%", "className": "dt-left dt-head-left"}
        for at, share in enumerate(table.shares)
    ]
    hidden = list(enumerate(_ranked(table), len(shown)))
    sorts = [{"targets": at, "orderData": [ranks]} for ranks, at in hidden]
    return [*shown, *sorts, *({"targets": ranks, "visible": False} for ranks, _ in hidden)]


def _ranked(table: Table) -> list[int]:
    """Return the columns of severities and days: as words they would sort by the alphabet."""
    return [at for at, (name, _) in enumerate(table.columns) if name in {"How serious", "By"}]


def _ranks(values: Sequence[object]) -> list[int]:
    return [each.toordinal() if isinstance(each, date) else WORST_FIRST.index(str(each)) for each in values]


def _word(value: object) -> object:
    return value if isinstance(value, int) else display_value(value)


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
        options = choice.options(result)
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

    def _choice(self, task: str) -> choice.Choice:
        return choice.Choice(**{name: each.value for name, each in self.filters.items()}, task=task)

    def _show(self, task: str, finding: str) -> None:
        """Show what is chosen: the tasks by the filters alone, the findings by the task as well."""
        result = self.result
        every = self._choice("").of(result)
        tasks = choice.tasks_of(result, every)
        task = task if task in {each.id for each in tasks} else ""
        found = self._choice(task).of(result)
        self.counts.value = f'<div class="desk"><span class="counts">{choice.counts(result, found)}</span></div>'
        ids = [each.id for each in tasks]
        self.tasks.fill(choice.task_table(result, every), ids, [each.title for each in tasks], task)
        self.findings.fill(
            choice.finding_table(result, found), [each.id for each in found], list(map(choice.label, found)), finding
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
            _as_list("The finding, from the promise to the row", choice.opened(self.result, finding)) if finding else ""
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
        text = f"{choice.counts(self.result, self.result.findings)} Run this notebook in JupyterLab to open the desk."
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
