"""Written self-examination: the leadership's review, each member's outline, the problem list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal

from orglife.core.record.field import Day, Key, MemberId, Text, entry
from orglife.core.record.record import Identified, Record

VIEWS = {"worldview": "世界观", "life": "人生观", "values": "价值观"}
YES_NO = {"yes": "有", "no": "无"}


class ReviewItem(Identified):
    """One problem with its cause and the measure against it."""

    LABEL = "问题"

    aspect: Annotated[str, Key("aspects")] = entry("方面", core=True, default="")
    dimension: Annotated[str, Key("dimensions")] = entry(
        "合格标准", default="", at_once=True, help="这个问题是对照哪一条标准查出来的。"
    )
    fact: Text = entry("具体表现", core=True, default="", help="时间、事情和当时的做法。")
    cause: Text = entry("根源", core=True, default="")
    cause_views: list[Literal["worldview", "life", "values"]] = entry(
        "三观剖析", labels=VIEWS, factory=list, at_once=True, help="根源是从哪一方面剖析的；一个人至少有一个问题要勾。"
    )
    measure: Text = entry("改进措施", core=True, default="")


class TeamReview(Record):
    """F5 班子对照检查; one per dossier."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "team_review", "reviews", "班子对照检查", "F5", "dossier"
    OTHER_LISTS: ClassVar[Mapping[str, str]] = {"aspects": "team_aspects"}
    UNUSED: ClassVar[Collection[str]] = ("items.dimension", "items.cause_views")

    date: Day | None = entry("日期", core=True)
    items: list[ReviewItem] = entry("查摆的问题", core=True, factory=list)
    none_declared: list[Annotated[str, Key("team_aspects")]] = entry("经查无问题", factory=list)
    text: Text = entry("全文", default="", help="写了全文的印全文；没有写的由各项问题汇成。")
    reviewed_on: Day | None = entry("上级审阅日期", help="上级要求先报对照检查材料的填写。")


class MemberReview(Record):
    """F6 发言提纲; one per member."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "member_review", "reviews", "发言提纲", "F6", "member"

    member: MemberId = entry("党员", core=True, default="")
    date: Day | None = entry("日期", core=True)
    items: list[ReviewItem] = entry("查摆的问题", core=True, factory=list)
    none_declared: list[Annotated[str, Key("aspects+dimensions")]] = entry("经查无问题", factory=list)
    key_checks: dict[Annotated[str, Key("key_checks")], Literal["yes", "no"]] = entry(
        "重点对照", labels=YES_NO, factory=dict
    )
    text: Text = entry("全文", default="")
    reviewed_on: Day | None = entry("上级审阅日期", help="上级要求先报发言提纲的填写。")


class ProblemList(Record):
    """F7 问题清单: confirmed by the secretary; its rows are derived from the reviews."""

    TYPE, STAGE, LABEL, FORM, ONE_PER = "problem_list", "reviews", "问题清单", "F7", "dossier"
    PERSONAL = ""

    confirmed_on: Day | None = entry(
        "确认日期", core=True, help="清单自动汇总，不用填；书记看过以后，在这里填看过的日期。"
    )
