"""Stage meeting: 召开会议."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.meeting.blanks import blanks
from orglife.stages.meeting.documents import documents
from orglife.stages.meeting.layout import LAYOUT
from orglife.stages.meeting.record import Criticism, LastYear, Meeting, MeetingNotice, SuperiorComment, WorkReport
from orglife.stages.meeting.rules import RULES
from orglife.stages.shared.explained import meeting_numbers

STAGE = Stage(
    key="meeting",
    number=20,
    title="召开会议",
    phase="召开会议",
    records=(Meeting, Criticism, SuperiorComment, LastYear, MeetingNotice, WorkReport),
    forms=(
        PaperForm("F8", "议程", retention=""),
        PaperForm("F9", "会议记录", retention="D30", missing_rules=("MEET-01",), blank=True),
        PaperForm("F10", "批评意见汇总", retention="D10", missing_rules=("CRIT-01", "MEET-25"), blank=True),
        PaperForm(
            "F13", "上级点评", retention="D30", missing_rules=("MEET-11", "MEET-25"), blank=True, responsible="author"
        ),
        PaperForm(
            "F23",
            "上年度整改通报",
            retention="D30",
            missing_rules=("MEET-18",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
        PaperForm(
            "F24",
            "会议通知",
            retention="D10",
            missing_rules=("MEET-21",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
        PaperForm("F25", "主持词", retention="", blank=True),
        PaperForm(
            "F27",
            "支部工作报告",
            retention="D30",
            missing_rules=("MEET-23",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
    ),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    numbers=meeting_numbers,
    layout=LAYOUT,
    minutes=4,
    tour="会前打印会议用表（首页有按钮），会后照会上的记录如实录入：到会、议程、自我批评、批评意见、点评。",
)
