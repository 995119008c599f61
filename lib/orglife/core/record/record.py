"""A record is one fact as it was entered; all other packages work with records.

Blank has one meaning: absent, ``null``, ``""``, spaces only, ``[]`` and ``{}`` are all treated as not set.
Every set field, even one set to its default, is exported unchanged (``exclude_unset``), so export and import are inverse.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from orglife.core.record.characters import refused_in
from orglife.core.record.field import PLAIN, Ident, Planned, Ref, entry, extra_of, kinds_in, label_of, mark

T = TypeVar("T")


def is_blank(value: object) -> bool:
    """Whether a raw JSON value counts as not set."""
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


@functools.cache
def fields_of(kind: type[Entry]) -> Mapping[str, FieldInfo]:
    """The fields of a type by name; pydantic looks them up anew each time."""
    return kind.model_fields


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

    def is_set(self, name: str) -> bool:
        """Whether a field was entered (0 and false count as entered)."""
        return name in self.model_fields_set

    def blanks(self) -> list[str]:
        """Labels of the core fields left blank, in order."""
        return [
            label_of(info)
            for name, info in type(self).model_fields.items()
            if extra_of(info)["core"] and not self.is_set(name)
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
            if self.is_set(name):
                labels += value.still_blank() if isinstance(value, Entry) else []
            elif not isinstance(info.default, str) or not info.default:
                labels.append(label_of(info))
        return labels

    def has_anything(self) -> bool:
        """Whether any field was entered."""
        return bool(self.model_fields_set)


class Identified(Entry):
    """A value object with an id of its own, unique in the dossier."""

    id: Ident = Field(title="编号", json_schema_extra={"x-orglife": {**PLAIN, "derived": True}})

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
    set_fields = value.model_fields_set
    for name, info in type(value).model_fields.items():
        if name not in set_fields:
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


class SelectedFields(Generic[T]):
    """Iterates over selected fields of a record and its nested objects; the selection is cached per type.

    Args:
        select: Returns what a field is selected for, None to skip the field.
    """

    def __init__(self, select: Callable[[FieldInfo], T | None]) -> None:
        self._select = select
        self._plans: dict[type[Entry], tuple[tuple[str, T | None, bool], ...]] = {}

    def __call__(self, value: Entry) -> Iterator[tuple[str, T, Any]]:
        """The selected fields that are set: (top-level field that is or contains it, result of ``select``, value)."""
        set_fields, values = value.model_fields_set, value.__dict__
        for name, purpose, nests in self._plan(type(value)):
            if name not in set_fields:
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
            fields = ((name, self._select(i), self._below(i)) for name, i in kind.model_fields.items())
            plan = self._plans[kind] = tuple(step for step in fields if step[1] is not None or step[2])
        return plan

    def _below(self, info: FieldInfo) -> bool:
        """Whether objects inside a field have any selected field."""
        return any(self._plan(kind) for kind in kinds_in(info) if issubclass(kind, Entry))


def _is_recorded_day(info: FieldInfo) -> bool | None:
    return True if date in kinds_in(info) and mark(info, Planned) is None else None


_DAYS = SelectedFields(_is_recorded_day)


def recorded_days(record: Entry) -> Iterator[date]:
    """The days in a record, without plans and time limits."""
    return (value for _, _, value in _DAYS(record) if isinstance(value, date))
