"""Read what is rectified after the meeting: the sources of the problems, the lists to draw up, and the deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.ranking.units import Unit, in_order
from orglife.notice.values.days import days_in

_LIST = r"(?:整改措施清单|(?:整改|民情)?“[^”]{1,10}[账单]”|“[^”]{2,12}”项目单|[^，。；：、“”]{0,8}?(?:清单|台账|整改单子?|问题单|整改账|民情账|事项[表单]|任务[单书]|责任[状书]|销号[表单]|项目单|承诺[书卡表]|保证书|整改表|明细账|整改方案|整改计划))"
_DRAWN_UP = re.compile(
    r"列[出好成入]?|写[出成好]?|(?:建(?!议)立?|健全|形成|归成|汇成|整理成|合并成|拢成|归并成)|拟[订定]?|填[写报好]?|开[出列具]?|编[制入成]|制作|制[定订]|明确|提出|签[订下]?|作出|做出|拿出|交出|亮出|定出|拉出?|立|认领|记入|一[张份本]|两[张份]"
)
_NAME = re.compile(_LIST)
_BARE = re.compile(
    r"个人整改措施|(?<=制定|提出|交出)整改措施|(?:(?:个人|党员|书面)?整改|书面|简短|公开)承诺(?![书卡表事])|(?<=[句条项个成出的])承诺(?![书卡表事人践了])"
)
_OF_KINDS = re.compile(
    r"(?P<list>[^，。；：、列建立成订]{2,4}(?:[、和][^，。；：、]{2,4}){1,4})(?:等)?[二两三四五][张个本份](?P<what>整改清单|整改台账|清单|台账)"
)
"""「问题、任务、责任三张清单」."""
_NOT_MADE = re.compile(
    r"不再|不必|公示|公开(?!承诺)|公布|报送|上报|备案|通报|落实|完善|通过|所列|对照[^，]*清单|会前|张贴|挂出"
)
_TAKES = re.compile(
    r"^.*(?:(?:来源|取自|来自|出自|限于|包括|对应|内容为|处来|里来|方面来)(?:包括|[有是为于自])?|(?<![反相面])[将把从](?=.{3})|(?<![相面针])对(?!照)(?=.{3})|对照(?!检)|针对|围绕|结合|根据|汇总|梳理|归拢|聚焦)|^(?:以及|和|及|与)"
)
_JOINED = re.compile("以及|和|及|与")
_FOUND = re.compile(r"(?:(?!《|归并|形成|汇总|列入|整理).)*(?:问题|意见|建议|不足|差距|短板|的)")
_SOURCE = re.compile(
    r"^(?!.?[二三四五]类|整改).*(?:问题|意见|建议|不足|差距|短板|要求|批评|点评|反馈)$|(?:[查找评提摆点讲说谈指转揭听征反暴批现映][^，。；：、]{0,4})的$|[查找评提摆点讲说谈指听征反][^，。；：、]{0,3}$|[里中上]的$"
)
_TAIL = re.compile(
    r"(?:汇总|归|梳理|一并|全部|统一|纳入|都[要应]|合[在并]|拢成|形成|列[入成出]|编入|逐[条项一]|进行|切实|结合).*$|(?:等)?(?:这)?[一二三四五六七八](?:类|方面|个方面|个来源|种).*$"
)
_DONE = re.compile(
    r"办[完好结]|解决|落地|关闭|销完|改[完好到掉]|整改(?:完毕|到位|结束|收口|任务)?|完成|完毕|到位|见效|见到?成效|取得实效|实效|成效|销号|清零|清单|收口|着落|划销|见底|期限|时限|时间|持续|整改期|阶段"
)
_OTHER_DAY = re.compile(
    "学习|谈心|征求|会前|召开|组织生活会|开会|报送|上报|公示|公开|张贴|列出|建立|形成|制定|贴出|开学报到"
)


def rectification(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """The sources of the problems, the lists to draw up, and the deadline.

    Value: ``sources`` and ``lists`` (texts, [] when not stated), ``deadline`` (ISO day, None when not stated).
    """
    sources: tuple[list[str], NoticeQuote] | None = None
    lists: dict[str, NoticeQuote] = {}
    deadline: tuple[str, NoticeQuote, bool] | None = None
    for unit in units:  # the likeliest first
        sources = sources or _sources(unit.clause, unit.start, unit.end)
    for unit in in_order(units):
        for part in pieces(unit.clause.plain, unit.start, unit.end, "；。"):
            lists |= {name: at for name, at in _lists(unit.clause, *part) if name not in lists}
            deadline = max(
                (d for d in (deadline, _deadline(notice, unit.clause, *part)) if d), key=lambda d: d[0], default=None
            )
    lists = {name: at for name, at in lists.items() if not any(name != other and name in other for other in lists)}
    quotes = [*([sources[1]] if sources else []), *lists.values(), *([deadline[1]] if deadline else [])]
    if not quotes:
        return None
    value = {
        "sources": sources[0] if sources else [],
        "lists": list(lists),
        "deadline": deadline[0] if deadline else None,
    }
    sure: Sure = "derived" if deadline and not deadline[2] else "stated"
    return Fact(value, tuple(dict.fromkeys(quotes)), sure)


def _sources(clause: NoticeClause, start: int, end: int) -> tuple[list[str], NoticeQuote] | None:
    """The first enumeration whose items are all problems found somewhere: 「会前征求的意见、会上查摆的问题」."""
    run: list[tuple[int, int]] = []
    for begin, stop in _tokens(clause.plain, start, end):
        takes = _TAKES.match(clause.plain[begin:stop])
        if takes and not _FOUND.search(clause.plain[begin + takes.end() : stop]):
            takes = _JOINED.match(clause.plain[begin:stop])
        begun = begin + takes.end() if takes and begin + takes.end() < stop else begin
        tail = _TAIL.search(clause.plain, begun, stop)
        cut = tail.start() if tail and tail.start() > begun else stop
        if not _SOURCE.search(clause.plain[begun:cut]) and (match := _FOUND.match(clause.plain, begun, stop)):
            cut = match.end()
        if _SOURCE.search(clause.plain[begun:cut]) and cut - begun > _FEW:
            run = [
                *([] if takes and begun > begin and len(run) < _FEW and takes.group() not in _JOINS else run),
                (begun, cut),
            ]
        elif len(run) < _FEW:
            run = []
        if len(run) >= _FEW and (cut < stop or not _SOURCE.search(clause.plain[begun:cut])):
            break
    if len(run) < _FEW:
        return None
    listed = [clause.plain[slice(*s)] for s in run]
    return listed, quote_at(clause, run[0][0], run[-1][1])


_FEW = 2
_JOINS = ("以及", "和", "及", "与", "对", "从", "针对", "把", "将")


def _tokens(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between 、, commas, colons and brackets, and between conjunctions with a problem before."""
    for begin, stop in pieces(plain, start, end, "、，：（）；。"):
        begun = begin
        for match in re.finditer("(?<=问题|意见|建议)(?:和|以及|及|与)|(?<=的)(?:和|以及|及|与)", plain[begin:stop]):
            yield begun, begin + match.start()
            begun = begin + match.start()
        yield begun, stop


def _lists(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[str, NoticeQuote]]:
    """The lists to draw up, each with its quote."""
    for begin, stop in clause.line.clauses(start, end):
        text = clause.plain[begin:stop]
        made = _DRAWN_UP.search(text)
        if "会前" in text or (_NOT_MADE.search(text) and not made):
            continue
        if kinds := _OF_KINDS.search(clause.plain, begin, stop):
            names = re.split("[、和]", kinds["list"])
            yield from ((name + kinds["what"], quote_at(clause, *kinds.span())) for name in names)
            continue
        for match in (*_NAME.finditer(clause.plain, begin, stop), *_BARE.finditer(clause.plain, begin, stop)):
            name = match.group()
            at = match.start()
            verbs = list(re.finditer(f"{_DRAWN_UP.pattern}|[的进要都和与]", name))
            if verbs and verbs[-1].end() < len(name):
                at += verbs[-1].end()
            yield clause.plain[at : match.end()].strip("《》"), quote_at(clause, at, match.end())


def _deadline(notice: Notice, clause: NoticeClause, start: int, end: int) -> tuple[str, NoticeQuote, bool] | None:
    """The day until which everything is mended: ISO day, quote, whether the year is stated."""
    for span in days_in(notice, clause, start, end):
        parts = [s for s in clause.line.clauses(start, end) if s[0] < span.at[1] and span.at[0] < s[1]]
        begin, stop = (start, end) if clause.line.is_row else (parts[0][0], parts[-1][1])
        if stop < end and not re.search(
            r"[^，。；\d]{2}", clause.plain[span.at[1] : stop]
        ):  # 「最迟3月底，整改要完成」
            stop = next((s[1] for s in clause.line.clauses(start, end) if s[0] >= stop), stop)
        if begin > start and clause.plain[begin - 1] == "：":  # 「整改期限：3月底」
            begin = max(clause.plain.rfind(mark, start, begin - 1) + 1 for mark in "，；。：")
            begin = max(begin, start)
        text = clause.plain[begin:stop]
        if (clause.line.is_row and "整改" in text) or (_DONE.search(text) and not _OTHER_DAY.search(text)):
            return span.end.isoformat(), quote_at(clause, begin, stop), span.year_stated
    return None
