"""Rectification: lists, pledges and public notices."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from orglife.core.record.field import Day, Key, MemberId, Planned, ProblemId, Text, entry
from orglife.core.record.record import Person, Record

OWNER_KINDS = {"branch": "支部清单", "member": "个人清单"}
ITEM_STATES = {"open": "进行中", "done": "已完成"}
PUBLICATION_KINDS = {"content": "整改内容", "completion": "完成情况", "both": "整改内容和完成情况"}


class RectItem(Record):
    """F14 整改清单: one item of the branch's list or a member's list."""

    TYPE, STAGE, LABEL, FORM = "rect_item", "rectification", "整改事项", "F14"
    WHOSE = "owner"

    owner_kind: Literal["branch", "member"] | None = entry("清单", core=True, labels=OWNER_KINDS)
    owner: MemberId = entry("所属党员", core=True, default="", help="个人清单才填。")
    source: Annotated[str, Key("rect_sources")] = entry("问题来源", core=True, default="")
    problem_ids: list[ProblemId] = entry("对应问题", factory=list, printed=False)
    title: str = entry("整改事项", core=True, default="")
    measure: Text = entry("具体措施", core=True, default="")
    responsible: Person | None = entry("责任人", core=True)
    due: Annotated[Day | None, Planned()] = entry("完成时限", core=True)
    status: Literal["open", "done"] = entry("状态", core=True, labels=ITEM_STATES, default="open")
    done_on: Day | None = entry("完成日期")
    evidence: Text = entry("佐证", default="")
    delay_note: Text = entry("延期说明", default="")
    carried_from: str = entry("上年结转", derived=True, default="")

    def not_asked(self) -> Collection[str]:
        """The branch's own list has no member as owner."""
        return ("owner",) if self.owner_kind == "branch" else ()


class RectList(Record):
    """F14 整改清单: which sources brought no problems; one per owner."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "rect_list", "rectification", "清单说明", "F14", "owner"
    PERSONAL = ""
    WHOSE = "owner"

    owner_kind: Literal["branch", "member"] | None = entry("清单", core=True, labels=OWNER_KINDS)
    owner: MemberId = entry("所属党员", default="")
    none_declared: list[Annotated[str, Key("rect_sources")]] = entry("本类无问题", core=True, factory=list)


class Pledge(Record):
    """F15 整改承诺书; one per member."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "pledge", "rectification", "整改承诺", "F15", "member"

    member: MemberId = entry("党员", core=True, default="")
    date: Day | None = entry("日期", core=True)
    text: Text = entry("承诺内容", core=True, default="")
    problem_ids: list[ProblemId] = entry("对应问题", factory=list, printed=False)


class Publication(Record):
    """F16 公示."""

    TYPE, STAGE, LABEL, FORM = "publication", "rectification", "公示", "F16"
    PERSONAL = ""

    kind: Literal["content", "completion", "both"] | None = entry("公示内容", core=True, labels=PUBLICATION_KINDS)
    scope: str = entry("范围", core=True, default="")
    start: Day | None = entry("起", core=True)
    end: Annotated[Day | None, Planned()] = entry("止", core=True, help="起止两天都计入。")
    text: Text = entry("公示文字", core=True, default="", help="不写得票，不写谁提的意见。")
    place: str = entry("地点", default="")
    feedback: Text = entry("收到的反映", default="", printed=False)
    handling: Text = entry("处理情况", default="", printed=False)
