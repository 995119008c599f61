"""COPY: what COPY-01 to COPY-07 do not see: swapped synonyms, short outlines, texts of colleagues last year, other branches.

Words that mean the same count as one, and words that change nothing are left out (``plain_words.toml``); then the same
similarity is used as for all copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations

from orglife.core.record.dossier import Dossier, short
from orglife.core.record.memo import memoized
from orglife.core.rule.bureau import BureauCase, over_all_branches
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Severity, Spot, spot
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.shared.similarity import (
    SHOWN_CHARS,
    equal_pairs,
    grams,
    masked,
    percent_alike,
    shared_passage,
    similar_pairs,
)
from orglife.stages.whole.copies import (
    Outline,
    branches_hint,
    by_branch,
    campaign_grams,
    campaign_texts,
    like_the_year_before,
    long_outlines,
    names_of,
    outline_hint,
    outlines,
    outlines_alike,
    outlines_alike_across_branches,
    outlines_partly_alike,
    outlines_spot,
    pair_spot,
    whole_text,
)
from orglife.stages.whole.plain_words import any_of, parts

LEFT_OUT = "left_out"


@cache
def _same_words() -> tuple[re.Pattern[str], dict[str, str]]:
    """All words of the synonym lists, and what each counts as: the first of its list, nothing for ``LEFT_OUT``."""
    meant = {
        word: "" if name == LEFT_OUT else words[0] for name, words in parts()["synonyms"].items() for word in words
    }
    return re.compile(any_of(meant)), meant


@lru_cache(maxsize=4096)
def reworded(bare: str) -> str:
    """A masked text with one word for each meaning."""
    pattern, meant = _same_words()
    return pattern.sub(lambda match: meant[match.group()], bare)


@memoized
def _common(campaign: Campaign) -> frozenset[str]:
    """The 5-grams of the campaign, its synonyms unified likewise."""
    return frozenset(gram for text in campaign_texts(campaign) for gram in grams(reworded(text)))


@outline_hint(
    "COPY-09",
    severity=Severity.WARNING,
    title="短的发言提纲一字不差",
    message="{a}与{b}的发言提纲很短，而且一字不差：“{passage}”。",
    fix="请两人各自看一看；不是自己写的，请本人重新撰写。",
    fix_after="请写明情况。",
    per="pair",
    params={"min_chars": 20},
)
def short_outlines_identical(case: Case) -> Iterator[Spot]:
    """Two outlines too short for COPY-01 are the same but for names, numbers and punctuation."""
    most = outlines_alike.changed(case.campaign, case.dossier.branch).params["min_chars"]
    by_text: dict[str, list[Outline]] = {}
    for outline in outlines(case.dossier):
        if case.params["min_chars"] <= len(outline.masked) < most:
            by_text.setdefault(outline.masked, []).append(outline)
    for same in by_text.values():
        for a, b in combinations(same, 2):
            yield pair_spot(case, a, b)


@outline_hint(
    "COPY-10",
    severity=Severity.INFO,
    title="两人的发言提纲像是换了几个词",
    message="{a}与{b}的发言提纲相似度{score}%（意思相同的词算作一样），像是一份换了几个词；两份都写有“{passage}”。",
    fix="供书记参考：请两人各自看一看是不是自己写的。",
    per="pair",
    params={"warn_percent": 75, "min_chars": 60},
)
def outlines_reworded(case: Case) -> Iterator[Spot]:
    """Outlines are largely the same once words of one meaning count as one; pairs that another COPY rule names are skipped."""
    fired = [s for each in (outlines_alike, outlines_partly_alike, short_outlines_identical) for s in case.fires(each)]
    named = {frozenset(entry.id for entry in place.on) for place in fired}
    for a, b, score in _reworded_pairs(
        case.dossier, case.campaign, case.params["warn_percent"], case.params["min_chars"]
    ):
        if frozenset((a.review.member, b.review.member)) not in named:
            yield pair_spot(case, a, b, score=score)


@memoized
def _reworded_pairs(
    dossier: Dossier, campaign: Campaign, percent: int, min_chars: int
) -> list[tuple[Outline, Outline, int]]:
    compared = long_outlines(dossier, min_chars)
    pairs = similar_pairs([reworded(o.masked) for o in compared], percent, common=_common(campaign))
    return [(compared[p.a], compared[p.b], p.percent) for p in sorted(pairs, key=lambda p: (p.a, p.b))]


@outline_hint(
    "COPY-11",
    severity=Severity.WARNING,
    title="照往年材料改写",
    message="{name}的发言提纲与{whose}{year}年的材料{how}，两份都写有“{passage}”。",
    fix="可请本人在会前对照今年的情况据实修改。",
    fix_after="保留原文，写明情况。",
    per="member",
    params={"warn_percent": 75, "min_chars": 20},
)
def like_another_year(case: Case) -> Iterator[Spot]:
    """An outline is one of the latest earlier campaign: a colleague's, one with words swapped, or a short one repeated.

    Members whom COPY-05 names are skipped; of several earlier texts the most similar is named.
    """
    named = {entry.id for place in case.fires(like_the_year_before) for entry in place.on}
    names, common = names_of(case.dossier), _common(case.campaign)
    enough = like_the_year_before.changed(case.campaign, case.dossier.branch).params["min_chars"]
    earlier = sorted(case.dossier.earlier_reviews.items())
    before = [(who, masked(whole_text(review), names)) for who, review in earlier if isinstance(review, MemberReview)]
    for outline in outlines(case.dossier):
        if outline.review.member in named or len(outline.masked) < case.params["min_chars"]:
            continue
        own = grams(reworded(outline.masked)) - common
        scores = [
            (
                100 if text == outline.masked else percent_alike(own, grams(reworded(text)) - common),
                who == outline.review.member,
                who,
                text,
            )
            for who, text in before
            if text == outline.masked or min(len(text), len(outline.masked)) >= enough
        ]
        score, is_own, who, text = max(scores, default=(0, False, "", ""))
        if score >= case.params["warn_percent"]:
            member = case.dossier.members[outline.review.member]
            yield spot(
                member,
                name=case.dossier.name(member.id),
                whose="本人" if is_own else case.dossier.name(who),
                year=case.dossier.earlier_year or "往",
                how="一字不差" if text == outline.masked else f"相似度{score}%（意思相同的词算作一样）",
                passage=short(shared_passage(outline.text, outline.masked, text, names), SHOWN_CHARS),
            )


def masked_team_text(dossier: Dossier) -> str:
    """The leadership's examination without the names of members and branch; "" if there is none."""
    review = dossier.one(TeamReview)
    return masked(whole_text(review), (*names_of(dossier), dossier.branch.name)) if review else ""


@memoized
def grams_of_all_branches(campaign: Campaign) -> frozenset[str]:
    """The 5-grams of the campaign, as written and with its synonyms unified."""
    return _common(campaign) | campaign_grams(campaign)


@branches_hint(
    "COPY-08",
    severity=Severity.WARNING,
    title="不同支部之间班子对照检查雷同",
    message="{branch_a}与{branch_b}的班子对照检查相似度{score}%，两份都写有“{passage}”。",
    fix="请两个支部分别了解是否用了同一篇材料；会前发现的，请班子重新撰写；会议已经开过的，请写明情况。",
    params={"warn_percent": 75, "min_chars": 60, "max_pairs": 200},
)
@over_all_branches
def team_reviews_alike_across_branches(case: BureauCase) -> Iterator[Spot]:
    """The leaderships of two branches examined themselves in largely the same words; synonyms count as one word."""
    compared = []
    for dossier in by_branch(case.bureau):
        review = dossier.one(TeamReview)
        bare = masked_team_text(dossier)
        if review and len(bare) >= case.params["min_chars"]:
            compared.append((dossier, review, whole_text(review), bare))
    pairs = similar_pairs(
        [reworded(bare) for *_, bare in compared],
        case.params["warn_percent"],
        common=grams_of_all_branches(case.campaign),
        limit=case.params["max_pairs"],
    )
    for pair in pairs:
        (dossier_a, a, text, bare_a), (dossier_b, b, _, bare_b) = compared[pair.a], compared[pair.b]
        yield spot(
            a,
            b,
            branch_a=dossier_a.branch.name or dossier_a.branch.id,
            branch_b=dossier_b.branch.name or dossier_b.branch.id,
            score=pair.percent,
            passage=short(shared_passage(text, bare_a, bare_b, names_of(dossier_a)), SHOWN_CHARS),
        )


@outline_hint(
    "COPY-12",
    severity=Severity.WARNING,
    title="班子对照检查与往年雷同",
    message="班子对照检查与{year}年的相似度{score}%，两份都写有“{passage}”。",
    fix="请班子对照今年的情况据实重新撰写。",
    fix_after="保留原文，写明情况。",
    per="record",
    params={"warn_percent": 75, "min_chars": 60},
)
def team_review_like_the_year_before(case: Case) -> Iterator[Spot]:
    """The leadership examined itself in largely the words of the latest earlier campaign; synonyms count as one word."""
    dossier = case.dossier
    review, before = dossier.one(TeamReview), dossier.earlier_team
    if review is None or not isinstance(before, TeamReview):
        return
    names, common = (*names_of(dossier), dossier.branch.name), grams_of_all_branches(case.campaign)
    now, then = masked(whole_text(review), names), masked(whole_text(before), names)
    if min(len(now), len(then)) < max(case.params["min_chars"], 1):
        return
    score = percent_alike(grams(reworded(now)) - common, grams(reworded(then)) - common)
    if score >= case.params["warn_percent"]:
        passage = shared_passage(whole_text(review), now, then, names)
        yield spot(review, year=dossier.earlier_year or "往", score=score, passage=short(passage, SHOWN_CHARS))


FEWEST_CHARS = 8
"""Characters that a sentence needs to be compared with those of other branches."""


def reworded_sentences(outline: Outline, dossier: Dossier, campaign: Campaign) -> frozenset[str]:
    """The sentences of an outline, masked, with one word for each meaning; without short ones and those of the campaign."""
    common, names = _common(campaign), names_of(dossier)
    parts = (reworded(masked(part, names)) for part in re.split("[。；;！!？?\n]", outline.text))
    return frozenset(part for part in parts if len(part) >= FEWEST_CHARS and not grams(part) <= common)


@memoized
def outlines_by_sentences(dossier: Dossier, campaign: Campaign, min_chars: int) -> list[tuple[Outline, frozenset[str]]]:
    """The outlines that are long enough for COPY-13, in order of member ids, each with its sentences."""
    compared = [(outline, reworded_sentences(outline, dossier, campaign)) for outline in outlines(dossier)]
    return [(outline, own) for outline, own in compared if sum(map(len, own)) >= max(min_chars, 1)]


@branches_hint(
    "COPY-13",
    severity=Severity.INFO,
    title="不同支部之间发言提纲句子相同",
    message="{branch_a}{name_a}与{branch_b}{name_b}的发言提纲{how}，两份都写有“{passage}”。",
    fix="供参考：请两个支部分别了解是否用了同一篇范文。",
    params={"min_chars": 20, "max_pairs": 200},
)
@over_all_branches
def sentences_alike_across_branches(case: BureauCase) -> Iterator[Spot]:
    """Outlines of two branches have the same sentences in any order, synonyms counted as one word; short outlines too.

    Pairs that COPY-06 names are skipped. Whole sentences are compared, not 5-grams: that costs next to nothing, however
    many branches there are.
    """
    compared = [
        (dossier, *each)
        for dossier in by_branch(case.bureau)
        for each in outlines_by_sentences(dossier, case.campaign, case.params["min_chars"])
    ]
    pairs = equal_pairs(
        [own for *_, own in compared], [dossier.branch.id for dossier, *_ in compared], case.params["max_pairs"]
    )
    for one, other in pairs:
        (dossier_a, a, _), (dossier_b, b, _) = compared[one], compared[other]
        if not _named_as_written(a, b, case.campaign):
            how = "一字不差" if a.masked == b.masked else "句子都相同（意思相同的词算作一样）"
            yield outlines_spot((dossier_a, a), (dossier_b, b), how=how)


def _named_as_written(a: Outline, b: Outline, campaign: Campaign) -> bool:
    """Whether COPY-06 names the two as they are written."""
    params = outlines_alike_across_branches.changed(campaign, None).params
    if params["max_pairs"] < 1 or min(len(a.masked), len(b.masked)) < params["min_chars"]:
        return False
    common = campaign_grams(campaign)
    return bool(percent_alike(grams(a.masked) - common, grams(b.masked) - common) >= params["warn_percent"])


RULES = (short_outlines_identical, outlines_reworded, like_another_year, team_review_like_the_year_before)
BUREAU_RULES = (team_reviews_alike_across_branches, sentences_alike_across_branches)
