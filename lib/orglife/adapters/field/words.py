"""A JSON value in a user's words: names for ids, labels for keys, days as days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orglife.adapters.field.context import Context
from orglife.adapters.field.typed import shown
from orglife.core.record.record import Entry, is_blank
from orglife.core.record.shape import Spec, specs_of
from orglife.core.sheet.cells import NO, YES


def words(spec: Spec, value: Any, ctx: Context) -> str:
    """A field's value as a person reads it; 空白 when there is none."""
    return _words(spec, value, ctx) or "（空白）"


def _words(spec: Spec, value: Any, ctx: Context) -> str:
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if spec.kind in ("rows", "object") and spec.item is not None:
        parts = value if isinstance(value, (list, tuple)) else [value]
        return "\n".join(_entry(spec.item, part, ctx) for part in parts)
    if spec.kind == "map" and isinstance(value, Mapping):
        labels = dict(ctx.offered(spec))
        return "；".join(f"{labels.get(key, key)}：{spec.labels.get(part, part)}" for key, part in value.items())
    if isinstance(value, Mapping):
        return f"{value.get('name') or ''}{f'（{unit}）' if (unit := value.get('unit')) else ''}"
    if isinstance(value, (list, tuple)):
        return "、".join(_words(spec, part, ctx) for part in value)
    return dict(ctx.offered(spec)).get(str(value), shown(spec, value))


def _entry(kind: type[Entry], value: Any, ctx: Context) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    inner = [one for one in specs_of(kind) if one.name != "id"]
    return "；".join(f"{one.label}：{text}" for one in inner if (text := _words(one, value.get(one.name), ctx)))
