"""Parts of clauses in which facts are searched, and checks for contradictory readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from orglife.core.errors import NoticeContradicts
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


def require_equal(
    facts: Sequence[Fact], what: str, says: Callable[[Fact], Any] = lambda fact: fact.value
) -> Fact | None:
    """The first fact, provided that all are equal; None for no facts.

    Args:
        facts: Readings of one field, in the order of the text.
        what: The field's name, for the message.
        says: Gives the value to compare.

    Raises:
        NoticeContradicts: two facts differ; names both places and quotes.
    """
    for other in facts[1:]:
        if says(other) != says(facts[0]):
            raise contradiction(what, facts[0], other)
    return facts[0] if facts else None


def contradiction(what: str, one: Fact, other: Fact) -> NoticeContradicts:
    """The error for two contradictory facts."""
    first, second = one.first, other.first
    return NoticeContradicts(what=what, one=first.quote, place=first.place, other=second.quote, there=second.place)
