"""One paragraph in two views: the characters as written, and a normalized text without spaces and variants.

Patterns search the normalized text (``plain``); quotes are taken from the characters as written, so they are literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    "↔": "与",
    "⇄": "与",
    "⟷": "与",
    "﹝": "〔",
    "﹞": "〕",
    "[": "〔",
    "]": "〕",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
}
_LEFT_OUT = frozenset("*\ufe0f\u20e3\u200b\u200c\u200d\ufeff\u00ad━═")
_BARS = re.compile(r"(?<=\S)[ \u3000]*(?:[|｜]|\t[ \u3000\t]*)[ \u3000]*(?=\S)")
_CELLS = re.compile(r"(?<=\S)\t(?=[ \t]*\S)")
_LONGEST = 2000
"""Maximum characters of a line that is searched as a whole; paragraphs of notices have a few hundred."""
_NUMBERED = 8
"""Maximum start of the first separator after a row's number, in characters."""
_HAN = r"[\u4e00-\u9fff]"
_SPOKEN = (  # separators used in place of punctuation: pattern (its group is the separator), punctuation mark
    (re.compile(rf"(?<={_HAN})([ \u3000]+/[ \u3000]+)(?={_HAN})"), "、"),
    (re.compile(rf"(?<={_HAN})([ \u3000]+(?:→|->|=>)[ \u3000]*)(?=\S)"), "："),
    (re.compile(r"(?<=[日前底旬月])([-—–─]{3,})(?=\S)"), "："),
    (re.compile(rf"^(?:\S{{1,4}} )?{_HAN}{{2,4}}(\u3000+)(?=\S{{3}})"), "："),  # 「时间　　2月」, 「A1 学习　　党章」
)


def _spoken(raw: str) -> dict[int, str]:
    """Index of a separator's first character → the punctuation mark it is read as; "" for its other characters.

    The cell separators of a row are read as punctuation too: after a number as 「1、」, after the first cell as after a
    label 「学习：」, between other cells as between sentences.
    """
    marks: dict[int, str] = {}
    for pattern, mark in _SPOKEN:
        for match in pattern.finditer(raw):
            marks.update(dict.fromkeys(range(*match.span(1)), ""))
            marks[match.start(1)] = mark
    left, right = raw.lstrip(), raw.rstrip()
    if left.startswith(("|", "｜")):
        marks.update(dict.fromkeys(range(len(raw) - len(left[1:].lstrip())), ""))
    if right.endswith(("|", "｜")):
        marks.update(dict.fromkeys(range(len(right[:-1].rstrip()), len(raw)), ""))
    labelled = False
    for match in _BARS.finditer(raw):
        number = match.start() < _NUMBERED and re.fullmatch(r"[\s|｜]*\d{1,2}", raw[: match.start()])
        between = "，" if "\t" in match.group() else "。"
        mark = "、" if number else between if labelled else "："
        labelled = not number
        marks.update(dict.fromkeys(range(*match.span()), ""))
        marks[match.start()] = mark
    return marks


def _plain(char: str) -> str:
    """The normalized character; "" for characters that are left out."""
    return "" if char.isspace() or char in _LEFT_OUT else _SAME.get(char, char)


def _straight_quotes(raw: str) -> str:
    """Replace straight quotation marks by opening and closing ones in turn; the length does not change."""
    if '"' not in raw:
        return raw
    opening = True
    chars = []
    for char in raw:
        if char == '"':
            chars.append("“" if opening else "”")
            opening = not opening
        else:
            chars.append(char)
    return "".join(chars)


@dataclass(frozen=True)
class TextLine:
    """A paragraph, or a part of one.

    Attributes:
        raw: The characters as written.
        plain: The normalized text: without spaces, with one form of digits and punctuation.
        at: Index in ``raw`` of each character of ``plain``.
    """

    raw: str
    plain: str = field(init=False)
    at: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        spoken = _spoken(self.raw)
        pairs = [
            (index, mark)
            for index, char in enumerate(_straight_quotes(self.raw))
            if (mark := spoken[index] if index in spoken else _plain(char))
        ]
        object.__setattr__(self, "plain", "".join(mark for _, mark in pairs))
        object.__setattr__(self, "at", tuple(index for index, _ in pairs))

    @cached_property
    def is_row(self) -> bool:
        """Whether it is a row of a table: cells separated by tabs."""
        return bool(_CELLS.search(self.raw))

    def quote(self, start: int, end: int) -> str:
        """The characters as written for ``plain[start:end]``, without punctuation at both ends."""
        while end > start and self.plain[end - 1] in "，；：、。→":
            end -= 1
        while start < end and self.plain[start] in "，；：、。→":
            start += 1
        return self.raw[self.at[start] : self.at[end - 1] + 1] if end > start else ""

    def part(self, start: int, end: int | None = None) -> TextLine:
        """The line for ``plain[start:end]``, including characters after it that ``plain`` leaves out."""
        stop = len(self.plain) if end is None else end
        if stop <= start:
            return TextLine("")
        return TextLine(self.raw[self.at[start] : self.at[stop] if stop < len(self.plain) else len(self.raw)])

    def short(self) -> Iterator[TextLine]:
        """The line itself, or the pieces of a very long line, split between sentences if possible.

        Patterns look ahead and back within a line, so their cost grows with the square of its length.
        """
        begun = 0
        while len(self.plain) - begun > _LONGEST:
            stop = self.plain.rfind("。", begun, begun + _LONGEST) + 1 or begun + _LONGEST
            yield self.part(begun, stop)
            begun = stop
        yield self.part(begun) if begun else self

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The spans of the sentences in ``plain``, including their full stops."""
        return tuple(m.span() for m in re.finditer(r"[^。！？]+(?:[。！？][”’）]?|$)", self.plain))

    def clauses(self, start: int = 0, end: int | None = None) -> tuple[tuple[int, int], ...]:
        """The spans between commas, semicolons, colons and full stops, ignoring those inside 《》."""
        stop = len(self.plain) if end is None else end
        spans: list[tuple[int, int]] = []
        depth, begun = 0, start
        for index in range(start, stop):
            char = self.plain[index]
            depth += (char == "《") - (char == "》")
            if char in "，；：。！？" and depth <= 0:
                if index > begun:
                    spans.append((begun, index))
                begun = index + 1
        if stop > begun:
            spans.append((begun, stop))
        return tuple(spans)


def bare(text: str) -> str:
    """A text for comparison: without spaces, punctuation and quotation marks."""
    return re.sub(r"[\s，。；：、！？“”‘’\"'《》〈〉（）()〔〕·,.;:!?—-]", "", TextLine(text).plain)
