"""Figures of the written report as of a day; the paper and the rule both use this count."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TypeVar

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.stages.appraisal.record import Grade, GradeMeeting, Tally
from orglife.stages.meeting.record import Criticism, Meeting
from orglife.stages.opinions.record import Opinion
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import of_round
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk

R = TypeVar("R", bound=Record)

GRADES = ("excellent", "qualified", "basic", "unqualified")


def figures(dossier: Dossier, on: date) -> dict[str, int]:
    """Count the report's figures from the records as of a day.

    Args:
        dossier: One branch.
        on: The report's day; sessions after it are ignored, sessions without a date count.

    Returns:
        Numbers by the field names of ``Figures``; expected, present and criticism_count are included only when a
        meeting was held by then.
    """
    items = dossier.all(RectItem)
    marks = Counter(grades_on(dossier, on).values())
    return {
        **_of_meeting(dossier, meeting_on(dossier, on)),
        **{grade: marks[grade] for grade in GRADES},
        "rect_count": len(items),
        "done_count": sum(done_by(item, on) for item in items),
    }


def done_by(item: RectItem, on: date) -> bool:
    """Whether an item was done by a day; an item without a completion date does not count as done."""
    return item.status == "done" and item.done_on is not None and item.done_on <= on


def meeting_on(dossier: Dossier, on: date) -> Meeting | None:
    """The meeting in force on a day: the one with the highest round among those held by then."""
    held = [m for m in dossier.all(Meeting) if _held(m, on)]
    return max(held, key=lambda m: (m.round, m.date or date.min, m.id), default=None)


def grades_on(dossier: Dossier, on: date) -> dict[str, str]:
    """Map member id to grade in the round in force on a day; if a member has two grades, the larger record id wins."""
    sessions: list[Meeting | Tally | GradeMeeting] = [*dossier.all(Meeting), *dossier.all(Tally)]
    sessions += dossier.all(GradeMeeting)
    number = max((s.round for s in sessions if _held(s, on)), default=1)
    return {g.member: g.grade for g in of_round(dossier, Grade, number)}


def preparation(dossier: Dossier, on: date) -> list[tuple[str, str]]:
    """Numbers of study, talks, opinions and problems as of a day, as (label, value) pairs."""
    team = until(dossier, TeamReview, on)
    outlines = until(dossier, MemberReview, on)
    return [
        ("集中学习", f"{sum(s.form == 'collective' for s in until(dossier, Study, on))}次"),
        ("谈心谈话", f"{len(until(dossier, Talk, on))}次"),
        ("征求意见", f"{len(until(dossier, Opinion, on))}条"),
        ("发言提纲", f"{len(outlines)}份"),
        ("班子问题", f"{len(team[-1].items) if team else 0}个"),
        ("党员问题", f"{sum(len(r.items) for r in outlines)}个"),
    ]


def until(dossier: Dossier, kind: type[R], on: date) -> list[R]:
    """The records of a type dated up to a day, in order of ids; records without a date count."""
    return [r for r in dossier.all(kind) if (day := getattr(r, "date", None)) is None or day <= on]


def _held(session: Meeting | Tally | GradeMeeting, on: date) -> bool:
    return session.date is None or session.date <= on


def _of_meeting(dossier: Dossier, meeting: Meeting | None) -> dict[str, int]:
    if meeting is None:
        return {}
    criticisms = of_round(dossier, Criticism, meeting.round)
    return {
        "expected": len(people(dossier, meeting.date).expected),
        "present": len(set(meeting.present)),
        "criticism_count": sum(c.target != c.author for c in criticisms),
    }
