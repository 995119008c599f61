"""A list of nested objects, or of persons, as a table that can be typed in, pasted into and put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Context, Control, Path, Problems, esc, note_html, put_html
from orglife.adapters.grid.cells import FITTING, column_of, notes_on, pasted_cell, put_cell, raw_cell, read_cell
from orglife.adapters.grid.grid import Grid, GridColumn, Key
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import Look
from orglife.core.record.record import Identified, is_blank
from orglife.core.record.shape import Spec, specs_of

HINT = "可从 Excel 或 WPS 复制后粘贴。Ctrl+Z 撤销，Alt+↑ ↓ 移动一行。"


@dataclass
class Known:
    """What is remembered of a row beside its cells.

    Attributes:
        kept: Values that no column shows, the id among them.
        begin: What the row began with; a row that still holds only this is not written.
        stays: Written out even when nothing stands in it: it came from a record, or a click made it.
    """

    kept: dict[str, Any] = field(default_factory=dict)
    begin: Any = None
    stays: bool = False


def fits_a_line(spec: Spec) -> bool:
    """Whether a list can be a table: short fields, and one long one at most."""
    if spec.item is None:
        return True
    inner = [one for one in specs_of(spec.item, spec.path) if not one.derived]
    return all(one.kind in FITTING for one in inner) and sum(one.kind == "lines" for one in inner) <= 1


class GridControl(Control):
    """A table; each row is an object, or a person."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.inner = self._inner()
        self.worked_out = ctx.shown.get(".".join(spec.path), ())
        self.known: dict[str, Known] = {}
        self.numbers: dict[str, Any] = {}
        self._before: Any = []
        self.written: list[str] = []
        self.came: Control | None = None
        self.grid: Grid = ctx.make(
            Grid,
            "of-grid",
            f"of-f-{spec.name}",
            columns=self._columns(),
            label=spec.label,
            guard=ctx.guard,
            typed=self._rows_typed,
            say=ctx.say,
            read=lambda column, text: pasted_cell(self.inner[column], text, ctx),
            hint=HINT,
            add="加一人" if spec.item is None else "加一行",
            empty=f"还没有{spec.label}。",
            foot=bool(self.worked_out),
        )
        legend = ctx.make(W.HTML, "of-legend", value=esc(self.title))
        self.buttons: Any = ctx.make(W.HBox, "of-buttons", children=self._buttons())
        below = (self.buttons,) if self.buttons.children else ()
        self.box = ctx.make(W.VBox, "of-frame", "of-tabled", children=(legend, self.grid, *below))

    def join(self, others: Mapping[str, Control]) -> None:
        """Take note of the list of those who came: it stands beside what they said."""
        self.came = others.get("present")

    # --- what it is made of ------------------------------------------------------------------------------------------

    def _inner(self) -> list[Spec]:
        if self.spec.item is None:
            return [Spec(path=self.spec.path, kind="person", label=self.spec.label, ref=self.spec.ref)]
        shown = [one for one in specs_of(self.spec.item, self.spec.path) if not one.derived]
        return [one for one in shown if ".".join(one.path) not in self.ctx.hide]

    def _columns(self) -> list[GridColumn]:
        typed = [column_of(one, self.ctx, names=one.name == "member") for one in self.inner]
        return [*typed, *(GridColumn(title, "show") for _, title in self.worked_out)]

    def _looks(self) -> dict[Key, Look]:
        """What stands in the cells that nobody types in."""
        names = [*(one.name for one in self.inner), *(name for name, _ in self.worked_out)]
        keys: dict[int | str, str] = {**dict(enumerate(self.written)), "foot": "foot"}
        cells = self.ctx.live.cells.get(".".join(self.spec.path), {})
        return {(keys[row], names.index(name)): look for (row, name), look in cells.items() if row in keys}

    def _place(self, name: str) -> int | None:
        return next((place for place, one in enumerate(self.inner) if one.name == name), None)

    def _buttons(self) -> tuple[Any, ...]:
        if not self.spec.core or self._place("member") is None:
            return ()
        tip = "还没有列出的党员，每人一行；登记了到会的，只列到会的"
        return (self.ctx.button("按名册列出", self.list_members, "of-small", tooltip=tip),)

    def list_members(self) -> None:
        """One row for every member that has none yet; of those who came, where that is said."""
        member = self._place("member")
        assert member is not None  # the button is not there otherwise
        rows = list(self.grid.rows)
        there = {row.cells[member] for row in rows}
        came = self.came.raw() if self.came is not None else ()
        for value, _ in self.ctx.choices.members():
            if value not in there and (not came or value in came):
                row = GridRow(self.grid.fresh_key(), [None] * len(self.grid.columns))
                row.cells[member] = value
                rows.append(row)
                self._meet(row, rows, stays=True)
        self.grid.lay(rows, fresh=False)
        self._before = self.raw()
        self._typed()

    # --- rows --------------------------------------------------------------------------------------------------------

    def _meet(self, row: GridRow, rows: list[GridRow], *, stays: bool = False) -> None:
        """Take up a row that somebody added: its id, and its number where rows are numbered."""
        known = self.known[row.key] = Known(stays=stays)
        if self.spec.item is None:
            return
        if issubclass(self.spec.item, Identified):
            known.kept["id"] = self.ctx.fresh_id(self.spec.item.ID_LETTER)
        order = self._place("order")
        if order is not None:
            numbers = [n for one in rows if isinstance(n := self._read_at(one, order), int)]
            if not row.cells[order]:
                row.cells[order] = str(max(numbers, default=0) + 1)
            known.begin = {"order": self._read_at(row, order)}
        if "id" in known.kept:
            known.begin = {"id": known.kept["id"], **(known.begin or {})}

    def _read_at(self, row: GridRow, column: int) -> Any:
        return read_cell(self.inner[column], row.cells[column], self.ctx, (), [])

    def _rows_typed(self) -> None:
        """Somebody typed, pasted, added, moved or took away."""
        rows = self.grid.rows
        before = [list(row.cells) for row in rows]
        for row in rows:
            if row.key not in self.known:
                self._meet(row, rows)
        self._renumber()
        if before != [row.cells for row in rows]:
            self.grid.lay(rows, fresh=False)
        now = self.raw()
        if now != self._before:  # a blank row is nothing yet
            self._before = now
            self._typed()

    def _renumber(self) -> None:
        """Rows that were numbered 1, 2, 3 stay so when one is moved or taken away."""
        order = self._place("order")
        if order is None:
            return
        rows = self.grid.rows
        if list(self.numbers.values()) == [*range(1, len(self.numbers) + 1)] and list(self.numbers) != [
            r.key for r in rows
        ]:
            for place, row in enumerate(rows, 1):
                row.cells[order] = str(place)
        self.numbers = {row.key: self._read_at(row, order) for row in rows}

    # --- values ------------------------------------------------------------------------------------------------------

    def put(self, value: Any) -> None:
        given = list(value) if isinstance(value, (list, tuple)) else []
        rows = []
        for place, item in enumerate(given):
            key = self.grid.rows[place].key if place < len(self.grid.rows) else self.grid.fresh_key()
            rows.append(self._row(key, item))
        self.grid.lay(rows)
        self._before = self.raw()
        order = self._place("order")
        self.numbers = {} if order is None else {row.key: self._read_at(row, order) for row in rows}

    def _row(self, key: str, item: Any) -> GridRow:
        known = self.known[key] = Known(stays=True)
        width = len(self.grid.columns)
        if self.spec.item is None:
            return GridRow(key, [put_cell(self.inner[0], item)])
        values = item if isinstance(item, Mapping) else {}
        names = [one.name for one in self.inner]
        known.kept = {n: values[n] for n in self.spec.item.model_fields if n in values and n not in names}
        cells: list[Any] = [put_cell(one, values.get(one.name)) for one in self.inner]
        return GridRow(key, [*cells, *[None] * (width - len(cells))])

    def _read_row(self, row: GridRow, path: Path, problems: Problems) -> Any:
        start = len(problems)
        known = self.known.get(row.key, Known())
        if self.spec.item is None:
            found = read_cell(self.inner[0], row.cells[0], self.ctx, path, problems)
        else:
            by_name = {one.name: place for place, one in enumerate(self.inner)}
            values = {
                name: read_cell(self.inner[by_name[name]], row.cells[by_name[name]], self.ctx, (*path, name), problems)
                if name in by_name
                else known.kept.get(name)
                for name in self.spec.item.model_fields
            }
            found = {name: value for name, value in values.items() if not is_blank(value)} or None
        if known.stays or len(problems) > start:
            return found or {}
        return None if found is None or found == known.begin else found

    def _raw_row(self, row: GridRow) -> Any:
        if self.spec.item is None:
            return raw_cell(self.inner[0], row.cells[0])
        kept = self.known.get(row.key, Known()).kept
        by_name = {one.name: place for place, one in enumerate(self.inner)}
        return {
            name: raw_cell(self.inner[by_name[name]], row.cells[by_name[name]]) if name in by_name else kept[name]
            for name in self.spec.item.model_fields
            if name in by_name or name in kept
        }

    def raw(self) -> Any:
        return [self._raw_row(row) for row in self.grid.rows if self._read_row(row, (), []) is not None]

    def read(self, path: Path, problems: Problems) -> Any:
        found: list[Any] = []
        self.written = []
        for row in self.grid.rows:
            value = self._read_row(row, (*path, len(found)), problems)
            if value is not None:
                found.append(value)
                self.written.append(row.key)
        return found or None

    def refresh(self) -> None:
        self.grid.reshape(self._columns())

    def go_to(self, path: Sequence[str | int]) -> None:
        row, name = path[0], str(path[1]) if len(path) > 1 else ""
        self.grid.go_to(f'.of-here [data-r="{row}"][data-c="{self._place(name) or 0}"]')

    # --- what is said ------------------------------------------------------------------------------------------------

    def show(self, problems: Problems) -> list[str]:
        names = {one.name: place for place, one in enumerate(self.inner)}
        errors: dict[Any, str] = {}
        notes: dict[str, list[tuple[str, str]]] = {}
        whole: list[str] = []
        for path, text in problems:
            if not path or not isinstance(path[0], int) or path[0] >= len(self.written):
                whole.append(text)
                continue
            key, name = self.written[path[0]], str(path[1]) if len(path) > 1 else ""
            cell = (key, names.get(name, 0))
            if cell not in errors:  # what the cell says itself comes first
                errors[cell] = text
                label = f"{self.inner[names[name]].label}：" if name in names else ""
                notes.setdefault(key, []).append((f"{label}{text}", "err"))
        for row in self.grid.rows:
            said = [
                note for one, cell in zip(self.inner, row.cells, strict=False) for note in notes_on(one, cell, self.ctx)
            ]
            if said:
                notes.setdefault(row.key, []).extend(said)
        self.grid.tell(errors=errors, notes=notes, shown=self._looks())
        if self.note is not None:
            put_html(self.note, note_html(self.spec.help, "", list(dict.fromkeys(whole)), self.remarks(), self.looks()))
        return whole
