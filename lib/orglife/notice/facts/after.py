"""Read what is made public after the meeting, and the forms of the notice."""

from __future__ import annotations

import re

from orglife.core.record.numerals import number_of
from orglife.notice.clause import NoticeClause
from orglife.notice.listing import items, trimmed
from orglife.notice.model import Fact, Notice, merge_lists, quote_at
from orglife.notice.values.agreeing import half_sentences

# --- publicity -------------------------------------------------------------------------------------------------------

_PUBLIC = re.compile(
    r"公示(?!栏)|公布|张贴|贴出|上墙|亮出来|晒一晒|发[在到][^，。；]{0,10}群|公开[\d一二三四五六七八九十]|公开(?=，时间)|亮晒|张榜|范围内?(?:进行|予以)?通报|公开(?=[^，。；]{0,12}(?:承诺|整改|清单|接受|监督)|$|[，。；])"
)
_PERIOD = re.compile(
    r"(?:不少于|至少|期限?为?|时间为?|为期|公示期?|公开|公布|张贴|贴足|满|连续|[晒贴挂]够|贴|挂|晒|公示（[^）]{2,16}，)(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?:个)?(?P<unit>工作日|自然日|天|日|周|星期)"
)


_PLACE = r"(?:[^，。；：、《》]{2,14}?(?:栏|(?<!党)群(?!众)|网|平台|板|屏|园地)(?:、|和|及|与))?[^，。；：、《》]{0,14}?(?:公[示告开]栏|宣传栏|专栏|展板|橱窗|园地|(?<!党)群(?!众)|网[站页]?|平台|公众号|大会|显示屏|公示墙|党建墙|黑板|公示牌)(?:内|上|里)?"
_POSTED = re.compile(
    rf"(?:贴|挂|晒|亮|发布|公布|登)(?:在|到|于|上)?(?:{_PLACE})|(?:在|到|于|用|通过|利用){_PLACE}(?:[^，。；]{{0,6}})(?:贴|挂|晒|亮|发布|登)"
)
_SCOPES = (  # the most reliable first; the matched group is the scope
    re.compile(
        r"(?:在|通过|利用|以|向)([^，。；]{1,24}?内?)(?:上|中)?(?:进行|予以|及时|张贴|集中)*"
        r"(?:公示|公布|公开|通报|亮晒|张贴(?!在|于|到)|贴出|上墙|亮出来|晒一晒)(?!栏)"
        r"|公示（([^，。；）]{2,16}(?:栏|群|网|大会|室))"
        r"|(?:张贴|公示|公布|公开|上墙|亮晒|发)(?:在|于|到)([^，。；]{2,20})"
    ),
    re.compile(rf"(?:在|到|于|用|通过|利用)({_PLACE})"),
)
_WHAT = (
    re.compile(
        r"(?P<v>(?:支部|班子|党员|个人)?(?:整改|问题|评议|承诺)[^，。；]{0,16}?)(?:每[^，。；]{1,3})?(?:要|应|须|应当|于|及时)?"
        r"(?:张?贴|晒|挂|亮|公布|公示)?(?:在|通过|面?向|进行|予以|，并在|于会后)"
    ),
    re.compile(
        r"(?<![^，。；：])(?:支部|党支部|各支部|党员|个人)?(?:将|把|的)?"
        r"(?P<v>[^，。；：、将把在]{0,10}?(?:清单|台账|承诺书?|名单|结果|情况|措施))"
        r"(?:要|应|须|要求)?(?:向|在|上墙|张榜|公示|公布|公开|予以|进行|及时|同时|全部)"
    ),  # 「优秀党员名单公示三天」
)
_MAY_BE_PUBLIC = re.compile("整改|清单|台账|承诺|结果|情况|事项|名单")
_NOT_PUBLIC = re.compile("不(?:再|予|作|对外|得|另行|单独)*(?:公示|公开|公布)")


def publicity(notice: Notice) -> Fact | None:
    """What is made public after the meeting.

    Value: ``what``, ``scope`` (where, or to whom), ``days`` (a number); each None when not stated.
    """
    for clause, start, end in half_sentences(notice):
        text = clause.plain[start:end]
        if not _is_made_public(text) or _NOT_PUBLIC.search(text) or not _MAY_BE_PUBLIC.search(text + clause.context):
            continue
        value = {"what": _what_public(text), "scope": _scope(text), "days": _days_public(text)}
        if any(value.values()):
            return Fact(value, (quote_at(clause, start, end),))
    return None


def _is_made_public(text: str) -> bool:
    """Whether something is made public: by a verb of publishing, or in a public place."""
    match = _PUBLIC.search(text) or _POSTED.search(text)
    board = match and text[: match.end()].endswith("公开栏")  # the name of a place
    return bool(match and not board) or bool(re.search("公示|公布", text))


def _days_public(text: str) -> int | None:
    match = _PERIOD.search(text)
    return number_of(match.group("n")) * (7 if match.group("unit") in ("周", "星期") else 1) if match else None


def _scope(text: str) -> str | None:
    """The place or audience."""
    match = next((m for way in _SCOPES if (m := way.search(text))), None)
    return next(filter(None, match.groups())) if match else None


def _what_public(text: str) -> str | None:
    """The published content."""
    match = next((m for way in _WHAT if (m := way.search(text))), None)
    return match.group("v") if match else None


# --- forms -----------------------------------------------------------------------------------------------------------

_FORM = re.compile(
    r"《(?P<book>[^《》]{2,40}?(?:表|票|单|登记册|台账))》|(?P<bare>民主(?:评议|测评)[^，。；、《》（）和采发]{0,14}?(?:登记表|测评表|汇总表|统计表|测评票|表(?![现明态扬])))"
)


def forms(notice: Notice) -> Fact | None:
    """Forms that are attached or named; those in the list of attachments first.

    Value: their names, without 《》.
    """
    facts = []
    for clause in notice.clauses:
        if clause.zone == "attached":
            facts += _attached(clause)
    seen = {text for fact in facts for text in fact.value}
    for clause in notice.body:
        for match in _NAMED_FORMS.finditer(clause.plain):
            names = [re.sub(r"（[^）]*）$", "", n) for n in items(clause.plain, *match.span("list"))]
            new = [n for n in names if not any(n in s or s in n for s in seen)]
            seen |= set(new)
            facts += [Fact(new, (quote_at(clause, *match.span("list")),))] if new else []
    for clause in notice.body:
        for match in _FORM.finditer(clause.plain):
            name = match.group("book") or match.group("bare")
            if not any(name in s or s in name for s in seen):
                seen.add(name)
                facts.append(Fact([name], (quote_at(clause, *match.span("book" if match.group("book") else "bare")),)))
    return merge_lists(facts)


_NAMED_FORMS = re.compile(
    r"(?:表格|表样|附表|表单|样表)[^，。；：]{0,6}：(?P<list>[^，。；：、]{2,24}(?:表|票|单|册|卡|问卷)(?:（[^）]*）)?(?:、[^，。；：、]{2,24}(?:表|票|单|册|卡|问卷)(?:（[^）]*）)?)*)"
)
"""「配套表格：民主测评票、结果汇总表（另发）」."""
_SAYS = re.compile("说明|注|备注")


_LISTED = re.compile(
    r"(?:^|[　。；：]|(?=\d[.、]))\d{0,2}[.、]?(?P<v>[^　。；：\d][^　。；：]*?(?:表|票|单|册|台账|样式|模板|承诺书|提纲|报告|材料|问卷|卡|函)(?:（(?:样式|模板|样表|提纲|参考[^）]{0,4})）)?)(?:（[^）]{1,4}）)?(?=$|[　。；\d]|\.(?:docx?|xlsx?|pdf|wps))"
)
"""An item of the list of attachments: a number, its name, 「（略）」, a file suffix."""
_NO_NAME = re.compile("可|请|须|视为|不得|应")
_BEFORE_LIST = re.compile(r"^附[件表][\d一二三四五六七八九十]*：?")


def _attached(clause: NoticeClause) -> list[Fact]:
    """The forms in a line of the list of attachments."""
    if _SAYS.match(clause.plain):
        return []
    plain = _BEFORE_LIST.sub(lambda m: "　" * len(m.group()), clause.plain, count=1)
    facts = []
    for match in _LISTED.finditer(plain):
        if _NO_NAME.search(match.group("v")):
            continue
        start, end = trimmed(clause.plain, *match.span("v"))
        facts.append(Fact([re.sub("[《》]", "", clause.plain[start:end])], (quote_at(clause, start, end),)))
    return facts
