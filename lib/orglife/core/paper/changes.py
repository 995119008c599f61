"""The differences between two versions of a record, field by field, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from orglife.core.paper.paper import Sheet
from orglife.core.record.entered import write_clock
from orglife.core.record.field import label_of
from orglife.core.record.record import Entry, Outsider, is_blank
from orglife.core.record.words import yes_or_no

BLANK = "（空）"


class ValueChange(NamedTuple):
    """One field that differs: its label, and both values in words; （空） for a blank value."""

    label: str
    before: str
    after: str


def change_words(value: Any, info: FieldInfo, sheet: Sheet) -> str | None:
    """A field's value in words, lists and nested objects on one line; None for a blank value."""
    if value is None:
        return None
    if isinstance(value, list):
        return "；".join(_entry(v, sheet) if isinstance(v, Entry) else sheet.value(v, info) for v in value)
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, dict):
        return "；".join(f"{sheet.campaign.label(k)}：{sheet.value(v, info)}" for k, v in value.items())
    if isinstance(value, dt.time):
        return write_clock(value)
    if isinstance(value, Entry) and not isinstance(value, Outsider):
        return _entry(value, sheet)
    return sheet.value(value, info)


def _entry(value: Entry, sheet: Sheet) -> str:
    parts = []
    for name, info in type(value).model_fields.items():
        if name != "id" and value.is_set(name):
            parts.append(f"{info.title}：{change_words(getattr(value, name), info, sheet) or BLANK}")
    return "，".join(parts)


def compare_records(before: Entry | None, after: Entry | None, sheet: Sheet) -> list[ValueChange]:
    """The fields that differ between two versions of a record, in field order; None = the record does not exist."""
    return list(_fields(before, after, sheet, ""))


def _fields(before: Entry | None, after: Entry | None, sheet: Sheet, head: str) -> Iterator[ValueChange]:
    shown = before if after is None else after
    for name, info in type(shown).model_fields.items() if shown is not None else ():
        old, new = _value(before, name), _value(after, name)
        if name == "id" or old == new:
            continue
        label = f"{head}{label_of(info)}"
        if _is_object(old) or _is_object(new):
            yield from _fields(old, new, sheet, f"{label}·")
        elif _is_rows(old) or _is_rows(new):
            yield from _rows(old or [], new or [], sheet, label)
        else:
            yield ValueChange(label, *(change_words(v, info, sheet) or BLANK for v in (old, new)))


def _value(entry: Entry | None, name: str) -> Any:
    value = getattr(entry, name) if entry is not None and entry.is_set(name) else None
    return None if is_blank(value) else value


def _is_object(value: Any) -> bool:
    return isinstance(value, Entry) and not isinstance(value, Outsider)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and _is_object(value[0])


def _rows(old: Sequence[Entry], new: Sequence[Entry], sheet: Sheet, label: str) -> Iterator[ValueChange]:
    """Compare the rows of a list; rows are matched by id or member, else by position."""
    before, after = _keyed(old), _keyed(new)
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        where = f"{label}第{_place(key, before, after)}项"
        if one is not None and other is not None:
            yield from _fields(one, other, sheet, f"{where}·") if one != other else ()
        else:
            yield ValueChange(where, *(BLANK if row is None else _entry(row, sheet) for row in (one, other)))


def _keyed(rows: Sequence[Entry]) -> dict[Any, Entry]:
    return {getattr(row, "id", None) or getattr(row, "member", None) or n: row for n, row in enumerate(rows)}


def _place(key: Any, before: dict[Any, Entry], after: dict[Any, Entry]) -> int:
    rows = after if key in after else before
    return list(rows).index(key) + 1
