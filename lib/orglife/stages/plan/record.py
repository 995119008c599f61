"""The branch's own plan, and records that belong to no single stage: check-list items and attachments."""

from __future__ import annotations

from typing import Annotated, Literal

from orglife.core.record.field import Count, Day, Planned, RecordId, Text, entry
from orglife.core.record.record import Entry, Person, Record

ATTACHMENT_KINDS = {"signed_scan": "签字扫描件", "sign_in": "签到表", "photo": "照片", "other": "其他"}


class PlanContents(Entry):
    """Contents of the plan, by the four points that the campaign demands."""

    LABEL = "主要内容"

    requirements: Text = entry("基本要求", core=True, default="")
    steps: Text = entry("方法步骤", core=True, default="")
    schedule: Text = entry("时间安排", core=True, default="")
    other: Text = entry("相关要求", core=True, default="")


class PlanPhases(Entry):
    """What will be done before, during and after the meeting."""

    LABEL = "三段安排"

    before: Text = entry("会前安排", core=True, default="")
    during: Text = entry("会中安排", core=True, default="")
    after: Text = entry("会后安排", core=True, default="")


class Plan(Record):
    """F1 工作方案; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "plan", "plan", "工作方案", "F1", "dossier"
    PERSONAL = ""

    made_on: Day | None = entry("制定日期", core=True)
    approved_on: Day | None = entry("审定日期")
    reviewed_on: Day | None = entry("上级审阅日期", help="上级要求先报方案的填写。")
    planned_meeting_on: Annotated[Day | None, Planned()] = entry("拟开会日期", help="计划日期，可以晚于今天。")
    contents: PlanContents = entry("主要内容", core=True, factory=PlanContents)
    phases: PlanPhases = entry("三段安排", core=True, factory=PlanPhases)


class PlanSubmission(Record):
    """F28 方案报审: the plan was sent to the superior, and what the superior said; one per dossier.

    The day of the answer is ``Plan.reviewed_on``.
    """

    TYPE, STAGE, LABEL, FORM, ONE_PER, PAPER = "plan_submission", "plan", "方案报审", "F28", "dossier", "plan_review"
    PERSONAL = ""

    submitted_on: Day | None = entry("报送日期", core=True)
    to: str = entry("报送单位", core=True, default="")
    reviewer: Person | None = entry("审阅人", core=True, help="上级党组织审阅的同志。")
    opinion: Text = entry("审阅意见", core=True, default="", help="照上级的原话；审阅日期填在工作方案里。")


class CheckItem(Record):
    """A demand of the campaign that no rule checks; a person marks it as met."""

    TYPE, STAGE, LABEL = "check_item", "plan", "其他要求"
    PERSONAL = ""

    demand: str = entry("要求", core=True, default="", printed=False)
    done: bool = entry("已落实", core=True, default=False, printed=False)
    date: Day | None = entry("日期", printed=False)
    by: Person | None = entry("录入人", printed=False)
    note: Text = entry("说明", default="", printed=False)


class Attachment(Record):
    """A file attached to a record."""

    TYPE, STAGE, LABEL = "attachment", "plan", "附件"
    PERSONAL = "附件的登记"

    record: RecordId = entry("所属记录", core=True, default="", printed=False)
    kind: Literal["signed_scan", "sign_in", "photo", "other"] | None = entry(
        "种类", core=True, labels=ATTACHMENT_KINDS, tells_apart=True, printed=False
    )
    file: str = entry("文件名", core=True, default="", help="附上文件时由程序填写，不用手工填。", printed=False)
    sha256: str = entry("校验值", derived=True, default="")
    pages: Count | None = entry("页数", unit="页", printed=False)
