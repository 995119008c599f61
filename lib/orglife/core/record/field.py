"""Declare the fields of a record: their types, their markers and their settings; and read these back.

``entry`` declares a field. A type with a marker says what a text or a number means, e.g. ``MemberId``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, get_args, get_origin

from pydantic import BeforeValidator, Field, PlainSerializer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}"
_ID = re.compile(ID_PATTERN)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field that refers to a ``member``, ``guest``, ``problem``, ``record``, ``branch`` or ``person``."""

    kind: str


@dataclass(frozen=True, slots=True)
class Key:
    """Marks a field whose values are keys of a campaign list, e.g. ``aspects`` (or two lists: ``aspects+dimensions``)."""

    lists: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Marks a text of several lines (paragraphs separated by newlines)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Marks a date that may be in the future (a plan or a time limit); DATA-02 skips it."""


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "not a calendar day")


def _clock(value: object) -> object:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    raise PydanticCustomError("clock", "not a time of day")


def is_ident(text: str) -> bool:
    """Whether a text is an id, which nobody types and no page shows."""
    return _ID.fullmatch(text) is not None


def _ident(value: object) -> object:
    if isinstance(value, str) and not is_ident(value):
        raise PydanticCustomError("ident", "malformed id")
    return value


Day = Annotated[
    date,
    BeforeValidator(_day),
    PlainSerializer(lambda d: d.isoformat(), return_type=str),
]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda t: t.strftime("%H:%M"), return_type=str),
]
Count = Annotated[int, Field(ge=0)]
Ident = Annotated[str, BeforeValidator(_ident)]
Text = Annotated[str, Lines()]
MemberId = Annotated[str, Ref("member")]
GuestId = Annotated[str, Ref("guest")]
ProblemId = Annotated[str, Ref("problem")]
RecordId = Annotated[str, Ref("record")]
BranchId = Annotated[str, Ref("branch")]


PLAIN: dict[str, Any] = {
    "core": False,
    "unit": "",
    "derived": False,
    "labels": {},
    "former": {},
    "offers": "",
    "ordered": False,
    "everybody": False,
    "at_once": False,
    "tells_apart": False,
    "usual": "",
    "printed": True,
}
"""Settings of a field that was not declared with ``entry``."""


def entry(
    label: str,
    *,
    core: bool = False,
    help: str = "",  # noqa: A002  forms call it help
    unit: str = "",
    derived: bool = False,
    labels: Mapping[str, str] | None = None,
    former: Mapping[str, str] | None = None,
    default: Any = None,
    factory: Any = None,
    offers: str = "",
    ordered: bool = False,
    everybody: bool = False,
    at_once: bool = False,
    tells_apart: bool = False,
    usual: str = "",
    printed: bool = True,
) -> Any:
    """Declare a field of a record.

    Args:
        label: Chinese label, on screen and on paper.
        core: The form always shows it, and a rule checks that it is filled in (``*`` in the field tables).
        help: One sentence beside the field.
        unit: Unit of a number, e.g. ``票``.
        derived: Never typed: set by the program, or only compared when an import contains it (``–``).
        labels: Chinese labels of the values of an enum.
        former: Labels of earlier versions → value: a workbook filled in with them is still read.
        default: Value when blank.
        factory: Makes the value when blank (lists, nested objects).
        offers: Campaign list whose keys a text field suggests; other text is allowed.
        ordered: The order in which items were ticked is recorded.
        everybody: A list that usually names all members, or a tick that all rows of a table usually hold: the form has a
            button that ticks them all.
        at_once: Shown without unfolding, though not core: rules require it in some entries only.
        tells_apart: Shown beside the name in the list of entries.
        usual: Its most common value, not shown in that list.
        printed: False = no paper shows it; a test fails for a field that is on no paper and does not declare this.
    """
    extra = {
        "core": core,
        "unit": unit,
        "derived": derived,
        "labels": dict(labels or {}),
        "former": dict(former or {}),
        "offers": offers,
        "ordered": ordered,
        "everybody": everybody,
        "at_once": at_once,
        "tells_apart": tells_apart,
        "usual": usual,
        "printed": printed,
    }
    options: dict[str, Any] = {"title": label, "description": help or None, "json_schema_extra": {"x-orglife": extra}}
    if factory is not None:
        return Field(default_factory=factory, **options)
    return Field(default=default, **options)


def extra_of(info: FieldInfo) -> dict[str, Any]:
    """The settings that ``entry`` declared for a field: core, unit, derived, labels and others."""
    schema = info.json_schema_extra
    extra = schema.get("x-orglife") if isinstance(schema, dict) else None
    return extra if isinstance(extra, dict) else PLAIN


def label_of(info: FieldInfo) -> str:
    """The Chinese label of a field; every field of a record has one."""
    return str(info.title)


def kinds_in(info: FieldInfo) -> Iterator[type]:
    """The classes in a field's annotation, including those inside lists and unions."""
    todo = [info.annotation]
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type):
            yield annotation
        todo.extend(get_args(annotation))


def marks(info: FieldInfo) -> tuple[Any, ...]:
    """All markers of a field, including those on the members of its list or union."""
    known = _MARKS.get(id(info))
    if known is None:
        known = _MARKS[id(info)] = (info, tuple(_marks(info)))
    return known[1]


# the value holds a reference to the field so that the id() key stays unique
_MARKS: dict[int, tuple[FieldInfo, tuple[Any, ...]]] = {}


def _marks(info: FieldInfo) -> list[Any]:
    markers: list[Any] = list(info.metadata)
    todo = [info.annotation]
    while todo:
        annotation = todo.pop()
        if get_origin(annotation) is Annotated:
            first, *rest = get_args(annotation)
            markers.extend(rest)
            todo.append(first)
        else:
            todo.extend(get_args(annotation))
    return markers


def mark(info: FieldInfo, kind: type[Any]) -> Any | None:
    """The first marker of a kind on a field, or None."""
    return next((m for m in marks(info) if isinstance(m, kind)), None)
