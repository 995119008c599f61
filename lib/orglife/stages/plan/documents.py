"""F1 工作方案: the branch's plan in its own words; F28, its submission to the superior."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Signature
from orglife.core.paper.paper import Sheet, dash, latest, section, subsection
from orglife.core.record.field import label_of
from orglife.stages.plan.record import Plan, PlanContents, PlanPhases, PlanSubmission
from orglife.stages.plan.submission import submission_blank, submission_paper


def documents(sheet: Sheet) -> list[Document]:
    """The plan, if one exists, and its submission to the superior."""
    plan, submission = sheet.dossier.one(Plan), sheet.dossier.one(PlanSubmission)
    return [
        *([plan_paper(sheet, plan)] if plan else []),
        *([submission_paper(sheet, submission)] if submission else []),
    ]


def blanks(sheet: Sheet) -> list[Document]:
    """F28, where the campaign wants it."""
    return [submission_blank(sheet)] if sheet.campaign.wants(PlanSubmission.PAPER) else []


def plan_paper(sheet: Sheet, plan: Plan) -> Document:
    """F1: four points of contents, then the three phases."""
    made_on = sheet.text(plan, "made_on")
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("制定日期", made_on),
                ("审定日期", dash(sheet.text(plan, "approved_on"))),
                *([("上级审阅日期", sheet.text(plan, "reviewed_on"))] if plan.reviewed_on else []),
                ("拟开会日期", dash(sheet.text(plan, "planned_meeting_on"))),
            ]
        )
    ]
    number = 0
    for name, info in PlanContents.model_fields.items():
        number += 1
        blocks.append(Heading(level=1, text=section(number, label_of(info))))
        blocks += sheet.prose(plan, name, part=plan.contents, under=1)
    blocks.append(Heading(level=1, text=section(number + 1, "各阶段安排")))
    for order, (name, info) in enumerate(PlanPhases.model_fields.items(), start=1):
        blocks.append(Heading(level=2, text=subsection(order, label_of(info))))
        blocks += sheet.prose(plan, name, part=plan.phases, under=2)
    blocks += sheet.explanations(["PLAN-02", "PLAN-03", "PLAN-04", "PLAN-05"])
    blocks.append(Signature(roles=["支部书记"], day=latest(plan.made_on, plan.approved_on) if plan.made_on else ""))
    return sheet.document(
        "F1", [f"{sheet.campaign.meeting_name}和民主评议党员", "工作方案"], blocks, subject=plan.id, one=True
    )
