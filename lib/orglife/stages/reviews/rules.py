"""Rules for the written self-examination: by every member, on every aspect, concrete, with causes."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier, excerpt
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.reviews.record import MemberReview, ProblemList, ReviewItem, TeamReview
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.rounds import before, first_meeting_day


def outlines(dossier: Dossier) -> Iterator[tuple[Member, MemberReview]]:
    """Members of the branch on the day of the first meeting with their outlines, in order of member ids."""
    written = dossier.by_member(MemberReview)
    for member in people(dossier, first_meeting_day(dossier)).all.values():
        if member.id in written:
            yield member, written[member.id]


def without_key_checks(dossier: Dossier, campaign: Campaign) -> Iterator[tuple[Member, MemberReview]]:
    """Outlines that leave a key check unanswered."""
    keys = set(campaign.key_checks)
    for member, review in outlines(dossier):
        if not keys <= review.key_checks.keys():
            yield member, review


def problems(dossier: Dossier) -> Iterator[tuple[str, ReviewItem]]:
    """All problems, each with its owner: the leadership's first, then those of each outline, as on the roster."""
    team, counted = dossier.one(TeamReview), dossier.by_member(MemberReview)
    for item in team.items if team else []:
        yield "支部班子", item
    place = {member: number for number, member in enumerate(dossier.members)}
    for review in sorted(dossier.all(MemberReview), key=lambda each: place.get(each.member, len(place))):
        if not review.member or counted[review.member] is review:
            for item in review.items:
                yield dossier.name(review.member), item


def _team_review_in_time(dossier: Dossier) -> bool:
    return any(before(dossier, r) for r in dossier.all(TeamReview))


@rule(
    "REVIEW-01",
    severity=Severity.ERROR,
    title="缺少支部班子对照检查材料",
    message="会前没有支部班子对照检查材料。",
    fix="请在会前由班子集体撰写；程序只核对，不代写。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="branch",
    asks="team_review",
    minutes=20,
    demand="reviews.team",
)
def team_review_missing(case: Case) -> Iterator[Spot]:
    """A branch with a committee has no examination of its leadership before the meeting."""
    if case.dossier.branch.has_committee and not _team_review_in_time(case.dossier):
        yield spot()


@rule(
    "REVIEW-02",
    severity=Severity.ERROR,
    title="班子对照检查没有查全规定方面",
    message="班子对照检查没有涉及：{missing}。",
    fix="请在会前逐个方面查找；查找后没有问题的，在“经查无问题”中注明。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="branch",
    asks="team_review",
    field="items",
    demand="reviews.team_aspects",
    needs=("team_aspects",),
)
def team_aspect_missing(case: Case) -> Iterator[Spot]:
    """The leadership's examination does not cover a prescribed aspect: neither a problem nor 「经查无问题」."""
    review = case.dossier.one(TeamReview)
    if review is None:
        return
    covered = {item.aspect for item in review.items} | set(review.none_declared)
    missing = [case.campaign.label(key) for key in case.campaign.team_aspects if key not in covered]
    if missing:
        yield spot(missing=missing)


@rule(
    "REVIEW-03",
    severity=Severity.ERROR,
    title="党员没有发言提纲",
    message="{name}会前没有发言提纲。",
    fix="请本人在会前撰写后录入要点。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="member",
    asks="member_review",
    demand="reviews.members",
)
def outline_missing(case: Case) -> Iterator[Spot]:
    """A member has no outline before the meeting; mere absence does not exempt a member."""
    written = {r.member for r in case.dossier.all(MemberReview) if before(case.dossier, r)}
    for member in people(case.dossier, first_meeting_day(case.dossier)).all.values():
        if member.id not in written and not excused(member):
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "REVIEW-04",
    severity=Severity.ERROR,
    title="发言提纲没有列出问题",
    message="{name}的发言提纲没有列出问题。",
    fix="请本人在会前至少列出一个具体问题。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="member",
    asks="member_review",
    field="items",
    demand="reviews.problem_list",
)
def outline_without_problem(case: Case) -> Iterator[Spot]:
    """An outline contains no problem."""
    for member, review in outlines(case.dossier):
        if not review.items:
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "REVIEW-05",
    severity=Severity.WARNING,
    title="个人没有查全规定方面",
    message="{name}的查摆没有涉及：{missing}。",
    fix="请本人在会前逐项对照；查找后没有问题的，勾选“经查无问题”。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="member",
    asks="member_review",
    field="items",
    demand="reviews.aspects",
    needs=("aspects+dimensions",),
)
def member_aspect_missing(case: Case) -> Iterator[Spot]:
    """An outline does not cover an aspect or a standard: neither a problem nor 「经查无问题」.

    Silent for a member for whom REVIEW-04 fires, so that an empty outline gets only one finding.
    """
    empty = {entry.id for place in case.fires(outline_without_problem) for entry in place.on}
    for member, review in outlines(case.dossier):
        if member.id in empty:
            continue
        aspects, dimensions = {item.aspect for item in review.items}, {item.dimension for item in review.items}
        missing = [k for k in case.campaign.aspects if k not in aspects and k not in review.none_declared]
        missing += [k for k in case.campaign.dimensions if k not in dimensions and k not in review.none_declared]
        if missing:
            yield spot(member, name=case.dossier.name(member.id), missing=[case.campaign.label(k) for k in missing])


@rule(
    "REVIEW-06",
    severity=Severity.ERROR,
    title="问题缺少根源或措施",
    message="{who}的问题“{fact}”没有写：{missing}。",
    fix="请在会前写清根源和具体措施。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="item",
    asks="member_review",
    demand="reviews.causes_and_measures",
)
def problem_without_cause_or_measure(case: Case) -> Iterator[Spot]:
    """A problem has no cause or no measure."""
    for who, item in problems(case.dossier):
        missing = [label for label, text in (("根源", item.cause), ("改进措施", item.measure)) if not text]
        if missing:
            yield spot(item, who=who, fact=excerpt(item.fact) or "未写具体表现", missing=missing)


@rule(
    "REVIEW-07",
    severity=Severity.WARNING,
    title="问题过于简略",
    message="{who}的问题“{fact}”写得过于简略。",
    fix="可在会前写清时间、事情和本人当时的做法。",
    fix_after="会前写的保留原文，不用改；写一句情况说明，就不再提示。",
    checkpoint="prep",
    stage="reviews",
    kind="wrong",
    per="item",
    asks="member_review",
    demand="reviews.concrete",
    params={"min_chars": 12},
    effect_after=Effect.EXPLAIN,
)
def problem_too_brief(case: Case) -> Iterator[Spot]:
    """A problem is too brief to show the act or the person."""
    for who, item in problems(case.dossier):
        if item.fact and len("".join(item.fact.split())) < case.params["min_chars"]:
            yield spot(item, field="fact", who=who, fact=excerpt(item.fact))


@rule(
    "REVIEW-08",
    severity=Severity.WARNING,
    title="根源剖析未触及世界观、人生观、价值观",
    message="{name}的根源剖析没有触及世界观、人生观、价值观。",
    fix="请本人在会前至少对一个问题从“三观”剖析根源并勾选。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="member",
    asks="member_review",
    field="items.0.cause_views",
    demand="reviews.views",
)
def views_not_touched(case: Case) -> Iterator[Spot]:
    """An outline has problems, but none of their causes is examined by 三观."""
    for member, review in outlines(case.dossier):
        if review.items and not any(item.cause_views for item in review.items):
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "REVIEW-09",
    severity=Severity.INFO,
    title="重点对照项未回答",
    message="{names}没有逐项回答重点对照项。",
    fix="可请本人在会前逐项填“有”或“无”。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="branch",
    asks="member_review",
    field="key_checks",
    opens=lambda dossier, campaign: (review for _, review in without_key_checks(dossier, campaign)),
    demand="reviews.key_checks",
    needs=("key_checks",),
)
def key_check_unanswered(case: Case) -> Iterator[Spot]:
    """Outlines leave a key check unanswered; one hint for the branch."""
    names = [case.dossier.name(member.id) for member, _ in without_key_checks(case.dossier, case.campaign)]
    if names:
        yield spot(names=names)


@rule(
    "REVIEW-10",
    severity=Severity.ERROR,
    title="问题清单未经确认",
    message="问题清单{why}。",
    fix="请书记核对自动汇总的问题清单后确认。",
    fix_after="请书记核对后确认；会前没有确认的，请写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="branch",
    asks="problem_list",
    demand="reviews.problem_list",
)
def problem_list_unconfirmed(case: Case) -> Iterator[Spot]:
    """The problem list was not confirmed by the day of the meeting."""
    confirmed = case.dossier.one(ProblemList)
    day = first_meeting_day(case.dossier)
    if confirmed is None or confirmed.confirmed_on is None:
        yield spot(why="尚未确认")
    elif day and confirmed.confirmed_on > day:
        yield spot(why="确认日期晚于会议")


@rule(
    "REVIEW-11",
    severity=Severity.WARNING,
    title="未设支委会的支部没有对照检查材料",
    message="会前没有支部的对照检查材料（本支部未设支委会）。",
    fix="请由书记在会前组织撰写；上级另有安排的，请写明情况。",
    fix_after="请写明情况；上级另有安排的，一并写明。",
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="branch",
    asks="team_review",
    demand="reviews.team",
)
def small_branch_review_missing(case: Case) -> Iterator[Spot]:
    """A branch without a committee has no examination either (A11: a warning; the 班子 is the secretary)."""
    if not case.dossier.branch.has_committee and not _team_review_in_time(case.dossier):
        yield spot()


def declared_and_found(campaign: Campaign, review: TeamReview | MemberReview) -> list[str]:
    """Labels of the aspects and standards on which a review has a problem and declares that there is none."""
    both = [key for item in review.items for key in (item.aspect, item.dimension) if key in review.none_declared]
    return [campaign.label(key) for key in dict.fromkeys(both)]


@rule(
    "REVIEW-12",
    severity=Severity.WARNING,
    title="同一方面既写了问题又勾了经查无问题",
    message="{name}的“{aspects}”，一处写了问题，一处又勾了“经查无问题”。",
    fix="请本人核对：有问题的，取消“经查无问题”的勾；这个问题属于别的方面的，把它的“方面”改过来。",
    checkpoint="prep",
    stage="reviews",
    kind="wrong",
    per="record",
    asks="member_review",
    field="none_declared",
    demand="reviews.aspects",
)
def problem_where_none_is_declared(case: Case) -> Iterator[Spot]:
    """An outline has a problem on an aspect or a standard that it also declares free of problems."""
    for review in case.dossier.all(MemberReview):
        both = declared_and_found(case.campaign, review)
        if both:
            yield spot(review, field="none_declared", name=case.dossier.name(review.member), aspects=both)


@rule(
    "REVIEW-13",
    severity=Severity.WARNING,
    title="班子对照检查同一方面既写了问题又勾了经查无问题",
    message="班子对照检查的“{aspects}”，一处写了问题，一处又勾了“经查无问题”。",
    fix="请班子集体核对：有问题的，取消“经查无问题”的勾；这个问题属于别的方面的，把它的“方面”改过来。",
    checkpoint="prep",
    stage="reviews",
    kind="wrong",
    per="record",
    asks="team_review",
    field="none_declared",
    demand="reviews.team_aspects",
)
def team_problem_where_none_is_declared(case: Case) -> Iterator[Spot]:
    """The leadership's review has a problem on an aspect that it also declares free of problems."""
    for review in case.dossier.all(TeamReview):
        both = declared_and_found(case.campaign, review)
        if both:
            yield spot(review, field="none_declared", aspects=both)


RULES = (
    team_review_missing,
    team_aspect_missing,
    outline_missing,
    outline_without_problem,
    member_aspect_missing,
    problem_without_cause_or_measure,
    problem_too_brief,
    views_not_touched,
    key_check_unanswered,
    problem_list_unconfirmed,
    small_branch_review_missing,
    problem_where_none_is_declared,
    team_problem_where_none_is_declared,
)
