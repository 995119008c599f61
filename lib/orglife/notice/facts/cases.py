"""Read the rules for special cases: members on probation, absent or ill, branches with too many or too few members."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.facts import rows
from orglife.notice.facts.spans import clause_start, half_sentences, halves_of, require_equal
from orglife.notice.facts.talks import is_talk_rule
from orglife.notice.model import Fact, Notice, NoticeQuote, merge_lists, quote_at

_PROBATIONARY = re.compile(
    r"(?<!不含)(?<!不包括)(?<!除)预备党员|(?:没有|尚?未|没)转正的?党员|(?:尚在|处于|在)?预备期(?:内|里)?的?(?:党员|同志)"
)
_NO_GRADE = re.compile(r"打[勾钩√对叉]|定[类档级]|不定|等次|上票|画票|定等|档次|不评|评议|测评|评定|表决")
_SPECIAL = re.compile(
    r"^[^，。；]{2,24}党员[^。；]{0,20}(?:不参加(?:民主)?(?:测评|评议)|书面参[评加])|援[派外疆藏青]|年老体弱|行动不便|长期患病|卧病|流动党员|外派党员|外出党员|外出务工|离退休|离休|退休|老党员|普通党员(?:的)?身份|双重组织生活|留党察看|受(?:到)?(?:党纪|党内)?[^，。]{0,6}处分|"
    r"党小组(?!会形式)|党员(?:人数|数量)?较多|临时党(?:支部|组织)|失联|失去联系|停止党籍|新转入|新调入|在职党员|组织关系(?:不在|转)|民主生活会的|软弱涣散|换届|挂职|借调|驻外|境外|请假|因[公病事故][^，。]{0,4}(?:外出|出差|不能|未能)|组织关系未|特殊情况|特殊原因|确有困难|年老多病|年满[^，。]{1,4}周?岁|不计算在|不计入|线上方式参加|人事关系|毕业班|错时参加|组织关系(?:保留|留)在|线上参加|就近编组|外派[、境]|党员(?:人数)?(?:在|超过|不足|少于)?\d{1,3}(?:人|名)(?:以[上下])?的(?:党?支部)|编入(?![^，。；]*(?:清单|台账))|单独编组|倒班|不得(?:评|定)(?:为)?优|不[能得评]{1,2}优|暂缓评议|免到会|联合支部(?=可|要|应)|联系不上|出国|登门|政协委员|驻村|抽组|支教|跟岗|线上党员"
)


def _answers(notice: Notice) -> Iterator[tuple[NoticeClause, NoticeQuote]]:
    """The clauses below a question, with their quotes."""
    for clause in notice.body:
        if not clause.numbered and clause.above and clause.above[-1].endswith("？"):
            yield clause, quote_at(clause, 0, len(clause.plain))


def probationary_rule(notice: Notice) -> Fact | None:
    """The rule on probationary members (预备党员).

    Value: the quoted text.

    Raises:
        NoticeContradicts: they are graded in one place and not in another.
    """
    facts = []
    for clause, start, end in half_sentences(notice):
        match = _PROBATIONARY.search(clause.plain, start, end)
        if match and (
            label := re.search(
                r"(?:不(?:评定?|确?定|参加)|暂不)[^，。；：]{0,6}：", clause.plain[start : match.start()]
            )
        ):
            at = quote_at(clause, start + label.start(), end)
            facts.append(Fact(at.quote, (at,)))
        elif match and _NO_GRADE.search(clause.plain[match.start() : end]):
            at = quote_at(clause, clause_start(clause, match.start(), start), _rule_end(clause, match.start(), end))
            facts.append(Fact(at.quote, (at,)))
    facts += [Fact(at.quote, (at,)) for c, at in _answers(notice) if _PROBATIONARY.search(c.above[-1])]
    about_grades = [f for f in facts if re.search("等次", f.value) and re.search("不|无|评定?等次|确定等次", f.value)]
    require_equal(about_grades, "预备党员是否评定等次", lambda fact: "不" in fact.value or "无" in fact.value)
    return next((f for f in facts if re.search("不|无|暂|免|只", f.value)), facts[0] if facts else None)


def _rule_end(clause: NoticeClause, at: int, end: int) -> int:
    """The end of the rule that begins at ``at``: its last part on grades, before parts about others."""
    last = at
    spans = clause.line.clauses(at, end)
    graded = max(
        (
            n
            for n, s in enumerate(spans)
            if re.search("不[^，。；]{0,6}(?:等|票|类|档|级|评|定|参)|无", clause.plain[slice(*s)])
        ),
        default=-1,
    )
    for number, (begin, stop) in enumerate(spans):
        text = clause.plain[begin:stop]
        if (
            number > graded
            and begin > at
            and re.match(
                r"(?:民主评议|评议|测评)[^，。；]{0,8}(?:结果|情况|等次)|(?:各|党支部|支部|正式党员|其他党员|其余)",
                text,
            )
        ):
            break
        last = stop
    return last


def special_rules(notice: Notice, beside: Fact | None) -> Fact | None:
    """The rules for special cases of members or branches.

    Value: the quoted text of each rule.

    Args:
        notice: The notice.
        beside: The rule on 预备党员; of its sentence only the other parts count.
    """
    answers = {
        c: at
        for c, at in _answers(notice)
        if (_SPECIAL.search(c.above[-1]) and not _PROBATIONARY.search(c.above[-1]))
        or re.search("(?:领导|党员|教师|职工)[^？]{0,8}(?:怎么办|参加哪|在哪)", c.above[-1])
    }
    facts = [Fact([at.quote], (at,)) for at in answers.values()]
    in_rows = {clause for row in rows.case_rows(notice) for clause in row.clauses}
    facts += [Fact([row.text], row.words) for row in rows.case_rows(notice)]
    listed = _listed_cases(notice)
    for clause, start, end in _cases(notice, listed):
        text = clause.plain[start:end]
        if clause in answers or clause in in_rows or text.endswith("？"):
            continue
        if len(text.strip("。；")) <= _NAME and not _OTHERWISE.search(text):  # only a name, such as 「特殊情形」
            continue
        if _of_cases(clause, listed) and end > clause.heading and not _PROBATIONARY.search(text):
            at = quote_at(clause, start if start >= clause.heading else 0, end)
            facts.append(Fact([at.quote], (at,)))
        elif _is_case(clause, text):
            for part in _case_parts(clause, start, end, beside):
                at = quote_at(clause, *part)
                known = _SPECIAL.search(clause.plain, *part)
                facts.append(Fact([at.quote], (at,), "stated" if known else "uncertain"))
    return merge_lists(facts)


def _is_case(clause: NoticeClause, text: str) -> bool:
    """Whether a half sentence is a rule for a special case; rules on participants and on talks are read elsewhere."""
    if re.search("学习|(?:^|/)学", clause.context) and not _SPECIAL.search(text.replace("老党员", "")):
        return False
    if {clause.title, *clause.above[-1:]} & _ONLY_WHO and not re.search(
        "可(?:以)?(?:适当)?(?:简化|不|分|由|采取|通过)", text
    ):
        return False
    talks = is_talk_rule(text) or re.search("(?<!补)谈[到心话透]?[。；]?$", text)
    if (talks and not _TALKED_TO_AFAR.search(text)) or _NOT_SPECIAL.search(text):
        return False
    return _in_case(text, clause.title) or bool(_SPECIAL.search(text) and _OTHERWISE.search(text))


def _case_parts(clause: NoticeClause, start: int, end: int, beside: Fact | None) -> Sequence[tuple[int, int]]:
    """The parts of a half sentence with special cases; ``beside`` is the rule on 预备党员."""
    text = clause.plain[start:end]
    if beside and clause.line.quote(start, end) == beside.value:
        pieces = [(s, e) for s, e in clause.line.clauses(start, end) if "党员" in clause.plain[s:e]]
        return [s for s in pieces if _SPECIAL.search(clause.plain[slice(*s)]) and "预备" not in clause.plain[slice(*s)]]
    whole = "；" in text.strip("；。")
    if not whole and (len(list(clause.line.clauses(start, end))) > _MANY or _SO_MANY_COME.search(text)):
        return list(_special_pieces(clause, start, end)) or [(start, end)]
    return [(start, end)]


_NAME = 10
_AT_ONCE = 60
"""Maximum characters of a case that is taken as a whole, including semicolons."""
_CASES_HEAD = re.compile(
    r"特殊(?:情况|情形|对象|党员|人员|群体)|[几二三四五六七]种情[况形]|[几二三四五六七]类(?:党员|人员|对象|支部)|单独安排|例外|情[况形]的?(?:处理|处置|安排)"
)


_LEADS_TO_CASES = re.compile(
    r"(?:下列|以下|如下|特殊|有关人员|[几二三四五六][类种])[^。；：]{0,12}(?:情[况形]|人员|党员|口径|办法|对象)?[^。；：]{0,10}(?:办理|掌握|处理|安排|执行|口径|把握|怎么办|对待)：?$"
)


def _listed_cases(notice: Notice) -> set[NoticeClause]:
    """The clauses of lists that are introduced as special cases: 「有下列情况的，分别办理：」."""
    clauses: set[NoticeClause] = set()
    rank: float | None = None
    for clause in notice.body:
        if _LEADS_TO_CASES.search(clause.plain):
            rank = 0.0
        elif rank is not None and clause.rank and rank in (0.0, clause.rank):
            rank = clause.rank
            clauses.add(clause)
        else:
            rank = None
    return clauses


def _of_cases(clause: NoticeClause, listed: set[NoticeClause]) -> bool:
    """Whether a clause is in a list of special cases or below a heading such as 「三、几种情况的处理」."""
    return clause in listed or bool(clause.numbered and clause.above and _CASES_HEAD.search(clause.above[-1]))


_THESE_CASES = re.compile("(?:下列|以下)[^，。；：]{0,6}情[形况][^。；]*：")


def _cases(notice: Notice, listed: set[NoticeClause]) -> Iterator[tuple[NoticeClause, int, int]]:
    """Half sentences, but 「有下列情形之一的，不得……：甲；乙；丙。」 as one part."""
    for clause in notice.body:
        gathered = _of_cases(clause, listed)
        for begun, stop in clause.line.sentences:
            for start, end in halves_of(clause, begun, stop):
                if (gathered and stop - start <= _AT_ONCE) or _THESE_CASES.search(clause.plain, start, end):
                    yield clause, start, stop
                    break
                yield clause, start, end


_MANY = 4
"""Maximum parts of a sentence that is taken as a whole; of longer ones only the parts with the case are taken."""
_GOES_ON = re.compile(
    r"但|并|也|由|经|可|不|通过|事先|提前|会后|应|要|须|且|同时|采取|以|报|免|仍|确|本人|所在|原则|其|一般|只|按|就近|委托|另"
)
"""The beginning of a part that continues the case before it."""


def _special_pieces(clause: NoticeClause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts with a case, each with the parts of its rule: 「生病住院的，经支部同意，可委托……，但……」."""
    spans = _with_all_cases(clause, start, end)
    index = 0
    while index < len(spans):
        begin, stop = spans[index]
        text = clause.plain[begin:stop]
        index += 1
        if not (_SPECIAL.search(text) or _WHOM.search(text) or _in_case(text, "")) or _NOT_OF_CASE.search(text):
            continue
        follow = text.endswith(("的", "党员", "同志", "支部", "人员"))
        while index < len(spans) and (
            follow or (_GOES_ON.match(clause.plain, spans[index][0]) and _OTHERWISE.search(clause.plain, *spans[index]))
        ):
            follow = not _OTHERWISE.search(clause.plain, *spans[index]) and bool(
                re.match("经|确|本人|事先", clause.plain[slice(*spans[index])])
            )
            stop = spans[index][1]
            index += 1
        if _SPECIAL.search(clause.plain, begin, stop) or _OTHERWISE.search(clause.plain, begin, stop):
            yield begin, stop


def _with_all_cases(clause: NoticeClause, start: int, end: int) -> list[tuple[int, int]]:
    """The parts between commas, but 「甲的，乙的，丙的，不得……」 as one."""
    parts: list[tuple[int, int]] = []
    begun: int | None = None
    for begin, stop in clause.line.clauses(start, end):
        if clause.plain[stop - 1] == "的":
            begun = begin if begun is None else begun
            continue
        parts.append((begin if begun is None else begun, stop))
        begun = None
    return [*parts, (begun, end)] if begun is not None else parts


_WHOM = re.compile(
    # away, at work elsewhere
    r"在外|外出|外地|出差|出国|驻外|境外|援[派外疆藏青边非建]|借调|挂职|驻村|进修|规培|支教|跟岗|值班|夜班|倒班|轮班|轮休|野外|一线作业|出海|出车|休假|请假|流动党员|务工|打工|"
    # ill, old, with a child
    r"产假|哺乳|孕期|怀孕|病假|因病|患病|病重|重病|住院|卧[床病]|瘫痪|失能|残疾|高龄|年[老高迈]|年事|年龄[^，。；]{0,4}大|\d岁|[六七八九]十(?:周)?岁|体弱|行动不便|腿脚不便|身体(?:原因|不好|不便)|老(?:党员|同志)(?!带头)|"
    # relation to the branch
    r"离退休|离休|退休|离岗|内退|毕业|离校|实习|失联|失去联系|联系不上|双报到|组织关系|关系(?:不在|转|在外|未转)|新转入|新调入|新入职|新发展|(?:不满|未满|不足|不到)[^，。；]{1,6}(?:年|月)|双管|兼职|工勤|"
    # under discipline
    r"停止党[籍员]|考核[^，。；]{0,8}(?:不合格|否决|不称职|末[位档]|不达标)|否决|失信|隔离|博士后|功能型|留党察看|处分|影响期|(?:立案|审查|纪律)(?:审查|调查)|被[^，。；]{0,8}(?:采取|追究|立案|调查|问责|处罚|批评|投诉)|"
    # kinds of branches
    r"党员(?:人数|数|总数)?(?:在|达到|超过|不足|不满|不到|少于|多于|较多|较少|[^，。；]{0,3}\d)[^，。；]{0,8}的?(?:党?支部|村|单位|企业)|(?:[\d一二两三四五]+(?:名|人)(?:以[上下])?(?:正式)?党员的|[没不未]有?设(?:立)?(?:支部)?(?:委员会|支委会?)|无支委|联合|临时|功能型|新成立|新组建|流动|偏远)[^，。；]{0,6}支部|[大小]支部|"
    # leaders and others who have a separate meeting
    r"领导干部[^，。；]{0,10}(?:双重|普通党员|民主生活会)|参加[^，。；]{0,8}民主生活会的|人大代表|政协委员|"
    r"因[^，。；]{1,10}确需|确需|线上参会|网上参会|领导班子(?:成员)?中的党员|因[公事故工][^，。；]{0,10}(?:不能|未能|无法|难以|脱不开|冲突)|不能(?:按时)?(?:到会|参会|参加|出席)|无法(?:到会|参会|参加|到场)|脱不开|未能|冲突的"
)
"""Members and branches in special cases."""
_OTHERWISE = re.compile(
    r"可(?![能见行靠])|不(?:再)?(?:组织|开展|搞特殊|占|参加|参与|评|计|算|列|纳入|强求|作硬性|要求|用|必|需|安排|定|上票|测|投|强制|硬性|统一|单独)|不[得能宜](?:评|定|推|参|列|作|确|当)|免|暂(?!行)|缓|"
    r"由[^，。；]{2,20}(?:代|组织|负责|统筹|出具|寄|委派|派|上门|登门|转达|传达|参加|安排|通报|联系|评|主持|讨论|召集|指定)|"
    r"就近|单独|另行|分(?:批|组|片|散|班组|小组|段)|党小组|视频|线上|连线|电话|微信|网络|书面|上门|登门|入户|委托|代读|代为|列席|旁听|请假|补[谈交会开]|合并|联合召开|一并召开|编入|并入|延[后长期至到]|顺延|推迟|提前|错[时峰]|简化|轮流|"
    r"就在|中止|暂停|随[^，。；]{2,12}参加|凭|回(?:原|所在|派出|支部|组织关系|厅|局|校)|(?:在|到|随)(?:原|现|流入地|居住地|务工地|组织关系|所在|派出|借调|挂职|实习|进修|单位|社区)[^，。；]{0,12}(?:参加|评|开)|参加(?:流入地|所在|务工地|居住地|双重|就近)|参加[^，。；]{0,10}(?:党组织|支部)(?:的|组织|评议|会)|"
    r"取消[^，。；]{0,4}评[优先]|只(?:参加|开会|列席|发言|评)|视为|视同|计入|延期|最迟|最高|既[^。；]*[又也]|双重组织生活|普通党员(?:的)?身份|自愿|照顾|灵活|委派|以[^，。；]{2,20}(?:为主|作参考|为准)|不在|按规定|在[^，。；]{2,10}支部(?:评|参加)|自学|寄送"
)
"""Words for what may or must differ for them."""
_SO_MANY_COME = re.compile("方可|才(?:可|能|算)|分之|%|半数|一半")
_TALKED_TO_AFAR = re.compile(r"可(?:以)?(?:通过|采取|用|打)?[^，。；]{0,6}(?:电话|视频|线上|书面|微信)")


def _in_case(text: str, title: str) -> bool:
    """Whether a text has a special case and its rule, and is not about quality, grades or other things."""
    if _IN_CASE.search(text) and not _NO_CASE.search(text + title):
        return True
    whom = _WHOM.search(text)
    return (
        bool(whom and _OTHERWISE.search(text, whom.start()))
        and not _NOT_OF_CASE.search(text)
        and not re.search("整改|学习", title)
        and not ("优秀" in text and not re.search("不|取消|最高", text))
    )


_NOT_OF_CASE = re.compile(
    r"方可|才能|达到|有表决权|分之|%|半数|基本合格|不合格|整改|走过场|不认真|敷衍|质量|逾期|违反|失真|撰写|问题|达不到|未达|重开|重新|先进|突出|较好|学习(?!.*(?:送学|视频|线上|自学))|学一学|程序|征求[^，。；]{0,12}意见$|清单|台账|组织处|除名|转化|帮扶"
)


_IN_CASE = re.compile(
    r"(?:^|[，：])(?!对|凡)[^，。；：]{2,30}(?:的|的(?:党员|同志|老同志|支部|企业|项目|单位|人员|教师|职工|村|站所)|(?:党员|同志)(?:较[多少])?的[^，。；：]{0,6})，?"
    r"(?:经[^，。；]{2,12}(?:同意|批准)[后，]*)?(?:可以?|也算|不算|不计|列席|由(?:支部|党支部)在|由(?:支部)?(?:党员大会|党委|上级|流入地|所在)|暂不|暂缓|不(?:参加|列入|作为)|在[^，。；]{1,16}参加|单独|另行|错时|提前|延期?|顺延|节后|委托|免|不用|不必|视为|请带头|视频|线上|电话|请假|回[^，。；]{0,6}支部|联合|自愿|打电话|安排|推迟|会后)"
)
"""A case and its rule: 「……的，可以……」."""
_NO_CASE = re.compile(
    r"到会|方可|达到|有表决权|分之|%|半数|优秀|基本合格|不合格|整改|走过场|不认真|敷衍|质量|逾期|违反|失真|学习|学[一好]?学|撰写|写|发言提纲|谈|听|念|讲|读|问题|意见|不足[^，。；]{0,10}(?:分之|半|%)|达不到|未达到?|程序|重开|重新|先进|突出|较好"
)
_ONLY_WHO = frozenset(("对象", "适用范围", "范围", "参加人员", "参加对象", "参加范围", "评议对象", "参会人员"))
_NOT_SPECIAL = re.compile(
    r"情[形况][^，。；]{0,4}(?:不得|不能)[^，。；]{0,8}：|领学|不得(?:无故)?(?:请假|缺席)|(?:均须|都要|必须|应当|一律)参加所在(?!.*(?:又|还))|请打电话|按照[^，。；]{2,40}(?:要求|部署|安排)|批评和自我批评|(?:以下|下列)[^，。]{0,4}[。：]?$|[把将][^，。；]{2,30}(?:报|发给|交给|抄送)|^特别对象|不评(?:定)?等次：预备|如下|^学(?![院校生])|学习\d|学习[^，。；]{0,6}《|把[^，。；]{0,8}学习材料|党小组学习"
)
