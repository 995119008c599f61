"""Numbers that a notice states in a confirmed demand and that a check counts with; and terms in days that no field holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orglife.core.record.numerals import number_of
from orglife.notice.draft import NoticeDraft
from orglife.notice.model import NoticeQuote

_NUMERAL = r"(?P<n>\d{1,2}|两|[一二三四五六七八九十]{1,3})"
_LEAST = r"(?:不少于|不得少于|不低于|至少)[^，。；]{0,6}?"


@dataclass(frozen=True)
class _Counted:
    """Which check counts with the number of a demand: its rule, its parameter with the usual number, and how it is worded."""

    demand: str
    rule: str
    param: str
    usual: int
    words: re.Pattern[str]


_COUNTED = (
    _Counted("study.held", "STUDY-01", "min_sessions", 1, re.compile(rf"{_LEAST}{_NUMERAL}次")),
    _Counted("meeting.criticism_each", "CRIT-01", "min_total", 1, re.compile(rf"{_LEAST}{_NUMERAL}[条个]")),
    _Counted(
        "supervision.leaders_attend",
        "SUPV-01",
        "min_branches",
        1,
        re.compile(rf"{_LEAST}{_NUMERAL}个|{_NUMERAL.replace('<n>', '<m>')}个(?:及)?以上"),
    ),
)
_PUBLISHED, _USUAL_DAYS = ("PUB-03", "min_days"), 5
_WITHIN = re.compile(
    r"[^，。；：]*?(?:\d{1,3}|[一二三四五六七八九十]{1,3})个?(?:工作日|自然日|日|天|周|个月)(?:之)?内[^，。；：]*"
)


@dataclass(frozen=True)
class StatedNumber:
    """A number for a check, with the words that state it."""

    rule: str
    param: str
    number: int
    words: NoticeQuote


def stated_numbers(draft: NoticeDraft) -> list[StatedNumber]:
    """The numbers of the draft's demands and facts that are not the usual ones, one a check."""
    by_rule: dict[str, StatedNumber] = {}
    for counted in _COUNTED:
        for words in (w for asked in draft.demands if asked.key == counted.demand for w in asked.words):
            match = counted.words.search(" ".join(words.quote.split()))
            number = number_of(next(filter(None, match.groups()))) if match else counted.usual
            if number not in (0, counted.usual):
                by_rule.setdefault(counted.rule, StatedNumber(counted.rule, counted.param, number, words))
    published = draft.facts.get("publicity")
    days = (published.value or {}).get("days") if published else None
    if published and published.words and isinstance(days, int) and days not in (0, _USUAL_DAYS):
        by_rule[_PUBLISHED[0]] = StatedNumber(*_PUBLISHED, days, published.words[0])
    return list(by_rule.values())


def terms_in_days(draft: NoticeDraft) -> Iterator[str]:
    """Sentences about terms such as 会后10日内: a campaign holds days of the calendar, so they are not checked."""
    publicity = draft.facts.get("publicity")
    held = [words.quote for words in publicity.words] if publicity else []
    for clause in draft.notice.clauses:
        for match in _WITHIN.finditer(clause.line.raw):
            words = " ".join(match.group().split())
            if not any(words in quote or quote in words for quote in held):
                place = f"（{clause.where}）" if clause.where else ""
                yield (
                    f"“{words}”{place}没有写进方案：程序按写明的日期核对，不会自己往后算。"
                    "请换算成日期，补填在对应的时限里；没有对应项目的，请支部自己记着。"
                )
