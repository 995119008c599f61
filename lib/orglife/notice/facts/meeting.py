"""The meeting and the appraisal: grades, share of 优秀, who must be there, what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clause import Clause
from orglife.notice.facts.shares import NUMBER, as_number, bounded, share, so_many_of
from orglife.notice.facts.spans import clause_end, clause_start, half_sentences, one_of
from orglife.notice.listing import items
from orglife.notice.model import Fact, Notice, Words, words

# --- grades, shares --------------------------------------------------------------------------------------------------

_GRADES = re.compile(
    r"“?优秀”?(?:等次)?[、，]?“?合格”?(?:等次)?(?:[、，]?“?基本合格”?)?(?:等次)?(?:[、，和与及]|以及)?“?不合格”?"
)
_AT_MOST = r"(?:[≤<=＝]|不大于|不得?超过|不能超过|不[得能]?突破|不高于|不得高于|不多于|不得多于|控制在|最多不超过|最高为|最多(?:给到|到|为|占)|至多(?:为|占)?|不(?:得)?超出?(?!过)|上限：)"
_RATIO = re.compile(rf"{_AT_MOST}(?P<base>[^，。；]{{0,30}}?)(?:的)?{NUMBER}(?:以内|之内)?")
_ABOUT = re.compile(
    rf"(?:为|按照?|占(?!比))(?P<base>[^，。；]{{2,30}}?)(?:的)?{NUMBER}(?:以内|之内|左右|比例)?(?:以内|确定|掌握|评定|推荐|控制)?"
)


_WITHIN = re.compile(rf"(?:以(?P<base>[^，。；]{{2,30}}?)的?|(?<=[例额数次员])){NUMBER}(?:以内|之内|封顶|为限|为上限)")
_WITHOUT_BEST = re.compile(r"合格、基本合格[、和及]不合格")


def grades(notice: Notice) -> Fact | None:
    """The grades of the appraisal in the notice's order.

    Raises:
        NoticeContradicts: two places name different grades.
    """
    found = []
    for clause in notice.body:
        for match in _GRADES.finditer(clause.plain):
            values = re.findall("优秀|基本合格|不合格|合格", match.group())
            found.append(Fact(values, (words(clause, *match.span()),)))
    if found:
        return one_of(found, "评议等次")
    for clause, start, end in half_sentences(notice):  # 「优秀等次……，其余等次为合格、基本合格、不合格」
        others, best = _WITHOUT_BEST.search(clause.plain, start, end), clause.plain.find("优秀", start, end)
        if others and 0 <= best < others.start():
            return Fact(["优秀", "合格", "基本合格", "不合格"], (words(clause, best, others.end()),))
    return _other_grades(notice)


_QUOTED_GRADES = re.compile(
    r"(?:测评|评议|等次)[^，。；：“]{0,6}(?P<list>“[^”]{1,4}”(?:、?“[^”]{1,4}”){1,4})[^，。；]{0,4}[二三四五](?:种|个|档)"
)
_GRADES_ARE = re.compile(
    r"等[次级](?:设置|一般)?(?:分为|分|为|设)+：?(?P<list>[^，。；：、]{1,8}(?:、[^，。；：、]{1,8}){1,4})"
)
_SO_MANY_GRADES = re.compile(
    r"(?:分为?|设|按|有)(?P<list>[^，。；：、]{1,4}(?:、[^，。；：、和与及]{1,4}){1,3}(?:[、和与及][^，。；：、]{1,4})?)(?P<n>[三四五])(?:个|种|类)?(?:等次|等级|档次|档|等|格)"
)


def _other_grades(notice: Notice) -> Fact | None:
    """Grades of other names: 「等次分为好、较好、一般、差」, 「测评按“好”“一般”“差”三种情况进行」."""
    for clause in notice.body:
        quoted = _QUOTED_GRADES.search(clause.plain)
        if quoted:
            return Fact(re.findall("“([^”]+)”", quoted.group("list")), (words(clause, *quoted.span("list")),))
        found = _GRADES_ARE.search(clause.plain) or _SO_MANY_GRADES.search(clause.plain)
        if found:
            return Fact(items(clause.plain, *found.span("list")), (words(clause, *found.span("list")),))
    return None


def excellent_ratio(notice: Notice, graded: Fact | None) -> Fact | None:
    """How many may be given the best grade: share, of whom, and the words; ``graded`` are the grades.

    Raises:
        NoticeContradicts: two places name different shares.
    """
    found = []
    first = str(graded.value[0]) if graded and graded.value else "优秀"
    best = "优秀" if first == "优秀" else f"“{first}”"
    for clause, start, end in half_sentences(notice):
        said = clause.plain[start:end]
        headed = any(best in h and _HOW_MANY.search(h) for h in (clause.title, *clause.above[-1:]))
        if best not in said and not headed and (best != "优秀" or not _BEST_OF.search(said)):
            continue
        if (
            len(_BY_KIND.findall(clause.plain, start, end)) > 1
        ):  # 「机关不超过25%，一线不超过三分之一」: not one share; a person decides
            continue
        if re.search(rf"(?:上浮|放宽|提高|增加)(?:至|到){NUMBER}", said):  # two shares; a person decides
            continue
        name = best if best in said else "评优"
        ratio = _first_ratio(clause, start, end)
        if ratio and (headed or clause.plain.rfind(name, start, ratio.start()) >= 0):
            begun = (
                start
                if clause.plain.rfind(name, start, ratio.start()) < 0
                else max(
                    clause.plain.rfind(mark, start, clause.plain.rfind(name, start, ratio.start())) + 1
                    for mark in "，；。："
                )
            )
            begun = max(begun, start)
            at = words(clause, begun, ratio.end())
            base = ratio.group("base") or ""
            base = re.sub(r"^在|×$|^.*(?:一般|原则上?)应?.*", "", base).removesuffix("总数的")
            base = base or _base_beside(clause.plain[begun:end], ratio.end() - begun) or _base_told(clause) or None
            if (base and re.search("优秀|名额", base)) or _OF_SOME.search(
                at.quote
            ):  # 「干部不超过优秀名额的一半」 is another share
                continue
            found.append(Fact({"value": share(ratio.group("share")), "base": base, "words": at.quote}, (at,)))
        elif other := _other_ratio(clause, start, end, name=name, headed=headed):
            found.append(other)
    return one_of(found, "优秀比例", _share_of)


def _first_ratio(clause: Clause, start: int, end: int) -> re.Match[str] | None:
    """The first share that is not one of the best themselves: 「其中干部不超过优秀人数的一半」 is another."""
    for way in (_RATIO, _WITHIN, _ABOUT):
        for match in way.finditer(clause.plain, start, end):
            about = _ABOUT.search(clause.plain, start, match.end("share")) if not match.group("base") else None
            found = about if about and about.start("share") == match.start("share") else match
            piece = clause.plain[clause_start(clause, found.start(), start) : found.end()]
            if not _OF_SOME.search(piece) and not re.search(
                "优秀(?:人数|党员)|名额", found.groupdict().get("base") or ""
            ):
                return found
    return None


def _other_ratio(clause: Clause, start: int, end: int, *, name: str, headed: bool) -> Fact | None:
    """A share of the best that the usual ways of saying it do not show: 「每十名评两名」, 「……的幅度内产生优秀」."""
    said = clause.plain[start:end]
    if not (headed or name in said):
        return None
    each = so_many_of(said)
    if each:
        at = words(clause, clause_start(clause, start + each[2][0], start), start + each[2][1])
        return Fact({"value": each[0], "base": each[1], "words": at.quote}, (at,))
    limit = bounded(said)
    if limit is None:
        return None
    text, base, stop = limit
    if _OF_SOME.search(said[:stop]):
        return None
    base = base or _base_beside(said, stop) or _base_told(clause)
    at = words(clause, start, clause_end(clause, start + stop, end))
    return Fact(
        {"value": share(text), "base": base or None, "words": at.quote}, (at,), "stated" if base else "uncertain"
    )


_OF_SOME = re.compile("其中(?!“?优秀)|班子成员|领导干部|党员干部|两委”")
_HOW_MANY = re.compile("比例|名额|多少|几个|几名|人数|上限")
_BEST_OF = re.compile(r"评优(?!评先|资格)")
_BY_KIND = re.compile(rf"支部(?:的)?{_AT_MOST}")


def _base_beside(said: str, at: int) -> str:
    """「优秀党员占正式党员的比例」 and 「以正式党员数为基数」 give 正式党员, 正式党员数."""
    found = re.search(r"占(?P<base>[^，。；]{2,20}?)的?(?:比例|比重|人数)", said[:at]) or re.search(
        r"[以按](?:照)?(?P<base>[^，。；（]{2,20}?)(?:(?:为|作为)(?:计算)?(?:基数|分母|准|依据)|(?:计算|核算|测算|[计算](?=[）。；，]|$)))"
        r"|基数(?:为|是|按|：)(?P<is>[^，。；（]{2,20})",
        said[at:],
    )
    if not found:
        return ""
    return found.group("base") or found.groupdict().get("is") or ""


def _base_told(clause: Clause) -> str:
    """「基数为正式党员」 somewhere else in the clause."""
    found = re.search(
        r"(?:以|按)(?P<a>[^，。；（以按]{2,16}?)(?:为|作为)(?:计算)?(?:基数|分母)|以(?P<c>[^，。；（以按]{2,16}(?:党员|人数|总数|数))为准|(?:基数|分母)(?:为|是|按|：)(?P<b>[^，。；（]{2,16})",
        clause.plain,
    )
    return (found.group("a") or found.group("b") or found.group("c")) if found else ""


_PRESENT = re.compile(
    rf"(?:超过|占|不足|不够|未达到?|达不到|少于|低于|达到|达|不少于|不低于|须有|应有|必须有|(?:必?须|应当?|要)(?=过?半)|要过|下限：|(?:必?须|应当?|要)在|有(?=半|过半|一半|[一二三四五]分|\d))(?P<base>[^，。；]{{0,24}}?)(?:的)?{NUMBER}"
    r"(?:及?以上)?(?:的)?(?P<after>(?:有(?:表决|选举)权的?)?(?:正式)?党员)?"
)
_ABOVE = re.compile(
    rf"(?P<base>[^，。；]{{2,24}}?)(?:的)?{NUMBER}(?:(?<=半数)|及?以上)(?P<after>(?:有(?:表决|选举)权的?)?(?:正式)?党员)?(?=到会|到场|参加|出席|参会)"
)
_HAVE_COME = re.compile(
    rf"(?P<base>[^，。；：]{{0,16}}党员(?:总数|人数)?)(?:中，?)?(?:实际?)?(?:到会|到场|参会|来了?|到了?)(?:的)?(?:人数|率)?(?:要|须|必须)?(?:达到?|超过|不少于|不低于|有)?{NUMBER}(?:及?以上|(?=[，；。才方始可的]|就))(?P<after>)"
)
_SO_MANY_COME = re.compile(
    rf"(?P<base>){NUMBER}(?:及?以上)?的?(?P<after>(?:应到会?的?)?(?:有(?:表决|选举)权的?)?(?:正式)?党员)(?=出席|到会|参加|到场|参会)"
)
_OF_THEM = re.compile(
    rf"(?P<base>[^，。；：]{{0,16}}党员)中，?(?:有|须有|应有)?{NUMBER}(?:及?以上)?(?P<after>)(?=到|来|参|出席)"
)
"""「能够到会的党员中，三分之二以上到了才投票」."""
_REACHES = re.compile(rf"(?:过|达到?|够|足|满|低于|少于)(?P<base>[^，。；]{{0,24}}?)(?:的)?{NUMBER}(?P<after>)")
_AND_MORE = re.compile(rf"(?P<base>应到会?[^，。；：]{{0,10}}?党员)的?{NUMBER}及?以上(?P<after>)")
_COMING = re.compile(
    r"来了|到了|到齐|党员(?:参加|出席)|清点人数|人数[^，。；]{0,12}有效|到会|实到|到场|参会|出席|参[评会加](?:的)?党员|参加(?:评议|测评|会议|民主评议)?的?(?:党员|人数)|参评率|参加人数|参加率|参会率"
)


def voting_quorum(notice: Notice) -> Fact | None:
    """How many must be there: share, of whom, and the words.

    Raises:
        NoticeContradicts: two places name different shares of the same.
    """
    found = []
    for clause, start, end in half_sentences(notice):
        plain = _without_best(clause, start, end)
        said = plain[start:end]
        if not _COMING.search(said) or not re.search(NUMBER.replace("?P<share>", "?:"), said):
            continue
        ways = [
            m
            for way in (_PRESENT, _OF_THEM, _ABOVE, _HAVE_COME, _AND_MORE, _SO_MANY_COME, _REACHES)
            for m in way.finditer(plain, start, end)
        ]
        quorum = next((m for m in ways if not _OF_BRANCHES.search(clause.plain, start, m.start())), None)
        if (
            quorum
            and "优秀" in clause.plain[start:end]
            and not _STANDS.search(said)
            and "应" not in quorum.group("base")
        ):  # a share of the best, of those who came
            continue
        if not quorum or re.search("赞成|同意", said):
            continue
        begun = clause_start(clause, quorum.start(), start)
        base = re.sub(r"^应到会?$", "", quorum.group("base")) or quorum.group("after")
        if "实到" in clause.plain[begun : quorum.start()]:  # 「实到人数未达应到的三分之二」
            base = quorum.group("base")
        base = base or _coming_base(clause.plain[begun : quorum.start()]) or quorum.group("base")
        base = base or _coming_base(clause.plain[start : quorum.start()])
        base = base or _base_beside(clause.plain[start:end], quorum.end() - start)
        stop = clause_end(clause, quorum.end(), end)
        at = words(clause, begun, stop)
        found.append(Fact({"value": share(quorum.group("share")), "base": base or None, "words": at.quote}, (at,)))
    return one_of([f for f in found if f.value["base"] == found[0].value["base"]], "到会人数要求", _share_of)


def _without_best(clause: Clause, start: int, end: int) -> str:
    """The text with pieces on the share of 优秀 blanked."""
    plain = clause.plain
    for begin, stop in clause.line.clauses(start, end):
        if "优秀" in plain[begin:stop]:
            plain = plain[:begin] + "　" * (stop - begin) + plain[stop:]
    return plain


_STANDS = re.compile("有效|方可|才[能可]|无效|不得(?:测评|计票|开会|投票|评议)|改期|另[行择]")
_OF_BRANCHES = re.compile(r"支部(?:的)?参[评会加]率[^，；]*$")


def _coming_base(said: str) -> str:
    found = re.search(r"(有(?:表决|选举)权的?(?:正式)?党员|正式党员|应到会?党员|全体党员|党员)", said)
    return found.group(1) if found else ""


def _share_of(fact: Fact) -> float:
    return as_number(str(fact.value["value"]))


# --- what follows ----------------------------------------------------------------------------------------------------

_MEASURES = re.compile(
    r"(?:进行|给予|予以)?(?P<v>谈心帮教|上门谈心|诫勉谈话|提醒谈话|谈话提醒|谈心谈话|批评教育|警示教育|教育帮助|教育转化|帮助教育|(?:指出(?:问题|不足|存在问题)?(?:差距)?[、，])?帮助(?:其)?(?:改进(?:不足|提高)?|提高|改正)|限期整改|限期改正|"
    r"劝[其他她]退党|劝退|(?:党内)?除名|组织处置|组织处理|党纪处分|取消[^，。；、]{0,8}资格|通报批评|跟踪教育|重点帮教|帮教|结对帮[扶助教带]|约谈(?:提醒)?|诫勉教育|(?:集中|教育|业务)培训|培训教育|批评帮助|帮带(?!名单)|帮促|离岗教育|离岗培训|诫勉|函询|(?<=找)[他她其]谈话|谈话教育|跟踪帮[助教扶]|帮扶|通报表扬|表扬|表彰(?!推荐|对象|人选)|奖励|(?<=进行)谈话|(?<=给予)谈话|(?<=开展)谈话|不能评优|妥善处[置理]|研究处理|处置(?!决定|意见|方案|建议|结果)|(?<=书记)谈话|(?<=[与同]其)谈话|(?<=组织)谈话(?=，|。|；|、))"
)
_GRADE = re.compile(r"优秀|基本合格|不合格")


_NAMED = re.compile(
    r"(?:对(?:于)?|评(?:议)?(?:为|定为|上|成)|定[为成]|确定为|列为|落到|被)[^，。；]{0,16}(?:优秀|基本合格|不合格)(?!表现|行为)[^，。；]{0,12}|(?:^|(?<=：))“?(?:优秀|基本合格|不合格)”?(?:等次|档次)?(?:党员|的|者|：|→)"
)
_NEXT_GRADE = re.compile(r"，(?=(?:对)?(?:于)?(?:评(?:定)?为)?“?(?:基本合格|不合格)”?(?:等次|档次)?(?:的|者|党员|：))")


def _by_grade(notice: Notice) -> Iterator[tuple[Clause, int, int]]:
    """Half sentences, cut where the next grade begins."""
    for clause, start, end in half_sentences(notice):
        begun = start
        for found in _NEXT_GRADE.finditer(clause.plain, start, end):
            yield clause, begun, found.start()
            begun = found.end()
        yield clause, begun, end


_STILL = re.compile(
    r"^(?:对)?(?:劝而不退|限期改正后|期满|有[^，。；]{0,4}转变|无转变|不改|[再仍]不|经教育|仍|限期内|限期改正期|转化无望|到期|逾期|期满|拒不)"
)


def disposition(notice: Notice, graded: Fact | None) -> Fact | None:
    """What follows from a grade: grade → measures, as the notice names them; ``graded`` are its grades."""
    others = [v for v in (graded.value if graded else ()) if not _GRADE.fullmatch(v)]
    other = (
        re.compile(
            rf"(?:评[为成上定]+|定为|得)?“?(?P<g>{'|'.join(sorted(map(re.escape, others), key=len, reverse=True))})”?(?:等次|档次)?的"
        )
        if others
        else None
    )
    value: dict[str, list[str]] = {}
    found: list[Words] = []
    named: list[str] = []
    unsure = False
    for clause, start, end in _by_grade(notice):
        grade = _NAMED.search(clause.plain[start:end]) or (other.search(clause.plain[start:end]) if other else None)
        if not grade and not (_STILL.search(clause.plain[start:end]) and named):
            named = []
            continue
        begun = start + (grade.start() if grade else 0)
        said = clause.plain[begun:end]
        named = (
            list(
                dict.fromkeys(
                    _GRADE.findall(grade.group()) or re.findall("“([^”]+)”", grade.group()) or [grade.group("g")]
                )
            )
            if grade
            else named
        )
        got = list(dict.fromkeys(m.group("v") for m in _MEASURES.finditer(said)))
        if re.search("等(?:措施|办法|方式)帮助", said):
            got = [v for v in got if not v.startswith("帮助")] or got
        each = [v for v in got if v != "处置"]
        got = [v for v in got if v not in _ANY_MEASURE] or got
        if not got or (named == ["优秀"] and _RATIO.search(said)):
            continue
        if len(named) == 2 <= len(each) and "分别" in said and not re.search("分别[^，。；]{0,6}情[况形]", said):
            # 「对基本合格、不合格的，分别作出甲、乙、丙的决定」: the first measure for the first grade
            for name, part in zip(named, (each[:1], each[1:]), strict=True):
                value[name] = list(dict.fromkeys([*value.get(name, []), *part]))
            found.append(words(clause, begun, end))
            unsure = True
            continue
        for name in named:
            value[name] = list(dict.fromkeys([*value.get(name, []), *got]))
        found.append(words(clause, begun, end))
    return Fact(value, tuple(found), "uncertain" if unsure else "stated") if value else None


_ANY_MEASURE = ("处置", "组织处置", "妥善处置")
