"""Controls for several options of a list: tick boxes, and a choice for each option."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE, Context, Control, Path, Problems, put_html
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec
from orglife.core.record.words import Offer, unlisted, unlisted_option


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
        self.label: Any = ctx.make(W.HTML, "of-label", value=escape(self.title))
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
        put_html(self.label, escape(title))
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
            text = f"次序：{escape('　'.join(steps))}" if steps else "按勾选的先后排次序；要换次序，去掉后重新勾。"
            put_html(self.order_note, f'<div class="of-echo">{text}</div>')

    def put(self, value: Any) -> None:
        values = value if isinstance(value, (list, tuple)) else [] if is_blank(value) else [value]
        order = [str(part) for part in values]
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
        self.label: Any = ctx.make(W.HTML, "of-label", value=escape(self.title))
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
        chosen = {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        offered = dict(self.ctx.offered(self.spec))
        self.order = list(chosen)
        with self.ctx.silence():
            self._build([key for key in chosen if key not in offered])
            for key, drop in self.drops.items():
                text = chosen.get(key, "")
                drop.options = self._options(text)
                drop.value = text

    def raw(self) -> Any:
        keys = [*self.order, *(key for key in self.drops if key not in self.order)]
        return {key: self.drops[key].value for key in keys if self.drops[key].value}

    def read(self, path: Path, problems: Problems) -> Any:
        return self.raw() or None

    def refresh(self) -> None:
        self.put(self.raw())
