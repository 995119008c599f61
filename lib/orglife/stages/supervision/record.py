"""Records of the bureau: leaders, visits, assignments."""

from __future__ import annotations

from typing import Annotated, Literal

from orglife.core.record.field import BranchId, Day, Planned, Text, entry
from orglife.core.record.record import Person, Record, RoundRecord

FINDINGS = {"none": "未发现问题", "formalism": "走形式、搞应付", "distorted": "失真失实"}


class BureauLeader(Record):
    """A leader of the bureau; independent of Member.is_leader."""

    TYPE, STAGE, LABEL, BUREAU = "bureau_leader", "supervision", "局领导班子成员", True

    name: str = entry("姓名", core=True, default="")
    own_branch: BranchId = entry("所在支部", default="")


class Supervision(RoundRecord):
    """F19 督导记录."""

    TYPE, STAGE, LABEL, FORM, BUREAU = "supervision", "supervision", "督导记录", "F19", True

    leader: Person | None = entry("督导人", core=True)
    branch: BranchId = entry("党支部", core=True, default="")
    date: Day | None = entry("日期", core=True)
    commented: bool = entry("进行点评", core=True, default=False)
    finding: Literal["none", "formalism", "distorted"] | None = entry(
        "结论", core=True, labels=FINDINGS, former={"无": "none"}
    )
    correction: Text = entry("纠正情况", default="")


class Assignment(Record):
    """The leader assigned to supervise a branch."""

    TYPE, STAGE, LABEL, BUREAU = "assignment", "supervision", "督导分工", True

    branch: BranchId = entry("党支部", core=True, default="")
    supervisor: Person | None = entry("督导人", core=True)
    planned_on: Annotated[Day | None, Planned()] = entry("拟到会日期")
