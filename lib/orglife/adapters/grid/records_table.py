"""The records of one type as a table: one row per member, one column per field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.grid.board import Board, Cell
from orglife.adapters.grid.cells import column_of, pasted_cell, put_cell, typed_value
from orglife.adapters.grid.edit import amend, marks, set_to, values_of
from orglife.adapters.grid.grid import GridColumn
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import TableView
from orglife.core.record.dossier import Dossier
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.campaign import Campaign


class TableBoard(Board):
    """One row per member; each row edits the member's own record."""

    def __init__(
        self,
        view: TableView,
        *arguments: Any,
        begin: Mapping[str, Any],
        begin_of: Callable[[str], Mapping[str, Any]],
        dossier: Callable[[], Dossier],
        campaign: Campaign,
        **more: Any,
    ) -> None:
        self.view, self.begin, self.begin_of = view, dict(begin), begin_of
        self.dossier, self.campaign = dossier, campaign
        self.inner: list[Spec] = [
            one
            for one in specs_of(view.kind)
            if not one.derived and one.name not in ("id", "member") and one.name in (view.columns or (one.name,))
        ]
        super().__init__(view.kind, *arguments, **more)

    def options(self) -> dict[str, Any]:
        return {"fill": True}

    def columns(self) -> Sequence[GridColumn]:
        return [GridColumn("党员", "head", names=True), *(column_of(one, self.ctx) for one in self.inner)]

    def _entries(self) -> dict[str, StoredEntry]:
        """Member → the entry of this round; of two, the later one in the list."""
        now = int(self.begin.get("round", 1))
        by_member = {}
        for entry in self.stored:
            values = values_of(entry)
            if int(values.get("round") or 1) == now:
                by_member[str(values.get("member") or "")] = entry
        return by_member

    def lines(self) -> list[GridRow]:
        entries = self._entries()
        lines = []
        for member, name in self.choices.members():
            values = values_of(entries.get(member))
            lines.append(GridRow(member, [name, *(put_cell(one, values.get(one.name)) for one in self.inner)]))
        return lines

    def annotate(self) -> None:
        entries = self._entries()
        errors, notes = marks(self.kind, self.inner, self.grid.rows, entries, self.ctx, first=1)
        self.grid.annotate(errors=errors, notes=notes)
        records = [entry.record for entry in entries.values() if entry.record is not None]
        self.show_below(self.view.live(records, self.dossier(), self.campaign))

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        entries = self._entries()
        by_row: dict[str, dict[str, Any]] = {}
        for (row, place), cell in changes.items():
            by_row.setdefault(row, {})[self.inner[place - 1].name] = typed_value(self.inner[place - 1], cell, self.ctx)
        for member, values in by_row.items():
            entry = entries.get(member)
            begin = {**self.begin, **self.begin_of(member), "member": member}
            edits = {name: set_to(value) for name, value in values.items()}
            amend(self.port, self.kind, entry.id if entry else self.port.new_id(), edits, begin)

    def pasted(self, column: int, text: str) -> Any:
        return pasted_cell(self.inner[column - 1], text, self.ctx) if column else text.strip()
