"""Whether a list of dimensions belongs to the leadership or to the members, and patterns for words of examining."""

from __future__ import annotations

import re
from typing import NamedTuple

from orglife.notice.clause import NoticeClause
from orglife.notice.model import NoticeQuote

LOOK = re.compile(
    r"查一查|查什么|写[^，。；]{0,3}检查(?!材料)|自我检查|发言提纲|(?:检查|检视|剖析)材料|(?P<verb>看|查|照|问|对标|对照)[^，。；：、]{2,14}[、，](?P=verb)[^，。；：、]{2,14}[、，](?P=verb)|查摆|查找|对照|检视|剖析|差距|不足|党性分析|问题|短板|找一找|看一看"
)


TEAM = re.compile(
    r"(?:党支部|支部|党组织)?(?:领导)?班子(?!成员)|支委会|支部委员会|(?:党支部|支部)(?:委员会|层面|集体|自身|写|讲|：|要|应|重点|主要|着重|查|对照|从|围绕)|基层党组织|党组织班子"
)


MEMBER = re.compile(r"党员(?!教育|管理|队伍|、群众|群众|和群众|领导干部要以)|个人")


EITHER = re.compile(r"(.{1,2})[不没]\1|是否.|有没有|有无|怎么样|怎样$")


NOT_DIMENSIONS = re.compile(
    r"带头(?:查摆|亮丑|剖析|接受|检视)|接受批评|世界观|座谈|个别|优秀|民主测评|党员互评|谈心|意见箱|《|书记|委员|^群众$|会前|通报|^参加|等次|填写"
)


class DimensionList(NamedTuple):
    """A candidate for a list of dimensions to examine.

    Attributes:
        weight: Strength of the evidence, at most 9; less than ``STATED`` makes the fact uncertain.
        labels: Its items.
        at: Its quote.
    """

    weight: int
    labels: list[str]
    at: NoticeQuote


STATED = 3


def is_leadership(clause: NoticeClause, start: int, end: int) -> bool:
    """True for the leadership, False for members: by the words before the list, else by the headings, else members."""
    head = clause.plain[start:end]
    team, member = TEAM.search(head), MEMBER.search(head)
    if team and not member:
        return True
    if member:
        return team is not None and team.start() > member.start()
    return bool(re.search(r"班子|支部(?:查|对照)", clause.context)) and not re.search(r"党员", clause.context)


_BOTH = re.compile(
    r"(?:支部|班子|支委会|支委|委员会)(?:领导)?(?:班子)?(?:及其?|和|与|、)(?:[^，。；：]{0,12}(?:、|和|及|与))?(?:每名|全体|每位|广大|各)?党员(?!教育|管理|队伍|群众)"
)
"""Leadership and members named together: 「党支部班子和党员要围绕……」."""


def belongs_to(clause: NoticeClause, start: int, end: int, *, team: bool) -> bool:
    """Whether the list after ``plain[start:end]`` belongs to the leadership (``team``) or members; it may be both's."""
    return bool(_BOTH.search(clause.plain, start, end)) or is_leadership(clause, start, end) == team
