"""Read the dimensions that members and the branch's leadership examine, from the sentences that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import first_piece, items
from orglife.notice.model import Fact, Notice, NoticeQuote, merge_lists, quote_at
from orglife.notice.ranking.units import Unit
from orglife.notice.values import rows
from orglife.notice.values.lists import Spans, by_marks, by_ordinals

_TEAM = re.compile(
    r"(?:党支部|支部|党组织|支委会|支部委员会|基层党组织)?(?:领导)?班子(?!成员)|支委会|支部委员会|(?:党支部|支部)(?!委员|书记|党员|[^，。；：]{0,6}班子成员)|基层党组织"
)
_MEMBER = re.compile(
    r"党员(?!教育|管理|队伍|[、和]群众|群众|总数|大会|意识|先锋|义务|身份|标准|发展|条件|权利|分类|形象|干部要以)|个人(?!主义)|班子成员"
)
_OPENS_TEAM = re.compile(rf"^[^，。；：]{{0,6}}?(?:{_TEAM.pattern})")
_OPENS_MEMBER = re.compile(
    rf"^(?:要求|对|每[名个位]|全体|广大|普通|各[个类]?|其他|其余|所有|在职|学生|教师|退休|机关|正式|（?二）?是?|支委和)*(?:{_MEMBER.pattern})"
)
"""Words at the beginning of a part that say whom the parts from there on are about."""
_BOTH = re.compile(
    r"(?:支部|班子|支委会|支委|委员会)(?:领导)?(?:班子)?(?:及其?|和|与|、)(?:[^，。；：]{0,12}(?:、|和|及|与))?(?:每名|全体|每位|广大|各)?党员(?!教育|管理|队伍|群众)"
)
_LOOKS = re.compile("：|查|检视|对照|剖析|围绕|聚焦|写|找")
_EITHER = re.compile(r"(.{1,2})[不没]\1|是否.|有没有|有无|怎么样|怎样$|如何")
_NONE = re.compile(
    r"[出下]来$|带头(?:查摆|亮丑|剖析|接受|检视|作(?!用)|开展)|接受批评|世界观|座谈|个别|优秀|测评|互评|谈心|意见箱|《|书记|委员|^群众$|会前|会上|通报|^参加|等次|填写|征求|整改|清单|台账|报告|材料|提纲|学习教育$|问题$|检视$|要求$"
)
_LEAD = re.compile(
    r".*(?:围绕|聚焦|对照|对标|紧扣|检视|检查|查摆|查找|查查|查一查|找一找|想一想|看一看|剖析|反思|侧重|着重|重点|内容为|主要是|包括|落笔|(?<!严)(?<!全面)[从就以在按](?!身|位)|把(?!关|握)|写|摆|找|查|看|问|即|：)(?=[^、]{2})"
)
_TAIL = re.compile(
    r"(?:查找|查摆|找)(?:差距|不足|问题)?$|(?:等)?(?:这)?(?:[一二两三四五六七八九十\d]{1,2})?(?:个|项|条|点|种|关|面镜子|把尺子)?(?:方面|层面|维度|角度|环节|侧面)(?:的)?(?:问题|情况|不足|差距|短板)?(?:上|中|来|展开|进行|为主|入手)?.*$|(?:等)?[一二两三四五六七八九十]?[个项条点]?(?:内容|重点|标准|职责|要求)$|[一二两三四五六七八九十][个项条点](?:突出)?问题$|(?:存在)?的?(?:突出)?(?:差距|(?<!足)不足|问题|短板).*$|上?(?:找不足|找差距|差在哪[里儿]?|下功夫)$|等$|(?:[二三四五六七八九])(?:条|项|点|问|字)$|(?:为|作为)?(?:主要|重点|基本)(?:内容|方面|方向).*$|(?:逐[项一条]|深入|认真)?(?:撰写|查摆|检视|剖析|对照检查|进行).*$"
)
_STANDARD = re.compile("党章|党规|典型|先烈|期盼|期待|初心|规定|主义思想|先进|职责|学思想|强党性|重实践|建新功")
"""What members compare themselves with, named beside what they examine."""
_SHORTEST, _LONGEST = 2, 26
_FEW = 2
_HEAD = 24
"""Maximum characters in which leadership and members are named together."""


def dimensions(notice: Notice, units: Sequence[Unit], *, team: bool) -> list[Fact]:
    """Lists of dimensions that members (or the leadership) examine, the likeliest first.

    Value of each: the dimensions, as the notice names them. Beside standards (…合格) only a list in the same sentence
    counts.
    """
    facts: list[Fact] = []
    for unit in units:
        if facts and are_standards(facts[0].value):
            break
        whole = _row(notice, unit, team=team) or _below(notice, unit, team=team)
        for fact in [whole] if whole else _within(unit, team=team):
            if not any(set(fact.value) & set(f.value) for f in facts):
                facts.append(fact)
    return facts


def _row(notice: Notice, unit: Unit, *, team: bool) -> Fact | None:
    """One dimension a row, or a list in the cell of a row about the subject."""
    for fact in rows.dimension_rows(notice, team=team):
        if any(w.quote in unit.clause.line.raw for w in fact.words):
            return fact
    return None


def _below(notice: Notice, unit: Unit, *, team: bool) -> Fact | None:
    """Numbered clauses below a heading or a lead-in; each begins with its dimension."""
    for head in (unit.clause, notice.heading_of.get(unit.clause)):
        if head is None or not (head.is_heading or head.plain.endswith("：")):
            continue
        if not re.search("查|检视|对照|剖析|方面|问题|落笔|不足", head.plain) or not _is_of(
            head, 0, len(head.plain), team=team
        ):
            continue
        below = [c for c in notice.below(head) if c.numbered and len(c.above) == head.depth]
        labels = [_label(c) for c in below if c.rank == below[0].rank]
        if len(labels) >= _FEW and _are_dimensions([text for text, _ in labels]):
            return Fact([text for text, _ in labels], tuple(at for _, at in labels))
    return None


def _label(clause: NoticeClause) -> tuple[str, NoticeQuote]:
    begin, stop = first_piece(clause.plain, 0, len(clause.plain), "，：。；")
    return re.sub("^(?:查|看|在)|(?:方面|上|情况)$", "", clause.plain[begin:stop]), quote_at(clause, begin, stop)


def _within(unit: Unit, *, team: bool) -> list[Fact]:
    """The enumerations in the parts of a sentence that are about the subject: standards (…合格) apart from others."""
    clause = unit.clause
    end = len(clause.plain) if clause.plain.endswith("？") else unit.end
    parts = list(_of_subject(clause, unit.start, end, team=team))
    kinds = [[f for part in parts if (f := _first_list(clause, *part, graded=graded))] for graded in (True, False)]
    return [fact for facts in kinds if (fact := merge_lists(facts))]


def _first_list(clause: NoticeClause, start: int, end: int, *, graded: bool) -> Fact | None:
    """The clearest list in a stretch, of standards if ``graded``.

    What members compare themselves with counts only if nothing else is listed.
    """
    best: Fact | None = None
    for spans in _enumerations(clause.plain, start, end):
        texts = [clause.plain[slice(*s)] for s in spans]
        if not _are_dimensions(texts) or are_standards(texts) != graded:
            continue
        fact = Fact(texts, (quote_at(clause, spans[0][0], spans[-1][1]),))
        if best is None or _clearer(fact, best):
            best = fact
    return best


def are_standards(texts: Sequence[str]) -> bool:
    """Whether a list is one of standards: 政治合格, 执行纪律合格."""
    return all(text.endswith("合格") for text in texts)


def _clearer(fact: Fact, best: Fact) -> bool:
    """Whether a list is clearer than one found before: it is not what members compare with, or much longer."""
    compared, before = (sum(1 for t in f.value if _STANDARD.search(t)) >= _FEW for f in (fact, best))
    of_lists = all("、" in text for text in best.value)  # its items are lists themselves
    return before if compared != before else not of_lists and len(fact.value) > len(best.value) + 1


def _of_subject(clause: NoticeClause, start: int, end: int, *, team: bool) -> Iterator[tuple[int, int]]:
    """The stretches of a sentence that are about the subject: from its name to the next other subject."""
    marks: list[tuple[int, frozenset[bool]]] = []  # position, whether of the leadership
    for begin, stop in clause.line.clauses(start, end):
        part = clause.plain[begin:stop]
        colon = max(clause.plain.rfind(mark, start, begin - 1) for mark in "：；。")
        if colon >= 0 and clause.plain[colon] == "：" and not _LOOKS.search(clause.plain, begin, stop + 1):
            continue  # an item of a list
        if _BOTH.search(part[:_HEAD]):
            marks.append((begin, frozenset({True, False})))
        elif _OPENS_MEMBER.match(part):
            marks.append((begin, frozenset({False})))
        elif _OPENS_TEAM.match(part):
            marks.append((begin, frozenset({True})))
    if not marks or marks[0][0] > start:
        marks.insert(0, (start, frozenset({_is_of(clause, 0, 0, team=True)})))
    for (begin, of), stop in zip(marks, [*(begin for begin, _ in marks[1:]), end], strict=True):
        if team in of:
            yield begin, stop


def _is_of(clause: NoticeClause, start: int, end: int, *, team: bool) -> bool:
    """Whether words, or else the headings, are about the leadership (``team``) or the members."""
    for text in (clause.plain[start:end], clause.title, *reversed(clause.above)):
        led, member = _TEAM.search(text), _MEMBER.search(text)
        if led or member:
            first = bool(led and (not member or led.start() < member.start()))
            return bool(_BOTH.search(text)) or first == team
    return not team


def _enumerations(plain: str, start: int, end: int) -> Iterator[Spans]:
    """The possible enumerations in a stretch, the clearest first."""
    if ordinal := by_ordinals(plain, start, end):
        yield [first_piece(plain, *s, "，；：") for s in ordinal]
    yield from _after_colons(plain, start, end)
    asked = [s for s in by_marks(plain, start, end, "，；。？、") if _EITHER.search(plain[slice(*s)])]
    if len(asked) > _FEW:
        yield _trimmed(plain, asked)
    if twofold := _twofold(plain, start, end):
        yield _trimmed(plain, twofold)
    for within in re.finditer("“([^”]*、[^”]*)”(?!要求|主题|等要求)|（即?([^）]*、[^）]*)）", plain[start:end]):
        begin, stop = (start + at for at in within.span(1 if within.group(1) else 2))
        yield _twofold(plain, begin, stop) or by_marks(plain, begin, stop, "、")
    yield from (_trimmed(plain, s) for part in _pieces(plain, start, end) if (s := by_marks(plain, *part, "、")))


def _after_colons(plain: str, start: int, end: int) -> Iterator[Spans]:
    """Enumerations between a colon and the next full stop."""
    for colon in (start + m.end() for m in re.finditer("：", plain[start:end])):
        full = plain.find("。", colon, end)
        stop = full if full >= 0 else end
        if twofold := _twofold(plain, colon, stop):
            yield twofold
        for mark in ("；", "、", "，", "？"):
            spans = [(a, b - 2 * plain.endswith("方面", a, b)) for a, b in by_marks(plain, colon, stop, mark)]
            if spans and mark == "、":
                comma = plain.find("，", *spans[-1])
                spans[-1] = (spans[-1][0], comma if comma > 0 else spans[-1][1])
            if len(spans) > _FEW and all(e - s <= _LONGEST for s, e in spans):
                yield _trimmed(plain, spans, lead=False)


def _twofold(plain: str, start: int, end: int) -> Spans:
    """Items that contain 、 themselves: 「讲政治、有信念，讲规矩、有纪律，讲道德、有品行」; [] without such items."""
    parts = [s for s in by_marks(plain, start, end, "，；。") if plain[slice(*s)].count("、") == 1]
    return parts if len(parts) > _FEW and len({plain[s] for s, _ in parts[1:]}) == 1 else []


def _pieces(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between commas and full stops that contain 、; a part that only ends a list (「，以及丁」) belongs to it."""
    begun = start
    for match in re.finditer("[，。；：](?!以及|并且)|$", plain[start:end]):
        part = plain[begun : start + match.start()]
        if "、" in part:
            unclosed = part.find("“") + 1 if "”" not in part else 0
            yield begun + unclosed, start + match.start()
        begun = start + match.end()


def _trimmed(plain: str, spans: Spans, *, lead: bool = True) -> Spans:
    """The items without the words that lead to the first and that close the last one."""
    begin, stop = spans[0]
    if lead and (match := _LEAD.match(plain[begin:stop])):
        spans = [(begin + match.end(), stop), *spans[1:]]
    if len(spans) > _FEW and re.fullmatch("(?:主要|突出)?(?:不足|差距|问题|短板|要求)", plain[slice(*spans[-1])]):
        spans = spans[:-1]
    begin, stop = spans[-1]
    if (match := _TAIL.search(plain[begin:stop])) and match.start() >= _SHORTEST:
        spans = [*spans[:-1], (begin, begin + match.start())]
    return [
        (a + len(m.group()) if (m := re.match("“", plain[a:b])) and "”" not in plain[a:b] else a, b) for a, b in spans
    ]


def _are_dimensions(texts: Sequence[str]) -> bool:
    return len(texts) >= _FEW and all(
        _SHORTEST <= len(t) <= _LONGEST and (_EITHER.search(t) or not _NONE.search(t)) and t.count("“") == t.count("”")
        for t in texts
    )


_KEY = re.compile(r"(?:重点看|看)是否(?:存在|有)(?P<list>[^。；]+?)(?:等问题|等情况|的?问题(?=[。；，])|(?=[。；]))")


def key_checks(_: Notice, units: Sequence[Unit], known: Sequence[str]) -> Fact | None:
    """Problems that each member checks first: 「重点看是否存在…等问题」; ``known`` are labels with a separator.

    Value: one text per problem.
    """
    for clause in (unit.clause for unit in units):
        match = _KEY.search(clause.plain)
        if match:
            begin, stop = match.span("list")
            return Fact(items(clause.plain, begin, stop, "、，", known), (quote_at(clause, begin, stop),))
    return None
