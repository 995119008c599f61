"""Parts of a notice that a fact stands in: half sentences, and the piece between two commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause
from orglife.notice.model import Notice


def halves(clause: Clause) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a clause; a semicolon ends one too."""
    for start, end in clause.line.sentences:
        begun = start
        for found in re.finditer("；", clause.plain[start:end]):
            yield begun, start + found.start()
            begun = start + found.end()
        if end > begun:
            yield begun, end


def half_sentences(notice: Notice) -> Iterator[tuple[Clause, int, int]]:
    """Those of the whole body."""
    for clause in notice.body:
        for start, end in halves(clause):
            yield clause, start, end


def clause_start(clause: Clause, at: int, start: int) -> int:
    """Where the piece around ``at`` begins, not before ``start``."""
    return max([start, *(clause.plain.rfind(mark, start, at) + 1 for mark in "，；。：")])


def clause_end(clause: Clause, at: int, end: int) -> int:
    """Where the piece around ``at`` ends, not after ``end``."""
    return min([end, *(p for mark in "，；。" if (p := clause.plain.find(mark, at, end)) >= 0)])
