"""One paragraph in two views: the characters as written, and the same without spaces and variants, for the patterns.

Patterns search the plain view; quotes are cut from the characters as written, so a quote is always literal.
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
"""Characters; paragraphs of notices have a few hundred."""
_NUMBERED = 8
"""The number of a row ends before so many characters."""
_HAN = r"[\u4e00-\u9fff]"
_SPOKEN = (  # marks that stand for a punctuation mark: pattern, whose group is the stretch, and what that reads as
    (re.compile(rf"(?<={_HAN})([ \u3000]+/[ \u3000]+)(?={_HAN})"), "、"),
    (re.compile(rf"(?<={_HAN})([ \u3000]+(?:→|->|=>)[ \u3000]*)(?=\S)"), "："),
    (re.compile(r"(?<=[日前底旬月])([-—–─]{3,})(?=\S)"), "："),
    (re.compile(rf"^(?:\S{{1,4}} )?{_HAN}{{2,4}}(\u3000+)(?=\S{{3}})"), "："),  # 「时间　　2月」, 「A1 学习　　党章」
)


def _spoken(raw: str) -> dict[int, str]:
    """What stretches that separate read as, by their first character; "" for the rest of a stretch.

    The bars of a row read as marks, too: a number 「1、」, the first cell a label 「学习：」, the others sentences.
    """
    found: dict[int, str] = {}
    for pattern, mark in _SPOKEN:
        for match in pattern.finditer(raw):
            found.update(dict.fromkeys(range(*match.span(1)), ""))
            found[match.start(1)] = mark
    left, right = raw.lstrip(), raw.rstrip()
    if left.startswith(("|", "｜")):
        found.update(dict.fromkeys(range(len(raw) - len(left[1:].lstrip())), ""))
    if right.endswith(("|", "｜")):
        found.update(dict.fromkeys(range(len(right[:-1].rstrip()), len(raw)), ""))
    labelled = False
    for match in _BARS.finditer(raw):
        first = not labelled and match.start() < _NUMBERED
        number = first and re.fullmatch(r"[\s|｜]*\d{1,2}", raw[: match.start()])
        between = "，" if "\t" in match.group() else "。"
        mark = "、" if number else between if labelled else "："
        labelled = labelled or not number
        found.update(dict.fromkeys(range(*match.span()), ""))
        found[match.start()] = mark
    return found


def _plain(char: str) -> str:
    """What a character reads as; "" for what is left out."""
    return "" if char.isspace() or char in _LEFT_OUT else _SAME.get(char, char)


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
class TextLine:
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
        spoken = _spoken(self.raw)
        kept = [
            (index, mark)
            for index, char in enumerate(_straight_quotes(self.raw))
            if (mark := spoken[index] if index in spoken else _plain(char))
        ]
        object.__setattr__(self, "plain", "".join(mark for _, mark in kept))
        object.__setattr__(self, "at", tuple(index for index, _ in kept))

    @cached_property
    def is_row(self) -> bool:
        """Whether it is a row of a table: cells with a tab between."""
        return bool(_CELLS.search(self.raw))

    def quote(self, start: int, end: int) -> str:
        """The characters as written behind ``plain[start:end]``, without punctuation that hangs over at the ends."""
        while end > start and self.plain[end - 1] in "，；：、。→":
            end -= 1
        while start < end and self.plain[start] in "，；：、。→":
            start += 1
        return self.raw[self.at[start] : self.at[end - 1] + 1] if end > start else ""

    def part(self, start: int, end: int | None = None) -> TextLine:
        """What stands behind ``plain[start:end]`` as a line of its own, with what is left out of ``plain`` after it."""
        stop = len(self.plain) if end is None else end
        if stop <= start:
            return TextLine("")
        return TextLine(self.raw[self.at[start] : self.at[stop] if stop < len(self.plain) else len(self.raw)])

    def short(self) -> Iterator[TextLine]:
        """The line, or one that is longer than anybody writes in pieces, cut between its sentences where there are any.

        Patterns look ahead and back within a line: what they cost grows with the square of its length.
        """
        begun = 0
        while len(self.plain) - begun > _LONGEST:
            stop = self.plain.rfind("。", begun, begun + _LONGEST) + 1 or begun + _LONGEST
            yield self.part(begun, stop)
            begun = stop
        yield self.part(begun) if begun else self

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
    return re.sub(r"[\s，。；：、！？“”‘’\"'《》〈〉（）()〔〕·,.;:!?—-]", "", TextLine(text).plain)
