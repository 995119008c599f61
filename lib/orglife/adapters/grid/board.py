"""Boards: a matrix or a table over many records that writes the ordinary records, one field at a time.

Typed cells are saved to the records 0.6 s after the last key, as in a form. A board stores no data of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Choices, Context, put_html
from orglife.adapters.field.later import DELAY, RETRY, Later
from orglife.adapters.field.messages import guard, note_html, status_html, waiting_words
from orglife.adapters.field.port import Port, StoredEntry
from orglife.adapters.field.style import FORMS
from orglife.adapters.grid.grid import Grid, GridColumn
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import Look

Cell = tuple[str, int]


class Board(ABC):
    """A table or matrix over the records of one type.

    Args:
        kind: The record type.
        port: Stores the records.
        choices: The options of the fields.
        on_saved: Called after every save.
        title: The heading.
        hint: One sentence of instructions.
        delay: Seconds from the last key to the save.
    """

    empty = "党员名册里还没有人。请先到“工作方案”登记党员名册。"
    """Text in place of the rows when there are none."""

    def __init__(
        self,
        kind: type[Any],
        port: Port,
        *,
        choices: Choices,
        on_saved: Callable[[], None],
        title: str,
        hint: str,
        delay: float = DELAY,
    ) -> None:
        self.kind, self.port, self.choices, self.on_saved, self.delay = kind, port, choices, on_saved, delay
        self.ctx = Context(
            choices=choices,
            changed=lambda _: None,
            say=self.say,
            fresh_id=lambda _: port.new_id(),
            where=f"{kind.TYPE} board",
        )
        self.pending: dict[Cell, Any] = {}
        self._later = Later(self.flush, self.ctx.guard)
        make = self.ctx.make
        self.status: Any = make(W.HTML, "of-status-box")
        self.below: Any = make(W.HTML, "of-note")
        self.grid: Grid = make(
            Grid,
            "of-board",
            columns=[],
            label=title,
            guard=self.ctx.guard,
            typed=self._typed,
            pressed=self.pressed,
            say=self.say,
            read=self.pasted,
            hint=hint,
            **{"fixed": True, "empty": self.empty, **self.options()},
        )
        self.head: Any = make(W.HTML, value=f'{FORMS}<div class="of-title"><b>{escape(title)}</b></div>')
        self.box: Any = make(
            W.VBox, "of", f"of-b-{kind.TYPE}", children=(self.head, self.grid, self.below, self.status)
        )
        self.refresh()

    # --- defined by each board ---------------------------------------------------------------------------------------

    def options(self) -> dict[str, Any]:
        """Options of its ``Grid``."""
        return {}

    @abstractmethod
    def columns(self) -> Sequence[GridColumn]:
        """The current columns."""

    @abstractmethod
    def lines(self) -> list[GridRow]:
        """The rows made from the current records."""

    @abstractmethod
    def annotate(self) -> None:
        """Show errors, notes and calculated cells in the table, and messages below it."""

    def save_cells(self, changes: dict[Cell, Any]) -> None:
        """Save the typed cells to the records."""
        raise NotImplementedError

    def pressed(self, row: str, column: int) -> None:
        """Handle a click on a button cell."""
        raise NotImplementedError

    def pasted(self, _column: int, text: str) -> Any:
        """The cell's content for a pasted text."""
        return text.strip()

    # --- shared by all boards ----------------------------------------------------------------------------------------

    @property
    def stored(self) -> list[StoredEntry]:
        """The current entries."""
        return list(self.port.list())

    @property
    def members(self) -> list[str]:
        """Ids of the roster's members, in the order to show them."""
        return [member for member, _ in self.choices.members()]

    def say(self, text: str) -> None:
        """Show a message in the status line."""
        put_html(self.status, status_html(text))

    def show_below(self, looks: Sequence[Look]) -> None:
        """Show messages below the table."""
        put_html(self.below, note_html("", "", [], [], looks))

    def refresh(self) -> None:
        """Show what other windows saved; cells typed here and not yet saved stay."""
        self.ctx.forget()
        self.grid.reshape(self.columns())
        lines = self.lines()
        self.before = {(row.key, place): cell for row in lines for place, cell in enumerate(row.cells)}
        for row in lines:
            for place in range(len(row.cells)):
                row.cells[place] = self.pending.get((row.key, place), row.cells[place])
        if lines != self.grid.rows:
            self.grid.show_rows(lines, fresh=False)
        self.annotate()

    def _typed(self) -> None:
        for row in self.grid.rows:
            for place, cell in enumerate(row.cells):
                where = (row.key, place)
                if cell != self.pending.get(where, self.before.get(where)):
                    self.pending[where] = cell
        if self.pending:
            self.say("正在保存…")
            self._later.start(self.delay, otherwise_now=True)

    def flush(self) -> bool:
        """Save typed cells now; True when nothing is left unsaved."""
        self._later.stop()
        if not self.pending:
            return True
        changes = {where: cell for where, cell in self.pending.items() if cell != self.before.get(where)}
        try:
            self.save_cells(changes)
        except Exception as error:  # noqa: BLE001  whatever failed, the page must show that the input is not saved
            self.say(waiting_words(error, self.ctx.where))
            self._later.start(RETRY)
            return False
        self.pending = {}
        self.refresh()
        half = "为“未填完”" if self.grid.annotations.get("errors") else ""
        more = "　请改正表里标红的格" if half else ""
        self.say(f"✓ 已保存{half} {datetime.now():%H:%M:%S}{more}")
        guard(self.on_saved, self.say, self.ctx.where)()
        return True
