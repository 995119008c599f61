"""The meeting: minutes, criticism, the superior's comment."""

from __future__ import annotations

from typing import Annotated, Literal

from orglife.core.record.field import Clock, Count, Day, GuestId, Key, MemberId, Planned, Text, entry
from orglife.core.record.record import Entry, Identified, Person, Record, RoundRecord

MEETING_MODES = {"onsite": "现场", "video": "视频"}
CAPACITIES = {"superior": "上级指导", "observer": "列席", "mass": "群众代表"}
LAST_YEAR_STATES = {"done": "已完成", "open": "未完成"}
CRITICISM_KINDS = {
    "thought": "思想",
    "discipline": "纪律",
    "style": "作风",
    "duty": "担当",
    "life": "生活",
    "work": "业务",
}


class Absence(Entry):
    """A member who did not attend, the reason, and who approved the leave."""

    LABEL = "缺席人员"

    member: MemberId = entry("党员", core=True, default="")
    reason: str = entry("原因", core=True, default="")
    approved_by: Person | None = entry("批准人", core=True, help="书记本人请假的，填上级批准人。")
    approved_on: Day | None = entry("批准日期", printed=False)
    informed_on: Day | None = entry("会后通报日期")


class Guest(Identified):
    """A person who attends but is not counted."""

    LABEL, ID_LETTER = "列席人员", "g"

    name: str = entry("姓名", core=True, default="")
    unit: str = entry("单位", core=True, default="")
    capacity: Literal["superior", "observer", "mass"] | None = entry("身份", core=True, labels=CAPACITIES)


class Briefing(Entry):
    """The secretary's report to the meeting."""

    LABEL = "书记通报"

    preparation: Text = entry("准备工作", core=True, default="")
    opinions: Text = entry("征求意见", core=True, default="")
    problems: Text = entry("查摆问题", core=True, default="")


class Speech(Entry):
    """One member's speech."""

    LABEL = "发言"

    member: MemberId = entry("党员", core=True, default="")
    order: Count | None = entry("次序", core=True, help="从1起。")
    self_criticism: bool = entry("作自我批评", core=True, default=False, everybody=True)
    points: Text = entry("要点", default="")


class GroupSession(Entry):
    """Self and mutual criticism held in one party group."""

    LABEL = "党小组会"

    group: str = entry("党小组", core=True, default="")
    date: Day | None = entry("日期", core=True)
    start: Clock | None = entry("开始")
    end: Clock | None = entry("结束")
    place: str = entry("地点", default="")
    chair: MemberId = entry("主持人", core=True, default="")
    recorder: Person | None = entry("记录人")
    present: list[MemberId] = entry("到会", core=True, factory=list, everybody=True)
    speeches: list[Speech] = entry("发言", core=True, factory=list)


class Resolution(Entry):
    """A vote taken at the meeting; only members with 表决权 count."""

    LABEL = "表决事项"

    subject: str = entry("事项", core=True, default="")
    expected: Count | None = entry("应到", derived=True, unit="人")
    present: Count | None = entry("实到", core=True, unit="人")
    yes: Count | None = entry("赞成", core=True, unit="票")
    no: Count | None = entry("反对", core=True, unit="票")
    abstain: Count | None = entry("弃权", core=True, unit="票")


class Summary(Entry):
    """The closing statement of the secretary, or of the delegate who chaired."""

    LABEL = "会议小结"

    by: MemberId = entry("作小结人", core=True, default="")
    text: Text = entry("要点", core=True, default="")


class Meeting(RoundRecord):
    """F9 会议记录; one per round. ``groups`` not blank = group mode."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "meeting", "meeting", "会议记录", "F9", "round"
    PERSONAL = "会议发言和到会情况"

    date: Day | None = entry("日期", core=True)
    start: Clock | None = entry("开始")
    end: Clock | None = entry("结束")
    planned_start: Clock | None = entry("通知时间")
    place: str = entry("地点", core=True, default="")
    mode: Literal["onsite", "video"] = entry("形式", labels=MEETING_MODES, default="onsite")
    chair: MemberId = entry("主持人", core=True, default="")
    delegation_note: str = entry("委托说明", default="", help="书记不能主持时，写明原因和委托了谁。")
    recorder: Person | None = entry("记录人", core=True)
    present: list[MemberId] = entry("到会党员", core=True, factory=list, everybody=True)
    absent: list[Absence] = entry("缺席", factory=list)
    guests: list[Guest] = entry("列席", factory=list, help="不计入到会人数。")
    agenda_done: list[Annotated[str, Key("agenda")]] = entry(
        "实际议程", core=True, factory=list, help="按实际次序。", ordered=True
    )
    briefing: Briefing = entry("书记通报", core=True, factory=Briefing)
    speeches: list[Speech] = entry("发言", core=True, factory=list)
    groups: list[GroupSession] = entry("分组", factory=list, help="自评互评按党小组进行的才填。")
    resolutions: list[Resolution] = entry("表决事项", factory=list)
    summary: Summary = entry("会议小结", core=True, factory=Summary)
    closing: Text = entry("结束语", default="")
    completed: bool = entry("记录完成", core=True, default=False, help="记录已经完整时勾选。", printed=False)
    expected: Count | None = entry("应到", derived=True, unit="人")
    present_count: Count | None = entry("实到", derived=True, unit="人")


class Criticism(RoundRecord):
    """F10 批评意见汇总: one member's criticism of another, in the speaker's words."""

    TYPE, STAGE, LABEL, FORM = "criticism", "meeting", "批评意见", "F10"
    PERSONAL = "相互批评"
    WHOSE = "author"

    author: MemberId = entry("批评人", core=True, default="")
    target: MemberId = entry("对象", core=True, default="")
    text: Text = entry("意见", core=True, default="", help="会上原话，写清具体的人和事。")
    kind: Literal["thought", "discipline", "style", "duty", "life", "work"] | None = entry(
        "类别", labels=CRITICISM_KINDS
    )
    response: Text = entry("表态", default="")


class Covers(Entry):
    """Topics that the comment covers."""

    LABEL = "涉及内容"

    meeting: bool = entry("会议情况", core=True, default=False)
    criticism: bool = entry("批评和自我批评", core=True, default=False)
    guidance: bool = entry("指导性意见", core=True, default=False)


class Problem(Identified):
    """A problem that the superior pointed out."""

    LABEL = "点出的问题"

    text: Text = entry("内容", core=True, default="")


class SuperiorComment(RoundRecord):
    """F13 上级点评."""

    TYPE, STAGE, LABEL, FORM = "superior_comment", "meeting", "上级点评", "F13"

    author: GuestId = entry(
        "点评人", core=True, default="", help="先在会议记录的“列席”里登记上级指导同志，再在这里选。"
    )
    covers: Covers = entry("涉及内容", core=True, factory=Covers)
    text: Text = entry("点评要点", core=True, default="")
    problems: list[Problem] = entry("点出的问题", factory=list)


class LastYearItem(Entry):
    """One item of last year's list, and what has come of it."""

    LABEL = "上年整改事项"

    title: str = entry("整改事项", core=True, default="")
    measure: Text = entry("整改措施", default="")
    status: Literal["done", "open"] | None = entry("状态", core=True, labels=LAST_YEAR_STATES)
    result: Text = entry("落实情况", core=True, default="", help="做了什么、结果怎样；没有完成的，写原因和下一步。")


class LastYear(Record):
    """F23 上年度整改落实情况通报: the branch's items of last year's meeting, reported to this year's."""

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = "last_year", "meeting", "上年度整改通报", "F23", "dossier", "last_year"
    PERSONAL = ""

    held_on: Day | None = entry("上年度会议日期", core=True)
    reported_on: Day | None = entry("通报日期", core=True, help="一般就是会议那天。")
    items: list[LastYearItem] = entry("整改事项", core=True, factory=list)
    text: Text = entry("总的情况", default="")


class MeetingNotice(Record):
    """F24 会议通知: calls the meeting; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = "meeting_notice", "meeting", "会议通知", "F24", "dossier", "notice"
    PERSONAL = ""

    sent_on: Day | None = entry("通知日期", core=True)
    to: str = entry("主送", default="全体党员")
    meeting_on: Annotated[Day | None, Planned()] = entry("开会日期", core=True, help="可以晚于今天。")
    start: Clock | None = entry("开会时间", core=True)
    place: str = entry("地点", core=True, default="")
    who: str = entry("参加人员", core=True, default="全体党员")
    prepare: Text = entry("会前准备", default="", help="请党员会前做什么、带什么。")


class WorkReport(Record):
    """F27 支部工作报告: what the secretary reports to the members on the branch's work; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = "work_report", "meeting", "支部工作报告", "F27", "dossier", "work_report"
    PERSONAL = ""

    date: Day | None = entry("报告日期", core=True)
    reporter: Person | None = entry("报告人", core=True)
    text: Text = entry("正文", core=True, default="", help="报告人自己的话，程序不代写；有关的数字由程序列在后面。")
