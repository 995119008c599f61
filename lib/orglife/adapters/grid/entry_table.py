"""A table of records to type and paste into: one row each, and proposed rows to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import ipywidgets as W

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.grid.board import Board, Cell
from orglife.adapters.grid.cells import column_of, pasted_cell, put_cell, typed_value
from orglife.adapters.grid.edit import Edits, Fill, amend, marks, set_to, values_of
from orglife.adapters.grid.grid import GridColumn, Key
from orglife.adapters.grid.matrices import Opens
from orglife.adapters.grid.pasted import GridRow
from orglife.core.errors import OrglifeError, SaveConflict
from orglife.core.formview import EntryTable, Look, Proposal
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.campaign import Campaign

BUTTON = 0  # column of the button; the fields follow
GONE = -1  # place of the change “this row was removed”
OFFERED = "+"  # begins the key of a proposal's row
OPEN, NEW = Look("打开", "", "在下面打开这一项"), Look("", "off", "填写以后自动保存")


class EntryTableBoard(Board):
    """One row per record; a row that is typed into is saved, a proposal also by its button."""

    def __init__(
        self,
        view: EntryTable,
        *arguments: Any,
        begin: Mapping[str, Any],
        fill: Fill | None,
        dossier: Callable[[], Dossier],
        campaign: Campaign,
        opens: Opens,
        **more: Any,
    ) -> None:
        self.view, self.begin, self.fill = view, dict(begin), fill
        self.dossier, self.campaign, self.opens = dossier, campaign, opens
        by_name = {one.name: one for one in specs_of(view.kind)}
        lists = view.kind.OTHER_LISTS
        self.inner: list[Spec] = [
            spec
            for spec in (by_name[name] for name in view.columns)
            if not spec.lists or any(getattr(campaign, lists.get(each, each)) for each in spec.lists)
        ]  # no column for a choice that the campaign does not offer
        self.keys: dict[str, str] = {}  # record → the key of its row, where that is not its id
        self.offered: dict[str, Proposal] = {}
        self.blank: list[GridRow] = []  # rows that were added and not yet typed into
        self.entries: dict[str, StoredEntry] = {}
        self.conflict = False  # a row to be removed was changed elsewhere
        self.before: dict[Cell, Any] = {}
        super().__init__(view.kind, *arguments, title=view.title, hint=view.hint, **more)
        self.adopt_button: Any = self.ctx.button(view.adopt, self.adopt_all, "of-add")
        self.adopt_bar: Any = self.ctx.make(W.HBox, "of-buttons", children=(self.adopt_button,))
        self._arrange()

    # --- columns and rows --------------------------------------------------------------------------------------------

    def options(self) -> dict[str, Any]:
        return {
            "fixed": False,
            "ordered": False,
            "add": self.view.add,
            "empty": f"还没有{self.view.kind.LABEL}。",
            "fill": True,
            "fit": True,
        }

    def columns(self) -> Sequence[GridColumn]:
        return [GridColumn("操作", "press"), *(self._column(one) for one in self.inner)]

    def _column(self, spec: Spec) -> GridColumn:
        column = column_of(spec, self.ctx)
        column = replace(column, title=self.view.heads.get(spec.name, column.title))
        if spec.name in self.view.blank:
            column = replace(column, first=self.view.blank[spec.name])
        return replace(column, kind="lines") if spec.kind == "text" else column

    def _row(self, key: str, values: Mapping[str, Any]) -> GridRow:
        return GridRow(key, [None, *(put_cell(one, values.get(one.name)) for one in self.inner)])

    def lines(self) -> list[GridRow]:
        dossier = self.dossier()
        self.entries = {self.keys.get(entry.id, entry.id): entry for entry in self.stored}
        self.offered = {OFFERED + one.key: one for one in self.view.proposals(dossier, self.campaign)}
        known: list[tuple[str, Mapping[str, Any]]] = [(key, values_of(entry)) for key, entry in self.entries.items()]
        known += [(key, one.values) for key, one in self.offered.items() if key not in self.entries]
        order = self.view.order
        if order is not None:
            known.sort(key=lambda pair: order(pair[1], dossier, self.campaign))
        taken = {key for key, _ in known}
        self.blank = [row for row in self.blank if row.key not in taken]
        if not known and not self.blank:  # a paste needs a cell to begin in
            self.blank = [GridRow(self.grid.fresh_key(), [None] * (1 + len(self.inner)))]
        return [*(self._row(*pair) for pair in known), *(self._untyped(row) for row in self.blank)]

    def _untyped(self, row: GridRow) -> GridRow:
        """A new row without what was typed into it and is not saved yet."""
        cells = [None if (row.key, place) in self.pending else cell for place, cell in enumerate(row.cells)]
        return GridRow(row.key, cells)

    def annotate(self) -> None:
        shown: dict[Key, Look] = {
            (row.key, BUTTON): OPEN if row.key in self.entries else self._confirm() if row.key in self.offered else NEW
            for row in self.grid.rows
        }
        errors, notes = marks(self.kind, self.inner, self.grid.rows, self.entries, self.ctx, first=1)
        self.grid.annotate(shown=shown, errors=errors, notes=notes)
        records = [entry.record for entry in self.entries.values() if entry.record is not None]
        self.show_below(self.view.live(records, self.dossier(), self.campaign))
        self._arrange()

    def _confirm(self) -> Look:
        return Look("列入", "must", "确认并列入")

    def _open_proposals(self) -> list[str]:
        return [key for key in self.offered if key not in self.entries]

    def _arrange(self) -> None:
        """Show the button that confirms all proposals only while there are any."""
        button = getattr(self, "adopt_button", None)
        if button is None:  # the board is being made
            return
        count = len(self._open_proposals())
        button.description = f"{self.view.adopt}（{count}项）"
        parts = (self.head, *((self.adopt_bar,) if count else ()), self.grid, self.below, self.status)
        if self.box.children != parts:
            self.box.children = parts

    # --- typing ------------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        known = {*self.entries, *self.offered, *(row.key for row in self.blank)}
        rows = self.grid.rows
        here = {row.key for row in rows}
        fresh = [place for place, row in enumerate(rows) if row.key not in known]
        continued = [self._continue(rows, place) for place in fresh]
        if any(continued):
            self.grid.show_rows(rows, fresh=False)
        self.blank = [row for row in rows if row.key not in self.entries and row.key not in self.offered]
        for key in self.entries:
            self.pending.pop((key, GONE), None)
            if key not in here:
                self.pending[key, GONE] = True
        super()._typed()
        if any(key not in here for key in self._open_proposals()):
            self.refresh()
            self.say("这是从已有的登记里带来的，还没有列入；不列的，不用管它。")

    def _continue(self, rows: Sequence[GridRow], place: int) -> bool:
        """Give a row that was added by a click the values of the row above; a pasted row stays as it is.

        Returns:
            Whether there was a value to give.
        """
        continued = False
        if any(not is_blank(cell) for cell in rows[place].cells):
            return continued
        for column, one in enumerate(self.inner, 1):
            above = rows[place - 1].cells[column] if place else None
            if one.name in self.view.same_as_above and not is_blank(above):
                rows[place].cells[column] = self.before[rows[place].key, column] = above
                continued = True
        return continued

    # --- saving ------------------------------------------------------------------------------------------------------

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        cells = {row.key: row.cells for row in self.grid.rows}
        by_row: dict[str, dict[str, Any]] = {}
        for (key, place), cell in changes.items():
            if place == GONE:
                self._remove(key)
            elif key in cells:
                one = self.inner[place - 1]
                by_row.setdefault(key, {})[one.name] = self._value(one, cell)
        for key, values in by_row.items():
            entry = self.entries.get(key)
            if entry is not None:
                self._amend(entry.id, {name: set_to(value) for name, value in values.items()}, {})
            elif not all(is_blank(value) for value in values.values()) or key in self.offered:
                self._add(key, cells[key])

    def _add(self, key: str, cells: Sequence[Any]) -> None:
        """Save the row of a proposal, or a new row, as a record."""
        proposal = self.offered.get(key)
        begin = {**self.begin, **(proposal.values if proposal else {})}
        edits = {one.name: set_to(self._value(one, cell)) for one, cell in zip(self.inner, cells[1:], strict=True)}
        ident = self.port.new_id()
        self.keys[ident] = key
        self._amend(ident, edits, begin)

    def _amend(self, ident: str, edits: Edits, begin: Mapping[str, Any]) -> None:
        amend(self.port, self.kind, ident, edits, begin, self.fill)

    def _remove(self, key: str) -> None:
        entry = self.entries.get(key)
        if entry is None:
            return
        try:
            self.port.remove(entry.id, entry.version)
        except SaveConflict:
            self.conflict = True
        else:
            self.keys.pop(entry.id, None)

    def flush(self) -> bool:
        """Save typed cells now; a row that another window changed meanwhile is not removed."""
        saved = super().flush()
        if self.conflict:
            self.conflict = False
            self.say("⚠ 这一项刚才在别处改过，没有移除。请看过现在的内容，再决定是否移除。")
        return saved

    def _value(self, one: Spec, cell: Any) -> Any:
        """The value to save for a cell; a field of one line has no line breaks."""
        if one.kind == "text" and isinstance(cell, str):
            cell = re.sub(r"\s*\n\s*", " ", cell)
        return typed_value(one, cell, self.ctx)

    def pasted(self, column: int, text: str) -> Any:
        return pasted_cell(self.inner[column - 1], text, self.ctx) if column else None

    # --- buttons -----------------------------------------------------------------------------------------------------

    def pressed(self, row: str, column: int) -> None:
        if not self.flush():
            return
        entry = self.entries.get(row)
        if entry is not None:
            self.opens(entry.id, {})
            self.grid.go_to(f".of-t-{self.kind.TYPE} .of-place")
        elif row in self.offered:
            self._adopt([row])

    def adopt_all(self) -> None:
        """Confirm all proposals as they stand."""
        if self.flush():
            self._adopt(self._open_proposals())

    def _adopt(self, keys: Sequence[str]) -> None:
        cells = {row.key: row.cells for row in self.grid.rows}
        done = 0
        try:
            for key in keys:
                self._add(key, cells[key])
                done += 1
        except OrglifeError as error:
            self.say(f"⚠ 只列入了{done}项，其余的没有保存。{str(error).removeprefix('⚠ ')}")
            self.refresh()
            return
        self.refresh()
        self.say(f"✓ 已列入{done}项，请逐项核对，可以直接在表里改。")
        self.on_saved()
