"""Who talks with whom before the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, merged, words

_TALK = re.compile(
    r"(?:之间|相互|互相|带头|普遍|必须|必|广泛|逐一|逐个|主动|鼓励|提倡|倡导|与|同|和).{0,24}谈|谈(?:心|话|透|开|通)?.{0,6}之间|之间|谈心"
)
_WHO = re.compile(r"书记|班子成员|支委|委员|党员")


def talk_rules(notice: Notice) -> Fact | None:
    """Who talks with whom, each rule as a text of the notice."""
    found = []
    for clause in notice.body:
        for start, end in clause.line.sentences:
            said = clause.plain[start:end]
            if "谈" not in said:
                continue
            rules = [s for s in _talk_parts(clause, start, end) if is_talk_rule(clause.plain[s[0] : s[1]])]
            rules = rules or [s for s in clause.line.clauses(start, end) if is_talk_rule(clause.plain[slice(*s)])]
            rules = [(s + 2, e) if clause.plain.startswith("做到", s) else (s, e) for s, e in rules]
            more = [m.span() for m in _TO_THESE.finditer(clause.plain, start, end)]
            rules = [r for r in rules if not any(a <= r[0] and r[1] <= b for a, b in more)] + more
            found += [Fact([clause.line.quote(*s)], (words(clause, *s),)) for s in rules]
    return merged(found)


_MODIFIER = re.compile(r"[^谈]*[与同和跟][^谈]*")
"""A piece that only begins to say with whom: 「支委与行动不便、独居的老党员谈」."""
_PARTNER = re.compile(r"[与同和跟][^、]*(?:书记|成员|支委|委员|党员|群众|同志)")
_BARE_PAIR = re.compile(r"(?:同|与|和|跟)[^，。；：、谈]{0,10}(?:支委|委员|党员|班子成员)$")


_TO_THESE = re.compile(
    r"对(?![^，]*合格)[^，。；]{2,30}党员，(?:支部)?(?:书记|支委|委员)[^，。；]{0,8}谈"
    r"|对(?![^，]*合格)[^，。；]{2,30}(?:党员)?(?:重点|必须|都要|务必)谈"
    r"|(?<=[。；])[^，。；同与和跟]{4,30}党员(?:必须|都要|务必|重点)谈"
    r"|(?:对)?(?![^，]*合格)[^，。；]{4,30}(?:党员|的)，由?(?:党支部|支部)?(?:书记|支委|委员|(?:政治)?教导员)(?:要|应)?(?:亲自|上门|主动|找其|带头)+谈"
    r"|(?:支部书记[^，。；]{0,8}，)?主动约谈[^，。；]{2,16}党员"
    r"|(?<=，)[^，。；、]{2,10}[与同和跟][^，。；、]{0,8}党员谈(?=[，。；])"
)


def _talk_parts(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin, stop in clause.line.clauses(start, end):
        parts = pieces(clause.plain, begin, stop)
        bare = [bool(_BARE_PAIR.search(clause.plain[a:b])) for a, b in parts]
        talks = [
            s for s, pair in zip(parts, bare, strict=True) if pair or re.search("之间|谈", clause.plain[slice(*s)])
        ]
        cut = any(
            _MODIFIER.fullmatch(clause.plain, a, b) and not _PARTNER.search(clause.plain, a, b) for a, b in parts[:-1]
        )
        if len(parts) > 1 and talks and not cut and (not all(bare[:-1]) or all(bare)):
            yield from talks
        else:
            yield begin, stop


_ONE_WITH = re.compile(r"^(?:与|同|和|跟)[^，。；：、]{1,20}(?:必|要|须|应)谈")
"""「与困难党员必谈」 in a list of those with whom to talk."""


def is_talk_rule(said: str) -> bool:
    """Whether words say who talks with whom."""
    if (
        not (re.search(r"谈|之间", said) or _BARE_PAIR.search(said))
        or not _WHO.search(said)
        or re.search(r"座谈|访谈|恳谈|以谈|代替|谈体会|谈问题|谈收获", said)
    ):
        return False
    pair = _ONE_WITH.search(said) or re.search(
        r"(?:书记|成员|委员|支委|党员|班子).{0,14}(?:之间|与|同|和|跟|相互|互相|两两|彼此|带头|逐一|逐个).{0,20}", said
    )
    counted = re.search(r"谈[^，。；]{0,12}(?:不少于|至少|不低于)|(?:不少于|至少)[^，。；]{0,8}谈", said)
    return bool(pair or counted or _BARE_PAIR.search(said)) and not re.search(
        r"批评|评议|测评|合格|征求意见$|听取.{0,12}意见$", said
    )
