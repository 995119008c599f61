"""A record is one fact as it was entered; all other packages work with records.

Blank has one meaning: absent, ``null``, ``""``, spaces only, ``[]`` and ``{}`` are all treated as not set.
Every set field, even one set to its default, is exported unchanged (``exclude_unset``), so export and import are inverse.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from orglife.core.record.characters import refused_in

T = TypeVar("T")

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


def is_blank(value: object) -> bool:
    """Whether a raw JSON value counts as not given."""
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, (list, dict, tuple)) and not value)
    )


def without_blanks(value: Any) -> Any:
    """Remove blanks from raw JSON, at every depth.

    Objects in lists stay, even empty ones: each is an entry that somebody made.
    """
    if isinstance(value, (str, int)):  # most values, and asking whether they are mappings takes longest
        return value
    if isinstance(value, Mapping):
        return {key: item for key, raw in value.items() if not is_blank(item := without_blanks(raw))}
    if isinstance(value, (list, tuple)):
        parts = [without_blanks(item) for item in value]
        return [item for item in parts if isinstance(item, dict) or not is_blank(item)]
    return value


_PLAIN: dict[str, Any] = {
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


@functools.cache
def fields_of(kind: type[Entry]) -> Mapping[str, FieldInfo]:
    """The fields of a type by name; pydantic looks them up anew each time."""
    return kind.model_fields


def extra_of(info: FieldInfo) -> dict[str, Any]:
    """The settings that ``entry`` declared for a field: core, unit, derived, labels and others."""
    schema = info.json_schema_extra
    extra = schema.get("x-orglife") if isinstance(schema, dict) else None
    return extra if isinstance(extra, dict) else _PLAIN


STORED: Any = {"stored": True}
"""Validation context of a value that comes from the store, not from a person."""
SEARCHED: Any = {"searched": True}
"""Validation context of a value without blanks whose characters were all looked at, e.g. with the rest of its file."""
TYPED: Any = {"typed": True}
"""Validation context of a value typed into a form: what a file may bring, a form may still refuse."""


class Entry(BaseModel):
    """A value object: frozen, strictly typed, without blank values."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=False, defer_build=True)

    LABEL: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context is STORED or info.context is SEARCHED or not isinstance(value, dict):  # these have no blanks
            return value
        return without_blanks(value)

    @field_validator("*", mode="before")
    @classmethod
    def _no_odd_characters(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse characters that cannot be printed. Stored values are accepted: printing them reports the problem."""
        if info.context is STORED or info.context is SEARCHED:
            return value
        keyed = isinstance(value, dict) and get_origin(cls.model_fields[info.field_name or ""].annotation) is dict
        if refused := refused_in(list(value) if keyed else value):
            context = {"place": refused.place, "code": refused.code, "what": refused.what}
            raise PydanticCustomError("character", "a character that is refused", context)
        return value

    @classmethod
    def stored(cls, raw: Any) -> Self:
        """Read a value from the store."""
        return cls.model_validate(raw, context=STORED)

    def to_json(self) -> dict[str, Any]:
        """The set fields as plain JSON values, in the order of the field tables."""
        dumped = self.model_dump(mode="json", exclude_unset=True)
        return dumped if isinstance(dumped, dict) else {}

    def given(self, name: str) -> bool:
        """Whether a field was entered (0 and false count as entered)."""
        return name in self.model_fields_set

    def blanks(self) -> list[str]:
        """Labels of the core fields left blank, in order."""
        return [
            info.title or name
            for name, info in type(self).model_fields.items()
            if extra_of(info)["core"] and not self.given(name)
        ]

    def not_asked(self) -> Collection[str]:
        """Core fields that may stay blank in this entry because of its other fields."""
        return ()

    def still_blank(self) -> list[str]:
        """Labels of the required fields that are still blank, including those of nested objects that were begun."""
        labels: list[str] = []
        for name, info in type(self).model_fields.items():
            value = getattr(self, name)
            if not extra_of(info)["core"] or name in self.not_asked():
                continue
            if self.given(name):
                labels += value.still_blank() if isinstance(value, Entry) else []
            elif not isinstance(info.default, str) or not info.default:
                labels.append(info.title or name)
        return labels

    def has_anything(self) -> bool:
        """Whether any field was entered."""
        return bool(self.model_fields_set)


class Identified(Entry):
    """A value object with an id of its own, unique in the dossier."""

    id: Ident = Field(title="编号", json_schema_extra={"x-orglife": {**_PLAIN, "derived": True}})

    ID_LETTER: ClassVar[str] = "p"  # in ids of nested objects: m03.p2, meeting1.g1
    OTHER_LISTS: ClassVar[
        Mapping[str, str]
    ] = {}  # campaign list that a field names → the list that this type uses instead
    UNUSED: ClassVar[Collection[str]] = ()  # dotted paths of fields that this type does not use


class Record(Identified):
    """One fact as it was entered; stored and exported under ``TYPE``."""

    TYPE: ClassVar[str] = ""
    STAGE: ClassVar[str] = ""
    FORM: ClassVar[str] = ""
    ONE_PER: ClassVar[str] = ""  # "dossier", "round", "member", "owner" or "" (many)
    WHOSE: ClassVar[str] = "member"  # field that names the member whom the record belongs to
    BUREAU: ClassVar[bool] = False
    PAPER: ClassVar[str] = ""  # key of the campaign's ``papers`` without which nobody is asked for it
    PERSONAL: ClassVar[str | None] = None  # personal data that it contains, in words; "" = none; None = LABEL
    UPGRADES: ClassVar[tuple[Any, ...]] = ()  # functions dict -> dict for records stored by earlier versions

    @classmethod
    def upgraded(cls, raw: dict[str, Any]) -> Self:
        """Read a stored record, after converting an old format to the current one."""
        for step in cls.UPGRADES:
            raw = step(raw)
        return cls.stored(raw)


class RoundRecord(Record):
    """A record that belongs to a round of meeting and appraisal (1, 2 … after a redo order)."""

    round: Annotated[int, Field(ge=1)] = entry("轮次", derived=True, default=1)


class Outsider(Entry):
    """A person from outside the branch, by name and unit."""

    LABEL = "外单位人员"

    name: str = Field(title="姓名", min_length=1)
    unit: str = entry("单位", default="")


Person = Annotated[str | Outsider, Ref("person")]


def faults(error: ValidationError) -> list[Any]:
    """Pydantic's errors. For a person given as an object the error of the union's text branch is dropped."""
    return [
        one
        for one in error.errors(include_url=False)
        if not (one["loc"] and one["loc"][-1] == "str" and isinstance(one["input"], dict))
    ]


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], FieldInfo, Any]]:
    """Every set field of a record and of its nested objects: (path, field, value)."""
    given = value.model_fields_set
    for name, info in type(value).model_fields.items():
        if name not in given:
            continue
        item = getattr(value, name)
        yield (*path, name), info, item
        if isinstance(item, (list, tuple)):
            for index, part in enumerate(item):
                if isinstance(part, Entry):
                    yield from walk(part, (*path, name, index))
        elif not isinstance(item, _SIMPLE) and isinstance(item, Entry):
            yield from walk(item, (*path, name))


_SIMPLE = (str, int, date, time)  # checked first: isinstance with pydantic's classes takes ten times as long


class Sieve(Generic[T]):
    """Iterates over selected fields of a record and its nested objects; the selection is cached per type.

    Args:
        wanted: Returns what a field is selected for, None to skip the field.
    """

    def __init__(self, wanted: Callable[[FieldInfo], T | None]) -> None:
        self._wanted = wanted
        self._plans: dict[type[Entry], tuple[tuple[str, T | None, bool], ...]] = {}

    def __call__(self, value: Entry) -> Iterator[tuple[str, T, Any]]:
        """The selected fields that are set: (top-level field that is or contains it, result of ``wanted``, value)."""
        given, values = value.model_fields_set, value.__dict__
        for name, purpose, nests in self._plan(type(value)):
            if name not in given:
                continue
            item = values[name]
            if purpose is not None:
                yield name, purpose, item
            for part in (item if isinstance(item, list) else (item,)) if nests else ():
                if not isinstance(part, _SIMPLE) and isinstance(part, Entry):
                    for _, inner, below in self(part):
                        yield name, inner, below

    def _plan(self, kind: type[Entry]) -> tuple[tuple[str, T | None, bool], ...]:
        plan = self._plans.get(kind)
        if plan is None:
            fields = ((name, self._wanted(i), self._below(i)) for name, i in kind.model_fields.items())
            plan = self._plans[kind] = tuple(step for step in fields if step[1] is not None or step[2])
        return plan

    def _below(self, info: FieldInfo) -> bool:
        """Whether objects inside a field have any selected field."""
        return any(self._plan(kind) for kind in kinds_in(info) if issubclass(kind, Entry))


def kinds_in(info: FieldInfo) -> Iterator[type]:
    """The classes in a field's annotation, including those inside lists and unions."""
    todo = [info.annotation]
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type):
            yield annotation
        todo.extend(get_args(annotation))


def _is_recorded_day(info: FieldInfo) -> bool | None:
    return True if date in kinds_in(info) and mark(info, Planned) is None else None


_DAYS = Sieve(_is_recorded_day)


def recorded_days(record: Entry) -> Iterator[date]:
    """The days in a record, without plans and time limits."""
    return (value for _, _, value in _DAYS(record) if isinstance(value, date))


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
