"""Rules that only some campaigns ask for: texts looked at by the superior first, and enough of a text about problems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.people import people
from orglife.stages.shared.reviewed import AFTERWARDS, FIRST, why_not_reviewed
from orglife.stages.shared.rounds import first_meeting_day

Review = TeamReview | MemberReview
HEADING = re.compile(r"^\s*(?:第?([一二三四五六七八九十]+)[、.．]|[（(]([一二三四五六七八九十]+)[)）])(.{0,40})")
PROBLEMS = re.compile("问题|不足|差距|查摆|短板")
OTHERS = re.compile("原因|根源|剖析|整改|措施|努力方向|打算|主要做法|工作情况|基本情况|成效")


def _whose(case: Case, review: Review) -> str:
    return case.dossier.name(review.member) + "的发言提纲" if isinstance(review, MemberReview) else "班子对照检查"


@rule(
    "REVIEW-14",
    severity=Severity.ERROR,
    title="班子对照检查没有先报上级审阅",
    message="班子对照检查{why}。",
    fix=FIRST,
    fix_after=AFTERWARDS,
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="record",
    asks="team_review",
    field="reviewed_on",
    demand="reviews.reviewed",
)
def team_review_not_looked_at(case: Case) -> Iterator[Spot]:
    """The superior has not looked at the leadership's examination by the day of the meeting."""
    review = case.dossier.one(TeamReview)
    why = why_not_reviewed(review.reviewed_on, first_meeting_day(case.dossier)) if review else ""
    if review and why:
        yield spot(review, field="reviewed_on", why=why)


@rule(
    "REVIEW-16",
    severity=Severity.ERROR,
    title="发言提纲没有先报上级审阅",
    message="{name}的发言提纲{why}。",
    fix=FIRST,
    fix_after=AFTERWARDS,
    checkpoint="prep",
    stage="reviews",
    kind="missing",
    per="member",
    asks="member_review",
    field="reviewed_on",
    demand="reviews.outlines_reviewed",
    params={"outlines": "team"},
)
def outline_not_looked_at(case: Case) -> Iterator[Spot]:
    """The superior has not looked at the outline of a member of the leadership, or of any member, as the campaign says."""
    day = first_meeting_day(case.dossier)
    everybody = people(case.dossier, day)
    reviewed_first = everybody.all if case.params["outlines"] == "all" else everybody.team
    for member, review in sorted(case.dossier.by_member(MemberReview).items()):
        why = why_not_reviewed(review.reviewed_on, day) if member in reviewed_first else ""
        if why:
            yield spot(reviewed_first[member], field="reviewed_on", name=case.dossier.name(member), why=why)


def problem_share(review: Review) -> int | None:
    """Percent of a full text that is about problems, rounded down; None where that cannot be told.

    The parts under headings about problems count, each up to the next heading of the first level; without such headings
    the problems that were entered one by one. What is made of single problems only has nothing beside them.
    """
    by_headings = _under_headings(review.text)
    if by_headings is not None:
        return by_headings
    facts, whole = sum(_written(item.fact) for item in review.items), _written(review.text)
    return min(100, 100 * facts // whole) if whole and facts else None


def _under_headings(text: str) -> int | None:
    about_problems, whole, seen, counting = 0, 0, False, False
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading and heading[1]:  # the first level; 「（一）」 belongs to what it stands under
            counting = bool(PROBLEMS.search(heading[3])) and not OTHERS.search(heading[3])
            seen = seen or counting
        length = _written(line)
        whole += length
        about_problems += length if counting else 0
    return 100 * about_problems // whole if seen and whole else None


def _written(text: str) -> int:
    return sum(ch.isalnum() for ch in text)


@rule(
    "REVIEW-15",
    severity=Severity.WARNING,
    title="查摆问题的篇幅不够",
    message="{whose}里写问题的占{share}%，方案要求不少于{min_percent}%。",
    fix="可在会前把问题写具体；成绩、认识、套话可以少写。",
    fix_after="保留原文，写明情况。",
    checkpoint="prep",
    stage="reviews",
    kind="wrong",
    per="record",
    demand="reviews.problem_share",
    params={"min_percent": 50},
    effect_after=Effect.EXPLAIN,
)
def too_little_about_problems(case: Case) -> Iterator[Spot]:
    """The part of a text about problems is smaller than the campaign asks; a text without a problem is REVIEW-04's."""
    texts: list[Review] = [*case.dossier.all(TeamReview), *case.dossier.by_member(MemberReview).values()]
    for review in texts:
        share = problem_share(review)
        if share is not None and share < case.params["min_percent"]:
            yield spot(review, field="text" if review.text else "items", whose=_whose(case, review), share=share)


RULES = (team_review_not_looked_at, outline_not_looked_at, too_little_about_problems)
