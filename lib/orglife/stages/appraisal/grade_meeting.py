"""Rules for the meeting that fixes the grades: its body, its quorum and majority, its day."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import BODIES
from orglife.stages.shared.quorum import committee_quorum, quorum
from orglife.stages.shared.rounds import grade_meeting_in_force, grades_in_force, tally_in_force


@rule(
    "GRADE-05",
    severity=Severity.ERROR,
    title="评定主体不合规",
    message="评定意见由{body}作出，{why}。",
    fix="评定主体填错的请更正；确由其评定的，请由支委会会议或党员大会重新评定，不设支委会的由党员大会评定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="grade_meeting",
    general="zhibu-18-grade",
    effect=Effect.VALIDITY,
)
def graded_by_wrong_body(case: Case) -> Iterator[Spot]:
    """Grades were fixed neither by committee nor 党员大会, or by a committee that the branch does not have."""
    meeting = grade_meeting_in_force(case.dossier)
    if meeting is None or not meeting.body:
        return
    if meeting.body not in BODIES:
        yield spot(meeting, field="body", body=meeting.body, why="评定主体应为支委会会议或党员大会")
    elif meeting.body == "committee" and not case.dossier.branch.has_committee:
        yield spot(meeting, field="body", body=BODIES[meeting.body], why="而支部登记为不设支委会")


@rule(
    "GRADE-06",
    severity=Severity.ERROR,
    title="支委会到会不足半数",
    message="班子成员{team}名，到会{present}名，不足半数。",
    fix="请核对到会名单；名单无误的，请另行召开支委会会议评定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="grade_meeting",
    general="zhibu-12",
    effect=Effect.VALIDITY,
)
def committee_too_few(case: Case) -> Iterator[Spot]:
    """Fewer than half of the leadership attended the committee meeting on grades; exactly half is enough."""
    meeting = grade_meeting_in_force(case.dossier)
    if meeting is None or meeting.body != "committee":
        return
    count = committee_quorum(case.dossier, meeting)
    if not count.met:
        yield spot(meeting, field="present", team=count.expected, present=count.present)


@rule(
    "GRADE-07",
    severity=Severity.ERROR,
    title="党员大会评定未过半数",
    message="应到会有表决权党员{expected}名，到会{present}名，赞成{yes}名，{why}。",
    fix="请核对到会名单和票数；确实如此的，请重新召开党员大会讨论表决。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="grade_meeting",
    general="zhibu-11",
    effect=Effect.VALIDITY,
)
def assembly_not_carried(case: Case) -> Iterator[Spot]:
    """The 党员大会 on grades lacked a quorum or a majority.

    Yes votes are measured against 应到, not against the members present; exactly half is too few.
    """
    meeting = grade_meeting_in_force(case.dossier)
    if meeting is None or meeting.body != "assembly" or meeting.yes is None:
        return
    count = quorum(case.dossier, meeting)
    reasons = [] if count.met else ["到会不足半数"]
    if not count.passes(meeting.yes):
        reasons.append("赞成未超过半数")
    if reasons:
        yield spot(meeting, expected=count.expected, present=count.present, yes=meeting.yes, why=reasons)


@rule(
    "GRADE-08",
    severity=Severity.ERROR,
    title="评定早于民主测评",
    message="组织评定日期{date}早于民主测评日期{tally_date}。",
    fix="请核对日期；确实先评定后测评的，请重新评定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="grade",
    general="zhibu-18-grade",
    effect=Effect.VALIDITY,
)
def graded_before_ballot(case: Case) -> Iterator[Spot]:
    """Grades were fixed before the ballot that they are based on; the same day is allowed."""
    meeting, tally = grade_meeting_in_force(case.dossier), tally_in_force(case.dossier)
    if meeting and tally and meeting.date and tally.date and meeting.date < tally.date:
        yield spot(meeting, field="date", date=meeting.date, tally_date=tally.date)


@rule(
    "GRADE-12",
    severity=Severity.WARNING,
    title="党员大会评定没有表决结果",
    message="党员大会评定没有登记赞成人数。",
    fix="会上进行过表决的，请如实登记赞成、反对、弃权人数；没有表决的，请写明情况。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="record",
    asks="grade_meeting",
    general="zhibu-11",
    effect=Effect.CORRECT,
)
def assembly_without_votes(case: Case) -> Iterator[Spot]:
    """The 党员大会 fixed grades, but its yes votes are missing; 0 is a value."""
    meeting = grade_meeting_in_force(case.dossier)
    if meeting and meeting.body == "assembly" and meeting.yes is None:
        yield spot(meeting, field="yes")


@rule(
    "GRADE-13",
    severity=Severity.ERROR,
    title="没有评定会议记录",
    message="已登记评定等次，但没有{missing}。",
    fix="开过会的，请登记由支委会还是党员大会评定、日期和到会人员；没有开过会的，请由支委会会议或党员大会评定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="branch",
    asks="grade_meeting",
    general="zhibu-18-grade",
    effect=Effect.VALIDITY,
)
def grades_without_meeting(case: Case) -> Iterator[Spot]:
    """Grades exist, but no meeting of the same round, or the meeting does not name the body that fixed them."""
    meeting = grade_meeting_in_force(case.dossier)
    if meeting and meeting.body:
        return
    if any(grade.grade for grade in grades_in_force(case.dossier).values()):
        yield spot(missing="写明评定主体" if meeting else "评定会议的记录")
