"""The lists as tables: items carried over from the problems written down, to be confirmed and changed; what became of them.

What a member or the leadership wrote in a review is carried over word for word; nothing is added to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orglife.core.formview import EntryTable, FollowUp, Look, Proposal
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.rectification.ledger import problem_starts
from orglife.stages.rectification.record import Pledge, RectItem
from orglife.stages.reviews.record import MemberReview, ReviewItem
from orglife.stages.shared.people import people


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split("\n"))


def proposals(dossier: Dossier, campaign: Campaign) -> list[Proposal]:
    """An item for each problem that needs one and has none: of the leadership, of its members, named by the superior.

    Other members take up their problems in their pledges; the ledger offers an item for these too.
    """
    team = people(dossier).team
    answered = {ident for item in dossier.all(RectItem) for ident in item.problem_ids}
    for draft in dossier.drafts:
        if draft.type == RectItem.TYPE:
            answered.update(str(ident) for ident in draft.fields.get("problem_ids") or ())
    offered = []
    for ident, text, begin in problem_starts(dossier, campaign):
        owner = begin.get("owner", "")
        if ident in answered or not text or (owner and owner not in team):
            continue
        problem = dossier.index[ident]
        measure = problem.measure if isinstance(problem, ReviewItem) else ""
        offered.append(Proposal(ident, {**begin, "title": one_line(text), "measure": measure}))
    return offered


def item_fill(
    values: Mapping[str, Any], changed: Collection[str], _dossier: Dossier, _campaign: Campaign
) -> Mapping[str, Any]:
    """The list follows from the owner; on a member's own list the member is responsible unless somebody else is.

    An item with a day of completion is complete.
    """
    owner = values.get("owner")
    follows: dict[str, Any] = {}
    if owner:
        follows["owner_kind"] = "member"
    elif not values.get("owner_kind") or ("owner" in changed and "owner_kind" not in changed):
        follows["owner_kind"] = "branch"
    if owner and not values.get("responsible"):
        follows["responsible"] = owner
    if values.get("done_on") and "done_on" in changed and "status" not in changed:
        follows["status"] = "done"
    return follows


def place_of(values: Mapping[str, Any], dossier: Dossier, campaign: Campaign) -> int:
    """Items in the order of the problems that they answer; items without a problem last."""
    places = {ident: place for place, (ident, _, _) in enumerate(problem_starts(dossier, campaign))}
    known = [places[ident] for ident in values.get("problem_ids") or () if ident in places]
    return min(known, default=len(places))


def items_live(items: list[RectItem], _dossier: Dossier, _campaign: Campaign) -> list[Look]:
    """How many items there are, and what is still missing in them."""
    if not items:
        return []
    blank = {
        label: sum(not getattr(item, name) for item in items)
        for name, label in (("measure", "具体措施"), ("responsible", "责任人"), ("due", "完成时限"))
    }
    missing = [f"{label}{count}项" for label, count in blank.items() if count]
    head = f"共{len(items)}项，"
    if missing:
        return [Look(f"{head}还没有填：{'、'.join(missing)}。", "must")]
    return [Look(f"{head}措施、责任人、时限都填了。", "good")]


def completion_live(items: list[RectItem], dossier: Dossier, _campaign: Campaign) -> list[Look]:
    """How many items are complete, what is still missing about them, and which are late."""
    done = [item for item in items if item.status == "done"]
    blank = {
        label: sum(not getattr(item, name) for item in done)
        for name, label in (("done_on", "完成日期"), ("evidence", "佐证"))
    }
    missing = [f"{label}{count}项" for label, count in blank.items() if count]
    late = sum(
        item.status != "done" and not item.delay_note and item.due is not None and item.due < dossier.as_of
        for item in items
    )
    looks = [Look(f"共{len(items)}项，已完成{len(done)}项。", "good" if len(done) == len(items) else "")]
    if missing:
        looks.append(Look(f"已完成的，还没有填：{'、'.join(missing)}。", "must"))
    if late:
        looks.append(Look(f"有{late}项过了完成时限，没有完成，也没有写延期说明。", "must"))
    return looks


TABLE = EntryTable(
    RectItem,
    ("owner", "title", "measure", "responsible", "due", "source"),
    items_live,
    title="整改清单",
    hint="查摆的问题和本人写的措施已经照原话带来，核对后列入；改一格存一格。可从 Excel 或 WPS 粘贴。"
    "公示印支部清单的事项和措施，不宜公开的请改。",
    add="加一项",
    same_as_above=("owner", "source"),
    heads={"owner": "清单"},
    blank={"owner": "支部"},
    proposals=proposals,
    adopt="全部列入清单",
    order=place_of,
)


COMPLETION = FollowUp(
    RectItem,
    "title",
    ("responsible", "due"),
    ("status", "done_on", "evidence", "delay_note"),
    completion_live,
    title="完成情况",
    hint="改完一项，填上完成日期，状态自动改成已完成。点“填到下面的空格”，日期和佐证只填已完成的。可从 Excel 或 WPS 粘贴。",
    filled_where={"done_on": ("status", "done"), "evidence": ("status", "done")},
    order=place_of,
)


def own_problems(dossier: Dossier, member: str) -> list[str]:
    """Ids of the problems in a member's outline."""
    review = dossier.by_member(MemberReview).get(member)
    return [item.id for item in review.items] if review else []


def pledges_live(pledges: list[Pledge], dossier: Dossier, _campaign: Campaign) -> list[Look]:
    """Members without a pledge."""
    made = {pledge.member for pledge in pledges if pledge.text}
    missing = [dossier.name(ident) for ident in people(dossier).all if ident not in made]
    return [Look(f"还没有承诺的：{'、'.join(missing)}。", "must") if missing else Look("都作了承诺。", "good")]
