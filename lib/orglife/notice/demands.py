"""Find the demands that a notice makes, by the ranker; sentences that ask for something else are left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orglife.notice.clause import HEAD, TAIL
from orglife.notice.model import Fact, Notice, NoticeDemand, NoticeQuote, quote_at
from orglife.notice.ranking.ranker import Ranking
from orglife.notice.vocabulary import DEMANDS

_ASKS = re.compile(
    r"(?<![主重])要(?!求|点|素|义|件|领)|应(?!用|付|邀)|须|必须|务必|不得|不能|不准|防止|避免|严禁|提倡|倡导|鼓励|请(?!示|假)|确保|坚决|切实|认真|严格|注重|杜绝"
)
_THEME = re.compile(r"指导思想|总体要求|会议主题|主题")
_SHORT = 8
MADE = -2.5
"""A notice makes a demand if the score of one of its units is higher."""


def read_demands(ranking: Ranking) -> tuple[NoticeDemand, ...]:
    """The known demands that the notice makes, in the order of ``DEMANDS``."""
    demands = []
    for key in DEMANDS:
        best = next((n for n in ranking.order(key) if ranking.units[n].clause.zone not in (HEAD, TAIL)), None)
        if best is not None and ranking.score(key, best) > MADE:
            demands.append(NoticeDemand(key, (ranking.units[best].quote,)))
    return tuple(demands)


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
