"""Read the names of papers that are reported, filed or kept, without their number of copies and form."""

from __future__ import annotations

import re

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import items

PAPER = re.compile(r"(?:》|表|总结|报告|小结|材料|清单|台账|记录|情况)(?:（[^）]*）)?$")
KEPT_PAPER = re.compile(
    r"(?:》|表|票|记录|纪要|清单|台账|账|单|结果|等次|材料|报告|总结|小结|方案|提纲|意见|决定|决议|[任保责承][务证任诺]书|承诺书|承诺|名单|情况|措施|复印件|照片|资料|底稿|原件|讲稿)$"
)
"""Papers that are filed or kept include more kinds than reported ones: a ballot, a result, an opinion."""


def _listed(plain: str, start: int, end: int) -> list[str]:
    """The items of an enumeration of papers; 和 separates two papers if the words before it are a paper."""
    papers = []
    listed = [t for text in items(plain, start, end) for t in re.split("(?<=》)(?=《)|，?连同", text) if t]
    for text in listed:
        cut = next((m for m in re.finditer("和|及|与", text) if PAPER.search(text[: m.start()])), None)
        papers += [text[: cut.start()].removesuffix("以"), text[cut.end() :]] if cut else [text]
    return papers


_LIMIT = re.compile(r"同时抄?$|(?:要|须|应|务必|一并|请)?于[^，。；于]{2,14}(?:前|内|底)$|(?:要|须|应|请|务必)$")


def documents(clause: NoticeClause, start: int, end: int) -> list[str]:
    """The names of the papers in a part of a clause."""
    names = []
    for text in _listed(clause.plain, start, end):
        cut = re.sub(r"（[^）]*）", "", text)
        cut = re.sub(r"各?[一二两三\d]+(?:份|张|式[一二两三]份|套|篇)$", "", cut)
        cut = re.sub(r"(?<=.{4})形成(?:书面)?(?:报告|材料)$", "", _LIMIT.sub("", cut))
        cut = re.sub(r"以?(?:电子邮件|电子|书面形式|纸质|电子版|邮件)(?:形式|方式)?$", "", cut)
        cut = re.sub(r"^(?:本单位|本支部|各支部|的|加盖公章的|填好的|汇总后的)", "", cut)
        book = re.search(r"《([^》]+)》", cut)
        names.append(book.group(1) if book else cut)
    return [
        text
        for text in dict.fromkeys(names)
        if text and not re.fullmatch(r"(?:以)?附[件表]\d*|以[上下](?:材料|资料)|(?:有关|相关)材料", text)
    ]


_WHO = re.compile(
    r"^(?:会后|届时|同时)?(?:[^，、]{1,14}(?:前|内|后)，?)?(?:(?:各|本|每个)?[^，、的]{0,8}(?:党总支|党支部|支部|党委|单位|班组|村|社区))?"
    r"(?:要|应当?|须|必须|请|务必|负责|统一|及时|分别)*(?:将|把)"
)
"""The words before the papers: who acts, until when."""
_OF_BRANCH = re.compile(r"^(?:各|本)?(?:党支部|支部)的|^(?:各|本)支部")
_WHAT_IS_DONE = re.compile(
    r"(?<=.{2})(?:各?一式|一份|经(?!验)|须|应(?!当?急)|(?<!纪)要(?!点)|由|于|在|报(?!告|表)|送|交(?!流)|抄|存|装|归|放|统一|及时|一并|同时|分别|会后|一律|均|都|审[核定批]后|签字|盖章|汇总(?!表)|整理|待|通过|随|向(?!上)|\d{1,2}月|填写|原件(?=存|留|由))"
)


def papers_named(clause: NoticeClause, start: int, end: int) -> list[str]:
    """The papers at the beginning of a part of a sentence: 「各支部将甲、乙于会后……」 and 「甲、乙经……审定后」."""
    plain = clause.plain
    lead = _WHO.match(plain[start:end])
    start += lead.end() if lead else 0
    own = _OF_BRANCH.match(plain[start:end])
    start += own.end() if own else 0
    deed = _WHAT_IS_DONE.search(plain[start:end])
    stop = start + deed.start() if deed else end
    names = documents(clause, start, stop)
    return names if names and all(KEPT_PAPER.search(x) or "《" + x + "》" in plain for x in names[-1:]) else []
