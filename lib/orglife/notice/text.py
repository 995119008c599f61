"""One paragraph in two views: the characters as written, and the same without spaces and variants, for the patterns.

Patterns search the plain view; quotes are cut from the characters as written, so a quote is always literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

_SAME = {
    **{chr(0xFF10 + n): str(n) for n in range(10)},
    **{chr(0xFF21 + n): chr(0x41 + n) for n in range(26)},
    **dict.fromkeys("—–－-―─~～〜", "—"),
    ",": "，",
    ";": "；",
    ":": "：",
    "(": "（",
    ")": "）",
    "?": "？",
    "!": "！",
    "．": ".",
    "％": "%",
    "﹝": "〔",
    "﹞": "〕",
    "[": "〔",
    "]": "〕",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
}
_LEFT_OUT = frozenset("\u200b\u200c\u200d\ufeff\u00ad")


def _straight_quotes(raw: str) -> str:
    """Straight quotation marks as opening and closing ones in turn; the length stays."""
    if '"' not in raw:
        return raw
    opening = True
    found = []
    for char in raw:
        if char == '"':
            found.append("“" if opening else "”")
            opening = not opening
        else:
            found.append(char)
    return "".join(found)


@dataclass(frozen=True)
class Line:
    """A paragraph, or a part of one.

    Attributes:
        raw: The characters as written.
        plain: Without spaces, with one form for digits and punctuation.
        at: Index in ``raw`` of each character of ``plain``.
    """

    raw: str
    plain: str = field(init=False)
    at: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kept = [
            (index, "，" if char == "\t" else _SAME.get(char, char))
            for index, char in enumerate(_straight_quotes(self.raw))
            if (not char.isspace() and char not in _LEFT_OUT) or (char == "\t" and index in self._between)
        ]
        object.__setattr__(self, "plain", "".join(char for _, char in kept))
        object.__setattr__(self, "at", tuple(index for index, _ in kept))

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table: cells with a tab between."""
        return bool(self._between)

    @cached_property
    def _between(self) -> frozenset[int]:
        """Where in ``raw`` a tab stands between cells; it reads as a comma."""
        found = (m.start() for m in re.finditer(r"(?<=\S)\t(?=[ \t]*\S)", self.raw))
        return frozenset(found)

    def quote(self, start: int, end: int) -> str:
        """The characters as written behind ``plain[start:end]``, without punctuation that hangs over at the ends."""
        while end > start and self.plain[end - 1] in "，；：、。":
            end -= 1
        while start < end and self.plain[start] in "，；：、。":
            start += 1
        return self.raw[self.at[start] : self.at[end - 1] + 1] if end > start else ""

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of the sentences in ``plain``, each with its full stop."""
        return tuple(m.span() for m in re.finditer(r"[^。！？]+(?:[。！？][”’）]?|$)", self.plain))

    def clauses(self, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
        """Spans between commas, semicolons, colons and full stops, not counting those inside of 《》."""
        stop = len(self.plain) if end is None else end
        found: list[tuple[int, int]] = []
        depth, begun = 0, start
        for index in range(start, stop):
            char = self.plain[index]
            depth += (char == "《") - (char == "》")
            if char in "，；：。！？" and depth <= 0:
                if index > begun:
                    found.append((begun, index))
                begun = index + 1
        if stop > begun:
            found.append((begun, stop))
        return tuple(found)


def bare(text: str) -> str:
    """A text for comparing: without spaces, punctuation and marks of quotation."""
    return re.sub(r"[\s，。；：、！？“”‘’\"'《》〈〉（）()〔〕·,.;:!?—-]", "", Line(text).plain)
