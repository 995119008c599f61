"""Estimates how wide a text is set and how many lines it takes, in full-width characters."""

from __future__ import annotations

import functools
import math
import re

from orglife.core.paper.block import width

_LATIN = 0.05  # how much a Latin character is wider than half a Chinese one
_SQUEEZED = 0.5  # squeeze of a punctuation mark at a line's end
_MOVED = 0.5  # characters per line that move to the next line with a punctuation mark
_CLOSING = "，。、；：？！）」』》〉】”’"
_WORD = re.compile("[!-~]{4,}")
_UNIT = re.compile(f"[（「『《〈【“‘]*(?:[!-~]+[年月日]?|.)[{_CLOSING}]*")


@functools.lru_cache(maxsize=4096)  # a paper's lines are measured several times, one paper after the other
def set_width(text: str) -> float:
    """Printed width of a line in Chinese characters; Latin characters are slightly wider than half of one."""
    return width(text) + _LATIN * len(text.encode("ascii", "ignore"))


@functools.lru_cache(maxsize=4096)  # a paper's texts are reckoned at two pitches, in PDF and in Word
def lines_of(text: str, room: float, indent: int = 0) -> int:
    """Number of lines of a text when a line holds ``room`` Chinese characters; ``indent``: of its first line.

    Latin words and numbers are not broken, so they leave room at the end of a line.
    """
    whole = set_width(text) + indent
    lines = math.ceil(whole / room)
    if lines == 1 or (lines * room - whole > lines * _MOVED and not _WORD.search(text)):
        return lines
    lines, taken = 1, float(indent)
    for unit in _UNIT.findall(text):
        wide = set_width(unit)
        taken += wide
        if taken > room + (_SQUEEZED if unit[-1] in _CLOSING else 0):
            lines, taken = lines + 1, wide
            if wide > room:
                lines, taken = lines + int(wide / room), wide % room
    return lines
