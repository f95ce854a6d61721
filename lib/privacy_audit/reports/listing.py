"""A list to search, sort and choose from: a table by itables, and beside it a menu for the keyboard."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from privacy_audit.control import SEVERITIES
from privacy_audit.reports.screen import SIGNS, said
from privacy_audit.reports.tables import Table

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
    return value if isinstance(value, int) else said(value)
