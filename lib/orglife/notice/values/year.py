"""Read the appraised year."""

from __future__ import annotations

import re

from orglife.core.record.numerals import by_digit
from orglife.notice.model import Fact, Notice, quote_at

_YEAR_OF = re.compile(
    r"(20\d\d|二[〇○零O][〇○零O一二三四五六七八九]{2})年度[^，。；]{0,40}(?:组织生活会|民主评议|评议党员)"
)
_ANY_YEAR = re.compile(r"(20\d\d)年度(?=[^，。；《》]{0,12}(?:党员|党建|工作|党组织|支部))")


def _may_be_appraised(notice: Notice, year_: int) -> bool:
    """Whether a notice of its day can appraise this year: the year of that day, or until August the year before."""
    day = notice.calendar.day
    return day is None or year_ == day.year or (year_ == day.year - 1 and day.month <= _LAST_MONTH)


_LAST_MONTH = 8


def year(notice: Notice, window: Fact | None) -> Fact | None:
    """The appraised year: 2024年度 in title or text, else the year of the meeting.

    Value: a number.
    """
    title = [c for c in notice.clauses if c.zone == "head"]
    for clauses in (title, list(notice.body)):
        for clause in clauses:
            matched = _YEAR_OF.search(clause.plain)
            if matched and _may_be_appraised(notice, appraised := int(by_digit(matched.group(1)))):
                return Fact(appraised, (quote_at(clause, *matched.span()),))
    for clause in notice.body:
        for match in _ANY_YEAR.finditer(clause.plain):
            return Fact(int(match.group(1)), (quote_at(clause, *match.span()),), "derived")
    if window:
        first = window.value["start"] or window.value["end"]
        return Fact(int(first[:4]), window.words[:1], "derived")
    return None
