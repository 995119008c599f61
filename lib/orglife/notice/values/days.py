"""Read the days in a clause; days that do not exist are left out and reported."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.notice.clause import NoticeClause
from orglife.notice.dates import ImpossibleDay, Span, spans
from orglife.notice.model import Notice, NoticeQuote, quote_at


def days_in(notice: Notice, clause: NoticeClause, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of days in a part of a clause, without those that do not exist or end before they start."""
    days: list[Span] = []
    begun = start
    while True:
        try:
            for span in spans(clause.plain, notice.calendar, begun, end):
                days.append(span)
                begun = span.at[1]
        except ImpossibleDay as error:
            begun = error.at[1]
            continue
        return days


def impossible_days(notice: Notice) -> Iterator[NoticeQuote]:
    """The quotes of days that do not exist, such as 2月30日, and of spans that end before they start."""
    for clause in notice.clauses:
        begun = 0
        while True:
            try:
                for span in spans(clause.plain, notice.calendar, begun):
                    begun = span.at[1]
            except ImpossibleDay as error:
                yield quote_at(clause, *error.at)
                begun = error.at[1]
                continue
            break
