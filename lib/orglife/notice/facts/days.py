"""Read the days in a clause and in the heading above it."""

from __future__ import annotations

from orglife.core.errors import NoticeDate
from orglife.notice.clause import NoticeClause
from orglife.notice.dates import ImpossibleDay, Span, spans
from orglife.notice.model import Notice


def days_in(notice: Notice, clause: NoticeClause, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of days in a part of a clause.

    Raises:
        NoticeDate: a day that does not exist, or a span that ends before it starts.
    """
    try:
        return list(spans(clause.plain, notice.calendar, start, end))
    except ImpossibleDay as error:
        quote = clause.line.quote(*error.at)
        raise NoticeDate(quote=quote, place=clause.where, what="前后颠倒" if error.order else "没有这一天") from error


def days_above(notice: Notice, clause: NoticeClause) -> list[Span]:
    """The spans of days in the heading above a clause: 「▶ 2月13日｜交」."""
    above = notice.heading_of.get(clause)
    return days_in(notice, above) if above else []
