"""DATA-04: a paper is signed on a day, and what it states must have happened by then; anything else reads as 倒签."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.rule import Case, Rule, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.meeting.record import Meeting, WorkReport
from orglife.stages.plan.record import Plan
from orglife.stages.report.record import Filing, Report
from orglife.stages.reviews.record import MemberReview, ProblemList, TeamReview
from orglife.stages.shared.rounds import of_round

StatedDay = tuple[str, date]
"""What a paper states, and its day."""
_CLAUSE = re.compile("[^，。；！？\n]+")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_AHEAD = re.compile("拟|计划|将|预计|准备|下一步|以前|之前|日前|起|时限|期限|截止|至迟|底前")
"""Words of a clause about what is still to come: a limit or a plan may be later than the day of the letter."""


def _of_letter(letter: Filing | Report | WorkReport) -> Iterator[StatedDay]:
    for clause in _CLAUSE.findall(letter.text):
        if _AHEAD.search(clause):
            continue
        for year, month, day in _DAY.findall(clause):
            try:
                yield "正文里的事", date(int(year), int(month), int(day))
            except ValueError:
                continue  # no calendar day, 2024年2月30日


def _of_filing(filing: Filing, dossier: Dossier) -> Iterator[StatedDay]:
    if filing.contents.problems:
        yield from (("班子对照检查", review.date) for review in dossier.all(TeamReview) if review.date)
    if filing.contents.grades:
        yield from (("评定会议", m.date) for m in of_round(dossier, GradeMeeting, filing.round) if m.date)
    yield from _of_letter(filing)


def _of_list(_problems: ProblemList, dossier: Dossier) -> Iterator[StatedDay]:
    yield from (("班子对照检查", review.date) for review in dossier.all(TeamReview) if review.date)
    yield from (
        (f"{dossier.name(review.member)}的发言提纲", review.date) for review in dossier.all(MemberReview) if review.date
    )


def _of_meeting(meeting: Meeting, _dossier: Dossier) -> Iterator[StatedDay]:
    yield from ((f"{session.group or '党小组'}的会", session.date) for session in meeting.groups if session.date)


def _of_report(report: Report | WorkReport, _dossier: Dossier) -> Iterator[StatedDay]:
    yield from _of_letter(report)


def _of_plan(plan: Plan, _dossier: Dossier) -> Iterator[StatedDay]:
    if plan.made_on:  # the plan is approved after it was made
        yield "制定日期", plan.made_on


_CHECKED: tuple[tuple[type[Record], str, Callable[..., Iterator[StatedDay]]], ...] = (
    (Plan, "approved_on", _of_plan),
    (ProblemList, "confirmed_on", _of_list),
    (Meeting, "date", _of_meeting),
    (Filing, "date", _of_filing),
    (Report, "date", _of_report),
    (WorkReport, "date", _of_report),
)
"""Record type, field of its day, what it states."""


@rule(
    "DATA-04",
    severity=Severity.WARNING,
    title="日期早于文中写到的事",
    message="{record}的日期是{day}，里面写到的{what}却在{later}，日期早于所写的事。",
    fix="请核对两个日子，哪一个填错了就改哪一个。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="record",
    general="consistent",
)
def signed_before_stated(case: Case) -> Iterator[Spot]:
    """A record's day is earlier than the latest day that its paper states; it is listed in the record's own stage."""
    for kind, field, states in _CHECKED:
        for record in case.dossier.all(kind):
            day = getattr(record, field)
            stated = max(states(record, case.dossier), key=lambda one: one[1], default=None)
            if day and stated and stated[1] > day:
                what, later = stated
                yield spot(
                    record,
                    field=field,
                    stage=record.STAGE,
                    record=record.LABEL,
                    day=day,
                    what=what,
                    later=later,
                )


RULES: tuple[Rule, ...] = (signed_before_stated,)
