"""Read the days in a clause; days that do not exist are left out and reported."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.dates import ImpossibleDay, Span, spans
from orglife.notice.model import Notice, NoticeQuote, quote_at


def days_in(notice: Notice, clause: NoticeClause, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of days in a part of a clause, without those that do not exist or end before they start."""
    return [day for day in _days(notice, clause, start, end) if isinstance(day, Span)]


def impossible_days(notice: Notice) -> Iterator[NoticeQuote]:
    """The quotes of days that do not exist, such as 2月30日, and of spans that end before they start."""
    for clause in notice.clauses:
        yield from (quote_at(clause, *day.at) for day in _days(notice, clause) if isinstance(day, ImpossibleDay))


def _days(
    notice: Notice, clause: NoticeClause, start: int = 0, end: int | None = None
) -> Iterator[Span | ImpossibleDay]:
    """All days in a part of a clause: after an impossible one, reading starts again behind it."""
    while True:
        try:
            yield from spans(clause.plain, notice.calendar, start, end)
        except ImpossibleDay as day:
            yield day
            start = day.at[1]
        else:
            return
