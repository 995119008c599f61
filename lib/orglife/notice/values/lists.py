"""Find the enumeration in a sentence, however it is separated: 一是…, ①…, ；, →, 、 or commas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orglife.core.record.numerals import number_of
from orglife.notice.listing import pieces, split_last, trimmed

Spans = list[tuple[int, int]]

_ORDINAL = re.compile(
    r"(?:^|(?<=[，。；：、）”]))(?:[一二三四五六七八九][是为](?:要)?|第[一二三四五六七八九\d](?:步|项|个?环节|道|，)(?:[：，是]|由)?|[一二三四五六七八九][查看](?![一个下])|[①-⑳]|（[一二三四五六七八九\d]{1,2}）|\d{1,2}[.、](?!\d)|首先，?|其[一二次三四五六]，?|步骤[一二三四五六七八]：?)"
)
_FEWEST = 2


def by_ordinals(plain: str, start: int, end: int) -> Spans:
    """Items that begin with 一是, ①, 第一步 or （1）; [] for fewer than two."""
    marks = list(_ORDINAL.finditer(plain, start, end))
    if len(marks) < _FEWEST:
        return []
    stops = [m.start() for m in marks[1:]] + [end]
    spans = []
    for mark, stop in zip(marks, stops, strict=True):
        full = plain.find("。", mark.end(), stop)
        spans.append(_stripped(plain, mark.end(), full if full >= 0 else stop))
    return [s for s in spans if s[1] > s[0]]


def by_marks(plain: str, start: int, end: int, marks: str) -> Spans:
    """Items between separators outside brackets and quotation marks; [] for fewer than two.

    For 、 the last item is also split at its conjunction, unless the text counts the items: 「查三个方面：甲、乙、丙和丁」.
    """
    spans = pieces(plain, start, end, marks)
    if marks == "、" and len(spans) not in _counts(plain, start, end):
        spans = split_last(plain, spans)
    spans = [trimmed(plain, *span) for span in spans]
    spans = [s for s in spans if s[1] > s[0]]
    return spans if len(spans) >= _FEWEST else []


_COUNT = re.compile("([二两三四五六七八九])(?:个|项|条|点|种|件|块|样)?(?:方面|问题|内容|重点|事|：|$)")
_NEAR = 10


def _counts(plain: str, start: int, end: int) -> set[int]:
    """The numbers of items that the words just before and at the end of an enumeration state."""
    near = (plain[max(0, start - _NEAR) : start], plain[max(start, end - _NEAR) : end])
    return {number_of(m.group(1)) for text in near for m in _COUNT.finditer(text)}


def listed(plain: str, start: int, end: int, separators: Sequence[str] = ("；", "→", "—", "、", "，")) -> Spans:
    """The items of the enumeration that makes up a whole span, by the first separator that gives two or more."""
    if ordinal := by_ordinals(plain, start, end):
        return ordinal
    for mark in separators:
        if spans := by_marks(plain, start, end, mark):
            return spans
    return []


def after_colon(plain: str, start: int, end: int) -> int:
    """The position after the first colon outside brackets, ``start`` without one."""
    at = plain.find("：", start, end)
    return at + 1 if 0 <= at < end - 1 else start


def _stripped(plain: str, start: int, end: int) -> tuple[int, int]:
    while end > start and plain[end - 1] in "，；。、：":
        end -= 1
    while start < end and plain[start] in "，；。、：":
        start += 1
    return start, end
