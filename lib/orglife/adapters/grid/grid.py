"""One widget for all tables and matrices: the user types in the browser, Python parses here.

The page holds the rows while the user types and sends all of them. Python sends rows (``show_rows``), and errors, notes and
calculated cells (``annotate``); it never writes back cells that were just typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import anywidget
import traitlets as t

from orglife.adapters.disk import paths
from orglife.adapters.grid.pasted import GridRow, PasteColumn, paste

Guard = Callable[[Callable[..., Any]], Callable[..., None]]
Key = tuple[str, int | str]  # row key (or "foot") and column number


@dataclass(frozen=True)
class GridColumn:
    """A column of a table.

    Attributes:
        kind: text, lines, day, clock, count: typed; choice, member, person: chosen; tick; words: a long text that opens
            on a click; press: a button; head: the row's name; show: read-only.
        options: (value, label) of the options.
        first: Text shown when nothing is chosen.
        names: Its value identifies the row's member.
        group: CSS class of the column's cells.
        all: A button in the heading ticks the column in all rows.
        where: (column, value): filling down reaches only the rows with that value in that column.
    """

    title: str
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    first: str = ""
    core: bool = False
    names: bool = False
    help: str = ""
    group: str = ""
    all: bool = False
    where: tuple[int, str] | None = None

    def to_page(self) -> dict[str, Any]:
        """The column as sent to the page."""
        page: dict[str, Any] = {"title": self.title, "kind": self.kind, "core": self.core, "names": self.names}
        if self.kind in ("choice", "member", "person"):
            page |= {"options": [list(offer) for offer in self.options], "first": self.first}
        return page | {"help": self.help, "group": self.group, "all": self.all, "where": self.where}


SCRIPTS = ("grid_rows.js", "grid_html.js", "grid_annotations.js", "grid.js")
"""Parts of the widget's script; anywidget takes one module, so they are joined in this order."""


class Grid(anywidget.AnyWidget):  # type: ignore[misc]  # untyped
    """A table or matrix.

    Args:
        columns: The columns.
        label: Accessible name, for screen readers.
        guard: The form's guard for callbacks.
        typed: Called after the user changed rows.
        pressed: Called with the row's key and the column's number after a click on a button cell.
        say: Shows a message in the status line.
        read: (column number, pasted text) → the cell's content.
        fixed: Rows cannot be added, moved or removed.
        ordered: The user decides the order of the rows.
        upright: Vertical headings.
        foot: Show a row for sums at the bottom.
        tall: Many rows: the table scrolls by itself.
        fit: Columns give way so that all of them fit into the page.
        fill: A cell can be filled into the blank cells below it.
        hint: One sentence of instructions.
        add: Label of the button that adds a row.
        empty: Text shown when there are no rows.
    """

    _esm = paths.widget_text(*SCRIPTS)
    _css = paths.widget_text("grid.css")
    shape = t.Dict().tag(sync=True)
    given = t.Dict().tag(sync=True)
    annotations = t.Dict().tag(sync=True)
    wanted = t.Dict().tag(sync=True)
    disabled = t.Bool(False).tag(sync=True)

    def __init__(
        self,
        columns: Sequence[GridColumn],
        *,
        label: str,
        guard: Guard,
        typed: Callable[[], None],
        pressed: Callable[[str, int], None] | None = None,
        say: Callable[[str], None],
        read: Callable[[int, str], Any] | None = None,
        **more: Any,
    ) -> None:
        self.columns = list(columns)
        self.rows: list[GridRow] = []
        self._options: dict[str, Any] = {
            name: more.pop(name)
            for name in ("fixed", "ordered", "upright", "foot", "hint", "add", "empty", "still", "tall", "fill", "fit")
            if name in more
        }
        self._label, self._on_typed, self._pressed, self.say, self._read = label, typed, pressed, say, read
        self._seen = self._turn = self._fresh = 0
        self._lost = ""  # message about cells that the last paste left out, until the next action
        self._keys = count(1)
        super().__init__(shape=self._shape(), given={"n": 0, "rows": [], "turn": 0}, annotations={}, **more)
        self.on_msg(guard(self._message))

    def _shape(self) -> dict[str, Any]:
        return {"label": self._label, "columns": [c.to_page() for c in self.columns], **self._options}

    def reshape(self, columns: Sequence[GridColumn], **options: Any) -> None:
        """Show other columns, or the same columns with other options."""
        self.columns = list(columns)
        self._options.update(options)
        shape = self._shape()
        if shape != self.shape:
            self.shape = shape

    def fresh_key(self) -> str:
        """A row key that this table never used."""
        return f"p{next(self._keys)}"

    def show_rows(self, rows: Sequence[GridRow], *, fresh: bool = True) -> None:
        """Show these rows; ``fresh`` clears the undo history."""
        self.rows = [GridRow(row.key, list(row.cells)) for row in rows]
        self._turn += 1
        if fresh:
            self._fresh = self._turn
            self._leave_out("")
        self._give(fresh=fresh)

    def _give(self, **how: Any) -> None:
        page = [{"k": row.key, "v": list(row.cells)} for row in self.rows]
        self.given = {"n": self._seen, "rows": page, "turn": self._turn, **how}

    def annotate(
        self,
        *,
        errors: Mapping[Key, str] | None = None,
        notes: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        shown: Mapping[Key, Sequence[str]] | None = None,
    ) -> None:
        """Show errors, notes and calculated cells.

        Args:
            errors: Cell → error message.
            notes: Row key → (message, ``err``, ``tip`` or ``echo``), shown below the row.
            shown: Read-only cell → text, tone (good, must, bad, off) and text for screen readers.
        """
        annotations = {
            "errors": {f"{row}|{column}": text for (row, column), text in (errors or {}).items()},
            "notes": {key: [list(note) for note in row_notes] for key, row_notes in (notes or {}).items()},
            "shown": {f"{row}|{column}": list(look) for (row, column), look in (shown or {}).items()},
            "lost": self._lost,
        }
        if annotations != self.annotations:
            self.annotations = annotations

    def go_to(self, where: str) -> None:
        """Scroll to another part of the page (a CSS selector) and put the cursor there."""
        self.wanted = {"where": where, "turn": next(self._keys)}

    # --- from the page -----------------------------------------------------------------------------------------------

    def _message(self, _widget: Any, content: Any, _buffers: Any = None) -> None:
        if "rows" in content:
            self._typed(content)
        elif "press" in content and self._pressed is not None:
            self._pressed(str(content["press"][0]), int(content["press"][1]))
        elif "paste" in content:
            key, column, text = content["paste"]
            self.paste(str(key), int(column), str(text))

    def _typed(self, content: Any) -> None:
        if int(content["turn"]) < self._fresh:
            self.say("⚠ 表格刚换了一条，最后改的一格没有记上。请看一下，再填一次。")
            return
        self._seen = int(content["n"])
        self._leave_out("")
        width = len(self.columns)
        self.rows = [GridRow(str(row["k"]), [*row["v"], *[None] * width][:width]) for row in content["rows"]]
        turn = self._turn
        self._on_typed()
        if (
            turn == self._turn
        ):  # the callback showed no rows: send them, so that other views of the widget show them too
            self._give(echo=str(content["by"]))

    def paste(self, key: str, column: int, text: str) -> None:
        """Paste copied text into the table, starting at a cell."""
        fixed = bool(self._options.get("fixed"))
        targets = [
            PasteColumn(
                c.title, self._reader(place), c.names or c.kind == "head", c.kind not in ("head", "show", "press")
            )
            for place, c in enumerate(self.columns)
        ]
        rows, lost = paste(targets, self.rows, (key, column), text, fresh=lambda: None if fixed else self._blank())
        refused = self._restore_locked(rows)
        lost += f"有{refused}格不能填，没有粘贴。" if refused else ""
        self.show_rows(rows, fresh=False)
        self._leave_out(f"{lost}请核对。" if lost else "")
        self._on_typed()

    def _leave_out(self, lost: str) -> None:
        """Show what the last paste left out; "" clears the message."""
        self._lost = lost
        if self.annotations.get("lost", "") != lost:
            self.annotations = {**self.annotations, "lost": lost}

    def _restore_locked(self, laid: Sequence[GridRow]) -> int:
        """Undo changes to cells with the tone ``off``, which take no input; return their number."""
        before, shown, restored = {row.key: row.cells for row in self.rows}, self.annotations.get("shown", {}), 0
        for key, cells in laid:
            for place, old in enumerate(before.get(key, ())):
                off = shown.get(f"{key}|{place}", [])[1:2] == ["off"]
                if off and cells[place] != old:
                    cells[place] = old
                    restored += 1
        return restored

    def _reader(self, column: int) -> Callable[[str], Any]:
        read = self._read
        return (lambda text: read(column, text)) if read is not None else lambda text: text

    def _blank(self) -> GridRow:
        return GridRow(self.fresh_key(), [None] * len(self.columns))
