"""Rules for self-criticism: everybody who came spoke, the leadership first."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.meeting.agenda import minutes_half_entered
from orglife.stages.meeting.record import GroupSession, Meeting, Speech
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.rounds import meeting_in_force


@rule(
    "MEET-09",
    severity=Severity.ERROR,
    title="到会党员没有自我批评",
    message="{name}到会，没有自我批评的记录。",
    fix="会上讲过的，请如实登记要点；没有讲的，请在下一次党员大会或党小组会上补上，并报上级党组织。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="member",
    asks="meeting",
    field="speeches",
    demand="meeting.self_criticism",
)
def no_self_criticism(case: Case) -> Iterator[Spot]:
    """A member attended the meeting or a group's session but made no self-criticism in any of them; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or case.fires(minutes_half_entered):
        return
    sessions: list[Meeting | GroupSession] = [meeting, *meeting.groups]
    came = {i for session in sessions for i in session.present}
    spoke = {s.member for session in sessions for s in session.speeches if s.self_criticism}
    for member in people(case.dossier, meeting.date).all.values():
        if member.id in came - spoke and not excused(member):
            yield spot(member, field="speeches", name=case.dossier.name(member.id))


_place = attrgetter("order")
"""The place of a speech that has one."""


def rounds_of_speeches(meeting: Meeting) -> list[list[Speech]]:
    """Self-criticism speeches that have an order, sorted: of the meeting, or in group mode of each group."""
    sessions = [group.speeches for group in meeting.groups] if meeting.groups else [meeting.speeches]
    return [
        sorted((s for s in speeches if s.self_criticism and s.order is not None), key=_place) for speeches in sessions
    ]


@rule(
    "MEET-10",
    severity=Severity.ERROR,
    title="书记、支委没有带头",
    message="自我批评没有由班子成员带头：{early}。",
    fix="请按实际发言次序核对；确实没有带头的，请在情况报告中说明。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    field="speeches",
    demand="meeting.team_first",
    effect=Effect.EXPLAIN,
)
def member_before_team(case: Case) -> Iterator[Spot]:
    """An ordinary member spoke before a member of the leadership; in group mode within each group."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None:
        return
    everybody, name = people(case.dossier, meeting.date), case.dossier.name
    violations = []
    for speeches in rounds_of_speeches(meeting):
        ordinary = [s for s in speeches if s.member in everybody.ordinary]
        team = [s for s in speeches if s.member in everybody.team]
        if ordinary and team and _place(ordinary[0]) < _place(team[-1]):
            violations.append(f"{name(ordinary[0].member)}早于班子成员{name(team[-1].member)}")
    if violations:
        yield spot(meeting, field="groups" if meeting.groups else "speeches", early=violations)
