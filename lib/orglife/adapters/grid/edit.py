"""Change single fields of a record while other windows may save its other fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from orglife.adapters.field.context import Context
from orglife.adapters.field.port import Port, StoredEntry
from orglife.adapters.grid.cells import notes_on, read_cell
from orglife.adapters.grid.grid import Key
from orglife.adapters.grid.pasted import GridRow
from orglife.core.errors import SaveConflict
from orglife.core.record.entered import sentence
from orglife.core.record.record import faults, is_blank
from orglife.core.record.shape import Spec

TRIES = 3  # attempts to save, when other windows save at the same time
Edits = Mapping[str, Callable[[Any], Any]]
"""Field → function from its old to its new JSON value."""
Fill = Callable[[Mapping[str, Any], Collection[str]], Mapping[str, Any]]
"""An entry's values and the names of the changed fields → the values that follow from them."""


def set_to(value: Any) -> Callable[[Any], Any]:
    """The edit that replaces the old value by this one."""
    return lambda _: value


def find_entry(port: Port, id: str) -> StoredEntry | None:  # noqa: A002
    """The current entry of an id, or None."""
    return next((entry for entry in port.list() if entry.id == id), None)


def values_of(entry: StoredEntry | None) -> dict[str, Any]:
    """An entry's values by field: its draft's, else its record's."""
    if entry is None:
        return {}
    return dict(entry.draft) if entry.draft is not None else entry.record.to_json() if entry.record else {}


def faults_of(kind: type[Any], entry: StoredEntry) -> list[tuple[str, str]]:
    """Why an entry's draft is not a valid record: (field, message) of each fault."""
    if entry.draft is None:
        return []
    values = {name: value for name, value in entry.draft.items() if not is_blank(value)}
    try:
        kind.model_validate({**values, "id": entry.id})
    except ValidationError as error:
        return [(str(one["loc"][0]) if one["loc"] else "", sentence(one)) for one in faults(error)]
    return []


def marks(
    kind: type[Any],
    inner: Sequence[Spec],
    rows: Sequence[GridRow],
    entries: Mapping[str, StoredEntry],
    ctx: Context,
    *,
    first: int,
) -> tuple[dict[Key, str], dict[str, list[tuple[str, str]]]]:
    """Errors of the cells of a table of records, and notes to show below its rows.

    Args:
        kind: The record type.
        inner: The fields to type into, in the order of their columns.
        rows: The rows.
        entries: Row key → its entry; new rows have none.
        ctx: The table's context.
        first: The column of the first field.
    """
    errors: dict[Key, str] = {}
    notes: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        entry = entries.get(row.key)
        faults = dict(faults_of(kind, entry)) if entry else {}
        texts: list[tuple[str, str]] = []
        for place, one in enumerate(inner, first):
            problems: list[Any] = []
            read_cell(one, row.cells[place], ctx, (), problems)
            wrong = problems[0][1] if problems else faults.get(one.name, "")
            if wrong:
                errors[row.key, place] = wrong
                texts.append((f"{one.label}：{wrong}", "err"))
            texts += notes_on(one, row.cells[place], ctx)
        if texts:
            notes[row.key] = texts
    return errors, notes


def amend(
    port: Port,
    kind: type[Any],
    id: str,  # noqa: A002
    edits: Edits,
    begin: Mapping[str, Any],
    fill: Fill | None = None,
) -> None:
    """Change some fields of an entry; create it when it does not exist.

    Args:
        port: Stores the entry.
        kind: The record type.
        id: The entry's id; the entry need not exist yet.
        edits: The changes by field.
        begin: Initial values of a new entry.
        fill: Returns what follows from the changed values.

    Raises:
        SaveConflict: other windows saved the entry at every attempt.
    """
    for _ in range(TRIES):
        entry = find_entry(port, id)
        values = values_of(entry) or dict(begin)
        for name, edit in edits.items():
            values[name] = edit(values.get(name))
        if fill is not None:
            values.update(fill(values, edits))
        values = {name: value for name, value in values.items() if not is_blank(value)}
        try:
            record = kind.model_validate({**values, "id": id})
        except ValidationError:
            port.draft(id, {name: value for name, value in values.items() if name != "id"})
            return
        try:
            port.save(record, entry.version if entry else 0)
        except SaveConflict:
            continue
        return
    raise SaveConflict(record=kind.LABEL)
