"""Read the works to study from the sentences on study: titles in 《》, and speeches, reports and rules by their nouns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.listing import pieces, trimmed
from orglife.notice.model import Fact, Notice, NoticeQuote, list_fact, quote_at
from orglife.notice.ranking.units import Unit, in_order
from orglife.notice.vocabulary import MATERIALS

_BEGINS = r"(?:《|习近平|习?总书记|党的|党章|党规|中共|中央|全国|十[八九]届|二十[大届]|新党章|新修[订改]|修订后|关于|教育部|[全本]?[省市县区]|集团|20\d\d年|在|对|上级)"
_END = re.compile(
    r"(?:讲话|批示|指示|论述|文章|思想|回信|贺信|的信|精神|党章|党规|党纪|报告|决定|决议|条例|准则|规定|细则|意见|选编|摘编|汇编|"
    r"选读|读本|公报|训词|讲义|[思]想|观点|论断|纲要|理论|典型案例|事迹|文件)(?:（[^）]*）)?$"
)
_VERB = r"(?:学习(?!近平)|学懂弄通|学好|学|研读|研讨|通读|读好|读懂|读|领会|重温|把握|看一看|看|听)"
_LEAD = re.compile(rf"^.*?(?:{_VERB}|[为是有把以兼括]|列明的|[三二]次|其|：)(?:好|贯彻|领会|了|一[次遍])*(?={_BEGINS})")
_AFTER = re.compile(
    "(?:也|都|还|均)?(?:要|应|须)(?:再|重新)?(?:通读|精读|学习?|读|重温)(?:一遍|一次|好)?$|(?:作?为|是)(?:基本|重点|主要|必学|必读)?(?:篇目|内容|书目|教材)$"
)
"""Words behind a title."""
_JOIN = re.compile(r"以及|特别是|尤其是|和|及|与|同|(?<=》)(?=《)")
_NO_WORK = re.compile(
    r"^(?:深刻|增强|坚定|深入?贯彻|(?:深入|全面)?贯彻落实|(?:严格)?(?:落实|执行|遵守)|结合|根据|按照|以.*为指导|.*有关规定|.*要求)"
    r"|^(?:理论|思想|精神|上级精神|会议精神|有关(?:文件)?(?:精神|规定)|意见|报告|文件|决定)$|通知|方案|学习教育$|(?:听取|征求|提出?|批评).*意见$"
)
_LONGEST = 60


def study_items(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The works to study.

    Value: titles without 《》, in the order of the text.
    """
    items: list[tuple[str, NoticeQuote]] = []
    for unit in in_order(units):
        if works := list(_works(unit)):
            at = quote_at(unit.clause, works[0][0], works[-1][1])
            items += [(title, at) for _, _, title in works]
    return list_fact(items)


def _works(unit: Unit) -> Iterator[tuple[int, int, str]]:
    """Start, end and title of each work in a sentence."""
    plain = unit.clause.plain
    for start, end in _joined(plain, pieces(plain, unit.start, unit.end, "、，；。：")):
        for span in _apart(plain, start, end):
            begin, stop = trimmed(plain, *span)
            if after := _AFTER.search(plain, begin, stop):
                stop = after.start()
            if lead := _LEAD.match(plain[begin:stop]):
                begin += lead.end()
            if title := _title(plain[begin:stop]):
                yield begin, stop, title


def _title(text: str) -> str:
    """The title of a work, "" if the text is none.

    A title as short as 《决定》 includes the words before it, a volume its number.
    """
    book = re.search(r"《([^》]+(?:》[^《》]*》)?)》", text)
    if book:
        before = text[: book.start()] if len(book.group(1)) <= 4 else ""
        volume = re.match("第[一二三四五六七八九十]+[卷册]", text[book.end() :])
        title = before + book.group() if before else book.group(1)
        return title + (volume.group() if volume else "") if before or not _NO_WORK.search(book.group(1)) else ""
    text = re.sub(r"（[^）]*）$", "", text)
    if not _END.search(text) or _NO_WORK.search(text) or len(text) > _LONGEST:
        return ""
    short = text.removesuffix("精神")
    return short if text.endswith("讲话精神") and short in MATERIALS else text


def _joined(plain: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts, with those of one speech joined: 「总书记在甲会、在乙时的重要讲话」."""
    held: int | None = None
    for start, end in spans:
        begin = start if held is None else held
        text = plain[begin:end]
        held = None
        if re.search(r"(?:总书记在|关于)[^《》]*$", text) and not _END.search(text) and plain[end : end + 1] == "、":
            held = begin
            continue
        yield begin, end


def _apart(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between conjunctions with a whole work before and the beginning of another one behind."""
    begun = start
    for match in _JOIN.finditer(plain, start, end):
        before, after = plain[begun : match.start()], plain[match.end() : end]
        whole = before.count("《") == before.count("》") and (
            _END.search(before) or re.search("》(?:第.[卷册])?$", before)
        )
        if whole and re.match(rf"{_BEGINS}|{_VERB}", after):
            yield begun, match.start()
            begun = match.end()
    yield begun, end
