"""Blank form of the stage reviews: an outline to write by hand."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Space, Table
from orglife.core.paper.paper import Sheet, section
from orglife.stages.shared.blank_forms import BLANK

LINES = 4


def blanks(sheet: Sheet) -> list[Document]:
    """F6: a heading and room to write for each aspect of the campaign; then the key checks."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("姓名", ""), ("日期", "")]),
        Note(text="每个方面写清具体表现、根源、改进措施；经查没有问题的，写“经查无问题”。请写自己的话。"),
    ]
    for number, key in enumerate(sheet.campaign.aspects, start=1):
        blocks += [Heading(text=section(number, sheet.campaign.label(key))), Space(lines=LINES)]
    if sheet.campaign.key_checks:
        rows = [[sheet.campaign.label(key), "□有\u3000□无"] for key in sheet.campaign.key_checks]
        columns = [Column(head="重点对照", share=7, align="left"), Column(head="有/无", share=3)]
        blocks.append(Table(columns=columns, rows=rows))
    blocks.append(Signature(roles=["本人"]))
    return [sheet.document("F6", [f"{sheet.campaign.meeting_name}发言提纲"], blocks, subject=BLANK)]
