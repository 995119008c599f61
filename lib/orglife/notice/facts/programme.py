"""Read the steps of the meeting, in the various forms in which notices list them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orglife.notice.clause import NoticeClause
from orglife.notice.facts import rows
from orglife.notice.facts.spans import half_sentences, halves
from orglife.notice.listing import items, pieces, trimmed
from orglife.notice.model import Fact, Notice, NoticeQuote, quote_at
from orglife.notice.text import TextLine

_PROGRAMME = re.compile(r"议程|程序|流程|会序|次序|顺序|开会步骤|会议环节|会议步骤")
_LEADS_IN = re.compile(r"(?:程序|步骤|流程|环节|议程|会序|次序|顺序)[^。；：]{0,12}：$")
_IN_LINE = re.compile(
    r"(?:按照?|采取|经过|通过|执行|履行|严格|完成|进行|开展|依[次序])(?:下列|以下)?(?P<list>[^，。；：]{2,16}(?:、[^，。；：]{2,16}){1,7}?)(?:等)?[一二三四五六七八\d]{0,2}(?:个|项|道)?(?:的)?(?:程序|步骤|流程|环节|顺序|次序|议程)"
)
_ARROWS = re.compile(
    r"(?:(?:程序|步骤|流程|议程|顺序|次序|环节)(?:进行|召开)?(?:一般|主要|依次)?(?:为|是|有|如下|包括|分为)?|分[三四五六七八九]步|依次(?:进行|为|是)?|(?:会上|会议|开会)[^。；：]{0,8}[三四五六七八](?:件事|步走?|道程序|个环节|项))：(?P<list>[^。]+?)(?:。|$)"
)


def agenda_steps(notice: Notice) -> Fact | None:
    """The steps of the meeting; ``uncertain`` if they are described in sentences or belong to an appraisal.

    Value: one text per step, in order.
    """
    for reader in (_by_rows, _by_clauses, _by_colon, _by_ordinal, _by_kind, _by_story, _by_order, _by_pieces):
        fact = reader(notice)
        if fact:
            return fact
    for clause in notice.body:
        match = _IN_LINE.search(clause.plain)
        if match:
            start, end = match.span("list")
            values = [text.removesuffix("的") for text in items(clause.plain, start, end)]
            if len(values) > 1:
                about_meeting = "自评" not in match.group("list")
                return Fact(values, (quote_at(clause, start, end),), "stated" if about_meeting else "uncertain")
    return None


def _by_rows(notice: Notice) -> Fact | None:
    """A table of steps: 「步骤｜内容｜谁来做」."""
    rows_ = rows.step_rows(notice)
    texts = [row.under("内容|事项|做什么") or row.under("议程|环节|程序") for row in rows_]
    steps = sum(1 for t in texts if _KIND.search(t) or _DEED.search(t))
    if len(texts) < 3 or steps < len(texts) - 1:
        return None
    return Fact(texts, tuple(row.words[0] for row in rows_))


def _by_clauses(notice: Notice) -> Fact | None:
    """Numbered clauses below a heading or sentence about the programme."""
    clauses = notice.body
    for index, clause in enumerate(clauses):
        leads = _LEADS_IN.search(clause.plain) or (
            _PROGRAMME.search(clause.title) and clause.heading == len(clause.plain)
        )
        if not leads:
            continue
        if plain := _plain_lines(clauses, index):
            return Fact(
                [c.line.raw.strip() for c in plain], tuple(quote_at(c, 0, len(c.plain)) for c in plain), "uncertain"
            )
        below = [c for c in notice.below(clause) if c.numbered and len(c.above) == clause.depth]
        below = [c for c in below if c.rank == below[0].rank]
        if len(below) > 1:
            steps = [_step(c) for c in below]
            return Fact([text for text, _ in steps], tuple(w for _, w in steps))
    return None


def _plain_lines(clauses: Sequence[NoticeClause], index: int) -> list[NoticeClause]:
    """Short lines without numbers below a line that is only a heading."""
    lines: list[NoticeClause] = []
    if 0 < clauses[index].heading < len(clauses[index].plain):
        return lines
    for clause in clauses[index + 1 :]:
        if clause.numbered or len(clause.plain) > _LINE or re.search("[，。；：]", clause.plain):
            break
        lines.append(clause)
    steps = sum(1 for c in lines if _KIND.search(c.plain) or _DEED.search(c.plain))
    return lines if len(lines) > 2 and steps >= len(lines) - 1 else []


_LINE = 24


_KIND = re.compile(r"通报|报告|查摆|检视|谈体会|述职|对照检查|批评|评议|测评|点评|讲评|小结|总结|表态")


def _by_kind(notice: Notice) -> Fact | None:
    """At least four short numbered clauses in a row that are clearly steps of a meeting, under any heading."""
    side: list[NoticeClause] = []
    for clause in [*notice.body, NoticeClause(TextLine(""))]:
        first = clause.plain.partition("。")[0]
        short = clause.numbered and len(first) < 40 and _KIND.search(first)
        if short and (not side or side[-1].above == clause.above):
            side.append(clause)
            continue
        if len(side) >= 4:
            steps = [_step(c) for c in side]
            return Fact([text for text, _ in steps], tuple(w for _, w in steps), "uncertain")
        side = [clause] if short else []
    return None


_ORDINAL = re.compile(
    r"(?:第(?:[一二三四五六七八]|\d)(?:步|项|个环节|环节|个议程|件事?|道)[：，]?(?:是|由)?|步骤[一二三四五六七八]：?|[一二三四五六七八]是|首先：?|[第其][一二三四五六七八]，)(?P<v>[^；。]{3,60}?)(?=[；。]|$|，(?:第[二三四五六七八\d](?:步|项|个|件|环节|道|，)|其[二三四五六七八]，|[二三四五六七八]是))"
)


_IN_STEPS = re.compile(r"(?:会议|会上|开会|怎么开)[^。；]{0,12}[三四五六七八](?:步|个环节|项议程|个步骤|道程序)")


def _by_ordinal(notice: Notice) -> Fact | None:
    """「第一步：通报；第二步：检视；…」 and 「一是通报，二是…」, if most items are clearly steps of a meeting."""
    for clause in notice.body:
        matches = list(_ORDINAL.finditer(clause.plain))
        steps = sum(1 for m in matches if _KIND.search(m.group("v")) or _DEED.search(m.group("v")))
        announced = bool(matches) and bool(_IN_STEPS.search(clause.plain, 0, matches[0].start()))
        if len(matches) > 2 and (steps >= len(matches) - 1 or (announced and steps > 0)):
            return Fact(
                [m.group("v").strip("，：") for m in matches], tuple(quote_at(clause, *m.span("v")) for m in matches)
            )
    return None


_IN_ORDER = re.compile(
    r"(?:(?:首先|先由)|(?=[^，。；：先]{2,8}先))(?P<first>[^。；]{4,60}?)，(?:然后|接着|随后|再)由?(?P<next>[^。；]{4,80}?)(?:，最后由?(?P<last>[^。；]{3,40}))?(?=[。；])"
)


def _by_order(notice: Notice) -> Fact | None:
    """「先由书记通报，再由党员发言，最后由上级点评」."""
    for clause, start, end in half_sentences(notice):
        match = _IN_ORDER.search(clause.plain, start, min(end + 1, len(clause.plain)))
        if match and _KIND.search(match.group()):
            spans = [match.span(name) for name in ("first", "next", "last") if match.group(name)]
            texts = [clause.plain[slice(*s)] for s in spans]
            return Fact(texts, tuple(quote_at(clause, *s) for s in spans), "uncertain")
    return None


_ON_THE_DAY = re.compile(r"会上(?:做|干|怎么)|怎么开|会议(?:程序|议程|流程|步骤|顺序)|开会(?:程序|顺序|流程)")
_DOES = re.compile(rf"{_KIND.pattern}|讲|发言|意见|投票|[画填]票|测票")
_NO_STEP = re.compile(r"^(?:不|要|须|应|务必|防止|避免|时间|地点)|完$")


def _by_pieces(notice: Notice) -> Fact | None:
    """「会上做什么：书记先讲，委员接着讲，党员轮流讲；…；最后投票」: parts that are all clearly steps."""
    for clause in notice.body:
        if not _ON_THE_DAY.search(clause.title):
            continue
        spans = [s for s in clause.line.clauses(clause.heading) if not _NO_STEP.search(clause.plain[slice(*s)])]
        texts = [re.sub(r"^(?:首先|然后|接着|随后|最后|再)由?", "", clause.plain[slice(*s)]) for s in spans]
        if len(texts) > 3 and all(_DOES.search(t) and len(t) < 24 for t in texts):
            return Fact(texts, tuple(quote_at(clause, *s) for s in spans), "uncertain")
    return None


_ABOUT_MEETING = re.compile(r"会上|会中|开会|召开|组织生活会|会议(?!室)|正式会|那天|当天|开好|怎么开")
_NEXT = re.compile(
    r"(?:会议?|议程)?(?:首先|先是?|然后|接着|接下来|紧接着|随后|之后|其次|再次|再(?![不次])|最后|末了|[^，。；]{0,6}(?:完了?|完毕|结束)后?，?)由?"
)
_ACTOR = re.compile(
    r"(?:由|请)?[^，。；、：]{0,12}?(?:书记|委员|支委|班子|支委会|党员|主持人|领导|同志|干部|联系人|督导组|指导组|指导员|大家|每人|人人|每个人|所有人)"
)
_DEED = re.compile(
    r"通报|报告|汇报|述职|检视|查摆|对照检查|剖析|批评|评议|测评|投票|[画填]票|点评|讲评|小结|总结|表态|发言|自评|互评|讲话|[先再后接着流个]讲|讲(?=[几两一])|(?:挨个|轮流|逐个|轮着|依次|接着|再)说|说(?=[几两一])|给大家讲|宣布|检讨|提意见|党员(?:依次|逐个|挨个|轮流)进行|作检查|[^，]{2,}学习"
)
_OPENS = re.compile(r"通报|报告|汇报|述职|宣布|说明|讲")
_NO_DEED = re.compile(
    r"^(?:会上)?(?:提|作|讲|谈|开展)?(?:批评|自我批评|相互批评|互相批评|互评|自评|发言|谈自己|评议|点评|意见|查摆)(?:意见|他人|别人|时)?(?:要|应|须|得|必|以)|"
    r"^(?!.*(?:通报|报告|汇报|述职)).*(?:至少|要讲|不|防止|避免|严禁|杜绝|必须|务必|撰写|形成|准备|征求|谈心|谈话|[报交]送|整改|会前|提前)"
)


def _by_story(notice: Notice) -> Fact | None:
    """A meeting described in sentences: 「书记先通报，并带头检讨；党员挨个说；最后上级点评」.

    A step begins after a semicolon or full stop, at a word of order, or with a new actor. The steps count only if the
    first one opens a meeting, there are words of order, and every step is an action at a meeting.
    """
    for clause in notice.body:
        if not _ABOUT_MEETING.search(clause.context + clause.plain[:40]) or re.search("会前|会后", clause.title):
            continue
        run: list[tuple[int, int]] = []
        for start, end in [*_deeds(clause), (0, 0)]:
            goes_on = end and (run or _OPENS.search(clause.plain[start:end]))
            if goes_on:
                run.append((start, end))
                continue
            if _is_story(clause, run):
                texts = [clause.line.quote(*_plain_step(clause, *s)) for s in run]
                return Fact(texts, tuple(quote_at(clause, *_plain_step(clause, *s)) for s in run), "uncertain")
            run = []
    return None


def _deeds(clause: NoticeClause) -> Iterator[tuple[int, int]]:
    """The spans of the steps in a clause; (0, 0) for a sentence about something else."""
    for begun, end in halves(clause):
        start = max(begun, clause.heading)
        steps: list[tuple[int, int]] = []
        held: int | None = None
        for begin, stop in clause.line.clauses(start, end):
            text = clause.plain[begin:stop]
            deed = _DEED.search(text)
            if _NEXT.fullmatch(text) or text.endswith(("后", "之后", "完毕")):
                held = begin if _NEXT.fullmatch(text) else None
                continue
            fresh = _NEXT.match(text) or (deed and _ACTOR.match(text))
            if deed and not _NO_DEED.search(text) and (fresh or not steps):
                steps.append((begin if held is None else held, stop))
                held = None
            elif steps and re.match("并|带头|[自相互听接提作]", text) and deed and not _NO_DEED.search(text):
                steps[-1] = (steps[-1][0], stop)
        yield from steps or [(0, 0)]


def _is_story(clause: NoticeClause, run: list[tuple[int, int]]) -> bool:
    if len(run) < 3:
        return False
    texts = [clause.plain[slice(*s)] for s in run]
    ordered = sum(
        1 for t in texts[1:] if re.search("首先|先|然后|接着|接下来|随后|之后|其次|^再|再由|最后|末了|结束后|完后", t)
    )
    acting = sum(1 for t in texts if _ACTOR.search(t))
    by_order = sum(1 for t in texts if _NEXT.match(t))
    if by_order >= len(texts) - 1 and by_order > 2:
        return True
    return ordered > 0 and acting >= len(texts) - 1 and bool(_ACTOR.search(texts[0]))


def _plain_step(clause: NoticeClause, start: int, end: int) -> tuple[int, int]:
    """The span of a step without the word of order at its beginning."""
    match = re.match(
        r"(?:会议?)?(?:开始(?:时|后)?|首先|然后|接着|接下来|紧接着|随后|之后|其次|再次|最后|末了|再|先(?=由)|[^，。；]{0,6}(?:之后|以后|后)(?=由)|[^，。；]{0,6}(?:完了?|完毕|结束)后?)?，?由?",
        clause.plain[start:end],
    )
    return start + (match.end() if match else 0), end


def _step(clause: NoticeClause) -> tuple[str, NoticeQuote]:
    end = clause.heading or len(clause.plain)
    if not clause.heading:
        end = next((m.start() for m in re.finditer("[。；]", clause.plain)), end)
    at = quote_at(clause, 0, end)
    return at.quote.strip("。；：，"), at


def _apart(plain: str, start: int, end: int, marks: str) -> list[str]:
    """Steps between semicolons, arrows or commas; 和 is not a separator."""
    spans = [trimmed(plain, *span) for span in pieces(plain, start, end, marks)]
    return list(dict.fromkeys(plain[a:b] for a, b in spans if b > a))


def _by_colon(notice: Notice) -> Fact | None:
    for clause in notice.body:
        match = _ARROWS.search(clause.plain)
        if not match:
            continue
        start, end = match.span("list")
        marks = next((m for m in ("；→", "—", "，", "、") if re.search(f"[{m}]", clause.plain[start:end])), "、")
        parts = items(clause.plain, start, end, marks) if marks == "、" else _apart(clause.plain, start, end, marks)
        values = [re.sub(r"^(?:[一二三四五六七八]是|第[一二三四五六]，?)", "", v) for v in parts]
        if len(values) > 1:
            return Fact(values, (quote_at(clause, start, end),))
    return None
