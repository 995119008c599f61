"""Study materials and their days of publication. Notices name only titles; a person adds the day after the title."""

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
    """Split 「……（2024年7月21日）」 into title and day; None without a day at the end.

    Raises:
        ValueError: the day does not exist.
    """
    match = _DATED.fullmatch(text.strip())
    if match is None:
        return text, None
    return match.group("title"), date(int(match.group("y")), int(match.group("m")), int(match.group("d")))


def known_days(campaigns: Iterable[Campaign]) -> Mapping[str, date]:
    """Bare title → day of publication, collected from campaigns, so that nobody has to type it again."""
    return {bare(m.title): m.published for c in campaigns for m in c.materials if m.published}
