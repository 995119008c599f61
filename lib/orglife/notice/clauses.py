"""Split a notice into its tree of clauses: 一、 （一） 1. （1） 第…条, bullets, headings without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from orglife.notice.clause import DATED, HEAD, NoticeClause, undated
from orglife.notice.letter import body_end, body_start, clauses_after_body
from orglife.notice.marks import BULLET_RANK, Mark, decimal_mark, has_decimals, line_mark, mark_at
from orglife.notice.pasted import lines_of
from orglife.notice.text import TextLine

_RUN_IN = 32
"""Maximum characters of a first sentence that counts as a heading on the same line as its text."""
_BETWEEN = 14
"""Maximum characters of a heading between two numbers on one line."""
_LONGEST_MARK = 6
_STOP = re.compile(r"[。：？]|(?<=^[学听谈写问查改评开])—+")
_ANSWER = re.compile(r"(?:回?答|A\d?)：(?=.)")
_LEADS_IN = re.compile(
    r"[\u4e00-\u9fff]{2,10}：|[\u4e00-\u9fff“”]{0,10}(?:议程|程序|流程|步骤|次序|顺序|内容|方面|重点|清单|要求|材料|问题)[：？]?"
)
"""A line without a number that introduces the list below it."""
_RULED = re.compile(r"\s*[━═─—–=-]{2,}[ \u3000]*([^━═─—–=\s-][^━═─—–=，。；]{0,16}?)[ \u3000]*[━═─—–=-]{2,}\s*")
"""A heading between horizontal rules: 「━━ 会前 ━━」."""
_ROW = re.compile(r"[\s|｜]*\d{1,2}[ \u3000]*[|｜\t]")
"""A numbered row of a table: it ends with its line, and no clause is below it."""
_BARE_HEADING = re.compile(r"[\u4e00-\u9fff]{3,12}[：？]?")
_LABEL = re.compile(r"[^，。：；、！？《》“”（）\d]{2,10}[：。](?=.)")
"""A label at the beginning of a paragraph without a number: 「学习到位。」 or 「谈心：」."""
_BRACKETS = ("【", "〖")


def clauses_of(paragraphs: Sequence[str]) -> list[NoticeClause]:
    """The clauses of a text, in order."""
    lines = lines_of(paragraphs)
    start = body_start(lines)
    end = body_end(lines, start)
    head = (NoticeClause(part, zone=HEAD) for line in lines[:start] for part in line.short())
    body = list(_body(lines[start:end], decimal=has_decimals(lines)))
    if not any(clause.place for clause in body):
        body = list(_by_paragraph(body))
    return [*head, *body, *clauses_after_body(lines[end:])]


def _by_paragraph(clauses: Sequence[NoticeClause]) -> Iterator[NoticeClause]:
    """Clauses of a text without any numbers, with their paragraph numbers."""
    number = 0
    for clause in clauses:
        number += not clause.goes_on
        yield replace(clause, paragraph=number)


@dataclass
class _Stack:
    """State of the reader: the open clauses, the outermost first.

    Attributes:
        decimal: Whether the text is numbered 1, 1.1, 1.2.
        bare: Whether short lines are the headings of the text.
        marks: Rank, label and heading of each open clause.
        bullets: The kinds of bullets so far; each ranks below those before it.
        led: Whether the line before ends with a colon.
        style: Style of the last mark that kept its usual rank.
        lift: Style of a mark → its temporary rank.
    """

    decimal: bool
    bare: bool
    marks: list[tuple[float, str, str]] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)
    led: bool = False
    style: str = ""
    lift: dict[str, float] = field(default_factory=dict)

    def lifted(self, mark: Mark) -> float:
        """The rank of a mark in its context: a list after a line that ends with a colon ranks below that line.

        Otherwise a bullet or a mark of the same rank but another style (第一项 below （二）) would close that clause.
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
        """Close the open clauses of this rank and below, open a new one, and return the headings above it."""
        while self.marks and self.marks[-1][0] >= rank:
            self.marks.pop()
        above = tuple(heading for _, _, heading in self.marks)
        self.marks.append((rank, label, ""))
        return above

    def name(self, heading: str) -> None:
        """Set the heading of the innermost open clause."""
        rank, label, _ = self.marks[-1]
        self.marks[-1] = (rank, label, undated(heading))

    def mark(self, line: TextLine, *, ahead: bool = False) -> Mark | None:
        """The mark at the beginning of a line; with ``ahead`` a new bullet is not added to ``bullets``."""
        bullets = list(self.bullets) if ahead else self.bullets
        return (decimal_mark(line) if self.decimal else None) or mark_at(line.plain) or line_mark(line, bullets)

    def under(self, rank: float) -> str:
        """The place of the clause above a mark of this rank."""
        return "".join(label for at, label, _ in self.marks if at < rank)

    @property
    def place(self) -> str:
        """The labels of all open clauses, such as 二（二）1."""
        return "".join(label for _, label, _ in self.marks)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of all open clauses."""
        return tuple(heading for _, _, heading in self.marks)


def _body(lines: Sequence[TextLine], *, decimal: bool) -> Iterator[NoticeClause]:
    """The clauses between the letterhead and the sign-off."""
    stack = _Stack(decimal, _has_bare_headings(lines))
    led = False
    for line, following in zip(lines, [*lines[1:], TextLine("")], strict=False):
        ruled = _RULED.fullmatch(line.raw)
        if ruled and not stack.mark(line.part(0), ahead=True):
            yield _headed(line, stack, 1, line.plain.strip("—"), called=ruled.group(1))
            continue
        stack.led, led = led, line.plain.endswith("：")
        yield from _paragraph(line, stack, stack.mark(following, ahead=True))


def _has_bare_headings(lines: Sequence[TextLine]) -> bool:
    """Whether short lines are the headings: there are several, and no marks of rank 1 or 2."""
    few = sum(1 for line in lines if _BARE_HEADING.fullmatch(line.plain))
    return few > 2 and not any((mark := mark_at(line.plain)) and mark.rank < 3 for line in lines)


def _paragraph(line: TextLine, stack: _Stack, following: Mark | None) -> Iterator[NoticeClause]:
    """The clauses of a paragraph, one per number in it; ``following`` is the mark of the next paragraph.

    After a list within the paragraph, the stack is restored: to the level of the paragraph if the paragraph itself is an
    item of the list, else to the level below it. A row of a table leaves nothing open.
    """
    before = list(stack.marks)
    first, *others = _split_numbers(line)
    yield from _part(first, stack, following)
    if _ROW.match(line.raw):
        stack.marks = before
    own = mark_at(line.plain)
    beside = own and any((mark := mark_at(part.plain)) and mark.rank == own.rank for part in others)
    stands = stack.marks[:-1] if beside else list(stack.marks)
    previous = first
    for part in others:
        stack.led = previous.plain.endswith("：")
        yield from (replace(clause, goes_on=True) for clause in _part(part, stack))
        previous = part
    stack.marks = stands


def _part(line: TextLine, stack: _Stack, following: Mark | None = None) -> Iterator[NoticeClause]:
    """The clause of a line, or several for a very long line."""
    first, *others = line.short()
    yield _clause(first, stack, following)
    yield from (NoticeClause(other, stack.place, above=stack.headings, goes_on=True) for other in others)


def _split_numbers(line: TextLine) -> Iterator[TextLine]:
    """Split a paragraph before each number within it: 「…程序：（一）…；（二）…」."""
    plain, begun = line.plain, 0
    first = mark_at(plain)
    last: dict[float, int] = {first.rank: first.number} if first else {}
    for index in range(1, len(plain)):
        if plain[index - 1] not in "。：；！→" and not _only_headed(plain, begun, index):
            continue
        mark = mark_at(plain, index)
        if mark and mark.number in (1, last.get(mark.rank, 0) + 1):
            last = {rank: number for rank, number in last.items() if rank < mark.rank} | {mark.rank: mark.number}
            yield line.part(begun, index)
            begun = index
    yield line.part(begun)


def _only_headed(plain: str, begun: int, index: int) -> bool:
    """Whether ``plain[begun:index]`` is only a numbered heading: 「三、会议程序（一）…」 without line breaks."""
    if index - begun > _LONGEST_MARK + _BETWEEN:
        return False
    mark = mark_at(plain, begun)
    text = plain[begun + mark.length : index] if mark else ""
    return 2 < len(text) <= _BETWEEN and not re.search(r"[，。：；、《》“”（）]", text)


def _clause(line: TextLine, stack: _Stack, following: Mark | None = None) -> NoticeClause:
    """The clause of one line; ``following`` is the mark of the next line."""
    mark = stack.mark(line)
    if mark:
        return _numbered(line, mark, stack)
    heading = line.plain.rstrip("：？")
    if following and following.number == 1 and _LEADS_IN.fullmatch(line.plain):
        return _headed(line, stack, following.rank - 0.5, heading)
    if stack.bare and _BARE_HEADING.fullmatch(line.plain):
        return _headed(line, stack, 1, heading, called=heading)
    if answer := _ANSWER.match(line.plain):
        return NoticeClause(line.part(answer.end()), stack.place, above=stack.headings)
    label = _LABEL.match(line.plain)
    return NoticeClause(line, stack.place, heading=label.end() if label else 0, above=stack.headings)


def _headed(line: TextLine, stack: _Stack, rank: float, heading: str, *, called: str = "") -> NoticeClause:
    """The clause of a heading without a number; ``called``, in “”, replaces the number in places."""
    above = stack.enter(rank, f"“{called}”" if called else "")
    stack.name(heading)
    return NoticeClause(line, stack.place, heading=len(line.plain), above=above, numbered=True, rank=rank)


def _numbered(line: TextLine, mark: Mark, stack: _Stack) -> NoticeClause:
    """The clause of a line that begins with a mark."""
    label = mark.label
    if re.fullmatch(r"[A-Z]-?\d+", label) and stack.under(mark.rank).endswith(label[0]):
        label = label[1:]  # A1 below A
    above = stack.enter(stack.lifted(mark), label)
    text = line.part(mark.length)
    if label.startswith(_BRACKETS):
        stack.name(label[1:-1])
        return NoticeClause(text, stack.place, above=stack.headings, numbered=True, rank=mark.rank)
    heading = _heading_end(text.plain)
    stack.name(text.plain[:heading].rstrip("。：；—"))
    return NoticeClause(text, stack.place, heading=heading, above=above, numbered=True, rank=mark.rank)


def _heading_end(plain: str) -> int:
    """The end of the heading at the beginning of a numbered paragraph, 0 without one."""
    if DATED.match(plain):
        return len(plain)
    stop = _STOP.search(plain)
    if stop is None:
        return len(plain) if len(plain) <= _RUN_IN and not plain.endswith(("；", "，")) else 0
    whole = stop.end() == len(plain) and stop.group() == "。" and "，" in plain  # a whole sentence is not a heading
    return 0 if whole or stop.end() > _RUN_IN + 1 or "》" in plain[: stop.end() - 1] else stop.end()
