"""Create a workspace from the form in the browser: branch, campaign, roster, author."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.workspace import Settings, Workspace
from orglife.adapters.store.store import Change
from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch, Member
from orglife.core.record.exchange import Incoming
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.core.sheet.pages import SheetRows
from orglife.exchange import workbooks
from orglife.office.office import FIRST_BRANCH, Office

HEADS = ("姓名", "党内职务", "党员身份")
ROLES = (("副书记", "副书记"), ("书记", "书记"), ("支书", "书记"), ("委员", "委员"))
"""Word in a typed list → role in the roster; the first match counts."""
STATUSES = ("预备", "留党察看", "停止党籍")
TYPED = "名单"
_NUMBER = re.compile(r"^\s*(?:[（(]\s*\d{1,3}\s*[)）]|\d{1,3}\s*[.．、)）:：]|\d{1,3}\s)\s*")
_SEPARATORS = re.compile(r"[，、,;；:：（）()\[\]【】]")
_DESCRIPTION = re.compile("书记|支书|委员|党员|预备|察看|停止党籍|^正式|^职务$|^姓名$|^[男女]$|.族$")
_DESCRIPTION_AFTER_NAME = re.compile(
    "(?:支部|党支部)?(?:副?书记|支书|[组宣纪青统保群学][^委]{0,2}委员|委员|(?:正式|预备)?党员|预备)+$"
)
_ONE_CHARACTER = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Wish:
    """The filled-in form.

    Attributes:
        names: Typed members, one per line; used if there is no roster file.
        roster: File name and bytes of a roster; None = no file.
    """

    branch: str = ""
    campaign: str = ""
    role: Literal["branch", "bureau"] = "branch"
    author: str = ""
    names: str = ""
    roster: tuple[str, bytes] | None = None


def campaigns() -> list[tuple[str, str]]:
    """Id and title of the campaigns that come with the program, latest year first."""
    known = [parse_campaign(ws.campaign_text(name), name=name) for name in ws.campaign_ids()]
    known.sort(key=lambda campaign: -(campaign.year or 0))
    return [(campaign.id, _title_with_year(campaign)) for campaign in known]


def _title_with_year(campaign: Campaign) -> str:
    """The campaign's title, prefixed with the year if it does not contain it."""
    title, year = campaign.title or campaign.id, str(campaign.year or "")
    return title if not year or year in title else f"{year}年：{title}"


def create_from_form(root: Path, wish: Wish) -> list[str]:
    """Create the workspace.

    Returns:
        Messages about its initial content.

    Raises:
        BadInput: all problems of the form and the roster; nothing is created.
        OrglifeError: the folder is not empty or not writable; nothing remains.
    """
    text = ws.campaign_text(wish.campaign)
    campaign = parse_campaign(text, name=wish.campaign)
    problems = [] if wish.author else ["请写明由谁录入。"]
    if wish.role == "branch" and not wish.branch:
        problems.append("请写明党支部的名称。")
    incoming: Incoming | None = None
    if wish.role == "branch":
        try:
            incoming = _roster(wish, campaign) if wish.roster or wish.names.strip() else None
        except BadInput as error:
            problems += error.sentences
    if problems:
        raise BadInput(problems)
    if wish.role == "branch":
        head = incoming.branch if incoming and incoming.branch else Branch(id=FIRST_BRANCH)
        head = head.model_copy(update={"name": wish.branch})
        notes = incoming.notes if incoming else ()
        incoming = Incoming(campaign.id, head, incoming.records if incoming else {}, partial=True, notes=notes)
    own = incoming.branch.id if incoming and incoming.branch else ""
    settings = Settings(role=wish.role, branch=own, author=wish.author)
    create_workspace(root, text, settings, incoming)
    return creation_messages(incoming)


def _roster(wish: Wish, campaign: Campaign) -> Incoming:
    """The roster from the file, else from the typed names."""
    if wish.roster is not None:
        return workbooks.founding_bytes(*wish.roster, campaign)
    rows = [(0, HEADS)]
    lines = [(n, line) for n, line in enumerate(wish.names.splitlines(), start=1) if line.strip()]
    rows += [(n, _parse_line(line)) for n, line in lines if not line.strip().startswith("姓名")]
    return workbooks.founding_grids(TYPED, [SheetRows(title="", rows=rows)], campaign)


def _parse_line(line: str) -> tuple[str, str, str]:
    """Parse a typed line such as 张三 书记 into name, role and status; without a status word the member is full.

    Accepted variants: a number before the name, brackets, colons, the role before or directly after the name, and a space
    inside a name of two characters.
    """
    words = _SEPARATORS.sub(" ", _NUMBER.sub("", line)).split()
    descriptions = [word for word in words if _DESCRIPTION.search(word)]
    name = "".join(word for word in words if word not in descriptions) if _is_spaced_name(words, descriptions) else ""
    name = name or next((word for word in words if word not in descriptions), "")
    if not name and descriptions:
        name = _DESCRIPTION_AFTER_NAME.sub("", descriptions[0])  # 王建国书记
    line_words = " ".join(words)
    role = next((role for word, role in ROLES if word in line_words), "")
    status = next((word for word in STATUSES if word in line_words), "正式")
    return name, role, status


def _is_spaced_name(words: Sequence[str], descriptions: Sequence[str]) -> bool:
    """Whether the words that describe no role are single characters of one name: 王 敏."""
    others = [word for word in words if word not in descriptions]
    return len(others) > 1 and all(_ONE_CHARACTER.fullmatch(word) for word in others)


def wish_of(fields: Mapping[str, str], roster: tuple[str, bytes] | None) -> Wish:
    """The form's fields as a ``Wish``."""
    clean = {name: " ".join(fields.get(name, "").split()) for name in ("branch", "campaign", "author")}
    role: Literal["branch", "bureau"] = "bureau" if fields.get("role") == "bureau" else "branch"
    return Wish(**clean, role=role, names=fields.get("names", ""), roster=roster)


def create_workspace(root: Path, campaign_text: str, settings: Settings, roster: Incoming | None) -> None:
    """Create a workspace, with the roster's branch and members if one is given; after any failure nothing remains."""
    empty_before = root.exists()
    Workspace.create(root, campaign_text, settings)
    try:
        with Office.open(root) as office:
            if roster is not None and roster.branch is not None:
                own: list[Record | Branch] = [roster.branch, *(r for rows in roster.records.values() for r in rows)]
                changes = [Change.put(record, base=0) for record in own]
                office.store.apply(office.campaign.id, roster.branch.id, changes, who=office.author)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        if empty_before:
            root.mkdir(exist_ok=True)
        raise


def creation_messages(roster: Incoming | None) -> list[str]:
    """Messages about a new workspace's initial content."""
    if roster is None or roster.branch is None:
        return []
    members = roster.records.get(Member.TYPE, ())
    return [f"已登记党支部{roster.branch.name}（{roster.branch.id}），党员{len(members)}名。", *roster.notes]
