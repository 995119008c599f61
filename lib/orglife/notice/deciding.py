"""Decisions of a person on each reading of a notice, and the draft reduced to the confirmed readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from orglife.core.record.entered import Unreadable, read_day
from orglife.core.rule.campaign import FIELD_WORDS
from orglife.notice.draft import NoticeDraft
from orglife.notice.fields import read_taken
from orglife.notice.materials import title_and_day
from orglife.notice.model import FIELDS, LABELS, MORE, Fact, NoticeDemand, NoticeQuote
from orglife.notice.vocabulary import DEMANDS

DecisionKind = Literal["confirmed", "corrected", "taken", "struck", "demand", "check", "left"]
ReadingKind = Literal["fact", "demand", "unread", "blank"]
DECISION_KINDS: Mapping[ReadingKind, tuple[DecisionKind, ...]] = {
    "fact": ("confirmed", "corrected", "taken", "struck"),
    "demand": ("confirmed", "struck"),
    "unread": ("demand", "check", "left"),
    "blank": ("corrected", "taken", "struck"),
}
#: Fields that a person may correct: (part of the value, "" = the value itself; kind of the part; label) each.
PARTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "title": (("", "text", "方案名称"),),
    "year": (("", "year", "年度"),),
    "theme": (("", "text", "会议主题"),),
    "study_items": (("", "materials", "学习内容（每行一项；发表日期写在末尾，例如 ……（2024年7月21日））"),),
    "plan_deadline": (("", "day", "日期"),),
    "meeting_window": (("start", "day", FIELD_WORDS["meeting_start"]), ("end", "day", FIELD_WORDS["meeting_end"])),
    "finish_by": (("", "day", "日期"),),
    "report": (
        ("recipient", "text", FIELD_WORDS["report_to"]),
        ("deadline", "day", FIELD_WORDS["report_by"]),
        ("attachments", "lines", "报送的材料（每行一项）"),
    ),
    "dimensions": (("", "lines", "合格标准（每行一项）"),),
    "aspects": (("", "lines", "查摆方面（每行一项）"),),
    "branch_dimensions": (("", "lines", "班子查摆方面（每行一项）"),),
    "key_checks": (("", "lines", "重点对照项（每行一项）"),),
    "agenda_steps": (("", "lines", "会议程序（按次序，每行一项）"),),
    "grades": (("", "lines", "评议等次（每行一项）"),),
    "rectification": (
        ("sources", "lines", "整改问题来源（每行一项）"),
        ("lists", "lines", "要列的清单、作的承诺（每行一项）"),
        ("deadline", "day", "整改时限"),
    ),
    "excellent_ratio": (("value", "share", "比例，例如 1/3 或 30%"), ("base", "text", "以什么人数为基数")),
    "talk_rules": (("", "lines", "谁同谁谈（每行一项）"),),
    "voting_quorum": (("value", "share", "比例，例如 1/2 或 80%"), ("base", "text", "以什么人数为基数")),
    "probationary_rule": (("", "text", "对预备党员的规定"),),
    "special_rules": (("", "lines", "特殊情形的规定（每行一项）"),),
    "disposition": (
        ("优秀", "lines", "评为优秀的（每行一项）"),
        ("基本合格", "lines", "评为基本合格的（每行一项）"),
        ("不合格", "lines", "评为不合格的（每行一项）"),
    ),
    "publicity": (
        ("what", "text", "公示什么"),
        ("scope", "text", "在什么范围"),
        ("days", "number", "公示几天"),
    ),
    "filing": (
        ("to", "text", "向哪里备案"),
        ("contents", "lines", "备案什么（每行一项）"),
        ("deadline", "day", "备案时限"),
    ),
    "forms": (("", "lines", "表格（每行一种）"),),
}
#: Fact → demands that depend on it: struck with it, unless they depend on another fact that is not struck.
DEPENDENT_DEMANDS: Mapping[str, tuple[str, ...]] = {
    "plan_deadline": ("plan.made_on_time",),
    "study_items": ("study.materials",),
    "aspects": ("reviews.aspects",),
    "dimensions": ("reviews.aspects",),
    "key_checks": ("reviews.key_checks",),
    "branch_dimensions": ("reviews.team_aspects",),
    "meeting_window": ("meeting.window",),
    "agenda_steps": ("meeting.agenda",),
    "grades": ("appraisal.grades",),
    "disposition": ("appraisal.disposal",),
    "rectification": ("rectification.sources",),
    "publicity": (
        "rectification.publicity",
        "rectification.publicity_completion",
        "rectification.publicity_scope",
    ),
    "filing": ("report.filing", "report.filing_contents"),
    "report": ("report.written", "report.prompt"),
    "finish_by": ("report.finished",),
}
_NOT_OF_A_CAMPAIGN = frozenset({"number", "addressee", "issuer", "dated", "member_dimensions"})
"""Facts not to decide on: the letterhead, and the combined list of members, whose two parts are decided separately."""

SENTENCES = {
    "day": "“{text}”不是日期，请写成 2025年2月10日 这样。",
    "year": "“{text}”不是年度，请写成 2025 这样。",
    "share": "“{text}”不是比例，请写成 1/3 或 30% 这样。",
    "number": "“{text}”不是天数，请写成 7 这样。",
    "order": "会议时段的结束日期早于开始日期，请核对。",
    "nothing": "还没有写内容。不填的，请点“不改了”，再点“通知没有写”。",
    "moved": "通知刚才在另一个窗口换过了，请重新载入这一页。",
    "unread": "这一句里没有读出{label}。请另选一句，或者自己填写。",
}


@dataclass(frozen=True)
class Decision:
    """A decision.

    Attributes:
        value: The resulting value; for ``demand`` and for a demand that was not read, the demand's key; for a demand
            that was struck with a fact, the name of the fact.
        words: The sentences that a person took: quote and place each.
    """

    how: DecisionKind
    value: Any = None
    words: tuple[tuple[str, str], ...] = ()

    @property
    def quotes(self) -> tuple[NoticeQuote, ...]:
        """The sentences taken."""
        return tuple(NoticeQuote(quote, place) for quote, place in self.words)


@dataclass(frozen=True)
class Reading:
    """One item to decide on.

    Attributes:
        key: ``fact:theme``, ``demand:talks.team_pairs``, ``unread:0``; does not change unless the text does.
        value: A fact's value, else None.
        words: The quotes that it was read from; empty for a field on which the notice is silent.
        sure: As ``Fact.sure``.
    """

    key: str
    kind: ReadingKind
    name: str
    value: Any = None
    words: tuple[NoticeQuote, ...] = ()
    sure: str = "stated"

    @property
    def label(self) -> str:
        """The Chinese name of a fact."""
        return LABELS.get(self.name, self.name)


def readings(draft: NoticeDraft) -> Iterator[Reading]:
    """All items to decide on: facts, demands, unread sentences, then fields on which the notice is silent."""
    facts = {**draft.more, **draft.facts}
    for name in (*FIELDS, *MORE):
        fact = facts.get(name)
        if fact and name not in _NOT_OF_A_CAMPAIGN:
            yield Reading(f"fact:{name}", "fact", name, fact.value, fact.words, fact.sure)
    for asked in draft.demands:
        yield Reading(f"demand:{asked.key}", "demand", asked.key, None, asked.words)
    for number, words in enumerate(draft.unread):
        yield Reading(f"unread:{number}", "unread", str(number), None, (words,))
    for name in PARTS:
        if not facts.get(name):
            yield Reading(f"fact:{name}", "blank", name)


def corrected_value(name: str, typed: Mapping[str, str], old: Any, year: int) -> Any:
    """The value of a correction.

    Args:
        name: The field, one of ``PARTS``.
        typed: The typed text, by part.
        old: The value read, whose other parts are kept; None without one.
        year: The year for days without a year; 0 = unknown: such days are refused.

    Raises:
        ValueError: the text is a message for the user.
    """
    read = {part: _READ[kind](typed.get(part, "").strip(), year) for part, kind, _ in PARTS[name]}
    if not any(read.values()):
        raise ValueError(SENTENCES["nothing"])
    if set(read) == {""}:
        return read[""]
    if name == "meeting_window" and read["start"] and read["end"] and read["end"] < read["start"]:
        raise ValueError(SENTENCES["order"])
    return {**(old or {}), **read}


ADDED_TO = frozenset({"talk_rules", "special_rules", "study_items", "forms"})
"""Fields that notices word in several sentences: a sentence that is taken is added to the value."""


OFFERED = 30
"""Number of sentences that a person can take for a field; only some are shown at once."""


def taken(draft: NoticeDraft, name: str, number: int, before: Decision | None = None) -> Decision:
    """The decision to read a field from one of its candidates.

    Args:
        draft: The draft.
        name: The field.
        number: The number of the sentence among the likeliest, from 0.
        before: The decision so far; of a field of ``ADDED_TO`` its value is kept, else the value that was read.

    Raises:
        ValueError: the sentence holds no value of the field's kind; the text is a message for the user.
    """
    candidates = draft.ranking.shown(name, OFFERED)
    if not 0 <= number < len(candidates) or not (fact := read_taken(draft.notice, name, candidates[number])):
        raise ValueError(SENTENCES["unread"].format(label=LABELS[name]))
    quote = candidates[number].quote
    words = ((quote.quote, quote.place),)
    if name not in ADDED_TO:
        return Decision("taken", fact.value, words)
    read = draft.facts.get(name)
    if before and before.how != "struck":
        value, older = before.value, before.words or tuple((w.quote, w.place) for w in (read.words if read else ()))
    elif read and not before:
        value, older = read.value, tuple((w.quote, w.place) for w in read.words)
    else:
        value, older = [], ()
    return Decision("taken", list(dict.fromkeys([*(value or []), *fact.value])), tuple(dict.fromkeys((*older, *words))))


ASKED = "asked:"
"""Before the demand in the key of a decision on a demand that was not read."""


def unasked(draft: NoticeDraft) -> list[str]:
    """The demands of the kit that were not read, those whose best sentence is the likeliest first."""
    read = {asked.key for asked in draft.demands}
    ranking = draft.ranking
    return sorted((k for k in DEMANDS if k not in read), key=lambda k: -ranking.score(k, ranking.order(k)[0]))


def asked_with(draft: NoticeDraft, demand: str, number: int) -> Decision:
    """The decision that a candidate, numbered from 0, makes a demand that was not read.

    Raises:
        ValueError: there is no such sentence; the text is a message for the user.
    """
    quotes = draft.ranking.candidates(demand)
    if demand not in unasked(draft) or not 0 <= number < len(quotes):
        raise ValueError(SENTENCES["moved"])
    return Decision("taken", demand, ((quotes[number].quote, quotes[number].place),))


def _day(text: str, year: int) -> str | None:
    try:
        day = read_day(text, years=(year,))
    except Unreadable as error:
        raise ValueError(SENTENCES["day"].format(text=text)) from error
    return day.isoformat() if day else None


def _year(text: str, _: int) -> int | None:
    if text and not re.fullmatch(r"20\d\d", text):
        raise ValueError(SENTENCES["year"].format(text=text))
    return int(text) if text else None


def _share(text: str, _: int) -> str:
    match = re.fullmatch(r"(?P<above>[1-9]\d?)/(?P<below>[1-9]\d?)|(?P<percent>\d{1,2}(?:\.\d)?|100)%", text)
    part = match and (float(match["percent"]) / 100 if match["percent"] else int(match["above"]) / int(match["below"]))
    if text and not (part and 0 < part <= 1):
        raise ValueError(SENTENCES["share"].format(text=text))
    return text


def _number(text: str, _: int) -> int | None:
    if text and not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise ValueError(SENTENCES["number"].format(text=text))
    return int(text) if text else None


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _material(text: str) -> str:
    try:
        title_and_day(text)
    except ValueError as error:
        raise ValueError(SENTENCES["day"].format(text=text)) from error
    return text


def dependent_demands(draft: NoticeDraft, decisions: Mapping[str, Decision], name: str) -> list[str]:
    """The demands that depend on a fact and on no other fact that is not struck."""
    read = {r.name for r in readings(draft) if r.kind == "fact"}
    gone = {key.removeprefix("fact:") for key, d in decisions.items() if d.how == "struck"} | {name}
    asked = {a.key for a in draft.demands}
    keys = [key for key in DEPENDENT_DEMANDS.get(name, ()) if key in asked]
    return [key for key in keys if not any(key in DEPENDENT_DEMANDS.get(other, ()) for other in read - gone)]


_READ: Mapping[str, Callable[[str, int], Any]] = {
    "text": lambda text, _: " ".join(text.split()),
    "lines": lambda text, _: _lines(text),
    "materials": lambda text, _: [_material(line) for line in _lines(text)],
    "day": _day,
    "year": _year,
    "share": _share,
    "number": _number,
}


def confirmed_draft(draft: NoticeDraft, decisions: Mapping[str, Decision]) -> NoticeDraft:
    """The draft with confirmed readings only; open readings are left out, as if the notice were silent on them."""
    facts: dict[str, Fact | None] = dict.fromkeys(FIELDS)
    more: dict[str, Fact] = {}
    demands: dict[str, NoticeDemand] = {}
    unread: list[NoticeQuote] = []
    for read in readings(draft):
        decision = decisions.get(read.key)
        if decision is None or decision.how in ("struck", "left"):
            continue
        if read.kind in ("fact", "blank"):
            (facts if read.name in FIELDS else more)[read.name] = Fact(decision.value, decision.quotes or read.words)
        elif read.kind == "demand":
            demands[read.name] = NoticeDemand(read.name, read.words)
        elif decision.how == "check":
            unread += read.words
        else:
            existing = demands.get(str(decision.value))
            demands[str(decision.value)] = NoticeDemand(
                str(decision.value), (existing.words if existing else ()) + read.words
            )
    for key, decision in decisions.items():
        if key.startswith(ASKED):
            demand = str(decision.value)
            demands[demand] = NoticeDemand(
                demand, decision.quotes + (demands[demand].words if demand in demands else ())
            )
    return replace(draft, facts=facts, more=more, demands=tuple(demands.values()), unread=tuple(unread))
