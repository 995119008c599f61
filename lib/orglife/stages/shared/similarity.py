"""How alike two texts are: the share of character 5-grams that they have in common, in whole percent.

Exact, not estimated: a pair is found if and only if its percent is reached. What makes it fast is that most texts need
never be compared: a text whose own turns of phrase outweigh what stands elsewhere too has no partner.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import combinations

from orglife.stages.shared.grams import GRAM, Pair

SHOWN_CHARS = 40
"""How much of a shared passage is shown."""
SMALL = 500_000
"""Characters in all up to which texts without a partner are first told by sets of their grams (about 50 MB)."""
FEW = 64
"""Texts of which each may have a partner, up to which each is compared with each: numpy takes longer to load."""
KEPT_PLACES = 2_000
NOT_WRITING = re.compile(r"[\W\d_\u00b2\u00b3\u00b9\u2150-\u218f\u2460-\u24ff\u3220-\u3229\u3280-\u3289]+")
"""Digits of every kind, punctuation and spaces; 一二三 are words."""


# --- masking -------------------------------------------------------------------------------------------------------


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A text without names, digits, punctuation and spaces."""
    bare = NOT_WRITING.sub("", text)
    pattern = _any_of(tuple(names))
    return pattern.sub("", bare) if pattern else bare


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern for any of some names, the longest first; None when there is none."""
    bare = sorted({NOT_WRITING.sub("", name) for name in names} - {""}, key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, bare))) if bare else None


@lru_cache(maxsize=KEPT_PLACES)
def kept_places(text: str, names: tuple[str, ...] = ()) -> list[int]:
    """Where the characters of ``masked(text, names)`` stand in the text, in order."""
    places = [i for i, c in enumerate(text) if not NOT_WRITING.match(c)]
    pattern = _any_of(names)
    if pattern is None:
        return places
    bare = "".join(text[i] for i in places)
    gone = {i for found in pattern.finditer(bare) for i in range(*found.span())}
    return [place for i, place in enumerate(places) if i not in gone]


# --- comparing -----------------------------------------------------------------------------------------------------


def grams(text: str) -> set[str]:
    """The character 5-grams of a masked text; empty when it is shorter."""
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}


def percent_alike(a: AbstractSet[str], b: AbstractSet[str]) -> int:
    """Jaccard × 100, rounded down; 0 when both sets are empty."""
    both = len(a & b)
    return 100 * both // (len(a) + len(b) - both) if both else 0


def similar_pairs(
    texts: Sequence[str],
    percent: int,
    *,
    common: AbstractSet[str] = frozenset(),
    homes: Sequence[Hashable] | None = None,
    limit: int | None = None,
) -> list[Pair]:
    """Find texts that repeat each other.

    Args:
        texts: Masked texts, n of them.
        percent: What a pair must reach, 1–100.
        common: Grams to leave out, e.g. those of the campaign.
        homes: Where each text comes from, n of them: texts of one home are not compared. None: all are.
        limit: How many pairs are wanted; of more, the most similar. None: all.

    Returns:
        Pairs, the most similar first, then in the order of the texts; empty when n < 2. With a limit, which of several
        equally similar pairs are kept depends on the texts and their order alone.
    """
    wanted = max(percent, 1)
    if limit is not None and limit < 1:
        return []
    left = list(range(len(texts)))
    if sum(map(len, texts)) <= SMALL:
        sets = [grams(text) - common for text in texts]
        left = _with_partner(sets, wanted)
        if len(left) <= FEW:
            return _each_with_each({i: sets[i] for i in left}, wanted, homes)[:limit]
    from orglife.stages.shared.joining import join  # noqa: PLC0415  numpy is heavy, and most texts have no partner

    some_homes = [homes[i] for i in left] if homes else None
    found = join([texts[i] for i in left], wanted, common=common, homes=some_homes, limit=limit)
    pairs = (Pair(left[p.a], left[p.b], p.percent) for p in found)
    return sorted(pairs, key=lambda p: (-p.percent, p.a, p.b))[:limit]


def _with_partner(every: Sequence[AbstractSet[str]], percent: int) -> list[int]:
    """Places of the texts of which so many grams stand in another text that they may have a partner."""
    left = list(range(len(every)))
    while len(left) > 1:
        seen: set[str] = set()
        twice: set[str] = set()
        for i in left:
            twice |= seen & every[i]
            seen |= every[i]
        kept = [i for i in left if (n := len(every[i] & twice)) and 100 * n >= percent * len(every[i])]
        if len(kept) == len(left):
            return left
        left = kept
    return []


def _each_with_each(sets: Mapping[int, AbstractSet[str]], percent: int, homes: Sequence[Hashable] | None) -> list[Pair]:
    """The pairs that reach a percent, in the order in which they are told; ``sets`` are the grams by place."""
    found = [
        Pair(a, b, alike)
        for a, b in combinations(sorted(sets), 2)
        if (homes is None or homes[a] != homes[b])
        and percent * max(len(sets[a]), len(sets[b])) <= 100 * min(len(sets[a]), len(sets[b]))
        and (alike := percent_alike(sets[a], sets[b])) >= percent
    ]
    return sorted(found, key=lambda p: (-p.percent, p.a, p.b))


# --- groups and passages -------------------------------------------------------------------------------------------


def cliques(count: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """Groups of texts in which each is alike to each.

    Args:
        count: How many texts there are.
        pairs: The pairs that are alike.

    Returns:
        Groups of two and more, no text in two of them, each group and the list in the order of the texts. Three texts
        that are alike each with each are never missed, unless a larger group took one of them.
    """
    near: list[set[int]] = [set() for _ in range(count)]
    for pair in pairs:
        near[pair.a].add(pair.b)
        near[pair.b].add(pair.a)
    groups: list[list[int]] = []
    left = set(range(count))
    while any(near[i] & left for i in left):
        best = max((_clique_with(i, near, left) for i in sorted(left) if near[i] & left), key=len)
        groups.append(best)
        left.difference_update(best)
    return sorted(groups)


def _clique_with(first: int, near: Sequence[AbstractSet[int]], left: AbstractSet[int]) -> list[int]:
    """The largest group with a text that is found by trying each of its neighbours as the second."""
    best: list[int] = []
    for second in sorted(near[first] & left):
        group, candidates = [first, second], near[first] & near[second] & left
        while candidates:
            nearest = min(candidates, key=lambda c: (-len(near[c] & candidates), c))
            group.append(nearest)
            candidates = candidates & near[nearest]
        best = max(best, group, key=len)
        if len(best) == len(near[first] & left) + 1:
            break
    return sorted(best)


def shared_passage(a: str, bare_a: str, bare_b: str, names: tuple[str, ...] = ()) -> str:
    """The longest passage that two texts share, in the words of the first; "" when they share nothing.

    Args:
        a: The first text as written.
        bare_a: The same as ``masked`` with ``names``.
        bare_b: The second text, masked.
        names: Names left out of the first.

    Returns:
        The passage as written; of one of more than ``SHOWN_CHARS`` masked characters just so many.
    """
    start, length = _long_passage(bare_a, bare_b) or _longest(bare_a, bare_b)
    if not length:
        return ""
    places = kept_places(a, names)
    return a[places[start] : places[start + length - 1] + 1]


def _long_passage(a: str, b: str) -> tuple[int, int] | None:
    """The first passage long enough to be cut anyway: between copies it is found at once."""
    starts = range(len(a) - SHOWN_CHARS + 1)
    return next(((i, SHOWN_CHARS) for i in starts if a[i : i + SHOWN_CHARS] in b), None)


def _longest(a: str, b: str) -> tuple[int, int]:
    """Start in a and length of the longest common passage, the first of several."""
    start, length = 0, 0
    for i in range(len(a)):
        while i + length < len(a) and a[i : i + length + 1] in b:
            start, length = i, length + 1
    return start, length
