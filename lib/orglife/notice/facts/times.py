"""Read the window of the meeting and other time limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from itertools import pairwise

from orglife.core.errors import NoticeContradicts
from orglife.notice.clause import NoticeClause
from orglife.notice.dates import Span
from orglife.notice.facts import rows
from orglife.notice.facts.days import days_in
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at

_MEETING = "(?:专题)?组织生活会|会议|民主评议"
_ABOUT_TIME = re.compile(r"时间|^日子|开会日期|会议日期|召开日期|时段|会期|日程|进度|(?:什么时候|何时)[召]?开")
_TIME_IS = re.compile(r"时间(?:从|自|为|定[在于]|安排在|在|是|：)")
_MEETS = re.compile(
    r"^[（“]?(?:会议(?:阶段)?|开会|会中|召开(?:会议|组织生活会)|集中召开|(?:会议|组织生活会|开会)(?:召开|和|与|、|民主|评议|测评){1,3}(?:阶段|环节))(?:[—：，（]|$)|^[（“]?(?:会议(?:阶段)?|开会)[）”](?:阶段)?|^开$"
)
"""A heading with the days of the meeting itself: 「（会议）——7月12日至8月15日」."""
_AMONG = re.compile(
    r"其中[^，。；]{0,6}(?:会议|组织生活会)|(?:会议|开会|组织生活会)(?:[和与、](?:民主)?(?:评议|测评))?(?:集中(?:安排|在|于)|[要应须]在)"
)
"""Words for the days of the meeting within the days of the whole work."""
_LOOKS_BACK = re.compile(
    r"来看|反映出|暴露出|发现[^，。；]{0,6}(?:仍|还|有的)|取得了|[以]来，|(?:抽查|督查|检查|回头看”?)中"
)
"""Words for past events, whose days do not count."""
_NO_MEETING = re.compile(r"启动|筹备|准备|整改")
"""Words for other stages, when the meeting is not mentioned."""
_OTHER_STAGE = re.compile(r"：(?:启动|动员|部署|准备|报送|上报|总结|整改)")
_HELD = re.compile(
    rf"(?:{_MEETING})[^，。；]{{0,3}}[从自].*(?:开始|起)|(?<=[日旬底月前间])(?:集中)?(?:开会|召开(?=.{{0,8}}(?:会议|组织生活会|支部|党员大会))|开完)|(?:{_MEETING}).*(?:召开|开完|定在|进行|开展|举行|完成|安排在|定于|放在)|(?:召开|举行|进行|开好|开完|组织|完成).*(?:{_MEETING})|(?:由各|各).{{0,14}}召开|会议.{{0,3}}在.*[间内]开(?!始)|开会(?:的?(?:日子|时间)|[和与、](?:民主)?(?:评议|测评))?(?:放在|定在|安排在|集中在)|[日旬月份前间]，[^，。；]{{0,14}}开会"
)
_SENT_UP = r"(?:总结|小结|综述|情况|材料|报表|统计表)[^，。；、]{0,12}(?:报|送|交)(?![告名到道流])"
"""「将总结报省委组织部」: a day for sending a summary is not a day of the meeting."""
_LATER = re.compile(rf"报送|上报|报告|备案|汇总表|整改|公示|方案|学习|谈心|会前|撰写|征求|{_SENT_UP}")
_NOT_HELD = re.compile(rf"报送|上报|报告|备案|整改|方案|{_SENT_UP}")
_LATEST = re.compile(
    r"^(?![^。；]*(?:可以|如|确|特殊))[^。；]{0,24}?(?:最迟|至迟|最晚)(?:不?超过|不晚于|不迟于|至|到|于|在)?$"
)
_BEGINS = re.compile(
    r"^(?:（[^）]*）)?(?:这一?[周天]|当[周天])?(?:开始|起步?|启动|动手)(?:依次|陆续|分批)?(?:召开|开会|进行)?，?(?:直?到|至)?[^。；]{0,16}$"
)
_ENDS = re.compile(r"(?:（[^）]*）)?(?:之?前|以前)?(?:全部|基本)?(?:结束|止|为止|完成|收尾|(?:召?开|进行)完)")
"""「从2月1日开始，到月底、也就是2月28日结束」 is one span."""
_THAT_IS = re.compile(r"^，?(?:也就是|即|具体)")
_DONE = re.compile(r"(?:全部|全面|基本)?(?:完成|结束)")
_PLAN = re.compile(r"(?:制定|制订|研究制定|拟定).{0,30}方案|方案.{0,10}(?:制定|报)")


class _Weight(IntEnum):
    """How clearly days belong to the meeting, the clearest first."""

    AMONG = 0
    """Singled out of the days of the whole work: 「其中组织生活会在……」."""
    STATED = 1
    """Under a heading about time, or in a sentence about holding the meeting."""
    LIMIT = 2
    """A day by which the meeting is done, or the days of the stage in which it is held."""
    BESIDE = 3
    """Given for the meeting together with something else."""


def require_days(notice: Notice) -> None:
    """Refuse a notice with a day that does not exist.

    Raises:
        NoticeDate: names its quote and place.
    """
    for clause in notice.clauses:
        days_in(notice, clause)


def meeting_window(notice: Notice) -> Fact | None:
    """The days on which the meeting is held.

    Value: ``start`` and ``end`` (ISO days, both inclusive; None is an open end).

    Clauses under a heading 时间 come first, then sentences about holding the meeting, then days by which it is done.

    Raises:
        NoticeContradicts: two places of the same weight name different days.
    """
    by_weight: dict[_Weight, list[tuple[Span, NoticeQuote]]] = {}
    for clause, start, end in _sentences(notice):
        for weight, span, at in _windows(notice, clause, start, end):
            by_weight.setdefault(weight, []).append((span, at))
    for span, at in rows.meeting_days(notice):
        by_weight.setdefault(_Weight.STATED, []).append((span, at))
    for span, at in _stages(notice):
        by_weight.setdefault(_Weight.LIMIT, []).append((span, at))
    if not by_weight:
        return None
    weight = min(by_weight)
    best = by_weight[weight]
    plain = weight <= _Weight.LIMIT
    if plain and (each := _of_each_kind(best)):
        return each
    if plain:
        best = _of_one_meeting(best)
    limits = by_weight.get(_Weight.LIMIT, [])
    span, at = next(((s, w) for s, w in best if s.start), best[0])
    if weight == _Weight.STATED:
        _require_overlap("会议时间", best, limits)
        if span.start is None:
            span, at = next(((s, w) for s, w in limits if s.start and s.start <= (span.end or s.start)), (span, at))
    return _narrowed(notice, span, at, limits, sure=plain)


_STAGE = re.compile("阶段|实施|会中|集中")
_HELD_IN_STAGE = re.compile(
    "(?:组织生活会|会议)[^，。；]{0,6}由[^，。；]{2,12}主持|召开(?:会议|[^，。；]{0,8}组织生活会)|书记主持(?:会议|，)"
)


def _stages(notice: Notice) -> Iterator[tuple[Span, NoticeQuote]]:
    """Days of the stage in which the meeting is held: 「（二）实施阶段（1月25日至2月9日）」, with the meeting's chair below."""
    clauses = notice.body
    for number, clause in enumerate(clauses):
        if not (clause.is_heading and _STAGE.search(clause.title)) or _NO_MEETING.search(clause.title):
            continue
        spans = [s for s in days_in(notice, clause) if s.end]
        below = (c for c in clauses[number + 1 :] if c.above and c.above[-1] == clause.title)
        if spans and any(_HELD_IN_STAGE.search(c.plain) for c in below):
            yield spans[0], quote_at(clause, 0, len(clause.plain))


def _narrowed(
    notice: Notice, span: Span, at: NoticeQuote, limits: Sequence[tuple[Span, NoticeQuote]], *, sure: bool
) -> Fact:
    """The window, adjusted by a later limit or by a limit within it; uncertain unless ``sure``."""
    later = _later_limit(notice, span, at) if span.start is None else None
    if later:
        return Fact(replace(span, end=later[0].end).value, (at, later[1]), "uncertain")
    by = next((x for x in limits if _narrows(x[0], x[1], span, at)), None)
    if by:
        narrow = replace(span, end=by[0].end)
        return Fact(narrow.value, (by[1], at), "stated" if span.year_stated else "derived")
    return Fact(span.value, (at,), "uncertain" if not sure else "stated" if span.year_stated else "derived")


_OF_MEETING = re.compile("会|召开|开完|评议")
_BEFORE_DAY = re.compile(r"[^\d]*")
_NO_TIME = re.compile("时间|安排|即日|[，。：；、（）为在于从自约]")


_WHOSE = re.compile(r"^[^\d]{0,30}?(?P<whose>[^，。；：、\d]{2,8}(?:党支部|支部|单位|企业|学校|村))")


def _of_each_kind(windows: list[tuple[Span, NoticeQuote]]) -> Fact | None:
    """The days from the first to the last, if each kind of branch has days of its own; else None."""
    of_whom = [(m.group("whose"), span, at) for span, at in windows if (m := _WHOSE.search(at.quote)) and span.end]
    if len({whose for whose, _, _ in of_whom}) < _FEW or len(of_whom) < len(windows):
        return None
    starts, ends = [s.start for _, s, _ in of_whom], [s.end for _, s, _ in of_whom if s.end]
    first = min(s for s in starts if s) if all(starts) else None
    value = {"start": first.isoformat() if first else None, "end": max(ends).isoformat()}
    return Fact(value, tuple(at for _, _, at in of_whom), "uncertain")


def _of_one_meeting(windows: list[tuple[Span, NoticeQuote]]) -> list[tuple[Span, NoticeQuote]]:
    """The windows; if some contradict each other, without those of something else.

    Raises:
        NoticeContradicts: two windows of the meeting contradict each other.
    """
    try:
        _require_one("会议时间", windows)
    except NoticeContradicts:
        of_meeting = [f for f in windows if _OF_MEETING.search(f[1].quote) or len(_what_for(f[1].quote)) < _FEW]
        if not of_meeting or len(of_meeting) == len(windows):
            raise
        _require_one("会议时间", of_meeting)
        return of_meeting
    return windows


def _what_for(quote: str) -> str:
    """The words before the day, without words of time: 自查自评 in 「自查自评：1月5日至15日」."""
    before = _BEFORE_DAY.match(quote)
    return _NO_TIME.sub("", before.group()) if before else ""


_FEW = 2


_AT_LATEST = re.compile(r"(?:最迟|最晚|至迟)(?:不(?:得)?(?:超过|晚于|迟于))?(?:在|于|到|至)?")


def _later_limit(notice: Notice, span: Span, at: NoticeQuote) -> tuple[Span, NoticeQuote] | None:
    """「甲支部7月20日前开完；乙支部可适当延后，最迟不超过9月10日」: the later day is the end for all branches."""
    for clause, start, end in _sentences(notice):
        if clause.where != at.place or at.quote not in clause.line.raw or "整改" in clause.plain[start:end]:
            continue
        match = _AT_LATEST.search(clause.plain, start, end)
        days = days_in(notice, clause, match.end(), end) if match else []
        if match and days and days[0].end and span.end and days[0].end > span.end and days[0].at[0] - match.end() < 3:
            return days[0], quote_at(clause, match.start(), days[0].at[1])
    return None


def _narrows(by: Span, quote: NoticeQuote, span: Span, at: NoticeQuote) -> bool:
    """Whether 「…前召开组织生活会」 is a limit within the days of the whole work."""
    whole = (
        "民主评议" in at.quote and "召开" in quote.quote and "组织生活会" in quote.quote and "完成" not in quote.quote
    )
    return bool(whole and by.start is None and by.end and span.start and span.end and span.start < by.end < span.end)


def _windows(notice: Notice, clause: NoticeClause, start: int, end: int) -> Iterator[tuple[_Weight, Span, NoticeQuote]]:
    """The days in a sentence that belong to the meeting, each with its weight and quote."""
    timed = (
        bool(_TIME_IS.match(clause.plain, start, end))
        or bool(_MEETS.search(clause.title))
        or bool(_ABOUT_TIME.search(clause.title))
        or (not clause.title and bool(_ABOUT_TIME.search("/".join(clause.above[-1:]))))
    )
    for part in _parts(clause, start, end):
        spans = days_in(notice, clause, *part)
        text = clause.plain[part[0] : part[1]]
        if not spans or _LOOKS_BACK.search(text):
            continue
        if _OTHER_STAGE.search(text) or (_NO_MEETING.search(text) and not re.search("会议|召开|开会|开完", text)):
            continue
        text = _with_title(clause, text, alone=spans[0].at == part)
        held, later, done = _HELD.search(text), _LATER.search(text), _DONE.search(text)
        for span in _meant(clause, spans):
            at = quote_at(clause, *part)
            if held and not later and _AMONG.search(text):
                yield _Weight.AMONG, span, at
            elif held and not later and not done and re.search("组织生活会|召开", text):
                yield _Weight.STATED if timed or span.start else _Weight.LIMIT, span, at
            elif timed and not later:
                yield _Weight.STATED if not done or span.start else _Weight.LIMIT, span, at
            elif held and not later:
                yield _Weight.LIMIT, span, at
            elif (
                held
                and re.search("(?:召开|开好|完成|进行).{0,20}组织生活会|组织生活会.{0,20}(?:召开|完成|进行)", text)
                and not _NOT_HELD.search(text)
            ):
                yield _Weight.BESIDE, span, at


def _with_title(clause: NoticeClause, text: str, *, alone: bool) -> str:
    """The text, with its heading in front if that says what is held; ``alone``: the text is only a day."""
    if alone and re.search("召开会议|召开组织生活会|^开会$", clause.title):
        return f"召开组织生活会：{text}"
    if "组织生活会" in clause.title and re.search("召开|举行", text):
        return f"{clause.title}：{text}"
    return text


def _meant(clause: NoticeClause, days: Sequence[Span]) -> Sequence[Span]:
    """The first days in a sentence, adjusted by the days after them: 「……，最迟到……」, 「……，也就是……」."""
    between = clause.plain[days[0].at[1] : days[1].at[0]] if len(days) > 1 else ""
    if between and days[1].end and _BEGINS.search(between) and _ENDS.match(clause.plain, days[1].at[1]):
        return (replace(days[0], end=days[1].end, at=(days[0].at[0], days[1].at[1])),)
    if between and _LATEST.search(between):
        return (replace(days[0], end=days[1].end),)
    return days[1:2] if between and _THAT_IS.search(between) else days[:1]


def _sentences(notice: Notice) -> Iterator[tuple[NoticeClause, int, int]]:
    for clause in notice.body:
        for start, end in clause.line.sentences:
            yield clause, start, end


def _parts(clause: NoticeClause, start: int, end: int) -> Sequence[tuple[int, int]]:
    """The parts of a sentence between semicolons, and between commas if each part has a day of its own."""
    parts = []
    for piece in re.finditer(r"[^；。]+", clause.plain[start:end]):
        begin, stop = start + piece.start(), start + piece.end()
        commas = list(clause.line.clauses(begin, stop))
        dated = [
            s
            for s in commas
            if re.search(r"^(?!至|到|最迟|至迟|最晚|[^，]*止$).*(?:\d月|即日起|当月|季度)", clause.plain[s[0] : s[1]])
        ]
        dated = [s for n, s in enumerate(dated) if not (n and _is_end(clause, dated[n - 1], s))]
        if len(dated) > 1:
            cuts = [begin, *(s[0] for s in dated[1:]), stop]
            parts += list(pairwise(cuts))
        else:
            parts.append((begin, stop))
    return parts


_BEGUN = re.compile(r"(?:开始|起步?|启动|动手|起(?:依次|陆续|分批)?(?:召开|开会|进行))$")
_ENDED = re.compile(
    r"(?:[^，。；]{0,4}\d{4}年)?[^，。；]{0,6}[\d日号旬月底初末]前?(?:全部|基本)?(?:结束|完成|收尾|(?:召?开|进行)完毕?|召开)$"
)


def _is_end(clause: NoticeClause, before: tuple[int, int], piece: tuple[int, int]) -> bool:
    """Whether a part gives the end for the start in the part before it: 「1月上旬开始，2月底前结束」 is one span."""
    return (
        piece[0] - before[1] <= 1
        and bool(_BEGUN.search(clause.plain[slice(*before)]))
        and bool(_ENDED.fullmatch(clause.plain[slice(*piece)]))
    )


def _require_one(what: str, windows: Sequence[tuple[Span, NoticeQuote]]) -> None:
    """Refuse windows that contradict each other.

    Raises:
        NoticeContradicts: names both places and quotes.
    """
    first, at = windows[0]
    for other, place in windows[1:]:
        if "阶段" in at.quote + place.quote:
            continue
        if place.place != at.place and (first.start, first.end) != (other.start, other.end) and _apart(first, other):
            raise NoticeContradicts(what=what, one=at.quote, place=at.place, other=place.quote, there=place.place)


def _require_overlap(
    what: str, direct: Sequence[tuple[Span, NoticeQuote]], others: Sequence[tuple[Span, NoticeQuote]]
) -> None:
    """Refuse a window and a limit of the same meeting that have no day in common.

    Raises:
        NoticeContradicts: names both places and quotes.
    """
    for one, at in direct[:1]:
        for other, place in others:
            meets = re.search("召开.*组织生活会|组织生活会.*召开", place.quote) and "阶段" not in place.quote
            if meets and one.start and other.end and other.end < one.start:
                raise NoticeContradicts(what=what, one=at.quote, place=at.place, other=place.quote, there=place.place)


def _apart(one: Span, other: Span) -> bool:
    """Whether neither window is within the other."""

    def within(a: Span, b: Span) -> bool:
        low, high = date.min, date.max
        return (b.start or low) <= (a.start or b.start or low) and (a.end or high) <= (b.end or high)

    return not within(one, other) and not within(other, one)


def _limit(notice: Notice, clause: NoticeClause, start: int, end: int, about: re.Pattern[str]) -> Fact | None:
    """The last day in the first part of a sentence that matches ``about``."""
    for part in _parts(clause, start, end):
        text = clause.plain[part[0] : part[1]]
        if not about.search(text):
            continue
        days = days_in(notice, clause, *part)
        for span in (*_meant(clause, days), *days) if days else ():
            if span.end:
                sure: Sure = "stated" if span.year_stated else "derived"
                return Fact(span.end.isoformat(), (quote_at(clause, *part),), sure)
    return None


def plan_deadline(notice: Notice) -> Fact | None:
    """The deadline of the branch's own plan, as an ISO day."""
    sentences = ((c, s, e) for c, s, e in _sentences(notice) if not re.search("整改", c.plain[s:e]))
    limits = (_limit(notice, c, s, e, _PLAN) for c, s, e in sentences)
    return next((f for f in limits if f), None)


_ALL_DONE = re.compile(
    r"(?:组织生活会|民主评议|评议党员|工作|会议).*(?:完成|结束)|(?:完成|结束).*(?:组织生活会|民主评议)"
)
_IS_DONE = re.compile("完成|结束")


def finish_by(notice: Notice) -> Fact | None:
    """The day by which meeting and appraisal must be finished, as an ISO day."""
    for clause, start, end in _sentences(notice):
        text = clause.plain[start:end]
        if _ALL_DONE.search(text) or (_DONE.search(text) and _ABOUT_TIME.search(clause.context)):
            fact = _limit(notice, clause, start, end, _IS_DONE)
            if fact and not re.search("整改|方案|会前", fact.first.quote):
                return fact
    return None
