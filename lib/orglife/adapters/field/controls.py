"""Controls for one value, and the control of each kind of field; their base class is in ``context``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE, OUTSIDE, Context, Control, Path, Problems
from orglife.adapters.field.ticks import MapControl, TicksControl
from orglife.core.record.entered import Unreadable
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
        self.answered = False
        self.w: Any = ctx.make(
            W.Checkbox, f"of-f-{spec.name}", "of-k-tick", description=self.title, value=False, indent=False
        )
        self._listen(self.w)
        self.box = self.w

    def _typed(self, _change: Any = None) -> None:
        if not self.ctx.quiet:
            self.answered = True
        super()._typed()

    def put(self, value: Any) -> None:
        self.answered = isinstance(value, bool)
        self.w.value = value is True

    def raw(self) -> Any:
        return self.w.value if self.answered else None

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
        outside = self.select.value == OUTSIDE
        if outside and self.outside is None:
            self.name = self.ctx.make(W.Text, "of-f-outsider-name", description="姓名", placeholder="姓名")
            self.unit = self.ctx.make(W.Text, "of-f-outsider-unit", description="单位", placeholder="单位")
            self._listen(self.name)
            self._listen(self.unit)
            self.outside = self.ctx.make(W.Box, "of-outside", children=(self.name, self.unit))
        children = (self.select, self.outside) if outside else (self.select,)
        if self.box.children != children:
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
