"""Opinions collected from the masses, people served and members, without the giver's name."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Literal

from orglife.core.record.field import Day, Ref, Text, entry
from orglife.core.record.record import Person, Record
from orglife.core.rule.expressions import search

SOURCES = {"mass": "群众", "client": "服务对象", "member": "党员", "superior": "上级"}
CHANNELS = {"talk": "访谈", "meeting": "座谈", "box": "意见箱", "online": "网络", "letter": "来信"}
TEAM = "team"
NO_OPINION = (
    "^(很?满意)?(暂时?|目前)?(没有|没|无)(什么|啥|任何|其他|其它|不同|特别的?)*"
    "(意见|建议|问题)?(和?(意见|建议|问题))?$|^无$|^暂无$"
)
_NO_WORD = re.compile(r"[\W_]+")


def says_nothing(text: str, pattern: str = NO_OPINION) -> bool:
    """Whether an opinion states, in any wording, that there is no opinion."""
    return search(pattern, _NO_WORD.sub("", text)) is not None


class Opinion(Record):
    """F4 征求意见汇总: one opinion."""

    TYPE, STAGE, LABEL, FORM = "opinion", "opinions", "征求意见", "F4"
    PERSONAL = "征求到的意见"

    date: Day | None = entry("日期", core=True)
    source: Literal["mass", "client", "member", "superior"] | None = entry("来源", core=True, labels=SOURCES)
    target: Annotated[str, Ref("target")] = entry("对象", core=True, default="", help="支部班子，或一名党员。")
    channel: Literal["talk", "meeting", "box", "online", "letter"] | None = entry("渠道", core=True, labels=CHANNELS)
    heard_by: Person | None = entry("听取人", core=True, help="意见箱、网络征求的不填。")
    text: Text = entry("意见内容", core=True, default="", help="不写提意见人的姓名；没有意见的写“无意见”。")
    response: Text = entry("回应", default="", help="会上对意见的回应。")

    def not_asked(self) -> Collection[str]:
        """Opinions from a box or the network have no person who hears them."""
        return ("heard_by",) if self.channel in ("box", "online") else ()
