"""A campaign that the superior gives out as a file: what it changes in Chinese words, then it is put into force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.campaigns import comparison, renewal
from orglife.core.errors import BadInput
from orglife.core.rule.campaign import Campaign, parse_campaign
from orglife.office.office import Office


@dataclass(frozen=True)
class IssuedCampaign:
    """A campaign file beside the campaign in force.

    Attributes:
        brings: Whether it differs from the campaign in force.
        refused: False: it could be read.
    """

    office: Office
    text: str
    newer: Campaign
    brings: bool
    refused: bool = False

    def lines(self, limit: int = 60) -> Iterator[str]:
        """What is carried over, then what it changes, at most ``limit`` changes."""
        if not self.brings:
            yield "与现在用的方案相同。"
            return
        changes = list(comparison.compare(self.office.campaign, self.newer).plain_lines())
        if self.newer.id == self.office.campaign.id:
            yield "还是这一年的方案，启用以后从现在起按改过的核对，已登记的内容不变。"
        elif renewal.has_records(self.office):
            yield from renewal.plan(self.office, self.text, self.newer).lines()
        else:
            yield f"新方案：{self.newer.title or self.newer.id}。还没有登记内容，直接换成新方案。"
        yield f"与现在用的方案相比，有{len(changes)}处不同："
        yield from (f"  {line}" for line in changes[:limit])
        if len(changes) > limit:
            yield f"  ……另有{len(changes) - limit}处"


def read_issued(office: Office, name: str, data: bytes) -> IssuedCampaign:
    """Read a campaign file that somebody was given.

    Raises:
        BadInput: it is no campaign file, or not a complete one.
        OrglifeError: it cannot be put into force here.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        newer = parse_campaign(text, name=name)
    except (UnicodeDecodeError, BadInput) as error:
        why = f"“{name}”不是上级下发的方案，或者没有下载完整。请向上级党组织重新要一份，不要用别的程序改动。"
        raise BadInput([why]) from error
    renewal.checked(office, newer, name)
    brings = text.encode() != office.files.read(CAMPAIGN) and newer != office.campaign
    if brings and newer.id != office.campaign.id and renewal.has_records(office):
        renewal.plan(office, text, newer)
    return IssuedCampaign(office, text, newer, brings)
