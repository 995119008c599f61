"""Rules for grades: who gets one, which body fixed it and how, what it is based on, who was informed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.record import Identified
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import BODIES, Grade, TallyRow
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.people import Members, people
from orglife.stages.shared.quorum import committee_quorum, excellent_cap, quorum
from orglife.stages.shared.rounds import grade_meeting_in_force, grades_in_force, meeting_in_force, tally_in_force

WAIVERS = ("appraised_elsewhere", "lost_contact", "no_expression", "transferred_in_after_meeting")


def accepted_waivers(case: Case) -> tuple[str, ...]:
    """The waivers that GRADE-01 accepts, with the campaign's overrides."""
    return tuple(grade_missing.changed(case.campaign, case.dossier.branch).params["waivers"])


def grading_day(dossier: Dossier) -> date | None:
    """The day on which grades were fixed; None if unknown, then the day of the meeting is used."""
    meeting = grade_meeting_in_force(dossier)
    return meeting.date if meeting else None


def graded(case: Case, day: date | None) -> Members:
    """GRADED on a day: FULL without a waiver that GRADE-01 accepts."""
    return people(case.dossier, day).graded(accepted_waivers(case))


def subject_of_grade(dossier: Dossier, grade: Grade) -> Identified:
    """The member that a grade is about; the grade itself if the member is not on the roster (DATA-01)."""
    member: Member | None = dossier.members.get(grade.member)
    return member or grade


@rule(
    "GRADE-01",
    severity=Severity.ERROR,
    title="正式党员没有评定等次",
    message="{name}没有评定等次。",
    fix="请完成组织评定；在流入地评议等不用评定的，请登记免评原因。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="grade",
    demand="appraisal.everyone",
    general="zhibu-18-grade",
    params={"waivers": list(WAIVERS)},
)
def grade_missing(case: Case) -> Iterator[Spot]:
    """A member who must be graded has no grade in the round in force; silent before the first meeting.

    Silent also while the minutes are being entered and nothing of the appraisal is: VOTE-01 asks for that first.
    """
    if meeting_in_force(case.dossier) is None:
        return
    grades = grades_in_force(case.dossier)
    if left_to_enter(case.dossier, case.campaign) and not grades and tally_in_force(case.dossier) is None:
        return
    for member in graded(case, grading_day(case.dossier)).values():
        if member.id not in grades or not grades[member.id].grade:
            yield spot(member, field="grade", name=case.dossier.name(member.id))


@rule(
    "GRADE-02",
    severity=Severity.ERROR,
    title="等次不在规定等次之内",
    message="{name}的等次“{grade}”不在规定的等次之内。",
    fix="请核对评定记录，改为方案规定的等次。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="member",
    asks="grade",
    demand="appraisal.grades",
    needs=("grades",),
)
def grade_unknown(case: Case) -> Iterator[Spot]:
    """A grade is not one of the plan's, e.g. 较好."""
    for ident, grade in grades_in_force(case.dossier).items():
        if grade.grade and grade.grade not in case.campaign.grades:
            label = case.campaign.label(grade.grade)
            yield spot(subject_of_grade(case.dossier, grade), field="grade", name=case.dossier.name(ident), grade=label)


@rule(
    "GRADE-03",
    severity=Severity.ERROR,
    title="预备党员评定了等次",
    message="{name}是预备党员，参加评议但不评定等次。",
    fix="请删去等次，保留评议意见，并告诉本人；报送、公示里写了的，一并更正。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="member",
    asks="grade",
    general="notice-probationary",
    demand="appraisal.probationary",
)
def probationary_graded(case: Case) -> Iterator[Spot]:
    """A probationary member was given a grade; an opinion alone is allowed."""
    for ident, grade in grades_in_force(case.dossier).items():
        member = case.dossier.members.get(ident)
        if member and member.status == "probationary" and grade.grade:
            yield spot(member, field="grade", name=case.dossier.name(member.id))


@rule(
    "GRADE-04",
    severity=Severity.WARNING,
    title="优秀比例超过三分之一",
    message="评定优秀{n}名；按{counted}{base}名的{ratio}算，一般不超过{cap}名。",
    fix="请重新研究；确需如此的，请写明理由并报上级党组织。算法由方案定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="branch",
    asks="grade",
    general="notice-third",
    params={"base": "all_members", "ratio_num": 1, "ratio_den": 3, "rounding": "floor"},
    effect=Effect.EXPLAIN,
    demand="appraisal.quota",
)
def too_many_excellent(case: Case) -> Iterator[Spot]:
    """More 优秀 than the usual third; the maximum itself is allowed. A warning, since the clause says 一般.

    The base is 党员总数 as quoted; a campaign whose notice counts 正式党员 or 参评党员 sets ``base``.
    """
    day = grading_day(case.dossier)
    cap = excellent_cap(case.dossier, case.params, waivers=accepted_waivers(case), day=day)
    count = sum(grade.grade == Grade.EXCELLENT for grade in grades_in_force(case.dossier).values())
    if count > cap.cap:
        yield spot(n=count, counted=cap.base_words, base=cap.base, ratio=cap.ratio_words, cap=cap.cap)


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


def far_from_ballot(grade: str, row: TallyRow, valid: int, *, good_percent: int, bad_percent: int) -> bool:
    """Whether a grade clearly contradicts the ballots.

    True for 优秀 if fewer than half voted 优秀; for 基本合格 or 不合格 if ``good_percent`` or more voted 优秀 or 合格;
    for 优秀 or 合格 if ``bad_percent`` or more voted 不合格. Computed in integers, relative to the valid ballots.
    """
    if grade == Grade.EXCELLENT and 2 * row.excellent < valid:
        return True
    if grade in (Grade.BASIC, Grade.UNQUALIFIED):
        return 100 * (row.excellent + row.qualified) >= good_percent * valid
    return grade in (Grade.EXCELLENT, Grade.QUALIFIED) and 100 * row.unqualified >= bad_percent * valid


def votes_words(case: Case, row: TallyRow) -> list[str]:
    """The votes of a row in words: 优秀4票、合格2票 …; abstentions only if there are any."""
    names = (Grade.EXCELLENT, Grade.QUALIFIED, Grade.BASIC, Grade.UNQUALIFIED)
    shown = [f"{case.campaign.label(name)}{votes}票" for name, votes in zip(names, row.votes, strict=False)]
    return [*shown, f"弃权{row.abstain}票"] if row.abstain else shown


@rule(
    "GRADE-09",
    severity=Severity.WARNING,
    title="评定结果与测评明显不符",
    message="{name}评定为{grade}，测评得票为{votes}，差异较大，没有评定意见。",
    fix="评定不唯票数；请评定主体核对，并在评定意见中写明理由。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="member",
    asks="grade",
    demand="appraisal.basis",
    params={"good_percent": 80, "bad_percent": 34},
)
def grade_against_ballot(case: Case) -> Iterator[Spot]:
    """A grade is far from the ballot and has no opinion; a row without grades (只评议) cannot be compared."""
    tally = tally_in_force(case.dossier)
    if tally is None or not tally.valid:
        return
    rows = {row.member: row for row in tally.rows if not row.no_grade}
    percents = {name: case.params[name] for name in ("good_percent", "bad_percent")}
    for ident, grade in grades_in_force(case.dossier).items():
        row = rows.get(ident)
        if row and not grade.opinion and far_from_ballot(grade.grade, row, tally.valid, **percents):
            yield spot(
                subject_of_grade(case.dossier, grade),
                field="opinion",
                name=case.dossier.name(ident),
                grade=case.campaign.label(grade.grade),
                votes=votes_words(case, row),
            )


@rule(
    "GRADE-10",
    severity=Severity.WARNING,
    title="评定结果没有反馈本人",
    message="{name}的评定结果{state}。",
    fix="请向本人反馈，反馈后登记日期；日期有误的请更正。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="grade",
    field="feedback_on",
    general="notice-feedback",
    demand="appraisal.feedback",
)
def member_not_informed(case: Case) -> Iterator[Spot]:
    """A graded member was not informed of the result, or was informed before it was fixed; the same day is allowed."""
    day = grading_day(case.dossier)
    members = graded(case, day)
    for ident, grade in grades_in_force(case.dossier).items():
        if ident not in members or not grade.grade:
            continue
        if grade.feedback_on is None:
            yield spot(members[ident], field="feedback_on", name=case.dossier.name(ident), state="没有向本人反馈的记录")
        elif day and grade.feedback_on < day:
            state = f"{day_words(grade.feedback_on)}反馈，早于评定日期{day_words(day)}"
            yield spot(members[ident], field="feedback_on", name=case.dossier.name(ident), state=state)


@rule(
    "GRADE-11",
    severity=Severity.WARNING,
    title="没有评定意见",
    message="{name}评定为{grade}，没有评定意见。",
    fix="评定时有意见的，请如实登记；还没有的，请评定主体研究后写一两句；程序不代写。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="grade",
    field="opinion",
    general="zhibu-18-grade",
    params={"require_for": ["excellent", "basic", "unqualified"]},
)
def opinion_missing(case: Case) -> Iterator[Spot]:
    """A grade that needs a reason has no opinion; members reported by GRADE-09 are skipped."""
    members = graded(case, grading_day(case.dossier))
    named = {entry.id for fired in case.fires(grade_against_ballot) for entry in fired.on}
    for ident, grade in grades_in_force(case.dossier).items():
        lacks_opinion = grade.grade in case.params["require_for"] and not grade.opinion
        if lacks_opinion and ident in members and ident not in named:
            member, label = members[ident], case.campaign.label(grade.grade)
            yield spot(member, field="opinion", name=case.dossier.name(member.id), grade=label)


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


RULES = (
    grade_missing,
    grade_unknown,
    probationary_graded,
    too_many_excellent,
    graded_by_wrong_body,
    committee_too_few,
    assembly_not_carried,
    graded_before_ballot,
    grade_against_ballot,
    member_not_informed,
    opinion_missing,
    assembly_without_votes,
    grades_without_meeting,
)
