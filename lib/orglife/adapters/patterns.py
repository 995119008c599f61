"""Patterns that a campaign brings along: which of them go on searching without end.

Each is tried in a child process on texts of 2,000 characters made from the pattern itself: what it may repeat, repeated
until the text is full, and then a character that it does not expect. That is what makes a bad one go astray. A pattern
that takes longer than ``SECONDS`` over one text is given up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache

SECONDS = 0.25
"""Processor time that a search in one text may take; the patterns of this program take a few thousandths."""
PATIENCE = 5.0
"""Seconds that the child may say nothing before it is ended."""

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
    shut = {chr(value) for op, value in items if op is c.LITERAL}
    return next((char for char in "a我1 b" if char not in shut), "a")

def samples(tree):
    """A few short texts that a piece of a pattern may match."""
    found = [""]
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
        found = [(f + p)[:LENGTH] for f in found for p in parts][:SOME]
    return found

def pumps(tree, before=""):
    """(what stands before, what is repeated) for every repetition in a pattern."""
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
    """Those patterns that take too long over a text of 2,000 characters.

    Args:
        patterns: Patterns that compile.
    """
    return list(_endless(tuple(dict.fromkeys(patterns))))


@lru_cache(maxsize=16)  # a workspace is opened many times in one run
def _endless(patterns: tuple[str, ...]) -> tuple[str, ...]:
    waiting = list(enumerate(patterns))
    slow: list[str] = []
    while waiting:
        told = _try(waiting)
        slow += [pattern for number, pattern in waiting if told.get(number)]
        waiting = [each for each in waiting if each[0] not in told]
        if waiting:  # the child was ended, or fell, over the first of them
            slow.append(waiting.pop(0)[1])
    return tuple(slow)


def _try(waiting: Sequence[tuple[int, str]]) -> dict[int, bool]:
    """Number → whether it is too slow, of those that the child came to an end with."""
    child = subprocess.Popen(  # noqa: S603  this very Python, on the text above
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
