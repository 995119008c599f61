"""Read the grades of the appraisal, and what follows from a grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import items, pieces, trimmed
from orglife.notice.model import Fact, Notice, NoticeQuote, quote_at
from orglife.notice.ranking.units import Unit, in_order
from orglife.notice.values.agreeing import agreed

_USUAL = re.compile(r"“?优秀”?[^。；]{0,30}?“?不合格”?")
_QUOTED = re.compile(r"“[^”]{1,4}”(?:、?“[^”]{1,4}”){1,4}")
_LISTED = re.compile(
    r"(?:等[次级][^，。；：、]{0,4}|分为?|设|按|有|为|是|：)(?P<list>[^，。；：、]{1,4}(?:、[^，。；：、和与及]{1,4}){1,3}(?:[、和与及][^，。；：、]{1,4})?)(?:[三四五](?:个|种|类)?|种)?(?:等次|等级|档次|档|等|格|$|[。；，])"
)


def grades(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The grades of the appraisal.

    Value: their names, in the notice's order.
    """
    facts = [fact for unit in in_order(units) if (fact := _usual(unit))]
    return agreed(facts) or next((fact for unit in units if (fact := _others(unit))), None)


def _usual(unit: Unit) -> Fact | None:
    """Grades from 优秀 to 不合格, also apart: 「优秀……，其余等次为合格、基本合格、不合格」."""
    match = _USUAL.search(unit.clause.plain, unit.start, unit.end)
    names = re.findall("优秀|基本合格|不合格|合格", match.group()) if match else []
    names = list(dict.fromkeys(names))
    return Fact(names, (quote_at(unit.clause, *match.span()),)) if match and len(names) > 2 else None


def _others(unit: Unit) -> Fact | None:
    """Grades of other names: 「分为好、较好、一般、差」, 「按“好”“一般”“差”三种情况」."""
    plain = unit.clause.plain
    if quoted := _QUOTED.search(plain, unit.start, unit.end):
        return Fact(re.findall("“([^”]+)”", quoted.group()), (quote_at(unit.clause, *quoted.span()),))
    listed = _LISTED.search(plain, unit.start, unit.end)
    return Fact(items(plain, *listed.span("list")), (quote_at(unit.clause, *listed.span("list")),)) if listed else None


# --- what follows from a grade ---------------------------------------------------------------------------------------

_GRADE = re.compile(r"优秀|基本合格|不合格")


_NAMED = re.compile(
    r"(?:对(?:于)?|评(?:议)?(?:为|定为|上|成)|定[为成]|确定为|列为|落到|被)[^，。；]{0,16}(?:优秀|基本合格|不合格)(?!表现|行为)[^，。；]{0,12}|(?:^|(?<=：))“?(?:优秀|基本合格|不合格)”?(?:等次|档次)?(?:党员|的|者|：|→)"
)
_AFTER_GRADE = re.compile(
    r"(?:优秀|不合格|基本合格|“[^”]{1,4}”)(?:”|等次|档次|的|党员|者|同志|和|、|与|或)*(?:优秀|不合格|基本合格)?(?:”|等次|档次|的|党员|者|同志|：|→)*，?"
)
_NEXT_GRADE = re.compile(r"，(?=(?:对)?(?:于)?(?:评(?:定)?为)?“?(?:基本合格|不合格)”?(?:等次|档次)?(?:的|者|党员|：))")


def _by_grade(units: Sequence[Unit]) -> Iterator[tuple[Unit, int, int]]:
    """The parts of units between semicolons, split where the next grade begins."""
    for unit in in_order(units):
        plain = unit.clause.plain
        for start, end in pieces(plain, unit.start, unit.end, "；。"):
            begun = start
            for match in _NEXT_GRADE.finditer(plain, start, end):
                yield unit, begun, match.start()
                begun = match.end()
            yield unit, begun, end


_STILL = re.compile(
    r"(?:对)?(?:劝而不退|限期改正后|期满|有[^，。；]{0,4}转变|无转变|不改|[再仍]不|经教育|仍|限期内|限期改正期|转化无望|到期|逾期|拒不)"
)


_MEASURE = re.compile(
    r"谈|诫勉|教育|帮[助教带扶促]|改正|整改|改进(?!措施)|时间改|劝|除名|处[置理分]|取消|通报|表[扬彰]|奖励|培训|函询|优先|推荐(?!人选|对象)|(?:再|复)[评看]|评优|奖|荣誉|证书|喜报|事迹|^列入|^作为|暂缓|复评|限.{1,4}改|改$|帮|积分"
)
_NO_MEASURE = re.compile(
    r"的$|^其中|^不[能得]|^报(?!.*处)|后$|^(?:再|由(?!.*[谈帮教评表])|依照|按照?|根据|依据|《)|等方式|决定|意见|研究|代替|手续|慎重$|会前|会上|讨论|审[批定核预]|预审|核实|沟通|不再|测评|投票|等次$|^(?!作为).*依据"
)
"""Parts about time, rules or approval instead of a measure."""
_ANY_MEASURE = re.compile("(?:组织|妥善)?处[置理]")
"""General words for a measure; they count only if no other measure is named."""
_LEAD = re.compile(
    r"^(?:由|视|区[别分]|分别|根据|依[照据]|按照?|一律|经|报)[^，。；]*?(?:给予|予以|作出?|提出|采取|进行|研究|程序|规定|情[况节形]|分别)+(?=.{2})"
)
_TAIL = re.compile(
    r"(?<=.{2})(?:等)?(?:方式|(?<!改进)(?<!整改)措施|办法|的(?:建议|意见|决定|处[置理])).*$|(?<=.{3})(?<!组织)(?<!妥善)等?处[置理]$"
)


def disposition(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The consequences of each grade.

    Value: grade → its measures, as the notice names them.
    """
    value: dict[str, list[str]] = {}
    quotes: list[NoticeQuote] = []
    named: list[str] = []
    unsure = False
    before: Unit | None = None
    for unit, start, end in _by_grade(units):
        clause = unit.clause
        text = clause.plain[start:end]
        grade = _NAMED.search(text) or _OTHER_GRADE.search(text)
        begun = start + grade.start() if grade else start
        text = clause.plain[begun:end]
        if grade:
            named = _grades_in(grade)
        elif not (_STILL.match(text) or unit is before):
            named = []
        before = unit
        after = _AFTER_GRADE.search(clause.plain, begun, end) if grade else None
        measures = _measures(clause, after.end() if after else start, end)
        if not named or not measures or (named == ["优秀"] and re.search("不超过|以内|控制在", text)):
            continue
        unsure = unsure or len(named) > 1  # which measure is for which grade
        for name in named:
            value[name] = list(dict.fromkeys([*value.get(name, []), *measures]))
        quotes.append(quote_at(clause, begun, end))
    return Fact(value, tuple(quotes), "uncertain" if unsure else "stated") if value else None


_OTHER_GRADE = re.compile(r"(?:评[为成上定]+|定为|得)“[^”]{1,4}”(?:等次|档次)?的")
"""A grade of another name than the usual ones."""


def _grades_in(match: re.Match[str]) -> list[str]:
    """The grades in a match of ``_NAMED`` or ``_OTHER_GRADE``."""
    text = match.group()
    return list(dict.fromkeys(_GRADE.findall(text) or re.findall("“([^”]+)”", text)))


def _measures(clause: NoticeClause, start: int, end: int) -> list[str]:
    """What is to be done, one text per part between commas, 、 and 或者."""
    parts = [
        (begin + part.start(1), begin + part.end(1))
        for begin, stop in pieces(clause.plain, start, end, "，、：")
        for part in re.finditer(r"(?:或者?)?((?:(?!或).)+)", clause.plain[begin:stop])
    ]
    texts = [_TAIL.sub("", _LEAD.sub("", clause.plain[slice(*trimmed(clause.plain, *part))])) for part in parts]
    measures = list(dict.fromkeys(t for t in texts if _MEASURE.search(t) and not _NO_MEASURE.search(t)))
    return [t for t in measures if not _ANY_MEASURE.fullmatch(t)] or measures
