"""Pictures of the overview: states, late branches, grades against their usual maximum, rectification.

The overview's tables contain the same numbers (``numbered``), except the sums over many branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from orglife.bureau.standing import Standing
from orglife.core.paper.block import Figure
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.chart.heat_map import HeatCell, HeatMap, HeatRow
from orglife.core.paper.chart.timeline import Timeline, TimelineRow, TimePoint
from orglife.core.rule.campaign import Campaign
from orglife.home.progress import branch_stages
from orglife.stages.appraisal.record import Grade

MOST = 60
"""Maximum number of branches drawn one by one; with more, each stage is one bar."""
STATES: dict[Tone, str] = {
    "good": "已登记，没有要改的",
    "wait": "待办",
    "look": "请核对或没填完",
    "wrong": "须改正",
    "": "还没有登记",
}


def standing(standings: Sequence[Standing]) -> Figure:
    """Branches × stages by state; for many branches, the number in each state per stage."""
    stages = branch_stages()
    if len(standings) > MOST:
        bars = [
            BarRow(
                label=stage.title, values=[sum(s.stages[stage.key].tone == tone for s in standings) for tone in STATES]
            )
            for stage in stages
        ]
        return Figure(
            title="各阶段的支部数", chart=Bars(head="阶段", series=list(STATES.values()), unit="个支部", rows=bars)
        )
    rows = [
        HeatRow(
            label=each.name,
            cells=[
                HeatCell(tone=state.tone, words=state.words.replace("\n", "、"), number=state.most)
                for state in (each.stages[stage.key] for stage in stages)
            ],
        )
        for each in standings
    ]
    chart = HeatMap(head="党支部", columns=[stage.title for stage in stages], rows=rows, tone_words=STATES)
    return Figure(title="各支部走到哪一步", chart=chart, numbered=True)


def times(standings: Sequence[Standing], campaign: Campaign, as_of: date) -> list[Figure]:
    """Each branch's days and the campaign's deadlines; [] for many branches, or without a day."""
    limits = [
        TimePoint(day=day, word=word)
        for word, day in (
            ("工作方案时限", campaign.plan_deadline),
            ("会议时限", campaign.meeting_end),
            ("情况报告时限", campaign.report_deadline),
        )
        if day
    ]
    rows = [
        TimelineRow(label=s.name, points=list(_days(s, campaign)), note="、".join(late_words(s, campaign, as_of)))
        for s in standings
    ]
    if len(standings) > MOST or not any(row.points for row in rows):
        return []
    return [
        Figure(
            title="各支部的日期和时限",
            chart=Timeline(head="党支部", rows=rows, today=as_of, limits=limits),
            numbered=True,
        )
    ]


def _days(s: Standing, campaign: Campaign) -> Iterator[TimePoint]:
    if s.met_on is None and s.planned_on:
        yield TimePoint(day=s.planned_on, word="拟开会", state="due")
    for word, day, limit in milestones(s, campaign):
        if day:
            late = limit is not None and limit < day
            yield TimePoint(day=day, word=word, state="late" if late else "done")


def late_words(s: Standing, campaign: Campaign, as_of: date) -> Iterator[str]:
    """The milestones that a branch reached late, or has not reached although the deadline has passed."""
    for word, day, limit in milestones(s, campaign):
        if limit and day and limit < day:
            yield f"{word}晚{(day - limit).days}天"
        elif limit and not day and limit < as_of:
            yield f"{word}到期未登记"


def milestones(s: Standing, campaign: Campaign) -> tuple[tuple[str, date | None, date | None], ...]:
    """Name, the branch's day and the campaign's deadline of each milestone."""
    return (
        ("工作方案", s.plan_made_on, campaign.plan_deadline),
        ("会议", s.met_on, campaign.meeting_end),
        ("备案", s.filed_on, None),
        ("情况报告", s.reported_on, campaign.report_deadline),
    )


def grades(standings: Sequence[Standing], campaign: Campaign) -> list[Figure]:
    """Grades of each branch that has any, against the usual maximum of 优秀."""
    graded = [s for s in standings if s.grades]
    if not graded or len(standings) > MOST:
        return []
    order = sorted(campaign.grades, key=lambda key: key != Grade.EXCELLENT)  # 优秀 begins at 0, so the limit fits it
    rows = [
        BarRow(
            label=s.name,
            values=[s.grades.get(key, 0) for key in order],
            limit=s.cap,
            note=f"一般不超过{s.cap}名" if s.cap is not None else "",
        )
        for s in graded
    ]
    limit = f"{campaign.label(Grade.EXCELLENT)}一般不超过"
    chart = Bars(head="党支部", series=[campaign.label(key) for key in order], unit="名", limit=limit, rows=rows)
    return [Figure(title="各等次人数", chart=chart, numbered=True)]


def rectification(standings: Sequence[Standing]) -> list[Figure]:
    """Rectification items of each branch that has any: done, open, overdue; and the rate done."""
    listed = [s for s in standings if s.items]
    if not listed or len(standings) > MOST:
        return []
    rows = [
        BarRow(
            label=s.name,
            values=[s.done, s.items - s.done - s.overdue, s.overdue],
            note=f"完成{s.done * 100 // s.items}%",
        )
        for s in listed
    ]
    chart = Bars(head="党支部", series=["已完成", "未完成", "已超期"], unit="项", rows=rows, note="完成率")
    return [Figure(title="整改事项完成情况", chart=chart, numbered=True)]
