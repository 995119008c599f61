"""How alike two texts are: the share of character 5-grams that they have in common, in whole percent.

Exact, not estimated: a pair is found if and only if its percent is reached. What makes it fast is that most texts need
never be compared: a text whose own turns of phrase outweigh what stands elsewhere too has no partner.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappush, heapreplace

GRAM = 5
"""Characters of one gram."""
SHOWN_CHARS = 40
"""How much of a shared passage is shown."""
SMALL = 500_000
"""Characters in all up to which every gram is kept in memory (about 130 MB); above, counts in a table of bytes."""
STAGES = (95, 85)
"""Where only the most similar pairs are wanted, these percents are tried first."""
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


def kept_places(text: str, names: Iterable[str] = ()) -> list[int]:
    """Where the characters of ``masked(text, names)`` stand in the text, in order."""
    places = [i for i, c in enumerate(text) if not NOT_WRITING.match(c)]
    pattern = _any_of(tuple(names))
    if pattern is None:
        return places
    bare = "".join(text[i] for i in places)
    gone = {i for found in pattern.finditer(bare) for i in range(*found.span())}
    return [place for i, place in enumerate(places) if i not in gone]


# --- comparing -----------------------------------------------------------------------------------------------------


def grams(text: str) -> set[str]:
    """The character 5-grams of a masked text; empty when it is shorter."""
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}


def percent_alike(a: Set[str], b: Set[str]) -> int:
    """Jaccard × 100, rounded down; 0 when both sets are empty."""
    both = len(a & b)
    return 100 * both // (len(a) + len(b) - both) if both else 0


def similar_pairs(
    texts: Sequence[str],
    percent: int,
    *,
    common: Set[str] = frozenset(),
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
    left = _with_partner(texts, wanted, common)
    steps = [step for step in STAGES if step > wanted] if limit else []
    for step in [*steps, wanted]:
        found = _Join([texts[i] for i in left], [homes[i] for i in left] if homes else None, common, step, limit).run()
        if step == wanted or (limit and len(found) >= limit):
            break
    pairs = (Pair(*sorted((left[p.a], left[p.b])), p.percent) for p in found)
    return sorted(pairs, key=lambda p: (-p.percent, p.a, p.b))[:limit]


def _with_partner(texts: Sequence[str], percent: int, common: Set[str]) -> list[int]:
    """Places of the texts that may have a partner: so many of their grams stand in another text too.

    What two texts share is at least ``percent`` of the grams of either. Texts that fall out take their grams with them,
    so the rest is looked through again until nothing falls out.
    """
    left = list(range(len(texts)))
    while len(left) > 1:
        chosen = [texts[i] for i in left]
        small = sum(map(len, chosen)) <= SMALL
        shares = _shared_in_memory(chosen, common) if small else _shared_by_table(chosen, common)
        kept = [i for i, (shared, total) in zip(left, shares, strict=True) if shared and 100 * shared >= percent * total]
        if len(kept) == len(left):
            return left
        left = kept
    return []


def _shared_in_memory(texts: Sequence[str], common: Set[str]) -> list[tuple[int, int]]:
    """Per text: how many of its grams stand in another text, and how many it has."""
    seen: set[str] = set()
    twice: set[str] = set()
    sets = [grams(text) - common if common else grams(text) for text in texts]
    for own in sets:
        twice |= seen & own
        seen |= own
    return [(len(own & twice), len(own)) for own in sets]


def _shared_by_table(texts: Sequence[str], common: Set[str]) -> Iterator[tuple[int, int]]:
    """The same in a table of bytes by hash: never too few shared grams, a few too many where hashes collide."""
    mask = (1 << max(16, min(28, (4 * sum(map(len, texts))).bit_length()))) - 1
    table = bytearray(mask + 1)
    for text in texts:
        for place in {hash(g) & mask for g in grams(text) - common}:
            if table[place] < 2:  # noqa: PLR2004  two is enough to know
                table[place] += 1
    for text in texts:
        own = grams(text) - common
        yield sum([table[hash(g) & mask] > 1 for g in own]), len(own)


class _Join:
    """All pairs that reach a percent, by an inverted index over the rarest grams of each text.

    Two texts that reach it share one of the first ``n - need + 1`` grams of either, in any order that is the same for
    all; the rarest first makes the lists in the index short. Equal texts are compared once.
    """

    def __init__(
        self, texts: Sequence[str], homes: Sequence[Hashable] | None, common: Set[str], percent: int, limit: int | None
    ) -> None:
        self.common, self.homes, self.percent, self.limit = common, homes, percent, limit
        groups: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(texts):
            groups[text].append(i)
        self.groups = sorted(groups.items(), key=lambda g: (len(g[0]), g[0]))
        self.found: list[Pair] = []
        self.best: list[int] = []  # a heap of the percents of the ``limit`` best pairs

    def run(self) -> list[Pair]:
        """The pairs; with a limit at least the ``limit`` best ones."""
        sets = [_Grams(text, self.common) for text, _ in self.groups]
        order = sorted((i for i, own in enumerate(sets) if own.size), key=lambda i: (sets[i].size, i))
        for i in order:
            for a, b in self._within(self.groups[i][1]):
                self._keep(a, b, 100)
        if self.percent <= 100:  # noqa: PLR2004  more than 100 once enough equal texts are found
            self._across(sets, order)
        return self.found

    def _across(self, sets: Sequence[_Grams], order: Sequence[int]) -> None:
        """Compare texts that are not equal, the shorter ones first."""
        often = Counter(g for own in sets for g in own.keys)
        index: dict[int, list[int]] = defaultdict(list)
        for i in order:
            own = sets[i]
            rarest = sorted(own.keys, key=lambda g: (often[g], g))
            need = _ceil(self.percent * own.size, 100)
            first = [g for g in rarest[: own.size - need + 1] if often[g] > 1]
            others = Counter(j for g in first for j in index.get(g, ()) if sets[j].size >= need)
            for j in others:
                self._compare(i, j, own, sets[j])
            for g in first:
                index[g].append(i)

    def _compare(self, i: int, j: int, own: _Grams, other: _Grams) -> None:
        both = len(own.keys & other.keys)
        percent = 100 * both // (own.size + other.size - both)
        if percent >= self.percent:
            for a, b in ((a, b) for a in self.groups[i][1] for b in self.groups[j][1] if self._apart(a, b)):
                self._keep(a, b, percent)

    def _within(self, group: Sequence[int]) -> Iterator[tuple[int, int]]:
        return ((a, b) for k, a in enumerate(group) for b in group[k + 1 :] if self._apart(a, b))

    def _apart(self, a: int, b: int) -> bool:
        return self.homes is None or self.homes[a] != self.homes[b]

    def _keep(self, a: int, b: int, percent: int) -> None:
        """Take a pair; once there are enough, only better ones are looked for."""
        if percent < self.percent:
            return
        self.found.append(Pair(a, b, percent))
        if self.limit is None:
            return
        if len(self.best) < self.limit:
            heappush(self.best, percent)
        else:
            heapreplace(self.best, max(percent, self.best[0]))
        if len(self.best) == self.limit:
            self.percent = max(self.percent, self.best[0] + 1)


class _Grams:
    """A text's grams as 64-bit hashes: a quarter of the memory of the grams themselves."""

    __slots__ = ("keys", "size")

    def __init__(self, text: str, common: Set[str]) -> None:
        self.keys = frozenset(map(hash, grams(text) - common))
        self.size = len(self.keys)


def _ceil(a: int, b: int) -> int:
    return -(-a // b)
