"""Two windows edit one entry: find the fields that both changed, and rename ids when both created one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from orglife.core.record.record import is_blank


class Clash(NamedTuple):
    """A field that two windows changed to different values.

    Attributes:
        mine: JSON value typed in this window; it is the one saved.
        theirs: JSON value that the other window had saved.
    """

    name: str
    mine: Any
    theirs: Any


def json_of(record: Any) -> dict[str, Any]:
    """A record's JSON values; empty for None."""
    values: dict[str, Any] = record.to_json() if record is not None else {}
    return values


def clashes(
    before: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], typed: Collection[str]
) -> list[Clash]:
    """Fields typed in this window that another window has changed to a different value.

    Args:
        before: The record that both windows opened.
        mine: The values in this window.
        theirs: The values that the other window saved.
        typed: Fields typed in this window.
    """
    both = []
    for name in sorted(typed):
        own, other = (None if is_blank(values.get(name)) else values.get(name) for values in (mine, theirs))
        if other != own and other != before.get(name) and not is_blank(other):
            both.append(Clash(name, own, other))
    return both


def renamed(value: Any, old: str, new: str) -> Any:
    """Replace the prefix ``old`` of all nested ids in a JSON value by ``new``."""
    if isinstance(value, Mapping):
        return {
            key: new + part[len(old) :]
            if key == "id" and isinstance(part, str) and part.startswith(old)
            else renamed(part, old, new)
            for key, part in value.items()
        }
    return [renamed(part, old, new) for part in value] if isinstance(value, (list, tuple)) else value


def ids_in(value: Any) -> list[str]:
    """All ids inside a JSON value."""
    if isinstance(value, Mapping):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [nested for part in value.values() for nested in ids_in(part)]
    if isinstance(value, (list, tuple)):
        return [nested for part in value for nested in ids_in(part)]
    return []
