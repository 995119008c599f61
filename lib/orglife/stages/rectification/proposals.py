"""The lists as a table: items carried over from the problems written down, to be confirmed, changed and filled in.

What a member or the leadership wrote in a review is carried over word for word; nothing is added to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orglife.core.formview import EntryTable, Look, Proposal
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
    """The list follows from the owner; on a member's own list the member is responsible unless somebody else is."""
    owner = values.get("owner")
    follows: dict[str, Any] = {}
    if owner:
        follows["owner_kind"] = "member"
    elif not values.get("owner_kind") or ("owner" in changed and "owner_kind" not in changed):
        follows["owner_kind"] = "branch"
    if owner and not values.get("responsible"):
        follows["responsible"] = owner
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
    return [Look(f"{head}还没有填：{'、'.join(missing)}。", "must") if missing else Look(f"{head}都填了。", "good")]


TABLE = EntryTable(
    RectItem,
    ("owner", "title", "measure", "responsible", "due", "source", "status"),
    items_live,
    title="整改清单",
    hint="查摆的问题和本人写的措施已经照原话带来，核对后列入；改一格存一格，完成日期和佐证点“打开”填。可从 Excel 或 WPS 粘贴。"
    "公示印支部清单的事项和措施，不宜公开的请改。",
    add="加一项",
    same_as_above=("owner", "source"),
    heads={"owner": "清单"},
    blank={"owner": "支部"},
    proposals=proposals,
    adopt="全部列入清单",
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
