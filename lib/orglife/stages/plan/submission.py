"""F28 方案报审: the plan sent to the superior with the answer, its blank, and the rules that compare the days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from orglife.core.paper.block import (
    ISSUER,
    TO_FILL,
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Signature,
    Space,
    Table,
)
from orglife.core.paper.paper import Sheet, dash, latest
from orglife.core.record.dossier import day_words
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.plan.record import Plan, PlanSubmission
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.shared.rounds import first_meeting_day

FORM = "F28"
REVIEWED = "plan.reviewed"
_COLUMNS = [
    Column(head="序号", share=2),
    Column(head="报审的材料", share=9, align="left"),
    Column(head="写成日期", share=6),
    Column(head="审阅日期", share=6),
]


def submission_paper(sheet: Sheet, record: PlanSubmission) -> Document:
    """F28: what was submitted to whom and when, then the superior's opinion in the superior's words."""
    label = sheet.dossier.label(record)
    texts = list(_submitted(sheet))
    rows = [[str(n), name, made, dash(latest(*seen))] for n, (name, made, seen) in enumerate(texts, start=1)]
    answered = latest(*(day for _, _, seen in texts for day in seen))
    blocks: list[AnyBlock] = [
        Facts(
            rows=[("报送单位", sheet.text(record, "to")), ("报送日期", sheet.text(record, "submitted_on"))],
            record=label,
        ),
        Table(columns=_COLUMNS, rows=rows, record=label),
        *sheet.explanations([answer_incomplete.id, days_out_of_order.id, "PLAN-05"]),
        Signature(roles=["支部书记"], day=day_words(record.submitted_on)),
        Heading(text="审阅意见"),
        *sheet.prose(record, "opinion", under=1),
        Facts(rows=[("审阅人", sheet.text(record, "reviewer")), ("审阅日期", answered or TO_FILL)], record=label),
        Signature(roles=[sheet.text(record, "to") + ISSUER], day=answered),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=record.id, one=True)


def submission_blank(sheet: Sheet) -> Document:
    """F28 to fill in by hand."""
    superior = sheet.dossier.branch.superior or "上级党组织"
    rows = [[str(n), name, "", ""] for n, name in enumerate((_plan_title(sheet), "", ""), start=1)]
    blocks: list[AnyBlock] = [
        Facts(rows=[("报送单位", sheet.dossier.branch.superior), ("报送日期", "")]),
        Table(columns=_COLUMNS, rows=rows),
        Signature(roles=["支部书记"]),
        Heading(text="审阅意见"),
        Space(lines=6),
        Facts(rows=[("审阅人", ""), ("审阅日期", "")]),
        Signature(roles=[superior + ISSUER]),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=BLANK)


def _title(sheet: Sheet) -> list[str]:
    return [f"{sheet.campaign.meeting_name}和民主评议党员", "工作方案报审表"]


def _plan_title(sheet: Sheet) -> str:
    return f"{sheet.campaign.meeting_name}和民主评议党员工作方案"


_Submitted = tuple[str, str, list[date]]
"""A text's name, the day it was written, in words, and the days on which the superior looked at it."""


def _submitted(sheet: Sheet) -> Iterator[_Submitted]:
    """The plan, and the reviews that the superior looked at as well."""
    dossier = sheet.dossier
    plan, team = dossier.one(Plan), dossier.one(TeamReview)
    outlines = [outline for outline in dossier.by_member(MemberReview).values() if outline.reviewed_on]
    made = sheet.text(plan, "made_on") if plan else "—"
    yield _plan_title(sheet), made, [plan.reviewed_on] if plan and plan.reviewed_on else []
    if team and team.reviewed_on:
        yield "班子对照检查材料", sheet.text(team, "date"), [team.reviewed_on]
    if outlines:
        written = latest(*(outline.date for outline in outlines))
        yield f"发言提纲（{len(outlines)}份）", dash(written), [one.reviewed_on for one in outlines if one.reviewed_on]


@rule(
    "PLAN-06",
    severity=Severity.WARNING,
    title="方案报审登记不全",
    message="方案报审没有登记：{missing}。",
    fix="请照上级的答复登记；还没有答复的，请在会前催问。",
    checkpoint="prep",
    stage="plan",
    kind="missing",
    per="record",
    asks="plan_submission",
    general="consistent",
)
def answer_incomplete(case: Case) -> Iterator[Spot]:
    """The submission lacks its day, or its answer is there in part only."""
    plan, record = case.dossier.one(Plan), case.dossier.one(PlanSubmission)
    if record is None:
        return
    missing = [] if record.submitted_on else ["报送日期"]
    answer = {"审阅日期": plan and plan.reviewed_on, "审阅人": record.reviewer, "审阅意见": record.opinion}
    if any(answer.values()):
        missing += [label for label, value in answer.items() if not value]
    if missing:
        yield spot(record, missing=missing)


@rule(
    "PLAN-07",
    severity=Severity.WARNING,
    title="方案报审的日期前后不符",
    message="方案报审：{why}。",
    fix="请核对日期；确实如此的，请如实保留并写明情况。",
    checkpoint="prep",
    stage="plan",
    kind="wrong",
    per="record",
    asks="plan_submission",
    field="submitted_on",
    general="consistent",
)
def days_out_of_order(case: Case) -> Iterator[Spot]:
    """Written, sent, answered, the meeting: a day lies before the one that it follows, or the meeting before the answer.

    Where the plan demands the review, PLAN-05 compares the answer with the meeting.
    """
    plan, record = case.dossier.one(Plan), case.dossier.one(PlanSubmission)
    if record is None:
        return
    made, answered = (plan.made_on, plan.reviewed_on) if plan else (None, None)
    held = None if case.campaign.makes(REVIEWED) else first_meeting_day(case.dossier)
    steps = [("制定", made), ("报送", record.submitted_on), ("审阅", answered), ("会议", held)]
    known = [(name, day) for name, day in steps if day]
    why = [
        f"{name}日期{day_words(day)}早于{before}日期{day_words(earlier)}"
        for (before, earlier), (name, day) in pairwise(known)
        if day < earlier
    ]
    if held and not answered:
        why.append(f"{day_words(held)}开会以前没有登记上级的审阅日期")
    if why:
        yield spot(record, why="；".join(why))


RULES = (answer_incomplete, days_out_of_order)
