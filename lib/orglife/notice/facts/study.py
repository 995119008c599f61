"""Read the works to study before the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import first_piece, pieces, trimmed
from orglife.notice.model import Fact, Notice, merge_lists, quote_at
from orglife.notice.vocabulary import MATERIALS

_STUDY = re.compile(
    r"学一学|[读看]一[读看遍]|集中学|学习|学原文|读原著|必[学读]|选[学读]|读《|学(?=党章|党的|《)|研读|重温|通读|学好|自学|读一遍|学一[次遍]|研讨《|学[深懂透]"
)
_VERB = (
    r"(?:再次|一体|认真|重点|深入|系统|集中|原原本本|逐字逐句|跟进|持续|及时|进一步|全面|准确|带头|自觉){0,6}"
    r"(?:学懂弄通(?:做实)?|自学(?=《|党|习近平|总书记|中)|(?:交流)?研讨(?=《)|(?<!工作)学习(?!近平|表现|生活|情况)(?:好|贯彻|领会|研读|把握|宣传|掌握)*|研读|重温|通读|学好|领会|学(?=党章|党的|党史|准则|条例|《|习近平)|(?:学习)?(?:内容|篇目|书目|材料)(?:主要)?(?:为|是|有|包括)：?(?=《|党|习近平|中|新|全国)|(?:诵读|精读|选读|必读|必学|选学)(?:篇目|内容|书目)?(?:为|是|有|包括)?：?(?=《|党|习近平|中)|(?:读原著|学原文|读原文|悟原理)[：（]?(?=《)|读(?:好|懂|透|完|一遍)?(?=《)|学(?:一次|一遍|两次)(?=《|党|习近平|中)|(?:[读看]一[读看遍]|学一学|看|听)(?=《|党|习近平|中共|全国)|重点(?=是《)|重点(?=为《)|(?:增加|增学|加学|新增)[^，。；：《]{0,6}：)"
)
_OBJECT = re.compile(rf"{_VERB}(?:[是为](?=《)|内容(?:为|包括|是)?：?|材料(?:为|包括)?：?|了)?")
_WORK = re.compile(
    r"(?:(?:重要|系列|最新|一系列)*(?:讲话|指示批示|批示|论述|文章|思想|回信|贺信)(?:精神)?|精神|党章(?:党规)?|党规党纪|报告|决定|决议|条例|准则|规定|意见|细则|选编|摘编|法规|"
    r"选读|读本|公报|训词|讲义|新(?:思想|观点|论断)|纲要|理论|篇目|典型案例|先进事迹|典型事迹)$"
)
_NOT_STUDY = re.compile(
    r"^(?:深刻|增强|坚定|做到|打牢|掌握|切实|不断|引导|统一|把思想|为|使|确保|坚持|努力|采取|通过|结合|学习时间|不少于)"
)
_NO_WORK = re.compile(
    r"^(?:(?:深入|全面|认真)?贯彻落实.*|(?:学习)?(?:篇目|书目|内容)|理论|思想|精神|(?:严格)?(?:落实|执行|遵守).*|.*有关规定|.*制度规定|上级精神|会议精神|党员|教育|有关(?:文件)?精神|主题教育|学习教育|组织生活会|基本)$|通知|方案|学习教育$"
)


def study_items(notice: Notice) -> Fact | None:
    """The works to study, without aims of studying (深刻认识…).

    Value: titles without 《》, in the order of the text.
    """
    facts: list[Fact] = []
    goes_on = False  # in a list of works, one per line: 「必学篇目：」
    below = -1  # depth of numbered clauses that are works, after 「重点学习：」; -1 = none
    for clause in notice.body:
        if _MORE_WORKS.search(clause.plain) and _OWN_HEADING.search(clause.context):
            goes_on, below = True, -1
            continue
        goes_on = goes_on and _one_work(clause.plain)
        listed = goes_on or (clause.numbered and len(clause.above) == below)
        if not listed:
            below = clause.depth if _LISTS_WORKS.search(clause.plain) else -1
        facts += _study(clause, listed=listed)
    return merge_lists(facts)


_MORE_WORKS = re.compile(r"^[^，。；：、]{0,4}(?:篇目|目录|书目)(?:（[^）]*）)?：$")


def _one_work(plain: str) -> bool:
    bare = re.sub(r"（[^）]*）$", "", plain.rstrip("；"))
    return bool(
        re.fullmatch("《[^》]+》", bare) or (len(bare) < 50 and _WORK.search(bare) and not re.search("[：。，]", bare))
    )


_LISTS_WORKS = re.compile(r"学习(?:内容|篇目|材料|书目)?[^，。；：、]{0,8}：$")


_SEEKS = re.compile(r"查摆|查找|检视|差距")


_OWN_HEADING = re.compile(
    r"(?:^|/)[^/，。；]{0,6}学(?:$|/)|学习|学懂|学什么|学好|读书|(?:^|/|步骤.)学(?:$|/)|思想基础|理论武装"
)
_NO_HEADING = re.compile(r"主题|总体要求|指导思想")
_GUIDES = re.compile(r"指导思想|为指导|主题是|主题为|为主题")
_MEMBERS = re.compile(
    r"组织(?!生活).{0,20}党员|党员.{0,12}学习|会前|必[学读]|选[学读]|学习内容|集中学习|学习《|研读《|自学《|研讨《|大家|同志们|请[^，。；]{0,8}(?:学|读|看)|每[人名个][^，。；]{0,6}(?:学|读)"
)
_ASKS = re.compile(
    r"(?:认真|集中|深入|重点|系统)(?:学习|研读|通读|自学)(?:领会|研讨)?(?=《|习近平总书记|党的[二十一]|党章)|自学和集中学"
)
_AIMS = re.compile("主题|总体要求|指导思想|目的|意义|目标")
_CONTENTS = re.compile(r"学什么|学习(?:内容|篇目|材料|书目)|必学")


_HEADS_STUDY = re.compile(r"学习|学好|^学|读书")


def _study(clause: NoticeClause, *, listed: bool) -> Iterator[Fact]:
    """The works that a clause names; ``listed``: the clause is an item of a list of works."""
    about = listed or (bool(_OWN_HEADING.search(clause.context)) and not _NO_HEADING.search(clause.context))
    listed = listed or (about and bool(_CONTENTS.search(clause.context)))
    below_study = bool(clause.above and _HEADS_STUDY.search(clause.above[-1]))
    for start, end in clause.line.sentences:
        begin = clause.heading if start < clause.heading < end else start
        text, works_first = clause.plain[begin:end], _begins_with_work(clause.plain, begin, end)
        only_heads = end <= clause.heading < len(clause.plain) and not (below_study and works_first)
        works = listed or (about and works_first and (begin > start or clause.numbered or below_study))
        if only_heads or text.startswith("为") or _SEEKS.search(text) or not (works or _STUDY.search(text)):
            continue
        if not about and (_GUIDES.search(text) or not _asks_to_study(clause, text)):
            continue
        values, first, last = _works(clause, begin, end, headed=about)
        if values:
            yield Fact(values, (quote_at(clause, first, last),))


def _asks_to_study(clause: NoticeClause, text: str) -> bool:
    """Whether a sentence that is not under a heading on study asks somebody to study."""
    if _MEMBERS.search(text + clause.context):
        return True
    return bool(clause.place and _ASKS.search(text)) and not _AIMS.search(clause.context)


def _works(clause: NoticeClause, start: int, end: int, *, headed: bool) -> tuple[list[str], int, int]:
    """The works named in a sentence, with start of the first and end of the last."""
    plain = clause.plain
    before = (m for pattern in (_AS_CORE, _TAKEN) for m in pattern.finditer(plain, start, end))
    spans = [m.span("list2" if m.groupdict().get("list2") else "list") for m in before]
    titles = [title for span in spans for title in _titles(plain, *span)]
    open_ = headed and _begins_with_work(plain, start, end)
    for begin, stop in clause.line.clauses(start, end):
        if "贯穿" in plain[begin:stop]:
            continue
        verb = _last(_OBJECT, plain, begin, stop)
        if verb:
            open_, inner = True, verb
        elif open_ and (
            plain[begin] == "《"
            or re.match(r"(?:以及|和|及|并)", plain[begin:stop])
            or _WORK.search(re.sub("（[^）]*）$", "", plain[begin:stop]))
        ):
            inner = begin
        elif (open_ or headed or _CONTENT_OF.search(plain[begin:stop])) and _CONTENT_IS.search(plain[begin:stop]):
            open_ = True
            continue
        else:
            open_ = open_ and "《" in plain[begin:stop]
            if not open_:
                continue
            inner = begin
        if _NOT_STUDY.match(plain[begin:stop]) and not verb:
            open_ = False
            continue
        titles += list(_titles(plain, inner, stop))
    if not titles:
        return [], 0, 0
    titles.sort()
    return list(dict.fromkeys(title for _, _, title in titles)), titles[0][0], max(stop for _, stop, _ in titles)


_TAKEN = re.compile(
    r"[把将](?P<list>[^，。；]{3,120}?)(?:集中|认真|好好|一起|原原本本|逐[条字篇]|通|再|从头到尾)*(?:学|读|看|过|重温)(?:一[学读看遍]|好|透|完|懂|深|到|习)"
)
"""「把……学一学」: the works are before the verb."""
_AS_CORE = re.compile(
    r"以(?P<list>《[^》]+》[^，。；]*?)为(?:重点|主要内容|主要学习内容|教材|主)|以(?P<list2>[^，。；]{4,60}?)为(?:重点|主要内容|基本内容)(?=[^，。；]{0,6}学)"
)
_CONTENT_OF = re.compile(r"[学读]原[文著]|必[学读]|选[学读]|学习|篇目|书目")
_CONTENT_IS = re.compile(
    r"(?:必[学读]的?|选[学读]的?|内容|材料|篇目|书目|范围|重点)(?:主要)?(?:为|是|有|包括|如下)?$|(?:增加|新增|增学|加学)[^，。；：、]{0,6}$|^(?:主要|重点)?(?:包括|有|是|为)$|^(?:集中|个人|会前|自)?(?:学原文|读原著|读原文|学习|学)$"
)


def _begins_with_work(plain: str, start: int, end: int) -> bool:
    """Whether a sentence begins with works, without a verb: 「学什么。党的二十大报告、党章。」."""
    first = plain[slice(*first_piece(plain, start, end, "、，；。"))]
    return bool("《" in first or _WORK.search(re.sub("（[^）]*）$", "", first))) and not re.match(
        "学习|组织|深入|认真|要|把|通过", first
    )


def _last(pattern: re.Pattern[str], plain: str, start: int, end: int) -> int:
    """The start of the object of the first verb of studying, 0 without one."""
    depth = 0
    for index in range(start, end):
        depth += (plain[index] in "《“") - (plain[index] in "》”")
        if depth <= 0:
            match = pattern.match(plain, index, end)
            if (
                match
                and match.end() < end
                and plain[match.end()] not in "、和教"
                and not plain.startswith(("采取", "时间", "方式", "材料的", "研讨", "交流", "不少于"), match.end())
            ):
                return match.end()
    return 0


def _titles(plain: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    spans = [
        p
        for span in _whole_speeches(plain, pieces(plain, start, end))
        for book in _books(plain, *span)
        for p in _and(plain, *book)
    ]
    for begin, stop in spans:
        lo, hi = begin, stop
        verb = re.match(rf"(?:以及|并|和|及)?{_VERB}", plain[lo:hi])
        if verb and verb.end() < hi - lo:
            lo += verb.end()
        lead = re.match(r"(?:以及|并|和|及|好|特别是|尤其是)", plain[lo:hi])
        if lead and plain[lo : lo + 2] != "和谐":
            lo += lead.end()
        lo, hi = trimmed(plain, lo, hi)
        cut = re.match(r"(.*?(?:》|精神|讲话|论述|思想|党章))(?:等|贯穿始终|，|结合起来|作为).*$", plain[lo:hi])
        if cut and not _WORK.search(plain[lo:hi]):
            hi = lo + cut.end(1)
        if plain[hi - 1] == "）" and "《" not in plain[lo:hi] and (opened := plain.rfind("（", lo, hi)) > lo:
            hi = opened
        book = re.search(r"《([^》]+(?:》[^《》]*》)?)》", plain[lo:hi])
        if book and "以下简称" not in plain[lo:hi].split("《", maxsplit=1)[0]:
            yield lo, hi, _title(plain[lo:hi], book)
        elif _WORK.search(plain[lo:hi]) and not _NO_WORK.search(plain[lo:hi]) and hi - lo <= 60:
            text = plain[lo:hi]
            short = text.removesuffix("精神")
            yield lo, hi, short if text.endswith("讲话精神") and short in MATERIALS else text


_SPEECH_AT = re.compile(r"(?:习近平)?(?:总书记)?在[^《》]{2,30}$")


def _whole_speeches(plain: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the parts of one work: 「总书记在甲会、在乙时的重要讲话」."""
    joined: list[tuple[int, int]] = []
    for span in spans:
        before = plain[slice(*joined[-1])] if joined else ""
        if before and plain[span[0]] == "在" and _SPEECH_AT.search(before) and not _WORK.search(before):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _title(text: str, book: re.Match[str]) -> str:
    """The title without 《》; a title as short as 《决定》 includes the words before it, a volume its number."""
    before = text[: book.start()] if len(book.group(1)) <= 4 else ""
    volume = re.match("第[一二三四五六七八九十]+[卷册]", text[book.end() :])
    return (before + book.group() if before else book.group(1)) + (volume.group() if volume else "")


def _books(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a part between 》 and 《."""
    begun = start
    for match in re.finditer("》(?=《)|(?<=[神想述话论])(?:，)?(?=特别是|尤其是)", plain[start:end]):
        yield begun, start + match.end()
        begun = start + match.end()
    yield begun, end


_PIECE = 300
"""A part of at least this many characters is not a title."""


def _and(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a part at 和/以及 if a whole title is before it and another one begins after it."""
    begun = start
    joins = re.finditer(r"以及|和|及|与|同(?=学习)", plain[start:end]) if end - start < _PIECE else ()
    for match in joins:
        at = start + match.start()
        before, after = plain[begun:at], plain[start + match.end() : end]
        done = before.endswith("》") or re.search("》第[一二三四五六]卷$", before) or _WORK.search(before)
        if (
            done
            and before.count("《") == before.count("》")
            and re.match(
                rf"(?:新|新修订的?|修订后的|新修改的)?《|习近平|党的|党章|中央|全国|省|市|县|关于|在|对|{_VERB}|上级",
                after,
            )
        ):
            yield begun, at
            begun = start + match.end()
    yield begun, end
