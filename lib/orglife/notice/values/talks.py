"""Read who talks with whom from the sentences on talks: one rule per pair of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, NoticeQuote, list_fact, quote_at
from orglife.notice.ranking.units import Unit, in_order

_PERSON = r"(?:书记|支委|委员|成员|党员|教导员|指导员|组长|组员|骨干|干部|同志)"
_TALK = re.compile(r"谈|聊|唠|交心|走动|拜访|看望|串门|通个?气|交换|走在前")
_PAIR = re.compile(
    rf"之间|{_PERSON}—|{_PERSON}对(?:书记|委员|支委|党员)|[与同和跟找][^，。；：、谈]{{0,14}}{_PERSON}$"
    rf"|{_PERSON}[^，。；：]{{0,16}}(?:[与同和跟找]|[相互]互|彼此|两两)"
)
_BARE = re.compile(rf"(?:之间|{_PERSON}|开展|全覆盖)$")
"""The end of a pair whose verb stands elsewhere: 「书记与委员、委员之间」."""
_NO_TALK = re.compile(
    r"座谈|访谈|恳谈|(?<!可)以谈|代替|书面材料|谈(?:体会|收获|问题|工作|思想)|(?:提醒|诫勉|予以约)谈|谈话(?:提醒|记录)|合格|批评|评议|测评|提意见"
)
_WHOSE = re.compile(r"^(?!.*谈).*(?:党员|的|者|同志|人员|干警|职工|教师|内部|中间|带头|包干)$")
"""A part that only names the people of the next part: 「对受过处分的党员，书记要亲自谈」."""
_LEADS = re.compile(
    r"^(?!.*(?:之间|互|两两|[与同和跟找对]))[^、，]{0,12}?[应要须也]?(?:先|多|带头|主动|、|开展|谈心|谈话|谈)*(?:先谈|多谈|带头谈|主动谈|带头开展)[谈心话]*$|约谈$"
)
"""Who begins, without saying with whom."""
_WITH_WHOM = re.compile("[与同和跟找]|之间")
_LONG_QUOTE = re.compile(r"“[^”]{20,}(?:”|$)")
"""Words of a regulation that the notice quotes; they are not rules of the notice."""


def talk_rules(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The rules on who talks with whom.

    Value: one quoted text per rule, in the order of the text.
    """
    quotes: list[NoticeQuote] = []
    for unit in in_order(units):
        quoted = [m.span() for m in _LONG_QUOTE.finditer(unit.clause.plain)]
        for half in pieces(unit.clause.plain, unit.start, unit.end, "；。"):
            if any(start <= half[0] < end or half[0] <= start < half[1] for start, end in quoted):
                continue
            quotes += [quote_at(unit.clause, *span) for span in _rules(unit, *half)]
    return list_fact([(at.quote, at) for at in quotes])


def _rules(unit: Unit, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The rules in a part between semicolons: a short part is one rule, a long one has a rule for each pair.

    What follows a pair up to the next one belongs to its rule if both are short together.
    """
    named = list(_named(unit, start, end))
    if named and end - start <= _SHORT:
        yield start, end
        return
    for (begin, stop), following in zip(named, [*(s for s, _ in named[1:]), end], strict=False):
        ends = [until for _, until in unit.clause.line.clauses(stop, following) if until - begin <= _SHORT]
        yield begin, max((stop, *ends))


_SHORT = 26


def _named(unit: Unit, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between commas that name who talks with whom, each with the preceding parts that only name its people."""
    parts = list(unit.clause.line.clauses(start, end))
    texts = [unit.clause.plain[slice(*p)] for p in parts]
    held: int | None = None
    for number, ((begin, stop), text) in enumerate(zip(parts, texts, strict=True)):
        first = begin if held is None else held
        following = texts[number + 1] if number + 1 < len(texts) else ""
        rule = _is_rule(text) and not _LEADS.match(text)
        goes_on = _TALK.search(following) and not _WITH_WHOM.search(following)
        if not _TALK.search(text) and (goes_on if rule else _WHOSE.search(text)):
            held = first
            continue
        if rule or (held is not None and _TALK.search(text)):
            yield first, stop
        held = None


def _is_rule(text: str) -> bool:
    named = re.search(_PERSON, text) and not _NO_TALK.search(text)
    return bool(named and (_TALK.search(text) or (_PAIR.search(text) and _BARE.search(text))))


_TEAM = r"(?:书记|支委|委员|班子成员|教导员|指导员)"
_WITH = "(?:与|同|和|跟|找)"
_KINDS = {
    "team_pairs": re.compile(rf"{_TEAM}[^党]{{0,8}}{_WITH}[^党]{{0,8}}{_TEAM}|{_TEAM}(?:相互|互相)?(?:之间|互谈)"),
    "members": re.compile(
        rf"{_TEAM}.{{0,8}}{_WITH}.{{0,16}}党员|^[^党]{{0,6}}(?:{_WITH}|对|拜访|走访|看望).{{2,24}}党员"
    ),
    "among_members": re.compile(
        rf"(?:^|[、，])[^，、与同和跟找]{{0,4}}党员{_WITH}(?:其他)?党员|(?:^|、)[^，、与同和跟找支班]{{0,8}}党员(?:之间|相互|互相|互)"
    ),
}


def kinds(rules: Fact | None) -> dict[str, Fact]:
    """The rules by kind of pair: within the leadership, leadership with members, members with each other."""
    by_kind: dict[str, Fact] = {}
    for text, at in zip(rules.value, rules.words, strict=False) if rules else ():
        for kind, pattern in _KINDS.items():
            if kind not in by_kind and pattern.search(text):
                by_kind[kind] = Fact([text], (at,))
    return by_kind
