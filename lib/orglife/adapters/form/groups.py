"""Controls that contain controls: a nested object and a whole record, and the choice of control for each field.

A nested object is a frame that shows its core fields and folds the others. A list is a table when its fields fit on one
line, else cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Context, Control, Path, Problems, put_html
from orglife.adapters.field.controls import SIMPLE
from orglife.adapters.field.messages import note_html
from orglife.adapters.form.cards import CardsControl, SortedCards
from orglife.adapters.form.taken import TakenField, away
from orglife.adapters.grid.rows import GridControl, fits_a_line
from orglife.core.record.record import Entry, is_blank
from orglife.core.record.shape import Spec, specs_of

LINE_LIMIT = 40  # most characters in the title of a folded part


class GroupControl(Control):
    """A nested object or a whole record: core fields first, the others folded.

    Args:
        kind: The object's type.
        root: The object is a whole record.
    """

    def __init__(self, spec: Spec, ctx: Context, kind: type[Entry], *, root: bool = False) -> None:
        super().__init__(spec, ctx)
        self.kind, self.root = kind, root
        self.hidden: dict[str, Any] = {}  # values of fields without a control
        self.controls: dict[str, Control] = {}
        self.fold: Any = None
        self.taken: dict[str, TakenField] = {}
        self.spared: dict[str, Any] = {}
        path = () if root else spec.path
        self.specs = [inner for inner in specs_of(kind, path) if self._shown(inner)]
        for inner in self.specs:
            self.controls[inner.name] = control_for(inner, ctx)
        for control in self.controls.values():
            control.join(self.controls)
        self.box = self._column()

    def _shown(self, spec: Spec) -> bool:
        """Whether to show a field; an optional list field without options is hidden. Hidden values are preserved."""
        if spec.lists and not spec.core and not self.ctx.offered(spec):
            return False
        return not spec.derived and ".".join(spec.path) not in self.ctx.hide

    def _column(self) -> Any:
        first = [name for name in self.ctx.first if name in self.controls] if self.root else []
        core = [spec.name for spec in self.specs if spec.core]
        at_once = {*first, *core, *(spec.name for spec in self.specs if spec.at_once)}
        self.folded = [spec.name for spec in self.specs if spec.name not in at_once] if core else []
        names = [*first, *(spec.name for spec in self.specs if spec.name not in (*first, *self.folded))]
        shown = [self._placed(name) for name in names]
        if self.folded:
            inside = self.ctx.make(W.VBox, "of-column", children=tuple(self._placed(n) for n in self.folded))
            titles = [self._fold_title()]
            self.fold = self.ctx.make(W.Accordion, "of-more", children=(inside,), titles=titles, selected_index=None)
            shown.append(self.fold)
        if not self.root:
            shown.insert(0, self.ctx.make(W.HTML, "of-legend", value=escape(self.title)))
        return self.ctx.make(
            W.VBox, "of-column" if self.root else "of-frame", f"of-f-{self.spec.name}", children=tuple(shown)
        )

    def _placed(self, name: str) -> Any:
        """A field's control with its note, inside what shows its origin if its fact is entered elsewhere."""
        control = self.controls[name]
        inside = with_note(control)
        if self.root and name in self.ctx.origins:
            self.taken[name] = TakenField(control, inside, self.ctx.origins[name])
            return self.taken[name].box
        if self.root and name in self.ctx.spared:
            self.spared[name] = inside
        return inside

    def show_origins(self, sources: Mapping[str, Any]) -> None:
        """Compare the taken fields with their sources, and hide spared fields without a value."""
        for name, field in self.taken.items():
            field.compare(sources.get(name))
        for name, box in self.spared.items():
            away(box, hidden=is_blank(self.controls[name].read((), [])))

    def _fold_title(self) -> str:
        labels = "、".join(self.controls[name].spec.label for name in self.folded if name not in self.spared)
        return f"更多：{labels if len(labels) <= LINE_LIMIT else labels[:LINE_LIMIT] + '…'}"

    def put(self, value: Any) -> None:
        values = value if isinstance(value, Mapping) else {}
        self.hidden = {
            name: values[name] for name in self.kind.model_fields if name in values and name not in self.controls
        }
        with self.ctx.silence():
            for name, control in self.controls.items():
                control.put(values.get(name))

    def raw(self) -> Any:
        return {
            name: self.controls[name].raw() if name in self.controls else self.hidden[name]
            for name in self.kind.model_fields
            if name in self.controls or name in self.hidden
        }

    def read(self, path: Path, problems: Problems) -> Any:
        values: dict[str, Any] = {}
        for name in self.kind.model_fields:
            if name in self.controls:
                values[name] = self.controls[name].read((*path, name), problems)
            else:
                values[name] = self.hidden.get(name)
        return {name: value for name, value in values.items() if not is_blank(value)} or None

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
        general: Problems = [(path, text) for path, text in problems if not path or path[0] not in self.controls]
        if self.note is not None:
            put_html(self.note, note_html("" if self.root else self.spec.help, "", [text for _, text in general], []))
        return texts + [text for _, text in general]

    def fields(self) -> Mapping[str, Control]:
        return self.controls

    def unfold(self, name: str) -> None:
        if self.fold is not None and name in self.folded:
            self.fold.selected_index = 0


def with_note(control: Control) -> Any:
    """A control with its note for help and errors below it."""
    if isinstance(control, (GroupControl, CardsControl, GridControl)):
        control.note = control.ctx.make(W.HTML, "of-note", f"of-e-{control.spec.name}")
        control.box.children = (*control.box.children, control.note)
        return control.box
    control.note = control.ctx.make(W.HTML, "of-note", f"of-e-{control.spec.name}")
    control.note.value = note_html(control.spec.help, "", [], [])
    return control.ctx.make(W.VBox, "of-field", children=(control.box, control.note))


def control_for(spec: Spec, ctx: Context) -> Control:
    """Make the control of a field."""
    if spec.kind == "object" and spec.item is not None:
        return GroupControl(spec, ctx, spec.item)
    if spec.kind in ("rows", "people"):
        return GridControl(spec, ctx) if fits_a_line(spec) else _cards(spec, ctx)
    return SIMPLE[spec.kind](spec, ctx)


def _cards(spec: Spec, ctx: Context) -> CardsControl:
    """Plain cards; cards in sections when the layout declares a field for groups without a problem found."""
    path = ".".join(spec.path)
    if path not in ctx.declared or spec.item is None:
        return CardsControl(spec, ctx, GroupControl)
    sort = next(one for one in specs_of(spec.item, spec.path) if one.name == ctx.sorts[path])
    return SortedCards(spec, ctx, GroupControl, sort)
