"""Blank forms of the stage appraisal: the secret ballot, its count sheet, and the grade sheet to sign."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Note, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.paper.two_columns import side_by_side
from orglife.core.record.branch import Member
from orglife.stages.appraisal.ballots import COUNT_FACTS, grade_heads
from orglife.stages.appraisal.record import GradeStatistics, TeamTally
from orglife.stages.appraisal.statistics import statistics_blank
from orglife.stages.appraisal.team_ballot import team_blanks
from orglife.stages.shared.blank_forms import BLANK, ROOM, day_ahead
from orglife.stages.shared.people import roll

NO_GRADE = "只评议，\n不测等次"
"""Two lines, as high as the other rows of a count sheet."""
COUNTED = 5
"""Columns to mark on a ballot: four grades and abstention."""
ONE_COLUMN, LOW_ROWS = 14, 28
"""Members that a ballot of one sheet lists one below the other, and in two columns with rows of two lines."""
FOLDED = (3, 4)
"""Lengths of a grade that stands on two lines over a narrow column."""


def blanks(sheet: Sheet) -> list[Document]:
    """The ballot and count sheet (F11), the grade sheet (F12); F29 and F26 where the campaign wants them."""
    members = roll(sheet, day_ahead(sheet))
    usual = [ballot(sheet, members), count_sheet(sheet, members), grade_sheet(sheet, members)]
    team = team_blanks(sheet) if sheet.campaign.wants(TeamTally.PAPER) else []
    return [*usual, *team, *([statistics_blank(sheet)] if sheet.campaign.wants(GradeStatistics.PAPER) else [])]


def ballot(sheet: Sheet, members: list[Member]) -> Document:
    """F11, the ballot, identical for all members: no name, number, date or free text may identify the voter.

    All voters mark the same number of rows. A voter who does not want to grade a member (or himself) marks 弃权, so
    that no blank row reveals whose ballot it is.
    """
    many = len(members) > ONE_COLUMN
    heads = [_folded(head) if many else head for head in (*grade_heads(sheet), "弃权")]
    columns = [
        Column(head="序号", share=3),
        Column(head="姓名", share=6),
        *(Column(head=head, share=5) for head in heads),
    ]
    rows = [[str(n), sheet.dossier.name(m.id), *_cells(m)] for n, m in enumerate(members, start=1)]
    if many:  # one sheet holds everybody: two lists side by side
        if len(rows) > LOW_ROWS:
            rows = [[cell if cell.strip() else "" for cell in row] for row in rows]
        columns, rows = columns * 2, side_by_side(rows, ["—"] * len(columns))
    blocks: list[AnyBlock] = [
        Note(
            text="无记名填写。每名党员只选一项，在格内画“○”；不作评价的，画在“弃权”格内，不要空着。"
            "一名党员选了两项以上或没有选的，对该党员的这一票作弃权。不写姓名，不作其他记号。"
        ),
        Table(columns=columns, rows=rows),
    ]
    return sheet.document("F11", ["民主测评票"], blocks, subject=BLANK, page="T")


def _folded(head: str) -> str:
    """A heading of three or four characters on two lines, for a narrow column: 不 over 合格, 基本 over 合格."""
    return f"{head[:-2]}\n{head[-2:]}" if len(head) in FOLDED else head


def _cells(member: Member) -> list[str]:
    """Cells to mark; a probationary member is only discussed."""
    return ["—"] * COUNTED if member.status == "probationary" else [ROOM, *[""] * (COUNTED - 1)]


def count_sheet(sheet: Sheet, members: list[Member]) -> Document:
    """F11, the count sheet: tally marks for each member and grade, signed by the counters and the scrutineers."""
    heads = [*grade_heads(sheet), "弃权"]
    columns = [
        Column(head="序号", share=2),
        Column(head="姓名", share=4),
        *(Column(head=f"{head}\n（画“正”字）", share=5) for head in heads),
        Column(head="合计", share=3),
        Column(head="备注", share=4),
    ]
    rows = [
        [str(n), sheet.dossier.name(m.id), *_cells(m), "—" if m.status == "probationary" else "", _remark(m)]
        for n, m in enumerate(members, start=1)
    ]
    blocks: list[AnyBlock] = [
        Facts(rows=COUNT_FACTS),
        Table(columns=columns, rows=rows),
        Signature(roles=["计票人"]),
        Signature(roles=["监票人"]),
    ]
    return sheet.document("F11", ["民主测评计票单"], blocks, subject=f"{BLANK}-count", page="L")


def _remark(member: Member) -> str:
    return NO_GRADE if member.status == "probationary" else ""


def grade_sheet(sheet: Sheet, members: list[Member]) -> Document:
    """F12: grade and opinion of each member, and the member's signature on receipt of the result."""
    columns = [
        Column(head="序号", share=2),
        Column(head="姓名", share=3),
        Column(head="评定等次", share=4),
        Column(head="评定意见", share=12, align="left"),
        Column(head="反馈日期", share=4),
        Column(head="本人签名", share=4),
    ]
    rows = [
        [str(n), sheet.dossier.name(m.id), "不评等次" if m.status == "probationary" else ROOM, ROOM, "", ""]
        for n, m in enumerate(members, start=1)
    ]
    facts = [("评定主体", "□支委会\u3000□党员大会"), ("评定日期", "")]
    blocks: list[AnyBlock] = [
        Facts(rows=facts),
        Table(columns=columns, rows=rows),
        Signature(roles=["支部书记"]),
    ]
    return sheet.document("F12", ["民主评议党员", "评定等次与反馈表"], blocks, subject=BLANK, page="T")
