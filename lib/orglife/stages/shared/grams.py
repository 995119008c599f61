"""What comparing texts is about: grams of so many characters, pairs of texts and how alike they are."""

from __future__ import annotations

from dataclasses import dataclass

GRAM = 5
"""Characters of one gram."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their places in the list, a < b, and how alike they are in percent, rounded down."""

    a: int
    b: int
    percent: int
