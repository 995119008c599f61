"""A list of nested objects or persons as an editable table: type, paste, and reorder rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Context, Control, Path, Problems, put_html
from orglife.adapters.field.messages import note_html
from orglife.adapters.grid.cells import FITTING, column_of, notes_on, pasted_cell, put_cell, raw_cell, read_cell
from orglife.adapters.grid.grid import Grid, GridColumn, Key
from orglife.adapters.grid.pasted import GridRow
from orglife.core.formview import Look
from orglife.core.record.record import Identified, is_blank
from orglife.core.record.shape import Spec, specs_of

HINT = "可从 Excel 或 WPS 复制后粘贴，Ctrl+Z 撤销。"


@dataclass
class RowState:
    """Data of a row besides its cells.

    Attributes:
        hidden: Values without a column, e.g. the id.
        begin: The row's initial values; a row that holds only these is not saved.
        stays: Save the row even when it is blank, because it came from a record or was added by a click.
    """

    hidden: dict[str, Any] = field(default_factory=dict)
    begin: Any = None
    stays: bool = False


def fits_a_line(spec: Spec) -> bool:
    """Whether a list can be a table: its fields are short, except at most one."""
    if spec.item is None:
        return True
    inner = [one for one in specs_of(spec.item, spec.path) if not one.derived]
    return all(one.kind in FITTING for one in inner) and sum(one.kind == "lines" for one in inner) <= 1


class GridControl(Control):
    """A table whose rows are nested objects or persons."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.inner = self._inner()
        self.worked_out = ctx.shown.get(".".join(spec.path), ())
        self.states: dict[str, RowState] = {}
        self.numbers: dict[str, Any] = {}
        self._before: Any = []
        self.written: list[str] = []
        self.attendance: Control | None = None
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
            empty=f"没有{spec.item.LABEL}。" if spec.item is not None else f"还没有{spec.label}。",
            foot=bool(self.worked_out),
        )
        legend = ctx.make(W.HTML, "of-legend", value=escape(self.title))
        self.buttons: Any = ctx.make(W.HBox, "of-buttons", children=self._buttons())
        below = (self.buttons,) if self.buttons.children else ()
        self.box = ctx.make(W.VBox, "of-frame", "of-tabled", children=(legend, self.grid, *below))

    def join(self, others: Mapping[str, Control]) -> None:
        """Remember the attendance list of the same record, for ``list_members``."""
        self.attendance = others.get("present")

    # --- columns and buttons -----------------------------------------------------------------------------------------

    def _inner(self) -> list[Spec]:
        if self.spec.item is None:
            return [Spec(path=self.spec.path, kind="person", label=self.spec.label, ref=self.spec.ref)]
        shown = [one for one in specs_of(self.spec.item, self.spec.path) if not one.derived]
        return [one for one in shown if ".".join(one.path) not in self.ctx.hide]

    def _columns(self) -> list[GridColumn]:
        typed = [column_of(one, self.ctx, names=one.name == "member") for one in self.inner]
        return [*typed, *(GridColumn(title, "show") for _, title in self.worked_out)]

    def _looks(self) -> dict[Key, Look]:
        """The calculated cells."""
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
        """Add a row for every member without one; when attendance is recorded, only for those present."""
        member = self._place("member")
        assert member is not None  # otherwise there is no button
        rows = list(self.grid.rows)
        listed = {row.cells[member] for row in rows}
        present = self.attendance.raw() if self.attendance is not None else ()
        for value, _ in self.ctx.choices.members():
            if value not in listed and (not present or value in present):
                row = GridRow(self.grid.fresh_key(), [None] * len(self.grid.columns))
                row.cells[member] = value
                rows.append(row)
                self._add_state(row, rows, stays=True)
        self.grid.show_rows(rows, fresh=False)
        self._before = self.raw()
        self._typed()

    def begin_row(self, value: Mapping[str, Any]) -> tuple[int, str]:
        """A row that holds a value, begun if there is none: its number, and the name of its first blank field.

        A row that holds nothing else is not saved.
        """
        rows = list(self.grid.rows)
        begun = {place: put_cell(one, value[one.name]) for place, one in enumerate(self.inner) if one.name in value}
        matches = (n for n, row in enumerate(rows) if all(row.cells[place] == cell for place, cell in begun.items()))
        at = next(matches, len(rows))
        if at == len(rows):
            row = GridRow(self.grid.fresh_key(), [begun.get(place) for place in range(len(self.grid.columns))])
            rows.append(row)
            self._add_state(row, rows)
            self.states[row.key].begin = {**(self.states[row.key].begin or {}), **value}
            self.grid.show_rows(rows, fresh=False)
            self._before = self.raw()
        blank = (one.name for place, one in enumerate(self.inner) if is_blank(rows[at].cells[place]))
        return at, next(blank, self.inner[0].name)

    # --- rows --------------------------------------------------------------------------------------------------------

    def _add_state(self, row: GridRow, rows: list[GridRow], *, stays: bool = False) -> None:
        """Give a row that the user added its id, and its number when rows are numbered."""
        state = self.states[row.key] = RowState(stays=stays)
        if self.spec.item is None:
            return
        if issubclass(self.spec.item, Identified):
            state.hidden["id"] = self.ctx.fresh_id(self.spec.item.ID_LETTER)
        order = self._place("order")
        if order is not None:
            numbers = [n for one in rows if isinstance(n := self._read_at(one, order), int)]
            if not row.cells[order]:
                row.cells[order] = str(max(numbers, default=0) + 1)
            state.begin = {"order": self._read_at(row, order)}
        if "id" in state.hidden:
            state.begin = {"id": state.hidden["id"], **(state.begin or {})}

    def _read_at(self, row: GridRow, column: int) -> Any:
        return read_cell(self.inner[column], row.cells[column], self.ctx, (), [])

    def _rows_typed(self) -> None:
        """Handle rows that the user typed, pasted, added, moved or removed."""
        rows = self.grid.rows
        before = [list(row.cells) for row in rows]
        for row in rows:
            if row.key not in self.states:
                self._add_state(row, rows)
        self._renumber()
        if before != [row.cells for row in rows]:
            self.grid.show_rows(rows, fresh=False)
        now = self.raw()
        if now != self._before:  # a blank new row does not count as a change
            self._before = now
            self._typed()

    def _renumber(self) -> None:
        """Renumber rows after a move or removal, if they were numbered 1, 2, 3 … before."""
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
        items = list(value) if isinstance(value, (list, tuple)) else []
        rows = []
        for place, item in enumerate(items):
            key = self.grid.rows[place].key if place < len(self.grid.rows) else self.grid.fresh_key()
            rows.append(self._row(key, item))
        self.grid.show_rows(rows)
        self._before = self.raw()
        order = self._place("order")
        self.numbers = {} if order is None else {row.key: self._read_at(row, order) for row in rows}

    def _row(self, key: str, item: Any) -> GridRow:
        state = self.states[key] = RowState(stays=True)
        width = len(self.grid.columns)
        if self.spec.item is None:
            return GridRow(key, [put_cell(self.inner[0], item)])
        values = item if isinstance(item, Mapping) else {}
        names = [one.name for one in self.inner]
        state.hidden = {n: values[n] for n in self.spec.item.model_fields if n in values and n not in names}
        cells: list[Any] = [put_cell(one, values.get(one.name)) for one in self.inner]
        return GridRow(key, [*cells, *[None] * (width - len(cells))])

    def _read_row(self, row: GridRow, path: Path, problems: Problems) -> Any:
        start = len(problems)
        state = self.states.get(row.key, RowState())
        if self.spec.item is None:
            read = read_cell(self.inner[0], row.cells[0], self.ctx, path, problems)
        else:
            by_name = {one.name: place for place, one in enumerate(self.inner)}
            values = {
                name: read_cell(self.inner[by_name[name]], row.cells[by_name[name]], self.ctx, (*path, name), problems)
                if name in by_name
                else state.hidden.get(name)
                for name in self.spec.item.model_fields
            }
            read = {name: value for name, value in values.items() if not is_blank(value)} or None
        if state.stays or len(problems) > start:
            return read or {}
        return None if read is None or read == state.begin else read

    def _raw_row(self, row: GridRow) -> Any:
        if self.spec.item is None:
            return raw_cell(self.inner[0], row.cells[0])
        hidden = self.states.get(row.key, RowState()).hidden
        by_name = {one.name: place for place, one in enumerate(self.inner)}
        return {
            name: raw_cell(self.inner[by_name[name]], row.cells[by_name[name]]) if name in by_name else hidden[name]
            for name in self.spec.item.model_fields
            if name in by_name or name in hidden
        }

    def raw(self) -> Any:
        return [self._raw_row(row) for row in self.grid.rows if self._read_row(row, (), []) is not None]

    def read(self, path: Path, problems: Problems) -> Any:
        values: list[Any] = []
        self.written = []
        for row in self.grid.rows:
            value = self._read_row(row, (*path, len(values)), problems)
            if value is not None:
                values.append(value)
                self.written.append(row.key)
        return values or None

    def refresh(self) -> None:
        self.grid.reshape(self._columns())

    def go_to(self, path: Sequence[str | int]) -> None:
        row, name = path[0], str(path[1]) if len(path) > 1 else ""
        self.grid.go_to(f'.of-here [data-r="{row}"][data-c="{self._place(name) or 0}"]')

    # --- errors and notes --------------------------------------------------------------------------------------------

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
            if cell not in errors:  # the first error of a cell is the one from parsing it
                errors[cell] = text
                label = f"{self.inner[names[name]].label}：" if name in names else ""
                notes.setdefault(key, []).append((f"{label}{text}", "err"))
        for row in self.grid.rows:
            hints = [
                note for one, cell in zip(self.inner, row.cells, strict=False) for note in notes_on(one, cell, self.ctx)
            ]
            if hints:
                notes.setdefault(row.key, []).extend(hints)
        self.grid.annotate(errors=errors, notes=notes, shown=self._looks())
        if self.note is not None:
            put_html(self.note, note_html(self.spec.help, "", list(dict.fromkeys(whole)), self.remarks(), self.looks()))
        return whole
