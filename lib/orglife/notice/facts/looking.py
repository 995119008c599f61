"""What is looked for before the meeting: by members, by the branch's leadership, and what each asks himself first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clauses import Clause
from orglife.notice.facts import rows
from orglife.notice.facts.spans import halves
from orglife.notice.listing import items, pieces, split_last, trimmed
from orglife.notice.marks import number_of
from orglife.notice.model import Fact, Notice, Words, words
from orglife.notice.vocabulary import known_labels

_RUN = re.compile(r"(?P<one>[^，。；：、]{2,60})(?:、[^，。；：、]{2,30})+(?:，(?:以及|和)[^，。；：、]{2,30})?")
_LEAD = re.compile(
    r".*(?:检查内容：|(?:查摆|检视|对照|查找)(?:内容|重点)[：—]+|围绕|就(?!近)|对照|检视|查摆|查找|剖析|聚焦|聚集|紧扣|结合|从|按照?|在|写[清明]|重点看|重点是|看|查)(?:自身|自己|个人|党支部|支部)?(?:存在的?)?(?:在|从|对照|是否存在)?(?:“[^”]{2,12}”（)?[“：]?"
)
_TAIL = re.compile(
    r"）.*|(?<=.)(?:上|中)(?:找|查|看)(?:差距|不足|问题).*|(?<=.)“[^”]{0,6}(?:合格|标准|纪律|要求)”.*|(?:展开|开展|进行)$|[”]?(?:等?(?:这)?(?:[一二三四五六七八九十\d]+个)?(?:方面|维度|环节).*|等(?:突出)?(?:问题|情况|内容|要求)?(?:$|，|找|查|进行).*|(?:的|等)(?:差距|不足|问题|表现|主旨|要求|标准|情况|短板|弱项).*|"
    r"(?:进行|开展|深入|认真|逐一|逐项|全面)*(?:查摆|查找|检视|对照检查|党性分析|深刻剖析|找差距).*|(?:上)?存在的.*|(?<=.)突出问题$|(?<=.{2})情况$)"
)
_STRONG = re.compile(r"(?:内容：|检视|查摆|查找|对照|聚焦|围绕)(?:自身|自己)?(?:存在的?)?(?:在)?[“：]?$")
_EITHER = re.compile(r"(.{1,2})不\1|是否.|有没有|有无|怎么样|怎样$")
_LOOK = re.compile(
    r"查一查|查什么|自我检查|发言提纲|(?:检查|检视|剖析)材料|(?P<verb>看|查|照|问|对标|对照)[^，。；：、]{2,14}[、，](?P=verb)[^，。；：、]{2,14}[、，](?P=verb)|查摆|查找|对照|检视|剖析|差距|不足|党性分析|问题|短板|找一找|看一看"
)
_TEAM = re.compile(
    r"(?:党支部|支部|党组织)?(?:领导)?班子(?!成员)|支委会|支部委员会|(?:党支部|支部)(?:委员会|层面|集体|自身|写|：|要|应|重点|主要|着重|查|对照|从|围绕)|基层党组织|党组织班子"
)
_MEMBER = re.compile(r"党员(?!教育|管理|队伍|、群众|群众|和群众|领导干部要以)|个人")
_PAIRS = re.compile(
    r"强不强|严不严|牢不牢|实不实|好不好|紧不紧|坚定不坚定|有没有|够不够|高不高|明不明|纯不纯|正不正|到不到位|浓不浓|廉不廉"
)
_NOT_DIMENSIONS = re.compile(
    r"带头(?:查摆|亮丑|剖析|接受|检视)|接受批评|世界观|座谈|个别|优秀|民主测评|党员互评|谈心|意见箱|《|书记|委员|^群众$|会前|通报|^参加|等次|填写"
)


def dimensions(notice: Notice, *, team: bool) -> list[Fact]:
    """Lists of what members (or the branch's leadership) look for, the surest first."""
    found = [seen for clause in notice.body for seen in _looks(clause, team=team)]
    found += _under_heading(notice, team=team)
    read = rows.looked_for(notice, team=team) or _listed_below(notice, team=team)
    return read + [
        Fact(texts, (at,), "stated" if sure >= _SURE else "uncertain")
        for sure, texts, at in sorted(found, key=lambda seen: -seen[0])
    ]


_SURE = 3
"""An enumeration with less to show for it is told as uncertain."""


_LEADS_IN = re.compile(r"[^，。；]{0,40}(?:查摆|查找|检视|对照|剖析|自查|找|查|看)[^，。；]{0,10}：$")


def _listed_below(notice: Notice, *, team: bool) -> list[Fact]:
    """「党员聚焦六个方面查找不足：」 and below it numbered clauses that begin with a label each."""
    clauses = list(notice.body)
    for index, clause in enumerate(clauses):
        if not _LEADS_IN.search(clause.plain) or _whose(clause, 0, len(clause.plain)) != team:
            continue
        if re.search("整改|材料|程序|议程|要求", clause.plain):
            continue
        found: dict[str, Words] = {}
        for other in clauses[index + 1 :]:
            if not other.numbered or (found and other.rank != clauses[index + 1].rank) or other.rank == clause.rank:
                break
            begin, stop = pieces(other.plain, 0, len(other.plain), "，：。；")[0] if other.plain else (0, 0)
            label = re.sub(r"^(?:查|看|在)|(?:方面|上|情况)$", "", other.plain[begin:stop])
            if not 2 <= len(label) <= 16 or _NOT_DIMENSIONS.search(label):
                break
            found[label] = words(other, begin, stop)
        if len(found) > 1:
            return [Fact(list(found), tuple(found.values()))]
    return []


_LOOK_HEADING = re.compile(
    r"[^，。；：]{0,16}(?:查摆|查找|检视|对照|剖析|查)[^，。；：]{0,6}(?:方面|重点|内容|角度|维度|什么|要点)?"
)
_DEEDS = re.compile(r"点评|投票|通报|测评|检查$|检视$|小结|表态|汇报|提纲|材料|主持|学习$|谈心")


def _under_heading(notice: Notice, *, team: bool) -> Iterator[_Seen]:
    """Clauses that begin with a label each under a line that is only a heading: 「（一）党员查摆重点」."""
    clauses = list(notice.body)
    for index, clause in enumerate(clauses):
        if not (clause.heading == len(clause.plain) > 0 and _LOOK_HEADING.fullmatch(clause.title)):
            continue
        if not (_TEAM if team else _MEMBER).search(clause.title) or _whose(clause, 0, clause.heading) != team:
            continue
        depth = len(clause.above) + clause.numbered
        found: list[tuple[str, Words]] = []
        for other in clauses[index + 1 :]:
            if not other.numbered or len(other.above) != depth or not other.plain:
                break
            begin, stop = pieces(other.plain, 0, len(other.plain), "，：。；")[0]
            found.append(
                (re.sub(r"^(?:查|看|在)|(?:方面|上|情况)$", "", other.plain[begin:stop]), words(other, begin, stop))
            )
        labels = [label for label, _ in found]
        if len(labels) > 1 and all(
            2 <= len(t) <= 16 and not _NOT_DIMENSIONS.search(t) and not _DEEDS.search(t) for t in labels
        ):
            yield 8, labels, found[0][1]


_Seen = tuple[int, list[str], Words]  # how sure, labels, words


def _looks(clause: Clause, *, team: bool) -> Iterator[_Seen]:
    if clause.line.is_row:
        return
    yield from _as_contents(clause, team=team)
    for start, end in halves(clause):
        said = clause.plain[start:end]
        if not (_LOOK.search(said) or _LOOK.search(clause.context)) or re.search("整改|谈心|(?:专项|集中)整治", said):
            continue
        yield from _lists(clause, start, end, team=team)
        yield from _labelled(clause, start, end, team=team)
        if _belongs(clause, start, end, team=team):
            yield from _either(clause, start, end)
            yield from _counted(clause, start, end)
            yield from _against(clause, start, end)
    for start, end in clause.line.sentences:
        yield from _by_subject(clause, start, end, team=team)
        yield from _by_count(clause, start, end, team=team)
    if clause.plain.count("？") > 2 and _whose(clause, 0, clause.heading or len(clause.plain)) == team:
        yield from _either(clause, clause.heading, len(clause.plain))
    if not team:
        yield from _look_by_look(clause)


_AS_CONTENTS = re.compile(
    r"(?:以|把|将)(?P<list>[^，。；：、]{2,16}(?:、[^，。；：、]{2,16}){1,8})(?:等)?(?:[二三四五六七八九\d]+个?(?:方面|维度|环节|项))?(?:为|作为)(?:主要|重点|基本)?(?:内容|重点|方面|维度|切入点|抓手|尺子|镜子|标尺|标准|方向)"
)


def _as_contents(clause: Clause, *, team: bool) -> Iterator[_Seen]:
    """「以甲、乙、丙为重点进行检视」, 「以……为主要内容撰写检视材料」."""
    for start, end in halves(clause):
        found = _AS_CONTENTS.search(clause.plain, start, end)
        if not found or not (
            _LOOK.search(clause.plain, found.end(), end)
            or re.search("提纲|对照检查|检查材料", clause.plain[found.end() : end])
        ):
            continue
        if not _belongs(clause, start, found.start(), team=team) or re.search("学习", clause.plain[found.end() : end]):
            continue
        begin, stop = found.span("list")
        texts = items(clause.plain, begin, stop)
        if len(texts) > 1 and not any(_NOT_DIMENSIONS.search(t) for t in texts):
            yield 7, texts, words(clause, begin, stop)


_SUBJECT = re.compile(
    r"(?<![^，。；：])(?!预备)(?P<who>[^，。；：、“”《》]{0,8}?(?:支部班子|支部委员会|党支部(?!委)|支部(?!委)|支委会|支委(?!会)|班子|党员(?:个人)?))"
    r"(?P<how>(?:检查材料|对照检查材料|发言提纲)，(?=围绕)|：|)(?:要|应)?(?:重点|着重|主要)?"
    r"(?P<verb>侧重|围绕|聚焦|查找|查摆|自查|剖析|反思|查|找|摆|看|盯|晒|检视|检查|对照|对标)?(?:“[^”]{2,12}”|[一二三四五六七八九]条|[一二三四五六七八九]个方面)?(?P<colon>：)?(?P<list>[^。：]{8,160})"
)
_OWN = re.compile(r"^(?:看|查|找)?(?P<v>[^，。；：、]{2,22}?)(?:[一二三四五六七八九]个方面)?$")


_CLOSING = re.compile(
    r"等?(?:这)?(?:[一二三四五六七八九十\d]+个)?(?:方面|环节|维度|层面)(?:上|中)?.*$|(?:上|中)?(?:存在)?的?(?:突出)?(?:差距|不足|问题|短板).*$|等$"
)
"""How an enumeration closes: 「……等5个方面的差距和不足」."""


def _by_subject(clause: Clause, start: int, end: int, *, team: bool) -> Iterator[_Seen]:
    """「支部班子找四条：甲、乙、丙。党员查甲、乙、丙；学生党员查丁、戊、己」: who looks, the word of looking, the list."""
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    index = start
    while found := _SUBJECT.search(clause.plain, index, end):
        index = found.start("list")
        about = _LOOK.search(clause.context) or re.search("查什么|找准|摆|写材料", clause.context)
        colon = found.group("colon") or found.group("how") == "："
        listed = found.group("list").partition("；")[0]
        each = all(_EITHER.search(t) for t in re.split("[、，]", listed))
        if not (colon and (about or found.group("verb"))) and not (
            (about or each or found.group("verb") == "侧重") and found.group("verb")
        ):
            continue
        if ("党员" not in found.group("who")) != team:
            continue
        begin, stop = found.span("list")
        cut = clause.plain.find("；", begin, stop)
        if re.search("、[^，；]*、", clause.plain[begin : (cut if cut > 0 else stop)]):
            comma = clause.plain.find("，", begin, cut if cut > 0 else stop)
            if comma > 0 and "、" not in clause.plain[comma : cut if cut > 0 else stop]:
                stop = cut = comma
        short = all(b - a <= 14 for a, b in pieces(clause.plain, begin, stop, "；"))
        by_halves = short and cut > 0 and not re.search("[、，]", clause.plain[begin:stop])
        stop = stop if by_halves or cut < 0 else cut
        parts = pieces(
            clause.plain, begin, stop, "；" if by_halves else "、" if "、" in clause.plain[begin:stop] else "，"
        )
        labels = [m.group("v") for a, b in parts if (m := _OWN.match(clause.plain[a:b]))]
        if len(labels) > 1:
            labels[0], labels[-1] = re.sub("^[在从]", "", labels[0]), _CLOSING.sub("", labels[-1])
        if any(t.count("“") != t.count("”") for t in labels):
            continue
        if len(labels) < 3 or len(labels) < len(parts) or any(_NOT_DIMENSIONS.search(t) for t in labels):
            continue
        if not colon and not re.search("[。；，]", clause.plain[stop : stop + 1] or "。"):
            continue
        texts += labels
        spans.append((begin, stop))
    if texts:
        yield 9, list(dict.fromkeys(texts)), words(clause, spans[0][0], spans[-1][1])


_SO_MANY = re.compile(
    r"(?P<n>[二两三四五六七八九])(?:个|条|点|件|项)?(?:方面|维度|层面|层次|面镜子|把尺子|道关|事|问题|角度|内容|重点|看一看|查一查|看|查|问|对照|条|点|项|关|字)[^，。；：]{0,8}(?:：|，(?:即|分别是|也就是|包括)：?)(?P<list>[^。]+)"
)
_NUMBER = re.compile("[一二三四五六七八九]是|第[一二三四五六七八九][，是]?|[①-⑨]|[1-9][.、]")
_NUMBERED = re.compile("(?:^|[，；、])(?:[一二三四五六七八九]是|第[一二三四五六七八九][，是]?|[①-⑨]|[1-9][.、])")


def _by_count(clause: Clause, start: int, end: int, *, team: bool) -> Iterator[_Seen]:
    """「围绕四个方面准备：甲强不强，…；乙好不好；…」: as many parts as were said, however they are parted."""
    index = start
    while found := _SO_MANY.search(clause.plain, index, end):
        index = found.start("list")
        if _whose(clause, max(start, clause.plain.rfind("；", start, found.start()) + 1), found.start()) != team:
            continue
        begin, stop = found.span("list")
        other = _OTHER_SIDE.search(clause.plain, begin, stop)
        texts, at = _parts(clause, begin, other.start() if other else stop, number_of(found.group("n")))
        about = _LOOK.search(clause.context + clause.plain[start:index]) or _THINK.search(clause.plain[start:index])
        if not (about or all(_EITHER.search(t) for t in texts)):
            continue
        if texts and not any("，" in t or _NOT_DIMENSIONS.search(t) for t in texts):
            yield 9, _without_verb(texts), words(clause, *at)


_THINK = re.compile(r"看一看|查一查|想|(?<!观)看|查|问|照|自我检查|提纲|(?:检查|检视|剖析|发言)材料")
_OTHER_SIDE = re.compile(
    r"；(?=[^，。；：、]{0,6}(?:党员|支部|支委会?|班子)(?:个人|班子|委员会)?(?:要|应|须|则|重点|着重|主要|查|看|找|问|想|围绕|对照|从|：|的|[二两三四五六七八九]))"
)


def _parts(clause: Clause, start: int, end: int, count: int) -> tuple[list[str], tuple[int, int]]:
    """The parts of a list, parted by what gives as many as were said; none where nothing does."""
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
        firsts = [pieces(clause.plain, *s, "，")[0] for s in spans]
        asked = all(_EITHER.search(clause.plain[slice(*s)]) for s in firsts)
        spans = [trimmed(clause.plain, *s) for s in (firsts if asked else spans)]
        if all(2 <= b - a <= 24 for a, b in spans):
            return [clause.plain[slice(*s)] for s in spans], (spans[0][0], spans[-1][1])
    return [], (0, 0)


def _without_verb(texts: list[str]) -> list[str]:
    """「看一看政治忠诚」 and its like, all with the same verb, without it."""
    for verb in ("看一看", "查一查", "看", "查", "问"):
        if all(t.startswith(verb) and len(t) > len(verb) + 1 for t in texts):
            return [t.removeprefix(verb) for t in texts]
    return texts


_LABEL = re.compile(
    r"(?<![^。；])(?P<label>[^，。；：]{0,10}(?:检视|查摆|对照|剖析|检查|查找|查|找)(?!材料|报告)[^，。；：]{0,14})：(?P<list>[^，。；：、]{2,20}(?:、[^，。；：、]{2,20}){1,9})(?=[。；]|$)"
)


def _labelled(clause: Clause, start: int, end: int, *, team: bool) -> Iterator[_Seen]:
    """A label and a list and nothing else: 「检视角度（支部班子）：从严治警、队伍管理、执法公信」."""
    found = _LABEL.search(clause.plain, start, end)
    if found is None or _whose(clause, start, found.end("label")) != team:
        return
    begin, stop = found.span("list")
    spans = [trimmed(clause.plain, *s) for s in split_last(clause.plain, pieces(clause.plain, begin, stop))]
    texts = [clause.plain[slice(*s)] for s in spans]
    if len(texts) > 1 and not any(_NOT_DIMENSIONS.search(t) or re.search("材料|提纲|情况$", t) for t in texts):
        yield 6, _without_verb(texts), words(clause, begin, stop)


def _lists(clause: Clause, start: int, end: int, *, team: bool) -> Iterator[_Seen]:
    """Enumerations that are led in by a word of looking, or close like 「…等方面的问题」."""
    plain = clause.plain
    usual = known_labels()
    for found in _RUN.finditer(plain, start, end):
        first = _first_item(plain, found)
        lead = _LEAD.match(plain, *first)
        begin = lead.end() if lead and lead.end() < first[1] - 1 else first[0]
        if not _belongs(clause, start, begin, team=team) or _SLOGAN.match(plain, begin, end):
            continue
        spans = pieces(plain, begin, found.end(), known=usual)
        last = re.compile("以及|，").search(plain, *spans[-1])
        tail = _TAIL.search(plain, (last.end() if last else spans[-1][0]) + 2, spans[-1][1])
        told = bool(_TOLD.search(plain, start, found.start())) and len(spans) > 2
        if not (told or _closes(plain, lead, tail, spans) or (lead and _GOES_ON.match(plain, found.end()))):
            continue
        spans[-1] = (spans[-1][0], tail.start() if tail else spans[-1][1])
        texts = [
            _label(plain[a : b - (plain[b - 1] == "上" and b - a > _SHORT)], usual)
            for a, b in (trimmed(plain, *s) for s in split_last(plain, spans))
            if b > a
        ]
        if len(texts) >= 2 and all(len(t) <= 24 and not _NOT_DIMENSIONS.search(t) for t in texts):
            named = bool(_MEMBER.search(plain[start:begin]) or _TEAM.search(plain[start:begin]))
            sure = 2 * bool(tail and "方面" in tail.group()) + bool(lead) + (len(texts) > 2)
            sure += 2 * all(x in usual for x in texts) + bool(_LOOK.search(clause.title)) + 2 * named
            sure -= 3 * bool(re.search("主题|总体要求", clause.context))
            yield sure, list(dict.fromkeys(texts)), words(clause, begin, spans[-1][1])


_TAKES = re.compile(r"(?:围绕|对照|聚焦|紧扣)(?=[^，。；：、]{2,})")


def _first_item(plain: str, run: re.Match[str]) -> tuple[int, int]:
    """The piece of a run that its list begins with: 「班子、委员和党员要围绕甲、乙、丙」 begins with 甲."""
    spans = pieces(plain, *run.span())
    takes = [i for i, s in enumerate(spans) if i and i < len(spans) - 1 and _TAKES.search(plain, *s)]
    return spans[takes[-1]] if takes else run.span("one")


_SHORT = 3
_SLOGAN = re.compile(r"[^”]*”(?:的)?(?:总要求|主题|目标要求|总目标)")
"""What follows a list that is the name of something else: 「对照“学思想、强党性、重实践、建新功”总要求」."""
_TOLD = re.compile(r"(?:内容|(?:以下|下列|如下)[^，。；：]{0,12}(?:方面|问题)[^，。；：]{0,8})：$")
_GOES_ON = re.compile(r"，?(?:进行|开展|深入)?(?:查摆|查找|检视|党性分析|找|把自己摆进去|逐一|逐项)")


def _closes(
    plain: str, lead: re.Match[str] | None, tail: re.Match[str] | None, spans: Sequence[tuple[int, int]]
) -> bool:
    """Whether an enumeration ends as one: by its last words, or because a word of looking takes it as its object."""
    if tail is not None and (lead or "方面" in tail.group()):
        return True
    if len(spans) > 2 and all(plain[a:b] in known_labels() for a, b in spans):
        return True
    if all(_EITHER.search(plain[a:b]) for a, b in spans):
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


def _against(clause: Clause, start: int, end: int) -> Iterator[_Seen]:
    """「对照党章党规，对照初心使命，对照先进典型」 and a quoted list whose parts commas divide."""
    found = _AGAINST.search(clause.plain, start, min(end + 1, len(clause.plain)))
    if found:
        verb = found.group("verb")
        texts = [t.removeprefix(verb) for t in re.split("[，、]", found.group())]
        if not any(_NOT_DIMENSIONS.search(t) for t in texts):
            yield 3, texts, words(clause, found.start() + len(verb), found.end())
    for quoted in _AS_QUOTED.finditer(clause.plain, start, end):
        begin, stop = quoted.span("list")
        spans = pieces(clause.plain, begin, stop, "，；")
        if len(spans) > 2 and "、" in quoted.group("list"):
            yield 9, [clause.plain[slice(*s)] for s in spans], words(clause, begin, stop)


_COUNTED = re.compile(
    r"“(?P<list>[^“”]{8,120})”(?:等)?(?P<n>[二两三四五六七八九十\d]+)(?:个)?(?:方面|维度|标准|要求|关键词|层面|字)"
)


def _counted(clause: Clause, start: int, end: int) -> Iterator[_Seen]:
    """「“讲政治、有信念，讲规矩、有纪律，…”四个方面」: what the count says are the items, here those between commas."""
    for found in _COUNTED.finditer(clause.plain, start, end):
        begin, stop = found.span("list")
        count = number_of(found.group("n"))
        spans = pieces(clause.plain, begin, stop, "，；")
        if len(spans) == count > 1 and "、" in found.group("list"):
            yield 9, [clause.plain[slice(*s)] for s in spans], words(clause, begin, stop)


def _either(clause: Clause, start: int, end: int) -> Iterator[_Seen]:
    """「政治功能强不强，“四个意识”牢不牢，…」 between commas."""
    run: list[tuple[int, int]] = []
    for span in [*clause.line.clauses(start, end), (end, end)]:
        if _EITHER.search(clause.plain[slice(*span)]) and span[1] - span[0] <= 20:
            run.append(span)
        elif len(run) > 2:
            yield 6, [clause.plain[slice(*s)] for s in run], words(clause, run[0][0], run[-1][1])
            run = []


def _whose(clause: Clause, start: int, end: int) -> bool:
    """True for the leadership, False for members: by the words before the list, else by the heading, else members."""
    head = clause.plain[start:end]
    team, member = _TEAM.search(head), _MEMBER.search(head)
    if team and not member:
        return True
    if member:
        return team is not None and team.start() > member.start()
    return bool(re.search(r"班子|支部(?:查|对照)", clause.context)) and not re.search(r"党员", clause.context)


_BOTH = re.compile(
    r"(?:支部|班子|支委会|支委|委员会)(?:领导)?(?:班子)?(?:及其?|和|与|、)(?:[^，。；：]{0,12}(?:、|和|及|与))?(?:每名|全体|每位|广大|各)?党员(?!教育|管理|队伍|群众)"
)
"""Leadership and members together: 「党支部班子和党员要围绕……」."""


def _belongs(clause: Clause, start: int, end: int, *, team: bool) -> bool:
    """Whether the list after ``plain[start:end]`` is the leadership's (``team``) or the members'; it may be of both."""
    return bool(_BOTH.search(clause.plain, start, end)) or _whose(clause, start, end) == team


_LOOK_ONE = re.compile(
    r"(?:[一二三四五六七八九十]|第[一二三四五六七八九十])?(?:是)?(?:查|看|对照)(?P<v>[^，。；：、]{2,14})[，、](?:重点)?(?:看|找|查)"
)
_ONE_BY_ONE = (
    (_LOOK_ONE, 2),
    (re.compile(r"[一二三四五六七八九]查(?P<v>[^，。；：、看]{2,16})"), 2),
    (re.compile(r"[一二三四五六七八九]是(?:在)?(?P<v>[^，。；：、]{2,14}?)(?:上|中)?(?:方面|情况)(?=[，。；])"), 3),
)


def _label(text: str, usual: Sequence[str]) -> str:
    """「党的政治纪律」 as 政治纪律, where that is a known label."""
    return text.removeprefix("党的") if text.removeprefix("党的") in usual else text


def _look_by_look(clause: Clause) -> Iterator[_Seen]:
    """「一查理想信念，看…；二查…」 and 「一是理想信念方面；二是…」."""
    for pattern, least in _ONE_BY_ONE:
        found = list(pattern.finditer(clause.plain))
        looks = pattern is _LOOK_ONE or _LOOK.search(clause.plain + clause.context)
        if len(found) >= least and looks:
            if _whose(clause, 0, found[0].start()):
                return
            yield 4 + len(found), [m.group("v") for m in found], words(clause, found[0].start(), found[-1].end("v"))
            return


_KEY = re.compile(r"(?:重点看|看)是否(?:存在|有)(?P<list>[^。；]+?)(?:等问题|等情况|的?问题(?=[。；，])|(?=[。；]))")


def key_checks(notice: Notice) -> Fact | None:
    """What each member asks himself first: 「重点看是否存在…等问题」."""
    for clause in notice.body:
        found = _KEY.search(clause.plain)
        if found:
            begin, stop = found.span("list")
            return Fact(items(clause.plain, begin, stop, "、，", known_labels()), (words(clause, begin, stop),))
    return None
