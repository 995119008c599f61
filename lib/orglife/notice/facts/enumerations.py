"""Read enumerations of dimensions by the words before and after them: 「从甲、乙、丙等方面查摆」."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.core.record.numerals import number_of
from orglife.notice.clause import NoticeClause
from orglife.notice.facts.dimension_words import (
    EITHER,
    LOOK,
    MEMBER,
    NOT_DIMENSIONS,
    TEAM,
    DimensionList,
    belongs_to,
    is_leadership,
)
from orglife.notice.listing import pieces, split_last, trimmed
from orglife.notice.model import quote_at
from orglife.notice.vocabulary import known_labels

_RUN = re.compile(r"(?P<one>[^，。；：、]{2,60})(?:、[^，。；：、]{2,30})+(?:，(?:以及|和)[^，。；：、]{2,30})?")


_LEAD = re.compile(
    r".*(?:检查内容：|(?:查摆|检视|对照|查找)(?:内容|重点)[：—]+|围绕|就(?!近)|对照|检视|查摆|查找|剖析|聚焦|聚集|紧扣|结合|从|[按依]照|按|在|写[清明]|重点看|重点是|看|查)(?:自身|自己|个人|党支部|支部)?(?:存在的?)?(?:在|从|对照|是否存在)?(?:“[^”]{2,12}”（)?[“：]?"
)


_TAIL = re.compile(
    r"）.*|(?<=.)(?:上|中)(?:找|查|看)(?:差距|不足|问题).*|(?<=.)“[^”]{0,6}(?:合格|标准|纪律|要求)”.*|(?:展开|开展|进行)$|[”]?(?:等?(?:这)?(?:(?:[一二三四五六七八九十\d]{1,3}个|几个?))?(?:方面|侧面|角度|维度|环节).*|等(?:突出)?(?:问题|情况|内容|要求)?(?:$|，|找|查|进行).*|(?:的|等)(?:差距|不足|问题|表现|主旨|要求|标准|情况|短板|弱项).*|"
    r"(?:进行|开展|深入|认真|逐一|逐项|全面)*(?:查摆|查找|检视|对照检查|党性分析|深刻剖析|找差距).*|(?:上)?存在的.*|(?<=.)突出问题$|(?<=.{2})情况$)"
)


_STRONG = re.compile(r"(?:内容：|检视|查摆|查找|对照|聚焦|围绕)(?:自身|自己)?(?:存在的?)?(?:在)?[“：]?$")


def enumerations(clause: NoticeClause, start: int, end: int, *, team: bool) -> Iterator[DimensionList]:
    """Enumerations after a word of examining, or before words such as 「…等方面的问题」."""
    plain = clause.plain
    usual = known_labels()
    for match in _RUN.finditer(plain, start, end):
        first = _first_item(plain, match)
        lead = _LEAD.match(plain, *first)
        begin = lead.end() if lead and lead.end() < first[1] - 1 else first[0]
        if not belongs_to(clause, max(start, begin - _HEAD), begin, team=team) or _SLOGAN.match(plain, begin, end):
            continue
        spans = pieces(plain, begin, match.end(), known=usual)
        last = _BEFORE_LAST.search(plain, *spans[-1])
        tail = _TAIL.search(plain, (last.end() if last else spans[-1][0]) + 2, spans[-1][1])
        announced = bool(_ANNOUNCED.search(plain, start, match.start())) and len(spans) > 2
        if not (announced or _closes(plain, lead, tail, spans) or (lead and _GOES_ON.match(plain, match.end()))):
            continue
        spans[-1] = (spans[-1][0], tail.start() if tail else spans[-1][1])
        texts = [
            _label(plain[a : b - (plain[b - 1] == "上" and b - a > _SHORT)], usual)
            for a, b in (trimmed(plain, *s) for s in split_last(plain, spans))
            if b > a
        ]
        if len(texts) >= 2 and all(len(t) <= 24 and not NOT_DIMENSIONS.search(t) for t in texts):
            named = bool(MEMBER.search(plain[start:begin]) or TEAM.search(plain[start:begin]))
            aspects = tail is not None and "方面" in tail.group()
            weight = _weight(clause, texts, led=lead is not None, aspects=aspects, named=named)
            yield DimensionList(weight, list(dict.fromkeys(texts)), quote_at(clause, begin, spans[-1][1]))


def _weight(clause: NoticeClause, texts: Sequence[str], *, led: bool, aspects: bool, named: bool) -> int:
    """The weight of an enumeration: for its introduction (``led``), its closing words (``aspects``), its owner (``named``)."""
    known = all(text in known_labels() for text in texts)
    theme = bool(re.search("主题|总体要求", clause.context))
    return led + (len(texts) > 2) + bool(LOOK.search(clause.title)) + 2 * (aspects + known + named) - 3 * theme


_BEFORE_LAST = re.compile("以及|，")
_TAKES = re.compile(r"(?:围绕|对照|聚焦|紧扣)(?=[^，。；：、]{2,})")


def _first_item(plain: str, run: re.Match[str]) -> tuple[int, int]:
    """The first item of an enumeration: in 「班子、委员和党员要围绕甲、乙、丙」 it is 甲."""
    spans = pieces(plain, *run.span())
    takes = [i for i, s in enumerate(spans) if i and i < len(spans) - 1 and _TAKES.search(plain, *s)]
    return spans[takes[-1]] if takes else run.span("one")


_HEAD = 300
"""Maximum distance of the words that say whose list it is, in characters."""
_SHORT = 3


_SLOGAN = re.compile(r"[^”]*”(?:的)?(?:总要求|主题|目标要求|总目标)")
"""Words after a list that is a slogan: 「对照“学思想、强党性、重实践、建新功”总要求」."""


_ANNOUNCED = re.compile(r"(?:内容|(?:以下|下列|如下)[^，。；：]{0,12}(?:方面|问题)[^，。；：]{0,8})：$")


_GOES_ON = re.compile(r"，?(?:进行|开展|深入)?(?:查摆|查找|检视|党性分析|找|把自己摆进去|逐一|逐项)")


def _closes(
    plain: str, lead: re.Match[str] | None, tail: re.Match[str] | None, spans: Sequence[tuple[int, int]]
) -> bool:
    """Whether an enumeration is closed: by its last words, or because it is the object of a word of examining."""
    if tail is not None and (lead or re.search("[方侧]面|角度", tail.group())):
        return True
    if len(spans) > 2 and all(plain[a:b] in known_labels() for a, b in spans):
        return True
    if all(EITHER.search(plain[a:b]) for a, b in spans):
        return True
    stop = spans[-1][1]
    at_mark = stop >= len(plain) or plain[stop] in "，。；"
    return lead is not None and at_mark and len(spans) > 2 and bool(_STRONG.search(lead.group()))


_AS_QUOTED = re.compile(
    r"(?:对照|围绕|按照|聚焦|紧扣)“(?P<list>[^“”]{8,120})”(?:的)?(?:标准|要求)?，?(?:找|查|摆|检视|进行)"
)


_AGAINST = re.compile(
    r"(?:(?P<verb>对照|对标|比照|围绕|聚焦|紧扣|紧盯|盯住|反思|剖析|查找?|看|检视)[^，。；：、]{2,12}[，、])(?:(?P=verb)[^，。；：、]{2,12}[，、]){1,7}(?P=verb)[^，。；：、]{2,12}(?=[，。；、])"
)


def repeated_verb_lists(clause: NoticeClause, start: int, end: int) -> Iterator[DimensionList]:
    """「对照党章党规，对照初心使命，对照先进典型」, and quoted lists with commas between the items."""
    match = _AGAINST.search(clause.plain, start, min(end + 1, len(clause.plain)))
    if match:
        verb = match.group("verb")
        texts = [t.removeprefix(verb) for t in re.split("[，、]", match.group())]
        if not any(NOT_DIMENSIONS.search(t) for t in texts):
            yield DimensionList(3, texts, quote_at(clause, match.start() + len(verb), match.end()))
    for quoted in _AS_QUOTED.finditer(clause.plain, start, end):
        begin, stop = quoted.span("list")
        spans = pieces(clause.plain, begin, stop, "，；")
        if len(spans) > 2 and "、" in quoted.group("list"):
            yield DimensionList(9, [clause.plain[slice(*s)] for s in spans], quote_at(clause, begin, stop))


_COUNTED = re.compile(
    r"“(?P<list>[^“”]{8,120})”(?:等)?(?P<n>[二两三四五六七八九十\d]+)(?:个)?(?:方面|维度|标准|要求|关键词|层面|字)"
)


def counted_lists(clause: NoticeClause, start: int, end: int) -> Iterator[DimensionList]:
    """「“讲政治、有信念，讲规矩、有纪律，…”四个方面」: the stated count tells that commas separate the items."""
    for match in _COUNTED.finditer(clause.plain, start, end):
        begin, stop = match.span("list")
        count = number_of(match.group("n"))
        spans = pieces(clause.plain, begin, stop, "，；")
        if len(spans) == count > 1 and "、" in match.group("list"):
            yield DimensionList(9, [clause.plain[slice(*s)] for s in spans], quote_at(clause, begin, stop))


def question_lists(clause: NoticeClause, start: int, end: int) -> Iterator[DimensionList]:
    """Questions between commas: 「政治功能强不强，“四个意识”牢不牢，…」."""
    run: list[tuple[int, int]] = []
    for span in [*clause.line.clauses(start, end), (end, end)]:
        if EITHER.search(clause.plain[slice(*span)]) and span[1] - span[0] <= 20:
            run.append(span)
        elif len(run) > 2:
            yield DimensionList(6, [clause.plain[slice(*s)] for s in run], quote_at(clause, run[0][0], run[-1][1]))
            run = []


_LOOK_ONE = re.compile(
    r"(?:[一二三四五六七八九十]|第[一二三四五六七八九十])?(?:是)?(?:查|看|对照)(?P<v>[^，。；：、]{2,14})[，、](?:重点)?(?:看|找|查)"
)


_ONE_BY_ONE = (
    (_LOOK_ONE, 2),
    (re.compile(r"[一二三四五六七八九]查(?P<v>[^，。；：、看]{2,16})"), 2),
    (re.compile(r"[一二三四五六七八九]是(?:在)?(?P<v>[^，。；：、]{2,14}?)(?:上|中)?(?:方面|情况)(?=[，。；])"), 3),
)


def _label(text: str, usual: Sequence[str]) -> str:
    """The text without 党的, if that gives a known label: 「党的政治纪律」 gives 政治纪律."""
    return text.removeprefix("党的") if text.removeprefix("党的") in usual else text


def numbered_lists(clause: NoticeClause) -> Iterator[DimensionList]:
    """「一查理想信念，看…；二查…」 and 「一是理想信念方面；二是…」."""
    for pattern, least in _ONE_BY_ONE:
        matches = list(pattern.finditer(clause.plain))
        looks = pattern is _LOOK_ONE or LOOK.search(clause.plain + clause.context)
        if len(matches) >= least and looks:
            if is_leadership(clause, 0, matches[0].start()):
                return
            yield DimensionList(
                4 + len(matches),
                [m.group("v") for m in matches],
                quote_at(clause, matches[0].start(), matches[-1].end("v")),
            )
            return
