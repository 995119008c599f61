"""Hints beside form fields, mostly about members who were not in the branch on a day; they never block saving.

Where a regulation demands it, rules report the same problem; an import accepts such entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from orglife.core.record.branch import Explanation, Member
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.field import Planned, mark
from orglife.core.record.record import Record, walk
from orglife.stages import RULES_BY_ID
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.people import in_branch
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk

MembersOnDay = tuple[str, date | None, list[str]]
"""Dotted path of a field, the day it refers to, the members it names."""


def hints(record: Record, dossier: Dossier) -> dict[str, list[str]]:
    """Hints about a record by dotted path of the field that they belong to; empty when there are none."""
    if isinstance(record, Member):
        return _roster_hints(record)
    if isinstance(record, Explanation):
        return _explanation_hints(record, dossier)
    by_field: dict[str, list[str]] = {}
    for path, day, members in _members_on_days(record):
        outside = [
            i for i in dict.fromkeys(members) if day and i in dossier.members and not in_branch(dossier.members[i], day)
        ]
        if outside:
            names = dossier.names(outside)
            text = f"{names}在{day_words(day)}不在本支部（见名册的转入、转出日期）。请核对名单或名册。"
            by_field.setdefault(path, []).append(text)
    for path, text in (*_future_dates(record, dossier), *_likely_mistakes(record)):
        by_field.setdefault(path, []).append(text)
    return by_field


def _future_dates(record: Record, dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Dates that are still in the future; DATA-02 lists them too."""
    for path, info, value in walk(record):
        if isinstance(value, date) and mark(info, Planned) is None and value > dossier.as_of:
            yield str(path[0]), f"{day_words(value)}还没有到。请核对日期；还没有做的，做了以后再登记。"


def _likely_mistakes(record: Record) -> Iterator[tuple[str, str]]:
    """Values that are almost certainly mistakes."""
    if isinstance(record, Talk) and len(record.participants) == 1:
        yield "participants", "谈话人员只有一人。请把对方也勾上。"
    if isinstance(record, Study) and any(m.date and record.date and m.date < record.date for m in record.makeup):
        yield "makeup", "补学日期早于这次学习。请核对。"


def _roster_hints(member: Member) -> dict[str, list[str]]:
    if member.joined_on and member.left_on and member.left_on <= member.joined_on:
        return {"left_on": ["转出日期不晚于转入日期，这名党员哪一天都不在本支部。请核对。"]}
    return {}


def _explanation_hints(explanation: Explanation, dossier: Dossier) -> dict[str, list[str]]:
    """What an explanation answers, in words, beside its reason: the form hides the ids of the rule and the subjects."""
    rule = RULES_BY_ID.get(explanation.rule)
    if rule is None:
        text = "没有写明说明的是哪一条。请移除，在要说明的那一条下面，点“为什么问”里的“写情况说明”。"
        return {"reason": [text]} if explanation.rule else {}
    about = "、".join(dossier.label(dossier.index[i]) for i in explanation.subjects if i in dossier.index)
    return {"reason": [f"要说明的是：{rule.title}{f'；涉及{about}' if about else ''}。"]}


def _members_on_days(record: Record) -> Iterator[MembersOnDay]:
    """Members that a record places somewhere on a day."""
    if isinstance(record, Study):
        yield "attendees", record.date, record.attendees
        for makeup in record.makeup:
            yield "makeup", makeup.date, [makeup.member]
    elif isinstance(record, GradeMeeting):
        yield "present", record.date, record.present
    elif isinstance(record, Meeting):
        yield from _at_meeting(record)


def _at_meeting(meeting: Meeting) -> Iterable[MembersOnDay]:
    yield "present", meeting.date, meeting.present
    yield "absent", meeting.date, [a.member for a in meeting.absent]
    yield "speeches", meeting.date, [s.member for s in meeting.speeches]
    for session in meeting.groups:
        day = session.date or meeting.date
        yield "groups", day, [*session.present, *(s.member for s in session.speeches)]
