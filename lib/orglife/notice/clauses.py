"""The clause tree of a notice: 一、 （一） 1. （1） 第…条, letterhead, sign-off, list of attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from orglife.notice.marks import BULLET_RANK, Mark, decimal_mark, has_decimals, line_mark, mark_at
from orglife.notice.text import Line

HEAD, BODY, TAIL, ATTACHED = "head", "body", "tail", "attached"
_ATTACHED = re.compile(r"附(?:件|表)?(?:[一二三四五六七八九十\d]{0,2})(?:：|$)|附[件表]\d{1,2}(?=[^，。；：见]{3,30}$)")
_DAY_LINE = re.compile(
    r"(?:20\d\d|二[〇○零O0][一二三四五六七八九〇○零十]{2,3})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"|20\d\d\.\d{1,2}\.\d{1,2}$"
)
_TITLE_END = re.compile(r"(?:通知|方案|意见|安排|通告|函|要求|提示)(?:（[^）]*）)?$")
_NUMBER = re.compile(r"[^\s，。：（）]{0,20}〔20\d\d〕\d+号")
_ADDRESSEE = re.compile(r"^[^。；]{2,80}：$")
RUN_IN = 32
"""A first sentence of at most so many characters is a heading that runs into its text."""


@dataclass(frozen=True)
class Clause:
    """A paragraph of the notice at its place.

    Attributes:
        line: Its text without the number.
        place: Numbers of the clauses above and its own, 二（二）1; "" before the first number.
        zone: ``head``, ``body``, ``tail`` (sign-off) or ``attached``.
        heading: Length in ``line.plain`` of the heading that stands before the text, 0 without one.
        above: Headings of the clauses above it, the outermost first, as plain text.
        numbered: Whether it bears a number itself.
        rank: Rank of its mark, 0 without one; the items of one list have the same.
    """

    line: Line
    place: str = ""
    zone: str = BODY
    heading: int = 0
    above: tuple[str, ...] = ()
    numbered: bool = False
    rank: float = 0

    @property
    def plain(self) -> str:
        """The text that patterns search."""
        return self.line.plain

    @property
    def title(self) -> str:
        """Its own heading, "" without one."""
        return _undated(self.plain[: self.heading].rstrip("。：；，—"))

    @cached_property
    def context(self) -> str:
        """Headings above and its own, joined."""
        return "/".join((*self.above, self.title))

    @property
    def where(self) -> str:
        """Its place for a person."""
        words = {HEAD: "文头", TAIL: "落款", ATTACHED: "附件"}
        return self.place or words.get(self.zone, "开头")


_DATED = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月[\d年月日号旬底初前上中下至到起—、]*(?:（[^）]*）)?|同日|当天|全程|会[前后][^，。；：]{0,6})：(?=[\u4e00-\u9fff]{1,8}$)"
)


def _undated(heading: str) -> str:
    """A heading without the days before it: 「1月4日至9日｜听」 is 听."""
    found = _DATED.match(heading)
    return heading[found.end() :] if found else heading


@dataclass(frozen=True)
class Letter:
    """Letterhead and sign-off; each blank when it is not there."""

    title: tuple[str, ...] = ()
    number: str = ""
    addressee: str = ""
    issuer: str = ""
    day: str = ""
    attachments: tuple[Clause, ...] = ()


@dataclass
class _Stack:
    """Numbers of the clauses that the reader stands in."""

    marks: list[tuple[float, str, str]] = field(default_factory=list)  # rank, label, heading
    bullets: list[str] = field(default_factory=list)
    leads: bool = False  # whether this line ends with a colon
    led: bool = False  # whether the line before it did
    style: str = ""  # of the last mark that was not lifted
    lift: dict[str, float] = field(default_factory=dict)  # style of a mark → the rank that it has for now
    decimal: bool = False  # whether the text is numbered 1, 1.1, 1.2
    bare: bool = False  # whether lines of a few words are its headings

    def lifted(self, mark: Mark) -> float:
        """The rank of a mark here: a list that a line ending with a colon leads in stands below that line.

        A bullet or a mark of the same rank and another style (第一项 below （二）) would else end it.
        """
        style = re.sub(r"[\d一二三四五六七八九十a-z①-⑳]+", "", mark.label) + str(mark.rank)
        if style in self.lift:
            return self.lift[style]
        top = self.marks[-1][0] if self.marks else 0.0
        first = mark.number == 1 and not re.search("[二三四五六七八九]", mark.label)
        below = 3 <= mark.rank < BULLET_RANK or (mark.label.startswith("第") and top < BULLET_RANK)
        if first and below and self.led and mark.rank <= top and style != self.style:
            self.lift[style] = top + 0.5
            return top + 0.5
        self.lift = {}
        self.style = style
        return mark.rank

    def enter(self, rank: float, label: str) -> tuple[str, ...]:
        while self.marks and self.marks[-1][0] >= rank:
            self.marks.pop()
        above = tuple(heading for _, _, heading in self.marks)
        self.marks.append((rank, label, ""))
        return above

    def name(self, heading: str) -> None:
        rank, label, _ = self.marks[-1]
        self.marks[-1] = (rank, label, _undated(heading))

    def under(self, rank: float) -> str:
        """The place above a mark of this rank."""
        return "".join(label for at, label, _ in self.marks if at < rank)

    @property
    def place(self) -> str:
        return "".join(label for _, label, _ in self.marks)

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(heading for _, _, heading in self.marks)


def split_numbers(line: Line) -> Iterator[Line]:
    """A paragraph cut before each number that goes on within it: 「…程序：（一）…；（二）…」."""
    plain, begun = line.plain, 0
    first = mark_at(plain)
    last: dict[float, int] = {first.rank: first.number} if first else {}
    for index in range(1, len(plain)):
        if plain[index - 1] not in "。：；！→" and not _heads(plain, begun, index):
            continue
        mark = mark_at(plain, index)
        if mark and mark.number in (1, last.get(mark.rank, 0) + 1):
            last = {rank: number for rank, number in last.items() if rank < mark.rank} | {mark.rank: mark.number}
            yield Line(line.raw[line.at[begun] : line.at[index]])
            begun = index
    if plain:
        yield Line(line.raw[line.at[begun] :])


def _heads(plain: str, begun: int, index: int) -> bool:
    """Whether nothing but a numbered heading stands between: 「三、会议程序（一）…」 without line breaks."""
    mark = mark_at(plain, begun)
    text = plain[begun + mark.length : index] if mark else ""
    return 2 < len(text) <= 14 and not re.search(r"[，。：；、《》“”（）]", text)


def _unglued(lines: Sequence[Line]) -> Iterator[Line]:
    """The title and the addressee cut from a text that was pasted in one line."""
    for number, line in enumerate(lines):
        found = re.match(r"(?P<title>关于[^。；：]{6,60}?的(?:通知|意见|方案))(?P<to>各[^。；：]{2,30}：)", line.plain)
        if number or not found:
            yield line
            continue
        cuts = [0, found.end("title"), found.end("to"), len(line.plain)]
        for begin, end in pairwise(cuts):
            if end > begin:
                yield Line(line.raw[line.at[begin] : line.at[end - 1] + 1])


def _without_teaser(lines: Sequence[Line]) -> list[Line]:
    """Without a beginning that web pages repeat before the text: 「根据……现就...」."""
    kept = []
    for here, following in zip(lines, [*lines[1:], Line("")], strict=False):
        teaser = here.plain.rstrip(".…")
        if len(teaser) > 20 and teaser != here.plain and following.plain.startswith(teaser):
            continue
        kept.append(here)
    return kept


def _heading(plain: str, start: int) -> int:
    """Where the heading ends that a numbered paragraph begins with, 0 without one."""
    if _DATED.match(plain, start):
        return len(plain)
    stop = re.compile(r"[。：？]|(?<=^[学听谈写问查改评开])—+").search(plain, start)
    if stop is None:
        return len(plain) if len(plain) - start <= RUN_IN and not plain.endswith(("；", "，")) else 0
    if (
        stop.end() - start > RUN_IN + 1
        or "》" in plain[start : stop.end() - 1]
        or (stop.end() == len(plain) and stop.group() == "。" and "，" in plain)
    ):
        return 0
    return stop.end()


_HASHES = re.compile(r"^\s*#{1,6}[ \u3000]*(?=\S)")
"""What marks a heading in text that was pasted from a web page."""


def clauses_of(paragraphs: Sequence[str]) -> list[Clause]:
    """The clauses of a text, in its order."""
    lines = list(
        _unglued(_without_teaser([line for text in paragraphs if (line := Line(_HASHES.sub("", text))).plain]))
    )
    start = _body_start(lines)
    end = _tail_start(lines, start)
    found = [Clause(line, zone=HEAD) for line in lines[:start]]
    stack = _Stack(decimal=has_decimals(lines))
    bare = sum(1 for line in lines[start:end] if _BARE_HEADING.fullmatch(line.plain))
    stack.bare = bare > 2 and not any((m := mark_at(line.plain)) and m.rank < 3 for line in lines[start:end])
    for line, following in zip(lines[start:end], [*lines[start + 1 : end], Line("")], strict=False):
        first, *others = split_numbers(line)
        ruled = _RULED.fullmatch(line.raw)
        if ruled and not _mark(Line(line.raw[line.at[0] :]), stack, list(stack.bullets)):
            above = stack.enter(1, f"“{ruled.group(1)}”")
            stack.name(line.plain)
            found.append(Clause(line, stack.place, heading=len(line.plain), above=above, numbered=True, rank=1))
            continue
        before = list(stack.marks)
        led, stack.leads = stack.leads, line.plain.endswith("：")
        stack.led = led
        found.append(_clause(first, stack, _mark(following, stack, list(stack.bullets))))
        if _ROW.match(line.raw):
            stack.marks = before
        own = mark_at(line.plain)
        beside = own and any((m := mark_at(part.plain)) and m.rank == own.rank for part in others)
        stood = stack.marks[:-1] if beside else list(stack.marks)
        said = first
        for part in others:
            stack.led = said.plain.endswith("：")
            found.append(_clause(part, stack))
            said = part
        stack.marks = stood  # what follows a list within a paragraph goes on where the paragraph stands
    zone = TAIL
    for line in lines[end:]:
        if _ATTACHED.match(line.plain):
            zone = ATTACHED
        elif zone == ATTACHED and (_DAY_LINE.search(line.plain) or _is_issuer(line.plain)):
            zone = TAIL
        found.append(Clause(line, zone=zone))
    return found


def _clause(line: Line, stack: _Stack, following: Mark | None = None) -> Clause:
    """The clause of a line; ``following`` is the mark of the next line."""
    mark = _mark(line, stack, stack.bullets)
    if mark is None and following and following.number == 1 and _LEADS_IN.fullmatch(line.plain):
        above = stack.enter(following.rank - 0.5, "")
        stack.name(line.plain.rstrip("：？"))
        return Clause(line, stack.place, heading=len(line.plain), above=above, numbered=True)
    if mark is None and stack.bare and _BARE_HEADING.fullmatch(line.plain):
        above = stack.enter(1, f"“{line.plain.rstrip('：？')}”")
        stack.name(line.plain.rstrip("：？"))
        return Clause(line, stack.place, heading=len(line.plain), above=above, numbered=True)
    answer = _ANSWER.match(line.plain)
    if answer:
        return Clause(Line(line.raw[line.at[answer.end()] :]), stack.place, above=stack.headings)
    if mark is None:
        return Clause(line, stack.place, heading=_label_end(line.plain), above=stack.headings)
    label = mark.label
    if re.fullmatch(r"[A-Z]-?\d+", label) and stack.under(mark.rank).endswith(label[0]):
        label = label[1:]
    above = stack.enter(stack.lifted(mark), label)

    if label.startswith(("【", "〖")):
        stack.name(label[1:-1])
    text = Line(line.raw[line.at[mark.length] :]) if len(line.plain) > mark.length else Line("")
    heading = _heading(text.plain, 0)
    if label.startswith(("【", "〖")):
        return Clause(text, stack.place, above=stack.headings, numbered=True, rank=mark.rank)
    stack.name(text.plain[:heading].rstrip("。：；—"))
    return Clause(text, stack.place, heading=heading, above=above, numbered=True, rank=mark.rank)


def _mark(line: Line, stack: _Stack, bullets: list[str]) -> Mark | None:
    return (decimal_mark(line) if stack.decimal else None) or mark_at(line.plain) or line_mark(line, bullets)


_ANSWER = re.compile(r"(?:回?答|A\d?)：(?=.)")
_LEADS_IN = re.compile(
    r"[\u4e00-\u9fff]{2,10}：|[\u4e00-\u9fff“”]{0,10}(?:议程|程序|流程|步骤|次序|顺序|内容|方面|重点|清单|要求|材料|问题)[：？]?"
)
"""A line without a number that is the heading of the list below it."""
_RULED = re.compile(r"\s*[━═─—–=-]{2,}[ \u3000]*([^━═─—–=\s-][^━═─—–=，。；]{0,16}?)[ \u3000]*[━═─—–=-]{2,}\s*")
"""A heading between rules: 「━━ 会前 ━━」."""
_ROW = re.compile(r"[\s|｜]*\d{1,2}[ \u3000]*[|｜\t]")
"""A numbered row of a table: it ends with its line, nothing stands below it."""
_BARE_HEADING = re.compile(r"[\u4e00-\u9fff]{3,12}[：？]?")
_LABEL = re.compile(r"[^，。：；、！？《》“”（）\d]{2,10}[：。](?=.)")


def _label_end(plain: str) -> int:
    """Where the label ends that a paragraph without a number begins with, 「学习到位。」 or 「谈心：」; 0 without one."""
    found = _LABEL.match(plain)
    return found.end() if found else 0


def _body_start(lines: Sequence[Line]) -> int:
    """The first line after letterhead, title and addressee."""
    for index, line in enumerate(lines[:15]):
        if (mark_at(line.plain) or line.plain.startswith(("【", "〖"))) and not _TITLE_END.search(line.plain):
            return index
        if _ADDRESSEE.match(line.plain) and not re.search(r"如下：$|方案：$", line.plain):
            return index + 1
        if line.plain.endswith("。"):
            return index
    return 0


def _tail_start(lines: Sequence[Line], start: int) -> int:
    """The first line of attachments or sign-off."""
    attached = (i for i in range(start + 1, len(lines)) if _ATTACHED.match(lines[i].plain))
    end = next((i for i in attached if not (lines[i].plain.endswith("。") or _goes_on(lines, i))), len(lines))
    while end > start + 1 and _signs_off(lines[end - 1].plain):
        end -= 1
    return end


def _goes_on(lines: Sequence[Line], attached: int) -> bool:
    """Whether the text itself follows: questions and answers, or the notice that a letter passes on."""
    after = [line.plain for line in lines[attached + 1 :]]
    passed_on = any(re.search(r"转发|印发", line.plain) for line in lines[: min(attached, 15)])
    answers = sum(1 for plain in after if re.match("答：|[问答]：", plain))
    return answers > 2 or (passed_on and sum(1 for plain in after if plain.endswith("。")) > 4)


def _signs_off(plain: str) -> bool:
    return _is_day(plain) or _is_issuer(plain) or _is_contact(plain)


def _is_day(plain: str) -> bool:
    found = _DAY_LINE.search(plain)
    return (
        found is not None and len(plain) - len(found.group()) <= 20 and not plain.endswith("。") and not mark_at(plain)
    )


def _is_issuer(plain: str) -> bool:
    return (
        2 < len(plain) <= 40
        and not re.search(r"[。，：；、]", plain)
        and not mark_at(plain)
        and bool(
            re.search(
                r"(?:委员会|党委|党组|党总支|党支部|党工委|组织部|学工部|办公室|领导小组|工委|局|部|办|院|处|公司|集团)$",
                plain,
            )
        )
    )


def _is_contact(plain: str) -> bool:
    return len(plain) < 60 and bool(re.match(r"(?:（?联系人|联系电话|电话|邮箱|（?此件)", plain))


def letter_of(clauses: Sequence[Clause]) -> Letter:
    """Letterhead, sign-off and attachments."""
    head = [c for c in clauses if c.zone == HEAD]
    tail = [c for c in clauses if c.zone == TAIL]
    number = next((c.line.quote(*m.span()) for c in head if (m := _NUMBER.search(c.plain))), "")
    addressee = next((c.line.quote(0, len(c.plain)) for c in head if _ADDRESSEE.match(c.plain)), "")
    issuer = next((c.line.raw.strip() for c in tail if _is_issuer(c.plain)), "")
    days = [
        c.line.quote(*m.span())
        for c in (*reversed(tail), *head)
        if (m := _DAY_LINE.search(c.plain)) or (m := _iso_day(c.plain))
    ]
    attached = tuple(c for c in clauses if c.zone == ATTACHED)
    return Letter(_title(head), number, addressee, issuer, days[0] if days else "", attached)


def _iso_day(plain: str) -> re.Match[str] | None:
    return re.search(r"20\d\d—\d{1,2}—\d{1,2}", plain)


def _title(head: Sequence[Clause]) -> tuple[str, ...]:
    """The lines of the title; none when no line of the letterhead ends like one."""
    for index, clause in enumerate(head):
        if not _TITLE_END.search(clause.plain) or len(clause.plain) > 120:
            continue
        lines = [clause.line.raw.strip()]
        before = index - 1
        while before >= 0 and "关于" not in lines[0] and re.match(r"^[^。：〔]*关于[^。：]*$", head[before].plain):
            lines.insert(0, head[before].line.raw.strip())
            before -= 1
        return tuple(lines)
    return ()
