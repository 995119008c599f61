"""Live hints for the rectification list: the problems that an item answers, and those without an item yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orglife.core.formview import FigureView, Layout, Live, Look, TableView, Taken
from orglife.core.record.dossier import Dossier, short
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.record import Problem
from orglife.stages.rectification.ledger import LEDGER, begin_item
from orglife.stages.rectification.pictures import items_over_time
from orglife.stages.rectification.proposals import COMPLETION, TABLE, item_fill, own_problems, pledges_live
from orglife.stages.rectification.record import Pledge, RectItem, RectList
from orglife.stages.reviews.record import ReviewItem, TeamReview
from orglife.stages.shared.people import on_roster

MOST = 6  # maximum number of problems in one line
LENGTH = 40  # length of a problem in characters


def item_live(item: RectItem, dossier: Dossier, _campaign: Campaign) -> Live:
    """The texts of the problems that an item answers, and the problems of the same owner without an item."""
    answers = [look for ident in item.problem_ids if (look := _words(dossier, ident)).text]
    looks = []
    others = {i for other in dossier.all(RectItem) if other.id != item.id for i in other.problem_ids}
    unanswered = [i for i in _of_owner(item, dossier) if i not in others and i not in item.problem_ids]
    if unanswered:
        named = "；".join(_text(dossier, ident) for ident in unanswered[:MOST])
        more = f"等{len(unanswered)}项" if len(unanswered) > MOST else ""
        looks.append(Look(f"还没有整改事项的问题：{named}{more}。", "must"))
    return Live({"title": answers, "problem_ids": looks})


def pledge_live(pledge: Pledge, dossier: Dossier, _campaign: Campaign) -> Live:
    """The texts of the problems that a pledge refers to."""
    return Live({"problem_ids": [look for i in pledge.problem_ids if (look := _words(dossier, i)).text]})


def _of_owner(item: RectItem, dossier: Dossier) -> list[str]:
    """Problems of the list's owner: the leadership's for the branch, the member's own otherwise."""
    if item.owner_kind == "branch":
        return [entry.id for review in dossier.all(TeamReview) for entry in review.items]
    if item.owner_kind == "member" and item.owner:
        return own_problems(dossier, item.owner)
    return []


def _text(dossier: Dossier, ident: str) -> str:
    problem = dossier.index.get(ident)
    words = problem.fact if isinstance(problem, ReviewItem) else problem.text if isinstance(problem, Problem) else ""
    return short(words, LENGTH)


def _words(dossier: Dossier, ident: str) -> Look:
    text = _text(dossier, ident)
    return Look(f"对应：{text}" if text else "")


def begin_pledge(dossier: Dossier, subjects: Sequence[str], _campaign: Campaign) -> dict[str, Any]:
    """A pledge is about the problems of the member's own outline."""
    members = on_roster(dossier, subjects)
    return {"member": members[0], "problem_ids": own_problems(dossier, members[0])} if members else {}


def begin_for(dossier: Dossier, subjects: Sequence[str], campaign: Campaign) -> dict[str, Any]:
    """An item for the problem that a finding names; one about members begins as usual."""
    problem = next((ident for ident in subjects if ident in dossier.index), "")
    return begin_item(dossier, campaign, problem) if problem and problem not in dossier.members else {}


LAYOUT = Layout(
    views=(
        TABLE,
        COMPLETION,
        LEDGER,
        TableView(Pledge, pledges_live, ("date", "text")),
        FigureView(RectItem, items_over_time),
    ),
    first={RectItem.TYPE: ("owner_kind", "owner", "source", "title")},
    live={RectItem.TYPE: item_live, Pledge.TYPE: pledge_live},
    begin={RectList.TYPE: lambda _dossier, _campaign: {"owner_kind": "branch"}},
    begin_for={RectItem.TYPE: begin_for, Pledge.TYPE: begin_pledge},
    fill={RectItem.TYPE: item_fill},
    taken={
        RectItem.TYPE: {
            "responsible": Taken(
                lambda values, _dossier, _campaign: (
                    values.get("owner") if values.get("owner_kind") == "member" else None
                ),
                "取自“所属党员”",
            )
        }
    },
)
