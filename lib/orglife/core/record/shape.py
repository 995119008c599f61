"""The shape of a field: the kind of value it holds, derived from its type and its markers.

Forms choose a control by it, workbooks a column.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from orglife.core.record.field import Key, Lines, Ref, extra_of, label_of, mark
from orglife.core.record.record import Entry, Outsider


@dataclass(frozen=True, slots=True)
class Spec:
    """A field as a form or a table sees it."""

    path: tuple[str, ...]
    kind: str
    label: str
    help: str = ""
    unit: str = ""
    core: bool = False
    derived: bool = False
    ordered: bool = False
    everybody: bool = False
    at_once: bool = False
    tells_apart: bool = False
    usual: str = ""
    printed: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    default: Any = None
    ref: str = ""
    lists: tuple[str, ...] = ()
    item: type[Entry] | None = None

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.path[-1]


def _bare(annotation: Any) -> tuple[Any, ...]:
    """The types a field may hold, without Annotated and None."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(kind for part in get_args(annotation) for kind in _bare(part))
    return () if annotation is type(None) else (annotation,)


def _is_entry(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Entry)


def spec_of(name: str, info: FieldInfo, path: tuple[str, ...] = ()) -> Spec:
    """Derive the kind of value that a field holds from its type and its markers."""
    extra, ref, key = extra_of(info), mark(info, Ref), mark(info, Key)
    kinds = _bare(info.annotation)
    lists = tuple(key.lists.split("+")) if key else (extra["offers"],) if extra["offers"] else ()
    bound = bool(ref or lists or extra["labels"])
    kind, item = _kind_of(kinds, bound=bound, lines=mark(info, Lines) is not None)
    return Spec(
        path=(*path, name),
        kind=kind,
        label=label_of(info),
        help=info.description or "",
        unit=extra["unit"],
        core=extra["core"],
        derived=extra["derived"],
        ordered=extra["ordered"],
        everybody=extra["everybody"],
        at_once=extra["at_once"],
        tells_apart=extra["tells_apart"],
        usual=extra["usual"],
        printed=extra["printed"],
        labels=extra["labels"],
        former=extra["former"],
        default=info.default if isinstance(info.default, str) else None,
        ref=ref.kind if ref else "",
        lists=lists,
        item=item,
    )


_PLAIN_KINDS: Mapping[Any, str] = {date: "day", time: "clock", bool: "tick", int: "count"}


def _kind_of(kinds: tuple[Any, ...], *, bound: bool, lines: bool) -> tuple[str, type[Entry] | None]:
    first = kinds[0]
    origin = get_origin(first)
    if origin is list:
        return _list_kind(_bare(get_args(first)[0]), bound=bound)
    if origin is dict:
        return "map", None
    if Outsider in kinds:
        return "person", None
    if origin is Literal:
        return "choice", None
    if _is_entry(first):
        return "object", first
    if first in _PLAIN_KINDS:
        return _PLAIN_KINDS[first], None
    return "choice" if bound else "lines" if lines else "text", None


def _list_kind(kinds: tuple[Any, ...], *, bound: bool) -> tuple[str, type[Entry] | None]:
    if Outsider in kinds:
        return "people", None
    if _is_entry(kinds[0]):
        return "rows", kinds[0]
    return "ticks" if bound else "strings", None


def specs_of(kind: type[Entry], path: tuple[str, ...] = ()) -> list[Spec]:
    """The fields of a record or nested object, in order."""
    return [spec_of(name, info, path) for name, info in kind.model_fields.items()]
