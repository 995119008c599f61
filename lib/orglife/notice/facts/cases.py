"""Members and branches for whom something is different: on probation, away, ill, too many, too few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause
from orglife.notice.facts.spans import clause_start, half_sentences, one_of
from orglife.notice.facts.talks import is_talk_rule
from orglife.notice.model import Fact, Notice, Words, merged, words

_PROBATIONARY = re.compile(r"(?<!不含)(?<!不包括)(?<!除)预备党员|(?:没有|尚?未)转正的?党员")
_NO_GRADE = re.compile(r"打[勾钩√对叉]|定[类档级]|不定|等次|上票|画票|定等|档次|不评|评议|测评|评定|表决")
_SPECIAL = re.compile(
    r"^[^，。；]{2,24}党员[^。；]{0,20}(?:不参加(?:民主)?(?:测评|评议)|书面参[评加])|援[派外疆藏青]|年老体弱|行动不便|长期患病|卧病|流动党员|外派党员|外出党员|外出务工|离退休|离休|退休|老党员|普通党员(?:的)?身份|双重组织生活|留党察看|受(?:到)?(?:党纪|党内)?[^，。]{0,6}处分|"
    r"党小组(?!会形式)|党员(?:人数|数量)?较多|临时党(?:支部|组织)|失联|失去联系|停止党籍|新转入|新调入|在职党员|组织关系(?:不在|转)|民主生活会的|软弱涣散|换届|挂职|借调|驻外|境外|请假|因[公病事故][^，。]{0,4}(?:外出|出差|不能|未能)|组织关系未|特殊情况|特殊原因|确有困难|年老多病|年满[^，。]{1,4}周?岁|不计算在|不计入|线上方式参加|人事关系|毕业班|错时参加|组织关系(?:保留|留)在|线上参加|就近编组|外派[、境]|党员(?:人数)?(?:在|超过|不足|少于)?\d+(?:人|名)(?:以[上下])?的(?:党?支部)|编入|单独编组|倒班|不得(?:评|定)(?:为)?优|不[能得评]{1,2}优|暂缓评议|免到会|联合支部(?=可|要|应)|联系不上|出国|登门|政协委员|驻村|抽组|支教|跟岗|线上党员"
)


def _answers(notice: Notice) -> Iterator[tuple[Clause, Words]]:
    """What stands under a question, with its words."""
    for clause in notice.body:
        if not clause.numbered and clause.above and clause.above[-1].endswith("？"):
            yield clause, words(clause, 0, len(clause.plain))


def probationary_rule(notice: Notice) -> Fact | None:
    """What the notice says of 预备党员, in its words.

    Raises:
        NoticeContradicts: they are graded in one place and not in another.
    """
    found = []
    for clause, start, end in half_sentences(notice):
        match = _PROBATIONARY.search(clause.plain, start, end)
        if match and (
            label := re.search(
                r"(?:不(?:评定?|确?定|参加)|暂不)[^，。；：]{0,6}：", clause.plain[start : match.start()]
            )
        ):
            at = words(clause, start + label.start(), end)
            found.append(Fact(at.quote, (at,)))
        elif match and _NO_GRADE.search(clause.plain[match.start() : end]):
            at = words(clause, clause_start(clause, match.start(), start), end)
            found.append(Fact(at.quote, (at,)))
    found += [Fact(at.quote, (at,)) for c, at in _answers(notice) if _PROBATIONARY.search(c.above[-1])]
    about_grades = [f for f in found if re.search("等次", f.value) and re.search("不|无|评定?等次|确定等次", f.value)]
    one_of(about_grades, "预备党员是否评定等次", lambda fact: "不" in fact.value or "无" in fact.value)
    return next((f for f in found if re.search("不|无|暂|免|只", f.value)), found[0] if found else None)


def special_rules(notice: Notice, beside: Fact | None) -> Fact | None:
    """What is different for some members or branches, each rule in its words.

    Args:
        notice: The notice.
        beside: The rule on 预备党员; of its sentence only what follows counts.
    """
    found = []
    told = {
        id(c): at
        for c, at in _answers(notice)
        if (_SPECIAL.search(c.above[-1]) and not _PROBATIONARY.search(c.above[-1]))
        or re.search("(?:领导|党员|教师|职工)[^？]{0,8}(?:怎么办|参加哪|在哪)", c.above[-1])
    }
    found += [Fact([at.quote], (at,)) for at in told.values()]
    for clause, start, end in half_sentences(notice):
        said = clause.plain[start:end]
        if id(clause) in told or said.endswith("？"):
            continue
        if re.search("学习|(?:^|/)学", clause.context) and not _SPECIAL.search(said.replace("老党员", "")):
            continue
        who = {clause.title, *clause.above[-1:]} & _ONLY_WHO
        other = _IN_CASE.search(said) if not _NO_CASE.search(said + clause.title) else None
        if (
            (who and not re.search("可(?:以)?(?:适当)?(?:简化|不|分|由|采取|通过)", said))
            or is_talk_rule(said)
            or not (_SPECIAL.search(said) or other)
            or _NOT_SPECIAL.search(said)
        ):
            continue
        parts = [(start, end)]
        if beside and clause.line.quote(start, end) == beside.value:
            pieces = [(s, e) for s, e in clause.line.clauses(start, end) if "党员" in clause.plain[s:e]]
            parts = [
                s for s in pieces if _SPECIAL.search(clause.plain[slice(*s)]) and "预备" not in clause.plain[slice(*s)]
            ]
        elif len(list(clause.line.clauses(start, end))) > _MANY:
            parts = list(_special_pieces(clause, start, end)) or parts
        for part in parts:
            at = words(clause, *part)
            found.append(Fact([at.quote], (at,), "stated" if _SPECIAL.search(clause.plain, *part) else "uncertain"))
    return merged(found)


_MANY = 4
"""A sentence of more pieces says other things, too: only the pieces that tell the case are taken."""


def _special_pieces(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces on a case, each with the next one where it ends with whom it is about: 「生病住院的，可委托……」."""
    spans = clause.line.clauses(start, end)
    for index, (begin, stop) in enumerate(spans):
        said = clause.plain[begin:stop]
        if (_SPECIAL.search(said) or _IN_CASE.search(said)) and not _NO_CASE.search(said):
            ends = said.endswith(("的", "党员", "同志", "支部")) and index + 1 < len(spans)
            yield begin, spans[index + 1][1] if ends else stop


_IN_CASE = re.compile(
    r"(?:^|[，：])(?!对|凡)[^，。；：]{2,30}(?:的|的(?:党员|同志|老同志|支部|企业|项目|单位|人员|教师|职工|村|站所)|(?:党员|同志)(?:较[多少])?的[^，。；：]{0,6})，?"
    r"(?:经[^，。；]{2,12}(?:同意|批准)[后，]*)?(?:可以?|也算|不算|不计|列席|由(?:支部|党支部)在|由(?:支部)?(?:党员大会|党委|上级|流入地|所在)|暂不|暂缓|不(?:参加|列入|作为)|在[^，。；]{1,16}参加|单独|另行|错时|提前|延期?|顺延|节后|委托|免|不用|不必|视为|请带头|视频|线上|电话|请假|回[^，。；]{0,6}支部|联合|自愿|打电话|安排|推迟|会后)"
)
"""「……的，可以……」: a case and what is different in it."""
_NO_CASE = re.compile(
    r"到会|方可|达到|有表决权|分之|%|半数|优秀|基本合格|不合格|整改|走过场|不认真|敷衍|质量|逾期|违反|失真|学习|学[一好]?学|撰写|写|发言提纲|谈|听|念|讲|读|问题|意见|不足[^，。；]{0,10}(?:分之|半|%)|达不到|未达到?|程序|重开|重新|先进|突出|较好"
)
_ONLY_WHO = frozenset(("对象", "适用范围", "范围", "参加人员", "参加对象", "参加范围", "评议对象", "参会人员"))
_NOT_SPECIAL = re.compile(
    r"情[形况][^，。；]{0,4}(?:不得|不能)[^，。；]{0,8}：|请打电话|按照[^，。；]{2,40}(?:要求|部署|安排)|批评和自我批评|(?:以下|下列)[^，。]{0,4}[。：]?$|[把将][^，。；]{2,30}(?:报|发给|交给|抄送)|^特别对象|不评(?:定)?等次：预备|如下|^学|学习\d|学习[^，。；]{0,6}《|把[^，。；]{0,8}学习材料|党小组学习"
)
