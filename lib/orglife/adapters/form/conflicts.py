"""Two windows on one entry: whose field is whose, and what both of them changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from orglife.core.record.record import is_blank


class Clash(NamedTuple):
    """A field that two windows changed in two ways.

    Attributes:
        mine: JSON value typed here; it was saved.
        theirs: JSON value that the other window had saved.
    """

    name: str
    mine: Any
    theirs: Any


def json_of(record: Any) -> dict[str, Any]:
    """A record's JSON values; none for no record."""
    found: dict[str, Any] = record.to_json() if record is not None else {}
    return found


def clashes(
    before: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], typed: Collection[str]
) -> list[Clash]:
    """Fields typed here that somebody else had changed otherwise since both began.

    Args:
        before: The record that both windows began with.
        mine: What stands here.
        theirs: What the other window saved.
        typed: Fields that somebody typed in here.
    """
    found = []
    for name in sorted(typed):
        here, there = (None if is_blank(values.get(name)) else values.get(name) for values in (mine, theirs))
        if there != here and there != before.get(name) and not is_blank(there):
            found.append(Clash(name, here, there))
    return found


def renamed(value: Any, old: str, new: str) -> Any:
    """A JSON value whose nested ids begin with another record's id."""
    if isinstance(value, Mapping):
        return {
            key: new + part[len(old) :]
            if key == "id" and isinstance(part, str) and part.startswith(old)
            else renamed(part, old, new)
            for key, part in value.items()
        }
    return [renamed(part, old, new) for part in value] if isinstance(value, (list, tuple)) else value


def ids_in(value: Any) -> list[str]:
    """Every id inside a JSON value."""
    if isinstance(value, Mapping):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [found for part in value.values() for found in ids_in(part)]
    if isinstance(value, (list, tuple)):
        return [found for part in value for found in ids_in(part)]
    return []
