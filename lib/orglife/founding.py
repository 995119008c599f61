"""A workspace founded from a form in the browser: branch, campaign, roster, who types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orglife import workbooks
from orglife.adapters import workspace as ws
from orglife.adapters.workspace import Settings
from orglife.core.branch import Branch
from orglife.core.campaign import Campaign, parse_campaign
from orglife.core.errors import BadInput
from orglife.core.exchange import Parcel
from orglife.core.pages import Grid

HEADS = ("姓名", "党内职务", "党员身份")
ROLES = ("副书记", "书记", "委员")
STATUSES = ("预备", "留党察看", "停止党籍")
TYPED = "填写的名单"


@dataclass(frozen=True)
class Wish:
    """What somebody filled in.

    Attributes:
        names: One member a line, as typed; used where there is no file.
        roster: File name and bytes of a roster; None = none.
    """

    branch: str = ""
    campaign: str = ""
    role: Literal["branch", "bureau"] = "branch"
    author: str = ""
    names: str = ""
    roster: tuple[str, bytes] | None = None


def campaigns() -> list[tuple[str, str]]:
    """The campaigns that come with the program, the latest year first: id and title."""
    known = [parse_campaign(ws.campaign_text(name), name=name) for name in ws.campaign_ids()]
    known.sort(key=lambda campaign: -(campaign.year or 0))
    return [(campaign.id, _titled(campaign)) for campaign in known]


def _titled(campaign: Campaign) -> str:
    """The title, with its year where it does not say it."""
    title, year = campaign.title or campaign.id, str(campaign.year or "")
    return title if not year or year in title else f"{year}年：{title}"


def found(root: Path, wish: Wish) -> list[str]:
    """Make the workspace.

    Returns:
        What it began with, in words.

    Raises:
        BadInput: everything that is wrong with the form or the roster; nothing is made.
        OrglifeError: the folder is not empty or cannot be written; nothing is left.
    """
    text = ws.campaign_text(wish.campaign)
    campaign = parse_campaign(text, name=wish.campaign)
    problems = [] if wish.author else ["请写明由谁录入。"]
    if wish.role == "branch" and not wish.branch:
        problems.append("请写明党支部的名称。")
    parcel: Parcel | None = None
    if wish.role == "branch":
        try:
            parcel = _roster(wish, campaign) if wish.roster or wish.names.strip() else None
        except BadInput as error:
            problems += error.sentences
    if problems:
        raise BadInput(problems)
    if wish.role == "branch":
        head = parcel.branch if parcel and parcel.branch else Branch(id=workbooks.FIRST_BRANCH)
        head = head.model_copy(update={"name": wish.branch})
        notes = parcel.notes if parcel else ()
        parcel = Parcel(campaign.id, head, parcel.records if parcel else {}, partial=True, notes=notes)
    own = parcel.branch.id if parcel and parcel.branch else ""
    settings = Settings(role=wish.role, branch=own, author=wish.author)
    workbooks.found_workspace(root, text, settings, parcel)
    return workbooks.founded_lines(parcel)


def _roster(wish: Wish, campaign: Campaign) -> Parcel:
    """The roster: a file, else the names as they were typed."""
    if wish.roster is not None:
        return workbooks.founding_bytes(*wish.roster, campaign)
    rows = [(0, HEADS)]
    rows += [(n, _typed(line)) for n, line in enumerate(wish.names.splitlines(), start=1) if line.strip()]
    return workbooks.founding_grids(TYPED, [Grid(title="党员", rows=rows)], campaign)


def _typed(line: str) -> tuple[str, str, str]:
    """张三 书记 → name, office, status; without a word about the status a full member."""
    name, *words = line.replace("，", " ").replace("、", " ").replace(",", " ").split()
    said = " ".join(words)
    role = next((word for word in ROLES if word in said), "")
    status = next((word for word in STATUSES if word in said), "正式")
    return name, role, status


def wish_of(fields: Mapping[str, str], roster: tuple[str, bytes] | None) -> Wish:
    """A form's fields as a wish."""
    clean = {name: " ".join(fields.get(name, "").split()) for name in ("branch", "campaign", "author")}
    role: Literal["branch", "bureau"] = "bureau" if fields.get("role") == "bureau" else "branch"
    return Wish(**clean, role=role, names=fields.get("names", ""), roster=roster)
