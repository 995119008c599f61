"""Read which papers are filed or kept, and with whom: 报……备案, 交……存档, 存入……档案, 由……留存."""

from __future__ import annotations

import re

from orglife.notice.clause import NoticeClause
from orglife.notice.facts.papers import documents, papers_named
from orglife.notice.facts.spans import half_sentences
from orglife.notice.model import Fact, Notice, Sure, quote_at
from orglife.notice.values import rows

_FILES = r"(?:备案|报备|备个案|备查)"
_KEEPS = r"(?:存档|归档|留存|留底|存查|封存|建档|保存|保管|入档)"
_DONE_WITH = r"(?:自行|进行|统一|集中|审[核查批定](?:后)?|把关(?:后)?|签字(?:后)?|妥善|收齐(?:后)?|整理(?:后)?|汇总(?:后)?|办理|负责|[、，]|并){0,6}"
_TO = r"[^，。；：、（）]{2,22}?"
_WAYS = (  # the most reliable first; the group is the recipient
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
"""Papers that are filed before the meeting, or do not belong to it."""
_ONLY_KEPT = re.compile(r"(?:存档|归档|留存|建档|保存)(?:以)?备[查案]")


_NOT_FILED = re.compile("不(?:再|需|用|必|作)?(?:备案|报备)|不(?:再|需|用|必)?(?:上交|上报|报)")
_NOR_SENT = re.compile("，?不(?:再|需|用|必)?(?:上交|上报|报)")
"""Words after papers that are neither filed nor sent."""
_ALONG = re.compile(rf"[将把](?P<v>[^，。；]{{2,40}}?)(?:一并|同时|及时|一同)(?:进行)?{_FILES}")
_SENT_TO = re.compile(rf"(?:报送?|送交?|交|抄送)(?P<to>{_TO})(?=[，。；]|$)")


def filing(notice: Notice) -> Fact | None:
    """The papers to file and the recipient; sentences on filing (备案) come before those on keeping papers.

    Value: ``to`` (recipient or place, None when not stated), ``contents`` (the papers).
    """
    if in_rows := rows.paper_rows(notice, filed=True):
        return in_rows
    candidates = [(weight, fact) for part in half_sentences(notice) for weight, fact in _filed(*part)]
    return min(candidates, key=lambda f: f[0])[1] if candidates else None


def _filed(clause: NoticeClause, start: int, end: int) -> list[tuple[int, Fact]]:
    """The filing in a sentence with its weight, 0 for the full form 「……报……备案」."""
    plain, text = clause.plain, clause.plain[start:end]
    verb = _VERB.search(plain, start, end)
    if not verb or _NOT_AFTER.search(text) or _NOT_FILED.search(text) or _NOR_SENT.match(plain, end):
        return []
    if verb.end() <= clause.heading < len(plain):
        return _headed(clause)
    if clause.heading < verb.end():
        start = max(start, clause.heading)
    sent = next((m for way in _WAYS for m in way.finditer(plain, start, end)), None)
    to = sent.group("to") if sent else None
    contents, begun, stop = _papers_filed(clause, start, end, verb, sent)
    if not to and not contents:
        return []
    done = plain[verb.start() : stop + 2]
    only_kept = not re.search(_FILES, done) or bool(_ONLY_KEPT.search(done))
    if only_kept and (not contents or re.search(r"\d月|\d日", text)):  # with a day it is the report
        return []
    weight = 2 * only_kept + (not to) + (not contents)
    sure: Sure = "stated" if to and contents and not only_kept else "uncertain"
    return [(weight, Fact({"to": to, "contents": contents}, (quote_at(clause, begun, stop),), sure))]


def _papers_filed(
    clause: NoticeClause, start: int, end: int, verb: re.Match[str], sent: re.Match[str] | None
) -> tuple[list[str], int, int]:
    """The papers after or before the verb, and start and end of the words on filing including them."""
    begun = sent.start() if sent else verb.start()
    stop = max(verb.end(), sent.end()) if sent else verb.end()
    after = _AFTER.search(clause.plain, verb.start(), end)
    if after:
        return documents(clause, *after.span("v")), min(begun, after.start()), max(stop, after.end())
    along = None if sent else _ALONG.search(clause.plain, start, end)
    if along:
        return documents(clause, *along.span("v")), along.start(), stop
    for piece in reversed(clause.line.clauses(start, begun)):
        if contents := papers_named(clause, *piece):
            return contents, piece[0], stop
    return [], begun, stop


def _headed(clause: NoticeClause) -> list[tuple[int, Fact]]:
    """A filing with the verb in the heading: 「备案：甲、乙，送丙。」."""
    named = next((m for way in _WAYS for m in way.finditer(clause.plain, 0, clause.heading)), None)
    for begin, stop in clause.line.clauses(clause.heading):
        contents = papers_named(clause, begin, stop)
        sent = _SENT_TO.search(clause.plain, begin)
        if contents and (to := sent or named):
            at = quote_at(clause, 0 if named else begin, sent.end() if sent else stop)
            return [(1, Fact({"to": to.group("to"), "contents": contents}, (at,)))]
    return []
