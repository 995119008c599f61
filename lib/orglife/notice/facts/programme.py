"""The programme of the meeting: its steps, however the notice sets them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orglife.notice.clauses import Clause
from orglife.notice.facts.spans import half_sentences
from orglife.notice.listing import items
from orglife.notice.model import Fact, Notice, Words, words
from orglife.notice.text import Line

_PROGRAMME = re.compile(r"议程|程序|流程")
_LEADS_IN = re.compile(r"(?:程序|步骤|流程|环节|议程)[^。；：]{0,12}：$")
_IN_LINE = re.compile(
    r"(?:按照?|采取|经过|通过|执行|履行|严格)(?:下列|以下)?(?P<list>[^，。；：]{2,16}(?:、[^，。；：]{2,16}){1,7}?)(?:等)?[一二三四五六七八\d]*(?:个)?(?:的)?(?:程序|步骤|流程|环节)"
)
_ARROWS = re.compile(
    r"(?:(?:程序|步骤|流程|议程|顺序|次序|环节)(?:进行|召开|一般为|为|是|如下|包括)?|依次(?:进行|为|是)?)：(?P<list>[^。]+?)(?:。|$)"
)


def agenda_steps(notice: Notice) -> Fact | None:
    """The steps of the meeting; where it has none, those of the appraisal (``uncertain``)."""
    for reader in (_by_clauses, _by_colon, _by_ordinal, _by_kind, _by_order, _by_pieces):
        found = reader(notice)
        if found:
            return found
    for clause in notice.body:
        found_in = _IN_LINE.search(clause.plain)
        if found_in:
            start, end = found_in.span("list")
            values = [text.removesuffix("的") for text in items(clause.plain, start, end)]
            if len(values) > 1:
                about_meeting = "自评" not in found_in.group("list")
                return Fact(values, (words(clause, start, end),), "stated" if about_meeting else "uncertain")
    return _of_appraisal(notice)


_OWN_STEPS = re.compile(r"(?:党员)?个人自评、(?:党员)?互评(?:、[^，。；、]{2,8}(?:测评|评议|评定|评价|考核))*")


def _of_appraisal(notice: Notice) -> Fact | None:
    for clause in notice.body:
        found = _OWN_STEPS.search(clause.plain)
        if found:
            return Fact(items(clause.plain, *found.span()), (words(clause, *found.span()),), "uncertain")
    return None


def _by_clauses(notice: Notice) -> Fact | None:
    """Numbered clauses under a heading or a sentence that speaks of the programme."""
    clauses = list(notice.body)
    for index, clause in enumerate(clauses):
        leads = _LEADS_IN.search(clause.plain) or (
            _PROGRAMME.search(clause.title) and clause.heading == len(clause.plain)
        )
        if not leads:
            continue
        below = [c for c in _below(clauses, index) if c.numbered]
        if len(below) > 1:
            found = [_step(c) for c in below]
            return Fact([text for text, _ in found], tuple(w for _, w in found))
    return None


def _below(clauses: list[Clause], index: int) -> Iterator[Clause]:
    """The clauses one level below a clause: those whose place begins with its own, one number more."""
    depth = len(clauses[index].above) + clauses[index].numbered
    for clause in clauses[index + 1 :]:
        if len(clause.above) < depth and clause.numbered:
            return
        if len(clause.above) == depth:
            yield clause


_KIND = re.compile(r"通报|报告|查摆|检视|谈体会|述职|对照检查|批评|评议|测评|点评|讲评|小结|总结|表态")


def _by_kind(notice: Notice) -> Fact | None:
    """Short numbered clauses side by side that are plainly steps of a meeting, whatever stands above them."""
    side: list[Clause] = []
    for clause in [*notice.body, Clause(Line(""))]:
        first = clause.plain.partition("。")[0]
        short = clause.numbered and len(first) < 40 and _KIND.search(first)
        if short and (not side or side[-1].above == clause.above):
            side.append(clause)
            continue
        if len(side) >= 4:
            found = [_step(c) for c in side]
            return Fact([text for text, _ in found], tuple(w for _, w in found), "uncertain")
        side = [clause] if short else []
    return None


_ORDINAL = re.compile(
    r"(?:第(?:[一二三四五六七八]|\d)步[：，]?|步骤[一二三四五六七八]：?|[一二三四五六七八]是|首先：?|第[一二三四五六七八]，)(?P<v>[^；。]{3,60})"
)


def _by_ordinal(notice: Notice) -> Fact | None:
    """「第一步：通报；第二步：检视；…」 and 「一是通报，二是…」 where most are plainly steps of a meeting."""
    for clause in notice.body:
        found = list(_ORDINAL.finditer(clause.plain))
        steps = sum(1 for m in found if _KIND.search(m.group("v")))
        if len(found) > 2 and steps >= len(found) - 1:
            return Fact([m.group("v").strip("，：") for m in found], tuple(words(clause, *m.span("v")) for m in found))
    return None


_IN_ORDER = re.compile(
    r"(?:(?:首先|先由)|(?=[^，。；：先]{2,8}先))(?P<first>[^。；]{4,60}?)，(?:然后|接着|随后|再)由?(?P<next>[^。；]{4,80}?)(?:，最后由?(?P<last>[^。；]{3,40}))?(?=[。；])"
)


def _by_order(notice: Notice) -> Fact | None:
    """「先由书记通报，再由党员发言，最后由上级点评」."""
    for clause, start, end in half_sentences(notice):
        found = _IN_ORDER.search(clause.plain, start, min(end + 1, len(clause.plain)))
        if found and _KIND.search(found.group()):
            spans = [found.span(name) for name in ("first", "next", "last") if found.group(name)]
            texts = [clause.plain[slice(*s)] for s in spans]
            return Fact(texts, tuple(words(clause, *s) for s in spans), "uncertain")
    return None


_ON_THE_DAY = re.compile(r"会上(?:做|干|怎么)|怎么开|会议(?:程序|议程|流程|步骤|顺序)|开会(?:程序|顺序|流程)")
_DOES = re.compile(rf"{_KIND.pattern}|讲|发言|意见|投票|[画填]票|测票")
_NO_STEP = re.compile(r"^(?:不|要|须|应|务必|防止|避免|时间|地点)|完$")


def _by_pieces(notice: Notice) -> Fact | None:
    """「会上做什么：书记先讲，委员接着讲，党员轮流讲；…；最后投票」: pieces that are all plainly steps."""
    for clause in notice.body:
        if not _ON_THE_DAY.search(clause.title):
            continue
        spans = [s for s in clause.line.clauses(clause.heading) if not _NO_STEP.search(clause.plain[slice(*s)])]
        texts = [re.sub(r"^(?:首先|然后|接着|随后|最后|再)由?", "", clause.plain[slice(*s)]) for s in spans]
        if len(texts) > 3 and all(_DOES.search(t) and len(t) < 24 for t in texts):
            return Fact(texts, tuple(words(clause, *s) for s in spans), "uncertain")
    return None


def _step(clause: Clause) -> tuple[str, Words]:
    end = clause.heading or len(clause.plain)
    if not clause.heading:
        end = next((m.start() for m in re.finditer("[。；]", clause.plain)), end)
    at = words(clause, 0, end)
    return at.quote.strip("。；：，"), at


def _by_colon(notice: Notice) -> Fact | None:
    for clause in notice.body:
        found = _ARROWS.search(clause.plain)
        if not found:
            continue
        start, end = found.span("list")
        marks = next((m for m in ("；→", "—", "，", "、") if re.search(f"[{m}]", clause.plain[start:end])), "、")
        values = [
            re.sub(r"^(?:[一二三四五六七八]是|第[一二三四五六]，?)", "", v)
            for v in items(clause.plain, start, end, marks)
        ]
        if len(values) > 1:
            return Fact(values, (words(clause, start, end),))
    return None
