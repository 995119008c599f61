"""Read shares of people with their base: the share of the best grade, and of those who come to the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.core.record.numerals import number_of
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, Sure, quote_at
from orglife.notice.ranking.units import Unit, in_order
from orglife.notice.values.agreeing import agreed

_COUNT = r"(?:(?<!\d)\d{1,3}|[一二三四五六七八九十百]{1,4})"
_NUMBER = re.compile(
    rf"(?P<share>(?<!\d)\d{{1,3}}%?—\d{{1,3}}%|{_COUNT}分之{_COUNT}|(?<!\d)\d{{1,3}}/\d{{1,3}}"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,2})?%|半数|过半数?|一半|[一二两三四五六七八九]成(?![绩效果为立员]))"
)
_OF = (
    r"(?:(?:本|全体?|各|该|支部|党支部|网格|村|单位|应到会?|应|实[际到有]?|在册|在编|在岗|在位|现有|参加|出席|到会|到场|来会|参[评会]|民主|评议|测评|会议|活动|有(?:表决|选举)权|正式|能够?|正常|老|且|和|的)*"
    r"(?:党员(?:总人数|总数|人数|数)?|人数|应到会?(?:人数|数)?))"
)
"""A phrase for the people of whom a share is taken: 应到会有表决权的党员."""
_NEAR = re.compile(rf"(?P<base>{_OF})(?:（[^）]*）)?(?:中|中有)?的?[×=]?(?:比例)?$")
_AFTER = re.compile(rf"(?:及?以上)?的?(?P<base>{_OF})(?=到|出席|参)")
_NAMED = re.compile(
    rf"[以按](?:照)?(?P<base>{_OF})(?:(?:为|作为)(?:计算)?(?:基数|分母|准|依据|底数)|计算|核算|测算|[计算](?=[）。，；]|$))"
    rf"|(?:基数|分母|底数)(?:为|是|按|：)(?P<of>{_OF})"
)
_STANDS = re.compile("有效|方可|才[能可算]|无效|不得(?:测评|计票|开会|投票|评议)|改期|另[行择]")
_COMES = re.compile(r"到会|到场|实到|出席|参[会评加]|来了|到了|应到|到齐|在位|清点人数")
_BEST = re.compile(r"优秀|“好”|评优(?!评先|资格)|名额|上限")
_OTHER = re.compile(r"得票|票数|赞成|同意|满意|得分|分数|考核|参[评会加]率(?=[^，；]*支部)|支部(?:的)?参[评会加]率")
_BY_KIND = re.compile("支部的?(?:不|控制|最多)")
_RAISED = re.compile("(?:上浮|放宽|提高|增加)[至到]")

_OF_SOME = re.compile("其中(?!“?优秀)|班子成员|领导干部|党员干部|干部|两委”|一线|委员|优秀(?:人数|党员)的|职工")


def share(text: str) -> str:
    """A share in canonical form: 三分之一 as 1/3, 30% as 30%, 半数 as 1/2."""
    if "—" in text:  # a range stays as written
        return text if text.partition("—")[0].endswith("%") else text.replace("—", "%—", 1)
    if text.endswith("%") or re.fullmatch(r"\d+/\d+", text):
        return text
    if text.endswith("成"):
        return f"{10 * (2 if text[0] == '两' else number_of(text[:-1]))}%"
    if "分之" in text:
        below, above = text.split("分之")
        return f"{number_of(above)}%" if below == "百" else f"{number_of(above)}/{number_of(below)}"
    return "1/2"


def as_number(value: str) -> float:
    """1/3, 30% or 20%—30% (its end) as a number, for comparison."""
    last = value.rpartition("—")[2]
    if last.endswith("%"):
        return round(float(last[:-1]) / 100, 2)
    above, below = last.split("/")
    return round(int(above) / max(int(below), 1), 2)


def excellent_ratio(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The maximum share of the best grade.

    Value: ``value`` (1/3 or 30%), ``base`` (of whom, None when not stated), ``words``.
    """
    return _agreed([fact for unit in in_order(units) for fact in _shares(unit, best=True)])


def voting_quorum(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The share of members that must come.

    Value: ``value`` (2/3 or 80%), ``base`` (of whom, None when not stated), ``words``.
    """
    return _agreed([fact for unit in in_order(units) for fact in _shares(unit, best=False)])


def _agreed(facts: Sequence[Fact]) -> Fact | None:
    return agreed(facts, lambda fact: as_number(str(fact.value["value"])))


def _shares(unit: Unit, *, best: bool) -> Iterator[Fact]:
    """The first share of the kind in each part of a unit between semicolons.

    The first of several shares of the best grade, for kinds of branches or in special cases, is ``uncertain``.
    """
    plain, about = unit.clause.plain, unit.clause.context
    for start, end in pieces(plain, unit.start, unit.end, "；。"):
        for match in _NUMBER.finditer(plain, start, end):
            begun = max(plain.rfind(mark, start, match.start()) + 1 for mark in "，；。：")
            begun = max(begun, start)
            stop = min([end, *(p for mark in "，；。" if (p := plain.find(mark, match.end(), end)) >= 0)])
            piece, before = plain[begun:stop], plain[start : match.start()]
            of_best = _is_of_best(piece, about + before)
            if _OTHER.search(piece) or of_best != best or (not best and not _COMES.search(piece + before)):
                continue
            if best and (_OF_SOME.search(re.sub(r"[^，；。]{0,6}党员干部(?=[^，；。]*优秀)", "", piece))):
                continue
            first = begun if not best or _BEST.search(piece) else start
            at = quote_at(unit.clause, first, stop)
            base, named = _base(plain, start, end, begun, match)
            doubtful = best and (len(_BY_KIND.findall(plain, start, end)) > 1 or _RAISED.search(plain, start, end))
            sure: Sure = "uncertain" if doubtful else "stated" if named else "derived"
            yield Fact({"value": share(match["share"]), "base": base or None, "words": at.quote}, (at,), sure)
            break


def _is_of_best(piece: str, before: str) -> bool:
    """Whether the share in a piece between commas is one of the best grade; ``before`` are the words before it."""
    if _STANDS.search(piece):
        return False
    return bool(_BEST.search(piece) or (_BEST.search(before) and not _COMES.search(re.sub(_OF, "", piece))))


def _base(plain: str, start: int, end: int, begun: int, number: re.Match[str]) -> tuple[str, bool]:
    """Of whom the share is, "" when not stated, and whether it stands beside the share or is named as its base."""
    near = _NEAR.search(plain[begun : number.start()])
    if near and not plain[: number.start()].endswith(f"优秀{near.group()}"):
        return near["base"].removeprefix("的"), True
    if after := _AFTER.match(plain, number.end(), end):
        return after["base"], True
    if named := _NAMED.search(plain, start, end):
        return named["base"] or named["of"], True
    people = [m.group() for m in re.finditer(rf"(?<!优秀){_OF}", plain[start : number.start()])]
    return next((p for p in reversed(people) if "党员" in p), people[-1] if people else "").removeprefix("的"), False
