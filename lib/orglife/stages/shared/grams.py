"""Basic terms of text comparison: the length of a gram, and a pair of similar texts."""

from __future__ import annotations

from dataclasses import dataclass

GRAM = 5
"""Characters per gram."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their indexes in the list (a < b) and their similarity in percent, rounded down."""

    a: int
    b: int
    percent: int
