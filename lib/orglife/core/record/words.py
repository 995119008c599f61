"""A field's value in words, and words as its value: shared by forms, tables, workbooks and papers.

A value is JSON as a record or a draft stores it. Papers and workbooks have code of their own for their special needs:
papers read typed records (``core/paper``), workbooks write cells that are read back to the same value
(``core/sheet/cells``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from orglife.core.record.entered import (
    SENTENCES,
    Unreadable,
    echo_clock,
    echo_day,
    plain,
    read_clock,
    read_count,
    read_day,
    write_clock,
    write_day,
)
from orglife.core.record.field import is_ident
from orglife.core.record.record import Entry, is_blank
from orglife.core.record.shape import Spec, specs_of

GONE = "已移除的一项"
"""How a list shows something that was chosen and is removed since."""

Offer = tuple[str, str]
"""(value, label) of one option."""
YES, NO = "是", "否"
_YES_WORDS = frozenset({YES, "√", "✓", "✔", "v", "对", "有", "y", "yes", "true", "1"})
_NO_WORDS = frozenset({NO, "×", "✗", "x", "无", "n", "no", "false", "0"})
_WITH_UNIT = re.compile(r"(.*?)\s*[（(]([^（）()]*)[）)]", re.DOTALL)


class Days(Protocol):
    """How to read a day that is typed without a year or as 今天."""

    @property
    def years(self) -> tuple[int, ...]:
        """Candidate years; the one that brings the day nearest to today is taken."""

    @property
    def today(self) -> date:
        """The date of 今天."""


# --- one value -------------------------------------------------------------------------------------------------------


def yes_or_no(value: bool) -> str:  # noqa: FBT001  it is the value
    """是 or 否."""
    return YES if value else NO


def read_tick(text: str) -> bool | None:
    """是, √, 1 … as True, 否, ×, 0 … as False; None for any other text."""
    word = plain(text).lower()
    return True if word in _YES_WORDS else False if word in _NO_WORDS else None


def in_series(parts: Iterable[str]) -> str:
    """Parts joined by 、; two titles or two quotations need none between their marks (GB/T 15834-2011, 4.5.3.5)."""
    return re.sub("》、(?=《)", "》", re.sub("”、(?=“)", "”", "、".join(parts)))


def first_few(names: Sequence[str], most: int) -> str:
    """The first names, followed by 等 if there are more."""
    return "、".join(names[:most]) + ("等" if len(names) > most else "")


def phrase(text: str) -> str:
    """A text as part of a sentence: without the mark at its end."""
    return text.strip().rstrip("。；;，,、")


def outsider_words(name: str, unit: str) -> str:
    """A person from outside the branch: 柏青（局机关）."""
    return f"{name}（{unit}）" if unit else name


def name_and_unit(text: str) -> tuple[str, str] | None:
    """Split 柏青（局机关） into name and unit; None when the text does not end with brackets."""
    match = _WITH_UNIT.fullmatch(text)
    return (match[1].strip(), match[2].strip()) if match else None


def name_key(text: str) -> str:
    """Key for comparing names: ignores character width, spaces (张　三) and which dot is used."""
    flat = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return re.sub("[•・‧∙⋅.]", "·", flat)


def meanings(offers: Iterable[Offer]) -> dict[str, frozenset[str]]:
    """``name_key`` of a word → the values that it may mean. A word equal to a value means only that value."""
    by_key: dict[str, set[str]] = {}
    offers = list(offers)
    for value, label in offers:
        if label:
            by_key.setdefault(name_key(label), set()).add(value)
    for value, _ in offers:
        by_key[name_key(value)] = {value}
    return {key: frozenset(values) for key, values in by_key.items()}


# --- a field in a form or a table ------------------------------------------------------------------------------------


def field_text(spec: Spec, value: Any) -> str:
    """A value as text for an input field."""
    if value is None:
        return ""
    if spec.kind == "day" and isinstance(value, str):
        try:
            return write_day(date.fromisoformat(value))
        except ValueError:
            return value
    return str(value)


def field_value(spec: Spec, text: str, days: Days) -> Any:
    """The value of a text in a field; None when the text is blank.

    Raises:
        Unreadable: the text is not a day, time or number as the field requires.
    """
    if spec.kind == "day":
        day = read_day(text, years=days.years, today=days.today)
        return day.isoformat() if day else None
    if spec.kind == "clock":
        clock = read_clock(text)
        return write_clock(clock) if clock else None
    if spec.kind == "count":
        return read_count(text, unit=spec.unit)
    return text if text.strip() else None


def field_echo(spec: Spec, text: str, days: Days) -> str:
    """How a day or a time was read, to be shown beside the field; "" when the text is unreadable or needs no echo."""
    try:
        if spec.kind == "day":
            day = read_day(text, years=days.years, today=days.today)
            return echo_day(day) if day else ""
        if spec.kind == "clock":
            clock = read_clock(text)
            return echo_clock(clock) if clock and plain(text) != write_clock(clock) else ""
    except Unreadable:
        pass
    return ""


def outsider(value: Mapping[str, Any]) -> dict[str, str]:
    """A person from outside as typed, without blank fields.

    Raises:
        Unreadable: the unit is given without a name.
    """
    filled = {key: text for key in ("name", "unit") if (text := str(value.get(key) or "")).strip()}
    if filled and "name" not in filled:
        raise Unreadable("name")
    return filled


def unlisted(text: str) -> str:
    """The sentence about a value that is in no list: typed, or the id of something that was removed since."""
    return SENTENCES["gone" if is_ident(text) else "unlisted"].format(text=text)


def unlisted_option(text: str) -> str:
    """How a list shows a value that it does not offer; an id is never shown."""
    return GONE if is_ident(text) else f"{text}（列表里没有）"


# --- a field of any kind, for display --------------------------------------------------------------------------------


def readable(spec: Spec, value: Any, offered: Callable[[Spec], Sequence[Offer]]) -> str:
    """A value as a person reads it: names for ids, labels for keys, days in words; "" when it is blank.

    Args:
        spec: The field.
        value: Its value.
        offered: Returns the options of a field.
    """
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if spec.item is not None:
        parts = value if isinstance(value, (list, tuple)) else [value]
        return "\n".join(_readable_entry(spec.item, part, offered) for part in parts)
    if spec.kind == "map" and isinstance(value, Mapping):
        labels = dict(offered(spec))
        return "；".join(f"{labels.get(key, key)}：{spec.labels.get(part, part)}" for key, part in value.items())
    if isinstance(value, Mapping):
        return outsider_words(value.get("name") or "", value.get("unit") or "")
    if isinstance(value, (list, tuple)):
        return in_series(readable(spec, part, offered) for part in value)
    if (label := dict(offered(spec)).get(str(value))) is not None:
        return label
    gone = (spec.ref or spec.lists) and is_ident(str(value))
    return GONE if gone else field_text(spec, value)


def _readable_entry(kind: type[Entry], value: Any, offered: Callable[[Spec], Sequence[Offer]]) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    inner = [one for one in specs_of(kind) if one.name != "id"]
    return "；".join(f"{one.label}：{text}" for one in inner if (text := readable(one, value.get(one.name), offered)))
