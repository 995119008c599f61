"""Read lists of dimensions by who examines or by their number: 「党员查甲、乙、丙」, 「四个方面：……」."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.core.record.numerals import number_of
from orglife.notice.clause import NoticeClause
from orglife.notice.facts.dimension_words import EITHER, LOOK, NOT_DIMENSIONS, DimensionList, belongs_to, is_leadership
from orglife.notice.facts.spans import halves
from orglife.notice.listing import first_piece, items, pieces, split_last, trimmed
from orglife.notice.model import quote_at

_AS_CONTENTS = re.compile(
    r"(?:以|把|将)(?P<list>[^，。；：、]{2,16}(?:、[^，。；：、]{2,16}){1,8})(?:等)?(?:[二三四五六七八九\d]{1,3}个?(?:方面|维度|环节|项))?(?:为|作为)(?:主要|重点|基本)?(?:内容|重点|方面|维度|切入点|抓手|尺子|镜子|标尺|标准|方向)"
)


def content_lists(clause: NoticeClause, *, team: bool) -> Iterator[DimensionList]:
    """Lists as the content of examining: 「以甲、乙、丙为重点进行检视」, 「以……为主要内容撰写检视材料」."""
    for start, end in halves(clause):
        match = _AS_CONTENTS.search(clause.plain, start, end)
        if not match or not (
            LOOK.search(clause.plain, match.end(), end)
            or re.search("提纲|对照检查|检查材料", clause.plain[match.end() : end])
        ):
            continue
        if not belongs_to(clause, start, match.start(), team=team) or re.search(
            "学习", clause.plain[match.end() : end]
        ):
            continue
        begin, stop = match.span("list")
        texts = items(clause.plain, begin, stop)
        if len(texts) > 1 and not any(NOT_DIMENSIONS.search(t) for t in texts):
            yield DimensionList(7, texts, quote_at(clause, begin, stop))


_SUBJECT = re.compile(
    r"(?<![^，。；：])(?!预备)(?P<who>[^，。；：、“”《》]{0,8}?(?:支部班子|支部委员会|党支部(?!委)|支部(?!委)|支委会|支委(?!会)|班子|党员(?:个人)?))"
    r"(?P<how>(?:检查材料|对照检查材料|发言提纲)，(?=围绕)|：|)(?:要|应)?(?:重点|着重|主要)?"
    r"(?P<verb>侧重|围绕|聚焦|查找|查摆|自查|剖析|反思|查|找|摆|看|盯|晒|检视|检查|对照|对标)?(?:“[^”]{2,12}”|[一二三四五六七八九]条|[一二三四五六七八九]个方面)?(?P<colon>：)?(?P<list>[^。：]{8,160})"
)


_OWN = re.compile(r"^(?:看|查|找)?(?P<v>[^，。；：、]{2,22}?)(?:[一二三四五六七八九]个方面)?$")


_CLOSING = re.compile(
    r"等?(?:这)?(?:[一二三四五六七八九十\d]{1,3}个)?(?:方面|环节|维度|层面)(?:上|中)?.*$|(?:上|中)?(?:存在)?的?(?:突出)?(?:差距|不足|问题|短板).*$|等$"
)
"""Closing words of an enumeration: 「……等5个方面的差距和不足」."""


def subject_lists(clause: NoticeClause, start: int, end: int, *, team: bool) -> Iterator[DimensionList]:
    """Subject, verb and list: 「支部班子找四条：甲、乙、丙。党员查甲、乙、丙；学生党员查丁、戊、己」."""
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    index = start
    while match := _SUBJECT.search(clause.plain, index, end):
        index = match.start("list")
        about = LOOK.search(clause.context) or re.search("查什么|找准|摆|写材料", clause.context)
        colon = match.group("colon") or match.group("how") == "："
        listed = match.group("list").partition("；")[0]
        each = all(EITHER.search(t) for t in re.split("[、，]", listed))
        verb = match.group("verb")
        takes = verb and (about or each or verb == "侧重")
        if not takes and not (colon and (about or verb)):
            continue
        if ("党员" not in match.group("who")) != team:
            continue
        parts, stop = _subject_parts(clause, *match.span("list"))
        begin = match.start("list")
        labels = [m.group("v") for a, b in parts if (m := _OWN.match(clause.plain[a:b]))]
        if len(labels) > 1:
            labels[0], labels[-1] = re.sub("^[在从]", "", labels[0]), _CLOSING.sub("", labels[-1])
        if any(t.count("“") != t.count("”") for t in labels):
            continue
        if len(labels) < 3 or len(labels) < len(parts) or any(NOT_DIMENSIONS.search(t) for t in labels):
            continue
        if not colon and not re.search("[。；，]", clause.plain[stop : stop + 1] or "。"):
            continue
        texts += labels
        spans.append((begin, stop))
    if texts:
        yield DimensionList(9, list(dict.fromkeys(texts)), quote_at(clause, spans[0][0], spans[-1][1]))


def _subject_parts(clause: NoticeClause, begin: int, stop: int) -> tuple[list[tuple[int, int]], int]:
    """The items of a list and its end: a semicolon, or the comma after items separated by 、."""
    cut = clause.plain.find("；", begin, stop)
    here = cut if cut > 0 else stop
    if re.search("、[^，；]*、", clause.plain[begin:here]):
        comma = clause.plain.find("，", begin, here)
        if comma > 0 and "、" not in clause.plain[comma:here]:
            stop = cut = comma
    short = all(b - a <= _ITEM for a, b in pieces(clause.plain, begin, stop, "；"))
    by_halves = short and cut > 0 and not re.search("[、，]", clause.plain[begin:stop])
    stop = stop if by_halves or cut < 0 else cut
    mark = "；" if by_halves else "、" if "、" in clause.plain[begin:stop] else "，"
    return pieces(clause.plain, begin, stop, mark), stop


_ITEM = 14
_SO_MANY = re.compile(
    r"(?P<n>[二两三四五六七八九])(?:个|条|点|件|项)?(?:方面|侧面|维度|层面|层次|面镜子|把尺子|道关|事|问题|角度|内容|重点|看一看|查一查|看|查|问|对照|条|点|项|关|字)[^，。；：]{0,8}(?:：|，(?:即|分别是|也就是|包括)：?)(?P<list>[^。]+)"
)


_NUMBER = re.compile("[一二三四五六七八九]是|第[一二三四五六七八九][，是]?|[①-⑨]|[1-9][.、]")


_NUMBERED = re.compile("(?:^|[，；、])(?:[一二三四五六七八九]是|第[一二三四五六七八九][，是]?|[①-⑨]|[1-9][.、])")


def stated_count_lists(clause: NoticeClause, start: int, end: int, *, team: bool) -> Iterator[DimensionList]:
    """「围绕四个方面准备：甲强不强，…；乙好不好；…」: as many items as stated, with any separator."""
    index = start
    while match := _SO_MANY.search(clause.plain, index, end):
        index = match.start("list")
        if is_leadership(clause, max(start, clause.plain.rfind("；", start, match.start()) + 1), match.start()) != team:
            continue
        begin, stop = match.span("list")
        other = _OTHER_SIDE.search(clause.plain, begin, stop)
        texts, at = _parts(clause, begin, other.start() if other else stop, number_of(match.group("n")))
        about = LOOK.search(clause.context + clause.plain[start:index]) or _THINK.search(
            clause.context + clause.plain[start:index]
        )
        if not (about or all(EITHER.search(t) for t in texts)):
            continue
        if texts and not any("，" in t or NOT_DIMENSIONS.search(t) for t in texts):
            yield DimensionList(9, without_verb(texts), quote_at(clause, *at))


_THINK = re.compile(r"[讲写]什么|看一看|查一查|想|(?<!观)看|查|问|照|自我检查|提纲|(?:检查|检视|剖析|发言)材料")


_OTHER_SIDE = re.compile(
    r"；(?=[^，。；：、]{0,6}(?:党员|支部|支委会?|班子)(?:个人|班子|委员会)?(?:要|应|须|则|重点|着重|主要|查|看|找|问|想|围绕|对照|从|：|的|[二两三四五六七八九]))"
)


def _parts(clause: NoticeClause, start: int, end: int, count: int) -> tuple[list[str], tuple[int, int]]:
    """The items of a list, split at the separator that gives ``count`` items, with their span; empty without one."""
    marks = list(_NUMBERED.finditer(clause.plain, start, end))
    ways = [pieces(clause.plain, start, end, m) for m in ("；", "、", "，")]
    stops = [*(m.start() for m in marks[1:]), end]
    ways.append([(m.end(), stop) for m, stop in zip(marks, stops, strict=False)])
    for way in ways:
        if len(way) != count:
            continue
        stop = clause.plain.find("，", *way[-1]) if way is ways[1] else -1
        way[-1] = (way[-1][0], stop if stop > 0 else way[-1][1])
        spans = [(m.end() if (m := _NUMBER.match(clause.plain, *s)) else s[0], s[1]) for s in way]
        firsts = [first_piece(clause.plain, *s, "，") for s in spans]
        asked = all(EITHER.search(clause.plain[slice(*s)]) for s in firsts)
        spans = [trimmed(clause.plain, *s) for s in (firsts if asked else spans)]
        if all(2 <= b - a <= 24 for a, b in spans):
            return [clause.plain[slice(*s)] for s in spans], (spans[0][0], spans[-1][1])
    return [], (0, 0)


def without_verb(texts: list[str]) -> list[str]:
    """The texts without their verb, if all begin with the same one: 「看一看政治忠诚」 gives 政治忠诚."""
    for verb in ("看一看", "查一查", "看", "查", "问"):
        if all(t.startswith(verb) and len(t) > len(verb) + 1 for t in texts):
            return [t.removeprefix(verb) for t in texts]
    return texts


_LABEL = re.compile(
    r"(?<![^。；])(?P<label>[^，。；：]{0,10}(?:检视|查摆|对照|剖析|检查|查找|查|找)(?!材料|报告)[^，。；：]{0,14})：(?P<list>[^，。；：、]{2,20}(?:、[^，。；：、]{2,20}){1,9})(?=[。；]|$)"
)


def labelled_lists(clause: NoticeClause, start: int, end: int, *, team: bool) -> Iterator[DimensionList]:
    """A label followed by only a list: 「检视角度（支部班子）：从严治警、队伍管理、执法公信」."""
    match = _LABEL.search(clause.plain, start, end)
    if match is None or is_leadership(clause, start, match.end("label")) != team:
        return
    begin, stop = match.span("list")
    spans = [trimmed(clause.plain, *s) for s in split_last(clause.plain, pieces(clause.plain, begin, stop))]
    texts = [clause.plain[slice(*s)] for s in spans]
    if len(texts) > 1 and not any(NOT_DIMENSIONS.search(t) or re.search("材料|提纲|情况$", t) for t in texts):
        yield DimensionList(6, without_verb(texts), quote_at(clause, begin, stop))
