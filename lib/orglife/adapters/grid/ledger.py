"""The ledger: one line per item, with a button that opens the record that answers it or starts a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from orglife.adapters.grid.board import Board
from orglife.adapters.grid.grid import GridColumn, Key
from orglife.adapters.grid.matrices import Opens
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import Ledger, LedgerRow, Look

OPEN = Look("打开", "", "打开这一项")
GROUP, TEXT, WHOSE, STATE, BUTTON = range(5)


class LedgerBoard(Board):
    """A ledger; a button opens the record that answers a line, or a new record that refers to it."""

    empty = "还没有登记的问题。"

    def __init__(
        self,
        view: Ledger,
        *arguments: Any,
        rows: Callable[[], list[LedgerRow]],
        opens: Opens,
        **more: Any,
    ) -> None:
        self.view, self.rows, self.opens = view, rows, opens
        self.items: list[LedgerRow] = []
        super().__init__(view.kind, *arguments, title=view.title, hint=view.hint, **more)

    def options(self) -> dict[str, Any]:
        return {"still": True, "tall": True}

    def columns(self) -> Sequence[GridColumn]:
        group, text, whose, state = self.view.heads
        return [
            GridColumn(group, "show", group="gr-wide"),
            GridColumn(text, "head", names=True, group="gr-wide"),
            GridColumn(whose, "show"),
            GridColumn(state, "show", group="gr-wide"),
            GridColumn("操作", "press"),
        ]

    def lines(self) -> list[GridRow]:
        self.items = self.rows()
        return [GridRow(row.key, [None, row.text, None, None, None]) for row in self.items]

    def annotate(self) -> None:
        shown: dict[Key, Look] = {}
        label, spoken = self.view.begin
        before = ""
        for row in self.items:
            shown[row.key, GROUP] = Look(row.group if row.group != before else "")
            shown[row.key, WHOSE] = Look(row.whose)
            shown[row.key, STATE] = row.state
            shown[row.key, BUTTON] = OPEN if row.answer else Look(label, "", spoken)
            before = row.group
        self.grid.annotate(shown=shown)
        self.show_below(self.view.sums(self.items))

    def pressed(self, row: str, column: int) -> None:
        item = next(item for item in self.items if item.key == row)
        self.opens(item.answer, {} if item.answer else item.begin)
        self.grid.go_to(f".of-t-{self.kind.TYPE} .of-place")
