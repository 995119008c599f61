"""Records that all stages share: the branch, its roster and its explanations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from orglife.core.record.codes import fonds_fault, org_code_fault
from orglife.core.record.field import Day, Ident, Planned, Text, entry
from orglife.core.record.record import TYPED, Identified, Person, Record

BRANCH_TYPES = {"regular": "一般", "small": "不设支委会", "temporary": "临时", "retired": "离退休"}
STATUSES = {"full": "正式党员", "probationary": "预备党员", "on_probation": "留党察看党员", "suspended": "停止党籍"}
ROLES = {"secretary": "书记", "deputy": "副书记", "committee": "委员", "member": "无"}
MOBILE_STATES = {"none": "无", "mobile": "流动", "frail": "年老体弱", "abroad": "出国（境）", "lost": "失联"}
QUORUM_BASES = {
    "no_expression": "不能表达意志",
    "abroad_6m": "出国（境）半年以上",
    "detained": "被羁押或服刑",
    "bedridden": "长期卧床",
    "transfer_pending_6m": "应转未转外出半年以上",
}


class Branch(Identified):
    """The branch itself; in a dossier file it has a key of its own beside the records."""

    LABEL = "党支部"

    id: Ident = entry("支部代号", derived=True, default=..., help="也是文件夹的名字。")
    name: str = entry("支部名称", core=True, default="")
    superior: str = entry("上级党组织", core=True, default="", help="备案报送到这里。")
    has_committee: bool = entry("设支委会", core=True, default=False)
    type: Literal["regular", "small", "temporary", "retired"] = entry(
        "支部类型", labels=BRANCH_TYPES, default="regular"
    )
    unit_name: str = entry("立档单位", default="", help="归档时使用。")
    fonds: str = entry("全宗号", default="", help="归档时使用，4位大写字母或数字。")
    org_code: str = entry("机构代码", default="", help="归档时使用，例如DZB01。")

    @field_validator("fonds", "org_code")
    @classmethod
    def _code(cls, text: str, info: ValidationInfo) -> str:
        """Refuse a code of a wrong shape where it is typed; files and the store are read as they are."""
        faults: dict[str, Callable[[str], str]] = {"fonds": fonds_fault, "org_code": org_code_fault}
        if info.context is TYPED and (fault := faults[info.field_name or ""](text)):
            raise PydanticCustomError("code", "{sentence}", {"sentence": fault})
        return text


class Member(Record):
    """One member on the roster; status and role are those on the day of the meeting."""

    TYPE, STAGE, LABEL = "member", "plan", "党员"
    PERSONAL = "姓名和党员身份"

    name: str = entry("姓名", core=True, default="")
    status: Literal["full", "probationary", "on_probation", "suspended"] | None = entry(
        "党员身份", core=True, labels=STATUSES, tells_apart=True, usual="full"
    )
    role: Literal["secretary", "deputy", "committee", "member"] | None = entry(
        "党内职务", core=True, labels=ROLES, former={"党员": "member"}, tells_apart=True, usual="member"
    )
    is_leader: bool = entry("党员领导干部", default=False, help="以普通党员身份参加所在支部的会议。", printed=False)
    group: str = entry("党小组", default="", printed=False)
    party_on: str = entry("入党日期", default="", help="照名册写，例如2015年7月；可以不填。", printed=False)
    joined_on: Day | None = entry("转入日期", help="到本支部的第一天；一直在本支部的不填。")
    left_on: Annotated[Day | None, Planned()] = entry("转出日期", help="不再属于本支部的第一天。")
    mobile_state: Literal["none", "mobile", "frail", "abroad", "lost"] = entry(
        "流动等情况", labels=MOBILE_STATES, default="none", printed=False
    )
    quorum_excluded: bool = entry("核减应到会", default=False, help="须有上级同意和党员大会通过。")
    quorum_basis: Literal["no_expression", "abroad_6m", "detained", "bedridden", "transfer_pending_6m"] | None = entry(
        "核减情形", labels=QUORUM_BASES, printed=False
    )
    quorum_approved_on: Day | None = entry("核减通过日期", printed=False)


class Explanation(Record):
    """A written reason that answers a finding; the finding stays visible but no longer counts."""

    TYPE, STAGE, LABEL = "explanation", "plan", "情况说明"

    rule: str = entry("规则编号", core=True, default="", help="从“写情况说明”进来的，已经填好。", printed=False)
    subjects: list[Ident] = entry("涉及对象", factory=list, help="涉及支部整体的不填。", printed=False)
    reason: Text = entry("原因", core=True, default="")
    by: Person | None = entry("说明人", core=True, printed=False)
    date: Day | None = entry("日期", core=True)
