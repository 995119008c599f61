"""One field of a record changed, whatever other windows do to the rest of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from orglife.adapters.field.port import Held, Port
from orglife.core.errors import SaveConflict
from orglife.core.record.entered import sentence
from orglife.core.record.record import faults, is_blank

TRIES = 3  # saves that may meet another window's before we give up
Edits = Mapping[str, Callable[[Any], Any]]
"""Field → what becomes of its JSON value."""


def become(value: Any) -> Callable[[Any], Any]:
    """The edit that puts a value in place of whatever is there."""
    return lambda _: value


def held_of(port: Port, id: str) -> Held | None:  # noqa: A002
    """An entry as it is now."""
    return next((held for held in (Held(*entry) for entry in port.list()) if held.id == id), None)


def values_of(held: Held | None) -> dict[str, Any]:
    """What an entry holds by field: its draft, else its record."""
    if held is None:
        return {}
    return dict(held.draft) if held.draft is not None else held.record.to_json() if held.record else {}


def faults_of(kind: type[Any], held: Held) -> list[tuple[str, str]]:
    """Why an unfinished entry is no record yet: (field, sentence) of each fault."""
    if held.draft is None:
        return []
    values = {name: value for name, value in held.draft.items() if not is_blank(value)}
    try:
        kind.model_validate({**values, "id": held.id})
    except ValidationError as error:
        return [(str(one["loc"][0]) if one["loc"] else "", sentence(one)) for one in faults(error)]
    return []


def amend(port: Port, kind: type[Any], id: str, edits: Edits, begin: Mapping[str, Any]) -> None:  # noqa: A002
    """Change some fields of an entry, or make it.

    Args:
        port: Where it is kept.
        kind: Its type.
        id: Its id; it need not be there yet.
        edits: What becomes of the fields.
        begin: What a new one starts with.

    Raises:
        SaveConflict: other windows saved it again and again.
    """
    for _ in range(TRIES):
        held = held_of(port, id)
        values = values_of(held) or dict(begin)
        for name, edit in edits.items():
            values[name] = edit(values.get(name))
        values = {name: value for name, value in values.items() if not is_blank(value)}
        try:
            record = kind.model_validate({**values, "id": id})
        except ValidationError:
            port.draft(id, {name: value for name, value in values.items() if name != "id"})
            return
        try:
            port.save(record, held.version if held else 0)
        except SaveConflict:
            continue
        return
    raise SaveConflict(record=kind.LABEL)
