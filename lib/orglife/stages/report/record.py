"""Filing with the superior, the written report, and the orders and remarks received."""

from __future__ import annotations

from typing import Annotated, Literal

from orglife.core.record.field import BranchId, Count, Day, Planned, RecordId, Text, entry
from orglife.core.record.record import Entry, Record, RoundRecord

SCOPES = {"appraisal": "仅民主评议", "whole": "会议和评议"}


class FilingContents(Entry):
    """Contents of the filing."""

    LABEL = "备案内容"

    problems: bool = entry("班子查摆的问题", core=True, default=False)
    measures: bool = entry("整改措施", core=True, default=False)
    grades: bool = entry("民主评议结果", core=True, default=False)


class Filing(RoundRecord):
    """F17 备案报告; one per round."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "filing", "report", "备案", "F17", "round"
    PERSONAL = ""

    date: Day | None = entry("日期", core=True)
    to: str = entry("报送单位", core=True, default="")
    contents: FilingContents = entry("备案内容", core=True, factory=FilingContents)
    text: Text = entry("正文", default="")
    received_on: Day | None = entry("收到日期", printed=False)
    received_by: str = entry("收件人", default="", printed=False)


class Figures(Entry):
    """Numbers stated in the report's text, to compare with the records."""

    LABEL = "文中数字"

    expected: Count | None = entry("应到", unit="人", printed=False)
    present: Count | None = entry("实到", unit="人", printed=False)
    criticism_count: Count | None = entry("批评意见条数", unit="条", printed=False)
    excellent: Count | None = entry("优秀人数", unit="人", printed=False)
    qualified: Count | None = entry("合格人数", unit="人", printed=False)
    basic: Count | None = entry("基本合格人数", unit="人", printed=False)
    unqualified: Count | None = entry("不合格人数", unit="人", printed=False)
    rect_count: Count | None = entry("整改事项数", unit="项", printed=False)
    done_count: Count | None = entry("已完成数", unit="项", printed=False)


class Report(Record):
    """F18 情况报告; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "report", "report", "情况报告", "F18", "dossier"
    PERSONAL = ""

    date: Day | None = entry("日期", core=True)
    to: str = entry("报送单位", core=True, default="")
    text: Text = entry("正文", core=True, default="", help="书记自己的话，程序不代写。")
    figures: Figures = entry("文中数字", factory=Figures)
    received_on: Day | None = entry("收到日期", printed=False)
    received_by: str = entry("收件人", default="", printed=False)


class RedoOrder(Record):
    """F20 责令重新进行: entered by the bureau; read-only in a branch's dossier."""

    TYPE, STAGE, LABEL, FORM, BUREAU = "redo_order", "report", "责令重新进行", "F20", True
    PERSONAL = ""

    branch: BranchId = entry("党支部", core=True, default="")
    round: Count | None = entry("作废轮次", core=True)
    scope: Literal["appraisal", "whole"] | None = entry("范围", core=True, labels=SCOPES)
    issued_by: str = entry("责令单位", core=True, default="")
    date: Day | None = entry("日期", core=True)
    due: Annotated[Day | None, Planned()] = entry("完成时限", core=True)
    reason: Text = entry("原因", core=True, default="")


class Remark(Record):
    """退回意见: entered by the bureau; read-only in a branch's dossier."""

    TYPE, STAGE, LABEL, BUREAU = "remark", "report", "退回意见", True
    PERSONAL = ""

    branch: BranchId = entry("党支部", core=True, default="", printed=False)
    date: Day | None = entry("日期", core=True, printed=False)
    by: str = entry("提出单位", core=True, default="", printed=False)
    record: RecordId = entry("所属记录", default="", printed=False)
    text: Text = entry("意见", core=True, default="", printed=False)
