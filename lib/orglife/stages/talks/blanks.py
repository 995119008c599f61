"""Blank form of the stage talks: the record of one talk."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Signature, Space
from orglife.core.paper.paper import Sheet, section
from orglife.core.record.field import label_of
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.talks.record import Talk

HELD = ("thoughts", "opinions_heard", "problems_pointed")
"""Fields that every talk must contain."""


def blanks(sheet: Sheet) -> list[Document]:
    """F3: one talk per page, with its three required parts and both signatures."""
    facts = [("时间", ""), ("地点", ""), ("谈话人员", ""), ("发起人", "")]
    blocks: list[AnyBlock] = [Facts(rows=facts)]
    for number, name in enumerate(HELD, start=1):
        blocks += [Heading(text=section(number, label_of(Talk.model_fields[name]))), Space(lines=3)]
    blocks.append(Signature(roles=["谈话人", "谈话对象"]))
    return [sheet.document("F3", ["谈心谈话记录"], blocks, subject=BLANK)]
