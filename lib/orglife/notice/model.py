"""What reading gives: facts with their words and places, demands, sentences left for a person."""

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
FORMAT = "orglife-campaign-draft/1"
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


@dataclass(frozen=True)
class NoticeQuote:
    """A quotation and its place."""

    quote: str
    place: str


@dataclass(frozen=True)
class Fact:
    """A value read from the notice.

    Attributes:
        value: JSON data: text, number, list of texts or an object; which, the reader of the field in ``facts`` says.
        words: The words it was read from, the main ones first; each a literal part of the text.
        sure: ``stated`` in the words, ``derived`` from them (a year left out), or ``uncertain``.
    """

    value: Any
    words: tuple[NoticeQuote, ...]
    sure: Sure = "stated"

    @property
    def first(self) -> NoticeQuote:
        """The main words."""
        return self.words[0]

    def as_json(self) -> dict[str, Any]:
        """The fact as it stands in JSON."""
        return {"value": self.value, **_places(self.words), "sure": self.sure}


@dataclass(frozen=True)
class NoticeDemand:
    """A demand of the kit that the notice makes, or (key "") a sentence left for a person."""

    key: str
    words: tuple[NoticeQuote, ...]


@dataclass(frozen=True)
class Notice:
    """The text taken apart, before anything is understood.

    Attributes:
        clauses: In the order of the text.
        letter: Letterhead and sign-off.
        calendar: What years left out are taken from.
        kind: What it calls itself, 通知 or 实施方案; stands before the places in a campaign file.
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
        """The clauses of the body by the paragraph that they stand in."""
        found: list[list[NoticeClause]] = []
        for clause in self.body:
            if clause.goes_on and found:
                found[-1].append(clause)
            else:
                found.append([clause])
        return tuple(map(tuple, found))

    @cached_property
    def position(self) -> Mapping[NoticeClause, int]:
        """Where in the body each of its clauses stands."""
        return {clause: number for number, clause in enumerate(self.body)}

    def below(self, clause: NoticeClause) -> Iterator[NoticeClause]:
        """The clauses that stand under another one."""
        for other in islice(self.body, self.position[clause] + 1, None):
            if other.numbered and len(other.above) < clause.depth:
                return
            if other.numbered or other.place != clause.place:
                yield other

    @cached_property
    def heading_of(self) -> Mapping[NoticeClause, NoticeClause]:
        """The line that is the heading a clause stands under, for those that stand under one."""
        found: dict[NoticeClause, NoticeClause] = {}
        last: dict[str, NoticeClause] = {}
        for clause in self.body:
            if clause.above and clause.above[-1] in last:
                found[clause] = last[clause.above[-1]]
            if clause.is_heading:
                last[clause.title] = clause
        return found

    @property
    def whole(self) -> str:
        """All plain text, a paragraph a line."""
        return "\n".join(c.plain for c in self.clauses)


@dataclass(frozen=True)
class NoticeDraft:
    """A notice as read.

    Attributes:
        facts: Field of ``FIELDS`` → fact; None where the notice is silent.
        more: Field of ``MORE`` → fact, those found.
        demands: Demand keys of the kit that the notice makes.
        unread: Sentences that ask for something and match no demand.
    """

    notice: Notice
    facts: dict[str, Fact | None]
    more: dict[str, Fact]
    demands: tuple[NoticeDemand, ...] = ()
    unread: tuple[NoticeQuote, ...] = ()

    def value(self, name: str) -> Any:
        """The value of a fact, None where the notice is silent."""
        fact = self.facts.get(name) or self.more.get(name)
        return fact.value if fact else None

    def as_json(self) -> dict[str, Any]:
        """The draft as ``campaign read --json`` prints it."""
        return {
            "format": FORMAT,
            "facts": {name: fact.as_json() if fact else None for name, fact in self.facts.items()},
            "more": {name: fact.as_json() for name, fact in self.more.items()},
            "demands": {a.key: _places(a.words) for a in self.demands},
            "unread": [{"text": w.quote, "quote": w.quote, "place": w.place} for w in self.unread],
        }


def _places(said: Sequence[NoticeQuote]) -> dict[str, Any]:
    own: dict[str, Any] = {"quote": said[0].quote, "place": said[0].place}
    return own | ({"also": [{"quote": w.quote, "place": w.place} for w in said[1:]]} if said[1:] else {})


def quote_at(clause: NoticeClause, start: int, end: int) -> NoticeQuote:
    """The words of ``clause.plain[start:end]`` with their place."""
    return NoticeQuote(clause.line.quote(start, end), clause.where)


def without_empty(fact: Fact | None) -> Fact | None:
    """A fact without items and words that are nothing but marks of punctuation; None where nothing else is left."""
    if fact is None:
        return None
    value, said = fact.value, fact.words
    if isinstance(value, list) and len(value) == len(said):  # an item beside its words
        kept = [(item, at) for item, at in zip(value, said, strict=True) if item and at.quote]
        value, said = [item for item, _ in kept], tuple(at for _, at in kept)
    elif isinstance(value, list):
        value = [item for item in value if item]
    said = tuple(at for at in said if at.quote)
    return replace(fact, value=value, words=said) if said and value not in ("", [], {}) else None


def merge_lists(found: Sequence[Fact]) -> Fact | None:
    """Facts whose values are lists as one, without repetitions; None for none."""
    if not found:
        return None
    values = list(dict.fromkeys(value for fact in found for value in fact.value))
    order: list[Sure] = ["stated", "derived", "uncertain"]
    return Fact(
        values, tuple(dict.fromkeys(w for f in found for w in f.words)), max((f.sure for f in found), key=order.index)
    )
