"""Party bodies by name: 局机关党总支 in a notice and 中共某某局机关总支部委员会 on its seal are one body."""

from __future__ import annotations

import re

_LEVELS = (
    ("总支", re.compile("(党的?)?总支(部)?(委员会)?$")),
    ("支部", re.compile("党?支部(委员会)?$")),
    ("工委", re.compile("(党?工委|(党的)?工作委员会)$")),
    ("党组", re.compile("党组$")),
    ("党委", re.compile("(党委|(党的)?委员会)$")),
)
"""Level → how a name of it ends; the first that fits counts."""


def same_body(one: str, other: str) -> bool:
    """Whether two names may mean one Party body: the same level, and one says in full what the other says in short."""
    first, second = _parts(one), _parts(other)
    if not first[0] or first[0] != second[0]:
        return bool(one.strip()) and _plain(one) == _plain(other)
    short, long = sorted((first[1], second[1]), key=len)
    return long.endswith(short)


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).removeprefix("中国共产党").removeprefix("中共")


def _parts(name: str) -> tuple[str, str]:
    """Level, and what stands before it; ("", name) where no level is read."""
    plain = _plain(name)
    for level, ending in _LEVELS:
        if match := ending.search(plain):
            return level, plain[: match.start()]
    return "", plain
