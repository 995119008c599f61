"""Read the steps of the meeting from the sentences that describe its programme."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.model import Fact, Notice, NoticeQuote, Sure, quote_at
from orglife.notice.ranking.units import Unit
from orglife.notice.values.lists import Spans, by_marks, by_ordinals
from orglife.notice.values.rows import cells_with

_DEED = re.compile(
    r"通报|报告|汇报|述职|检视|查摆|对照检查|剖析|检查|批评|评议|测评|投票|[画填发]票|测评表|点评|讲评|小结|总结|表态|发言|自评|互评|讲话|讲|说|宣布|提意见|听取|国歌|誓词|学习|清点|反馈"
)
_PROGRAMME = re.compile(
    r"(?:程序|步骤|流程|环节|议程|会序|次序|顺序|依次|依序|[三四五六七八]步|[三四五六七八]件事)[^。；：]{0,14}：|(?:会上|会议|开会|大会)[^，。；：]{0,10}："
)
_NAMED = re.compile(
    r"(?:按照?|采取|经过|通过|执行|履行|严格|完成|进行|开展|依[次序])(?:下列|以下)?(?P<list>[^，。；：]{2,20}(?:、[^，。；：]{2,20})+?)(?:等)?[一二三四五六七八\d]{0,2}(?:个|项|道)?的?(?:程序|步骤|流程|环节|顺序|次序|议程)"
)
_ORDER = re.compile(
    r"^(?:(?:会议?|大会)(?:上|开始(?:时|后)?)?|开会那天)?，?(?:首先|先是?(?=由|通|听|检)|然后|接着|接下来|紧接着|随后|之后|其[次后]|再次|再(?=由|互|请|党|进)|最后|末了|完了|[^，。；]{1,8}(?:完毕?|结束)后)?，?(?:由(?=[^，。；]{2}))?"
)
_NO_STEP = re.compile(
    r"^(?:不|也不|要讲|要一|防止|避免|严禁|要求|时间|地点|参加人员|会前|会后)|方可|不得|召开党员大会$|^以党支部为单位|会期|至少|不能|[主召][持集]$|阶段$|(?:程序|步骤|流程|议程|次序|顺序)[：。]?$|按“?优秀"
)
_LEAST = 3
_WHOLE = 45
"""A step with more characters is named by its heading."""
_SHORT = 10
"""A part with fewer characters does not interrupt a run of steps."""


def steps(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """The steps of the meeting.

    Value: one text per step, in order. ``uncertain`` if they are told in sentences instead of listed.

    Args:
        notice: The notice.
        units: The likeliest sentences, best first.
    """
    if fact := _beside(notice, units):
        return fact
    for reader in (_listed, _narrated):
        for unit in units:
            if fact := reader(notice, unit):
                return fact
    return _apart(units)


def _beside(notice: Notice, units: Sequence[Unit]) -> Fact | None:
    """Numbered clauses beside each other, most of which are likely, each a step."""
    likely = {u.clause for u in units if u.clause.numbered}
    for clause in (u.clause for u in units if u.clause.numbered):
        row = [c for c in notice.body if c.numbered and (c.above, c.rank) == (clause.above, clause.rank)]
        parts = [_first_part(c) for c in row]
        if len(likely & {*row}) >= _LEAST and _are_steps([text for text, _ in parts]):
            return _of([at for _, at in parts], texts=[text for text, _ in parts])
    return None


def _first_part(clause: NoticeClause) -> tuple[str, NoticeQuote]:
    """The cells of a row that say what is done; of a clause its words up to the first semicolon or full stop, or a long one's heading."""
    if cells := cells_with(clause, _DEED):
        return "：".join(cells), quote_at(clause, 0, len(clause.plain))
    start = clause.heading if re.fullmatch("第.[步项]", clause.title) else 0
    end = next((m.start() for m in re.finditer("[。；]", clause.plain) if m.start() > start), len(clause.plain))
    if 0 < start < clause.heading or (start == 0 and clause.heading and end > _WHOLE):
        end = clause.heading
    at = quote_at(clause, start, end)
    return at.quote, at


def _listed(_: Notice, unit: Unit) -> Fact | None:
    """An enumeration after a colon, or of numbered items, or before 「……等环节」."""
    clause, start, end = unit.clause, unit.start - len(unit.before), len(unit.clause.plain)
    start = unit.start if start < 0 else start
    if match := _PROGRAMME.search(clause.plain, start, end):
        begin = match.end()
        sentence = next((i for i in (clause.plain.find("。", begin, end),) if i >= 0), end)
        for spans in (
            by_ordinals(clause.plain, begin, end),
            *(by_marks(clause.plain, begin, sentence, m) for m in ("；", "→", "—", "，", "、")),
        ):
            if _are_steps([clause.plain[slice(*s)] for s in spans], announced=True):
                return _of([quote_at(clause, *_without_order(clause.plain, *s)) for s in spans])
    if match := _NAMED.search(clause.plain, start, unit.end):
        spans = by_marks(clause.plain, *match.span("list"), "、")
        if _are_steps([clause.plain[slice(*s)] for s in spans]):
            return _of([quote_at(clause, *s) for s in spans])
    spans = by_ordinals(clause.plain, start, end)
    return _of([quote_at(clause, *s) for s in spans]) if _are_steps([clause.plain[slice(*s)] for s in spans]) else None


def _narrated(_: Notice, unit: Unit) -> Fact | None:
    """Steps told in sentences: 「书记先通报，接着党员逐个发言，最后上级点评」.

    A step begins at a word of order, a new actor or after a semicolon; a part without an action continues nothing.
    """
    clause = unit.clause
    runs: list[Spans] = [[]]
    for start, end in clause.line.sentences:
        if end <= clause.heading:
            continue
        if runs[-1] and not _ORDER.match(clause.plain[start:end]).end():  # type: ignore[union-attr]
            runs.append([])
        for begin, stop in clause.line.clauses(max(start, clause.heading), end):
            text = clause.plain[begin:stop]
            ordered = _without_order(clause.plain, begin, stop)[0] > begin
            if (
                runs[-1]
                and re.match("并|带头|[自相互提作]|接(?!着|下来)|逐[人个一]进", text)
                and not _NO_STEP.search(text)
            ):
                runs[-1][-1] = (runs[-1][-1][0], stop)
            elif text.endswith("后") and len(text) < _SHORT:
                continue
            elif not _NO_STEP.search(text) and (ordered or _DEED.search(text)):
                runs[-1].append((begin, stop))
            elif len(text) >= _SHORT or _NO_STEP.search(text):
                runs.append([])
    best = max(runs, key=len)
    texts = [clause.plain[slice(*s)] for s in best]
    if len(best) < _LEAST or not any((m := _ORDER.match(t)) and m.end() for t in texts):
        return None
    return _of([quote_at(clause, *_without_order(clause.plain, *s)) for s in best], "uncertain")


def _apart(units: Sequence[Unit]) -> Fact | None:
    """Short sentences or lines that are a step each."""
    may = {u.number: u for u in units if len(u.plain) < _LONGEST and not _NO_STEP.search(u.plain)}
    sure = {number for number, u in may.items() if _DEED.search(u.plain)}
    steps_ = [u for number, u in sorted(may.items()) if {number - 1, number, number + 1} & sure]
    return _of([u.quote for u in steps_], "uncertain") if len(steps_) >= _LEAST else None


_LONGEST = 48


def _are_steps(texts: Sequence[str], *, announced: bool = False) -> bool:
    """Whether all texts but one are actions at a meeting; of an announced programme, half of them."""
    deeds = sum(1 for t in texts if _DEED.search(t) and not _NO_STEP.search(t))
    return len(texts) >= _FEW and deeds >= (len(texts) / 2 if announced else max(_FEW, len(texts) - 1))


_FEW = 2


def _without_order(plain: str, start: int, end: int) -> tuple[int, int]:
    match = _ORDER.match(plain[start:end])
    return start + (match.end() if match and match.end() < end - start else 0), end


def _of(quotes: Sequence[NoticeQuote], sure: Sure = "stated", texts: Sequence[str] = ()) -> Fact:
    return Fact([text.strip("。；：，、") for text in texts or (q.quote for q in quotes)], tuple(quotes), sure)
