"""How alike two texts are: the share of character 5-grams that they have in common, in whole percent.

Exact, not estimated: a pair is found if and only if its percent is reached. What makes it fast is that most texts need
never be compared: a text whose own turns of phrase outweigh what stands elsewhere too has no partner.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappush, heapreplace
from itertools import product
from typing import Any, TypeAlias

GRAM = 5
"""Characters of one gram."""
SHOWN_CHARS = 40
"""How much of a shared passage is shown."""
SMALL = 500_000
"""Grams in all up to which they are kept as sets (about 50 MB); above, they are counted in a table of bytes."""
KEPT_SETS = 2_000
"""Sets of grams kept while comparing (about 64 kB each)."""
FIRST_TRIED = (95, 85)
"""Where only the most similar pairs are wanted, these percents are tried first."""
Hashes: TypeAlias = "array[int]"
"""The grams of a text as 64-bit hashes, each once: a tenth of the memory of the grams themselves."""
NOT_WRITING = re.compile(r"[\W\d_\u00b2\u00b3\u00b9\u2150-\u218f\u2460-\u24ff\u3220-\u3229\u3280-\u3289]+")
"""Digits of every kind, punctuation and spaces; 一二三 are words."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their places in the list, a < b, and how alike they are in percent, rounded down."""

    a: int
    b: int
    percent: int


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


@lru_cache(maxsize=KEPT_SETS)
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
    if sum(map(len, texts)) <= SMALL:
        sets = [grams(text) - common for text in texts]
        left = _with_partner(sets, wanted)
        hashed = [_hashes(sets[i]) for i in left]
    else:
        every = [_hashes(grams(text) - common) for text in texts]
        left = _with_partner(every, wanted)
        hashed = [every[i] for i in left]
    some_homes = [homes[i] for i in left] if homes else None
    found: list[Pair] = []
    for step in [*(s for s in FIRST_TRIED if limit and s > wanted), wanted]:
        found = _Join([texts[i] for i in left], hashed, some_homes, step, limit).run()
        if limit and len(found) >= limit:
            break
    pairs = (Pair(min(left[p.a], left[p.b]), max(left[p.a], left[p.b]), p.percent) for p in found)
    return sorted(pairs, key=lambda p: (-p.percent, p.a, p.b))[:limit]


def _hashes(own: AbstractSet[str]) -> Hashes:
    return array("q", map(hash, own))


def _with_partner(every: Sequence[AbstractSet[str]] | Sequence[Hashes], percent: int) -> list[int]:
    """Places of the texts that may have a partner: so many of their grams stand in another text too.

    What two texts share is at least ``percent`` of the grams of either. Texts that fall out take their grams with them,
    so the rest is looked through again until nothing falls out.
    """
    left = list(range(len(every)))
    while len(left) > 1:
        chosen = [every[i] for i in left]
        sizes = [len(own) for own in chosen]
        shared = _shared_in_memory(chosen) if sum(sizes) <= SMALL else _shared_by_table(chosen)
        kept = [i for i, n, size in zip(left, shared, sizes, strict=True) if n and 100 * n >= percent * size]
        if len(kept) == len(left):
            return left
        left = kept
    return []


def _shared_in_memory(every: Sequence[Collection[Any]]) -> list[int]:
    """Per text: how many of its grams stand in another text too."""
    seen: set[Any] = set()
    twice: set[Any] = set()
    sets = [own if isinstance(own, set) else set(own) for own in every]
    for own in sets:
        twice |= seen & own
        seen |= own
    return [len(own & twice) for own in sets]


def _shared_by_table(hashed: Sequence[Collection[Any]]) -> list[int]:
    """The same by a table of bytes: never too few, a few too many where two hashes share a place."""
    table, mask = _how_often(hashed)
    return [sum([table[h & mask] > 1 for h in own]) for own in hashed]


def _how_often(hashed: Sequence[Collection[int]]) -> tuple[bytearray, int]:
    """How many texts have a gram, at most 255, by the gram's hash & mask; never too few."""
    mask = (1 << max(12, min(28, (4 * sum(map(len, hashed))).bit_length()))) - 1
    table = bytearray(mask + 1)
    for own in hashed:
        for h in own:
            if table[h & mask] < 255:  # noqa: PLR2004  a byte
                table[h & mask] += 1
    return table, mask


class _Join:
    """All pairs that reach a percent, by an inverted index over the rarest grams of each text.

    Two texts that reach it share one of the first ``n - need + 1`` grams of either, in any order that is the same for
    all; the rarest first makes the lists in the index short. Equal texts are compared once.
    """

    def __init__(
        self,
        texts: Sequence[str],
        hashed: Sequence[Hashes],
        homes: Sequence[Hashable] | None,
        percent: int,
        limit: int | None,
    ) -> None:
        self.homes, self.percent, self.limit = homes, percent, limit
        groups: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            if hashed[i]:
                groups[text].append(i)
        ordered = sorted(groups.items(), key=lambda g: (len(hashed[g[1][0]]), g[0]))
        self.groups = [places for _, places in ordered]
        self.hashed = [hashed[places[0]] for places in self.groups]
        self.set_of = lru_cache(maxsize=KEPT_SETS)(lambda i: frozenset(self.hashed[i]))
        self.found: list[Pair] = []
        self.best: list[int] = []  # a heap of the percents of the ``limit`` best pairs

    def run(self) -> list[Pair]:
        """The pairs; with a limit at least the ``limit`` best ones."""
        for group in self.groups:
            for k, a in enumerate(group):
                if self.percent > 100:  # noqa: PLR2004  enough equal texts are found
                    return self.found
                self._keep_all([a], group[k + 1 :], 100)
        self._across()
        return self.found

    def _across(self) -> None:
        """Compare texts that are not equal, those with fewer grams first."""
        table, mask = _how_often(self.hashed)
        index: dict[int, list[int]] = defaultdict(list)
        for i, own in enumerate(self.hashed):
            need = -(-self.percent * len(own) // 100)
            rarest = sorted(own, key=lambda h: (table[h & mask], h))[: max(0, len(own) - need + 1)]
            first = [h for h in rarest if table[h & mask] > 1]
            near = {j for h in first for j in index.get(h, ())}
            for j in sorted(near):
                if len(self.hashed[j]) >= need:
                    self._compare(i, j)
            for h in first:
                index[h].append(i)

    def _compare(self, i: int, j: int) -> None:
        both = len(self.set_of(i) & self.set_of(j))
        percent = 100 * both // (len(self.hashed[i]) + len(self.hashed[j]) - both)
        if percent >= self.percent:
            self._keep_all(self.groups[i], self.groups[j], percent)

    def _keep_all(self, some: Sequence[int], others: Sequence[int], percent: int) -> None:
        """Take all pairs of two groups that come from different homes; once there are enough, only better ones count."""
        for a, b in product(some, others):
            if percent < self.percent:
                return
            if self.homes is None or self.homes[a] != self.homes[b]:
                self._keep(Pair(a, b, percent))

    def _keep(self, pair: Pair) -> None:
        self.found.append(pair)
        if self.limit is None:
            return
        if len(self.best) < self.limit:
            heappush(self.best, pair.percent)
        else:
            heapreplace(self.best, pair.percent)
        if len(self.best) == self.limit:
            self.percent = max(self.percent, self.best[0] + 1)


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
