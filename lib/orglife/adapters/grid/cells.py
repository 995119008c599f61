"""Cells of a table: the column of a field, and the conversion between JSON values and cell contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orglife.adapters.field.context import CHOOSE, Context, Path, Problems
from orglife.adapters.grid.grid import GridColumn
from orglife.core.record.entered import Unreadable, plain
from orglife.core.record.shape import Spec
from orglife.core.record.words import (
    field_echo,
    field_text,
    field_value,
    meanings,
    name_and_unit,
    name_key,
    outsider,
    read_tick,
    unlisted,
)

CHOSEN = ("choice", "person")
FITTING = (*CHOSEN, "text", "lines", "day", "clock", "count", "tick")
Cell = str | bool | dict[str, Any] | None


def column_of(spec: Spec, ctx: Context, *, names: bool = False) -> GridColumn:
    """The table column of a field; a blank choice shows what counts then, in brackets."""
    chosen = spec.kind in CHOSEN
    default = spec.labels.get(spec.default or "")
    unit = f"（{spec.unit}）" if spec.unit else ""
    return GridColumn(
        title=spec.label + unit,
        kind=spec.kind,
        options=ctx.offered(spec) if chosen else (),
        first=(f"（{default}）" if default else CHOOSE) if chosen else "",
        core=spec.core,
        names=names,
        help=spec.help,
        all=spec.kind == "tick" and spec.everybody,
    )


def put_cell(spec: Spec, value: Any) -> Cell:
    """The cell's content for a JSON value or a draft's value."""
    if spec.kind == "tick":
        return value if isinstance(value, bool) else None
    if spec.kind == "person" and isinstance(value, Mapping):
        return {"name": str(value.get("name") or ""), "unit": str(value.get("unit") or "")}
    return field_text(spec, value)


def raw_cell(spec: Spec, cell: Cell) -> Cell:
    """A cell's content as a draft stores it, exactly as typed."""
    return cell if spec.kind == "tick" else "" if cell is None else cell


def read_cell(spec: Spec, cell: Cell, ctx: Context, path: Path, problems: Problems) -> Any:
    """Parse a cell into a JSON value, None when blank; add unreadable content to ``problems``."""
    if spec.kind == "tick" or cell is None or isinstance(cell, bool):
        return cell
    try:
        if isinstance(cell, dict):
            return outsider(cell) or None
        return field_value(spec, cell, ctx.choices)
    except Unreadable as error:
        problems.append((path, str(error)))
        return None


def typed_value(spec: Spec, cell: Cell, ctx: Context) -> Any:
    """The parsed value; the typed text when it cannot be parsed, so that it is saved as a draft."""
    problems: Problems = []
    value = read_cell(spec, cell, ctx, (), problems)
    return cell if problems else value


def notes_on(spec: Spec, cell: Cell, ctx: Context) -> list[tuple[str, str]]:
    """Messages about a cell that are not errors: how a date was understood, a value that is not among the options."""
    if not isinstance(cell, str) or not cell.strip():
        return []
    if spec.kind in CHOSEN:
        return [] if cell in dict(ctx.offered(spec)) else [(unlisted(cell), "tip")]
    echo = field_echo(spec, cell, ctx.choices)
    if not echo or (spec.kind == "day" and echo.startswith(plain(cell))):
        return []
    return [(f"{spec.label}：{echo}", "echo")]


def pasted_cell(spec: Spec, text: str, ctx: Context) -> Cell:
    """The cell's content for a pasted text: a name becomes its member, 是 a tick, other text stays."""
    stripped = text.strip()
    if spec.kind == "tick":
        return read_tick(stripped)
    if spec.kind not in CHOSEN:
        return text.strip("\n") if spec.kind == "lines" else re.sub(r"\s*\n\s*", " ", stripped)
    if not stripped:
        return ""
    values = meanings(ctx.offered(spec)).get(name_key(stripped), frozenset())
    if len(values) == 1:
        return next(iter(values))
    name, unit = name_and_unit(stripped) or ("", "")
    return {"name": name, "unit": unit} if name and spec.kind == "person" and not values else stripped
