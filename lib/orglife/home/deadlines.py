"""Days from the day of the check to each deadline of the campaign, and the due day of a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orglife.core.record.day import days_after
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.plan.record import Plan
from orglife.stages.report.record import Report
from orglife.stages.shared.due import MINUTES_DAYS, RECTIFY_DAYS
from orglife.stages.shared.rounds import meeting_day


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline, relative to the day of the check.

    Attributes:
        label: What is due.
        first: First day of the period; None if only the last day is fixed.
        last: Last day of the period.
        days: Days from the day of the check to the last day; negative if it has passed.
        waits: Days until the period begins; 0 if it has begun.
        done: Whether it is done.
    """

    label: str
    first: date | None
    last: date
    days: int
    waits: int
    done: bool

    @property
    def when(self) -> str:
        """The last day or the period, in words."""
        return f"{day_words(self.first)}至{day_words(self.last)}" if self.first else f"{day_words(self.last)}前"

    @property
    def words(self) -> str:
        """The remaining time, in words."""
        if self.done:
            return "已登记"
        if self.waits:
            return f"还有{self.waits}天开始"
        if self.days > 0:
            return f"还有{self.days}天"
        return f"已过{-self.days}天" if self.days else "今天是最后一天"

    @property
    def mood(self) -> str:
        """State for the display: done, late, near (at most ``NEAR`` days left) or ahead."""
        if self.done:
            return "done"
        if self.days < 0:
            return "late"
        return "near" if self.days <= NEAR and not self.waits else "ahead"


NEAR = 3
"""A deadline is near from this many days before it."""


def deadlines(dossier: Dossier, campaign: Campaign) -> list[Deadline]:
    """The campaign's deadlines in order, the meeting on its planned day; those without a day are left out."""
    plan, today = dossier.one(Plan), dossier.as_of
    planned = plan.planned_meeting_on if plan else None
    first, last = (None, planned) if planned else (campaign.meeting_start, campaign.meeting_end)
    held = meeting_day(dossier)
    met = held is not None and held <= today
    graded = met and bool(dossier.all(GradeMeeting))
    report = dossier.one(Report)
    rows = (
        ("制定工作方案", None, campaign.plan_deadline, plan is not None and plan.made_on is not None),
        ("召开组织生活会", first, last, met),
        ("完成会议和民主评议", None, campaign.finish_by, graded),
        ("报送情况报告", None, campaign.report_deadline, report is not None and report.date is not None),
    )
    return [
        Deadline(label, begin, end, (end - today).days, max((begin - today).days, 0) if begin else 0, done)
        for label, begin, end, done in rows
        if end is not None
    ]


def meeting_planned(dossier: Dossier, campaign: Campaign) -> date | None:
    """Day of the meeting: recorded, else planned, else the last day of the campaign's period."""
    plan = dossier.one(Plan)
    return meeting_day(dossier) or (plan.planned_meeting_on if plan else None) or campaign.meeting_end


def by_when(finding: Finding, dossier: Dossier, campaign: Campaign) -> date | None:
    """The day by which a finding's missing record is due; None = due now, or no day is set."""
    if finding.stage == "plan" and finding.checkpoint == "prep":
        return campaign.plan_deadline
    meeting = meeting_planned(dossier, campaign)
    if finding.checkpoint == "close":
        return campaign.report_deadline
    later = {"prep": 0, "meeting": MINUTES_DAYS, "rectify": RECTIFY_DAYS}.get(finding.checkpoint)
    return days_after(meeting, later) if meeting and later is not None else None


def by_words(day: date | None, today: date | None = None) -> str:
    """A due day in words; with ``today``, marked if it has passed."""
    past = "（已过）" if day and today and today > day else ""
    return f"{day_words(day)}前{past}" if day else "现在就办"
