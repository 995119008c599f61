"""Appraisal: totals of the paper ballot, grades, and disposals if any."""

from __future__ import annotations

from typing import ClassVar, Literal

from orglife.core.record.field import Count, Day, MemberId, Text, entry
from orglife.core.record.record import Entry, Person, Record, RoundRecord

BODIES = {"committee": "支委会", "assembly": "党员大会"}
WAIVERS = {
    "appraised_elsewhere": "流入地评议",
    "lost_contact": "失联",
    "no_expression": "不能表达意志",
    "transferred_in_after_meeting": "会后转入",
}
DISPOSAL_KINDS = {
    "talk": "谈话帮助",
    "admonish": "谈话提醒（诫勉）",
    "warn_edu": "警示教育",
    "correct_by_deadline": "限期改正",
    "advise_out": "劝其退党",
    "remove": "除名",
}


class TallyRow(Entry):
    """The votes for one member; a blank number counts as 0."""

    LABEL = "得票"

    member: MemberId = entry("党员", core=True, default="")
    excellent: Count = entry("优秀", core=True, unit="票", default=0)
    qualified: Count = entry("合格", core=True, unit="票", default=0)
    basic: Count = entry("基本合格", core=True, unit="票", default=0)
    unqualified: Count = entry("不合格", core=True, unit="票", default=0)
    abstain: Count = entry("弃权", unit="票", default=0)
    no_grade: bool = entry("只评议不测等次", default=False, help="例如预备党员。")

    @property
    def votes(self) -> tuple[int, int, int, int, int]:
        """优秀, 合格, 基本合格, 不合格, 弃权."""
        return self.excellent, self.qualified, self.basic, self.unqualified, self.abstain


class Tally(RoundRecord):
    """F11 民主测评汇总: totals only, never individual votes; one per round."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "tally", "appraisal", "民主测评汇总", "F11", "round"
    PERSONAL = "测评票数（只有汇总）"

    date: Day | None = entry("日期", core=True)
    secret: bool = entry("无记名", core=True, default=False)
    issued: Count | None = entry("发出票", core=True, unit="张")
    returned: Count | None = entry("收回票", core=True, unit="张")
    valid: Count | None = entry("有效票", core=True, unit="张")
    invalid: Count | None = entry("无效票", core=True, unit="张")
    self_vote: bool = entry("本人参加测评", default=False, help="党员也给自己测评的勾选。")
    outside_issued: Count = entry("群众票", unit="张", default=0, help="包含在发出票之内。", printed=False)
    counters: list[Person] = entry("计票人", core=True, factory=list)
    supervisors: list[Person] = entry("监票人", core=True, factory=list)
    rows: list[TallyRow] = entry("得票", core=True, factory=list)


class TeamTallyRow(Entry):
    """The votes for one item of the ballot on the leadership; a blank number counts as 0."""

    LABEL = "得票"

    item: str = entry("测评项目", core=True, default="")
    good: Count = entry("好", core=True, unit="票", default=0)
    fair: Count = entry("较好", core=True, unit="票", default=0)
    average: Count = entry("一般", core=True, unit="票", default=0)
    poor: Count = entry("差", core=True, unit="票", default=0)
    abstain: Count = entry("弃权", unit="票", default=0)

    @property
    def votes(self) -> tuple[int, int, int, int, int]:
        """好, 较好, 一般, 差, 弃权."""
        return self.good, self.fair, self.average, self.poor, self.abstain


class TeamTally(Record):
    """F29 支部班子测评汇总: totals of the paper ballot on the leadership; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = (
        "team_tally",
        "appraisal",
        "班子测评汇总",
        "F29",
        "dossier",
        "team_ballot",
    )
    PERSONAL = ""

    date: Day | None = entry("日期", core=True)
    secret: bool = entry("无记名", core=True, default=False)
    issued: Count | None = entry("发出票", core=True, unit="张")
    returned: Count | None = entry("收回票", core=True, unit="张")
    valid: Count | None = entry("有效票", core=True, unit="张")
    invalid: Count | None = entry("无效票", core=True, unit="张")
    counters: list[Person] = entry("计票人", core=True, factory=list)
    supervisors: list[Person] = entry("监票人", core=True, factory=list)
    rows: list[TeamTallyRow] = entry("得票", core=True, factory=list)


class GradeMeeting(RoundRecord):
    """F12 评定与反馈: the meeting that fixed the grades; one per round."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "grade_meeting", "appraisal", "评定会议", "F12", "round"
    PERSONAL = ""

    body: str = entry("评定主体", core=True, default="", labels=BODIES)
    date: Day | None = entry("日期", core=True)
    present: list[MemberId] = entry("到会", core=True, factory=list, everybody=True)
    yes: Count | None = entry("赞成", unit="票", help="党员大会评定时填写。")
    no: Count | None = entry("反对", unit="票")
    abstain: Count | None = entry("弃权", unit="票")


class Grade(RoundRecord):
    """F12 评定与反馈: one member's grade; blank for 预备党员 and for members with a waiver."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "grade", "appraisal", "评定等次", "F12", "member"

    EXCELLENT: ClassVar[str] = "excellent"
    QUALIFIED: ClassVar[str] = "qualified"
    BASIC: ClassVar[str] = "basic"
    UNQUALIFIED: ClassVar[str] = "unqualified"

    member: MemberId = entry("党员", core=True, default="")
    grade: str = entry("等次", core=True, default="", offers="grades", help="预备党员和登记了免评原因的不填。")
    opinion: Text = entry("评定意见", core=True, default="")
    waiver: Literal["appraised_elsewhere", "lost_contact", "no_expression", "transferred_in_after_meeting"] | None = (
        entry("免评原因", labels=WAIVERS)
    )
    feedback_on: Day | None = entry("反馈日期", core=True)


class AssemblyVote(Entry):
    """The vote of the 党员大会 on a disposal."""

    LABEL = "党员大会表决"

    date: Day | None = entry("日期", core=True)
    present: Count | None = entry("实到", core=True, unit="人", help="有表决权的。")
    yes: Count | None = entry("赞成", core=True, unit="票")
    no: Count | None = entry("反对", unit="票")
    abstain: Count | None = entry("弃权", unit="票")


class Disposal(RoundRecord):
    """F21 处置事项, only if needed: the organisation decides, the software records."""

    TYPE, STAGE, LABEL, FORM = "disposal", "appraisal", "处置事项", "F21"
    PERSONAL = "组织处置"

    member: MemberId = entry("党员", core=True, default="")
    kind: Literal["talk", "admonish", "warn_edu", "correct_by_deadline", "advise_out", "remove"] | None = entry(
        "处置方式",
        core=True,
        labels=DISPOSAL_KINDS,
        help="限期改正一般6个月，最长1年；劝其退党、除名的，5年内不得重新入党（劝退、除名的年限请以上级的规定为准）。",
    )
    ground: Text = entry("事由", core=True, default="")
    proposed_by: Literal["committee", "assembly"] | None = entry("提出主体", core=True, labels=BODIES)
    proposed_on: Day | None = entry("提出日期", core=True)
    prior_filed_on: Day | None = entry("事前备案日期")
    investigated_on: Day | None = entry("调查核实日期", help="党员大会前由支委会派人查清事实的日子。")
    heard_on: Day | None = entry("听取本人意见日期")
    heard_note: Text = entry("未能听取的经过", default="")
    assembly: AssemblyVote | None = entry("党员大会表决")
    approved_by: str = entry("批准党组织", default="")
    approved_on: Day | None = entry("批准日期")
    effective_on: Day | None = entry("生效日期")
    months: Count | None = entry("限期（月）")
    help_measures: Text = entry("帮教措施", default="")


class GradeStatistics(Record):
    """F26 民主评议情况统计表: day and addressee of the table; its numbers are counted. One per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = (
        "grade_statistics",
        "appraisal",
        "评议统计表",
        "F26",
        "dossier",
        "statistics",
    )
    PERSONAL = ""

    date: Day | None = entry("统计日期", core=True)
    to: str = entry("报送单位", core=True, default="")
    note: Text = entry("说明", default="")
