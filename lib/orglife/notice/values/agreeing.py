"""Parts of clauses in which facts are searched, and readings that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from orglife.notice.clause import NoticeClause
from orglife.notice.model import Fact, Notice


def halves(clause: NoticeClause) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of a clause; a semicolon also ends a span."""
    for sentence in clause.line.sentences:
        yield from halves_of(clause, *sentence)


def halves_of(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans between semicolons in one sentence."""
    begun = start
    for match in re.finditer("；", clause.plain[start:end]):
        yield begun, start + match.start()
        begun = start + match.end()
    if end > begun:
        yield begun, end


def half_sentences(notice: Notice) -> Iterator[tuple[NoticeClause, int, int]]:
    """The ``halves`` of all clauses of the body."""
    for clause in notice.body:
        for start, end in halves(clause):
            yield clause, start, end


def clause_start(clause: NoticeClause, at: int, start: int) -> int:
    """The start of the part between punctuation marks around ``at``, at least ``start``."""
    return max([start, *(clause.plain.rfind(mark, start, at) + 1 for mark in "，；。：")])


def clause_end(clause: NoticeClause, at: int, end: int) -> int:
    """The end of the part between punctuation marks around ``at``, at most ``end``."""
    return min([end, *(p for mark in "，；。" if (p := clause.plain.find(mark, at, end)) >= 0)])


def agreed(facts: Sequence[Fact], says: Callable[[Fact], Any] = lambda fact: fact.value) -> Fact | None:
    """The first of several readings of one field; ``uncertain``, with both quotes, if another one differs from it.

    Args:
        facts: Readings of one field, in the order of the text; None for no facts.
        says: Gives the value to compare.
    """
    for other in facts[1:]:
        if says(other) != says(facts[0]):
            return doubtful(facts[0], other)
    return facts[0] if facts else None


def doubtful(fact: Fact, other: Fact) -> Fact:
    """The fact marked ``uncertain``, with the quotes of another one that excludes it."""
    return replace(fact, words=(*fact.words[:1], *other.words[:1], *fact.words[1:]), sure="uncertain")
