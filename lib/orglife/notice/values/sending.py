"""Read which papers go to whom, and until when: the report after the meeting, and papers to file (备案)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.ranking.units import Unit
from orglife.notice.values import rows
from orglife.notice.values.agreeing import doubtful
from orglife.notice.values.days import days_in
from orglife.notice.values.papers import papers_named

_FILES = "备案|报备|备个案|备查"
_KEEPS = "存档|归档|留存|留底|存查|封存|建档|保存|保管|入档"
_VERB = r"(?:报送|上报|报告(?![报送交])|送交|提交|移交|抄送|抄报|发送|寄送?|报(?![告名道销])|送(?!达)|交(?![流心谈办纳付])|发(?![展现言])|转)"
_STOP = rf"(?=[小]?邮箱|{_FILES}|{_KEEPS}|审[阅核查批定]|把关|汇总|办理|统一|自行|进行|整理|收齐|[，。；：、　]|$)"
_TO = r"(?P<to>[^，。；：、　至到给]{2,24}?)"
_WAYS = (
    re.compile(rf"(?<!面)向{_TO}(?:统一|书面|一次性)*(?:报送|上报|报告|报备|提交|移交|写出|交|报|备案)"),
    re.compile(rf"(?:[至到]|给(?!予))(?!位){_TO}{_STOP}"),
    re.compile(rf"{_VERB}(?:OA)?{_TO}{_STOP}"),
    re.compile(rf"(?<![经理])由{_TO}(?:统一|自行|妥善|整理|汇总|集中|负责|收齐|[、，后])*(?:{_FILES}|{_KEEPS})"),
    re.compile(r"(?:[存装归放记收]入|归到)(?P<to>[^，。；：、　]{2,20}(?:档案|卷宗|档案[盒袋柜]))"),
    re.compile(rf"(?:须|应|要|同时|一并|统一|均|都)在{_TO}(?:{_FILES})"),
)
_BODY = re.compile(
    "党委|党组|党工委|组织|办|科|处|部|室|股|支部|局|中心|总支|工委|纪委|组$|邮箱|系统|同志|老师|小.$|档案|单位|大队|公司|学校|学院"
)
_NO_BODY = re.compile(
    r"\d月|怎么|什么|哪|截止|材料(?!楼)|时间|要求|方式|情况|总结|报告|清单|台账|结果|以[上下]|如下|完成|党员大会|本人"
)
_ELSE = re.compile(r"方案|计划|请假|考勤|述职|谈话记录|会前")
_WITH = re.compile("并?附|连同|备案|材料|内容|其中")

_OTHER_DAY = re.compile("[^，。；将把]{0,12}(?:完成|结束|召开)")


class _Sent(NamedTuple):
    """What a part of a sentence says about sending; "" and [] where it says nothing."""

    to: str
    papers: list[str]
    day: str
    year_stated: bool
    filed: bool
    kept: bool
    sends: bool
    at: NoticeQuote


def report(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """The report after the meeting.

    Value: ``deadline`` (ISO day) and ``recipient``, each None when not stated; ``attachments`` (names of the papers).
    """
    if (in_rows := rows.paper_rows(notice, filed=False)) and _names_one(in_rows, units):
        return in_rows
    everything = [s for unit in units for s in _sent(notice, unit, filing=False)]
    named = [s for s in everything if (s.to or s.papers) and not re.fullmatch("(?:党)?支部", s.to)]
    sent = [s for s in named if not (s.filed or s.kept)] or [s for s in named if not s.kept]
    best = max(sent, key=lambda s: 2 * bool(s.to) + bool(s.papers) + bool(s.day), default=None)
    if best is None:
        return None
    papers = best.papers if best.papers and best.to else [p for s in sent for p in s.papers]
    dated = best if best.day else max((s for s in everything if s.day), key=lambda s: s.sends, default=None)
    day, stated = (dated.day, dated.year_stated) if dated else ("", False)
    whom = next((s.to for s in everything if s.to), None)
    named = [s for s in sent if s is best or s is dated or set(s.papers) & set(papers)]
    value = {"deadline": day or None, "recipient": best.to or whom, "attachments": list(dict.fromkeys(papers))}
    sure: Sure = "stated" if best.day and stated and best.to else "derived" if best.to else "uncertain"
    fact = Fact(value, tuple(dict.fromkeys(s.at for s in named)), sure)
    other = next((s for s in everything if s.day and day and s.day != day and set(s.papers) & set(papers)), None)
    return doubtful(fact, Fact(value, (other.at,))) if other else fact


def filing(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """The papers to file and the recipient; None unless one sentence says both.

    Value: ``to`` (recipient or place), ``contents`` (the papers), ``deadline`` (ISO day) if stated.
    """
    if (in_rows := rows.paper_rows(notice, filed=True)) and _names_one(in_rows, units):
        return in_rows
    everything = (s for unit in units for s in _sent(notice, unit, filing=True))
    filed = next((s for s in everything if s.filed and s.to and s.papers), None)
    if filed is None:
        return None
    until = {"deadline": filed.day} if filed.day else {}
    return Fact({"to": filed.to, "contents": filed.papers, **until}, (filed.at,))


def _names_one(in_rows: Fact, units: Sequence[Unit]) -> bool:
    """Whether one of the units is a row that a table of papers was read from."""
    return any(at.quote in unit.clause.line.raw for at in in_rows.words for unit in units)


def _sent(notice: Notice, unit: Unit, *, filing: bool) -> Iterator[_Sent]:
    """What each part of a unit says about sending."""
    clause = unit.clause
    if row := _row_sent(notice, clause):
        yield row
        return
    hidden = re.sub(r"（[^）]*）", lambda m: "　" * len(m.group()), clause.plain)
    for start, end in _parts(clause, hidden, unit.start, unit.end):
        if _ELSE.search(clause.plain, start, end):
            continue
        to, until = _recipient(hidden, start, end, filed=filing)
        papers = list(dict.fromkeys(name for name, _, _ in papers_named(clause, start, end)))
        day, stated = _day(notice, clause, start, end, until)
        done = hidden[start:end]
        filed = bool(re.search(_FILES, done)) and not re.search("不[^，。；]{0,3}(?:报|备案)", done)
        kept = not filed and bool(re.search(f"[存装归放记收]入|{_KEEPS}", done))
        yield _Sent(to, papers, day, stated, filed, kept, bool(re.search(_VERB, done)), quote_at(clause, start, end))


def _row_sent(notice: Notice, clause: NoticeClause) -> _Sent | None:
    """What a row says with a cell that is nothing but a recipient; None without such a cell or without papers."""
    cells = rows.cells_of(clause)
    whom = [cell for cell in cells[1:] if _IS_BODY.fullmatch(cell)]
    papers = list(dict.fromkeys(name for name, _, _ in papers_named(clause, 0, len(clause.plain))))
    if not whom or not papers or _ELSE.search(clause.plain):
        return None
    day, stated = _day(notice, clause, 0, len(clause.plain), len(clause.plain))
    at = quote_at(clause, 0, len(clause.plain))
    to = re.sub("^[报交送]|备案$", "", whom[-1])
    filed, kept = (bool(re.search(words, clause.plain)) for words in (_FILES, _KEEPS))
    return _Sent(to, papers, day, stated, filed, kept and not filed, True, at)


_IS_BODY = re.compile(
    "[^，。；：、]{2,14}(?:党委|党组|党工委|组织[部科处股]|办公室|党[建群委][办科处部]|党务科|总支|工委)(?:备案)?"
)


def _parts(clause: NoticeClause, hidden: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between semicolons, and between commas where another sending begins: 「甲报某委备案，同时将乙报某部」."""
    for begin, stop in pieces(clause.plain, start, end, "；。"):
        begun = begin
        for at, until in clause.line.clauses(begin, stop):
            other = re.search("[将把]|同时|另", hidden[at:until]) or papers_named(clause, at, until)
            if (
                clause.plain[at - 1] != "："
                and other
                and not _WITH.match(hidden, at)
                and _recipient(hidden, begun, at)[0]
            ):
                yield begun, at
                begun = at
        yield begun, stop


def _recipient(hidden: str, start: int, end: int, *, filed: bool = False) -> tuple[str, int]:
    """The first recipient and the end of its words; "" without one. Bodies that only look at papers do not count."""
    matches = [m for way in _WAYS for m in way.finditer(hidden, start, end)]
    for match in sorted(
        matches,
        key=lambda m: (
            filed and not re.match(_FILES, hidden[m.end("to") :]),
            filed and m.re in _WAYS[3:],
            m.start("to"),
        ),
    ):
        to = re.sub(r"^(?:到|至|给|告|请|于)|(?<=同志|老师|人员)处$", "", match["to"])
        if to and _BODY.search(to) and not _NO_BODY.search(to):
            return to, match.end("to")
    return "", end


def _day(notice: Notice, clause: NoticeClause, start: int, end: int, until: int) -> tuple[str, bool]:
    """The last day before the end of the recipient, else the last one; days of something else (…完成) are ignored."""
    spans = [s for s in days_in(notice, clause, start, end) if not _OTHER_DAY.match(clause.plain, s.at[1], end)]
    span = next((s for s in reversed(spans) if s.at[0] < until), None) or next(reversed(spans), None)
    return (span.end.isoformat(), span.year_stated) if span else ("", False)
