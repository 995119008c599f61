"""Match the sentences of a notice against the signs of all demands; unmatched ones are left for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, NoticeDemand, NoticeQuote, quote_at
from orglife.notice.sign import Sign
from orglife.notice.signs import SIGNS

_ASKS = re.compile(
    r"(?<![主重])要(?!求|点|素|义|件|领)|应(?!用|付|邀)|须|必须|务必|不得|不能|不准|防止|避免|严禁|提倡|倡导|鼓励|请(?!示|假)|确保|坚决|切实|认真|严格|注重|杜绝"
)
_THEME = re.compile(r"指导思想|总体要求|会议主题|主题")
_SHORT = 8


def read_demands(notice: Notice) -> tuple[NoticeDemand, ...]:
    """The known demands that the notice makes, in the order of ``SIGNS``."""
    demands = []
    parts = [
        (clause, start, end, end <= clause.heading and clause.numbered)
        for clause in notice.body
        for sentence in clause.line.sentences
        for start, end in pieces(clause.plain, *sentence, "；")
        if end - start >= _LEAST
    ]
    for key, signs in SIGNS.items():
        quotes = _first(parts, signs)
        if quotes:
            demands.append(NoticeDemand(key, quotes))
    return tuple(demands)


_LEAST = 3
"""Minimum characters of a piece that can contain a demand."""
_Part = tuple[NoticeClause, int, int, bool]  # clause, start, end, whether it is a heading


def _first(parts: Sequence[_Part], signs: Iterable[Sign]) -> tuple[NoticeQuote, ...]:
    """The quotes of the first sign that matches anywhere; the text is searched before the headings."""
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
    quotes = []
    for pattern in sign.pieces:
        match = pattern.search(clause.plain, start, end)
        if match is None:
            return ()
        quotes.append(quote_at(clause, *match.span("q" if "q" in pattern.groupindex else 0)))
    return tuple(quotes)


def unread(notice: Notice, demands: Iterable[NoticeDemand], facts: Iterable[Fact]) -> tuple[NoticeQuote, ...]:
    """Sentences that ask for something and overlap with no quote of a demand or fact."""
    known: dict[str, list[str]] = {}
    for each in [w for a in demands for w in a.words] + [w for f in facts for w in f.words]:
        known.setdefault(each.place, []).append(each.quote)
    sentences = []
    for clause in notice.body:
        if _THEME.search(clause.context) and "要求" not in clause.title.replace("总体要求", ""):
            continue
        for start, end in clause.line.sentences:
            here = quote_at(clause, start, end)
            if len(here.quote) <= _SHORT or not _ASKS.search(clause.plain[start:end]) or end <= clause.heading:
                continue
            if not any(q in here.quote or here.quote in q for q in known.get(here.place, [])):
                sentences.append(here)
    return tuple(dict.fromkeys(sentences))
