"""Read the grades of the appraisal, and what follows from a grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.listing import items, pieces
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
    """Grades from 优秀 to 不合格, wherever they stand: 「优秀……，其余等次为合格、基本合格、不合格」."""
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

_MEASURES = re.compile(
    r"(?:进行|给予|予以)?(?P<v>谈心帮教|上门谈心|诫勉谈话|提醒谈话|谈话提醒|谈心谈话|批评教育|警示教育|教育帮助|教育转化|帮助教育|(?:指出(?:问题|不足|存在问题)?(?:差距)?[、，])?帮助(?:其)?(?:改进(?:不足|提高)?|提高|改正)|限期整改|限期改正|"
    r"劝[其他她]退党|劝退|(?:党内)?除名|组织处置|组织处理|党纪处分|取消[^，。；、]{0,8}资格|通报批评|跟踪教育|重点帮教|帮教|结对帮[扶助教带]|约谈(?:提醒)?|诫勉教育|(?:集中|教育|业务)培训|培训教育|批评帮助|帮带(?!名单)|帮促|离岗教育|离岗培训|诫勉|函询|(?<=找)[他她其]谈话|谈话教育|跟踪帮[助教扶]|帮扶|通报表扬|表扬|表彰(?!推荐|对象|人选)|奖励|(?<=进行)谈话|(?<=给予)谈话|(?<=开展)谈话|不能评优|妥善处[置理]|研究处理|处置(?!决定|意见|方案|建议|结果)|(?<=书记)谈话|(?<=[与同]其)谈话|(?<=组织)谈话(?=，|。|；|、))"
)
_GRADE = re.compile(r"优秀|基本合格|不合格")


_NAMED = re.compile(
    r"(?:对(?:于)?|评(?:议)?(?:为|定为|上|成)|定[为成]|确定为|列为|落到|被)[^，。；]{0,16}(?:优秀|基本合格|不合格)(?!表现|行为)[^，。；]{0,12}|(?:^|(?<=：))“?(?:优秀|基本合格|不合格)”?(?:等次|档次)?(?:党员|的|者|：|→)"
)
_NEXT_GRADE = re.compile(r"，(?=(?:对)?(?:于)?(?:评(?:定)?为)?“?(?:基本合格|不合格)”?(?:等次|档次)?(?:的|者|党员|：))")


def _by_grade(units: Sequence[Unit]) -> Iterator[tuple[NoticeClause, int, int]]:
    """The parts of units between semicolons, split where the next grade begins."""
    for clause, start, end in (
        (u.clause, *span) for u in in_order(units) for span in pieces(u.clause.plain, u.start, u.end, "；。")
    ):
        begun = start
        for match in _NEXT_GRADE.finditer(clause.plain, start, end):
            yield clause, begun, match.start()
            begun = match.end()
        yield clause, begun, end


_STILL = re.compile(
    r"(?:对)?(?:劝而不退|限期改正后|期满|有[^，。；]{0,4}转变|无转变|不改|[再仍]不|经教育|仍|限期内|限期改正期|转化无望|到期|逾期|拒不)"
)


_ANY_MEASURE = ("处置", "组织处置", "妥善处置")
"""General words for a measure; they count only if no other measure is named."""
_SUCH_MEANS = re.compile("等(?:措施|办法|方式)帮助")


def disposition(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The consequences of each grade.

    Value: grade → its measures, as the notice names them.
    """
    value: dict[str, list[str]] = {}
    quotes: list[NoticeQuote] = []
    named: list[str] = []
    unsure = False
    for clause, start, end in _by_grade(units):
        text = clause.plain[start:end]
        grade = _NAMED.search(text) or _OTHER_GRADE.search(text)
        begun = start + grade.start() if grade else start
        text = clause.plain[begun:end]
        if grade:
            named = _grades_in(grade)
        elif not _STILL.match(text):
            named = []
        measures = _measures(text)
        if not named or not measures or (named == ["优秀"] and re.search("不超过|以内|控制在", text)):
            continue
        unsure = unsure or len(named) > 1  # which measure is for which grade
        general = [v for v in measures if v not in _ANY_MEASURE] or measures
        for name in named:
            value[name] = list(dict.fromkeys([*value.get(name, []), *general]))
        quotes.append(quote_at(clause, begun, end))
    return Fact(value, tuple(quotes), "uncertain" if unsure else "stated") if value else None


_OTHER_GRADE = re.compile(r"(?:评[为成上定]+|定为|得)“(?P<g>[^”]{1,4})”(?:等次|档次)?的")
"""A grade of another name than the usual ones."""


def _grades_in(match: re.Match[str]) -> list[str]:
    """The grades in a match of ``_NAMED`` or ``_OTHER_GRADE``."""
    text = match.group()
    return list(dict.fromkeys(_GRADE.findall(text) or re.findall("“([^”]+)”", text) or [match.group("g")]))


def _measures(text: str) -> list[str]:
    """The named measures, in order."""
    got = list(dict.fromkeys(m.group("v") for m in _MEASURES.finditer(text)))
    if _SUCH_MEANS.search(text):  # 「采取谈话等方式帮助……」 names the means of 帮助
        got = [v for v in got if not v.startswith("帮助")] or got
    return got
