"""Find the regular expressions of a campaign that backtrack without end (ReDoS).

Each pattern is tried in a child process on texts of 2,000 characters made from the pattern itself: a part that it may
repeat, repeated until the text is full, then a character that the pattern does not match. Such a text makes a bad
pattern backtrack. A pattern that takes longer than ``SECONDS`` on one text counts as too slow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache

SECONDS = 0.25
"""CPU seconds that a search in one text may take; the patterns of this program take a few thousandths."""
PATIENCE = 5.0
"""Seconds to wait for the child process, plus 0.1 s per pattern, before it is killed."""

_CHILD = r'''
import json, re, sys, time
from re import _constants as c, _parser

LENGTH, STRANGE, SOME = 2000, ("\x00", "\uffff"), 6
LIMIT = float(sys.argv[1])

def char_of(items):
    for op, value in items:
        if op is c.LITERAL:
            return chr(value)
        if op is c.RANGE:
            return chr(value[0])
        if op is c.CATEGORY:
            return {c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a"}.get(value, "!")
    return "a"

def other_than(items):
    excluded = {chr(value) for op, value in items if op is c.LITERAL}
    return next((char for char in "a我1 b" if char not in excluded), "a")

def samples(tree):
    """A few short texts that a part of a pattern may match."""
    matches = [""]
    for op, value in tree:
        if op is c.LITERAL:
            parts = [chr(value)]
        elif op is c.NOT_LITERAL or op is c.ANY:
            parts = ["a"]
        elif op is c.IN:
            parts = [other_than(value) if value[0][0] is c.NEGATE else char_of(value)]
        elif op is c.BRANCH:
            parts = [s for branch in value[1] for s in samples(branch)[:2]]
        elif op is c.SUBPATTERN:
            parts = samples(value[3])
        elif op is c.ATOMIC_GROUP:
            parts = samples(value)
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            parts = [s * min(max(value[0], 1), LENGTH) for s in samples(value[2])]
        elif op is c.ASSERT and value[0] < 0:
            parts = samples(value[1])
        else:
            parts = [""]
        matches = [(m + p)[:LENGTH] for m in matches for p in parts][:SOME]
    return matches

def pumps(tree, before=""):
    """(text before, repeated text) for every repetition in a pattern."""
    for op, value in tree:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            for body in samples(value[2]):
                yield before, body
            yield from pumps(value[2], before)
        elif op is c.SUBPATTERN:
            yield from pumps(value[3], before)
        elif op is c.ATOMIC_GROUP:
            yield from pumps(value, before)
        elif op is c.BRANCH:
            for branch in value[1]:
                yield from pumps(branch, before)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from pumps(value[1], before)
        before = (before + samples([(op, value)])[0])[:LENGTH // 2]

def texts(pattern):
    tree = _parser.parse(pattern)
    whole = [("", text[:-cut] if cut else text) for text in samples(tree) for cut in (0, 1)]
    plain = [("", char) for char in "a我1 ，"]
    pumped = list(pumps(tree))
    seeds = dict.fromkeys([*pumped, *whole, *(("", before) for before, _ in pumped), *plain])
    pieces = list(dict.fromkeys(body for _, body in seeds if body))
    for before, body in seeds:
        if body:
            for end in STRANGE:
                yield (before + body * LENGTH)[:LENGTH - 1] + end
    yield ("".join(pieces) * LENGTH)[:LENGTH - 1] + STRANGE[0]

for number, pattern in json.load(sys.stdin):
    search, slow = re.compile(pattern).search, False
    for text in texts(pattern):
        begun = time.process_time()
        search(text)
        if time.process_time() - begun > LIMIT:
            slow = True
            break
    print(number, int(slow), flush=True)
'''


def endless(patterns: Sequence[str]) -> list[str]:
    """The patterns that take too long on a text of 2,000 characters.

    Args:
        patterns: Patterns that compile.
    """
    return list(_endless(tuple(dict.fromkeys(patterns))))


@lru_cache(maxsize=16)  # one run opens a workspace many times
def _endless(patterns: tuple[str, ...]) -> tuple[str, ...]:
    waiting = list(enumerate(patterns))
    slow: list[str] = []
    while waiting:
        results = _try(waiting)
        slow += [pattern for number, pattern in waiting if results.get(number)]
        waiting = [each for each in waiting if each[0] not in results]
        if waiting:  # the child was killed or crashed while it tried the first of them
            slow.append(waiting.pop(0)[1])
    return tuple(slow)


def _try(waiting: Sequence[tuple[int, str]]) -> dict[int, bool]:
    """Number → whether the pattern is too slow, for the patterns that the child finished."""
    child = subprocess.Popen(  # noqa: S603  runs this Python on the constant above
        [sys.executable, "-I", "-S", "-c", _CHILD, str(SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="ascii",
    )
    try:
        out, _ = child.communicate(json.dumps(waiting), timeout=PATIENCE + 0.1 * len(waiting))
    except subprocess.TimeoutExpired:
        child.kill()
        out, _ = child.communicate()
    rows = (line.split() for line in out.splitlines())
    return {int(number): answer == "1" for number, answer in rows}
