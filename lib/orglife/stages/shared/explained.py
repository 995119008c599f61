"""Sentences that explain a stage's numbers: who is counted, who is excluded, what number suffices.

Papers print some of these sentences; the screen shows all of them beside the forms.
"""

from __future__ import annotations

from collections.abc import Iterable

from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Member
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.people import people
from orglife.stages.shared.quorum import Cap, Quorum, attendance, committee_quorum, quorum
from orglife.stages.shared.rounds import grade_meeting_in_force, meeting_in_force


def attendance_words(sheet: Sheet, meeting: Meeting) -> str:
    """How many members are expected, who is excluded, and how many of those with 表决权 attended."""
    roll, votes = attendance(sheet.dossier, meeting), quorum(sheet.dossier, meeting)
    excluded = roll.excluded
    exclusion = f"，核减{sheet.names(m.id for m in excluded)}{len(excluded)}名" if excluded else ""
    return (
        f"名册党员{roll.expected + len(excluded)}名{exclusion}，应到{roll.expected}名；"
        f"其中有表决权的{votes.expected}名，到会{votes.present}名。"
    )


def cap_words(sheet: Sheet, cap: Cap, excellent: str) -> str:
    """The usual maximum of 优秀 and how it is computed."""
    return f"{sheet.campaign.label(excellent)}一般不超过：{cap.words}。"


def meeting_numbers(sheet: Sheet) -> list[str]:
    """Numbers of the meeting in force: 应到会, 表决权, quorum and majority; without a meeting, of the roster."""
    meeting = meeting_in_force(sheet.dossier)
    if meeting is None:
        roster = people(sheet.dossier)
        totals = f"名册党员{len(roster.all)}名，应到会{len(roster.expected)}名，有表决权的{len(roster.voters)}名。"
        return [totals, *_without_vote(sheet, roster.expected.values())]
    expected = attendance(sheet.dossier, meeting)
    return [
        attendance_words(sheet, meeting),
        *_without_vote(sheet, expected.members),
        _majorities(quorum(sheet.dossier, meeting), "有表决权的党员"),
    ]


def grading_numbers(sheet: Sheet, cap: Cap, excellent: str) -> list[str]:
    """The usual maximum of 优秀 and, once a grade meeting is entered, its quorum and majority."""
    meeting = grade_meeting_in_force(sheet.dossier)
    words = [cap_words(sheet, cap, excellent)]
    if cap.base_kind == "full_members":
        words += _not_full(sheet, meeting)
    if meeting is None:
        return words
    if meeting.body == "assembly":
        return [*words, _majorities(quorum(sheet.dossier, meeting), "有表决权的党员")]
    return [*words, _majorities(committee_quorum(sheet.dossier, meeting), "支部班子成员")]


def _majorities(count: Quorum, group: str) -> str:
    """The quorum and the majority in numbers, and whether attendance reaches the quorum."""
    needed, majority = (count.expected + 1) // 2, count.expected // 2 + 1
    state = f"现登记到会{count.present}名" + ("，够数" if count.met else f"，还差{needed - count.present}名")
    return f"{group}应到{count.expected}名：半数以上即{needed}名到会，会议有效（{state}）；表决须{majority}名以上赞成，超过应到的半数。"


def _without_vote(sheet: Sheet, expected: Iterable[Member]) -> list[str]:
    """Expected members without 表决权, each with the reason."""
    info = Member.model_fields["status"]
    names = [
        f"{sheet.dossier.name(m.id)}（{sheet.value(m.status, info) if m.status else '党员身份没有填'}）"
        for m in _listed(sheet, expected)
        if m.status != "full"
    ]
    return [f"应到会但没有表决权：{'、'.join(names)}。"] if names else []


def _not_full(sheet: Sheet, meeting: GradeMeeting | None) -> list[str]:
    """Members excluded from the base because they are not full members."""
    roster = people(sheet.dossier, meeting.date if meeting else None)
    left_out = sheet.names(i for i in roster.all if i not in roster.full)
    return [f"预备党员只评议、不评等次，不算在内：{left_out}。"] if left_out != "无" else []


def _listed(sheet: Sheet, members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda m: sheet.rank(m.id))
