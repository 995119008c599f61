"""Read the days of the meeting and other limits from the sentences that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from orglife.notice.clause import TAIL, NoticeClause
from orglife.notice.dates import Span
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.ranking.units import Unit
from orglife.notice.values.days import days_in

_MEETING = re.compile(r"组织生活会|会议(?!室|记录|方案|情况|材料)|召开|开会|开完|开好|民主评议|会期|评议")
_OTHER = re.compile(
    r"学习|研讨|谈心|谈话|征求|听取|撰写|方案|计划|动员|启动|准备阶段|动员部署|拟[好定]|整改|公示|报送|上报|报告|报[^告名]|备案|汇总|总结(?!表彰)|台账|清单|主题党日|会前|会后|来看|反映出|暴露|督查|送交|交[^流]"
)
_HELD = re.compile("召开|开完|开会|开好|举行")
_DONE = re.compile("完成|结束")
_NEVER = re.compile("整改|报送|上报|主题党日|方案|计划|备案")
_PAST = re.compile("原定|延期|不能按期|去年|来看|反映出|暴露")
_TIME_IS = re.compile("时间(?:从|自|为|定|安排|在|是|：)|^时间")
_TIME = re.compile(
    r"时间|日子|日期|时段|会期|日程|进度|何时|什么时候|召开会议|开会|组织生活会$|会议$|^会中|^开$|集中召开|会议阶段"
)
_ENDS = re.compile(r"(?:开始|起步?|启动|起[^，。；\d]{0,6})，?[^，。；]{0,16}$")
_THAT_IS = re.compile(r"^，?(?:也就是|即|具体)")
_LATEST = re.compile(r"(?:最迟|至迟|最晚)(?:不?得?(?:超过|晚于|迟于)|至|到|于|在)?$")
_DAY = re.compile(r"\d月|即日|当月|季度|[一二三四五六七八九十]月|\d\.\d|年底|半年|元旦")


class _Weight(IntEnum):
    """How clearly days belong to the meeting, the clearest first."""

    NAMED = 0
    """In words about holding the meeting."""
    TIMED = 1
    """Under a heading about time."""
    LIMIT = 2
    """A day by which meeting and appraisal are finished."""
    LIKELY = 3
    """In a sentence that the ranker holds likely, in words about nothing else."""


class _Window(NamedTuple):
    weight: _Weight
    span: Span
    at: NoticeQuote


def meeting_window(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """The days on which the meeting is held.

    Value: ``start`` and ``end`` (ISO days, both inclusive; ``start`` may be None). Windows that exclude each other are
    both quoted, and the fact is ``uncertain``.
    """
    windows = [w for unit in units if unit.clause.zone != TAIL for w in _windows(notice, unit)]
    stated = [w for w in windows if w.weight < _Weight.LIKELY]
    weight = min((w.weight for w in windows), default=_Weight.LIKELY)
    windows = [w for w in windows if w.weight == weight]
    if not windows:
        return None
    first = windows[0]
    if first.span.start is None:  # 「2月10日至20日召开」 says more than 「2月底前完成」
        fuller = next((w for w in windows if w.span.start and _meets(w.span, first.span)), None)
        first = fuller or first
    others = [w for w in stated if not _meets(w.span, first.span)]
    if each := _of_each_kind(windows):
        return each
    beside = [w for w in windows if w.at.place == first.at.place and w.span.start is None]
    last = max((w.span.end for w in beside), default=first.span.end)
    if first.span.start is None and last != first.span.end:  # each kind of branch has its own last day
        return Fact({"start": None, "end": last.isoformat()}, tuple(w.at for w in beside), "uncertain")
    sure: Sure = "stated" if first.span.year_stated else "derived"
    if others or weight == _Weight.LIKELY:
        sure = "uncertain"
    return Fact(first.span.value, (first.at, *(w.at for w in others[:1])), sure)


_WHOSE = re.compile(r"^[^\d]{0,30}?(?P<whose>[^，。；：、\d]{2,8}(?:党支部|支部|单位|企业|学校|村))")


def _of_each_kind(windows: Sequence[_Window]) -> Fact | None:
    """The days from the first to the last, if each kind of branch has days of its own; else None."""
    named = [(m["whose"], w) for w in windows if (m := _WHOSE.search(w.at.quote))]
    if len({whose for whose, _ in named}) < _FEW:
        return None
    starts = [w.span.start for _, w in named if w.span.start]
    ends = [w.span.end for _, w in named]
    first = min(starts).isoformat() if len(starts) == len(named) else None
    return Fact({"start": first, "end": max(ends).isoformat()}, tuple(w.at for _, w in named), "uncertain")


_FEW = 2


def _meets(one: Span, other: Span) -> bool:
    """Whether two spans have a day in common."""
    return max(one.start or date.min, other.start or date.min) <= min(one.end, other.end)


def _windows(notice: Notice, unit: Unit) -> Iterator[_Window]:
    clause = unit.clause
    timed = bool(_TIME.search(clause.title) or (not clause.title and _TIME.search("/".join(clause.above[-1:]))))
    for start, end in _parts(clause, unit.start, unit.end):
        spans = days_in(notice, clause, start, end)
        text = clause.plain[start:end]
        if not spans:
            continue
        text = _near(clause, spans[-1], start, end)
        own = _own(clause, spans[0], start, end)
        held = _MEETING.search(own) and not _OTHER.search(own)
        if _PAST.search(text) or (
            not held and _OTHER.search(text) and not (_HELD.search(text) and not _NEVER.search(text))
        ):
            continue
        named = _MEETING.search(text)
        done = _DONE.search(own) and not _HELD.search(own)
        ways = (
            (named and not done, _Weight.NAMED),
            (timed or _TIME_IS.search(text), _Weight.TIMED),
            (named, _Weight.LIMIT),
        )
        weight = next((weight for says, weight in ways if says), _Weight.LIKELY)
        yield _Window(weight, _meant(clause, spans), quote_at(clause, start, end))


def _own(clause: NoticeClause, span: Span, start: int, end: int) -> str:
    """The words between the commas around some days."""
    own = [s for s in clause.line.clauses(start, end) if s[0] < span.at[1] and span.at[0] < s[1]]
    return clause.plain[own[0][0] : own[-1][1]]


def _near(clause: NoticeClause, span: Span, start: int, end: int) -> str:
    """The words of a part up to the comma after the one that ends the days: further words are about something else."""
    commas = [p for p, char in enumerate(clause.plain[span.at[1] : end], start=span.at[1]) if char in "，："]
    return clause.plain[start : commas[1] if len(commas) > 1 else end]


def _parts(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a unit between semicolons and full stops, and between commas if several parts have days."""
    for piece in re.finditer(r"[^；。]+", clause.plain[start:end]):
        begin, stop = start + piece.start(), start + piece.end()
        cuts = [begin]
        for a, b in clause.line.clauses(begin, stop):
            before = clause.plain[cuts[-1] : a].rstrip("，：")
            joined = re.match("至|到|最迟|至迟|最晚|也就是|即|[^，]*(?:止|结束|开完|收尾|完毕)$", clause.plain[a:b])
            if a > begin and _DAY.search(clause.plain[a:b]) and _DAY.search(before) and not joined:
                cuts.append(a)
        yield from zip(cuts, [*cuts[1:], stop], strict=True)


def _meant(clause: NoticeClause, spans: Sequence[Span]) -> Span:
    """The first days of a part, adjusted by those after them: 「……开始，……结束」, 「……，也就是……」, 「最迟……」."""
    first = spans[0]
    if _LATEST.search(clause.plain, endpos=first.at[0]):
        return replace(first, start=None)
    if len(spans) > 1:
        between = clause.plain[first.at[1] : spans[1].at[0]]
        if _ENDS.search(between) or _LATEST.search(between):
            return replace(first, end=spans[1].end)
        if _THAT_IS.search(between):
            return spans[1]
    return first


def last_day(notice: Notice, units: Sequence[Unit], about: re.Pattern[str]) -> Fact | None:
    """The last day named in a part of a unit that matches ``about``.

    Value: an ISO day.
    """
    for unit in units:
        for start, end in _parts(unit.clause, unit.start, unit.end):
            days = days_in(notice, unit.clause, start, end)
            if days and about.search(unit.clause.plain[start:end]):
                span = _meant(unit.clause, days)
                sure: Sure = "stated" if span.year_stated else "derived"
                return Fact(span.end.isoformat(), (quote_at(unit.clause, start, end),), sure)
    return None
