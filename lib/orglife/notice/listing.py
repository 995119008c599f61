"""Split enumerations: 「政治合格、执行纪律合格和品德合格等方面」 gives three items, each as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PAIRS = {"《": "》", "“": "”", "（": "）", "〈": "〉"}
_JOINS = ("，以及", "以及", "，并", "及", "与", "和")
_COUNT = re.compile(
    r"(?:等(?:[一二三四五六七八九十两几\d]{1,3}|若干|多)?|[一二三四五六七八九十两几\d]{1,3})(?:个|项|种|类)?(?:[方侧]面|角度|等次|档次|方式|层面|环节|维度)?(?:的?(?:问题|内容|要求|情况))?$"
)

_LONGEST_COUNT = 24


def pieces(plain: str, start: int, end: int, marks: str = "、", known: Sequence[str] = ()) -> list[tuple[int, int]]:
    """The spans of the items of an enumeration.

    Args:
        plain: The text.
        start: Start of the enumeration.
        end: End of the enumeration.
        marks: The separators.
        known: Labels that are one item although they contain a separator.
    """
    shut: list[str] = []
    spans: list[tuple[int, int]] = []
    begun = index = start
    whole = {plain.find(label, start, end): len(label) for label in known}
    while index < end:
        if index in whole:
            index += whole[index]
            continue
        char = plain[index]
        if shut and char == shut[-1]:
            shut.pop()
        elif char in _PAIRS:
            shut.append(_PAIRS[char])
        elif char in marks and not shut:
            spans.append((begun, index))
            begun = index + 1
        index += 1
    spans.append((begun, end))
    return [span for span in spans if span[1] > span[0]]


def first_piece(plain: str, start: int, end: int, marks: str) -> tuple[int, int]:
    """The span of the first item; empty when there is no item."""
    return next(iter(pieces(plain, start, end, marks)), (start, start))


def split_last(plain: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Split the last item at 以及, 及 or 和, the conjunctions before the last item of a Chinese enumeration."""
    if len(spans) < 2:
        return spans
    start, end = spans[-1]
    for join in _JOINS:
        at = _outside(plain, start, end, join)
        if at > start + 1 and at + len(join) < end - 1:
            return [*spans[:-1], (start, at), (at + len(join), end)]
    return spans


def _outside(plain: str, start: int, end: int, words: str) -> int:
    """The last position of the words outside brackets; ``start`` when there is none."""
    depth, last = 0, start
    for index in range(start, end):
        depth += (plain[index] in _PAIRS) - (plain[index] in _PAIRS.values())
        if depth <= 0 and plain.startswith(words, index) and index + len(words) <= end:
            last = index
    return last


def trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """The span without quotation marks, leading conjunctions and a trailing 「等六个方面」."""
    while True:
        before = (start, end)
        while start < end and (plain[start] in "”，、；：" or (plain[start] in "“（" and _unclosed(plain, start, end))):
            start += 1
        while start < end and (
            plain[end - 1] in "，、；：。" or (plain[end - 1] == "”" and "“" not in plain[start:end])
        ):
            end -= 1
        for join in ("以及", "并且", "并", "及"):
            if plain.startswith(join, start, end):
                start += len(join)
        tail = _COUNT.search(plain, max(start, end - _LONGEST_COUNT), end)
        if tail and tail.start() > start and tail.group() != "等次":
            end = tail.start()
        if (start, end) == before:
            return start, end


def _unclosed(plain: str, start: int, end: int) -> bool:
    """Whether the bracket at ``start`` closes at ``end - 1`` or not at all."""
    close = plain.find(_PAIRS[plain[start]], start, end)
    return close < 0 or close == end - 1


def items(plain: str, start: int, end: int, marks: str = "、", known: Sequence[str] = ()) -> list[str]:
    """The texts of the items of an enumeration, without duplicates."""
    spans = [trimmed(plain, *span) for span in split_last(plain, pieces(plain, start, end, marks, known))]
    return list(dict.fromkeys(plain[s:e] for s, e in spans if e > s))
