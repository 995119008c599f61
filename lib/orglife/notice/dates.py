"""Read dates and date spans as notices write them: 2月中、下旬; 3月底前; 即日起至…; 2025年1月—2月; also without a year.

Both ends of a span are inclusive; either may be open (「3月底前」 has no start). A missing year is taken from the words
before, else from the day of the notice: a month that would be long before that day belongs to the next year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from orglife.core.record.numerals import number_of

_TENS = {"上": (1, 10), "中": (11, 20), "下": (21, 0), "初": (1, 10), "底": (0, 0), "末": (0, 0)}  # 0 = the last day
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
_NOTICE_MONTH, _NEXT_MONTH = -1, -2  # in the place of a month
_MONTH_NAMED = {"当": _NOTICE_MONTH, "本": _NOTICE_MONTH, "下": _NEXT_MONTH}
_YEARS = re.compile(r"(20\d\d)年(?!度)")
_AUTUMN = 9  # a span that starts in this month or later may end in the next year without naming the year
_NEAR = 400
"""Maximum distance, in characters, of a named year that applies to a month without one."""
_UNTIL = re.compile(r"(?:截至|截止|截止到|不晚于|不迟于|最迟|最晚|不超过|[后前]至|[后前]到)(?:时间)?：?(?:为|到)?$")


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``end``, both inclusive; without a start they are open to the past.

    Attributes:
        at: Span of its words in the plain text.
        year_stated: Whether the words name the year.
    """

    start: date | None
    end: date
    at: tuple[int, int]
    year_stated: bool = True

    @property
    def value(self) -> dict[str, str | None]:
        """The span as JSON: ISO days."""
        return {
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat(),
        }


class ImpossibleDay(Exception):  # noqa: N818  the caller turns it into a message with the place
    """Words for a day that does not exist, such as 2月30日, or a span that ends before it starts."""

    def __init__(self, at: tuple[int, int]) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True)
class Calendar:
    """The sources of missing years.

    Attributes:
        day: The day of the notice, None without one.
        year: The appraised year (2024年度), None when it is not named.
        named: The first month that is named with its year, None without one.
    """

    day: date | None = None
    year: int | None = None
    named: date | None = None

    def year_for(self, month: int) -> int | None:
        """The year of a month that is named without a year; None when unknown."""
        near = self.day or (self.named if self.year is None else None)
        if near is not None:
            return near.year + (1 if month + 5 <= near.month else 0)
        if self.year is not None:
            return self.year + (1 if month <= 8 else 0)
        return None


def spans(plain: str, calendar_: Calendar, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Days and spans of days in ``plain[start:end]``, from left to right.

    Raises:
        ImpossibleDay: a day that does not exist, or a span that ends before it starts.
    """
    stop = len(plain) if end is None else end
    index, known = start, _year_before(plain, start)
    for match in _all_days(plain):
        if match.start() < index or match.end() > stop:
            continue
        span = _read(match, calendar_, known)
        index = match.end()
        if span is None:
            continue
        if _UNTIL.search(plain, start, match.start()):
            span = replace(span, start=None)
        known = span.end.year if span.year_stated else known
        yield span


def _year_before(plain: str, start: int) -> int | None:
    years = _YEARS.findall(plain, max(0, start - _NEAR), start)
    return int(years[-1]) if years else None


@lru_cache(maxsize=2048)
def _all_days(plain: str) -> tuple[re.Match[str], ...]:
    """All matches of all patterns, by position, the longest first."""
    matches = [match for pattern in (*_SPANS, *_ONE) for match in pattern.finditer(plain)]
    return tuple(sorted(matches, key=lambda m: (m.start(), -m.end())))


def _read(match: re.Match[str], days: Calendar, known: int | None) -> Span | None:
    """The span of a match, None when its year is unknown; ``known`` is a year named before it."""
    parts = match.groupdict()
    first, second = _named(parts, "1"), _named(parts, "2")
    at = match.span()
    if parts.get("now"):
        last = _resolve(second, days, known, at)
        return _ordered(Span(days.day, last[1], at, second.year is not None)) if last else None
    begin = _resolve(first, days, known, at)
    if begin is None:
        return None
    stated = first.year is not None or (known is not None and first.ahead is None)
    if not second.first and not second.day:
        return Span(None if parts.get("before") else begin[0], begin[1], at, stated)
    if second.first in (0, _NOTICE_MONTH):  # 「2月10日至20日」, 「2月10日至当月20日」
        second = replace(second, first=first.first, last=first.first)
    if second.year is None and second.ahead is None:
        winter = first.first >= _AUTUMN and 0 < second.first < first.first
        second = replace(second, year=begin[0].year + (winter or "次年" in match.group()))
    finish = _resolve(second, days, known, at)
    return _ordered(Span(begin[0], finish[1], at, stated)) if finish else None


def _ordered(span: Span) -> Span:
    if span.start and span.end < span.start:
        raise ImpossibleDay(span.at)
    return span


@dataclass(frozen=True)
class _Named:
    """The parts of one end of a span.

    Attributes:
        year: As written, None when it is missing.
        ahead: Number of years after the year of the notice (今年 0, 明年 1); None without such a word.
        first: The first month, 1 to 12; 0 = none, else ``_NOTICE_MONTH`` or ``_NEXT_MONTH``.
        last: The last month; differs from ``first`` for a quarter or half a year.
        day: 0 = none.
        part: The part of the month, such as 上旬 or 底; "" = none.
    """

    year: int | None
    ahead: int | None
    first: int
    last: int
    day: int = 0
    part: str = ""


_AHEAD = {"今年": 0, "本年": 0, "明年": 1, "次年": 1}
_DECEMBER = 12


def _named(parts: Mapping[str, str | None], n: str) -> _Named:
    """The groups of a match for its first (``n`` "1") or second (``n`` "2") end."""

    def value(group: str) -> str:
        return parts.get(f"{group}{n}") or ""

    year, ahead = int(value("y")) if value("y") else None, _AHEAD.get(value("r"))
    if n == "1" and parts.get("half"):
        first = 1 if parts["half"] == "上" else 7
        return _Named(year, ahead, first, first + 5)
    if n == "1" and parts.get("yearend"):
        if parts["yearend"] == "元旦":  # before New Year means by the end of the year before
            year, ahead = year - 1 if year else None, ahead - 1 if ahead else None
        return _Named(year, ahead, _DECEMBER, _DECEMBER, 31)
    if quarter := value("quarter"):
        last = 3 * number_of(quarter[-1])
        return _Named(year, ahead, last - 2, last)
    month = _MONTH_NAMED[value("same")[0]] if value("same") else number_of(value("m"))
    return _Named(year, ahead, month, month, number_of(value("d") or value("c")), value("t"))


def _year(end: _Named, days: Calendar, known: int | None) -> int | None:
    if end.year is not None:
        return end.year
    if end.ahead is not None and days.day:
        return days.day.year + end.ahead
    if known is not None:
        return known
    return days.year_for(days.day.month if days.day and end.first in (_NOTICE_MONTH, _NEXT_MONTH) else end.first)


def _resolve(end: _Named, days: Calendar, known: int | None, at: tuple[int, int]) -> tuple[date, date] | None:
    """The first and last day of one end, None when the year is unknown.

    Raises:
        ImpossibleDay: the month or day does not exist.
    """
    year = _year(end, days, known)
    if year is None:
        return None
    months = end.first, end.last
    if end.first < 0:
        if days.day is None:
            return None
        year, month = _beside(days.day, end.first, year)
        months = month, month
    if not 1 <= months[0] <= _DECEMBER:
        raise ImpossibleDay(at)
    first, last = _month(year, months[0])[0], _month(year, months[1])[1]
    if end.day > last.day:
        if end.year is None and (last.month, end.day) == (2, 29):
            return None  # 2月29日 exists only in some years, and the year is unknown
        raise ImpossibleDay(at)
    if end.day:
        return last.replace(day=end.day), last.replace(day=end.day)
    return _part(end.part, first, last) if end.part else (first, last)


def _beside(day: date, named: int, year: int) -> tuple[int, int]:
    """The year and month of 「本月」 or 「下月」 in a notice of this day."""
    if named == _NOTICE_MONTH:
        return year, day.month
    return day.year + day.month // _DECEMBER, day.month % _DECEMBER + 1


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _part(words: str, first: date, last: date) -> tuple[date, date]:
    """The first and last day of a part of a month: 上旬, 中下旬, 上半月 or 底."""
    if words.endswith("半月"):
        return (first, first.replace(day=15)) if words[0] == "上" else (first.replace(day=16), last)
    named = [char for char in words if char in _TENS]
    begin, finish = _TENS[named[0]][0], _TENS[named[-1]][1]
    return first.replace(day=begin or last.day), first.replace(day=finish or last.day)
