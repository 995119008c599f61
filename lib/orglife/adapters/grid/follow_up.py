"""A table that follows up records created elsewhere: one row each; rows cannot be added or removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.grid.board import Board, Cell
from orglife.adapters.grid.cells import column_of, pasted_cell, put_cell, typed_value
from orglife.adapters.grid.edit import Fill, amend, find_entry, marks, set_to, values_of
from orglife.adapters.grid.entry_table import OPEN
from orglife.adapters.grid.grid import GridColumn, Key
from orglife.adapters.grid.matrices import Opens
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import FollowUp, Look
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec, specs_of
from orglife.core.record.words import readable
from orglife.core.rule.campaign import Campaign

BUTTON, NAME, SHOWN = range(3)  # columns: the button, what names the row, the first one that is only shown


class FollowUpBoard(Board):
    """One row for each record; a row that is typed into changes the record."""

    def __init__(
        self,
        view: FollowUp,
        *arguments: Any,
        fill: Fill | None,
        dossier: Callable[[], Dossier],
        campaign: Campaign,
        opens: Opens,
        **more: Any,
    ) -> None:
        self.view, self.fill, self.dossier, self.campaign, self.opens = view, fill, dossier, campaign, opens
        by_name = {one.name: one for one in specs_of(view.kind)}
        self.named = by_name[view.names]
        self.shown: list[Spec] = [by_name[name] for name in view.shown]
        self.inner: list[Spec] = [by_name[name] for name in view.columns]
        self.first = SHOWN + len(self.shown)  # the first column to type into
        self.entries: dict[str, StoredEntry] = {}
        self.gone = False  # a row was typed into whose record another window removed
        super().__init__(view.kind, *arguments, title=view.title, hint=view.hint, **more)

    def options(self) -> dict[str, Any]:
        return {"fill": True, "fit": True}

    def columns(self) -> Sequence[GridColumn]:
        head = GridColumn(self.named.label, "head", names=True, group="gr-wide")
        shown = (GridColumn(one.label, "show") for one in self.shown)
        return [GridColumn("操作", "press"), head, *shown, *(self._column(one) for one in self.inner)]

    def _column(self, spec: Spec) -> GridColumn:
        column = column_of(spec, self.ctx)
        if spec.name not in self.view.filled_where:
            return column
        other, value = self.view.filled_where[spec.name]
        return replace(column, where=(self.first + self.view.columns.index(other), value))

    def lines(self) -> list[GridRow]:
        dossier = self.dossier()
        known = [(entry, values_of(entry)) for entry in self.stored]
        known.sort(key=lambda pair: self.view.order(pair[1], dossier, self.campaign))
        self.entries = {entry.id: entry for entry, _ in known}
        return [GridRow(entry.id, self._cells(values)) for entry, values in known]

    def _cells(self, values: Mapping[str, Any]) -> list[Any]:
        typed = (put_cell(one, values.get(one.name)) for one in self.inner)
        return [None, values.get(self.named.name) or "", *(None for _ in self.shown), *typed]

    def annotate(self) -> None:
        shown: dict[Key, Look] = {}
        for key, entry in self.entries.items():
            values = values_of(entry)
            shown[key, BUTTON] = OPEN
            for place, one in enumerate(self.shown, SHOWN):
                value = values.get(one.name)
                shown[key, place] = Look("" if is_blank(value) else readable(one, value, self.ctx.offered))
        errors, notes = marks(self.kind, self.inner, self.grid.rows, self.entries, self.ctx, first=self.first)
        self.grid.annotate(shown=shown, errors=errors, notes=notes)
        records = [entry.record for entry in self.entries.values() if entry.record is not None]
        self.show_below(self.view.live(records, self.dossier(), self.campaign))
        parts = (self.head, self.grid, self.below, self.status) if self.entries else ()
        if self.box.children != parts:
            self.box.children = parts

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        by_row: dict[str, dict[str, Any]] = {}
        for (key, place), cell in changes.items():
            one = self.inner[place - self.first]
            by_row.setdefault(key, {})[one.name] = set_to(typed_value(one, cell, self.ctx))
        for key, edits in by_row.items():
            if find_entry(self.port, key) is None:
                self.gone = True
            else:
                amend(self.port, self.kind, key, edits, {}, self.fill)

    def flush(self) -> bool:
        """Save typed cells now; nothing is made of a record that another window removed meanwhile."""
        saved = super().flush()
        if self.gone:
            self.gone = False
            self.say(f"⚠ 刚才填的没有保存：这条{self.kind.LABEL}已经在别的窗口移除了。")
        return saved

    def pasted(self, column: int, text: str) -> Any:
        return pasted_cell(self.inner[column - self.first], text, self.ctx) if column >= self.first else text.strip()

    def pressed(self, row: str, column: int) -> None:
        if self.flush():
            self.opens(row, {})
            self.grid.go_to(f".of-t-{self.kind.TYPE} .of-place")
