"""A child program that searches with each pattern and reports which ones take too long.

The texts are made from the pattern itself: a part that it may repeat, repeated until the text is full, then a character
that the pattern does not match. Such a text makes a bad pattern backtrack without end. ``patterns`` runs this file
alone: patterns as JSON on standard input, seconds as the argument, one line with number and 0 or 1 for each pattern.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from re import _constants as c  # type: ignore[attr-defined]  # the parsed pattern is nowhere else
from re import _parser  # type: ignore[attr-defined]  # as above
from typing import Any

LENGTH, STRANGE, SOME = 2000, ("\x00", "\uffff"), 6
_REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
_OF_CATEGORY = {c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a"}
_CANDIDATES = [*map(ord, "a我1 b"), *range(0x21, 0x500), *range(0x4E00, 0x9FA6)]
"""Characters for a class that excludes some: usual ones first."""
Tree = Iterable[tuple[Any, Any]]


def _char_of(items: Tree) -> str:
    for op, value in items:
        if op is c.LITERAL:
            return chr(value)
        if op is c.RANGE:
            return chr(value[0])
        if op is c.CATEGORY:
            return _OF_CATEGORY.get(value, "!")
    return "a"


def _other_than(items: Tree) -> str:
    excluded = {value for op, value in items if op is c.LITERAL}
    spans = [value for op, value in items if op is c.RANGE]
    excluded |= {value for value in _CANDIDATES if any(low <= value <= high for low, high in spans)}
    return next((chr(value) for value in _CANDIDATES if value not in excluded), "a")


def _samples(tree: Tree) -> list[str]:
    """A few short texts that a part of a pattern may match."""
    matches = [""]
    for op, value in tree:
        matches = [(m + p)[:LENGTH] for m in matches for p in _parts(op, value)][:SOME]
    return matches


def _parts(op: Any, value: Any) -> list[str]:
    if op is c.LITERAL:
        return [chr(value)]
    if op is c.NOT_LITERAL or op is c.ANY:
        return ["a"]
    if op is c.IN:
        return [_other_than(value) if value[0][0] is c.NEGATE else _char_of(value)]
    if op is c.BRANCH:
        return [text for branch in value[1] for text in _samples(branch)[:2]]
    if op is c.SUBPATTERN:
        return _samples(value[3])
    if op is c.ATOMIC_GROUP:
        return _samples(value)
    if op in _REPEATS:
        return [text * min(max(value[0], 1), LENGTH) for text in _samples(value[2])]
    if op is c.ASSERT and value[0] < 0:
        return _samples(value[1])
    return [""]


def _pumps(tree: Tree, before: str = "") -> Iterator[tuple[str, str]]:
    """(what stands before, what is repeated) for every repetition in a pattern."""
    for op, value in tree:
        if op in _REPEATS:
            for body in _samples(value[2]):
                yield before, body
            yield from _pumps(value[2], before)
        elif op is c.SUBPATTERN:
            yield from _pumps(value[3], before)
        elif op is c.ATOMIC_GROUP:
            yield from _pumps(value, before)
        elif op is c.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, before)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from _pumps(value[1], before)
        before = (before + _samples([(op, value)])[0])[: LENGTH // 2]


def _excluded(tree: Tree) -> Iterator[str]:
    """Characters that classes such as [^…] exclude: all others, also the strange ones, match there."""
    for op, value in tree:
        if op is c.IN and value[0][0] is c.NEGATE:
            yield from (chr(code) for each, code in value if each is c.LITERAL)
        elif op is c.NOT_LITERAL:
            yield chr(value)
        elif op in _REPEATS:
            yield from _excluded(value[2])
        elif op is c.SUBPATTERN:
            yield from _excluded(value[3])
        elif op is c.ATOMIC_GROUP:
            yield from _excluded(value)
        elif op is c.BRANCH:
            for branch in value[1]:
                yield from _excluded(branch)


def texts(pattern: str) -> Iterator[str]:
    """The texts in which a pattern is to search."""
    tree = _parser.parse(pattern)
    ends = [*STRANGE, *dict.fromkeys(_excluded(tree))][: len(STRANGE) + SOME]
    whole = [("", text[:-cut] if cut else text) for text in _samples(tree) for cut in (0, 1)]
    plain = [("", char) for char in "a我1 ，"]
    pumped = list(_pumps(tree))
    seeds = dict.fromkeys([*pumped, *whole, *(("", before) for before, _ in pumped), *plain])
    pieces = list(dict.fromkeys(body for _, body in seeds if body))
    for before, body in seeds:
        if body:
            for end in ends:
                yield (before + body * LENGTH)[: LENGTH - 1] + end
    yield ("".join(pieces) * LENGTH)[: LENGTH - 1] + STRANGE[0]


def is_slow(pattern: str, limit: float) -> bool:
    """Whether a search in one of the texts takes longer than so many seconds of processor time."""
    search = re.compile(pattern).search
    for text in texts(pattern):
        begun = time.process_time()
        search(text)
        if time.process_time() - begun > limit:
            return True
    return False


if __name__ == "__main__":
    for number, pattern in json.load(sys.stdin):
        print(number, int(is_slow(pattern, float(sys.argv[1]))), flush=True)  # noqa: T201  its answer
