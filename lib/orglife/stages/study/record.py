"""Collective study before the meeting."""

from __future__ import annotations

from typing import Annotated, Literal

from orglife.core.record.field import Day, Key, MemberId, Text, entry
from orglife.core.record.record import Entry, Person, Record

STUDY_FORMS = {"collective": "集中学习", "self": "自学", "delivered": "送学上门"}


class Makeup(Entry):
    """A member who caught up on a session later."""

    LABEL = "补学"

    member: MemberId = entry("党员", core=True, default="")
    date: Day | None = entry("补学日期", core=True)


class Study(Record):
    """F2 学习记录."""

    TYPE, STAGE, LABEL, FORM = "study", "study", "集中学习", "F2"
    PERSONAL = "学习考勤"

    date: Day | None = entry("日期", core=True)
    form: Literal["collective", "self", "delivered"] | None = entry("方式", core=True, labels=STUDY_FORMS)
    material_ids: list[Annotated[str, Key("materials")]] = entry("学习内容", core=True, factory=list)
    attendees: list[MemberId] = entry("参加人员", core=True, factory=list, everybody=True)
    makeup: list[Makeup] = entry("补学", factory=list)
    host: Person | None = entry("主持人")
    place: str = entry("地点", default="")
    topic: str = entry("主题", default="")
    gist: Text = entry("研讨要点", default="")
