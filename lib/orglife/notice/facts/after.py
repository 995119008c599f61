"""After the meeting: publicity, forms."""

from __future__ import annotations

import re

from orglife.notice.clause import Clause
from orglife.notice.facts.spans import half_sentences
from orglife.notice.listing import items, trimmed
from orglife.notice.model import Fact, Notice, merged, words
from orglife.notice.numerals import number_of

# --- publicity -------------------------------------------------------------------------------------------------------

_PUBLIC = re.compile(
    r"公示(?!栏)|公布|张贴|贴出|上墙|亮出来|晒一晒|发[在到][^，。；]{0,10}群|公开[\d一二三四五六七八九十]|公开(?=，时间)|亮晒|张榜|范围内?(?:进行|予以)?通报|公开(?=[^，。；]{0,12}(?:承诺|整改|清单|接受|监督)|$|[，。；])"
)
_SCOPE = re.compile(
    r"(?:在|通过|利用|以|向)(?P<v>[^，。；]{1,24}?内?)(?:上|中)?(?:进行|予以|及时|张贴|集中)*(?:公示|公布|公开|通报|亮晒|张贴(?!在|于|到)|贴出|上墙|亮出来|晒一晒)(?!栏)|"
    r"公示（(?P<within>[^，。；）]{2,16}(?:栏|群|网|大会|室))|"
    r"(?:张贴|公示|公布|公开|上墙|亮晒|发)(?:在|于|到)(?P<there>[^，。；]{2,20})"
)
_PERIOD = re.compile(
    r"(?:不少于|至少|期限?为?|时间为?|为期|公示期?|公开|公布|张贴|贴足|满|连续|[晒贴挂]够|贴|挂|晒|公示（[^）]{2,16}，)(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?:个)?(?P<unit>工作日|自然日|天|日|周|星期)"
)


def publicity(notice: Notice) -> Fact | None:
    """What is made public, where, and for how many days."""
    for clause, start, end in half_sentences(notice):
        found = _PUBLIC.search(clause.plain, start, end)
        found = found or _posted(clause, start, end)
        if not found or re.search(r"公开栏$", clause.plain[start : found.end()]):
            found = re.search("公示|公布", clause.plain[start:end])
            if not found:
                continue
        said = clause.plain[start:end]
        if not re.search("整改|清单|台账|承诺|结果|情况|事项|名单", said + clause.context):
            continue
        if re.search("不(?:再|予|作|对外|得|另行|单独)*(?:公示|公开|公布)", said):
            continue
        period = _PERIOD.search(said)
        what = _what_public(said)
        at = words(clause, start, end)
        value = {
            "what": what,
            "scope": _scope(said),
            "days": number_of(period.group("n")) * (7 if period.group("unit") in "周星期" else 1) if period else None,
        }
        if any(value.values()):
            return Fact(value, (at,))
    return None


_PLACE = r"(?:[^，。；：、《》]{2,14}?(?:栏|(?<!党)群(?!众)|网|平台|板|屏|园地)(?:、|和|及|与))?[^，。；：、《》]{0,14}?(?:公[示告开]栏|宣传栏|专栏|展板|橱窗|园地|(?<!党)群(?!众)|网[站页]?|平台|公众号|大会|显示屏|公示墙|党建墙|黑板|公示牌)(?:内|上|里)?"
_POSTED = re.compile(
    rf"(?:贴|挂|晒|亮|发布|公布|登)(?:在|到|于|上)?(?:{_PLACE})|(?:在|到|于|用|通过|利用){_PLACE}(?:[^，。；]{{0,6}})(?:贴|挂|晒|亮|发布|登)"
)
_PLACE_FIRST = re.compile(rf"(?<![^，。；：])(?P<v>{_PLACE})(?:公布|公示|公开|张贴|通报)")


def _posted(clause: Clause, start: int, end: int) -> re.Match[str] | None:
    """「贴在村口公告栏」 and its like, which speak of a place where people look."""
    return _POSTED.search(clause.plain, start, end)


def _scope(said: str) -> str | None:
    """Where it is made public."""
    several = re.search(
        rf"(?:在|到|于|用|通过|利用)(?P<v>{_PLACE})[^，。；]{{0,4}}(?:公示|公布|公开|晒|亮|张?贴|发布)", said
    )
    scope = several or _SCOPE.search(said)
    if several:
        return several.group("v")
    if scope:
        return scope.group("v") or scope.group("within") or scope.group("there")
    first = _PLACE_FIRST.search(said) or re.search(rf"(?:贴|挂|晒|亮|发布|登)(?:在|到|于|上)(?P<v>{_PLACE})", said)
    first = first or re.search(rf"(?:在|到|于|用|通过|利用)(?P<v>{_PLACE})", said)
    return first.group("v") if first else None


def _what_public(said: str) -> str | None:
    found = re.search(
        r"(?P<v>(?:支部|班子|党员|个人)?(?:整改|问题|评议|承诺)[^，。；]{0,16}?)(?:每[^，。；]{1,3})?(?:要|应|须|应当|于|及时)?(?:张?贴|晒|挂|亮|公布|公示)?(?:在|通过|面?向|进行|予以|，并在|于会后)",
        said,
    )
    if found:
        return found.group("v")
    head = _HEAD_OF_PUBLIC.search(said)
    return head.group("v") if head else None


_HEAD_OF_PUBLIC = re.compile(
    r"(?<![^，。；：])(?:支部|党支部|各支部|党员|个人)?(?:将|把|的)?(?P<v>[^，。；：、将把在]{0,10}?(?:清单|台账|承诺书?|名单|结果|情况|措施))(?:要|应|须|要求)?(?:向|在|上墙|张榜|公示|公布|公开|予以|进行|及时|同时|全部)"
)
"""What is made public stands first: 「优秀党员名单公示三天」."""


# --- forms -----------------------------------------------------------------------------------------------------------

_FORM = re.compile(
    r"《(?P<book>[^《》]{2,40}?(?:表|票|单|登记册|台账))》|(?P<bare>民主(?:评议|测评)[^，。；、《》（）和采发]{0,14}?(?:登记表|测评表|汇总表|统计表|测评票|表(?![现明态扬])))"
)


def forms(notice: Notice) -> Fact | None:
    """Forms attached or named: those of the list of attachments first."""
    found = []
    for clause in notice.clauses:
        if clause.zone == "attached":
            found += _attached(clause)
    seen = {text for fact in found for text in fact.value}
    for clause in notice.body:
        for match in _NAMED_FORMS.finditer(clause.plain):
            names = [re.sub(r"（[^）]*）$", "", n) for n in items(clause.plain, *match.span("list"))]
            new = [n for n in names if not any(n in s or s in n for s in seen)]
            seen |= set(new)
            found += [Fact(new, (words(clause, *match.span("list")),))] if new else []
    for clause in notice.body:
        for match in _FORM.finditer(clause.plain):
            name = match.group("book") or match.group("bare")
            if not any(name in s or s in name for s in seen):
                seen.add(name)
                found.append(Fact([name], (words(clause, *match.span("book" if match.group("book") else "bare")),)))
    return merged(found)


_NAMED_FORMS = re.compile(
    r"(?:表格|表样|附表|表单|样表)[^，。；：]{0,6}：(?P<list>[^，。；：、]{2,24}(?:表|票|单|册|卡|问卷)(?:（[^）]*）)?(?:、[^，。；：、]{2,24}(?:表|票|单|册|卡|问卷)(?:（[^）]*）)?)*)"
)
"""「配套表格：民主测评票、结果汇总表（另发）」."""
_SAYS = re.compile("说明|注|备注")


def _attached(clause: Clause) -> list[Fact]:
    plain = re.sub(r"^附(?:件|表)[\d一二三四五六七八九十]*：?", lambda m: "　" * len(m.group()), clause.plain)
    found = []
    for match in re.finditer(
        r"(?:^|[　。；：]|(?=\d[.、]))\d{0,2}[.、]?(?P<v>[^　。；：\d][^　。；：]*?(?:表|票|单|册|台账|样式|模板|承诺书|提纲|报告|材料|问卷|卡|函)(?:（(?:样式|模板|样表|提纲|参考[^）]{0,4})）)?)(?:（[^）]{1,4}）)?(?=$|[　。；\d]|\.(?:docx?|xlsx?|pdf|wps))",
        plain,
    ):
        if re.search("可|请|须|视为|不得|应", match.group("v")) or (
            _SAYS.match(clause.plain) and "附" not in clause.plain[:2]
        ):
            continue
        start, end = trimmed(clause.plain, *match.span("v"))
        found.append(Fact([re.sub(r"[《》]", "", clause.plain[start:end])], (words(clause, start, end),)))
    return found
