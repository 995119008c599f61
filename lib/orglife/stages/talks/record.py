"""Talks between comrades before the meeting."""

from __future__ import annotations

from typing import Literal

from orglife.core.record.field import Clock, Day, MemberId, Text, entry
from orglife.core.record.record import Record

TALK_MODES = {"face": "面谈", "phone": "电话"}


class Talk(Record):
    """F3 谈心谈话记录: two or more participants, including the initiator."""

    TYPE, STAGE, LABEL, FORM = "talk", "talks", "谈心谈话", "F3"
    PERSONAL = "谈话内容"

    date: Day | None = entry("日期", core=True)
    participants: list[MemberId] = entry("谈话人员", core=True, factory=list, help="两人或多人，发起人也在其中。")
    initiator: MemberId = entry("发起人", core=True, default="")
    thoughts: Text = entry("交流思想", core=True, default="", help="思想、工作、生活情况，各写一句实际谈到的。")
    opinions_heard: Text = entry("听取的意见", core=True, default="")
    problems_pointed: Text = entry("指出的问题", core=True, default="", help="指出对方存在的问题和不足。")
    mode: Literal["face", "phone"] = entry("方式", labels=TALK_MODES, default="face")
    start: Clock | None = entry("开始")
    end: Clock | None = entry("结束")
    place: str = entry("地点", default="")
