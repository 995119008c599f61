"""What stands in a field and what it means, by the kind of the field: the same for a form's line and a table's cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from orglife.core.record.entered import (
    SENTENCES,
    Unreadable,
    echo_clock,
    echo_day,
    plain,
    read_clock,
    read_count,
    read_day,
    write_clock,
    write_day,
)
from orglife.core.record.shape import Spec

if TYPE_CHECKING:
    from orglife.adapters.field.context import Context


def shown(spec: Spec, value: Any) -> str:
    """A JSON value, or what a draft kept of it, as it stands in the field."""
    if value is None:
        return ""
    if spec.kind == "day" and isinstance(value, str):
        try:
            return write_day(date.fromisoformat(value))
        except ValueError:
            return value
    return str(value)


def meant(spec: Spec, text: str, ctx: Context) -> Any:
    """What a text in a field means as a JSON value; None when it is blank.

    Raises:
        Unreadable: it is no day, time or number.
    """
    if spec.kind == "day":
        day = read_day(text, years=ctx.choices.years, today=ctx.choices.today)
        return day.isoformat() if day else None
    if spec.kind == "clock":
        clock = read_clock(text)
        return write_clock(clock) if clock else None
    if spec.kind == "count":
        return read_count(text, unit=spec.unit)
    return text if text.strip() else None


def echo(spec: Spec, text: str, ctx: Context) -> str:
    """How a day or a time was understood, where that is worth saying; "" otherwise."""
    try:
        if spec.kind == "day":
            day = read_day(text, years=ctx.choices.years, today=ctx.choices.today)
            return echo_day(day) if day else ""
        if spec.kind == "clock":
            clock = read_clock(text)
            return echo_clock(clock) if clock and plain(text) != write_clock(clock) else ""
    except Unreadable:
        pass
    return ""


def outsider(value: Mapping[str, Any]) -> dict[str, str]:
    """Somebody from outside as typed, blanks left out.

    Raises:
        Unreadable: there is a unit and no name.
    """
    found = {key: str(value.get(key) or "") for key in ("name", "unit") if str(value.get(key) or "").strip()}
    if found and "name" not in found:
        raise Unreadable("name")
    return found


def unlisted(text: str) -> str:
    """The sentence about a value that no list has."""
    return SENTENCES["unlisted"].format(text=text)
