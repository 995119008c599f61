"""Read Chinese numerals as people and notices write them (3, 十二, ③, 二〇二五), and write them."""

from __future__ import annotations

import re

_ONES = "零一二三四五六七八九"
_DIGITS = {char: n for n, char in enumerate(_ONES) if n} | {"两": 2, "元": 1}
_UNITS = (("百", 100), ("十", 10))
_ROUND = "①⑴㈠❶Ⅰ"
"""The first character of each Unicode series of single-character numerals."""
_ROW = 20
_BY_DIGIT = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_TYPED = str.maketrans("〇○零两一二三四五六七八九", "0002123456789")
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")


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


def in_figures(text: str) -> str:
    """Convert a typed text's Chinese numerals up to 99, or digit by digit, to figures: 二十三 → 23, 二〇二四 → 2024."""
    return _TENS.sub(lambda m: str(number_of(m.group())), text).translate(_TYPED)


def chinese(number: int) -> str:
    """1–99 as Chinese numerals: 一, 十, 十二, 二十; other numbers in digits."""
    if not 0 < number < 100:  # noqa: PLR2004  larger numbers are hard to read as numerals
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_ONES[tens]}十") + (_ONES[ones] if ones else "")
