"""Discard texts that are unlikely to resemble any other, in linear time.

Each text gets ``PASSES * BINS`` values: for each of several hash functions, the least hash of its grams in each of
``BINS`` equal parts of the range (MinHash with one permutation for many values). Two texts agree in a value with the
probability of their similarity, so texts that reach the percent agree almost certainly in a whole band of ``rows``
values; texts that agree in a band are compared by their bit sketches. A pair that just reaches the percent is missed
with a probability of at most ``CHANCE``, a more similar one far less often. The hash functions are fixed: the same texts
give the same result on every computer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

Ints: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
BINS = 60
PASSES = 9
ROWS = (12, 10, 6, 5, 4, 3)
"""Values in a band: divisors of ``BINS``. The more, the fewer pairs are compared needlessly."""
CHANCE = 1e-7
CROWD = 50
"""Groups above this size are kept without comparing their pairs."""
_CHUNK = 20_000  # texts at a time: some million grams
_WORDS = 6  # 64-bit words of a sketch
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_NONE = np.uint32(0xFFFFFFFF)


def with_likely_partner(every: Sequence[Ints], percent: int, origins: Sequence[Hashable] | None) -> list[int]:
    """Indexes of the texts that have a likely partner of another origin; all where the percent is too low to tell.

    Args:
        every: The distinct gram hashes of each text.
        percent: What a pair must reach.
        origins: Where each text comes from; None: all from different places.
    """
    rows = rows_for(percent)
    if not rows:
        return list(range(len(every)))
    sizes = np.array([len(own) for own in every])
    sketches = np.concatenate([sketched(every[start : start + _CHUNK]) for start in range(0, len(every), _CHUNK)])
    bits = np.bitwise_count(sketches).sum(axis=1, dtype=np.int64)
    numbers: dict[Hashable, int] = {}
    places = np.array([numbers.setdefault(origin, len(numbers)) for origin in origins or range(len(every))])
    stays = np.zeros(len(every), dtype=bool)
    for number in range(PASSES):
        for keys in _bands(every, number, rows):
            for some, others in _agreeing(keys, stays):
                apart = (places[some] != places[others]) & ~(stays[some] & stays[others])
                one, other = some[apart], others[apart]
                near = most_percent(sizes, bits, sketches, one, other) >= percent
                stays[one[near]] = True
                stays[other[near]] = True
    return np.flatnonzero(stays).tolist()


def rows_for(percent: int) -> int:
    """Values in a band, so that a pair at the percent is missed with at most ``CHANCE``; 0 = no band size meets it."""
    agree = percent / 100
    return next((rows for rows in ROWS if (1 - agree**rows) ** (PASSES * (BINS // rows)) <= CHANCE), 0)


def _bands(every: Sequence[Ints], number: int, rows: int) -> Iterator[Ints]:
    """The bands of one hash function: one key per text each."""
    keys = np.concatenate(
        [_keys(every[start : start + _CHUNK], number, rows) for start in range(0, len(every), _CHUNK)]
    )
    yield from keys.T


def _keys(some: Sequence[Ints], number: int, rows: int) -> Any:
    """The keys of some texts, (n, bands): each from ``rows`` values; a band without any gram gets a key of its own."""
    grams = np.concatenate(some).astype(np.uint64)
    hashes = (((grams + np.uint64(2 * number + 1)) * _FACTOR) ^ (grams >> np.uint64(29))) * _FACTOR
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _FACTOR >> np.uint64(32)
    cells = np.repeat(np.arange(len(some)) * BINS, [len(own) for own in some])
    cells += ((hashes * np.uint64(BINS)) >> np.uint64(32)).astype(np.int64)
    least = np.full(len(some) * BINS, _NONE)
    np.minimum.at(least, cells, hashes.astype(np.uint32))
    values = least.reshape(len(some), BINS // rows, rows).astype(np.uint64)
    keys = np.zeros(values.shape[:2], dtype=np.uint64)
    for row in range(rows):
        keys = (keys ^ (keys >> np.uint64(29))) * _FACTOR + values[:, :, row]
    empty = (values == _NONE).all(axis=2)
    keys[empty] = np.arange(int(empty.sum()), dtype=np.uint64)
    return keys


def _agreeing(keys: Ints, stays: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of texts with equal keys; the members of a crowd are marked as staying instead."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    at = np.arange(len(keys))
    for distance in range(1, CROWD + 1):
        at = at[: np.searchsorted(at, len(keys) - distance)]
        at = at[ordered[at] == ordered[at + distance]]
        if not len(at):
            return
        if distance == CROWD:
            for within in range(CROWD + 1):
                stays[order[at + within]] = True
            return
        yield order[at], order[at + distance]


# --- sketches --------------------------------------------------------------------------------------------------------


def sketched(some: Sequence[Ints]) -> Any:
    """A bit sketch of each text, (n, words): the bits that its grams map to, as 64-bit words."""
    bits = np.zeros(len(some) * 64 * _WORDS, dtype=np.uint8)
    grams = np.concatenate(some).astype(np.uint64) * _FACTOR >> np.uint64(32)
    places = (grams * np.uint64(64 * _WORDS)) >> np.uint64(32)
    bits[np.repeat(np.arange(len(some)) * 64 * _WORDS, [len(own) for own in some]) + places.astype(np.int64)] = 1
    return np.packbits(bits).view(np.uint64).reshape(len(some), _WORDS)


def most_percent(sizes: Ints, bits: Ints, sketches: Ints, one: Any, others: Ints) -> Any:
    """How similar texts can be at most: a bit set in only one of two sketches is a gram that the other text lacks.

    Args:
        sizes: Number of grams of each text.
        bits: Number of set bits of each sketch.
        sketches: The sketches.
        one: Index of a text, or one for each of the others.
        others: Indexes of texts.

    Returns:
        Percent for each of the others, rounded down.
    """
    both = np.bitwise_count(sketches[others] & sketches[one]).sum(axis=1, dtype=np.int64)
    least = np.minimum(sizes[one] - bits[one], sizes[others] - bits[others]) + both
    return 100 * least // np.maximum(sizes[one] + sizes[others] - least, 1)
