"""Archive numbers (档号): how they are written and read, and the series in which they run.

A number is 全宗号-WS·年度-保管期限-机构代码-件号, e.g. J001-WS·2024-D30-DZB01-0012 (DA/T 22).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from orglife.core.record.branch import Branch
from orglife.core.record.codes import FONDS, ORG_CODE
from orglife.core.rule.campaign import Campaign
from orglife.stages.archive.record import ArchiveItem

_CODE = re.compile(r"(.*)-WS·(\d+)-(Y|D30|D10)-([A-Z0-9]+)-(\d+)")


class Series(NamedTuple):
    """A series of running numbers; the year in digits."""

    fonds: str
    year: str
    retention: str
    org_code: str

    def code(self, seq: int) -> str:
        """The archive number at a position of the series."""
        return f"{self.fonds}-WS·{self.year}-{self.retention}-{self.org_code}-{seq:04d}"


def slot_of(code: str) -> tuple[Series, int] | None:
    """The series of an archive number and its position in it; None if the text is not an archive number."""
    match = _CODE.fullmatch(code)
    return (Series(match[1], match[2], match[3], match[4]), int(match[5])) if match else None


def series_of(item: ArchiveItem, org_code: str) -> Series:
    """The series of an item, even if its number is malformed: fonds and organisation as far as the number names them."""
    parts = item.code.split("-")
    own_org_code = parts[-2] if len(parts) > 2 else org_code  # noqa: PLR2004  …-organisation-number
    return Series(item.code.partition("-WS·")[0], str(item.year), str(item.retention), own_org_code)


def has_codes_of(branch: Branch, code: str) -> bool:
    """Whether an archive number has this branch's fonds and organisation code."""
    slot = slot_of(code)
    return slot is not None and (slot[0].fonds, slot[0].org_code) == (branch.fonds, branch.org_code)


def cannot_number(branch: Branch, campaign: Campaign) -> list[str]:
    """Why no archive numbers can be given, in Chinese; [] if they can."""
    problems = []
    if not FONDS.fullmatch(branch.fonds):
        problems.append("全宗号应为4位大写字母或数字" if branch.fonds else "没有填写全宗号")
    if not ORG_CODE.fullmatch(branch.org_code):
        problems.append("机构代码应为2至8位大写字母或数字" if branch.org_code else "没有填写机构代码")
    if campaign.year is None:
        problems.append("方案没有写年度，请定方案的人补上")
    return problems
