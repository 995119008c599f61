"""Read the report after the meeting: its deadline, recipient and papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from orglife.notice.clause import NoticeClause
from orglife.notice.facts.filing import filing
from orglife.notice.facts.papers import PAPER, documents, papers_named
from orglife.notice.facts.spans import doubtful, half_sentences
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.text import bare
from orglife.notice.values import rows
from orglife.notice.values.days import days_above, days_in

# A verb of sending; 报告 and 报 only if they are not part of a noun: 报告单, 报名.
_VERB = r"(?:上报至?|报送至?给?|报告给?(?!另|[单表册书会人]|[、，。；》报和与送）（　请于须应要由经随按一]|上报|及(?!时)|$)|报至|发给|(?:扫描|盖章|打包|微信|邮件|钉钉|汇总)后?[发报交送]至?给?到?|送交|交到|发到|上传[至到]|送至|送达|发送(?:OA|邮件)?[至到]|发至|提交至?|交至?(?![流心谈办纳付])|报(?![告名道销])|送(?!达))"
# The papers are before the verb: a paper that was drawn up, with others (``along``); 将…… (``what``); or papers at the
# beginning of the sentence (``plain``). The recipient (``to``) is after the verb.
_SENT = re.compile(
    r"(?:(?:撰写|形成|汇总|起草|写出|整理)(?P<along>[^，。；]{2,20}，连同[^。；，]{2,80}?(?=于|在|，|报|交|送))[^。；]{0,14}?|(?:请|并|要|应|须|应当|必须)?(?:将|把)(?P<what>(?:(?!，并?[将把])[^。；]){2,120}?)|(?P<plain>(?:书面|情况报告|召开|专题|组织|工作|会议|总结|测评|评议|附件)[^，。；将把]{2,40}?|材料[^，。；将把]{0,40}?|(?:有关)?情况))"
    rf"(?:，?(?:分别|一并|一同|一起|及时|统一|以书面形式|书面)*(?:及时)?)?{_VERB}(?P<to>[^，。；（：　]{{2,26}}?)?(?=备案|[，。；：（　]|$)"
)
_TO = re.compile(
    r"(?:报送|上报|提交|报告(?![、和及与]))(?P<what>[^，。；]{2,80}?)(?:至|到|给)(?P<to>[^，。；（：　]{2,26})(?=[，。；：（　]|$)"
)
_LISTED_BELOW = re.compile(r"(?:报送|上报|提交|报|交)(?:以下|下列)?(?:材料)?(?P<what>)：$")
_TO_WHOM = re.compile(r"(?:报送?给?|上报|交给?|送给?|发给)(?P<to>[^，。；：、（　给]{3,24})　*：(?P<what>[^。]{4,120})")
_TOWARDS_WHOM = re.compile(
    r"向(?P<to>[^，。；：、（　]{2,24}?)(?:书面)?(?:报告|报送|上报|提交|移交|报|交)齐?(?:以下|下列)?(?:材料|资料)?：(?P<what>[^。]{4,160}|$)"
)
_PAPERS_FIRST = re.compile(
    r"(?<![^。；：])(?P<what>[^，。；：、]{2,16}(?:表|总结|报告|小结|照片|记录|清单|材料|复印件)?、[^，。；：]{2,60}?(?:表|总结|报告|小结|照片|记录|清单|材料|复印件|账))　*，(?:[^，。；]{2,20}(?:前|内))?(?:由[^，。；]{2,12}?(?:统一)?(?:收齐|汇总)后?)?(?:统一)?(?:送交?|报送?|报[至到]|交到?|发给|发[至到]|上传[至到])(?P<to>[^，。；：（　]{3,24}?)(?:[小]?邮箱)?(?=[，。；：（　]|$)"
)
_TOWARDS = re.compile(
    r"向(?P<to>[^，。；（：　]{2,26}?)(?:书面)?(?:报送|上报|报告|提交|写出|呈报|呈交|递交|交出|交上)(?P<what>[^，。；]{2,60})(?=[，。；：（　]|$)"
)
_AFTER = re.compile(
    r"(?:报送|上报|提交|报告)(?P<what>[^，。；]{1,60}?(?:报告|总结|情况|表|材料|小结|方案|清单|台账|结果|记录|复印件))(?=[，。；]|$)"
)
_SENDING = re.compile(r"发给|报送|上报|报告|报至|送至|发送|发至|提交|报[^告名道销]|送(?![学教])|交(?![流心谈办纳付])")


def report(notice: Notice) -> Fact | None:
    """The report after the meeting.

    Value: ``deadline`` (ISO day) and ``recipient``, each None when not stated; ``attachments`` (names of the papers).
    """
    if in_rows := rows.paper_rows(notice, filed=False):
        return in_rows
    filed = filing(notice)
    candidates = [candidate for part in half_sentences(notice) if (candidate := _report(notice, *part))]
    headed = _headed_papers(notice)
    candidates += [candidate for part in half_sentences(notice) if (candidate := _these_above(notice, *part))]
    best = max(candidates, key=lambda candidate: candidate[1])[0] if candidates else headed
    if headed and (best is None or len(best.value["attachments"]) < len(headed.value["attachments"])):
        value = {name: headed.value[name] or (best.value[name] if best else None) for name in headed.value}
        best = Fact(value, tuple(dict.fromkeys((*headed.words, *(best.words if best else ())))), headed.sure)
    if best is None:
        return None
    best = _with_day(notice, _with_other_day(best, [other for other, _ in candidates]))
    if best.value["recipient"] is None and filed:
        best = replace(best, value={**best.value, "recipient": filed.value["to"]})
    return best


def _with_other_day(best: Fact, others: Iterable[Fact]) -> Fact:
    """The report, ``uncertain`` if another sentence names another day for the same paper."""
    for other in others:
        days = {best.value["deadline"], other.value["deadline"]} - {None}
        whom = {best.value["recipient"], other.value["recipient"]} - {None}
        if len(whom) > 1:  # two steps: from the branch to its superior, and from there to the next body
            continue
        if len(days) > 1 and {bare(p) for p in best.value["attachments"]} & {
            bare(p) for p in other.value["attachments"]
        }:
            return doubtful(best, other)
    return best


def _with_day(notice: Notice, best: Fact) -> Fact:
    """The report with a deadline from elsewhere: another sentence, the heading above, or the row of the table."""
    if best.value["deadline"] is None and "会后" not in best.first.quote:
        best = _with_deadline(notice, best)
    if best.value["deadline"] is None:
        best = _day_above(notice, best)
    if best.value["deadline"] is None:
        row = next((r for r in rows.rows(notice) if r.clause.where == best.first.place), None)
        day = next((s.end for s, _ in reversed(row.days(notice))), None) if row else None
        best = Fact({**best.value, "deadline": day.isoformat()}, best.words, "derived") if day else best
    return best


def _day_above(notice: Notice, best: Fact) -> Fact:
    """The report with the deadline in the heading above: 「▶ 2月13日｜交」."""
    clause = next((c for c in notice.body if c.where == best.first.place and best.first.quote in c.line.raw), None)
    span = next((s for s in reversed(days_above(notice, clause)) if s.end), None) if clause else None
    if span is None or span.end is None:
        return best
    return Fact({**best.value, "deadline": span.end.isoformat()}, best.words, "derived")


_WHAT = re.compile(r"(?:上报|报送|[报交]什么|材料报送|报送材料|怎么交)(?:材料)?")
_WHOM = re.compile(r"(?:报|交|送)给谁|报送(?:单位|对象|去向)|[报交送]到哪里?|接收(?:单位|部门)")
_WHEN = re.compile(r"(?:报送|上报)(?:时间|时限|期限)|(?:什么时候|何时|几时)[报交]")


def _headed_papers(notice: Notice) -> Fact | None:
    """Papers listed under a heading: 「报什么：甲；乙。」, with the recipient under another one: 「报给谁：丙。」."""
    for clause in notice.body:
        if not _WHAT.fullmatch(clause.title):
            continue
        start, end = next(((s, e) for s, e in clause.line.sentences if e > clause.heading), (0, 0))
        start = max(start, clause.heading)
        papers = [p for part in pieces(clause.plain, start, end, "；。") for p in documents(clause, *part)]
        if len(papers) < 2 or not all(PAPER.search(p) for p in papers):
            continue
        whom = next((c for c in notice.body if _WHOM.fullmatch(c.title)), None)
        to = _recipient(whom.plain[whom.heading :].rstrip("。")) if whom else None
        when = [c for c in notice.body if _WHEN.fullmatch(c.title)]
        spans = [
            s for c, at in ((clause, end), *((c, c.heading) for c in when)) for s in days_in(notice, c, at) if s.end
        ]
        day = spans[0].end.isoformat() if spans and spans[0].end else None
        at = (quote_at(clause, start, end), *_quotes_of([*when, *([whom] if whom else [])]))
        sure: Sure = "derived" if spans and not spans[0].year_stated else "stated"
        return Fact({"deadline": day, "recipient": to, "attachments": papers}, at, sure)
    return None


_MATERIALS = re.compile(
    r"：(?:报送|上报)$|(?:报送|上报|提交|材料)?截止(?:时间|日期)?|(?:报送|上报|提交|上交)(?:材料)?(?:的)?(?:时间|时限|期限|日期)|，时间不(?:得)?(?:晚于|迟于|超过)|"
    r"(?:前|，|：)(?:再|　)?(?:报送?|上报|上交|提交|交)[^，。；]{0,6}(?:材料|总结|情况|报告)(?=[，。；]|$)|^[^。；]{0,8}(?:上报|报送)[^，。；]{0,8}(?:材料|总结|报告)"
)


def _with_deadline(notice: Notice, best: Fact) -> Fact:
    """The report with the deadline in another sentence: 「1月30日前交材料」."""
    for clause, start, end in half_sentences(notice):
        if not _MATERIALS.search(clause.plain[start:end]):
            continue
        span = next((s for s in reversed(days_in(notice, clause, start, end)) if s.end), None)
        if span and span.end:
            value = {**best.value, "deadline": span.end.isoformat()}
            return Fact(value, (*best.words, quote_at(clause, start, end)), "derived")
    return best


_REPORTED = re.compile(r"总结|报告|情况|小结|汇总表|统计表|登记表|材料|表》|结果")
_RECIPIENT = r"(?P<to>[^，。；：（]{3,24})"
_THESE_ABOVE = (
    re.compile(
        r"(?<![^。；])请?(?:各[^，。；]{2,8})?(?:务必)?于?(?=[\d会一二三四五六七八九十])[^，。；]{2,16}前(?:统一|一并)?"
        rf"(?:报送?|上报|提交|交|送)[至给到]?{_RECIPIENT}(?=[。；，]|$)"
    ),
    re.compile(rf"(?<![^。；])(?:交|报送?|送|交给|报给|送至|报至|报到)：{_RECIPIENT}(?=[。；，]|$)"),
)


_BACK, _MOST = 400, 40
"""Maximum distance of the papers before the verb, in characters and in list items."""


def _these_above(notice: Notice, clause: NoticeClause, start: int, end: int) -> tuple[Fact, int] | None:
    """「①甲；②乙；③丙。以上材料……报送丁」: the papers are the items before, returned with the weight."""
    ways = (way.search(clause.plain, start, end) for way in _THESE_ABOVE)
    match = min((m for m in ways if m), key=lambda m: m.start(), default=None)
    if match is None:
        return None
    index = notice.position[clause]
    begun = (
        max(clause.plain.rfind("；", 0, start - _BACK), clause.plain.rfind("。", 0, start - _BACK)) + 1
        if start > _BACK
        else 0
    )
    before: list[tuple[NoticeClause, int, int]] = [(clause, begun, start)] if start else []
    for other in reversed(notice.body[max(0, index - _MOST) : index]):
        beside = len(other.above) == len(clause.above) and other.rank == clause.rank and clause.rank
        below = not clause.rank and other.rank and other.rank == notice.body[index - 1].rank
        if not (beside or below):
            break
        before.insert(0, (other, 0, len(other.plain)))
    papers = [p for c, a, b in before for part in pieces(c.plain, a, b, "；。") for p in documents(c, *part)]
    papers = [p for p in papers if PAPER.search(p)]
    if not papers:
        return None
    deadline = _deadline(notice, clause, start, end, match.span())
    value = {
        "deadline": deadline.iso if deadline else None,
        "recipient": _recipient(match.group("to")),
        "attachments": papers,
    }
    at = (quote_at(clause, *match.span()), *(quote_at(c, a, b) for c, a, b in before))
    return Fact(value, at, deadline.sure if deadline else "stated"), 3 + 2 * bool(deadline)


_ELSE = re.compile(
    r"支部书记[^，]{0,12}报告工作|报告一年|述职|向(?:支部)?(?:党员大会|大会|全体党员|党员)|重点报告|报告(?:党支部|支部)?工作(?!开展|情况|总结)|方案[^，。；]{0,12}(?:报送|上报|报)"
)


def _report(notice: Notice, clause: NoticeClause, start: int, end: int) -> tuple[Fact, int] | None:
    """The report in a sentence, and its weight."""
    text = clause.plain[start:end]
    if not _SENDING.search(text) or _ELSE.search(text) or text.endswith("？"):
        return None
    hidden = re.sub(r"（[^）]*）", lambda m: "　" * len(m.group()), clause.plain[:end])
    tried = [_candidate(notice, clause, start, end, match) for match in _ways(hidden, start)]
    tried.append(_by_its_parts(notice, clause, start, end))
    return max((t for t in tried if t), key=lambda t: t[1], default=None)


_SENT_TO = re.compile(
    r"(?:报送?|上报|送交?|上?交|发送?|提交|上传|寄)(?:至|到|给)?(?P<to>[^，。；：、（）]{3,24}?)(?:[小]?邮箱|（|[，。；]|$)"
)
_BOXED = re.compile(r"材料（(?P<v>[^）]*、[^）]*)）")
_TAKEN_IN = re.compile("党委|组织|办|科|处|部|室|支部|局|总支|工委|邮箱|OA|系统|同志|老师")


def _by_its_parts(notice: Notice, clause: NoticeClause, start: int, end: int) -> tuple[Fact, int] | None:
    """A report whose papers are some parts before the verb: 「总结、统计表，由总支收齐后，3月15日前一并送组织部」."""
    for match in _SENT_TO.finditer(clause.plain, start, end):
        to = _recipient(match.group("to"))
        if not to or not _TAKEN_IN.search(to) or re.search("备案|存档|备查|归档", clause.plain[match.start() : end]):
            continue
        papers: list[str] = []
        begun, stopped = match.start(), match.end()
        for begin, stop in reversed(list(clause.line.clauses(start, match.start()))):
            made = _MAKES.search(clause.plain, begin, stop)
            named = [
                p
                for p in papers_named(clause, made.end() if made else begin, stop)
                if _REPORTED.search(p) and not re.match("所属|各", p)
            ]
            if papers and not named:
                break
            papers, begun = named + papers, begin if named else begun
        after = _CONSISTS_OF.search(clause.plain, match.end() - 1, end)
        if not papers and after:
            papers, stopped = [p for p in documents(clause, *after.span("v")) if PAPER.search(p)], after.end()
        if papers:
            day = _deadline(notice, clause, start, end, match.span())
            value = {"deadline": day.iso if day else None, "recipient": to, "attachments": papers}
            return Fact(value, (quote_at(clause, begun, stopped),), "uncertain"), 1 + bool(day) + bool(after)
    return None


_CONSISTS_OF = re.compile(r"(?:内容|材料|资料)?(?:包括|包含|含|有|为)：?(?P<v>[^。；]{4,80})")
_MAKES = re.compile(
    r"(?:附上?|连同|写[出成好]?|形成|撰写|填[写报好]?|准备|整理|汇总|提供|起草)(?:了)?(?:[一二两三][份张])?(?=[^，。；]{2,})"
)


def _ways(hidden: str, start: int) -> Iterator[re.Match[str]]:
    """All matches for sending papers: 「报送……至……」, 「将……报……」 (with a recipient that is not a paper), 「报送……」."""
    for way in (_TO_WHOM, _TOWARDS_WHOM, _PAPERS_FIRST, _LISTED_BELOW, _TOWARDS, _TO):
        yield from way.finditer(hidden, start)
    yield from (m for m in _SENT.finditer(hidden, start) if not re.search("报告|总结|情况", m.group("to") or ""))
    yield from _AFTER.finditer(hidden, start)


_SHOWN = "审阅|审核|审查|审批|审定|把关"
_IS_SHOWN = re.compile(f"[^，。；]{{0,4}}(?:{_SHOWN}|批准|同意)")
_TO_BE_SHOWN = re.compile(f"(?:{_SHOWN})$")
"""Papers that are submitted for review before the meeting, not reported after it."""


def _candidate(
    notice: Notice, clause: NoticeClause, start: int, end: int, match: re.Match[str]
) -> tuple[Fact, int] | None:
    """A match as a report, and its weight; None when it is not a report."""
    groups = match.groupdict()
    what = match.span(next(name for name in ("what", "along", "plain") if groups.get(name) is not None))
    text = clause.plain[slice(*what)]
    if _IS_SHOWN.match(clause.plain, match.end()) or _TO_BE_SHOWN.search(match.group()):
        return None
    listed_below = not text or bool(re.search("以下|下列|如下", text))
    if not listed_below and not _REPORTED.search(text):
        return None
    to = _recipient(groups.get("to"))
    if match.re is _TO_WHOM and not to:
        return None  # a heading, such as 「报送要求：」
    deadline = _deadline(notice, clause, start, end, match.span())
    begun = min(match.start(), deadline.at) if deadline else match.start()
    if listed_below:
        papers, below, taken_in = _papers_below(notice, clause)
        to, at = to or taken_in, (quote_at(clause, begun, match.end()), *below)
        if not papers:
            return None
    else:
        papers, stop = _papers_of(clause, what, match.end(), start, end)
        at = (quote_at(clause, begun, stop),)
    value = {"deadline": deadline.iso if deadline else None, "recipient": to, "attachments": papers}
    only_kept = clause.plain.startswith(_KEEPING, match.end()) + bool(re.search("(?:存档|备查|留存)$", match.group()))
    reported = bool(re.search("总结|报告|小结|情况|汇总", "".join(papers)))
    weight = 2 * bool(deadline) + bool(to) + reported - 3 * only_kept
    return Fact(value, at, deadline.sure if deadline else "stated" if to else "uncertain"), weight


def _papers_of(clause: NoticeClause, what: tuple[int, int], sent: int, start: int, end: int) -> tuple[list[str], int]:
    """The papers in the span ``what``, those attached to them after ``sent``, and the end of their words."""
    boxed = _BOXED.search(clause.plain, max(start, what[0] - 8), end)
    if boxed and len(clause.plain[slice(*what)].partition("（")[0]) <= _JUST_MATERIAL:
        what = boxed.span("v")
    papers = [p for part in pieces(clause.plain, *what, "；") for p in documents(clause, *part)]
    along = _ALONG.match(clause.plain, sent, end)
    if not along:
        return papers, sent
    return papers + [p for p in documents(clause, *along.span("v")) if p not in papers], along.end()


def _papers_below(notice: Notice, clause: NoticeClause) -> tuple[list[str], tuple[NoticeQuote, ...], str | None]:
    """The papers in the clauses below, their quotes, and the recipient named there."""
    below = list(notice.below(clause))
    firsts = [(c, next(iter(c.line.clauses()), (0, 0))) for c in below]
    papers = [text for c, first in firsts for text in documents(c, *first)]
    sent = next((m for c in below if (m := re.search(r"[报送]至?(?P<to>[^，。；报送]{2,20})", c.plain))), None)
    return papers, _quotes_of(below, headed=True), _recipient(sent.group("to") if sent else None)


def _quotes_of(clauses: Iterable[NoticeClause], *, headed: bool = False) -> tuple[NoticeQuote, ...]:
    """The quotes of clauses, without empty ones; ``headed`` includes their headings."""
    quotes = (quote_at(c, 0 if headed else c.heading, len(c.plain)) for c in clauses)
    return tuple(at for at in quotes if at.quote)


_ALONG = re.compile(r"，(?:并|随|同时|后)?附(?:上|送|报)?(?!件)(?P<v>[^，。；]{3,60})")
_JUST_MATERIAL = 8
"""Maximum characters of a general word such as 「有关材料」, whose papers are named in brackets after it."""
_KEEPING = ("备案", "存档", "备查", "留存")


def _recipient(text: str | None) -> str | None:
    if not text or re.search("怎么|如何|什么|哪|截止|的东西|材料|内容|时间|要求|方式|程序|以下|如下", text):
        return None
    cut = re.sub(r"^(?:到|至|给|告)", "", text)
    cut = re.sub(r"^(?:请|须|应|要|务必)?于?[^，。；]{2,14}前(?:统一|一并)?(?:报送?|上报|交|送|发)?[至到给]?", "", cut)
    cut = re.sub(r"(?:邮箱|备案|存档|审核|审定|(?<=同志|老师|人员)处).*$", "", cut)
    return cut or None


class _Day(NamedTuple):
    """A deadline: the ISO day, how sure it is, the start of its words."""

    iso: str
    sure: Sure
    at: int


def _deadline(notice: Notice, clause: NoticeClause, start: int, end: int, at: tuple[int, int]) -> _Day | None:
    """The last day before the end of the match ``at``; days of something else (…完成) are ignored."""
    for span in reversed(days_in(notice, clause, start, end)):
        if span.end and span.at[0] < at[1] and not _OF_SOMETHING_ELSE.match(clause.plain, span.at[1], end):
            return _Day(span.end.isoformat(), "stated" if span.year_stated else "derived", span.at[0])
    return None


_OF_SOMETHING_ELSE = re.compile(r"[^，。；将把]{0,12}(?:完成|结束|召开)")
