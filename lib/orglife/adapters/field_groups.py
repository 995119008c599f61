"""Controls that hold controls: a nested object, a list of rows, and a whole record.

A nested object is a frame with its core fields, the others folded. A list is rows, one line each where the fields fit
a line, cards where they don't. A table or matrix of its own takes their place through ``Context.special``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as W

from orglife.adapters.controls import SIMPLE, DayControl, PersonControl
from orglife.adapters.fields import (
    Context,
    Control,
    Path,
    Problems,
    close,
    esc,
    note_html,
    put_html,
)
from orglife.core.entered import plain
from orglife.core.record import Entry, Identified, is_blank
from orglife.core.shape import ID_LETTERS, Spec, specs_of

LINE_LIMIT = 40  # characters of a folded part's title


class GroupControl(Control):
    """A nested object (or a whole record): its fields, core ones first, the rest folded.

    Args:
        kind: Type of the object.
        line: All fields side by side in one line, as a row of a table.
    """

    def __init__(self, spec: Spec, ctx: Context, kind: type[Entry], *, line: bool = False, root: bool = False) -> None:
        super().__init__(spec, ctx)
        self.kind, self.line, self.root = kind, line, root
        self.kept: dict[str, Any] = {}
        self.controls: dict[str, Control] = {}
        self.fold: Any = None
        path = () if root else spec.path
        self.specs = [inner for inner in specs_of(kind, path) if self._shown(inner)]
        for inner in self.specs:
            self.controls[inner.name] = control_for(inner, ctx)
        self.box = self._line() if line else self._column()

    def _shown(self, spec: Spec) -> bool:
        return not spec.derived and ".".join(spec.path) not in self.ctx.hide

    def _line(self) -> Any:
        return self.ctx.make(W.HBox, "of-line", children=tuple(c.box for c in self.controls.values()))

    def _column(self) -> Any:
        core = [spec.name for spec in self.specs if spec.core]
        self.folded = [spec.name for spec in self.specs if not spec.core] if core else []
        shown = [with_note(self.controls[spec.name]) for spec in self.specs if spec.name not in self.folded]
        if self.folded:
            inside = self.ctx.make(
                W.VBox, "of-column", children=tuple(with_note(self.controls[n]) for n in self.folded)
            )
            self.fold = self.ctx.make(W.Accordion, "of-more", children=(inside,), selected_index=None)
            self.fold.set_title(0, self._fold_title())
            shown.append(self.fold)
        if not self.root and not self.line:
            shown.insert(0, self.ctx.make(W.HTML, "of-legend", value=esc(self.title)))
        return self.ctx.make(
            W.VBox, "of-column" if self.root else "of-frame", f"of-f-{self.spec.name}", children=tuple(shown)
        )

    def _fold_title(self) -> str:
        labels = "、".join(self.controls[name].spec.label for name in self.folded)
        return f"更多：{labels if len(labels) <= LINE_LIMIT else labels[:LINE_LIMIT] + '…'}"

    def put(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        self.kept = {
            name: given[name] for name in self.kind.model_fields if name in given and name not in self.controls
        }
        with self.ctx.silence():
            for name, control in self.controls.items():
                control.put(given.get(name))

    def raw(self) -> Any:
        return {
            name: self.controls[name].raw() if name in self.controls else self.kept[name]
            for name in self.kind.model_fields
            if name in self.controls or name in self.kept
        }

    def read(self, path: Path, problems: Problems) -> Any:
        found: dict[str, Any] = {}
        for name in self.kind.model_fields:
            if name in self.controls:
                found[name] = self.controls[name].read((*path, name), problems)
            else:
                found[name] = self.kept.get(name)
        return {name: value for name, value in found.items() if not is_blank(value)} or None

    def refresh(self) -> None:
        for control in self.controls.values():
            control.refresh()

    def show(self, problems: Problems) -> list[str]:
        texts: list[str] = []
        for name, control in self.controls.items():
            mine: Problems = [(path[1:], text) for path, text in problems if path and path[0] == name]
            texts += [f"{control.spec.label}：{text}" for text in control.show(mine)]
            if mine and self.fold is not None and name in self.folded:
                self.fold.selected_index = 0
        lost: Problems = [(path, text) for path, text in problems if not path or path[0] not in self.controls]
        if self.note is not None:
            put_html(self.note, note_html("" if self.root else self.spec.help, "", [text for _, text in lost], []))
        return texts + [text for _, text in lost]

    def row_notes(self) -> list[str]:
        """Echoes and hints of a line, which has no room beside its fields."""
        notes: list[str] = []
        for control in self.controls.values():
            echo = control.echo()
            if echo and not (isinstance(control, DayControl) and echo.startswith(plain(control.raw()))):
                notes.append(f"{control.spec.label}：{echo}")
            notes += control.hints()
        return notes

    def fields(self) -> Mapping[str, Control]:
        return self.controls


def with_note(control: Control) -> Any:
    """A control with the line for help and errors below it."""
    if isinstance(control, (GroupControl, RowsControl)):
        control.note = control.ctx.make(W.HTML, "of-note", f"of-e-{control.spec.name}")
        control.box.children = (*control.box.children, control.note)
        return control.box
    control.note = control.ctx.make(W.HTML, "of-note", f"of-e-{control.spec.name}")
    control.note.value = note_html(control.spec.help, "", [], [])
    return control.ctx.make(W.VBox, "of-field", children=(control.box, control.note))


class Row:
    """One row of a list: its control and its buttons."""

    def __init__(self, owner: RowsControl, control: Control) -> None:
        ctx = owner.ctx
        self.control = control
        self.stays = False  # written out even when nothing stands in it: it came from a record, or a click made it
        self.note: Any = None
        self.begin: Any = None
        self.number: Any = None if owner.line else ctx.make(W.HTML, "of-number")
        moves = (
            ctx.button("上移", lambda: owner.move(self, -1), "of-small"),
            ctx.button("下移", lambda: owner.move(self, 1), "of-small"),
        )
        buttons = (*(moves if owner.spec.item else ()), ctx.button("删除", lambda: owner.remove(self), "of-small"))
        if owner.line:
            control.box.children = (*control.box.children, *buttons)
            self.box = ctx.make(W.VBox, "of-row", children=(control.box,))
        else:
            head = ctx.make(W.HBox, "of-card-head", children=(self.number, *buttons))
            self.box = ctx.make(W.VBox, "of-card", children=(head, control.box))

    def read(self, path: Path, problems: Problems) -> Any:
        """The row's value; None when the row is not to be written."""
        start = len(problems)
        found = self.control.read(path, problems)
        if self.stays or len(problems) > start:
            return found or {}
        return None if found is None or found == self.begin else found

    def show(self, problems: Problems) -> None:
        """Show what is wrong in this row below it."""
        texts = self.control.show(problems)
        control = self.control
        if not isinstance(control, GroupControl) or not control.line:
            return
        text = note_html("", "　".join(control.row_notes()), texts, [])
        if text and self.note is None:
            self.note = control.ctx.make(W.HTML, "of-note", "of-row-note")
            self.box.children = (*self.box.children, self.note)
        if self.note is not None:
            put_html(self.note, text)


class RowsControl(Control):
    """A list of nested objects, or of persons: rows that can be added, moved and taken away."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.rows: list[Row] = []
        self.written: list[Row] = []
        self.gone: tuple[int, Any] | None = None
        self.inner = [inner for inner in specs_of(spec.item, spec.path) if not inner.derived] if spec.item else []
        self.line = self._fits_a_line()
        self.list: Any = ctx.make(W.VBox, "of-rows-list")
        self.restore: Any = ctx.button("恢复刚删除的一行", self.bring_back, "of-small")
        self.buttons: Any = ctx.make(W.HBox, "of-buttons", children=self._buttons())
        self.header: Any = ctx.make(W.HTML, "of-header", value=self._header()) if self.line and spec.item else None
        self.table: Any = ctx.make(
            W.VBox, "of-table", children=(self.header, self.list) if self.header else (self.list,)
        )
        legend = ctx.make(W.HTML, "of-legend", value=esc(self.title))
        self.box = ctx.make(W.VBox, "of-frame", f"of-f-{spec.name}", children=(legend, self.table, self.buttons))
        self._arrange()

    def _fits_a_line(self) -> bool:
        wide = {"rows", "object", "ticks", "map", "people", "strings"}
        return not any(inner.kind in wide for inner in self.inner) and sum(i.kind == "lines" for i in self.inner) <= 1

    def _header(self) -> str:
        cells = "".join(
            f'<span class="of-k-{inner.kind}">{esc(inner.label)}{" *" if inner.core else ""}</span>'
            for inner in self.inner
        )
        return f'<div class="of-line of-head">{cells}<span class="of-tail"></span></div>'

    def _buttons(self) -> tuple[Any, ...]:
        made = [self.ctx.button(self._add_text(), self.add, "of-add")]
        if self.spec.core and any(inner.name == "member" for inner in self.inner):
            made.append(
                self.ctx.button("按名册列出", self.list_members, "of-small", tooltip="名册上还没有列出的党员，每人一行")
            )
        return (*made, self.restore) if self.gone else tuple(made)

    def _add_text(self) -> str:
        return "加一人" if self.spec.item is None else "加一行" if self.line else "加一项"

    def _make(self) -> Row:
        if self.spec.item is None:
            inner = Spec(path=self.spec.path, kind="person", label=self.spec.label, ref=self.spec.ref)
            person = PersonControl(inner, self.ctx)
            group = _Single(inner, self.ctx, person)
            return Row(self, group)
        return Row(self, GroupControl(self.spec, self.ctx, self.spec.item, line=self.line))

    def _fresh(self, **begin: Any) -> Row:
        """A new row with its id, and the next number where rows are numbered."""
        row = self._make()
        if self.spec.item is not None:
            if issubclass(self.spec.item, Identified):
                begin["id"] = self.ctx.fresh_id(ID_LETTERS.get(self.spec.item.__name__, "p"))
            if any(inner.name == "order" and inner.kind == "count" for inner in self.inner):
                begin["order"] = self._next_order()
            row.control.put(begin)
            row.begin = row.control.read((), [])
        self.rows.append(row)
        return row

    def _next_order(self) -> int:
        numbers = [row.control.read((), []) or {} for row in self.rows]
        return max((n["order"] for n in numbers if isinstance(n.get("order"), int)), default=0) + 1

    def add(self) -> None:
        """One more row, blank."""
        self._fresh()
        self._arrange()

    def list_members(self) -> None:
        """One row for every member that has none yet."""
        there = {(row.control.raw() or {}).get("member") for row in self.rows}
        for value, _ in self.ctx.choices.members():
            if value not in there:
                self._fresh(member=value).stays = True
        self._arrange()
        self._typed()

    def move(self, row: Row, step: int) -> None:
        """A row one place up or down."""
        here = self.rows.index(row)
        there = here + step
        if 0 <= there < len(self.rows):
            self.rows[here], self.rows[there] = self.rows[there], self.rows[here]
            self._arrange()
            self._typed()

    def remove(self, row: Row) -> None:
        """Take a row away; it can be brought back as long as the form is open."""
        here = self.rows.index(row)
        raw = row.control.raw()
        filled = bool(row.read((), []))
        self.rows.remove(row)
        if filled:
            self.gone = (here, raw)
        self._arrange()
        close(row.box)
        self._typed()

    def bring_back(self) -> None:
        """The row that was taken away last."""
        if self.gone is None:
            return
        here, raw = self.gone
        self.gone = None
        row = self._make()
        row.control.put(raw)
        row.stays = True
        self.rows.insert(min(here, len(self.rows)), row)
        self._arrange()
        self._typed()

    def _arrange(self) -> None:
        for place, row in enumerate(self.rows, 1):
            if row.number is not None:
                put_html(row.number, f"{esc(self.spec.item.LABEL if self.spec.item else '')} {place}")
        self.list.children = tuple(row.box for row in self.rows)
        if self.header is not None:
            self.table.children = (self.header, self.list) if self.rows else (self.list,)
        wanted = self._wanted_buttons()
        if self.buttons.children != wanted:
            self.buttons.children = wanted

    def _wanted_buttons(self) -> tuple[Any, ...]:
        usual = tuple(child for child in self.buttons.children if child is not self.restore)
        return (*usual, self.restore) if self.gone else usual

    def put(self, value: Any) -> None:
        given = list(value) if isinstance(value, (list, tuple)) else []
        self.gone = None
        with self.ctx.silence():
            while len(self.rows) > len(given):
                close(self.rows.pop().box)
            while len(self.rows) < len(given):
                self.rows.append(self._make())
            for row, item in zip(self.rows, given, strict=True):
                row.control.put(item)
                row.stays = True
            self._arrange()

    def raw(self) -> Any:
        return [row.control.raw() for row in self.rows if row.read((), []) is not None]

    def read(self, path: Path, problems: Problems) -> Any:
        found: list[Any] = []
        self.written = []
        for row in self.rows:
            value = row.read((*path, len(found)), problems)
            if value is not None:
                found.append(value)
                self.written.append(row)
        return found or None

    def refresh(self) -> None:
        for row in self.rows:
            row.control.refresh()

    def show(self, problems: Problems) -> list[str]:
        for place, row in enumerate(self.rows):
            number = self.written.index(row) if row in self.written else -1 - place
            row.show([(path[1:], text) for path, text in problems if path and path[0] == number])
        whole = [text for path, text in problems if not path or not isinstance(path[0], int)]
        if self.note is not None:
            put_html(self.note, note_html(self.spec.help, "", whole, self.remarks()))
        return whole

    def fields(self) -> Mapping[str, Control]:
        return {str(place): row.control for place, row in enumerate(self.rows)}


class _Single(GroupControl):
    """A row that is one person and no object."""

    def __init__(self, spec: Spec, ctx: Context, person: PersonControl) -> None:
        Control.__init__(self, spec, ctx)
        self.person, self.line, self.root, self.fold = person, True, False, None
        self.kept, self.controls = {}, {"person": person}
        self.box = ctx.make(W.HBox, "of-line", "of-people", children=(person.box,))

    def put(self, value: Any) -> None:
        self.person.put(value)

    def raw(self) -> Any:
        return self.person.raw()

    def read(self, path: Path, problems: Problems) -> Any:
        return self.person.read(path, problems)

    def show(self, problems: Problems) -> list[str]:
        return self.person.show(problems)


def control_for(spec: Spec, ctx: Context) -> Control:
    """Make the control of a field: a special one for its path, or the one for its type."""
    special = ctx.special.get(".".join(spec.path))
    if special is not None:
        return special(spec, ctx)
    if spec.kind == "object" and spec.item is not None:
        return GroupControl(spec, ctx, spec.item)
    if spec.kind in ("rows", "people"):
        return RowsControl(spec, ctx)
    return SIMPLE[spec.kind](spec, ctx)
