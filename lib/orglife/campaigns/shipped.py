"""The campaigns that come with the program: to found a branch with, and to begin another year with."""

from __future__ import annotations

import re

from orglife.adapters.disk import workspace as ws
from orglife.core.rule.campaign import Campaign
from orglife.office.office import Office

_ID = re.compile(r'^id = ".*"$', re.MULTILINE)


def campaigns() -> list[tuple[str, str, str]]:
    """Id, title and use of the campaigns that come with the program, latest year first."""
    known = sorted(ws.shipped_campaigns(), key=lambda campaign: -(campaign.year or 0))
    return [(campaign.id, _title_with_year(campaign), _about(campaign)) for campaign in known]


def to_begin(office: Office) -> list[tuple[str, str]]:
    """Title and id of those that this workspace can begin: not used yet, or of no particular year."""
    used = {office.campaign.id, *(campaign.id for campaign in office.workspace.earlier_campaigns())}
    yearless = {campaign.id for campaign in ws.shipped_campaigns() if not campaign.year}
    return [(title, name) for name, title, _ in campaigns() if name in yearless or name not in used]


def text_to_begin(office: Office, name: str) -> str:
    """The text of one of them; a campaign of no particular year that was used before gets an id of its own."""
    used = {office.campaign.id, *(campaign.id for campaign in office.workspace.earlier_campaigns())}
    ident, number = name, 1
    while ident in used:
        number += 1
        ident = f"{name}-{number}"
    return _ID.sub(f'id = "{ident}"', ws.campaign_text(name), count=1)


def _title_with_year(campaign: Campaign) -> str:
    """The campaign's title, prefixed with the year if it does not contain it."""
    title, year = campaign.title or campaign.id, str(campaign.year or "")
    return title if not year or year in title else f"{year}年：{title}"


def _about(campaign: Campaign) -> str:
    """What a campaign is for: its demands, its days, what is searched."""
    if not campaign.year:
        return "没有专题通知的年份用：只核对党内法规的一般规定，日期照上级的要求自己填。"
    parts = [f"照{campaign.year}年的这份通知，核对{len(campaign.demands)}项要求"]
    if campaign.meeting_start and campaign.meeting_end:
        start, end = (f"{day.year}年{day.month}月{day.day}日" for day in (campaign.meeting_start, campaign.meeting_end))
        parts.append(f"{start}到{end}开会" if "criticism" in campaign.agenda else f"{start}到{end}评议")
    if campaign.aspects:
        parts.append(f"对照{'、'.join(campaign.labels.get(key, key) for key in campaign.aspects)}")
    return "；".join(parts) + "。"
