"""After the meeting: rectification, publicity, forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause
from orglife.notice.dates import Span
from orglife.notice.facts.spans import half_sentences
from orglife.notice.facts.times import days_in
from orglife.notice.listing import items, trimmed
from orglife.notice.marks import number_of
from orglife.notice.model import Fact, Notice, Sure, Words, merged, words

_LIST = re.compile(
    r"整改措施清单|清单|台账|整改单|整改账|承诺卡|“[^”]{2,8}[账单]”|整改(?:事项)?表|整改承诺|承诺书|整改方案|整改措施|项目单|任务单"
)
_MENDS = re.compile(r"整改|改完|办结|改到位|承诺卡|清单|台账|销号|问题清单")
_SOURCES = (
    re.compile(r"(?:汇总|梳理|归拢|收集)[^，。；（]{0,6}问题（(?P<list>[^，。；（）]{4,60})）"),
    re.compile(
        r"(?P<list>(?:(?<=[，。；：把将对从])|(?<=包括)|^)[^，。；：、]{2,20}(?:问题|意见|建议|不足)(?:、[^，。；：、]{2,20}(?:问题|意见|建议|不足|的(?![^，。；、]))){1,5})"
    ),
    re.compile(
        r"根据(?P<list>[^，。；：、]{2,16}的(?:问题|意见))(?=[^，。；]{0,4}(?:拿出|提出|制定|列出)[^，。；]{0,6}(?:整改|措施))"
    ),
    re.compile(
        r"(?:对|将|把|针对)(?P<list>[^，。；：、]{0,8}(?:查摆|查找|指出|征求|点评|反馈|批评|提出)(?:、[^，。；：、]{2,12}){1,4}?)的问题"
    ),
    re.compile(r"根据(?P<list>[^，。；：、]{2,14}的?(?:问题|意见)(?:和|及|与)[^，。；：、]{2,14}(?:问题|意见))(?=，)"),
    re.compile(r"来源(?:包括|有|主要是|为|是)：?(?P<list>[^，。；：、]{2,20}(?:、[^，。；：、]{2,20}){1,5})"),
    re.compile(r"来源[^，。；：]{0,6}：(?P<list>[^，。；：]{4,60})"),
    re.compile(r"(?:从|将|把)(?P<list>[^，。；：、]{1,12}的(?:、[^，。；：、]{1,12}的){1,5})问题"),
    re.compile(
        r"对(?P<list>[^。；]{4,160}?问题(?:、|和)[^。；]{2,60}?问题)(?:，|进行|，?切实|逐一|都|要|等|建立|列出)"
    ),
    re.compile(
        r"(?:从|将|把|对(?!照)|对照|针对|围绕|梳理|汇总|结合)(?P<list>[^，。；：、]{2,24}(?:问题|意见|建议)(?:、[^，。；：、]{2,24})+)"
    ),
)
_DONE = re.compile(
    r"办[完好]|解决|落地|改好|整改[，。]?$|改完|办结|改到位|完成|完毕|到位|见效|实效|成效|整改结束|销号|落实"
)


def rectification(notice: Notice) -> Fact | None:
    """Where the problems come from, which lists are drawn up, until when they are put right."""
    parts = [
        part
        for part in half_sentences(notice)
        if _MENDS.search(part[0].plain[part[1] : part[2]])
        or re.search("整改|(?:^|[/篇])改$|问题来源|清单来源", part[0].context)
    ]
    sources = next((s for part in parts if (s := _sources(*part))), None)
    lists = {text: at for part in parts for text, at in reversed(_lists(*part))}
    deadline = next((d for part in parts if (d := _mended_by(notice, *part))), None)
    found = [*([sources[1]] if sources else []), *lists.values(), *([deadline[1]] if deadline else [])]
    if not found:
        return None
    value = {
        "sources": sources[0] if sources else [],
        "lists": list(lists),
        "deadline": deadline[0].end.isoformat() if deadline and deadline[0].end else None,
    }
    sure: Sure = "derived" if deadline and not deadline[0].year_stated else "stated"
    return Fact(value, tuple(dict.fromkeys(found)), sure)


def _mended_by(notice: Notice, clause: Clause, start: int, end: int) -> tuple[Span, Words] | None:
    """The day by which the problems are put right, with its words."""
    pieces = [(start, end)] if clause.line.is_row else _with_day(clause, start, end)
    for part in pieces:
        text = clause.plain[part[0] : part[1]]
        days = days_in(notice, clause, *part)
        all_days = bool(days) and days[0].at[0] - part[0] <= 1 and part[1] - days[0].at[1] <= 1
        headed = "整改" in clause.title and (part[1] <= clause.heading or all_days or _ONLY_DAY.fullmatch(text))
        if ((clause.line.is_row and "整改" in text) or headed or _DONE.search(text)) and not re.search(
            "组织生活会(?!查摆)|报送|上报", text
        ):
            span = next((s for s in days if s.end), None)
            if span:
                return span, words(clause, *part)
    return None


_ONLY_DAY = re.compile(r"(?:最迟|最晚|务必)?(?:到|至|于|在)?[^，。；]{0,8}[月年][^，。；]{0,5}$")


def _with_day(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces between commas; one that names a day and nothing else belongs to the next: 「最迟到3月底，整改要完成」."""
    held: int | None = None
    begun: int | None = None
    for first, stop in clause.line.clauses(start, end):
        begin = first if begun is None else begun
        begun = begin if re.search("[日月旬](?:起|开始)$", clause.plain[begin:stop]) else None
        if begun is not None:
            continue
        if _ONLY_DAY.fullmatch(clause.plain, begin, stop):
            held = begin
            yield begin, stop
            continue
        yield begin if held is None else held, stop
        held = None


def _sources(clause: Clause, start: int, end: int) -> tuple[list[str], Words] | None:
    if not re.search("整改|来源", clause.plain[start:end]) and "整改" not in clause.context:
        return None
    for pattern in _SOURCES:
        found = pattern.search(clause.plain, start, end)
        if found:
            begin, stop = found.span("list")
            tail = re.search(
                r"(?:汇总|归纳|梳理|一并|全部|统一|纳入|都).*$|(?:等)?[一二三四五六七八]?(?:个)?(?:方面|来源).*$",
                clause.plain[begin:stop],
            )
            values = items(clause.plain, begin, begin + tail.start() if tail else stop)
            values = [re.sub("^(?:[对将把从]|针对)(?=会|上级|群众|查)", "", value) for value in values]
            return values, words(clause, begin, stop)
    return None


def _lists(clause: Clause, start: int, end: int) -> list[tuple[str, Words]]:
    found: list[tuple[str, Words]] = []
    if re.search("整改|清单", clause.context + clause.plain) and not re.search("材料|报", "/".join(clause.above)):
        found = [(m.group("v"), words(clause, *m.span("v"))) for m in _NAMED_LIST.finditer(clause.plain, start, end)]
        if found and (
            len(found) > 1
            or re.search("[“：]|[一二两三][张份式]|填", clause.plain[start:end])
            or clause.plain[start:end].strip("；。") == found[0][0]
        ):
            found.reverse()
        else:
            found = []
    several = _SEVERAL_LISTS.search(clause.plain, start, end)
    if several and re.search("整改|改|会后", clause.context + clause.plain[start:end]):
        a, b = several.span("list")
        return [(v, words(clause, a, b)) for v in reversed(items(clause.plain, a, b))]
    for begin, stop in clause.line.clauses(start, end):
        text = clause.plain[begin:stop]
        kind = _LIST.search(text)
        if (
            not kind
            or not re.search("整改|立改|承诺书", text + clause.context)
            or re.search(r"公示|公开|公布|^清单|报送|上报|备案|通报|报[^告]|对照.*清单", text[: kind.start()])
            or re.search(r"^(?!并)[^，]{0,8}(?:公示|公开|公布|报送|上报|备案|通报|报[^告])|^清单", text[kind.end() :])
        ):
            continue
        if ("措施" in kind.group() and "明确" in text) or re.fullmatch(
            "(?:制作|列出?|建立)[一二两三四]?张?(?:个)?清单", text
        ):
            continue
        if not re.search(
            r"列|写成|整理成|梳理成|汇总成|做成|汇成|拟订|填|制作|合并成|制定|制订|开列|建(?!议)|形成|拟定|明确|提出|签订|作出|梳理|编制|填写|写出|填报",
            text,
        ):
            continue
        at = words(clause, begin, stop)
        if not any(name in at.quote for name, _ in found):
            found.append((_from_first_list(at.quote), at))
    return found


_SEVERAL_LISTS = re.compile(
    r"(?:，即|分别是|包括|列出?|建立?|制定|形成|拉出)(?P<list>[^，。；：、列建“”]{2,10}清单(?:、[^，。；：、“”]{2,10}清单)+(?:和[^，。；：、“”]{2,10}清单)?)"
)
_NAMED_LIST = re.compile(
    r"(?:(?<![^，。；：、])|(?<=[张份“填写成的]))(?P<v>(?:(?:支部|班子|支委|委员|党员|个人|问题|民情){1,2}整改(?:清单|台账|承诺书)|(?:问题|民情)整改(?:台账|账)|承诺[卡书]))"
    r"(?=[”，。；、]|双线|一式|各|$)"
)


def _from_first_list(quote: str) -> str:
    """Without what follows the name of the list: 「…列出整改清单、明确整改事项」 ends at 清单."""
    found = re.search(
        r"^.*?整改措施(?:清单|台账)|^.*?整改(?:清单|台账|承诺书?|方案|措施|单|(?:事项)?表)|^.*?(?:清单|台账)", quote
    )
    return found.group() if found else quote


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
    r"(?:不少于|至少|期限?为?|时间为?|为期|公示期?|公开|张贴|贴足|满|连续|[晒贴挂]够|贴|挂|晒|公示（[^）]{2,16}，)(?P<n>\d+|[一二三四五六七八九十]+)(?:个)?(?P<unit>工作日|自然日|天|日|周|星期)"
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
        if re.search("不(?:再|予|作|对外|得)?(?:公示|公开|公布)", said):
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
        r"(?P<v>(?:整改|问题|评议|承诺)[^，。；]{0,16}?)(?:每[^，。；]{1,3})?(?:要|应|须|应当|于|及时)?(?:张?贴|晒|挂|亮|公布|公示)?(?:在|通过|面?向|进行|予以|，并在|于会后)",
        said,
    )
    return found.group("v") if found else None


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
        for match in _FORM.finditer(clause.plain):
            name = match.group("book") or match.group("bare")
            if not any(name in s or s in name for s in seen):
                seen.add(name)
                found.append(Fact([name], (words(clause, *match.span("book" if match.group("book") else "bare")),)))
    return merged(found)


_SAYS = re.compile("说明|注|备注")


def _attached(clause: Clause) -> list[Fact]:
    plain = re.sub(r"^附(?:件|表)[\d一二三四五六七八九十]*：?", lambda m: "　" * len(m.group()), clause.plain)
    found = []
    for match in re.finditer(
        r"(?:^|[　。；：]|(?=\d[.、]))\d{0,2}[.、]?(?P<v>[^　。；：\d][^　。；：]*?(?:表|票|单|册|台账|样式|模板|承诺书|提纲|报告|材料)(?:（(?:样式|模板|样表|提纲|参考[^）]{0,4})）)?)(?:（[^）]{1,4}）)?(?=$|[　。；\d]|\.(?:docx?|xlsx?|pdf|wps))",
        plain,
    ):
        if re.search("可|请|须|视为|不得|应", match.group("v")) or (
            _SAYS.match(clause.plain) and "附" not in clause.plain[:2]
        ):
            continue
        start, end = trimmed(clause.plain, *match.span("v"))
        found.append(Fact([re.sub(r"[《》]", "", clause.plain[start:end])], (words(clause, start, end),)))
    return found
