"""The join behind ``similarity.similar_pairs``: all pairs of texts that reach a percent, exact also for many texts.

Each text is an array of 64-bit hashes of its grams. Two texts that reach the percent share at least ``k`` of the first
``n - need + k`` grams of either, in any order that is the same for all texts; with the rarest grams first, few pairs
remain. A bit sketch of each text rules out most of these; the rest are counted in batches.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from heapq import heappush, heapreplace
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from orglife.stages.shared.grams import GRAM, Pair

Ints: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
STEP = 5
"""When only the most similar pairs are wanted, rebuild the index each time the percent has risen by this much."""
SHARED = 5
"""Grams that two texts must share among their rarest: one shared phrase is not enough."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_TOGETHER = 4_000  # pairs counted at a time: a few million grams
_AT_ONCE = 1_000  # texts hashed at a time
_WORDS = 6  # 64-bit words of a sketch


def join(
    texts: Sequence[str],
    percent: int,
    *,
    common: AbstractSet[str],
    origins: Sequence[Hashable] | None,
    limit: int | None,
) -> list[Pair]:
    """Find the pairs of masked texts that reach a percent; see ``similar_pairs``. With a limit: at least the best."""
    stop = _of_grams(frozenset(common))
    every = [own[~_are_in(own, stop)] for own in _hashed(texts)]
    left = _with_partner(every, percent)
    if not left:
        return []
    some_origins = [origins[i] for i in left] if origins else None
    prepared = _Prepared([texts[i] for i in left], [every[i] for i in left])
    del every
    pairs = _Join(prepared, some_origins, percent, limit).run()
    return [Pair(min(left[p.a], left[p.b]), max(left[p.a], left[p.b]), p.percent) for p in pairs]


# --- hashes --------------------------------------------------------------------------------------------------------


def _mixed(columns: Iterator[Ints]) -> Ints:
    """Hash several characters into one number, the same in every process."""
    total = next(columns).astype(np.uint64)
    for column in columns:
        total = (total ^ (total >> np.uint64(29))) * _FACTOR + column
    return total


def _hashed(texts: Sequence[str]) -> Iterator[Any]:
    """The distinct gram hashes of each text, sorted."""
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        codes = np.frombuffer("".join(some).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        count = max(0, len(codes) - GRAM + 1)
        mixed = _mixed(codes[k : k + count] for k in range(GRAM))
        place = 0
        for text in some:
            yield _each_once(mixed[place : place + max(0, len(text) - GRAM + 1)])  # no gram extends into the next text
            place += len(text)


def _each_once(values: Ints) -> Any:
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _are_in(own: Ints, values: Ints) -> Any:
    """Which of the hashes in ``own`` occur in ``values``; both are sorted, which spares the sort of ``np.isin``."""
    if not len(values):
        return np.zeros(len(own), dtype=bool)
    return values[np.minimum(np.searchsorted(values, own), len(values) - 1)] == own


@lru_cache(maxsize=4)
def _of_grams(grams: frozenset[str]) -> Any:
    codes = np.frombuffer("".join(sorted(grams)).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _each_once(_mixed(iter(codes.reshape(-1, GRAM).T)))


# --- texts that cannot have a partner ------------------------------------------------------------------------------


def _with_partner(every: Sequence[Ints], percent: int) -> list[int]:
    """Indexes of the texts that may have a partner, because enough of their grams occur in another text.

    A pair shares at least ``percent`` of the grams of either text. Removing a text also removes its grams, so the
    remaining texts are filtered again until none is removed.
    """
    left = [i for i, own in enumerate(every) if len(own)]
    while len(left) > 1:
        mask = np.uint64((1 << max(12, min(28, (2 * sum(len(every[i]) for i in left)).bit_length()))) - 1)
        seen, twice = np.zeros((2, int(mask) + 1), dtype=bool)
        for i in left:  # a hash collision counts as one gram: this can only keep too many texts
            at = every[i] & mask
            twice[at[seen[at]]] = True
            seen[at] = True
        shared = ((i, int(twice[every[i] & mask].sum())) for i in left)
        remaining = [i for i, n in shared if n and 100 * n >= percent * len(every[i])]
        if len(remaining) == len(left):
            return left
        left = remaining
    return []


# --- counting ----------------------------------------------------------------------------------------------------------


class _Prepared:
    """Texts prepared for comparison, those with fewer grams first; equal texts are merged.

    Attributes:
        groups: Indexes of equal texts, per merged text.
        sizes: Number of grams of each.
        shared: Grams that another text has too, as small numbers in ascending order; lower = rarer.
        kinds: How many such numbers exist.
        sketches: Bit sketch of each, (n, words): the bits that its grams map to.
        bits: Number of set bits of each.
    """

    def __init__(self, texts: Sequence[str], hashed: Sequence[Ints]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            groups[text].append(i)
        ordered = sorted(groups.items(), key=lambda g: (len(hashed[g[1][0]]), g[0]))
        self.groups = [places for _, places in ordered]
        own = [hashed[places[0]] for places in self.groups]
        self.sizes = np.array([len(one) for one in own])
        values, counts = np.unique(np.concatenate(own), return_counts=True)
        values, counts = values[counts > 1], counts[counts > 1]
        rank = np.empty(len(values), dtype=np.int32)
        rank[np.lexsort((values, counts))] = np.arange(len(values), dtype=np.int32)
        self.kinds = len(values)
        self.shared = [np.sort(rank[np.searchsorted(values, one[_are_in(one, values)])]) for one in own]
        self.sketches = np.array([_sketch(one) for one in own])
        self.bits = np.bitwise_count(self.sketches).sum(axis=1, dtype=np.int64)


def _sketch(own: Ints) -> Any:
    """Map grams to bits, as 64-bit words."""
    bits = np.zeros(64 * _WORDS, dtype=np.uint8)
    bits[((own >> np.uint64(32)) * np.uint64(len(bits))) >> np.uint64(32)] = 1
    return np.packbits(bits).view(np.uint64)


class _Index:
    """Index from a gram to the texts that have it among their rarest: at a given percent, partners must share some."""

    def __init__(self, texts: _Prepared, percent: int) -> None:
        self.texts, self.percent, sizes = texts, percent, texts.sizes.tolist()
        self.asked = [min(SHARED, _need(size, percent)) for size in sizes]  # ascending, like the sizes
        firsts = [_first(own, size, percent) for own, size in zip(texts.shared, sizes, strict=True)]
        grams = np.concatenate(firsts)
        order = np.argsort(grams, kind="stable")  # stable: texts with the same gram stay in order
        self.places = np.repeat(np.arange(len(firsts)), [len(first) for first in firsts])[order]
        self.bounds = np.searchsorted(grams[order], np.arange(texts.kinds + 1)).tolist()

    def near(self, i: int, percent: int, low: int) -> Ints:
        """Texts from index ``low`` up to ``i`` (exclusive) that share enough of their rarest grams with text ``i``."""
        if low >= i:
            return np.empty(0, dtype=np.int64)
        grams = _first(self.texts.shared[i], int(self.texts.sizes[i]), percent).tolist()
        where = [self.places[self.bounds[gram] : self.bounds[gram + 1]] for gram in grams]
        times = np.bincount(np.concatenate(where), minlength=i) if where else np.zeros(i)  # each text once per gram
        return low + np.flatnonzero(times[low:i] >= self.asked[low])


def _need(size: int, percent: int) -> int:
    """How many grams of a text every partner shares at least."""
    return -(-percent * size // 100)


def _first(shared: Ints, size: int, percent: int) -> Ints:
    """The rarest shared grams of a text, some of which every partner has; grams unique to the text are already gone."""
    need = _need(size, percent)
    return shared[: max(0, len(shared) - need + min(SHARED, need))]


class _Join:
    """Find the pairs at one percent."""

    def __init__(
        self, prepared: _Prepared, origins: Sequence[Hashable] | None, percent: int, limit: int | None
    ) -> None:
        self.texts, self.origins, self.percent, self.limit = prepared, origins, percent, limit
        self.pairs: list[Pair] = []
        self.best: list[int] = []  # heap of the percents of the ``limit`` best pairs

    def run(self) -> list[Pair]:
        """Return the pairs; with a limit at least the ``limit`` best ones."""
        for group in self.texts.groups:
            for k, a in enumerate(group):
                if self.percent > 100:  # noqa: PLR2004  enough equal texts are found
                    return self.pairs
                self._add_all([a], group[k + 1 :], 100)
        self._across()
        return self.pairs

    def _across(self) -> None:
        """Compare texts that are not equal."""
        sizes = self.texts.sizes.tolist()
        marked = np.zeros(self.texts.kinds, dtype=np.uint8)
        index = _Index(self.texts, self.percent)
        for i, own in enumerate(self.texts.shared):
            if self.percent >= index.percent + STEP:
                index = _Index(self.texts, self.percent)
            large_enough = bisect_left(sizes, _need(sizes[i], self.percent))
            candidates = self._may_reach(i, index.near(i, self.percent, large_enough))
            if len(candidates):
                marked[own] = 1
                for start in range(0, len(candidates), _TOGETHER):
                    self._count(i, candidates[start : start + _TOGETHER], marked)
                marked[own] = 0

    def _may_reach(self, i: int, candidates: Ints) -> Any:
        """Candidates that may be similar enough: a bit set in only one sketch is a gram that the other text lacks."""
        sketches, bits, sizes = self.texts.sketches, self.texts.bits, self.texts.sizes
        both = np.bitwise_count(sketches[candidates] & sketches[i]).sum(axis=1, dtype=np.int64)
        least = np.minimum(sizes[i] - bits[i], sizes[candidates] - bits[candidates]) + both
        return candidates[100 * least >= self.percent * (sizes[i] + sizes[candidates] - least)]

    def _count(self, i: int, candidates: Ints, marked: Ints) -> None:
        """Compare one text, whose grams are marked, with other texts."""
        parts = [self.texts.shared[j] for j in candidates.tolist()]
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        both = np.add.reduceat(marked[np.concatenate(parts)], starts, dtype=np.int64)
        sizes = self.texts.sizes
        percents = 100 * both // (sizes[i] + sizes[candidates] - both)
        for place in np.flatnonzero(percents >= self.percent).tolist():
            self._add_all(self.texts.groups[i], self.texts.groups[int(candidates[place])], int(percents[place]))

    def _add_all(self, some: Sequence[int], others: Sequence[int], percent: int) -> None:
        """Add all pairs across two groups with different origins; once the limit is reached, add only better pairs."""
        for a, b in product(some, others):
            if percent < self.percent:
                return
            if self.origins is None or self.origins[a] != self.origins[b]:
                self._add(Pair(a, b, percent))

    def _add(self, pair: Pair) -> None:
        self.pairs.append(pair)
        if self.limit is None:
            return
        if len(self.best) < self.limit:
            heappush(self.best, pair.percent)
        else:
            heapreplace(self.best, pair.percent)
        if len(self.best) == self.limit:
            self.percent = max(self.percent, self.best[0] + 1)
