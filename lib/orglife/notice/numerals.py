"""Read numbers as notices write them: 3, 十二, ③, 二〇二五."""

from __future__ import annotations

_DIGITS = {char: n for n, char in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "元": 1}
_UNITS = (("百", 100), ("十", 10))
_ROUND = "①⑴㈠❶Ⅰ"
"""The first character of each series of numerals in one character."""
_ROW = 20
_BY_DIGIT = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")


def number_of(numeral: str) -> int:
    """十二, 一百, 元 (of 元月), 3 or ③ as a number; 0 when it is not a number."""
    if numeral.isascii():
        return int(numeral) if numeral.isdigit() else 0
    if len(numeral) == 1:
        for first in _ROUND:
            if 0 <= ord(numeral) - ord(first) < _ROW:
                return ord(numeral) - ord(first) + 1
    total = 0
    for unit, worth in _UNITS:
        count, has_unit, rest = numeral.partition(unit)
        if has_unit:
            total, numeral = total + _DIGITS.get(count, 1) * worth, rest
    return total + _DIGITS.get(numeral, 0)


def by_digit(text: str) -> str:
    """Convert numerals written digit by digit to Arabic digits: 二〇二五年度 gives 2025年度."""
    return text.translate(_BY_DIGIT)
