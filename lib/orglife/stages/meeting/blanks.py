"""Blank forms of the stage meeting: the sign-in sheet, the criticisms, the superior's comment."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Space, Table
from orglife.core.paper.paper import Sheet, section
from orglife.core.record.field import label_of
from orglife.stages.meeting import script
from orglife.stages.meeting.last_year import last_year_blank
from orglife.stages.meeting.notice import notice_blank
from orglife.stages.meeting.record import CRITICISM_KINDS, Covers, LastYear, MeetingNotice, WorkReport
from orglife.stages.meeting.script import script_blank
from orglife.stages.meeting.work_report import work_report_blank
from orglife.stages.shared.blank_forms import BLANK, ROOM, boxes, sign_in

ROWS = 8
_WANTED = {
    LastYear.PAPER: last_year_blank,
    MeetingNotice.PAPER: notice_blank,
    script.PAPER: script_blank,
    WorkReport.PAPER: work_report_blank,
}


def blanks(sheet: Sheet) -> list[Document]:
    """F9 sign-in, F10, F13; F23, F24, F25, F27 where the campaign wants them."""
    usual = [sign_in(sheet, "F9", sheet.campaign.meeting_name), criticisms(sheet), comment(sheet)]
    return [*usual, *(make(sheet) for paper, make in _WANTED.items() if sheet.campaign.wants(paper))]


def criticisms(sheet: Sheet) -> Document:
    """F10: one row per criticism, for the speaker's words."""
    columns = [
        Column(head="序号", share=2),
        Column(head="批评人", share=3),
        Column(head="对象", share=3),
        Column(head="批评意见", share=19, align="left"),
        Column(head="类别", share=3),
        Column(head="本人表态", share=8, align="left"),
    ]
    blocks: list[AnyBlock] = [
        Note(text=f"会上原话，写清具体的人和事；一行一条。类别：{'、'.join(CRITICISM_KINDS.values())}。"),
        Table(columns=columns, rows=[[str(n), ROOM, "", "", "", ""] for n in range(1, ROWS + 1)]),
        Signature(roles=["记录人"]),
    ]
    return sheet.document("F10", ["相互批评意见记录"], blocks, subject=BLANK, page="L")


def comment(sheet: Sheet) -> Document:
    """F13: the commentator, the topics, and the problems pointed out."""
    covers = {name: label_of(info) for name, info in Covers.model_fields.items()}
    blocks: list[AnyBlock] = [
        Facts(rows=[("点评人", ""), ("日期", ""), ("涉及内容", boxes(covers))]),
        Heading(text=section(1, "点评要点")),
        Space(lines=8),
        Heading(text=section(2, "点出的问题")),
        Space(lines=4),
        Signature(roles=["点评人"]),
    ]
    return sheet.document("F13", ["上级党组织点评记录"], blocks, subject=BLANK)
