"""Find the demands that a notice makes, by the ranker; sentences that ask for something else are left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orglife.notice.clause import HEAD, TAIL
from orglife.notice.model import Fact, Notice, NoticeDemand, NoticeQuote, quote_at
from orglife.notice.ranking.ranker import Ranking
from orglife.notice.ranking.units import Unit
from orglife.notice.vocabulary import DEMANDS

_ASKS = re.compile(
    r"(?<![主重])要(?!求|点|素|义|件|领)|应(?!用|付|邀)|须|必须|务必|不得|不能|不准|防止|避免|严禁|提倡|倡导|鼓励|请(?!示|假)|确保|坚决|切实|认真|严格|注重|杜绝"
)
_THEME = re.compile(r"指导思想|总体要求|会议主题|主题")
_SHORT = 8
MADE = -2.7
"""A notice makes a demand if the score of one of its units is higher."""
_REVIEWED = "审|阅|批|把关|同意"
_WORDS = {
    key: re.compile(pattern)
    for key, pattern in {
        "plan.reviewed": _REVIEWED,
        "reviews.reviewed": _REVIEWED,
        "reviews.outlines_reviewed": _REVIEWED,
        "meeting.last_year": "上年|上一|去年|上次|前次|年度|以往",
        "meeting.notice": "通知|告知|知会",
        "appraisal.statistics": "统计|汇总|情况表|结果",
    }.items()
}
"""Demand → what a unit that makes it says. There are few labels of these, and a branch that fails them gets an error."""


def read_demands(ranking: Ranking) -> tuple[NoticeDemand, ...]:
    """The known demands that the notice makes, in the order of ``DEMANDS``."""
    demands = []
    for key in DEMANDS:
        best = next((n for n in ranking.order(key) if may_make(key, ranking.units[n])), None)
        if best is not None and ranking.score(key, best) > MADE:
            demands.append(NoticeDemand(key, (ranking.units[best].quote,)))
    return tuple(demands)


def may_make(key: str, unit: Unit) -> bool:
    """Whether a unit can make a demand by its place and words."""
    return unit.clause.zone not in (HEAD, TAIL) and (key not in _WORDS or bool(_WORDS[key].search(unit.quote.quote)))


def unread(notice: Notice, demands: Iterable[NoticeDemand], facts: Iterable[Fact]) -> tuple[NoticeQuote, ...]:
    """Sentences that ask for something and overlap with no quote of a demand or fact."""
    known: dict[str, list[str]] = {}
    for each in [w for a in demands for w in a.words] + [w for f in facts for w in f.words]:
        known.setdefault(each.place, []).append(each.quote)
    sentences = []
    for clause in notice.body:
        if _THEME.search(clause.context) and "要求" not in clause.title.replace("总体要求", ""):
            continue
        for start, end in clause.line.sentences:
            here = quote_at(clause, start, end)
            if len(here.quote) <= _SHORT or not _ASKS.search(clause.plain[start:end]) or end <= clause.heading:
                continue
            if not any(q in here.quote or here.quote in q for q in known.get(here.place, [])):
                sentences.append(here)
    return tuple(dict.fromkeys(sentences))
