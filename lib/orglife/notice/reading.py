"""Read a notice: split it into clauses, read each field, then the demands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from orglife.core.errors import NotANotice, TwoNotices
from orglife.core.record.numerals import by_digit, number_of
from orglife.notice import demands
from orglife.notice.clause import NoticeClause
from orglife.notice.clauses import clauses_of
from orglife.notice.dates import Calendar
from orglife.notice.draft import NoticeDraft
from orglife.notice.fields import read_facts, read_more
from orglife.notice.letter import letter_of
from orglife.notice.model import Fact, Notice, NoticeDemand
from orglife.notice.ranking.ranker import rank
from orglife.notice.values import order, talks
from orglife.notice.values.days import impossible_days
from orglife.notice.vocabulary import DEMANDS

_ABOUT = re.compile(r"组织生活会|民主评议|评议党员")
_CALLS_ITSELF = re.compile(r"实施方案|工作方案|方案|通知|意见|安排")
_CALLED_BELOW = re.compile(r"(?:(?<=如下)|(?<=下面)|(?<=以下))(?:实施方案|方案|通知|意见|安排)")
_BEGINNING = 800
"""Number of characters in which to look for the kind of a text without a title."""
LEAST = 3
"""Minimum number of known demands; a text with fewer is not a notice."""


def read_notice(paragraphs: Sequence[str], name: str) -> NoticeDraft:
    """Read a notice. What is doubtful is read as well, as ``uncertain``.

    Args:
        paragraphs: The paragraphs of the text.
        name: The file's name in messages.

    Raises:
        NotANotice, TwoNotices: the text is not one notice.
    """
    notice = split_notice(paragraphs)
    if not any(_ABOUT.search(c.plain) for c in notice.clauses):
        raise NotANotice(name=name, what="没有提到组织生活会或民主评议党员")
    _require_one(notice.clauses, name)
    ranking = rank(notice)
    asked = list(demands.read_demands(ranking))
    _require_notice(notice, len(asked), name)
    facts, more = read_facts(notice, ranking), read_more(notice, ranking)
    facts = {name: order.deadline_after_meeting(notice, facts["meeting_window"], fact) for name, fact in facts.items()}
    facts["meeting_window"] = order.checked_window(
        facts["meeting_window"], more, facts["report"], facts["rectification"]
    )
    asked = _with_facts(asked, facts, more)
    everything = [f for f in (*facts.values(), *more.values()) if f]
    unread = dict.fromkeys((*demands.unread(notice, asked, everything), *impossible_days(notice)))
    return NoticeDraft(notice, ranking, facts, more, tuple(asked), tuple(unread))


_REPORTS = re.compile(r"(?:召开|举行)了|会上，|畅所欲言|气氛|参加了?会议|主持会议|作了|开展了|拉满|接受了")
_SENT_OUT = re.compile(r"通知|方案|安排|意见|要求|请各|函$")


def _require_notice(notice: Notice, asked: int, name: str) -> None:
    """Refuse what asks for nothing, such as a news report of a meeting. A notice that is cut off asks for little.

    Raises:
        NotANotice: the text does not ask for anything.
    """
    title = "".join(notice.letter.title) or "".join(c.plain for c in notice.clauses[:2])
    sent_out = bool(_SENT_OUT.search(title))
    reports = len({m.group() for m in _REPORTS.finditer(notice.whole)}) >= LEAST
    if reports and not sent_out:
        raise NotANotice(name=name, what="像是会议的报道，没有对支部提出要求")
    if asked < LEAST and not (sent_out and asked):
        raise NotANotice(name=name, what="没有提出要求")


def split_notice(paragraphs: Sequence[str]) -> Notice:
    """The notice split into clauses, with what letterhead, sign-off and first words say of its letter, days and kind."""
    clauses = tuple(clauses_of(paragraphs))
    letter = letter_of(clauses)
    title = "".join(letter.title)
    text = "\n".join(c.plain for c in clauses)
    year = re.search(r"(20\d\d)年度", by_digit(title)) or re.search(
        r"(20\d\d)年度(?=[^，。；]{0,30}(?:组织生活会|评议))", text
    )
    named = re.search(r"(20\d\d)年(0?[1-9]|1[0-2])月", text)
    days = Calendar(
        _day(letter.day),
        int(year.group(1)) if year else None,
        date(int(named.group(1)), int(named.group(2)), 1) if named else None,
    )
    kind = _CALLS_ITSELF.search(title) or _CALLED_BELOW.search(text, 0, _BEGINNING)
    return Notice(clauses, letter, days, kind.group() if kind else "通知")


def _day(text: str) -> date | None:
    """2025年1月10日, 2025.1.10, 2025-01-10 or 二〇二五年一月十日; None for anything else."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if len(numbers) != 3:
        year, _, rest = text.partition("年")
        month, _, day = rest.partition("月")
        numbers = [number_of(by_digit(year)), number_of(month), number_of(day.rstrip("日"))]
    try:
        return date(*numbers)
    except ValueError:
        return None


_SECOND = re.compile(r"[^。；：]{0,60}(?:组织生活会|评议党员)[^。；：]{0,40}(?:通知|方案|意见|安排)")
_SIGNED = re.compile(r".{0,20}20\d\d年\d{1,2}月\d{1,2}日")
_ATTACHMENT = re.compile(r"附[件表]")
_PASSES_ON = re.compile(r"转发|(?:转|印)发给(?:你们|各)|原文(?:转发|印发|如下)|现(?:将)?[^。；]{0,60}(?:转发|印发)")
_OPENING = 15
"""Number of clauses in which a letter says that it forwards another notice; the two count as one notice."""
_TO_ALL = re.compile(r"(?:各|局属|所属|机关)[^。；，]{2,60}：")


def _require_one(clauses: Sequence[NoticeClause], name: str) -> None:
    """Refuse a file with two notices: a title after a body, followed by an addressee or preceded by a signature.

    An attached plan has a title too, but no addressee.

    Raises:
        TwoNotices: names the beginning of the second notice.
    """
    if any(_PASSES_ON.search(c.plain) for c in clauses[:_OPENING]):
        return
    begun = next((n for n, c in enumerate(clauses) if c.place), len(clauses))
    later = clauses[begun:]
    for number, clause in enumerate(later):
        if not _SECOND.fullmatch(clause.plain) or _ATTACHMENT.match(clause.plain):
            continue
        before, after = later[max(0, number - 3) : number], later[number + 1 : number + 4]
        sent = any(_TO_ALL.fullmatch(c.plain) for c in after)
        signed = any(_SIGNED.fullmatch(c.plain) for c in before) and not any(_ATTACHMENT.match(c.plain) for c in before)
        if sent or signed:
            raise TwoNotices(name=name, second=clause.line.raw.strip())


def _with_facts(asked: list[NoticeDemand], facts: dict[str, Fact | None], more: dict[str, Fact]) -> list[NoticeDemand]:
    """Add demands that follow from facts. Those in ``alone`` follow from a fact only; those in ``also`` from either."""
    alone = {
        "meeting.window": facts["meeting_window"],
        "reviews.aspects": _both(more.get("dimensions"), more.get("aspects")),
        "reviews.team_aspects": facts["branch_dimensions"],
        "appraisal.grades": facts["grades"],
    }
    parts = _parts(facts)
    agenda = facts["agenda_steps"]
    talked = talks.kinds(facts["talk_rules"])
    filed = facts["filing"] if _is_filed(facts["filing"]) else None
    also = {
        "meeting.agenda": agenda if agenda and agenda.sure == "stated" else None,
        "rectification.publicity_scope": facts["publicity"] if parts["publicity"].get("scope") else None,
        "report.filing_contents": filed if len(parts["filing"].get("contents") or ()) > 1 else None,
        **{f"talks.{kind}": fact for kind, fact in talked.items()},
        "study.held": facts["study_items"],
        "study.materials": facts["study_items"],
        "appraisal.quota": facts["excellent_ratio"],
        "appraisal.probationary": facts["probationary_rule"],
        "appraisal.disposal": facts["disposition"] if parts["disposition"].keys() - {"优秀", "好"} else None,
        "rectification.lists": facts["rectification"]
        if re.search("清单|台账|整改[单账]", str(parts["rectification"]))
        else None,
        "rectification.sources": facts["rectification"] if parts["rectification"].get("sources") else None,
        "rectification.publicity": facts["publicity"],
        "report.filing": filed,
        "report.written": facts["report"],
    }
    also |= _by_steps(agenda)
    by_key = {a.key: a for a in asked if a.key not in alone}
    by_key |= {key: NoticeDemand(key, fact.words) for key, fact in alone.items() if fact}
    by_key |= {key: NoticeDemand(key, fact.words[:1]) for key, fact in also.items() if fact and key not in by_key}
    return sorted(by_key.values(), key=lambda a: DEMANDS.index(a.key))


_STEPS = {
    "meeting.briefing": re.compile(r"通报|报告|汇报|述职"),
    "meeting.team_first": re.compile(
        r"(?:书记|支委|班子|委员)[^，。；]{0,12}(?:检视|检查|自我批评|剖析|带头)|带头(?:作|开展|进行)?[^，。；]{0,6}(?:检视|检查|批评)"
    ),
    "meeting.self_criticism": re.compile(r"自我批评|个人检视|(?:党员|逐[人个一]|依次)[^，。；]{0,8}(?:检视|检查|剖析)"),
    "meeting.comment": re.compile(r"点评|讲评"),
    "meeting.summary": re.compile(r"表态|小结|总结(?:讲话|发言)?$"),
}


def _by_steps(agenda: Fact | None) -> dict[str, Fact | None]:
    """Demands that follow from a single step of the meeting's programme."""
    facts: dict[str, Fact | None] = {}
    for step, at in (
        zip(agenda.value, agenda.words, strict=False) if agenda and len(agenda.value) == len(agenda.words) else ()
    ):
        facts |= {key: Fact(None, (at,)) for key, way in _STEPS.items() if way.search(step) and key not in facts}
    return facts


def _is_filed(fact: Fact | None) -> bool:
    """Whether papers are filed with a superior body, not only kept."""
    return fact is not None and bool(re.search("备案|报备|备查", fact.first.quote))


def _parts(facts: dict[str, Fact | None]) -> dict[str, dict[str, Any]]:
    return {name: fact.value if fact and isinstance(fact.value, dict) else {} for name, fact in facts.items()}


def _both(one: Fact | None, other: Fact | None) -> Fact | None:
    facts = [f for f in (one, other) if f]
    return Fact(None, tuple(w for f in facts for w in f.words)) if facts else None
