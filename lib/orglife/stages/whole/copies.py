"""COPY: texts handed in by several people, or already handed in last year.

Names, digits, punctuation and spaces are ignored, and so is the text of the campaign itself: it is normal for every
outline to quote the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

from orglife.core.record.dossier import Dossier, short
from orglife.core.record.memo import memoized
from orglife.core.rule.bureau import Bureau, BureauCase, over_all_branches
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.meeting.record import Criticism
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.grams import Pair
from orglife.stages.shared.rounds import criticisms_in_force, of_round, round_in_force
from orglife.stages.shared.similarity import (
    SHOWN_CHARS,
    cliques,
    grams,
    masked,
    percent_alike,
    shared_passage,
    similar_pairs,
)
from orglife.stages.talks.record import Talk

EQUAL_CHARS = 20
"""Criticisms with fewer characters count as similar only when they are equal."""


hint = partial(rule, kind="wrong", never_error=True, demand="supervision.no_formalism")
"""Declare a rule about copied text: a hint for a person to judge, which no campaign can make an error."""
outline_hint = partial(hint, checkpoint="prep", stage="reviews", effect_after=Effect.EXPLAIN)
branches_hint = partial(hint, checkpoint="bureau", stage="supervision", per="pair")


class Outline(NamedTuple):
    """An outline prepared for comparison."""

    review: MemberReview
    text: str
    masked: str


def whole_text(review: MemberReview | TeamReview) -> str:
    """The full text of a review; one made of items is joined item by item: fact, cause, measure."""
    return review.text or "\n".join(part for i in review.items for part in (i.fact, i.cause, i.measure) if part)


def campaign_texts(campaign: Campaign) -> list[str]:
    """The campaign's title, theme and quoted demands, masked."""
    pieces = [campaign.title, campaign.theme, *(p for demand in campaign.demands.values() for p in demand.pieces)]
    return [masked(piece) for piece in pieces]


@memoized
def campaign_grams(campaign: Campaign) -> frozenset[str]:
    """The 5-grams of the campaign's texts."""
    return frozenset(gram for text in campaign_texts(campaign) for gram in grams(text))


@memoized
def names_of(dossier: Dossier) -> tuple[str, ...]:
    """The member names on a branch's roster."""
    return tuple(member.name for member in dossier.members.values() if member.name)


@memoized
def outlines(dossier: Dossier) -> list[Outline]:
    """Each rostered member's outline in force, in order of member ids."""
    names = names_of(dossier)
    reviews = [r for m, r in sorted(dossier.by_member(MemberReview).items()) if m in dossier.members]
    texts = [whole_text(review) for review in reviews]
    return [Outline(r, t, masked(t, names)) for r, t in zip(reviews, texts, strict=True)]


def long_outlines(dossier: Dossier, min_chars: int) -> list[Outline]:
    """The outlines that are long enough to compare, in order of member ids."""
    return [outline for outline in outlines(dossier) if len(outline.masked) >= min_chars]


def _alike(case: Case, min_chars: int) -> list[tuple[Outline, Outline, int]]:
    """Pairs of outlines of one branch that reach the lower threshold of COPY-01 and COPY-02, in order of member ids."""
    branch = case.dossier.branch
    warn = outlines_alike.changed(case.campaign, branch).params["warn_percent"]
    least = min(warn, outlines_partly_alike.changed(case.campaign, branch).params["info_percent"])
    return _similar(case.dossier, case.campaign, least, min_chars)


@memoized
def _similar(dossier: Dossier, campaign: Campaign, least: int, min_chars: int) -> list[tuple[Outline, Outline, int]]:
    long_enough = long_outlines(dossier, min_chars)
    pairs = similar_pairs([o.masked for o in long_enough], least, common=campaign_grams(campaign))
    ordered = sorted(pairs, key=lambda p: (p.a, p.b))
    return [(long_enough[p.a], long_enough[p.b], p.percent) for p in ordered]


def pair_spot(case: Case, a: Outline, b: Outline, **words: Any) -> Spot:
    """Two outlines with the passage that they share."""
    members = [case.dossier.members[o.review.member] for o in (a, b)]
    passage = shared_passage(a.text, a.masked, b.masked, names_of(case.dossier))
    return spot(
        *members,
        a=case.dossier.name(members[0].id),
        b=case.dossier.name(members[1].id),
        passage=short(passage, SHOWN_CHARS),
        **words,
    )


@outline_hint(
    "COPY-01",
    severity=Severity.WARNING,
    title="党员之间发言提纲雷同",
    message="{a}与{b}的发言提纲{degree}（相似度{score}%），两份都写有“{passage}”。",
    fix="请两人各自看一看；会前发现不是自己写的，请本人重新撰写。",
    fix_after="请写明情况。",
    per="pair",
    params={"warn_percent": 75, "high_percent": 90, "min_chars": 150},
)
def outlines_alike(case: Case) -> Iterator[Spot]:
    """Outlines of two members have largely the same text; short outlines are not compared."""
    for a, b, percent in _alike(case, case.params["min_chars"]):
        if percent >= case.params["warn_percent"]:
            degree = "高度雷同" if percent >= case.params["high_percent"] else "雷同"
            yield pair_spot(case, a, b, score=percent, degree=degree)


@outline_hint(
    "COPY-02",
    severity=Severity.INFO,
    title="党员之间发言提纲部分相似",
    message="{a}与{b}的发言提纲有部分相似（{score}%），两份都写有“{passage}”。",
    fix="供书记参考，不要求修改。",
    per="pair",
    params={"info_percent": 60, "min_chars": 150},
)
def outlines_partly_alike(case: Case) -> Iterator[Spot]:
    """Outlines of two members share much of their text, but less than COPY-01 requires."""
    below = outlines_alike.changed(case.campaign, case.dossier.branch).params["warn_percent"]
    for a, b, percent in _alike(case, case.params["min_chars"]):
        if case.params["info_percent"] <= percent < below:
            yield pair_spot(case, a, b, score=percent)


def _criticisms(dossier: Dossier) -> dict[str, list[Criticism]]:
    """Criticisms of other members in the round in force, by author; authors on the roster only."""
    in_force = criticisms_in_force(dossier) or of_round(dossier, Criticism, round_in_force(dossier))
    by_author: dict[str, list[Criticism]] = {}
    for each in in_force:
        if each.author in dossier.members and each.target and each.target != each.author and each.text:
            by_author.setdefault(each.author, []).append(each)
    return dict(sorted(by_author.items()))


def _similar_criticisms(texts: Sequence[str], percent: int, common: frozenset[str]) -> list[Pair]:
    """Pairs of masked criticisms that are similar; short ones only when they are equal."""
    equal = [Pair(i, j, 100) for i, j in combinations(range(len(texts)), 2) if texts[i] and texts[i] == texts[j]]
    longer = [i for i, text in enumerate(texts) if len(text) >= EQUAL_CHARS]
    similar = similar_pairs([texts[i] for i in longer], percent, common=common)
    return [*equal, *(Pair(longer[p.a], longer[p.b], p.percent) for p in similar)]


@rule(
    "COPY-03",
    severity=Severity.WARNING,
    title="同一批评意见发给多人",
    message="{author}对{n}名党员提出了基本相同的意见：“{passage}”。",
    fix="请核对会上原话；针对各人的，请分别登记。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="member",
    never_error=True,
    demand="meeting.criticism_content",
    params={"min_targets": 3, "ratio_percent": 90},
)
def one_criticism_for_many(case: Case) -> Iterator[Spot]:
    """One author gave nearly the same criticism to several members; every pair in the group is similar."""
    names, common = names_of(case.dossier), campaign_grams(case.campaign)
    for author, criticisms in _criticisms(case.dossier).items():
        if len({c.target for c in criticisms}) < case.params["min_targets"]:
            continue
        texts = [masked(c.text, names) for c in criticisms]
        groups = cliques(len(texts), _similar_criticisms(texts, case.params["ratio_percent"], common))
        largest = max(groups, key=lambda g: len({criticisms[i].target for i in g}), default=[])
        targets = {criticisms[i].target for i in largest}
        if largest and len(targets) >= case.params["min_targets"]:
            passage = shared_passage(criticisms[largest[0]].text, texts[largest[0]], texts[largest[1]], names)
            member = case.dossier.members[author]
            yield spot(member, author=case.dossier.name(member.id), n=len(targets), passage=short(passage, SHOWN_CHARS))


@hint(
    "COPY-04",
    severity=Severity.WARNING,
    title="谈心谈话记录雷同",
    message="有{n}条谈心谈话记录内容基本相同，都写有“{passage}”。",
    fix="请谈话双方各自核对，据实更正。",
    checkpoint="prep",
    stage="talks",
    per="record",
    params={"min_talks": 3, "ratio_percent": 90, "min_chars": 30},
)
def talks_alike(case: Case) -> Iterator[Spot]:
    """Several talks have nearly the same contents; every pair in the group is similar."""
    names = names_of(case.dossier)
    talks = [
        (t, "\n".join(part for part in (t.thoughts, t.opinions_heard, t.problems_pointed) if part))
        for t in case.dossier.all(Talk)
    ]
    compared = [(t, text, bare) for t, text in talks if len(bare := masked(text, names)) >= case.params["min_chars"]]
    pairs = similar_pairs([c[2] for c in compared], case.params["ratio_percent"], common=campaign_grams(case.campaign))
    for group in cliques(len(compared), pairs):
        if len(group) >= case.params["min_talks"]:
            passage = shared_passage(compared[group[0]][1], compared[group[0]][2], compared[group[1]][2], names)
            yield spot(*(compared[i][0] for i in group), n=len(group), passage=short(passage, SHOWN_CHARS))


@hint(
    "COPY-07",
    severity=Severity.WARNING,
    title="几次谈心谈话写得一字不差",
    message="有{n}次谈心谈话的“{part}”一字不差：“{text}”。",
    fix="请谈话双方各自核对，据实更正；确实都这样谈的，写明情况。",
    checkpoint="prep",
    stage="talks",
    per="record",
    params={"min_chars": 12},
)
def same_words_in_talks(case: Case) -> Iterator[Spot]:
    """Two or more talks have the same text in one field; silent where COPY-04 names the same talks."""
    named = [{talk.id for talk in place.on} for place in case.fires(talks_alike)]
    for name in ("thoughts", "opinions_heard", "problems_pointed"):
        by_text: dict[str, list[Talk]] = {}
        for talk in case.dossier.all(Talk):
            bare = "".join(ch for ch in getattr(talk, name) if ch.isalnum())
            if len(bare) >= case.params["min_chars"]:
                by_text.setdefault(bare, []).append(talk)
        for talks in by_text.values():
            if len(talks) > 1 and not any({talk.id for talk in talks} <= group for group in named):
                label = Talk.model_fields[name].title
                yield spot(*talks, n=len(talks), part=label, text=short(getattr(talks[0], name), SHOWN_CHARS))


@outline_hint(
    "COPY-05",
    severity=Severity.WARNING,
    title="与本人往年材料雷同",
    message="{name}的发言提纲与{year}年材料相似度{score}%，两份都写有“{passage}”。",
    fix="可请本人在会前对照今年的情况据实修改。",
    fix_after="保留原文。",
    per="member",
    params={"warn_percent": 75, "min_chars": 150},
)
def like_the_year_before(case: Case) -> Iterator[Spot]:
    """A member's outline is largely the same as in the latest earlier campaign; silent when there is none."""
    names, common = names_of(case.dossier), campaign_grams(case.campaign)
    for outline in outlines(case.dossier):
        earlier_review = case.dossier.earlier_reviews.get(outline.review.member)
        text_before = whole_text(earlier_review) if isinstance(earlier_review, MemberReview) else ""
        masked_before = masked(text_before, names)
        if min(len(outline.masked), len(masked_before)) < max(case.params["min_chars"], 1):
            continue
        score = percent_alike(grams(outline.masked) - common, grams(masked_before) - common)
        if score >= case.params["warn_percent"]:
            member = case.dossier.members[outline.review.member]
            passage = short(shared_passage(outline.text, outline.masked, masked_before, names), SHOWN_CHARS)
            yield spot(
                member,
                name=case.dossier.name(member.id),
                year=case.dossier.earlier_year or "往",
                score=score,
                passage=passage,
            )


@branches_hint(
    "COPY-06",
    severity=Severity.WARNING,
    title="不同支部之间发言提纲雷同",
    message="{branch_a}{name_a}与{branch_b}{name_b}的发言提纲相似度{score}%，两份都写有“{passage}”。",
    fix="请两个支部分别了解是否用了同一篇范文；会前发现不是自己写的，请本人重新撰写；会议已经开过的，请写明情况。",
    params={"warn_percent": 75, "min_chars": 150, "max_pairs": 200},
)
@over_all_branches
def outlines_alike_across_branches(case: BureauCase) -> Iterator[Spot]:
    """Outlines of two branches have largely the same text; only the ``max_pairs`` most similar pairs are reported."""
    compared = [
        (dossier, outline)
        for dossier in by_branch(case.bureau)
        for outline in long_outlines(dossier, case.params["min_chars"])
    ]
    pairs = similar_pairs(
        [o.masked for _, o in compared],
        case.params["warn_percent"],
        common=campaign_grams(case.campaign),
        origins=[d.branch.id for d, _ in compared],
        limit=case.params["max_pairs"],
    )
    for pair in pairs:
        yield outlines_spot(compared[pair.a], compared[pair.b], score=pair.percent)


def outlines_spot(one: tuple[Dossier, Outline], other: tuple[Dossier, Outline], **words: Any) -> Spot:
    """Two outlines of different branches with the passage that they share."""
    (dossier_a, a), (dossier_b, b) = one, other
    return spot(
        a.review,
        b.review,
        branch_a=dossier_a.branch.name or dossier_a.branch.id,
        branch_b=dossier_b.branch.name or dossier_b.branch.id,
        name_a=dossier_a.name(a.review.member),
        name_b=dossier_b.name(b.review.member),
        passage=short(shared_passage(a.text, a.masked, b.masked, names_of(dossier_a)), SHOWN_CHARS),
        **words,
    )


def by_branch(bureau: Bureau) -> list[Dossier]:
    """The dossiers in the order of the branches' ids."""
    return [bureau.dossiers[ident] for ident in sorted(bureau.dossiers)]


RULES = (
    outlines_alike,
    outlines_partly_alike,
    one_criticism_for_many,
    talks_alike,
    like_the_year_before,
    same_words_in_talks,
)
BUREAU_RULES = (outlines_alike_across_branches,)
