"""Read the dimensions that members and the branch's leadership examine before the meeting, and members' key checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.facts import dimension_lists, enumerations, rows
from orglife.notice.facts.dimension_words import (
    EITHER,
    LOOK,
    MEMBER,
    NOT_DIMENSIONS,
    STATED,
    TEAM,
    DimensionList,
    belongs_to,
    is_leadership,
)
from orglife.notice.facts.spans import halves
from orglife.notice.listing import first_piece, items
from orglife.notice.model import Fact, Notice, NoticeQuote, quote_at
from orglife.notice.vocabulary import known_labels


def dimensions(notice: Notice, *, team: bool) -> list[Fact]:
    """Lists of dimensions that members (or the branch's leadership) examine, the most reliable first.

    Value of each: the dimensions, as the notice names them.
    """
    candidates = [seen for clause in notice.body for seen in _looks(clause, team=team)]
    candidates += _under_heading(notice, team=team)
    read = rows.dimension_rows(notice, team=team) or _listed_below(notice, team=team)
    return read + [
        Fact(seen.labels, (seen.at,), "stated" if seen.weight >= STATED else "uncertain")
        for seen in sorted(candidates, key=lambda seen: -seen.weight)
    ]


_LEADS_IN = re.compile(r"[^，。；]{0,40}(?:查摆|查找|检视|对照|剖析|自查|找|查|看)[^，。；]{0,10}：$")


_POINTS = re.compile(
    r"^[^，。；]{0,12}(?:检视|检查|剖析|发言|对照)(?:材料|提纲|报告)[^，。；]{0,4}从[^，。；]{0,4}(?:[几二三四五六七八九]|下列|以下)[^，。；]{0,6}(?:落笔|着手|入手|写起?|展开)：$"
)
"""「党员发言提纲从这几处落笔：」 introduces the dimensions of the outline."""


def _listed_below(notice: Notice, *, team: bool) -> list[Fact]:
    """「党员聚焦六个方面查找不足：」 and below it numbered clauses that each begin with a label."""
    clauses = notice.body
    for index, clause in enumerate(clauses):
        if (
            not (_LEADS_IN.search(clause.plain) or _POINTS.search(clause.plain))
            or is_leadership(clause, 0, len(clause.plain)) != team
        ):
            continue
        if re.search("整改|材料|程序|议程|要求", clause.plain) and not _POINTS.search(clause.plain):
            continue
        quotes: dict[str, NoticeQuote] = {}
        for other in clauses[index + 1 :]:
            if not other.numbered or (quotes and other.rank != clauses[index + 1].rank) or other.rank == clause.rank:
                break
            label, at = _label(other)
            if not 2 <= len(label) <= _LONGEST or NOT_DIMENSIONS.search(label):
                break
            quotes[label] = at
        if len(quotes) > 1:
            return [Fact(list(quotes), tuple(quotes.values()))]
    return []


_LOOK_HEADING = re.compile(
    r"[^，。；：]{0,16}(?:查摆|查找|检视|对照|剖析|查)[^，。；：]{0,6}(?:方面|重点|内容|角度|维度|什么|要点)?"
)


_DEEDS = re.compile(r"点评|投票|通报|测评|检查$|检视$|小结|表态|汇报|提纲|材料|主持|学习$|谈心")


def _under_heading(notice: Notice, *, team: bool) -> Iterator[DimensionList]:
    """Clauses that each begin with a label, below a line that is only a heading: 「（一）党员查摆重点」."""
    clauses = notice.body
    for index, clause in enumerate(clauses):
        if not (clause.is_heading and _LOOK_HEADING.fullmatch(clause.title)):
            continue
        if not (TEAM if team else MEMBER).search(clause.title) or is_leadership(clause, 0, clause.heading) != team:
            continue
        labelled: list[tuple[str, NoticeQuote]] = []
        for other in clauses[index + 1 :]:
            if not other.numbered or len(other.above) != clause.depth or not other.plain:
                break
            labelled.append(_label(other))
        labels = [label for label, _ in labelled]
        if len(labels) > 1 and all(
            2 <= len(t) <= _LONGEST and not NOT_DIMENSIONS.search(t) and not _DEEDS.search(t) for t in labels
        ):
            yield DimensionList(8, labels, labelled[0][1])


_LONGEST = 16
_AROUND_LABEL = re.compile("^(?:查|看|在)|(?:方面|上|情况)$")


def _label(clause: NoticeClause) -> tuple[str, NoticeQuote]:
    """The label at the beginning of a clause and its quote; 「查作风方面：……」 gives 作风."""
    begin, stop = first_piece(clause.plain, 0, len(clause.plain), "，：。；")
    return _AROUND_LABEL.sub("", clause.plain[begin:stop]), quote_at(clause, begin, stop)


def _looks(clause: NoticeClause, *, team: bool) -> Iterator[DimensionList]:
    if clause.line.is_row:
        return
    yield from dimension_lists.content_lists(clause, team=team)
    for start, end in halves(clause):
        text = clause.plain[start:end]
        asked = len(list(EITHER.finditer(text))) > 2
        if not (asked or LOOK.search(text) or LOOK.search(clause.context)) or re.search(
            "整改|谈心|(?:专项|集中)整治", text
        ):
            continue
        yield from enumerations.enumerations(clause, start, end, team=team)
        yield from dimension_lists.labelled_lists(clause, start, end, team=team)
        if belongs_to(clause, start, end, team=team):
            yield from enumerations.question_lists(clause, start, end)
            yield from enumerations.counted_lists(clause, start, end)
            yield from enumerations.repeated_verb_lists(clause, start, end)
    for start, end in clause.line.sentences:
        yield from dimension_lists.subject_lists(clause, start, end, team=team)
        yield from dimension_lists.stated_count_lists(clause, start, end, team=team)
    if clause.plain.count("？") > 2 and is_leadership(clause, 0, clause.heading or len(clause.plain)) == team:
        yield from enumerations.question_lists(clause, clause.heading, len(clause.plain))
    if not team:
        yield from enumerations.numbered_lists(clause)


_KEY = re.compile(r"(?:重点看|看)是否(?:存在|有)(?P<list>[^。；]+?)(?:等问题|等情况|的?问题(?=[。；，])|(?=[。；]))")


def key_checks(notice: Notice) -> Fact | None:
    """Problems that each member checks first: 「重点看是否存在…等问题」.

    Value: one text per problem.
    """
    for clause in notice.body:
        match = _KEY.search(clause.plain)
        if match:
            begin, stop = match.span("list")
            return Fact(items(clause.plain, begin, stop, "、，", known_labels()), (quote_at(clause, begin, stop),))
    return None
