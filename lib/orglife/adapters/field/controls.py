"""Controls for one value or one list of values; their base class is in ``context``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import (
    CHOOSE,
    OUTSIDE,
    Context,
    Control,
    Path,
    Problems,
    esc,
    put_html,
)
from orglife.core.record.entered import Unreadable
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec
from orglife.core.record.words import Offer, field_echo, field_text, field_value, outsider, unlisted, unlisted_option


class TextControl(Control):
    """One line of text."""

    widget = W.Text

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.w: Any = ctx.make(
            self.widget, f"of-f-{spec.name}", f"of-k-{spec.kind}", description=self.title, continuous_update=True
        )
        self._listen(self.w)
        self.box = self.w

    def put(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if self.w.value != text:
            self.w.value = text

    def raw(self) -> Any:
        return self.w.value

    def read(self, path: Path, problems: Problems) -> Any:
        return self.w.value if self.w.value.strip() else None


class LinesControl(TextControl):
    """Paragraphs."""

    widget = W.Textarea

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.w.rows = 3


class StringsControl(LinesControl):
    """A list of plain texts, one a line."""

    def put(self, value: Any) -> None:
        super().put("\n".join(str(part) for part in value) if isinstance(value, (list, tuple)) else value)

    def read(self, path: Path, problems: Problems) -> Any:
        return [line.strip() for line in self.w.value.splitlines() if line.strip()] or None


class TypedControl(TextControl):
    """One line that is parsed: a date, a time or a number."""

    def put(self, value: Any) -> None:
        super().put(field_text(self.spec, value))

    def read(self, path: Path, problems: Problems) -> Any:
        try:
            return field_value(self.spec, self.w.value, self.ctx.choices)
        except Unreadable as error:
            problems.append((path, str(error)))
            return None

    def echo(self) -> str:
        return field_echo(self.spec, self.w.value, self.ctx.choices)


class TickControl(Control):
    """Yes or no; blank until the user or a record sets it."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.given = False
        self.w: Any = ctx.make(
            W.Checkbox, f"of-f-{spec.name}", "of-k-tick", description=self.title, value=False, indent=False
        )
        self._listen(self.w)
        self.box = self.w

    def _typed(self, _change: Any = None) -> None:
        if not self.ctx.quiet:
            self.given = True
        super()._typed()

    def put(self, value: Any) -> None:
        self.given = isinstance(value, bool)
        self.w.value = value is True

    def raw(self) -> Any:
        return self.w.value if self.given else None

    def read(self, path: Path, problems: Problems) -> Any:
        return self.raw()


class ChoiceControl(Control):
    """One option of a list; a value that is not in the list is preserved, with a hint."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.w: Any = ctx.make(
            W.Dropdown, f"of-f-{spec.name}", "of-k-choice", description=self.title, options=self._options(""), value=""
        )
        self._listen(self.w)
        self.box = self.w

    def _options(self, value: str) -> list[tuple[str, str]]:
        options = [(label, key) for key, label in self._offers()]
        if value and value not in [key for _, key in options]:
            options.append((unlisted_option(value), value))
        return [(self._first(), ""), *options]

    def _offers(self) -> list[Offer]:
        return self.ctx.offered(self.spec)

    def _first(self) -> str:
        default = self.spec.labels.get(self.spec.default or "")
        return f"{CHOOSE}（不选按“{default}”）" if default else CHOOSE

    def put(self, value: Any) -> None:
        text = "" if value is None else str(value)
        options = self._options(text)
        with self.ctx.silence():
            if list(self.w.options) != options:
                self.w.options = options
            if self.w.value != text:
                self.w.value = text

    def raw(self) -> Any:
        return self.w.value or ""

    def read(self, path: Path, problems: Problems) -> Any:
        return self.w.value if self.raw().strip() else None

    def refresh(self) -> None:
        self.put(self.raw())

    def hints(self) -> list[str]:
        value = self.raw()
        listed = value in ("", OUTSIDE) or value in [key for key, _ in self._offers()]
        return [] if listed else [unlisted(value)]


class PersonControl(ChoiceControl):
    """A member, or a person from another unit, entered by name and unit."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.select = self.w
        self.name: Any = None
        self.unit: Any = None
        self.outside: Any = None
        self.box = ctx.make(W.Box, "of-person", children=(self.select,))

    def _offers(self) -> list[Offer]:
        return [*super()._offers(), (OUTSIDE, "外单位人员…")]

    def _typed(self, _change: Any = None) -> None:
        self._unfold()
        super()._typed()

    def _unfold(self) -> None:
        wanted = self.select.value == OUTSIDE
        if wanted and self.outside is None:
            self.name = self.ctx.make(W.Text, "of-f-outsider-name", description="姓名", placeholder="姓名")
            self.unit = self.ctx.make(W.Text, "of-f-outsider-unit", description="单位", placeholder="单位")
            self._listen(self.name)
            self._listen(self.unit)
            self.outside = self.ctx.make(W.Box, "of-outside", children=(self.name, self.unit))
        children = (self.select, self.outside) if wanted else (self.select,)
        if self.box is not None and self.box.children != children:
            self.box.children = children

    def put(self, value: Any) -> None:
        inside = not isinstance(value, Mapping)
        super().put(value if inside else OUTSIDE)
        with self.ctx.silence():
            self._unfold()
            if isinstance(value, Mapping):
                self.name.value, self.unit.value = str(value.get("name") or ""), str(value.get("unit") or "")

    def raw(self) -> Any:
        if self.w.value != OUTSIDE:
            return self.w.value or ""
        return {"name": self.name.value, "unit": self.unit.value}

    def read(self, path: Path, problems: Problems) -> Any:
        if self.w.value != OUTSIDE:
            return super().read(path, problems)
        try:
            return outsider(self.raw()) or None
        except Unreadable as error:
            problems.append((path, str(error)))
            return None

    def hints(self) -> list[str]:
        return [] if self.w.value == OUTSIDE else super().hints()


class TicksControl(Control):
    """Several options of a list, as tick boxes; the order of the stored list is preserved."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.ordered = spec.ordered
        self.boxes: dict[str, Any] = {}
        self.order: list[str] = []
        self.lent: Mapping[str, str] = {}
        self.lent_to: Callable[[], Any] | None = None
        self.flow: Any = ctx.make(W.Box, "of-flow", f"of-f-{spec.name}")
        self.order_note: Any = ctx.make(W.HTML, "of-order") if self.ordered else None
        self.label: Any = ctx.make(W.HTML, "of-label", value=esc(self.title))
        inner = (self.flow, self.order_note) if self.order_note else (self.flow,)
        body = ctx.make(W.VBox, "of-ticks-body", children=inner) if self.order_note else self.flow
        self.box = ctx.make(W.HBox, "of-ticks", children=(self.label, body))
        self.all: Any = None
        self._build(self._offered())

    def _offered(self) -> list[Offer]:
        return self.ctx.offered(self.spec)

    def _build(self, shown: list[Offer]) -> None:
        for value in [value for value in self.boxes if value not in dict(shown)]:
            self.boxes.pop(value).close()
        for value, label in shown:
            if value not in self.boxes:
                self.boxes[value] = self.ctx.make(W.Checkbox, "of-tick", description=label, value=False, indent=False)
                self._listen(self.boxes[value], lambda change, value=value: self._ticked(value, on=change["new"]))
            self.boxes[value].description = self.lent.get(value, label)
        if self.all is None and self.spec.everybody and len(shown) > 1:
            self.all = self.ctx.button("全部勾上", self.tick_all, "of-small")
        mine = [self.boxes[value] for value, _ in shown if value not in self.lent]
        children = mine or [self.ctx.make(W.HTML, value='<span class="of-none">（没有可选的项）</span>')]
        self.flow.children = (*children, self.all) if self.all else tuple(children)

    @property
    def target(self) -> Any:
        return (self.lent_to() if self.lent_to is not None else None) or self.box

    def lend(self, places: Mapping[str, str], title: str, to: Callable[[], Any]) -> None:
        """Let another control show the boxes of some values; this control still reads all ticks.

        Args:
            places: Value → its label in the other control.
            title: Label of the boxes that stay here; when none stays, this control is hidden.
            to: Returns the widget with the boxes that a link leads to; None for the boxes here.
        """
        self.lent, self.lent_to = places, to
        put_html(self.label, esc(title))
        self._build(self._offered())
        if not self.stays:
            self.box.add_class("of-gone")

    @property
    def stays(self) -> bool:
        """Whether some boxes are shown here."""
        return any(value not in self.lent for value, _ in self._offered())

    def tick_all(self) -> None:
        """Tick all options as one change, so that it is saved once."""
        with self.ctx.silence():
            for value, _ in self._offered():
                self._ticked(value, on=True)
                self.boxes[value].value = True
        self._typed()

    def _ticked(self, value: str, *, on: bool) -> None:
        if on and value not in self.order:
            self.order = self._with(value)
        elif not on:
            self.order = [other for other in self.order if other != value]
        self._show_order()
        self._typed()

    def _with(self, value: str) -> list[str]:
        """Insert a value in the order of the options; append it when the order is the user's or already differs."""
        rank = {key: place for place, (key, _) in enumerate(self._offered())}
        ranks = [rank.get(key, -1) for key in self.order]
        if self.ordered or ranks != sorted(ranks) or value not in rank:
            return [*self.order, value]
        return sorted([*self.order, value], key=lambda key: rank.get(key, -1))

    def _show_order(self) -> None:
        if self.order_note is not None:
            steps = [f"{place}. {self.boxes[key].description}" for place, key in enumerate(self.order, 1)]
            text = f"次序：{esc('　'.join(steps))}" if steps else "按勾选的先后排次序；要换次序，去掉后重新勾。"
            put_html(self.order_note, f'<div class="of-echo">{text}</div>')

    def put(self, value: Any) -> None:
        given = value if isinstance(value, (list, tuple)) else [] if is_blank(value) else [value]
        order = [str(part) for part in given]
        offered = self._offered()
        extra = [(key, unlisted_option(key)) for key in dict.fromkeys(order) if key not in dict(offered)]
        shown = [*offered, *extra]
        with self.ctx.silence():
            if [(key, box.description) for key, box in self.boxes.items()] != [
                (key, self.lent.get(key, label)) for key, label in shown
            ]:
                self._build(shown)
            for key, box in self.boxes.items():
                box.value = key in order
        self.order = order
        self._show_order()

    def raw(self) -> Any:
        return list(self.order)

    def read(self, path: Path, problems: Problems) -> Any:
        return list(self.order) or None

    def refresh(self) -> None:
        self.put(self.raw())

    def hints(self) -> list[str]:
        offered = dict(self._offered())
        return [unlisted(key) for key in dict.fromkeys(self.order) if key not in offered]


class MapControl(Control):
    """A choice for each key of a list, e.g. 有 or 无."""

    def __init__(self, spec: Spec, ctx: Context) -> None:
        super().__init__(spec, ctx)
        self.drops: dict[str, Any] = {}
        self.order: list[str] = []
        self.label: Any = ctx.make(W.HTML, "of-label", value=esc(self.title))
        self.rows: Any = ctx.make(W.VBox, "of-map", f"of-f-{spec.name}")
        self.box = ctx.make(W.HBox, "of-ticks", children=(self.label, self.rows))
        self._build([])

    def _build(self, extra: list[str]) -> None:
        shown = [*self.ctx.offered(self.spec), *((key, unlisted_option(key)) for key in extra)]
        for key, label in shown:
            if key not in self.drops:
                self.drops[key] = self.ctx.make(
                    W.Dropdown, "of-map-row", description=label, options=self._options(""), value=""
                )
                self._listen(self.drops[key])
            self.drops[key].description = label
        self.rows.children = tuple(self.drops[key] for key, _ in shown)

    def _options(self, value: str) -> list[tuple[str, str]]:
        options = [(label, key) for key, label in self.spec.labels.items()]
        if value and value not in self.spec.labels:
            options.append((f"{value}（不在可选项里）", value))
        return [(CHOOSE, ""), *options]

    def put(self, value: Any) -> None:
        given = {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        offered = dict(self.ctx.offered(self.spec))
        self.order = list(given)
        with self.ctx.silence():
            self._build([key for key in given if key not in offered])
            for key, drop in self.drops.items():
                text = given.get(key, "")
                drop.options = self._options(text)
                drop.value = text

    def raw(self) -> Any:
        keys = [*self.order, *(key for key in self.drops if key not in self.order)]
        return {key: self.drops[key].value for key in keys if self.drops[key].value}

    def read(self, path: Path, problems: Problems) -> Any:
        return self.raw() or None

    def refresh(self) -> None:
        self.put(self.raw())


SIMPLE: Mapping[str, type[Control]] = {
    "text": TextControl,
    "lines": LinesControl,
    "strings": StringsControl,
    "day": TypedControl,
    "clock": TypedControl,
    "count": TypedControl,
    "tick": TickControl,
    "choice": ChoiceControl,
    "person": PersonControl,
    "ticks": TicksControl,
    "map": MapControl,
}
