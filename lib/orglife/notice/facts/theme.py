"""Read the theme of the campaign and the appraised year."""

from __future__ import annotations

import re

from orglife.core.record.numerals import by_digit
from orglife.notice.clause import HEAD, NoticeClause
from orglife.notice.model import Fact, Notice, Sure, quote_at

_THEMES = (
    re.compile(
        r"主题，?(?:不变，)?(?:仍然?|统一)?(?:确定|定)?(?:即|是|为|：)+(?!什么)[“]?(?P<v>[^。；]+?)[”]?(?=。|；|$)"
    ),
    re.compile(r"以“(?P<v>[^”]+)”为(?:会议)?[主议]题"),
    re.compile(
        r"(?P<v>以(?:[^，。；“”]|“[^”]{2,12}”){4,80}?为主题(?:，(?:紧?紧?围绕|紧扣|重点对照|对照)(?:《[^》]*》|“[^”]*”|[^，。；])*)*)"
    ),
    re.compile(r"(?:紧扣|扣紧|突出|围绕|聚焦)“(?P<v>[^”]+)”(?:这一|这个|的)?(?:主题|总要求)"),
    re.compile(r"(?:会|会议|组织生活会)[^，。；]{0,6}围绕“(?P<v>[^”]{6,60})”[^，。；]{0,3}(?:开|召开|进行|展开)"),
    re.compile(r"以“(?P<v>[^”]+)”为题"),
    re.compile(r"围绕(?P<v>[^，。；]{6,80})，(?:认真|精心|高质量|集中)*(?:开好?|召开)[^，。；]{0,14}组织生活会"),
    re.compile(r"(?:紧紧|重点)?(?:围绕|紧扣)(?P<v>[^，。；]{6,}?)(?:这一|这个|的)?主题"),
    re.compile(r"(?:紧紧|重点)围绕(?P<v>[^。；]{8,140}?)(?:来)?(?:进行|开展|召开)(?=[，。；])"),
)
_FOCUS = re.compile(r"(?:聚焦|紧扣|突出)“(?P<v>[^”]{10,60})”(?=，)")
_AROUND = re.compile(r"围绕(?P<v>[^。；]{8,140}?)(?:召开|开展|进行)")
_QUOTED = re.compile(r"(?:围绕|紧扣|聚焦|突出)“(?P<v>[^”]{6,60})”")


def theme(notice: Notice) -> Fact | None:
    """The theme; clauses under a heading with 主题 are searched first.

    Value: the quoted text.
    """
    clauses = sorted(notice.body, key=lambda c: "主题" not in c.context)
    headed = _headed(notice) or _in_letterhead(notice)
    if headed and len(headed.value) <= _LONG_THEME:
        return headed
    about = [c for c in clauses if "主题" in c.context]
    ways = (
        *((way, clauses) for way in _THEMES),
        (_AROUND, about),
        (_QUOTED, about),
    )
    candidates = (_quoted_theme(c, *m.span("v")) for way, places in ways for c in places if (m := way.search(c.plain)))
    if best := next(filter(None, candidates), None) or headed:
        return best
    focused = (_quoted_theme(c, *m.span("v"), "uncertain") for c in clauses if (m := _FOCUS.search(c.plain)))
    return next(filter(None, focused), None)


def _quoted_theme(clause: NoticeClause, start: int, end: int, sure: Sure = "stated") -> Fact | None:
    """A part of a clause as the theme; None when it is only punctuation."""
    at = quote_at(clause, start, end)
    return Fact(at.quote, (at,), sure) if at.quote else None


def _in_letterhead(notice: Notice) -> Fact | None:
    """The theme in a line 「主题：……」 in the letterhead."""
    for clause in notice.clauses:
        match = re.fullmatch(r"(?:会议)?主题：(?P<v>[^。]{4,80})。?", clause.plain)
        if match and clause.zone == HEAD:
            return _quoted_theme(clause, *match.span("v"))
    return None


_LONG_THEME = 70
"""Maximum characters of a text under the heading 主题 that is only the theme."""


def _headed(notice: Notice) -> Fact | None:
    """The theme in the first sentence under a heading such as 会议主题."""
    for clause in notice.body:
        at = clause.title if clause.heading else "/".join(clause.above[-1:])
        start, end = next(((s, e) for s, e in clause.line.sentences if s >= clause.heading), (0, 0))
        if (
            re.fullmatch(
                r"(?:关于|先?说|明确|定|突出|紧扣|聚焦)?(?:会议|活动|开会|本次会议)?(?:的)?主题(?:是什么|怎么定)?？?",
                at,
            )
            and end - start > 4
        ):
            inner = _THEMES[1].search(clause.plain, start, end) or _THEMES[0].search(clause.plain, start, end)
            return _quoted_theme(clause, *(inner.span("v") if inner else (start, end)))
    return None


_YEAR_OF = re.compile(
    r"(20\d\d|二[〇○零O][〇○零O一二三四五六七八九]{2})年度[^，。；]{0,40}(?:组织生活会|民主评议|评议党员)"
)
_ANY_YEAR = re.compile(r"(20\d\d)年度(?=[^，。；《》]{0,12}(?:党员|党建|工作|党组织|支部))")


def _may_be_appraised(notice: Notice, year_: int) -> bool:
    """Whether a notice of its day can appraise this year: the year of that day, or until August the year before."""
    day = notice.calendar.day
    return day is None or year_ == day.year or (year_ == day.year - 1 and day.month <= _LAST_MONTH)


_LAST_MONTH = 8


def year(notice: Notice, window: Fact | None) -> Fact | None:
    """The appraised year: 2024年度 in title or text, else the year of the meeting.

    Value: a number.
    """
    title = [c for c in notice.clauses if c.zone == "head"]
    for clauses in (title, list(notice.body)):
        for clause in clauses:
            matched = _YEAR_OF.search(clause.plain)
            appraised = int(by_digit(matched.group(1))) if matched else 0
            if matched and _may_be_appraised(notice, appraised):
                return Fact(appraised, (quote_at(clause, *matched.span()),))
    for clause in notice.body:
        for match in _ANY_YEAR.finditer(clause.plain):
            return Fact(int(match.group(1)), (quote_at(clause, *match.span()),), "derived")
    if window:
        first = window.value["start"] or window.value["end"]
        return Fact(int(first[:4]), window.words[:1], "derived")
    return None
