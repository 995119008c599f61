"""Read the grades of the appraisal and the maximum share of the best grade."""

from __future__ import annotations

import re

from orglife.notice.clause import NoticeClause
from orglife.notice.facts.shares import (
    AT_MOST,
    AT_MOST_SHARE,
    NUMBER,
    base_in_clause,
    base_near,
    by_share,
    limited_share,
    share,
    share_of_count,
)
from orglife.notice.facts.spans import agreed, clause_end, clause_start, half_sentences
from orglife.notice.listing import items
from orglife.notice.model import Fact, Notice, quote_at

_GRADES = re.compile(
    r"“?优秀”?(?:等次)?[、，]?“?合格”?(?:等次)?(?:[、，]?“?基本合格”?)?(?:等次)?(?:[、，和与及]|以及)?“?不合格”?"
)
_WITHOUT_BEST = re.compile(r"合格、基本合格[、和及]不合格")


def grades(notice: Notice) -> Fact | None:
    """The grades of the appraisal.

    Value: their names, in the notice's order.
    """
    facts = []
    for clause in notice.body:
        for match in _GRADES.finditer(clause.plain):
            values = re.findall("优秀|基本合格|不合格|合格", match.group())
            facts.append(Fact(values, (quote_at(clause, *match.span()),)))
    if facts:
        return agreed(facts)
    for clause, start, end in half_sentences(notice):  # 「优秀等次……，其余等次为合格、基本合格、不合格」
        others, best = _WITHOUT_BEST.search(clause.plain, start, end), clause.plain.find("优秀", start, end)
        if others and 0 <= best < others.start():
            return Fact(["优秀", "合格", "基本合格", "不合格"], (quote_at(clause, best, others.end()),))
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
            return Fact(re.findall("“([^”]+)”", quoted.group("list")), (quote_at(clause, *quoted.span("list")),))
        match = _GRADES_ARE.search(clause.plain) or _SO_MANY_GRADES.search(clause.plain)
        if match:
            return Fact(items(clause.plain, *match.span("list")), (quote_at(clause, *match.span("list")),))
    return None


# --- the share of the best -------------------------------------------------------------------------------------------

_ABOUT = re.compile(
    rf"(?:为|按照?|占(?!比))(?P<base>[^，。；]{{2,30}}?)(?:的)?{NUMBER}(?:以内|之内|左右|比例)?(?:以内|确定|掌握|评定|推荐|控制)?"
)


_WITHIN = re.compile(rf"(?:以(?P<base>[^，。；]{{2,30}}?)的?|(?<=[例额数次员])){NUMBER}(?:以内|之内|封顶|为限|为上限)")
_OF_SOME = re.compile("其中(?!“?优秀)|班子成员|领导干部|党员干部|两委”")
_HOW_MANY = re.compile("比例|名额|多少|几个|几名|人数|上限")
_BEST_OF = re.compile(r"评优(?!评先|资格)")
_BY_KIND = re.compile(rf"支部(?:的)?{AT_MOST}")
_RAISED = re.compile(rf"(?:上浮|放宽|提高|增加)(?:至|到){NUMBER}")


def excellent_ratio(notice: Notice, graded: Fact | None) -> Fact | None:
    """The maximum share of the best grade; ``graded`` is the fact with the grades.

    Value: ``value`` (1/3 or 30%), ``base`` (of whom, None when not stated), ``words``.
    """
    first = str(graded.value[0]) if graded and graded.value else "优秀"
    best = "优秀" if first == "优秀" else f"“{first}”"
    facts = [fact for part in half_sentences(notice) if (fact := _ratio(*part, best=best))]
    return agreed(facts, by_share)


def _ratio(clause: NoticeClause, start: int, end: int, *, best: str) -> Fact | None:
    """The share of the best grade in a half sentence.

    None if it names several shares, for kinds of branches (「机关不超过25%，一线不超过三分之一」) or a raised one: a
    person decides.
    """
    text = clause.plain[start:end]
    headed = any(best in h and _HOW_MANY.search(h) for h in (clause.title, *clause.above[-1:]))
    if not (best in text or headed or (best == "优秀" and _BEST_OF.search(text))):
        return None
    if len(_BY_KIND.findall(text)) > 1 or _RAISED.search(text):
        return None
    name = best if best in text else "评优"
    ratio = _first_ratio(clause, start, end)
    named = clause.plain.rfind(name, start, ratio.start()) if ratio else -1
    if not ratio or not (headed or named >= 0):
        return _other_ratio(clause, start, end, name=name, headed=headed)
    begun = clause_start(clause, named, start) if named >= 0 else start
    at = quote_at(clause, begun, ratio.end())
    base = re.sub(r"^在|×$|^.*(?:一般|原则上?)应?.*", "", ratio.group("base") or "").removesuffix("总数的")
    base = base or base_near(clause.plain[begun:end], ratio.end() - begun) or base_in_clause(clause)
    if re.search("优秀|名额", base) or _OF_SOME.search(at.quote):
        return None  # 「干部不超过优秀名额的一半」 is another share
    return Fact({"value": share(ratio.group("share")), "base": base or None, "words": at.quote}, (at,))


def _first_ratio(clause: NoticeClause, start: int, end: int) -> re.Match[str] | None:
    """The first share that is not a share of those graded best: 「其中干部不超过优秀人数的一半」 does not count."""
    for way in (AT_MOST_SHARE, _WITHIN, _ABOUT):
        for match in way.finditer(clause.plain, start, end):
            about = _ABOUT.search(clause.plain, start, match.end("share")) if not match.group("base") else None
            best = about if about and about.start("share") == match.start("share") else match
            piece = clause.plain[clause_start(clause, best.start(), start) : best.end()]
            if not _OF_SOME.search(piece) and not re.search(
                "优秀(?:人数|党员)|名额", best.groupdict().get("base") or ""
            ):
                return best
    return None


def _other_ratio(clause: NoticeClause, start: int, end: int, *, name: str, headed: bool) -> Fact | None:
    """A share of the best grade in less usual words: 「每十名评两名」, 「……的幅度内产生优秀」."""
    passage = clause.plain[start:end]
    if not (headed or name in passage):
        return None
    each = share_of_count(passage)
    if each:
        at = quote_at(clause, clause_start(clause, start + each[2][0], start), start + each[2][1])
        return Fact({"value": each[0], "base": each[1], "words": at.quote}, (at,))
    limit = limited_share(passage)
    if limit is None:
        return None
    text, base, stop = limit
    if _OF_SOME.search(passage[:stop]):
        return None
    base = base or base_near(passage, stop) or base_in_clause(clause)
    at = quote_at(clause, start, clause_end(clause, start + stop, end))
    return Fact(
        {"value": share(text), "base": base or None, "words": at.quote}, (at,), "stated" if base else "uncertain"
    )
