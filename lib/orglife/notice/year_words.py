"""Terms that are typical of one year's campaign: names in its theme, its aspects, its study materials."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.core.rule.campaign import LISTS, Campaign

_NAMED = re.compile(
    r"“(?P<quoted>[^”]{2,16})”|《(?P<book>[^》]{4,40})》|(?P<slogan>[^，。；、“”《》]{2,6}(?:、[^，。；、“”《》]{2,6}){2,})"
    r"|(?P<congress>党的[一二三四五六七八九十]+大|(?:党的)?[一二三四五六七八九十]+届[一二三四五六七八九十]+中全会)"
    r"|(?P<drive>[^，。；、“”《》]{2,12}主题教育|[^，。；、“”《》]{2,12}学习教育)"
)
_LEAD = re.compile(r"^(?:以|并|和|围绕|按照|巩固拓展|巩固深化|持续深化|深入开展|开展|深入学习贯彻|学习贯彻|贯彻|对照)+")
_ANY_YEAR = ("主题教育", "学习教育")


def theme_words(theme: str) -> Iterator[str]:
    """Names in a theme: a congress, an education drive, a slogan, words in 《》 or “”."""
    for match in _NAMED.finditer(theme):
        word = _LEAD.sub("", next(text for text in match.groups() if text))
        if len(word) > 1 and word not in _ANY_YEAR:
            yield word


def year_words(campaign: Campaign) -> Iterator[str]:
    """The typical terms of a campaign."""
    yield from theme_words(campaign.theme)
    for name in LISTS[:4]:
        yield from (campaign.labels[key] for key in getattr(campaign, name) if campaign.labels.get(key))
    yield from (material.title for material in campaign.materials)
    yield from campaign.stale_terms
