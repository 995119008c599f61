"""The features of a unit: hashed character 1- to 3-grams of its text, its headings and the words before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.ranking.units import Unit

BITS = 13
BUCKETS = 1 << BITS
_GRAM = 3
_LONGEST, _HEADINGS, _BEFORE = 300, 80, 30
"""Maximum characters of the text, of the headings (the innermost) and of the sentence before (its end)."""
_FACTORS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_SALT = 0x27D4EB2F
_WORD = 0xFFFFFFFF


def features(unit: Unit) -> tuple[int, ...]:
    """The buckets that a unit falls into, ascending, without duplicates; digits are all alike."""
    parts = (unit.plain[:_LONGEST], unit.clause.context[-_HEADINGS:], unit.before[-_BEFORE:], unit.clause.zone)
    return tuple(sorted({g for salt, text in enumerate(parts, start=1) for g in _grams(text, salt)}))


def _grams(text: str, salt: int) -> Iterator[int]:
    """The buckets of the 1-, 2- and 3-grams of a text; 32-bit integer arithmetic, so equal on every machine."""
    chars = [ord(c) for c in f"^{re.sub('[0-9]', '0', text)}$"]
    hashed = [(salt * _SALT) & _WORD] * len(chars)
    for n in range(min(_GRAM, len(chars))):
        mixed = [((h ^ c) * _FACTORS[n]) & _WORD for h, c in zip(hashed, chars[n:], strict=False)]
        hashed = [h ^ (h >> 15) for h in mixed]
        yield from (h >> (32 - BITS) for h in hashed)
