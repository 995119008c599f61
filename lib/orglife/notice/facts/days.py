"""The days that a clause names, and those of the heading it stands under."""

from __future__ import annotations

from orglife.core.errors import NoticeDate
from orglife.notice.clause import NoticeClause
from orglife.notice.dates import ImpossibleDay, Span, spans
from orglife.notice.model import Notice


def days_in(notice: Notice, clause: NoticeClause, start: int = 0, end: int | None = None) -> list[Span]:
    """The days named in a part of a clause.

    Raises:
        NoticeDate: one that there is not.
    """
    try:
        return list(spans(clause.plain, notice.calendar, start, end))
    except ImpossibleDay as error:
        quote = clause.line.quote(*error.at)
        raise NoticeDate(quote=quote, place=clause.where, what="前后颠倒" if error.order else "没有这一天") from error


def days_above(notice: Notice, clause: NoticeClause) -> list[Span]:
    """The days in the heading that a clause stands under: 「▶ 2月13日｜交」."""
    above = notice.heading_of.get(clause)
    return days_in(notice, above) if above else []
