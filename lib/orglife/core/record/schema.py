"""JSON Schema of the exchange files, made from the record types, for programs in other languages."""

from __future__ import annotations

import types
from collections.abc import Sequence
from datetime import date, time
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from orglife.core.record.branch import Branch
from orglife.core.record.exchange import BUREAU, DOSSIER
from orglife.core.record.record import ID_PATTERN, Entry, Ident, Identified, Outsider, Record, extra_of

_ID = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_BLANK: dict[str, Any] = {"enum": ["", None]}


def file_schema(kinds: Sequence[type[Record]], bureau_kinds: Sequence[type[Record]]) -> dict[str, Any]:
    """The schema of dossier and bureau files."""
    entries: dict[str, Any] = {}
    wanted: list[type[Entry]] = [Branch, *kinds, *bureau_kinds]
    for kind in wanted:
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
    """How a type is named in the schema: a record by its type, a nested object by its class."""
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
    if (
        issubclass(kind, Record) or kind is Branch
    ):  # an entry is known by its id; a nested one's is given by the program
        made["properties"]["id"] = {**made["properties"]["id"], "x-core": True}
        del made["properties"]["id"]["readOnly"]


def _field(name: str, info: FieldInfo, entries: dict[str, Any]) -> dict[str, Any]:
    extra = extra_of(info)
    shape = dict(_ID) if name == "id" else _shape(info.annotation, entries)
    made: dict[str, Any] = {"title": info.title, **shape}
    if extra["core"]:
        made["x-core"] = True
    if extra["derived"]:
        made["readOnly"] = True
    return made


def _shape(annotation: Any, entries: dict[str, Any]) -> dict[str, Any]:
    """A field's type with the blanks that are allowed for it."""
    bare, alternatives = _bare(annotation)
    if bare is date:
        return {"anyOf": [_DAY, _BLANK]}
    if bare is time:
        return {"anyOf": [_CLOCK, _BLANK]}
    if Outsider in alternatives:
        return _person(blank=True)
    origin = get_origin(bare)
    if origin is Literal:
        return {"enum": [*get_args(bare), "", None]}
    if origin is list:
        return {"type": ["array", "null"], "items": _item(get_args(bare)[0], entries)}
    if origin is dict:
        return {"type": ["object", "null"], "additionalProperties": {"enum": list(get_args(get_args(bare)[1]))}}
    if isinstance(bare, type) and issubclass(bare, Entry):
        _add(bare, entries)
        return {"anyOf": [{"$ref": f"#/$defs/{name_of(bare)}"}, {"type": "null"}]}
    if bare is bool:
        return {"type": ["boolean", "null"]}
    if bare is int:
        return {"type": ["integer", "null"], "minimum": 0}
    return {"type": ["string", "null"]}


def _item(annotation: Any, entries: dict[str, Any]) -> dict[str, Any]:
    bare, alternatives = _bare(annotation)
    if Outsider in alternatives:
        return _person(blank=False)
    if get_origin(bare) is Literal:
        return {"enum": list(get_args(bare))}
    if isinstance(bare, type) and issubclass(bare, Entry):
        _add(bare, entries)
        return {"$ref": f"#/$defs/{name_of(bare)}"}
    return dict(_ID) if annotation == Ident else {"type": "string"}


def _person(*, blank: bool) -> dict[str, Any]:
    outsider = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "unit": {"type": ["string", "null"]}},
        "required": ["name"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"type": ["string", "null"] if blank else "string"}, outsider]}


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its markers and without None, and all its alternatives."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        options = tuple(a for a in get_args(annotation) if a is not type(None))
        flat = tuple(part for option in options for part in (_bare(option)[1] or (_bare(option)[0],)))
        return (_bare(options[0])[0] if len(options) == 1 else annotation), flat
    return annotation, ()
