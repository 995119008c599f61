"""Rules for the roster and the plan; for every record: people are on the roster, dates are not in the future."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from pydantic.fields import FieldInfo

from orglife.core.record.branch import ROLES, STATUSES
from orglife.core.record.field import Ref, mark
from orglife.core.record.record import Record, SelectedFields, recorded_days
from orglife.core.rule.bureau import BureauCase, over_all_branches
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.opinions.record import TEAM
from orglife.stages.plan import submission
from orglife.stages.plan.record import Plan
from orglife.stages.shared.people import people, secretaries
from orglife.stages.shared.reviewed import AFTERWARDS, FIRST, why_not_reviewed
from orglife.stages.shared.rounds import first_meeting_day, meeting_day


@rule(
    "BRANCH-01",
    severity=Severity.ERROR,
    title="支部书记应为1名",
    message="{why}，应为1名。",
    fix="请在党员名册中核对书记、副书记、委员的登记。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="branch",
    asks="member",
    general="zhibu-ch6-secretary",
)
def not_one_secretary(case: Case) -> Iterator[Spot]:
    """The roster has not exactly one secretary; no secretary but a deputy is a vacancy (BRANCH-05)."""
    count = len(secretaries(case.dossier))
    if count != 1 and not (count == 0 and _deputies(case)):
        yield spot(why=f"登记了{count}名支部书记" if count else "没有登记支部书记")


def _deputies(case: Case) -> list[str]:
    everybody = people(case.dossier, case.dossier.as_of).all
    return [m.name for m in everybody.values() if m.role == "deputy"]


@rule(
    "BRANCH-02",
    severity=Severity.WARNING,
    title="支委会设置与人数",
    message="正式党员{full}名，{has_committee}支委会，班子成员{team}名，与一般要求不符：正式党员{committee_from}名以上的设支委会，班子{committee_min}至{committee_max}名。",
    fix="请核对名册；确实如此的，写明情况并向上级党组织说明。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="branch",
    asks="branch",
    general="zhibu-ch6",
    params={"committee_from": 7, "committee_min": 3, "committee_max": 7},
)
def committee_does_not_fit(case: Case) -> Iterator[Spot]:
    """A branch that is large enough has no committee, or its committee is too small or too large."""
    branch, everybody = case.dossier.branch, people(case.dossier, case.dossier.as_of)
    if branch.type == "temporary":
        return
    full, team = len(everybody.full), len(everybody.team)
    lacks_committee = full >= case.params["committee_from"] and not branch.has_committee
    wrong_size = branch.has_committee and not case.params["committee_min"] <= team <= case.params["committee_max"]
    if lacks_committee or wrong_size:
        yield spot(full=full, team=team, has_committee="设" if branch.has_committee else "未设")


@rule(
    "BRANCH-03",
    severity=Severity.ERROR,
    title="预备党员、留党察看党员不得任班子成员",
    message="{name}为{status}，没有被选举权，不能登记为{role}。",
    fix="请核对党员身份或职务的登记。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="member",
    asks="member",
    general="dangzhang-7",
    effect=Effect.VALIDITY,
)
def team_member_not_eligible(case: Case) -> Iterator[Spot]:
    """A member without 被选举权 holds an office."""
    for member in people(case.dossier, case.dossier.as_of).team.values():
        if member.status in ("probationary", "on_probation"):
            yield spot(
                member,
                name=case.dossier.name(member.id),
                status=STATUSES[member.status],
                role=ROLES[member.role or "member"],
                general="dangzhang-41" if member.status == "on_probation" else "",
            )


@rule(
    "BRANCH-04",
    severity=Severity.WARNING,
    title="核减应到会人数须有依据",
    message="{name}登记为不计入应到会人数，但{why}。",
    fix="会前已有上级同意和党员大会通过的，请登记情形和日期；没有的，请恢复计入应到会。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="member",
    asks="member",
    general="quorum-practice",
)
def excluded_without_ground(case: Case) -> Iterator[Spot]:
    """A member is excluded from 应到会 without one of the five cases, or without approval by the day of the meeting."""
    day = meeting_day(case.dossier)
    for member in people(case.dossier, case.dossier.as_of).all.values():
        if not member.quorum_excluded:
            continue
        reasons = []
        if not member.quorum_basis:
            reasons.append("没有登记核减情形")
        if not member.quorum_approved_on:
            reasons.append("没有同意和通过的日期")
        elif day and member.quorum_approved_on > day:
            reasons.append("同意和通过的日期晚于会议")
        if reasons:
            yield spot(member, name=case.dossier.name(member.id), why=reasons)


@rule(
    "BRANCH-05",
    severity=Severity.WARNING,
    title="书记空缺",
    message="名册中没有书记，有副书记{names}。要求书记本人做的各项暂不核对。",
    fix="请核对名册；书记确实空缺的，请向上级党组织说明由谁主持工作。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="branch",
    asks="member",
    general="zhibu-ch6-secretary",
)
def secretary_vacant(case: Case) -> Iterator[Spot]:
    """No secretary, but a deputy who can act as one."""
    deputies = _deputies(case)
    if deputies and not secretaries(case.dossier):
        yield spot(names=deputies)


@rule(
    "DATA-01",
    severity=Severity.ERROR,
    title="写到的人不在党员名册",
    message="{record}里写到了党员名册里没有的人：{ref}。",
    fix="请重新从列表里选；应当在名册里的，先登记到名册；外单位的人，填姓名和单位。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="record",
    general="consistent",
)
def member_not_on_roster(case: Case) -> Iterator[Spot]:
    """A record names someone who is not on the roster; quorum and counts are then unreliable."""
    dossier = case.dossier
    for record in dossier.everything():
        for ref, field in strangers(record, dossier.members.keys()).items():
            yield spot(record, field=field, record=dossier.label(record), ref=dossier.name(ref))


def strangers(record: Record, known: Iterable[str]) -> dict[str, str]:
    """Unknown person ids in a record, each with the first field that contains it."""
    unknown: dict[str, str] = {}
    for field, kind, value in _PERSONS(record):
        for who in value if isinstance(value, list) else [value]:
            if not isinstance(who, str) or who in known or (kind == "target" and who == TEAM):
                continue
            unknown.setdefault(who, field)
    return unknown


def _of_person(info: FieldInfo) -> str | None:
    ref = mark(info, Ref)
    return ref.kind if ref is not None and ref.kind in ("member", "person", "target") else None


_PERSONS = SelectedFields(_of_person)


@rule(
    "DATA-02",
    severity=Severity.WARNING,
    title="日期还没有到",
    message="{record}的日期{date}还没有到。",
    fix="日期填错的请改正；还没有做的，做了以后再登记。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="record",
    general="consistent",
)
def day_still_to_come(case: Case) -> Iterator[Spot]:
    """A record contains a date in the future; planned dates and time limits are allowed.

    It is listed in the record's own stage.
    """
    dossier = case.dossier
    for record in dossier.everything():
        days = days_after(record, dossier.as_of)
        if days:
            yield spot(record, stage=record.STAGE, record=dossier.label(record), date=days, as_of=dossier.as_of)


def days_after(record: Record, day: date) -> list[date]:
    """Dates in a record that are after a day, nested ones included; fields marked as planned are skipped."""
    return sorted({entered for entered in recorded_days(record) if entered > day})


@rule(
    "DATA-03",
    severity=Severity.INFO,
    title="名册里有同名的党员",
    message="名册里有{n}名党员同名，文件和页面上写作：{names}。",
    fix="请核对是不是重复登记；确是几个人的，各填党小组，就按党小组区分。",
    checkpoint="setup",
    stage="plan",
    kind="wrong",
    per="group",
    asks="member",
    general="consistent",
)
def members_of_one_name(case: Case) -> Iterator[Spot]:
    """Members of one name; papers and screens tell them apart by 党小组 or by a number."""
    for group in case.dossier.namesakes:
        yield spot(*group, n=len(group), names=[case.dossier.name(m.id) for m in group])


@rule(
    "PLAN-01",
    severity=Severity.ERROR,
    title="缺少支部工作方案",
    message="还没有支部工作方案。",
    fix="请先制定工作方案，再开展会前各项工作。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="plan",
    kind="missing",
    per="branch",
    asks="plan",
    minutes=20,
    demand="plan.made",
)
def plan_missing(case: Case) -> Iterator[Spot]:
    """The branch has no plan of its own."""
    if case.dossier.one(Plan) is None:
        yield spot()


@rule(
    "PLAN-02",
    severity=Severity.ERROR,
    title="工作方案超过制定时限",
    message="工作方案制定于{made_on}，时限是{plan_deadline}。",
    fix="请如实保留日期，在情况报告中说明原因。",
    checkpoint="prep",
    stage="plan",
    kind="wrong",
    per="record",
    asks="plan",
    demand="plan.made_on_time",
    needs=("plan_deadline",),
    effect=Effect.EXPLAIN,
)
def plan_late(case: Case) -> Iterator[Spot]:
    """The plan was made after the deadline; the day of the deadline is in time."""
    plan, limit = case.dossier.one(Plan), case.campaign.plan_deadline
    if plan and plan.made_on and limit and plan.made_on > limit:
        yield spot(plan, field="made_on", made_on=plan.made_on)


@rule(
    "PLAN-03",
    severity=Severity.ERROR,
    title="工作方案内容不全",
    message="工作方案缺少：{missing}。",
    fix="请在会前写进方案，每部分一两句即可。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="plan",
    kind="missing",
    per="record",
    asks="plan",
    demand="plan.contents",
)
def plan_contents_missing(case: Case) -> Iterator[Spot]:
    """The plan omits one of the four points that it must cover."""
    plan = case.dossier.one(Plan)
    if plan and plan.contents.blanks():
        yield spot(plan, field="contents", missing=plan.contents.blanks())


@rule(
    "PLAN-04",
    severity=Severity.ERROR,
    title="工作方案没有写全三个阶段",
    message="工作方案没有写：{missing}。",
    fix="请在会前写进方案，会前、会中、会后各有安排。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="plan",
    kind="missing",
    per="record",
    asks="plan",
    demand="plan.phases",
)
def plan_phases_missing(case: Case) -> Iterator[Spot]:
    """The plan does not say what is done before, during or after the meeting."""
    plan = case.dossier.one(Plan)
    if plan and plan.phases.blanks():
        yield spot(plan, field="phases", missing=plan.phases.blanks())


@rule(
    "PLAN-05",
    severity=Severity.ERROR,
    title="工作方案没有先报上级审阅",
    message="工作方案{why}。",
    fix=FIRST,
    fix_after=AFTERWARDS,
    checkpoint="prep",
    stage="plan",
    kind="missing",
    per="record",
    asks="plan",
    demand="plan.reviewed",
)
def plan_not_looked_at(case: Case) -> Iterator[Spot]:
    """The superior has not looked at the plan by the day of the meeting, where the campaign asks for it."""
    plan = case.dossier.one(Plan)
    why = why_not_reviewed(plan.reviewed_on, first_meeting_day(case.dossier)) if plan else ""
    if plan and why:
        yield spot(plan, field="reviewed_on", why=why)


@over_all_branches
def _leader_not_listed(case: BureauCase) -> Iterator[Spot]:
    for record in case.bureau.everything():
        for ref, field in strangers(record, case.bureau.leaders.keys()).items():
            yield spot(record, field=field, record=case.bureau.label(record), ref=ref)


@over_all_branches
def _bureau_day_still_to_come(case: BureauCase) -> Iterator[Spot]:
    for record in case.bureau.everything():
        days = days_after(record, case.bureau.as_of)
        if days:
            yield spot(record, record=case.bureau.label(record), date=days, as_of=case.bureau.as_of)


RULES = (
    not_one_secretary,
    committee_does_not_fit,
    team_member_not_eligible,
    excluded_without_ground,
    secretary_vacant,
    member_not_on_roster,
    day_still_to_come,
    members_of_one_name,
    plan_missing,
    plan_late,
    plan_contents_missing,
    plan_phases_missing,
    plan_not_looked_at,
    *submission.RULES,
)
BUREAU_RULES = (
    replace(
        member_not_on_roster,
        condition=_leader_not_listed,
        message="{record}里的局领导“{ref}”没有登记。",
        fix="请先登记该局领导，或改正录入；其他人员请填姓名和单位。",
    ),
    replace(day_still_to_come, condition=_bureau_day_still_to_come),
)
"""DATA rules over the bureau's own records; in these a person's id is that of a leader of the bureau."""
