"""Hints while reviews are typed, by aspect: problems entered, declared free of problems, or still open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orglife.core.formview import FigureView, Layout, Live, Look
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.reviews.pictures import problems_by_aspect
from orglife.stages.reviews.record import MemberReview, ProblemList, ReviewItem, TeamReview
from orglife.stages.reviews.rules import problems


def team_live(review: TeamReview, _dossier: Dossier, campaign: Campaign) -> Live:
    """The state of each aspect of the leadership's review."""
    return _live(campaign.keys("team_aspects"), review.items, review.none_declared)


def member_live(review: MemberReview, _dossier: Dossier, campaign: Campaign) -> Live:
    """The state of each aspect of a member's outline, and the standards that it does not cover yet."""
    live = _live(campaign.keys("aspects"), review.items, review.none_declared)
    named = {item.dimension for item in review.items} | set(review.none_declared)
    uncovered = [campaign.label(key) for key in campaign.keys("dimensions") if key not in named]
    if not uncovered or not review.items:
        return live
    text = f"合格标准还没有对照的：{'、'.join(uncovered)}。请给每一项问题选“合格标准”；各方面都对照了，其余的标准自动记为“经查无问题”。"
    return Live({"items": [Look(text, "must")]}, sorts=live.sorts)


def review_fill(
    values: Mapping[str, Any], changed: Collection[str], _dossier: Dossier, campaign: Campaign
) -> Mapping[str, Any]:
    """The standards follow from the aspects: all aspects examined, each problem under its standard, none for the rest."""
    items, none = list(values.get("items") or ()), list(values.get("none_declared") or ())
    standards = [item.get("dimension") for item in items]
    stated = {item.get("aspect") for item in items} | set(none)
    if not items or not all(standards) or not set(campaign.keys("aspects")) <= stated:
        return {}
    of_rest = [key for key in campaign.keys("dimensions") if key not in standards and key not in none]
    declared = [key for key in none if not ("items" in changed and key in standards)] + of_rest
    return {} if declared == none else {"none_declared": declared}


def list_live(_list: ProblemList, dossier: Dossier, _campaign: Campaign) -> Live:
    """The problems to confirm: before entering the date, the user must see what it confirms."""
    lines = [
        f"{number}. {who}：{item.fact or '（没有写具体表现）'}"
        for number, (who, item) in enumerate(problems(dossier), 1)
    ]
    if not lines:
        return Live({"confirmed_on": [Look("还没有查摆的问题。请先登记班子对照检查和各人的发言提纲。", "must")]})
    return Live(
        {"confirmed_on": [Look(f"现在汇总到{len(lines)}个问题：", "off"), *(Look(text, "off") for text in lines)]}
    )


def _live(aspects: Sequence[str], items: Sequence[ReviewItem], none: Sequence[str]) -> Live:
    """The state of each aspect."""
    looks: dict[str, Look] = {}
    for key in aspects:
        count = sum(item.aspect == key for item in items)
        if count and key in none:
            looks[key] = Look(f"写了{count}项，又勾了“{NOTHING}”，请核对", "bad")
        elif count:
            looks[key] = Look(f"{count}项", "good")
        elif key in none:
            looks[key] = Look("已查，没有问题", "good")
        else:
            looks[key] = Look(f"还没有对照：有问题的加一项，没有的勾“{NOTHING}”", "must")
    return Live(sorts={"items": looks})


NOTHING = "经查无问题"
ORDER = ("date", "items", "none_declared")
LAYOUT = Layout(
    views=(FigureView(ProblemList, problems_by_aspect),),
    first={TeamReview.TYPE: ORDER, MemberReview.TYPE: ("member", *ORDER)},
    live={TeamReview.TYPE: team_live, MemberReview.TYPE: member_live, ProblemList.TYPE: list_live},
    fill={MemberReview.TYPE: review_fill},
    at_once=(ProblemList.TYPE,),
    demanded={
        TeamReview.TYPE: {"reviewed_on": "reviews.reviewed"},
        MemberReview.TYPE: {"reviewed_on": "reviews.outlines_reviewed"},
    },
    sorts={TeamReview.TYPE: {"items": "aspect"}, MemberReview.TYPE: {"items": "aspect"}},
    declared={TeamReview.TYPE: {"items": "none_declared"}, MemberReview.TYPE: {"items": "none_declared"}},
)
