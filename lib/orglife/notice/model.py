"""The result of reading a notice: facts with quotes and places, demands, and sentences left for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from orglife.notice.clause import BODY, NoticeClause
from orglife.notice.dates import Calendar
from orglife.notice.letter import Letter

Sure = Literal["stated", "derived", "uncertain"]
SURE_WORDS: Mapping[Sure, str] = {"stated": "", "derived": "由文字推出，请核对", "uncertain": "没有把握，请核对"}
FIELDS = {
    "theme": "会议主题",
    "year": "年度",
    "study_items": "学习内容",
    "talk_rules": "谈心谈话要求",
    "member_dimensions": "党员查摆方面",
    "branch_dimensions": "班子查摆方面",
    "meeting_window": "会议时段",
    "agenda_steps": "会议程序",
    "grades": "评议等次",
    "excellent_ratio": "优秀比例",
    "voting_quorum": "到会人数要求",
    "probationary_rule": "预备党员",
    "special_rules": "特殊情形",
    "disposition": "结果运用",
    "rectification": "整改",
    "publicity": "公示",
    "filing": "备案",
    "report": "情况报告",
    "forms": "表格",
}
MORE = {
    "title": "方案名称",
    "number": "文号",
    "addressee": "主送",
    "issuer": "发文单位",
    "dated": "成文日期",
    "plan_deadline": "工作方案制定时限",
    "finish_by": "完成时限",
    "aspects": "查摆方面",
    "dimensions": "合格标准",
    "key_checks": "重点对照项",
}


LABELS: Mapping[str, str] = MORE | FIELDS
"""The Chinese name of every fact."""


@dataclass(frozen=True)
class NoticeQuote:
    """A literal quote from the notice and its place."""

    quote: str
    place: str

    def as_json(self) -> dict[str, str]:
        """The quote as JSON."""
        return {"quote": self.quote, "place": self.place}


@dataclass(frozen=True)
class Fact:
    """A value read from the notice.

    Attributes:
        value: JSON data: text, number, list of texts or object; the reader of each field (in ``values``) documents it.
        words: The quotes that it was read from, the main ones first.
        sure: ``stated`` in the quotes, ``derived`` from them (for example a missing year), or ``uncertain``.
    """

    value: Any
    words: tuple[NoticeQuote, ...]
    sure: Sure = "stated"

    @property
    def first(self) -> NoticeQuote:
        """The main quote."""
        return self.words[0]

    def as_json(self) -> dict[str, Any]:
        """The fact as JSON."""
        return {"value": self.value, **as_places(self.words), "sure": self.sure}


@dataclass(frozen=True)
class NoticeDemand:
    """A known demand that the notice makes."""

    key: str
    words: tuple[NoticeQuote, ...]


@dataclass(frozen=True)
class Notice:
    """The notice split into clauses, before facts are read.

    Attributes:
        clauses: All clauses, in the order of the text.
        letter: Letterhead and sign-off.
        calendar: The sources of missing years.
        kind: What it calls itself, 通知 or 实施方案; written before places in a campaign file.
    """

    clauses: tuple[NoticeClause, ...]
    letter: Letter
    calendar: Calendar
    kind: str

    @cached_property
    def body(self) -> tuple[NoticeClause, ...]:
        """The clauses without letterhead, sign-off and attachments."""
        return tuple(c for c in self.clauses if c.zone == BODY)

    @cached_property
    def paragraphs(self) -> tuple[tuple[NoticeClause, ...], ...]:
        """The clauses of the body, grouped by paragraph."""
        paragraphs: list[list[NoticeClause]] = []
        for clause in self.body:
            if clause.goes_on and paragraphs:
                paragraphs[-1].append(clause)
            else:
                paragraphs.append([clause])
        return tuple(map(tuple, paragraphs))

    @cached_property
    def position(self) -> Mapping[NoticeClause, int]:
        """Clause → index in the body."""
        return {clause: number for number, clause in enumerate(self.body)}

    def below(self, clause: NoticeClause) -> Iterator[NoticeClause]:
        """The clauses below another one."""
        for other in islice(self.body, self.position[clause] + 1, None):
            if other.numbered and len(other.above) < clause.depth:
                return
            if other.numbered or other.place != clause.place:
                yield other

    @cached_property
    def heading_of(self) -> Mapping[NoticeClause, NoticeClause]:
        """Clause → the clause that is its heading, for clauses below a heading that is a clause of its own."""
        headings: dict[NoticeClause, NoticeClause] = {}
        last: dict[str, NoticeClause] = {}
        for clause in self.body:
            if clause.above and clause.above[-1] in last:
                headings[clause] = last[clause.above[-1]]
            if clause.is_heading:
                last[clause.title] = clause
        return headings

    @property
    def whole(self) -> str:
        """The whole plain text, one clause per line."""
        return "\n".join(c.plain for c in self.clauses)


def as_places(quotes: Sequence[NoticeQuote]) -> dict[str, Any]:
    """Quotes as JSON: the main one, and the others under ``also``."""
    main, *others = (at.as_json() for at in quotes)
    return main | ({"also": others} if others else {})


def quote_at(clause: NoticeClause, start: int, end: int) -> NoticeQuote:
    """The quote behind ``clause.plain[start:end]``, with its place."""
    return NoticeQuote(clause.line.quote(start, end), clause.where)


def without_empty(fact: Fact | None) -> Fact | None:
    """The fact without empty items and empty quotes; None when nothing else is left."""
    if fact is None:
        return None
    value, quotes = fact.value, fact.words
    if isinstance(value, list) and len(value) == len(quotes):  # each item has its own quote
        pairs = [(item, at) for item, at in zip(value, quotes, strict=True) if item and at.quote]
        value, quotes = [item for item, _ in pairs], tuple(at for _, at in pairs)
    elif isinstance(value, list):
        value = [item for item in value if item]
    quotes = tuple(at for at in quotes if at.quote)
    return replace(fact, value=value, words=quotes) if quotes and value not in ("", [], {}) else None


def list_fact(items: Sequence[tuple[Any, NoticeQuote]], sure: Sure = "stated") -> Fact | None:
    """A list with the quote of each item, without duplicates; None for no items."""
    values, quotes = (list(dict.fromkeys(part)) for part in zip(*items, strict=True)) if items else ([], [])
    return Fact(values, tuple(quotes), sure) if values else None


def merge_lists(facts: Sequence[Fact]) -> Fact | None:
    """Merge facts whose values are lists into one, without duplicates; None for no facts."""
    if not facts:
        return None
    values = list(dict.fromkeys(value for fact in facts for value in fact.value))
    order: list[Sure] = ["stated", "derived", "uncertain"]
    return Fact(
        values, tuple(dict.fromkeys(w for f in facts for w in f.words)), max((f.sure for f in facts), key=order.index)
    )
