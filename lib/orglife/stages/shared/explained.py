"""How the numbers of a stage come about, a sentence each: whom they count, who is left out, what is enough.

The papers print some of these sentences, the screen shows them all beside the forms; both take them from here.
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
    """How many should have come, who is not counted, and how many of those with 表决权 came."""
    everybody, votes = attendance(sheet.dossier, meeting), quorum(sheet.dossier, meeting)
    excluded = everybody.excluded
    taken_out = f"，核减{sheet.names(m.id for m in excluded)}{len(excluded)}名" if excluded else ""
    return (
        f"名册党员{everybody.expected + len(excluded)}名{taken_out}，应到{everybody.expected}名；"
        f"其中有表决权的{votes.expected}名，到会{votes.present}名。"
    )


def cap_words(sheet: Sheet, cap: Cap, excellent: str) -> str:
    """How many 优秀 are usual, and how that number came about."""
    return f"{sheet.campaign.label(excellent)}一般不超过：{cap.words}。"


def meeting_numbers(sheet: Sheet) -> list[str]:
    """The meeting in force, as far as it is entered: 应到会, 表决权, what is enough to meet and to decide."""
    meeting = meeting_in_force(sheet.dossier)
    if meeting is None:
        roster = people(sheet.dossier)
        told = f"名册党员{len(roster.all)}名，应到会{len(roster.expected)}名，有表决权的{len(roster.voters)}名。"
        return [told, *_without_vote(sheet, roster.expected.values())]
    expected = attendance(sheet.dossier, meeting)
    return [
        attendance_words(sheet, meeting),
        *_without_vote(sheet, expected.members),
        _enough(quorum(sheet.dossier, meeting), "有表决权的党员"),
    ]


def grading_numbers(sheet: Sheet, cap: Cap, excellent: str) -> list[str]:
    """The usual share of 优秀 and, once a grade meeting is entered, who counts at it."""
    meeting = grade_meeting_in_force(sheet.dossier)
    words = [cap_words(sheet, cap, excellent)]
    if cap.base_kind == "full_members":
        words += _not_full(sheet, meeting)
    if meeting is None:
        return words
    if meeting.body == "assembly":
        return [*words, _enough(quorum(sheet.dossier, meeting), "有表决权的党员")]
    return [*words, _enough(committee_quorum(sheet.dossier, meeting), "支部班子成员")]


def _enough(count: Quorum, whom: str) -> str:
    """What half and more than half are in this branch, and whether so many came."""
    half, more = (count.expected + 1) // 2, count.expected // 2 + 1
    state = f"现登记到会{count.present}名" + ("，够数" if count.met else f"，还差{half - count.present}名")
    return f"{whom}应到{count.expected}名：半数以上即{half}名到会，会议有效（{state}）；表决须{more}名以上赞成，超过应到的半数。"


def _without_vote(sheet: Sheet, expected: Iterable[Member]) -> list[str]:
    """Who comes but has no 表决权, and why."""
    info = Member.model_fields["status"]
    found = [
        f"{m.name or m.id}（{sheet.value(m.status, info) if m.status else '党员身份没有填'}）"
        for m in _listed(sheet, expected)
        if m.status != "full"
    ]
    return [f"应到会但没有表决权：{'、'.join(found)}。"] if found else []


def _not_full(sheet: Sheet, meeting: GradeMeeting | None) -> list[str]:
    """Whom the base leaves out: members who are not yet full ones."""
    roster = people(sheet.dossier, meeting.date if meeting else None)
    left_out = sheet.names(i for i in roster.all if i not in roster.full)
    return [f"预备党员只评议、不评等次，不算在内：{left_out}。"] if left_out != "无" else []


def _listed(sheet: Sheet, members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda m: sheet.rank(m.id))
