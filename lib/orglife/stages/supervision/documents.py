"""The bureau's papers: F19 督导记录, F20 责令重新进行, and the table of assignments."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Note, Signature, Space, Table
from orglife.core.paper.paper import Sheet, dash, round_mark, section
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, by_day
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.campaign import Campaign
from orglife.stages.report.record import RedoOrder
from orglife.stages.shared.order_paper import order_paper
from orglife.stages.supervision.record import Assignment, Supervision

BUREAU_ID = "bureau"
WRITTEN = 5
"""Lines to write on under each heading of F19."""


def documents(sheet: Sheet) -> list[Document]:  # noqa: ARG001  every stage has the same signature
    """[], since a branch has no papers of this stage."""
    return []


def bureau_documents(bureau: Bureau, campaign: Campaign) -> list[Document]:
    """The assignments in one table, then the visits and the orders in order of dates."""
    sheet = _sheet(bureau, campaign)
    visits = by_day(bureau.all(Supervision))
    orders = by_day(bureau.all(RedoOrder))
    return [
        *overview(sheet, bureau),
        *(visit_paper(sheet, bureau, visit) for visit in visits),
        *(order_paper(sheet, o, _branch(sheet, bureau, o)) for o in orders),
    ]


def _sheet(bureau: Bureau, campaign: Campaign) -> Sheet:
    """Wrap the bureau's records in a sheet, without findings: findings of the bureau are never explained."""
    return Sheet(Dossier(bureau.campaign, Branch(id=BUREAU_ID), bureau.records, bureau.as_of), campaign)


def _branch(sheet: Sheet, bureau: Bureau, record: Supervision | Assignment | RedoOrder) -> str:
    return bureau.branch_name(record.branch) if record.branch else sheet.text(record, "branch")


def overview(sheet: Sheet, bureau: Bureau) -> list[Document]:
    """Which leader is assigned to which branch, and the result of the visits; [] without assignments."""
    assigned = sorted(bureau.all(Assignment), key=lambda a: (a.branch, a.id))
    if not assigned:
        return []
    columns = [
        Column(head="序号", share=7),
        Column(head="党支部", share=21, align="left"),
        Column(head="督导人", share=9),
        Column(head="拟到会日期", share=19),
        Column(head="实际到会", share=19),
        Column(head="点评", share=7),
        Column(head="结论", share=18),
    ]
    rows = [[str(n), *_assigned(sheet, bureau, a)] for n, a in enumerate(assigned, start=1)]
    visits = len(bureau.all(Supervision))
    blocks: list[AnyBlock] = [
        Note(text=f"分工{len(assigned)}项，登记督导{visits}次。"),
        Table(columns=columns, rows=rows, record="督导分工"),
    ]
    return [sheet.document("", [f"{sheet.campaign.meeting_name}督导分工表"], blocks, page="T", subtitle="")]


def _assigned(sheet: Sheet, bureau: Bureau, one: Assignment) -> list[str]:
    visits = [s for s in bureau.all(Supervision) if s.branch == one.branch and s.leader == one.supervisor]
    return [
        _branch(sheet, bureau, one),
        sheet.text(one, "supervisor"),
        sheet.text(one, "planned_on"),
        "\n".join(sheet.text(s, "date") for s in visits) or "未登记",
        dash("\n".join(sheet.text(s, "commented") for s in visits)),
        dash("\n".join(sheet.text(s, "finding") for s in visits)),
    ]


def written_by_hand() -> list[AnyBlock]:
    """Room for what the visitor saw and said: no record has it, the visitor writes it."""
    parts = ("会议情况", "点评要点")
    return [
        block
        for number, title in enumerate(parts, 1)
        for block in (Heading(text=section(number, title)), Space(lines=WRITTEN))
    ]


def visit_paper(sheet: Sheet, bureau: Bureau, visit: Supervision) -> Document:
    """F19: visitor, branch, comment, finding and correction."""
    day, branch = sheet.text(visit, "date"), _branch(sheet, bureau, visit)
    rows = [
        ("督导人", sheet.text(visit, "leader")),
        ("日期", day),
        ("党支部", branch),
        ("轮次", f"第{visit.round}轮"),
        ("进行点评", sheet.text(visit, "commented")),
        ("结论", sheet.text(visit, "finding")),
    ]
    if visit.correction:
        rows.append(("纠正情况", visit.correction))
    # a correction was looked at later than the visit: the day is left to be written by hand
    signature = Signature(roles=["督导人"], day=day if visit.date and not visit.correction else "")
    title = [f"{sheet.campaign.meeting_name}和民主评议党员", "督导记录" + round_mark(visit.round)]
    blocks: list[AnyBlock] = [
        Facts(rows=rows, record=bureau.label(visit)),
        *written_by_hand(),
        signature,
    ]
    return sheet.document("F19", title, blocks, subject=visit.id, page="T", subtitle="")
