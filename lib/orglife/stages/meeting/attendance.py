"""Rules for attendance: a quorum, no absence without leave, and correct numbers in the minutes."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.quorum import attendance, quorum
from orglife.stages.shared.rounds import meeting_in_force


@rule(
    "MEET-16",
    severity=Severity.ERROR,
    title="会议记录没有登记到会党员",
    message="会议记录还没有登记到会党员。",
    fix="请按签到表登记到会党员；缺席的登记原因和批准人。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="meeting",
    field="present",
    demand="meeting.everyone",
    general="zhibu-11",
    effect=Effect.CORRECT,
)
def attendance_not_entered(case: Case) -> Iterator[Spot]:
    """The minutes of the meeting name nobody who came: one finding instead of one for each member and the quorum."""
    meeting = meeting_in_force(case.dossier)
    if meeting is not None and not meeting.present:
        yield spot(meeting, field="present")


@rule(
    "MEET-04",
    severity=Severity.ERROR,
    title="到会人数不足半数",
    message="应到会有表决权党员{expected}名，实到{present}名，不足半数，不能进行表决和民主测评。",
    fix="请核对到会名单；名单无误的，表决和民主测评没有效力，请另行召开会议。符合核减情形的，先按规定办理。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    general="zhibu-11",
    effect=Effect.VALIDITY,
)
def too_few_present(case: Case) -> Iterator[Spot]:
    """Fewer than half of the members with 表决权 attended; exactly half is enough (半数以上); silent for MEET-16."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or case.fires(attendance_not_entered):
        return
    count = quorum(case.dossier, meeting)
    if not count.met:
        yield spot(meeting, field="present", expected=count.expected, present=count.present)


@rule(
    "MEET-05",
    severity=Severity.WARNING,
    title="党员缺席没有请假",
    message="{name}没有到会，也没有经批准的请假记录。",
    fix="会前已批准请假的，请登记原因和批准人；没有请假的，请如实注明。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="member",
    asks="meeting",
    field="absent",
    demand="meeting.everyone",
    effect=Effect.EXPLAIN,
    cause="absent",
)
def absent_without_leave(case: Case) -> Iterator[Spot]:
    """An expected member was absent, and the minutes contain no leave with reason and approval.

    Silent for MEET-16 and MEET-25.
    """
    meeting = meeting_in_force(case.dossier)
    if meeting is None or case.fires(attendance_not_entered) or left_to_enter(case.dossier, case.campaign):
        return
    on_leave = {a.member for a in meeting.absent if a.reason and a.approved_by}
    for member in people(case.dossier, meeting.date).expected.values():
        if member.mobile_state != "lost" and member.id not in {*meeting.present, *on_leave}:
            yield spot(member, field="absent", name=case.dossier.name(member.id))


@rule(
    "MEET-14",
    severity=Severity.ERROR,
    title="党员领导干部未参加所在支部会议",
    message="党员领导干部{name}没有参加所在支部的{meeting_name}，也没有经批准的请假记录。",
    fix="会前已批准请假的，请如实登记批准人，并在会后向其通报；没有请假的，请写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="member",
    asks="meeting",
    field="absent",
    demand="meeting.leaders",
    general="jiaoyu-16",
    effect=Effect.EXPLAIN,
    cause="absent",
)
def leader_absent(case: Case) -> Iterator[Spot]:
    """A leading cadre missed the meeting of the own branch without approved leave; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or left_to_enter(case.dossier, case.campaign):
        return
    on_leave = {a.member for a in meeting.absent if a.approved_by}
    for member in people(case.dossier, meeting.date).all.values():
        stayed_away = member.id not in {*meeting.present, *on_leave}
        if member.is_leader and stayed_away and not excused(member):
            yield spot(member, field="absent", name=case.dossier.name(member.id))


@rule(
    "MEET-15",
    severity=Severity.WARNING,
    title="应到、实到人数与名册不符",
    message="会议记录写{stated}，按名册和到会名单应为{derived}。",
    fix="请以名册和签到为准核对更正。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    general="consistent",
)
def attendance_misstated(case: Case) -> Iterator[Spot]:
    """A number from an import differs from roster and attendance list; missing numbers are not compared."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None:
        return
    compared = (
        ("expected", "应到", meeting.expected, attendance(case.dossier, meeting).expected),
        ("present_count", "实到", meeting.present_count, len(set(meeting.present))),
    )
    wrong = [each for each in compared if each[2] is not None and each[2] != each[3]]
    if wrong:
        stated = [f"{label}{number}人" for _, label, number, _ in wrong]
        derived = [f"{label}{number}人" for _, label, _, number in wrong]
        yield spot(meeting, field=wrong[0][0] if len(wrong) == 1 else None, stated=stated, derived=derived)
