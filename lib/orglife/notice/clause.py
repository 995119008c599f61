"""A clause of the notice, the unit from which facts are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from orglife.notice.text import TextLine

HEAD, BODY, TAIL, ATTACHED = "head", "body", "tail", "attached"
_ZONES = {HEAD: "文头", TAIL: "落款", ATTACHED: "附件"}


@dataclass(frozen=True, eq=False)  # compared by identity: two clauses may have equal text
class NoticeClause:
    """A paragraph of the notice, or the part of one that has a number of its own.

    Attributes:
        line: Its text without the number.
        place: The numbers of the clauses above and its own, such as 二（二）1; "" before the first number.
        zone: ``head``, ``body``, ``tail`` (sign-off) or ``attached``.
        heading: Length in ``line.plain`` of the heading before the text, 0 without one.
        above: Headings of the clauses above it, the outermost first, as plain text.
        numbered: Whether it has a number itself.
        rank: Rank of its mark, 0 without one; equal for all items of a list.
        goes_on: Whether it is part of the same paragraph as the clause before it.
        paragraph: Number of its paragraph in a text without numbered clauses, else 0.
    """

    line: TextLine
    place: str = ""
    zone: str = BODY
    heading: int = 0
    above: tuple[str, ...] = ()
    numbered: bool = False
    rank: float = 0
    goes_on: bool = False
    paragraph: int = 0

    @property
    def plain(self) -> str:
        """The normalized text, for patterns."""
        return self.line.plain

    @cached_property
    def title(self) -> str:
        """Its own heading, without days; "" without one."""
        return undated(self.plain[: self.heading].rstrip("。：；，—"))

    @property
    def is_heading(self) -> bool:
        """Whether the whole clause is a heading."""
        return 0 < self.heading == len(self.plain)

    @property
    def depth(self) -> int:
        """The number of headings above the clauses below it."""
        return len(self.above) + self.numbered

    @cached_property
    def context(self) -> str:
        """The headings above and its own, joined by “/”."""
        return "/".join((*self.above, self.title))

    @property
    def where(self) -> str:
        """Its place for users."""
        return self.place or (f"第{self.paragraph}段" if self.paragraph else _ZONES.get(self.zone, "开头"))


DATED = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月[\d年月日号旬底初前上中下至到起—、]*(?:（[^）]*）)?|同日|当天|全程|会[前后][^，。；：]{0,6})：(?=[\u4e00-\u9fff]{1,8}$)"
)
"""Days before a heading: 「1月4日至9日｜听」."""


def undated(heading: str) -> str:
    """A heading without the days before it: 「1月4日至9日｜听」 gives 听."""
    match = DATED.match(heading)
    return heading[match.end() :] if match else heading
