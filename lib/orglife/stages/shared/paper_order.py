"""The order in which every paper lists problems and rectification items."""

from __future__ import annotations

from collections.abc import Sequence

from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier, natural_key
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.record import Problem
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.record import MemberReview, ReviewItem, TeamReview

Review = TeamReview | MemberReview


def by_aspect(campaign: Campaign, review: Review) -> list[ReviewItem]:
    """The problems of a review by the campaign's aspects, other aspects last; within an aspect in order of entry."""
    listed = campaign.team_aspects if isinstance(review, TeamReview) else campaign.aspects
    aspects = dict.fromkeys([*listed, *(item.aspect for item in review.items)])
    rank = {key: number for number, key in enumerate(aspects)}
    return sorted(review.items, key=lambda item: rank[item.aspect])


def problem_texts(dossier: Dossier, campaign: Campaign, ids: Sequence[str]) -> list[str]:
    """The texts of the problems with these ids: those of reviews first; unknown ids and empty texts are skipped."""
    order = list(dict.fromkeys(ids))
    if len(order) > 1:
        named = set(order)
        every: list[Review] = [*dossier.all(TeamReview), *dossier.all(MemberReview)]
        reviews = [review for review in every if any(item.id in named for item in review.items)]
        examined = [item.id for review in reviews for item in by_aspect(campaign, review) if item.id in named]
        order = [*examined, *(ident for ident in order if ident not in examined)]
    entries = (dossier.index.get(ident) for ident in order)
    texts = (e.fact if isinstance(e, ReviewItem) else e.text if isinstance(e, Problem) else "" for e in entries)
    return [text for text in texts if text]


def by_source(sheet: Sheet, items: Sequence[RectItem]) -> list[RectItem]:
    """Sort items: open items carried over from last year first, then by source, then in order of entry."""
    rank = {key: n for n, key in enumerate(sheet.campaign.rect_sources)}

    def place(item: RectItem) -> tuple[object, ...]:
        not_carried = not item.carried_from or item.status == "done"
        return not_carried, rank.get(item.source, len(rank)), natural_key(item.id)

    return sorted(items, key=place)
