"""Read each field: from the sentences that the ranker holds likely, or from one that a person took."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from orglife.notice.model import FIELDS, Fact, Notice, NoticeQuote, merge_lists, quote_at, without_empty
from orglife.notice.ranking.ranker import Ranking
from orglife.notice.ranking.units import Unit, units_of
from orglife.notice.values import (
    dimensions,
    forms,
    grades,
    lists,
    publicity,
    rectification,
    sending,
    shares,
    statements,
    steps,
    talks,
    windows,
    works,
    year,
)
from orglife.notice.vocabulary import known_labels

_PLAN = re.compile(r"(?:制定|制订|研究制定|拟定).{0,30}(?:方案|计划)|(?:方案|计划).{0,10}(?:制定|报|阶段)|报送计划")
_DONE = re.compile(
    r"^(?!.*(?:整改|方案|会前|学习)).*(?:组织生活会|民主评议|评议|工作|会议).*(?:完成|结束)|^(?:全部|均|都|一律)?[^，。；]{0,16}前(?:全部)?(?:完成|结束)$"
)

READERS: Mapping[str, Callable[[Notice, Sequence[Unit]], Fact | None]] = {
    "theme": statements.theme,
    "rectification": rectification.rectification,
    "grades": grades.grades,
    "excellent_ratio": shares.excellent_ratio,
    "voting_quorum": shares.voting_quorum,
    "disposition": grades.disposition,
    "publicity": publicity.publicity,
    "forms": forms.forms,
    "filing": sending.filing,
    "report": sending.report,
    "study_items": works.study_items,
    "talk_rules": talks.talk_rules,
    "agenda_steps": steps.steps,
    "meeting_window": windows.meeting_window,
    "special_rules": statements.special_rules,
    "probationary_rule": statements.probationary_rule,
    "member_dimensions": lambda notice, units: _members(dimensions.dimensions(notice, units, team=False)),
    "branch_dimensions": lambda notice, units: _first(dimensions.dimensions(notice, units, team=True)),
    "key_checks": lambda notice, units: dimensions.key_checks(notice, units, known_labels()),
    "dimensions": lambda notice, units: _of_standards(dimensions.dimensions(notice, units, team=False), of=True),
    "aspects": lambda notice, units: _of_standards(dimensions.dimensions(notice, units, team=False), of=False),
    "plan_deadline": lambda notice, units: windows.last_day(notice, units, _PLAN),
    "finish_by": lambda notice, units: windows.last_day(notice, units, _DONE),
}
"""Field → what reads its value from the likeliest sentences."""
_LISTS = {"study_items", "grades", "agenda_steps", "member_dimensions", "branch_dimensions", "dimensions", "aspects", "forms", "key_checks"}  # fmt: skip
_STATEMENTS = {"talk_rules", "special_rules"}
_TEXTS = {"theme", "probationary_rule"}


def read_facts(notice: Notice, ranking: Ranking) -> dict[str, Fact | None]:
    """Every field of ``FIELDS``."""
    facts = {name: without_empty(_read(notice, ranking, name)) if name in READERS else None for name in FIELDS}
    facts["year"] = year.year(notice, facts["meeting_window"])
    return {name: _seconded(ranking, name, fact) for name, fact in facts.items()}


_OF_RULES = frozenset(
    {
        "excellent_ratio",
        "voting_quorum",
        "report",
        "meeting_window",
        "publicity",
        "rectification",
        "plan_deadline",
        "finish_by",
    }
)
"""Fields that make rules fire."""
_SECONDED, _PLAIN = 3, -2.0
"""Such a fact needs one of the likeliest sentences (this many) to say it; below this score it is ``uncertain``."""


def _seconded(ranking: Ranking, name: str, fact: Fact | None) -> Fact | None:
    """The fact; if it makes rules fire, as sure as the likeliest sentences are that say it, None without one."""
    if fact is None or name not in _OF_RULES:
        return fact
    supporting = [
        n for n in ranking.order(name)[:_SECONDED] if any(_says(at, ranking.units[n].quote) for at in fact.words)
    ]
    if not supporting:
        return None
    return fact if ranking.score(name, supporting[0]) > _PLAIN else replace(fact, sure="uncertain")


def _says(one: NoticeQuote, other: NoticeQuote) -> bool:
    return one.place == other.place and (one.quote in other.quote or other.quote in one.quote)


def read_more(notice: Notice, ranking: Ranking) -> dict[str, Fact]:
    """The fields of ``MORE`` that the notice contains."""
    letter = notice.letter
    day = notice.calendar.day
    facts: dict[str, Fact | None] = {
        "title": Fact("".join(letter.title), tuple(NoticeQuote(x, "文头") for x in letter.title))
        if letter.title
        else None,
        "number": _text(letter.number),
        "addressee": _text(letter.addressee),
        "issuer": _text(letter.issuer, "落款"),
        "dated": Fact(day.isoformat(), (NoticeQuote(letter.day, "落款"),)) if day else None,
        **{name: _read(notice, ranking, name) for name in ("plan_deadline", "finish_by", "key_checks")},
        **{name: _read(notice, ranking, name) for name in ("dimensions", "aspects")},
    }
    read = {name: _seconded(ranking, name, without_empty(fact)) for name, fact in facts.items()}
    return {name: fact for name, fact in read.items() if fact}


def _read(notice: Notice, ranking: Ranking, name: str) -> Fact | None:
    return READERS[name](notice, ranking.likely(name))


def _text(value: str, place: str = "文头") -> Fact | None:
    return Fact(value, (NoticeQuote(value, place),)) if value else None


def _first(facts: Sequence[Fact]) -> Fact | None:
    return facts[0] if facts else None


def _of_standards(facts: Sequence[Fact], *, of: bool) -> Fact | None:
    """The first list of standards (…合格), or the first other one."""
    return next((f for f in facts if dimensions.are_standards(f.value) == of), None)


def _members(facts: Sequence[Fact]) -> Fact | None:
    """What members examine: the first list, or standards (…合格) and aspects together if there are both."""
    both = [f for f in (_of_standards(facts, of=True), _of_standards(facts, of=False)) if f]
    return merge_lists(both) if len(both) > 1 else _first(facts)


# --- a sentence that a person took -----------------------------------------------------------------------------------


def read_taken(notice: Notice, name: str, unit: Unit) -> Fact | None:
    """The value of a field in one sentence and the list that it leads in; None if it holds no value of its kind.

    If the field's own reader finds nothing there, a list is read as the sentence's enumeration, a statement as printed.
    """
    if name == "year":
        return without_empty(year.year(replace(notice, clauses=(unit.clause,)), None))
    clause = unit.clause
    leads = clause in notice.position and (clause.is_heading or clause.plain.endswith("："))
    below = units_of(replace(notice, clauses=tuple(notice.below(clause)))) if leads else ()
    fact = READERS[name](notice, (unit, *below))
    return without_empty(fact) or without_empty(_as_printed(name, unit))


def _as_printed(name: str, unit: Unit) -> Fact | None:
    clause, at = unit.clause, unit.quote
    if name in _TEXTS:
        return Fact(at.quote, (at,))
    if name in _STATEMENTS:
        return Fact([at.quote], (at,))
    if name in _LISTS:
        start = lists.after_colon(clause.plain, unit.start, unit.end)
        spans = lists.listed(clause.plain, start, unit.end) or [(start, unit.end)]
        quotes = tuple(quote_at(clause, *span) for span in spans)
        return Fact([q.quote for q in quotes], quotes)
    return None
