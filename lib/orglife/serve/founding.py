"""Create a workspace from the form in the browser: branch, campaign, day of the meeting, confirmed roster, author."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch, Member
from orglife.core.record.codes import fonds_fault, org_code_fault
from orglife.core.record.dossier import day_words
from orglife.core.record.entered import Unreadable, echo_day, plain, read_day
from orglife.core.record.exchange import Incoming, field_problems
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.exchange import workbooks
from orglife.exchange.roster.review import RosterReview, members_of
from orglife.exchange.roster.sources import PASTED, RosterSource, source_of_file, source_of_text
from orglife.office.branch_ids import new_branch_id
from orglife.office.office import Office
from orglife.stages.plan.record import Plan

LINES = ("branch", "campaign", "author", "meeting", "fonds", "org_code")
_PLAN = "plan1"
"""Id of the plan: the one that the form of a new branch would give."""


@dataclass(frozen=True)
class Wish:
    """The filled-in form.

    Attributes:
        meeting: The planned day of the meeting, as typed; "" = not known yet.
        members: The confirmed roster as the page returned it; None = no roster.
    """

    branch: str = ""
    campaign: str = ""
    role: Literal["branch", "bureau"] = "branch"
    author: str = ""
    meeting: str = ""
    fonds: str = ""
    org_code: str = ""
    members: Mapping[str, Any] | None = None


def roster_table(fields: Mapping[str, str], file: tuple[str, bytes] | None) -> dict[str, Any]:
    """The table in which a roster is confirmed; nothing is made.

    Args:
        fields: ``campaign``, ``names`` (pasted or typed) and ``uses`` (JSON: column → use as the person chose it).
        file: File name and bytes; None = what was pasted.

    Raises:
        BadInput: the roster cannot be read, with the reason.
    """
    campaign = _campaign(fields.get("campaign", ""))
    source: RosterSource = source_of_file(*file) if file else source_of_text(PASTED, fields.get("names", ""))
    return _review(campaign, source, uses_of(fields.get("uses", ""))).page()


def uses_of(text: str) -> dict[int, str] | None:
    """Column → use from the page's JSON; None if the person changed nothing."""
    try:
        raw = json.loads(text) if text else None
    except ValueError:
        return None
    return (
        {int(place): str(use) for place, use in raw.items() if str(place).isdigit()} if isinstance(raw, dict) else None
    )


def _review(campaign: Campaign, source: RosterSource, uses: Mapping[int, str] | None = None) -> RosterReview:
    return RosterReview(source, workbooks.lexicon_of(campaign, {}), uses=uses)


def _campaign(name: str) -> Campaign:
    return parse_campaign(ws.campaign_text(name), name=name)


def create_from_form(root: Path, wish: Wish) -> list[str]:
    """Create the workspace; a branch gets an id of its own.

    Returns:
        Messages about its initial content.

    Raises:
        BadInput: all problems of the form and the roster; nothing is created.
        OrglifeError: the folder is not empty or not writable; nothing remains.
    """
    campaign = _campaign(wish.campaign)
    problems = [] if wish.author else ["请写明由谁录入。"]
    incoming = _branch_of(wish, campaign, problems) if wish.role == "branch" else None
    if problems:
        raise BadInput(problems)
    own = incoming.branch.id if incoming and incoming.branch else ""
    settings = Settings(role=wish.role, branch=own, author=wish.author)
    create_workspace(root, ws.campaign_text(wish.campaign), settings, incoming)
    return creation_messages(incoming)


def _branch_of(wish: Wish, campaign: Campaign, problems: list[str]) -> Incoming | None:
    """The new branch with its roster and its plan; None if there are problems, which are added to the list."""
    if not wish.branch:
        problems.append("请写明党支部的名称。")
    records: dict[str, tuple[Record, ...]] = {}
    day = _meeting_day(wish.meeting, campaign, problems)
    if day is not None:
        records[Plan.TYPE] = (Plan(id=_PLAN, planned_meeting_on=day),)
    fonds, org_code = ("".join(plain(code).split()).upper() for code in (wish.fonds, wish.org_code))
    problems += filter(None, (fonds_fault(fonds), org_code_fault(org_code)))
    branch = Branch(id=new_branch_id(), fonds=fonds, org_code=org_code)
    try:
        branch = Branch.model_validate({**branch.to_json(), "name": wish.branch})
    except ValidationError as error:
        problems += [f"党支部名称：{what}。" for _, what in field_problems(error)]
    if wish.members is not None:
        try:
            bodies = _review(campaign, RosterSource(PASTED)).confirmed(wish.members)
            records[Member.TYPE] = tuple(members_of(bodies))
        except BadInput as error:
            problems += error.sentences
    if problems:
        return None
    return workbooks.with_committee(Incoming(campaign.id, branch, records, partial=True))


def _meeting_day(text: str, campaign: Campaign, problems: list[str]) -> date | None:
    today = date.today()
    try:
        return read_day(text, years=campaign.years_meant(today), today=today)
    except Unreadable as error:
        problems.append(f"拟开会日期：{error}")
        return None


def meeting_echo(fields: Mapping[str, str]) -> str:
    """The planned day as it is understood, with its year and weekday, and what to look at twice; else what is wrong."""
    problems: list[str] = []
    campaign = _campaign(fields.get("campaign", ""))
    day = _meeting_day(fields.get("meeting", ""), campaign, problems)
    if day is None:
        return "".join(problems)
    start, end = campaign.meeting_start, campaign.meeting_end
    if (start and day < start) or (end and day > end):
        when = "".join((f"{day_words(start)}起" if start else "", f"{day_words(end)}止" if end else ""))
        return f"{echo_day(day)}，不在方案写的开会时间（{when}）里：写错了的请改；方案选错了的，在上面另选。"
    past = "，已经过去了：还没有开的，请写上年份，并核对上面选的方案" if day < date.today() else ""
    return f"{echo_day(day)}{past}。"


def wish_of(fields: Mapping[str, str]) -> Wish:
    """The form's fields as a ``Wish``."""
    clean = {name: " ".join(fields.get(name, "").split()) for name in LINES}
    role: Literal["branch", "bureau"] = "bureau" if fields.get("role") == "bureau" else "branch"
    members = None
    if fields.get("members", "").strip():
        try:
            raw = json.loads(fields["members"])
        except ValueError as error:
            raise BadInput(["名单没有完整地传过来。请再试一次。"]) from error
        members = raw if isinstance(raw, dict) else None
    return Wish(**clean, role=role, members=members)


def branch_on_server(store: str, branch: str) -> str:
    """The branch of a login on a server; ``branch`` where the login sees all.

    Raises:
        OrglifeError: the store cannot be opened.
        BadInput: the login is another branch's.
    """
    with Store.open(store, create=False) as opened:
        if branch and opened.own_branch not in ("", branch):
            raise BadInput(
                [f"这个账号属于支部{opened.own_branch}，不能建立支部{branch}。请去掉 --branch，或换一个账号。"]
            )
        return opened.own_branch or branch


def campaign_on_server(store: str) -> str:
    """The text of the campaign in force on a server; "" where there is none yet.

    Raises:
        OrglifeError: the store cannot be opened.
    """
    with Store.open(store, create=False) as opened:
        files = opened.files()
        return files.read(CAMPAIGN).decode() if files is not None and files.taken(CAMPAIGN) else ""


def create_workspace(root: Path, campaign_text: str, settings: Settings, roster: Incoming | None) -> None:
    """Create a workspace, with the roster's branch and members if one is given; complete or not at all."""
    with ws.complete_folder(root) as new:
        Workspace.create(new, campaign_text, settings)
        if roster is not None and roster.branch is not None:
            own: list[Record | Branch] = [roster.branch, *(r for rows in roster.records.values() for r in rows)]
            with Office.open(new) as office:
                changes = [Change.put(record, base=0) for record in own]
                office.store.apply(office.campaign.id, roster.branch.id, changes, who=office.author)


def creation_messages(roster: Incoming | None) -> list[str]:
    """Messages about a new workspace's initial content."""
    if roster is None or roster.branch is None:
        return []
    members = roster.records.get(Member.TYPE, ())
    return [f"已登记党支部{roster.branch.name}（{roster.branch.id}），党员{len(members)}名。", *roster.notes]
