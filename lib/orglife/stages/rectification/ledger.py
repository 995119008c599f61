"""The ledger: every problem by source, and which item of the lists answers it.

Problems come from reviews and from the superior's comments. Criticisms and opinions are listed below for comparison:
the plan demands no item for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orglife.core.formview import Ledger, LedgerRow, Look
from orglife.core.record.dossier import Dossier, short
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.record import SuperiorComment
from orglife.stages.opinions.record import Opinion, says_nothing
from orglife.stages.rectification.record import ITEM_STATES, Pledge, RectItem, RectList
from orglife.stages.reviews.record import MemberReview, ReviewItem, TeamReview
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import criticisms_in_force, meeting_in_force, of_round, round_in_force

FROM_MEETING, FROM_SUPERIOR = "meeting", "superior"
"""Keys of the sources of problems: reviews, and the superior's comments."""
LENGTH = 60  # length of a problem in characters
TITLE = 24  # length of an item's title in characters
BRANCH, TEAM = "支部", "班子"
OPEN = Look("还没有整改事项", "must")
OPEN_OWN = Look("还没有整改承诺", "must")
ELSEWHERE = Look("只列在别的清单里", "must")


def ledger_rows(dossier: Dossier, campaign: Campaign) -> list[LedgerRow]:
    """By source: unanswered problems, answered problems, items without a problem; last, criticisms and opinions."""
    problem_rows = list(_problems(dossier, campaign))
    named = {ident for row in problem_rows for ident in row.begin.get("problem_ids", ())}
    problem_rows += _items_without_problem(dossier, named)
    rows: list[LedgerRow] = []
    sources = [
        *campaign.rect_sources,
        *{row.group: None for row in problem_rows if row.group not in campaign.rect_sources},
    ]
    for source in sources:
        of_source = [row for row in problem_rows if row.group == source] or [_empty_source(dossier, source)]
        rows += sorted(of_source, key=lambda row: row.state.tone != "must")
    rows += _comparison_rows(dossier, campaign)
    return [row._replace(group=campaign.label(row.group) if row.group else "来源没有填") for row in rows]


def begin_item(dossier: Dossier, campaign: Campaign, problem: str) -> dict[str, Any]:
    """Initial values of an item for a problem: list, source and problem."""
    return dict(
        next((b for ident, _, b in problem_starts(dossier, campaign) if ident == problem), {"problem_ids": [problem]})
    )


def problem_starts(dossier: Dossier, campaign: Campaign) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id, text and initial values of every problem."""
    from_meeting, from_superior = (key if key in campaign.rect_sources else "" for key in (FROM_MEETING, FROM_SUPERIOR))
    review = dossier.one(TeamReview)
    for item in review.items if review else []:
        yield item.id, item.fact, {"owner_kind": "branch", "source": from_meeting, "problem_ids": [item.id]}
    meeting = meeting_in_force(dossier)
    for comment in of_round(dossier, SuperiorComment, meeting.round if meeting else round_in_force(dossier)):
        for problem in comment.problems:
            yield (
                problem.id,
                problem.text,
                {"owner_kind": "branch", "source": from_superior, "problem_ids": [problem.id]},
            )
    reviews = dossier.by_member(MemberReview)
    for member in sorted(reviews):
        for item in reviews[member].items:
            who = {"owner_kind": "member", "owner": member, "responsible": member}  # each answers for own problems
            yield item.id, item.fact, {**who, "source": from_meeting, "problem_ids": [item.id]}


def _problems(dossier: Dossier, campaign: Campaign) -> Iterator[LedgerRow]:
    pledges, team = dossier.by_member(Pledge), people(dossier).team
    for ident, text, begin in problem_starts(dossier, campaign):
        owner = begin.get("owner", "")
        owner_name = dossier.name(owner) if owner else TEAM if isinstance(dossier.index[ident], ReviewItem) else BRANCH
        words = short(text, LENGTH) or "（没有写内容）"
        items = [item for item in dossier.all(RectItem) if ident in item.problem_ids]
        for item in items:
            yield LedgerRow(f"{ident}:{item.id}", item.source, words, owner_name, _state(item), item.id, begin)
        if any(_may_answer(item, begin) for item in items):
            continue
        if owner in pledges and ident in pledges[owner].problem_ids:
            yield LedgerRow(ident, str(begin["source"]), words, owner_name, Look("承诺书里写了", "good"), "", begin)
        else:
            still = OPEN if not owner or owner in team else OPEN_OWN  # other members need no list (RECT-02, RECT-06)
            yield LedgerRow(ident, str(begin["source"]), words, owner_name, ELSEWHERE if items else still, "", begin)


def _may_answer(item: RectItem, begin: Mapping[str, Any]) -> bool:
    """Whether an item is in the required list (RECT-05, RECT-06); a problem named by the superior fits any list."""
    if begin["source"] == FROM_SUPERIOR:
        return True
    return (item.owner_kind, item.owner) == (begin["owner_kind"], begin.get("owner", ""))


def _state(item: RectItem) -> Look:
    title = short(item.title, TITLE) or "（没有写事项）"
    return Look(f"{title}（{ITEM_STATES[item.status]}）", "good")


def _items_without_problem(dossier: Dossier, named: set[str]) -> Iterator[LedgerRow]:
    """Items that answer none of the problems in ``named``."""
    for item in dossier.all(RectItem):
        if not named & set(item.problem_ids):
            owner_name = dossier.name(item.owner) if item.owner_kind == "member" else BRANCH
            yield LedgerRow(item.id, item.source, "（没有写对应的问题）", owner_name, _state(item), item.id)


def _empty_source(dossier: Dossier, source: str) -> LedgerRow:
    """A row for a source without problems: declared empty, or still to be accounted for (RECT-04)."""
    lists = [entry for entry in dossier.all(RectList) if entry.owner_kind == "branch"]
    declared = bool(lists) and source in lists[-1].none_declared
    state = (
        Look("已注明本类无问题", "good")
        if declared
        else Look("还没有说明：有问题的列一项，没有的到“清单说明”勾选", "must")
    )
    return LedgerRow(
        f"*{source}", source, "（没有登记的问题）", BRANCH, state, "", {"owner_kind": "branch", "source": source}
    )


def _comparison_rows(dossier: Dossier, campaign: Campaign) -> Iterator[LedgerRow]:
    """Criticisms of the meeting and opinions collected for it."""
    from_meeting = FROM_MEETING if FROM_MEETING in campaign.rect_sources else ""
    compare = Look("供对照")
    for criticism in criticisms_in_force(dossier):
        if criticism.text and criticism.target != criticism.author:
            begin = {"owner_kind": "member", "owner": criticism.target, "source": from_meeting}
            yield LedgerRow(
                criticism.id,
                "会上的批评意见",
                short(criticism.text, LENGTH),
                dossier.name(criticism.target),
                compare,
                "",
                begin,
            )
    for opinion in dossier.all(Opinion):
        if opinion.text and not says_nothing(opinion.text):
            member = opinion.target in dossier.members
            begin = {"owner_kind": "member", "owner": opinion.target} if member else {"owner_kind": "branch"}
            owner_name = dossier.name(opinion.target) if member else TEAM
            yield LedgerRow(
                opinion.id,
                "征求到的意见",
                short(opinion.text, LENGTH),
                owner_name,
                compare,
                "",
                {**begin, "source": from_meeting},
            )


def ledger_sums(rows: Sequence[LedgerRow]) -> list[Look]:
    """How many rows still need an item."""
    open_rows = sum(row.state.tone == "must" for row in rows)
    if open_rows:
        return [Look(f"还有{open_rows}处没有整改事项、承诺或说明，已排在各来源的前面。", "must")]
    return [
        Look("各来源的问题都列了整改事项，或作了说明。" if rows else "还没有查摆出来的问题。", "good" if rows else "")
    ]


LEDGER = Ledger(
    RectItem,
    ("问题来源", "问题", "谁的", "由哪一项整改"),
    ledger_rows,
    ledger_sums,
    title="每个问题由哪一项整改",
    hint="点“列一项”新开一条：清单、来源和对应的问题已经填好，事项和措施由你们自己定。点“打开”修改已列的。",
    begin=("列一项", "为它列一项"),
)
