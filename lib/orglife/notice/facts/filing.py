"""What is filed with whom, or kept by whom: 报……备案, 交……存档, 存入……档案, 由……留存."""

from __future__ import annotations

import re

from orglife.notice.clause import Clause
from orglife.notice.facts import rows
from orglife.notice.facts.papers import documents, papers_named
from orglife.notice.facts.spans import half_sentences
from orglife.notice.model import Fact, Notice, words

_FILES = r"(?:备案|报备|备个案|备查)"
_KEEPS = r"(?:存档|归档|留存|留底|存查|封存|建档|保存|保管|入档)"
_DONE_WITH = r"(?:自行|进行|统一|集中|审[核查批定](?:后)?|把关(?:后)?|签字(?:后)?|妥善|收齐(?:后)?|整理(?:后)?|汇总(?:后)?|办理|负责|[、，]|并){0,6}"
_TO = r"[^，。；：、（）]{2,22}?"
_WAYS = (  # the surest first; the group is with whom
    re.compile(
        rf"(?:报送?给?|报[至到给]|上报|送交?给?|送[至到]|上?交给?|交[至到]|抄送|抄报|移交|提交|统一向|向|到)(?P<to>{_TO}){_DONE_WITH}(?:{_FILES}|{_KEEPS})"
    ),
    re.compile(rf"(?<![经理])由(?P<to>{_TO}){_DONE_WITH}(?:{_FILES}|{_KEEPS})"),
    re.compile(rf"(?:须|应|要|同时|一并|统一|均|都)在(?P<to>{_TO}){_DONE_WITH}{_FILES}"),
    re.compile(rf"(?:[存装归放记收]入|归到)(?P<to>{_TO}(?:档案|卷宗|档案[盒袋柜]|人事档案))"),
    re.compile(rf"(?:一份|原件|一律)(?:由)?(?P<to>{_TO}){_KEEPS}"),
)
_VERB = re.compile(rf"{_FILES}|{_KEEPS}|[存装归放记收]入[^，。；]{{2,16}}(?:档案|卷宗)")
_AFTER = re.compile(
    rf"(?:报备|备案(?:材料|内容|资料)?(?:为|包括|是|有|：)+|{_FILES}(?:的)?(?:材料)?(?:为|包括|是|有|：)+)(?P<v>[^。；]{{4,80}})"
)
_NOT_AFTER = re.compile(r"谈(?:心|话)|党费|发展党员|方案|会前|日程|请假|考勤|报到|计划|(?:学习|会议)时间")
"""What is filed before the meeting, or is no paper of it."""
_ONLY_KEPT = re.compile(r"(?:存档|归档|留存|建档|保存)(?:以)?备[查案]")


def filing(notice: Notice) -> Fact | None:
    """What is filed with whom; a sentence of 备案 goes before one that lets papers be kept."""
    if in_rows := rows.papers(notice, filed=True):
        return in_rows
    found = [(weight, fact) for part in half_sentences(notice) for weight, fact in _filed(*part)]
    return min(found, key=lambda f: f[0])[1] if found else None


def _filed(clause: Clause, start: int, end: int) -> list[tuple[int, Fact]]:
    """The filing that a sentence asks for, with how far it is from 「……报……备案」."""
    verb = _VERB.search(clause.plain, start, end)
    said = clause.plain[start:end]
    if not verb or _NOT_AFTER.search(said) or re.search("不(?:再|需|用|必|作)?(?:备案|报备)", said):
        return []
    start = max(start, clause.heading if clause.heading < end and not verb.end() <= clause.heading else start)
    if re.search("不(?:必|用|再|需)?(?:上交|上报|报)", said) or re.match(
        "，?不(?:必|用|再|需)?(?:上交|上报|报)", clause.plain[end:]
    ):
        return []
    if verb.end() <= clause.heading and clause.heading < len(clause.plain):
        return _headed(clause)
    match = next((m for way in _WAYS for m in way.finditer(clause.plain, start, end)), None)
    to = match.group("to") if match else None
    after = _AFTER.search(clause.plain, verb.start(), end)
    contents: list[str] = []
    begun = match.start() if match else verb.start()
    along = re.search(rf"[将把](?P<v>[^，。；]{{2,40}}?)(?:一并|同时|及时|一同)(?:进行)?{_FILES}", said)
    if after and after.group("v"):
        contents = documents(clause, *after.span("v"))
        begun = min(begun, after.start())
    elif along and not match:
        contents = documents(clause, start + along.start("v"), start + along.end("v"))
        begun = start + along.start()
    else:
        for begin, stop in reversed(list(clause.line.clauses(start, begun))):
            if contents := papers_named(clause, begin, stop):
                begun = begin
                break
    stop = max(verb.end(), match.end() if match else 0, after.end() if after and after.group("v") else 0)
    if not to and not contents:
        return []
    done = clause.plain[verb.start() : stop + 2]
    kept = not re.search(_FILES, done) or bool(_ONLY_KEPT.search(done))
    if kept and (not contents or re.search(r"\d月|\d日", said)):  # with a day it is what is reported
        return []
    at = words(clause, begun, stop)
    weight = 2 * kept + (not to) + (not contents)
    value = {"to": to, "contents": contents}
    return [(weight, Fact(value, (at,), "stated" if to and contents and not kept else "uncertain"))]


def _headed(clause: Clause) -> list[tuple[int, Fact]]:
    """「备案：甲、乙，送丙。」: the heading says what is done."""
    named = next((m for way in _WAYS for m in way.finditer(clause.plain, 0, clause.heading)), None)
    for begin, stop in clause.line.clauses(clause.heading):
        contents = papers_named(clause, begin, stop)
        sent = re.compile(rf"(?:报送?|送交?|交|抄送)(?P<to>{_TO})(?=[，。；]|$)").search(clause.plain, begin)
        if contents and (to := sent or named):
            at = words(clause, 0 if named else begin, sent.end() if sent else stop)
            return [(1, Fact({"to": to.group("to"), "contents": contents}, (at,)))]
    return []
