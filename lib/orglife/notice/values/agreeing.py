"""Several readings of one field: the first if they agree, else both, ``uncertain``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from orglife.notice.model import Fact


def agreed(facts: Sequence[Fact], says: Callable[[Fact], Any] = lambda fact: fact.value) -> Fact | None:
    """The first of several readings of one field; ``uncertain``, with both quotes, if another one differs from it.

    Args:
        facts: Readings of one field, in the order of the text; None for no facts.
        says: Gives the value to compare.
    """
    for other in facts[1:]:
        if says(other) != says(facts[0]):
            return doubtful(facts[0], other)
    return facts[0] if facts else None


def doubtful(fact: Fact, other: Fact) -> Fact:
    """The fact marked ``uncertain``, with the quotes of another one that excludes it."""
    return replace(fact, words=(*fact.words[:1], *other.words[:1], *fact.words[1:]), sure="uncertain")
