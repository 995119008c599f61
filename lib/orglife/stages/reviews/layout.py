"""Reviews aspect by aspect: what was found, what was searched without a find, what is still to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from orglife.core.campaign import Campaign
from orglife.core.dossier import Dossier
from orglife.core.formview import Layout, Live, Look
from orglife.stages.reviews.record import MemberReview, ReviewItem, TeamReview


def team_live(review: TeamReview, _dossier: Dossier, campaign: Campaign) -> Live:
    """The aspects of the leadership's review."""
    return _live(campaign, campaign.keys("team_aspects"), review.items, review.none_declared)


def member_live(review: MemberReview, _dossier: Dossier, campaign: Campaign) -> Live:
    """The aspects of a member's outline, and the standards that its problems are measured by."""
    found = _live(campaign, campaign.keys("aspects"), review.items, review.none_declared)
    named = {item.dimension for item in review.items} | set(review.none_declared)
    left = [campaign.label(key) for key in campaign.keys("dimensions") if key not in named]
    if not left or not review.items:
        return found
    text = f"合格标准还没有对照的：{'、'.join(left)}。有问题的，在那一项里选“合格标准”；没有的，勾“经查无问题”。"
    return Live({"items": [*found.lines["items"], Look(text, "must")]})


def _live(campaign: Campaign, aspects: Sequence[str], items: Sequence[ReviewItem], none: Sequence[str]) -> Live:
    looks = []
    for key in aspects:
        count = sum(item.aspect == key for item in items)
        label = campaign.label(key)
        if count and key in none:
            looks.append(Look(f"{label}：写了{count}项，又勾了“经查无问题”。请核对。", "bad"))
        elif count:
            looks.append(Look(f"{label}：{count}项", "good"))
        elif key in none:
            looks.append(Look(f"{label}：经查无问题", "good"))
        else:
            looks.append(Look(f"{label}：还没有对照。有问题的加一项，没有的勾“经查无问题”。", "must"))
    return Live({"items": looks})


ORDER = ("date", "items", "none_declared")
LAYOUT = Layout(
    first={TeamReview.TYPE: ORDER, MemberReview.TYPE: ORDER},
    live={TeamReview.TYPE: team_live, MemberReview.TYPE: member_live},
    sorts={TeamReview.TYPE: {"items": "aspect"}, MemberReview.TYPE: {"items": "aspect"}},
)
