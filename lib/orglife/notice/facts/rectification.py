"""Read the rules for rectification after the meeting: sources of the problems, lists to draw up, deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.dates import Span
from orglife.notice.listing import items, pieces
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.values.agreeing import half_sentences
from orglife.notice.values.days import days_in

_MENDS = re.compile(
    r"整改|条目|所列|改[完好]|办结|改到位|承诺卡|清单|台账|[一二三]?张?问题单|建账|销号|清零|立行立改|问题(?:的)?来源|问题从[^，。；]{1,6}来"
)
_SOURCES = (
    re.compile(
        r"(?:条目|清单|台账|任务书|事项|问题|内容)(?:取自|来自|出自|源于|限于)(?P<list>[^，。；：、]{2,20}(?:、[^，。；：、]{2,20}){1,5})"
    ),
    re.compile(r"(?:来源|处来|里来|方面来)[^。；]{0,10}：?(?P<list>(?:[一二三四五六]是|[①-⑥])[^。；]{4,120})"),
    re.compile(
        r"(?P<list>(?:(?<=[，。；：把将对从])|(?<=包括)|^)[^，。；：、]{2,20}(?:问题|意见|建议|不足)(?:、[^，。；：、]{2,20}(?:问题|意见|建议|不足|的(?![^，。；、]))){1,5})"
    ),
    re.compile(r"来源(?:包括|有|主要是|为|是)：?(?P<list>[^，。；：、]{2,20}(?:、[^，。；：、]{2,20}){1,5})"),
    re.compile(
        r"对(?P<list>[^。；]{4,160}?问题(?:、|和)[^。；]{2,60}?问题)(?:，|进行|，?切实|逐一|都|要|等|建立|列出)"
    ),
    re.compile(
        r"(?:从|将|把|对(?!照)|对照|针对|围绕|梳理|汇总|结合)(?P<list>[^，。；：、]{2,24}(?:问题|意见|建议)(?:、[^，。；：、]{2,24})+)"
    ),
)
_ALL_PROBLEMS = re.compile(
    r"(?P<list>(?:[^，。；：、]{0,10}(?:查|找|反映|指出|提|征|点|听|反馈|发现|检视|交办)[^，。；：、]{0,4})(?:、[^，。；：、]{0,10}(?:查|找|反映|指出|提|征|点|听|反馈|发现|检视|交办)[^，。；：、]{0,4}){1,4}?)的?(?:这)?(?:[二三四五六][类方个]?面?)?(?:的)?问题，?(?:都|一并|全部|要|逐|列|统)"
)
"""「会上查摆、群众反映、上级指出的三方面问题，都要……」."""
_ITEM = r"[^，。；：、（）]{2,24}?(?:问题|意见|建议|不足|差距|短板|要求|的)"
_AMONG = re.compile(
    rf"(?:把|将|对(?!照)|从|针对|围绕|结合|根据|汇总|梳理|归拢|聚焦|包括|来自|：)(?P<list>{_ITEM}(?:(?:、|和|及|与|以及|，?(?:以及|和|对|将|把|从|针对)){_ITEM}){{1,6}})"
    r"(?=[，。；]|$|合|一并|都|统|全部|汇|拢|归|逐|列|整|梳|进行|纳入|切实|中|一一|里)"
)
"""Two or more sources, each ending in 问题, 意见 or 的, after a word that takes them."""
_DONE = re.compile(
    r"办[完好]|解决|落地|改[完好]|整改[，。]?$|办结|改到位|完成|完毕|到位|见效|实效|成效|整改结束|销号|清零|落实|整改(?:的)?(?:完成)?(?:期限|时限|时间)|限期|抓[到至]|持续[到至]|见底|划销|收口|着落"
)


def rectification(notice: Notice) -> Fact | None:
    """The sources of the problems, the lists to draw up, and the deadline.

    Value: ``sources`` and ``lists`` (texts, [] when not stated), ``deadline`` (ISO day, None when not stated).
    """
    parts = [
        part
        for part in half_sentences(notice)
        if _MENDS.search(part[0].plain[part[1] : part[2]])
        or re.search("整改|(?:^|[/篇])改$|问题来源|清单来源", part[0].context)
    ]
    sources = next((s for part in parts if (s := _sources(*part))), None)
    lists = {text: at for part in parts for text, at in _lists(*part)}
    lists = {text: at for text, at in lists.items() if not any(text != t and text in t for t in lists)}
    days = (_mended_by(notice, *part, headed=headed) for headed in (False, True) for part in parts)
    deadline = next((d for d in days if d), None)
    quotes = [*([sources[1]] if sources else []), *lists.values(), *([deadline[1]] if deadline else [])]
    if not quotes:
        return None
    value = {
        "sources": sources[0] if sources else [],
        "lists": list(lists),
        "deadline": deadline[0].end.isoformat() if deadline and deadline[0].end else None,
    }
    sure: Sure = "derived" if deadline and not deadline[0].year_stated else "stated"
    return Fact(value, tuple(dict.fromkeys(quotes)), sure)


def _mended_by(
    notice: Notice, clause: NoticeClause, start: int, end: int, *, headed: bool
) -> tuple[Span, NoticeQuote] | None:
    """The deadline for rectification and its quote; with ``headed`` the days of a whole stage count too."""
    for part in [(start, end)] if clause.line.is_row else _with_day(clause, start, end):
        if _OF_SOMETHING_ELSE.search(clause.plain, *part):
            continue
        days = days_in(notice, clause, *part)
        span = next((s for s in days if s.end), None)
        if span and _ends_it(clause, part, days[0], headed=headed):
            return span, quote_at(clause, *part)
    return None


_OF_SOMETHING_ELSE = re.compile("组织生活会(?!查摆)|报送|上报")


def _ends_it(clause: NoticeClause, part: tuple[int, int], first: Span, *, headed: bool) -> bool:
    """Whether the days in a part of a clause, starting with ``first``, are the deadline for rectification."""
    text, in_heading = clause.plain[slice(*part)], part[1] <= clause.heading
    if clause.line.is_row and "整改" in text:
        return True
    if _DONE.search(text) and (headed or not in_heading or clause.heading == len(clause.plain)):
        return True
    if not headed or "整改" not in clause.title:
        return False
    only_days = first.at[0] - part[0] <= 1 and part[1] - first.at[1] <= 1
    return in_heading or only_days or bool(_ONLY_DAY.fullmatch(text))


_ONLY_DAY = re.compile(r"(?:最迟|最晚|务必)?(?:到|至|于|在)?[^，。；]{0,8}[月年][^，。；]{0,5}$")


def _with_day(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between commas; a part with only a day is joined to the next: 「最迟到3月底，整改要完成」."""
    held: int | None = None
    begun: int | None = None
    for first, stop in clause.line.clauses(start, end):
        begin = first if begun is None else begun
        begun = begin if re.search("[日月旬](?:起|开始)$", clause.plain[begin:stop]) else None
        if begun is not None:
            continue
        if _ONLY_DAY.fullmatch(clause.plain, begin, stop):
            held = begin
            yield begin, stop
            continue
        yield begin if held is None else held, stop
        held = None


_ABOUT = re.compile("整改|条目|所列|来源|从[^，。；]{1,4}来|问题[^，。；]{0,4}来|改[完好到]|问题单|建账|台账|清单|销号")
_ABOUT_MENDING = re.compile("整改|改[完好到]|销号|建账|会后")
_REST = re.compile(
    r"(?:汇总|归纳|梳理|一并|全部|统一|纳入|都|合在|拢成|形成|列[入成出]|逐[条项一]|进行|切实|中梳理).*$|(?:等)?[一二三四五六七八]?(?:个)?(?:方面|来源).*$|(?<=的)[二三四五六]类.*$"
)


_JOINED = re.compile("(?<=问题|意见|建议)(?:以及|和|及|与)(?=.*(?:问题|意见|建议)$)")
"""Conjunction between two sources: 「查摆的问题和点出的问题」."""
_OF_LIST = re.compile("[一二三四五六][是为]|[①-⑥]")
_BEFORE_SOURCE = re.compile(
    rf"^(?:[^，。；：、]{{2,14}}[要应须](?:从|对|将|把|针对)|{_OF_LIST.pattern}|(?:[对将把从]|针对|以及)(?=会|上级|群众|查|民主|平时|谈|征))"
)


def _sources(clause: NoticeClause, start: int, end: int) -> tuple[list[str], NoticeQuote] | None:
    """The sources of the problems and their quote, by the most reliable pattern that matches."""
    passage = clause.plain[start:end]
    if not _ABOUT.search(passage) and "整改" not in clause.context:
        return None
    for pattern in (*_SOURCES, _ALL_PROBLEMS, _AMONG):
        match = pattern.search(clause.plain, start, end)
        if match and (pattern is not _AMONG or _are_sources(clause, match.group("list"))):
            begin, stop = match.span("list")
            tail = _REST.search(clause.plain[begin:stop])
            cut = begin + tail.start() if tail and tail.start() else stop
            by_commas = pattern is _AMONG or _OF_LIST.match(clause.plain, begin, cut)
            listed = items(clause.plain, begin, cut, "、，" if by_commas else "、")
            values = [_BEFORE_SOURCE.sub("", each) for text in listed for each in _JOINED.split(text)]
            return values, quote_at(clause, begin, stop)
    return None


def _are_sources(clause: NoticeClause, listed: str) -> bool:
    """Whether a list matched by ``_AMONG`` is a list of problems to rectify."""
    return not _NO_SOURCE.search(listed) and bool(_ABOUT_MENDING.search(clause.context + clause.plain))


_NO_SOURCE = re.compile(r"查摆问题的|清单|台账|责任|措施|时限|承诺|整改的|党员的|支部的|同志的|实效|标准")

_LIST = re.compile(
    r"整改措施清单|清单|台账|整改单|问题单|整改账|民情账|承诺卡|“[^”]{2,10}[账单]”|整改(?:事项|任务)?[表书]|整改保证书|整改责任书|整改承诺[书卡]?|承诺书|整改方案|整改措施|整改计划|项目单|任务[单书]|责任[状书]|销号[表单]"
)
_DRAWN_UP = r"(?:列[出好]?|写[出好]?|(?:(?<![完达组构])[\u4e00-\u9fff])成|梳理|拟[订定]?|填[写报好]?|开[出列具]|[编纳记列载录]入|制作|制[定订]|开列|建(?!议)立?|健全|形成|明确|提出|签[订下]?|一[张份本](?=[《“])|作出|做出|编制|拿出|交出|亮出|定出|拉出|拉|立|认领)"
_MADE = re.compile(_DRAWN_UP)
_NOT_MADE = re.compile(
    r"不(?:再|必|用|需)|公示|公开|公布|^清单|报送|上报|备案|通报|报[^告]|对照[^，]*清单|梳理形成的|落实|完善|通过"
)


def _lists(clause: NoticeClause, start: int, end: int) -> list[tuple[str, NoticeQuote]]:
    """The lists to draw up that a half sentence names, each with its quote."""
    return (
        _named_lists(clause, start, end) or _lists_of_lists(clause, start, end) or list(_drawn_up(clause, start, end))
    )


def _named_lists(clause: NoticeClause, start: int, end: int) -> list[tuple[str, NoticeQuote]]:
    """Lists named in full without a verb in a text on rectification: 「支部整改清单一式两份、个人承诺书」."""
    if not re.search("整改|清单", clause.context + clause.plain) or re.search("材料|报", "/".join(clause.above)):
        return []
    text = clause.plain[start:end]
    lists = [(m.group("v"), quote_at(clause, *m.span("v"))) for m in _NAMED_LIST.finditer(clause.plain, start, end)]
    alone = bool(lists) and text.strip("；。") == lists[0][0]
    return lists if len(lists) > 1 or alone or re.search(r"[“：]|[一二两三][张份式]|填", text) else []


def _drawn_up(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[str, NoticeQuote]]:
    """Lists after a verb of drawing up, in each part between commas."""
    about = clause.plain[start:end] + clause.context
    mends = bool(re.search("改|销号|会后", about))
    after = bool(_MENDED.search(about) or re.search("会[上后]", clause.plain[start:end]))
    for begin, stop in clause.line.clauses(start, end):
        text = clause.plain[begin:stop]
        kinds = _OF_KINDS.search(text) if mends else None
        if kinds and _MADE.search(text[: kinds.start("list")]):
            at = quote_at(clause, begin + kinds.start("list"), begin + kinds.end())
            yield from ((kind + kinds.group("what"), at) for kind in items(text, *kinds.span("list")))
        elif after:
            yield from _made(clause, begin, stop)


_MENDED = re.compile("整改|立改|承诺书|销号|改[完好]|改到位")


def _made(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[str, NoticeQuote]]:
    """The lists to draw up in a part of a sentence, each quoted from after the verb to the end of its name."""
    text = clause.plain[start:end]
    kind = _LIST.search(text)
    passive = _BY_WHOM.match(text)
    if passive:
        yield passive.group("v"), quote_at(clause, start, start + passive.end("v"))
        return
    if (
        not kind
        or _NOT_MADE.search(text[: kind.start()])
        or re.search(r"^(?!并)[^，]{0,8}(?:公示|公开|公布|报送|上报|备案|通报|报[^告])|^清单", text[kind.end() :])
        or re.fullmatch("(?:制作|列出?|建立)[一二两三四]?张?(?:个)?清单", text)
    ):
        return
    made = False
    for begin, stop in _each(clause.plain, start, end):
        part = clause.plain[begin:stop]
        names = list(_LIST.finditer(part))
        made = made or bool(_MADE.search(part[: names[0].start()] if names else part))
        if not names or not made or ("措施" in names[0].group() and "明确" in part):
            continue
        last = next((m for m in names if "措施" not in m.group()), names[0])
        verbs = [m.end() for m in _MADE.finditer(part, 0, last.start() + 1) if m.end() <= last.start()]
        at = begin + (verbs[-1] if verbs and last.start() - verbs[-1] <= _LONG_NAME else 0)
        lead = re.match(
            r"(?:了|出|好|入|各自的?|相应的?|详细的?|具体的?|书面|[一二两三四五][张份本册套]|[《“](?=[^》”]*$))+",
            clause.plain[at : begin + last.end()],
        )
        at += lead.end() if lead else 0
        yield clause.plain[at : begin + last.end()].strip("《》"), quote_at(clause, at, begin + last.end())


_BY_WHOM = re.compile(
    rf"(?P<v>[^，。；：、由]{{0,8}}(?:{_LIST.pattern}))由[^，。；]{{2,16}}(?:制[定订]|起草|填写|建立|提出|列出|研究)"
)
"""「个人整改清单由党员本人制定」."""
_LONG_NAME = 14


def _each(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between 、, and between 和 if the name of a list is before it."""
    for begin, stop in pieces(plain, start, end):
        begun = begin
        for match in re.finditer("和|及|与|并", plain[begin:stop]):
            at = begin + match.start()
            if re.search(rf"(?:{_LIST.pattern})[》”]?$", plain[begun:at]):
                yield begun, at
                begun = at + 1
        yield begun, stop


_OF_KINDS = re.compile(
    r"(?P<list>(?:问题|任务|责任|措施|整改|需求|资源|项目|支部|班子|党员|个人|委员|成果|时限)(?:[、和](?:问题|任务|责任|措施|整改|需求|资源|项目|支部|班子|党员|个人|委员|成果|时限)){1,4})(?:等)?(?:[二两三四五][张个本份项])?(?P<what>整改清单|整改台账|清单|台账)"
)
"""「问题、任务、责任三张清单」."""
_SEVERAL_LISTS = re.compile(
    r"(?:，即|分别是|包括|列出?|建立?|制定|形成|拉出)(?P<list>[^，。；：、列建“”]{2,10}清单(?:、[^，。；：、“”]{2,10}清单)+(?:和[^，。；：、“”]{2,10}清单)?)"
)
_NAMED_LIST = re.compile(
    r"(?:(?<![^，。；：、])|(?<=[张份“填写成的]))(?P<v>(?:(?:支部|班子|支委|委员|党员|个人|问题|民情){1,2}整改(?:清单|台账|承诺书)|(?:问题|民情)整改(?:台账|账)|承诺[卡书]))"
    r"(?=[”，。；、]|双线|一式|各|$)"
)


def _lists_of_lists(clause: NoticeClause, start: int, end: int) -> list[tuple[str, NoticeQuote]]:
    """Lists in an enumeration: 「形成问题清单、任务清单、责任清单」."""
    match = _SEVERAL_LISTS.search(clause.plain, start, end)
    if not match or not re.search("改|会后", clause.context + clause.plain[start:end]):
        return []
    at = quote_at(clause, *match.span("list"))
    return [(name, at) for name in items(clause.plain, *match.span("list"))]
