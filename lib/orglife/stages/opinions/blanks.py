"""Blank form of the stage opinions: one opinion per sheet, without the giver's name."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Note, Space
from orglife.core.paper.paper import Sheet
from orglife.stages.opinions.record import CHANNELS, SOURCES
from orglife.stages.shared.blank_forms import BLANK, boxes


def blanks(sheet: Sheet) -> list[Document]:
    """F4: source, target and channel of an opinion, and its text."""
    facts = [
        ("来源", boxes(SOURCES)),
        ("渠道", boxes(CHANNELS)),
        ("对象", "□支部班子\u3000□党员（姓名）："),
        ("日期", ""),
        ("听取人", ""),
    ]
    blocks: list[AnyBlock] = [
        Note(text="不写提意见人的姓名。没有意见的，写“无意见”。意见箱、网络征求的，听取人不填。"),
        Facts(rows=facts, across=1),
        Heading(text="意见内容"),
        Space(lines=9),
    ]
    return [sheet.document("F4", ["征求意见表"], blocks, subject=BLANK)]
