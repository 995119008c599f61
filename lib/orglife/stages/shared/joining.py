"""The join behind ``similarity.similar_pairs``: all pairs of texts that reach a percent, exact also for many texts.

Each text is an array of hashes of its grams. Two texts that reach the percent share at least ``k`` of the first
``n - need + k`` grams of either, in any order that is the same for all texts; with the rarest grams first, few pairs
remain. A bit sketch of each text rules out most of these; the rest are counted in batches.

With more than ``MANY`` texts, those without a likely partner are put aside first (``likely``), because the work of the
index grows with the square of the texts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from heapq import heappush, heapreplace
from typing import Any

import numpy as np

from orglife.stages.shared import likely
from orglife.stages.shared.grams import GRAM, Pair
from orglife.stages.shared.likely import Ints

MANY = 5_000
"""Up to this many texts, no step is left to chance."""
STEP = 5
"""When only the most similar pairs are wanted, rebuild the index each time the percent has risen by this much."""
SHARED = 5
"""Grams that two texts must share among their rarest: one shared phrase is not enough."""
_TOGETHER = 4_000  # pairs counted at a time: a few million grams
_AT_ONCE = 1_000  # texts hashed at a time


def join(
    every: Sequence[Ints], percent: int, *, origins: Sequence[Hashable] | None = None, limit: int | None = None
) -> list[Pair]:
    """Find the pairs of texts that reach a percent; see ``similar_pairs``.

    Args:
        every: The distinct gram hashes of each text, sorted (``hashed``).
        percent: What a pair must reach, 1–100.
        origins: Where each text comes from; texts of one origin are not compared. None: all are.
        limit: How many pairs are wanted; None: all.

    Returns:
        Pairs in any order; with a limit, at least the first of ``similar_pairs``.
    """
    left = [i for i, own in enumerate(every) if len(own)]
    if len(left) > MANY:
        some_origins = [origins[i] for i in left] if origins else None
        left = [left[k] for k in likely.with_likely_partner([every[i] for i in left], percent, some_origins)]
    left = [left[k] for k in _with_partner([every[i] for i in left], percent)]
    if not left:
        return []
    pairs = _Join(_Prepared([every[i] for i in left]), [origins[i] for i in left] if origins else None, percent, limit)
    return [Pair(left[p.a], left[p.b], p.percent) for p in pairs.run()]


# --- hashes --------------------------------------------------------------------------------------------------------


def _mixed(columns: Iterator[Ints]) -> Ints:
    """Hash several characters into one number, the same in every process."""
    total = next(columns).astype(np.uint64)
    for column in columns:
        total = (total ^ (total >> np.uint64(29))) * likely.FACTOR + column
    return total


def hashed(texts: Sequence[str], common: AbstractSet[str] = frozenset()) -> list[Any]:
    """The distinct gram hashes of each text, sorted, as 64-bit numbers; those of common grams are left out."""
    stop = _of_grams(frozenset(common))
    return [own[~_are_in(own, stop)] for own in _hashed(texts)]


def _hashed(texts: Sequence[str]) -> Iterator[Any]:
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
    """Texts prepared for comparison, in the order given.

    Attributes:
        sizes: Number of grams of each.
        shared: Grams that another text has too, as small numbers in ascending order; lower = rarer.
        kinds: How many such numbers exist.
        sketches: Bit sketch of each (``likely.sketched``).
        bits: Number of set bits of each.
    """

    def __init__(self, own: Sequence[Ints]) -> None:
        self.sizes = np.array([len(one) for one in own])
        values, counts = np.unique(np.concatenate(own), return_counts=True)
        values, counts = values[counts > 1], counts[counts > 1]
        rank = np.empty(len(values), dtype=np.int32)
        rank[np.lexsort((values, counts))] = np.arange(len(values), dtype=np.int32)
        self.kinds = len(values)
        self.shared = [np.sort(rank[np.searchsorted(values, one[_are_in(one, values)])]) for one in own]
        self.sketches = likely.sketched(own)
        self.bits = likely.set_bits(self.sketches)


class _Index:
    """Index from a gram to the texts that have it among their rarest: at a given percent, partners must share some."""

    def __init__(self, texts: _Prepared, percent: int) -> None:
        self.texts, self.percent = texts, percent
        self.needs = -(-percent * texts.sizes // 100)
        firsts = [_first(own, need) for own, need in zip(texts.shared, self.needs.tolist(), strict=True)]
        grams = np.concatenate(firsts)
        order = np.argsort(grams, kind="stable")
        self.places = np.repeat(np.arange(len(firsts)), [len(first) for first in firsts])[order]
        self.bounds = np.searchsorted(grams[order], np.arange(texts.kinds + 1)).tolist()

    def near(self, i: int, percent: int) -> Any:
        """Texts after text ``i`` that share enough of their rarest grams with it, and whose sizes allow the percent."""
        size = int(self.texts.sizes[i])
        need = -(-percent * size // 100)
        grams = _first(self.texts.shared[i], need).tolist()
        where = [self.places[self.bounds[gram] : self.bounds[gram + 1]] for gram in grams]
        if not where:
            return np.empty(0, dtype=np.int64)
        listed = np.concatenate(where)
        others, times = np.unique(listed[listed > i], return_counts=True)  # each text once per gram
        asked = np.minimum(SHARED, np.minimum(self.needs[others], need))
        sizes = self.texts.sizes[others]
        return others[(times >= asked) & (sizes >= need) & (percent * sizes <= 100 * size)]


def _first(shared: Ints, need: int) -> Ints:
    """The rarest shared grams of a text, some of which every partner has; grams unique to the text are already gone."""
    return shared[: max(0, len(shared) - need + min(SHARED, need))]


class _Join:
    """Find the pairs, those of the first text first, so that of equally similar pairs the first are found first."""

    def __init__(
        self, prepared: _Prepared, origins: Sequence[Hashable] | None, percent: int, limit: int | None
    ) -> None:
        self.texts, self.origins, self.percent, self.limit = prepared, origins, percent, limit
        self.pairs: list[Pair] = []
        self.best: list[int] = []  # heap of the percents of the ``limit`` best pairs

    def run(self) -> list[Pair]:
        """Return the pairs; with a limit at least the ``limit`` best ones."""
        marked = np.zeros(self.texts.kinds, dtype=np.uint8)
        index = _Index(self.texts, self.percent)
        for i, own in enumerate(self.texts.shared):
            if self.percent > 100:  # noqa: PLR2004  enough equal texts are found
                break
            if self.percent >= index.percent + STEP:
                index = _Index(self.texts, self.percent)
            candidates = self._may_reach(i, index.near(i, self.percent))
            if len(candidates):
                marked[own] = 1
                for start in range(0, len(candidates), _TOGETHER):
                    self._count(i, candidates[start : start + _TOGETHER], marked)
                marked[own] = 0
        return self.pairs

    def _may_reach(self, i: int, candidates: Ints) -> Any:
        texts = self.texts
        most = likely.most_percent(texts.sizes, texts.bits, texts.sketches, i, candidates)
        return candidates[most >= self.percent]

    def _count(self, i: int, candidates: Ints, marked: Ints) -> None:
        """Compare one text, whose grams are marked, with other texts."""
        parts = [self.texts.shared[j] for j in candidates.tolist()]
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        both = np.add.reduceat(marked[np.concatenate(parts)], starts, dtype=np.int64)
        sizes = self.texts.sizes
        percents = 100 * both // (sizes[i] + sizes[candidates] - both)
        for place in np.flatnonzero(percents >= self.percent).tolist():
            j, percent = int(candidates[place]), int(percents[place])
            if percent >= self.percent and (self.origins is None or self.origins[i] != self.origins[j]):
                self._add(Pair(i, j, percent))

    def _add(self, pair: Pair) -> None:
        """Add a pair; once the limit is reached, only better pairs are wanted."""
        self.pairs.append(pair)
        if self.limit is None:
            return
        if len(self.best) < self.limit:
            heappush(self.best, pair.percent)
        else:
            heapreplace(self.best, pair.percent)
        if len(self.best) == self.limit:
            self.percent = max(self.percent, self.best[0] + 1)
