"""Ballots and grades as bars."""

from __future__ import annotations

from collections import Counter

from orglife.core.paper.block import Figure
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.paper import Sheet
from orglife.stages.appraisal.ballots import grade_heads
from orglife.stages.appraisal.documents import usual_cap
from orglife.stages.appraisal.grades import grading_day
from orglife.stages.appraisal.record import Grade, TallyRow
from orglife.stages.shared.rounds import grades_in_force, tally_in_force


def votes_of_members(sheet: Sheet) -> Figure | None:
    """The votes for each member on the ballot of the round in force; None without a ballot."""
    tally = tally_in_force(sheet.dossier)
    if tally is None or not tally.rows:
        return None
    grades = grades_in_force(sheet.dossier)
    rows = [
        BarRow(
            label=sheet.text(tally, "member", part=row),
            values=[0] * len(row.votes) if row.no_grade else list(row.votes),
            note="只评议，不测等次" if row.no_grade else _graded(sheet, row, grades),
        )
        for row in sorted(tally.rows, key=lambda row: sheet.rank(row.member))
    ]
    chart = Bars(
        head="党员", series=[*grade_heads(sheet), "弃权"], unit="票", rows=rows, end=tally.valid or 0, note="评定等次"
    )
    return Figure(title="各人得票", chart=chart)


def _graded(sheet: Sheet, row: TallyRow, grades: dict[str, Grade]) -> str:
    grade = grades.get(row.member)
    return f"评定：{sheet.campaign.label(grade.grade)}" if grade and grade.grade else ""


def grades_against_share(sheet: Sheet) -> Figure | None:
    """The number of members in each grade, and the usual maximum of 优秀; None before anybody is graded."""
    counts = Counter(grade.grade for grade in grades_in_force(sheet.dossier).values() if grade.grade)
    if not counts:
        return None
    cap = usual_cap(sheet.dossier, sheet.campaign, grading_day(sheet.dossier))
    rows = [
        BarRow(
            label=sheet.campaign.label(key),
            values=[counts[key]],
            limit=cap.cap if key == Grade.EXCELLENT else None,
            note=f"一般不超过{cap.cap}名" if key == Grade.EXCELLENT else "",
        )
        for key in dict.fromkeys([*sheet.campaign.grades, *counts])
    ]
    limit = f"{sheet.campaign.label(Grade.EXCELLENT)}一般不超过"
    return Figure(title="评定等次", chart=Bars(head="等次", series=["人数"], unit="名", limit=limit, rows=rows))
