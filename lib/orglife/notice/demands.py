"""What the notice asks for: sentences against the signs of the kit's demands; the rest is left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.facts.spans import halves
from orglife.notice.model import Fact, Notice, NoticeDemand, NoticeQuote, quote_at
from orglife.notice.sign import Sign
from orglife.notice.signs import SIGNS

_ASKS = re.compile(
    r"(?<![主重])要(?!求|点|素|义|件|领)|应(?!用|付|邀)|须|必须|务必|不得|不能|不准|防止|避免|严禁|提倡|倡导|鼓励|请(?!示|假)|确保|坚决|切实|认真|严格|注重|杜绝"
)
_THEME = re.compile(r"指导思想|总体要求|会议主题|主题")
_SHORT = 8


def read_demands(notice: Notice) -> tuple[NoticeDemand, ...]:
    """The demands of the kit that the notice makes, in the order of the kit."""
    found = []
    parts = [
        (clause, start, end, end <= clause.heading and clause.numbered)
        for clause in notice.body
        for start, end in halves(clause)
        if end - start >= _LEAST
    ]
    for key, signs in SIGNS.items():
        got = _first(parts, signs)
        if got:
            found.append(NoticeDemand(key, got))
    return tuple(found)


_LEAST = 3
"""Shorter pieces ask for nothing."""
_Part = tuple[NoticeClause, int, int, bool]  # clause, start, end, whether it is a heading


def _first(parts: Sequence[_Part], signs: Iterable[Sign]) -> tuple[NoticeQuote, ...]:
    """The words of the first sign that is found anywhere, in the text rather than in a heading."""
    tried = tuple(signs)
    for in_text in (True, False):
        for sign in tried:
            for clause, start, end, heads in parts:
                if (heads is in_text and not sign.headed) or (sign.under and not sign.under.search(clause.context)):
                    continue
                got = _pieces(sign, clause, start, end)
                if got:
                    return got
    return ()


def _pieces(sign: Sign, clause: NoticeClause, start: int, end: int) -> tuple[NoticeQuote, ...]:
    if sign.unless and sign.unless.search(clause.plain[start:end]):
        return ()
    found = []
    for pattern in sign.pieces:
        match = pattern.search(clause.plain, start, end)
        if match is None:
            return ()
        found.append(quote_at(clause, *match.span("q" if "q" in pattern.groupindex else 0)))
    return tuple(found)


def unread(notice: Notice, demands: Iterable[NoticeDemand], facts: Iterable[Fact]) -> tuple[NoticeQuote, ...]:
    """Sentences that ask for something of which nothing was understood."""
    known: dict[str, list[str]] = {}
    for each in [w for a in demands for w in a.words] + [w for f in facts for w in f.words]:
        known.setdefault(each.place, []).append(each.quote)
    found = []
    for clause in notice.body:
        if _THEME.search(clause.context) and "要求" not in clause.title.replace("总体要求", ""):
            continue
        for start, end in clause.line.sentences:
            here = quote_at(clause, start, end)
            if len(here.quote) <= _SHORT or not _ASKS.search(clause.plain[start:end]) or end <= clause.heading:
                continue
            if not any(q in here.quote or here.quote in q for q in known.get(here.place, [])):
                found.append(here)
    return tuple(dict.fromkeys(found))
