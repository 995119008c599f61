"""Blank form of the bureau: the record of a visit."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Signature, Space
from orglife.core.paper.paper import Sheet, section
from orglife.stages.shared.blank_forms import BLANK, boxes
from orglife.stages.supervision.documents import WRITTEN, written_by_hand
from orglife.stages.supervision.record import FINDINGS


def blanks(sheet: Sheet) -> list[Document]:
    """F19: visitor, branch, comment, finding and correction."""
    facts = [
        ("督导人", ""),
        ("日期", ""),
        ("党支部", ""),
        ("进行点评", "□是\u3000□否"),
        ("结论", boxes(FINDINGS)),
    ]
    blocks: list[AnyBlock] = [
        Facts(rows=facts),
        *written_by_hand(),
        Heading(text=section(3, "纠正情况")),
        Space(lines=WRITTEN),
        Signature(roles=["督导人"]),
    ]
    title = [f"{sheet.campaign.meeting_name}和民主评议党员", "督导记录"]
    return [sheet.document("F19", title, blocks, subject=BLANK, page="T", subtitle="")]
