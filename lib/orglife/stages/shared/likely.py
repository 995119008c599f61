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
TOGETHER = 20_000
"""Pairs compared at a time; like the texts hashed at a time, no more than the processor's cache holds."""
_CHUNK = 500  # texts at a time: some hundred thousand grams
_WORDS = 6  # 64-bit words of a sketch
FACTOR = np.uint64(0x9E3779B97F4A7C15)
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
    mixed = np.argsort(np.arange(len(every), dtype=np.uint64) * FACTOR)  # texts of one origin are no neighbours then
    texts = [every[i] for i in mixed.tolist()]
    numbers: dict[Hashable, int] = {}
    places = np.array([numbers.setdefault(origin, len(numbers)) for origin in origins or range(len(every))])[mixed]
    sizes = np.array([len(own) for own in texts])
    sketches = np.concatenate([sketched(some) for some in _chunks(texts)])
    bits = set_bits(sketches)
    stays = np.zeros(len(texts), dtype=bool)
    for number in range(PASSES):
        for keys in np.concatenate([_keys(some, number, rows) for some in _chunks(texts)], axis=1):
            for some, others in _agreeing(keys, stays):
                apart = (places[some] != places[others]) & ~(stays[some] & stays[others])
                one, other = some[apart], others[apart]
                near = most_percent(sizes, bits, sketches, one, other) >= percent
                stays[one[near]] = stays[other[near]] = True
    return sorted(mixed[stays].tolist())


def _chunks(texts: Sequence[Ints]) -> Iterator[Sequence[Ints]]:
    return (texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK))


def rows_for(percent: int) -> int:
    """Values in a band, so that a pair at the percent is missed with at most ``CHANCE``; 0 = no band size meets it."""
    agree = percent / 100
    return next((rows for rows in ROWS if (1 - agree**rows) ** (PASSES * (BINS // rows)) <= CHANCE), 0)


def _keys(some: Sequence[Ints], number: int, rows: int) -> Any:
    """The bands of one hash function, (bands, n): one key per text each, from ``rows`` values.

    A band without any gram gets a key of the text's first gram.
    """
    grams, counts = np.concatenate(some), [len(own) for own in some]
    hashes = grams.astype(np.uint64)
    hashes += np.uint64(2 * number + 1)
    hashes *= FACTOR
    hashes ^= hashes >> np.uint64(29)
    hashes *= FACTOR
    hashes >>= np.uint64(32)
    cells = np.repeat(np.arange(len(some)) * BINS, counts)
    cells += (hashes * np.uint64(BINS) >> np.uint64(32)).astype(np.int64)
    least = np.full(len(some) * BINS, _NONE)
    np.minimum.at(least, cells, hashes.astype(np.uint32))
    values = least.reshape(len(some), BINS // rows, rows).transpose(2, 1, 0)
    keys = np.zeros(values.shape[1:], dtype=np.uint64)
    for row in values:
        keys = (keys ^ (keys >> np.uint64(29))) * FACTOR + row
    firsts = grams[np.cumsum(counts) - counts].astype(np.uint64)
    return keys + (values == _NONE).all(axis=0) * firsts


def _agreeing(keys: Ints, stays: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of texts with equal keys, in parts; most pairs of texts that both stay already are left out.

    Neighbours come first: nearly all texts of a large group of copies stay then, and most of its other pairs are left out.

    Args:
        keys: One key per text.
        stays: Which texts stay; the caller marks those that do before it takes the next part.
    """
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    for at in _in_parts(np.flatnonzero(same)):
        yield order[at], order[at + 1]
    inside = np.flatnonzero(np.append(False, same) | np.append(same, False))
    groups = ordered[inside]
    members = order[inside[np.lexsort((stays[order[inside]], groups))]]  # in each group, those that stay come last
    ends = np.searchsorted(groups, groups, side="right")
    partners = np.where(stays[members], 0, ends - np.arange(len(members)) - 1)
    for at in _in_parts(np.flatnonzero(partners), partners):
        many = partners[at]
        distance = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + 1
        one = np.repeat(at, many)
        yield members[one], members[one + distance]


def _in_parts(places: Ints, partners: Ints | None = None) -> Iterator[Ints]:
    """Cut some places so that each part stands for ``TOGETHER`` pairs or little more: one for each, or its partners."""
    before = np.arange(len(places)) if partners is None else np.cumsum(partners[places])
    yield from np.split(places, np.flatnonzero(np.diff(before // TOGETHER)) + 1)


# --- sketches --------------------------------------------------------------------------------------------------------


def sketched(some: Sequence[Ints]) -> Any:
    """A bit sketch of each text, (n, words): the bits that its grams map to, as 64-bit words."""
    bits = np.zeros(len(some) * 64 * _WORDS, dtype=np.uint8)
    grams = np.concatenate(some).astype(np.uint64) * FACTOR >> np.uint64(32)
    places = (grams * np.uint64(64 * _WORDS)) >> np.uint64(32)
    bits[np.repeat(np.arange(len(some)) * 64 * _WORDS, [len(own) for own in some]) + places.astype(np.int64)] = 1
    return np.packbits(bits).view(np.uint64).reshape(len(some), _WORDS)


def set_bits(words: Ints) -> Any:
    """Number of set bits in each row of 64-bit words; adding the columns is faster than a sum over each row."""
    return sum(column.astype(np.int64) for column in np.bitwise_count(words).T)


def most_percent(sizes: Ints, bits: Ints, sketches: Ints, one: Any, others: Ints) -> Any:
    """How similar texts can be at most: a bit set in only one of two sketches is a gram that the other text lacks.

    Args:
        sizes: Number of grams of each text, at least 1.
        bits: Number of set bits of each sketch.
        sketches: The sketches.
        one: Index of a text, or one for each of the others.
        others: Indexes of texts.

    Returns:
        Percent for each of the others, rounded down.
    """
    both = set_bits(sketches.take(others, axis=0) & sketches.take(one, axis=0))
    least = np.minimum(sizes[one] - bits[one], sizes[others] - bits[others]) + both
    return 100 * least // (sizes[one] + sizes[others] - least)
