"""Find the regular expressions of a campaign that backtrack without end (ReDoS).

Each is tried in a child process (``pattern_trial``) on texts of 2,000 characters made from the pattern itself. A pattern
that takes longer than ``SECONDS`` on one text counts as too slow. A trial proves nothing, so searches of rules have a
limit of their own (``core.rule.expressions``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

SECONDS = 0.25
"""CPU seconds that a search in one text may take; the patterns of this program take a few thousandths."""
PATIENCE = 5.0
"""Seconds to wait for the child process, plus 0.1 s per pattern, before it is killed."""

_TRIAL = Path(__file__).with_name("pattern_trial.py")


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
    child = subprocess.Popen(  # noqa: S603  this very Python, on a file of this program
        [sys.executable, "-I", "-S", str(_TRIAL), str(SECONDS)],
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
