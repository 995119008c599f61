"""Read the forms of a notice: those in its list of attachments, and those that its text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import ATTACHED
from orglife.notice.listing import pieces, trimmed
from orglife.notice.model import Fact, Notice, NoticeQuote, list_fact, quote_at
from orglife.notice.ranking.units import Unit, in_order

_FORM = re.compile(r"(?:表|票|单|册|台账|样式|模板|承诺书|提纲|问卷|卡|函|格式|样票|样表)$")
_NAMED = re.compile(
    r"《(?P<book>[^《》]{2,40}?(?:表|票|单|登记册|台账|承诺书|问卷|卡))》"
    r"|(?P<bare>民主(?:评议|测评)[^，。；、《》（）和采发：]{0,14}?(?:登记表|测评表|汇总表|统计表|一览表|测评票|表(?![现明态扬决])))"
    r"|(?:表格|表样|附表|表单|样表|模板|附上?|样子)(?:[^，。；：]{0,6}|[^。；：]{0,8}附件[^。；：]{0,10})：(?P<list>[^。《]{4,80})"
)
_LABEL = re.compile(r"^附[件表]?[\d一二三四五六七八九十]*[：.、　]*|^\d{1,2}[.、]?|^[A-Z]+-?\d+")
_SUFFIX = re.compile(
    r"\.(?:docx?|xlsx?|pdf|wps)$|（(?:略|另发|另附|另行[^）]{0,4}|附后|此处略|可复印)）$|[\d一二两]+份$|20\d\d年\d{1,2}月\d{1,2}日$"
)
_SHORTEST, _LONGEST = 3, 20


def forms(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """The forms, those in the list of attachments first.

    Value: their names, without 《》.
    """
    quotes: dict[str, NoticeQuote] = {}
    for unit in sorted(in_order(units), key=lambda u: u.clause.zone != ATTACHED):
        for start, end in _attached(unit) if unit.clause.zone == ATTACHED or _is_form(unit) else _in_text(unit):
            name = re.sub("[《》]", "", unit.clause.plain[start:end])
            if not any(name in other or other in name for other in quotes):
                quotes[name] = quote_at(unit.clause, start, end)
    return list_fact(list(quotes.items()))


def _is_form(unit: Unit) -> bool:
    """Whether a sentence or row is nothing but the name of a form, as in a list of forms."""
    return (
        len(unit.plain) <= _LONGEST and bool(_FORM.search(_named(unit.plain))) and not re.search("[，。；]", unit.plain)
    )


def _attached(unit: Unit) -> Iterator[tuple[int, int]]:
    """The forms in a line of the list of attachments."""
    plain = unit.clause.plain
    for start, end in pieces(plain, unit.start, unit.end, "、；。：　"):
        for first, last in _numbered(plain, start, end):
            label = _LABEL.match(plain[first:last])
            begin, stop = first + (label.end() if label else 0), last
            while suffix := _SUFFIX.search(plain[begin:stop]):
                stop = begin + suffix.start()
            begin, stop = trimmed(plain, begin, stop)
            text = re.sub("[《》]", "", plain[begin:stop])
            if len(text) >= _SHORTEST and _FORM.search(_named(text)):
                yield begin, stop


def _named(text: str) -> str:
    """A name without what stands in brackets behind it; 「情况报告（提纲）」 is an outline."""
    return re.sub("（(?!(?:参考)?提纲）)[^）]*）$|）$", "", text)


def _numbered(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of a line such as 1.民主测评票2.党员登记表."""
    begun = start
    for match in re.finditer(r"(?<=[\u4e00-\u9fff）》])\d[.、]", plain[start:end]):
        yield begun, start + match.start()
        begun = start + match.start()
    yield begun, end


def _in_text(unit: Unit) -> Iterator[tuple[int, int]]:
    """The forms that a sentence names."""
    plain = unit.clause.plain
    for match in _NAMED.finditer(plain, unit.start, unit.end):
        if match["list"]:
            yield from (
                trimmed(plain, *s)
                for s in pieces(plain, *match.span("list"), "、；")
                if _FORM.search(_named(plain[slice(*s)]))
            )
        else:
            yield match.span("book" if match["book"] else "bare")
