"""What is done before the meeting: what to study, who talks with whom, what is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clauses import Clause
from orglife.notice.facts.spans import halves
from orglife.notice.listing import items, pieces, split_last, trimmed
from orglife.notice.model import Fact, Notice, Words, merged, words
from orglife.notice.vocabulary import known_labels

# --- what to study ---------------------------------------------------------------------------------------------------

_STUDY = re.compile(r"学习|研读|重温|通读|学好")
_VERB = (
    r"(?:再次|一体|认真|重点|深入|系统|集中|原原本本|逐字逐句|跟进|持续|及时|进一步|全面|准确|带头|自觉)*"
    r"(?:学习(?:好|贯彻|领会|研读|把握|宣传|掌握)*|研读|重温|通读|学好|领会|学(?=党章|党的|党史|《|习近平))"
)
_OBJECT = re.compile(rf"{_VERB}(?:内容(?:为|包括|是)?：?|材料(?:为|包括)?：?|了)?")
_WORK = re.compile(
    r"(?:(?:重要|系列|最新|一系列)*(?:讲话|指示批示|批示|论述|文章|思想|回信|贺信)(?:精神)?|精神|党章(?:党规)?|党规党纪|报告|决定|决议|条例|准则|规定|意见|细则|选编|摘编|法规|"
    r"选读|读本|纲要|理论|篇目|典型案例)$"
)
_NOT_STUDY = re.compile(
    r"^(?:深刻|增强|坚定|做到|打牢|掌握|切实|不断|引导|统一|把思想|为|使|确保|坚持|努力|采取|通过|结合|学习时间|不少于)"
)
_NO_WORK = re.compile(
    r"^(?:理论|思想|精神|上级精神|会议精神|党员|教育|有关(?:文件)?精神|主题教育|学习教育|组织生活会|基本)$|通知|方案|学习教育$"
)


def study_items(notice: Notice) -> Fact | None:
    """Titles of what is to be studied, without 《》; ends of studying (深刻认识…) are left out."""
    found = [fact for clause in notice.body for fact in _study(clause)]
    return merged(found)


_SEEKS = re.compile(r"查摆|查找|检视|差距")


def _study(clause: Clause) -> Iterator[Fact]:
    about = bool(re.search(r"学习|学懂|学什么|思想基础|理论武装", clause.context)) and not re.search(
        r"主题|总体要求|指导思想", clause.context
    )
    for start, end in clause.line.sentences:
        said = clause.plain[start:end]
        if said.startswith("为") or end <= clause.heading < len(clause.plain) or _SEEKS.search(said):
            continue
        asks = re.search(
            r"(?:组织|集中|开展|认真|采取|会前|要|应|须|重点|深入|提前).{0,40}(?:学习|研读|重温|学好)|^(?:重点|集中|认真)?学习|学习(?:内容|材料)",
            said,
        )
        if (
            not _STUDY.search(said)
            or not (about or asks)
            or (not about and re.search(r"指导思想|为指导|主题是|主题为|为主题", said))
        ):
            continue
        if not about and not re.search(r"组织(?!生活).{0,20}党员|党员.{0,12}学习|会前|学习内容|集中学习", said):
            continue
        values, first, last = _works(clause, start, end, headed=about)
        if values:
            yield Fact(values, (words(clause, first, last),))


def _works(clause: Clause, start: int, end: int, *, headed: bool) -> tuple[list[str], int, int]:
    """The works named in a sentence, with the span from the first to the last."""
    plain = clause.plain
    found: list[tuple[int, int, str]] = []
    open_ = headed and _begins_with_work(plain, start, end)
    for begin, stop in clause.line.clauses(start, end):
        if "贯穿" in plain[begin:stop]:
            continue
        verb = _last(_OBJECT, plain, begin, stop)
        if verb:
            open_, inner = True, verb
        elif open_ and (
            plain[begin] == "《" or re.match(r"(?:以及|和|及|并)", plain[begin:stop]) or _WORK.search(plain[begin:stop])
        ):
            inner = begin
        else:
            open_ = open_ and "《" in plain[begin:stop]
            if not open_:
                continue
            inner = begin
        if _NOT_STUDY.match(plain[begin:stop]) and not verb:
            open_ = False
            continue
        found += list(_titles(plain, inner, stop))
    if not found:
        return [], 0, 0
    return list(dict.fromkeys(v for _, _, v in found)), found[0][0], found[-1][1]


def _begins_with_work(plain: str, start: int, end: int) -> bool:
    """Whether a sentence under a heading 学习 names works without a verb: 「学什么。党的二十大报告、党章。」."""
    first = plain[slice(*pieces(plain, start, end, "、，")[0])]
    return bool("《" in first or _WORK.search(first)) and not re.match("学习|组织|深入|认真|要|把|通过", first)


def _last(pattern: re.Pattern[str], plain: str, start: int, end: int) -> int:
    """Where the object of the first verb of studying begins, 0 without one."""
    depth = 0
    for index in range(start, end):
        depth += (plain[index] in "《“") - (plain[index] in "》”")
        if depth <= 0:
            found = pattern.match(plain, index, end)
            if (
                found
                and found.end() < end
                and plain[found.end()] not in "、和教"
                and not plain.startswith(("采取", "时间", "方式", "材料的", "研讨", "交流", "不少于"), found.end())
            ):
                return found.end()
    return 0


def _titles(plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    spans = [p for span in pieces(plain, start, end) for book in _books(plain, *span) for p in _and(plain, *book)]
    for begin, stop in spans:
        lo, hi = begin, stop
        verb = re.match(rf"(?:以及|并|和|及)?{_VERB}", plain[lo:hi])
        if verb and verb.end() < hi - lo:
            lo += verb.end()
        lead = re.match(r"(?:以及|并|和|及|好)", plain[lo:hi])
        if lead and plain[lo : lo + 2] != "和谐":
            lo += lead.end()
        lo, hi = trimmed(plain, lo, hi)
        cut = re.match(r"(.*?(?:》|精神|讲话|论述|思想|党章))(?:等|贯穿始终|，|结合起来|作为).*$", plain[lo:hi])
        if cut and not _WORK.search(plain[lo:hi]):
            hi = lo + cut.end(1)
        book = re.search(r"《([^》]+(?:》[^《》]*》)?)》", plain[lo:hi])
        if book and "以下简称" not in plain[lo:hi].split("《", maxsplit=1)[0]:
            yield lo, hi, _title(plain[lo:hi], book)
        elif _WORK.search(plain[lo:hi]) and not _NO_WORK.search(plain[lo:hi]) and hi - lo <= 60:
            text = plain[lo:hi]
            yield lo, hi, text.removesuffix("精神") if text.endswith("讲话精神") else text


def _title(text: str, book: re.Match[str]) -> str:
    """The title without 《》; one as short as 《决定》 with the words before it, a volume with its number."""
    before = text[: book.start()] if len(book.group(1)) <= 4 else ""
    volume = re.match("第[一二三四五六七八九十]+[卷册]", text[book.end() :])
    return (before + book.group() if before else book.group(1)) + (volume.group() if volume else "")


def _books(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A piece cut between 》 and 《."""
    begun = start
    for found in re.finditer("》(?=《)", plain[start:end]):
        yield begun, start + found.end()
        begun = start + found.end()
    yield begun, end


_PIECE = 300
"""A piece as long as that is no title."""


def _and(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A piece cut at 和/以及 where a whole title stands before it and another begins after it."""
    begun = start
    joins = re.finditer(r"以及|和|及|与", plain[start:end]) if end - start < _PIECE else ()
    for found in joins:
        at = start + found.start()
        before, after = plain[begun:at], plain[start + found.end() : end]
        done = before.endswith("》") or _WORK.search(before)
        if (
            done
            and before.count("《") == before.count("》")
            and re.match(rf"《|习近平|党的|党章|中央|全国|省|市|县|关于|在|对|{_VERB}|上级", after)
        ):
            yield begun, at
            begun = start + found.end()
    yield begun, end


# --- talks -----------------------------------------------------------------------------------------------------------

_TALK = re.compile(
    r"(?:之间|相互|互相|带头|普遍|必须|必|广泛|逐一|逐个|主动|鼓励|提倡|倡导|与|同|和).{0,24}谈|谈(?:心|话|透|开|通)?.{0,6}之间|之间|谈心"
)
_WHO = re.compile(r"书记|班子成员|支委|委员|党员")


def talk_rules(notice: Notice) -> Fact | None:
    """Who talks with whom, each rule as a text of the notice."""
    found = []
    for clause in notice.body:
        for start, end in clause.line.sentences:
            said = clause.plain[start:end]
            if "谈" not in said:
                continue
            rules = [s for s in _talk_parts(clause, start, end) if is_talk_rule(clause.plain[s[0] : s[1]])]
            found += [Fact([clause.line.quote(*s)], (words(clause, *s),)) for s in rules]
    return merged(found)


_BARE_PAIR = re.compile(r"(?:同|与|和)(?:支委|委员|党员|班子成员)$")


def _talk_parts(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin, stop in clause.line.clauses(start, end):
        parts = pieces(clause.plain, begin, stop)
        talks = [(a, b) for a, b in parts if re.search(r"之间|谈", clause.plain[a:b])]
        if len(parts) > 1 and talks and not all(_BARE_PAIR.search(clause.plain[a:b]) for a, b in parts[:-1]):
            yield from talks
        else:
            yield begin, stop


def is_talk_rule(said: str) -> bool:
    """Whether words say who talks with whom."""
    if (
        not re.search(r"谈|之间", said)
        or not _WHO.search(said)
        or re.search(r"座谈|访谈|恳谈|以谈|代替|谈体会|谈问题|谈收获", said)
    ):
        return False
    pair = re.search(r"(?:书记|成员|委员|支委|党员|班子).{0,14}(?:之间|与|同|和|相互|互相|带头|逐一|逐个).{0,20}", said)
    counted = re.search(r"谈[^，。；]{0,12}(?:不少于|至少|不低于)|(?:不少于|至少)[^，。；]{0,8}谈", said)
    return bool(pair or counted) and not re.search(r"批评|评议|测评|征求意见$|听取.{0,12}意见$", said)


# --- what is looked for ----------------------------------------------------------------------------------------------

_RUN = re.compile(r"(?P<one>[^，。；：、]{2,60})(?:、[^，。；：、]{2,30})+(?:，(?:以及|和)[^，。；：、]{2,30})?")
_LEAD = re.compile(
    r".*(?:围绕|对照|检视|查摆|查找|剖析|聚焦|聚集|紧扣|结合|从|按照?|在|重点看|看|查)(?:自身|自己|个人|党支部|支部)?(?:存在的?)?(?:在|从|对照|是否存在)?(?:“[^”]{2,12}”（)?[“：]?"
)
_TAIL = re.compile(
    r"）.*|[”]?(?:等?(?:这)?(?:[一二三四五六七八九十\d]+个)?(?:方面|维度|环节).*|等(?:突出)?(?:问题|情况|内容|要求)?(?:$|，|找|查|进行).*|(?:的|等)(?:差距|不足|问题|表现|主旨|要求|标准|情况).*|"
    r"(?:进行|开展|深入|认真|逐一|逐项|全面)*(?:查摆|查找|检视|对照检查|党性分析|深刻剖析|找差距).*|(?:上)?存在的.*|(?<=.)突出问题$)"
)
_STRONG = re.compile(r"(?:检视|查摆|查找|对照)(?:自身|自己)?(?:存在的?)?(?:在)?[“：]?$")
_EITHER = re.compile(r"(.{1,2})不\1|有没有|有无")
_LOOK = re.compile(r"查摆|查找|对照|检视|剖析|差距|不足|党性分析|问题|短板|找一找|看一看")
_TEAM = re.compile(
    r"(?:党支部|支部|党组织)?(?:领导)?班子(?!成员)|支委会|支部委员会|(?:党支部|支部)(?:委员会|要|应|重点|主要|着重|查|对照|从|围绕)|基层党组织|党组织班子"
)
_MEMBER = re.compile(r"党员(?!教育|管理|队伍|、群众|群众|和群众|领导干部要以)|个人")
_PAIRS = re.compile(
    r"强不强|严不严|牢不牢|实不实|好不好|紧不紧|坚定不坚定|有没有|够不够|高不高|明不明|纯不纯|正不正|到不到位|浓不浓|廉不廉"
)
_NOT_DIMENSIONS = re.compile(r"世界观|座谈|个别|优秀|民主测评|党员互评|谈心|意见箱|《|书记|委员|^群众$|会前|通报")


def dimensions(notice: Notice, *, team: bool) -> list[tuple[list[str], Words]]:
    """Lists of what members (or the branch's leadership) look for, the surest first."""
    found = [seen for clause in notice.body for seen in _looks(clause, team=team)]
    return [(texts, at) for _, texts, at in sorted(found, key=lambda seen: -seen[0])]


_Seen = tuple[int, list[str], Words]  # how sure, labels, words


def _looks(clause: Clause, *, team: bool) -> Iterator[_Seen]:
    for start, end in halves(clause):
        said = clause.plain[start:end]
        if not (_LOOK.search(said) or _LOOK.search(clause.context)) or re.search("整改|谈心|整治", said):
            continue
        yield from _lists(clause, start, end, team=team)
    if not team:
        yield from _look_by_look(clause)


def _lists(clause: Clause, start: int, end: int, *, team: bool) -> Iterator[_Seen]:
    """Enumerations that are led in by a word of looking, or close like 「…等方面的问题」."""
    plain = clause.plain
    usual = known_labels()
    for found in _RUN.finditer(plain, start, end):
        begin, stop = found.span()
        lead = _LEAD.match(plain, *found.span("one"))
        begin = lead.end() if lead and lead.end() < found.end("one") - 1 else begin
        if _whose(clause, start, begin) != team:
            continue
        spans = pieces(plain, begin, stop, known=usual)
        last = re.compile("以及|，").search(plain, *spans[-1])
        tail = _TAIL.search(plain, (last.end() if last else spans[-1][0]) + 2, spans[-1][1])
        closed = tail is not None and (lead or "方面" in tail.group())
        closed = closed or (lead is not None and stop >= end - 1 and bool(_STRONG.search(lead.group())))
        closed = closed or all(_EITHER.search(plain[a:b]) for a, b in spans)
        if not (
            closed
            or (
                lead
                and re.match(
                    r"，?(?:进行|开展|深入)?(?:查摆|查找|检视|党性分析|找|把自己摆进去|逐一|逐项)",
                    plain[stop : stop + 12],
                )
            )
        ):
            continue
        spans[-1] = (spans[-1][0], tail.start() if tail else spans[-1][1])
        texts = [_label(plain[a:b], usual) for a, b in (trimmed(plain, *s) for s in split_last(plain, spans)) if b > a]
        if len(texts) >= 2 and all(len(t) <= 24 and not _NOT_DIMENSIONS.search(t) for t in texts):
            sure = (
                2 * bool(tail and "方面" in tail.group())
                + bool(lead)
                + (len(texts) > 2)
                + 2 * all(x in usual for x in texts)
            )
            sure += bool(_LOOK.search(clause.title)) + 2 * bool(
                _MEMBER.search(plain[start:begin]) or _TEAM.search(plain[start:begin])
            )
            sure -= 3 * bool(re.search("主题|总体要求", clause.context))
            yield sure, list(dict.fromkeys(texts)), words(clause, begin, spans[-1][1])


def _whose(clause: Clause, start: int, end: int) -> bool:
    """True for the leadership, False for members: by the words before the list, else by the heading, else members."""
    head = clause.plain[start:end]
    team, member = _TEAM.search(head), _MEMBER.search(head)
    if team and not member:
        return True
    if member:
        return team is not None and team.start() > member.start()
    return bool(re.search(r"班子|支部(?:查|对照)", clause.context)) and not re.search(r"党员", clause.context)


_LOOK_ONE = re.compile(
    r"(?:[一二三四五六七八九十]|第[一二三四五六七八九十])?(?:是)?(?:查|看|对照)(?P<v>[^，。；：、]{2,14})，(?:重点)?(?:看|找|查)"
)


def _label(text: str, usual: Sequence[str]) -> str:
    """「党的政治纪律」 as 政治纪律, where that is a known label."""
    return text.removeprefix("党的") if text.removeprefix("党的") in usual else text


def _look_by_look(clause: Clause) -> Iterator[_Seen]:
    """「一查理想信念，看…；二查…」."""
    found = list(_LOOK_ONE.finditer(clause.plain))
    if len(found) < 2:
        found = list(re.finditer(r"[一二三四五六七八九]查(?P<v>[^，。；：、看]{2,16})", clause.plain))
    if len(found) >= 2:
        yield 4 + len(found), [m.group("v") for m in found], words(clause, found[0].start(), found[-1].end("v"))


_KEY = re.compile(r"(?:重点看|看)是否(?:存在|有)(?P<list>[^。；]+?)(?:等问题|等情况|的?问题(?=[。；，])|(?=[。；]))")


def key_checks(notice: Notice) -> Fact | None:
    """What each member asks himself first: 「重点看是否存在…等问题」."""
    for clause in notice.body:
        found = _KEY.search(clause.plain)
        if found:
            begin, stop = found.span("list")
            return Fact(items(clause.plain, begin, stop, "、，", known_labels()), (words(clause, begin, stop),))
    return None
