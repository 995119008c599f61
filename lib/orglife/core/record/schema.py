"""JSON Schema of the exchange files, made from the record types, for programs in other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from orglife.core.record.branch import Branch
from orglife.core.record.exchange import BUREAU, DOSSIER
from orglife.core.record.field import ID_PATTERN, Ident
from orglife.core.record.record import Entry, Identified, Record
from orglife.core.record.shape import Spec, spec_of

_ID = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_BLANK: dict[str, Any] = {"enum": ["", None]}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_SINGLE: Mapping[str, dict[str, Any]] = {
    "day": {"anyOf": [_DAY, _BLANK]},
    "clock": {"anyOf": [_CLOCK, _BLANK]},
    "tick": {"type": ["boolean", "null"]},
    "count": {"type": ["integer", "null"], "minimum": 0},
}
"""Kind of a field → its JSON type; every other single value is text."""


def file_schema(kinds: Sequence[type[Record]], bureau_kinds: Sequence[type[Record]]) -> dict[str, Any]:
    """The schema of dossier and bureau files."""
    entries: dict[str, Any] = {}
    types: list[type[Entry]] = [Branch, *kinds, *bureau_kinds]
    for kind in types:
        _add(kind, entries)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "orglife dossier and bureau file",
        "oneOf": [_file(DOSSIER, kinds, head=True), _file(BUREAU, bureau_kinds, head=False)],
        "$defs": entries,
    }


def _file(shape: str, kinds: Sequence[type[Record]], *, head: bool) -> dict[str, Any]:
    lists = {k.TYPE: {"type": "array", "items": {"$ref": f"#/$defs/{k.TYPE}"}} for k in kinds}
    properties: dict[str, Any] = {"format": {"const": shape}, "campaign": {"type": "string"}}
    if head:
        properties["branch"] = {"$ref": "#/$defs/branch"}
    properties["records"] = {"type": "object", "properties": lists, "additionalProperties": False}
    required = ["format", "campaign", "records"] + (["branch"] if head else [])
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def name_of(kind: type[Entry]) -> str:
    """Name of a type in the schema: a record's type, a nested object's class."""
    if kind is Branch:
        return "branch"
    return kind.TYPE if issubclass(kind, Record) else kind.__name__


def _add(kind: type[Entry], entries: dict[str, Any]) -> None:
    if name_of(kind) in entries:
        return
    made: dict[str, Any] = {"type": "object", "title": kind.LABEL, "additionalProperties": False}
    entries[name_of(kind)] = made
    if issubclass(kind, Identified):
        made["required"] = ["id"]
    made["properties"] = {name: _field(name, info, entries) for name, info in kind.model_fields.items()}
    if issubclass(kind, Record) or kind is Branch:
        # a record's id must be given; a nested object's id is assigned by the program
        made["properties"]["id"] = {**made["properties"]["id"], "x-core": True}
        del made["properties"]["id"]["readOnly"]


def _field(name: str, info: FieldInfo, entries: dict[str, Any]) -> dict[str, Any]:
    spec = spec_of(name, info)
    made: dict[str, Any] = {"title": info.title, **(_ID if name == "id" else _shape(spec, info, entries))}
    if spec.core:
        made["x-core"] = True
    if spec.derived:
        made["readOnly"] = True
    return made


def _shape(spec: Spec, info: FieldInfo, entries: dict[str, Any]) -> dict[str, Any]:
    """A field's JSON type, including its blank values."""
    fixed = _fixed(info.annotation)
    if spec.kind in ("rows", "people", "ticks", "strings"):
        return {"type": ["array", "null"], "items": _item(spec, info, entries)}
    if spec.kind == "object" and spec.item is not None:
        return {"anyOf": [_reference(spec.item, entries), {"type": "null"}]}
    if spec.kind == "map":
        return {"type": ["object", "null"], "additionalProperties": {"enum": fixed}}
    if spec.kind == "person":
        return _person(blank=True)
    return {"enum": [*fixed, "", None]} if fixed else dict(_SINGLE.get(spec.kind, _TEXT))


def _item(spec: Spec, info: FieldInfo, entries: dict[str, Any]) -> dict[str, Any]:
    """JSON type of a list's items."""
    if spec.kind == "people":
        return _person(blank=False)
    if spec.item is not None:
        return _reference(spec.item, entries)
    if Ident in get_args(info.annotation):
        return dict(_ID)
    fixed = _fixed(info.annotation)
    return {"enum": fixed} if fixed else {"type": "string"}


def _reference(kind: type[Entry], entries: dict[str, Any]) -> dict[str, Any]:
    _add(kind, entries)
    return {"$ref": f"#/$defs/{name_of(kind)}"}


def _fixed(annotation: Any) -> list[Any]:
    """The values of a ``Literal`` in an annotation; [] when it has none."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return next((values for part in get_args(annotation) if (values := _fixed(part))), [])


def _person(*, blank: bool) -> dict[str, Any]:
    outsider = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "unit": {"type": ["string", "null"]}},
        "required": ["name"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"type": ["string", "null"] if blank else "string"}, outsider]}
