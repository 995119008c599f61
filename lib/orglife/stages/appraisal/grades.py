"""Rules for grades: who gets one, how many 优秀, what a grade is based on, who was informed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.record import Identified
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.grade_meeting import (
    assembly_not_carried,
    assembly_without_votes,
    committee_too_few,
    graded_before_ballot,
    graded_by_wrong_body,
    grades_without_meeting,
)
from orglife.stages.appraisal.record import Grade, TallyRow
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.people import Members, people
from orglife.stages.shared.quorum import excellent_cap
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
