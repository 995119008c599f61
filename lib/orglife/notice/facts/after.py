"""After the meeting: rectification, publicity, filing, the report, forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause, number_of
from orglife.notice.dates import Span
from orglife.notice.facts.spans import clause_start, contradiction, half_sentences
from orglife.notice.facts.whole import days_in
from orglife.notice.listing import items, trimmed
from orglife.notice.model import Fact, Notice, Sure, Words, merged, words
from orglife.notice.text import bare

_LIST = re.compile(r"清单|台账|整改(?:事项)?表|整改承诺|承诺书|整改方案|整改措施")
_MENDS = re.compile(r"整改|清单|台账|销号|问题清单")
_SOURCES = (
    re.compile(
        r"对(?P<list>[^。；]{4,160}?问题(?:、|和)[^。；]{2,60}?问题)(?:，|进行|，?切实|逐一|都|要|等|建立|列出)"
    ),
    re.compile(
        r"(?:从|将|把|对(?!照)|对照|针对|围绕|梳理|汇总|结合)(?P<list>[^，。；：、]{2,24}(?:问题|意见|建议)(?:、[^，。；：、]{2,24})+)"
    ),
)
_DONE = re.compile(r"完成|完毕|到位|见效|实效|成效|整改结束|销号|落实")


def rectification(notice: Notice) -> Fact | None:
    """Where the problems come from, which lists are drawn up, until when they are put right."""
    parts = [part for part in half_sentences(notice) if _MENDS.search(part[0].plain[part[1] : part[2]])]
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
        if ((clause.line.is_row and "整改" in text) or _DONE.search(text)) and not re.search(
            "组织生活会(?!查摆)|报送|上报", text
        ):
            span = next((s for s in days_in(notice, clause, *part) if s.end), None)
            if span:
                return span, words(clause, *part)
    return None


_ONLY_DAY = re.compile(r"(?:最迟|最晚|务必)?(?:到|至|于|在)?[^，。；]{0,8}[月年][^，。；]{0,5}$")


def _with_day(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces between commas; one that names a day and nothing else belongs to the next: 「最迟到3月底，整改要完成」."""
    held: int | None = None
    for begin, stop in clause.line.clauses(start, end):
        if _ONLY_DAY.fullmatch(clause.plain, begin, stop):
            held = begin
            yield begin, stop
            continue
        yield begin if held is None else held, stop
        held = None


def _sources(clause: Clause, start: int, end: int) -> tuple[list[str], Words] | None:
    if "整改" not in clause.plain[start:end]:
        return None
    for pattern in _SOURCES:
        found = pattern.search(clause.plain, start, end)
        if found:
            begin, stop = found.span("list")
            tail = re.search(r"(?:等)?[一二三四五六七八]?(?:个)?(?:方面|来源).*$", clause.plain[begin:stop])
            values = items(clause.plain, begin, begin + tail.start() if tail else stop)
            return values, words(clause, begin, stop)
    return None


def _lists(clause: Clause, start: int, end: int) -> list[tuple[str, Words]]:
    found = []
    for begin, stop in clause.line.clauses(start, end):
        text = clause.plain[begin:stop]
        kind = _LIST.search(text)
        if (
            not kind
            or not re.search("整改|承诺书", text + clause.context)
            or re.search(r"公示|公开|公布|^清单|报送|上报|备案|通报|报[^告]|对照.*清单", text[: kind.start()])
            or re.search(r"^(?!并)[^，]{0,8}(?:公示|公开|公布|报送|上报|备案|通报|报[^告])|^清单", text[kind.end() :])
        ):
            continue
        if "措施" in kind.group() and "明确" in text:
            continue
        if not re.search(r"列|制定|制订|建立|形成|拟定|明确|提出|签订|作出|梳理|编制|填写|写出|填报", text):
            continue
        at = words(clause, begin, stop)
        found.append((_from_first_list(at.quote), at))
    return found


def _from_first_list(quote: str) -> str:
    """Without what follows the name of the list: 「…列出整改清单、明确整改事项」 ends at 清单."""
    found = re.search(r"^.*?整改(?:清单|台账|承诺书?|方案|措施|(?:事项)?表)|^.*?(?:清单|台账)", quote)
    return found.group() if found else quote


# --- publicity -------------------------------------------------------------------------------------------------------

_PUBLIC = re.compile(
    r"公示|公布|亮晒|张榜|范围内?(?:进行|予以)?通报|公开(?=[^，。；]{0,12}(?:承诺|整改|清单|接受|监督)|$|，)"
)
_SCOPE = re.compile(
    r"(?:在|通过|利用|以|向)(?P<v>[^，。；]{1,24}?内?)(?:上|中)?(?:进行|予以|及时|张贴|集中)*(?:公示|公布|公开|通报|亮晒)(?!栏)|"
    r"公示（(?P<within>[^，。；）]{2,16}(?:栏|群|网|大会|室))|"
    r"(?:张贴|公示|公布|公开|上墙|亮晒)(?:在|于|到)(?P<there>[^，。；]{2,20})"
)
_PERIOD = re.compile(
    r"(?:不少于|至少|期限?为?|时间为?|为期|公示|公示（[^）]{2,16}，)(?P<n>\d+|[一二三四五六七八九十]+)(?:个)?(?P<unit>工作日|天|日|周|星期)"
)


def publicity(notice: Notice) -> Fact | None:
    """What is made public, where, and for how many days."""
    for clause, start, end in half_sentences(notice):
        found = _PUBLIC.search(clause.plain, start, end)
        if not found or re.search(r"公开栏$", clause.plain[start : found.end()]):
            found = re.search("公示|公布", clause.plain[start:end])
            if not found:
                continue
        said = clause.plain[start:end]
        if not re.search("整改|清单|承诺|结果|情况|事项|名单", said):
            continue
        scope, period = _SCOPE.search(said), _PERIOD.search(said)
        what = _what_public(said)
        at = words(clause, start, end)
        value = {
            "what": what,
            "scope": scope.group("v") or scope.group("within") or scope.group("there") if scope else None,
            "days": number_of(period.group("n")) * (7 if period.group("unit") in "周星期" else 1) if period else None,
        }
        if any(value.values()):
            return Fact(value, (at,))
    return None


def _what_public(said: str) -> str | None:
    found = re.search(
        r"(?P<v>(?:整改|问题|评议|承诺)[^，。；]{0,16}?)(?:要|应|须|应当|于|及时)?(?:在|通过|向|进行|予以|，并在|于会后)",
        said,
    )
    return found.group("v") if found else None


# --- filing and report -----------------------------------------------------------------------------------------------

_FILED = re.compile(
    r"(?:(?:将|把)(?P<what>[^，。；]{2,60}?)|(?P<plain>[^，。；将把]{2,40}?))(?:及时|一并|书面)?(?:报送?|送|向)(?P<to>[^，。；、]{2,20}?)(?:进行)?(?:审核)?(?:备案|报备)"
)
_VERB = r"(?:上报至?|报送至?给?|报告给?(?![、，。；》报和与送）（　]|上报|及(?!时)|$)|报至|送至|送达|发送(?:OA|邮件)?[至到]|发至|提交至?|交至?(?![流心谈办纳付])|报(?![告名道销])|送(?!达))"
_SENT = re.compile(
    r"(?:(?:请|并|要|应|须|应当|必须)?(?:将|把)(?P<what>(?:(?!，并?[将把])[^。；]){2,120}?)|(?P<plain>(?:召开|专题|组织|工作|会议|总结|测评|评议|附件)[^，。；将把]{2,40}?|材料[^，。；将把]{0,40}?|(?:有关)?情况))"
    rf"(?:，?(?:分别|一并|一同|一起|及时|统一|以书面形式|书面)*(?:及时)?)?{_VERB}(?P<to>[^，。；（：　]{{2,26}}?)?(?=备案|[，。；：（　]|$)"
)
_TO = re.compile(
    r"(?:报送|上报|提交|报告(?![、和及与]))(?P<what>[^，。；]{2,80}?)(?:至|到|给)(?P<to>[^，。；（：　]{2,26})(?=[，。；：（　]|$)"
)
_THESE = re.compile(r"(?:报送|上报|提交|报|交)(?P<what>(?:以下|下列)?(?:材料)?)：$")
_TOWARDS = re.compile(
    r"向(?P<to>[^，。；（：　]{2,26}?)(?:书面)?(?:报送|上报|报告|提交)(?P<what>[^，。；]{2,60})(?=[，。；：（　]|$)"
)
_AFTER = re.compile(
    r"(?:报送|上报|提交|报告)(?P<what>[^，。；]{3,60}?(?:报告|总结|情况|表|材料|小结|方案))(?=[，。；]|$)"
)
_SENDING = re.compile(r"报送|上报|报告|报至|送至|发送|发至|提交|报[^告名道销]|送[^到]|交(?![流心谈办纳付])")


_FILES = re.compile("备案|报备")
_FILED_WITH = re.compile(r"(?:报送?|送|向)(?P<to>[^，。；、]{2,20}?)(?:进行)?(?:审核)?(?:备案|报备)")
_BEFOREHAND = re.compile(r"(?:会|事)?[前后中].{0,6}|.*时间")  # 「会前报……备案」 is not what comes after


def filing(notice: Notice) -> Fact | None:
    """What is filed with whom."""
    for clause, start, end in half_sentences(notice):
        files = _FILES.search(clause.plain, start, end)
        if files is None:
            continue
        found = _FILED.search(clause.plain, start, end)
        if not found:
            begun = clause_start(clause, files.start(), start)
            to = _FILED_WITH.search(clause.plain, begun, end)
            to_whom = to.group("to") if to else None
            return Fact({"to": to_whom, "contents": []}, (words(clause, begun, end),), "stated" if to else "uncertain")
        name = "what" if found.group("what") else "plain"
        if not _BEFOREHAND.fullmatch(found.group(name)):
            contents = _documents(clause, *found.span(name))
            return Fact({"to": found.group("to"), "contents": contents}, (words(clause, *found.span()),))
    return None


def report(notice: Notice) -> Fact | None:
    """Until when, to whom and what is reported after the meeting.

    Raises:
        NoticeContradicts: two places name different days for the same paper.
    """
    filed = filing(notice)
    found = [got for part in half_sentences(notice) if (got := _report(notice, *part))]
    if not found:
        return None
    best = max(found, key=lambda got: got[1])[0]
    for other, _ in found:
        days = {best.value["deadline"], other.value["deadline"]} - {None}
        if len(days) > 1 and {bare(p) for p in best.value["attachments"]} & {
            bare(p) for p in other.value["attachments"]
        }:
            raise contradiction("情况报告时限", best, other)
    if best.value["deadline"] is None and "会后" not in best.first.quote:
        best = _with_deadline(notice, best)
    if best.value["recipient"] is None and filed:
        best.value["recipient"] = filed.value["to"]
    return best


_MATERIALS = re.compile(
    r"(?:前|，)(?:再)?(?:报送?|上报|提交|交)[^，。；]{0,6}(?:材料|总结|情况|报告)(?=[，。；]|$)|^[^。；]{0,8}(?:上报|报送)[^，。；]{0,8}(?:材料|总结|报告)"
)


def _with_deadline(notice: Notice, best: Fact) -> Fact:
    """A report whose day stands elsewhere: 「1月30日前交材料」, or a row of a table."""
    for clause, start, end in half_sentences(notice):
        if not _MATERIALS.search(clause.plain[start:end]):
            continue
        span = next((s for s in reversed(days_in(notice, clause, start, end)) if s.end), None)
        if span and span.end:
            value = {**best.value, "deadline": span.end.isoformat()}
            return Fact(value, (*best.words, words(clause, start, end)), "derived")
    return best


_REPORTED = re.compile(r"总结|报告|情况|小结|汇总表|统计表|登记表|材料|表》|结果")
_ELSE = re.compile(r"支部书记[^，]{0,12}报告工作|报告一年|方案[^，。；]{0,12}(?:报送|上报|报)")


def _report(notice: Notice, clause: Clause, start: int, end: int) -> tuple[Fact, int] | None:
    """The report asked for in a sentence, and how much speaks for it."""
    said = clause.plain[start:end]
    if not _SENDING.search(said) or _ELSE.search(said):
        return None
    hidden = re.sub(r"（[^）]*）", lambda m: "　" * len(m.group()), clause.plain[:end])
    tried = [_candidate(notice, clause, start, end, found) for found in _ways(hidden, start)]
    return max((t for t in tried if t), key=lambda t: t[1], default=None)


def _ways(hidden: str, start: int) -> Iterator[re.Match[str]]:
    """All that looks like a sending: 「报送……至……」, 「将……报……」 (its recipient no paper), 「报送……」."""
    yield from _THESE.finditer(hidden, start)
    yield from _TOWARDS.finditer(hidden, start)
    yield from _TO.finditer(hidden, start)
    yield from (m for m in _SENT.finditer(hidden, start) if not re.search("报告|总结|情况", m.group("to") or ""))
    yield from _AFTER.finditer(hidden, start)


def _candidate(notice: Notice, clause: Clause, start: int, end: int, found: re.Match[str]) -> tuple[Fact, int] | None:
    groups = found.groupdict()
    span = found.span("what" if groups.get("what") is not None else "plain")
    these = found.re is _THESE or re.search("以下|下列|如下", clause.plain[slice(*span)])
    if not these and not _REPORTED.search(clause.plain[slice(*span)]):
        return None
    deadline = _deadline(notice, clause, start, end, found.span())
    begun = min(found.start(), deadline[2]) if deadline else found.start()
    papers = _documents(clause, *span)
    at = [words(clause, begun, found.end())]
    to = _recipient(groups.get("to"))
    if these:
        below = [c for c in notice.body if c.place.startswith(clause.place) and c.place != clause.place]
        firsts = [(c, next(iter(c.line.clauses()), (0, 0))) for c in below]
        papers = [text for c, first in firsts for text in _documents(c, *first)]
        at += [words(c, 0, len(c.plain)) for c in below]
        sent = next((m for c in below if (m := re.search(r"[报送]至?(?P<to>[^，。；报送]{2,20})", c.plain))), None)
        to = to or _recipient(sent.group("to") if sent else None)
        if not papers:
            return None
    value = {
        "deadline": deadline[0] if deadline else None,
        "recipient": to,
        "attachments": papers,
    }
    sure: Sure = deadline[1] if deadline else "stated"
    weight = (
        2 * bool(deadline) + bool(value["recipient"]) + bool(re.search("总结|报告|小结|情况|汇总", "".join(papers)))
    )
    return Fact(value, tuple(at), sure), weight - 3 * clause.plain.startswith("备案", found.end())


def _recipient(text: str | None) -> str | None:
    if not text:
        return None
    cut = re.sub(r"^(?:到|至|给|告)", "", text)
    cut = re.sub(r"(?:邮箱|备案|存档|审核|审定|(?<=同志|老师|人员)处).*$", "", cut)
    return cut or None


def _deadline(
    notice: Notice, clause: Clause, start: int, end: int, at: tuple[int, int]
) -> tuple[str, Sure, int] | None:
    """The last day named before the sending or within its words; days of something else (…完成) do not count."""
    said = clause.plain
    found = [
        s
        for s in days_in(notice, clause, start, end)
        if s.end and s.at[0] < at[1] and not re.match(r"[^，。；]{0,12}(?:完成|结束|召开)", said[s.at[1] : end])
    ]
    if not found:
        return None
    span = found[-1]
    return (span.end.isoformat() if span.end else "", "stated" if span.year_stated else "derived", span.at[0])


_PAPER = re.compile(r"(?:》|表|总结|报告|小结|材料|清单|台账|记录|情况)(?:（[^）]*）)?$")


def _papers(plain: str, start: int, end: int) -> list[str]:
    """Items of an enumeration of papers; 和 parts two where each is one."""
    found = []
    for text in items(plain, start, end):
        cut = next((m for m in re.finditer("和|及|与", text) if _PAPER.search(text[: m.start()])), None)
        found += [text[: cut.start()].removesuffix("以"), text[cut.end() :]] if cut else [text]
    return found


_LIMIT = re.compile(r"(?:要|须|应|务必|一并|请)?于[^，。；于]{2,14}(?:前|内|底)$|(?:要|须|应|请|务必)$")


def _documents(clause: Clause, start: int, end: int) -> list[str]:
    found = []
    for text in _papers(clause.plain, start, end):
        cut = re.sub(r"（[^）]*）", "", text)
        cut = re.sub(r"各?[一二两三\d]+(?:份|张|式[一二两三]份)$", "", cut)
        cut = _LIMIT.sub("", cut)
        cut = re.sub(r"^(?:本单位|本支部|各支部|的|加盖公章的|填好的|汇总后的)", "", cut)
        book = re.search(r"《([^》]+)》", cut)
        found.append(book.group(1) if book else cut)
    return [text for text in dict.fromkeys(found) if text and not re.fullmatch(r"(?:以)?附[件表]\d*", text)]


# --- forms -----------------------------------------------------------------------------------------------------------

_FORM = re.compile(
    r"《(?P<book>[^《》]{2,40}?(?:表|票|单|登记册|台账))》|(?P<bare>民主(?:评议|测评)[^，。；、《》（）和采发]{0,14}?(?:登记表|测评表|汇总表|统计表|测评票|表))"
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


def _attached(clause: Clause) -> list[Fact]:
    plain = re.sub(r"^附(?:件|表)[\d一二三四五六七八九十]*：?", lambda m: "　" * len(m.group()), clause.plain)
    found = []
    for match in re.finditer(
        r"(?:^|[　。；：])\d{0,2}[.、]?(?P<v>[^　。；：\d][^　。；：]*?(?:表|票|单|册|台账|样式|模板))(?=$|[　。；\d])",
        plain,
    ):
        start, end = trimmed(clause.plain, *match.span("v"))
        found.append(Fact([re.sub(r"[《》]", "", clause.plain[start:end])], (words(clause, start, end),)))
    return found
