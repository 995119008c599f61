"""One widget for every table and every matrix: typed in the browser, read here.

The page keeps the rows while somebody types and hands them over whole. Python gives rows (``lay``) and says what is to
be said about cells (``tell``); it never writes back what was just typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import anywidget
import traitlets as t

from orglife.adapters.disk import paths
from orglife.adapters.grid.pasted import GridRow, PasteColumn, lay

Guard = Callable[[Callable[..., Any]], Callable[..., None]]
Key = tuple[str, int | str]  # row's key (or "foot") and number of the column


@dataclass(frozen=True)
class GridColumn:
    """A column of a table.

    Attributes:
        kind: text, lines, day, clock, count: typed; choice, member, person: chosen; tick; words: a long text under a
            click; press: a button; head: the row's name; show: only told.
        options: (value, label) of what may be chosen.
        first: What stands there when nothing is chosen.
        names: Its value says whose row it is.
        group: Class of the column's cells.
    """

    title: str
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    first: str = ""
    core: bool = False
    names: bool = False
    help: str = ""
    group: str = ""

    def to_page(self) -> dict[str, Any]:
        """The column as the page takes it."""
        found: dict[str, Any] = {"title": self.title, "kind": self.kind, "core": self.core, "names": self.names}
        if self.kind in ("choice", "member", "person"):
            found |= {"options": [list(offer) for offer in self.options], "first": self.first}
        return found | {"help": self.help, "group": self.group}


SCRIPTS = ("grid_rows.js", "grid_html.js", "grid_told.js", "grid.js")
"""The script in its parts: a widget has one module, so they are read one after the other."""


class Grid(anywidget.AnyWidget):  # type: ignore[misc]  # untyped
    """A table or matrix.

    Args:
        columns: Its columns.
        label: What it is called, for those who cannot see it.
        guard: The form's guard for callbacks.
        typed: Told after the rows were changed by somebody.
        pressed: Told the row's key and the column's number when a button cell was pressed.
        say: Shows a sentence in the status line.
        read: Makes of a pasted text what stands in a cell of a column.
        fixed: No rows may be added, moved or taken away.
        ordered: The order of the rows is the user's.
        upright: Headings stand upright.
        foot: There is a line below for sums.
        tall: It may have many lines: it scrolls by itself.
        hint: One sentence about how it is used.
        add: Words of the button for one more row.
        empty: What stands there when there is no row.
    """

    _esm = paths.widget_text(*SCRIPTS)
    _css = paths.widget_text("grid.css")
    shape = t.Dict().tag(sync=True)
    given = t.Dict().tag(sync=True)
    told = t.Dict().tag(sync=True)
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
            for name in ("fixed", "ordered", "upright", "foot", "hint", "add", "empty", "still", "tall")
            if name in more
        }
        self._label, self._told, self._pressed, self.say, self._read = label, typed, pressed, say, read
        self._seen = self._turn = self._fresh = 0
        self._lost = ""  # what the last paste left out, until something else is done
        self._keys = count(1)
        super().__init__(shape=self._shape(), given={"n": 0, "rows": [], "turn": 0}, told={}, **more)
        self.on_msg(guard(self._message))

    def _shape(self) -> dict[str, Any]:
        return {"label": self._label, "columns": [c.to_page() for c in self.columns], **self._options}

    def reshape(self, columns: Sequence[GridColumn], **options: Any) -> None:
        """Show other columns, or the same with other choices."""
        self.columns = list(columns)
        self._options.update(options)
        shape = self._shape()
        if shape != self.shape:
            self.shape = shape

    def fresh_key(self) -> str:
        """A key that no row of this table has or had."""
        return f"p{next(self._keys)}"

    def lay(self, rows: Sequence[GridRow], *, fresh: bool = True) -> None:
        """Show these rows; ``fresh`` forgets what could be undone."""
        self.rows = [GridRow(row.key, list(row.cells)) for row in rows]
        self._turn += 1
        if fresh:
            self._fresh = self._turn
            self._leave_out("")
        self._give(fresh=fresh)

    def _give(self, **how: Any) -> None:
        page = [{"k": row.key, "v": list(row.cells)} for row in self.rows]
        self.given = {"n": self._seen, "rows": page, "turn": self._turn, **how}

    def tell(
        self,
        *,
        errors: Mapping[Key, str] | None = None,
        notes: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        shown: Mapping[Key, Sequence[str]] | None = None,
    ) -> None:
        """Say something about cells and rows.

        Args:
            errors: Cell → what is wrong.
            notes: Row's key → (sentence, ``err``, ``tip`` or ``echo``), shown below the row.
            shown: Cell that nobody types in → text, tone (good, must, bad, off) and what a reader of the screen says.
        """
        told = {
            "errors": {f"{row}|{column}": text for (row, column), text in (errors or {}).items()},
            "notes": {key: [list(note) for note in said] for key, said in (notes or {}).items()},
            "shown": {f"{row}|{column}": list(look) for (row, column), look in (shown or {}).items()},
            "lost": self._lost,
        }
        if told != self.told:
            self.told = told

    def go_to(self, where: str) -> None:
        """Bring another part of the page into sight (a CSS selector) and put the cursor there."""
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
        self._told()
        if turn == self._turn:  # nothing to add: other windows on this page see it too
            self._give(echo=str(content["by"]))

    def paste(self, key: str, column: int, text: str) -> None:
        """Lay what was copied elsewhere over the table, beginning at a cell."""
        fixed = bool(self._options.get("fixed"))
        targets = [
            PasteColumn(
                c.title, self._reader(place), c.names or c.kind == "head", c.kind not in ("head", "show", "press")
            )
            for place, c in enumerate(self.columns)
        ]
        rows, lost = lay(targets, self.rows, (key, column), text, fresh=lambda: None if fixed else self._blank())
        shut = self._spared(rows)
        lost += f"有{shut}格不能填，没有粘贴。" if shut else ""
        self.lay(rows, fresh=False)
        self._leave_out(f"{lost}请核对。" if lost else "")
        self._told()

    def _leave_out(self, lost: str) -> None:
        """Say what the last paste left out; "" = nothing, or something else was done since."""
        self._lost = lost
        if self.told.get("lost", "") != lost:
            self.told = {**self.told, "lost": lost}

    def _spared(self, laid: Sequence[GridRow]) -> int:
        """Give cells in which nothing is to be done back what they held; how many these are."""
        before, shown, shut = {row.key: row.cells for row in self.rows}, self.told.get("shown", {}), 0
        for key, cells in laid:
            for place, held in enumerate(before.get(key, ())):
                off = shown.get(f"{key}|{place}", [])[1:2] == ["off"]
                if off and cells[place] != held:
                    cells[place] = held
                    shut += 1
        return shut

    def _reader(self, column: int) -> Callable[[str], Any]:
        read = self._read
        return (lambda text: read(column, text)) if read is not None else lambda text: text

    def _blank(self) -> GridRow:
        return GridRow(self.fresh_key(), [None] * len(self.columns))
