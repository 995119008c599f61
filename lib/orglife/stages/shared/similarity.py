"""Similarity of two texts: the share of character 5-grams that they have in common, in whole percent.

The result is exact: a pair is reported if and only if it reaches the percent (of more than 5,000 texts, one in ten
million that just reach it may be missed, see ``likely``). It is fast because most texts need no
comparison: a text cannot have a partner if too many of its grams occur in no other text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import combinations, islice

from orglife.stages.shared.grams import GRAM, Pair

SHOWN_CHARS = 40
"""Length of the shared passage that is shown, in characters."""
SMALL = 500_000
"""Up to this many characters in all, filter the texts with plain Python sets of grams (about 50 MB)."""
FEW = 64
"""Up to this many candidate texts, compare every pair directly: loading numpy takes longer."""
CACHED_POSITIONS = 2_000
NOT_WRITING = re.compile(r"[\W\d_\u00b2\u00b3\u00b9\u2150-\u218f\u2460-\u24ff\u3220-\u3229\u3280-\u3289]+")
"""Digits of every kind, punctuation and spaces; 一二三 count as words."""


# --- masking -------------------------------------------------------------------------------------------------------


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Remove names, digits, punctuation and spaces from a text."""
    bare = NOT_WRITING.sub("", text)
    pattern = _any_of(tuple(names))
    return pattern.sub("", bare) if pattern else bare


@lru_cache(maxsize=64)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern that matches any of the names, longest first; None when there are no names."""
    bare = sorted({NOT_WRITING.sub("", name) for name in names} - {""}, key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, bare))) if bare else None


@lru_cache(maxsize=CACHED_POSITIONS)
def masked_positions(text: str, names: tuple[str, ...] = ()) -> list[int]:
    """The positions in the text of the characters of ``masked(text, names)``, in order."""
    places = [i for i, c in enumerate(text) if not NOT_WRITING.match(c)]
    pattern = _any_of(names)
    if pattern is None:
        return places
    bare = "".join(text[i] for i in places)
    removed = {i for match in pattern.finditer(bare) for i in range(*match.span())}
    return [place for i, place in enumerate(places) if i not in removed]


# --- comparing -----------------------------------------------------------------------------------------------------


def grams(text: str) -> set[str]:
    """The character 5-grams of a masked text; empty for a text shorter than that."""
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
    origins: Sequence[Hashable] | None = None,
    limit: int | None = None,
) -> list[Pair]:
    """Find texts that repeat each other.

    Args:
        texts: Masked texts, n of them.
        percent: What a pair must reach, 1–100.
        common: Grams to leave out, e.g. those of the campaign.
        origins: Where each text comes from, n of them: texts of one origin are not compared. None: all are.
        limit: How many pairs are wanted; of more, the most similar. None: all.

    Returns:
        Pairs, the most similar first, then in the order of the texts; empty when n < 2. With a limit, the first of them:
        other texts in between change nothing about those that are left.
    """
    threshold = max(percent, 1)
    if limit is not None and limit < 1:
        return []
    left = list(range(len(texts)))
    if sum(map(len, texts)) <= SMALL:
        sets = [grams(text) - common for text in texts]
        left = _with_partner(sets, threshold)
        if len(left) <= FEW:
            return _each_with_each({i: sets[i] for i in left}, threshold, origins)[:limit]
    from orglife.stages.shared.joining import hashed, join  # noqa: PLC0415  numpy is heavy, and most texts have no partner

    some_origins = [origins[i] for i in left] if origins else None
    joined = join(hashed([texts[i] for i in left], common), threshold, origins=some_origins, limit=limit)
    pairs = (Pair(left[p.a], left[p.b], p.percent) for p in joined)
    return sorted(pairs, key=lambda p: (-p.percent, p.a, p.b))[:limit]


def equal_pairs(keys: Sequence[Hashable], origins: Sequence[Hashable], limit: int) -> Iterator[tuple[int, int]]:
    """The first pairs of equal keys of different origins, by index a < b, in the order of a, then of b; at most ``limit``."""
    places: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    pairs = ((a, b) for a, key in enumerate(keys) for b in places[key] if b > a and origins[a] != origins[b])
    yield from islice(pairs, max(limit, 0))


def _with_partner(every: Sequence[AbstractSet[str]], percent: int) -> list[int]:
    """Indexes of the texts that may have a partner, because enough of their grams occur in another text."""
    left = list(range(len(every)))
    while len(left) > 1:
        seen: set[str] = set()
        twice: set[str] = set()
        for i in left:
            twice |= seen & every[i]
            seen |= every[i]
        remaining = [i for i in left if (n := len(every[i] & twice)) and 100 * n >= percent * len(every[i])]
        if len(remaining) == len(left):
            return left
        left = remaining
    return []


def _each_with_each(
    sets: Mapping[int, AbstractSet[str]], percent: int, origins: Sequence[Hashable] | None
) -> list[Pair]:
    """Compare every pair directly; ``sets`` holds the grams by index. Sorted by falling percent, then by index."""
    pairs = [
        Pair(a, b, alike)
        for a, b in combinations(sorted(sets), 2)
        if (origins is None or origins[a] != origins[b])
        and percent * max(len(sets[a]), len(sets[b])) <= 100 * min(len(sets[a]), len(sets[b]))
        and (alike := percent_alike(sets[a], sets[b])) >= percent
    ]
    return sorted(pairs, key=lambda p: (-p.percent, p.a, p.b))


# --- groups and passages -------------------------------------------------------------------------------------------


def cliques(count: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """Group texts so that within a group every text is similar to every other.

    Args:
        count: Number of texts.
        pairs: The similar pairs.

    Returns:
        Groups of two or more without overlap; each group and the list follow the order of the texts. Three mutually
        similar texts are always grouped unless a larger group contains one of them.
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
    """The largest group with ``first`` among those grown greedily from each of its neighbours."""
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
    """The longest passage that two texts share, as written in the first; "" when they share nothing.

    Args:
        a: The first text as written.
        bare_a: ``masked(a, names)``.
        bare_b: The second text, masked.
        names: Names left out of the first.

    Returns:
        The passage as written, cut to ``SHOWN_CHARS`` masked characters.
    """
    start, length = _long_passage(bare_a, bare_b) or _longest(bare_a, bare_b)
    if not length:
        return ""
    places = masked_positions(a, names)
    return a[places[start] : places[start + length - 1] + 1]


def _long_passage(a: str, b: str) -> tuple[int, int] | None:
    """The first shared passage of ``SHOWN_CHARS`` characters; in copies the search ends at once."""
    starts = range(len(a) - SHOWN_CHARS + 1)
    return next(((i, SHOWN_CHARS) for i in starts if a[i : i + SHOWN_CHARS] in b), None)


def _longest(a: str, b: str) -> tuple[int, int]:
    """Start in ``a`` and length of the longest common passage, the first if several are equally long."""
    start, length = 0, 0
    for i in range(len(a)):
        while i + length < len(a) and a[i : i + length + 1] in b:
            start, length = i, length + 1
    return start, length
