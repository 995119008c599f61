"""Read the names of papers: those that are reported, filed or kept, without number of copies and form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import pieces, trimmed

_ENDS = re.compile(
    r"(?:》|表|票|记录|纪要|清单|台账|账|单子|汇总|报告?单|项单|结果|等次|材料|报告|总结|小结|综述|方案|提纲|(?:处[置理]|评[定议]|审[核批])意见|决定|决议"
    r"|[任保责承][务证任诺]书|承诺卡?|名单|名册|情况|问题|措施|复印件|扫描件|照片|资料|底稿|原件|原始票|讲稿|简报)$"
)
_LEAD = re.compile(
    r"[将把](?!关|握)|报送|上报|提交|(?:书面)?报告(?![单表书]|.{0,1}$)|写出|写(?=[一二两]份)|[一二两]份(?=.{3})|形成|填写|附上?(?!件|表)|连同|交齐|交出|撰写|起草|备案(?=.)|报备|的(?=对照检查|整改清单)"
    r"|^(?:各|本|每个)[^，。；的]{0,8}(?:党总支|党支部|支部|单位)的?|^(?:其中|书面的|所属支部的|本单位|填好的|汇总后的|以及|及|并|和)"
)
"""Words before the name of a paper."""
_TAIL = re.compile(
    r"(?<=.{2})(?:各?一式|各?[一二两三四\d]+(?:份|张|套|篇)|报(?!告|表|名|销|送表)|送(?!达)|交(?!流|办)|(?<!事)由|经(?!费|验)|于(?=[\d一二三会])|以(?=书面|电子|邮)"
    r"|通过|存|归|装|抄|备案|扫描(?!件)|盖章|签字|一并|一同|统一|及时|另|书面报(?!告)|发(?=[至到给送O公局党组])|在(?=[\d会机]|[^，。；]{2,14}公)|\d{1,2}月|[至到](?!会)|进行|的电子|转|应|须|(?<!纪)要|均|都|请于|同时|分别|汇总(?!表|$)|整理|审[核定批]|待|随|填写|原件(?=存|留|由)|会后|一律|妥善|纸质|电子).*$"
)
_JOIN = re.compile("以及|连同|和|及(?!时|其)|与|并附?|(?<=》)(?=《)")
_NO_PAPER = re.compile(
    r"^(?:[以下上列有关相]*|.{0,3}[报交送]|报送|上交|提交|三样|各类|总结报告)?(?:材料|资料|情况如下)$|^附[件表]|^第\d+项|^(?:各类|有关)?问题$"
)

_BOXED = re.compile(r"材料（(?P<list>[^）]*、[^）]*)）")


def papers_named(clause: NoticeClause, start: int, end: int) -> list[tuple[str, int, int]]:
    """The papers in a part of a clause: name, start and end of each."""
    spans = pieces(clause.plain, start, end, "、，；：。")
    boxed = [m.span("list") for m in _BOXED.finditer(clause.plain, start, end)]
    spans += [part for box in boxed for part in pieces(clause.plain, *box, "、")]
    return [paper for span in spans for paper in _named(clause.plain, *span)]


def _named(plain: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for begin, stop in _apart(plain, start, end):
        lo, hi = trimmed(plain, begin, stop)
        lo += _lead_end(plain[lo:hi])
        hidden = re.sub(r"（[^）]*）", lambda m: "　" * len(m.group()), plain[lo:hi])
        tail = _TAIL.search(hidden)
        hi = lo + len((hidden[: tail.start()] if tail else hidden).rstrip("　"))
        text = re.sub(r"（[^）]*）", "", plain[lo:hi])
        book = re.search(r"《([^》]+)》", text)
        if len(text) > 1 and _ENDS.search(text) and not _NO_PAPER.search(text):
            yield (book.group(1) if book else text), lo, hi


def _lead_end(text: str) -> int:
    """The end of the words before the name of a paper."""
    begun = 0
    for match in _LEAD.finditer(text):
        if match.end() == len(text) or _ENDS.search(
            _TAIL.sub("", re.sub(r"（[^）]*）", "", text[begun : match.start()]))
        ):
            break
        begun = match.end()
    return begun


def _apart(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between conjunctions with the name of a paper before."""
    begun = start
    for match in _JOIN.finditer(plain, start, end):
        before = re.sub(r"（[^）]*）", "", plain[begun : match.start()])
        if _ENDS.search(before) and before.count("（") == 0 and before.count("《") == before.count("》"):
            yield begun, match.start()
            begun = match.end()
    yield begun, end
