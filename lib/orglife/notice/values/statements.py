"""Take statements as printed: the rules for special cases, the rule on probationary members, the theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from orglife.notice.model import Fact, Notice, NoticeQuote, list_fact, quote_at
from orglife.notice.ranking.ranker import score_of
from orglife.notice.ranking.units import Unit, in_order

_PROBATIONARY = re.compile(
    r"预备党员|(?:没有|尚?未|没)转正的?党员|(?:尚在|处于|在)?预备期(?:内|里)?的?(?:党员|同志)|还在预备期|预备期(?:还没|未|没有?)(?:有)?满"
)
_NO_GRADE = re.compile(r"打[勾钩√对叉]|定[类档级]|不定|等次|上票|画票|定等|档次|不评|评议|测评|评定|表决|评档")
_NOT_SPECIAL = re.compile(
    r"谈[到心话透]|^(?:附|各支部要|会议由)|[？：]$|亲自谈|面谈|^特殊情[形况]|^(?!.*优秀).*(?:分之|%)|^(?:几|以下)类"
)
_SHORTEST, _LONGEST = 8, 90
_WHOLE = 70
"""Maximum length of a sentence that is one rule, in characters."""
_LEAST = -1.0
"""Minimum score of a part of a sentence."""


def _halves(unit: Unit) -> Iterator[tuple[int, int]]:
    """The parts of a unit between semicolons and full stops; 「有下列情形之一的：甲；乙」 is one part."""
    whole = re.search("下列|以下|之一", unit.plain) and "：" in unit.plain
    for part in re.finditer(r"[^。]+" if whole else r"[^；。]+", unit.plain):
        yield unit.start + part.start(), unit.start + part.end()


def special_rules(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The rules for special cases of members or branches.

    Value: the quoted text of each rule.
    """
    quotes: list[NoticeQuote] = []
    for unit in in_order(units):
        plain = unit.plain.rstrip("。；")
        whole = len(plain) <= _WHOLE and not _PROBATIONARY.search(plain)
        for start, end in [(unit.start, unit.start + len(plain))] if whole else _halves(unit):
            text = unit.clause.plain[start:end]
            if not _SHORTEST <= len(text) <= _LONGEST or _NOT_SPECIAL.search(text) or _PROBATIONARY.search(text):
                continue
            if end - start < len(plain) and _score(unit, start, end) < _LEAST:
                continue
            quotes.append(quote_at(unit.clause, start, end))
    return list_fact([(at.quote, at) for at in quotes if at.quote])


def _score(unit: Unit, start: int, end: int) -> float:
    return score_of("special_rules", replace(unit, start=start, end=end))


def probationary_rule(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The rule on probationary members (预备党员).

    Value: the quoted text.
    """
    for unit in units:
        for start, end in _halves(unit):
            text = unit.clause.plain[start:end]
            named = _PROBATIONARY.search(text)
            if named and (_NO_GRADE.search(text) or unit is units[0]):
                begin = max(start, *(unit.clause.plain.rfind(m, start, start + named.start()) + 1 for m in "，；。"))
                at = quote_at(unit.clause, begin, end)
                return Fact(at.quote, (at,))
    return None


_THEME_IS = (
    re.compile(r"主题[^，。；：“”]{0,8}?(?:即|是|为|：)“(?P<v>[^”]{4,})”(?=[，。；]|$)"),
    re.compile(
        r"主题[^，。；：“”]{0,8}?，?(?:仍然?|统一)?(?:确?定)?(?:即|是|为|：|—)+(?!什么)“?(?P<v>[^。；]+?)”?(?=[。；]|$)"
    ),
    re.compile(r"以“(?P<v>[^”]{4,})”为(?:会议)?[主议]?题"),
    re.compile(
        r"(?P<v>以(?:[^，。；“”]|“[^”]{2,12}”){4,80}?为主题(?:，(?:紧?紧?围绕|紧扣|重点对照|对照)(?:《[^》]*》|“[^”]*”|[^，。；])*)*)"
    ),
    re.compile(
        r"(?:紧紧|重点)?(?:围绕|紧扣|聚焦)(?P<v>[^。；]{6,140}?)(?:(?:这一|这个|的)?主题|，(?:认真|精心|高质量|集中)*(?:开好?|召开)|(?:来)?(?:召开|开展|进行)(?=[，。；]|$))"
    ),
    re.compile(r"(?:围绕|紧扣|聚焦|就叫|题目是)“(?P<v>[^”]{8,})”"),
)
_CLEAR = 4
"""Number of the ways above that also count in a sentence under a heading with 主题."""
_HEADED = re.compile(r"主题")
_LONGEST_THEME = 140


def theme(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The theme.

    Value: the quoted text.
    """
    for unit in units:
        clause = unit.clause
        headed = _HEADED.search("/".join((*clause.above[-1:], clause.title))) and unit.start >= clause.heading
        for way in _THEME_IS[: _CLEAR if headed else None]:
            match = way.search(clause.plain, unit.start, unit.end)
            if match and (at := quote_at(clause, *match.span("v"))).quote:
                return Fact(at.quote, (at,), "stated" if "主题" in unit.plain else "uncertain")
        if headed and _SHORTEST <= len(unit.plain) <= _LONGEST_THEME:
            return Fact(unit.quote.quote, (unit.quote,))
    return None
