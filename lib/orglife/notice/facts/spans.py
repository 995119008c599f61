"""Parts of a notice that a fact stands in, and readings that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from orglife.core.errors import NoticeContradicts
from orglife.notice.clause import NoticeClause
from orglife.notice.model import Fact, Notice


def halves(clause: NoticeClause) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a clause; a semicolon ends one too."""
    for sentence in clause.line.sentences:
        yield from halves_of(clause, *sentence)


def halves_of(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of one sentence between its semicolons."""
    begun = start
    for found in re.finditer("；", clause.plain[start:end]):
        yield begun, start + found.start()
        begun = start + found.end()
    if end > begun:
        yield begun, end


def half_sentences(notice: Notice) -> Iterator[tuple[NoticeClause, int, int]]:
    """Those of the whole body."""
    for clause in notice.body:
        for start, end in halves(clause):
            yield clause, start, end


def clause_start(clause: NoticeClause, at: int, start: int) -> int:
    """Where the piece around ``at`` begins, not before ``start``."""
    return max([start, *(clause.plain.rfind(mark, start, at) + 1 for mark in "，；。：")])


def clause_end(clause: NoticeClause, at: int, end: int) -> int:
    """Where the piece around ``at`` ends, not after ``end``."""
    return min([end, *(p for mark in "，；。" if (p := clause.plain.find(mark, at, end)) >= 0)])


def one_of(found: Sequence[Fact], what: str, says: Callable[[Fact], Any] = lambda fact: fact.value) -> Fact | None:
    """The first fact, if the others say the same; None for none.

    Args:
        found: Readings of one field, in the order of the text.
        what: The field, for the sentence.
        says: What is compared.

    Raises:
        NoticeContradicts: two say something else; both places with their words.
    """
    for other in found[1:]:
        if says(other) != says(found[0]):
            raise contradiction(what, found[0], other)
    return found[0] if found else None


def contradiction(what: str, one: Fact, other: Fact) -> NoticeContradicts:
    """Two facts that cannot both hold."""
    first, second = one.first, other.first
    return NoticeContradicts(what=what, one=first.quote, place=first.place, other=second.quote, there=second.place)
