"""Read the rules on talks before the meeting: who talks with whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, merge_lists, quote_at

_WHO = re.compile(r"书记|班子成员|支委|委员|党员|教导员|指导员|组长|组员|老同志")


def talk_rules(notice: Notice) -> Fact | None:
    """The rules on who talks with whom.

    Value: one quoted text per rule.
    """
    facts = []
    for clause in notice.body:
        for start, end in clause.line.sentences:
            text = clause.plain[start:end]
            if not _TALKS.search(text) or (_OF_GRADES.search(text) and "谈" not in clause.context):
                continue
            rules = [s for s in _talk_parts(clause, start, end) if is_talk_rule(clause.plain[s[0] : s[1]])]
            rules = rules or _by_layers(clause, start, end)
            rules = rules or [s for s in clause.line.clauses(start, end) if is_talk_rule(clause.plain[slice(*s)])]
            rules = [_with_what_follows(clause, *s, end) for s in rules]
            rules = [(s + 2, e) if clause.plain.startswith("做到", s) else (s, e) for s, e in rules]
            more = [m.span() for m in _TO_THESE.finditer(clause.plain, start, end)]
            rules = [r for r in rules if not any(a <= r[0] and r[1] <= b for a, b in more)] + more
            facts += [Fact([clause.line.quote(*s)], (quote_at(clause, *s),)) for s in rules]
    return merge_lists(facts)


_MODIFIER = re.compile(r"[^谈]*[与同和跟][^谈]*")
"""A part that names only the first partners: 「支委与行动不便、独居的老党员谈」."""
_PARTNER = re.compile(r"[与同和跟][^、]*(?:书记|成员|支委|委员|党员|群众|同志)")
_BARE_PAIR = re.compile(
    r"(?:同|与|和|跟)[^，。；：、谈]{0,10}(?:支委|委员|党员|成员|副书记)$|(?:书记|委员|支委|成员)对(?:书记|委员|支委|党员)$"
)


_TO_THESE = re.compile(
    r"对(?![^，]*合格)[^，。；]{2,30}党员，(?:支部)?(?:书记|支委|委员)[^，。；]{0,8}谈"
    r"|对(?![^，]*合格)[^，。；]{2,30}(?:党员)?(?:重点|必须|都要|务必)谈"
    r"|(?<=[。；])[^，。；同与和跟]{4,30}党员(?:必须|都要|务必|重点)谈(?!、不)"
    r"|(?:对)?(?![^，]*合格)[^，。；]{4,30}(?:党员|的)，由?(?:党支部|支部)?(?:书记|支委|委员|(?:政治)?教导员)(?:要|应)?(?:亲自|上门|主动|找其|带头|专门|单独|重点|逐一)+谈"
    r"|对(?![^，]*合格)[^，。；]{4,40}(?:党员|同志|职工)，(?:支部|要|应|须|务必|多|重点|主动|专门)[^，。；]{0,8}谈(?!心?听)[^，。；]{0,6}(?=[，。；])"
    r"|[^，。；：]{1,8}(?:必|重点|一定)谈：[^。；]{4,60}"
    r"|(?<![^。；，])(?:对)?(?![^，]*合格)[^，。；]{4,40}(?:党员|的|干警|职工|教师|同志|人员)，由?[^，。；]{0,12}(?:书记|支委|委员|教导员|指导员|组长)[^，。；]{0,8}(?<!补)谈(?:到|心)?(?=[，。；])"
    r"|(?:支部书记[^，。；]{0,8}，)?主动约谈[^，。；]{2,16}党员"
    r"|(?<=，)[^，。；、]{2,10}[与同和跟][^，。；、]{0,8}党员谈(?=[，。；])"
)


def _talk_parts(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a sentence that may be one rule each: between commas, or between 、 if each part is a rule."""
    for begin, stop in clause.line.clauses(start, end):
        parts = pieces(clause.plain, begin, stop)
        pairs = [bool(_BARE_PAIR.search(clause.plain[slice(*s)])) for s in parts]
        rules = [s for s, pair in zip(parts, pairs, strict=True) if pair or _DONE.search(clause.plain[slice(*s)])]
        # 「书记与委员、委员与党员谈心」: only the last part has the verb
        shared = all(pairs[:-1]) and not all(pairs)
        if len(parts) > 1 and rules and not shared and not _is_one_rule(clause, parts, rules):
            yield from rules
        else:
            yield begin, stop


_DONE = re.compile("之间|谈|走动|拜访")


def _is_one_rule(clause: NoticeClause, parts: Sequence[tuple[int, int]], rules: Sequence[tuple[int, int]]) -> bool:
    """Whether 、 separates items within one rule; ``rules`` are the parts that look like a rule each."""
    texts = [clause.plain[slice(*s)] for s in parts]
    last = clause.plain[slice(*rules[-1])]
    return (
        # 「支委与行动不便、独居的老党员谈」
        any(_MODIFIER.fullmatch(t) and not _PARTNER.search(t) for t in texts[:-1])
        # 「书记与副书记、委员之间」 is one pair
        or (
            len(texts) == 2
            and bool(re.search("[与同和跟]", texts[0]))
            and not re.search("之间|谈", texts[0])
            and bool(re.match("[^与同和跟]{1,8}之间", texts[1]))
        )
        or any(t.endswith("的") for t in texts[:-1])
        or _partners(texts)
        # 「党员之间可结合甲、乙开展」
        or any(s != parts[-1] and not _RULE_ENDS.search(clause.plain[slice(*s)]) for s in rules)
        # 「有隔阂、有矛盾的党员要主动谈」
        or (len(rules) == 1 and rules[0] == parts[-1] and bool(_LAST_OF_MANY.fullmatch(last)))
    )


_RULE_ENDS = re.compile(
    r"(?:谈[心话透通开到过好]*|之间|党员|委员|支委|成员|干部|群众|同志|书记|一次|一遍|走动|拜访)$|谈"
)
_LAST_OF_MANY = re.compile(r"[^与同和跟找谈]{2,14}的(?:[^与同和跟找谈]{0,4})(?:党员|同志|职工|人员)[^谈]{0,8}谈.{0,6}")
_ONE_PARTNER = re.compile(r"[^、]*(?:与|同|和|跟|找|对)[^与同和跟找谈]{2,14}(?:党员|同志|人员|职工|干部|的)")
_MORE_PARTNERS = re.compile(r"[^与同和跟找谈]{2,16}(?:党员|同志|人员|职工|干部|的|者)(?:[^与同和跟找谈]{0,8}谈.{0,6})?")


def _partners(texts: Sequence[str]) -> bool:
    """Whether the parts are one rule with several partners: 「书记同甲党员、乙党员、丙党员谈心」."""
    return (
        len(texts) > 1
        and bool(_ONE_PARTNER.fullmatch(texts[0]))
        and "之间" not in texts[0]
        and all(_MORE_PARTNERS.fullmatch(t) for t in texts[1:])
    )


_TEAM = r"(?:书记|支委|委员|班子成员|教导员|指导员)"
_WITH = "(?:与|同|和|跟|找)"
_KINDS = {
    "team_pairs": re.compile(rf"{_TEAM}[^党]{{0,8}}{_WITH}[^党]{{0,8}}{_TEAM}|{_TEAM}(?:相互|互相)?(?:之间|互谈)"),
    "members": re.compile(
        rf"{_TEAM}.{{0,8}}{_WITH}.{{0,16}}党员|^[^党]{{0,6}}(?:{_WITH}|对|拜访|走访|看望).{{2,24}}党员"
    ),
    "among_members": re.compile(
        rf"(?:^|[、，])[^，、与同和跟找]{{0,4}}党员{_WITH}(?:其他)?党员|^[^，与同和跟找支班]{{0,8}}党员(?:之间|相互|互相|互)"
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


_ABOUT_TALKS = re.compile("谈心|谈话|交心|怎么谈|^谈|[/篇]谈")
_LAYER = re.compile(
    r"(?:第[一二三四]层[^。；]{0,4})?[^。；]{0,14}(?:书记|支委|委员|党员|老同志)[^。；]{0,24}(?:谈[一到遍透]|互谈|唠|说说心里话|拉家常)[^。；]{0,16}"
)


def _by_layers(clause: NoticeClause, start: int, end: int) -> list[tuple[int, int]]:
    """Half sentences that are one layer each, in a clause about talks: 「第一层在支委内部，彼此谈一遍；第二层……」."""
    if not _ABOUT_TALKS.search(clause.context):
        return []
    return [s for s in pieces(clause.plain, start, end, "；。") if _LAYER.fullmatch(clause.plain, *s)]


_TALKS = re.compile(r"谈|聊|走动|拜访|唠|拉家常")
_OF_GRADES = re.compile(r"不合格|基本合格")
"""A sentence on the consequences of a grade, which does not ask for a talk before the meeting."""


def _with_what_follows(clause: NoticeClause, start: int, end: int, stop: int) -> tuple[int, int]:
    """The rule with the next part if that contains its verb: 「委员之间走动走动，聊聊看法」."""
    if _TALKS.search(clause.plain[start:end]) and "走动" not in clause.plain[start:end]:
        return start, end
    text = clause.plain[start:end]
    paired = re.search("(?:之间|[与同和跟][^，。；]{0,14}党员|的党员)$", text) and not _TALKS.search(text)
    way = (
        "，(?:应当?|要|须|可以?|都)[^，。；]*(?:谈|交换|交流|沟通)[^，。；]*"
        if paired
        else "，(?:聊|谈|说说)[^，。；]*"
    )
    match = re.compile(way).match(clause.plain, end, stop)
    return start, match.end() if match else end


_PERSON = r"(?:组员|书记|支委|委员|成员|党员|教导员|指导员|组长|骨干|干部|老同志|同志)"
_RULES = (
    # 「与困难党员必谈」 in a list of partners
    re.compile(r"(?:书记|委员|支委|党员)—(?:委员|支委|党员)"),
    re.compile(
        r"(?:书记|成员|委员|支委|党员|班子).{0,14}(?:之间|与|同|和|跟|找|相互|互相|互谈|两两|彼此|带头|逐一|逐个).{0,20}"
    ),
    re.compile(r"谈[^，。；]{0,12}(?:不少于|至少|不低于)|(?:不少于|至少)[^，。；]{0,8}谈"),
    re.compile(
        rf"{_PERSON}(?:也)?(?:都)?(?:要|应|应当|必须|须|可|可以|必)?(?:第一个|带头|主动|亲自|上门|线上|电话|视频|面对面|分头|结对|普遍|广泛|重点|逐一|逐个|必|先|互相|相互|互)谈"
    ),
    re.compile(rf"(?:与|同|跟|对|找)[^。；：谈]{{2,30}}(?:{_PERSON}|的)[^，。；：谈]{{0,14}}谈"),
    re.compile(rf"^{_PERSON}?[^，。；：谈]{{0,6}}{_PERSON}谈[^，。；：谈]{{0,6}}{_PERSON}"),
    re.compile(r"(?:登门|上门|入户)(?:拜访|看望|走访)?[^。；：]{2,30}(?:党员|老同志)"),
)


def is_talk_rule(text: str) -> bool:
    """Whether a text says who talks with whom."""
    unquoted = re.sub("《[^》]*》", "", text)
    if (
        not (re.search(r"谈|之间|—|聊|走动|拜访", unquoted) or _BARE_PAIR.search(unquoted))
        or not _WHO.search(unquoted)
        or re.search(
            r"座谈|访谈|恳谈|(?<!可)以谈|代替|书面材料|谈体会|谈问题|谈收获|与本人|谈话提醒|提醒谈话|诫勉", unquoted
        )
    ):
        return False
    return bool(_BARE_PAIR.search(unquoted) or any(rule.search(unquoted) for rule in _RULES)) and not re.search(
        r"批评|评议|测评|合格|征求意见$|听取.{0,12}意见$", unquoted
    )
