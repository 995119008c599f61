"""The signs of demands (patterns for one wording), and patterns for people and bodies that many signs share."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """One way of wording a demand.

    Attributes:
        pieces: Patterns that must all match in the sentence.
        under: Pattern that must match in the headings above the sentence, if any.
        unless: Pattern that must not match in the sentence, if any.
        headed: Whether headings are searched on a par with the text.
    """

    pieces: tuple[re.Pattern[str], ...]
    under: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    headed: bool = False


def sign(*pieces: str, under: str = "", unless: str = "", headed: bool = False) -> Sign:
    """A sign from uncompiled patterns; arguments as the attributes of ``Sign``."""
    return Sign(
        tuple(re.compile(p) for p in pieces),
        re.compile(under) if under else None,
        re.compile(unless) if unless else None,
        headed,
    )


TEAM = r"(?:党支部|支部|支委会?|支部委员会)?(?:班子成员|支委成员|支部委员|支委|委员)"
BRANCH_TEAM = r"(?:党支部班子|支部班子|党支部委员会|支部委员会|支委会|党支部领导班子|班子)"
SECRETARY = r"(?:党支部|支部|党组织)?书记"
LEADERS = r"(?:局领导|[^，。；]{0,10}(?:领导)?班子成员|[^，。；]{0,8}党组成员|[^，。；]{0,8}领导干部|[^，。；]{0,8}党委委员|党员领导干部|[^，。；]{0,8}处级[^，。；]{0,4}干部)"
LIFE = r"(?:专题)?组织生活会"
