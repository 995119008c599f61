"""Days in all the ways that notices write them: 2月中、下旬; 3月底前; 即日起至…; 2025年1月—2月; years left out.

A span has two ends, both inclusive; either may be open (「3月底前」 has no beginning). A year that is left out comes
from the words before it, else from the day of the notice: a month that would lie far before that day is the next year's.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

_TENS = {"上": (1, 10), "中": (11, 20), "下": (21, 0), "初": (1, 10), "底": (0, 0), "末": (0, 0)}
_YEAR = r"(?:(?P<y{n}>20\d\d)年(?!度)|(?P<r{n}>今年|明年|本年|次年)|)"
_POINT = (
    _YEAR
    + r"(?:(?P<m{n}>\d{{1,2}}|(?:元(?=月)|十[一二]?|(?<![十个第])[一二三四五六七八九])(?=月(?!内|[之以]内)))月份?|(?P<same{n}>当月|本月|下个?月)|(?P<quarter{n}>[一二三四]|第[一二三四])季度)"
    + r"(?:(?P<d{n}>\d{{1,2}})(?:[日号]|(?!\d))|(?P<c{n}>三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]|(?P<t{n}>[上下]半月|[上中下](?:旬)?[、和至]?(?:[上中下]旬)?旬?|[初底末]))?"
)
_BARE = r"(?:(?P<d{n}>\d{{1,2}})|(?P<c{n}>三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]))[日号]"
_DOTTED = r"(?P<y{n}>20\d\d)[./—](?P<m{n}>\d{{1,2}})[./—](?P<d{n}>\d{{1,2}})(?!\d)"
_CLOCK = (
    r"(?:（[^）\d]{1,8}）)?(?:（?(?:星期|周)[一二三四五六日天]）?)?(?:[上下中]午)?(?:\d{1,2}[：点时](?:\d{2})?分?)?"
)
_JOIN = r"(?:起|开始)?，?(?:持续|延续|一直)?(?:至|到|—+)(?:次年)?"
_BEFORE = r"(?:（含[^）]{0,4}）)?(?P<before>(?:(?:下班|零时|中午)?[之以]?前|止|截止|截至|为止)?)"


def _point(n: int) -> str:
    return _POINT.format(n=n)


_SPANS = (
    re.compile(_DOTTED.format(n=1) + r"(?:起)?(?:至|到|—+|、)" + _DOTTED.format(n=2)),
    re.compile(_point(1) + _CLOCK + _JOIN + _point(2) + _CLOCK + r"(?:[之以]?前|止)?"),
    re.compile(_point(1) + _JOIN + _BARE.format(n=2)),
    re.compile(_point(1) + r"起，" + _point(2) + r"(?:止|结束)"),
    re.compile(r"(?P<y1>20\d\d)年(?P<m1>\d{1,2})(?P<d1>)(?P<t1>)(?:—+|、|至)(?P<m2>\d{1,2})月份?"),
    re.compile(r"(?P<m1>\d{1,2})(?P<d1>)(?P<t1>)(?P<y1>)(?:—+|至)(?P<m2>\d{1,2})月份?(?![\d])"),
    re.compile(_point(1) + r"、" + _point(2)),
    re.compile(
        r"(?P<now>即日起?|自?本?通知(?:印发|下发|发布)之日起|自?印发之日起|从现在起|从现在|现在起?)(?:开始)?，?(?:至|到|—+|，)?"
        + _point(2)
    ),
)
_ONE = (
    re.compile(_DOTTED.format(n=1) + _CLOCK + _BEFORE),
    re.compile(_point(1) + _CLOCK + _BEFORE),
    re.compile(r"(?<![\d.])(?P<y1>)(?P<m1>1[0-2]|[1-9])\.(?P<d1>[12]\d|3[01]|[1-9])(?P<before>[之以]?前)"),
    re.compile(r"(?:(?P<y1>20\d\d)年)?[今本当]?(?P<yearend>年[底末])" + _BEFORE),
    re.compile(r"(?:(?P<y1>20\d\d)年|(?P<r1>今年|明年|次年)|)(?P<yearend>元旦)(?P<before>[之以]?前)"),
    re.compile(r"(?:(?P<y1>20\d\d)年|(?P<r1>今年|明年|次年))(?P<half>[上下])半年" + _BEFORE),
    re.compile(r"(?<![今明年])(?P<half>[上下])半年(?:[之以]?内|(?=要|应|务必|全部|基本|完成|办))" + _BEFORE),
)
_NOTICE_MONTH, _NEXT_MONTH = -1, -2
_MONTH_NAMED = {"当": _NOTICE_MONTH, "本": _NOTICE_MONTH, "下": _NEXT_MONTH}
_YEARS = re.compile(r"(20\d\d)年(?!度)")
_AUTUMN = 9  # a span that begins from here on may end in the next year without saying so
_NEAR = 400
"""A year named so many characters before still holds for a month without one."""
_UNTIL = re.compile(r"(?:截至|截止|截止到|不晚于|不迟于|最迟|最晚|不超过|[后前]至|[后前]到)(?:时间)?：?(?:为|到)?$")


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``end``, both inclusive; None is an open end.

    Attributes:
        at: Where its words stand in the plain text.
        year_stated: Whether the words name the year.
    """

    start: date | None
    end: date | None
    at: tuple[int, int]
    year_stated: bool = True

    @property
    def value(self) -> dict[str, str | None]:
        """ISO days, as they stand in JSON."""
        return {
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
        }


class ImpossibleDay(Exception):  # noqa: N818  told to the user with its place
    """Words that name no day, such as 2月30日, or a span whose end lies before its beginning."""

    def __init__(self, at: tuple[int, int], *, order: bool = False) -> None:
        super().__init__(at)
        self.at, self.order = at, order


@dataclass(frozen=True)
class Calendar:
    """What years left out are taken from.

    Attributes:
        day: The day of the notice, None when it bears none.
        year: The year that is appraised (2024年度), None when it is not named.
        named: The first month that is named with its year, None when there is none.
    """

    day: date | None = None
    year: int | None = None
    named: date | None = None

    def year_for(self, month: int) -> int | None:
        """The year of a month that is named without one."""
        near = self.day or (self.named if self.year is None else None)
        if near is not None:
            return near.year + (1 if month + 5 <= near.month else 0)
        if self.year is not None:
            return self.year + (1 if month <= 8 else 0)
        return None


def spans(plain: str, calendar_: Calendar, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Days and spans of days in ``plain[start:end]``, from left to right.

    Raises:
        ImpossibleDay: words that name no day, or an end before its beginning.
    """
    stop = len(plain) if end is None else end
    index, known = start, _year_before(plain, start)
    for found in _named(plain):
        if found.start() < index or found.end() > stop:
            continue
        span = _read(found, calendar_, known)
        index = found.end()
        if span is None:
            continue
        if _UNTIL.search(plain[max(start, found.start() - 10) : found.start()]) and span.start is not None:
            span = replace(span, start=None)
        known = (span.end or span.start or date.min).year if span.year_stated else known
        yield span


def _year_before(plain: str, start: int) -> int | None:
    found = _YEARS.findall(plain, max(0, start - _NEAR), start)
    return int(found[-1]) if found else None


@lru_cache(maxsize=2048)
def _named(plain: str) -> tuple[re.Match[str], ...]:
    """All that any pattern finds, by place, the longest first."""
    found = [match for pattern in (*_SPANS, *_ONE) for match in pattern.finditer(plain)]
    return tuple(sorted(found, key=lambda m: (m.start(), -m.end())))


def _read(found: re.Match[str], days: Calendar, known: int | None) -> Span | None:
    parts = found.groupdict()
    first, second = _end(parts, "1"), _end(parts, "2")
    at = found.span()
    if parts.get("now"):
        last = _resolve(second, days, known, at)
        return _ordered(Span(days.day, last[1], at, second.year is not None)) if last else None
    year = _year(first, days, known)
    begin = _resolve(first, days, known, at)
    if begin is None:
        return None
    stated = first.year is not None or (known is not None and first.relative == 0)
    if not second.month and not second.day:
        open_start = bool(parts.get("before"))
        return Span(None if open_start else begin[0], begin[1], at, stated)
    if not second.month:
        second = replace(second, month=first.month)
    if second.year is None and not second.relative and year is not None:
        winter = first.month >= _AUTUMN and second.month < first.month
        roll = 1 if winter or "次年" in found.group() else 0
        second = replace(second, year=year + roll)
    finish = _resolve(second, days, known, at)
    if finish is None:
        return None
    return _ordered(Span(begin[0], finish[1], at, stated or first.year is not None))


def _ordered(span: Span) -> Span:
    if span.start and span.end and span.end < span.start:
        raise ImpossibleDay(span.at, order=True)
    return span


@dataclass(frozen=True)
class _End:
    year: int | None
    relative: int  # 1 = this year, 2 = next year, as the words say
    month: int  # 0 = not named, _NOTICE_MONTH = the month of the notice, _NEXT_MONTH = the one after it
    day: int
    ten: str
    quarter: int  # 1 to 4; 5 and 6 are the halves of the year


_DECEMBER = 12
_FIRST_HALF = 5
_RELATIVE = {"今年": 1, "本年": 1, "明年": 2, "次年": 2}
_CHINESE = {char: n for n, char in enumerate("一二三四五六七八九", start=1)} | {"元": 1}


def _number(text: str | None) -> int:
    """12, 十二 or 三十一 as a number; 0 for nothing."""
    if not text or text.isascii():
        return int(text or 0)
    tens, sep, ones = text.partition("十")
    return _CHINESE.get(tens, 1) * 10 * bool(sep) + _CHINESE.get(ones if sep else tens, 0)


def _end(parts: dict[str, str | None], n: str) -> _End:
    year, relative = parts.get(f"y{n}"), parts.get(f"r{n}")
    quarter = parts.get(f"quarter{n}") or ""
    if n == "1" and parts.get("half"):
        half = _FIRST_HALF + (parts["half"] == "下")
        return _End(
            int(year) if year else None, _RELATIVE.get(relative or "", 0), 1 + 6 * (half - _FIRST_HALF), 0, "", half
        )
    if n == "1" and parts.get("yearend") == "元旦":  # the day before it
        return _End(int(year) - 1 if year else None, 2 * (_RELATIVE.get(relative or "", 0) == 2) and 1, 12, 0, "底", 0)
    if n == "1" and parts.get("yearend"):
        return _End(int(year) if year else None, 0, 12, 0, "底", 0)
    return _End(
        year=int(year) if year else None,
        relative=_RELATIVE.get(relative or "", 0),
        month=_MONTH_NAMED[(parts.get(f"same{n}") or "")[0]] if parts.get(f"same{n}") else _number(parts.get(f"m{n}")),
        day=_number(parts.get(f"d{n}") or parts.get(f"c{n}")),
        ten=parts.get(f"t{n}") or "",
        quarter="一二三四".find(quarter[-1]) + 1 if quarter else 0,
    )


def _year(end: _End, days: Calendar, known: int | None) -> int | None:
    if end.year is not None:
        return end.year
    if end.relative and days.day:
        return days.day.year + end.relative - 1
    if known is not None:
        return known
    return days.year_for(end.month if end.month > 0 else days.day.month if days.day else 0)


def _resolve(end: _End, days: Calendar, known: int | None, at: tuple[int, int]) -> tuple[date, date] | None:
    """The first and last day of the words, None when their year is not known."""
    year = _year(end, days, known)
    if year is None:
        return None
    if end.quarter:
        long, part = (6, end.quarter - _FIRST_HALF) if end.quarter >= _FIRST_HALF else (3, end.quarter - 1)
        return _month(year, long * part + 1)[0], _month(year, long * part + long)[1]
    month = end.month
    if month < 0:
        if days.day is None:
            return None
        year, month = _beside(days.day, month, year)
    if not 1 <= month <= 12:
        raise ImpossibleDay(at)
    first, last = _month(year, month)
    if end.day:
        if end.day > last.day:
            if end.year is None and (month, end.day) == (2, 29):
                return None  # the day is there in some years, and which year is meant is not said
            raise ImpossibleDay(at)
        return date(year, month, end.day), date(year, month, end.day)
    if end.ten:
        return _tens(end.ten, first, last)
    return first, last


def _beside(day: date, named: int, year: int) -> tuple[int, int]:
    """Year and month of 「本月」 or 「下月」 in a notice of this day."""
    if named == _NOTICE_MONTH:
        return year, day.month
    return day.year + day.month // _DECEMBER, day.month % _DECEMBER + 1


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _tens(words: str, first: date, last: date) -> tuple[date, date]:
    if words.endswith("半月"):
        return (first, first.replace(day=15)) if words[0] == "上" else (first.replace(day=16), last)
    named = [char for char in words if char in _TENS]
    begin, finish = _TENS[named[0]][0], _TENS[named[-1]][1]
    return first.replace(day=begin or last.day), first.replace(day=finish or last.day)
