"""What to study with the day it was published: notices name the title only, a person writes the day behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from orglife.core.rule.campaign import Campaign
from orglife.notice.text import bare

_DATED = re.compile(
    r"(?P<title>.*\S)\s*[（(](?P<y>(?:19|20)\d\d)[年.-](?P<m>\d{1,2})[月.-](?P<d>\d{1,2})日?(?:发表|公布|印发|发布)?[）)]"
)


def title_and_day(text: str) -> tuple[str, date | None]:
    """「……（2024年7月21日）」 as title and day; no day where none stands at the end.

    Raises:
        ValueError: there is no such day.
    """
    found = _DATED.fullmatch(text.strip())
    if found is None:
        return text, None
    return found.group("title"), date(int(found.group("y")), int(found.group("m")), int(found.group("d")))


def known_days(campaigns: Iterable[Campaign]) -> Mapping[str, date]:
    """Days of publication that campaigns at hand hold, by the bare title: a fact typed once is not asked again."""
    return {bare(m.title): m.published for c in campaigns for m in c.materials if m.published}
