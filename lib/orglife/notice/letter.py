"""The parts around the body of a notice: the letterhead before it, attachments and the sign-off after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orglife.notice.clause import ATTACHED, HEAD, TAIL, NoticeClause
from orglife.notice.marks import mark_at
from orglife.notice.text import TextLine

_ATTACHED = re.compile(r"附(?:件|表)?(?:[一二三四五六七八九十\d]{0,2})(?:：|$)|附[件表]\d{1,2}(?=[^，。；：见]{3,30}$)")
_DAY = re.compile(
    r"(?:20\d\d|二[〇○零O0][一二三四五六七八九〇○零十]{2,3})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"|20\d\d\.\d{1,2}\.\d{1,2}$"
)
_DASHED_DAY = re.compile(r"20\d\d—\d{1,2}—\d{1,2}")
_TITLE_END = re.compile(r"(?:通知|方案|意见|安排|通告|函|要求|提示)(?:（[^）]{0,40}）)?$")
_NUMBER = re.compile(r"[^\s，。：（）]{0,20}〔20\d\d〕\d+号")
_ADDRESSEE = re.compile(r"[^。；]{2,80}：$")
_LEADS_IN = re.compile(r"如下：$|方案：$")
"""「现将有关事项通知如下：」 ends like an addressee but is not one."""
_ISSUER = re.compile(
    r"(?:委员会|党委|党组|党总支|党支部|党工委|组织部|学工部|办公室|领导小组|工委|局|部|办|院|处|公司|集团)$"
)
_CONTACT = re.compile(r"（?联系人|联系电话|电话|邮箱|（?此件")
_PASSES_ON = re.compile("转发|印发")
_ANSWER = re.compile("答：|[问答]：")
_MOST = 15
"""Maximum number of lines of the letterhead."""


@dataclass(frozen=True)
class Letter:
    """Letterhead and sign-off as written; blank parts are missing in the notice.

    Attributes:
        title: The lines of the title.
        number: The document number, 〔2025〕3号 with the words before it.
        addressee: The addressee, without the colon.
        issuer: The signing body.
        day: The day in the sign-off, else in the letterhead.
        attachments: The clauses that list or contain attachments.
    """

    title: tuple[str, ...] = ()
    number: str = ""
    addressee: str = ""
    issuer: str = ""
    day: str = ""
    attachments: tuple[NoticeClause, ...] = ()


def body_start(lines: Sequence[TextLine]) -> int:
    """The index of the first line after letterhead, title and addressee; 0 without these."""
    for index, line in enumerate(lines[:_MOST]):
        if (mark_at(line.plain) or line.plain.startswith(("【", "〖"))) and not _TITLE_END.search(line.plain):
            return index
        if _ADDRESSEE.match(line.plain) and not _LEADS_IN.search(line.plain):
            return index + 1
        if line.plain.endswith("。"):
            return index
    return 0


def body_end(lines: Sequence[TextLine], start: int) -> int:
    """The index of the first line of attachments or sign-off; ``len(lines)`` without these."""
    goes_on = _goes_on(lines)
    end = next(
        (
            index
            for index in range(start + 1, len(lines))
            if _ATTACHED.match(lines[index].plain) and not lines[index].plain.endswith("。") and not goes_on[index]
        ),
        len(lines),
    )
    while end > start + 1 and _signs_off(lines[end - 1].plain) and not _is_row(lines[end - 1].raw):
        end -= 1
    return end


def _goes_on(lines: Sequence[TextLine]) -> list[bool]:
    """For each line, whether the body continues after it: questions and answers, or a forwarded notice."""
    answers = _counted_after([bool(_ANSWER.match(line.plain)) for line in lines])
    sentences = _counted_after([line.plain.endswith("。") for line in lines])
    first = next((index for index, line in enumerate(lines[:_MOST]) if _PASSES_ON.search(line.plain)), len(lines))
    return [
        n_answers > 2 or (index > first and n_sentences > 4)
        for index, (n_answers, n_sentences) in enumerate(zip(answers, sentences, strict=True))
    ]


def _counted_after(hits: Sequence[bool]) -> list[int]:
    """For each index, the number of hits after it."""
    after, counts = 0, []
    for hit in reversed(hits):
        counts.append(after)
        after += hit
    return counts[::-1]


def clauses_after_body(lines: Sequence[TextLine]) -> Iterator[NoticeClause]:
    """The lines after the body as clauses: attachments, and the sign-off before or after them."""
    zone = TAIL
    for line in lines:
        if _ATTACHED.match(line.plain):
            zone = ATTACHED
        elif _DAY.search(line.plain) or _is_issuer(line.plain):
            zone = TAIL
        yield from (NoticeClause(part, zone=zone) for part in line.short())


def _signs_off(plain: str) -> bool:
    contact = len(plain) < 60 and _CONTACT.match(plain)
    return bool(contact) or _is_day(plain) or _is_issuer(plain)


def _is_row(raw: str) -> bool:
    """Whether a line is a row of a table, of three cells or more: a paper, its recipient and its day."""
    return len(re.findall(r"[^\t|｜]+", raw.strip())) > 2


def _is_day(plain: str) -> bool:
    match = _DAY.search(plain)
    return (
        match is not None and len(plain) - len(match.group()) <= 20 and not plain.endswith("。") and not mark_at(plain)
    )


def _is_issuer(plain: str) -> bool:
    return (
        2 < len(plain) <= 40
        and bool(_ISSUER.search(plain))
        and not re.search(r"[。，：；、]", plain)
        and not mark_at(plain)
    )


def letter_of(clauses: Sequence[NoticeClause]) -> Letter:
    """Letterhead, sign-off and attachments."""
    head = [c for c in clauses if c.zone == HEAD]
    tail = [c for c in clauses if c.zone == TAIL]
    number = next((c.line.quote(*m.span()) for c in head if (m := _NUMBER.search(c.plain))), "")
    addressee = next((c.line.quote(*m.span()) for c in head if (m := _ADDRESSEE.match(c.plain))), "")
    issuer = next((c.line.raw.strip() for c in tail if _is_issuer(c.plain)), "")
    days = (
        c.line.quote(*m.span())
        for c in (*reversed(tail), *head)
        if (m := _DAY.search(c.plain) or _DASHED_DAY.search(c.plain))
    )
    attached = tuple(c for c in clauses if c.zone == ATTACHED)
    return Letter(_title(head), number, addressee, issuer, next(days, ""), attached)


def _title(head: Sequence[NoticeClause]) -> tuple[str, ...]:
    """The lines of the title; empty when no line of the letterhead ends like a title."""
    for before, clause in zip((None, *head), head, strict=False):
        if not _TITLE_END.search(clause.plain) or len(clause.plain) > 120:
            continue
        title = clause.line.raw.strip()
        if before and "关于" not in title and re.match(r"[^。：〔]*关于[^。：]*$", before.plain):
            return before.line.raw.strip(), title
        return (title,)
    return ()
