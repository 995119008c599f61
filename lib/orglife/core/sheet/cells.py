"""Convert a value to a table's cell and back: names for ids, labels for keys, days as dates.

Reading a written cell gives the same value: if the words alone do not (an unknown name, a character that a spreadsheet
cannot hold), the cell contains ``JSON:`` and the value as JSON. Cells typed by people are read tolerantly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from orglife.core.record.entered import Unreadable, plain, read_clock, read_count, read_day, write_clock, write_day
from orglife.core.record.field import is_ident
from orglife.core.record.memo import once
from orglife.core.record.shape import Spec
from orglife.core.record.words import meanings, name_and_unit, name_key, read_tick, yes_or_no
from orglife.core.rule.campaign import Campaign

Cell = str | int | float | bool | date | time | timedelta | None
T = TypeVar("T")
MARK = "JSON:"
TEAM = ("team", "支部班子")
SEPARATORS = "、，,；;\n"
NAMED = ("member", "person", "target", "guest")  # references that are shown by name
_TOKEN = re.compile(r"(?:[（(][^）)]*[）)]|[^、，,；;\n])+")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|x[0-9A-Fa-f]{4}_")
_FIRST_YEAR = 1901  # spreadsheets count days from 1900
_PRECISE = 10**15  # spreadsheets keep 15 digits


class Unfit(ValueError):  # noqa: N818  the name describes the cell
    """A cell that cannot be read; its message can be shown to users."""


@dataclass(frozen=True)
class Lexicon:
    """The meaning of names and labels in one branch.

    Attributes:
        people: (id, name) of the members (for the bureau's records: of its leaders); an id may have several names.
        guests: (id, name) of the guests.
        today: The day of reading: a day written without a year is the one nearest to it.
    """

    campaign: Campaign
    today: date
    people: Sequence[tuple[str, str]] = ()
    guests: Sequence[tuple[str, str]] = ()
    _memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    # --- options -----------------------------------------------------------------------------------------------------

    def offers(self, spec: Spec) -> list[tuple[str, str]]:
        """(value, words) of a field's options; words that occur twice get their value appended."""
        return self._once("offers", spec, lambda: _with_unique_labels(self._offered(spec)))

    def _offered(self, spec: Spec) -> list[tuple[str, str]]:
        if spec.lists:
            keys = self.campaign.keys("+".join(spec.lists))
            return [(key, self.campaign.label(key)) for key in dict.fromkeys(keys)]
        if spec.ref in NAMED:
            people = self.guests if spec.ref == "guest" else self.people
            return [*([TEAM] if spec.ref == "target" else []), *people]
        return list(spec.labels.items())

    def _meanings(self, spec: Spec) -> Mapping[str, frozenset[str]]:
        former = [(value, label) for label, value in spec.former.items()]
        return self._once("meanings", spec, lambda: meanings([*self._offered(spec), *self.offers(spec), *former]))

    def _words(self, spec: Spec) -> Mapping[str, str]:
        return self._once("words", spec, lambda: dict(self.offers(spec)))

    def _once(self, what: str, spec: Spec, work: Callable[[], T]) -> T:
        return once(self._memo, (what, spec.lists, spec.ref, tuple(spec.labels.items())), work)

    @cached_property
    def _other_keys(self) -> Mapping[str, frozenset[str]]:
        return meanings(self.campaign.labels.items())

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, raw: Any, spec: Spec) -> Cell:
        """A JSON value as a cell; ``read`` gives the same value back."""
        if raw is None:
            return None
        shown = self._shown(raw, spec)
        try:
            if not (isinstance(shown, str) and _UNSAFE.search(shown)) and self.read(shown, spec) == raw:
                return shown
        except (Unfit, Unreadable):
            pass
        return MARK + as_json(raw)

    def _shown(self, raw: Any, spec: Spec) -> Cell:
        if isinstance(raw, bool):
            return yes_or_no(raw)
        if isinstance(raw, list):
            return "、".join(str(self._shown(part, spec)) for part in raw)
        if isinstance(raw, dict):
            return f"{raw.get('name', '')}（{raw.get('unit', '')}）"
        if isinstance(raw, int):
            return raw if raw < _PRECISE else str(raw)
        if spec.kind == "day":
            day = date.fromisoformat(raw)
            return day if day.year >= _FIRST_YEAR else raw
        if spec.kind == "clock":
            return time.fromisoformat(raw)
        return self._words(spec).get(raw) or str(raw)

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self, cell: Cell, spec: Spec) -> Any:
        """A cell as a JSON value; None when it is blank.

        Raises:
            Unfit, Unreadable: the cell cannot be read; the message says why and what to write.
        """
        if isinstance(cell, str):
            if cell.startswith(MARK):
                return from_json(cell)
            if not cell.strip():
                return None
        return None if cell is None else _READERS.get(spec.kind, Lexicon._text)(self, cell, spec)

    def _text(self, cell: Cell, spec: Spec) -> str:
        text = words_of(cell)
        return text if spec.kind == "lines" else text.strip()

    def _day(self, cell: Cell, _: Spec) -> str | None:
        if isinstance(cell, datetime):
            cell = cell.date()
        if isinstance(cell, date):
            if cell.year < _FIRST_YEAR:
                raise Unfit(f"“{write_day(cell)}”像是把数字当成了日期。请写成 2月5日 或 2024-02-05。")
            return cell.isoformat()
        if isinstance(cell, float) and cell != int(cell):
            raise Unreadable("day", text=str(cell))
        day = read_day(words_of(cell), years=self.campaign.years_meant(self.today), near=self.today)
        return day.isoformat() if day else None

    def _clock(self, cell: Cell, _: Spec) -> str | None:
        if isinstance(cell, (datetime, time)):
            return cell.strftime("%H:%M")
        if cell == 0 and not isinstance(cell, bool):
            cell = 0.0
        if isinstance(cell, (timedelta, float)):
            days = cell / timedelta(days=1) if isinstance(cell, timedelta) else cell
            hour, minute = divmod(round(days * 1440), 60)
            if not 0 <= hour < 24:  # noqa: PLR2004  hours of a day
                raise Unreadable("clock_range", text=words_of(cell))
            return f"{hour:02d}:{minute:02d}"
        clock = read_clock(words_of(cell))
        return write_clock(clock) if clock else None

    def _count(self, cell: Cell, spec: Spec) -> int | None:
        if isinstance(cell, (bool, date, time, timedelta)):
            raise Unreadable("count", text=words_of(cell))
        return read_count(words_of(cell), unit=spec.unit)

    def _tick(self, cell: Cell, _: Spec) -> bool:
        text = words_of(cell)
        ticked = read_tick(text)
        if ticked is None:
            raise Unfit(f"“{text}”看不出是“是”还是“否”。请填 是 或 否。")
        return ticked

    def _choice(self, cell: Cell, spec: Spec) -> str:
        return self._one(words_of(cell), spec)

    def _ticks(self, cell: Cell, spec: Spec) -> list[str]:
        return [self._one(token, spec) for token in self._tokens(words_of(cell), spec)]

    def _strings(self, cell: Cell, spec: Spec) -> list[str]:
        return list(self._tokens(words_of(cell), spec))

    def _people(self, cell: Cell, spec: Spec) -> list[Any]:
        return [self._somebody(token, spec) for token in self._tokens(words_of(cell), spec)]

    def _person(self, cell: Cell, spec: Spec) -> Any:
        return self._somebody(words_of(cell), spec)

    def _tokens(self, text: str, spec: Spec) -> Iterator[str]:
        """The items of a list; a label that contains a separator is one item."""
        labels = sorted(
            (label for _, label in self.offers(spec) if set(label) & set(SEPARATORS)), key=len, reverse=True
        )
        rest = text.strip(SEPARATORS + " ")
        while rest:
            hit = next(
                (la for la in labels if rest.startswith(la) and rest[len(la) : len(la) + 1] in ("", *SEPARATORS)), ""
            )
            if not hit:
                match = _TOKEN.match(rest)
                hit = match.group() if match else rest
            yield hit.strip()
            rest = rest[len(hit) :].lstrip(SEPARATORS + " ")

    def _one(self, text: str, spec: Spec) -> str:
        """The id or key of one value in words."""
        typed, known = text.strip(), self._meanings(spec)
        meant = known.get(name_key(typed), frozenset())
        if not meant and spec.lists:
            meant = self._other_keys.get(name_key(typed), frozenset())
        if len(meant) > 1:
            raise Unfit(_AMBIGUOUS.format(text=typed, example="、".join(f"{typed}（{i}）" for i in sorted(meant))))
        if meant:
            return next(iter(meant))
        _, ident = name_and_unit(typed) or ("", None)  # 王芳（m03）
        if ident is not None and any(ident in each for each in known.values()):
            return ident
        if spec.ref and is_ident(plain(typed)):
            return plain(typed)
        raise Unfit(self._unknown(typed, spec))

    def _somebody(self, text: str, spec: Spec) -> Any:
        """A member's id, or a person from outside as name and unit: 柏青（局机关）."""
        try:
            return self._one(text, spec)
        except Unfit:
            typed = text.strip()
            name, unit = name_and_unit(typed) or ("", "")
            if not name or len(self._meanings(spec).get(name_key(typed), ())) > 1:
                raise
            return {"name": name, "unit": unit} if unit else {"name": name}

    def _unknown(self, text: str, spec: Spec) -> str:
        if spec.ref == "person":
            return f"党员名册里没有“{text}”。请核对姓名；外单位人员请写成 姓名（单位）。"
        if spec.ref in ("member", "target"):
            return f"党员名册里没有“{text}”。请核对姓名，或先把这名党员登记到名册。"
        if spec.ref == "guest":
            return f"列席人员里没有“{text}”。请核对姓名，或先登记列席人员。"
        if spec.ref:
            return f"“{text}”不是编号。请照“编号”一列填写。"
        listed = "、".join(label for _, label in self.offers(spec))
        return f"“{text}”不在可选的几项里。请从这几项中选：{listed or '（方案里没有）'}。"


_AMBIGUOUS = "“{text}”不止一个。请写明是哪一个：{example}。"
_READERS: Mapping[str, Any] = {
    "day": Lexicon._day,  # noqa: SLF001  the class's own table
    "clock": Lexicon._clock,  # noqa: SLF001
    "count": Lexicon._count,  # noqa: SLF001
    "tick": Lexicon._tick,  # noqa: SLF001
    "choice": Lexicon._choice,  # noqa: SLF001
    "ticks": Lexicon._ticks,  # noqa: SLF001
    "strings": Lexicon._strings,  # noqa: SLF001
    "people": Lexicon._people,  # noqa: SLF001
    "person": Lexicon._person,  # noqa: SLF001
}


def _with_unique_labels(offers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    offers = list(dict.fromkeys(offers))
    known = meanings(offers)
    return [
        (value, label if label and len(known[name_key(label)]) == 1 else f"{label}（{value}）" if label else value)
        for value, label in offers
    ]


def words_of(cell: Cell) -> str:
    """A cell as text, whatever type the spreadsheet stored it as."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, bool):
        return yes_or_no(cell)
    if isinstance(cell, datetime):
        return write_day(cell.date())
    if isinstance(cell, date):
        return write_day(cell)
    if isinstance(cell, time):
        return write_clock(cell)
    return "" if cell is None else str(cell)


def as_json(raw: Any) -> str:
    """A value as JSON that every spreadsheet stores unchanged."""
    text = json.dumps(raw, ensure_ascii=False)
    if _UNSAFE.search(text):
        text = json.dumps(raw)
    return re.sub("x(?=[0-9A-Fa-f]{4}_)", r"\\u0078", text)


def from_json(cell: str) -> Any:
    """The value behind the mark ``JSON:``.

    Raises:
        Unfit: the text behind the mark is not valid JSON.
    """
    try:
        return json.loads(cell.removeprefix(MARK))
    except (json.JSONDecodeError, RecursionError):
        raise Unfit("这一格的内容不完整。请删去，重新填写。") from None
