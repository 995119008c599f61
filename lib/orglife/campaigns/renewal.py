"""Starting a new campaign in an existing workspace; the roster and open rectification items are carried over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orglife.adapters import patterns
from orglife.adapters.disk import files
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.workspace import earlier_name
from orglife.adapters.store.writer import Change
from orglife.core.errors import (
    BadInput,
    CampaignInForce,
    CampaignKeysMoved,
    CampaignOfBureau,
    CampaignUsedBefore,
    CannotWrite,
)
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import without_blanks
from orglife.core.rule.campaign import Campaign, check_campaign
from orglife.office.office import Office
from orglife.stages import RULES_BY_ID, campaign_needs
from orglife.stages.meeting.record import LastYear
from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.rounds import meeting_day
from orglife.stages.whole.overrides import require_overrides

LAST_YEAR_ID = "last_year"


@dataclass(frozen=True)
class CarriedOver:
    """The records of one branch that are carried over into the new campaign.

    Attributes:
        left: Number of members who have left and are not carried over.
        sourceless: Number of items whose source does not exist in the new campaign.
        last_year: What has come of the branch's own list, to be reported; only if the new campaign wants it.
    """

    branch: Branch
    members: tuple[Member, ...]
    items: tuple[RectItem, ...]
    left: int
    sourceless: int = 0
    last_year: LastYear | None = None

    def changes(self) -> list[Change]:
        """The records, each as a first version."""
        more = (self.last_year,) if self.last_year else ()
        return [Change.put(record, base=0) for record in (self.branch, *self.members, *self.items, *more)]

    def line(self) -> str:
        """One line for users."""
        parts = [f"党员{len(self.members)}名"]
        if self.left:
            parts.append(f"已离开支部的{self.left}名不带")
        again = f"（其中{self.sourceless}项的问题来源新方案里没有，请重新选择）" if self.sourceless else ""
        parts.append(f"未完成的整改事项{len(self.items)}项{again}")
        if self.last_year:
            parts.append(f"上年度整改通报{len(self.last_year.items)}项，请核对后通报")
        return f"{self.branch.name or self.branch.id}：" + "，".join(parts) + "。"


def carried(dossier: Dossier, older: Campaign, newer: Campaign) -> CarriedOver:
    """The records that a branch carries over: its own data, members who have not left, open rectification items."""
    members = tuple(m for m in dossier.members.values() if m.left_on is None)
    member_ids = {m.id for m in members}
    open_ = [
        item
        for item in dossier.all(RectItem)
        if item.status != "done" and (item.owner_kind != "member" or item.owner in member_ids)
    ]
    items = tuple(_carried_item(item, dossier, older, newer) for item in open_)
    lost = sum(bool(before.source) and not after.source for before, after in zip(open_, items, strict=True))
    sourceless = lost if newer.rect_sources else 0  # where the new campaign has no sources nothing can be chosen again
    last_year = _last_year(dossier) if newer.wants(LastYear.PAPER) else None
    return CarriedOver(dossier.branch, members, items, len(dossier.members) - len(members), sourceless, last_year)


def _last_year(dossier: Dossier) -> LastYear | None:
    """The branch's own list as the report to this year's meeting; None when there was none.

    Evidence and delays stand as they were entered; whatever was not entered stays blank for a person to write.
    """
    listed = [item for item in dossier.all(RectItem) if item.owner_kind != "member"]
    if not listed:
        return None
    items = [
        {"title": item.title, "measure": item.measure, "status": item.status, "result": _result(item)}
        for item in listed
    ]
    day = meeting_day(dossier)
    return LastYear.stored(
        without_blanks({"id": LAST_YEAR_ID, "held_on": day.isoformat() if day else None, "items": items})
    )


def _result(item: RectItem) -> str:
    return (item.evidence if item.status == "done" else "") or item.delay_note


def _carried_item(item: RectItem, dossier: Dossier, older: Campaign, newer: Campaign) -> RectItem:
    """An open item for the new campaign: without links to last year's problems, and with a source of the new campaign.

    A source without an equal label in the new campaign is left blank for a person to choose. A responsible member who
    has left is stored by name, because the new roster does not contain the id.
    """
    same = {newer.label(key): key for key in newer.rect_sources}
    source = item.source if item.source in newer.rect_sources else same.get(older.label(item.source), "")
    who = dossier.members.get(item.responsible) if isinstance(item.responsible, str) else None
    changed: dict[str, Any] = {"source": source, "problem_ids": [], "carried_from": item.carried_from or older.id}
    if who and who.left_on:
        changed["responsible"] = {"name": who.name or who.id, "unit": "已离开支部"}
    return RectItem.stored(without_blanks(item.to_json() | changed))


@dataclass(frozen=True)
class Renewal:
    """A prepared change from the campaign in force to a new one.

    Attributes:
        branches: What is carried over now.
        later: Number of branches that carry over themselves, because only they may save their records (``following``).
    """

    older: Campaign
    newer: Campaign
    text: str
    branches: tuple[CarriedOver, ...]
    later: int = 0

    def lines(self) -> Iterator[str]:
        """What will happen, for users."""
        yield f"新方案：{self.newer.title or self.newer.id}；原方案：{self.older.title or self.older.id}。"
        yield from (each.line() for each in self.branches)
        if self.later:
            yield f"{self.later}个支部在服务器上各存各的：各支部下次打开时自动换上新方案，带上自己的党员名册和未完成的整改事项。"
        yield "原方案的数据和已出的文件都照旧保存。"


def checked(office: Office, newer: Campaign, name: str) -> None:
    """Refuse a campaign that cannot be put into force here.

    Args:
        office: The workspace.
        newer: The campaign.
        name: Its file's name in messages.

    Raises:
        OrglifeError: what is wrong with it.
    """
    _require_right(office)
    problems = check_campaign(newer, campaign_needs()).problems
    if problems:
        raise BadInput(problems)
    require_overrides(newer, RULES_BY_ID, patterns.endless, name=name)
    older = office.campaign
    for key in older.labels.keys() & newer.labels.keys() if newer.id == older.id else ():
        if older.labels[key] != newer.labels[key]:  # stored records refer to keys
            raise CampaignKeysMoved(before=older.labels[key], after=newer.labels[key])


def _require_right(office: Office) -> None:
    """Require that a campaign can be put into force here.

    Raises:
        CampaignOfBureau: the branches of a server have the bureau's.
    """
    if not office.files.may_write(CAMPAIGN):
        raise CampaignOfBureau


def plan(office: Office, text: str, newer: Campaign) -> Renewal:
    """Prepare the change to a new campaign; nothing is written.

    Raises:
        CampaignInForce: it is already in force.
        CampaignUsedBefore: it was in force earlier.
        CampaignOfBureau: only the bureau puts campaigns into force here.
    """
    _require_right(office)
    older = office.campaign
    if newer.id == older.id:
        raise CampaignInForce(id=newer.id)
    if newer.id in {c.id for c in office.workspace.earlier_campaigns()}:
        raise CampaignUsedBefore(id=newer.id)
    finished = set(office.store.branches(newer.id))  # carried over by an earlier, interrupted attempt
    due = [b for b in office.branches() if b not in finished]
    # in a file that may not be written nothing is left out: saving is refused
    own = [b for b in due if office.store.may_append(b) or not office.store.on_server]
    branches = tuple(carried(office.dossier(b), older, newer) for b in own)
    return Renewal(older, newer, text, branches, len(due) - len(own))


def has_records(office: Office) -> bool:
    """Whether anything is entered in the campaign in force."""
    return bool(office.branches()) or any(office.bureau_records().values())


def put_into_force(office: Office, text: str, newer: Campaign) -> None:
    """Put a campaign into force; a new one begins with the roster and the open rectification items, if there are any.

    Raises:
        OrglifeError: it cannot be put into force; nothing is changed.
    """
    if newer.id == office.campaign.id or not has_records(office):
        office.files.write(CAMPAIGN, text.encode())
    else:
        start_campaign(office, plan(office, text, newer))
    office.renew()


def start_campaign(office: Office, renewal: Renewal) -> None:
    """Put the new campaign into force. The last write does so, hence an interrupted attempt can be repeated.

    Raises:
        OrglifeError: the workspace or the store cannot be written.
    """
    older = renewal.older
    if not office.files.taken(earlier_name(older.id)):
        office.files.write(earlier_name(older.id), office.files.read(CAMPAIGN))
    changes = [(each.branch.id, each.changes()) for each in renewal.branches]
    if changes:
        office.store.apply_all(renewal.newer.id, changes, who=office.author)
    set_papers_aside(office.workspace.root, older.id)
    office.files.write(CAMPAIGN, renewal.text.encode())


def set_papers_aside(root: Path, campaign: str) -> None:
    """Move papers and bags of a campaign into subfolders of its own.

    Raises:
        CannotWrite: something could not be moved.
    """
    for folder in ("records", "archive"):
        _set_aside(root / folder, f"_{campaign}")


def _set_aside(folder: Path, name: str) -> None:
    """Move the papers of the older campaign into the subfolder ``name``; papers of earlier campaigns stay."""
    if not folder.is_dir():  # somebody removed it with all that was in it
        return
    try:
        papers = [p for p in folder.iterdir() if not p.name.startswith(("_", ".")) or p.name == "_bureau"]
        if not papers:
            return
        files.make_private(folder / name)
        for path in papers:
            path.replace(folder / name / path.name)
    except OSError as error:
        raise CannotWrite(path=str(folder), what=files.why(error)) from error
